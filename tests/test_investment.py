"""The investment order: exact on small sets against brute force, and bounds that hold where not all sets are valued."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from landbridge.appraisal.investment import (
    Pairwise,
    best_order,
    best_within,
    bounded_frontier,
    frontier,
    greedy_order,
    members_of,
    pairwise,
    set_costs,
)


def additive(single: list[float]) -> np.ndarray:
    return set_costs(np.array(single))


def random_game(count: int, seed: int, curvature: float = 0.2) -> np.ndarray:
    draw = np.random.default_rng(seed)
    single, pair = draw.uniform(-2, 8, count), curvature * draw.normal(size=(count, count))
    rows = [members_of(row, count) for row in range(1 << count)]
    return np.array(
        [
            single[inside].sum() + sum(pair[i, j] for i, j in itertools.combinations(inside, 2))
            for inside in rows
        ]
    )


class TestOrder:
    def test_gains_that_add_up_follow_gain_over_cost(self) -> None:
        single, costs = [10.0, 9.0, 2.0, -1.0], np.array([100.0, 30.0, 2.0, 5.0])
        assert best_order(additive(single), costs) == [2, 1, 0, 3]

    @pytest.mark.parametrize("seed", range(6))
    def test_no_order_gains_more_on_the_way(self, seed: int) -> None:
        gains, costs = random_game(5, seed, 2.0), np.random.default_rng(seed).uniform(1, 9, 5)

        def on_the_way(order: tuple[int, ...]) -> float:
            row, total = 0, 0.0
            for k in order:
                total += gains[row] * costs[k]
                row |= 1 << k
            return float(total)

        best = max(on_the_way(order) for order in itertools.permutations(range(5)))
        assert on_the_way(tuple(best_order(gains, costs))) == pytest.approx(best)

    def test_what_needs_another_comes_after_it(self) -> None:
        # The second is worth nothing without the first.
        gains = np.array([0.0, 1.0, 0.0, 10.0])
        assert best_order(gains, np.array([5.0, 1.0])) == [0, 1]


class TestFrontier:
    def test_by_hand(self) -> None:
        found = frontier(additive([5.0, 4.0, -1.0]), np.array([10.0, 6.0, 1.0]))
        assert [(one.budget, one.gain, one.members) for one in found] == [
            (0.0, 0.0, 0), (6.0, 4.0, 2), (10.0, 5.0, 1), (16.0, 9.0, 3),
        ]  # fmt: skip
        assert all(one.bound == one.gain for one in found)

    def test_nothing_worth_its_cost_buys_nothing(self) -> None:
        (only,) = frontier(additive([-1.0, -2.0]), np.array([3.0, 4.0]))
        assert (only.budget, only.gain, only.members) == (0.0, 0.0, 0)

    @pytest.mark.parametrize("seed", range(4))
    def test_no_set_within_a_budget_gains_more(self, seed: int) -> None:
        gains, costs = random_game(6, seed, 1.0), np.random.default_rng(seed).uniform(1, 9, 6)
        of_set, found = set_costs(costs), frontier(gains, costs)
        for budget in np.linspace(0, costs.sum(), 40):
            reachable = max(one.gain for one in found if one.budget <= budget)
            assert reachable == pytest.approx(gains[of_set <= budget].max())


class TestBound:
    @pytest.mark.parametrize("seed", range(3))
    def test_the_program_finds_the_best_of_a_pairwise_game(self, seed: int) -> None:
        gains, costs = random_game(7, seed), np.random.default_rng(seed).uniform(1, 9, 7)
        model = pairwise(lambda row: gains[row : row + 1], 7)
        for budget in (5.0, 15.0, 30.0):
            row, bound = best_within(model, costs, budget)
            best = gains[set_costs(costs) <= budget].max()
            assert gains[row] == pytest.approx(best)
            assert bound == pytest.approx(best, abs=1e-6)

    def test_the_worse_off_of_two_counts(self) -> None:
        single = np.array([[9.0, 0.0], [0.0, 9.0], [4.0, 4.0]])
        model = Pairwise(single, np.zeros((3, 3, 2)))
        assert best_within(model, np.ones(3), 1.0)[0] == 0b100
        row, bound = best_within(model, np.ones(3), 2.0)
        assert single[members_of(row, 3)].sum(0).min() == pytest.approx(9.0)
        assert bound == pytest.approx(9.0)

    def test_higher_orders_widen_the_bound(self) -> None:
        gains, costs = random_game(6, 3), np.random.default_rng(3).uniform(1, 9, 6)
        size = np.array([len(members_of(row, 6)) for row in range(64)])
        gains = gains - 0.3 * np.maximum(size - 2, 0)
        model = pairwise(lambda row: gains[row : row + 1], 6)
        found, gap = bounded_frontier(model, lambda row: gains[row : row + 1], costs)
        assert gap > 0.29
        of_set = set_costs(costs)
        for one in found:
            assert one.gain == pytest.approx(gains[one.members])
            assert gains[of_set <= one.budget].max() <= one.bound + 1e-9

    def test_greedy_takes_the_most_for_its_cost(self) -> None:
        model = pairwise(lambda row: additive([10.0, 9.0, 2.0])[row : row + 1], 3)
        assert greedy_order(model, [100.0, 30.0, 2.0]) == [2, 1, 0]
