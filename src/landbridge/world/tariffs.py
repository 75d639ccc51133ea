"""Applied tariffs by exporter, importer and sector at a date: average rates of each importer, less its preferences."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from landbridge.errors import InputError, Problem, nearest
from landbridge.world.data import read_csv

FIRST, LAST = datetime.date(2015, 1, 1), datetime.date(2025, 12, 31)
# The importer whose rates stand in where an economy has none: a regional default.
DEFAULT = "ROW"

# Bits of `Tariffs.flags`.
SECTION_RATES = 1
BROAD_RATES = 2
REGIONAL_DEFAULT = 4
PREFERENCE = 8
ASSUMED_PREFERENCE = 16
ADDITIONAL_DUTY = 32


@dataclass(frozen=True)
class Tariffs:
    """Ad valorem tariffs among n economies in s sectors at a date.

    rate: (n, n, s) by exporter, importer and sector, fractions of the value; zero at home and on services. flags:
    (n, n, s) bits (1 rates by section of the Harmonized System, 2 rates for primary goods and manufactures only,
    4 a regional default, 8 a preference, 16 a preference whose depth is assumed, 32 an additional duty).
    applied: (n,) importers whose average already counts their preferences: the rates of others are a little too low.
    rate_year: (n,) the year of each importer's rates. rules: names of the preferences in force.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    date: datetime.date
    rate: np.ndarray
    flags: np.ndarray
    applied: np.ndarray
    rate_year: np.ndarray
    rules: tuple[str, ...]


def _day(text: str, otherwise: datetime.date) -> datetime.date:
    return datetime.date.fromisoformat(text) if text else otherwise


def members_at(date: datetime.date) -> dict[str, frozenset[str]]:
    """Country groups at a date: name -> codes of the members."""
    groups: dict[str, set[str]] = {}
    for row in read_csv("tariffs_members.csv"):
        inside = _day(row["from"], datetime.date.min) <= date <= _day(row["to"], datetime.date.max)
        groups.setdefault(row["group"], set()).update({row["iso3"]} if inside else set())
    return {name: frozenset(codes) for name, codes in groups.items()}


def _when(date: datetime.date | int) -> datetime.date:
    """The date, or the first of July of a year."""
    if isinstance(date, int):
        if not FIRST.year <= date <= LAST.year:
            raise InputError(
                Problem("tariffs", f"none are known for {date}", f"a year from {FIRST.year} to {LAST.year}")
            )
        return datetime.date(date, 7, 1)
    if not FIRST <= date <= LAST:
        raise InputError(Problem("tariffs", f"none are known for {date}", f"a date from {FIRST} to {LAST}"))
    return date


@cache
def _rates() -> dict[str, dict[int, tuple[str, dict[str, float], bool]]]:
    """Importer -> year -> (basis, group -> fraction, whether a regional default)."""
    rates: dict[str, dict[int, tuple[str, dict[str, float], bool]]] = {}
    for row in read_csv("tariffs.csv"):
        years = rates.setdefault(row["importer"], {})
        entry = years.setdefault(int(row["year"]), (row["basis"], {}, row["flag"] == "regional_default"))
        entry[1][row["group"]] = float(row["percent"]) / 100.0
    return rates


def _rate_of_sector(groups: Mapping[str, float], row: Mapping[str, str]) -> float:
    """The rate of one sector, from rates by section, by broad group, or for all goods."""
    if "all" in groups:
        return groups["all"]
    if "primary" in groups:
        return groups[row["broad_group"]]
    parts = [part.split() for part in row["sections"].split(";")]
    return sum(groups[section] * float(weight) for section, weight in parts)


def _known(economies: Sequence[str], sectors: Sequence[str], goods: Mapping[str, object]) -> None:
    """Raises InputError for codes that are not economies or sectors of the shipped base."""
    codes = [row["iso3"] for row in read_csv("economies.csv")]
    names = [row["code"] for row in read_csv("sectors.csv")]
    problems = [
        Problem("tariffs", f"{code!r} is not an economy of the base", nearest(code, codes))
        for code in economies
        if code not in codes
    ]
    problems += [
        Problem("tariffs", f"{code!r} is not a sector of the base", nearest(code, names))
        for code in sectors
        if code not in names and code not in goods
    ]
    if problems:
        raise InputError(problems)


def load_tariffs(
    date: datetime.date | int,
    economies: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
) -> Tariffs:
    """The tariffs of a date, or of the first of July of a year; economies and sectors of the shipped base by default.

    Each importer's average rates are those of the nearest year there is. Of the preferences in force the deepest
    applies; suspensions undo them, additional duties come on top.

    Raises InputError for a date outside the tables, and for unknown economies or sectors, naming the nearest.
    """
    day = _when(date)
    table = {row["sector"]: row for row in read_csv("tariffs_sectors.csv")}
    economies = tuple(economies or (row["iso3"] for row in read_csv("economies.csv")))
    sectors = tuple(sectors or (row["code"] for row in read_csv("sectors.csv")))
    _known(economies, sectors, table)
    n, s = len(economies), len(sectors)
    groups = members_at(day)
    rate = np.zeros((n, n, s))
    flags = np.zeros((n, n, s), np.uint8)
    applied, rate_year = np.zeros(n, bool), np.zeros(n, int)
    is_good = np.array([code in table for code in sectors])
    for j, code in enumerate(economies):
        years = _rates().get("EU" if code in groups["EU"] else code, {})
        known = years or _rates()[DEFAULT]
        year = min(known, key=lambda y: (abs(y - day.year), y))
        basis, by_group, default = known[year]
        applied[j], rate_year[j] = basis == "applied", year
        own = [_rate_of_sector(by_group, table[code]) if code in table else 0.0 for code in sectors]
        rate[:, j] = np.array(own)
        bit = (
            REGIONAL_DEFAULT
            if default or not years
            else BROAD_RATES
            if "primary" in by_group
            else SECTION_RATES
        )
        flags[:, j, is_good] = bit
    rules = _apply_preferences(rate, flags, economies, sectors, table, groups, day)
    itself = np.arange(n)
    rate[itself, itself], flags[itself, itself] = 0.0, 0
    for array in (rate, flags, applied, rate_year):
        array.setflags(write=False)
    return Tariffs(economies, sectors, day, rate, flags, applied, rate_year, rules)


def _apply_preferences(
    rate: np.ndarray,
    flags: np.ndarray,
    economies: Sequence[str],
    sectors: Sequence[str],
    table: Mapping[str, Mapping[str, str]],
    groups: Mapping[str, frozenset[str]],
    day: datetime.date,
) -> tuple[str, ...]:
    """Lowers the rates in place by the preferences in force, and returns their names."""
    farm = np.array([table.get(code, {}).get("agriculture") == "yes" for code in sectors])
    good = np.array([code in table for code in sectors])
    scopes = {"all": good, "agriculture": farm, "industry": good & ~farm}
    share = np.ones_like(rate)
    assumed = np.zeros(rate.shape, bool)
    suspended = np.zeros(rate.shape, bool)
    added = np.zeros_like(rate)
    names = []
    for row in read_csv("tariffs_preferences.csv"):
        if not _day(row["from"], datetime.date.min) <= day <= _day(row["to"], datetime.date.max):
            continue
        sides = [
            np.isin(economies, sorted(groups.get(row[side], {row[side]})))
            for side in ("exporters", "importers")
        ]
        cells = sides[0][:, None] & sides[1][None, :]
        if row["mutual"] == "yes":
            cells |= cells.T
        where = cells[:, :, None] & scopes[row["goods"]]
        if not where.any():
            continue
        names.append(row["name"])
        part, points = float(row["mfn_share"]), float(row["add_percent"]) / 100.0
        if points:
            added[where] += points
        elif part >= 1.0:
            suspended |= where
        else:
            deeper = where & (part < share)
            share[deeper] = part
            assumed[deeper] = row["flag"] == "assumption"
    share[suspended] = 1.0
    preferred = share < 1.0
    rate *= share
    rate += added
    flags[preferred] |= PREFERENCE
    flags[preferred & assumed] |= ASSUMED_PREFERENCE
    flags[added > 0] |= ADDITIONAL_DUTY
    return tuple(names)
