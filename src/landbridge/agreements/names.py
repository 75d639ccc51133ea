"""Finds names that no table lists, by their form: "Luzon Logistics Initiative", "Nacala Corridor"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from landbridge.agreements.tables import Name, slug
from landbridge.agreements.tokens import Token, word_set

_PROGRAMMES = word_set("strategy programme program initiative vision agenda compact masterplan")
_CORRIDORS = word_set("corridor railway highway expressway waterway canal pipeline motorway tunnel route")
_LINKS = word_set("of for and the on de")
# Words that make no name by themselves: "the Joint Initiative", "the National Programme".
_GENERAL = word_set(
    """
    the this joint national new regional action strategic comprehensive international global annual
    bilateral common economic
    trade transport development cooperation work working our its their a an intergovernmental long
    medium short term state
    government federal digital green integrated foreign security logistics special first second
    third also and in on by for
    mutual trilateral visit state main said project under implementation multimodal
    """
)
_LONGEST = 7  # words
_MODES = {
    "railway": "21030",
    "highway": "21020",
    "expressway": "21020",
    "motorway": "21020",
    "pipeline": "230",
    "waterway": "21040",
}


class Formed(NamedTuple):
    """A name found by its form: tokens `first` to `last`, and what it stands for."""

    first: int
    last: int
    name: Name


def formed_names(tokens: Sequence[Token], covered: set[int], countries: dict[int, str]) -> list[Formed]:
    """Programmes and corridors by the form of their names.

    tokens: words of a sentence. covered: indices of tokens that belong to known programmes, corridors, bodies.
    countries: by the index after it, each country named; one right before a programme owns it.
    """
    found = []
    for index, token in enumerate(tokens):
        if not token.capital or index in covered:
            continue
        if token.key in _PROGRAMMES:
            kind = "programme"
        elif token.key in _CORRIDORS:
            kind = "corridor"
        else:
            continue
        if (formed := _formed(tokens, index, kind, covered, countries)) is not None:
            found.append(formed)
    return found


def _formed(
    tokens: Sequence[Token], head: int, kind: str, covered: set[int], countries: dict[int, str]
) -> Formed | None:
    first = head
    while first > 0 and head - first < _LONGEST and (first - 1) not in covered:
        before = tokens[first - 1]
        linked = before.key in _LINKS and first > 1 and tokens[first - 2].capital
        if not (before.capital or before.dash or linked) or first in countries:
            break
        first -= 1
    while first < head and (
        tokens[first].key in _LINKS or tokens[first].dash or tokens[first].key in {"the", "this"}
    ):
        first += 1
    own = [t for t in tokens[first:head] if t.capital and t.key not in _GENERAL]
    upper = head > 0 and tokens[head].text.isupper()
    if not own or upper:
        return None
    last = head + 1
    if last < len(tokens) and tokens[last].text.isdigit() and len(tokens[last].text) == 4:
        last += 1
    label = " ".join(t.text for t in tokens[first:last] if not t.dash)
    owner = countries.get(first) or (
        countries.get(first - 1) if first > 0 and tokens[first - 1].key == "'s" else None
    )
    prefix = "prog" if kind == "programme" else "corr"
    areas = ("X-STR",) if kind == "programme" else (_MODES.get(tokens[head].key, "210"),)
    return Formed(
        first,
        last,
        Name(f"{prefix}:{slug(label)}", label, kind, (owner,) if owner else (), areas, formed=True),
    )
