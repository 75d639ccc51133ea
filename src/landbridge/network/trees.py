"""Which way each cheapest cost came: trees in a closure, paths out of them, sums along them and flows over them."""

from __future__ import annotations

import numpy as np

from landbridge.network.contraction import grown
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
    block: int,
    used: int,
    distance: np.ndarray,
    up_from: np.ndarray,
    down_from: np.ndarray,
) -> None:
    """Costs (r, lanes) from the `used` sources that begin at `block`, a lane each, and the edges they came by, or -1.

    A path to v ran down along down_from while there is one and had come up along up_from to where it turned.
    """
    count, lanes = distance.shape
    met = np.zeros(count, np.bool_)
    for v in range(count):
        for lane in range(lanes):
            up_from[v, lane] = -1
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
def sum_climb(
    v: int,
    lane: int,
    stamp: int,
    lower: np.ndarray,
    up_from: np.ndarray,
    parts: np.ndarray,
    climbed: np.ndarray,
    climbed_for: np.ndarray,
    stack: np.ndarray,
    base: int,
) -> None:
    """Sums the parts from a lane's source up to v into `climbed` (r, p); the stack is free from `base` on."""
    depth = base
    while climbed_for[v] != stamp and up_from[v, lane] >= 0:
        stack[depth] = v
        depth += 1
        v = lower[up_from[v, lane]]
    if climbed_for[v] != stamp:
        climbed_for[v] = stamp
        for p in range(climbed.shape[1]):
            climbed[v, p] = 0.0
    while depth > base:
        depth -= 1
        u = stack[depth]
        e = up_from[u, lane]
        for p in range(climbed.shape[1]):
            climbed[u, p] = climbed[v, p] + parts[e, UP, p]
        climbed_for[u] = stamp
        v = u


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
    # Sums from a source up to a node and, once turned, on down to it; known where they carry the source's stamp.
    climbed, come = np.empty((count, columns)), np.empty((count, columns))
    climbed_for, come_for = np.zeros(count, np.int64), np.zeros(count, np.int64)
    stack = np.empty(2 * count, np.int32)
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        grow(first, higher, up, down, sources, block, used, distance, up_from, down_from)
        for lane in range(used):
            into, stamp = row[block + lane], block + lane + 1
            for k in range(len(targets)):
                v, depth = targets[k], 0
                while come_for[v] != stamp and down_from[v, lane] >= 0:
                    stack[depth] = v
                    depth += 1
                    v = higher[down_from[v, lane]]
                if come_for[v] != stamp:
                    sum_climb(v, lane, stamp, lower, up_from, parts, climbed, climbed_for, stack, depth)
                    for p in range(columns):
                        come[v, p] = climbed[v, p]
                    come_for[v] = stamp
                while depth:
                    depth -= 1
                    u = stack[depth]
                    e = down_from[u, lane]
                    for p in range(columns):
                        come[u, p] = come[v, p] + parts[e, DOWN, p]
                    come_for[u] = stamp
                    v = u
                cost[into, k] = distance[v, lane]
                for p in range(columns):
                    total[into, k, p] = come[v, p]


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
        grow(first, higher, up, down, sources, block, used, distance, up_from, down_from)
        for v in range(count):
            for lane in range(lanes):
                carried[v, lane] = 0.0
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
    stack = np.empty(128, np.int64)
    for block in range(0, len(sources), lanes):
        used = min(lanes, len(sources) - block)
        grow(first, higher, up, down, sources, block, used, distance, up_from, down_from)
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
                    stack[0], stack[1] = edge[e], way
                    depth = 2
                    while depth:
                        depth -= 2
                        one, along = stack[depth], stack[depth + 1]
                        if arc[one, along] >= 0:
                            if size == len(found):
                                found = grown(found, size, 2 * size)
                            found[size] = arc[one, along]
                            size += 1
                        else:
                            if depth + 4 > len(stack):
                                stack = grown(stack, depth, 2 * len(stack))
                            stack[depth], stack[depth + 1] = legs[one, along, 0], DOWN
                            stack[depth + 2], stack[depth + 3] = legs[one, along, 1], UP
                            depth += 4
                for k in range((size - begin) // 2):
                    found[begin + k], found[size - 1 - k] = found[size - 1 - k], found[begin + k]
                offset[pair + 1] = size
    return grown(found, size, size)
