"""What a draw makes of freight: days, money and CO2 between the named cities, and the CO2 of all freight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.appraisal.emissions import KG_PER_KT
from landbridge.appraisal.shown import TABLE_CLASS
from landbridge.network import ClassSkim, Skimmer
from landbridge.network.marginal import States, along_chains, expected, expected_co2, paying_for_time
from landbridge.network.tradecost import between_economies
from landbridge.world.network_tables import CargoClass

# What is told of the way between two cities, and of the CO2 of all freight.
OF_A_PAIR = {"days": "days", "usd_per_t": "USD/t", "kgco2e_per_t": "kg CO2e/t"}
OF_CO2 = ("total", "route_and_mode", "trade")
# A change by less than this share of what there is comes from rounding, and is none.
_NOTHING = 1e-6


@dataclass(frozen=True)
class Scene:
    """Freight in one scenario. skims: by class, of the states."""

    states: States
    skims: Mapping[str, ClassSkim]


@dataclass(frozen=True)
class Measured:
    """Freight without the measures and with them.

    journeys: (p, 2, 3) days, USD and kg CO2e a tonne of each pair of cities, before and after. intensity: (2, c, n, n)
    kg CO2e a tonne between economies by class.
    """

    journeys: np.ndarray
    intensity: np.ndarray

    def changes(self) -> np.ndarray:
        """Changes (3 p,) of days, USD and kg CO2e a tonne, pair by pair."""
        before, after = self.journeys[:, 0], self.journeys[:, 1]
        change = after - before
        return np.where(np.abs(change) <= _NOTHING * before, 0.0, change).ravel()


def measured(skimmer: Skimmer, scenes: Sequence[Scene], pairs: np.ndarray, weights: np.ndarray) -> Measured:
    """What a skimmer finds before and after. pairs: (p, 2) numbers of its zones. weights: (n, z), see zone_weights."""
    journeys, intensity = [], []
    for scene in scenes:
        kg = expected_co2(skimmer, scene.states, scene.skims)
        journeys.append(_journeys(skimmer, scene, pairs, kg[TABLE_CLASS]))
        intensity.append([between_economies(one, weights) for one in kg.values()])
    return Measured(np.stack(journeys, axis=1), np.array(intensity))


def _journeys(skimmer: Skimmer, scene: Scene, pairs: np.ndarray, kg: np.ndarray) -> np.ndarray:
    """Days, USD and kg CO2e a tonne (p, 3) of the table's class between cities."""
    if not len(pairs):
        return np.zeros((0, len(OF_A_PAIR)))
    at = pairs[:, 0], pairs[:, 1]
    cargo = next(one for one in skimmer.classes if one.name == TABLE_CLASS)
    dearer = skimmer.at_values([paying_for_time(cargo)]).chain_costs(scene.states)[TABLE_CLASS]
    skim, beyond = scene.skims[TABLE_CLASS], skimmer.beyond_money_and_time(cargo)
    share = {chain: one[at] for chain, one in skim.share.items()}
    cost = {chain: one[at] for chain, one in skim.chain_cost.items()}
    hours = expected(along_chains(cost, {chain: one[at] for chain, one in dearer.items()}), share)
    paid = {
        chain: np.where(share[chain] > 0, one, 0.0) - np.where(share[chain] > 0, beyond[chain][at], 0.0)
        for chain, one in cost.items()
    }
    usd = expected(paid, share) - cargo.usd_per_hour * hours
    return np.stack([hours / 24.0, usd, kg[at]], axis=1)


def tonnes_by_class(value: np.ndarray, classes: Sequence[CargoClass], sectors: Sequence[str]) -> np.ndarray:
    """Tonnes a year (c, n, n) from trade (n, n, s) in million USD at base prices."""
    return np.array(
        [
            1e6
            * value[:, :, [sectors.index(sector) for sector in cargo.sectors]].sum(-1)
            / cargo.value_usd_per_t
            for cargo in classes
        ]
    )


def co2_changes(intensity: np.ndarray, tonnes: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    """Changes of emissions in kt CO2e a year: total and its split as in OF_CO2, of all and of international freight,
    then the total of some economies by the number of their row.

    intensity, tonnes: (2, c, n, n) before and after. What `emissions` splits between zones splits in the same manner
    between economies, for tonnes have the same shares of zones before and after.
    """
    before, after = intensity
    route = (tonnes.mean(0) * (after - before)).sum(0) / KG_PER_KT
    trade = ((tonnes[1] - tonnes[0]) * intensity.mean(0)).sum(0) / KG_PER_KT
    abroad = ~np.eye(len(route), dtype=bool)
    found: list[float] = []
    for pairs in (np.ones_like(abroad), abroad):
        parts = float(route[pairs].sum()), float(trade[pairs].sum())
        found += [sum(parts), *parts]
    change = route + trade
    by_economy = (change.sum(0) + change.sum(1)) / 2.0
    return np.array([*found, *by_economy[list(rows)]])
