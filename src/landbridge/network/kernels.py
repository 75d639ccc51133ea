"""Loops that numpy cannot express: sums along shortest-path trees and (min, +) products."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def parts_of_targets(
    targets: np.ndarray,
    before: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    arc: np.ndarray,
    arc_parts: np.ndarray,
    total: np.ndarray,
    done: np.ndarray,
    stack: np.ndarray,
) -> None:
    """Fills `total` (n, p) at the targets with the parts summed along a shortest-path tree.

    before: (n,) previous node, negative at the root. start, end, arc: the graph by rows (indptr, indices) and the arc
    behind each entry. done: (n,) false on entry, except at the root; stack: (n,) scratch.
    """
    for t in range(len(targets)):
        node = targets[t]
        depth = 0
        while not done[node] and before[node] >= 0:
            stack[depth] = node
            depth += 1
            node = before[node]
        while depth > 0:
            depth -= 1
            onward = stack[depth]
            for k in range(start[node], start[node + 1]):
                if end[k] == onward:
                    for p in range(total.shape[1]):
                        total[onward, p] = total[node, p] + arc_parts[arc[k], p]
                    break
            done[onward] = True
            node = onward


@njit(cache=True, nogil=True)
def close_over_hubs(cost: np.ndarray, parts: np.ndarray) -> None:
    """All-pairs shortest costs (h, h) in place, with the parts (h, h, p) of the paths (Floyd-Warshall)."""
    count = cost.shape[0]
    for k in range(count):
        for i in range(count):
            first = cost[i, k]
            if first == np.inf:
                continue
            for j in range(count):
                through = first + cost[k, j]
                if through < cost[i, j]:
                    cost[i, j] = through
                    for p in range(parts.shape[2]):
                        parts[i, j, p] = parts[i, k, p] + parts[k, j, p]


@njit(cache=True, nogil=True)
def min_plus(left: np.ndarray, right: np.ndarray, best: np.ndarray, via: np.ndarray) -> None:
    """best[i, j] = min over k of left[i, k] + right[k, j]; via holds the k, -1 where no path exists."""
    for i in range(left.shape[0]):
        for j in range(right.shape[1]):
            best[i, j] = np.inf
            via[i, j] = -1
        for k in range(left.shape[1]):
            first = left[i, k]
            if first == np.inf:
                continue
            for j in range(right.shape[1]):
                through = first + right[k, j]
                if through < best[i, j]:
                    best[i, j] = through
                    via[i, j] = k
