"""Freight on the links: the tonnes of every cargo class and mode chain on the cheapest way of each.

All-or-nothing within a chain: between two cities, all that goes by rail takes one way, and so for each chain; the
chains have the shares of the choice between them. Capacity holds nothing back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Kind, Network
from landbridge.network.skim import Skimmer, State
from landbridge.network.skimmed import ClassSkim

LAND_CHAINS = (*CHAINS, *INLAND_SEA_CHAINS)
SEA_CHAINS = ("sea", "short_sea")


@dataclass(frozen=True)
class FreightFlow:
    """Tonnes of all classes, in the time unit of what was loaded. arcs: (m,) of the network. ocean: (p, p) by port."""

    arcs: np.ndarray
    ocean: np.ndarray


def load_freight(
    skimmer: Skimmer,
    states: Sequence[tuple[np.ndarray, State]],
    skims: Mapping[str, ClassSkim],
    tonnes: Mapping[str, np.ndarray],
    *,
    foreign_ports_only: bool = False,
    by_way_of: Collection[str] = (),
) -> FreightFlow:
    """Tonnes on every arc and sea leg.

    states: masks (z, z) of zone pairs, which add up to all, and the state that their freight meets. skims: of these
    very states, for the shares. tonnes: (z, z) by class. foreign_ports_only: of freight over the ocean, put only the
    ways by land to and from ports of another country than the city's on the arcs. by_way_of: countries (ISO3); only
    what touches one of them by land is put on the arcs, all where none is named. Raises InputError where tonnes have
    no way.
    """
    ports = len(skimmer.ocean.ports)
    flow, ocean = np.zeros(len(skimmer.network.tail)), np.zeros((ports, ports))
    terminals = skimmer.land.terminals
    country = skimmer.network.node_country[terminals]
    counted = np.ones((len(terminals), len(terminals)), bool)
    if foreign_ports_only:
        counted = country[:, None] != country[None, :]
    touched = np.isin(skimmer.network.node_country, list(by_way_of)) if by_way_of else None
    for cargo in skimmer.classes:
        share = skims[cargo.name].share
        for mask, state in states:
            wanted = np.where(mask, tonnes[cargo.name], 0.0)
            if not wanted.any():
                continue
            by_land = {
                chain: _between_terminals(wanted * share[chain], len(terminals)) for chain in LAND_CHAINS
            }
            for chain in SEA_CHAINS:
                legs, shipped = skimmer.sea_legs(chain, cargo, state, wanted * share[chain])
                ocean += shipped
                for name, leg in legs.items():
                    by_land[name] += np.where(counted, leg, 0.0)
            flow += skimmer.land.load(cargo, state, by_land, touched)
    return FreightFlow(flow, ocean)


def through(network: Network, flow: np.ndarray, crossing: str, kind: Kind) -> np.ndarray:
    """The flow (...) through a crossing by one kind of arc, both directions together, from that on arcs (..., m).

    Of the links with its name those that change country count; a line that winds over the border counts more than once.
    """
    arcs = np.flatnonzero((network.crossing == crossing) & (network.kind == kind))
    abroad = network.node_country[network.tail[arcs]] != network.node_country[network.head[arcs]]
    return np.asarray(flow[..., arcs[abroad] if abroad.any() else arcs].sum(-1))


def _between_terminals(tonnes: np.ndarray, count: int) -> np.ndarray:
    """Tonnes (t, t) between terminals from those between zones, which come first."""
    found = np.zeros((count, count))
    found[: len(tonnes), : len(tonnes)] = tonnes
    return found
