"""The terms on which freight moves, where they are not known exactly: rates, dwell, how keenly modes compete."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from landbridge.network.graph import Kind, Network
from landbridge.network.ocean import Ocean
from landbridge.network.parts import Part

# What pays for the haul over each kind of arc, and emits: carting to a terminal goes by road.
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
    within: elasticities between nests of chains and within them, see choice.nested_logit. rail_co2, road_co2, sea_co2:
    factors on the CO2 of the haul by mode.
    """

    rail: float
    road: float
    sea: float
    border: float
    between: float
    within: float
    rail_co2: float = 1.0
    road_co2: float = 1.0
    sea_co2: float = 1.0

    def of(self, network: Network) -> Network:
        """The network on these terms."""
        parts = network.parts.copy()
        factor, emitted = np.ones(len(Kind)), np.ones(len(Kind))
        for kind, mode in _RATE_OF.items():
            factor[kind], emitted[kind] = getattr(self, mode), getattr(self, f"{mode}_co2")
        parts[:, Part.HAUL_USD] *= factor[network.kind]
        parts[:, Part.CO2_KG] *= emitted[network.kind]
        parts[:, Part.BORDER_H] *= self.border
        return replace(network, parts=parts)

    def of_ocean(self, ocean: Ocean) -> Ocean:
        """The legs of the ocean on these terms."""
        parts = ocean.parts.copy()
        parts[..., Part.HAUL_USD] *= self.sea
        parts[..., Part.CO2_KG] *= self.sea_co2
        return replace(ocean, parts=parts)

    def of_carting(self, carting: np.ndarray) -> np.ndarray:
        """Parts (..., c) of carting by road on these terms."""
        parts = carting.copy()
        parts[..., Part.HAUL_USD] *= self.road
        parts[..., Part.CO2_KG] *= self.road_co2
        return parts
