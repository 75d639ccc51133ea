"""Thins the world's links to those that freight between the named places would use, and contracts what remains.

The default network keeps every link on a shortest path between any two named places (zones, ports, stations, border
crossings) under several prices: plain length, randomly perturbed lengths that keep alternatives alive, dear borders,
and each large transit country left out. Nodes of degree two are then contracted; their polylines are kept, simplified.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
import shapely
from scipy.sparse.csgraph import connected_components, dijkstra

from .geo import great_circle_km

PERTURBED_CELL_DEGREES = 2.0


@dataclass
class Links:
    """An undirected network: link ends, lengths in km, repair flags; nodes (n, 2), their countries.

    After a contraction `number_of` gives the new number of each former node, -1 where it is gone.
    """

    tails: np.ndarray
    heads: np.ndarray
    km: np.ndarray
    repaired: np.ndarray
    nodes: np.ndarray
    country: np.ndarray
    number_of: np.ndarray = field(default_factory=lambda: np.zeros(0, int))

    def matrix(self, weight: np.ndarray) -> sp.csr_matrix:
        """Symmetric sparse matrix of positive weights; of parallel links the cheapest."""
        order = np.argsort(-weight, kind="stable")
        size = len(self.nodes)
        a, b, w = self.tails[order], self.heads[order], weight[order]
        # Later entries win below, so the cheapest of parallel links stays.
        key = np.minimum(a, b).astype(np.int64) * size + np.maximum(a, b)
        _, last = np.unique(key[::-1], return_index=True)
        pick = len(key) - 1 - last
        return sp.coo_matrix(
            (np.r_[w[pick], w[pick]], (np.r_[a[pick], b[pick]], np.r_[b[pick], a[pick]])), shape=(size, size)
        ).tocsr()

    def sizeable(self, nodes: int = 150) -> np.ndarray:
        """True for the nodes of connected parts that hold at least this many nodes; smaller ones are scraps."""
        _, label = connected_components(self.matrix(self.km), directed=False)
        return np.asarray(np.bincount(label)[label] >= nodes)

    def drop_links(self, gone: np.ndarray) -> None:
        """Removes the links marked true."""
        keep = ~gone
        self.tails, self.heads = self.tails[keep], self.heads[keep]
        self.km, self.repaired = self.km[keep], self.repaired[keep]


def smooth_countries(links: Links, stay: np.ndarray, shorter_than_km: float = 25.0) -> int:
    """Gives short excursions over a border to the country around them; returns how many nodes changed.

    A road along a border river would otherwise pay for crossings that nobody makes. stay: (n,) true for nodes whose
    part keeps its country however short: the stub of a railway behind a crossing.
    """
    same = links.country[links.tails] == links.country[links.heads]
    size = len(links.nodes)
    inside = sp.coo_matrix((np.ones(same.sum()), (links.tails[same], links.heads[same])), shape=(size, size))
    _, part = connected_components(inside, directed=False)
    length = np.bincount(part[links.tails[same]], weights=links.km[same], minlength=part.max() + 1)
    crossing = np.flatnonzero(~same)
    around: dict[int, set[str]] = {}
    for link in crossing:
        a, b = links.tails[link], links.heads[link]
        around.setdefault(int(part[a]), set()).add(str(links.country[b]))
        around.setdefault(int(part[b]), set()).add(str(links.country[a]))
    kept = set(part[stay].tolist())
    rename = {
        p: next(iter(c))
        for p, c in around.items()
        if len(c) == 1 and length[p] < shorter_than_km and p not in kept
    }
    changed = 0
    for node in np.flatnonzero(np.isin(part, list(rename))):
        if links.country[node] != rename[int(part[node])]:
            links.country[node] = rename[int(part[node])]
            changed += 1
    return changed


def attach(
    links: Links, points: np.ndarray, countries: list[str], reach_km: float, usable: np.ndarray
) -> np.ndarray:
    """The node at or next to each point, splitting the nearest link where no node is close; -1 beyond `reach_km`.

    points: (n, 2) latitude and longitude. countries: ISO3 of each point; only links on its ground are taken, for
    a connector must not jump a border. usable: nodes that may be attached to.
    """
    allowed = usable[links.tails] & usable[links.heads]
    index = np.flatnonzero(allowed)
    a, b = links.nodes[links.tails[index]], links.nodes[links.heads[index]]
    straight = np.abs(a[:, 1] - b[:, 1]) < 180
    index, a, b = index[straight], a[straight], b[straight]
    at_tail, at_head = links.country[links.tails[index]], links.country[links.heads[index]]
    lines = shapely.linestrings(np.stack([a[:, ::-1], b[:, ::-1]], axis=1))
    tree = shapely.STRtree(lines)
    chosen = np.full(len(points), -1)
    new_nodes: list[np.ndarray] = []
    new_links: list[tuple[int, int, float, bool]] = []
    split: dict[int, list[tuple[float, int]]] = {}
    for k, (latitude, longitude) in enumerate(points):
        dy = reach_km / 111.2
        dx = dy / max(np.cos(np.radians(latitude)), 0.1)
        near = tree.query(shapely.box(longitude - dx, latitude - dy, longitude + dx, latitude + dy))
        if not len(near):
            continue
        stretch = np.cos(np.radians(latitude))
        origin = (a[near] - (latitude, longitude)) * (1.0, stretch) * 111.2
        run = (b[near] - a[near]) * (1.0, stretch) * 111.2
        squared = np.maximum((run**2).sum(1), 1e-12)
        along = np.clip(-(origin * run).sum(1) / squared, 0.0, 1.0)
        gap = np.sqrt(((origin + along[:, None] * run) ** 2).sum(1))
        # On a link over a border, the nearer end says whose ground it is.
        gap[np.where(along < 0.5, at_tail[near], at_head[near]) != countries[k]] = np.inf
        best = int(np.argmin(gap))
        if gap[best] > reach_km:
            continue
        link, t, length = int(index[near[best]]), float(along[best]), float(np.sqrt(squared[best]))
        if min(t, 1 - t) * length < 2.0:
            chosen[k] = links.tails[link] if t < 0.5 else links.heads[link]
            continue
        node = len(links.nodes) + len(new_nodes)
        new_nodes.append(a[near[best]] + t * (b[near[best]] - a[near[best]]))
        split.setdefault(link, []).append((t, node))
        chosen[k] = node
    gone = np.zeros(len(links.km), bool)
    country_of_new = np.full(len(new_nodes), "", dtype="U3")
    base = len(links.nodes)
    for link, cuts in split.items():
        gone[link] = True
        stops = [(0.0, int(links.tails[link])), *sorted(cuts), (1.0, int(links.heads[link]))]
        for (t0, n0), (t1, n1) in itertools.pairwise(stops):
            new_links.append((n0, n1, max(links.km[link] * (t1 - t0), 1e-3), bool(links.repaired[link])))
        for t, node in cuts:
            country_of_new[node - base] = links.country[links.tails[link] if t < 0.5 else links.heads[link]]
    if new_nodes:
        links.nodes = np.r_[links.nodes, np.array(new_nodes)]
        links.country = np.r_[links.country, country_of_new]
        ends_a, ends_b, km, repaired = zip(*new_links, strict=True)
        links.drop_links(gone)
        links.tails, links.heads = np.r_[links.tails, ends_a], np.r_[links.heads, ends_b]
        links.km, links.repaired = np.r_[links.km, km], np.r_[links.repaired, repaired]
    return chosen


def contract(links: Links, keep: np.ndarray) -> tuple[Links, list[np.ndarray]]:
    """Contracts nodes of degree two that are not kept and lie inside one country.

    Returns the new links and, for each, the chain of former nodes it runs over.

    keep: node numbers that must stay. Dead ends that lead to no kept node are removed first.
    """
    kept = np.zeros(len(links.nodes), bool)
    kept[keep] = True
    border = links.country[links.tails] != links.country[links.heads]
    kept[links.tails[border]] = True
    kept[links.heads[border]] = True
    alive = np.ones(len(links.km), bool)
    degree = np.bincount(np.r_[links.tails, links.heads], minlength=len(links.nodes))
    while True:
        loose = (degree == 1) & ~kept
        dangling = alive & (loose[links.tails] | loose[links.heads])
        if not dangling.any():
            break
        alive &= ~dangling
        degree = np.bincount(np.r_[links.tails[alive], links.heads[alive]], minlength=len(links.nodes))
    junction = kept | (degree > 2)
    adjacent: dict[int, list[int]] = {}
    for link in np.flatnonzero(alive):
        adjacent.setdefault(int(links.tails[link]), []).append(int(link))
        adjacent.setdefault(int(links.heads[link]), []).append(int(link))
    used: set[int] = set()
    rows: dict[tuple[int, int], tuple[float, bool, list[int]]] = {}
    for start in (int(node) for node in adjacent if junction[node]):
        for first in adjacent[start]:
            if first in used:
                continue
            chain, link, at = [start], first, start
            length, repaired = 0.0, False
            while True:
                used.add(link)
                length += float(links.km[link])
                repaired |= bool(links.repaired[link])
                at = int(links.heads[link]) if links.tails[link] == at else int(links.tails[link])
                chain.append(at)
                if junction[at]:
                    break
                onward = [k for k in adjacent[at] if k != link]
                link = onward[0]
            if at == start:
                continue
            key = (min(start, at), max(start, at))
            if key not in rows or length < rows[key][0]:
                rows[key] = (length, repaired, chain if chain[0] == key[0] else chain[::-1])
    names = sorted({node for key in rows for node in key} | {int(node) for node in keep})
    number = {node: k for k, node in enumerate(names)}
    ordered = sorted(rows)
    result = Links(
        tails=np.array([number[a] for a, _ in ordered]),
        heads=np.array([number[b] for _, b in ordered]),
        km=np.array([rows[key][0] for key in ordered]),
        repaired=np.array([rows[key][1] for key in ordered]),
        nodes=links.nodes[names],
        country=links.country[names],
        number_of=np.full(len(links.nodes), -1),
    )
    result.number_of[names] = np.arange(len(names))
    return result, [np.array(rows[key][2]) for key in ordered]


def used_links(links: Links, weight: np.ndarray, keys: np.ndarray, limit: float) -> np.ndarray:
    """True for links on a shortest path between two of the key nodes no dearer than `limit`."""
    graph = links.matrix(weight)
    size = len(links.nodes)
    touched: set[int] = set()
    for chunk in np.array_split(keys, max(1, len(keys) // 16)):
        distance, before = dijkstra(
            graph, directed=False, indices=chunk, return_predecessors=True, limit=limit
        )
        for row, parents in zip(distance, before, strict=True):
            seen = np.zeros(size, bool)
            front = keys[np.isfinite(row[keys])]
            while len(front):
                seen[front] = True
                up = parents[front]
                steps = up >= 0
                low, high = np.minimum(front[steps], up[steps]), np.maximum(front[steps], up[steps])
                touched.update((low.astype(np.int64) * size + high).tolist())
                front = np.unique(up[steps])
                front = front[~seen[front]]
    code = np.minimum(links.tails, links.heads).astype(np.int64) * size + np.maximum(links.tails, links.heads)
    return np.isin(code, np.fromiter(touched, dtype=np.int64, count=len(touched)))


def thin(
    links: Links,
    keys: np.ndarray,
    *,
    limit_km: float,
    alternatives: int,
    left_out: tuple[str, ...],
    seed: int = 2017,
) -> np.ndarray:
    """True for the links that the default network keeps; see the head of this module."""
    keep = used_links(links, links.km, keys, limit_km)
    rng = np.random.default_rng(seed)
    # One factor a cell, so that whole lines compete and not the parallel tracks of one station.
    cell = np.floor(links.nodes[links.tails] / PERTURBED_CELL_DEGREES).astype(int) + 100
    _, cell_number = np.unique(cell[:, 0] * 1000 + cell[:, 1], return_inverse=True)
    for _ in range(alternatives):
        factor = rng.lognormal(0.0, 0.3, cell_number.max() + 1)[cell_number]
        keep |= used_links(links, links.km * factor, keys, limit_km)
    border = links.country[links.tails] != links.country[links.heads]
    keep |= used_links(links, links.km + 400.0 * border, keys, limit_km)
    for code in left_out:
        inside = (links.country[links.tails] == code) | (links.country[links.heads] == code)
        outside_keys = keys[links.country[keys] != code]
        keep |= used_links(links, links.km + 1e5 * inside, outside_keys, limit_km)
    return keep


def simplify(polyline: np.ndarray, tolerance_degrees: float) -> np.ndarray:
    """A polyline (n, 2) with the vertices that matter at the tolerance."""
    if len(polyline) < 3:
        return polyline
    return np.asarray(shapely.get_coordinates(shapely.LineString(polyline).simplify(tolerance_degrees)))


def straightness(links: Links) -> np.ndarray:
    """Length over great-circle distance of each link: far above one means a loop, below one a wrong length."""
    gap = great_circle_km(links.nodes[links.tails], links.nodes[links.heads])
    return np.asarray(links.km / np.maximum(gap, 0.1))
