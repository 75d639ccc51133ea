"""The map, as inline SVG: countries, rail, routes before and after, and the measures where they act.

Projection: Lambert azimuthal equal-area (Snyder 1987, "Map projections: a working manual", eq. 24-2 to 24-4),
centred on what is drawn, so that long east-west corridors keep their proportions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.shape import Line, Point, Port, Results

WIDTH = 1000.0
LEAST_HEIGHT, MOST_HEIGHT = 420.0, 720.0
LEGEND_HEIGHT = 62.0
EURASIA: Line = [(25.0, 20.0), (25.0, 58.0), (130.0, 20.0), (130.0, 58.0)]
PARTY = "#fbeec2"
RAIL = "#9aa4ae"
OUTLINE = "#8c959f"
FINEST = 0.7  # drawing units: closer points of an outline are dropped

XY = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Window:
    """The projection and the part of the plane that is shown."""

    lon: float
    lat: float
    left: float
    top: float
    scale: float
    height: float

    def __call__(self, point: Point) -> XY:
        x, y = _project(point, self.lon, self.lat)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def near(self, point: Point) -> bool:
        """Whether a point is within 120 degrees of the centre; a ring about the antipode turns inside out."""
        return _cosine(point, self.lon, self.lat) > -0.5

    def holds(self, point: XY, margin: float = 0.0) -> bool:
        return -margin <= point[0] <= WIDTH + margin and -margin <= point[1] <= self.height + margin


@dataclass
class Placed:
    """The boxes already taken by labels, so that the next label finds a free place or stays away."""

    boxes: list[Box] = field(default_factory=list)

    def free(self, box: Box) -> bool:
        x0, y0, x1, y1 = box
        return all(x1 < a or x0 > c or y1 < b or y0 > d for a, b, c, d in self.boxes)


def _cosine(point: Point, lon0: float, lat0: float) -> float:
    """Cosine of the angle at the centre of the Earth between a point and the centre of the map."""
    lon, lat, centre = math.radians(point[0] - lon0), math.radians(point[1]), math.radians(lat0)
    return math.sin(centre) * math.sin(lat) + math.cos(centre) * math.cos(lat) * math.cos(lon)


def _project(point: Point, lon0: float, lat0: float) -> XY:
    lon, lat, centre = math.radians(point[0] - lon0), math.radians(point[1]), math.radians(lat0)
    stretch = math.sqrt(2 / max(1 + _cosine(point, lon0, lat0), 1e-6))
    x = stretch * math.cos(lat) * math.sin(lon)
    y = stretch * (math.cos(centre) * math.sin(lat) - math.sin(centre) * math.cos(lat) * math.cos(lon))
    return x, y


def window(points: Sequence[Point]) -> Window:
    """The window that holds every point with some room around, centred on them."""
    shown = list(points) if len(points) > 1 else EURASIA
    lons, lats = [p[0] for p in shown], [p[1] for p in shown]
    lon0, lat0 = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    plane = [_project(p, lon0, lat0) for p in shown]
    left, right = min(x for x, _ in plane), max(x for x, _ in plane)
    bottom, top = min(y for _, y in plane), max(y for _, y in plane)
    room = 0.05 * max(right - left, top - bottom, 0.02)
    left, right, bottom, top = left - room, right + room, bottom - room, top + room
    scale = min(WIDTH / (right - left), MOST_HEIGHT / (top - bottom))
    height = min(max((top - bottom) * scale, LEAST_HEIGHT), MOST_HEIGHT)
    left -= (WIDTH / scale - (right - left)) / 2
    top += (height / scale - (top - bottom)) / 2
    return Window(lon0, lat0, left, top, scale, height)


def draw(results: Results) -> Markup:
    """The map of the results with legend, title and description."""
    view = window(_content(results))
    placed = Placed()
    badges = _measures(results, view, placed)
    layers = [
        svg.element("rect", {"width": WIDTH, "height": view.height, "fill": "#eef4f8"}),
        _countries(results, view),
        _lines(results.map.rail, view, stroke=RAIL, width=0.7),
        _lines(_routes(results, "baseline"), view, stroke=svg.SKY, width=6.5),
        _lines(_routes(results, "with_all"), view, stroke=svg.VERMILLION, width=2.2),
        badges[0],
        _crossings(results, view),
        _ports(results, view),
        badges[1],
        _names(results, view, placed),
    ]
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": view.height, "overflow": "hidden"}
    title = "Map: main routes before and with every measure, and where the measures act"
    return svg.frame(
        "map",
        WIDTH,
        view.height + LEGEND_HEIGHT,
        title,
        description(results),
        svg.element("svg", dict(clip), *layers),
        _legend(view.height),
        kind="map",
    )


def description(results: Results) -> str:
    """The map in words, for readers who do not see it."""
    names = {country.iso3: country.name for country in results.map.countries}
    parties = formats.joined([names.get(iso3, iso3) for iso3 in results.parties])
    drawn = [m for m in results.measures if any(m.geometry)]
    where = "; ".join(f"{m.id} {m.title}" for m in drawn) or "none"
    pairs = list(dict.fromkeys(f"{route.origin} to {route.to}" for route in results.routes))
    return (
        f"The parties, {parties}, are tinted. Main routes drawn: {formats.joined(pairs) or 'none'}. "
        f"Measures drawn: {where}. Crossings marked: {len(results.map.crossings)}. "
        f"Ports marked: {len(results.map.ports)}."
    )


def undrawn(results: Results) -> list[str]:
    """Ids of the measures that have no place on the map: they act on a whole economy or a trade pair."""
    return [measure.id for measure in results.measures if not any(measure.geometry)]


def _content(results: Results) -> list[Point]:
    lines: Iterable[Line] = (
        *(route.line for route in results.routes),
        *(line for measure in results.measures for line in measure.geometry),
    )
    return [point for line in lines for point in line]


def _routes(results: Results, scenario: str) -> list[Line]:
    return [route.line for route in results.routes if route.scenario == scenario and len(route.line) > 1]


def _path(line: Sequence[Point], view: Window, *, closed: bool = False) -> str:
    """Path data of a line or ring, thinned; empty where nothing of it comes near the window."""
    points = [view(point) for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if not points or max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > view.height:
        return ""
    kept = [points[0]]
    for point in points[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= FINEST:
            kept.append(point)
    kept.append(points[-1])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + ("Z" if closed else "")


def _countries(results: Results, view: Window) -> Markup:
    tinted: list[Markup] = []
    plain: list[Markup] = []
    for country in results.map.countries:
        near = [ring for ring in country.rings if all(view.near(point) for point in ring)]
        data = "".join(_path(ring, view, closed=True) for ring in near)
        if data:
            party = country.iso3 in results.parties
            fill = PARTY if party else "#ffffff"
            shape = svg.element("path", {"d": data, "fill": fill}, svg.element("title", None, country.name))
            (tinted if party else plain).append(shape)
    return svg.element("g", {"stroke": OUTLINE, "stroke-width": 0.8, "fill-rule": "evenodd"}, *plain, *tinted)


def _lines(lines: Iterable[Line], view: Window, *, stroke: str, width: float) -> Markup:
    # Routes share long stretches: one path paints a shared stretch once instead of darkening it.
    data = "".join(_path(line, view) for line in lines)
    style: dict[str, object] = {"stroke": stroke, "stroke-width": width, "stroke-linejoin": "round"}
    return svg.element("path", {"d": data or "M0 0", "fill": "none", "stroke-linecap": "round", **style})


def _measures(results: Results, view: Window, placed: Placed) -> tuple[Markup, Markup]:
    """The marks of the measures and, to be drawn on top, their numbered badges with leader lines."""
    marks, badges = [], []
    for measure in results.measures:
        lines = [line for line in measure.geometry if line]
        if not lines:
            continue
        hint = svg.element("title", None, f"{measure.id} {measure.title}")
        data = "".join(_path(line, view) for line in lines if len(line) > 1)
        style: dict[str, object] = {"fill": "none", "stroke": svg.BLACK, "stroke-width": 2.4}
        if data:
            marks.append(svg.element("path", {"d": data, "stroke-dasharray": "2 5", **style}, hint))
        for line in lines:
            if len(line) == 1:
                x, y = view(line[0])
                marks.append(svg.element("circle", {"cx": x, "cy": y, "r": 8.5, **style}, hint))
        longest = max(lines, key=len)
        anchor = view(longest[len(longest) // 2])
        if view.holds(anchor):
            badges.append(_badge(measure.id, f"{measure.id} {measure.title}", anchor, view, placed))
    return svg.element("g", None, *marks), svg.element("g", None, *badges)


def _badge(label: str, hint: str, anchor: XY, view: Window, placed: Placed) -> Markup:
    half, tall = 4.2 * len(label) + 4, 9.5
    x, y = _free_place(anchor, half, tall, view, placed)
    placed.boxes.append((x - half - 1, y - tall - 1, x + half + 1, y + tall + 1))
    leader = {"x1": anchor[0], "y1": anchor[1], "x2": x, "y2": y, "stroke": svg.BLACK, "stroke-width": 1}
    pill = {"x": x - half, "y": y - tall, "width": 2 * half, "height": 2 * tall, "rx": tall}
    return svg.element(
        "g",
        None,
        svg.element("title", None, hint),
        svg.element("line", dict(leader)),
        svg.element("rect", {**pill, "fill": svg.BLACK}),
        svg.text(x, y + 4.5, label, anchor="middle", fill="#ffffff", size=12.5, weight="600"),
    )


def _free_place(anchor: XY, half: float, tall: float, view: Window, placed: Placed) -> XY:
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


def _crossings(results: Results, view: Window) -> Markup:
    drawn = []
    for crossing in results.map.crossings:
        x, y = view((crossing.lon, crossing.lat))
        if view.holds((x, y)):
            hint = f"Border crossing {crossing.name}" + (f" ({crossing.mode})" if crossing.mode else "")
            square: dict[str, object] = {"x": x - 3.5, "y": y - 3.5, "width": 7, "height": 7}
            drawn.append(svg.element("rect", square, svg.element("title", None, hint)))
    return svg.element("g", {"fill": svg.YELLOW, "stroke": svg.INK, "stroke-width": 1.1}, *drawn)


def _ports(results: Results, view: Window) -> Markup:
    drawn = []
    for port in results.map.ports:
        x, y = view((port.lon, port.lat))
        if view.holds((x, y)):
            data = f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5Z"
            drawn.append(svg.element("path", {"d": data}, svg.element("title", None, f"Port {port.name}")))
    return svg.element("g", {"fill": svg.GREEN, "stroke": svg.INK, "stroke-width": 1.1}, *drawn)


def _names(results: Results, view: Window, placed: Placed) -> Markup:
    """Names of route ends, then parties, ports and crossings, each only where there is room."""
    drawn: list[Markup] = []
    ends: dict[str, Point] = {}
    for route in results.routes:
        if route.line:
            ends.setdefault(route.origin, route.line[0])
            ends.setdefault(route.to, route.line[-1])
    marked = {spot.name for spot in (*results.map.ports, *results.map.crossings)}
    for name, point in ends.items():
        x, y = view(point)
        if name not in marked:
            drawn.append(svg.element("circle", {"cx": x, "cy": y, "r": 3.6, "fill": svg.INK}))
        drawn += _name(name, (x, y), 13, "600", view, placed)
    for country in results.map.countries:
        if country.iso3 in results.parties and country.rings:
            largest = max(country.rings, key=len)
            lon = (min(p[0] for p in largest) + max(p[0] for p in largest)) / 2
            lat = (min(p[1] for p in largest) + max(p[1] for p in largest)) / 2
            drawn += _name(country.name.upper(), view((lon, lat)), 14, "400", view, placed)
    spots: list[Port] = [*results.map.ports, *results.map.crossings]
    for spot in spots:
        if spot.name not in ends:
            drawn += _name(spot.name, view((spot.lon, spot.lat)), 11, "400", view, placed)
    return svg.element("g", None, *drawn)


def _name(name: str, at: XY, size: float, weight: str, view: Window, placed: Placed) -> list[Markup]:
    wide = 0.56 * size * len(name)
    for dx, dy, anchor in ((8, 4, "start"), (-8, 4, "end"), (0, -9, "middle"), (0, 18, "middle")):
        x, y = at[0] + dx, at[1] + dy
        left = x if anchor == "start" else x - wide if anchor == "end" else x - wide / 2
        box = (left, y - size, left + wide, y + 3)
        if view.holds((box[0], box[1])) and view.holds((box[2], box[3])) and placed.free(box):
            placed.boxes.append(box)
            return [svg.text(x, y, name, size=size, anchor=anchor, weight=weight, halo=True)]
    return []


def _legend(top: float) -> Markup:
    thick: dict[str, object] = {"fill": "none", "stroke-linecap": "round"}
    black: dict[str, object] = {"fill": "none", "stroke": svg.BLACK, "stroke-width": 2.4}
    marks = [
        (
            svg.element("path", {"d": "M2 0h34", "stroke": svg.SKY, "stroke-width": 6.5, **thick}),
            "route before",
        ),
        (
            svg.element("path", {"d": "M2 0h34", "stroke": svg.VERMILLION, "stroke-width": 2.2, **thick}),
            "route with every measure",
        ),
        (svg.element("path", {"d": "M2 0h34", "stroke-dasharray": "2 5", **black}), "measure along a line"),
        (svg.element("circle", {"cx": 19, "cy": 0, "r": 6.5, **black}), "measure at a place"),
        (svg.element("path", {"d": "M2 0h34", "stroke": RAIL, **thick}), "railway"),
        (
            svg.element(
                "rect", {"x": 15, "y": -4, "width": 7, "height": 7, "fill": svg.YELLOW, "stroke": svg.INK}
            ),
            "border crossing",
        ),
        (svg.element("path", {"d": "M19 -5l5 5l-5 5l-5 -5Z", "fill": svg.GREEN, "stroke": svg.INK}), "port"),
        (
            svg.element(
                "rect", {"x": 8, "y": -7, "width": 22, "height": 14, "fill": PARTY, "stroke": OUTLINE}
            ),
            "party to the agreement",
        ),
    ]
    drawn = []
    for place, (mark, label) in enumerate(marks):
        x, y = 8 + 245 * (place % 4), top + 22 + 25 * (place // 4)
        move = {"transform": f"translate({x:.0f} {y:.0f})"}
        drawn.append(svg.element("g", dict(move), mark, svg.text(44, 4.5, label)))
    return svg.element("g", None, *drawn)
