"""From zone-to-zone costs to the iceberg costs between economies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landbridge.network.skim import ClassSkim
from landbridge.world.network_tables import CargoClass
from landbridge.world.places import load_zones


def zone_weights(economies: Sequence[str]) -> np.ndarray:
    """Weights (n, z) of zones in economies: population shares, each row sums to one.

    Raises KeyError when an economy has no zone.
    """
    weights = np.zeros((len(economies), len(load_zones())))
    row = {economy: k for k, economy in enumerate(economies)}
    for column, zone in enumerate(load_zones()):
        weights[row[zone.economy], column] = zone.weight
    totals = weights.sum(1)
    if (totals <= 0).any():
        raise KeyError(f"no zone stands for {economies[int(np.argmin(totals))]}")
    return np.asarray(weights / totals[:, None])


def iceberg_cost(skim: ClassSkim, cargo: CargoClass, weights: np.ndarray) -> np.ndarray:
    """Iceberg cost factors (n, n): one plus the expected freight cost over the value of the goods.

    Costs within a zone are unknown and left out; they do not change.
    """
    return np.asarray(1.0 + weights @ skim.cost @ weights.T / cargo.value_usd_per_t)


def trade_cost_hat(
    before: dict[str, ClassSkim],
    after: dict[str, ClassSkim],
    classes: Sequence[CargoClass],
    economies: Sequence[str],
    sectors: Sequence[str],
) -> np.ndarray:
    """Ratios (n, n, s) of iceberg costs after to before; one for sectors without a cargo class."""
    weights = zone_weights(economies)
    hat = np.ones((len(economies), len(economies), len(sectors)))
    for cargo in classes:
        ratio = iceberg_cost(after[cargo.name], cargo, weights) / iceberg_cost(
            before[cargo.name], cargo, weights
        )
        for sector in cargo.sectors:
            hat[:, :, sectors.index(sector)] = ratio
    return hat
