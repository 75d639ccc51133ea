"""The names that a case may use: places, crossings, ports, sectors and economies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from landbridge.world.data import read_csv
from landbridge.world.places import Gazetteer, gazetteer, load_zones


@dataclass(frozen=True)
class KnownCrossing:
    """A named border crossing of the network."""

    name: str
    mode: str
    countries: tuple[str, str]
    gauge_break: bool = False


@dataclass(frozen=True)
class Known:
    """Names that a case may use; places and ports are found whatever their case, accents and hyphens."""

    places: frozenset[str]
    crossings: tuple[KnownCrossing, ...]
    ports: frozenset[str]
    goods: frozenset[str]
    services: frozenset[str]
    economies: frozenset[str]
    gazetteer: Gazetteer = field(default_factory=gazetteer)

    @property
    def countries(self) -> frozenset[str]:
        """Economies without the rest of the world, and the countries that have a crossing."""
        return self.economies.union(*(crossing.countries for crossing in self.crossings)) - {"ROW"}


def load_known(economies: Collection[str], sectors: Collection[str]) -> Known:
    """Names of the shipped network, with the economies (ISO3) and sectors of the economy base in use."""
    places: set[str] = set()
    for zone in load_zones():
        places |= {zone.name, *zone.aliases}
    places |= {row["name"] for row in read_csv("network/stations.csv")}
    crossings = tuple(
        KnownCrossing(
            row["name"],
            row["mode"],
            (row["a_iso3"], row["b_iso3"]),
            row["a_gauge_mm"] != row["b_gauge_mm"],
        )
        for row in read_csv("network/border_crossings.csv")
    )
    # ISIC rev. 4: sections A to C make goods, the others services.
    goods = {sector for sector in sectors if sector[0] in "ABC"}
    return Known(
        places=frozenset(places),
        crossings=crossings,
        ports=frozenset(row["name"] for row in read_csv("network/ports.csv")),
        goods=frozenset(goods),
        services=frozenset(set(sectors) - goods),
        economies=frozenset(economies),
    )
