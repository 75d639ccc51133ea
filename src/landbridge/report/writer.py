"""The output folder: written whole beside its place, then renamed into it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landbridge.errors import InputError, Problem
from landbridge.report import texts
from landbridge.report.page import render_checked
from landbridge.report.pdf import to_pdf
from landbridge.report.shape import Results, check
from landbridge.report.tables import Table, tables

DESCRIPTOR = "datapackage.json"
TEXT = "text.html"
PDF = "report.pdf"
PROFILE = "landbridge-report/0.1"
NAME = "landbridge-"  # a descriptor of ours begins its name with this
OTHER = "name another output folder"


def write(
    results: Mapping[str, Any],
    folder: str | os.PathLike[str],
    *,
    text_page: str | None = None,
    language: str = texts.DEFAULT,
    browser: Path | None = None,
) -> Path:
    """Write report.html, results.json, tables/*.csv and datapackage.json into `folder`, all or nothing.

    results: the dict that `render` takes; folder: absent, empty, or a folder that Landbridge wrote before. text_page:
    the agreement's text with what was read from it marked, see `render_text`; written as text.html. language: of the
    report's fixed texts. browser: prints report.pdf as well, see `find_browser`.
    Returns the folder's path. Raises InputError where the results are incomplete, the folder holds anything
    else or cannot be written; nothing is changed then.
    """
    target = check_folder(folder)
    contents = _contents(results, text_page, language, browser)
    try:
        _replace(target, contents)
    except OSError as error:
        message = f"the folder cannot be written: {error.strerror or error}"
        raise InputError(Problem(str(target), message, "free space or name another output folder")) from error
    return target


def check_folder(folder: str | os.PathLike[str]) -> Path:
    """The path of an output folder that `write` can fill: absent, empty, or as Landbridge wrote it.

    Raises InputError for a file, a path below a file, a folder that may not be written, and a folder that
    holds anything Landbridge did not write or that was changed since; nothing is written.
    """
    try:
        target = Path(folder).resolve()
        if any(
            path.is_symlink() for path in (target, *target.parents)
        ):  # later Pythons resolve what they can
            raise OSError("a loop of links")
        _refuse_unwritable(target)
        if target.exists():
            _refuse_foreign(target)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a path too long, a zero byte
        reason = getattr(error, "strerror", None) or error
        raise InputError(Problem(str(folder), f"no folder can be used here: {reason}", OTHER)) from error
    return target


def _refuse_unwritable(target: Path) -> None:
    """Raise unless `target` is, or could be made, a folder that this user may replace."""
    if target.exists() and not target.is_dir():
        raise InputError(Problem(str(target), "this is a file, not a folder", OTHER))
    above = next((path for path in target.parents if path.exists()), target)
    if not above.is_dir():
        raise InputError(Problem(str(target), f"{above} is a file, so no folder can lie below it", OTHER))
    for path in (above, *([target] if target.exists() else [])):
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            remedy = f"get leave to write there, or {OTHER}"
            raise InputError(Problem(str(target), f"{path} may not be written", remedy))


def _refuse_foreign(target: Path) -> None:
    """Raise unless the folder `target` is empty or holds only what its descriptor, one of ours, lists."""
    if not any(target.iterdir()):
        return
    remedy = f"{OTHER}, or empty this one yourself"
    try:
        package = json.loads((target / DESCRIPTOR).read_text(encoding="utf-8"))
        ours = package["profile"] == PROFILE and package["name"].startswith(NAME)
        listed = {resource["path"]: resource["sha256"] for resource in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        ours, listed = False, {}
    if not ours:
        message = "the folder is not empty and Landbridge did not write it"
        raise InputError(Problem(str(target), message, remedy))
    found = {
        path.relative_to(target).as_posix()
        for path in target.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    extra = sorted(found - set(listed) - {DESCRIPTOR})
    if extra:
        message = f"the folder holds files that Landbridge did not write: {', '.join(extra[:5])}"
        raise InputError(Problem(str(target), message, remedy))
    changed = [
        name
        for name in sorted(found - {DESCRIPTOR})
        if (target / name).is_symlink()
        or hashlib.sha256((target / name).read_bytes()).hexdigest() != listed[name]
    ]
    if changed:
        message = f"files were changed since Landbridge wrote them: {', '.join(changed[:5])}"
        raise InputError(Problem(str(target), message, remedy))


def _replace(target: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files beside `target` and put them in its place; leave no trace where that fails."""
    made = [path for path in target.parents if not path.exists()]  # the deepest first
    scratch: Path | None = None
    done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
        fresh, old = scratch / "new", scratch / "old"
        for name, data in contents.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _swap(fresh, target, old)
        done = True
    finally:
        # An old folder that could not be put back is the only copy: it stays.
        if scratch is not None and (target.exists() or not (scratch / "old").exists()):
            shutil.rmtree(scratch, ignore_errors=True)
        if not done:
            for path in made:
                with contextlib.suppress(OSError):
                    path.rmdir()


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`; put the old folder back where that fails or is interrupted."""
    try:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise


def _contents(
    results: Mapping[str, Any], text_page: str | None, language: str, browser: Path | None
) -> dict[str, bytes]:
    """Every file of the folder by its path, the descriptor last."""
    parts = check(results)
    try:
        document = _document(results)
    except (TypeError, ValueError) as error:
        problem = Problem("results", f"cannot be written as JSON: {error}", "plain numbers only")
        raise InputError(problem) from None
    built = tables(parts)
    page = render_checked(parts, with_text=text_page is not None, language=language)
    files = {"report.html": page.encode(), "results.json": document.encode()}
    if browser is not None:
        files[PDF] = to_pdf(page, browser)
    if text_page is not None:
        files[TEXT] = text_page.encode()
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
    if PDF in files:
        resources.append(
            {"name": "report-pdf", "path": PDF, "title": parts.title, "mediatype": "application/pdf"}
        )
    if TEXT in files:
        title = "The agreement's text with what was read from it marked"
        resources.append({"name": "text", "path": TEXT, "title": title, "mediatype": "text/html"})
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
    package: dict[str, Any] = {
        "name": f"{NAME}{parts.case}",
        "profile": PROFILE,
        "title": parts.title,
        "version": parts.landbridge,
    }
    if parts.credits:
        licences = dict.fromkeys(one.licence for one in parts.credits if one.licence)
        package["licenses"] = [{"name": name.replace(" ", "-"), "title": name} for name in licences]
        package["sources"] = [
            {"title": one.name} | ({"path": one.url} if one.url else {}) for one in parts.credits
        ]
    return package | {"resources": resources}
