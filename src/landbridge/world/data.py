"""The shipped data files: each is listed in `datapackage.json` with its hash and checked whenever it is read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from landbridge.errors import InputError, Problem

PACKAGE_FILE = "datapackage.json"
_REINSTALL = "reinstall landbridge, or rebuild the file with the script named in datapackage.json"


@dataclass(frozen=True)
class Resource:
    """One shipped data file, as `datapackage.json` describes it."""

    file: str
    title: str
    source: str
    licence: str
    sha256: str
    rows: int
    flags: tuple[str, ...]
    builder: str


def data_folder() -> Path:
    """The folder of the shipped data; the environment variable LANDBRIDGE_DATA names another copy."""
    override = os.environ.get("LANDBRIDGE_DATA")
    return Path(override) if override else Path(__file__).resolve().parent.parent / "data"


def resources() -> dict[str, Resource]:
    """Every shipped file by name.

    Raises InputError when `datapackage.json` is missing or cannot be read.
    """
    return _resources(data_folder())


@cache
def _resources(folder: Path) -> dict[str, Resource]:
    path = folder / PACKAGE_FILE
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        listed = [
            Resource(
                file=item["path"],
                title=item["title"],
                source=item["source"],
                licence=item["licence"],
                sha256=item["sha256"],
                rows=int(item["rows"]),
                flags=tuple(item["flags"]),
                builder=item["builder"],
            )
            for item in package["resources"]
        ]
    except OSError as error:
        raise InputError(Problem(str(path), "the list of shipped data is missing", _REINSTALL)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            Problem(str(path), f"the list of shipped data cannot be read: {error!r}", _REINSTALL)
        ) from error
    return {resource.file: resource for resource in listed}


def read_bytes(name: str) -> bytes:
    """The bytes of a shipped file.

    Raises InputError when the file is not listed, missing, or differs from its listed sha256.
    """
    resource = resources().get(name)
    if resource is None:
        raise InputError(Problem(name, "is not a shipped data file", "see `landbridge data list`"))
    path = data_folder() / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), "the data file is missing", _REINSTALL)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != resource.sha256:
        raise InputError(
            Problem(
                str(path),
                f"the data file is truncated or changed: {len(content)} bytes with sha256 {found[:12]}, "
                f"datapackage.json lists {resource.sha256[:12]}",
                _REINSTALL,
            )
        )
    return content


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of a shipped CSV file, as strings by column name."""
    return list(csv.DictReader(io.StringIO(read_bytes(name).decode("utf-8"))))


def read_json(name: str) -> dict[str, object]:
    """A shipped JSON document."""
    document = json.loads(read_bytes(name))
    if not isinstance(document, dict):
        raise InputError(Problem(name, "is not a JSON object", _REINSTALL))
    return document


def load_arrays(name: str) -> dict[str, np.ndarray]:
    """The arrays of a shipped `.npz` file, by name; pickled objects are refused."""
    with np.load(io.BytesIO(read_bytes(name)), allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def verify() -> list[Problem]:
    """Everything wrong with the shipped files: missing, changed, unlisted, or with another number of rows."""
    problems: list[Problem] = []
    listed = resources()
    for name, resource in listed.items():
        try:
            content = read_bytes(name)
        except InputError as error:
            problems.extend(error.problems)
            continue
        rows = count_rows(name, content)
        if rows != resource.rows:
            problems.append(
                Problem(name, f"has {rows} rows, datapackage.json lists {resource.rows}", _REINSTALL)
            )
    folder = data_folder()
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    unlisted = on_disk - set(listed) - {PACKAGE_FILE}
    problems.extend(
        Problem(
            str(folder / name), "is not listed in datapackage.json", "remove it, or list it with its source"
        )
        for name in sorted(unlisted)
        if not name.endswith((".pyc", ".py"))
    )
    return problems


def count_rows(name: str, content: bytes) -> int:
    """Rows of a table, entries of the longest array of an archive, top-level entries of a document, lines of a text."""
    if name.endswith(".csv"):
        return sum(1 for _ in csv.DictReader(io.StringIO(content.decode("utf-8"))))
    if name.endswith(".npz"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = len(archive.namelist())
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            longest = max(len(np.atleast_1d(arrays[key])) for key in arrays.files)
        return longest if members else 0
    if name.endswith(".json"):
        return len(json.loads(content))
    return len(content.decode("utf-8").splitlines())
