"""Decompositions of real income add up exactly, and derivatives match central differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economy_fixture import everything, random_dataset
from landbridge.economy import (
    Model,
    Shock,
    calibrate,
    certify,
    domestic_share_terms,
    first_order_welfare,
    gradient,
    rebased,
    solve,
    welfare_terms,
)
from landbridge.economy.decompose import log_mean
from landbridge.errors import InputError

CLOSURES = ("world_share", "own_income", "balanced")


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), closure=st.sampled_from(CLOSURES), size=st.floats(0.0, 0.5))
def test_both_decompositions_add_up(seed: int, closure: str, size: float) -> None:
    model = calibrate(random_dataset(seed=seed), closure=closure)
    shock = everything(4, 3, seed, size)
    solution = solve(model, shock)
    for terms in (welfare_terms(model, shock, solution), domestic_share_terms(model, shock, solution)):
        assert np.abs(terms.gap).max() < 1e-10
        np.testing.assert_allclose(np.exp(terms.total), solution.real_income_hat, rtol=1e-14)


def test_nothing_gives_nothing() -> None:
    model = calibrate(random_dataset())
    solution = solve(model, Shock())
    for terms in (welfare_terms(model, Shock(), solution), domestic_share_terms(model, Shock(), solution)):
        for array in vars(terms).values():
            assert np.abs(array).max() < 1e-12


def test_terms_go_where_they_belong() -> None:
    """A shock of one kind leaves the direct terms of the other kinds at zero."""
    model = calibrate(random_dataset())
    whole = everything(4, 3, 3)
    own = {
        "trade_cost": Shock(trade_cost_hat=whole.trade_cost_hat),
        "productivity": Shock(productivity_hat=whole.productivity_hat),
        "labour": Shock(labour_hat=whole.labour_hat),
        "deficit": Shock(transfer=whole.transfer),
    }
    for name, shock in own.items():
        terms = welfare_terms(model, shock, solve(model, shock))
        for other in own:
            size = np.abs(getattr(terms, other)).max()
            assert size > 1e-4 if other == name else size < 1e-9


def test_terms_mean_what_they_are_called() -> None:
    """A small own tariff turns prices in the importer's favour; what it wins so, the others lose, and no more."""
    model = calibrate(random_dataset(5, 3, seed=2, tariffs=False, gaps=False), closure="balanced")
    rates = np.zeros((5, 5, 3))
    rates[1:, 0] = 1e-3
    shock = Shock(tariff=rates)
    terms = welfare_terms(model, shock, solve(model, shock, tolerance=1e-13))
    won = model.income * terms.terms_of_trade
    assert won[0] > 0 > won[1:].max()
    assert abs(won.sum()) < 1e-2 * won[0]
    # Triangles are of second order where there was no tariff; others collect none.
    assert -1e-2 * terms.terms_of_trade[0] < terms.tariff_revenue[0] < 0
    np.testing.assert_allclose(terms.tariff_revenue[1:], 0.0, atol=1e-13)
    by_home = domestic_share_terms(model, shock, solve(model, shock, tolerance=1e-13))
    assert by_home.tariff_revenue[0] > 0 > by_home.domestic_share[0].sum()


def test_small_tariff_changes_follow_the_published_sum() -> None:
    """Terms of trade and tariff revenue tend to those of Caliendo and Parro (2015), eq. 17, as the shock shrinks."""
    model = calibrate(random_dataset(), closure="balanced")
    before = solve(model, Shock(), tolerance=1e-13)
    gaps = []
    for size in (1e-3, 1e-4):
        shock = Shock(tariff=model.tariff * (1.0 - size))
        after = solve(model, shock, tolerance=1e-13)
        terms_of_trade, volume = first_order_welfare(model, before, after, Shock(), shock)
        terms = welfare_terms(model, shock, after)
        pairs = ((terms.terms_of_trade, terms_of_trade), (terms.tariff_revenue, volume))
        gaps.append(max(np.abs(100.0 * exact - rough).max() / size for exact, rough in pairs))
    assert gaps[1] < 0.2 * gaps[0]


def test_sellers_that_vanish_leave_an_exact_account() -> None:
    """Costs beyond the reach of floating point empty a share; the terms still add up."""
    model = calibrate(random_dataset(gaps=False), closure="balanced")
    hat = np.ones((4, 4, 3))
    hat[0, 1] = 1e200
    shock = Shock(trade_cost_hat=hat)
    solution = solve(model, shock)
    assert not solution.import_share[0, 1].any()
    terms = welfare_terms(model, shock, solution)
    assert np.abs(terms.gap).max() < 1e-10
    assert terms.trade_cost[1] < -0.001


def test_log_mean() -> None:
    new, old = np.array([2.0, 1.0, 1.0 + 1e-7, 0.0, 3.0, 1.00009]), np.array([1.0, 1.0, 1.0, 2.0, 0.0, 1.0])
    expected = [1.0 / np.log(2.0), 1.0, 1.0 + 0.5e-7, 0.0, 0.0, 0.00009 / np.log1p(0.00009)]
    np.testing.assert_allclose(log_mean(new, old), expected, rtol=1e-12)


def slope(model: Model, shock: Shock, field: str, direction: np.ndarray, weights: np.ndarray) -> float:
    """Derivative by central differences of fourth order, along a direction (in logs for changes)."""
    base, step = getattr(shock, field), 1e-4

    def value(k: int) -> float:
        move = k * step * direction
        moved = base * np.exp(move) if field.endswith("_hat") else base + move
        solution = solve(model, replace(shock, **{field: moved}), tolerance=1e-13)
        return float((weights * np.log(solution.real_income_hat)).sum())

    return (8.0 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12.0 * step)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize(
    ("field", "part"),
    [
        ("trade_cost_hat", "trade_cost"),
        ("tariff", "tariff"),
        ("productivity_hat", "productivity"),
        ("labour_hat", "labour"),
        ("transfer", "transfer"),
        ("theta", "theta"),
    ],
)
def test_gradient_matches_central_differences(closure: str, field: str, part: str) -> None:
    model = calibrate(random_dataset(5, 3, 3), closure=closure)
    shock = everything(5, 3, 3, 0.2)
    draw = np.random.default_rng(8)
    weights = draw.normal(size=5)
    direction = draw.normal(size=getattr(shock, field).shape)
    if field == "transfer":
        direction -= direction.mean()
    solution = solve(model, shock, tolerance=1e-13)
    found = (getattr(gradient(model, shock, solution, weights), part) * direction).sum()
    assert found == pytest.approx(slope(model, shock, field, direction, weights), rel=1e-6)


def test_gradient_cell_by_cell() -> None:
    """Single cells too, at the base, with zero flows among them."""
    model = calibrate(random_dataset(4, 3, 5))
    shock = Shock(trade_cost_hat=np.ones((4, 4, 3)), tariff=model.tariff)
    solution = solve(model, shock, tolerance=1e-13)
    weights = np.array([0.0, 1.0, 0.0, 0.0])
    found = gradient(model, shock, solution, "E01")
    for cell in ((0, 1, 0), (2, 1, 1), (1, 1, 0), (3, 2, 1), (3, 0, 2)):
        direction = np.zeros((4, 4, 3))
        direction[cell] = 1.0
        for field, part in (("trade_cost_hat", found.trade_cost), ("tariff", found.tariff)):
            expected = slope(model, shock, field, direction, weights)
            assert part[cell] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_gradient_weights() -> None:
    model = calibrate(random_dataset())
    shock = everything(4, 3, 1)
    solution = solve(model, shock)
    both = gradient(model, shock, solution, {"E00": 2.0, "E02": -1.0})
    parts = [gradient(model, shock, solution, name) for name in ("E00", "E02")]
    np.testing.assert_allclose(
        both.trade_cost, 2.0 * parts[0].trade_cost - parts[1].trade_cost, rtol=1e-7, atol=1e-11
    )
    assert abs(both.transfer.mean()) < 1e-12 * abs(both.transfer).max()
    with pytest.raises(InputError, match="'E09'"):
        gradient(model, shock, solution, "E09")
    with pytest.raises(InputError, match="shape"):
        gradient(model, shock, solution, np.ones(3))
    with pytest.raises(InputError, match="not all finite"):
        gradient(model, shock, solution, {"E00": np.nan})


def test_a_solution_of_another_shock_is_refused() -> None:
    """Terms would add up all the same, with the difference booked as trade costs."""
    model = calibrate(random_dataset())
    shock = everything(4, 3, 1)
    solution = solve(model, shock)
    almost = replace(shock, labour_hat=shock.labour_hat * 1.0001)
    for use in (
        lambda: welfare_terms(model, almost, solution),
        lambda: domestic_share_terms(model, almost, solution),
        lambda: gradient(model, almost, solution, "E00"),
        lambda: rebased(model, almost, solution),
        lambda: first_order_welfare(model, solution, solution, shock, almost),
    ):
        with pytest.raises(InputError, match="misses the equations of this shock"):
            use()
    other = calibrate(random_dataset(5, 3))
    with pytest.raises(InputError, match="trade of shape"):
        certify(other, Shock(), solution)
    with pytest.raises(InputError, match="solution of size"):
        solve(other, Shock(), solution)
