"""Real income, exact and to first order."""

from __future__ import annotations

import numpy as np

from landbridge.economy.certificate import check_belongs
from landbridge.economy.model import Model
from landbridge.economy.shock import Shock, new_tariff, unit_cost_hat
from landbridge.economy.solution import Solution


def price_index_hat(model: Model, price_hat: np.ndarray) -> np.ndarray:
    """Change (n,) of the cost of final use: the Cobb-Douglas index of Caliendo and Parro's preferences."""
    return np.exp((model.final_share * np.log(price_hat)).sum(1))


def first_order_welfare(
    model: Model, before: Solution, after: Solution, before_shock: Shock, after_shock: Shock
) -> tuple[np.ndarray, np.ndarray]:
    """Terms of trade and volume of trade (n,), in per cent of income before: their sum approximates real income.

    Made for changes of tariffs: iceberg costs, productivities and endowments have direct effects that it leaves out.
    Some papers print this sum as the welfare effect (Caliendo and Parro 2015, eq. 17 and Table 2). For large tariff
    changes it can differ from the exact change in size and even in sign; it is no substitute for it.

    Raises InputError for solutions that are not of these shocks.
    """
    check_belongs(model, before_shock, before)
    check_belongs(model, after_shock, after)
    cost = unit_cost_hat(model, after_shock, after.wage_hat, after.price_hat) / unit_cost_hat(
        model, before_shock, before.wage_hat, before.price_hat
    )
    rise = (cost - 1.0)[:, None, :]
    sold = (before.trade * rise).sum((1, 2))
    bought = (before.trade * rise).sum((0, 2))
    volume = np.divide(after.trade, before.trade, out=np.zeros_like(after.trade), where=before.trade > 0)
    tariff = new_tariff(model, before_shock)
    created = (tariff * before.trade * (volume - 1.0 - rise)).sum((0, 2))
    return 100.0 * (sold - bought) / before.income, 100.0 * created / before.income
