"""Charts as rows of HTML with a strip of SVG in each: positions are percentages, so a chart fits any width unscaled.

Every chart is one image to a screen reader: a title and a description in words. No chart needs a script or a style
attribute. Values are drawn on one linear scale that holds zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from landbridge.report import svg

FIRST, LAST = 2.0, 97.0  # per cent of the strip between which values lie


@dataclass(frozen=True)
class Row:
    """One line of a chart, in the unit of its axis.

    value: the end of the bar, or None for a line without one; low, high: the ends of a thin line through it; mark: a
    dashed mark to compare it with; start: where the bar begins (zero without); heading: words above the row.
    """

    label: str
    value: float | None
    shown: str
    colour: str
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    start: float = 0.0
    start_colour: str | None = None  # the bar has two parts, split at zero or at `split`
    split: float | None = None
    heading: str | None = None
    hint: str | None = None


def bars(
    identity: str,
    rows: Sequence[Row],
    *,
    title: str,
    unit: str,
    description: str | None = None,
    wide: bool = False,
) -> Markup | None:
    """Horizontal bars, each with its value in words at its end; None where there are no rows.

    wide: the values are long.
    """
    return _plot(identity, rows, _bar, title=title, unit=unit, description=description, wide=wide)


def dots(
    identity: str, rows: Sequence[Row], *, title: str, unit: str, description: str | None = None
) -> Markup | None:
    """A ring at `start` and a dot at `value`, joined by a line: before and after."""
    return _plot(identity, rows, _dumbbell, title=title, unit=unit, description=description)


def _plot(
    identity: str,
    rows: Sequence[Row],
    draw: Callable[[Row, svg.Scale], list[Markup]],
    *,
    title: str,
    unit: str,
    description: str | None,
    wide: bool = False,
) -> Markup | None:
    if not rows:
        return None
    held = [v for r in rows for v in (r.value, r.low, r.high, r.mark, r.start) if v is not None]
    scale = svg.fitted_scale(held, FIRST, LAST, about=5)
    grid = [_upright(scale(tick), svg.INK if tick == 0 else svg.GRID) for tick in scale.ticks]
    drawn: list[Markup] = []
    for row in rows:
        if row.heading:
            drawn.append(_div("plot-heading", row.heading))
        hint = svg.element("title", None, row.hint or f"{row.label}: {row.shown}")
        strip = _strip(svg.element("svg", None, hint, *grid, *draw(row, scale)))
        drawn.append(_div("plot-row", _span("plot-label", row.label), strip, _span("plot-value", row.shown)))
    ticks = [
        svg.element(
            "text",
            {"x": _at(scale(tick)), "y": 13, "text-anchor": "middle", "fill": svg.QUIET, "font-size": 12},
            scale.label(tick),
        )
        for tick in scale.ticks
    ]
    axis = _strip(svg.element("svg", None, *ticks))
    drawn.append(_div("plot-row plot-axis", _span("plot-label", ""), axis, _span("plot-value", "")))
    drawn.append(_div("plot-unit", unit))
    spoken = description or "; ".join(
        f"{row.heading + ': ' if row.heading else ''}{row.label} {row.shown}" for row in rows
    )
    return image(identity, title, f"{spoken}.", *drawn, kind="plot wide" if wide else "plot")


def image(identity: str, title: str, description: str, *children: str, kind: str) -> Markup:
    """Drawn parts as one image with a name and a description for those who do not see it."""
    return svg.element(
        "div",
        {
            "class": kind,
            "role": "img",
            "id": identity,
            "aria-labelledby": f"{identity}-t",
            "aria-describedby": f"{identity}-d",
        },
        svg.element("span", {"class": "spoken", "id": f"{identity}-t"}, title),
        svg.element("span", {"class": "spoken", "id": f"{identity}-d"}, description),
        *children,
    )


def _div(kind: str, *children: str) -> Markup:
    return (
        svg.element("div", {"class": kind}, *children)
        if any(children)
        else Markup('<div class="{}"></div>').format(kind)
    )


def _span(kind: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(kind, text)


def _at(value: float) -> str:
    return f"{value:.2f}%"


def _strip(drawing: Markup) -> Markup:
    return Markup('<span class="strip">{}</span>').format(drawing)


# A strip is as high as its row: heights are given from its middle line, y = 50 %, by a shift.
def _upright(x: float, stroke: str, reach: float | None = None, **more: object) -> Markup:
    """An upright line at x, over the whole strip or `reach` units above and below its middle."""
    place: dict[str, object] = {
        "x1": _at(x),
        "x2": _at(x),
        "y1": "0%",
        "y2": "100%",
        "stroke": stroke,
        **more,
    }
    if reach is None:
        return svg.element("line", place)
    nested: dict[str, object] = {"y": "50%", "overflow": "visible"}
    return svg.element("svg", nested, svg.element("line", {**place, "y1": -reach, "y2": reach}))


def _across(a: float, b: float, stroke: str, width: float) -> Markup:
    place: dict[str, object] = {"x1": _at(a), "x2": _at(b), "y1": "50%", "y2": "50%", "stroke": stroke}
    return svg.element("line", {**place, "stroke-width": width})


def _rect(a: float, b: float, colour: str) -> Markup:
    left, wide = min(a, b), max(abs(b - a), 0.15)
    box: dict[str, object] = {"x": _at(left), "width": _at(wide), "y": "50%", "height": 14.0}
    look = {"fill": colour, "stroke": svg.INK, "stroke-width": 0.6, "transform": "translate(0 -7)"}
    return svg.element("rect", {**box, **look})


def _bar(row: Row, scale: svg.Scale) -> list[Markup]:
    parts: list[Markup] = []
    if row.value is not None:
        a, b = scale(row.start), scale(row.value)
        if row.start_colour is None:
            parts.append(_rect(a, b, row.colour))
        else:
            middle = scale(row.split if row.split is not None else 0.0)
            parts += [_rect(a, middle, row.start_colour), _rect(middle, b, row.colour)]
    if row.low is not None and row.high is not None:
        a, b = scale(row.low), scale(row.high)
        ends: dict[str, object] = {"stroke-width": 1.6}
        parts += [
            _across(a, b, svg.INK, 1.6),
            _upright(a, svg.INK, 4, **ends),
            _upright(b, svg.INK, 4, **ends),
        ]
    if row.mark is not None:
        x = scale(row.mark)
        parts.append(_upright(x, "#ffffff", 11, **{"stroke-width": 5}))
        parts.append(_upright(x, svg.INK, 11, **{"stroke-width": 2.4, "stroke-dasharray": "4 2"}))
    return parts


def _dumbbell(row: Row, scale: svg.Scale) -> list[Markup]:
    a, b = scale(row.start), scale(row.value if row.value is not None else row.start)
    ring = {"cx": _at(a), "cy": "50%", "r": 5.5, "fill": "#ffffff", "stroke": svg.BLUE, "stroke-width": 2.5}
    return [
        _across(a, b, svg.INK, 2),
        svg.element("circle", dict(ring)),
        svg.element("circle", {"cx": _at(b), "cy": "50%", "r": 4.5, "fill": svg.VERMILLION}),
    ]


@dataclass(frozen=True)
class Curve:
    """A line through points (x, y), with a colour, a dash pattern and a name for the legend."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    dash: str | None = None
    dots: bool = False


def curves(
    identity: str, lines: Sequence[Curve], *, title: str, x_unit: str, y_unit: str, description: str
) -> Markup | None:
    """Lines on two axes in strips of percentages, so that the writing keeps its size at any width."""
    points = [point for line in lines for point in line.points]
    if len(points) < 2:
        return None
    height = 240.0
    across = svg.linear_scale([x for x, _ in points], 2.0, 96.0, about=4)
    up = svg.linear_scale([y for _, y in points], height - 8, 18.0, about=4)
    drawn: list[Markup] = []
    for tick in up.ticks:
        place: dict[str, object] = {"x1": "0%", "x2": "100%", "y1": up(tick), "y2": up(tick)}
        drawn.append(svg.element("line", {**place, "stroke": svg.INK if tick == 0 else svg.GRID}))
        drawn.append(
            svg.element(
                "text", {"x": "0%", "y": up(tick) - 3, "font-size": 12, "fill": svg.QUIET}, up.label(tick)
            )
        )
    for tick in across.ticks[1:]:
        text: dict[str, object] = {"x": _at(across(tick)), "y": height + 12, "text-anchor": "middle"}
        drawn.append(svg.element("text", {**text, "font-size": 12, "fill": svg.QUIET}, across.label(tick)))
    for line in lines:
        style: dict[str, object] = {"stroke": line.colour, "stroke-width": 2.2, "stroke-dasharray": line.dash}
        for (x0, y0), (x1, y1) in zip(line.points, line.points[1:], strict=False):
            ends: dict[str, object] = {
                "x1": _at(across(x0)),
                "y1": up(y0),
                "x2": _at(across(x1)),
                "y2": up(y1),
            }
            drawn.append(svg.element("line", {**ends, **style}))
        if line.dots:
            drawn += [
                svg.element("circle", {"cx": _at(across(x)), "cy": up(y), "r": 3.5, "fill": line.colour})
                for x, y in line.points
            ]
    plot = svg.element("svg", {"class": "curves", "height": height + 18}, *drawn)
    return image(
        identity,
        title,
        description,
        _div("plot-unit plot-y", y_unit),
        plot,
        _div("plot-unit", x_unit),
        kind="plot",
    )
