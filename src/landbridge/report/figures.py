"""The charts, as inline SVG: bars of real income, together or apart, freight days before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.shape import Freight, Results, Synergy

WIDTH = 860.0
LABELS = 285.0  # right edge of the labels
PLOT_END = 690.0  # right edge of the bars; the values stand to its right
COLOURS = {"party": svg.BLUE, "neighbour": svg.SKY, "other": svg.SKY, "world": svg.ORANGE}
SIDE_COLOURS = {"a": svg.ORANGE, "b": svg.SKY}
MOST_PAIRS = 24


@dataclass(frozen=True)
class Bar:
    """One bar: its value and, where given, the ends of its range and a mark to compare it with (one unit)."""

    label: str
    value: float
    colour: str
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    heading: str | None = None


def bars(
    identity: str, rows: Sequence[Bar], *, title: str, description: str, unit: str = "% of real income"
) -> Markup:
    """Horizontal bars on one scale that holds zero; values are percent.

    A whisker spans low to high; a dashed mark shows the number a bar is to be compared with.
    """
    values = [v for row in rows for v in (row.value, row.low, row.high, row.mark) if v is not None]
    scale = svg.linear_scale(values, LABELS + 15, PLOT_END)
    top = 12.0
    drawn: list[Markup] = []
    y = top
    for row in rows:
        if row.heading:
            y += 26
            drawn.append(svg.text(0, y - 7, row.heading, weight="600", size=13))
        height = 34.0 if len(svg.wrap(row.label, 38)) > 1 else 25.0
        drawn.append(_bar(row, scale, y + height / 2))
        y += height
    axis = _axis(scale, top, y, unit)
    return svg.frame(identity, WIDTH, y + 40, title, description, *axis, *drawn, _zero(scale, top, y))


def _bar(row: Bar, scale: svg.Scale, middle: float) -> Markup:
    zero, end = scale(0), scale(row.value)
    lines = svg.wrap(row.label, 38)
    first = middle + 4.5 - 7.5 * (len(lines) - 1)
    label = [svg.text(LABELS, first + 15 * i, line, anchor="end") for i, line in enumerate(lines)]
    parts = [
        *label,
        svg.element(
            "rect",
            {
                "x": min(zero, end),
                "y": middle - 7.5,
                "width": max(abs(end - zero), 0.8),
                "height": 15,
                "fill": row.colour,
                "stroke": svg.INK,
                "stroke-width": 0.6,
            },
        ),
    ]
    if row.low is not None and row.high is not None:
        a, b = scale(row.low), scale(row.high)
        whisker = f"M{a:.1f} {middle - 4:.1f}v8M{a:.1f} {middle:.1f}H{b:.1f}M{b:.1f} {middle - 4:.1f}v8"
        parts.append(
            svg.element("path", {"d": whisker, "stroke": svg.INK, "stroke-width": 1.6, "fill": "none"})
        )
    if row.mark is not None:
        x = scale(row.mark)
        path: dict[str, object] = {"d": f"M{x:.1f} {middle - 11:.1f}v22", "fill": "none"}
        parts.append(svg.element("path", {**path, "stroke": "#ffffff", "stroke-width": 5}))
        dashes = {"stroke": svg.INK, "stroke-width": 2.4, "stroke-dasharray": "4 2"}
        parts.append(svg.element("path", {**path, **dashes}))
    value = formats.percent(row.value)
    parts.append(svg.text(WIDTH - 4, middle + 4.5, value, anchor="end", weight="600"))
    hint = f"{row.label}: {value}"
    if row.low is not None and row.high is not None:
        hint += f" (range {formats.percent_range(row.low, row.high)})"
    return svg.element("g", None, svg.element("title", None, hint), *parts)


def _axis(scale: svg.Scale, top: float, bottom: float, unit: str) -> list[Markup]:
    drawn = []
    for tick in scale.ticks:
        x = scale(tick)
        line = {"x1": x, "x2": x, "y1": top, "y2": bottom, "stroke": svg.GRID}
        drawn.append(svg.element("line", dict(line)))
        drawn.append(svg.text(x, bottom + 15, scale.label(tick), anchor="middle", size=12, fill=svg.QUIET))
    middle = (scale.start + scale.end) / 2
    drawn.append(svg.text(middle, bottom + 32, unit, anchor="middle", size=12, fill=svg.QUIET))
    return drawn


def _zero(scale: svg.Scale, top: float, bottom: float) -> Markup:
    x = scale(0)
    return svg.element("line", {"x1": x, "x2": x, "y1": top, "y2": bottom, "stroke": svg.INK})


def _spoken(rows: Sequence[Bar]) -> str:
    return "; ".join(f"{row.label} {formats.percent(row.value)}" for row in rows) + "."


def welfare_chart(results: Results) -> Markup | None:
    """Change of real income of parties, neighbours and the world with every measure, with its range."""
    order = {"party": 0, "neighbour": 1, "world": 2}
    rows = sorted(
        (row for row in results.welfare if row.measures == "all" and row.group in order),
        key=lambda row: (order[row.group], -row.percent),
    )
    if not rows:
        return None
    drawn = [Bar(row.name, row.percent, COLOURS[row.group], row.low, row.high) for row in rows]
    title = "Change of real income with every measure, percent"
    return bars("chart-welfare", drawn, title=title, description=_spoken(drawn))


def side_charts(results: Results, names: dict[str, str]) -> list[tuple[str, Markup]]:
    """For each party: change of real income when one programme side acts alone (name, drawing)."""
    charts: list[tuple[str, Markup]] = []
    for iso3 in results.parties:
        alone = {row.measures: row for row in results.welfare if row.iso3 == iso3 and row.measures != "all"}
        drawn = [
            Bar(f"{side.id} {side.label}", alone[side.id].percent, SIDE_COLOURS.get(side.id[-1:], svg.BLUE))
            for side in results.sides
            if side.id in alone
        ]
        if drawn:
            title = f"{names[iso3]}: change of real income from each programme side acting alone, percent"
            chart = bars(f"chart-sides-{len(charts)}", drawn, title=title, description=_spoken(drawn))
            charts.append((names[iso3], chart))
    return charts


def together_charts(results: Results, names: dict[str, str]) -> list[tuple[str, Markup]]:
    """For each party and the world: each alignment's two sides alone, and together (name, drawing)."""
    charts: list[tuple[str, Markup]] = []
    for iso3 in [*results.parties, "WLD"]:
        rows = [row for row in results.synergy if row.iso3 == iso3]
        drawn = [bar for row in rows for bar in _together(results, row)]
        if drawn:
            title = f"{names.get(iso3, iso3)}: the two sides of each alignment alone and together, percent"
            chart = bars(f"chart-together-{len(charts)}", drawn, title=title, description=_spoken(drawn))
            charts.append((names.get(iso3, iso3), chart))
    return charts


def _together(results: Results, row: Synergy) -> list[Bar]:
    alignment = next(a for a in results.agreement.alignments if a.id == row.alignment)
    label_a = alignment.side_a.label if alignment.side_a else "side a"
    label_b = alignment.side_b.label if alignment.side_b else "side b"
    return [
        Bar(f"Only {label_a}", row.side_a, SIDE_COLOURS["a"], heading=row.alignment),
        Bar(f"Only {label_b}", row.side_b, SIDE_COLOURS["b"]),
        Bar("Together", row.together, svg.BLUE, mark=row.side_a + row.side_b),
    ]


def freight_rows(results: Results) -> list[Freight]:
    """The freight rows to draw: all, or those whose days change most where they are many."""
    rows = results.freight
    if len(rows) <= MOST_PAIRS:
        return rows
    return sorted(rows, key=lambda row: -abs(row.with_all.days - row.baseline.days))[:MOST_PAIRS]


def freight_chart(results: Results) -> Markup | None:
    """Door-to-door days of each city pair, before (hollow) and with every measure (filled)."""
    rows = freight_rows(results)
    if not rows:
        return None
    values = [d for row in rows for d in (row.baseline.days, row.with_all.days)]
    scale = svg.linear_scale(values, LABELS + 15, PLOT_END)
    top, step = 12.0, 26.0
    bottom = top + step * len(rows)
    drawn = [_dumbbell(row, scale, top + step * (i + 0.5)) for i, row in enumerate(rows)]
    spoken = "; ".join(
        f"{row.origin} to {row.to}, {formats.words(row.cargo)}: {formats.days(row.baseline.days)} before, "
        f"{formats.days(row.with_all.days)} after"
        for row in rows
    )
    axis = _axis(scale, top, bottom, "days, door to door")
    title = "Freight days before and with every measure"
    return svg.frame("chart-freight", WIDTH, bottom + 40, title, f"{spoken}.", *axis, *drawn)


def _dumbbell(row: Freight, scale: svg.Scale, middle: float) -> Markup:
    before, after = scale(row.baseline.days), scale(row.with_all.days)
    label = f"{row.origin} → {row.to}, {formats.words(row.cargo)}"
    short = label if len(label) <= 44 else label[:43] + "…"
    shown = f"{formats.number(row.baseline.days, 1)} → {formats.days(row.with_all.days)}"
    line = {"x1": before, "x2": after, "y1": middle, "y2": middle, "stroke": svg.INK, "stroke-width": 2}
    ring = {"cx": before, "cy": middle, "r": 6, "fill": "#ffffff", "stroke": svg.BLUE, "stroke-width": 2.5}
    return svg.element(
        "g",
        None,
        svg.element("title", None, f"{label}: {shown}"),
        svg.text(LABELS, middle + 4.5, short, anchor="end"),
        svg.element("line", dict(line)),
        svg.element("circle", dict(ring)),
        svg.element("circle", {"cx": after, "cy": middle, "r": 4.5, "fill": svg.VERMILLION}),
        svg.text(WIDTH - 4, middle + 4.5, shown, anchor="end", weight="600"),
    )
