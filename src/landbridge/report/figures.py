"""The charts of gains, synergy and freight: which rows they hold, in which colours, from the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.charts import Row, bars, dots
from landbridge.report.shape import Freight, Results, Synergy
from landbridge.report.texts import lookup, word

COLOURS = {"party": svg.BLUE, "neighbour": svg.SKY, "other": svg.SKY, "world": svg.ORANGE}
SIDE_COLOURS = {"a": svg.ORANGE, "b": svg.SKY}
GROUP_ORDER = {"party": 0, "neighbour": 1, "world": 2}
MOST_PAIRS = 24
MOST_PARTS = 12


@dataclass(frozen=True)
class Figure:
    """A drawing with its heading and caption."""

    drawing: Markup
    heading: str
    caption: str


def percent_row(
    label: str,
    value: float,
    colour: str,
    *,
    low: float | None = None,
    high: float | None = None,
    mark: float | None = None,
    heading: str | None = None,
) -> Row:
    """A bar of per cent with its value in words, its range where there is one."""
    shown = formats.percent(value)
    hint = None
    if low is not None and high is not None:
        hint = word("welfare.range_hint", label=label, value=shown, range=formats.percent_range(low, high))
    return Row(label, value, shown, colour, low=low, high=high, mark=mark, heading=heading, hint=hint)


def welfare_chart(results: Results) -> Markup | None:
    """Change of real income of parties, neighbours and the world with every measure, with its range."""
    rows = sorted(
        (row for row in results.welfare if row.measures == "all" and row.group in GROUP_ORDER),
        key=lambda row: (GROUP_ORDER[row.group], -row.percent),
    )
    drawn = [percent_row(r.name, r.percent, COLOURS[r.group], low=r.low, high=r.high) for r in rows]
    return bars("chart-welfare", drawn, title=word("welfare.chart"), unit=word("welfare.unit"))


def side_charts(results: Results, names: dict[str, str]) -> list[Figure]:
    """For each party: change of real income when one programme side acts alone."""
    figures: list[Figure] = []
    for iso3 in results.parties:
        alone = {row.measures: row for row in results.welfare if row.iso3 == iso3 and row.measures != "all"}
        drawn = [
            percent_row(
                f"{side.id} {side.label}", alone[side.id].percent, SIDE_COLOURS.get(side.id[-1:], svg.BLUE)
            )
            for side in results.sides
            if side.id in alone
        ]
        title = word("whatif.sides_chart", name=names[iso3])
        chart = bars(f"chart-sides-{len(figures)}", drawn, title=title, unit=word("welfare.unit"))
        if chart:
            figures.append(Figure(chart, names[iso3], word("whatif.sides_caption")))
    return figures


def together_charts(results: Results, names: dict[str, str]) -> list[Figure]:
    """For each party and the world: each alignment's two sides alone, and together."""
    figures: list[Figure] = []
    for iso3 in [*results.parties, "WLD"]:
        drawn = [bar for row in results.synergy if row.iso3 == iso3 for bar in _together(results, row)]
        name = names.get(iso3, iso3)
        chart = bars(
            f"chart-together-{len(figures)}",
            drawn,
            title=word("synergy.chart", name=name),
            unit=word("welfare.unit"),
        )
        if chart:
            figures.append(Figure(chart, name, word("synergy.caption")))
    return figures


def _together(results: Results, row: Synergy) -> list[Row]:
    alignment = next(a for a in results.agreement.alignments if a.id == row.alignment)
    label_a = alignment.side_a.label if alignment.side_a else word("agreed.side_a")
    label_b = alignment.side_b.label if alignment.side_b else word("agreed.side_b")
    return [
        percent_row(
            word("synergy.only", label=label_a), row.side_a, SIDE_COLOURS["a"], heading=row.alignment
        ),
        percent_row(word("synergy.only", label=label_b), row.side_b, SIDE_COLOURS["b"]),
        percent_row(
            word("synergy.together"),
            row.together,
            svg.BLUE,
            low=row.low and row.together - row.synergy + row.low,
            high=row.high and row.together - row.synergy + row.high,
            mark=row.side_a + row.side_b,
        ),
    ]


def measure_charts(results: Results, names: dict[str, str]) -> list[Figure]:
    """For each party and the world: what each measure gives of the whole gain, the largest first."""
    if results.attribution is None:
        return []
    titles = {measure.id: measure.title for measure in results.measures}
    figures: list[Figure] = []
    for iso3 in [*results.parties, "WLD"]:
        rows = [row for row in results.attribution.by_measure if row.iso3 == iso3]
        rows.sort(key=lambda row: -abs(row.percent))
        drawn = [
            percent_row(
                f"{row.measure} {titles[row.measure]}",
                row.percent,
                svg.BLUE if row.percent >= 0 else svg.VERMILLION,
            )
            for row in rows[:MOST_PARTS]
        ]
        name = names.get(iso3, iso3)
        title = word("welfare.by_measure_chart", name=name)
        chart = bars(f"chart-measures-{len(figures)}", drawn, title=title, unit=word("welfare.unit"))
        if chart:
            caption = word("welfare.by_measure_caption", shown=len(drawn), total=len(rows))
            figures.append(Figure(chart, title, caption))
    return figures


def channel_charts(results: Results, names: dict[str, str]) -> list[Figure]:
    """For each party and the world: through which channel the gain comes."""
    if results.attribution is None:
        return []
    figures: list[Figure] = []
    for iso3 in [*results.parties, "WLD"]:
        rows = [row for row in results.attribution.by_channel if row.iso3 == iso3]
        drawn = [percent_row(channel(results, row.channel), row.percent, svg.GREEN) for row in rows]
        title = word("welfare.by_channel_chart", name=names.get(iso3, iso3))
        chart = bars(f"chart-channels-{len(figures)}", drawn, title=title, unit=word("welfare.unit"))
        if chart:
            figures.append(Figure(chart, title, ""))
    return figures


def channel(results: Results, name: str) -> str:
    """A channel of the attribution in words."""
    stated = results.attribution.channels.get(name) if results.attribution else None
    return lookup("channels", name, stated or formats.words(name))


def freight_rows(results: Results) -> Sequence[Freight]:
    """The freight rows to draw: all, or those whose days change most where they are many."""
    rows = results.freight
    if len(rows) <= MOST_PAIRS:
        return rows
    return sorted(rows, key=lambda row: -abs(row.with_all.days - row.baseline.days))[:MOST_PAIRS]


def freight_chart(results: Results) -> Markup | None:
    """Door-to-door days of each city pair, before (ring) and with every measure (dot)."""
    rows, several = freight_rows(results), len({row.cargo for row in results.freight}) > 1
    drawn, spoken = [], []
    for row in rows:
        ends = {"origin": row.origin, "to": row.to}
        label = (
            word("freight.row_of", **ends, cargo=formats.words(row.cargo))
            if several
            else word("freight.row", **ends)
        )
        before, after = formats.days(row.baseline.days), formats.days(row.with_all.days)
        shown = f"{formats.number(row.baseline.days, 1)} → {after}"
        drawn.append(Row(label, row.with_all.days, shown, svg.VERMILLION, start=row.baseline.days))
        spoken.append(word("freight.chart_spoken", label=label, before=before, after=after))
    return dots(
        "chart-freight",
        drawn,
        title=word("freight.chart"),
        unit=word("freight.chart_unit"),
        description="; ".join(spoken),
    )
