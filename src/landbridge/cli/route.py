"""`landbridge route`: the alternatives from door to door between two places."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from landbridge.cli.common import DEFAULT_DATE, Commands, print_json, read_date
from landbridge.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    import numpy as np

    from landbridge.network import Alternative, Network, State
    from landbridge.world.network_tables import CargoClass
    from landbridge.world.places import Place


_DESCRIPTION = """\
The ways that someone who sends freight would compare: days, USD and kg CO2e a tonne, hours at borders, the spread
of the hours; then each way leg by leg. docs/routes.md says what the columns mean and how ways are chosen."""

_EPILOG = """\
examples:
  landbridge route Chongqing Duisburg --avoid RUS,BLR
  landbridge route Urumqi Istanbul --via Aktau --class equipment
  landbridge route Lianyungang Almaty --case china-kazakhstan-2017
  landbridge route "Xi'an" Baku --geojson > ways.geojson"""


def add_to(commands: Commands) -> None:
    """Declares the command."""
    route = commands.add_parser(
        "route",
        help="the alternatives from door to door between two places",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = "a city, port, station, border crossing or UN/LOCODE; with its country if need be: 'Brest, BLR'"
    route.add_argument("origin", metavar="FROM", help=what)
    route.add_argument("destination", metavar="TO", help="likewise")
    route.add_argument(
        "--class",
        dest="cargo",
        default="manufactures",
        metavar="K",
        help="bulk, agrifood, materials, manufactures (default) or equipment",
    )
    route.add_argument("--avoid", default="", metavar="ISO3,..", help="countries not to enter")
    route.add_argument(
        "--via", action="append", default=[], metavar="PLACE,..", help="places to pass, in this order"
    )
    route.add_argument("--mode", choices=["rail", "road", "sea"], help="only ways led by this mode")
    network = route.add_mutually_exclusive_group()
    network.add_argument("--at", metavar="DATE", help=f"the network at a date (default {DEFAULT_DATE})")
    network.add_argument(
        "--case", metavar="CASE", help="at the date of a case, without and with all its measures"
    )
    route.add_argument("--max", dest="most", type=_count, default=6, metavar="N", help="at most so many (6)")
    form = route.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the alternatives as JSON")
    form.add_argument("--geojson", action="store_true", help="print their legs as GeoJSON")
    route.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number of at least 1")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.network.alternatives import find_alternatives

    problems: list[Problem] = []
    cargo = _collected(problems, _cargo_class, options.cargo)
    origin, destination = (
        _collected(problems, _place, name) for name in (options.origin, options.destination)
    )
    via = [_collected(problems, _place, name) for name in _names(options.via)]
    date = _collected(problems, read_date, options.at or DEFAULT_DATE)
    avoid = _collected(problems, _countries, options.avoid)
    if problems:
        raise InputError(problems)
    network, scenario = _network(date, options.case, origin, destination)
    found = find_alternatives(
        network,
        origin,
        destination,
        cargo,
        avoid=avoid,
        via=via,
        mode=options.mode,
        most=options.most,
        scenario=scenario,
    )
    head = {
        "from": origin.name,
        "to": destination.name,
        "class": cargo.name,
        "at": network.date.isoformat(),
        "avoid": avoid,
        "via": [place.name for place in via],
        **({"case": options.case} if options.case else {}),
    }
    if options.geojson:
        print_json(_geojson(head, found))
    elif options.json:
        print_json(_document(head, found))
    else:
        print("\n".join(_table(head, found)))
    return 0


def _collected(problems: list[Problem], read: Callable[[Any], Any], value: Any) -> Any:
    """What a reader makes of a value; None, and the problem kept, where it cannot."""
    try:
        return read(value)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _cargo_class(name: str) -> CargoClass:
    from landbridge.world.network_tables import load_cargo_classes

    classes = {cargo.name: cargo for cargo in load_cargo_classes()}
    if name not in classes:
        raise InputError(Problem("--class", f"{name} is no cargo class", f"one of {', '.join(classes)}"))
    return classes[name]


def _place(name: str) -> Place:
    from landbridge.world.places import gazetteer

    return gazetteer().find(name)


def _names(given: Sequence[str]) -> list[str]:
    """The places of --via; a comma sets them apart, except before the ISO3 code of the place before it."""
    names: list[str] = []
    for text in given:
        for number, word in enumerate(part.strip() for part in text.split(",")):
            if number and len(word) == 3 and word.isascii() and word.isupper():
                names[-1] += f", {word}"
            else:
                names.append(word)
    return names


def _countries(text: str) -> list[str]:
    from landbridge.world.network_tables import load_land

    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    if codes:
        known = {str(code) for mode in ("rail", "road") for code in load_land(mode).country}
        wrong = [code for code in codes if code not in known]
        if wrong:
            raise InputError(
                [
                    Problem("--avoid", f"{code} is no country of the network", nearest(code, known))
                    for code in wrong
                ]
            )
    return codes


def _network(
    date: datetime.date, case_name: str | None, origin: Place, destination: Place
) -> tuple[Network, tuple[State, np.ndarray] | None]:
    """The network, and for a case the state that its measures make of it for this freight."""
    from landbridge.network.graph import build_network

    if case_name is None:
        return build_network(date), None
    from landbridge.measures import load_case, settings_of
    from landbridge.network.apply import compile_measures

    case = load_case(case_name)
    measures = compile_measures(build_network(case.baseline_date), case.measures)
    state = measures.state_between(settings_of(case.measures), origin.iso3, destination.iso3)
    return measures.network, (state, measures.touched)


def _document(head: dict[str, Any], found: Sequence[Alternative]) -> dict[str, Any]:
    from landbridge.network.alternatives import RULE, described

    return {**head, "rule": RULE, "alternatives": [described(one) for one in found]}


def _geojson(head: dict[str, Any], found: Sequence[Alternative]) -> dict[str, Any]:
    from landbridge.network.geojson import feature_collection

    common = {"class": head["class"], "at": head["at"]}
    return feature_collection(
        ({**common, "alternative": number, "label": one.label, "chain": one.route.chain}, one.route)
        for number, one in enumerate(found, 1)
    )


_COLUMNS: tuple[tuple[str, Callable[[dict[str, Any]], float]], ...] = (
    ("days", lambda one: one["days"]),
    ("USD/t", lambda one: one["usd_per_t"]),
    ("kg CO2e/t", lambda one: one["kgco2e_per_t"]),
    ("border h", lambda one: one["hours"]["border"]),
    ("spread h", lambda one: one["spread_h"]),
)


def _table(head: dict[str, Any], found: Sequence[Alternative]) -> list[str]:
    from landbridge.network.alternatives import described

    case = head.get("case")
    title = f"{head['from']} to {head['to']}, {head['class']}, network of {head['at']}"
    if head["via"]:
        title += f", via {', '.join(head['via'])}"
    if head["avoid"]:
        title += f", without {', '.join(head['avoid'])}"
    if case:
        title += f"; before > with all measures of {case}"
    shown = [described(one) for one in found]
    cells = [[_cell(read, one, bool(case), name) for name, read in _COLUMNS] for one in shown]
    widths = [max(len(name), *(len(row[k]) for row in cells)) for k, (name, _) in enumerate(_COLUMNS)]
    heads = "  ".join(name.rjust(width) for (name, _), width in zip(_COLUMNS, widths, strict=True))
    lines = [title, "", f"      {heads}  overlap"]
    for number, (one, row) in enumerate(zip(shown, cells, strict=True), 1):
        figures = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        merits = f" ({', '.join(one['merits'])})" if one["merits"] else ""
        lines.append(f"  {number:2}  {figures}  {100 * one['overlap']:5.0f} %  {one['label']}{merits}")
    for number, one in enumerate(shown, 1):
        lines += ["", f"  {number}  {one['label']}"]
        lines += [_leg_line(leg) for leg in one["legs"]]
    lines += ["", "spread: standard deviation of the hours; overlap: most in common with another of these"]
    return lines


def _cell(read: Callable[[dict[str, Any]], float], one: dict[str, Any], compared: bool, name: str) -> str:
    decimals = 1 if name == "days" else 0
    now = f"{read(one):.{decimals}f}"
    if not compared:
        return now
    before = f"{read(one['before']):.{decimals}f}" if "before" in one else "-"
    return f"{before} > {now}"


def _leg_line(leg: dict[str, Any]) -> str:
    spent = {
        "moving": leg["hours"]["moving"],
        "borders": leg["hours"]["border"],
        "gauge": leg["hours"]["gauge_change"],
        "port and terminal": leg["hours"]["port_and_terminal"],
    }
    hours = ", ".join(f"{amount:.0f} h {what}" for what, amount in spent.items() if amount >= 0.5)
    crossed = f" via {', '.join(leg['crossings'])}" if leg["crossings"] else ""
    return (
        f"      {leg['mode']:5} {leg['from']} - {leg['to']}: {sum(leg['km'].values()):,.0f} km, {hours}; "
        f"{leg['usd_per_t']:.0f} USD/t [{' '.join(leg['countries'])}]{crossed}"
    )
