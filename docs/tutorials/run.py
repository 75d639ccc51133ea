"""Runs the tutorials: `python run.py NOTEBOOK...` stores their outputs; --compare prints what would change instead."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs; an exception in a cell ends the run."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=1500, kernel_name="python3").execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)
    return book


def printed(book: nbformat.NotebookNode) -> list[str]:
    """What the cells print, line by line, without drawings."""
    lines = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            # What is zero but for rounding differs from machine to machine.
            text = re.sub(r"\d+(\.\d+)?e-(0[89]|1\d)", "0", text)
            lines += [line.rstrip() for line in text.splitlines() if " object at 0x" not in line]
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--compare", action="store_true", help="store nothing; print what would change")
    options = parser.parse_args()
    for path in options.notebooks:
        fresh = executed(path)
        if not options.compare:
            path.write_text(json.dumps(fresh, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            continue
        stored = printed(nbformat.read(path, as_version=4))
        changed = list(difflib.unified_diff(stored, printed(fresh), "stored", "now", lineterm=""))
        print(path, *(changed or ["as stored"]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
