"""A table of the output folder: named columns with units, and rows of plain cells."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | None
SEPARATOR = ";"  # between the entries of a list within one cell


@dataclass(frozen=True)
class Field:
    """One column: its name, its type, its unit (empty for names) and what it holds."""

    name: str
    type: Literal["string", "number", "integer"]
    unit: str = ""
    description: str = ""
    optional: bool = False  # left out where no row has a value


@dataclass(frozen=True)
class Table:
    """A table of the output folder: rows hold one cell for each field, in order."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv_text(self) -> str:
        """The table as CSV with LF line ends; None is an empty cell, floats keep every digit."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([field.name for field in self.fields])
        writer.writerows(["" if cell is None else cell for cell in row] for row in self.rows)
        return out.getvalue()
