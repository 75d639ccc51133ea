"""Contracting the nodes of a graph: which shortcuts there are, what they cost, and what they stand for.

Nodes are numbered by rank. An edge (v, x) of the hierarchy joins v to a higher x; its row of `weight` (e, 2) holds the
cost from v up to x and from x down to v. Dibbelt, Strasser and Wagner (2016), Customizable contraction hierarchies.
"""

from __future__ import annotations

import numpy as np

from landbridge.network.jit import compiled

UP, DOWN = 0, 1


@compiled
def grown(values: np.ndarray, size: int, room: int) -> np.ndarray:
    """The first `size` values with room for more; a loop, since slices take numba seconds to compile."""
    copy = np.empty(room, values.dtype)
    for k in range(size):
        copy[k] = values[k]
    return copy


@compiled
def fill_in(start: np.ndarray, neighbour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Higher neighbours of each node once all lower ones are contracted, unsorted: first (n + 1,), higher (e,).

    start, neighbour: the symmetric graph by rows. A node inherits the higher neighbours of those lower nodes whose
    lowest higher neighbour it is (its children in the elimination tree).
    """
    count = len(start) - 1
    first = np.zeros(count + 1, np.int64)
    higher = np.empty(2 * len(neighbour) + count, np.int32)
    seen = np.empty(count, np.int32)
    child = np.empty(count, np.int32)
    sibling = np.empty(count, np.int32)
    for v in range(count):
        seen[v], child[v], sibling[v] = -1, -1, -1
    size = 0
    for v in range(count):
        if size + count - v > len(higher):
            higher = grown(higher, size, 2 * len(higher) + count)
        seen[v] = v
        parent = count
        for e in range(start[v], start[v + 1]):
            x = neighbour[e]
            if x > v and seen[x] != v:
                seen[x] = v
                higher[size] = x
                size += 1
                parent = min(parent, x)
        lower = child[v]
        while lower >= 0:
            for e in range(first[lower], first[lower + 1]):
                x = higher[e]
                if x > v and seen[x] != v:
                    seen[x] = v
                    higher[size] = x
                    size += 1
                    parent = min(parent, x)
            lower = sibling[lower]
        if parent < count:
            sibling[v] = child[parent]
            child[parent] = v
        first[v + 1] = size
    return first, grown(higher, size, size)


@compiled
def lay_costs(slot: np.ndarray, way: np.ndarray, cost: np.ndarray, weight: np.ndarray) -> None:
    """Puts the cheapest arc of each edge and way into `weight` (e, 2); slot is negative for loops."""
    for k in range(len(slot)):
        e = slot[k]
        if e >= 0 and cost[k] < weight[e, way[k]]:
            weight[e, way[k]] = cost[k]


@compiled
def list_triangles(first: np.ndarray, higher: np.ndarray, closing: np.ndarray) -> None:
    """Fills closing (t,): for each pair of edges (v, x), (v, y) with x below y, in their order, the edge (x, y)."""
    t = 0
    for v in range(len(first) - 1):
        for i in range(first[v], first[v + 1]):
            k = first[higher[i]]
            for j in range(i + 1, first[v + 1]):
                while higher[k] != higher[j]:
                    k += 1
                closing[t] = k
                t += 1


@compiled
def customise(first: np.ndarray, closing: np.ndarray, weight: np.ndarray) -> None:
    """Lowers each edge to the cheapest way over lower nodes, in place, from the lowest node up."""
    t = 0
    for v in range(len(first) - 1):
        end = first[v + 1]
        for i in range(first[v], end):
            up, down = weight[i, 0], weight[i, 1]
            for j in range(i + 1, end):
                k = closing[t]
                t += 1
                there, back = down + weight[j, 0], weight[j, 1] + up
                # Selected and stored whatever comes out: a branch here would be guessed wrong every other time.
                weight[k, 0] = there if there < weight[k, 0] else weight[k, 0]
                weight[k, 1] = back if back < weight[k, 1] else weight[k, 1]


@compiled
def find_legs(
    first: np.ndarray,
    closing: np.ndarray,
    weight: np.ndarray,
    slot: np.ndarray,
    way: np.ndarray,
    cost: np.ndarray,
    arc: np.ndarray,
    legs: np.ndarray,
) -> None:
    """What each edge's cost stands for: an arc of the graph, or the two edges of a way over a lower node.

    arc: (e, 2) filled with -1 on entry. legs: (e, 2, 2): of the edge's way up, first a DOWN then an UP edge; of its
    way down likewise; -1 where it is an arc or has no finite cost. Costs are compared exactly: customise
    made the same sums.
    """
    for k in range(len(slot)):
        e = slot[k]
        if e >= 0 and arc[e, way[k]] < 0 and cost[k] == weight[e, way[k]] and cost[k] < np.inf:
            arc[e, way[k]] = k
    t = 0
    for v in range(len(first) - 1):
        end = first[v + 1]
        for i in range(first[v], end):
            up, down = weight[i, 0], weight[i, 1]
            for j in range(i + 1, end):
                k = closing[t]
                t += 1
                there, back = down + weight[j, 0], weight[j, 1] + up
                if there == weight[k, 0] and arc[k, 0] < 0 and legs[k, 0, 0] < 0 and there < np.inf:
                    legs[k, 0, 0], legs[k, 0, 1] = i, j
                if back == weight[k, 1] and arc[k, 1] < 0 and legs[k, 1, 0] < 0 and back < np.inf:
                    legs[k, 1, 0], legs[k, 1, 1] = j, i
