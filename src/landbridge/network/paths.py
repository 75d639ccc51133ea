"""Cheapest paths between the nodes of a network, one tree at a time, for any price of the arcs.

This is the search for one journey: it needs no preparation and no compiled code, so that an answer comes at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

from landbridge.network.graph import Network

# scipy treats a stored zero as no arc at all; a millionth of a cent does not show.
_SMALLEST_COST = 1e-8
# The step from before a place on the way to after it: no arc of the network.
PASSED = -1


class _Rows:
    """Arcs by their first node; parallel arcs share an entry, of which a price picks the cheapest."""

    def __init__(self, first: np.ndarray, second: np.ndarray, arc: np.ndarray, size: int) -> None:
        key = first * size + second
        order = np.argsort(key, kind="stable")
        key = key[order]
        self.arc = arc[order]
        self.entry = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        self.after = np.r_[self.entry[1:], len(key)]
        self.key = key[self.entry]
        self.start = np.searchsorted(self.key, np.arange(size + 1) * size)
        self.end = self.key % size
        self.size = size

    def graph(self, price: np.ndarray) -> sp.csr_matrix:
        """The graph (n, n) of the cheapest arcs under prices (m,) by arc of the network."""
        each = np.where(self.arc >= 0, price[self.arc], 0.0)
        cheapest = np.minimum.reduceat(each, self.entry)
        cheapest = np.maximum(cheapest, _SMALLEST_COST)
        return sp.csr_matrix((cheapest, self.end, self.start), shape=(self.size, self.size))

    def arcs(self, first: np.ndarray, second: np.ndarray, price: np.ndarray) -> list[int]:
        """The arc of the network behind each step from a first to a second node, PASSED steps left out."""
        entries = np.searchsorted(self.key, first * self.size + second)
        start, after = self.entry[entries], self.after[entries]
        found = self.arc[start]
        for k in np.flatnonzero(after > start + 1):
            parallel = self.arc[start[k] : after[k]]
            found[k] = parallel[np.argmin(price[parallel])]
        return [arc for arc in found.tolist() if arc != PASSED]


class SearchGraph:
    """The arcs that a way may use, to search from its origin and back from its destination.

    arcs: numbers of the network's arcs. via: for each place to pass, in order, the nodes that count as being there; the
    search then runs on one copy of the network before, between and after those places.
    """

    def __init__(self, network: Network, arcs: np.ndarray, via: Sequence[np.ndarray] = ()) -> None:
        self.nodes = len(network.node)
        self.layers = len(via) + 1
        size = self.nodes * self.layers
        shift = np.repeat(np.arange(self.layers) * self.nodes, len(arcs))
        tail, head = (np.tile(end[arcs], self.layers) + shift for end in (network.tail, network.head))
        number = np.tile(arcs, self.layers)
        passing = [nodes + k * self.nodes for k, nodes in enumerate(via)]
        if passing:
            here = np.concatenate(passing)
            tail, head = np.r_[tail, here], np.r_[head, here + self.nodes]
            number = np.r_[number, np.full(len(here), PASSED)]
        self._outward = _Rows(tail, head, number, size)
        self._inward = _Rows(head, tail, number, size)

    def tree(self, price: np.ndarray, roots: np.ndarray, *, back: bool = False) -> Tree:
        """The cheapest paths from the roots to every node, or, turned back, from every node to the roots.

        price: (m,) of all arcs of the network. roots: nodes of the network.
        """
        rows = self._inward if back else self._outward
        if back:
            roots = roots + (self.layers - 1) * self.nodes
        distance, before, _ = dijkstra(
            rows.graph(price), indices=roots, return_predecessors=True, min_only=True
        )
        return Tree(distance, before.tolist(), rows, price, back)

    def nearest(self, price: np.ndarray, roots: np.ndarray) -> np.ndarray:
        """The root (n,) from which the cheapest path to every node comes, -1 where none does; prices as of `tree`."""
        graph = self._outward.graph(price)
        _, _, root = dijkstra(graph, indices=roots, return_predecessors=True, min_only=True)
        return np.maximum(root, -1)


@dataclass(frozen=True)
class Tree:
    """Cheapest paths from some roots, or to them. distance: (layers x n,), infinite where there is no path."""

    distance: np.ndarray
    _before: list[int]
    _rows: _Rows
    _price: np.ndarray
    _back: bool

    def path(self, node: int) -> list[int]:
        """The arcs between the root and a node, in the order of travel."""
        nodes = [node]
        while self._before[nodes[-1]] >= 0:
            nodes.append(self._before[nodes[-1]])
        steps = np.array(nodes[::-1])
        arcs = self._rows.arcs(steps[:-1], steps[1:], self._price)
        return arcs[::-1] if self._back else arcs
