"""Sea lanes: the waypoint network without what freight between the shipped ports cannot use."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from .archive import save_arrays
from .geo import great_circle_km

# Seasonal ice closes these to liner traffic, and the sea services of the shipped ports do not use them.
CLOSED_PASSAGES = {"northwest", "bering"}
# The Volga-Don canal: river-sea ships only; it would make the Caspian look like part of the ocean.
VOLGA_DON = (45.9, 50.5, 38.5, 48.2)
# Lanes inside the Caspian are replaced by the hand-made services between its ports.
CASPIAN = (36.0, 47.6, 46.4, 55.0)


def _inside(points: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    south, north, west, east = box
    latitude, longitude = points.T
    return bool(((latitude > south) & (latitude < north) & (longitude > west) & (longitude < east)).any())


def build_sea(lanes: list[tuple[str, np.ndarray]], path: Path) -> None:
    """Writes network/sea.npz: nodes (n, 2), link ends, lengths in km and passage names."""
    number: dict[tuple[float, float], int] = {}
    ends: dict[tuple[int, int], str] = {}
    for passage, points in lanes:
        if passage in CLOSED_PASSAGES or _inside(points, VOLGA_DON) or _inside(points, CASPIAN):
            continue
        keys = [number.setdefault((round(float(a), 4), round(float(b), 4)), len(number)) for a, b in points]
        for a, b in itertools.pairwise(keys):
            if a != b:
                ends[(min(a, b), max(a, b))] = passage
    nodes = np.array(list(number))
    tails, heads = np.array(list(ends)).T
    save_arrays(
        path,
        {
            "node": nodes.astype(np.float32),
            "tail": tails.astype(np.int32),
            "head": heads.astype(np.int32),
            "km": great_circle_km(nodes[tails], nodes[heads]).astype(np.float32),
            "passage": np.array(list(ends.values()), dtype="U16"),
        },
    )
