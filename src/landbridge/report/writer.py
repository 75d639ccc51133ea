"""The output folder: written whole beside its place, then renamed into it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landbridge.errors import InputError, Problem
from landbridge.report.page import render_checked
from landbridge.report.shape import Results, check
from landbridge.report.tables import Table, tables

DESCRIPTOR = "datapackage.json"
PROFILE = "landbridge-report/0.1"


def write(results: Mapping[str, Any], folder: str | os.PathLike[str]) -> Path:
    """Write report.html, results.json, tables/*.csv and datapackage.json into `folder`, all or nothing.

    results: the dict that `render` takes; folder: absent, empty, or a folder that Landbridge wrote before.
    Returns the folder's path. Raises InputError where the results are incomplete or the folder holds
    anything else; nothing is changed then.
    """
    target = Path(folder).resolve()
    _refuse_foreign(target)
    contents = _contents(results)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
        fresh = Path(scratch) / "new"
        for name, data in contents.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _swap(fresh, target, Path(scratch) / "old")
    return target


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`; put the old folder back where that fails."""
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _refuse_foreign(target: Path) -> None:
    """Raise unless `target` is absent, empty, or holds exactly what a descriptor of ours lists."""
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(Problem(str(target), "this is a file, not a folder", "name another output folder"))
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if not found:
        return
    remedy = "name another output folder, or empty this one yourself"
    try:
        package = json.loads((target / DESCRIPTOR).read_text(encoding="utf-8"))
        ours = package["profile"] == PROFILE
        listed = {resource["path"] for resource in package["resources"]} | {DESCRIPTOR}
    except (OSError, ValueError, KeyError, TypeError):
        ours, listed = False, set()
    if not ours:
        message = "the folder is not empty and Landbridge did not write it"
        raise InputError(Problem(str(target), message, remedy))
    extra = sorted(found - listed)
    if extra:
        message = f"the folder holds files that Landbridge did not write: {', '.join(extra[:5])}"
        raise InputError(Problem(str(target), message, remedy))


def _contents(results: Mapping[str, Any]) -> dict[str, bytes]:
    """Every file of the folder by its path, the descriptor last."""
    parts = check(results)
    try:
        document = _document(results)
    except (TypeError, ValueError) as error:
        problem = Problem("results", f"cannot be written as JSON: {error}", "plain numbers only")
        raise InputError(problem) from None
    built = tables(parts)
    files = {"report.html": render_checked(parts).encode(), "results.json": document.encode()}
    files |= {_table_path(table): table.csv_text().encode() for table in built}
    descriptor = _descriptor(parts, files, built)
    files[DESCRIPTOR] = (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode()
    return files


def _document(results: Mapping[str, Any]) -> str:
    """The results as JSON, a line for each top-level key: readable at its head, small in its geometry."""
    lines = [
        f"{json.dumps(str(key))}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in results.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _table_path(table: Table) -> str:
    return f"tables/{table.name}.csv"


def _descriptor(parts: Results, files: Mapping[str, bytes], built: list[Table]) -> dict[str, Any]:
    """The data package: every file with its sha256, every column with its type and unit."""
    resources: list[dict[str, Any]] = [
        {"name": "report", "path": "report.html", "title": parts.title, "mediatype": "text/html"},
        {"name": "results", "path": "results.json", "title": "All results", "mediatype": "application/json"},
    ]
    for table in built:
        fields = [
            {"name": f.name, "type": f.type}
            | ({"unit": f.unit} if f.unit else {})
            | ({"description": f.description} if f.description else {})
            for f in table.fields
        ]
        resources.append(
            {
                "name": table.name,
                "path": _table_path(table),
                "title": table.title,
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    for resource in resources:
        data = files[resource["path"]]
        resource |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {
        "name": f"landbridge-{parts.case}",
        "profile": PROFILE,
        "title": parts.title,
        "version": parts.landbridge,
        "resources": resources,
    }
