"""Results on their way: each is written when it is known, so that a killed run goes on where it was."""

from __future__ import annotations

import hashlib
import json
import platform
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from landbridge import __version__
from landbridge.appraisal.options import Options
from landbridge.errors import InputError, Problem
from landbridge.measures import Case
from landbridge.network import Network
from landbridge.world.data import resources

# Options that change no coalition's value.
_OF_NO_MATTER = ("quick", "jobs", "draws", "seed", "carbon_price", "resume", "scheduler")
_LIBRARIES = ("numpy", "scipy", "numba")


@cache
def code_hash() -> str:
    """A hash of the program's own text."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def check_code(code: str) -> None:
    """Raises InputError where the program of the given hash is not the one that runs here."""
    if code != code_hash():
        message = "a worker runs another version of Landbridge"
        raise InputError(Problem("--scheduler", message, "install the same one on all machines"))


def key_of(case: Case, network: Network | None, options: Options) -> str:
    """A hash of all that the values of coalitions and draws depend on: case, data, program, machine and options."""
    changing = {
        one.name: sorted(value.items()) if isinstance(value, Mapping) else value
        for one in fields(options)
        if one.name not in _OF_NO_MATTER
        for value in (getattr(options, one.name),)
    }
    content = {
        "landbridge": [__version__, code_hash()],
        "libraries": {name: version(name) for name in _LIBRARIES},
        "machine": [platform.machine(), platform.python_version()],
        "data": {name: one.sha256 for name, one in sorted(resources().items())},
        "network": None if network is None else {one.file: one.sha256 for one in network.atlas.own},
        "case": {
            "baseline_date": case.baseline_date.isoformat(),
            "economy_year": case.economy_year,
            "in_year": case.in_year,
            # Draws search between more cities of the parties and their neighbours than of others.
            "parties": list(case.parties),
            "neighbours": list(case.neighbours),
            "sides": [side.id for side in case.sides],
            "measures": [measure.model_dump(mode="json") for measure in case.measures],
        },
        "options": changing,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class WorkFile:
    """Rows of results in a file of JSON lines, by number; each line carries a checksum.

    folder: made where it lacks; None keeps the rows in memory alone. name: what the rows are. key: see `key_of`; rows
    of another key lie in another file. A line that was cut off or changed is dropped with all after it.
    Raises InputError where the file cannot be read or written.
    """

    def __init__(self, folder: Path | None, name: str, key: str) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.path = None if folder is None else folder / f"{name}-{key[:16]}.jsonl"
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._read(self.path)
        except OSError as error:
            raise self._unusable(error) from error

    def _read(self, path: Path) -> None:
        good = 0
        content = path.read_bytes() if path.exists() else b""
        for line in content.splitlines(keepends=True):
            found = _parsed(line)
            if found is None:
                break
            self.rows[found[0]] = found[1]
            good += len(line)
        if good < len(content):
            with path.open("r+b") as stream:
                stream.truncate(good)

    def add(self, rows: Mapping[int, dict[str, Any]]) -> None:
        """Writes rows, and keeps them."""
        self.rows.update(rows)
        if self.path is None:
            return
        try:
            with self.path.open("ab") as stream:
                stream.write(b"".join(_line(number, row) for number, row in rows.items()))
        except OSError as error:
            raise self._unusable(error) from error

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """Those of some numbers that have no row yet."""
        return [number for number in numbers if number not in self.rows]

    def _unusable(self, error: OSError) -> InputError:
        return InputError(
            Problem(
                str(self.path),
                f"cannot keep what was reached: {error.strerror or error}",
                "give a writable folder",
            )
        )


def clear(folder: Path) -> None:
    """Removes the work files of a folder, and the folder where nothing else lies in it."""
    for path in folder.glob("*-*.jsonl"):
        path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _line(number: int, row: dict[str, Any]) -> bytes:
    text = json.dumps({"number": number, **row}, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n".encode()


def _parsed(line: bytes) -> tuple[int, dict[str, Any]] | None:
    """A line's number and row, or None where the line is not whole."""
    check, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or check != f"{zlib.crc32(text):08x}".encode():
        return None
    row = json.loads(text)
    return int(row.pop("number")), row
