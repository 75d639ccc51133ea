"""The map's projection and window, and what is drawn into it: paths, outlines, free places for labels.

Lambert azimuthal equal-area (Snyder 1987, "Map projections: a working manual", eq. 24-2 to 24-4), centred on what is
drawn, so that long east-west corridors keep their proportions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from landbridge.report.shape import Line, Point, Results

WIDTH = 1000.0
LEAST_HEIGHT, MOST_HEIGHT = 420.0, 720.0
EURASIA: Line = [(25.0, 20.0), (25.0, 58.0), (130.0, 20.0), (130.0, 58.0)]
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


def content(results: Results) -> list[Point]:
    """The points that the window must hold: routes and measures."""
    lines: Iterable[Line] = (
        *(route.line for route in results.routes),
        *(line for measure in results.measures for line in measure.geometry),
    )
    return [point for line in lines for point in line]


def path(line: Sequence[Point], view: Window, *, closed: bool = False) -> str:
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


def shapes(results: Results, view: Window) -> dict[str, str]:
    """Path data of the countries that come near the window, by ISO3."""
    found = {}
    for country in results.map.countries:
        near = [ring for ring in country.rings if all(view.near(point) for point in ring)]
        data = "".join(path(ring, view, closed=True) for ring in near)
        if data:
            found[country.iso3] = data
    return found
