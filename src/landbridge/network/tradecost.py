"""From zone-to-zone costs to the iceberg costs between economies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from landbridge.network.skimmed import ClassSkim
from landbridge.world.network_tables import CargoClass
from landbridge.world.places import Zone, load_zones


def zone_weights(economies: Sequence[str], zones: Sequence[Zone] | None = None) -> np.ndarray:
    """Weights (n, z) of zones in economies: population shares, each row sums to one.

    zones: a user's own. Among them an economy may have none, its row is zero; a zone may stand for no economy.
    Raises KeyError when an economy has no zone among the shipped ones.
    """
    listed = load_zones() if zones is None else zones
    weights = np.zeros((len(economies), len(listed)))
    row = {economy: k for k, economy in enumerate(economies)}
    for column, zone in enumerate(listed):
        if zones is None or zone.economy in row:
            weights[row[zone.economy], column] = zone.weight
    totals = weights.sum(1)
    absent = totals <= 0
    if zones is None and absent.any():
        raise KeyError(f"no zone stands for {economies[int(np.argmin(totals))]}")
    return np.asarray(weights / np.where(absent, 1.0, totals)[:, None])


def iceberg_cost(skim: ClassSkim, cargo: CargoClass, weights: np.ndarray) -> np.ndarray:
    """Iceberg cost factors (n, n): one plus the expected freight cost over the value of the goods.

    Costs within a zone are unknown and left out; they do not change.
    """
    return np.asarray(1.0 + between_economies(skim.cost, weights) / cargo.value_usd_per_t)


def between_economies(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means (n, n) between economies of values (z, z) between zones. weights: (n, z), see zone_weights."""
    # A zone stands for one economy, so that nearly all weights are zero.
    sparse = csr_array(weights)
    transposed = sparse @ np.ascontiguousarray((sparse @ values).T)
    return np.ascontiguousarray(transposed.T)


def iceberg_costs(
    skims: Mapping[str, ClassSkim], classes: Sequence[CargoClass], weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Iceberg cost factors (n, n) by cargo class."""
    return {cargo.name: iceberg_cost(skims[cargo.name], cargo, weights) for cargo in classes}


def cost_hat(
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    classes: Sequence[CargoClass],
    sectors: Sequence[str],
) -> np.ndarray:
    """Ratios (n, n, s) of iceberg costs (n, n) by class after to before; one for sectors without a class."""
    size = len(next(iter(before.values())))
    hat = np.ones((size, size, len(sectors)))
    for cargo in classes:
        ratio = after[cargo.name] / before[cargo.name]
        for sector in cargo.sectors:
            hat[:, :, sectors.index(sector)] = ratio
    return hat


def trade_cost_hat(
    before: dict[str, ClassSkim],
    after: dict[str, ClassSkim],
    classes: Sequence[CargoClass],
    economies: Sequence[str],
    sectors: Sequence[str],
    zones: Sequence[Zone] | None = None,
) -> np.ndarray:
    """Ratios (n, n, s) of iceberg costs after to before; one for sectors without a cargo class.

    zones: a user's own; an economy without any keeps its trade costs, its ratios are one.
    """
    weights = zone_weights(economies, zones)
    old, new = (iceberg_costs(skims, classes, weights) for skims in (before, after))
    return cost_hat(old, new, classes, sectors)
