"""The trade equilibrium: laws that must hold, closed forms, and a published case."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbridge.economy import (
    Model,
    Shock,
    Solution,
    balanced,
    calibrate,
    certify,
    rebased,
    solve,
)
from landbridge.economy.shock import reweighted
from landbridge.economy.solver import solution_at, starting_point
from landbridge.errors import InputError, NotConvergedError
from landbridge.world.economy_base import EconomyBase, economy_base, load_economy_base, load_elasticities


def small_world(n: int = 4, s: int = 3, seed: int = 1, inputs: bool = True) -> EconomyBase:
    """Random accounts with home bias; the last economy makes none of the last sector, the first buys none of it."""
    draw = np.random.default_rng(seed)
    trade = draw.uniform(1.0, 20.0, (n, n, s))
    trade[np.arange(n), np.arange(n)] *= 8.0
    if s > 1:
        trade[-1, :, -1] = 0.0
        trade[:, 0, -1] = 0.0
    use = np.zeros((n, s, s))
    if inputs:
        pattern = draw.uniform(0.2, 1.0, (n, s, s))
        least = np.minimum(trade.sum(1)[:, None, :], trade.sum(0)[:, :, None])
        use = 0.6 * pattern * least / s
    codes = tuple(f"E{k:02d}" for k in range(n))
    return economy_base(codes, tuple(f"S{k}" for k in range(s)), 2022, trade, use)


def theta_of(base: EconomyBase) -> np.ndarray:
    return np.linspace(3.0, 9.0, len(base.sectors))


def cheaper_imports(base: EconomyBase, buyer: int, factor: float) -> Shock:
    hat = np.ones(base.trade.shape)
    hat[:, buyer] = factor
    hat[buyer, buyer] = 1.0
    return Shock(trade_cost_hat=hat)


def random_shock(base: EconomyBase, seed: int, size: float = 0.1) -> Shock:
    draw = np.random.default_rng(seed)
    hat = np.exp(size * draw.normal(size=base.trade.shape))
    own = np.arange(len(base.economies))
    hat[own, own] = 1.0
    return Shock(trade_cost_hat=hat, productivity_hat=np.exp(size * draw.normal(size=base.value_added.shape)))


@cache
def shipped() -> Model:
    return calibrate(load_economy_base(), load_elasticities().theta)


def corridor(percent: float) -> Shock:
    base = load_economy_base()
    hat = np.ones(base.trade.shape)
    members = [base.economies.index(code) for code in ("CHN", "KAZ", "UZB", "KGZ", "RUS")]
    for i in members:
        for j in members:
            if i != j:
                hat[i, j, :22] = 1.0 - percent / 100.0
    return Shock(trade_cost_hat=hat)


@pytest.mark.parametrize("world", ["small", "shipped"])
def test_no_shock_changes_nothing(world: str) -> None:
    base = small_world() if world == "small" else load_economy_base()
    model = calibrate(base, theta_of(base)) if world == "small" else shipped()
    solution = solve(model, Shock())
    assert np.abs(solution.real_income_hat - 1.0).max() < 1e-13
    assert np.abs(solution.wage_hat - 1.0).max() < 1e-13
    np.testing.assert_allclose(solution.trade, base.trade, rtol=1e-12, atol=1e-9)


def test_shipped_base_solves_and_certifies() -> None:
    base = load_economy_base()
    solution = solve(shipped(), corridor(5.0))
    certificate = solution.certificate
    assert certificate.max_residual <= 1e-10
    assert certificate.walras_gap < 1e-10
    assert certificate.homogeneity_gap < 1e-10
    gain = 100.0 * (solution.real_income_hat - 1.0)
    assert gain[base.economies.index("KAZ")] > 0.1
    assert gain[base.economies.index("KAZ")] > gain[base.economies.index("CHN")] > 0
    for array in (solution.price_hat, solution.trade, solution.expenditure, solution.import_share):
        assert np.isfinite(array).all()


def test_warm_start_gives_the_same_equilibrium() -> None:
    cold = solve(shipped(), corridor(5.0))
    warm = solve(shipped(), corridor(5.0), start=solve(shipped(), corridor(4.9)))
    assert warm.certificate.iterations <= cold.certificate.iterations
    assert np.abs(warm.real_income_hat - cold.real_income_hat).max() < 1e-10
    again = solve(shipped(), corridor(5.0), start=cold)
    assert again.certificate.iterations == 1


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), size=st.floats(0.01, 0.3))
def test_laws_hold_after_any_shock(seed: int, size: float) -> None:
    base = small_world(seed=seed)
    model = calibrate(base, theta_of(base))
    shock = random_shock(base, seed, size)
    solution = solve(model, shock)
    imports = solution.trade.sum(0).sum(1)
    exports = solution.trade.sum(1).sum(1)
    np.testing.assert_allclose(imports - exports, model.deficit, atol=1e-8 * exports.max())
    assert solution.certificate.walras_gap < 1e-10
    assert solution.certificate.homogeneity_gap < 1e-10
    np.testing.assert_allclose(solution.import_share.sum(0)[model.bought], 1.0, atol=1e-9)
    assert not solution.trade[:, 0, -1].any()
    assert not solution.trade[-1, :, -1].any()


def test_order_of_economies_and_sectors_does_not_matter() -> None:
    base = small_world(5, 4)
    order, sectors = np.array([3, 0, 4, 1, 2]), np.array([2, 0, 3, 1])
    turned = economy_base(
        tuple(base.economies[k] for k in order),
        tuple(base.sectors[k] for k in sectors),
        2022,
        base.trade[np.ix_(order, order, sectors)],
        base.inputs[np.ix_(order, sectors, sectors)],
    )
    theta = theta_of(base)
    shock = random_shock(base, 7)
    assert shock.trade_cost_hat is not None
    assert shock.productivity_hat is not None
    other = Shock(
        shock.trade_cost_hat[np.ix_(order, order, sectors)], shock.productivity_hat[np.ix_(order, sectors)]
    )
    one = solve(calibrate(base, theta), shock, tolerance=1e-12)
    two = solve(calibrate(turned, theta[sectors]), other, tolerance=1e-12)
    np.testing.assert_allclose(two.real_income_hat, one.real_income_hat[order], rtol=1e-11)


def test_money_is_a_unit() -> None:
    base = small_world()
    scaled = economy_base(base.economies, base.sectors, 2022, 1000.0 * base.trade, 1000.0 * base.inputs)
    shock = random_shock(base, 3)
    one, two = (solve(calibrate(b, theta_of(base)), shock, tolerance=1e-12) for b in (base, scaled))
    np.testing.assert_allclose(two.real_income_hat, one.real_income_hat, rtol=1e-11)
    np.testing.assert_allclose(two.trade, 1000.0 * one.trade, rtol=1e-10)


@pytest.mark.parametrize("inputs", [False, True])
def test_one_sector_follows_the_home_share(inputs: bool) -> None:
    """Real income moves with the home share to the power -1/(theta beta): Arkolakis et al. (2012, AER 102(1))."""
    base = small_world(5, 1, inputs=inputs)
    model = balanced(calibrate(base, np.array([4.0])))
    hat = np.exp(0.2 * np.random.default_rng(5).normal(size=base.trade.shape))
    hat[np.arange(5), np.arange(5)] = 1.0
    solution = solve(model, Shock(trade_cost_hat=hat), tolerance=1e-12)
    own = np.arange(5)
    home = solution.import_share[own, own, 0] / model.import_share[own, own, 0]
    assert np.abs(np.log(home)).max() > 0.01
    expected = home ** (-1.0 / (4.0 * model.labour_share[:, 0]))
    np.testing.assert_allclose(solution.real_income_hat, expected, rtol=1e-8)


def test_many_sectors_follow_the_home_shares_through_inputs() -> None:
    """The same with input links: log P - log w solves (I - gamma') x = log(home share) / theta."""
    base = small_world(5, 3, seed=8)
    model = balanced(calibrate(base, theta_of(base)))
    shock = random_shock(base, 4)
    solution = solve(model, Shock(trade_cost_hat=shock.trade_cost_hat), tolerance=1e-12)
    for j in range(1, 4):  # economies that make and buy everything
        home = solution.import_share[j, j] / model.import_share[j, j]
        relative = np.linalg.solve(np.eye(3) - model.input_share[j].T, np.log(home) / model.theta)
        expected = np.exp(-(model.final_share[j] * relative).sum())
        assert solution.real_income_hat[j] == pytest.approx(expected, rel=1e-8)


def test_productivity_everywhere_raises_everyone_alike() -> None:
    base = small_world(inputs=False)
    model = balanced(calibrate(base, theta_of(base)))
    solution = solve(model, Shock(productivity_hat=np.full(base.value_added.shape, 1.1)))
    np.testing.assert_allclose(solution.real_income_hat, 1.1, rtol=1e-9)


def symmetric_world() -> EconomyBase:
    trade = np.full((3, 3, 2), 10.0)
    trade[np.arange(3), np.arange(3)] = 60.0
    return economy_base(("AAA", "BBB", "CCC"), ("X", "Y"), 2022, trade, np.full((3, 2, 2), 15.0))


def test_cheaper_imports_raise_own_real_income() -> None:
    base = symmetric_world()
    model = calibrate(base, np.array([4.0, 6.0]))
    small, large = (solve(model, cheaper_imports(base, 0, f)).real_income_hat for f in (0.95, 0.9))
    assert 1.0 < small[0] < large[0]
    assert large[1] == pytest.approx(large[2], rel=1e-9)
    dearer = solve(model, cheaper_imports(base, 0, 1.1)).real_income_hat
    assert dearer[0] < 1.0


def test_small_changes_follow_the_envelope() -> None:
    """To first order the world gains what it saves: imports times the fall of their cost (efficient equilibrium)."""
    base = symmetric_world()
    model = calibrate(base, np.array([4.0, 6.0]))
    step = 1e-4
    solution = solve(model, cheaper_imports(base, 0, 1.0 - step), tolerance=1e-13)
    gained = (model.income * np.log(solution.real_income_hat)).sum()
    saved = step * (base.trade[:, 0].sum() - base.trade[0, 0].sum())
    assert gained == pytest.approx(saved, rel=1e-3)


def test_tariff_revenue_returns_to_the_buyer() -> None:
    base = small_world()
    model = calibrate(base, theta_of(base))
    tariff = np.zeros(base.trade.shape)
    tariff[1:, 0] = 0.2
    solution = solve(model, Shock(tariff=tariff))
    revenue = (tariff * solution.trade).sum((0, 2))
    labour = model.labour_income * solution.wage_hat
    np.testing.assert_allclose(solution.income, labour + model.deficit + revenue, rtol=1e-9)
    assert revenue[0] > 0
    # Taking the tariff away again from a base that has it leads back.
    back = solve(rebased(model, Shock(tariff=tariff), solution), Shock(tariff=np.zeros_like(tariff)))
    np.testing.assert_allclose(back.real_income_hat * solution.real_income_hat, 1.0, rtol=1e-8)


def test_base_tariffs_are_paid_by_buyers() -> None:
    base = small_world()
    tariff = np.full(base.trade.shape, 0.1)
    tariff[np.arange(4), np.arange(4)] = 0.0
    model = calibrate(base, theta_of(base), tariff=tariff)
    solution = solve(model, Shock())
    assert np.abs(solution.real_income_hat - 1.0).max() < 1e-12
    np.testing.assert_allclose(solution.trade, base.trade, rtol=1e-10, atol=1e-9)


def test_balanced_closure_has_no_deficits() -> None:
    base = small_world()
    model = calibrate(base, theta_of(base), closure="balanced")
    assert not model.closure.share.any()
    solution = solve(model, random_shock(base, 2))
    np.testing.assert_allclose(solution.trade.sum((0, 2)), solution.trade.sum((1, 2)), rtol=1e-8)
    assert abs(calibrate(base, theta_of(base)).deficit).max() > 1.0


@pytest.mark.parametrize(
    "field", ["wage_hat", "price_hat", "expenditure", "import_share", "real_income_hat", "income"]
)
def test_certificate_sees_tampering(field: str) -> None:
    base = small_world()
    model, shock = calibrate(base, theta_of(base)), random_shock(base, 6)
    solution = solve(model, shock)
    assert certify(model, shock, solution).max_residual < 1e-9
    array = getattr(solution, field).copy()
    array[1, ...] *= 1.0 + 1e-6
    assert certify(model, shock, replace(solution, **{field: array})).max_residual > 1e-8


def test_certificate_of_another_shock_fails() -> None:
    base = small_world()
    model = calibrate(base, theta_of(base))
    solution: Solution = solve(model, random_shock(base, 6))
    assert certify(model, Shock(), solution).max_residual > 1e-3


def test_not_converging_is_an_error_with_its_history() -> None:
    base = small_world()
    with pytest.raises(NotConvergedError, match="split the shock") as error:
        solve(calibrate(base, theta_of(base)), random_shock(base, 6), max_iterations=3)
    assert len(error.value.residuals) == 3
    assert error.value.residuals[-1] > 1e-10


def test_shocks_that_do_not_fit_are_named() -> None:
    base = small_world()
    model = calibrate(base, theta_of(base))
    with pytest.raises(InputError, match="trade_cost_hat"):
        solve(model, Shock(trade_cost_hat=np.ones((2, 2, 3))))
    hat = np.ones(base.trade.shape)
    hat[0, 1, 1] = 0.0
    with pytest.raises(InputError, match="not above 0"):
        solve(model, Shock(trade_cost_hat=hat))
    with pytest.raises(InputError, match="closure"):
        calibrate(base, theta_of(base), closure="balance")
    with pytest.raises(InputError, match="theta"):
        calibrate(base, -theta_of(base))


def test_weights_that_are_known_give_the_same_solution() -> None:
    base = small_world()
    model, shock = calibrate(base, theta_of(base)), random_shock(base, 3)
    point, weight = starting_point(model, solve(model, shock)), reweighted(model, shock)
    anew, known = solution_at(model, shock, point, 1), solution_at(model, shock, point, 1, weight)
    assert known.certificate == anew.certificate
    np.testing.assert_array_equal(known.trade, anew.trade)
