"""What crossing a border adds to a link: hours and their spread, fees, and whether it can be crossed at all."""

from __future__ import annotations

import datetime

import numpy as np

from landbridge.network.dates import closed_pairs, is_open, is_shut
from landbridge.network.parts import COUNT, Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import LandTable, country_groups, crossing_rows


def crossing_parts(row: dict[str, str], outward: bool) -> np.ndarray:
    """Parts (c,) of a named crossing, from its side a to its side b when outward."""
    parts = np.zeros(COUNT)
    parts[Part.BORDER_H] = float(row["dwell_a_to_b_h" if outward else "dwell_b_to_a_h"])
    parts[Part.GAUGE_H] = float(row["gauge_change_h"] or 0)
    parts[Part.FIXED_USD] = float(row["fee_usd_per_t"] or 0) + float(row["gauge_change_usd_per_t"] or 0)
    parts[Part.VARIANCE_H2] = float(row["dwell_sd_h"] or 0) ** 2
    return parts


def _default_parts(row: dict[str, str]) -> np.ndarray:
    parts = np.zeros(COUNT)
    parts[Part.BORDER_H] = float(row["dwell_h"])
    parts[Part.FIXED_USD] = float(row["fee_usd_per_t"])
    parts[Part.VARIANCE_H2] = float(row["sd_h"] or 0) ** 2
    return parts


def border_parts(
    table: LandTable, tail: np.ndarray, head: np.ndarray, date: datetime.date
) -> tuple[np.ndarray, np.ndarray]:
    """Parts (m, c) that crossing a border adds to each link run from tail to head, and which links are passable."""
    named = crossing_rows(table.mode)
    gauge = {row["iso3"]: row["gauge_mm"] for row in read_csv("network/track_gauge.csv")}
    groups = country_groups()
    defaults = {
        (row["group_a"], row["group_b"]): row
        for row in read_csv("network/border_defaults.csv")
        if row["mode"] == table.mode
    }
    shut = closed_pairs(table.mode, date)
    parts = np.zeros((len(tail), COUNT))
    passable = np.ones(len(tail), bool)
    over = np.flatnonzero(table.country[tail] != table.country[head])
    known: dict[tuple[str, str, str], np.ndarray | None] = {}
    ends = zip(
        over.tolist(),
        table.country[tail[over]].tolist(),
        table.country[head[over]].tolist(),
        table.crossing[over].tolist(),
        strict=True,
    )
    for k, a, b, crossing in ends:
        key = (a, b, crossing)
        if key not in known:
            row = named.get(crossing)
            if frozenset((a, b)) in shut or (row is not None and not _stands(row, date)):
                known[key] = None
            elif row is not None:
                known[key] = crossing_parts(row, row["a_iso3"] == a)
            elif table.mode == "rail" and gauge.get(a) != gauge.get(b) and a in gauge and b in gauge:
                # Only a named crossing is known to have what changing the gauge takes.
                known[key] = None
            else:
                pair = (groups.get(a, "OTHER"), groups.get(b, "OTHER"))
                default = defaults.get(pair) or defaults.get(pair[::-1]) or defaults["OTHER", "OTHER"]
                known[key] = _default_parts(default)
        found = known[key]
        if found is None:
            passable[k] = False
        else:
            parts[k] = found
    return parts, passable


def _stands(row: dict[str, str], date: datetime.date) -> bool:
    return is_open(row["opened"], date) and not is_shut(row["closed_from"], row["closed_to"], date)
