"""What the commands share."""

from __future__ import annotations

import argparse
import datetime
import errno
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landbridge.errors import InputError, Problem

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


# The countries of the network tables, and with them its borders, are those since this day.
_FIRST_DATE = datetime.date(1992, 1, 1)
DEFAULT_DATE = "2017-06-08"


def read_date(text: str) -> datetime.date:
    """The date of an option --at. Raises InputError for no date and for one before the tables' countries existed."""
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(Problem("--at", f"{text} is not a date", f"write it as {DEFAULT_DATE}")) from error
    if date < _FIRST_DATE:
        message = f"{date} lies before {_FIRST_DATE}, when the network's countries and borders began"
        raise InputError(Problem("--at", message, "give a later date"))
    return date


def check_jobs(jobs: int) -> None:
    """Raises InputError for a number of processes that does nothing."""
    if jobs < 1:
        raise InputError(Problem("--jobs", f"{jobs} is less than one", "give one process or more"))


def print_json(document: Any) -> None:
    """Prints one document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=1))


def write_all(files: Mapping[Path, str]) -> None:
    """Writes text files, all of them or none; folders that lack are made.

    Raises InputError where one cannot be written.
    """
    made: list[Path] = []
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, text in files.items():
            for folder in reversed([path.parent, *path.parent.parents]):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder")
            temporary = path.with_name(path.name + ".part")
            temporary.write_text(text, encoding="utf-8", newline="\n")
            staged.append((temporary, path))
        for temporary, path in staged:
            temporary.replace(path)
    except OSError as error:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()
        raise InputError(
            Problem(str(path), f"cannot be written: {error.strerror}", "give a writable place")
        ) from error
