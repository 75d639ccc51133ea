"""One round of the equilibrium's equations, written once for numpy and jax.numpy.

Every function takes the array namespace `xp` first and changes nothing in place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landbridge.economy.model import Model
from landbridge.economy.shock import (
    Shock,
    endowed_income,
    new_tariff,
    new_theta,
    reweighted,
    transfers,
)
from landbridge.errors import InputError, Problem

Array = Any


class Coefficients(NamedTuple):
    """Arrays of a model and a shock in the solver's layout: sector first where sellers meet buyers."""

    theta: Array  # (s,)
    weight: Array  # (s, n, n) pi kappa^-theta
    net_weight: Array  # (s, n, n) the same over one plus the tariff
    log_productivity: Array  # (n, s)
    labour_income: Array  # (n,) at base wages, with the shock's endowments
    deficit: Array  # (n,) the part that does not move with own income
    wage_step: Array  # (n,)
    own: Array  # (n,) deficit over own labour income
    world_income: Array  # () labour income of the world
    labour_share: Array  # (n, s) beta
    final_share: Array  # (n, s) alpha
    expenditure: Array  # (n, s) base
    bought: Array  # (n, s)
    input_share: Array  # (n, r, t) gamma
    cost_share: Array  # (n, t, r) gamma transposed
    price_step: Array  # (n, r, r) inverse of one less the own loop
    spending_step: Array  # (n, r, r)


# Fields that a shock can change; the others come from the model alone.
BY_SHOCK = Coefficients._fields[:7]


def coefficients(model: Model, shock: Shock, weight: np.ndarray | None = None) -> Coefficients:
    """The arrays of a round.

    weight: (n, n, s) of `reweighted`, where it is known. Raises InputError where the shock leaves a buyer without a
    seller, or an economy without a buyer.
    """
    theta = new_theta(model, shock)
    if weight is None:
        weight = reweighted(model, shock)
    if weight is not model.import_share:
        _check_reach(model, weight)
    tariff = new_tariff(model, shock)
    by_sector = np.ascontiguousarray(weight.transpose(2, 0, 1))
    net = by_sector
    if tariff.any():
        net = np.ascontiguousarray((weight / (1.0 + tariff)).transpose(2, 0, 1))
    labour_income = endowed_income(model, shock)
    world_income = model.labour_income.sum()
    return Coefficients(
        theta=theta,
        weight=by_sector,
        net_weight=net,
        log_productivity=(
            np.zeros(model.size) if shock.productivity_hat is None else np.log(shock.productivity_hat)
        ),
        labour_income=labour_income,
        deficit=(model.closure.share + transfers(model, shock)) * world_income,
        wage_step=1.0 / _labour_elasticity(model, theta),
        own=model.closure.own_rate,
        world_income=np.asarray(world_income),
        labour_share=model.labour_share,
        final_share=model.final_share,
        expenditure=model.expenditure,
        bought=model.bought,
        input_share=model.input_share,
        cost_share=model.loops.cost_share,
        price_step=model.loops.price_step,
        spending_step=model.loops.spending_step,
    )


def _check_reach(model: Model, weight: np.ndarray) -> None:
    """Costs so high that floating point sees no trade at all may leave someone without a seller or a buyer."""
    sums = weight.sum(0)
    unserved = model.bought & ~((sums > 0) & np.isfinite(sums))
    unsold = ~(np.einsum("ijr,jr->i", weight, model.expenditure) > 0)
    problems = [
        Problem(
            f"shock, {model.sectors[r]} in {model.economies[j]}",
            "costs leave no seller that it can buy from, or make one all but free",
            "check the cost changes and the trade elasticity, or give it home production in the base",
        )
        for j, r in np.argwhere(unserved)
    ]
    problems += [
        Problem(f"shock, {model.economies[i]}", "costs leave no buyer for anything it makes", "lower them")
        for i in np.flatnonzero(unsold)
    ]
    if problems:
        raise InputError(problems)


def _labour_elasticity(model: Model, theta: np.ndarray) -> np.ndarray:
    """(n,) roughly how far the demand for an economy's labour falls when its wage rises: one plus lost sales."""
    return 1.0 + (model.labour_share**2 * model.loops.exposed * theta).sum(1) / model.labour_income


def unpack(point: Array, n: int, s: int) -> tuple[Array, Array, Array]:
    """Log wages (n,), log prices (n, s) and log spending over base (n, s)."""
    return point[:n], point[n : n + n * s].reshape(n, s), point[n + n * s :].reshape(n, s)


def deficits(c: Coefficients, wage_income: Array) -> Array:
    """Deficits (n,) at labour incomes (n,): see `Closure`."""
    mean = (c.own * wage_income).sum() / wage_income.sum()
    return c.deficit + (c.own - mean) * wage_income


def one_round(xp: Any, c: Coefficients, point: Array, has_tariff: bool) -> tuple[Array, Array]:
    """The largest relative gap at a point, and the plain step from there.

    point: (n + 2 n s,) log wages, prices and spending over base. Prices and spending take the step that closes each
    economy's own input-output loop exactly; wages move by the labour market's gap over its own elasticity.
    """
    n, s = c.bought.shape
    log_wage, log_price, log_spending = unpack(point, n, s)
    log_cost = (
        c.labour_share * log_wage[:, None]
        + xp.matmul(c.cost_share, log_price[:, :, None])[:, :, 0]
        - c.log_productivity
    )
    # Costs are counted from their mean so that large elasticities do not overflow.
    level = log_cost.mean(0)
    appeal = xp.exp(-c.theta * (log_cost - level))
    total = xp.matmul(appeal.T[:, None, :], c.weight)[:, 0, :].T
    total = xp.where(c.bought, total, 1.0)
    price_gap = xp.where(c.bought, level - xp.log(total) / c.theta - log_price, 0.0)

    spending = c.expenditure * xp.exp(log_spending)
    claim = spending / total
    output = appeal * xp.matmul(c.net_weight, claim.T[:, :, None])[:, :, 0].T
    wage_income = xp.exp(log_wage) * c.labour_income
    income = wage_income + deficits(c, wage_income)
    if has_tariff:
        net = claim * xp.matmul(appeal.T[:, None, :], c.net_weight)[:, 0, :].T
        income = income + (spending - net).sum(1)
    demand = xp.matmul(c.input_share, output[:, :, None])[:, :, 0] + c.final_share * income[:, None]
    excess = xp.where(c.bought, demand - spending, 0.0)
    safe = xp.where(c.bought, spending, 1.0)
    paid = (c.labour_share * output).sum(1)
    labour_gap = paid / wage_income - 1.0
    level_gap = xp.log(wage_income.sum() / c.world_income)
    gap = xp.maximum(
        xp.maximum(xp.abs(c.theta * price_gap).max(), xp.abs(excess / safe).max()),
        xp.maximum(xp.abs(labour_gap).max(), xp.abs(level_gap)),
    )

    price_move = xp.matmul(c.price_step, price_gap[:, :, None])[:, :, 0]
    spending_move = xp.matmul(c.spending_step, excess[:, :, None])[:, :, 0]
    spending_move = xp.log1p(xp.maximum(spending_move / safe, -0.9))
    wage_move = xp.log(paid / wage_income) * c.wage_step
    # The world's labour income is the unit of money.
    wage_move = wage_move - xp.log((xp.exp(wage_move) * wage_income).sum() / c.world_income)
    return gap, xp.concatenate(
        [
            wage_move,
            xp.where(c.bought, price_move, 0.0).ravel(),
            xp.where(c.bought, spending_move, 0.0).ravel(),
        ]
    )
