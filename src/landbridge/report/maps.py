"""The map, as inline SVG: countries, railways, routes before and after, measures, borders and names."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from landbridge.report import formats, map_marks, svg
from landbridge.report.map_marks import OUTLINE, PARTY, RAIL
from landbridge.report.projection import WIDTH, Placed, Window, content, path, shapes, window
from landbridge.report.shape import Line, Results, Route
from landbridge.report.texts import word

SEA = "#eef4f8"


def draw(results: Results) -> Markup:
    """The map of the results with legend, title and description."""
    view = window(content(results))
    placed = Placed()
    badges = map_marks.measures(results, view, placed)
    layers = [
        svg.element("rect", {"width": WIDTH, "height": view.height, "fill": SEA}),
        countries(results, view),
        _lines(results.map.rail, view, stroke=RAIL, width=0.7),
        *(_route(route, view) for route in _routes(results, "baseline")),
        *(_route(route, view) for route in _routes(results, "with_all")),
        badges[0],
        map_marks.borders(results, view),
        map_marks.crossings(results, view),
        map_marks.ports(results, view),
        badges[1],
        map_marks.names(results, view, placed),
    ]
    world = svg.element("g", {"class": "world"}, *layers)
    title, spoken = word("map.title"), description(results)
    return svg.frame("map", WIDTH, view.height, title, spoken, world, kind="map")


def description(results: Results) -> str:
    """The map in words, for readers who do not see it."""
    names = {country.iso3: country.name for country in results.map.countries}
    drawn = [m for m in results.measures if any(m.geometry)]
    pairs = dict.fromkeys(
        word("answer.journey", origin=route.origin, to=route.to) for route in results.routes
    )
    return word(
        "map.description",
        parties=formats.joined([names.get(iso3, iso3) for iso3 in results.parties]),
        routes=formats.joined(list(pairs)) or word("map.none"),
        measures="; ".join(f"{m.id} {m.title}" for m in drawn) or word("map.none"),
        crossings=len(results.map.crossings),
        ports=len(results.map.ports),
    )


def undrawn(results: Results) -> list[str]:
    """Ids of the measures that have no place on the map: they act on a whole economy or a trade pair."""
    return [measure.id for measure in results.measures if not any(measure.geometry)]


def _routes(results: Results, scenario: str) -> list[Route]:
    return [route for route in results.routes if route.scenario == scenario and len(route.line) > 1]


def _route(route: Route, view: Window) -> Markup:
    before = route.scenario == "baseline"
    key = {True: "map.route_before", False: "map.route_after"}[before]
    hint = word(key, origin=route.origin, to=route.to, days=formats.days(route.days))
    style: dict[str, object] = {
        "class": "route-before" if before else "route-after",
        "stroke": svg.SKY if before else svg.VERMILLION,
        "stroke-width": 6.5 if before else 2.2,
        "fill": "none",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    data = path(route.line, view)
    return svg.element("path", {"d": data, **style}, svg.element("title", None, hint)) if data else Markup()


def countries(results: Results, view: Window) -> Markup:
    """The outlines of countries, the parties tinted."""
    tinted: list[Markup] = []
    plain: list[Markup] = []
    names = {country.iso3: country.name for country in results.map.countries}
    for iso3, data in shapes(results, view).items():
        party = iso3 in results.parties
        shape = {"d": data, "fill": PARTY if party else "#ffffff"}
        title = svg.element("title", None, names[iso3])
        (tinted if party else plain).append(svg.element("path", dict(shape), title))
    return svg.element("g", {"stroke": OUTLINE, "stroke-width": 0.8, "fill-rule": "evenodd"}, *plain, *tinted)


def _lines(lines: Iterable[Line], view: Window, *, stroke: str, width: float) -> Markup:
    # Routes share long stretches: one path paints a shared stretch once instead of darkening it.
    data = "".join(path(line, view) for line in lines)
    style: dict[str, object] = {"stroke": stroke, "stroke-width": width, "stroke-linejoin": "round"}
    return svg.element("path", {"d": data or "M0 0", "fill": "none", "stroke-linecap": "round", **style})
