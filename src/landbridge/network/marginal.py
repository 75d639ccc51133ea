"""What freight takes and emits along its cheapest ways, from what these cost once it is worth a little more.

The cheapest cost has the amount along the cheapest way as its derivative by the price of that amount (the envelope
theorem). So a second search at a price a trace higher tells hours or CO2 without summing parts along paths, in a
fraction of the time. The cheapest cost is concave in the price: where the trace makes another way the cheapest, what is
found lies between the amounts of the two, which cost the same but for that trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from landbridge.network.landskims import State
from landbridge.network.skim import Skimmer
from landbridge.network.skimmed import ClassSkim
from landbridge.world.network_tables import CargoClass

# USD an hour or a kg more: a millionth of what a tonne's way costs, and far above the rounding of its costs.
TRACE = 1e-6

States = Sequence[tuple[np.ndarray, State]]
Shares = Mapping[str, np.ndarray]


def paying_for_time(cargo: CargoClass) -> CargoClass:
    """The class when an hour costs a trace more."""
    return replace(cargo, time_value=cargo.time_value + 24.0 * TRACE / cargo.value_usd_per_t)


def paying_for_co2(cargo: CargoClass) -> CargoClass:
    """The class when a kg of CO2e costs a trace more."""
    return replace(cargo, usd_per_kg_co2=cargo.usd_per_kg_co2 + TRACE)


def along_chains(cost: Mapping[str, np.ndarray], dearer: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Amounts a tonne (...) by chain from its costs (...) and those at a trace more; zero where it does not lead."""
    found = {}
    for chain, one in cost.items():
        leads = np.isfinite(one)
        found[chain] = np.where(leads, (np.where(leads, dearer[chain], 0.0) - np.where(leads, one, 0.0)), 0.0)
        found[chain] /= TRACE
    return found


def expected(amounts: Mapping[str, np.ndarray], share: Shares) -> np.ndarray:
    """The mean (...) of amounts by chain over the shares of the chains."""
    return np.asarray(sum(share[chain] * amount for chain, amount in amounts.items()))


def expected_co2(skimmer: Skimmer, states: States, skims: Mapping[str, ClassSkim]) -> dict[str, np.ndarray]:
    """CO2 (z, z) in kg CO2e a tonne by class, expected over the mode chains. skims: of the skimmer in these states."""
    dearer = skimmer.at_values([paying_for_co2(cargo) for cargo in skimmer.classes]).chain_costs(states)
    return {
        name: expected(along_chains(skims[name].chain_cost, cost), skims[name].share)
        for name, cost in dearer.items()
    }
