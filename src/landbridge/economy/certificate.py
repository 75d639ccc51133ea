"""Checks a solution against the equations, from the model and the solution's arrays alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.economy.model import Model, Shock, Solution, delivered_cost_hat, unit_cost_hat


@dataclass(frozen=True)
class Certificate:
    """How well the equations of an equilibrium hold.

    max_residual: the largest relative gap over prices, shares, goods markets, labour markets and real income.
    walras_gap: the world's payments to labour less its labour income, over the latter; zero if the books close.
    homogeneity_gap: how much relative gaps or real incomes change when all money doubles. iterations, seconds: effort.
    """

    max_residual: float
    walras_gap: float
    homogeneity_gap: float
    iterations: int = 0
    seconds: float = 0.0


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


def certify(model: Model, shock: Shock, solution: Solution, *, iterations: int = 0) -> Certificate:
    """The certificate of a solution; nothing of the solver is used."""
    gaps = _gaps(model, shock, solution, 1.0)
    doubled = _gaps(model, shock, solution, 2.0)
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


def _gaps(model: Model, shock: Shock, solution: Solution, money: float) -> _Gaps:
    """Relative gaps of every equation, with all wages, prices and spending times `money`."""
    wage, price = money * solution.wage_hat, np.where(model.bought, money, 1.0) * solution.price_hat
    spending = money * solution.expenditure
    bought = model.bought
    tariff = model.tariff if shock.tariff is None else shock.tariff

    cost = unit_cost_hat(model, shock, wage, np.where(bought, price, 1.0))
    delivered = (delivered_cost_hat(model, shock) * cost[:, None, :]) ** -model.theta
    weight = model.import_share * delivered
    total = np.where(bought, weight.sum(0), 1.0)
    price_gap = np.where(bought, price * total ** (1.0 / model.theta) - 1.0, 0.0)
    share_gap = (solution.import_share - weight * np.where(bought, price, 1.0) ** model.theta)[:, bought]

    border_value = solution.import_share * spending / (1.0 + tariff)
    trade_gap = np.abs(money * solution.trade - border_value).sum(0) / np.where(bought, spending, 1.0)
    output = border_value.sum(1)
    revenue = (tariff * border_value).sum((0, 2))
    labour_income = wage * model.labour_income
    income = labour_income + model.closure.share * money * model.labour_income.sum() + revenue
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
