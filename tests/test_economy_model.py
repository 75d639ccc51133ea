"""Closures, shocks, variants and steps: what the model must do whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from economy_fixture import everything, random_dataset
from landbridge.economy import (
    Closure,
    Dataset,
    Shock,
    aggregated,
    calibrate,
    certify,
    from_arrays,
    one_sector,
    rebased,
    solve,
    without_input_output,
    without_materials,
)
from landbridge.errors import InputError, NotConvergedError

CLOSURES = ("world_share", "own_income", "balanced")


def costs_only(data: Dataset, seed: int, size: float = 0.2) -> Shock:
    n, s = data.size
    hat = np.exp(size * np.random.default_rng(seed).normal(size=(n, n, s)))
    hat[np.arange(n), np.arange(n)] = 1.0
    return Shock(trade_cost_hat=hat)


@pytest.mark.parametrize("closure", CLOSURES)
def test_each_closure_holds_what_it_says(closure: str) -> None:
    data = random_dataset(5, 3)
    model = calibrate(data, closure=closure)
    solution = solve(model, everything(5, 3, 2))
    shock_transfer = everything(5, 3, 2).transfer
    assert shock_transfer is not None
    deficit = solution.trade.sum((0, 2)) - solution.trade.sum((1, 2)) - shock_transfer
    labour_hat = everything(5, 3, 2).labour_hat
    own = model.labour_income * labour_hat * solution.wage_hat
    if closure == "balanced":
        expected = np.zeros(5)
    elif closure == "world_share":
        expected = model.deficit
        assert np.abs(expected).max() > 1.0
    else:
        rate = model.deficit / model.labour_income
        expected = (rate - (rate * own).sum() / own.sum()) * own
        assert np.abs(expected - model.deficit).max() > 0.1
    np.testing.assert_allclose(deficit, expected, atol=1e-7 * own.sum())
    assert solution.certificate.max_residual <= 1e-10


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), closure=st.sampled_from(CLOSURES))
def test_null_shock_is_exact_under_every_closure(seed: int, closure: str) -> None:
    data = random_dataset(seed=seed)
    model = calibrate(data, closure=closure)
    solution = solve(model, Shock())
    assert solution.certificate.iterations == 1
    for hat in (solution.real_income_hat, solution.wage_hat, solution.price_hat):
        assert np.abs(hat - 1.0).max() < 1e-9
    if closure != "balanced":
        np.testing.assert_allclose(solution.trade, data.trade, rtol=1e-10, atol=1e-9)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), closure=st.sampled_from(CLOSURES), size=st.floats(0.01, 0.3))
def test_walras_and_homogeneity_after_anything(seed: int, closure: str, size: float) -> None:
    model = calibrate(random_dataset(seed=seed), closure=closure)
    certificate = solve(model, everything(4, 3, seed, size)).certificate
    assert certificate.max_residual <= 1e-10
    assert certificate.walras_gap < 1e-10
    assert certificate.homogeneity_gap < 1e-10


def test_tariffs_as_rates_and_as_changes_are_the_same() -> None:
    data = random_dataset()
    model = calibrate(data)
    rates = everything(4, 3, 5).tariff
    assert rates is not None
    by_rate = solve(model, Shock(tariff=rates))
    by_hat = solve(model, Shock(tariff_hat=(1.0 + rates) / (1.0 + model.tariff)))
    np.testing.assert_allclose(by_hat.real_income_hat, by_rate.real_income_hat, rtol=1e-12)
    with pytest.raises(InputError, match="both tariff and tariff_hat"):
        solve(model, Shock(tariff=rates, tariff_hat=1.0 + rates))


def test_more_labour_and_less_productivity_cancel() -> None:
    """Twice the people at half the productivity everywhere make the same goods; each is half as rich."""
    data = random_dataset(inputs=False)
    model = calibrate(data, closure="balanced")
    twice = np.array([2.0, 1.0, 1.0, 1.0])
    half = np.ones(data.size)
    half[0] = 0.5
    solution = solve(model, Shock(labour_hat=twice, productivity_hat=half))
    np.testing.assert_allclose(solution.real_income_hat, 1.0, rtol=1e-9)
    assert solution.wage_hat[0] == pytest.approx(0.5, rel=1e-9)


def test_transfers_move_income_and_must_add_up() -> None:
    data = random_dataset()
    model = calibrate(data)
    gift = np.array([5.0, -5.0, 0.0, 0.0])
    solution = solve(model, Shock(transfer=gift))
    deficit = solution.trade.sum((0, 2)) - solution.trade.sum((1, 2))
    np.testing.assert_allclose(deficit - model.deficit, gift, atol=1e-6)
    assert solution.real_income_hat[0] > 1.0 > solution.real_income_hat[1]
    with pytest.raises(InputError, match="others must pay"):
        solve(model, Shock(transfer=np.array([5.0, 0.0, 0.0, 0.0])))


def test_elasticities_alone_change_nothing_but_shape_the_shock() -> None:
    data = random_dataset()
    model = calibrate(data)
    alone = solve(model, Shock(theta=2.0 * model.theta))
    np.testing.assert_allclose(alone.real_income_hat, 1.0, rtol=1e-12)
    shock = costs_only(data, 3)
    by_shock = solve(model, replace(shock, theta=2.0 * model.theta))
    by_model = solve(calibrate(replace(data, theta=2.0 * data.theta)), shock)
    np.testing.assert_allclose(by_shock.real_income_hat, by_model.real_income_hat, rtol=1e-10)
    assert np.abs(by_shock.real_income_hat - solve(model, shock).real_income_hat).max() > 1e-3


@pytest.mark.parametrize("closure", CLOSURES)
def test_two_steps_are_one_long_step(closure: str) -> None:
    """From A to B and on to C is the same as from A to C, deficits, tariffs and transfers included."""
    model = calibrate(random_dataset(), closure=closure)
    whole = replace(everything(4, 3, 7), theta=None)
    first = whole.part(model, 0.4)
    middle = solve(model, first, tolerance=1e-12)
    model_b = rebased(model, first, middle)
    rest = Shock(
        trade_cost_hat=whole.trade_cost_hat / first.trade_cost_hat,
        productivity_hat=whole.productivity_hat / first.productivity_hat,
        tariff=whole.tariff,
        labour_hat=whole.labour_hat / first.labour_hat,
        transfer=whole.transfer - first.transfer,
    )
    second = solve(model_b, rest, tolerance=1e-12)
    direct = solve(model, whole, tolerance=1e-12)
    product = middle.real_income_hat * second.real_income_hat
    np.testing.assert_allclose(product, direct.real_income_hat, rtol=1e-10)
    np.testing.assert_allclose(second.trade, direct.trade, rtol=1e-8, atol=1e-9)


def split(data: Dataset, economy: int) -> Dataset:
    """The same world with one economy cut into two equal halves that trade with each other as at home."""
    n = data.size[0]
    rows = np.vstack([np.eye(n), np.eye(n)[economy]])
    rows[economy] *= 0.5
    rows[n] *= 0.5
    whole = np.vstack([np.eye(n), np.eye(n)[economy]])
    return from_arrays(
        [*data.economies, "HALF"],
        data.sectors,
        np.einsum("ai,ijr,bj->abr", rows, data.trade, rows),
        np.einsum("ai,irs->ars", rows, data.inputs),
        theta=data.theta,
        tariff=np.einsum("ai,ijr,bj->abr", whole, data.tariff, whole),
    )


def test_identical_economies_can_be_merged() -> None:
    data = random_dataset(4, 3, tariffs=True)
    halves = split(data, 1)
    hat = costs_only(data, 9).trade_cost_hat
    assert hat is not None
    whole = [0, 1, 2, 3, 1]
    one = solve(calibrate(data), Shock(trade_cost_hat=hat), tolerance=1e-12)
    two = solve(calibrate(halves), Shock(trade_cost_hat=hat[np.ix_(whole, whole)]), tolerance=1e-12)
    np.testing.assert_allclose(two.real_income_hat, one.real_income_hat[whole], rtol=1e-10)
    merged = aggregated(halves, economies={"HALF": "E01"})
    np.testing.assert_allclose(merged.trade, data.trade, rtol=1e-12)
    np.testing.assert_allclose(merged.tariff, data.tariff, rtol=1e-12)


def test_identical_sectors_are_one_sector() -> None:
    """Cutting the only sector of a one-sector world into three equal ones changes nothing."""
    single = random_dataset(5, 1, seed=4)
    three = from_arrays(
        single.economies,
        ["A", "B", "C"],
        np.repeat(single.trade, 3, axis=2) / 3.0,
        np.repeat(np.repeat(single.inputs, 3, axis=1), 3, axis=2) / 9.0,
        theta=float(single.theta[0]),
        tariff=np.repeat(single.tariff, 3, axis=2),
    )
    shock = costs_only(single, 6)
    assert shock.trade_cost_hat is not None
    tripled = Shock(trade_cost_hat=np.repeat(shock.trade_cost_hat, 3, axis=2))
    one = solve(calibrate(single), shock, tolerance=1e-12)
    many = solve(calibrate(three), tripled, tolerance=1e-12)
    np.testing.assert_allclose(many.real_income_hat, one.real_income_hat, rtol=1e-11)
    np.testing.assert_allclose(one_sector(three).trade, single.trade, rtol=1e-13)
    again = solve(calibrate(one_sector(three)), shock, tolerance=1e-12)
    np.testing.assert_allclose(again.real_income_hat, one.real_income_hat, rtol=1e-11)


def symmetric(n: int = 4, s: int = 2) -> Dataset:
    trade = np.full((n, n, s), 5.0)
    trade[np.arange(n), np.arange(n)] = 60.0
    inputs = np.full((n, s, s), 12.0)
    return from_arrays([f"E{k}" for k in range(n)], [f"S{k}" for k in range(s)], trade, inputs, theta=5.0)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(cut=st.floats(0.5, 0.99), theta=st.floats(2.0, 12.0))
def test_symmetric_worlds_have_a_closed_form(cut: float, theta: float) -> None:
    """Where all are alike and all foreign costs change alike, wages stay and prices follow the one equation left."""
    data = replace(symmetric(), theta=np.full(2, theta))
    n, s = data.size
    hat = np.full((n, n, s), cut)
    hat[np.arange(n), np.arange(n)] = 1.0
    solution = solve(calibrate(data), Shock(trade_cost_hat=hat), tolerance=1e-13)
    home = 60.0 / 75.0
    labour = 1.0 - 24.0 / 75.0
    expected = (home + (1.0 - home) * cut**-theta) ** (1.0 / theta / labour)
    np.testing.assert_allclose(solution.real_income_hat, expected, rtol=1e-11)
    np.testing.assert_allclose(solution.wage_hat, 1.0, rtol=1e-11)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(first=st.floats(0.7, 0.98), ratio=st.floats(0.85, 0.99), theta=st.floats(2.0, 12.0))
def test_own_welfare_rises_with_own_cheaper_imports(first: float, ratio: float, theta: float) -> None:
    data = replace(symmetric(), theta=np.full(2, theta))
    model = calibrate(data)
    gains = []
    for factor in (first, first * ratio):
        hat = np.ones(data.trade.shape)
        hat[1:, 0] = factor
        solution = solve(model, Shock(trade_cost_hat=hat))
        gains.append(solution.real_income_hat[0])
        np.testing.assert_allclose(solution.real_income_hat[1:], solution.real_income_hat[1], rtol=1e-9)
    assert 1.0 < gains[0] < gains[1]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), theta=st.floats(2.0, 12.0))
def test_one_sector_obeys_the_acr_formula(seed: int, theta: float) -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012), eq. 1: the home share and one elasticity say it all."""
    data = one_sector(without_materials(random_dataset(5, 3, seed, tariffs=False, gaps=False)), theta)
    model = calibrate(data, closure="balanced")
    solution = solve(model, costs_only(data, seed), tolerance=1e-13)
    own = np.arange(5)
    home = solution.import_share[own, own, 0] / model.import_share[own, own, 0]
    np.testing.assert_allclose(solution.real_income_hat, home ** (-1.0 / theta), rtol=1e-10)


def test_variants_are_the_same_model_with_other_accounts() -> None:
    """Gains from trade fall as materials and input-output links are cut."""
    data = random_dataset(5, 3, seed=3, tariffs=False, gaps=False)
    shock = costs_only(data, 2, 0.0)
    assert shock.trade_cost_hat is not None
    hat = np.full((5, 5, 3), 0.8)
    hat[np.arange(5), np.arange(5)] = 1.0
    gains = [
        solve(calibrate(each, closure="balanced"), Shock(trade_cost_hat=hat)).real_income_hat.mean()
        for each in (without_materials(data), without_input_output(data), data)
    ]
    assert 1.0 < gains[0] < gains[1]
    assert gains[0] < gains[2]
    plain = calibrate(without_materials(data))
    assert not plain.input_share.any()
    assert (plain.labour_share == 1.0).all()
    own = calibrate(without_input_output(data)).input_share
    off = own * (1.0 - np.eye(3))
    assert not off.any()
    assert own.any()


@pytest.mark.parametrize("factor", [0.2, 5.0, 100.0])
def test_near_autarky_and_near_free_trade_are_solved(factor: float) -> None:
    data = random_dataset(6, 3, seed=3, tariffs=False, gaps=False)
    model = calibrate(data, closure="balanced")
    hat = np.full((6, 6, 3), factor)
    hat[np.arange(6), np.arange(6)] = 1.0
    solution = solve(model, Shock(trade_cost_hat=hat))
    assert solution.certificate.max_residual <= 1e-10
    if factor == 100.0:
        own = np.arange(6)
        assert solution.import_share[own, own].min() > 0.9999


def test_deficits_cannot_be_held_in_autarky() -> None:
    data = random_dataset(6, 3, seed=3, tariffs=False, gaps=False)
    hat = np.full((6, 6, 3), 1e4)
    hat[np.arange(6), np.arange(6)] = 1.0
    with pytest.raises(NotConvergedError, match="balanced closure") as error:
        solve(calibrate(data), Shock(trade_cost_hat=hat), max_iterations=600)
    assert len(error.value.residuals) > 100


def test_nobody_lives_on_a_negative_income() -> None:
    """The equations can hold where a surplus that is held exceeds what its economy earns; that is no equilibrium."""
    model = calibrate(random_dataset(4, 3, seed=8))
    with pytest.raises(NotConvergedError, match="positive incomes: E03 would have to give away more"):
        solve(model.with_closure(model.closure.scaled(0.25)), everything(4, 3, 8, 1.5))
    gift = np.array([1.0, 1.0, 1.0, -3.0]) * model.income[3]
    with pytest.raises(NotConvergedError):
        solve(model, Shock(transfer=gift))


def test_costs_that_leave_no_seller_are_named() -> None:
    data = random_dataset(4, 3, tariffs=False)
    hat = np.ones((4, 4, 3))
    hat[:, 3, 2] = 1e300
    with pytest.raises(InputError, match="S2 in E03: costs leave no seller"):
        solve(calibrate(data), Shock(trade_cost_hat=hat, theta=np.array([3.0, 6.0, 9.0])))


def test_large_elasticities_do_not_overflow() -> None:
    data = replace(random_dataset(5, 3, gaps=False), theta=np.array([2.0, 65.0, 100.0]))
    solution = solve(calibrate(data), costs_only(data, 1, 0.05))
    assert solution.certificate.max_residual <= 1e-10


def test_wrong_shocks_are_named_with_their_cells() -> None:
    data = random_dataset()
    model = calibrate(data)
    hat = np.ones((4, 4, 3))
    hat[2, 1, 0] = np.nan
    with pytest.raises(InputError, match="nan at E02, E01, S0"):
        solve(model, Shock(trade_cost_hat=hat))
    with pytest.raises(InputError, match=r"labour_hat.*E03"):
        solve(model, Shock(labour_hat=np.array([1.0, 1.0, 1.0, 0.0])))
    with pytest.raises(InputError) as error:
        solve(model, Shock(trade_cost_hat=hat, theta=np.zeros(3), productivity_hat=np.ones(3)))
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match=r"closure.*nearest: balanced"):
        calibrate(data, closure="balancd")


def test_closure_of_ones_own() -> None:
    data = random_dataset()
    share = np.array([0.01, -0.01, 0.0, 0.0])
    with pytest.raises(InputError, match="settle=True"):
        calibrate(data, closure=Closure("gift", share))
    with pytest.raises(InputError, match="not finite"):
        calibrate(data, closure=Closure("gift", np.full(4, np.nan)))
    model = calibrate(data, closure=Closure("gift", share), settle=True)
    np.testing.assert_allclose(model.deficit, share * model.labour_income.sum())
    solution = solve(model, Shock())
    np.testing.assert_allclose(solution.real_income_hat, 1.0, rtol=1e-9)
    assert certify(model, Shock(), solution).max_residual < 1e-9
