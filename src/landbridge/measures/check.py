"""Checks that every name a case uses exists: places, crossings, ports, sectors, economies, sides, clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from landbridge.errors import InputError, Problem, nearest
from landbridge.world.places import Gazetteer, Place, fold

from .case import Case, CaseFile, Side, quotes_of
from .known import Known
from .schema import BorderTime, Capacity, DigitalCustoms, MeasureBase, Ntm, ServicesCost, Tariff, Transfer


def _unknown(place: str, what: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(place, f'unknown {what} "{name}"', nearest(name, known))


def _each_known(place: str, what: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    known = frozenset(known)
    return [_unknown(place, what, name, known) for name in names if name not in known]


def _each_found(place: str, what: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    """As `_each_known`, for names that the network finds by any spelling."""
    known = frozenset(known)
    unknown = [name for name in names if name not in known]
    spellings = {fold(name) for name in known} if unknown else set()
    return [_unknown(place, what, name, known) for name in unknown if fold(name) not in spellings]


def _check_crossing(place: str, name: str, mode: str, direction: str, known: Known) -> list[Problem]:
    same_name = [crossing for crossing in known.crossings if crossing.name == name]
    names = {crossing.name for crossing in known.crossings if crossing.mode == mode}
    if not same_name:
        return [_unknown(f"{place} crossing", f"{mode} crossing", name, names)]
    fitting = [crossing for crossing in same_name if crossing.mode == mode]
    if not fitting:
        modes = ", ".join(sorted({crossing.mode for crossing in same_name}))
        return [Problem(f"{place} mode", f'"{name}" is no {mode} crossing', f"it is known by {modes}")]
    if direction != "both" and set(direction.split(">")) != set(fitting[0].countries):
        a, b = fitting[0].countries
        message = f'"{direction}" does not cross "{name}"'
        return [Problem(f"{place} direction", message, f"allowed: both, {a}>{b}, {b}>{a}")]
    return []


def _check_sectors(place: str, measure: MeasureBase, sectors: Iterable[str], known: Known) -> list[Problem]:
    goods_only, services_only = isinstance(measure, Ntm | Tariff), isinstance(measure, ServicesCost)
    allowed = known.goods if goods_only else known.services if services_only else known.goods | known.services
    problems = []
    for sector in sectors:
        if sector in allowed:
            continue
        if sector in known.goods | known.services:
            group = "services" if goods_only else "goods"
            remedy = f"allowed: {', '.join(sorted(allowed))}"
            problems.append(Problem(f"{place} sectors", f'"{sector}" is a sector of {group}', remedy))
        else:
            message = f'unknown sector "{sector}"'
            problems.append(Problem(f"{place} sectors", message, _near_sector(sector, allowed)))
    return problems


def _near_sector(sector: str, allowed: Iterable[str]) -> str:
    phrase = nearest(sector, allowed)
    return phrase if phrase.startswith("nearest") else f"{phrase}; allowed: {', '.join(sorted(allowed))}"


def _check_names(measure: Any, place: str, known: Known) -> list[Problem]:
    """Problems of the names in one measure; keys of the same name mean the same in every kind."""
    problems: list[Problem] = []
    if isinstance(measure, BorderTime):
        problems += _check_crossing(place, measure.crossing, measure.mode, measure.direction, known)
    elif isinstance(measure, Capacity) and measure.crossing is not None:
        problems += _check_crossing(place, measure.crossing, str(measure.mode), "both", known)
    elif isinstance(measure, Transfer) and measure.crossing is not None:
        problems += _check_crossing(place, measure.crossing, "rail", "both", known)
        rail = {
            crossing.name: crossing.gauge_break for crossing in known.crossings if crossing.mode == "rail"
        }
        if not rail.get(measure.crossing, True):
            breaks = ", ".join(sorted(name for name, gauge_break in rail.items() if gauge_break))
            message = f'the gauge does not change at "{measure.crossing}"'
            problems.append(Problem(f"{place} crossing", message, f"it changes at: {breaks}"))
    elif isinstance(measure, Transfer) and measure.terminal is not None:
        problems += _each_found(f"{place} terminal", "place", [measure.terminal], known.places)
    places: tuple[str, ...] = getattr(measure, "places", ())
    if getattr(measure, "mode", "") == "sea":
        problems += _each_found(f"{place} places", "port", places, known.ports)
    else:
        on_land = known.places.union(crossing.name for crossing in known.crossings)
        problems += _each_found(f"{place} places", "place", places, on_land)
    if getattr(measure, "port", None) is not None:
        problems += _each_found(f"{place} port", "port", [measure.port], known.ports)
    for key in ("exporters", "importers"):
        problems += _each_known(f"{place} {key}", "economy", getattr(measure, key, ()), known.economies)
    if hasattr(measure, "country"):
        problems += _each_known(f"{place} country", "economy", [measure.country], known.economies)
    traffic = getattr(measure, "traffic", "all")
    if not isinstance(traffic, str):
        problems += _each_known(f"{place} traffic", "country", traffic, known.countries)
    countries: tuple[str, ...] = getattr(measure, "countries", ())
    problems += _each_known(f"{place} countries", "country", countries, known.countries)
    problems += _check_sectors(place, measure, getattr(measure, "sectors", ()), known)
    if isinstance(measure, Ntm) and min(measure.value.low, measure.value.high) <= -100:
        message = "a change of -100 percentage points or less leaves nothing to pay for the goods"
        problems.append(Problem(f"{place} value", message, "write the change in points of the goods' value"))
    if isinstance(measure, DigitalCustoms):
        pairs = {frozenset(crossing.countries) for crossing in known.crossings}
        if not any(frozenset(pair) in pairs for pair in combinations(measure.pair, 2)):
            listed = ", ".join(sorted("-".join(sorted(pair)) for pair in pairs))
            message = f"no crossing joins {measure.pair[0]} and {measure.pair[1]}"
            problems.append(Problem(f"{place} pair", message, f"pairs with a crossing: {listed}"))
    for key in ("capex", "opex"):
        cost = getattr(measure, key)
        if cost is not None:
            problems += _each_known(f"{place} {key}.payers", "country", cost.payers, known.countries)
    return problems


def _city(name: str, place: str, gazetteer: Gazetteer, problems: list[Problem]) -> Place | None:
    """The zone of a name; when there is none, a problem says what the name is instead."""
    try:
        return gazetteer.find(name, ("zone",))
    except InputError as error:
        (problem,) = error.problems
    message, remedy = f'"{name}" {problem.message}', problem.remedy
    try:
        other = gazetteer.find(name)
    except InputError:
        pass
    else:
        message, remedy = f'"{name}" is a {other.kind}, not a city', "name a city of zones.csv"
    problems.append(Problem(place, message, remedy))
    return None


def _check_city_pairs(place: str, pairs: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> list[Problem]:
    problems: list[Problem] = []
    for pair in pairs:
        a, b = (_city(name, place, gazetteer, problems) for name in pair)
        if a is not None and b is not None and a.key == b.key:
            message = f'"{pair[0]}" and "{pair[1]}" are the same city'
            problems.append(Problem(place, message, "name two different cities"))
    return problems


def _check_case_file(
    case: Case | CaseFile, folder: Path, clauses: frozenset[str] | None, known: Known
) -> list[Problem]:
    file = str(folder / "case.toml")
    problems = _each_known(f"{file} parties", "economy", case.parties, known.economies)
    problems += _each_known(f"{file} neighbours", "economy", case.neighbours, known.economies)
    problems += _check_city_pairs(f"{file} city_pairs", case.city_pairs, known.gazetteer)
    seen: set[str] = set()
    for side in _sides(case):
        place = f"{file} side {side.id}"
        if side.id in seen:
            problems.append(Problem(place, f"{side.id} is used twice", "give each side its own id"))
        seen.add(side.id)
        if clauses is not None and side.alignment is not None:
            problems += _each_known(f"{place} alignment", "clause", [side.alignment], clauses)
        problems += _each_known(f"{place} country", "party", [side.country], case.parties)
        if side.alignment is not None and not side.id.startswith(f"{side.alignment}."):
            remedy = f"write {side.alignment}.a or {side.alignment}.b"
            problems.append(Problem(f"{place} id", f"{side.id} does not belong to {side.alignment}", remedy))
    return problems


def _sides(case: Case | CaseFile) -> tuple[Side, ...]:
    return case.sides if isinstance(case, Case) else case.side


def check_parts(
    case: Case | CaseFile | None,
    folder: Path,
    clauses: Iterable[str] | None,
    measures: Iterable[MeasureBase],
    places: Mapping[str, str],
    known: Known,
) -> list[Problem]:
    """Problems of the names and dates in as much of a case as could be read.

    case, clauses: None when the case file or the record is unsound; what needs them is then left unchecked. folder:
    where the case is. measures: those that could be read, with the places of their tables. known: the names in use.
    """
    ids = None if clauses is None else frozenset(clauses)
    problems = [] if case is None else _check_case_file(case, folder, ids, known)
    for measure in measures:
        place = places.get(measure.id, measure.id)
        if case is not None:
            problems += _each_known(f"{place} side", "side", [measure.side], [s.id for s in _sides(case)])
        if ids is not None:
            problems += _each_known(f"{place} cites", "clause", measure.cites, ids)
        if case is not None and measure.start < case.baseline_date:
            message = f"the measure starts on {measure.start}, before the baseline of {case.baseline_date}"
            remedy = "what was there already belongs to the baseline"
            problems.append(Problem(f"{place} start", message, remedy))
        problems += _check_names(measure, place, known)
    return problems


def check_case(case: Case, known: Known) -> list[Problem]:
    """Problems of the names and dates a case uses, all of them; an empty list when there is none.

    `known` holds the names of the network and the economy that the case is to be appraised with.
    """
    return check_parts(case, case.folder, quotes_of(case.record), case.measures, case.places, known)
