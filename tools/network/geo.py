"""Spheres, chords and country polygons: the little geometry the network builder needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

EARTH_RADIUS_KM = 6371.0088

# Territories that Natural Earth draws without an ISO numeric code, by its name for them.
_WITHOUT_NUMERIC = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}
# Parts that trade under the economy they belong to.
_PART_OF = {"MAC": "CHN", "ALA": "FIN", "GUF": "FRA", "PRI": "USA", "SJM": "NOR"}


def to_xyz(points: np.ndarray) -> np.ndarray:
    """Cartesian coordinates (n, 3) in km of points (n, 2) given as latitude and longitude in degrees."""
    latitude, longitude = np.radians(np.atleast_2d(points)).T
    return EARTH_RADIUS_KM * np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=1
    )


def great_circle_km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Great-circle distances in km between rows of two arrays of latitude and longitude in degrees."""
    chord = np.linalg.norm(to_xyz(a) - to_xyz(b), axis=1)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / (2 * EARTH_RADIUS_KM), 0.0, 1.0)))


def read_countries(path: Path, iso3_of_numeric: dict[int, str]) -> tuple[list[str], list[str], np.ndarray]:
    """ISO3 codes, names and shapely geometries of the countries of a Natural Earth TopoJSON file (world-atlas)."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(indices: list[int]) -> np.ndarray:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
        return np.concatenate([parts[0]] + [part[1:] for part in parts[1:]])

    def polygon(rings: list[list[int]]) -> Any:
        # Quantised islets may collapse to a line; they hold no freight.
        shells = [shell for shell in map(ring, rings) if len(shell) > 3]
        return shapely.Polygon(shells[0], shells[1:]) if shells else shapely.Polygon()

    codes, names, shapes = [], [], []
    for item in topology["objects"]["countries"]["geometries"]:
        if item["type"] is None:
            continue
        name = item["properties"]["name"]
        numeric = item.get("id")
        iso3 = iso3_of_numeric.get(int(numeric), "") if numeric else _WITHOUT_NUMERIC.get(name, "")
        if not iso3:
            continue
        groups = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
        codes.append(_PART_OF.get(iso3, iso3))
        names.append(name)
        shapes.append(shapely.make_valid(shapely.MultiPolygon([polygon(rings) for rings in groups])))
    return codes, names, np.array(shapes, dtype=object)


def polygons(shape: Any) -> list[Any]:
    """The plain polygons of a valid geometry, whatever collection they come in."""
    if shape.geom_type == "Polygon":
        return [] if shape.is_empty else [shape]
    return [part for member in getattr(shape, "geoms", ()) for part in polygons(member)]


def assign_countries(points: np.ndarray, codes: list[str], shapes: np.ndarray) -> np.ndarray:
    """ISO3 code of the country that holds, or lies nearest to, each point (n, 2) in latitude and longitude."""
    pieces = [(code, part) for code, shape in zip(codes, shapes, strict=True) for part in polygons(shape)]
    # Large polygons make every test slow: cut them along a grid first.
    cut: list[tuple[str, Any]] = []
    for code, part in pieces:
        west, south, east, north = part.bounds
        if len(part.exterior.coords) < 400:
            cut.append((code, part))
            continue
        for x in np.arange(np.floor(west / 4) * 4, east, 4.0):
            for y in np.arange(np.floor(south / 4) * 4, north, 4.0):
                piece = part.intersection(shapely.box(x, y, x + 4.0, y + 4.0))
                if not piece.is_empty and piece.area > 0:
                    cut.append((code, piece))
    tree = shapely.STRtree([piece for _, piece in cut])
    label = np.array([code for code, _ in cut])
    geometry = shapely.points(points[:, 1], points[:, 0])
    found = np.full(len(points), "", dtype="U3")
    index, hit = tree.query(geometry, predicate="within")
    found[index] = label[hit]
    missing = np.flatnonzero(found == "")
    if len(missing):
        found[missing] = label[tree.nearest(geometry[missing])]
    return found
