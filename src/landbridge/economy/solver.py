"""Solves for an equilibrium: wages, prices and spending together, in logs, accelerated, from any start.

Each round evaluates the equations once. Prices and spending take a step that solves each economy's own input-output
loop exactly, so that only the links through trade are left to iterate; wages move by the gap of the labour market over
its own elasticity. Anderson's method combines the rounds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from landbridge.economy.anderson import Anderson
from landbridge.economy.certificate import Certificate, certify
from landbridge.economy.model import Model, Shock, Solution, delivered_cost_hat, unit_cost_hat
from landbridge.economy.welfare import real_income_hat
from landbridge.errors import NotConvergedError

_MEMORY = 12
# A round whose gap exceeds the best so far by this factor restarts the acceleration from the best point.
_WORSE = 1e3


@dataclass(frozen=True)
class _Prepared:
    """Arrays of a model and a shock in the solver's layout: sector first where sellers meet buyers."""

    weight: np.ndarray  # (s, n, n) pi kappa^-theta
    net_weight: np.ndarray  # (s, n, n) the same over one plus the tariff
    has_tariff: bool
    log_productivity: np.ndarray  # (n, s)
    inputs: np.ndarray  # (n, r, t) gamma
    costs: np.ndarray  # (n, t, r) gamma transposed
    price_step: np.ndarray  # (n, r, r) inverse of one less the own loop
    spending_step: np.ndarray  # (n, r, r)
    wage_step: np.ndarray  # (n,)
    deficit: np.ndarray  # (n,)
    bought: np.ndarray  # (n, s)


def solve(
    model: Model,
    shock: Shock,
    start: Solution | None = None,
    *,
    tolerance: float = 1e-10,
    max_iterations: int = 400,
) -> Solution:
    """The equilibrium after a shock.

    start: a nearby solution of the same economies and sectors, to begin from. tolerance: largest relative gap left in
    any price, goods market or labour market.

    Raises InputError for a shock that does not fit the model, NotConvergedError when the gaps stay above the tolerance.
    """
    began = time.perf_counter()
    shock.check(model)
    prepared = _prepare(model, shock)
    point = _start(model, start)
    memory = Anderson(point.size, _MEMORY)
    history: list[float] = []
    best = (np.inf, point)
    damping = 1.0
    for iteration in range(1, max_iterations + 1):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            gap, step = _round(model, prepared, point)
        history.append(gap)
        # The certificate also counts what a gap in prices does to shares, sales and incomes.
        if gap <= tolerance / 4.0:
            solution = _solution(model, shock, point, iteration, began)
            if solution.certificate.max_residual <= tolerance:
                return solution
        if gap < best[0]:
            best = (gap, point)
        if not np.isfinite(gap) or not np.isfinite(step).all() or gap > _WORSE * best[0]:
            # Back to the best point, with shorter steps from there.
            damping *= 0.5
            memory.forget()
            if not np.isfinite(best[0]) or damping < 1e-3:
                break
            point = best[1]
            _, step = _round(model, prepared, point)
        point = memory.next(point, damping * step)
        damping = min(1.0, 1.1 * damping)
    raise NotConvergedError(
        f"no equilibrium within {tolerance:g} after {len(history)} rounds: the smallest gap was {best[0]:.2e}; "
        "split the shock into smaller ones and start each from the last solution, allow more rounds, "
        "or look for very large trade elasticities",
        history,
    )


def _prepare(model: Model, shock: Shock) -> _Prepared:
    n, s = model.expenditure.shape
    weight = model.import_share
    if shock.trade_cost_hat is not None or shock.tariff is not None:
        kappa = delivered_cost_hat(model, shock)
        changed = kappa != 1.0
        weight = weight.copy()
        weight[changed] *= np.exp(
            -np.broadcast_to(model.theta, kappa.shape)[changed] * np.log(kappa[changed])
        )
    tariff = model.tariff if shock.tariff is None else shock.tariff
    has_tariff = bool(tariff.any())
    by_sector = np.ascontiguousarray(weight.transpose(2, 0, 1))
    own = np.arange(n)
    home = model.import_share[own, own]
    costs = np.ascontiguousarray(model.input_share.transpose(0, 2, 1))
    unit = np.eye(s)
    return _Prepared(
        weight=by_sector,
        net_weight=np.ascontiguousarray((weight / (1.0 + tariff)).transpose(2, 0, 1))
        if has_tariff
        else by_sector,
        has_tariff=has_tariff,
        log_productivity=np.zeros((n, s))
        if shock.productivity_hat is None
        else np.log(shock.productivity_hat),
        inputs=model.input_share,
        costs=costs,
        price_step=np.linalg.inv(unit - home[:, :, None] * costs),
        spending_step=np.linalg.inv(unit - model.input_share * home[:, None, :]),
        wage_step=1.0 / _labour_elasticity(model),
        deficit=model.deficit,
        bought=model.bought,
    )


def _labour_elasticity(model: Model) -> np.ndarray:
    """(n,) roughly how far the demand for an economy's labour falls when its wage rises: one plus lost sales."""
    sold = model.import_share * model.expenditure
    output = sold.sum(1)
    # Sales weighted by how much of the market others hold.
    exposed = (sold * (1.0 - model.import_share)).sum(1)
    paid = model.labour_share * output
    lost = (model.labour_share * exposed * model.theta * model.labour_share).sum(1)
    return 1.0 + lost / paid.sum(1)


def _start(model: Model, start: Solution | None) -> np.ndarray:
    n, s = model.expenditure.shape
    if start is None or start.expenditure.shape != (n, s):
        return np.zeros(n + 2 * n * s)
    spending = np.where(model.bought, start.expenditure / np.where(model.bought, model.expenditure, 1.0), 1.0)
    price = np.where(model.bought, start.price_hat, 1.0)
    return np.concatenate([np.log(start.wage_hat), np.log(price).ravel(), np.log(spending).ravel()])


def _unpack(model: Model, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log wages (n,), log prices (n, s) and log spending over base (n, s)."""
    n, s = model.expenditure.shape
    return point[:n], point[n : n + n * s].reshape(n, s), point[n + n * s :].reshape(n, s)


def _round(model: Model, prepared: _Prepared, point: np.ndarray) -> tuple[float, np.ndarray]:
    """The largest relative gap at a point, and the plain step from there."""
    log_wage, log_price, log_spending = _unpack(model, point)
    bought, theta = prepared.bought, model.theta
    log_cost = (
        model.labour_share * log_wage[:, None]
        + np.matmul(prepared.costs, log_price[:, :, None])[:, :, 0]
        - prepared.log_productivity
    )
    appeal = np.exp(-theta * log_cost)
    total = np.matmul(appeal.T[:, None, :], prepared.weight)[:, 0, :].T
    price_gap = np.where(bought, -np.log(np.where(bought, total, 1.0)) / theta - log_price, 0.0)

    spending = model.expenditure * np.exp(log_spending)
    claim = spending / np.where(bought, total, 1.0)
    output = appeal * np.matmul(prepared.net_weight, claim.T[:, :, None])[:, :, 0].T
    wage_income = np.exp(log_wage) * model.labour_income
    income = wage_income + prepared.deficit
    if prepared.has_tariff:
        net = claim * np.matmul(appeal.T[:, None, :], prepared.net_weight)[:, 0, :].T
        income = income + (spending - net).sum(1)
    demand = np.matmul(prepared.inputs, output[:, :, None])[:, :, 0] + model.final_share * income[:, None]
    excess = np.where(bought, demand - spending, 0.0)
    spending_gap = excess / np.where(bought, spending, 1.0)
    paid = (model.labour_share * output).sum(1)
    labour_gap = paid / wage_income - 1.0
    level_gap = float(np.log(wage_income.sum() / model.labour_income.sum()))
    gap = max(
        np.abs(theta * price_gap).max(), np.abs(spending_gap).max(), np.abs(labour_gap).max(), abs(level_gap)
    )

    price_move = np.matmul(prepared.price_step, price_gap[:, :, None])[:, :, 0]
    spending_move = np.matmul(prepared.spending_step, excess[:, :, None])[:, :, 0]
    spending_move = np.log1p(np.maximum(spending_move / np.where(bought, spending, 1.0), -0.9))
    # The world's labour income is the unit of money.
    wage_move = np.log(paid / wage_income) * prepared.wage_step
    moved = (np.exp(wage_move) * wage_income).sum()
    wage_move = wage_move - np.log(moved / model.labour_income.sum())
    return float(gap), np.concatenate(
        [wage_move, np.where(bought, price_move, 0.0).ravel(), np.where(bought, spending_move, 0.0).ravel()]
    )


def _solution(model: Model, shock: Shock, point: np.ndarray, iterations: int, began: float) -> Solution:
    """The arrays of a solved point, with their certificate."""
    log_wage, log_price, log_spending = _unpack(model, point)
    wage_hat, price_hat = np.exp(log_wage), np.exp(log_price)
    tariff = model.tariff if shock.tariff is None else shock.tariff
    cost = unit_cost_hat(model, shock, wage_hat, price_hat)
    relative = np.log(delivered_cost_hat(model, shock) * cost[:, None, :]) - log_price
    import_share = model.import_share * np.exp(-model.theta * relative)
    expenditure = model.expenditure * np.exp(log_spending)
    trade = import_share * expenditure / (1.0 + tariff)
    income = wage_hat * model.labour_income + model.deficit + (tariff * trade).sum((0, 2))
    solution = Solution(
        wage_hat=wage_hat,
        price_hat=price_hat,
        expenditure=expenditure,
        import_share=import_share,
        trade=trade,
        real_income_hat=real_income_hat(model, income, price_hat),
        income=income,
        certificate=Certificate(np.inf, np.inf, np.inf),
    )
    certificate = certify(model, shock, solution, iterations=iterations)
    return replace(solution, certificate=replace(certificate, seconds=time.perf_counter() - began))
