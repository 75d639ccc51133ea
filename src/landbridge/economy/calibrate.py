"""From accounts to a model, and from one base to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landbridge.economy.audit import audit
from landbridge.economy.certificate import check_belongs
from landbridge.economy.closure import Closure, closure_of
from landbridge.economy.dataset import Dataset, from_base
from landbridge.economy.model import Model
from landbridge.economy.shock import Shock, endowed_income, new_tariff, new_theta, transfers
from landbridge.economy.solution import Solution
from landbridge.economy.solver import solve
from landbridge.errors import InputError, Problem
from landbridge.world.economy_base import EconomyBase


def calibrate(
    data: Dataset | EconomyBase,
    theta: np.ndarray | None = None,
    *,
    closure: str | Closure = "world_share",
    tariff: np.ndarray | None = None,
    settle: bool = False,
) -> Model:
    """The model whose base year is the given accounts.

    data: a dataset, or an economy base with theta (s,) and, if any, tariff (n, n, s) beside it. closure: 'world_share'
    keeps each economy's deficit at its share of the world's labour income, 'own_income' at its share of the economy's
    own, 'balanced' removes deficits first and takes the balanced world as base; or a Closure of one's own. settle:
    accepts purchases that differ from uses, or deficits from the closure's, and takes as base the equilibrium that the
    shares imply.

    Sectors without output use labour only, which no one pays for; sectors that nobody buys have no price.

    Raises InputError with everything that an audit finds, for an unknown closure, or for one with deficits that the
    accounts do not have and are not settled to.
    """
    if isinstance(data, EconomyBase):
        if theta is None:
            raise InputError(Problem("theta", "is not given", "an economy base holds no elasticities"))
        data = from_base(data, theta, tariff=tariff)
    elif theta is not None or tariff is not None:
        raise InputError(
            Problem("calibrate", "theta or tariff given beside a dataset", "put them into the dataset")
        )
    audit(data, uses_add_up=not settle).check()
    output, expenditure = data.output, data.expenditure
    safe = np.where(output > 0, output, 1.0)
    paid = data.trade * (1.0 + data.tariff)
    labour_income = data.value_added.sum(1)
    deficit = data.trade.sum((0, 2)) - data.trade.sum((1, 2))
    final = np.maximum(data.final_demand, 0.0)
    # Sectors nobody buys cannot be part of a price index.
    final = np.where(expenditure > 0, final, 0.0)
    rule = closure if isinstance(closure, Closure) else closure_of(closure, deficit, labour_income)
    model = Model(
        economies=data.economies,
        sectors=data.sectors,
        theta=data.theta,
        import_share=paid / np.where(expenditure > 0, expenditure, 1.0),
        expenditure=expenditure,
        labour_share=np.where(output > 0, np.maximum(data.value_added, 0.0) / safe, 1.0),
        input_share=np.where(output[:, None, :] > 0, data.inputs / safe[:, None, :], 0.0),
        final_share=final / final.sum(1, keepdims=True),
        labour_income=labour_income,
        tariff=data.tariff,
        closure=rule,
    )
    if rule.name == "balanced" and rule.has_deficits:
        return balanced(model)
    apart = np.abs(model.deficit - deficit).max() / labour_income.sum()
    if isinstance(closure, Closure) and not settle and apart > 1e-9:
        raise InputError(
            Problem(
                "closure", "has other deficits than the accounts", "settle=True takes its equilibrium as base"
            )
        )
    return rebased(model, Shock(), solve(model, Shock())) if settle else model


def rebased(model: Model, shock: Shock, solution: Solution) -> Model:
    """The model whose base is a solution of another: shares, spending, wages, tariffs and deficits after the shock.

    A shock from there is the second step of a longer one, and the changes of the steps multiply.

    Raises InputError for a solution that is not of this model and shock.
    """
    check_belongs(model, shock, solution)
    return replace(
        model,
        theta=new_theta(model, shock),
        import_share=solution.import_share,
        expenditure=solution.expenditure,
        labour_income=endowed_income(model, shock) * solution.wage_hat,
        tariff=new_tariff(model, shock),
        closure=model.closure.plus(transfers(model, shock)),
    )


def balanced(model: Model, *, steps: int = 4) -> Model:
    """The model without trade deficits: they are taken out in steps, each starting from the last."""
    start: Solution | None = None
    nothing = Shock()
    for step in range(1, steps + 1):
        rule = model.closure.scaled(1.0 - step / steps)
        start = solve(model.with_closure(rule), nothing, start=start)
    assert start is not None
    flat = Closure("balanced", np.zeros_like(model.closure.share))
    return rebased(model.with_closure(flat), nothing, start)
