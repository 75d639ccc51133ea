"""The tables of the output folder: named columns with units, and the rows of each from the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from landbridge.report.section_tables import section_tables
from landbridge.report.shape import Freight, Journey, Results
from landbridge.report.table import SEPARATOR, Cell, Field, Table

# What the ends of a range are, by how the ranges were made.
RANGE_ENDS = {
    "draws": ("lower end, from random draws,", "upper end, from random draws,"),
    "low_to_high": (
        "all measures at their low values: one end",
        "all measures at their high values: the other end",
    ),
}


ENDS = ("low", "high", "p_sign")


def tables(results: Results) -> list[Table]:
    """Every table of the output folder, in the order of the page."""
    return [*(_without_empty(build(results)) for build in _BUILDERS), *section_tables(results)]


def _without_empty(table: Table) -> Table:
    """The table less the optional columns that no row fills."""
    kept = [
        k
        for k, field in enumerate(table.fields)
        if not field.optional or any(r[k] is not None for r in table.rows)
    ]
    rows = tuple(tuple(row[k] for k in kept) for row in table.rows)
    return replace(table, fields=tuple(table.fields[k] for k in kept), rows=rows)


def _list(entries: Sequence[str]) -> str:
    return SEPARATOR.join(entries)


def _welfare(results: Results) -> Table:
    ends = RANGE_ENDS[results.ranges]
    fields = (
        Field("iso3", "string", description="economy, ISO 3166-1 alpha-3; WLD is the world"),
        Field("name", "string"),
        Field("group", "string", description="party, neighbour, other or world"),
        Field("measures", "string", description="'all', or the programme side that acts alone"),
        Field("percent", "number", "%", "change of real income"),
        Field("usd_million", "number", "million USD a year", "the same change in money"),
        Field("low", "number", "%", f"{ends[0]} of the range"),
        Field("high", "number", "%", f"{ends[1]} of the range"),
        Field("p_positive", "number", "probability", "probability of a gain", True),
    )
    rows = tuple(
        (w.iso3, w.name, w.group, w.measures, w.percent, w.usd_million, w.low, w.high, w.p_positive)
        for w in results.welfare
    )
    return Table("welfare", "Change of real income", fields, rows)


def _synergy(results: Results) -> Table:
    ends = RANGE_ENDS[results.ranges]
    fields = (
        Field("alignment", "string"),
        Field("iso3", "string", description="economy; WLD is the world"),
        Field("together", "number", "% of real income", "both sides act"),
        Field("side_a", "number", "% of real income", "side a acts alone"),
        Field("side_b", "number", "% of real income", "side b acts alone"),
        Field("synergy", "number", "% of real income", "together less the two alone"),
        Field("synergy_given_others", "number", "% of real income", "the same with all other sides present"),
        Field("low", "number", "% of real income", f"{ends[0]} of the synergy", True),
        Field("high", "number", "% of real income", f"{ends[1]} of the synergy", True),
        Field("p_positive", "number", "probability", "that the synergy is above zero", True),
    )
    rows = tuple(
        (
            s.alignment,
            s.iso3,
            s.together,
            s.side_a,
            s.side_b,
            s.synergy,
            s.synergy_given_others,
            s.low,
            s.high,
            s.p_positive,
        )
        for s in results.synergy
    )
    return Table("synergy", "Alone and together", fields, rows)


def modes(results: Results) -> list[str]:
    """The modes by which any journey of the freight table moves, in alphabetical order."""
    return sorted({mode for j in _journeys(results) for mode in j.km if j.km[mode]})


def chains(results: Results) -> list[str]:
    """The ways (chains of modes) of which any journey takes a share, in alphabetical order."""
    return sorted({chain for j in _journeys(results) for chain in j.shares if j.shares[chain]})


def _journeys(results: Results) -> list[Journey]:
    return [j for row in results.freight for j in (row.baseline, row.with_all)]


def _freight(results: Results) -> Table:
    used, ways = modes(results), chains(results)
    fields = [
        Field("from", "string"),
        Field("to", "string"),
        Field("class", "string", description="cargo class"),
    ]
    for when, meaning in (("baseline", "before"), ("with_all", "with every measure")):
        fields += [
            Field(f"{when}_days", "number", "days", f"door to door, {meaning}"),
            Field(f"{when}_usd_per_t", "number", "USD/t", meaning),
            Field(f"{when}_kgco2e_per_t", "number", "kg CO2e/t", meaning),
            Field(f"{when}_border_hours", "number", "h", f"time at borders, {meaning}"),
            Field(f"{when}_spread_days", "number", "days", f"standard deviation of the days, {meaning}"),
            Field(f"{when}_chain", "string", description=f"chain of modes, {meaning}"),
            *(Field(f"{when}_km_{mode}", "number", "km", meaning) for mode in used),
            *(Field(f"{when}_share_{chain}", "number", "share, 0 to 1", meaning) for chain in ways),
        ]
    lower, upper = RANGE_ENDS["draws"]
    for part, unit in (("days", "days"), ("usd_per_t", "USD/t"), ("kgco2e_per_t", "kg CO2e/t")):
        fields += [
            Field(f"change_{part}_low", "number", unit, f"{lower} of the change", True),
            Field(f"change_{part}_high", "number", unit, f"{upper} of the change", True),
            Field(
                f"change_{part}_p_sign", "number", "probability", "that the change has the sign shown", True
            ),
        ]
    rows = tuple(
        (
            row.origin,
            row.to,
            row.cargo,
            *_journey(row.baseline, used, ways),
            *_journey(row.with_all, used, ways),
            *(_end(row, part, end) for part in ("days", "usd_per_t", "kgco2e_per_t") for end in ENDS),
        )
        for row in results.freight
    )
    return Table("freight", "Freight between the city pairs, before and after", tuple(fields), rows)


def _end(row: Freight, part: str, end: str) -> Cell:
    change = row.change.get(part)
    return None if change is None else getattr(change, end)


def _journey(journey: Journey, used: Sequence[str], ways: Sequence[str]) -> tuple[Cell, ...]:
    numbers = (
        journey.days,
        journey.usd_per_t,
        journey.kgco2e_per_t,
        journey.border_hours,
        journey.spread_days,
        journey.chain,
    )
    return (
        *numbers,
        *(journey.km.get(mode) for mode in used),
        *(journey.shares.get(chain) for chain in ways),
    )


def _measures(results: Results) -> Table:
    fields = (
        Field("id", "string"),
        Field("title", "string"),
        Field("side", "string", description="programme side"),
        Field("cites", "string", description=f"commitments and alignments, separated by '{SEPARATOR}'"),
        Field("kind", "string"),
        Field("where", "string"),
        Field("low", "number", "see unit"),
        Field("mid", "number", "see unit"),
        Field("high", "number", "see unit"),
        Field("unit", "string", description="unit of low, mid and high"),
        Field("from", "string", description="text, source or assumption"),
        Field("citation", "string"),
        Field("note", "string", description="what the measure leaves out"),
        Field("start", "string", description="date"),
        Field("probability", "number", "probability", "that the measure happens"),
        Field("capex_usd_million", "number", "million USD", "cost to build; empty: not stated"),
        Field("change", "string", "", "what changes, in words", True),
        Field("extra", "string", "", f"further effects, separated by '{SEPARATOR}'", True),
    )
    rows = tuple(
        (
            m.id, m.title, m.side, _list(m.cites), m.kind, place(m.where),
            m.value.low, m.value.mid, m.value.high, m.value.unit, m.origin, m.citation, m.note, m.start,
            m.probability, m.capex.usd_million if m.capex else None, m.change,
            _list([f"{one.label}: {one.text}" for one in m.extra]) or None,
        )
        for m in results.measures
    )  # fmt: skip
    return Table("measures", "Measures", fields, rows)


def place(where: str | list[str] | None) -> str:
    """Where a measure acts, as one phrase."""
    if where is None:
        return ""
    return where if isinstance(where, str) else ", ".join(where)


def _commitments(results: Results) -> Table:
    fields = (
        Field("id", "string"),
        Field("quote", "string", description="words of the agreement"),
        Field("promisors", "string", description=f"separated by '{SEPARATOR}'"),
        Field("strength", "string"),
        Field("area_codes", "string", description=f"separated by '{SEPARATOR}'"),
        Field("area_labels", "string", description=f"separated by '{SEPARATOR}'"),
        Field("alignment", "string"),
        Field("measures", "string", description=f"separated by '{SEPARATOR}'; empty: no measure"),
    )
    rows = tuple(
        (
            c.id, c.quote, _list(c.promisors), c.strength, _list([a.code for a in c.areas]),
            _list([a.label for a in c.areas]), c.alignment, _list(c.measures),
        )
        for c in results.agreement.commitments
    )  # fmt: skip
    return Table("commitments", "Commitments of the agreement", fields, rows)


def _trade(results: Results) -> Table:
    fields = (
        Field("exporter", "string"),
        Field("importer", "string"),
        Field("baseline_musd", "number", "million USD a year", "trade before"),
        Field("percent", "number", "%", "change with every measure"),
        Field("change_musd", "number", "million USD a year", "the same change in money", True),
    )
    rows = tuple((t.exporter, t.importer, t.baseline_musd, t.percent, t.change_musd) for t in results.trade)
    return Table("trade", "Trade before and its change", fields, rows)


def _provenance(results: Results) -> Table:
    fields = (
        Field("file", "string"),
        Field("sha256", "string"),
        Field("source", "string"),
        Field("licence", "string"),
        Field("flags", "string", description=f"separated by '{SEPARATOR}'"),
        Field("rows", "integer", "rows"),
    )
    rows = tuple((p.file, p.sha256, p.source, p.licence, _list(p.flags), p.rows) for p in results.provenance)
    return Table("provenance", "Data files used", fields, rows)


_BUILDERS: tuple[Callable[[Results], Table], ...] = (
    _welfare, _synergy, _freight, _measures, _commitments, _trade, _provenance,
)  # fmt: skip
