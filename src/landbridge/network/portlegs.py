"""The way by sea between all zones: by land to a port, over the ocean, and by land from a port.

A zone ships through the few ports of its hinterland, so that its land legs are a short list of entries; the products
over them cost a fraction of those over all ports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from landbridge.network.kernels import min_plus_of, min_plus_of_via


@dataclass(frozen=True)
class PortLegs:
    """The land legs between zones and the ports of their hinterland, one way.

    start: (z + 1,) the first entry of each zone. zone, port: (k,) of each entry. carted: (k,) cost of carting between
    them, infinite beyond reach. outward: true from the zone to the port.
    """

    start: np.ndarray
    zone: np.ndarray
    port: np.ndarray
    carted: np.ndarray
    outward: bool

    @classmethod
    def within(cls, served: np.ndarray, carted: np.ndarray, outward: bool) -> PortLegs:
        """The legs (z, p) that are served; carted: (z, p)."""
        zone, port = np.nonzero(served)
        start = np.searchsorted(zone, np.arange(len(served) + 1))
        return cls(start, zone, port.astype(np.int32), carted[zone, port], outward)

    def among(self, used: np.ndarray) -> PortLegs:
        """The same legs with ports numbered among those used, (u,) in order."""
        return replace(self, port=np.searchsorted(used, self.port).astype(np.int32))

    def carting_at(self, carted: np.ndarray) -> PortLegs:
        """The same legs with other costs (z, p) of carting, for the zones that cart."""
        return replace(self, carted=np.where(np.isfinite(self.carted), carted[self.zone, self.port], np.inf))

    def of(self, land: np.ndarray, first_port: int) -> np.ndarray:
        """The entries (k, ...) of an array (t, t, ...) between terminals: zones, and ports from first_port on."""
        at = self.port + first_port
        return np.asarray(land[self.zone, at] if self.outward else land[at, self.zone])

    def options(self, lands: Sequence[np.ndarray], first_port: int) -> np.ndarray:
        """Costs (chains + 1, k) of each entry by each land chain, given by costs (t, t), and last by carting.

        Only a zone carts that reaches none of its ports by land.
        """
        by_land = [self.of(land, first_port) for land in lands]
        reached = np.bincount(self.zone, np.isfinite(np.min(by_land, axis=0)), len(self.start) - 1) > 0
        return np.stack([*by_land, np.where(reached[self.zone], np.inf, self.carted)])


@dataclass(frozen=True)
class BothEnds:
    """The land legs out and into ports at the costs of the land chains, which all sea chains share.

    lands: (t, t) by chain. out_options, into_options: (chains + 1, k) as of PortLegs.options.
    """

    out: PortLegs
    into: PortLegs
    lands: Sequence[np.ndarray]
    first_port: int

    @cached_property
    def out_options(self) -> np.ndarray:
        """Of the legs out."""
        return self.out.options(self.lands, self.first_port)

    @cached_property
    def into_options(self) -> np.ndarray:
        """Of the legs in."""
        return self.into.options(self.lands, self.first_port)


def over_the_ocean(
    out: PortLegs, out_cost: np.ndarray, into: PortLegs, into_cost: np.ndarray, ocean: np.ndarray
) -> np.ndarray:
    """Least costs (z, z) by land, sea and land. out_cost, into_cost: of the legs' entries; ocean: (p, p)."""
    from_port = min_plus_of(into.start, into.port, into_cost, ocean.T)
    return min_plus_of(out.start, out.port, out_cost, from_port.T)


def over_the_ocean_via(
    out: PortLegs, out_cost: np.ndarray, into: PortLegs, into_cost: np.ndarray, ocean: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As over_the_ocean, with the very same costs, and the entries (z, z) of the legs out and in; -1 without a way."""
    from_port, last = min_plus_of_via(into.start, into.port, into_cost, ocean.T)
    cost, first = min_plus_of_via(out.start, out.port, out_cost, from_port.T)
    reached = first >= 0
    destination = np.nonzero(reached)[1]
    entry = np.full(cost.shape, -1)
    entry[reached] = last[destination, out.port[first[reached]]]
    return cost, first, entry
