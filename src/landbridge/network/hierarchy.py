"""A customizable contraction hierarchy: built once for a topology, priced for a cost vector, asked many times.

hierarchy = Hierarchy.build(tail, head, node_count)
prices = hierarchy.price(cost)
prices.skim(zones, zones)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from landbridge.errors import InputError, Problem
from landbridge.network.contraction import customise, fill_in, find_legs, lay_costs, list_triangles
from landbridge.network.lanes import lane_rows
from landbridge.network.order import node_order
from landbridge.network.sweep import Closure, close, edge_costs, sweep, sweep_single
from landbridge.network.trees import load_edges, sum_edges, sum_paths, unload_edges, walk

_KEPT_CLOSURES = 4


@dataclass(frozen=True)
class Loading:
    """All-or-nothing flows. flow: (m,) of each arc. stranded: (k, 2) rows and columns of demand without a path."""

    flow: np.ndarray
    stranded: np.ndarray


@dataclass(frozen=True)
class Hierarchy:
    """The shortcuts of a directed graph, whatever its costs.

    rank: (n,) of each node. first: (n + 1,), higher: (e,) the edges from each rank to higher ones. closing: (t,) the
    edge that closes each triangle. slot: (m,) edge of each arc, -1 for loops. way: (m,) 0 where the arc runs up in
    rank, 1 where down.
    """

    rank: np.ndarray
    first: np.ndarray
    higher: np.ndarray
    closing: np.ndarray
    slot: np.ndarray
    way: np.ndarray
    _closures: dict[bytes, Closure] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(cls, tail: np.ndarray, head: np.ndarray, node_count: int) -> Hierarchy:
        """The hierarchy of the arcs from tail (m,) to head (m,) between nodes 0 .. node_count - 1.

        Parallel arcs, loops, isolated nodes and disconnected parts are welcome. The contraction order comes from a
        cache on disk when the topology has been met before. Raises InputError for nodes out of range.
        """
        tail, head = np.asarray(tail), np.asarray(head)
        _check_nodes("the arcs", np.r_[tail, head], node_count)
        rank = node_order(tail, head, node_count)
        a, b = rank[tail].astype(np.int64), rank[head].astype(np.int64)
        start, neighbour = _by_rows(np.r_[a, b], np.r_[b, a], node_count)
        first, unsorted = fill_in(start, neighbour)
        edges = sp.csr_matrix((np.ones(len(unsorted), np.int8), unsorted, first), shape=(node_count,) * 2)
        edges.sort_indices()
        higher = edges.indices.astype(np.int32)
        key = np.repeat(np.arange(node_count), np.diff(first)) * node_count + higher
        slot = np.searchsorted(key, np.minimum(a, b) * node_count + np.maximum(a, b)).astype(np.int32)
        slot[a == b] = -1
        degree = np.diff(first)
        closing = np.empty((degree * (degree - 1) // 2).sum(), np.int32)
        list_triangles(first, higher, closing)
        return cls(rank, first, higher, closing, slot, (a > b).astype(np.uint8))

    def price(self, cost: np.ndarray) -> Prices:
        """The hierarchy with the cost (m,) of each arc: not negative, zero allowed, infinite where an arc is closed.

        Raises InputError for negative costs and those that are no numbers.
        """
        cost = np.ascontiguousarray(cost, np.float64)
        if cost.shape != self.slot.shape:
            raise InputError(Problem("cost", f"has shape {cost.shape}, the arcs {self.slot.shape}"))
        if not (cost >= 0).all():
            wrong = np.flatnonzero(~(cost >= 0))
            raise InputError(
                Problem("cost", f"of {len(wrong)} arcs is negative or no number: arcs {wrong[:5].tolist()}")
            )
        weight = np.full((len(self.higher), 2), np.inf)
        lay_costs(self.slot, self.way, cost, weight)
        customise(self.first, self.closing, weight)
        return Prices(self, cost, weight)

    def closure(self, nodes: np.ndarray) -> Closure:
        """What lies above the nodes; the last few are kept, as skims ask for the same nodes over and over."""
        nodes = np.unique(nodes)
        key = nodes.tobytes()
        found = self._closures.get(key)
        if found is None:
            _check_nodes("the sources and targets", nodes, len(self.rank))
            found = close(self.first, self.higher, self.rank[nodes])
            if len(self._closures) >= _KEPT_CLOSURES:
                self._closures.clear()
            self._closures[key] = found
        return found


@dataclass(frozen=True)
class Prices:
    """A hierarchy under one cost vector. cost: (m,) of the arcs. weight: (e, 2) of the edges, up and down."""

    hierarchy: Hierarchy
    cost: np.ndarray
    weight: np.ndarray

    def skim(self, sources: np.ndarray, targets: np.ndarray, *, single: bool = False) -> np.ndarray:
        """Cheapest costs (s, t) from each source to each target; infinite where no path leads.

        single: sweep in float32, in some two thirds of the time, with a relative error below 1e-6; where a check in
        float64 finds more, the result is float64 all the same.
        """
        closure, out_of, into = self._ends(sources, targets)
        method = sweep_single if single else sweep
        return method(closure, self.weight, out_of, into)

    def totals(
        self,
        parts: np.ndarray,
        sources: np.ndarray,
        targets: np.ndarray,
        *,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Cheapest costs (s, t) and, along those very paths, the sums (s, t, p) of the arcs' parts (m, p).

        The sums are zero where no path leads. Of paths that cost the same one is chosen, always the same.
        """
        parts = np.ascontiguousarray(parts, np.float64)
        arc, legs = self._legs
        edge_parts = np.zeros((len(arc), 2, parts.shape[1]))
        sum_edges(arc, legs, parts, edge_parts)
        closure, out_of, into = self._ends(sources, targets)
        row = np.argsort(out_of, kind="stable")
        cost = np.empty((len(out_of), len(into)))
        total = np.empty((*cost.shape, parts.shape[1]), dtype)
        sum_paths(
            *self._structure(closure), edge_parts[closure.edge], out_of[row], row, into, self._lanes(closure), cost,
            total,
        )  # fmt: skip
        return cost, total

    def load(self, sources: np.ndarray, targets: np.ndarray, demand: np.ndarray) -> Loading:
        """Puts the whole demand (s, t) of each pair on its cheapest path.

        Demand without a path is left out and reported; it is for the caller, who knows the names, to complain.
        """
        demand = np.ascontiguousarray(demand, np.float64)
        if demand.shape != (len(sources), len(targets)):
            raise InputError(
                Problem("demand", f"has shape {demand.shape}, not {(len(sources), len(targets))}")
            )
        closure, out_of, into = self._ends(sources, targets)
        row = np.argsort(out_of, kind="stable")
        closure_flow = np.zeros((len(closure.edge), 2))
        stranded = np.zeros(demand.shape, np.bool_)
        load_edges(
            *self._structure(closure), out_of[row], row, into, demand, self._lanes(closure), closure_flow, stranded
        )  # fmt: skip
        arc, legs = self._legs
        edge_flow = np.zeros(self.weight.shape)
        edge_flow[closure.edge] = closure_flow
        flow = np.zeros(len(self.cost))
        unload_edges(arc, legs, edge_flow, flow)
        return Loading(flow, np.argwhere(stranded))

    def paths(self, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest path of each pair of sources (q,) and targets (q,): where each begins (q + 1,), and its arcs.

        The path of pair k is arcs[first[k] : first[k + 1]], in the order of travel; it is empty where no path leads and
        from a node to itself.
        """
        sources, targets = np.asarray(sources), np.asarray(targets)
        if sources.shape != targets.shape:
            raise InputError(Problem("paths", f"{len(sources)} sources but {len(targets)} targets"))
        closure, out_of, into = self._ends(sources, targets)
        order = np.argsort(out_of, kind="stable")
        roots, pairs = np.unique(out_of, return_counts=True)
        offset = np.zeros(len(sources) + 1, np.int64)
        arc, legs = self._legs
        found = walk(
            *self._structure(closure), closure.edge, arc, legs, roots, np.r_[0, np.cumsum(pairs)], into[order],
            self._lanes(closure), offset,
        )  # fmt: skip
        length = np.empty(len(sources), np.int64)
        length[order] = np.diff(offset)
        first = np.r_[0, np.cumsum(length)]
        # The paths were walked source by source; here they go back into the order of the pairs.
        begin = np.empty(len(sources), np.int64)
        begin[order] = offset[:-1]
        place = np.repeat(begin - first[:-1], length) + np.arange(len(found))
        return first, found[place]

    @cached_property
    def _legs(self) -> tuple[np.ndarray, np.ndarray]:
        """Arc (e, 2) behind each edge, or its legs (e, 2, 2); found when first asked for."""
        h = self.hierarchy
        arc = np.full(self.weight.shape, -1, np.int32)
        legs = np.full((*self.weight.shape, 2), -1, np.int32)
        find_legs(h.first, h.closing, self.weight, h.slot, h.way, self.cost, arc, legs)
        return arc, legs

    def _ends(self, sources: np.ndarray, targets: np.ndarray) -> tuple[Closure, np.ndarray, np.ndarray]:
        h = self.hierarchy
        sources, targets = np.asarray(sources), np.asarray(targets)
        closure = h.closure(np.r_[sources, targets].astype(np.int64))
        return closure, closure.number[h.rank[sources]], closure.number[h.rank[targets]]

    def _structure(
        self, closure: Closure
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        up, down, *_ = edge_costs(closure, self.weight, np.float64)
        lower = np.repeat(np.arange(len(closure.first) - 1, dtype=np.int32), np.diff(closure.first))
        return closure.first, closure.higher, lower, up, down

    def _lanes(self, closure: Closure) -> np.ndarray:
        return lane_rows(len(closure.first) - 1, np.float64)


def _by_rows(row: np.ndarray, column: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Start (n + 1,) and columns of a matrix's stored entries, by rows."""
    graph = sp.csr_matrix((np.ones(len(row), np.int8), (row, column)), shape=(count, count))
    return graph.indptr.astype(np.int64), graph.indices.astype(np.int32)


def _check_nodes(what: str, nodes: np.ndarray, count: int) -> None:
    wrong = nodes[(nodes < 0) | (nodes >= count)]
    if len(wrong):
        raise InputError(Problem(what, f"name nodes that are not there: {wrong[:5].tolist()} of {count}"))
