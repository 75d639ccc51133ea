"""The examples of the library page run, in order; the names of the other pages exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import landbridge.economy

DOCS = Path(__file__).resolve().parents[1] / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_library_page_runs() -> None:
    blocks = BLOCK.findall((DOCS / "economy-library.md").read_text(encoding="utf-8"))
    assert len(blocks) > 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "economy-library.md", "exec"), names)


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("economy-*.md")))
def test_pages_import_only_what_there_is(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    imported = re.findall(r"from landbridge\.economy import ([^\n]+)", text)
    for name in re.split(r"[,\s]+", " ".join(imported)):
        assert not name or hasattr(landbridge.economy, name), name


def test_every_public_name_has_a_docstring_and_is_listed() -> None:
    for name in landbridge.economy.__all__:
        assert getattr(landbridge.economy, name).__doc__, name
    assert sorted(landbridge.economy.__all__) == list(landbridge.economy.__all__)
