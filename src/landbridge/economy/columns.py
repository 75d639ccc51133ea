"""Long tables as columns: CSV, Parquet, or anything that gives a column by its name."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem, nearest

Table = str | Path | Mapping[str, Sequence[Any]] | Any


@dataclass
class Columns:
    """A long table: name for messages, columns by name, and the lines of the file where its rows stand.

    first_line: the line of row 0. lines: that of each row, where some are left out.
    """

    name: str
    data: dict[str, list[Any]]
    first_line: int
    lines: list[int] = field(default_factory=list)

    def place(self, row: int) -> str:
        """Where a row stands."""
        return f"{self.name} line {self.lines[row] if self.lines else row + self.first_line}"


def read_columns(table: Table, name: str) -> Columns:
    """A long table from a path (.csv, .parquet), a data frame, or a mapping of columns.

    Raises InputError for a file that is not there or of another kind; ImportError where Parquet needs pyarrow.
    """
    if not isinstance(table, str | Path):
        if not isinstance(table, Mapping) and not hasattr(table, "columns"):
            raise InputError(
                Problem(name, f"is no table but {type(table).__name__}", "a path, a frame or columns")
            )
        names = table.keys() if isinstance(table, Mapping) else table.columns
        return _checked(Columns(name, {str(key): list(table[key]) for key in names}, 1))
    path = Path(table)
    if not path.is_file():
        raise InputError(Problem(str(path), "is not a file", f"a table for {name}"))
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        return _checked(Columns(str(path), pyarrow.parquet.read_table(path).to_pydict(), 1))
    if path.suffix.lower() != ".csv":
        raise InputError(Problem(str(path), "is of an unknown kind", ".csv or .parquet"))
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _of_csv(path, csv.reader(file))
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(path), "is not in UTF-8", "save it as CSV UTF-8")) from error


def _of_csv(path: Path, rows: Iterator[list[str]]) -> Columns:
    header = [key.strip() for key in next(rows, [])]
    problems = [
        Problem(f"{path} line 1", f"names the column {key!r} {count} times", "names must differ")
        for key, count in Counter(header).items()
        if count > 1
    ]
    if problems:
        raise InputError(problems)
    columns: dict[str, list[Any]] = {key: [] for key in header}
    places = []
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(header):
            raise InputError(
                Problem(f"{path} line {line}", f"has {len(row)} cells", f"{len(header)} as in its header")
            )
        for key, cell in zip(columns, row, strict=True):
            columns[key].append(cell.strip())
        places.append(line)
    return Columns(str(path), columns, 2, places)


def _checked(table: Columns) -> Columns:
    """The table with text stripped as in a file. Raises InputError for columns of different lengths."""
    lengths = {key: len(cells) for key, cells in table.data.items()}
    if len(set(lengths.values())) > 1:
        text = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise InputError(Problem(table.name, f"has columns of different lengths: {text}", "one cell a row"))
    for key, cells in table.data.items():
        table.data[key] = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    return table


def label(cell: Any) -> str:
    """A cell as a name; empty where there is none."""
    missing = cell is None or (isinstance(cell, float) and cell != cell)
    return "" if missing else str(cell)


def missing_columns(table: Columns, needed: Iterable[str], optional: Iterable[str] = ()) -> list[Problem]:
    """A problem for every column that is missing or unknown."""
    want, known = list(needed), [*needed, *optional]
    problems = [
        Problem(table.name, f"has no column {key!r}", f"columns {', '.join(want)}")
        for key in want
        if key not in table.data
    ]
    problems += [
        Problem(f"{table.name} column {key!r}", "is not known", nearest(key, known))
        for key in table.data
        if key not in known
    ]
    return problems


def filled(
    table: Columns, keys: Sequence[str], axes: Sequence[Sequence[str]], value: str
) -> tuple[np.ndarray, np.ndarray, list[Problem]]:
    """The array of a long table over named axes, which cells were given, and what is wrong with its rows.

    Rows that are not there are zeros; a cell given twice, a label or a number that is not one is a problem.
    """
    shape = tuple(len(axis) for axis in axes)
    positions = [{name: k for k, name in enumerate(axis)} for axis in axes]
    array, given = np.zeros(shape), np.zeros(shape, bool)
    problems = []
    for row, cells in enumerate(zip(*(table.data[key] for key in (*keys, value)), strict=True)):
        labels, number = [label(cell) for cell in cells[:-1]], cells[-1]
        unknown = [
            Problem(f"{table.place(row)} {key} {name!r}", "is not known", nearest(name, axis))
            for key, name, position, axis in zip(keys, labels, positions, axes, strict=True)
            if name not in position
        ]
        if unknown:
            problems += unknown
            continue
        cell = tuple(position[name] for name, position in zip(labels, positions, strict=True))
        try:
            array[cell] = float(number)
        except (TypeError, ValueError):
            problems.append(Problem(f"{table.place(row)} {value}", f"{number!r} is not a number", "a number"))
        if given[cell]:
            problems.append(Problem(table.place(row), f"gives {', '.join(labels)} again", "one row a cell"))
        given[cell] = True
    return array, given, problems
