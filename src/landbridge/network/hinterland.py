"""Which ports a place ships through."""

from __future__ import annotations

import numpy as np

from landbridge.world.network_tables import country_groups, load_choice


def in_hinterland(cost: np.ndarray, iso3: np.ndarray, port_iso3: np.ndarray) -> np.ndarray:
    """Whether a place (n,) ships through a port (p,), from the costs (n, p) of the land legs between them, inf if shut.

    Through those whose leg costs at most so many times the cheapest (choice.csv). Where a country has ports of its own,
    those of others count only within a customs union, or where they cost less to reach than the cheapest of its own:
    else a city deep inland would cross a continent by land to a far port and call it a way by sea.
    """
    if not cost.shape[1]:
        return np.zeros(cost.shape, bool)
    groups = country_groups()
    union, port_union = (
        np.array([groups.get(str(code), "OTHER") for code in codes]) for codes in (iso3, port_iso3)
    )
    own = iso3[:, None] == port_iso3[None, :]
    kin = own | ((union[:, None] == port_union[None, :]) & (union != "OTHER")[:, None])
    cheapest = cost.min(axis=1, keepdims=True)
    cheapest_own = np.where(own, cost, np.inf).min(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        near = np.isfinite(cost) & (cost <= load_choice()["hinterland_cost_ratio"] * cheapest)
    return np.asarray(near & (kin | (cost <= cheapest_own)))
