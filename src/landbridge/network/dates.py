"""What stands at a date."""

from __future__ import annotations

import datetime

from landbridge.world.data import read_csv


def is_open(opened: str, date: datetime.date) -> bool:
    """Whether something with this opening date ('' for always) is open at the date."""
    return not opened or datetime.date.fromisoformat(opened) <= date


def is_shut(closed_from: str, closed_to: str, date: datetime.date) -> bool:
    """Whether the date lies in a closure from closed_from ('' for no closure) until closed_to ('' for no end)."""
    return (
        bool(closed_from)
        and is_open(closed_from, date)
        and not (bool(closed_to) and is_open(closed_to, date))
    )


def closed_pairs(mode: str, date: datetime.date) -> set[frozenset[str]]:
    """The country pairs whose border is closed to the mode at the date."""
    return {
        frozenset((row["a_iso3"], row["b_iso3"]))
        for row in read_csv("network/closed_borders.csv")
        if row["mode"] in (mode, "all") and is_shut(row["closed_from"], row["closed_to"], date)
    }
