"""The report page: one self-contained HTML document made from the results alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from landbridge.report import figures, formats, maps, summary, tables
from landbridge.report.shape import Measure, Results, Route, Trade, check

MOST_TRADE_ROWS = 30
CONTENTS = (
    ("answer", "The answer"),
    ("agreed", "What was agreed"),
    ("map", "Map"),
    ("freight", "Freight before and after"),
    ("routes", "Routes"),
    ("welfare", "Who gains"),
    ("synergy", "Together or apart"),
    ("trade", "Trade"),
    ("measures", "The measures"),
    ("flags", "Doubts about the data"),
    ("left-out", "What is left out"),
    ("method", "Method in brief"),
    ("provenance", "Where the data come from"),
    ("certificate", "Certificate of the computation"),
    ("rerun", "How to re-run"),
    ("timings", "Computing time"),
)
STRENGTHS = {
    "agreed": "both sides agreed or decided",
    "undertaking": "one side says that it will",
    "willing": "one side says that it is ready or willing",
    "exhortation": "the sides should or hope to",
}

KINDS = {
    "link": "a stretch of railway or road, built or made faster",
    "border_time": "time at a border crossing",
    "service": "speed or waiting of a transport service",
    "port_access": "time or cost of getting through a port",
    "transfer": "moving the goods to another train or vehicle",
    "freight_rate": "price of carriage",
    "capacity": "how many tonnes or trains can pass a day",
    "tariff": "customs duty",
    "ntm": "cost of trade other than tariffs and freight",
    "productivity": "output from the same work and inputs",
    "services_cost": "cost of selling services abroad",
    "digital_customs": "electronic customs documents between two countries",
}
GLOSSES = {
    "TIR": "the United Nations system for carrying goods under customs seal on one document",
    "CPMM": "Corridor Performance Measurement and Monitoring, the yearly record of times and costs that CAREC keeps",
    "CAREC": "Central Asia Regional Economic Cooperation",
}
SAME_KM = 0.005  # legs whose lengths differ by less than this share follow the same line

_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+")
_COUNTED = re.compile(r"(?P<file>.+): (?P<origin>\w+): (?P<rows>[\d,]+) rows?")
_NOT_IN_ANCHOR = re.compile(r"[^A-Za-z0-9_.-]+")


def render(results: Mapping[str, Any]) -> str:
    """The report as one HTML page that asks the network for nothing.

    results: the dict described by `landbridge.report.shape.Results`; every string in it is escaped.
    Raises InputError naming every missing key, wrong number or unknown reference.
    """
    return render_checked(check(results))


def render_checked(results: Results, *, with_text: bool = False) -> str:
    """The page of results that `check` has passed. with_text: the marked text lies beside it as text.html."""
    environment = _environment()
    loader = environment.loader
    assert loader is not None
    style = Markup(loader.get_source(environment, "style.css")[0])
    return environment.get_template("report.html.j2").render(
        style=style, with_text=with_text, **_context(results)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("landbridge.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "anchor": anchor,
        "linked": linked,
        "percent": formats.percent,
        "usd": formats.usd_million,
        "words": formats.words,
        "plain": formats.plain,
        "share": formats.share,
        "joined": formats.joined,
        "km": formats.km,
        "hours": formats.hours,
        "seconds": formats.seconds,
        "tiny": formats.power_of_ten,
        "unit": formats.unit,
        "place": tables.place,
    }
    return environment


def _context(results: Results) -> dict[str, object]:
    known = summary.names(results)
    first = summary.headline(results)
    return {
        "r": results,
        "f": formats,
        "contents": CONTENTS,
        "headline": first,
        "summary": summary,
        "answer": summary.answer(results, first),
        "names": known,
        "named": lambda iso3: known.get(iso3, iso3),
        "strengths": STRENGTHS,
        "kinds": KINDS,
        "glosses": _glosses(results),
        "doubts": _doubts(results.flags),
        "drawing": {
            "map": maps.draw(results),
            "welfare": figures.welfare_chart(results),
            "sides": figures.side_charts(results, known),
            "together": figures.together_charts(results, known),
            "freight": figures.freight_chart(results),
        },
        "map_words": maps.description(results),
        "undrawn": maps.undrawn(results),
        "freight_drawn": len(figures.freight_rows(results)),
        "modes": tables.modes(results),
        "ways": {chain: results.chains.get(chain, formats.words(chain)) for chain in tables.chains(results)},
        "cargo": formats.joined(list(dict.fromkeys(formats.words(row.cargo) for row in results.freight))),
        "general": [a for a in results.agreement.alignments if a.side_a is None and a.side_b is None],
        "totals": _totals(results),
        "alone": _alone(results),
        "synergy_rows": _synergy_rows(results),
        "ranges": {
            "probability": any(row.p_positive is not None for row in results.welfare),
            "synergy": any(row.low is not None for row in results.synergy),
        },
        "journeys": _journeys(results),
        "trade": _trade(results),
        "measures_by_side": _by_side(results),
        "origins": Counter(measure.origin for measure in results.measures),
    }


def anchor(name: str) -> str:
    """A name as it may stand in an id or a fragment."""
    return _NOT_IN_ANCHOR.sub("-", name)


def linked(text: str) -> Markup:
    """Text with its http(s) addresses as plain hyperlinks; everything else is escaped."""
    out, end = Markup(""), 0
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:)")
        out += text[end : match.start()]
        out += Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, address)
        end = match.start() + len(address)
    return out + text[end:]


def _totals(results: Results) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {"party": [], "neighbour": [], "world": [], "other": []}
    for row in results.welfare:
        if row.measures == "all":
            groups[row.group].append(row)
    groups["other"].sort(key=lambda row: -abs(row.usd_million))
    return groups


def _alone(results: Results) -> list[tuple[Any, list[Any]]]:
    """For each programme side, the welfare rows of the parties and the world when it acts alone."""
    shown = [*results.parties, "WLD"]
    rows = {(row.measures, row.iso3): row for row in results.welfare}
    return [(side, [rows.get((side.id, iso3)) for iso3 in shown]) for side in results.sides]


def _synergy_rows(results: Results) -> dict[str, list[tuple[Any, float | None]]]:
    """Synergy rows by economy, each with the synergy in million USD a year where it can be told."""
    totals = {row.iso3: row for row in results.welfare if row.measures == "all"}
    rows: dict[str, list[tuple[Any, float | None]]] = {}
    for row in results.synergy:
        rows.setdefault(row.iso3, []).append((row, summary.in_money(row.synergy, totals.get(row.iso3))))
    return rows


def _journeys(results: Results) -> list[dict[str, Any]]:
    """The routes of each pair and cargo class, before and after, side by side."""
    pairs: dict[tuple[str, str, str], dict[str, Route]] = {}
    for route in results.routes:
        pairs.setdefault((route.origin, route.to, route.cargo), {})[route.scenario] = route
    journeys = []
    for (origin, to, cargo), both in pairs.items():
        before, after = both.get("baseline"), both.get("with_all")
        same = before is not None and after is not None and _same_way(before, after)
        ends = {"from": origin, "to": to, "cargo": cargo}
        journeys.append({**ends, "before": before, "after": after, "same": same})
    return journeys


def _same_way(one: Route, other: Route) -> bool:
    """Whether two routes have the same legs over the same crossings, each as long as in the other."""
    return len(one.legs) == len(other.legs) and all(
        (a.mode, a.origin, a.to, a.crossings) == (b.mode, b.origin, b.to, b.crossings)
        and abs(a.km - b.km) <= SAME_KM * max(a.km, b.km)
        for a, b in zip(one.legs, other.legs, strict=True)
    )


def _doubts(flags: Sequence[str]) -> list[str]:
    """The flags, those that count the rows of one file by their origin joined into one line."""
    lines: dict[str, list[str]] = {}
    for flag in flags:
        counted = _COUNTED.fullmatch(flag)
        if counted:
            lines.setdefault(counted["file"], []).append(
                f"{counted['rows']} {formats.words(counted['origin'])}"
            )
        else:
            lines.setdefault(flag, [])
    return [
        f"{line}: rows by origin: {', '.join(counts)}." if counts else line for line, counts in lines.items()
    ]


def _glosses(results: Results) -> dict[str, str]:
    """The abbreviations to explain: those that a measure uses."""
    said = " ".join(f"{m.title} {m.citation} {m.note or ''}" for m in results.measures)
    return {short: meaning for short, meaning in GLOSSES.items() if re.search(rf"\b{short}\b", said)}


def _trade(results: Results) -> list[tuple[Trade, float]]:
    """Trade rows with their change in million USD: between the parties first, then the largest changes."""
    rows = [
        (row, row.baseline_musd * row.percent / 100 if row.change_musd is None else row.change_musd)
        for row in results.trade
    ]

    def order(entry: tuple[Trade, float]) -> tuple[bool, float]:
        row, moved = entry
        return not {row.exporter, row.importer} <= set(results.parties), -abs(moved)

    return sorted(rows, key=order)[:MOST_TRADE_ROWS]


def _by_side(results: Results) -> list[tuple[Any, list[Measure]]]:
    return [(side, [m for m in results.measures if m.side == side.id]) for side in results.sides]
