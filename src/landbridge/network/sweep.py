"""Many-to-many sweeps over the upward closure of the nodes that a skim is about.

The closure of some nodes in a hierarchy holds them and all that is above them; every cheapest path between them runs up
to its highest node and down again within it (restricted PHAST: Delling, Goldberg and Werneck 2011, Faster batched
shortest paths in road networks). Several sources are swept at once, a lane each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landbridge.network.jit import compiled
from landbridge.network.lanes import gather, lane_count, lane_rows, spread

# What a sweep in float32 may be off by, and the costs that it can hold with room for their sums.
SINGLE_ERROR = 1e-6
_TINY, _HUGE = 1e-30, 1e30


@dataclass(frozen=True)
class Closure:
    """The part of a hierarchy above some nodes, numbered from the top down.

    first: (r + 1,), higher: (f,) the edges of each node to higher ones. edge: (f,) their numbers in the hierarchy.
    number: (n,) of each rank, -1 outside.
    """

    first: np.ndarray
    higher: np.ndarray
    edge: np.ndarray
    number: np.ndarray


@compiled
def _close(first: np.ndarray, higher: np.ndarray, inside: np.ndarray) -> tuple[int, int]:
    """Marks what is above the marked; the count of nodes and of edges."""
    nodes, edges = 0, 0
    for v in range(len(inside)):
        if inside[v]:
            nodes += 1
            edges += first[v + 1] - first[v]
            for e in range(first[v], first[v + 1]):
                inside[higher[e]] = True
    return nodes, edges


@compiled
def _number(
    first: np.ndarray,
    higher: np.ndarray,
    inside: np.ndarray,
    number: np.ndarray,
    closure_first: np.ndarray,
    closure_higher: np.ndarray,
    closure_edge: np.ndarray,
) -> None:
    nodes, edges = 0, 0
    for v in range(len(inside) - 1, -1, -1):
        if inside[v]:
            number[v] = nodes
            # Downwards the nearest in rank come last, and with them the nodes lately written.
            for e in range(first[v + 1] - 1, first[v] - 1, -1):
                closure_higher[edges] = number[higher[e]]
                closure_edge[edges] = e
                edges += 1
            nodes += 1
            closure_first[nodes] = edges


def close(first: np.ndarray, higher: np.ndarray, ranks: np.ndarray) -> Closure:
    """The closure of the nodes of the given ranks in a hierarchy (first, higher)."""
    inside = np.zeros(len(first) - 1, np.bool_)
    inside[ranks] = True
    nodes, edges = _close(first, higher, inside)
    number = np.full(len(inside), -1, np.int32)
    closure = Closure(
        np.zeros(nodes + 1, np.int64), np.empty(edges, np.int32), np.empty(edges, np.int64), number
    )
    _number(first, higher, inside, number, closure.first, closure.higher, closure.edge)
    return closure


@compiled
def _sweep(
    first: np.ndarray,
    higher: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    distance: np.ndarray,
    sources: np.ndarray,
    row: np.ndarray,
    targets: np.ndarray,
    result: np.ndarray,
) -> None:
    count, lanes = distance.shape
    met = np.zeros(count, np.bool_)
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        for v in range(count):
            met[v] = False
        lowest = 0
        for lane in range(used):
            source = sources[block + lane]
            if not met[source]:
                met[source] = True
                for k in range(lanes):
                    distance[source, k] = np.inf
            distance[source, lane] = 0.0
            lowest = max(lowest, source)
        for v in range(lowest, -1, -1):
            if met[v]:
                for e in range(first[v], first[v + 1]):
                    u = higher[e]
                    spread(distance, v, u, up[e], met[u])
                    met[u] = True
        for v in range(count):
            gather(distance, v, met[v], first[v], first[v + 1], higher, down)
        for lane in range(used):
            into = row[block + lane]
            for k in range(len(targets)):
                result[into, k] = distance[targets[k], lane]


@compiled
def _take(weight: np.ndarray, edge: np.ndarray, up: np.ndarray, down: np.ndarray) -> tuple[float, float]:
    least, most = np.inf, 0.0
    for k in range(len(edge)):
        e = edge[k]
        up[k], down[k] = weight[e, 0], weight[e, 1]
        for way in range(2):
            cost = weight[e, way]
            if 0.0 < cost < least:
                least = cost
            if most < cost < np.inf:
                most = cost
    return least, most


def edge_costs(
    closure: Closure, weight: np.ndarray, dtype: type[np.floating[Any]]
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Costs (f,) up and down of the closure's edges, the least of them above nothing and the largest finite one."""
    up: np.ndarray = np.empty(len(closure.edge), dtype)
    down = np.empty_like(up)
    return up, down, *_take(weight, closure.edge, up, down)


def sweep(
    closure: Closure,
    weight: np.ndarray,
    sources: np.ndarray,
    targets: np.ndarray,
    dtype: type[np.floating[Any]] = np.float64,
) -> np.ndarray:
    """Cheapest costs (s, t) between nodes numbered in the closure; infinite where there is no path.

    weight: (e, 2) cost of each edge of the hierarchy up and down. dtype: of the lanes and of the result.
    """
    up, down, *_ = edge_costs(closure, weight, dtype)
    row = np.argsort(sources, kind="stable")
    result: np.ndarray = np.empty((len(sources), len(targets)), dtype)
    distance = lane_rows(len(closure.first) - 1, dtype)
    _sweep(closure.first, closure.higher, up, down, distance, sources[row], row, targets, result)
    return result


def sweep_single(
    closure: Closure, weight: np.ndarray, sources: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """As sweep, in float32 where that holds SINGLE_ERROR, else in float64.

    Costs beyond the range of float32 are seen at once. A lane's worth of sources is swept in float64 as well, and the
    largest relative difference decides.
    """
    lanes = lane_count(np.float64)
    _, _, least, most = edge_costs(closure, weight, np.float32)
    if len(sources) <= lanes or least < _TINY or most > _HUGE:
        return sweep(closure, weight, sources, targets)
    found = sweep(closure, weight, sources, targets, np.float32)
    checked = np.unique(np.linspace(0, len(sources) - 1, lanes).astype(int))
    exact = sweep(closure, weight, sources[checked], targets)
    apart = exact > 0
    with np.errstate(invalid="ignore"):
        error = np.abs(found[checked][apart] / exact[apart] - 1.0)
    # Both infinite is no difference.
    if (error > SINGLE_ERROR).any():
        return sweep(closure, weight, sources, targets)
    return found
