"""How many tonnes a day borders, ports, services and single-track lines let through."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.dates import is_open
from landbridge.world.data import read_csv
from landbridge.world.network_tables import LandTable, ModeParameters

UNITS = ("trains/day", "trucks/day", "t/day", "Mt/yr")
_DAYS = 365.0


def tonnes_per_day(amount: str, unit: str, parameters: ModeParameters, place: str) -> float:
    """Tonnes a day in one direction; NaN (no limit known) where the amount is empty.

    trains/day and trucks/day count one direction and the goods on board (net_t_per_train, net_t_per_truck of
    mode_parameters.csv), so does t/day; Mt/yr counts both directions together, half of it each way.
    Raises InputError for an unknown unit.
    """
    if not amount:
        return float("nan")
    value = float(amount)
    if unit == "trains/day":
        return value * parameters.get("rail", "net_t_per_train")
    if unit == "trucks/day":
        return value * parameters.get("road", "net_t_per_truck")
    if unit == "t/day":
        return value
    if unit == "Mt/yr":
        return value * 1e6 / _DAYS / 2.0
    raise InputError(Problem(place, f"the capacity's unit is {unit!r}", f"use one of {', '.join(UNITS)}"))


def named_capacities(
    kind: str,
    rows: Iterable[dict[str, str]],
    date: datetime.date,
    parameters: ModeParameters,
    mode: str = "",
) -> dict[str, float]:
    """Tonnes a day by name of the rows of one table, as they stood at the date.

    kind: crossing, port or service, as capacity_changes.csv calls it; mode: rail or road for a crossing.
    """
    found = {
        row["name"]: tonnes_per_day(
            row["capacity"], row["capacity_unit"], parameters, f"{kind} {row['name']}"
        )
        for row in rows
    }
    for row in sorted(read_csv("network/capacity_changes.csv"), key=lambda row: row["from"]):
        if row["kind"] == kind and row["mode"] == mode and is_open(row["from"], date):
            place = f"network/capacity_changes.csv, {row['name']}"
            if row["name"] not in found:
                raise InputError(Problem(place, f"is no {kind}"))
            found[row["name"]] = tonnes_per_day(row["capacity"], row["unit"], parameters, place)
    return found


def link_capacities(
    table: LandTable,
    crossings: dict[str, dict[str, str]],
    date: datetime.date,
    parameters: ModeParameters,
) -> np.ndarray:
    """Tonnes a day (m,) in each direction of the links of a mode: the line's or the crossing's, whichever is less.

    NaN where no limit is known.
    """
    capacity = np.full(len(table.km), np.nan)
    for number, row in sorted(
        enumerate(read_csv("network/line_capacities.csv")), key=lambda item: item[1]["from"]
    ):
        if row["mode"] == table.mode and is_open(row["from"], date):
            place = f"network/line_capacities.csv, {row['name']}"
            on_line = table.line_capacity_link[table.line_capacity_row == number]
            capacity[on_line] = tonnes_per_day(row["capacity"], row["unit"], parameters, place)
    by_name = named_capacities("crossing", crossings.values(), date, parameters, table.mode)
    named = np.flatnonzero(table.crossing != "")
    at_border = np.full(len(table.km), np.nan)
    at_border[named] = [by_name.get(name, np.nan) for name in table.crossing[named].tolist()]
    return np.asarray(np.fmin(capacity, at_border))
