"""The terms on which freight moves, where they are not known exactly: rates, dwell, how keenly modes compete."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from landbridge.network.graph import Kind, Network
from landbridge.network.ocean import Ocean
from landbridge.network.parts import Part

# What pays for the haul over each kind of arc: carting to a terminal goes by road.
_RATE_OF = {
    Kind.RAIL: "rail",
    Kind.ROAD: "road",
    Kind.RAIL_ACCESS: "road",
    Kind.ROAD_ACCESS: "road",
    Kind.SERVICE: "sea",
    Kind.RORO: "sea",
}


@dataclass(frozen=True)
class Terms:
    """Factors on the shipped values, and the elasticities of the choice between mode chains.

    rail, road, sea: factors on the money for the haul by mode. border: factor on the dwell at every border. between,
    within: elasticities between nests of chains and within them, see choice.nested_logit.
    """

    rail: float
    road: float
    sea: float
    border: float
    between: float
    within: float

    def of(self, network: Network) -> Network:
        """The network on these terms."""
        parts = network.parts.copy()
        factor = np.ones(len(Kind))
        for kind, mode in _RATE_OF.items():
            factor[kind] = getattr(self, mode)
        parts[:, Part.HAUL_USD] *= factor[network.kind]
        parts[:, Part.BORDER_H] *= self.border
        return replace(network, parts=parts)

    def of_ocean(self, ocean: Ocean) -> Ocean:
        """The legs of the ocean on these terms."""
        parts = ocean.parts.copy()
        parts[..., Part.HAUL_USD] *= self.sea
        return replace(ocean, parts=parts)
