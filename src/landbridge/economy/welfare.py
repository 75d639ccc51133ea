"""Real income, exact and to first order."""

from __future__ import annotations

import numpy as np

from landbridge.economy.model import Model, Shock, Solution, unit_cost_hat


def real_income_hat(model: Model, income: np.ndarray, price_hat: np.ndarray) -> np.ndarray:
    """Exact change (n,) of real income: income (n,) million USD over base income, by the price index of final use.

    Caliendo and Parro (2015), eq. 16 before linearisation, with the Cobb-Douglas index of their preferences.
    """
    index = np.exp((model.final_share * np.log(price_hat)).sum(1))
    return income / model.income / index


def first_order_welfare(
    model: Model, before: Solution, after: Solution, before_shock: Shock, after_shock: Shock
) -> tuple[np.ndarray, np.ndarray]:
    """Terms of trade and volume of trade (n,), in per cent of income before: their sum approximates real income.

    Some papers print this sum as the welfare effect (Caliendo and Parro 2015, eq. 17 and Table 2). For large tariff
    changes it can differ from the exact change in size and even in sign; it is no substitute for it.
    """
    cost = unit_cost_hat(model, after_shock, after.wage_hat, after.price_hat) / unit_cost_hat(
        model, before_shock, before.wage_hat, before.price_hat
    )
    rise = (cost - 1.0)[:, None, :]
    sold = (before.trade * rise).sum((1, 2))
    bought = (before.trade * rise).sum((0, 2))
    volume = np.divide(after.trade, before.trade, out=np.zeros_like(after.trade), where=before.trade > 0)
    tariff = model.tariff if before_shock.tariff is None else before_shock.tariff
    created = (tariff * before.trade * (volume - 1.0 - rise)).sum((0, 2))
    return 100.0 * (sold - bought) / before.income, 100.0 * created / before.income
