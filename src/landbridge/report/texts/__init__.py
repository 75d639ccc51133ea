"""The fixed words of the report, one catalogue a language: `say` for the page, `word` for plain strings.

A catalogue is a TOML file beside this module. An entry is a sentence with its values in braces; where a number decides
the form, it is a table of plural forms (Unicode CLDR names: one, few, many, other). Entries may hold a little markup
(`<strong>`, `<sub>`); the values put into them are always escaped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from landbridge.errors import InputError, Problem, nearest

DEFAULT = "en"
_FORMS = {"one", "few", "many", "other"}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(
        f.name.removesuffix(".toml") for f in files(__package__).iterdir() if f.name.endswith(".toml")
    )


@contextmanager
def language(name: str) -> Iterator[None]:
    """Within, texts are those of the given language. Raises InputError where there is no catalogue of it."""
    if name not in languages():
        message = f"there are no texts in the language {name!r}"
        raise InputError(Problem("language", message, nearest(name, languages())))
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


def current() -> str:
    """The language in use, as the page states it (BCP 47)."""
    return _language.get()


@cache
def catalogue(name: str) -> Mapping[str, str | dict[str, str]]:
    """The entries of a language by their dotted keys; a plural entry is its table of forms."""
    table = tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    entries: dict[str, str | dict[str, str]] = {}

    def gather(part: dict[str, Any], path: str) -> None:
        for key, value in part.items():
            here = f"{path}.{key}" if path else key
            if isinstance(value, dict) and not ("other" in value and set(value) <= _FORMS):
                gather(value, here)
            else:
                entries[here] = value

    gather(table, "")
    return entries


def _form(entry: str | dict[str, str], count: float | None) -> str:
    if isinstance(entry, str):
        return entry
    assert count is not None, "an entry with plural forms needs a count"
    return entry.get(plural(current(), count), entry["other"])


def plural(name: str, count: float) -> str:
    """The plural form that a whole number takes, after the Unicode CLDR rules of the four languages meant."""
    if name == "zh":
        return "other"
    if name == "ru":
        ten, hundred = count % 10, count % 100
        if ten == 1 and hundred != 11:
            return "one"
        return "few" if 2 <= ten <= 4 and not 12 <= hundred <= 14 else "many"
    return "one" if count == 1 else "other"


def say(key: str, count: float | None = None, /, **values: object) -> Markup:
    """The text of `key` for the page, its values escaped. count: the number that decides a plural form, as {count}."""
    text = Markup(_form(catalogue(current())[key], count))
    return text.format(**({"count": count} | values))


def word(key: str, count: float | None = None, /, **values: object) -> str:
    """The text of `key` as a plain string without markup, to be escaped by whoever shows it."""
    text = _form(catalogue(current())[key], count)
    return text.format(**({"count": count} | values))


def lookup(table: str, key: str, default: str) -> str:
    """The plain text of an entry named by data, such as a kind of measure; the default where there is none."""
    entry = catalogue(current()).get(f"{table}.{key}")
    return entry if isinstance(entry, str) else default
