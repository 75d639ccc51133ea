"""Altair charts and maps of an appraisal, in the colours of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from landbridge.report import svg
from landbridge.report.map_marks import OUTLINE, PARTY, RAIL
from landbridge.report.shape import Line, Results
from landbridge.report.summary import names as names_of

if TYPE_CHECKING:
    import altair

INCOME = "change of real income, %"
GROUPS = {"party": svg.BLUE, "neighbour": svg.SKY, "world": svg.ORANGE}
WIDTH = 520


def _bars(rows: Sequence[dict[str, Any]], x: str, y: str, colour: Any, **more: Any) -> altair.Chart:
    import altair

    return (
        altair.Chart(altair.Data(values=list(rows)), width=WIDTH)
        .mark_bar()
        .encode(
            x=altair.X(f"{x}:Q", title=more.pop("unit", INCOME)),
            y=altair.Y(f"{y}:N", sort=None, title=None, axis=altair.Axis(labelLimit=320)),
            color=colour,
            tooltip=[f"{y}:N", altair.Tooltip(f"{x}:Q", format=".4g")],
            **more,
        )
    )


def _scale(colours: dict[str, str], title: str | None = None) -> Any:
    import altair

    scale = altair.Scale(domain=list(colours), range=list(colours.values()))
    return scale, altair.Legend(title=title)


def welfare(results: Results) -> altair.LayerChart:
    """Change of real income of parties, neighbours and the world, with its range where there is one."""
    import altair

    order = list(GROUPS)
    rows = sorted(
        (row for row in results.welfare if row.measures == "all" and row.group in GROUPS),
        key=lambda row: (order.index(row.group), -row.percent),
    )
    values = [row.model_dump(include={"name", "group", "percent", "low", "high"}) for row in rows]
    scale, legend = _scale(GROUPS)
    chart = _bars(values, "percent", "name", altair.Color("group:N", scale=scale, legend=legend))
    ranges = (
        altair.Chart(altair.Data(values=[one for one in values if one["low"] is not None]))
        .mark_rule(strokeWidth=1.6)
        .encode(x="low:Q", x2="high:Q", y=altair.Y("name:N", sort=None))
    )
    return altair.layer(chart, ranges, title="Change of real income with every measure")


def synergy(results: Results) -> altair.FacetChart:
    """For each party and the world: each alignment's two sides alone and together."""
    import altair

    known = names_of(results)
    colours = {"only side a": svg.ORANGE, "only side b": svg.SKY, "together": svg.BLUE}
    values = [
        {"economy": known.get(row.iso3, row.iso3), "alignment": row.alignment, "who": who, "percent": value}
        for row in results.synergy
        if row.iso3 in (*results.parties, "WLD")
        for who, value in zip(colours, (row.side_a, row.side_b, row.together), strict=True)
    ]
    scale, legend = _scale(colours)
    return (
        altair.Chart(altair.Data(values=values), width=WIDTH)
        .mark_bar()
        .encode(
            x=altair.X("percent:Q", title=INCOME),
            y=altair.Y("alignment:N", title=None),
            yOffset=altair.YOffset("who:N", sort=list(colours)),
            color=altair.Color("who:N", scale=scale, legend=legend),
            tooltip=["alignment:N", "who:N", altair.Tooltip("percent:Q", format=".4g")],
        )
        .facet(row=altair.Row("economy:N", title=None, sort=None))
        .resolve_scale(x="independent")
    )


def freight(results: Results) -> altair.LayerChart:
    """Days door to door of each city pair, before and with every measure."""
    import altair

    colours = {"before": svg.BLUE, "with every measure": svg.VERMILLION}
    values = [
        {"pair": f"{row.origin} → {row.to}", "when": when, "days": days}
        for row in results.freight
        for when, days in zip(colours, (row.baseline.days, row.with_all.days), strict=True)
    ]
    base = altair.Chart(altair.Data(values=values), width=WIDTH).encode(
        x=altair.X("days:Q", title="days, door to door", scale=altair.Scale(zero=False)),
        y=altair.Y("pair:N", sort=None, title=None, axis=altair.Axis(labelLimit=320)),
    )
    scale, legend = _scale(colours)
    points = base.mark_point(filled=True, size=70).encode(
        color=altair.Color("when:N", scale=scale, legend=legend),
        tooltip=["pair:N", "when:N", altair.Tooltip("days:Q", format=".2f")],
    )
    lines = base.mark_line(color=svg.INK).encode(detail="pair:N")
    return altair.layer(lines, points, title="Freight days before and with every measure")


def shapley(results: Results) -> altair.FacetChart:
    """The Shapley value of each programme side, for each party and the world."""
    import altair

    known, labels = names_of(results), {side.id: f"{side.id} {side.label}" for side in results.sides}
    values = [
        {
            "economy": known.get(row.iso3, row.iso3),
            "side": labels[row.side],
            "percent": row.percent,
            "letter": row.side[-1:],
        }
        for row in results.shapley
        if row.iso3 in (*results.parties, "WLD")
    ]
    scale, legend = _scale({"a": svg.ORANGE, "b": svg.SKY}, "side")
    chart = _bars(values, "percent", "side", altair.Color("letter:N", scale=scale, legend=legend))
    return chart.facet(row=altair.Row("economy:N", title=None, sort=None)).resolve_scale(x="independent")


def by_measure(results: Results) -> altair.FacetChart:
    """What each measure gives of the whole gain, for each party and the world."""
    import altair

    assert results.attribution is not None
    known, titles = names_of(results), {one.id: one.title for one in results.measures}
    rows = sorted(results.attribution.by_measure, key=lambda row: -abs(row.percent))
    values = [
        {
            "economy": known.get(row.iso3, row.iso3),
            "measure": f"{row.measure} {titles[row.measure]}",
            "percent": row.percent,
        }
        for row in rows
        if row.iso3 in (*results.parties, "WLD")
    ]
    chart = _bars(values, "percent", "measure", altair.value(svg.BLUE))
    return chart.facet(row=altair.Row("economy:N", title=None)).resolve_scale(
        x="independent", y="independent"
    )


def tornado(results: Results) -> altair.FacetChart:
    """Each headline figure with one input at a time at its low and at its high value."""
    import altair

    assert results.uncertainty is not None
    labels = {one.id: one.words for one in results.uncertainty.inputs}
    figures = {one.id: one for one in results.uncertainty.headlines}
    rows = sorted(results.uncertainty.tornado, key=lambda row: -abs(row.at_high - row.at_low))
    values = [
        {
            "figure": figures[row.headline].what,
            "input": labels[row.input],
            "at low": row.at_low,
            "at high": row.at_high,
        }
        for row in rows
    ]
    return (
        altair.Chart(altair.Data(values=values), width=WIDTH)
        .mark_bar(color=svg.BLUE)
        .encode(
            x=altair.X("at low:Q", title=None, scale=altair.Scale(zero=False)),
            x2="at high:Q",
            y=altair.Y("input:N", sort=None, title=None, axis=altair.Axis(labelLimit=320)),
            tooltip=[
                "input:N",
                altair.Tooltip("at low:Q", format=".4g"),
                altair.Tooltip("at high:Q", format=".4g"),
            ],
        )
        .facet(row=altair.Row("figure:N", title=None))
        .resolve_scale(x="independent", y="independent")
    )


def routes_map(results: Results, *, railways: bool = True) -> altair.LayerChart:
    """The map: parties, railways, routes before and with every measure, places where measures act."""
    import altair

    shapes = [
        {
            "type": "Feature",
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[_turned(ring)] for ring in country.rings],
            },
            "properties": {"name": country.name, "party": country.iso3 in results.parties},
        }
        for country in results.map.countries
        if country.rings
    ]
    points = [
        {"lon": line[0][0], "lat": line[0][1], "measure": f"{one.id} {one.title}"}
        for one in results.measures
        for line in one.geometry
        if len(line) == 1
    ]
    routes = {
        scenario: [
            _feature(route.line, f"{route.origin} to {route.to}: {route.days:.1f} days")
            for route in results.routes
            if route.scenario == scenario and len(route.line) > 1
        ]
        for scenario in ("baseline", "with_all")
    }
    measures = [
        _feature(line, f"{one.id} {one.title}")
        for one in results.measures
        for line in one.geometry
        if len(line) > 1
    ]
    rail = [_feature(line, "") for line in results.map.rail if len(line) > 1]
    layers = [
        altair.Chart(altair.Data(values=shapes))
        .mark_geoshape(stroke=OUTLINE, strokeWidth=0.5)
        .encode(
            color=altair.condition("datum.properties.party", altair.value(PARTY), altair.value("#ffffff")),
            tooltip=altair.Tooltip("properties.name:N", title="economy"),
        ),
        _lines(rail if railways else [], RAIL, 0.5),
        _lines(routes["baseline"], svg.SKY, 5.0),
        _lines(routes["with_all"], svg.VERMILLION, 1.8),
        _lines(measures, svg.BLACK, 1.8, dash=[2, 4]),
        altair.Chart(altair.Data(values=points))
        .mark_circle(size=70, color=svg.BLACK)
        .encode(longitude="lon:Q", latitude="lat:Q", tooltip="measure:N"),
    ]
    window = [point for route in results.routes for point in route.line] or [(25.0, 20.0), (130.0, 58.0)]
    lons, lats = [point[0] for point in window], [point[1] for point in window]
    frame = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPoint", "coordinates": [list(point) for point in window]},
    }
    return altair.layer(
        *layers, width=820, height=460, title="Routes before (blue) and with every measure (red)"
    ).project(
        type="azimuthalEqualArea",
        rotate=[-(min(lons) + max(lons)) / 2, -(min(lats) + max(lats)) / 2, 0],
        fit=frame,
        clipExtent=[[0, 0], [820, 460]],
    )


def _feature(line: Line, hint: str) -> dict[str, Any]:
    coordinates = [list(point) for point in line]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"hint": hint},
    }


def _lines(features: list[dict[str, Any]], colour: str, width: float, dash: list[int] | None = None) -> Any:
    import altair

    more = {"strokeDash": dash} if dash else {}
    chart = altair.Chart(altair.Data(values=features)).mark_geoshape(
        filled=False, stroke=colour, strokeWidth=width, strokeJoin="round", **more
    )
    return chart.encode(tooltip=altair.Tooltip("properties.hint:N", title="line"))


def _turned(ring: Line) -> list[list[float]]:
    """A ring in the order in which its inside is the smaller part of the globe: the library draws by that.

    The area is that of d3-geo (Bevis and Cambareri 1987, Mathematical Geology 19): of a clockwise ring below 2 pi.
    """
    turned = ring if _area(ring) <= 2 * math.pi else ring[::-1]
    return [list(point) for point in turned]


def _area(ring: Line) -> float:
    """The part of the unit sphere to the right of a ring, steradians."""
    points = [(math.radians(lon), math.radians(lat) / 2 + math.pi / 4) for lon, lat in ring]
    total = 0.0
    for (lon0, lat0), (lon1, lat1) in zip(points, [*points[1:], points[0]], strict=True):
        turn = math.copysign(1.0, lon1 - lon0)
        both = math.sin(lat0) * math.sin(lat1)
        across = abs(lon1 - lon0)
        total += math.atan2(
            both * turn * math.sin(across), math.cos(lat0) * math.cos(lat1) + both * math.cos(across)
        )
    return 2 * total if total >= 0 else 4 * math.pi + 2 * total
