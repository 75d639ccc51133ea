"""Lines and points for the map, as plain longitude and latitude."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.network import Network, arc_lines
from landbridge.network.effects import Compiled
from landbridge.network.graph import Kind
from landbridge.world.data import read_csv, read_json
from landbridge.world.network_tables import load_land

# The window of Eurasia that maps of a case show: west, south, east, north.
WINDOW = (-12.0, 0.0, 150.0, 72.0)
# Shorter rail links would not be seen at this scale.
_SHORTEST_DRAWN_KM = 40.0


def swapped(points: np.ndarray) -> list[list[float]]:
    """Points (n, 2) in latitude and longitude as lists of longitude and latitude, rounded to about a kilometre."""
    return [[round(float(longitude), 2), round(float(latitude), 2)] for latitude, longitude in points]


def measure_geometry(network: Network, compiled: Compiled | None) -> list[list[list[float]]]:
    """The lines and points where a measure acts; empty for one that acts on no place."""
    if compiled is None:
        return []
    lines = [swapped(line) for line in arc_lines(network, compiled.lines)]
    return lines + [[[round(p.longitude, 2), round(p.latitude, 2)]] for p in compiled.points]


def base_map(network: Network, named: set[str]) -> dict[str, Any]:
    """Country outlines and railways inside the window, and the crossings and ports of the given names.

    A user's own network shows all its railways: it is small, and what it holds is the question.
    """
    west, south, east, north = WINDOW
    countries = []
    for iso3, entry in read_json("countries.json").items():
        assert isinstance(entry, dict)
        rings = [
            ring for ring in entry["rings"] if any(west < x < east and south < y < north for x, y in ring)
        ]
        if rings:
            countries.append({"iso3": iso3, "name": entry["name"], "rings": rings})
    if network.atlas.own:
        return {"countries": countries, **_own_features(network, named)}
    rail = load_land("rail")
    lines = []
    for k in np.flatnonzero(rail.km >= _SHORTEST_DRAWN_KM):
        points = rail.line[rail.line_offset[k] : rail.line_offset[k + 1]]
        latitude, longitude = points[0]
        if west < longitude < east and south < latitude < north:
            lines.append(swapped(points))
    crossings = [
        {"name": row["name"], "lon": float(row["lon"]), "lat": float(row["lat"]), "mode": row["mode"]}
        for row in read_csv("network/border_crossings.csv")
        if row["name"] in named
    ]
    ports = [
        {"name": row["name"], "lon": float(row["lon"]), "lat": float(row["lat"])}
        for row in read_csv("network/ports.csv")
        if row["name"] in named
    ]
    return {"countries": countries, "rail": lines, "crossings": crossings, "ports": ports}


def _own_features(network: Network, named: set[str]) -> dict[str, Any]:
    """Railways, named crossings and named ports of a user's own network."""
    rail = np.flatnonzero((network.kind == Kind.RAIL) & network.forward)
    places = network.atlas.gazetteer
    crossings = []
    for name in sorted(set(network.crossing.tolist()) & named - {""}):
        at = places.find(name, ("crossing",))
        kinds = set(network.kind[network.crossing == name].tolist())
        crossings += [
            {"name": name, "lon": at.longitude, "lat": at.latitude, "mode": kind.name.lower()}
            for kind in (Kind.RAIL, Kind.ROAD)
            if kind in kinds
        ]
    ports = [
        {"name": place.name, "lon": place.longitude, "lat": place.latitude}
        for place in network.places
        if place.kind == "port" and place.name in named
    ]
    lines = [swapped(line) for line in arc_lines(network, rail)]
    return {"rail": lines, "crossings": crossings, "ports": ports}
