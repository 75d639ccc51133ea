"""The tables that the reader looks names and phrases up in."""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from landbridge.agreements.tokens import Phrases, tokenize


class Name(NamedTuple):
    """What a name stands for. `owners`: the countries or organisations that it may belong to."""

    id: str
    label: str
    type: str
    owners: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    demonym: bool = False


def _text(name: str) -> str:
    return (files("landbridge.agreements") / "tables" / name).read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(name))))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def slug(words: str) -> str:
    """Words in the form that ids have: lower case, joined by hyphens."""
    return "-".join(
        t.key.replace("'", "")
        for t in tokenize(words)
        if t.key.replace("'", "").isalnum() and t.key.isascii()
    )


@cache
def names() -> Phrases[Name]:
    """Countries, places, programmes, corridors and fora by every name they go under."""
    entries: list[tuple[str, Name]] = []
    for row in _rows("countries.csv"):
        iso3 = row["iso3"]
        country = Name(iso3, row["name"], "country", (iso3,))
        entries += [(alias, country) for alias in (row["name"], *_split(row["aliases"]))]
        entries += [(word, country._replace(demonym=True)) for word in _split(row["demonyms"])]
        entries += [
            (city, Name(f"place:{slug(city)}", city, "place", (iso3,))) for city in _split(row["capitals"])
        ]
    for row in _rows("places.csv"):
        kind = "place" if row["country"] else "other"
        entries.append(
            (row["name"], Name(f"place:{slug(row['name'])}", row["name"], kind, _split(row["country"])))
        )
    for file, kind in (("fora.csv", "forum"), ("programmes.csv", "programme"), ("corridors.csv", "corridor")):
        for row in _rows(file):
            owners = (row["id"],) if kind == "forum" else _split(row["owners"])
            areas = _split(row.get("areas") or "") or (("210",) if kind == "corridor" else ())
            name = Name(row["id"], row["label"], kind, owners, areas)
            entries += [(alias, name) for alias in _split(row["aliases"])]
    return Phrases(entries)


@cache
def country_names() -> dict[str, str]:
    """Short name of each country by ISO 3166-1 alpha-3 code."""
    return {row["iso3"]: row["name"] for row in _rows("countries.csv")}


@cache
def areas() -> Phrases[str]:
    """Phrases that name an area of cooperation, with its code; an empty code means none."""
    table = tomllib.loads(_text("areas.toml"))["phrases"]
    return Phrases([(phrase, code) for code, phrases in table.items() for phrase in phrases], plural=True)


@cache
def area_labels() -> dict[str, str]:
    """Label of each area code."""
    return {row["code"]: row["label"] for row in _rows("area_labels.csv")}


class Verbs(NamedTuple):
    """Word lists of the grammar of promises."""

    plain: frozenset[str]
    ambiguous: frozenset[str]
    gerunds: frozenset[str]
    object_openers: frozenset[str]
    adverbs: frozenset[str]
    stative: frozenset[str]
    certain_pairs: frozenset[str]


def _gerund(verb: str) -> set[str]:
    if verb.endswith("ie"):
        return {verb[:-2] + "ying"}
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return {verb[:-1] + "ing"}
    doubled = (
        {verb + verb[-1] + "ing"} if verb[-1] in "bdglmnprt" and verb[-2:-1] in tuple("aeiou") else set()
    )
    return {verb + "ing", *doubled}


@cache
def verbs() -> Verbs:
    """The verbs that head promises, their -ing forms, and the words that go with them."""
    lists = {key: frozenset(words.split()) for key, words in tomllib.loads(_text("verbs.toml")).items()}
    both = lists["plain"] | lists["ambiguous"]
    gerunds = frozenset(form for verb in both for form in _gerund(verb))
    return Verbs(gerunds=gerunds, **lists)
