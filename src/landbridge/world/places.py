"""Zones and named places, and finding them by any usual spelling."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

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
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name)
    return "".join(filter(str.isalnum, plain.casefold()))


# Spellings that stand for the same sounds in names written in other alphabets, or for the same word.
_LOOSE = (
    (re.compile(r"^(st|sankt|santkt|sanct)[. -]+"), "saint "),
    (re.compile(r"(?<=\w)[- ](e|i|ye|yi)[- ](?=\w)"), " "),
    (re.compile(r"\b(city|port|station|gorod|shi)\b"), ""),
    (re.compile(r"iy\b|ij\b|ii\b"), "y"),
    (re.compile("kh"), "h"),
    (re.compile("zh|dzh|dj"), "j"),
    (re.compile("ck|q"), "k"),
    (re.compile("ou|oo"), "u"),
    (re.compile("ee|ie"), "i"),
    (re.compile("w"), "v"),
    (re.compile("y"), "i"),
    (re.compile(r"(.)\1+(?=.)"), r"\1"),
)


def loose_fold(name: str) -> str:
    """A spelling without what transliterations differ in: Nizhniy and Nizhny, Khorgas and Horgas fold to the same."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    for pattern, same in _LOOSE:
        plain = pattern.sub(same, plain)
    return fold(plain)


# When one spelling names several kinds of place near each other, the first kind here is meant.
_ORDER = ("zone", "station", "port", "crossing")
# A city and its port or station lie within this distance; farther apart, they are different places of the same name.
_SAME_TOWN_KM = 150.0
_HOW_TO_NAME = 'name one as "Name, ISO3"'


def _apart_km(a: Place, b: Place) -> float:
    mean = math.radians((a.latitude + b.latitude) / 2.0)
    east = (a.longitude - b.longitude) * math.cos(mean)
    return 111.2 * math.hypot(a.latitude - b.latitude, east)


class Gazetteer:
    """Finds places by name, alias, old spelling or UN/LOCODE, with the country after a comma where that is needed."""

    def __init__(
        self, places: Sequence[tuple[Place, tuple[str, ...]]], countries: Mapping[str, str] | None = None
    ) -> None:
        """countries: name of a country -> its ISO3, to understand "Brest, Belarus"."""
        self._places = places
        self._countries = {fold(name): iso3 for name, iso3 in (countries or {}).items()}
        # Main names count before aliases, so that an alias never hides a place.
        self._main: dict[str, list[Place]] = {}
        for place, _ in places:
            self._main.setdefault(fold(place.name), []).append(place)

    @property
    def names(self) -> list[str]:
        """The main name of every place."""
        return [place.name for place, _ in self._places]

    @cached_property
    def _aliases(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for place, aliases in self._places:
            for alias in aliases:
                key = fold(alias)
                if key:
                    found.setdefault(key, []).append(place)
        return found

    @cached_property
    def _loose(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for place, aliases in self._places:
            # Aliases in other scripts have no spelling variants of this kind.
            for name in (place.name, *filter(str.isascii, aliases)):
                key = loose_fold(name)
                if len(key) > 3:
                    found.setdefault(key, []).append(place)
        return found

    def _split(self, name: str) -> tuple[str, str]:
        """The name and the ISO3 code behind it, '' where there is none: "Brest, BLR", "Brest (Belarus)"."""
        match = re.fullmatch(r"\s*(.+?)\s*(?:,\s*([^,]+?)|\(([^()]+)\))\s*", name)
        if match is None:
            return name, ""
        country = match[2] or match[3]
        code = country.strip().upper()
        if any(place.iso3 == code for place, _ in self._places):
            return match[1], code
        return (match[1], self._countries[fold(country)]) if fold(country) in self._countries else (name, "")

    def find(self, name: str, kinds: tuple[str, ...] = _ORDER) -> Place:
        """The place of that name.

        Raises InputError for an unknown name (with the nearest known ones) and for one that names places far apart
        (with the candidates and how to name one).
        """
        if not fold(name):
            raise InputError(
                Problem(repr(name), "is no place name", "give a city, port, station or crossing")
            )
        wanted, iso3 = self._split(name)
        # Each index is only made when the ones before it do not know the name.
        for index, key in (
            (lambda: self._main, fold),
            (lambda: self._aliases, fold),
            (lambda: self._loose, loose_fold),
        ):
            found = {
                place
                for place in index().get(key(wanted), [])
                if place.kind in kinds and iso3 in ("", place.iso3)
            }
            if found:
                return _only(name, found | self._cities_near(wanted, found, kinds))
        if iso3 and (there := self._named_elsewhere(wanted, kinds)):
            raise InputError(Problem(name, f"is not a known place; {wanted} lies in {', '.join(there)}"))
        raise InputError(Problem(name, "is not a known place", self._nearest(wanted, kinds)))

    def _cities_near(self, name: str, found: set[Place], kinds: tuple[str, ...]) -> set[Place]:
        """Cities that the name is another spelling of, where it is the main name of their port or station only."""
        if "zone" not in kinds or any(place.kind == "zone" for place in found):
            return set()
        strict, loose = fold(name), loose_fold(name)
        return {
            city
            for city, aliases in self._places
            if city.kind == "zone"
            and any(_apart_km(city, place) <= _SAME_TOWN_KM for place in found)
            and any(fold(one) == strict or loose_fold(one) == loose for one in (city.name, *aliases))
        }

    def _named_elsewhere(self, name: str, kinds: tuple[str, ...]) -> list[str]:
        places = [*self._main.get(fold(name), []), *self._aliases.get(fold(name), [])]
        return sorted({place.iso3 for place in places if place.kind in kinds})

    def _nearest(self, name: str, kinds: tuple[str, ...]) -> str:
        return nearest(name, [place.name for place, _ in self._places if place.kind in kinds])


def _only(name: str, found: set[Place]) -> Place:
    """The one place meant; raises InputError when they are far apart or of the same kind."""
    ranked = sorted(found, key=lambda place: (_ORDER.index(place.kind), place.iso3, place.key))
    first = ranked[0]
    if all(place.kind != first.kind and _apart_km(first, place) <= _SAME_TOWN_KM for place in ranked[1:]):
        return first
    candidates = "; ".join(f"{place.name}, {place.iso3} ({_WORD[place.kind]})" for place in ranked)
    differ = len({place.iso3 for place in ranked}) > 1
    remedy = f"{_HOW_TO_NAME}, one of: {candidates}" if differ else f"one of: {candidates}"
    raise InputError(Problem(name, "names several places", remedy))


_WORD = {"zone": "city", "station": "station", "port": "port", "crossing": "border crossing"}


@cache
def gazetteer() -> Gazetteer:
    """Every zone, port, station and border crossing of the shipped tables."""
    codes: dict[tuple[str, str], list[str]] = {}
    for row in read_csv("network/place_names.csv"):
        codes.setdefault((row["name"], row["iso3"]), []).append(row["alias"])
    places: list[tuple[Place, tuple[str, ...]]] = []

    def add(place: Place, *aliases: str) -> None:
        places.append((place, (*aliases, *codes.get((place.name, place.iso3), ()))))

    for z in load_zones():
        add(Place("zone", z.key, z.name, z.iso3, z.latitude, z.longitude), *z.aliases)
    for row in read_csv("network/stations.csv"):
        name, where = row["name"], (float(row["lat"]), float(row["lon"]))
        add(Place("station", name, name, row["iso3"], *where), f"{name} station")
    for row in read_csv("network/ports.csv"):
        name, where = row["name"], (float(row["lat"]), float(row["lon"]))
        place = Place("port", name, name, row["iso3"], *where)
        add(place, f"port of {name}", f"{name} port", row["unlocode"])
    seen: set[str] = set()
    for row in read_csv("network/border_crossings.csv"):
        name, where = row["name"], (float(row["lat"]), float(row["lon"]))
        if name not in seen:
            seen.add(name)
            turned = "/".join(reversed(name.split("/")))
            place = Place("crossing", name, name, row["a_iso3"], *where)
            add(place, turned, name.replace("/", " - "), f"{name} border", *name.split("/"))
    countries = {row["name"]: row["iso3"] for row in read_csv("economies.csv")}
    return Gazetteer(places, countries)
