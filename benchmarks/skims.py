"""Many-to-many skims: the routing kernel beside scipy, networkit, rustworkx and pyroutingkit, on one thread.

    python benchmarks/skims.py [--quick] [--graphs planar-50k ...] [--engines landbridge ...] [-o TABLE.md]

Each engine runs in a process of its own, which also times scipy on a few sources: the ratios compare times taken within
one process. Times are CPU times. Engines that search source by source are timed on some sources and scaled up.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from graphs import Graph, planar
from scipy.sparse.csgraph import dijkstra

# Cases: graph and numbers of zones. Zones of the default network are its cities, or as many nodes drawn at random.
CASES = {
    "default-rail": (521, 1000),
    "default-road": (521, 1000),
    "planar-50k": (1000, 5000),
    "planar-200k": (1000, 5000),
}
QUICK = {"default-rail": (521,), "default-road": (521,), "planar-50k": (1000,)}
RULER_SOURCES = 8
# pyroutingkit counts in whole units; the largest cost that a path may have is this many of them.
WHOLE = 1e9
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS")
CLASS = "manufactures"


@dataclass(frozen=True)
class Prepared:
    """An engine ready to skim. price: re-prices, or None. skim: (sources, targets) -> (s, t)."""

    skim: Callable[[np.ndarray, np.ndarray], np.ndarray]
    price: Callable[[], object] | None = None


def cheapest_parallel(graph: Graph) -> sp.csr_matrix:
    """The graph by rows, of parallel arcs the cheapest."""
    order = np.lexsort((graph.cost, graph.head, graph.tail))
    tail, head = graph.tail[order], graph.head[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    start = np.searchsorted(tail[first], np.arange(graph.node_count + 1))
    return sp.csr_matrix((graph.cost[order][first], head[first], start), shape=(graph.node_count,) * 2)


def by_landbridge(single: bool) -> Callable[[Graph], Prepared]:
    """The kernel of this package, its contraction order found anew."""

    def prepare(graph: Graph) -> Prepared:
        from landbridge.network import Hierarchy

        hierarchy = Hierarchy.build(graph.tail, graph.head, graph.node_count)
        prices = [hierarchy.price(graph.cost)]

        def price() -> None:
            prices[0] = hierarchy.price(graph.cost)

        return Prepared(lambda s, t: prices[0].skim(s, t, single=single), price)

    return prepare


def by_scipy(graph: Graph) -> Prepared:
    """scipy's Dijkstra, a few sources at a time as its result covers every node."""
    matrix = cheapest_parallel(graph)

    def skim(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        blocks = [sources[k : k + 16] for k in range(0, len(sources), 16)]
        return np.vstack([dijkstra(matrix, indices=block)[:, targets] for block in blocks])

    return Prepared(skim)


def by_networkit(graph: Graph) -> Prepared:
    """networkit's Dijkstra from some sources."""
    import networkit

    networkit.setNumberOfThreads(1)
    ends = (graph.tail.astype(np.uint64), graph.head.astype(np.uint64))
    built = networkit.GraphFromCoo((graph.cost, ends), n=graph.node_count, directed=True, weighted=True)

    def skim(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        search = networkit.distance.SPSP(built, sources.tolist())
        search.run()
        found = np.asarray(search.getDistances(asarray=True))[:, targets]
        return np.where(found > 1e300, np.inf, found)

    return Prepared(skim)


def by_rustworkx(graph: Graph) -> Prepared:
    """rustworkx's Dijkstra, source by source."""
    import rustworkx

    built = rustworkx.PyDiGraph()
    built.add_nodes_from(range(graph.node_count))
    built.add_edges_from(
        list(zip(graph.tail.tolist(), graph.head.tolist(), graph.cost.tolist(), strict=True))
    )

    def skim(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        rows = []
        for source in sources.tolist():
            found = rustworkx.digraph_dijkstra_shortest_path_lengths(built, source, float)
            reached = {**found, source: 0.0}
            rows.append([reached.get(t, np.inf) for t in targets.tolist()])
        return np.array(rows)

    return Prepared(skim)


def by_pyroutingkit(graph: Graph) -> Prepared:
    """RoutingKit's customizable contraction hierarchy, its order by inertial flow, costs in whole numbers."""
    import pyroutingkit

    topology = pyroutingkit.CCHTopology()
    # It wants degrees; the shape of the map is all that matters.
    span = np.ptp(graph.position, axis=0).max() / 60.0
    where = ((graph.position - graph.position.min(0)) / span).astype(np.float32)
    ends = graph.tail.astype(np.uint32), graph.head.astype(np.uint32)
    topology.build(*ends, where[:, 1].copy(), where[:, 0].copy(), graph.node_count)
    metric = pyroutingkit.CCHMetric(topology)
    reached = dijkstra(cheapest_parallel(graph), indices=graph.zones[0])
    # No path is longer than twice the longest from one node where arcs run both ways.
    scale = WHOLE / (2.0 * reached[np.isfinite(reached)].max())
    whole = np.maximum(np.rint(graph.cost * scale), 1).astype(np.uint32)
    metric.customize(whole)

    def skim(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
        found = metric.distances_many_to_many(sources.astype(np.uint32), targets.astype(np.uint32))
        return np.where(found >= 2**31 - 1, np.inf, found / scale)

    return Prepared(skim, lambda: metric.customize(whole))


# Name: how to prepare, the module it needs, and how many sources are timed (all when None).
ENGINES: dict[str, tuple[Callable[[Graph], Prepared], str, int | None]] = {
    "landbridge (float32)": (by_landbridge(True), "landbridge", None),
    "landbridge (float64)": (by_landbridge(False), "landbridge", None),
    "scipy": (by_scipy, "scipy", 32),
    "networkit": (by_networkit, "networkit", 16),
    "rustworkx": (by_rustworkx, "rustworkx", 4),
    "pyroutingkit": (by_pyroutingkit, "pyroutingkit", 1000),
}


def default_network(chain: str) -> Graph:
    """One land chain of the shipped network, its nodes renumbered, with the costs of one cargo class."""
    from landbridge.network import build_network, generalised_cost
    from landbridge.world.network_tables import load_cargo_classes

    network = build_network(date(2017, 6, 8))
    arcs = np.flatnonzero(network.chain_arcs(chain))
    cargo = next(one for one in load_cargo_classes() if one.name == CLASS)
    nodes, ends = np.unique(np.r_[network.tail[arcs], network.head[arcs]], return_inverse=True)
    tail, head = np.split(ends, 2)
    zone = np.array([k for k, place in enumerate(network.places) if place.kind == "zone"])
    # A city off this chain's network has no node here.
    cities = np.flatnonzero(np.isin(nodes, zone + network.node_offset["place"]))
    drawn = np.random.default_rng(20241).permutation(len(nodes))
    zones = np.r_[cities, drawn[~np.isin(drawn, cities)]]
    return Graph(tail, head, generalised_cost(network.parts[arcs], cargo), network.node[nodes], zones)


def make(name: str, folder: Path) -> Path:
    """The graph's arrays in a file, so that no engine's memory holds what made them."""
    path = folder / f"{name}.npz"
    if not path.exists():
        kind, which = name.split("-")
        graph = default_network(which) if kind == "default" else planar(int(which.rstrip("k")) * 1000)
        np.savez(path, **vars(graph))
    return path


def best_cpu(run: Callable[[], Any], at_most: int = 5, enough_s: float = 2.0) -> tuple[float, Any]:
    """Least CPU time of a few runs, and the last result."""
    least, spent, result = np.inf, 0.0, None
    for _ in range(at_most):
        # Two results at a time would count twice in the memory.
        result = None
        started = time.process_time()
        result = run()
        took = time.process_time() - started
        least, spent = min(least, took), spent + took
        if spent > enough_s:
            break
    return least, result


def measure(engine: str, path: Path, zone_count: int) -> dict[str, Any]:
    """One engine on one graph, in this process."""
    prepare, _, sampled = ENGINES[engine]
    graph = Graph(**np.load(path))
    zones = graph.zones[:zone_count].astype(np.int64)
    warm = planar(2000)
    prepared = prepare(warm)
    prepared.skim(warm.zones[:64], warm.zones[:8])
    before = _memory_mb("VmRSS")
    _forget_peak()
    started = time.process_time()
    prepared = prepare(graph)
    prepare_s = time.process_time() - started
    price_s = best_cpu(prepared.price)[0] if prepared.price else 0.0
    count = min(sampled or zone_count, zone_count)
    sources = zones[np.linspace(0, zone_count - 1, count).astype(int)]
    skim_s, found = best_cpu(lambda: prepared.skim(sources, zones))
    memory = _memory_mb("VmHWM") - before
    ruler = by_scipy(graph)
    rows = np.unique(np.linspace(0, count - 1, RULER_SOURCES).astype(int))
    scipy_s, exact = best_cpu(lambda: ruler.skim(sources[rows], zones), at_most=3)
    return {
        "prepare_s": prepare_s,
        "price_s": price_s,
        "skim_s": skim_s / count * zone_count,
        "sources": count,
        "scipy_s": scipy_s / len(rows) * zone_count,
        "error": _relative_error(found[rows], exact),
        "memory_mb": memory,
    }


def _memory_mb(entry: str) -> float:
    """Memory held now (VmRSS) or at most (VmHWM), in MB; not a number where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return float("nan")
    return next(float(row.split()[1]) for row in lines if row.startswith(entry)) / 1024.0


def _forget_peak() -> None:
    """Lets VmHWM count from here."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _relative_error(found: np.ndarray, exact: np.ndarray) -> float:
    if not np.array_equal(np.isfinite(found), np.isfinite(exact)):
        return np.inf
    costly = np.isfinite(exact) & (exact > 0)
    return float(np.max(np.abs(found[costly] / exact[costly] - 1.0), initial=0.0))


def in_own_process(engine: str, path: Path, zone_count: int, cache: Path) -> dict[str, Any]:
    """The measurement in a fresh process with an empty cache of orders."""
    command = [sys.executable, __file__, "--one", engine, str(path), str(zone_count)]
    with tempfile.TemporaryDirectory(dir=cache) as orders:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "LANDBRIDGE_CACHE": orders},
        )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"FAILED: {engine} on {path.stem}: {reason}", file=sys.stderr, flush=True)
        return {}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(graph: str, zones: int, engine: str, m: dict[str, Any], routingkit: dict[str, Any]) -> str:
    """One row of the table."""
    whole = m["price_s"] + m["skim_s"]
    against = ""
    if routingkit:
        against = f"{routingkit['skim_s'] / routingkit['scipy_s'] / (m['skim_s'] / m['scipy_s']):.3g}"
    sampled = "" if m["sources"] == zones else f" ({m['sources']} sources, scaled)"
    return (
        f"| {graph} | {zones:,} | {engine} | {m['prepare_s']:.2f} | {m['price_s'] * 1e3:.1f} "
        f"| {m['skim_s']:.3f}{sampled} | {m['scipy_s'] / whole:.3g} | {against} | {m['error']:.1e} "
        f"| {m['memory_mb']:.0f} |"
    )


def main() -> None:
    """Runs the cases and prints the table."""
    if len(sys.argv) == 5 and sys.argv[1] == "--one":
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="the smaller cases only")
    parser.add_argument("--graphs", nargs="+", choices=list(CASES), default=None)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("-o", "--output", type=Path, default=None, help="also write the table here")
    options = parser.parse_args()
    cases: dict[str, tuple[int, ...]] = QUICK if options.quick else CASES
    if options.graphs:
        cases = {name: zones for name, zones in cases.items() if name in options.graphs}
    engines = [name for name in options.engines if _installed(name)]
    lines = [
        f"{date.today()}, {_machine()}, Python {platform.python_version()}, numpy {np.__version__}; "
        f"one thread, CPU time, a process an engine",
        "",
        "| graph | zones | engine | prepare s | re-price ms | skim s | x scipy (re-price and skim) "
        "| x pyroutingkit (skim) | relative error | extra MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for graph, zone_counts in cases.items():
            path = make(graph, folder)
            for zones in zone_counts:
                found = {engine: in_own_process(engine, path, zones, folder) for engine in engines}
                for engine, result in found.items():
                    if result:
                        lines.append(line(graph, zones, engine, result, found.get("pyroutingkit", {})))
                        print(lines[-1], flush=True)
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")


def _installed(engine: str) -> bool:
    from importlib.util import find_spec

    if find_spec(ENGINES[engine][1]) is None:
        print(f"SKIPPED: {engine} is not installed", file=sys.stderr, flush=True)
        return False
    return True


def _machine() -> str:
    try:
        names = [
            row for row in Path("/proc/cpuinfo").read_text().splitlines() if row.startswith("model name")
        ]
        return names[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
