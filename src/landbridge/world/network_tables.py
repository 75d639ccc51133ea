"""The shipped network tables as arrays and rows, checked when read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from landbridge.world.data import load_arrays, read_csv


@dataclass(frozen=True)
class LandTable:
    """Rail or road links between nodes.

    node: (n, 2) latitude and longitude. country: (n,) ISO3. tail, head: (m,) link ends. km: (m,). repaired: (m,) true
    where the map had a gap. crossing: (m,) name of the border crossing or ''. opened: (m,) YYYYMMDD or 0.
    line: the polylines' points, link k from line_offset[k] to line_offset[k + 1]. place_*: where named places attach
    (node -1 where the mode does not reach the place), access distance in km along the straight line.
    line_capacity_row, line_capacity_link: rows of line_capacities.csv and the links that they hold for.
    """

    mode: str
    node: np.ndarray
    country: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    km: np.ndarray
    repaired: np.ndarray
    crossing: np.ndarray
    opened: np.ndarray
    line: np.ndarray
    line_offset: np.ndarray
    place_kind: np.ndarray
    place_name: np.ndarray
    place_node: np.ndarray
    place_access_km: np.ndarray
    line_capacity_row: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    line_capacity_link: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class SeaTable:
    """Sea lanes: node (n, 2), links with km and the passage they run through."""

    node: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    km: np.ndarray
    passage: np.ndarray


@cache
def load_land(mode: str) -> LandTable:
    """The rail or road table."""
    arrays = load_arrays(f"network/{mode}.npz")
    return LandTable(
        mode=mode,
        node=arrays["node"].astype(float),
        country=arrays["countries"][arrays["node_country"]],
        tail=arrays["tail"].astype(np.int64),
        head=arrays["head"].astype(np.int64),
        km=arrays["km"].astype(float),
        repaired=arrays["repaired"].astype(bool),
        # A number of -1 takes the last name, which is none.
        crossing=np.r_[arrays["crossing_names"], np.array([""], "U60")][arrays["crossing"]],
        opened=arrays["opened"].astype(np.int64),
        line=arrays["line"].astype(float),
        line_offset=arrays["line_offset"].astype(np.int64),
        place_kind=arrays["place_kind"],
        place_name=arrays["place_name"],
        place_node=arrays["place_node"].astype(np.int64),
        place_access_km=arrays["place_access_km"].astype(float),
        line_capacity_row=arrays["line_capacity_row"].astype(np.int64),
        line_capacity_link=arrays["line_capacity_link"].astype(np.int64),
    )


@cache
def load_sea() -> SeaTable:
    """The sea lanes."""
    arrays = load_arrays("network/sea.npz")
    return SeaTable(
        arrays["node"].astype(float),
        arrays["tail"].astype(np.int64),
        arrays["head"].astype(np.int64),
        arrays["km"].astype(float),
        arrays["passage"],
    )


@dataclass(frozen=True)
class CargoClass:
    """Sectors that share value density, value of time and allowed modes.

    value_usd_per_t: USD of the base year a tonne. time_value: share of value lost a day. usd_per_kg_co2: what is paid
    for a kg of CO2e, nothing for the shipped classes.
    """

    name: str
    title: str
    sectors: tuple[str, ...]
    value_usd_per_t: float
    time_value: float
    usd_per_kg_co2: float = 0.0

    @property
    def usd_per_hour(self) -> float:
        """What an hour more costs, USD a tonne."""
        return self.value_usd_per_t * self.time_value / 24.0


@cache
def load_cargo_classes() -> tuple[CargoClass, ...]:
    """The cargo classes of cargo_classes.csv."""
    return tuple(
        CargoClass(
            row["class"],
            row["title"],
            tuple(row["sectors"].split(";")),
            float(row["value_usd_per_t"]),
            float(row["time_value_pct_per_day"]) / 100.0,
        )
        for row in read_csv("cargo_classes.csv")
    )


@cache
def load_choice() -> dict[str, float]:
    """Parameters of the choice between mode chains, by name."""
    return {row["parameter"]: float(row["value"]) for row in read_csv("choice.csv")}


class ModeParameters:
    """Speeds, rates and factors by country, its group, or the default, from mode_parameters.csv."""

    def __init__(self, rows: list[dict[str, str]], groups: dict[str, str]) -> None:
        self._value = {(r["scope"], r["mode"], r["parameter"]): float(r["value"]) for r in rows}
        self._groups = groups

    def get(self, mode: str, parameter: str, iso3: str = "DEFAULT") -> float:
        """The value for a country; its group's or the default where it has none of its own.

        Raises KeyError when not even a default is listed.
        """
        for scope in (iso3, self._groups.get(iso3, "OTHER"), "DEFAULT"):
            if (scope, mode, parameter) in self._value:
                return self._value[scope, mode, parameter]
        raise KeyError(f"mode_parameters.csv has no {parameter} of {mode} for {iso3} and no default")


@cache
def country_groups() -> dict[str, str]:
    """Customs group of each listed country."""
    return {row["iso3"]: row["group"] for row in read_csv("network/country_groups.csv")}


@cache
def load_mode_parameters() -> ModeParameters:
    """The shipped speeds, rates and factors."""
    return ModeParameters(read_csv("network/mode_parameters.csv"), country_groups())


@cache
def crossing_rows(mode: str) -> dict[str, dict[str, str]]:
    """The named crossings of a mode, by name; to be read, not changed."""
    return {row["name"]: row for row in read_csv("network/border_crossings.csv") if row["mode"] == mode}
