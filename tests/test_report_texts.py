"""Every fixed text of the report stands in the catalogue, once, and is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from markupsafe import Markup

import landbridge.report
from landbridge.errors import InputError
from landbridge.report import render, texts
from report_fixture import results as hand_made

ROOM = Path(landbridge.report.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.j2"))
# Where sentences are for programs and error messages, not for the page.
NOT_PAGE = {
    "shape.py",
    "writer.py",
    "tables.py",
    "section_tables.py",
    "table.py",
    "pdf.py",
    "text_view.py",
    "compare.py",
    "notebook.py",
    "notebook_charts.py",
}
# The marked text is a working page of readers of agreements; it is not translated with the report.
NOT_REPORT = {"text.html.j2"}

CALL = re.compile(r"""\b(?:t|word|say|col)\(\s*["']([a-z0-9_.-]+)["']""")
BUILT = re.compile(r"""\b(?:t|word|say)\(\s*f?["']([a-z0-9_.-]+\.[a-z_]*)(?:["'] ~|\{)""")
LOOKED_UP = re.compile(r"""\blookup\(\s*["']([a-z0-9_-]+)["']""")
LITERAL = re.compile(r"""["']([a-z_]+\.[a-z0-9_-]+)["']""")


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in [*ROOM.rglob("*.py"), *TEMPLATES])


def prose(template: str) -> list[str]:
    """What is left of a template without its statements, tags and entities: nothing with letters should be."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.S)
    bare = re.sub(r"<(style|script)\b.*?</\1>|<!DOCTYPE html>|<[^>]*>", " ", bare, flags=re.S)
    return re.findall(r"[^\W\d_]{2,}", bare)


@pytest.mark.parametrize(
    "path",
    [p for p in TEMPLATES if p.name not in NOT_REPORT],
    ids=lambda path: path.relative_to(ROOM).as_posix(),
)
def test_templates_hold_no_prose(path: Path) -> None:
    names = {"text", "html", "Landbridge", "USD"}  # a file's name, our own name, a currency code
    template = path.read_text(encoding="utf-8")
    assert set(prose(template)) <= names
    for label in re.findall(r"""(?:aria-label|title|alt|placeholder)="([^"{]*)["{]""", template):
        assert not label.strip(), label


def test_prose_is_found_where_there_is_some() -> None:
    assert prose("<p>{{ t('a.b') }}</p>") == []
    assert prose("<p>Real {{ x }} income</p>") == ["Real", "income"]


def literals(path: Path) -> list[str]:
    """String literals of a module that read like a sentence, outside docstrings and exceptions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            skipped.add(node.body[0].value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Raise | ast.Assert):
            skipped |= set(ast.walk(node))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Problem", "InputError"}:
            skipped |= set(ast.walk(node))
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped
    ]
    return [text for text in strings if re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", text)]


@pytest.mark.parametrize(
    "path", [p for p in sorted(ROOM.glob("*.py")) if p.name not in NOT_PAGE], ids=lambda path: path.name
)
def test_modules_that_make_the_page_hold_no_prose(path: Path) -> None:
    allowed = ("default-src 'none'",)
    assert [text for text in literals(path) if not text.startswith(allowed)] == []


@pytest.mark.parametrize("name", texts.languages())
def test_every_key_is_used_and_every_used_key_exists(name: str) -> None:
    entries = set(texts.catalogue(name))
    written = sources()
    used = set(CALL.findall(written)) | {key for key in LITERAL.findall(written) if key in entries}
    families = set(BUILT.findall(written)) | {f"{table}." for table in LOOKED_UP.findall(written)}
    called = set(CALL.findall(written)) - families
    assert {key for key in called if key not in entries and not key.endswith(".")} == set()
    unused = {key for key in entries if key not in used and not any(key.startswith(f) for f in families)}
    assert unused == set()


def test_every_language_has_the_entries_and_values_of_english() -> None:
    english = texts.catalogue("en")

    def values(entry: str | dict[str, str]) -> set[str]:
        text = entry if isinstance(entry, str) else " ".join(entry.values())
        return set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))

    for name in texts.languages():
        other = texts.catalogue(name)
        assert set(other) == set(english)
        for key, entry in english.items():
            assert values(other[key]) == values(entry), key


def test_values_are_escaped_and_texts_are_not() -> None:
    shown = texts.say("agreed.strength", name="<b>", meaning="&")
    assert isinstance(shown, Markup)
    assert shown == "<em>&lt;b&gt;</em>: &amp;"
    assert texts.word("agreed.quote", quote="<b>") == "‘<b>’"


def test_plural_forms() -> None:
    assert texts.word("answer.cost_unknown", 1).startswith("The cost of 1 measure ")
    assert texts.word("answer.cost_unknown", 2).startswith("The cost of 2 measures ")
    forms = [texts.plural("ru", count) for count in (1, 2, 5, 11, 12, 21, 22, 111)]
    assert forms == ["one", "few", "many", "many", "many", "one", "few", "many"]
    assert [texts.plural("kk", 1), texts.plural("kk", 5), texts.plural("zh", 1)] == ["one", "other", "other"]


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(InputError, match="no texts in the language 'xx'"):
        render(hand_made(), language="xx")
    assert texts.current() == "en"
