"""How far the hours of a way spread: the variance of its arcs, which adds up along it."""

from __future__ import annotations

from functools import cache

import numpy as np

from landbridge.network.graph import Kind, Network
from landbridge.network.parts import Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import country_groups

_COLUMN = getattr(Part, "VARIANCE_H2", None)


def parts_variance(parts: np.ndarray) -> float:
    """Variance of the hours of parts (10,), in hours squared; nothing where the parts do not hold it."""
    return 0.0 if _COLUMN is None else float(parts[_COLUMN])


def arc_variance(network: Network, arcs: np.ndarray) -> np.ndarray:
    """Variance (a,) of the hours of arcs of a network, in hours squared."""
    if _COLUMN is not None:
        return np.asarray(network.parts[arcs, _COLUMN])
    over_border = network.node_country[network.tail[arcs]] != network.node_country[network.head[arcs]]
    variance = np.zeros(len(arcs))
    variance[over_border] = [_border_variance(network, int(arc)) for arc in arcs[over_border]]
    return variance


@cache
def _border_spreads() -> tuple[dict[tuple[str, str], float], dict[tuple[str, str, str], float]]:
    named = {
        (row["mode"], row["name"]): float(row["dwell_sd_h"]) for row in read_csv("network/border_crossings.csv")
    }
    others = {
        (row["mode"], row["group_a"], row["group_b"]): float(row["sd_h"])
        for row in read_csv("network/border_defaults.csv")
    }
    return named, others


def _border_variance(network: Network, arc: int) -> float:
    a, b = (str(network.node_country[end[arc]]) for end in (network.tail, network.head))
    if a == b or network.kind[arc] not in (Kind.RAIL, Kind.ROAD):
        return 0.0
    mode = Kind(int(network.kind[arc])).name.lower()
    named, others = _border_spreads()
    if (mode, str(network.crossing[arc])) in named:
        return named[mode, str(network.crossing[arc])] ** 2
    groups = country_groups()
    pair = groups.get(a, "OTHER"), groups.get(b, "OTHER")
    for key in (pair, pair[::-1], ("OTHER", "OTHER")):
        if (mode, *key) in others:
            return others[mode, key[0], key[1]] ** 2
    return 0.0
