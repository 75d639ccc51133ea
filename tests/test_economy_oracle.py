"""The equilibrium in changes against one in levels, written down independently and solved by scipy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime, root

from landbridge.economy import Dataset, Shock, calibrate, from_arrays, solve

CLOSURES = ("world_share", "own_income", "balanced")
N, S = 3, 2


@dataclass(frozen=True)
class World:
    """Technologies and tastes in levels: nothing is a share or a change of a base."""

    theta: np.ndarray
    technology: np.ndarray  # (i, s)
    distance: np.ndarray  # (i, j, s); infinite where there is no trade
    tariff: np.ndarray  # (i, j, s)
    labour: np.ndarray  # (i,)
    beta: np.ndarray  # (i, s)
    gamma: np.ndarray  # (i, r, s)
    alpha: np.ndarray  # (i, r)
    deficit: np.ndarray  # (i,) over the world's labour income
    own_deficit: np.ndarray  # (i,) over own labour income
    money: float  # the world's labour income


@dataclass(frozen=True)
class Levels:
    trade: np.ndarray
    inputs: np.ndarray
    final: np.ndarray
    wage: np.ndarray
    price: np.ndarray
    income: np.ndarray
    utility: np.ndarray


def levels(world: World) -> Levels:
    """Loops and scalars, in the paper's order: cost, price, share, spending, income, trade balance."""
    bought = np.isfinite(world.distance).any(0)

    def at(unknown: np.ndarray) -> tuple[np.ndarray, Levels]:
        wage = np.exp(unknown[:N])
        price = np.exp(unknown[N : N + N * S]).reshape(N, S)
        spending = np.exp(unknown[N + N * S :]).reshape(N, S) * bought
        trade = np.zeros((N, N, S))
        gap_price = np.zeros((N, S))
        cost = np.zeros((N, S))
        for i in range(N):
            for s in range(S):
                bundle = np.prod([price[i, r] ** world.gamma[i, r, s] for r in range(S)])
                cost[i, s] = wage[i] ** world.beta[i, s] * bundle / world.technology[i, s]
        revenue = np.zeros(N)
        for j in range(N):
            for s in range(S):
                if not bought[j, s]:
                    gap_price[j, s] = np.log(price[j, s])
                    continue
                delivered = [
                    cost[i, s] * world.distance[i, j, s] * (1.0 + world.tariff[i, j, s]) for i in range(N)
                ]
                appeal = np.array([d ** -world.theta[s] if np.isfinite(d) else 0.0 for d in delivered])
                gap_price[j, s] = np.log(price[j, s]) + np.log(appeal.sum()) / world.theta[s]
                paid = appeal / appeal.sum() * spending[j, s]
                trade[:, j, s] = paid / (1.0 + world.tariff[:, j, s])
                revenue[j] += (paid - trade[:, j, s]).sum()
        output = trade.sum(1)
        wages = wage * world.labour
        mean = (world.own_deficit * wages).sum() / wages.sum()
        income = wages + revenue + world.deficit * wages.sum() + (world.own_deficit - mean) * wages
        inputs = world.gamma * output[:, None, :]
        final = world.alpha * income[:, None]
        uses = inputs.sum(2) + final
        rest = unknown[-N * S :].reshape(N, S)
        gap_goods = np.where(bought, uses / np.where(bought, spending, 1.0) - 1.0, rest)
        gap_labour = np.log((world.beta * output).sum(1) / wages)
        # One labour market follows from the rest; the unit of money takes its place.
        gap_labour[0] = np.log(wages.sum() / world.money)
        index = np.prod(price**world.alpha, axis=1)
        found = Levels(trade, inputs, final, wage, price, income, income / index)
        return np.concatenate([gap_labour, gap_price.ravel(), gap_goods.ravel()]), found

    wage = np.log(world.money / world.labour.sum())
    start = np.full(N + 2 * N * S, wage)
    start[N + N * S :] = np.log(world.money / N)
    start[N : N + N * S] = np.where(bought.ravel(), wage, 0.0)

    def gaps_at(unknown: np.ndarray) -> np.ndarray:
        return at(unknown)[0]

    point = root(gaps_at, start, method="lm", tol=1e-13).x
    # It gets there from afar; Newton's steps give the last digits.
    for _ in range(3):
        point = point - np.linalg.solve(approx_fprime(point, gaps_at), gaps_at(point))
    gaps, found = at(point)
    assert np.abs(gaps).max() < 1e-10
    return found


def random_world(seed: int, closure: str, *, gaps: bool) -> World:
    draw = np.random.default_rng(seed)
    own = np.arange(N)
    distance = draw.uniform(1.2, 2.0, (N, N, S))
    tariff = draw.uniform(0.0, 0.3, (N, N, S))
    distance[own, own], tariff[own, own] = 1.0, 0.0
    gamma = draw.uniform(0.05, 0.3, (N, S, S))
    alpha = draw.uniform(0.2, 1.0, (N, S))
    if gaps:
        # Nobody buys the last economy's last good, and the first has no use for that good.
        distance[2, :, 1] = np.inf
        distance[:, 0, 1] = np.inf
        alpha[0, 1] = 0.0
        gamma[0, 1] = 0.0
        gamma[2, :, 1] = 0.0
    alpha /= alpha.sum(1, keepdims=True)
    deficit = draw.normal(size=N) * 0.03
    deficit -= deficit.mean()
    none = np.zeros(N)
    return World(
        theta=np.array([3.5, 7.0]),
        technology=np.exp(0.2 * draw.normal(size=(N, S))),
        distance=distance,
        tariff=tariff,
        labour=draw.uniform(0.5, 2.0, N),
        beta=1.0 - gamma.sum(1),
        gamma=gamma,
        alpha=alpha,
        deficit=deficit if closure == "world_share" else none,
        own_deficit=deficit if closure == "own_income" else none,
        money=30.0,
    )


def accounts(world: World, base: Levels) -> Dataset:
    return from_arrays(
        ["A", "B", "C"], ["x", "y"], base.trade, base.inputs, theta=world.theta, tariff=world.tariff
    )


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("seed", [1, 2])
def test_changes_agree_with_levels(seed: int, closure: str, gaps: bool) -> None:
    """Two worlds in levels, one before and one after everything moved, differ as the shock to the first says."""
    before = random_world(seed, closure, gaps=gaps)
    base = levels(before)
    draw = np.random.default_rng(100 + seed)
    cost = np.exp(0.3 * draw.normal(size=(N, N, S)))
    productivity = np.exp(0.3 * draw.normal(size=(N, S)))
    labour = np.exp(0.3 * draw.normal(size=N))
    tariff = draw.uniform(-0.05, 0.5, (N, N, S))
    transfer = draw.normal(size=N)
    transfer -= transfer.mean()
    after = replace(
        before,
        distance=before.distance * cost,
        technology=before.technology * productivity,
        labour=before.labour * labour,
        tariff=tariff,
        deficit=before.deficit + transfer / before.money,
    )
    expected = levels(after)
    model = calibrate(accounts(before, base), closure=closure)
    np.testing.assert_allclose(model.final_share, before.alpha, atol=1e-9)
    np.testing.assert_allclose(model.income, base.income, rtol=1e-9)
    shock = Shock(
        trade_cost_hat=cost,
        productivity_hat=productivity,
        tariff=tariff,
        labour_hat=labour,
        transfer=transfer,
    )
    found = solve(model, shock, tolerance=1e-12)
    np.testing.assert_allclose(found.wage_hat, expected.wage / base.wage, rtol=1e-8)
    np.testing.assert_allclose(found.income, expected.income, rtol=1e-8)
    np.testing.assert_allclose(found.trade, expected.trade, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found.real_income_hat, expected.utility / base.utility, rtol=1e-8)
    np.testing.assert_allclose(
        found.price_hat[model.bought], (expected.price / base.price)[model.bought], rtol=1e-8
    )


def test_other_elasticities_keep_the_base_shares() -> None:
    """With another elasticity the technologies that give the same base differ; the shock then acts in that world."""
    world = random_world(4, "balanced", gaps=False)
    base = levels(world)
    data = accounts(world, base)
    theta = np.array([6.0, 4.0])
    cost = np.exp(0.2 * np.random.default_rng(5).normal(size=(N, N, S)))
    paid = base.trade * (1.0 + world.tariff)
    share = paid / paid.sum(0)
    # Units in which wages and costs of the base are one: then delivered prices are share^(-1/theta).
    unit = replace(
        world,
        theta=theta,
        technology=np.ones((N, S)),
        distance=share ** (-1.0 / theta) / (1.0 + world.tariff),
        labour=world.labour * base.wage,
    )
    again = levels(unit)
    np.testing.assert_allclose(again.trade, base.trade, rtol=1e-7)
    expected = levels(replace(unit, distance=unit.distance * cost))
    found = solve(
        calibrate(data, closure="balanced"), Shock(trade_cost_hat=cost, theta=theta), tolerance=1e-12
    )
    np.testing.assert_allclose(found.real_income_hat, expected.utility / again.utility, rtol=1e-8)
