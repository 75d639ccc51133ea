"""From accounts to a model, and from one base to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landbridge.economy.model import Closure, Model, Shock, Solution
from landbridge.economy.solver import solve
from landbridge.errors import InputError, Problem, nearest
from landbridge.world.economy_base import EconomyBase

_CLOSURES = ("fixed", "balanced")


def calibrate(
    base: EconomyBase,
    theta: np.ndarray,
    *,
    closure: str | Closure = "fixed",
    tariff: np.ndarray | None = None,
) -> Model:
    """The model whose base year is the given accounts.

    theta: (s,) trade elasticities. closure: 'fixed' keeps each economy's deficit at its share of the world's labour
    income, 'balanced' removes deficits first and takes the balanced world as base, or a Closure of one's own. tariff:
    (n, n, s) ad valorem rates in the base; purchases in the accounts are then taken to exclude them, and final users
    to pay them.

    Sectors without output use labour only, which no one pays for; sectors that nobody buys have no price.

    Raises InputError for an unknown closure or accounts that make no model.
    """
    n, s = base.value_added.shape
    rates = np.zeros((n, n, s)) if tariff is None else np.asarray(tariff, float)
    paid = base.trade * (1.0 + rates)
    expenditure = paid.sum(0)
    output = base.trade.sum(1)
    safe = np.where(output > 0, output, 1.0)
    labour_income = base.value_added.sum(1)
    final = expenditure - base.inputs.sum(2)
    own = closure if isinstance(closure, Closure) else None
    if own is None and closure not in _CLOSURES:
        raise InputError(
            Problem(
                "closure",
                f"{closure!r} is not known",
                f"one of {_CLOSURES}; {nearest(str(closure), _CLOSURES)}",
            )
        )
    deficit = base.final_demand.sum(1) - labour_income
    model = Model(
        economies=base.economies,
        sectors=base.sectors,
        theta=np.asarray(theta, float),
        import_share=paid / np.where(expenditure > 0, expenditure, 1.0),
        expenditure=expenditure,
        labour_share=np.where(output > 0, base.value_added / safe, 1.0),
        input_share=np.where(output[:, None, :] > 0, base.inputs / safe[:, None, :], 0.0),
        final_share=final / final.sum(1, keepdims=True),
        labour_income=labour_income,
        tariff=rates,
        closure=own or Closure("fixed", deficit / labour_income.sum()),
    )
    return balanced(model) if closure == "balanced" else model


def rebased(model: Model, shock: Shock, solution: Solution) -> Model:
    """The model whose base is a solution of another: shares, spending and wages are those after the shock."""
    return replace(
        model,
        import_share=solution.import_share,
        expenditure=solution.expenditure,
        labour_income=model.labour_income * solution.wage_hat,
        tariff=model.tariff if shock.tariff is None else shock.tariff,
    )


def balanced(model: Model, *, steps: int = 4) -> Model:
    """The model without trade deficits: they are taken out in steps, each starting from the last."""
    start: Solution | None = None
    nothing = Shock()
    for step in range(1, steps + 1):
        closure = Closure("balanced", model.closure.share * (1.0 - step / steps))
        start = solve(model.with_closure(closure), nothing, start=start)
    assert start is not None
    flat = Closure("balanced", np.zeros_like(model.closure.share))
    return rebased(model.with_closure(flat), nothing, start)
