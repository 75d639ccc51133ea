"""The routing kernel against scipy's Dijkstra: costs, paths, sums along paths, flows, re-pricing, the kept order."""

from __future__ import annotations

import importlib.util
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from landbridge.errors import InputError
from landbridge.network import Hierarchy, order
from landbridge.network.jit import compiled

Arcs = tuple[int, np.ndarray, np.ndarray, np.ndarray]
# Whole costs make ties exact; a closed arc costs infinity.
WHOLE = st.sampled_from([0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 7.0, np.inf])
BROKEN = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))


@st.composite
def arcs_of(draw: Any, costs: st.SearchStrategy[float] = WHOLE) -> Arcs:
    """A directed graph with whatever may happen: parallel arcs, loops, ties, zeros, closed arcs, loose nodes."""
    count = draw(st.integers(1, 24))
    node = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(node, node, costs), max_size=90))
    tail, head = (np.array([arc[k] for arc in arcs], np.int64) for k in (0, 1))
    return count, tail, head, np.array([arc[2] for arc in arcs], float)


def oracle(count: int, tail: np.ndarray, head: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """All costs by scipy's Dijkstra, of parallel arcs the cheapest; it walks stored zeros as arcs of no cost."""
    cheapest: dict[tuple[int, int], float] = {}
    for a, b, c in zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True):
        if np.isfinite(c):
            cheapest[a, b] = min(c, cheapest.get((a, b), np.inf))
    ends = sorted(cheapest)
    start = np.searchsorted([a for a, _ in ends], np.arange(count + 1))
    data = np.array([cheapest[pair] for pair in ends], float)
    graph = sp.csr_matrix((data, np.array([b for _, b in ends], np.int32), start), shape=(count, count))
    return np.asarray(dijkstra(graph))


def brute_paths(prices: Any, count: int) -> dict[tuple[int, int], np.ndarray]:
    """Arcs of the path of every pair of nodes."""
    a, b = (ends.ravel() for ends in np.indices((count, count)))
    first, arcs = prices.paths(a, b)
    return {(int(x), int(y)): arcs[s:e] for x, y, (s, e) in zip(a, b, pairwise(first), strict=True)}


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("LANDBRIDGE_CACHE", str(folder))
    return folder


def kernel(**keys: Any) -> Any:
    """Settings of the property tests: the first example compiles, so no deadline."""
    return settings(max_examples=60, deadline=None, **keys)


class TestCosts:
    @kernel()
    @given(arcs_of())
    def test_ties_zeros_one_way_and_parallel_arcs_equal_dijkstra(self, graph: Arcs) -> None:
        count, tail, head, cost = graph
        nodes = np.arange(count)
        prices = Hierarchy.build(tail, head, count).price(cost)
        expected = oracle(*graph)
        np.testing.assert_array_equal(prices.skim(nodes, nodes), expected)
        np.testing.assert_array_equal(prices.skim(nodes, nodes, single=True), expected)

    @kernel()
    @given(arcs_of(BROKEN), st.integers(0, 2**32 - 1))
    def test_broken_costs_equal_dijkstra_between_any_sources_and_targets(
        self, graph: Arcs, seed: int
    ) -> None:
        count, tail, head, cost = graph
        rng = np.random.default_rng(seed)
        sources, targets = rng.integers(0, count, 40), rng.integers(0, count, 3)
        prices = Hierarchy.build(tail, head, count).price(cost)
        expected = oracle(*graph)[np.ix_(sources, targets)]
        np.testing.assert_allclose(prices.skim(sources, targets), expected, rtol=1e-12)
        np.testing.assert_allclose(prices.skim(sources, targets, single=True), expected, rtol=1e-6)

    @kernel()
    @given(arcs_of(), st.integers(0, 2**32 - 1))
    def test_a_new_price_equals_a_new_hierarchy(self, graph: Arcs, seed: int) -> None:
        count, tail, head, cost = graph
        nodes = np.arange(count)
        hierarchy = Hierarchy.build(tail, head, count)
        hierarchy.price(cost).skim(nodes, nodes)
        other = np.random.default_rng(seed).integers(0, 9, len(cost)).astype(float)
        anew = Hierarchy.build(tail, head, count).price(other).skim(nodes, nodes)
        np.testing.assert_array_equal(hierarchy.price(other).skim(nodes, nodes), anew)
        np.testing.assert_array_equal(anew, oracle(count, tail, head, other))

    def test_more_sources_than_lanes_on_a_larger_graph(self) -> None:
        rng = np.random.default_rng(7)
        side = 40
        at = np.arange(side * side).reshape(side, side)
        pairs = np.r_[np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]
        tail, head = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
        cost = rng.random(len(tail)) * rng.choice([1e-3, 1.0, 1e3], len(tail))
        zones = rng.permutation(side * side)[:333]
        prices = Hierarchy.build(tail, head, side * side).price(cost)
        expected = oracle(side * side, tail, head, cost)[np.ix_(zones, zones)]
        np.testing.assert_allclose(prices.skim(zones, zones), expected, rtol=1e-12)
        np.testing.assert_allclose(prices.skim(zones, zones, single=True), expected, rtol=1e-6)

    @pytest.mark.parametrize("scale", [1e-200, 1e200])
    def test_costs_beyond_single_precision_are_swept_in_double(self, scale: float) -> None:
        tail, head = np.arange(40), np.r_[np.arange(1, 40), 0]
        cost = (1.0 + np.arange(40)) * scale
        found = Hierarchy.build(tail, head, 40).price(cost).skim(tail, tail, single=True)
        np.testing.assert_allclose(found, oracle(40, tail, head, cost), rtol=1e-12)

    def test_an_error_in_single_precision_is_found_and_mended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("landbridge.network.sweep.SINGLE_ERROR", 1e-9)
        tail, head = np.arange(40), np.r_[np.arange(1, 40), 0]
        cost = np.random.default_rng(3).random(40)
        found = Hierarchy.build(tail, head, 40).price(cost).skim(tail, tail, single=True)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, oracle(40, tail, head, cost), rtol=1e-12)

    @pytest.mark.parametrize("count", [0, 1, 5])
    def test_a_graph_without_arcs_reaches_nothing(self, count: int) -> None:
        none, nodes = np.array([], np.int64), np.arange(count)
        prices = Hierarchy.build(none, none, count).price(np.array([]))
        expected = np.where(np.eye(count, dtype=bool), 0.0, np.inf)
        np.testing.assert_array_equal(prices.skim(nodes, nodes), expected)
        assert prices.skim(none, nodes).shape == (0, count)
        assert prices.totals(np.zeros((0, 3)), nodes, none)[1].shape == (count, 0, 3)
        assert len(prices.load(nodes, nodes, np.ones((count, count))).stranded) == count * (count - 1)

    def test_wrong_costs_and_nodes_are_errors(self) -> None:
        tail, head = np.array([0, 1]), np.array([1, 2])
        hierarchy = Hierarchy.build(tail, head, 3)
        with pytest.raises(InputError, match=r"negative or no number: arcs \[1\]"):
            hierarchy.price(np.array([1.0, -1.0]))
        with pytest.raises(InputError, match="negative or no number"):
            hierarchy.price(np.array([1.0, np.nan]))
        with pytest.raises(InputError, match="shape"):
            hierarchy.price(np.ones(3))
        with pytest.raises(InputError, match=r"\[3\] of 3"):
            Hierarchy.build(tail, np.array([1, 3]), 3)
        with pytest.raises(InputError, match="not there"):
            hierarchy.price(np.ones(2)).skim(np.array([0]), np.array([-1]))


class TestPaths:
    @kernel()
    @given(arcs_of())
    def test_a_path_is_connected_and_costs_what_the_skim_says(self, graph: Arcs) -> None:
        count, tail, head, cost = graph
        prices = Hierarchy.build(tail, head, count).price(cost)
        expected = oracle(*graph)
        for (a, b), arcs in brute_paths(prices, count).items():
            if a == b or not np.isfinite(expected[a, b]):
                assert len(arcs) == 0
                continue
            assert tail[arcs[0]] == a
            assert head[arcs[-1]] == b
            np.testing.assert_array_equal(head[arcs[:-1]], tail[arcs[1:]])
            assert cost[arcs].sum() == expected[a, b]

    @kernel()
    @given(arcs_of(), st.integers(0, 2**32 - 1))
    def test_sums_are_those_of_the_chosen_path(self, graph: Arcs, seed: int) -> None:
        count, tail, head, cost = graph
        rng = np.random.default_rng(seed)
        parts = rng.integers(0, 100, (len(cost), 3)).astype(float)
        nodes = rng.permutation(count)
        prices = Hierarchy.build(tail, head, count).price(cost)
        found, total = prices.totals(parts, nodes, nodes)
        np.testing.assert_array_equal(found, oracle(*graph)[np.ix_(nodes, nodes)])
        paths = brute_paths(prices, count)
        for i, a in enumerate(nodes.tolist()):
            for j, b in enumerate(nodes.tolist()):
                np.testing.assert_array_equal(total[i, j], parts[paths[a, b]].sum(0))


class TestLoading:
    @kernel()
    @given(arcs_of(), st.integers(0, 2**32 - 1))
    def test_flows_are_those_of_loading_path_by_path(self, graph: Arcs, seed: int) -> None:
        count, tail, head, cost = graph
        nodes = np.arange(count)
        demand = np.random.default_rng(seed).integers(0, 5, (count, count)).astype(float)
        prices = Hierarchy.build(tail, head, count).price(cost)
        loading = prices.load(nodes, nodes, demand)
        expected = np.zeros(len(cost))
        for (a, b), arcs in brute_paths(prices, count).items():
            np.add.at(expected, arcs, demand[a, b])
        np.testing.assert_array_equal(loading.flow, expected)
        reached = np.isfinite(oracle(*graph))
        lost = np.argwhere(~reached & (demand > 0))
        np.testing.assert_array_equal(loading.stranded, lost)
        carried = np.where(reached, demand, 0.0)
        # What leaves a node less what enters is what it sends less what it receives.
        balance = np.bincount(tail, loading.flow, count) - np.bincount(head, loading.flow, count)
        np.testing.assert_array_equal(balance, carried.sum(1) - carried.sum(0))

    def test_flow_times_cost_is_demand_times_skim(self, network: Any) -> None:
        arcs = np.flatnonzero(network.chain_arcs("rail"))
        cost = network.parts[arcs].sum(1)
        zones = np.array([network.place_index["station", name] for name in ("Dostyk", "Altynkol", "Brest")])
        prices = Hierarchy.build(network.tail[arcs], network.head[arcs], len(network.node)).price(cost)
        demand = np.arange(9.0).reshape(3, 3)
        loading = prices.load(zones, zones, demand)
        assert len(loading.stranded) == 0
        assert loading.flow @ cost == pytest.approx((demand * prices.skim(zones, zones)).sum(), rel=1e-12)

    def test_demand_of_another_shape_is_an_error(self) -> None:
        prices = Hierarchy.build(np.array([0]), np.array([1]), 2).price(np.ones(1))
        with pytest.raises(InputError, match="demand"):
            prices.load(np.array([0]), np.array([1]), np.ones((2, 1)))
        with pytest.raises(InputError, match="paths"):
            prices.paths(np.array([0]), np.array([1, 0]))


class TestCompiling:
    def test_without_a_place_to_cache_functions_are_compiled_all_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from numba.core.caching import CacheImpl

        monkeypatch.setattr(CacheImpl, "_locator_classes", [])

        def add(a: int, b: int) -> int:
            return a + b

        assert compiled(add)(2, 3) == 5


class TestPlanarGraphs:
    def test_they_are_planar_connected_and_always_the_same(self) -> None:
        path = Path(__file__).parents[1] / "benchmarks" / "graphs.py"
        spec = importlib.util.spec_from_file_location("graphs", path)
        assert spec is not None
        assert spec.loader is not None
        graphs = importlib.util.module_from_spec(spec)
        # Its dataclass looks its module up.
        sys.modules["graphs"] = graphs
        spec.loader.exec_module(graphs)
        graph, again = graphs.planar(3000), graphs.planar(3000)
        np.testing.assert_array_equal(graph.cost, again.cost)
        assert len(graph.tail) / 2 <= 3 * 3000 - 6
        costs = dijkstra(sp.csr_matrix((graph.cost, (graph.tail, graph.head)), shape=(3000, 3000)), indices=0)
        assert np.isfinite(costs).all()
        prices = Hierarchy.build(graph.tail, graph.head, 3000).price(graph.cost)
        nodes = np.arange(3000)
        np.testing.assert_allclose(prices.skim(nodes[:1], nodes)[0], costs, rtol=1e-12)


class TestOrder:
    TAIL, HEAD = np.arange(60), np.r_[np.arange(1, 60), 0]

    def test_an_order_is_kept_and_met_again(self, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        rank = order.node_order(self.TAIL, self.HEAD, 60)
        (kept,) = own_cache.glob("*")
        assert kept.suffix == ".npy"
        monkeypatch.setattr(order, "nested_dissection", lambda *_: pytest.fail("the cache was not used"))
        np.testing.assert_array_equal(order.node_order(self.TAIL, self.HEAD, 60), rank)

    def test_another_topology_has_another_order(self, own_cache: Path) -> None:
        order.node_order(self.TAIL, self.HEAD, 60)
        order.node_order(self.TAIL, self.HEAD, 61)
        order.node_order(self.TAIL, self.HEAD[::-1].copy(), 60)
        assert len(list(own_cache.glob("order-*.npy"))) == 3

    @pytest.mark.parametrize(
        "spoilt",
        [
            b"", b"no numpy file", b"\x93NUMPY\x01\x00", np.zeros(60, np.int32), np.arange(59, dtype=np.int32),
            np.arange(60) * 1.0, np.arange(1, 61, dtype=np.int32), np.array([{}] * 60),
        ],
        ids=["empty", "text", "torn", "repeated", "short", "float", "beyond", "pickled"],
    )  # fmt: skip
    def test_a_spoilt_file_is_found_out_and_replaced(self, own_cache: Path, spoilt: Any) -> None:
        rank = order.node_order(self.TAIL, self.HEAD, 60)
        (kept,) = own_cache.glob("*")
        if isinstance(spoilt, bytes):
            kept.write_bytes(spoilt)
        else:
            np.save(kept, spoilt, allow_pickle=True)
        np.testing.assert_array_equal(order.node_order(self.TAIL, self.HEAD, 60), rank)
        np.testing.assert_array_equal(np.load(kept, allow_pickle=False), rank)

    def test_no_place_for_a_cache_is_no_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("in the way")
        monkeypatch.setenv("LANDBRIDGE_CACHE", str(blocked / "deeper"))
        assert sorted(order.node_order(self.TAIL, self.HEAD, 60)) == list(range(60))

    def test_old_orders_make_room(self, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(order, "_KEPT", 3)
        for count in range(60, 66):
            order.node_order(self.TAIL, self.HEAD, count)
            os.utime(max(own_cache.glob("*"), key=lambda one: one.stat().st_mtime_ns), (count, count))
        assert len(list(own_cache.glob("*"))) <= 4

    @kernel()
    @given(arcs_of())
    def test_level_structures_order_every_node_once_and_price_the_same(self, graph: Arcs) -> None:
        count, tail, head, _ = graph
        rank = order.by_level_structures(order._undirected(tail, head, count))
        assert sorted(rank) == list(range(count))

    def test_level_structures_keep_a_grid_sparse(self, monkeypatch: pytest.MonkeyPatch) -> None:
        side = 50
        at = np.arange(side * side).reshape(side, side)
        tail = np.r_[at[:, :-1].ravel(), at[:-1].ravel()]
        head = np.r_[at[:, 1:].ravel(), at[1:].ravel()]
        rank = order.by_level_structures(order._undirected(tail, head, side * side))
        with monkeypatch.context() as patch:
            patch.setattr("landbridge.network.hierarchy.node_order", lambda *_: rank)
            by_levels = Hierarchy.build(tail, head, side * side)
        best = Hierarchy.build(tail, head, side * side)
        assert len(best.higher) <= len(by_levels.higher) < 3 * len(best.higher)
        nodes = np.arange(0, side * side, 41)
        np.testing.assert_array_equal(
            by_levels.price(np.ones(len(tail))).skim(nodes, nodes),
            best.price(np.ones(len(tail))).skim(nodes, nodes),
        )


class TestDocumentation:
    def test_the_example_says_what_happens(self) -> None:
        page = (Path(__file__).parents[1] / "docs" / "kernel.md").read_text()
        names: dict[str, Any] = {}
        exec(page.split("```python\n")[1].split("```")[0], names)
        np.testing.assert_array_equal(names["skim"], [[0, 2, np.inf], [0, 0, np.inf], [np.inf, np.inf, 0]])
        np.testing.assert_array_equal(names["quick"], names["skim"])
        assert names["total_km"][0, 1, 0] == 150.0
        first, arcs = names["first"], names["arcs"]
        assert arcs[first[0] : first[1]].tolist() == [0, 1]
        assert names["loading"].stranded.tolist() == [[0, 2], [1, 2], [2, 0], [2, 1]]
