"""What outlives the server: fitted responses and finished results, each whole or not there at all.

A file's name is a hash, so that no word of a request is ever part of a path.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import threading
import time
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

from landbridge import __version__
from landbridge.errors import InputError, Problem
from landbridge.measures import Case
from landbridge.world.data import PACKAGE_FILE, data_folder

# Rooms whose code can change a figure.
_FIGURES = ("appraisal", "economy", "measures", "network", "world")
_DAYS_KEPT = 30
_MOST_BYTES = 500_000_000
# Written after which the folder is tidied again.
_TIDY_BYTES = 50_000_000
_BLOCK_BYTES = 4096
# The files that are ours; others in the folder are left alone.
_KEPT = re.compile(r"[0-9a-f]{64}\.[a-z]+", re.ASCII)
_UNFINISHED = re.compile(r"kept-\w+\.part", re.ASCII)


def default_folder() -> Path:
    """Where results are kept unless the user says otherwise."""
    base = os.environ.get("LANDBRIDGE_CACHE")
    if base:
        return Path(base)
    home = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(home) / "landbridge"


def digest(*words: str | bytes) -> str:
    """The sha256 of some words, each by its length and content."""
    found = hashlib.sha256()
    for word in words:
        content = word.encode("utf-8") if isinstance(word, str) else word
        found.update(f"{len(content)}:".encode())
        found.update(content)
    return found.hexdigest()


def key_of(case: Case) -> str:
    """What the figures of a case depend on, hashed: its files, the shipped data and the code."""
    parts: list[str | bytes] = [__version__, (data_folder() / PACKAGE_FILE).read_bytes()]
    parts.append(json.dumps([one.model_dump(mode="json") for one in case.measures], sort_keys=True))
    parts.append(json.dumps([side.model_dump(mode="json") for side in case.sides], sort_keys=True))
    parts.append(repr((case.name, case.baseline_date, case.economy_year, case.parties, case.neighbours)))
    parts.append(repr(case.city_pairs))
    package = Path(str(resources.files("landbridge")))
    for room in _FIGURES:
        for path in sorted((package / room).rglob("*.py")):
            parts.append(path.read_bytes())
    return digest(*parts)


def settings_key(case_key: str, what: str, chosen: dict[str, Any]) -> str:
    """The name of a result: the case, what was asked, and the settings of its measures."""
    plain = {name: asdict(setting) for name, setting in chosen.items()}
    return digest(case_key, what, json.dumps(plain, sort_keys=True))


class Store:
    """A folder of results by hashed name.

    Raises InputError where the folder cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "app"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One that was there before; some file systems know no modes.
            with contextlib.suppress(OSError):
                self.folder.chmod(0o700)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            message = f"the folder of kept results cannot be written: {error.strerror or error}"
            raise InputError(Problem(str(folder), message, "name another with --cache")) from error
        self._written = 0
        self._lock = threading.Lock()
        self._tidy()

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / f"{digest(kind, name)}.{kind}"

    def get(self, kind: str, name: str) -> bytes | None:
        """The bytes kept under a name, or None."""
        try:
            return self._path(kind, name).read_bytes()
        except OSError:
            return None

    def put(self, kind: str, name: str, content: bytes) -> None:
        """Keeps bytes under a name, whole or not at all."""
        path = self._path(kind, name)
        handle, scratch = tempfile.mkstemp(dir=self.folder, prefix="kept-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(scratch).replace(path)
        except OSError:
            Path(scratch).unlink(missing_ok=True)
            raise
        with self._lock:
            self._written += _on_disk(len(content))
            due = self._written >= _TIDY_BYTES
            if due:
                self._written = 0
        if due:
            self._tidy()

    def get_json(self, kind: str, name: str) -> Any:
        """The document kept under a name, or None where there is none or it cannot be read."""
        content = self.get(kind, name)
        if content is None:
            return None
        try:
            return json.loads(content)
        except ValueError:
            return None

    def put_json(self, kind: str, name: str, document: Any) -> None:
        """Keeps a document."""
        self.put(kind, name, json.dumps(document, ensure_ascii=False).encode("utf-8"))

    def _tidy(self) -> None:
        """Removes what is old, what was never finished, and the oldest beyond the space allowed."""
        now = time.time()
        held = []
        for path in self.folder.iterdir():
            unfinished = _UNFINISHED.fullmatch(path.name) is not None
            if not unfinished and _KEPT.fullmatch(path.name) is None:
                continue
            with contextlib.suppress(OSError):
                stat = path.stat()
                if now - stat.st_mtime > (3600 if unfinished else _DAYS_KEPT * 86400):
                    path.unlink()
                elif not unfinished:
                    held.append((stat.st_mtime, _on_disk(stat.st_size), path))
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if total <= _MOST_BYTES:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size


def _on_disk(size: int) -> int:
    """The bytes that a file of so many takes, in whole blocks."""
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
