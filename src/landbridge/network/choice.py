"""The choice between mode chains: a nested logit in the logarithm of cost.

Chains that share most of their way compete within a nest, and nests with each other (Train 2009, Discrete Choice
Methods with Simulation, ch. 4.2). With cost c of a chain, elasticity m within nests and e between them, e <= m:

    cost of nest N  C_N = (sum over c in N of c^-m)^(-1/m)
    share of c      (c / C_N)^-m (C_N / C)^-e
    expected cost   C = (sum over nests of C_N^-e)^(-1/e)

A single chain's expected cost is its own cost, and one more chain never raises it. The larger m, the less a nest gains
from holding the same way twice; a plain logit, m = e, would take two names of one way for two ways.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from landbridge.world.data import read_csv
from landbridge.world.network_tables import country_groups

NESTS: dict[str, str] = {
    "rail": "rail",
    "rail_sea": "rail",
    "road": "road",
    "road_sea": "road",
    "sea": "sea",
    "short_sea": "short_sea",
}


def logit(cost: np.ndarray, elasticity: float) -> tuple[np.ndarray, np.ndarray]:
    """Expected cost (...) and shares (k, ...) of alternatives of positive cost (k, ...), infinite where there is none.

    share_k = cost_k^-e / sum of cost^-e; expected cost = (sum of cost^-e)^(-1/e), infinite where all are. An infinite
    elasticity gives the least cost, shared equally by those that have it.
    """
    if len(cost) == 1:
        return cost[0], np.isfinite(cost).astype(float)
    least = cost.min(axis=0)
    scale = np.where(np.isfinite(least), least, 1.0)
    if np.isinf(elasticity):
        weight = ((cost == least) & np.isfinite(cost)).astype(float)
    else:
        weight = (cost / scale) ** -elasticity
    total = weight.sum(axis=0)
    reached = total > 0
    total = np.where(reached, total, 1.0)
    expected = least if np.isinf(elasticity) else scale * total ** (-1.0 / elasticity)
    return np.where(reached, expected, np.inf), weight / total


def nested_logit(
    cost: Mapping[str, np.ndarray], nests: Mapping[str, str], between: float, within: float
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Expected cost (...) and the share (...) of each chain.

    cost: chain -> (...) positive, infinite where the chain does not lead. nests: chain -> its nest. between, within:
    elasticities of the odds to the ratio of costs. Raises ValueError when within < between, where a dearer chain could
    gain from a cheaper neighbour.
    """
    if within < between:
        raise ValueError(f"the elasticity within nests ({within}) is below the one between them ({between})")
    members: dict[str, list[str]] = {}
    for chain in cost:
        members.setdefault(nests[chain], []).append(chain)
    inside = {
        nest: logit(np.stack([cost[chain] for chain in chains]), within) for nest, chains in members.items()
    }
    expected, of_nest = logit(np.stack([whole for whole, _ in inside.values()]), between)
    share = {
        chain: part * of_nest[row]
        for row, (nest, chains) in enumerate(members.items())
        for chain, part in zip(chains, inside[nest][1], strict=True)
    }
    return expected, {chain: share[chain] for chain in cost}


def unseen_factors(iso3: np.ndarray) -> dict[str, np.ndarray]:
    """Factors (z, z) on a chain's baseline cost between regions: what keeps freight off it beyond money and time.

    iso3: (z,) country of each zone. From chain_constants.csv, where a later row overrides an earlier one; a region is
    a country or a customs group, "*" is any, several are set apart by semicolons. One within a country and where no
    row names the pair.
    """
    groups = country_groups()

    def lies_in(regions: str) -> np.ndarray:
        wanted = regions.split(";")
        return np.array(
            [regions == "*" or code in wanted or groups.get(str(code), "OTHER") in wanted for code in iso3]
        )

    abroad = iso3[:, None] != iso3[None, :]
    factors: dict[str, np.ndarray] = {}
    for row in read_csv("network/chain_constants.csv"):
        a, b = lies_in(row["region_a"]), lies_in(row["region_b"])
        pairs = a[:, None] & b[None, :] & abroad
        if row["both_ways"] == "yes":
            pairs |= pairs.T
        for chain in row["chain"].split(";"):
            factor = factors.setdefault(chain, np.ones((len(iso3), len(iso3))))
            factor[pairs] = float(row["factor"])
    return factors
