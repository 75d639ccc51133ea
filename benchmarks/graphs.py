"""Deterministic planar road-like graphs: towns in clusters, short links, a net of faster trunk roads, two-way costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

WIDTH_KM, HEIGHT_KM = 6000.0, 4000.0
CLUSTERS, TRUNK_CITIES = 400, 60


@dataclass(frozen=True)
class Graph:
    """tail, head: (m,) nodes of each arc. cost: (m,). position: (n, 2) in km. zones: (z,) nodes in random order."""

    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    position: np.ndarray
    zones: np.ndarray

    @property
    def node_count(self) -> int:
        return len(self.position)


def planar(node_count: int, seed: int = 20241) -> Graph:
    """A connected planar graph: of a Delaunay triangulation its spanning tree and 28 % of the other short links.

    60 % of the nodes lie around 400 towns of Pareto sizes. Links between 60 large towns are trunk roads of 80 km/h,
    others 55 or 35; the cost is minutes plus half the kilometres, and differs by up to a tenth by direction.
    """
    rng = np.random.default_rng(seed)
    centre = rng.random((CLUSTERS, 2)) * [WIDTH_KM, HEIGHT_KM]
    size = rng.pareto(1.2, CLUSTERS) + 0.05
    position = _scatter(rng, node_count, centre, size / size.sum())
    corners = Delaunay(position).simplices
    ends = np.unique(np.sort(corners[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1), axis=0)
    length = np.hypot(*(position[ends[:, 0]] - position[ends[:, 1]]).T)
    kept = _kept(rng, ends, length, node_count)
    ends, length = ends[kept], length[kept]
    fast = _on_trunk(ends, length, position, centre[np.argsort(-size)[:TRUNK_CITIES]])
    speed = np.where(fast, 80.0, np.where(rng.random(len(ends)) < 0.3, 55.0, 35.0))
    base = length / speed * 60.0 + 0.5 * length + 0.05
    cost = np.r_[base * (1 + 0.1 * rng.random(len(ends))), base * (1 + 0.1 * rng.random(len(ends)))]
    tail, head = np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]]
    return Graph(tail, head, cost, position, rng.permutation(node_count))


def _scatter(rng: np.random.Generator, count: int, centre: np.ndarray, share: np.ndarray) -> np.ndarray:
    clustered = int(count * 0.6)
    town = rng.choice(len(centre), clustered, p=share)
    near = centre[town] + rng.normal(size=(clustered, 2)) * (20.0 + 60.0 * rng.random((clustered, 1)))
    wild = rng.random((count - clustered, 2)) * [WIDTH_KM, HEIGHT_KM]
    return np.vstack([near, wild])[rng.permutation(count)]


def _key(ends: np.ndarray, count: int) -> np.ndarray:
    return np.asarray(ends.min(1).astype(np.int64) * count + ends.max(1))


def _kept(rng: np.random.Generator, ends: np.ndarray, length: np.ndarray, count: int) -> np.ndarray:
    graph = sp.csr_matrix((length + 1e-6, (ends[:, 0], ends[:, 1])), shape=(count, count))
    tree = minimum_spanning_tree(graph).tocoo()
    in_tree = np.isin(_key(ends, count), _key(np.c_[tree.row, tree.col], count))
    nearest = np.full(count, np.inf)
    for side in (0, 1):
        np.minimum.at(nearest, ends[:, side], length)
    short = length < 3.0 * np.maximum(nearest[ends[:, 0]], nearest[ends[:, 1]])
    return np.asarray(in_tree | (short & (rng.random(len(ends)) < 0.28)))


def _on_trunk(ends: np.ndarray, length: np.ndarray, position: np.ndarray, cities: np.ndarray) -> np.ndarray:
    """Links on the shortest ways between neighbouring large towns."""
    count = len(position)
    hubs = np.array([np.argmin(((position - city) ** 2).sum(1)) for city in cities])
    graph = sp.csr_matrix((length, (ends[:, 0], ends[:, 1])), shape=(count, count))
    corners = Delaunay(position[hubs]).simplices
    pairs = np.unique(np.sort(corners[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1), axis=0)
    used: set[tuple[int, int]] = set()
    for hub in np.unique(pairs[:, 0]):
        _, before = dijkstra(graph, directed=False, indices=hubs[hub], return_predecessors=True)
        for other in pairs[pairs[:, 0] == hub, 1]:
            node = int(hubs[other])
            while before[node] >= 0:
                used.add((min(node, int(before[node])), max(node, int(before[node]))))
                node = int(before[node])
    return np.isin(_key(ends, count), _key(np.array(sorted(used)), count))
