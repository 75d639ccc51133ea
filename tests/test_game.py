"""The game of programme sides: identities that hold for every game, and games whose answer is known."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landbridge.appraisal.game import (
    divided,
    dividends,
    excesses,
    from_dividends,
    interactions,
    least_transfers,
    nucleolus,
    players_of,
    sampled_shapley,
    shapley,
    synergy,
)
from landbridge.errors import InputError, NotConvergedError

GAMES = st.integers(1, 6).flatmap(
    lambda n: arrays(float, (2**n, 3), elements=st.floats(-100, 100, allow_nan=False, width=32))
)


@given(GAMES)
def test_dividends_add_up_to_the_values(values: np.ndarray) -> None:
    found = dividends(values)
    assert np.allclose(from_dividends(found), values, atol=1e-9)
    assert np.allclose(found.sum(0), values[-1], atol=1e-9)


@given(GAMES)
def test_shapley_values_are_efficient_and_share_dividends_equally(values: np.ndarray) -> None:
    count = players_of(values)
    found = shapley(values)
    assert np.allclose(found.sum(0), values[-1] - values[0], atol=1e-9)
    each = dividends(values)
    equal = np.zeros_like(found)
    for row in range(1, len(values)):
        for player in range(count):
            if row >> player & 1:
                equal[player] += each[row] / row.bit_count()
    assert np.allclose(found, equal, atol=1e-9)


@given(GAMES)
def test_shapley_is_the_mean_over_all_orders(values: np.ndarray) -> None:
    count = min(players_of(values), 5)
    values = values[: 2**count]
    total = np.zeros((count, values.shape[1]))
    for order in itertools.permutations(range(count)):
        joined = 0
        for player in order:
            total[player] += values[joined | 1 << player] - values[joined]
            joined |= 1 << player
    assert np.allclose(shapley(values), total / math.factorial(count), atol=1e-9)


@given(GAMES)
def test_pairs_alone_are_their_dividend(values: np.ndarray) -> None:
    table = interactions(values)
    each = dividends(values)
    everyone = len(values) - 1
    for a, b in itertools.combinations(range(players_of(values)), 2):
        pair = 1 << a | 1 << b
        assert np.allclose(table.alone[a, b], each[pair], atol=1e-9)
        assert np.allclose(table.given_others[b, a], synergy(values, a, b, everyone & ~pair), atol=1e-9)


def test_the_mean_interaction_of_a_pure_dividend_is_its_share() -> None:
    given_dividends = np.zeros(16)
    given_dividends[0b1011] = 6.0
    table = interactions(from_dividends(given_dividends))
    # A dividend of a coalition of s players counts 1 / (s - 1) for each of its pairs (Grabisch and Roubens 1999).
    assert table.mean[0, 1] == pytest.approx(3.0)
    assert table.mean[0, 2] == pytest.approx(0.0)
    assert table.alone[0, 1] == 0.0
    assert table.given_others[0, 1] == pytest.approx(6.0)


def test_a_pair_is_two_players_outside_the_coalition() -> None:
    with pytest.raises(InputError, match="must be two"):
        synergy(np.zeros(4), 1, 1)
    with pytest.raises(InputError, match="no power of two"):
        shapley(np.zeros(6))


def test_the_nucleolus_of_the_bankruptcy_game() -> None:
    # Aumann and Maschler (1985): claims 100, 200, 300; estates 100, 200, 300 are shared as the Talmud says.
    claims = np.array([100.0, 200.0, 300.0])
    for estate, expected in ((100, (33.333, 33.333, 33.333)), (200, (50, 75, 75)), (300, (50, 100, 150))):
        values = np.array(
            [
                max(0.0, estate - sum(claims[i] for i in range(3) if not row >> i & 1)) if row else 0.0
                for row in range(8)
            ]
        )
        found = nucleolus(values)
        assert found.shares == pytest.approx(expected, abs=1e-3)
        assert found.stable()


def test_what_the_values_are_off_by_does_not_empty_a_core() -> None:
    # Players who do nothing for each other, as the equilibria of the coalitions give it.
    rows = (np.arange(16)[:, None] >> np.arange(4)) & 1
    values = rows @ np.array([3.0, 5.0, 7.0, 11.0]) + 1e-5 * np.cos(np.arange(16.0))
    for found in (nucleolus(values), divided(values, shapley(values))):
        assert 0.0 < found.largest_excess < 1e-4
        assert not found.stable()
        assert found.stable(1e-4)


def test_a_majority_game_has_no_core() -> None:
    values = np.array([0.0, 0, 0, 1, 0, 1, 1, 1])
    found = nucleolus(values)
    assert found.shares == pytest.approx([1 / 3] * 3)
    assert found.largest_excess == pytest.approx(1 / 3)
    assert not found.stable()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: arrays(float, 2**n, elements=st.floats(0, 10, allow_nan=False, width=32))
    )
)
def test_the_nucleolus_is_in_the_core_of_a_convex_game(each: np.ndarray) -> None:
    each[0] = 0.0
    values = from_dividends(each)  # dividends that are not negative make a convex game
    assert nucleolus(values).stable()
    assert divided(values, shapley(values)).stable()
    assert np.max(excesses(values, nucleolus(values).shares)[1:-1]) <= np.max(
        excesses(values, shapley(values))[1:-1]
    ) + 1e-6 * max(1.0, values[-1])


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(InputError, match="add up to 2"):
        divided(np.array([0.0, 0, 0, 3]), np.array([1.0, 1.0]))


@given(arrays(float, 6, elements=st.floats(-50, 50, allow_nan=False, width=32)))
def test_least_transfers_leave_nobody_worse_off(gains: np.ndarray) -> None:
    found = least_transfers(gains)
    if found is None:
        assert gains.sum() < 0
        return
    assert found.sum() == pytest.approx(0.0, abs=1e-9)
    assert (gains + found >= -1e-9).all()
    # What is paid is what is lost: less would leave a loser.
    assert np.maximum(found, 0).sum() == pytest.approx(np.maximum(-gains, 0).sum(), abs=1e-9)


def test_sampled_orders_come_near_and_know_how_near() -> None:
    rng = np.random.default_rng(7)
    values = from_dividends(rng.normal(size=(64, 2)))
    exact = shapley(values)

    def value(members: frozenset[int]) -> np.ndarray:
        return values[sum(1 << player for player in members)]

    found = sampled_shapley(value, 6, rng=np.random.default_rng(1), standard_error=0.05)
    assert float(found.standard_errors.max()) <= 0.05
    assert np.abs(found.values - exact).max() <= 5 * 0.05
    assert np.allclose(found.values.sum(0), values[-1] - values[0])
    with pytest.raises(NotConvergedError, match="draw more orders"):
        sampled_shapley(value, 6, rng=np.random.default_rng(1), standard_error=1e-6, most_orders=20)
