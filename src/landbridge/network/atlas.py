"""What a network's nodes and arcs stand for: zones, named places, the lines on the map and the ports of the ocean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from landbridge.network.ocean import Ocean, OceanPort, build_ocean, shipped_ports
from landbridge.world.data import Resource
from landbridge.world.network_tables import load_land
from landbridge.world.places import Gazetteer, Zone, gazetteer, load_zones


@dataclass(frozen=True)
class Lines:
    """Polylines of links: points (k, 2) in latitude and longitude, link i from offset[i] to offset[i + 1]."""

    points: np.ndarray
    offset: np.ndarray

    def of(self, link: int) -> np.ndarray:
        """Points (n, 2) of one link."""
        return self.points[self.offset[link] : self.offset[link + 1]]


@dataclass(frozen=True)
class Atlas:
    """The geography behind a network, shipped or the user's own.

    zones: in the order of the network's places of kind zone. lines: mode (rail, road) -> polylines by link number.
    ports: those of the ocean; they join the shipped sea lanes. own: the user's tables, none for the shipped network.
    notes: what a reader must know of the user's tables. shut: sea passages that no ship can take.
    """

    zones: tuple[Zone, ...]
    lines: Mapping[str, Lines]
    gazetteer: Gazetteer
    ports: tuple[OceanPort, ...]
    own: tuple[Resource, ...] = ()
    notes: tuple[str, ...] = field(default=())
    shut: frozenset[str] = frozenset()

    @cached_property
    def port_number(self) -> dict[str, int]:
        """The number of each ocean port by name; it needs no sea lanes."""
        return {port.name: number for number, port in enumerate(self.ports)}

    @cached_property
    def ocean(self) -> Ocean:
        """The legs between the ports over the sea lanes."""
        return build_ocean(self.ports, self.shut)


@cache
def shipped_atlas() -> Atlas:
    """The geography of the shipped tables."""
    tables = {mode: load_land(mode) for mode in ("rail", "road")}
    lines = {mode: Lines(table.line, table.line_offset) for mode, table in tables.items()}
    return Atlas(load_zones(), lines, gazetteer(), shipped_ports())
