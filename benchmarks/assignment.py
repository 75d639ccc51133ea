"""Assignment against AequilibraE's bi-conjugate Frank-Wolfe: seconds of CPU to a relative gap, one core.

    python benchmarks/assignment.py [--links 1000 5000 20000] [--gaps 1e-4 1e-6 1e-10] [--limit S] [--tntp DIR]

Needs `aequilibrae` in the same environment, or in another one named by --peer PYTHON. Every run is a process of its own
with one thread; compiling and reading are left out of the time on both sides. The gap in the table is found by scipy's
Dijkstra from the link flows, whatever an engine says of itself. A run that is not there after --limit seconds of CPU is
cut off, and the ratio is then a lower bound. Instances: square grids with uneven free times and capacities, gamma
demand between zones, scaled so that a twentieth of the links is over capacity when all go the free-flow way; and the
networks of a folder in the TNTP format (NAME_net.tntp with NAME_trips.tntp beside it).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

ENGINES = ("landbridge", "aequilibrae")
Instance = dict[str, np.ndarray]


def grid(links: int, zones: int, seed: int = 1) -> Instance:
    """A planar grid with about so many one-way links."""
    rng = np.random.default_rng(seed)
    side = round((1 + (1 + links) ** 0.5) / 2)
    node = np.arange(side * side).reshape(side, side)
    a = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    b = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    tail, head = np.r_[a, b], np.r_[b, a]
    free = rng.uniform(1, 3, len(tail))
    capacity = rng.choice([1000.0, 2000.0, 4000.0], len(tail))
    zone = np.sort(rng.choice(side * side, zones, replace=False))
    trips = rng.gamma(1, 1, (zones, zones))
    np.fill_diagonal(trips, 0)
    found: Instance = {
        "tail": tail,
        "head": head,
        "free": free,
        "capacity": capacity,
        "b": np.full(len(tail), 0.15),
        "power": np.full(len(tail), 4.0),
        "fixed": np.zeros(len(tail)),
        "zone": zone,
        "trips": trips,
        "passable": np.ones(side * side, bool),
    }
    found["trips"] = trips / np.quantile(all_or_nothing(found) / capacity, 0.95)
    return found


def tntp(net: Path) -> Instance:
    """An instance of the Transportation Networks for Research collection; tolls and distances count for nothing."""
    meta: dict[str, str] = {}
    rows = []
    for line in net.read_text(encoding="latin1").splitlines():
        if match := re.match(r"<(.+?)>\s*(\S*)", line):
            meta[match[1]] = match[2]
        elif len(cells := line.split("~")[0].replace(";", "").split()) >= 7:
            rows.append([float(cell) for cell in cells[:7]])
    table = np.array(rows)
    count, zones = int(meta["NUMBER OF NODES"]), int(meta["NUMBER OF ZONES"])
    trips = np.zeros((zones, zones))
    origin = 0
    for line in net.with_name(net.name.replace("_net", "_trips")).read_text(encoding="latin1").splitlines():
        if line.startswith("Origin"):
            origin = int(line.split()[1]) - 1
        for cell in line.split(";"):
            if ":" in cell and not line.startswith("<"):
                destination, amount = cell.split(":")
                trips[origin, int(destination) - 1] += float(amount)
    np.fill_diagonal(trips, 0)
    return {
        "tail": table[:, 0].astype(int) - 1,
        "head": table[:, 1].astype(int) - 1,
        "capacity": table[:, 2],
        "free": np.maximum(table[:, 4], 1e-6),
        "b": table[:, 5],
        "power": np.where(table[:, 6] > 0, table[:, 6], 1.0),
        "fixed": np.zeros(len(table)),
        "zone": np.arange(zones),
        "trips": trips,
        "passable": np.arange(count) + 1 >= int(meta["FIRST THRU NODE"]),
    }


def _graph(instance: Instance, cost: np.ndarray) -> tuple[sp.csr_matrix, np.ndarray]:
    """The graph with nodes that cannot be passed doubled, and the node that each zone's paths begin at."""
    count, passable = len(instance["passable"]), instance["passable"]
    tail = np.where(passable[instance["tail"]], instance["tail"], instance["tail"] + count)
    order = np.lexsort((cost, instance["head"], tail))
    pairs = tail[order] * 2 * count + instance["head"][order]
    keep = order[np.r_[True, np.diff(pairs) != 0]]
    graph = sp.csr_matrix((cost[keep], (tail[keep], instance["head"][keep])), shape=(2 * count, 2 * count))
    zone = instance["zone"]
    return graph, np.where(passable[zone], zone, zone + count)


def all_or_nothing(instance: Instance) -> np.ndarray:
    """Link flows when everyone takes the free-flow path."""
    graph, start = _graph(instance, instance["free"])
    link = {(a, b): k for k, (a, b) in enumerate(zip(instance["tail"], instance["head"], strict=True))}
    count = len(instance["passable"])
    flow = np.zeros(len(instance["tail"]))
    _, before = dijkstra(graph, indices=start, return_predecessors=True)
    for row, amounts in enumerate(instance["trips"]):
        for zone, amount in zip(instance["zone"], amounts, strict=True):
            node = zone
            while amount > 0 and before[row, node] >= 0:
                flow[link[before[row, node] % count, node % count]] += amount
                node = before[row, node]
    return flow


def gap_of(instance: Instance, flow: np.ndarray) -> float:
    """Relative gap (used - cheapest) / used of link flows."""
    x = flow / instance["capacity"]
    cost = instance["free"] * (1 + instance["b"] * x ** instance["power"]) + instance["fixed"]
    graph, start = _graph(instance, cost)
    distance = dijkstra(graph, indices=start)[:, instance["zone"]]
    sent = instance["trips"] > 0
    used = float((cost * flow).sum())
    return (used - float((instance["trips"][sent] * distance[sent]).sum())) / used


def solve_landbridge(instance: Instance, gap: float) -> tuple[np.ndarray, int, float]:
    """Link flows, iterations and seconds of CPU."""
    from landbridge.network.assignment import assign
    from landbridge.network.assignment_problem import AssignmentProblem
    from landbridge.network.congestion import Facilities

    links = len(instance["tail"])
    facilities = Facilities(
        instance["capacity"], np.zeros(links, int), instance["b"] * instance["free"], instance["power"]
    )
    problem = AssignmentProblem(
        tail=instance["tail"],
        head=instance["head"],
        fixed_usd=(instance["free"] + instance["fixed"])[None],
        vot=np.ones(1),
        zone=instance["zone"],
        tonnes=instance["trips"][None],
        facility=np.arange(links),
        facilities=facilities,
        nodes=len(instance["passable"]),
        passable=instance["passable"],
    )
    assign(problem, gap=0.5)  # loads the compiled loops
    started = time.process_time()
    solved = assign(problem, gap=gap)
    return solved.flow[0], solved.iterations, time.process_time() - started


def solve_aequilibrae(instance: Instance, gap: float) -> tuple[np.ndarray, int, float]:
    """Link flows, iterations and seconds of CPU; progress bars and logs off, one core."""
    import logging

    import pandas as pd
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

    logging.disable(logging.CRITICAL)
    links, zones = len(instance["tail"]), len(instance["zone"])
    # Centroids must be numbered first where they cannot be passed.
    number = np.empty(len(instance["passable"]), int)
    others = np.setdiff1d(np.arange(len(number)), instance["zone"])
    number[np.r_[instance["zone"], others]] = np.arange(1, len(number) + 1)
    graph = Graph()
    graph.network = pd.DataFrame(
        {
            "link_id": np.arange(1, links + 1),
            "a_node": number[instance["tail"]],
            "b_node": number[instance["head"]],
            "direction": np.ones(links, np.int8),
            "free_flow_time": instance["free"],
            "capacity": instance["capacity"],
            "b": instance["b"],
            "power": instance["power"],
        }
    )
    graph.prepare_graph(number[instance["zone"]])
    graph.set_graph("free_flow_time")
    graph.set_blocked_centroid_flows(not bool(instance["passable"].all()))
    graph.set_skimming([])
    matrix = AequilibraeMatrix()
    matrix.create_empty(memory_only=True, zones=zones, matrix_names=["trips"])
    matrix.index[:] = number[instance["zone"]]
    matrix.matrix["trips"][:] = instance["trips"]
    matrix.computational_view(["trips"])
    assignment = TrafficAssignment()
    assignment.set_classes([TrafficClass("all", graph, matrix)])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("free_flow_time")
    assignment.set_algorithm("bfw")
    assignment.max_iter = 1_000_000
    assignment.rgap_target = gap
    assignment.set_cores(1)
    started = time.process_time()
    assignment.execute()
    seconds = time.process_time() - started
    flow = assignment.results()["trips_ab"].reindex(np.arange(1, links + 1)).fillna(0.0).to_numpy()
    return flow, len(assignment.report()), seconds


def one_run(engine: str, file: str, gap: float, limit: float) -> dict[str, Any]:
    """Solves the instance of a file in this process, which the system ends when it has had its seconds of CPU."""
    with np.load(file) as arrays:
        instance = dict(arrays)
    seconds_from_now = int(time.process_time() + limit) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds_from_now, resource.RLIM_INFINITY))
    solver = solve_landbridge if engine == "landbridge" else solve_aequilibrae
    flow, iterations, seconds = solver(instance, gap)
    return {"seconds": seconds, "iterations": iterations, "gap": gap_of(instance, flow)}


def run_apart(python: str, engine: str, file: str, gap: float, limit: float) -> dict[str, Any] | None:
    """The same in a fresh process with one thread; None when it is not done within the limit."""
    command = [python, __file__, "--one", engine, file, str(gap), str(limit)]
    source = str(Path(__file__).resolve().parent.parent / "src")
    # AequilibraE's OpenMP would otherwise start threads that do nothing but burn the CPU time measured.
    names = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    single = {**dict.fromkeys(names, "1"), "OMP_WAIT_POLICY": "passive", "AEQ_SHOW_PROGRESS": "FALSE"}
    environment = {**os.environ, **single, "PYTHONPATH": source}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGXCPU:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


_HEAD = """\
| instance | links | wanted gap | landbridge, s | iterations | gap | AequilibraE bfw, s | iterations | gap | ratio |
|---|---|---|---|---|---|---|---|---|---|"""


def _cells(found: dict[str, Any] | None, limit: float) -> str:
    if found is None:
        return f"not in {limit:.0f} | | "
    return f"{found['seconds']:.2f} | {found['iterations']} | {found['gap']:.1e}"


def _row(
    name: str,
    links: int,
    gap: float,
    ours: dict[str, Any] | None,
    peer: dict[str, Any] | None,
    tried: bool,
    limit: float,
) -> str:
    ratio = ""
    if ours and tried:
        ratio = f"{peer['seconds'] / ours['seconds']:.0f}" if peer else f"> {limit / ours['seconds']:.0f}"
    right = _cells(peer, limit) if tried else "not tried | | "
    return f"| {name} | {links} | {gap:.0e} | {_cells(ours, limit)} | {right} | {ratio} |"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=int, nargs="*", default=[1000, 5000, 20000])
    parser.add_argument("--zones", type=int, nargs="*", default=[50, 100, 200])
    parser.add_argument("--gaps", type=float, nargs="*", default=[1e-4, 1e-6, 1e-10])
    parser.add_argument(
        "--limit", type=float, default=300.0, help="seconds of CPU after which a run is cut off"
    )
    parser.add_argument("--peer-gap", type=float, default=1e-6, help="the least gap asked of the peer")
    parser.add_argument("--peer", default=sys.executable, help="the Python that has aequilibrae")
    parser.add_argument("--tntp", type=Path, help="a folder of networks in the TNTP format")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        engine, file, gap, limit = given.one
        print(json.dumps(one_run(engine, file, float(gap), float(limit))))
        return 0
    instances = {
        f"grid, {links} links, {zones} zones": grid(links, zones)
        for links, zones in zip(given.links, given.zones, strict=False)
    }
    if given.tntp:
        for net in sorted(given.tntp.rglob("*_net.tntp")):
            instances[net.stem.removesuffix("_net")] = tntp(net)
    print(_HEAD, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, instance in instances.items():
            file = str(Path(folder) / "instance.npz")
            np.savez(file, **instance)  # type: ignore[arg-type]
            for gap in given.gaps:
                ours = run_apart(sys.executable, "landbridge", file, gap, given.limit)
                wanted = gap >= given.peer_gap
                peer = run_apart(given.peer, "aequilibrae", file, gap, given.limit) if wanted else None
                print(_row(name, len(instance["tail"]), gap, ours, peer, wanted, given.limit), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
