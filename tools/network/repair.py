"""Joins what the simplified map of railways left apart: dead ends, detached parts, and the known gaps."""

from __future__ import annotations

import heapq

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from .geo import to_xyz

# A dead end is joined when the way round over the network is this many times the gap.
DETOUR_RATIO = 8.0
DEAD_END_REACH_KM = (0.5, 2.0)
# Two dead ends that face each other are joined over more: a missing piece of one line leaves exactly that.
FACING_REACH_KM = 6.0
COMPONENT_REACH_KM = 5.0


def _symmetric(tails: np.ndarray, heads: np.ndarray, km: np.ndarray, count: int) -> sp.csr_matrix:
    matrix = sp.coo_matrix((km, (tails, heads)), shape=(count, count)).tocsr()
    return matrix.maximum(matrix.T).tocsr()


def _near_distances(graph: sp.csr_matrix, source: int, limit: float) -> dict[int, float]:
    distance = {source: 0.0}
    queue = [(0.0, source)]
    starts, ends, km = graph.indptr, graph.indices, graph.data
    while queue:
        reached, node = heapq.heappop(queue)
        if reached > distance[node]:
            continue
        for k in range(starts[node], starts[node + 1]):
            onward = reached + km[k]
            if onward <= limit and onward < distance.get(ends[k], np.inf):
                distance[ends[k]] = onward
                heapq.heappush(queue, (onward, ends[k]))
    return distance


def join_dead_ends(
    tails: np.ndarray,
    heads: np.ndarray,
    km: np.ndarray,
    nodes: np.ndarray,
    reach_km: float,
    *,
    facing: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """New links from dead ends to the nearest node within `reach_km` that the network reaches only by a long detour.

    facing: join dead ends to dead ends only.
    """
    xyz = to_xyz(nodes)
    tree = cKDTree(xyz)
    graph = _symmetric(tails, heads, km, len(nodes))
    degree = np.diff(graph.indptr)
    dead_ends = np.flatnonzero(degree <= 1)
    near = tree.query_ball_point(xyz[dead_ends], reach_km)
    limit = DETOUR_RATIO * reach_km + 1.0
    added: list[tuple[int, int, float]] = []
    for end, candidates in zip(dead_ends, near, strict=True):
        others = np.array([node for node in candidates if node != end], dtype=int)
        if facing:
            others = others[degree[others] <= 1]
        if not len(others):
            continue
        gap = np.linalg.norm(xyz[others] - xyz[end], axis=1)
        around = _near_distances(graph, int(end), limit)
        for k in np.argsort(gap):
            if around.get(int(others[k]), np.inf) > DETOUR_RATIO * gap[k] + 1.0:
                added.append((int(end), int(others[k]), float(max(gap[k], 1e-3))))
                break
    if not added:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    a, b, length = zip(*added, strict=True)
    return np.array(a), np.array(b), np.array(length)


def join_components(
    tails: np.ndarray, heads: np.ndarray, km: np.ndarray, nodes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The shortest link between each two detached parts that come within five kilometres of each other."""
    xyz = to_xyz(nodes)
    _, label = connected_components(_symmetric(tails, heads, km, len(nodes)), directed=False)
    pairs = cKDTree(xyz).query_pairs(COMPONENT_REACH_KM, output_type="ndarray")
    pairs = pairs[label[pairs[:, 0]] != label[pairs[:, 1]]]
    gap = np.linalg.norm(xyz[pairs[:, 0]] - xyz[pairs[:, 1]], axis=1)
    low = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]]).astype(np.int64)
    high = np.maximum(label[pairs[:, 0]], label[pairs[:, 1]]).astype(np.int64)
    order = np.argsort(gap, kind="stable")
    _, first = np.unique((low * (label.max() + 1) + high)[order], return_index=True)
    keep = order[first]
    return pairs[keep, 0], pairs[keep, 1], np.maximum(gap[keep], 1e-3)


def repair_railways(
    tails: np.ndarray, heads: np.ndarray, km: np.ndarray, nodes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Links with the repairs appended: ends, lengths in km, and a flag that is true for a repair."""
    repaired = np.zeros(len(km), bool)
    for reach in DEAD_END_REACH_KM:
        a, b, length = join_dead_ends(tails, heads, km, nodes, reach)
        tails, heads, km = np.r_[tails, a], np.r_[heads, b], np.r_[km, length]
        repaired = np.r_[repaired, np.ones(len(a), bool)]
    a, b, length = join_dead_ends(tails, heads, km, nodes, FACING_REACH_KM, facing=True)
    tails, heads, km = np.r_[tails, a], np.r_[heads, b], np.r_[km, length]
    repaired = np.r_[repaired, np.ones(len(a), bool)]
    a, b, length = join_components(tails, heads, km, nodes)
    return np.r_[tails, a], np.r_[heads, b], np.r_[km, length], np.r_[repaired, np.ones(len(a), bool)]
