"""The report page: one self-contained HTML document made from the results alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from landbridge.report import (
    clauses,
    figures,
    formats,
    freight_map,
    gain_map,
    map_marks,
    maps,
    summary,
    tables,
    texts,
    views,
)
from landbridge.report.shape import Measure, Results, Route, Trade, check
from landbridge.report.texts import lookup, say, word

MOST_TRADE_ROWS = 30
SECTIONS = (
    "answer", "agreed", "measures", "map", "freight", "welfare", "synergy", "sharing", "drivers", "sectors", "co2",
    "finance", "whatif", "left-out", "data", "method", "rerun",
)  # fmt: skip
GLOSSES = ("TIR", "CPMM", "CAREC")
STRENGTHS = ("agreed", "undertaking", "willing", "exhortation")
SAME_KM = 0.005  # legs whose lengths differ by less than this share follow the same line

_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+")
_COUNTED = re.compile(r"(?P<file>.+): (?P<origin>\w+): (?P<rows>[\d,]+) rows?")
_NOT_IN_ANCHOR = re.compile(r"[^A-Za-z0-9_.-]+")


def render(results: Mapping[str, Any], *, language: str = texts.DEFAULT) -> str:
    """The report as one HTML page that asks the network for nothing.

    results: the dict described by `landbridge.report.shape.Results`; every string in it is escaped. language: of the
    page's fixed texts, one of `landbridge.report.texts.languages()`.
    Raises InputError naming every missing key, wrong number or unknown reference, or the unknown language.
    """
    return render_checked(check(results), language=language)


def render_checked(results: Results, *, with_text: bool = False, language: str = texts.DEFAULT) -> str:
    """The page of results that `check` has passed. with_text: the marked text lies beside it as text.html."""
    environment = _environment()
    style, script = _asset("style.css"), _asset("map.js")
    with texts.language(language):
        return environment.get_template("report.html.j2").render(
            style=Markup(style),
            script=Markup(script),
            policy=policy(style, script),
            language=texts.current(),
            with_text=with_text,
            **_context(results),
        )


def policy(style: str, script: str) -> str:
    """The page's content security policy: nothing is loaded; one style sheet and one script, known by their hashes."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    """A file beside the templates that goes into the page as it is."""
    environment = _environment()
    assert environment.loader is not None
    # The hash is of everything between the tags, so the line ends that the template adds are part of it.
    return "\n" + environment.loader.get_source(environment, name)[0].strip() + "\n"


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
        "number": formats.number,
        "seconds": formats.seconds,
        "tiny": formats.power_of_ten,
        "unit": formats.unit,
        "place": tables.place,
    }
    environment.globals |= {
        "t": say,
        "word": word,
        "lookup": lookup,
        "f": formats,
        "summary": summary,
        "views": views,
        "figures": figures,
    }
    return environment


def _context(results: Results) -> dict[str, object]:
    known = summary.names(results)
    first = summary.headline(results)
    return {
        "r": results,
        "contents": [(name, word(f"sections.{name}")) for name in SECTIONS],
        "headline": first,
        "answer": summary.answer(results, first),
        "lead": len(summary.lead(results, first)),
        "level": summary.level(results),
        "draws": results.uncertainty.draws if results.uncertainty else 0,
        "names": known,
        "named": lambda iso3: known.get(iso3, iso3),
        "shown": [*results.parties, "WLD"],
        "strengths": STRENGTHS,
        "glosses": _glosses(results),
        "doubts": _doubts(results.flags),
        "clauses": clauses.clauses(results, known),
        "drawing": {
            "map": maps.draw(results),
            "legend": map_marks.legend(results),
            "flows": freight_map.draw(results) if results.flows else None,
            "flows_legend": freight_map.legend(results) if results.flows else [],
            "gains": gain_map.draw_gains(results, known),
            "welfare": figures.welfare_chart(results),
            "measures": figures.measure_charts(results, known),
            "channels": figures.channel_charts(results, known),
            "sides": figures.side_charts(results, known),
            "together": figures.together_charts(results, known),
            "freight": figures.freight_chart(results),
            "sectors": views.sector_charts(results, known),
            "co2": views.co2_chart(results),
            "costs": views.cost_chart(results, known),
        },
        "map_words": maps.description(results),
        "flows_words": freight_map.description(results) if results.flows else "",
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
        "freight_ranges": any(one.low is not None for row in results.freight for one in row.change.values()),
        "journeys": _journeys(results),
        "trade": _trade(results),
        "measures_by_side": _by_side(results),
        "origins": Counter(measure.origin for measure in results.measures),
        "sharing": views.sharing(results, known),
        "shapley": views.shapley_by_country(results),
        "pairs": views.pairs(results, known),
        "drivers": views.drivers(results),
        "assumed": views.assumed(results) if results.finance else None,
        "plans": views.plans(results, known),
        "costs": summary.known_costs(results),
        "asked": views.asked(results),
        "closure": views.closure(results, known),
        "all_hashes": _all_hashes(results),
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
    totals = summary.totals(results)
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
        ends = {"origin": origin, "to": to, "cargo": formats.words(cargo)}
        journeys.append({"ends": ends, "before": before, "after": after, "same": same})
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
            count = word("data.count", rows=counted["rows"], origin=formats.words(counted["origin"]))
            lines.setdefault(counted["file"], []).append(count)
        else:
            lines.setdefault(flag, [])
    return [
        word("data.counted", file=line, counts=", ".join(counts)) if counts else line
        for line, counts in lines.items()
    ]


def _glosses(results: Results) -> list[str]:
    """The explanations of the abbreviations that a measure uses."""
    said = " ".join(f"{m.title} {m.citation} {m.note or ''}" for m in results.measures)
    return [lookup("glosses", short, short) for short in GLOSSES if re.search(rf"\b{short}\b", said)]


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


def _all_hashes(results: Results) -> str:
    """One fingerprint for all data files: of their names and sha256, a line each, in the order of the names."""
    lines = sorted(f"{one.sha256}  {one.file}\n" for one in results.provenance)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
