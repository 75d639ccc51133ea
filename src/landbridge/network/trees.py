"""Which way each cheapest cost came: trees in a closure, paths out of them, sums along them and flows over them."""

from __future__ import annotations

import numpy as np

from landbridge.network.jit import compiled
from landbridge.network.lanes import gather_from, spread_from

UP, DOWN = 0, 1


@compiled
def grow(
    first: np.ndarray,
    higher: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    sources: np.ndarray,
    distance: np.ndarray,
    up_from: np.ndarray,
    down_from: np.ndarray,
) -> None:
    """Costs (r, lanes) from up to as many sources as there are lanes, and the edges they came by, -1 for none.

    A path to v ran down along down_from while there is one and had come up along up_from to where it turned.
    """
    count, lanes = distance.shape
    met = np.zeros(count, np.bool_)
    up_from[:] = -1
    lowest = 0
    for lane in range(len(sources)):
        source = sources[lane]
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
                spread_from(distance, v, u, up[e], met[u], up_from, e)
                met[u] = True
    for v in range(count):
        gather_from(distance, v, met[v], first[v], first[v + 1], higher, down, down_from)


@compiled
def sum_edges(arc: np.ndarray, legs: np.ndarray, arc_parts: np.ndarray, edge_parts: np.ndarray) -> None:
    """Parts (e, 2, p) of every edge from those of the arcs (m, p); zero where an edge leads nowhere."""
    for e in range(len(arc)):
        for way in range(2):
            if arc[e, way] >= 0:
                for p in range(arc_parts.shape[1]):
                    edge_parts[e, way, p] = arc_parts[arc[e, way], p]
            elif legs[e, way, 0] >= 0:
                for p in range(arc_parts.shape[1]):
                    edge_parts[e, way, p] = (
                        edge_parts[legs[e, way, 0], DOWN, p] + edge_parts[legs[e, way, 1], UP, p]
                    )


@compiled
def sum_paths(
    first: np.ndarray,
    higher: np.ndarray,
    lower: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    parts: np.ndarray,
    sources: np.ndarray,
    row: np.ndarray,
    targets: np.ndarray,
    distance: np.ndarray,
    cost: np.ndarray,
    total: np.ndarray,
) -> None:
    """Fills cost (s, t) and total (s, t, p) with the costs and the parts summed along the chosen paths.

    parts: (f, 2, p) of the closure's edges. distance: scratch rows of lanes.
    """
    count, lanes = distance.shape
    columns = parts.shape[2]
    up_from = np.empty((count, lanes), np.int32)
    down_from = np.empty((count, lanes), np.int32)
    along = np.zeros((count, lanes, columns))
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        grow(first, higher, up, down, sources[block : block + used], distance, up_from, down_from)
        for v in range(count - 1, -1, -1):
            for lane in range(used):
                e = up_from[v, lane]
                if e < 0:
                    for p in range(columns):
                        along[v, lane, p] = 0.0
                else:
                    u = lower[e]
                    for p in range(columns):
                        along[v, lane, p] = along[u, lane, p] + parts[e, 0, p]
        for v in range(count):
            for lane in range(used):
                e = down_from[v, lane]
                if e >= 0:
                    u = higher[e]
                    for p in range(columns):
                        along[v, lane, p] = along[u, lane, p] + parts[e, 1, p]
        for lane in range(used):
            into = row[block + lane]
            for k in range(len(targets)):
                cost[into, k] = distance[targets[k], lane]
                for p in range(columns):
                    total[into, k, p] = along[targets[k], lane, p]


@compiled
def load_edges(
    first: np.ndarray,
    higher: np.ndarray,
    lower: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    sources: np.ndarray,
    row: np.ndarray,
    targets: np.ndarray,
    demand: np.ndarray,
    distance: np.ndarray,
    flow: np.ndarray,
    stranded: np.ndarray,
) -> None:
    """Adds the demand (s, t) to the flow (f, 2) of the edges on its paths; stranded (s, t) marks what has none."""
    count, lanes = distance.shape
    up_from = np.empty((count, lanes), np.int32)
    down_from = np.empty((count, lanes), np.int32)
    carried = np.empty((count, lanes))
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        grow(first, higher, up, down, sources[block : block + used], distance, up_from, down_from)
        carried[:] = 0.0
        for lane in range(used):
            out_of = row[block + lane]
            for k in range(len(targets)):
                if demand[out_of, k] != 0.0:
                    if distance[targets[k], lane] == np.inf:
                        stranded[out_of, k] = True
                    else:
                        carried[targets[k], lane] += demand[out_of, k]
        for v in range(count - 1, -1, -1):
            for lane in range(used):
                e = down_from[v, lane]
                if e >= 0 and carried[v, lane] != 0.0:
                    flow[e, 1] += carried[v, lane]
                    carried[higher[e], lane] += carried[v, lane]
                    carried[v, lane] = 0.0
        for v in range(count):
            for lane in range(used):
                e = up_from[v, lane]
                if e >= 0 and carried[v, lane] != 0.0:
                    flow[e, 0] += carried[v, lane]
                    carried[lower[e], lane] += carried[v, lane]


@compiled
def unload_edges(arc: np.ndarray, legs: np.ndarray, edge_flow: np.ndarray, arc_flow: np.ndarray) -> None:
    """Hands the flow (e, 2) of every edge down to its legs and at last to the arcs (m,); edge_flow is used up."""
    for e in range(len(arc) - 1, -1, -1):
        for way in range(2):
            flow = edge_flow[e, way]
            if flow != 0.0:
                if arc[e, way] >= 0:
                    arc_flow[arc[e, way]] += flow
                else:
                    edge_flow[legs[e, way, 0], DOWN] += flow
                    edge_flow[legs[e, way, 1], UP] += flow


@compiled
def walk(
    first: np.ndarray,
    higher: np.ndarray,
    lower: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    edge: np.ndarray,
    arc: np.ndarray,
    legs: np.ndarray,
    sources: np.ndarray,
    pair_first: np.ndarray,
    pair_target: np.ndarray,
    distance: np.ndarray,
    offset: np.ndarray,
) -> np.ndarray:
    """Arcs of the paths of pairs, one path after the other; offset (q + 1,) tells where each begins.

    pair_first: (s + 1,) the pairs of each source. pair_target: (q,). A pair without a path has no arcs.
    """
    count, lanes = distance.shape
    up_from = np.empty((count, lanes), np.int32)
    down_from = np.empty((count, lanes), np.int32)
    found = np.empty(1024, np.int64)
    size = 0
    stack = np.empty((64, 2), np.int64)
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        grow(first, higher, up, down, sources[block : block + used], distance, up_from, down_from)
        for lane in range(used):
            for pair in range(pair_first[block + lane], pair_first[block + lane + 1]):
                begin = size
                v, way = pair_target[pair], DOWN
                while distance[v, lane] < np.inf:
                    if way == DOWN and down_from[v, lane] >= 0:
                        e = down_from[v, lane]
                        v = higher[e]
                    elif up_from[v, lane] >= 0:
                        way, e = UP, up_from[v, lane]
                        v = lower[e]
                    else:
                        break
                    # From the end of the path to its start: of an edge the second leg first.
                    stack[0, 0], stack[0, 1] = edge[e], way
                    depth = 1
                    while depth:
                        depth -= 1
                        one, along = stack[depth, 0], stack[depth, 1]
                        if arc[one, along] >= 0:
                            if size == len(found):
                                larger = np.empty(2 * size, np.int64)
                                larger[:size] = found
                                found = larger
                            found[size] = arc[one, along]
                            size += 1
                        else:
                            if depth + 2 > len(stack):
                                deeper = np.empty((2 * len(stack), 2), np.int64)
                                deeper[: len(stack)] = stack
                                stack = deeper
                            stack[depth, 0], stack[depth, 1] = legs[one, along, 0], DOWN
                            stack[depth + 1, 0], stack[depth + 1, 1] = legs[one, along, 1], UP
                            depth += 2
                found[begin:size] = found[begin:size][::-1].copy()
                offset[pair + 1] = size
    return found[:size].copy()
