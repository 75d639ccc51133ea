"""Checks a solution against the equations, from the model and the solution's arrays alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.economy.model import Model
from landbridge.economy.shock import (
    Shock,
    endowed_income,
    new_tariff,
    new_theta,
    reweighted,
    transfers,
    unit_cost_hat,
)
from landbridge.economy.solution import Certificate, Solution
from landbridge.errors import InputError, Problem

# A relative gap above this is no rounding of a solution that was certified.
_STRANGE = 1e-7
_REMEDY = "the solution that `solve` gave for this model and this shock"


@dataclass(frozen=True)
class _Gaps:
    price: np.ndarray
    share: np.ndarray
    goods: np.ndarray
    labour: np.ndarray
    real_income: np.ndarray
    walras: float

    def largest(self) -> float:
        each = (self.price, self.share, self.goods, self.labour, self.real_income)
        return max(float(np.abs(gap).max()) for gap in each)


def certify(
    model: Model, shock: Shock, solution: Solution, *, iterations: int = 0, weight: np.ndarray | None = None
) -> Certificate:
    """The certificate of a solution; nothing of the solver is used.

    weight: (n, n, s) of `reweighted`, where it is known. Raises InputError for a shock or a solution of another size.
    """
    _check_size(model, shock, solution)
    if weight is None:
        weight = reweighted(model, shock)
    gaps = _gaps(model, shock, solution, 1.0, weight)
    doubled = _gaps(model, shock, solution, 2.0, weight)
    pairs = (
        (gaps.price, doubled.price),
        (gaps.share, doubled.share),
        (gaps.goods, doubled.goods),
        (gaps.labour, doubled.labour),
        (gaps.real_income, doubled.real_income),
    )
    return Certificate(
        max_residual=gaps.largest(),
        walras_gap=gaps.walras,
        homogeneity_gap=max(float(np.abs(a - b).max()) for a, b in pairs),
        iterations=iterations,
    )


def check_belongs(model: Model, shock: Shock, solution: Solution) -> None:
    """Raises InputError for a solution that is not one of this shock to this model."""
    _check_size(model, shock, solution)
    gap = _gaps(model, shock, solution, 1.0, reweighted(model, shock)).largest()
    if not gap <= max(_STRANGE, 10.0 * solution.certificate.max_residual):
        raise InputError(Problem("solution", f"misses the equations of this shock by {gap:.1e}", _REMEDY))


def _check_size(model: Model, shock: Shock, solution: Solution) -> None:
    shock.check(model)
    if solution.trade.shape != model.import_share.shape:
        raise InputError(Problem("solution", f"has trade of shape {solution.trade.shape}", _REMEDY))


def _gaps(model: Model, shock: Shock, solution: Solution, money: float, weight: np.ndarray) -> _Gaps:
    """Relative gaps of every equation, with all wages, prices and spending times `money`.

    weight: (n, n, s) pi kappa^-theta. Arrays of that size are worked on in place, because they are what costs time.
    """
    wage, price = money * solution.wage_hat, np.where(model.bought, money, 1.0) * solution.price_hat
    spending = money * solution.expenditure
    bought = model.bought
    tariff, theta = new_tariff(model, shock), new_theta(model, shock)

    cost = unit_cost_hat(model, shock, wage, np.where(bought, price, 1.0))
    # Costs and prices are counted from their mean so that large elasticities do not overflow.
    level = np.exp(np.log(cost).mean(0))
    share = weight * ((cost / level) ** -theta)[:, None, :]
    total = np.where(bought, share.sum(0), 1.0)
    price_gap = np.where(bought, price / level * total ** (1.0 / theta) - 1.0, 0.0)
    share *= np.where(bought, (price / level) ** theta, 0.0)
    share -= solution.import_share
    share_gap = np.abs(share, out=share).max(0)

    border_value = solution.import_share * spending
    revenue = np.zeros(len(wage))
    if tariff.any():
        border_value /= 1.0 + tariff
        revenue = (tariff * border_value).sum((0, 2))
    output = border_value.sum(1)
    border_value -= money * solution.trade
    trade_gap = np.abs(border_value, out=border_value).sum(0) / np.where(bought, spending, 1.0)
    labour_income = wage * endowed_income(model, shock)
    income = labour_income + model.closure.plus(transfers(model, shock)).deficit(labour_income) + revenue
    demand = np.einsum("jrs,js->jr", model.input_share, output) + model.final_share * income[:, None]
    goods_gap = np.where(bought, demand / np.where(bought, spending, 1.0) - 1.0, demand / income.sum())
    paid = (model.labour_share * output).sum(1)
    index = np.exp((model.final_share * np.log(np.where(bought, price, 1.0))).sum(1))
    real_gap = income / model.income / index / solution.real_income_hat - 1.0
    income_gap = money * solution.income / income - 1.0
    return _Gaps(
        price=price_gap,
        share=share_gap,
        goods=np.stack([goods_gap, trade_gap]),
        labour=np.stack([paid / labour_income - 1.0, income_gap]),
        real_income=real_gap,
        walras=float(abs(paid.sum() - labour_income.sum()) / labour_income.sum()),
    )
