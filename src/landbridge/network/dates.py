"""What stands at a date."""

from __future__ import annotations

import datetime

from landbridge.world.data import read_csv


def is_open(opened: str, date: datetime.date) -> bool:
    """Whether something with this opening date ('' for always) is open at the date."""
    return not opened or datetime.date.fromisoformat(opened) <= date


def closed_pairs(mode: str, date: datetime.date) -> set[frozenset[str]]:
    """The country pairs whose border is closed to the mode at the date."""
    closed = set()
    for row in read_csv("network/closed_borders.csv"):
        until = row["closed_to"]
        over = bool(until) and is_open(until, date)
        if row["mode"] in (mode, "all") and is_open(row["closed_from"], date) and not over:
            closed.add(frozenset((row["a_iso3"], row["b_iso3"])))
    return closed
