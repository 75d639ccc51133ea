"""Reads GMNS tables: every cell against the schema, all problems at once with file, line and column."""

from __future__ import annotations

import csv
import datetime
import difflib
import hashlib
import io
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem, nearest
from landbridge.network.gmns_schema import TABLES, Column, Table
from landbridge.world.data import read_csv, read_json

# Far more than a network of a continent takes; a file beyond it is no network.
_MOST_BYTES = 300_000_000
# Like problems beyond these many are counted, not listed.
_LISTED = 20
_MISSING = ("", "NaN")
_POINT = r"-?\d{1,3}(?:\.\d+)?(?:[eE]-?\d+)?"
_LINE = re.compile(
    rf"\s*LINESTRING\s*\(\s*({_POINT}\s+{_POINT}(?:\s*,\s*{_POINT}\s+{_POINT})+)\s*\)\s*", re.IGNORECASE
)


@dataclass
class Cells:
    """A table as read: column name -> cells, None where one is empty; `lines` are the rows' lines in the file."""

    table: Table
    place: str
    cells: dict[str, list[Any]]
    lines: list[int]
    sha256: str = ""
    ignored: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, row: int, column: str) -> str:
        """Where a cell is, for a message."""
        return f"{self.place} line {self.lines[row]} {column}"

    def numbers(self, column: str, empty: float = 0.0) -> np.ndarray:
        """A column of numbers, with a value for the empty cells."""
        return np.array([empty if cell is None else cell for cell in self.cells[column]], float)

    def texts(self, column: str) -> np.ndarray:
        """A column of texts, '' for the empty cells."""
        return np.array(["" if cell is None else cell for cell in self.cells[column]], str)


@dataclass
class Problems:
    """Problems found so far; beyond a number of the same kind in the same column they are counted."""

    found: list[Problem] = field(default_factory=list)
    _count: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, kind: str, place: str, message: str, remedy: str = "") -> None:
        """Notes a problem; kind: what problems are alike by."""
        key = (place.partition(" line ")[0], kind)
        self._count[key] += 1
        if self._count[key] <= _LISTED:
            self.found.append(Problem(place, message, remedy))

    def listed(self) -> list[Problem]:
        """The problems, those not listed as a count."""
        more = [
            Problem(file, f"{count - _LISTED} more of this kind: {kind}", "correct those listed first")
            for (file, kind), count in self._count.items()
            if count > _LISTED
        ]
        return self.found + more


@cache
def iso3_codes() -> frozenset[str]:
    """Every country code that the shipped tables know."""
    groups = {row["iso3"] for row in read_csv("network/country_groups.csv")}
    return frozenset(
        groups | set(read_json("countries.json")) | {row["iso3"] for row in read_csv("zones.csv")}
    )


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _whole(text: str) -> int:
    value = _number(text)
    if value != int(value):
        raise ValueError
    return int(value)


def _truth(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.casefold()]


def _line(text: str) -> np.ndarray:
    match = _LINE.fullmatch(text)
    if match is None:
        raise ValueError
    points = np.array([pair.split() for pair in match[1].split(",")], float)
    if (np.abs(points) > (180.0, 90.0)).any():
        raise ValueError
    return points[:, ::-1]


def _iso3(text: str) -> str:
    if text not in iso3_codes() and text != "ROW":
        raise ValueError
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "id": str,
    "text": str,
    "number": _number,
    "integer": _whole,
    "boolean": _truth,
    "date": datetime.date.fromisoformat,
    "iso3": _iso3,
    "line": _line,
}


def _cell(text: str, column: Column) -> Any:
    """The value of a cell. Raises ValueError or KeyError where it is none; the message says why."""
    value = _PARSERS[column.type](text)
    if column.choices and value not in column.choices:
        raise ValueError
    if column.least is not None and (value < column.least or (column.above and value == column.least)):
        raise ValueError("is negative" if value < 0 <= column.least else "is too small")
    if column.most is not None and value > column.most:
        raise ValueError("is too large")
    return value


def _what_is_wrong(text: str, column: Column, error: Exception) -> str:
    reason = str(error)
    if reason in ("is negative", "is too small", "is too large"):
        return f"{text} {reason}"
    shown = repr(text if len(text) <= 40 else text[:37] + "...")
    if column.choices:
        return f"{shown} is not known"
    return (
        f"{shown} is not {'a known country' if column.type == 'iso3' else column.expected.split(' in ')[0]}"
    )


def _remedy(text: str, column: Column) -> str:
    known = iso3_codes() if column.type == "iso3" else column.choices
    close = nearest(text, known) if known else ""
    return f"{column.expected}; {close}" if close.startswith("nearest") else column.expected


def _header(table: Table, place: str, names: list[str], problems: Problems) -> tuple[str, ...]:
    """Checks the column names; returns those that are not read."""
    known = [column.name for column in table.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add("column twice", place, f"the column {name} is there twice", "keep one")
    for column in table.columns:
        if column.required and column.name not in names:
            problems.add("column missing", place, f"the column {column.name} is missing", column.expected)
    ignored = []
    for name in dict.fromkeys(names):
        if name in known:
            continue
        close = difflib.get_close_matches(name.casefold(), known, 1, 0.8)
        if name.startswith("lb_") or (close and name not in table.unread):
            problems.add("column unknown", place, f"unknown column {name!r}", nearest(name, known))
        elif name not in table.unread:
            ignored.append(name)
    return tuple(ignored)


def _text_of(path: Path, problems: Problems) -> tuple[str, str] | None:
    """A file's text and its sha256, or None with a problem noted."""
    try:
        if path.exists() and not path.is_file():
            problems.add("file", str(path), "is no file", "give a plain CSV file")
            return None
        if path.stat().st_size > _MOST_BYTES:
            problems.add(
                "size", str(path), f"the file is larger than {_MOST_BYTES:,} bytes", "cut the network"
            )
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        problems.add("file", str(path), "the file is missing", "see docs/own-network.md for what it holds")
        return None
    except OSError as error:
        problems.add("file", str(path), f"cannot be read: {error.strerror}", "give a readable file")
        return None
    try:
        return content.decode("utf-8-sig"), hashlib.sha256(content).hexdigest()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.add("encoding", f"{path} line {line}", "is not UTF-8", "save the file as UTF-8")
        return None


def read_table(folder: Path, table: Table, problems: Problems) -> Cells | None:
    """One table, with its problems noted; None where the file cannot be read at all.

    A cell with a problem is None, so that later checks pass over it.
    """
    path = folder / table.file
    read = _text_of(path, problems)
    if read is None:
        return None
    text, sha256 = read
    reader = csv.reader(io.StringIO(text, newline=""))
    cells: dict[str, list[Any]] = {column.name: [] for column in table.columns}
    lines: list[int] = []
    try:
        names = [name.strip() for name in next(reader, [])]
        if not names:
            problems.add("empty", str(path), "the file is empty", "the first line names the columns")
            return None
        ignored = _header(table, str(path), names, problems)
        known = {column.name: column for column in table.columns}
        wanted = [(k, known[name]) for k, name in enumerate(names) if name in known]
        absent = [column.name for column in table.columns if column.name not in names]
        for row in reader:
            if not row or row == [""]:
                continue
            if len(lines) >= table.most_rows:
                problems.add("rows", str(path), f"has more than {table.most_rows:,} rows", "cut the network")
                break
            place = f"{path} line {reader.line_num}"
            if len(row) != len(names):
                message = f"has {len(row)} cells, the first line names {len(names)} columns"
                problems.add("cells", place, message, "quote texts that hold a comma")
                continue
            lines.append(reader.line_num)
            for k, column in wanted:
                cells[column.name].append(
                    _checked(row[k].strip(), column, f"{place} {column.name}", problems)
                )
            for name in absent:
                cells[name].append(None)
    except csv.Error as error:
        problems.add("csv", f"{path} line {reader.line_num}", f"is not CSV: {error}", "write plain CSV")
        return None
    if not lines:
        problems.add("empty", str(path), "has no rows", table.title)
    return Cells(table, str(path), cells, lines, sha256, ignored)


def _checked(text: str, column: Column, place: str, problems: Problems) -> Any:
    if text in _MISSING:
        if column.required:
            what = "NaN stands for a missing value" if text else "the cell is empty"
            problems.add(f"{column.name} is empty", place, what, column.expected)
        return None
    try:
        return _cell(text, column)
    except (ValueError, KeyError, OverflowError) as error:
        message = _what_is_wrong(text, column, error)
        problems.add(f"{column.name} is wrong", place, message, _remedy(text, column))
        return None


def read_tables(folder: Path, problems: Problems) -> dict[str, Cells]:
    """Every table that could be read, by name, with all problems of their cells noted.

    Raises InputError when the folder is none.
    """
    if not folder.is_dir():
        remedy = "name the folder that holds config.csv, node.csv, link.csv and zone.csv"
        raise InputError(Problem(str(folder), "there is no such folder", remedy))
    read = {table.name: read_table(folder, table, problems) for table in TABLES}
    return {name: cells for name, cells in read.items() if cells is not None}
