"""Assignment: known equilibria, Wardrop's conditions, and an independent evaluator of the gap."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse.csgraph import dijkstra

from landbridge.errors import InputError, NotConvergedError
from landbridge.network.assignment import Assignment, assign
from landbridge.network.assignment_problem import AssignmentProblem
from landbridge.network.congestion import Curve, Facilities, curve_of, delay_hours, delay_integral


def linear(slope: np.ndarray) -> Facilities:
    """Delays of slope x volume hours."""
    count = len(slope)
    return Facilities(1.0 / np.maximum(slope, 1e-12), np.zeros(count, int), np.ones(count), np.ones(count))


def problem_of(
    arcs: list[tuple[int, int, float]],
    facilities: Facilities,
    zone: list[int],
    tonnes: np.ndarray,
    facility: list[int] | None = None,
    **more: np.ndarray,
) -> AssignmentProblem:
    """A problem of arcs (tail, head, USD); by default arc k runs through facility k, all classes alike."""
    tail, head, usd = (np.array(column) for column in zip(*arcs, strict=True))
    classes = len(tonnes)
    settings_: dict[str, np.ndarray] = {
        "vot": np.ones(classes),
        "fixed_usd": np.tile(usd.astype(float), (classes, 1)),
        **more,
    }
    return AssignmentProblem(
        tail=tail,
        head=head,
        zone=np.array(zone),
        tonnes=np.asarray(tonnes, float),
        facility=np.arange(len(arcs)) if facility is None else np.array(facility),
        facilities=facilities,
        nodes=int(max(tail.max(), head.max())) + 1,
        **settings_,
    )


def one_pair(amount: float, classes: int = 1) -> np.ndarray:
    tonnes = np.zeros((classes, 2, 2))
    tonnes[:, 0, 1] = amount
    return tonnes


def random_problem(seed: int, classes: int = 2, nodes: int = 12, zones: int = 4) -> AssignmentProblem:
    """A connected random problem with shared facilities, both curves, free arcs, and zones that cannot be passed."""
    rng = np.random.default_rng(seed)
    ring = np.arange(nodes)
    tail = np.r_[ring, (ring + 1) % nodes, rng.integers(0, nodes, 3 * nodes)]
    head = np.r_[(ring + 1) % nodes, ring, rng.integers(0, nodes, 3 * nodes)]
    tail, head = tail[tail != head], head[tail != head]
    count = len(tail)
    facility = rng.permutation(count) // 2
    facility[rng.random(count) < 0.2] = -1
    many = count // 2 + 1
    curve = rng.integers(0, 2, many)
    facilities = Facilities(
        rng.uniform(5, 20, many),
        curve,
        rng.uniform(0.1, 2, many),
        np.where(curve == 0, rng.uniform(1, 5, many), 0.3),
    )
    passable = np.ones(nodes, bool)
    passable[0] = False
    tonnes = rng.uniform(0, 8, (classes, zones, zones)) * (rng.random((classes, zones, zones)) < 0.7)
    fixed = rng.uniform(0, 5, (classes, count)) * (rng.random((classes, count)) < 0.9)
    # Ring links stay open to everyone, so that every pair has a path.
    fixed[:, 2 * nodes :][rng.random((classes, count - 2 * nodes)) < 0.1] = np.inf
    return AssignmentProblem(
        tail=tail,
        head=head,
        fixed_usd=fixed,
        vot=rng.uniform(0.2, 4, classes),
        zone=rng.permutation(nodes)[:zones],
        tonnes=tonnes,
        facility=facility,
        facilities=facilities,
        nodes=nodes,
        load=rng.uniform(0.5, 2, classes),
        passable=passable,
    )


def independent_gap(problem: AssignmentProblem, flow: np.ndarray) -> float:
    """The relative gap of flows (k, m) tonnes a day, from scipy's Dijkstra; nothing of the solver is used."""
    load = problem.load if len(problem.load) else np.ones(len(problem.vot))
    on = problem.facility >= 0
    volume = np.zeros(len(problem.facilities))
    np.add.at(volume, problem.facility[on], (load[:, None] * flow).sum(0)[on])
    delay = np.where(on, delay_hours(problem.facilities, volume)[np.maximum(problem.facility, 0)], 0.0)
    passable = problem.passable if len(problem.passable) else np.ones(problem.nodes, bool)
    used = cheapest = 0.0
    for kind, vot in enumerate(problem.vot):
        hours = problem.fixed_usd[kind] / vot + delay
        carried = flow[kind] > 0
        used += load[kind] * (flow[kind][carried] * hours[carried]).sum()
        # Nodes that cannot be passed are doubled: paths begin at the copy and end at the node.
        tail = np.where(passable[problem.tail], problem.tail, problem.tail + problem.nodes)
        graph = sp.lil_matrix((2 * problem.nodes, 2 * problem.nodes))
        for a, b, length in zip(tail, problem.head, hours, strict=True):
            if np.isfinite(length) and (graph[a, b] == 0 or length < graph[a, b]):
                graph[a, b] = max(length, 1e-15)
        start = np.where(passable[problem.zone], problem.zone, problem.zone + problem.nodes)
        distance = dijkstra(graph.tocsr(), indices=start)[:, problem.zone]
        sent = problem.tonnes[kind].copy()
        np.fill_diagonal(sent, 0.0)
        cheapest += load[kind] * (sent[sent > 0] * distance[sent > 0]).sum()
    return (used - cheapest) / used


def balance(problem: AssignmentProblem, flow: np.ndarray) -> np.ndarray:
    """What leaves each node less what enters it (n,)."""
    net = np.zeros(problem.nodes)
    np.add.at(net, problem.tail, flow)
    np.subtract.at(net, problem.head, flow)
    return net


def test_two_links_share_as_algebra_says() -> None:
    # 1 + 0.1 a = 2 + 0.05 b with a + b = 30: a = 50/3, b = 40/3.
    problem = problem_of([(0, 1, 1.0), (0, 1, 2.0)], linear(np.array([0.1, 0.05])), [0, 1], one_pair(30.0))
    solved = assign(problem, gap=1e-12)
    assert solved.flow[0] == pytest.approx([50 / 3, 40 / 3], rel=1e-9)
    assert solved.cost_usd[0, 0, 1] == pytest.approx(1 + 5 / 3, rel=1e-9)
    assert solved.total_usd == pytest.approx(30 * (1 + 5 / 3), rel=1e-9)
    assert solved.total_delay_h == pytest.approx(50 / 3 * 5 / 3 + 40 / 3 * 2 / 3, rel=1e-9)


def test_a_dear_link_stays_empty() -> None:
    problem = problem_of([(0, 1, 1.0), (0, 1, 9.0)], linear(np.array([0.1, 0.1])), [0, 1], one_pair(30.0))
    assert assign(problem, gap=1e-12).flow[0] == pytest.approx([30.0, 0.0])


def test_braess_paradox() -> None:
    # The textbook's network: 6 units, 10 x and 50 + x; without the bridge 83 each, with 10 + x over it 92.
    arcs = [(0, 1, 0.0), (0, 2, 50.0), (1, 3, 50.0), (2, 3, 0.0)]
    before = assign(problem_of(arcs, linear(np.array([10.0, 1, 1, 10])), [0, 3], one_pair(6.0)), gap=1e-12)
    assert before.cost_usd[0, 0, 1] == pytest.approx(83.0, rel=1e-9)
    arcs.append((1, 2, 10.0))
    after = assign(problem_of(arcs, linear(np.array([10.0, 1, 1, 10, 1])), [0, 3], one_pair(6.0)), gap=1e-12)
    assert after.cost_usd[0, 0, 1] == pytest.approx(92.0, rel=1e-9)
    assert after.flow[0] == pytest.approx([4, 2, 2, 4, 2], rel=1e-9)
    assert len(after.paths.tonnes) == 3


def test_dear_time_takes_the_toll_road() -> None:
    # Two classes of 10 t; road costs 6 USD, the lane 0; both have 0.1 h per tonne. In hours the toll is 6 for the cheap
    # class and 0.6 for the dear one: the dear class rides the road, and the lane holds the cheap one.
    problem = problem_of(
        [(0, 1, 6.0), (0, 1, 0.0)],
        linear(np.array([0.1, 0.1])),
        [0, 1],
        one_pair(10.0, classes=2),
        vot=np.array([1.0, 10.0]),
        fixed_usd=np.array([[6.0, 0.0], [6.0, 0.0]]),
    )
    solved = assign(problem, gap=1e-12)
    assert solved.flow[0] == pytest.approx([0.0, 10.0])
    # 0.6 + 0.1 r = 0.1 (10 + 10 - r): r = 7.
    assert solved.flow[1] == pytest.approx([7.0, 3.0], rel=1e-9)


def test_load_counts_against_the_capacity() -> None:
    # A tonne that takes two units of capacity fills the links as two tonnes do.
    arcs = [(0, 1, 1.0), (0, 1, 2.0)]
    heavy = assign(
        problem_of(arcs, linear(np.array([0.1, 0.05])), [0, 1], one_pair(15.0), load=np.array([2.0])),
        gap=1e-12,
    )
    assert heavy.flow[0] == pytest.approx([25 / 3, 20 / 3], rel=1e-9)
    assert heavy.volume == pytest.approx([50 / 3, 40 / 3], rel=1e-9)


def test_arcs_that_share_a_facility_share_its_queue() -> None:
    # Two roads lead to one border post (facility 0); a way round is free of it.
    shared = Facilities(np.array([10.0]), np.array([0]), np.array([1.0]), np.array([1.0]))
    arcs = [(0, 1, 0.0), (1, 2, 1.0), (0, 3, 0.0), (3, 2, 1.0), (0, 2, 2.5)]
    solved = assign(problem_of(arcs, shared, [0, 2], one_pair(30.0), facility=[-1, 0, -1, 0, -1]), gap=1e-12)
    assert solved.volume == pytest.approx([15.0], rel=1e-9)
    assert solved.flow[0, [1, 3]].sum() == pytest.approx(15.0, rel=1e-9)
    assert solved.flow[0, 4] == pytest.approx(15.0, rel=1e-9)


def test_a_path_may_pass_a_facility_twice() -> None:
    # The way through pays the delay twice: 2 d = 3 with d = v / 10 and v = 2 x: x = 7.5.
    shared = Facilities(np.array([10.0]), np.array([0]), np.array([1.0]), np.array([1.0]))
    arcs = [(0, 1, 0.0), (1, 2, 0.0), (0, 2, 3.0)]
    solved = assign(problem_of(arcs, shared, [0, 2], one_pair(20.0), facility=[0, 0, -1]), gap=1e-12)
    assert solved.flow[0] == pytest.approx([7.5, 7.5, 12.5], rel=1e-9)


def certified(problem: AssignmentProblem, gap: float) -> Assignment:
    solved = assign(problem, gap=gap, iterations=2000)
    assert solved.relative_gap <= gap
    return solved


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_random_equilibria_hold_up(seed: int) -> None:
    problem = random_problem(seed)
    if not problem.tonnes.any():
        return
    solved = certified(problem, 1e-10)
    assert abs(independent_gap(problem, solved.flow)) < 2e-10
    for kind in range(len(problem.vot)):
        wanted = np.zeros(problem.nodes)
        for o, origin in enumerate(problem.zone):
            for d, destination in enumerate(problem.zone):
                if o != d:
                    wanted[origin] += problem.tonnes[kind, o, d]
                    wanted[destination] -= problem.tonnes[kind, o, d]
        assert balance(problem, solved.flow[kind]) == pytest.approx(wanted, abs=1e-9)
    # Wardrop: a used path costs what the cheapest does, up to what the gap allows.
    kind, origin, destination = solved.paths.pair.T
    cheapest = solved.cost_usd[kind, origin, destination]
    dearer = (solved.paths.usd - cheapest) / problem.vot[kind] * problem.load[kind] * solved.paths.tonnes
    assert (solved.paths.usd >= cheapest * (1 - 1e-12)).all()
    assert dearer.sum() <= 1e-9 * solved.total_usd / problem.vot.min() * problem.load.max()
    # The paths add up to the flows.
    flow = np.zeros_like(solved.flow)
    for k, tonnes in enumerate(solved.paths.tonnes):
        flow[kind[k], solved.paths.arcs[solved.paths.offset[k] : solved.paths.offset[k + 1]]] += tonnes
    assert flow == pytest.approx(solved.flow, abs=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_equal_classes_merge(seed: int) -> None:
    problem = random_problem(seed, classes=1)
    twice = AssignmentProblem(
        **{
            **vars(problem),
            "fixed_usd": np.repeat(problem.fixed_usd, 2, axis=0),
            "vot": np.repeat(problem.vot, 2),
            "load": np.repeat(problem.load, 2),
            "tonnes": np.concatenate([0.3 * problem.tonnes, 0.7 * problem.tonnes]),
        }
    )
    if not problem.tonnes.any():
        return
    one, two = certified(problem, 1e-12), certified(twice, 1e-12)
    assert two.objective == pytest.approx(one.objective, rel=1e-9)
    assert two.delay_h == pytest.approx(one.delay_h, rel=1e-4, abs=1e-5)


@given(st.integers(0, 10_000), st.floats(1.0, 3.0))
@settings(max_examples=15, deadline=None)
def test_more_capacity_never_raises_the_objective(seed: int, factor: float) -> None:
    # The total cost may rise (Braess); what is minimised cannot.
    problem = random_problem(seed)
    if not problem.tonnes.any():
        return
    f = problem.facilities
    # A queue's second parameter falls as capacity grows.
    wider = Facilities(
        f.capacity * factor, f.curve, f.first, np.where(f.curve == 1, f.second / factor, f.second)
    )
    larger = AssignmentProblem(**{**vars(problem), "facilities": wider})
    assert certified(larger, 1e-10).objective <= certified(problem, 1e-10).objective * (1 + 1e-9)


def test_objective_is_the_minimum_that_scipy_finds() -> None:
    # All paths of a small network, enumerated by hand.
    arcs = [(0, 1, 1.0), (0, 2, 2.0), (1, 2, 0.2), (1, 3, 2.0), (2, 3, 1.0)]
    facilities = Facilities(
        np.array([4.0, 5, 3, 4, 6]),
        np.array([0, 1, 0, 1, 0]),
        np.array([0.8, 6, 0.5, 6, 1]),
        np.array([4, 0.2, 2, 0.1, 4]),
    )
    solved = assign(problem_of(arcs, facilities, [0, 3], one_pair(9.0)), gap=1e-12)
    incidence = np.array([[1, 0, 0, 1, 0], [0, 1, 0, 0, 1], [1, 0, 1, 0, 1]])
    usd = np.array([arc[2] for arc in arcs])

    def objective(x: np.ndarray) -> float:
        volume = x @ incidence
        return float(delay_integral(facilities, volume).sum() + usd @ volume)

    found = minimize(
        objective,
        np.full(3, 3.0),
        bounds=[(0, None)] * 3,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 9.0},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert solved.objective == pytest.approx(found.fun, rel=1e-8)
    assert solved.objective <= found.fun + 1e-9
    assert solved.volume == pytest.approx(found.x @ incidence, abs=1e-3)


def test_parallel_links_gain_from_capacity() -> None:
    arcs = [(0, 1, 1.0), (0, 1, 2.0)]
    costs = [
        assign(
            problem_of(arcs, linear(np.array([0.1 / wider, 0.05])), [0, 1], one_pair(30.0)), gap=1e-12
        ).total_usd
        for wider in (1.0, 2.0, 4.0)
    ]
    assert costs[0] > costs[1] > costs[2]


def test_nothing_to_send_is_an_equilibrium() -> None:
    solved = assign(problem_of([(0, 1, 1.0)], linear(np.ones(1)), [0, 1], one_pair(0.0)))
    assert solved.total_usd == 0
    assert solved.flow.sum() == 0


def test_what_cannot_be_is_an_error() -> None:
    good = problem_of([(0, 1, 1.0)], linear(np.ones(1)), [0, 1], one_pair(1.0))
    back = one_pair(1.0).transpose(0, 2, 1)
    with pytest.raises(InputError, match="class 0 zone 1 to 0"):
        assign(AssignmentProblem(**{**vars(good), "tonnes": back}))
    with pytest.raises(InputError, match="above zero") as caught:
        assign(AssignmentProblem(**{**vars(good), "vot": np.zeros(1), "fixed_usd": np.full((1, 1), -1.0)}))
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="must be"):
        assign(AssignmentProblem(**{**vars(good), "facility": np.zeros(3, int)}))
    with pytest.raises(InputError, match="facility 0 capacity"):
        assign(AssignmentProblem(**{**vars(good), "facilities": Facilities(*np.zeros((4, 1)))}))


def test_too_few_iterations_raise_with_the_history() -> None:
    with pytest.raises(NotConvergedError) as caught:
        assign(random_problem(3), gap=1e-10, iterations=2)
    assert len(caught.value.residuals) == 2
    assert caught.value.residuals[-1] > 1e-10


@given(
    st.sampled_from(list(Curve)),
    st.floats(0.05, 40),
    st.floats(0.01, 6),
    st.floats(0, 3),
    st.floats(0.001, 1),
)
def test_curves_grow_from_nothing_and_match_their_integrals(
    curve: Curve, first: float, second: float, x: float, more: float
) -> None:
    facility = Facilities(np.array([7.0]), np.array([int(curve)]), np.array([first]), np.array([second]))

    def at(value: float) -> float:
        return float(delay_hours(facility, np.array([7.0 * value]))[0])

    assert at(0.0) == 0.0
    assert np.isfinite(at(x))
    assert at(x + more) >= at(x)
    step = 1e-4
    area = [float(delay_integral(facility, np.array([7.0 * (x + s)]))[0]) for s in (0.1 - step, 0.1 + step)]
    assert (area[1] - area[0]) / (14.0 * step) == pytest.approx(at(x + 0.1), rel=1e-3, abs=1e-6 * first)


def test_the_queue_meets_its_two_limits() -> None:
    # Far below capacity: J x / ((1 - x) units an hour); far above: half the period's surplus, T (x - 1) / 2.
    port = curve_of("port", np.array([24_000.0]), np.zeros(1))
    low = float(delay_hours(port, np.array([0.2 * 24_000.0]))[0])
    period = 4.0 * port.first[0]
    assert low == pytest.approx(port.second[0] * period / 8.0 * 0.2 / 0.8, rel=0.02)
    assert float(delay_hours(port, np.array([10 * 24_000.0]))[0]) == pytest.approx(period / 2 * 9, rel=0.02)
