"""CO2 of a tonne between cities, well-to-wheel, by the mode that emits it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from landbridge.measures import Setting
from landbridge.network.apply import NetworkMeasures
from landbridge.network.graph import Kind, Network
from landbridge.network.parts import Part
from landbridge.network.skim import Skimmer
from landbridge.world.network_tables import load_mode_parameters

MODES = ("rail", "road", "sea")
_LENGTHS = (Part.KM_RAIL, Part.KM_ROAD, Part.KM_SEA)
_MODE_OF = {
    Kind.RAIL: Part.KM_RAIL,
    Kind.ROAD: Part.KM_ROAD,
    # Carting to a terminal goes by road.
    Kind.RAIL_ACCESS: Part.KM_ROAD,
    Kind.ROAD_ACCESS: Part.KM_ROAD,
    Kind.SERVICE: Part.KM_SEA,
    Kind.RORO: Part.KM_SEA,
}


def co2_skims(
    measures: NetworkMeasures, skimmer: Skimmer, settings: Mapping[str, Setting]
) -> dict[str, np.ndarray]:
    """CO2 (z, z, 3) in kg CO2e a tonne by class of cargo and by rail, road and sea, expected over the mode chains.

    The three add up to the CO2 of the skims. Lengths do not enter any cost, so that the same paths are found on a
    network whose lengths are its emissions.
    """
    sea_factor = load_mode_parameters().get("sea", "co2_kg_per_t_km")
    network = _lengths_as_emissions(measures.network, sea_factor)
    emitting, emitting.land = copy.copy(skimmer), copy.copy(skimmer.land)
    emitting.network = emitting.land.network = network
    emitting._carting = _as_road(skimmer._carting)
    states = replace(measures, network=network).states(settings, skimmer.zone_iso3)
    found = {}
    for name, skim in emitting.skim(states, with_parts=True, wanted=_LENGTHS).items():
        assert skim.parts is not None
        found[name] = skim.parts * np.array([1.0, 1.0, sea_factor])
    return found


def _lengths_as_emissions(network: Network, sea_factor: float) -> Network:
    """The network with the CO2 of every arc in place of its length; by sea, in km of an ocean ship."""
    parts = network.parts.copy()
    parts[:, _LENGTHS] = 0.0
    for kind, column in _MODE_OF.items():
        arcs = network.kind == kind
        parts[arcs, column] = network.parts[arcs, Part.CO2_KG]
    parts[:, Part.KM_SEA] /= sea_factor
    return replace(network, parts=parts)


def _as_road(carting: np.ndarray) -> np.ndarray:
    parts = carting.copy()
    parts[..., _LENGTHS] = 0.0
    parts[..., Part.KM_ROAD] = carting[..., Part.CO2_KG]
    return parts
