"""CO2 of freight before and after, split exactly into what moves otherwise and what moves more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.economy import Model, Shock, Solution
from landbridge.economy.shock import unit_cost_hat
from landbridge.network import od_tonnes
from landbridge.world.network_tables import CargoClass

DAYS = 365.0
KG_PER_KT = 1e6


@dataclass(frozen=True)
class Emissions:
    """Freight emissions of two scenarios in kt CO2e a year between z zones, by m modes.

    before, after: (z, z, m). route_and_mode, trade: (z, z, m) parts of the change, which add up to it.
    tonnes_before, tonnes_after: (z, z) a year, over all classes.
    """

    before: np.ndarray
    after: np.ndarray
    route_and_mode: np.ndarray
    trade: np.ndarray
    tonnes_before: np.ndarray
    tonnes_after: np.ndarray


def quantity_hat(model: Model, shock: Shock, solution: Solution, trade: np.ndarray) -> np.ndarray:
    """Change (n, n, s) of the quantities traded; one where nothing is.

    trade: (n, n, s) of the base, tariffs excluded. A flow's value changes with its quantity and with its price at the
    border, the seller's unit cost times the iceberg cost.
    """
    cost = unit_cost_hat(model, shock, solution.wage_hat, solution.price_hat)
    price = cost[:, None, :] * (1.0 if shock.trade_cost_hat is None else shock.trade_cost_hat)
    value = np.divide(solution.trade, trade, out=np.ones_like(trade), where=trade > 0)
    return np.where(trade > 0, value / price, 1.0)


def emissions(
    before_kg: Mapping[str, np.ndarray],
    after_kg: Mapping[str, np.ndarray],
    before_t: Mapping[str, np.ndarray],
    after_t: Mapping[str, np.ndarray],
) -> Emissions:
    """Emissions of two scenarios.

    before_kg, after_kg: (z, z, m) kg CO2e a tonne by class. before_t, after_t: (z, z) tonnes a year by class. Each
    part of the change is its mean over both orders, as Shapley's value of two factors: tonnes at their mean times the
    change of intensity, and the change of tonnes times the mean intensity.
    """
    shape = next(iter(before_kg.values())).shape
    found = {name: np.zeros(shape) for name in ("before", "after", "route_and_mode", "trade")}
    tonnes = [np.zeros(shape[:2]), np.zeros(shape[:2])]
    for name, old in before_kg.items():
        new, t_old, t_new = after_kg[name], before_t[name][..., None], after_t[name][..., None]
        found["before"] += t_old * old / KG_PER_KT
        found["after"] += t_new * new / KG_PER_KT
        found["route_and_mode"] += (t_old + t_new) / 2.0 * (new - old) / KG_PER_KT
        found["trade"] += (t_new - t_old) * (old + new) / 2.0 / KG_PER_KT
        tonnes[0] += before_t[name]
        tonnes[1] += after_t[name]
    return Emissions(**found, tonnes_before=tonnes[0], tonnes_after=tonnes[1])


def yearly_tonnes(
    value_musd: np.ndarray, classes: Sequence[CargoClass], sectors: Sequence[str], weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Tonnes a year (z, z) by class from trade (n, n, s) in million USD at base prices; weights as in od_tonnes."""
    found = od_tonnes(1e6 * value_musd, classes, sectors, weights)
    return {name: DAYS * tonnes for name, tonnes in found.items()}


def by_economy(amounts: np.ndarray, zone_economy: Sequence[str], economies: Sequence[str]) -> np.ndarray:
    """Amounts (n,) of economies from zone pairs (z, z): half to the sender's, half to the receiver's."""
    ends = (amounts.sum(1) + amounts.sum(0)) / 2.0
    row = {code: k for k, code in enumerate(economies)}
    found = np.zeros(len(economies))
    for code, amount in zip(zone_economy, ends, strict=True):
        if code in row:
            found[row[code]] += amount
    return found
