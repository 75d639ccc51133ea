"""The map of freight: lines as wide as what they carry, coloured by what the measures change."""

from __future__ import annotations

import math

from markupsafe import Markup

from landbridge.report import formats, map_marks, svg
from landbridge.report.map_marks import PARTY, WIDEST
from landbridge.report.maps import SEA, countries
from landbridge.report.projection import WIDTH, Placed, Window, path, window
from landbridge.report.sections import Flow
from landbridge.report.shape import Point, Results
from landbridge.report.texts import word

STEPS = 20  # widths that are told apart; style.css knows them as w1 to w20
CHANGED = 0.02  # a line carries more or less only where its tonnes change by this share
# Lines of at least this share of the busiest whose freight changes are within the window.
_SHOWN = 0.05
_WIDTHS_MT = (1, 10, 30)
# By change: railways and ferries, and roads, which are many and lighter.
COLOURS = {"same": ("#57606a", "#a9b1ba"), "more": (svg.BLUE, "#6fb1d9"), "less": (svg.VERMILLION, "#e9a377")}


def draw(results: Results) -> Markup:
    """The freight of the results by width; `results.flows` must not be empty."""
    most = busiest(results)
    points: list[Point] = [point for one in results.measures for line in one.geometry for point in line]
    busy = [flow for flow in results.flows if _more(flow) >= _SHOWN * most]
    told = [flow for flow in busy if change(flow) != "same"] or busy
    view = window(points + [point for flow in told for point in flow.line])
    focus = _focus(results, view)
    layers = [
        svg.element("rect", {"width": WIDTH, "height": view.height, "fill": SEA}),
        countries(results, view),
        focus,
        _lines(results, view, most),
        map_marks.crossings(results, view, freight=True),
        map_marks.names(results, view, Placed()),
    ]
    world = svg.element("g", {"class": "world"}, *layers)
    title, spoken = word("map.freight_title"), description(results)
    return svg.frame("map-freight", WIDTH, view.height, title, spoken, world, kind="map")


def busiest(results: Results) -> float:
    """Thousand tonnes a year of the busiest line, before or with every measure."""
    return max(_more(flow) for flow in results.flows)


def _more(flow: Flow) -> float:
    return max(flow.before_kt, flow.after_kt)


def _focus(results: Results, view: Window) -> Markup:
    """An unseen box about the measures: what a narrow screen shows first."""
    places = [view(point) for one in results.measures for line in one.geometry for point in line]
    if not places:
        return Markup()
    left, top = min(x for x, _ in places), min(y for _, y in places)
    right, bottom = max(x for x, _ in places), max(y for _, y in places)
    box = {"x": left, "y": top, "width": right - left, "height": bottom - top, "fill": "none"}
    return svg.element("g", {"class": "focus"}, svg.element("rect", dict(box)))


def change(flow: Flow) -> str:
    """Whether a line carries the "same", "more" or "less" with every measure."""
    gap = flow.after_kt - flow.before_kt
    if abs(gap) < CHANGED * max(flow.before_kt, flow.after_kt):
        return "same"
    return "more" if gap > 0 else "less"


def step(kt: float, most: float) -> int:
    """The width of so many thousand tonnes in steps: by the root, so that ten times as much is three times as wide."""
    return round(STEPS * math.sqrt(kt / most))


def _lines(results: Results, view: Window, most: float) -> Markup:
    drawn = []
    for flow in results.flows:
        data = path(flow.line, view)
        if not data:
            continue
        hint = word(
            "map.flow",
            mode=formats.words(flow.mode),
            before=formats.number(flow.before_kt),
            after=formats.number(flow.after_kt),
        )
        widths = [max(1, step(kt, most)) for kt in (flow.before_kt, flow.after_kt)]
        style: dict[str, object] = {
            "d": data,
            "class": f"w{widths[1]}",
            "data-before": f"w{widths[0]}",
            "data-after": f"w{widths[1]}",
            "data-change": f"w{step(abs(flow.after_kt - flow.before_kt), most)}",
            "stroke": COLOURS[change(flow)][flow.mode == "road"],
            "stroke-dasharray": "4 3" if flow.mode == "sea" else None,
        }
        drawn.append(svg.element("path", style, svg.element("title", None, hint)))
    shape = {"class": "flows", "fill": "none", "stroke-linecap": "round", "stroke-linejoin": "round"}
    return svg.element("g", dict(shape), *drawn)


def description(results: Results) -> str:
    """The map in words: the busiest line and the busiest crossings, before and with every measure."""
    top = max(results.flows, key=_more)
    crossings = sorted(
        (one for one in results.borders if one.before_kt is not None and one.after_kt is not None),
        key=lambda one: -(one.after_kt or 0.0),
    )
    told = [
        word(
            "map.freight_crossing",
            name=one.name,
            mode=formats.words(one.mode),
            before=formats.number(one.before_kt or 0.0),
            after=formats.number(one.after_kt or 0.0),
        )
        for one in crossings[:6]
    ]
    return word(
        "map.freight_words",
        lines=len(results.flows),
        most=formats.number(_more(top)),
        more=sum(change(flow) == "more" for flow in results.flows),
        less=sum(change(flow) == "less" for flow in results.flows),
        crossings="; ".join(told) or word("map.none"),
    )


def legend(results: Results) -> list[tuple[Markup, str]]:
    """Colours and widths with their meanings."""

    def stroke(colour: str, width: float) -> Markup:
        line = {
            "d": "M2 0h34",
            "stroke": colour,
            "stroke-width": width,
            "fill": "none",
            "stroke-linecap": "round",
        }
        return svg.key(svg.element("path", dict(line)))

    rows = [
        (stroke(COLOURS["more"][0], 6.0), word("map.freight_more")),
        (stroke(COLOURS["less"][0], 6.0), word("map.freight_less")),
        (stroke(COLOURS["same"][0], 6.0), word("map.freight_same")),
        (stroke(COLOURS["same"][1], 6.0), word("map.freight_road")),
    ]
    most = busiest(results)
    for amount in _WIDTHS_MT:
        if 1000 * amount <= most:
            width = WIDEST * step(1000 * amount, most) / STEPS
            rows.append((stroke(svg.INK, max(width, 0.7)), word("map.freight_width", amount=amount)))
    square = {"x": 15, "y": -4, "width": 7, "height": 7, "fill": svg.YELLOW, "stroke": svg.INK}
    party = {"x": 8, "y": -7, "width": 22, "height": 14, "fill": PARTY, "stroke": map_marks.OUTLINE}
    rows.append((svg.key(svg.element("rect", dict(square))), word("map.legend_crossing")))
    return [*rows, (svg.key(svg.element("rect", dict(party))), word("map.legend_party"))]
