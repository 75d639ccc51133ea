"""Output by sector of the parties, before and with everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.economy import Model, Shock, Solution
from landbridge.economy.shock import unit_cost_hat
from landbridge.world.data import read_csv

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal


def output_hat(model: Model, shock: Shock, solution: Solution, trade: np.ndarray) -> np.ndarray:
    """Change (n, s) of the quantities produced; one where nothing is.

    trade: (n, n, s) of the base, sales at home included, tariffs excluded. What a sector sells, over its unit cost.
    """
    before = trade.sum(1)
    sales = np.divide(solution.trade.sum(1), before, out=np.ones_like(before), where=before > 0)
    cost = unit_cost_hat(model, shock, solution.wage_hat, solution.price_hat)
    return np.where(before > 0, sales / cost, 1.0)


def sectors(appraisal: Appraisal) -> list[dict[str, Any]]:
    """The section `sectors` of the results: sales before in million USD, change of the quantity in per cent."""
    appraiser = appraisal.appraiser
    base = appraiser.base
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    outcome = appraiser.outcome(everything)
    percent = 100.0 * (
        output_hat(appraiser.model, appraiser.shock(everything), outcome.solution, base.trade) - 1.0
    )
    labels = {row["code"]: row["name"] for row in read_csv("sectors.csv")}
    sales = base.trade.sum(1)
    return [
        {
            "iso3": iso3,
            "sector": sector,
            "label": labels.get(sector, sector),
            "baseline_musd": float(sales[row, column]),
            "percent": float(percent[row, column]),
        }
        for iso3 in appraisal.case.parties
        for row in [base.economies.index(iso3)]
        for column, sector in enumerate(base.sectors)
    ]
