"""Writes the tables of tariffs, which are facts: copied with their sources, members before the rules that name them."""

from __future__ import annotations

from pathlib import Path

from economy.sources import FACTS

TABLES = ("tariffs.csv", "tariffs_members.csv", "tariffs_preferences.csv", "tariffs_sectors.csv")


def write_tariffs(folder: Path) -> None:
    """Copies the tables of tariffs."""
    for name in TABLES:
        (folder / name).write_bytes((FACTS / name).read_bytes())
