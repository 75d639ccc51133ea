"""Which measures to pay for first, and the best that a budget buys.

A set of the n measures of known cost is a number: bit k is set where the k-th is in it. Gains are beyond those of the
measures that go ahead whatever they cost.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from landbridge.errors import NotConvergedError

# Sets of so many measures are all valued; of more, only single ones and pairs.
EXACT_UP_TO = 8
# Budgets for which the best set is looked for where not all sets are valued.
_BUDGETS = 12
# What is gained by less than this, in million USD, is no gain.
_LEAST = 1e-9


@dataclass(frozen=True)
class Choice:
    """The best set for a budget. cost, gain: million USD; bound: no set within the budget gains more."""

    budget: float
    cost: float
    gain: float
    bound: float
    members: int


def members_of(row: int, count: int) -> list[int]:
    """The members of a set among so many."""
    return [k for k in range(count) if row >> k & 1]


def set_costs(costs: np.ndarray) -> np.ndarray:
    """Costs (2^n,) of all sets from those (n,) of their members."""
    found = np.zeros(1 << len(costs))
    for k, cost in enumerate(costs):
        found[1 << k : 2 << k] = found[: 1 << k] + cost
    return found


def best_order(gains: np.ndarray, costs: np.ndarray) -> list[int]:
    """The order (n,) of paying for all members that gains most on the way.

    gains: (2^n,) a year of every set, zero of none. Money comes at an even pace: while a member is paid for, those
    before it give what they give together. Exact by dynamic programming over sets; for gains that add up it is Smith's
    rule, most gain for its cost first (Smith 1956).
    """
    count = len(costs)
    best = np.full(1 << count, -np.inf)
    last = np.full(1 << count, -1)
    best[0] = 0.0
    for row in range(1 << count):
        for k in range(count):
            if not row >> k & 1:
                reached = best[row] + gains[row] * costs[k]
                if reached > best[row | 1 << k]:
                    best[row | 1 << k], last[row | 1 << k] = reached, k
    order: list[int] = []
    row = (1 << count) - 1
    while row:
        order.append(int(last[row]))
        row ^= 1 << order[-1]
    return order[::-1]


def frontier(gains: np.ndarray, costs: np.ndarray) -> list[Choice]:
    """The best set for every budget: where a little more money begins to buy more. gains: (2^n,), costs: (n,)."""
    of_set = set_costs(costs)
    found: list[Choice] = []
    for row in np.lexsort((-gains, of_set)):
        if not found or gains[row] > found[-1].gain + _LEAST:
            gain, cost = float(gains[row]), float(of_set[row])
            # At no budget the best may be a set that costs nothing.
            found.append(Choice(cost, cost, gain, gain, int(row)))
    if found[0].gain < 0.0:
        found[0] = Choice(0.0, 0.0, 0.0, 0.0, 0)
    return found


@dataclass(frozen=True)
class Pairwise:
    """Gains of sets as those of single members and of pairs beyond them.

    single: (n, d) by objective. pair: (n, n, d), above the diagonal, what two give together beyond each alone.
    """

    single: np.ndarray
    pair: np.ndarray

    def of(self, row: int) -> np.ndarray:
        """The gain (d,) of a set in this model."""
        inside = members_of(row, len(self.single))
        together = [self.pair[i, j] for i, j in itertools.combinations(inside, 2)]
        return np.sum([np.zeros(self.single.shape[1]), *(self.single[k] for k in inside), *together], axis=0)


def pairwise(value: Callable[[int], np.ndarray], count: int) -> Pairwise:
    """The model from the values (d,) of single members and of pairs."""
    single = np.array([value(1 << k) for k in range(count)])
    pair = np.zeros((count, count, single.shape[1]))
    for i, j in itertools.combinations(range(count), 2):
        pair[i, j] = value(1 << i | 1 << j) - single[i] - single[j]
    return Pairwise(single, pair)


def best_within(model: Pairwise, costs: np.ndarray, budget: float) -> tuple[int, float]:
    """The set within a budget whose least objective is largest in the pairwise model, and a bound on any set's.

    A mixed-integer linear program, solved by HiGHS: x_k whether a member is in, y_ij = x_i x_j by its three
    inequalities, t at most each objective. The bound is the solver's own on t. Raises NotConvergedError without one.
    """
    count, objectives = model.single.shape
    pairs = list(itertools.combinations(range(count), 2))
    width = count + len(pairs) + 1
    rows, least, most = [], [], []

    def add(entries: dict[int, float], low: float, high: float) -> None:
        row = np.zeros(width)
        for column, amount in entries.items():
            row[column] = amount
        rows.append(row)
        least.append(low)
        most.append(high)

    add(dict(enumerate(costs)), -np.inf, budget)
    for column, (i, j) in enumerate(pairs, count):
        add({column: 1.0, i: -1.0}, -np.inf, 0.0)
        add({column: 1.0, j: -1.0}, -np.inf, 0.0)
        add({column: -1.0, i: 1.0, j: 1.0}, -np.inf, 1.0)
    for d in range(objectives):
        entries = {k: -model.single[k, d] for k in range(count)}
        entries |= {column: -model.pair[i, j, d] for column, (i, j) in enumerate(pairs, count)}
        add({**entries, width - 1: 1.0}, -np.inf, 0.0)
    goal = np.zeros(width)
    goal[-1] = -1.0
    lower, upper = np.zeros(width), np.ones(width)
    lower[-1], upper[-1] = -np.inf, np.inf
    integral = np.r_[np.ones(count), np.zeros(len(pairs) + 1)]
    solved = milp(
        goal,
        constraints=LinearConstraint(np.array(rows), least, most),
        bounds=Bounds(lower, upper),
        integrality=integral,
    )
    if solved.x is None or solved.mip_dual_bound is None:
        raise NotConvergedError(f"the best set for a budget of {budget:g} was not found: {solved.message}")
    row = sum(1 << k for k in range(count) if float(solved.x[k]) > 0.5)
    return row, -float(solved.mip_dual_bound)


def bounded_frontier(
    model: Pairwise, value: Callable[[int], np.ndarray], costs: np.ndarray
) -> tuple[list[Choice], float]:
    """Good sets for budgets in equal steps, with bounds, and how far the model was off at most.

    value: set -> objectives (d,). Each set found is valued; its gain is the true one. The bound is that of the pairwise
    model, plus the largest gap seen between it and true values: a measured margin and no proof.
    """
    picked: dict[int, tuple[float, float]] = {}
    gap = 0.0
    for budget in np.linspace(0.0, float(costs.sum()), _BUDGETS + 1):
        row, bound = best_within(model, costs, float(budget) * (1 + 1e-9))
        gap = max(gap, float(np.abs(value(row) - model.of(row)).max()))
        if row not in picked:
            picked[row] = (float(budget), bound)
    of_set = {row: float(costs[members_of(row, len(costs))].sum()) for row in picked}
    found: list[Choice] = []
    for row, (budget, bound) in sorted(picked.items(), key=lambda item: of_set[item[0]]):
        gain = float(value(row).min())
        if not found or gain > found[-1].gain + _LEAST:
            found.append(Choice(budget, of_set[row], gain, max(bound, gain) + gap, row))
    return found, gap


def greedy_order(model: Pairwise, costs: Sequence[float]) -> list[int]:
    """An order of all members that takes, at each step, the most of the least objective for its cost."""
    order: list[int] = []
    row = 0
    while len(order) < len(costs):
        now = model.of(row).min()
        best = max(
            (k for k in range(len(costs)) if k not in order),
            key=lambda k: (model.of(row | 1 << k).min() - now) / max(costs[k], _LEAST),
        )
        order.append(best)
        row |= 1 << best
    return order
