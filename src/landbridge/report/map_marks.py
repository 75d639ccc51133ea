"""The marks and names on the map: each is drawn about its own place, so that a zoom can keep its size on the screen."""

from __future__ import annotations

import math

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.projection import XY, Placed, Window, path
from landbridge.report.shape import Point, Port, Results
from landbridge.report.texts import word

PARTY = "#fbeec2"
RAIL = "#9aa4ae"
OUTLINE = "#8c959f"
WIDEST = 14.0  # drawing units: the radius of the longest wait, the width of the busiest line


def mark(at: XY, *children: str, kind: str = "mark", hint: str = "") -> Markup:
    """Parts drawn about (0, 0) and put at a place; the inner group is what a zoom shrinks."""
    title = [svg.element("title", None, hint)] if hint else []
    move = {"class": kind, "transform": f"translate({at[0]:.1f} {at[1]:.1f})"}
    return svg.element("g", dict(move), *title, svg.element("g", {"class": "z"}, *children))


def measures(results: Results, view: Window, placed: Placed) -> tuple[Markup, Markup]:
    """The marks of the measures and, to be drawn on top, their numbered badges with leader lines."""
    marks, badges = [], []
    for measure in results.measures:
        lines = [line for line in measure.geometry if line]
        if not lines:
            continue
        hint = f"{measure.id} {measure.title}"
        data = "".join(path(line, view) for line in lines if len(line) > 1)
        style: dict[str, object] = {"fill": "none", "stroke": svg.BLACK, "stroke-width": 2.4}
        if data:
            line_style = {"class": "measure-line", "d": data, "stroke-dasharray": "2 5", **style}
            marks.append(svg.element("path", line_style, svg.element("title", None, hint)))
        for line in lines:
            if len(line) == 1:
                marks.append(mark(view(line[0]), svg.element("circle", {"r": 8.5, **style}), hint=hint))
        longest = max(lines, key=len)
        anchor = view(longest[len(longest) // 2])
        if view.holds(anchor):
            badges.append(_badge(measure.id, hint, anchor, view, placed))
    return svg.element("g", {"class": "measures"}, *marks), svg.element("g", {"class": "badges"}, *badges)


def _badge(label: str, hint: str, anchor: XY, view: Window, placed: Placed) -> Markup:
    half, tall = 4.2 * len(label) + 4, 9.5
    place = free_place(anchor, half, tall, view, placed)
    placed.boxes.append((place[0] - half - 1, place[1] - tall - 1, place[0] + half + 1, place[1] + tall + 1))
    x, y = place[0] - anchor[0], place[1] - anchor[1]
    leader = {"x1": 0, "y1": 0, "x2": x, "y2": y, "stroke": svg.BLACK, "stroke-width": 1}
    pill = {"x": x - half, "y": y - tall, "width": 2 * half, "height": 2 * tall, "rx": tall}
    return mark(
        anchor,
        svg.element("line", dict(leader)),
        svg.element("rect", {**pill, "fill": svg.BLACK}),
        svg.text(x, y + 4.5, label, anchor="middle", fill="#ffffff", size=12.5, weight="600"),
        hint=hint,
    )


def free_place(anchor: XY, half: float, tall: float, view: Window, placed: Placed) -> XY:
    """The nearest free place for a badge on rings around its anchor."""
    for reach in (24, 36, 48, 62, 78, 96, 116, 140):
        for turn in range(12):
            angle = math.radians(-75 + 30 * turn)
            x, y = anchor[0] + reach * math.cos(angle), anchor[1] + reach * math.sin(angle)
            box = (x - half, y - tall, x + half, y + tall)
            inside = view.holds((box[0], box[1])) and view.holds((box[2], box[3]))
            if inside and placed.free(box):
                return x, y
    return anchor


def crossings(results: Results, view: Window, *, freight: bool = False) -> Markup:
    """A square at each border crossing that a route passes or a measure changes; freight: with its tonnes to read."""
    busy = {(one.name, one.mode): one for one in results.borders if freight}
    drawn = []
    square: dict[str, object] = {"x": -3.5, "y": -3.5, "width": 7, "height": 7}
    for one in results.map.crossings:
        at = view((one.lon, one.lat))
        if not view.holds(at):
            continue
        if one.mode:
            hint = word("map.crossing_mode", name=one.name, mode=formats.words(one.mode))
        else:
            hint = word("map.crossing", name=one.name)
        border = busy.get((one.name, one.mode or ""))
        if border and border.before_kt is not None and border.after_kt is not None:
            hint = word(
                "map.freight_crossing",
                name=one.name,
                mode=formats.words(border.mode),
                before=formats.number(border.before_kt),
                after=formats.number(border.after_kt),
            )
        drawn.append(mark(at, svg.element("rect", dict(square)), hint=hint))
    return svg.element("g", {"fill": svg.YELLOW, "stroke": svg.INK, "stroke-width": 1.1}, *drawn)


def ports(results: Results, view: Window) -> Markup:
    """A diamond at each port."""
    drawn = []
    for one in results.map.ports:
        at = view((one.lon, one.lat))
        if view.holds(at):
            diamond = svg.element("path", {"d": "M0 -5l5 5-5 5l-5 -5Z"})
            drawn.append(mark(at, diamond, hint=word("map.port", name=one.name)))
    return svg.element("g", {"fill": svg.GREEN, "stroke": svg.INK, "stroke-width": 1.1}, *drawn)


def borders(results: Results, view: Window) -> Markup:
    """Hours at borders by area: a ring for before, a disc for with every measure."""
    most = max((max(one.hours_before, one.hours_after) for one in results.borders), default=0.0)
    drawn = []
    for one in sorted(results.borders, key=lambda one: -one.hours_before):
        at = view((one.lon, one.lat))
        if not view.holds(at) or most <= 0:
            continue
        hint = word(
            "map.border",
            name=one.name,
            mode=formats.words(one.mode),
            before=formats.hours(one.hours_before),
            after=formats.hours(one.hours_after),
        )
        disc = {"r": WIDEST * math.sqrt(one.hours_after / most), "fill": svg.YELLOW, "fill-opacity": "0.8"}
        ring = {"r": WIDEST * math.sqrt(one.hours_before / most), "fill": "none"}
        drawn.append(
            mark(at, svg.element("circle", dict(disc)), svg.element("circle", dict(ring)), hint=hint)
        )
    return svg.element("g", {"class": "borders", "stroke": svg.INK, "stroke-width": 1.1}, *drawn)


def names(results: Results, view: Window, placed: Placed) -> Markup:
    """Names of route ends, then parties, ports and crossings: those with room at once, the others for a zoom."""
    drawn: list[Markup] = []
    ends: dict[str, Point] = {}
    for route in results.routes:
        if route.line:
            ends.setdefault(route.origin, route.line[0])
            ends.setdefault(route.to, route.line[-1])
    marked = {spot.name for spot in (*results.map.ports, *results.map.crossings)}
    for name, point in ends.items():
        if name not in marked:
            drawn.append(mark(view(point), svg.element("circle", {"r": 3.6, "fill": svg.INK})))
        drawn.append(_name(name, view(point), 13, "600", view, placed))
    for country in results.map.countries:
        if country.iso3 in results.parties and country.rings:
            largest = max(country.rings, key=len)
            lon = (min(p[0] for p in largest) + max(p[0] for p in largest)) / 2
            lat = (min(p[1] for p in largest) + max(p[1] for p in largest)) / 2
            drawn.append(_name(country.name.upper(), view((lon, lat)), 14, "400", view, placed))
    spots: list[Port] = [*results.map.ports, *results.map.crossings]
    for spot in {spot.name: spot for spot in spots}.values():
        if spot.name not in ends:
            drawn.append(_name(spot.name, view((spot.lon, spot.lat)), 11, "400", view, placed, minor=True))
    return svg.element("g", {"class": "names"}, *drawn)


def _name(
    name: str, at: XY, size: float, weight: str, view: Window, placed: Placed, *, minor: bool = False
) -> Markup:
    wide = 0.56 * size * len(name)
    for dx, dy, anchor in ((8, 4, "start"), (-8, 4, "end"), (0, -9, "middle"), (0, 18, "middle")):
        x, y = at[0] + dx, at[1] + dy
        left = x if anchor == "start" else x - wide if anchor == "end" else x - wide / 2
        box = (left, y - size, left + wide, y + 3)
        if view.holds((box[0], box[1])) and view.holds((box[2], box[3])) and placed.free(box):
            placed.boxes.append(box)
            shown = svg.text(dx, dy, name, size=size, anchor=anchor, weight=weight, halo=True)
            return mark(at, shown, kind="mark minor" if minor else "mark")
    if not view.holds(at):
        return Markup()
    return mark(at, svg.text(8, 4, name, size=size, weight=weight, halo=True), kind="mark more")


def legend(results: Results) -> list[tuple[Markup, str]]:
    """The marks of the map with their meanings, those that are on it."""
    thick: dict[str, object] = {"fill": "none", "stroke-linecap": "round"}
    black: dict[str, object] = {"fill": "none", "stroke": svg.BLACK, "stroke-width": 2.4}

    def key(name: str, shape: dict[str, object]) -> Markup:
        return svg.key(svg.element(name, shape))

    def stroke(colour: str, width: float) -> Markup:
        return key("path", {"d": "M2 0h34", "stroke": colour, "stroke-width": width, **thick})

    square = {"x": 15, "y": -4, "width": 7, "height": 7, "fill": svg.YELLOW, "stroke": svg.INK}
    box = {"x": 8, "y": -7, "width": 22, "height": 14, "fill": PARTY, "stroke": OUTLINE}
    marks = [
        (stroke(svg.SKY, 6.5), word("map.legend_before")),
        (stroke(svg.VERMILLION, 2.2), word("map.legend_after")),
        (key("path", {"d": "M2 0h34", "stroke-dasharray": "2 5", **black}), word("map.legend_line")),
        (key("circle", {"cx": 19, "cy": 0, "r": 6.5, **black}), word("map.legend_place")),
        (stroke(RAIL, 1.0), word("map.legend_rail")),
        (key("rect", dict(square)), word("map.legend_crossing")),
        (
            key("path", {"d": "M19 -5l5 5l-5 5l-5 -5Z", "fill": svg.GREEN, "stroke": svg.INK}),
            word("map.legend_port"),
        ),
        (key("rect", dict(box)), word("map.legend_party")),
    ]
    if results.borders:
        circle = {"cx": 19, "cy": 0, "r": 8, "fill": svg.YELLOW, "stroke": svg.INK}
        marks.append((key("circle", dict(circle)), word("map.legend_border")))
    return marks
