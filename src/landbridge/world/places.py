"""Zones and named places, and finding them by any usual spelling."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from landbridge.errors import InputError, Problem, nearest
from landbridge.world.data import read_csv


@dataclass(frozen=True)
class Zone:
    """A city that stands for part of an economy; `weight` is its share of the population of its economy's zones."""

    key: str
    name: str
    iso3: str
    economy: str
    latitude: float
    longitude: float
    population: int
    weight: float
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A named place of the network: kind is zone, port, station or crossing; `key` is its name in the tables."""

    kind: str
    key: str
    name: str
    iso3: str
    latitude: float
    longitude: float


@cache
def load_zones() -> tuple[Zone, ...]:
    """The zones in the order of zones.csv."""
    return tuple(
        Zone(
            row["geonameid"],
            row["name"],
            row["iso3"],
            row["economy"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["population"]),
            float(row["weight"]),
            tuple(row["aliases"].split("|")),
        )
        for row in read_csv("zones.csv")
    )


def fold(name: str) -> str:
    """A spelling without case, accents, apostrophes, hyphens and spaces."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain.casefold() if c.isalnum())


# When one spelling names several kinds of place, the first kind here is meant.
_ORDER = ("zone", "station", "port", "crossing")


class Gazetteer:
    """Finds places by name, alias or old spelling."""

    def __init__(self, places: list[tuple[Place, tuple[str, ...]]]) -> None:
        self._by_fold: dict[str, list[Place]] = {}
        # Main names count before aliases, so that an alias never hides a place.
        self._main: dict[str, list[Place]] = {}
        self.names: list[str] = []
        for place, aliases in places:
            self.names.append(place.name)
            self._main.setdefault(fold(place.name), []).append(place)
            for alias in filter(fold, aliases):
                self._by_fold.setdefault(fold(alias), []).append(place)

    def find(self, name: str, kinds: tuple[str, ...] = _ORDER) -> Place:
        """The place of that name.

        Raises InputError for an unknown name (with the nearest known ones) and for one that names several places of
        the same kind (with the candidates).
        """
        if not fold(name):
            raise InputError(
                Problem(repr(name), "is no place name", "give a city, port, station or crossing")
            )
        for index in (self._main, self._by_fold):
            found = [place for place in index.get(fold(name), []) if place.kind in kinds]
            for kind in _ORDER:
                same = sorted({place for place in found if place.kind == kind}, key=lambda p: (p.iso3, p.key))
                if len(same) > 1:
                    candidates = ", ".join(f"{p.name} ({p.iso3})" for p in same)
                    raise InputError(Problem(name, "names several places", f"one of: {candidates}"))
                if same:
                    return same[0]
        raise InputError(Problem(name, "is not a known place", nearest(name, self.names)))


@cache
def gazetteer() -> Gazetteer:
    """Every zone, port, station and border crossing of the shipped tables."""
    places: list[tuple[Place, tuple[str, ...]]] = [
        (Place("zone", z.key, z.name, z.iso3, z.latitude, z.longitude), z.aliases) for z in load_zones()
    ]
    for row in read_csv("network/stations.csv"):
        place = Place("station", row["name"], row["name"], row["iso3"], float(row["lat"]), float(row["lon"]))
        places.append((place, ()))
    for row in read_csv("network/ports.csv"):
        place = Place("port", row["name"], row["name"], row["iso3"], float(row["lat"]), float(row["lon"]))
        places.append((place, (f"port of {row['name']}", f"{row['name']} port", row["unlocode"])))
    seen: set[str] = set()
    for row in read_csv("network/border_crossings.csv"):
        if row["name"] not in seen:
            seen.add(row["name"])
            place = Place(
                "crossing", row["name"], row["name"], row["a_iso3"], float(row["lat"]), float(row["lon"])
            )
            places.append((place, ()))
    return Gazetteer(places)
