"""Static multi-class user equilibrium with capacities, by path-based gradient projection.

Class k's cost in hours on arc a is h_ka = fixed_usd_ka / vot_k + delay_f(volume_f), with f the arc's facility and
volume_f = sum over classes and the arcs of f of load_k x tonnes. The delay enters every class's hours alike, so the
equilibrium is the minimum of one convex function (Beckmann, McGuire and Winsten 1956; for classes with their own values
of time Leurent 1993, Larsson, Lindberg, Lundgren, Patriksson and Rydergren 2004):

    Z = sum_f integral_0^volume_f delay_f + sum_k sum_a load_k tonnes_ka fixed_usd_ka / vot_k

It always exists; volumes are unique where delays grow, the split of a volume among classes need not be. Flow moves
between the paths of a pair by Newton's step on their difference (Jayakrishnan, Tsai, Prashker and Rajadhyaksha 1994;
Florian, Constantin and Florian 2009); new paths come from shortest path trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.errors import InputError, NotConvergedError, Problem
from landbridge.network.assignment_kernels import (
    Demand,
    Graph,
    Loads,
    Paths,
    Scratch,
    arc_flows,
    copy_paths,
    even_out_all,
    find_paths,
    reload,
    used_hours,
)
from landbridge.network.assignment_problem import AssignmentProblem, Compiled, compile_problem
from landbridge.network.congestion import Facilities, delay_integral

# Between two searches the flows are evened out until the known paths are this much better than the gap.
_INNER_SHARE = 0.05
_INNER_SWEEPS = 40


@dataclass(frozen=True)
class PathFlows:
    """The used paths. pair: (p, 3) class, origin zone, destination zone. tonnes: (p,) a day. usd: (p,) a tonne,
    delays included. arcs: the arcs of path i are arcs[offset[i]:offset[i + 1]], in order.
    """

    pair: np.ndarray
    tonnes: np.ndarray
    usd: np.ndarray
    offset: np.ndarray
    arcs: np.ndarray


@dataclass(frozen=True)
class Assignment:
    """An equilibrium and its certificate.

    flow: (k, m) tonnes a day. volume: (f,) load units a day. delay_h: (f,) hours. cost_usd: (k, z, z) USD a tonne of
    the cheapest path, not a number where nothing is sent. total_usd, total_delay_h: USD and tonne-hours of delay a day.
    relative_gap: (used - cheapest) / used, both in hours times load units over all pairs, from shortest path trees at
    the returned flows. gap_by_class: (k,) the same by class. gaps: relative gap after each iteration. objective: Z.
    """

    flow: np.ndarray
    volume: np.ndarray
    delay_h: np.ndarray
    cost_usd: np.ndarray
    total_usd: float
    total_delay_h: float
    relative_gap: float
    gap_by_class: np.ndarray
    gaps: tuple[float, ...]
    objective: float
    paths: PathFlows

    @property
    def iterations(self) -> int:
        """Searches for new paths that were made."""
        return len(self.gaps)


def _store(pairs: int, count: int, line: int, stop: int) -> Paths:
    """An empty store with room for a number of paths and entries."""
    return Paths(
        top=np.full(pairs, -1, np.int64),
        below=np.empty(count, np.int64),
        flow=np.empty(count),
        fixed=np.empty(count),
        stop_from=np.empty(count, np.int64),
        stop_to=np.empty(count, np.int64),
        line_from=np.empty(count, np.int64),
        line_to=np.empty(count, np.int64),
        mark=np.empty(count, np.uint64),
        stop=np.empty(stop, np.int32),
        line=np.empty(line, np.int32),
        size=np.zeros(3, np.int64),
    )


def _with_room(paths: Paths, nodes: int, pairs: int) -> Paths:
    """The live paths in a store with half as much room again, or in one no larger when most of it was dead."""
    live = _store(pairs, int(paths.size[0]), int(paths.size[1]), int(paths.size[2]))
    copy_paths(paths, live)
    count, line, stop = (int(1.5 * used) for used in live.size)
    roomy = _store(pairs, count + 2 * pairs, line + 64 * nodes, stop + 64 * nodes)
    copy_paths(live, roomy)
    return roomy


class _Solver:
    """The state of an assignment while it is being solved."""

    def __init__(self, graph: Graph, demand: Demand, facilities: Facilities) -> None:
        self.graph, self.demand = graph, demand
        nodes, arcs, count = len(graph.passable), len(graph.head), len(facilities)
        self.loads = Loads(
            facilities.capacity.astype(float),
            facilities.curve.astype(np.int64),
            facilities.first.astype(float),
            facilities.second.astype(float),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
        )
        self.work = Scratch(
            np.empty(arcs),
            np.empty(nodes),
            np.empty(nodes, np.int32),
            np.empty(nodes, np.int32),
            np.empty(nodes + 1),
            np.empty(nodes + 1, np.int32),
            np.empty(nodes + 1, np.int32),
            np.zeros(count, np.int32),
        )
        pairs = len(demand.amount)
        self.paths = _store(pairs, 3 * pairs + 1, 64 * nodes, 64 * nodes)
        self.shortest = np.full(pairs, np.inf)
        self.excess = np.full(pairs, np.inf)
        self.used = np.empty(pairs)
        reload(self.paths, self.loads)

    def search(self) -> None:
        """Adds the shortest path of every pair at the present delays."""
        group = 0
        while True:
            group = find_paths(
                self.graph, self.demand, self.loads, self.paths, self.work, self.shortest, group
            )
            if group == len(self.demand.source):
                return
            self.paths = _with_room(self.paths, len(self.graph.passable), len(self.demand.amount))

    def pay(self) -> float:
        """What all flow pays in excess of the shortest paths last found, and by pair what it pays."""
        used_hours(self.paths, self.loads, self.used)
        return float(np.maximum(self.used - self.demand.amount * self.shortest, 0.0).sum())

    def even_out(self, wanted: float) -> None:
        """Evens out the flows over the known paths until the excess is below `wanted`."""
        self.excess[:] = np.inf
        even_out_all(self.demand, self.paths, self.loads, self.work, wanted, _INNER_SWEEPS, self.excess)
        reload(self.paths, self.loads)


def assign(problem: AssignmentProblem, *, gap: float = 1e-6, iterations: int = 500) -> Assignment:
    """The user equilibrium: no tonne can lower its generalised cost by another path, up to the relative gap.

    Raises InputError when arrays are wrong or a pair with tonnes has no path; NotConvergedError with the history of
    gaps when `gap` is not reached.
    """
    compiled = compile_problem(problem)
    solver = _Solver(compiled.graph, compiled.demand, problem.facilities)
    solver.search()
    lost = np.flatnonzero(~np.isfinite(solver.shortest))
    if len(lost):
        named = ", ".join(f"class {k} zone {o} to {d}" for k, o, d in compiled.pair[lost[:5]])
        message = f"{len(lost)} pairs with tonnes have no path: {named}"
        raise InputError(Problem("assignment", message, "open a link or send nothing"))
    reload(solver.paths, solver.loads)
    gaps: list[float] = []
    for number in range(iterations + 1):
        if number:
            solver.search()
        excess = solver.pay()
        total = float(solver.used.sum())
        if number:
            gaps.append(excess / total if total > 0 else 0.0)
            if gaps[-1] <= gap:
                return _solution(problem, compiled, solver, gaps)
        solver.even_out(_INNER_SHARE * excess)
    raise NotConvergedError(
        f"the assignment's relative gap is {gaps[-1]:.2g} after {iterations} iterations, {gap:.2g} was asked for",
        gaps,
    )


def _solution(
    problem: AssignmentProblem, compiled: Compiled, solver: _Solver, gaps: list[float]
) -> Assignment:
    kind, origin, destination = compiled.pair.T
    load, vot = compiled.load, problem.vot
    flow = np.zeros_like(compiled.graph.fixed)
    arc_flows(solver.paths, compiled.demand, flow)
    flow[:, compiled.order] = flow.copy()
    flow /= load[:, None]
    cost = np.full(problem.tonnes.shape, np.nan)
    cost[kind, origin, destination] = solver.shortest * vot[kind]
    amount, used = compiled.demand.amount, solver.used
    usd = used * vot[kind] / load[kind]
    excess = np.bincount(kind, np.maximum(used - amount * solver.shortest, 0.0), len(vot))
    paid = np.bincount(kind, used, len(vot))
    delay = solver.loads.delay.copy()
    on_arc = np.where(problem.facility >= 0, np.r_[delay, 0.0][problem.facility], 0.0)
    fixed = np.where(flow > 0, problem.fixed_usd, 0.0) / vot[:, None] * load[:, None]
    return Assignment(
        flow=flow,
        volume=solver.loads.volume.copy(),
        delay_h=delay,
        cost_usd=cost,
        total_usd=float(usd.sum()),
        total_delay_h=float((flow.sum(0) * on_arc).sum()),
        relative_gap=gaps[-1],
        gap_by_class=excess / np.where(paid > 0, paid, 1.0),
        gaps=tuple(gaps),
        objective=float(delay_integral(problem.facilities, solver.loads.volume).sum() + (fixed * flow).sum()),
        paths=_path_flows(problem, compiled, solver),
    )


def _path_flows(problem: AssignmentProblem, compiled: Compiled, solver: _Solver) -> PathFlows:
    """The paths that carry flow, pair by pair."""
    live = _store(len(compiled.pair), *(int(used) for used in solver.paths.size))
    copy_paths(solver.paths, live)
    count = int(live.size[0])
    # copy_paths lays the paths down pair by pair.
    heads = live.top[live.top >= 0]
    pair = np.flatnonzero(live.top >= 0)[np.searchsorted(heads, np.arange(count), side="right") - 1]
    used = live.flow[:count] > 0
    hours = live.fixed[:count].copy()
    lengths = live.stop_to[:count] - live.stop_from[:count]
    stops = live.stop[: live.size[2]]
    hours += np.bincount(np.repeat(np.arange(count), lengths), solver.loads.delay[stops], count)
    kept = np.repeat(used, live.line_to[:count] - live.line_from[:count])
    kind = compiled.pair[pair, 0]
    return PathFlows(
        pair=compiled.pair[pair[used]],
        tonnes=(live.flow[:count] / compiled.load[kind])[used],
        usd=(hours * problem.vot[kind])[used],
        offset=np.r_[0, np.cumsum((live.line_to[:count] - live.line_from[:count])[used])],
        arcs=compiled.order[live.line[: live.size[1]][kept]],
    )
