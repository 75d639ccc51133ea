"""The tables that the reader looks names and phrases up in: those shipped, and those of a folder of the user's own."""

from __future__ import annotations

import csv
import io
import os
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from landbridge.agreements.tokens import Phrases, tokenize
from landbridge.errors import InputError, Problem

OWN_TABLES = "LANDBRIDGE_TABLES"  # environment variable: a folder of tables of the user's own


class Name(NamedTuple):
    """What a name stands for.

    owners: the countries or organisations that it may belong to. members: the countries of a group or organisation.
    capital: whether a place may stand for its country, as in "Athens pledged".
    """

    id: str
    label: str
    type: str
    owners: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    demonym: bool = False
    members: tuple[str, ...] = ()
    capital: bool = False
    formed: bool = False  # told by the form of the name, not listed in a table


def _own(name: str) -> Path | None:
    """The user's own table of that name, if there is one."""
    folder = os.environ.get(OWN_TABLES)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise InputError(Problem(folder, f"the folder that {OWN_TABLES} names does not exist"))
    path = Path(folder) / name
    return path if path.exists() else None


def _text(name: str) -> str:
    return (files("landbridge.agreements") / "tables" / name).read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a table: those shipped, and the user's own in the place of rows with the same first cell."""
    rows = list(csv.DictReader(io.StringIO(_text(name))))
    path = _own(name)
    if path is None:
        return rows
    columns = list(rows[0])
    added = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in added:
        unknown = [key for key in row if key not in columns]
        if unknown or not row.get(columns[0]):
            message = f"unknown column {unknown[0]}" if unknown else f"a row without {columns[0]}"
            raise InputError(Problem(str(path), message, f"columns: {', '.join(columns)}"))
    taken = {row[columns[0]] for row in added}
    kept = [row for row in rows if row[columns[0]] not in taken]
    return kept + [{column: row.get(column) or "" for column in columns} for row in added]


def _toml(name: str) -> dict[str, Any]:
    """A table of lists: the user's own entries are added to those shipped."""
    data = tomllib.loads(_text(name))
    path = _own(name)
    if path is None:
        return data
    try:
        return _merged(data, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(Problem(str(path), f"not a table of this form: {error}")) from None


def _merged(shipped: Any, own: Any) -> Any:
    if type(shipped) is not type(own):
        raise TypeError(f"{type(own).__name__} in place of {type(shipped).__name__}")
    if isinstance(shipped, dict):
        both = {key: _merged(shipped[key], own[key]) if key in own else shipped[key] for key in shipped}
        return both | {key: value for key, value in own.items() if key not in shipped}
    return f"{shipped} {own}" if isinstance(shipped, str) else shipped + own


def forget() -> None:
    """Reads the tables anew at the next use, as after a change of the user's own folder."""
    for table in (
        names,
        members,
        country_names,
        country_codes,
        leaders,
        agencies,
        areas,
        weak_areas,
        broad_areas,
        area_labels,
        verbs,
        markers,
        marker_firsts,
    ):
        table.cache_clear()


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def slug(words: str) -> str:
    """Words in the form that ids have: lower case, joined by hyphens; empty when there is no word."""
    keys = (t.key.translate(_PLAIN_LETTERS) for t in tokenize(words))
    return "-".join(
        "".join(c if c.isascii() else f"{ord(c):x}" for c in key) for key in keys if key.isalnum()
    )


# Letters that have no accent to take off, as in "Əliyev", "Łukasz", "Støre", "Yıldırım".
_PLAIN_LETTERS = str.maketrans(
    {
        "ə": "a",
        "ł": "l",
        "ø": "o",
        "ı": "i",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "'": "",
        ".": "",
    }
)


def _mode(label: str) -> str:
    """The area code of a corridor, by the mode that its name gives."""
    words = label.casefold()
    for code, marks in (("21030", "rail"), ("21020", "highway"), ("230", "pipeline"), ("23630", "casa-1000")):
        if marks in words:
            return code
    return "210"


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
            (city, Name(f"place:{slug(city)}", city, "place", (iso3,), capital=True))
            for city in _split(row["capitals"])
        ]
    for row in _rows("places.csv"):
        kind = "place" if row["country"] else "other"
        entries.append(
            (row["name"], Name(f"place:{slug(row['name'])}", row["name"], kind, _split(row["country"])))
        )
    for row in _rows("groups.csv"):
        group = Name(row["id"], row["label"], "group", _split(row["members"]), members=_split(row["members"]))
        entries += [(alias, group) for alias in _split(row["aliases"])]
    for file, kind in (("fora.csv", "forum"), ("programmes.csv", "programme"), ("corridors.csv", "corridor")):
        for row in _rows(file):
            owners = (row["id"],) if kind == "forum" else _split(row["owners"])
            areas = _split(row.get("areas") or "") or ((_mode(row["label"]),) if kind == "corridor" else ())
            members = _split(row.get("members") or "")
            name = Name(row["id"], row["label"], kind, owners, areas, members=members)
            entries += [(alias, name) for alias in _split(row["aliases"])]
    return Phrases(entries)


@cache
def members() -> dict[str, tuple[str, ...]]:
    """The countries of each organisation that acts for its members."""
    return {row["id"]: _split(row["members"]) for row in _rows("fora.csv") if row["members"]}


@cache
def country_names() -> dict[str, str]:
    """Short name of each country by ISO 3166-1 alpha-3 code."""
    return {row["iso3"]: row["name"] for row in _rows("countries.csv")}


@cache
def country_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-2 code of each country by its alpha-3 code."""
    return {row["iso3"]: row["iso2"] for row in _rows("countries.csv")}


@cache
def areas() -> Phrases[str]:
    """Phrases that name an area of cooperation, with its code; an empty code means none."""
    table = _toml("areas.toml")["phrases"]
    return Phrases([(phrase, code) for code, phrases in table.items() for phrase in phrases], plural=True)


@cache
def weak_areas() -> frozenset[str]:
    """Phrases of `areas` that count only where nothing else names an area, and in enumerations."""
    weak = _toml("areas.toml").get("weak", {})
    return frozenset(phrase for phrases in weak.values() for phrase in phrases)


@cache
def broad_areas() -> frozenset[str]:
    """Area codes that a document of one subject often names beside its matter."""
    broad = _toml("areas.toml").get("broad", {})
    return frozenset(code for codes in broad.values() for code in codes)


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
    participles: frozenset[str]
    group_heads: frozenset[str]
    body_heads: frozenset[str]
    joint_bodies: frozenset[str]
    before_heads: frozenset[str]


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
def leaders() -> dict[str, str]:
    """Whose leader a person is or was: folded names, and surnames that are nobody else's, each with its country."""
    found: dict[str, str] = {}
    for row in _rows("leaders.csv"):
        for name in (row["name"], row["short"]):
            if name:
                found[" ".join(token.key for token in tokenize(name))] = row["country"]
    return found


@cache
def agencies() -> Phrases[str]:
    """Agencies and state companies that act for a country, each with its country."""
    return Phrases([(row["name"], row["country"]) for row in _rows("agencies.csv")])


@cache
def verbs() -> Verbs:
    """The verbs that head promises, their -ing forms, and the words that go with them."""
    lists = {key: frozenset(words.split()) for key, words in _toml("verbs.toml").items()}
    both = lists["plain"] | lists["ambiguous"]
    gerunds = frozenset(form for verb in both for form in _gerund(verb))
    return Verbs(gerunds=gerunds, **lists)


@cache
def markers() -> dict[str, dict[str, str]]:
    """Words that mark promises: by section, each word with its strength."""
    return {
        section: {word: strength for strength, words in lists.items() for word in words.split()}
        for section, lists in _toml("markers.toml").items()
    }


@cache
def marker_firsts() -> frozenset[str]:
    """Words with which a promise's marker may begin."""
    table = markers()
    modals = "will shall would should must may need needs ought have has had having do hereby is 's are was were be"
    others = """
    remain remains remained stand stands stood stay being remaining standing
    called call calls calling urged urge urging urges
    encouraged encourage encourages encouraging invited invite invites inviting appealed enjoined enjoins recommended
    spoke
    said says focuses focused focus focusing
    came come settled opted hereby set sets gave give gives given issued consider
    considers considered considering deem deems deemed find found regard regarded agreed agree
    agrees agreeing decided
    decide decides deciding concurred concur concurs resolved resolve resolves resolving
    """
    idioms = """
    determined
    supported supports arrived recommended recommends recommend
    accepted accept accepts approved approve approves backed endorsed endorse endorses struck strike strikes clinched
    sealed hammered brokered find obliges obliged obligates binds requires resulted culminated ended
    advocate advocates advocated advocating include includes included envisages envisaged envisage foresees
    stipulates stipulated provides
    """
    rest = (*modals.split(), *others.split(), *idioms.split())
    return frozenset({*table["to"], *table["say"], *table["charge"], *rest})
