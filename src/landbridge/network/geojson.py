"""Routes as GeoJSON (RFC 7946): a feature for each leg, longitude first, cut where it crosses the antimeridian."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from landbridge.network.route import Leg, Route, figures, leg_head

_DECIMALS = 5


def _parts(line: np.ndarray) -> list[list[list[float]]]:
    """The pieces of a line (n, 2) of latitude and longitude that lie between the antimeridian's two sides.

    RFC 7946, section 3.1.9: a line over the antimeridian is cut there and becomes a MultiLineString.
    """
    pieces: list[list[list[float]]] = [[]]
    last: tuple[float, float] | None = None
    for latitude, longitude in line.tolist():
        east = (longitude + 180.0) % 360.0 - 180.0
        if last is not None and abs(east - last[0]) > 180.0:
            side = 180.0 if last[0] > 0 else -180.0
            onward = east + 2.0 * side
            share = 0.0 if onward == last[0] else (side - last[0]) / (onward - last[0])
            at = last[1] + share * (latitude - last[1])
            _append(pieces[-1], side, at)
            pieces.append([])
            _append(pieces[-1], -side, at)
        _append(pieces[-1], east, latitude)
        last = east, latitude
    return [piece if len(piece) > 1 else piece * 2 for piece in pieces if piece]


def _append(piece: list[list[float]], longitude: float, latitude: float) -> None:
    point = [round(longitude, _DECIMALS), round(latitude, _DECIMALS)]
    if not piece or piece[-1] != point:
        piece.append(point)


def geometry(line: np.ndarray) -> dict[str, Any]:
    """A LineString, or a MultiLineString where the line (n, 2) of latitude and longitude crosses the antimeridian."""
    pieces = _parts(line)
    if len(pieces) == 1:
        return {"type": "LineString", "coordinates": pieces[0]}
    return {"type": "MultiLineString", "coordinates": pieces}


def _feature(leg: Leg, number: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": geometry(leg.line),
        "properties": {
            **properties,
            "leg": number,
            **leg_head(leg),
            **figures(leg.parts),
        },
    }


def feature_collection(routes: Iterable[tuple[dict[str, Any], Route]]) -> dict[str, Any]:
    """A FeatureCollection of the legs of routes, each route with properties that all its legs carry."""
    features = [
        _feature(leg, number, properties)
        for properties, route in routes
        for number, leg in enumerate(route.legs, 1)
    ]
    return {"type": "FeatureCollection", "features": features}
