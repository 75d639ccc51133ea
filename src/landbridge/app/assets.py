"""The files of the page, read once: a request names one of them or nothing."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, as they are and packed, its type and its tag."""

    content: bytes
    packed: bytes
    kind: str
    tag: str


def asset(content: bytes, kind: str) -> Asset:
    """An asset of some bytes."""
    return Asset(content, gzip.compress(content, 6), kind, f'"{hashlib.sha256(content).hexdigest()[:20]}"')


@cache
def assets() -> dict[str, Asset]:
    """Every file of the page by its name below /static."""
    root = resources.files("landbridge.app") / "static"
    found: dict[str, Asset] = {}

    def gather(folder, prefix: str) -> None:  # type: ignore[no-untyped-def]
        for item in folder.iterdir():
            if item.is_dir():
                gather(item, f"{prefix}{item.name}/")
            else:
                suffix = "." + item.name.rpartition(".")[2]
                if suffix in _TYPES:
                    found[prefix + item.name] = asset(item.read_bytes(), _TYPES[suffix])

    gather(root, "")
    return found
