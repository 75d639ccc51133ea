"""Measures that the clauses of a record could carry: kind, place and side, with no number that is not in the text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from landbridge.agreements import Record
from landbridge.agreements.record import Alignment, Commitment, Quantity

from .schema import SCHEMA

_PLACES = frozenset({"place", "corridor"})


@dataclass(frozen=True)
class Rule:
    """When a clause may carry a kind of measure, and which keys that kind has to be given."""

    kind: str
    because: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    keys: Mapping[str, Any]
    units: str


@dataclass(frozen=True)
class Suggestion:
    """A measure that a clause could carry. Its values are for the analyst to fill in.

    cites: ids of the clauses. side: programme side, empty where the clause is part of no alignment. named: labels of
    the places and corridors in the clause. countries: ISO3 codes. offered: numbers inside the quotation.
    """

    kind: str
    because: str
    side: str
    cites: tuple[str, ...]
    quote: str
    named: tuple[str, ...]
    countries: tuple[str, ...]
    offered: tuple[Quantity, ...]
    keys: Mapping[str, Any]
    units: str


def _any_of(words: Iterable[str] | None) -> re.Pattern[str] | None:
    found = list(words or ())
    return re.compile(rf"\b(?:{'|'.join(found)})\b", re.IGNORECASE) if found else None


@cache
def suggestion_rules() -> tuple[Rule, ...]:
    """The shipped rules, in the order in which kinds are looked for."""
    text = (resources.files("landbridge.measures") / "suggestions.toml").read_text(encoding="utf-8")
    rules = []
    for row in tomllib.loads(text)["rule"]:
        words = _any_of(row["words"])
        assert words is not None
        rules.append(
            Rule(
                row["kind"],
                row["because"],
                words,
                _any_of(row.get("unless")),
                _any_of(row.get("needs")),
                row["keys"],
                row["units"],
            )
        )
    return tuple(rules)


def suggest(record: Record) -> tuple[Suggestion, ...]:
    """Measures that the commitments and alignments of a record could carry, in the order of the text.

    Every suggestion is for one programme side; a clause of an alignment is suggested for both of its sides. A clause
    that no rule knows carries none.
    """
    alignments = {item.id: item for item in record.alignments}
    clauses: list[tuple[Commitment | Alignment, Alignment | None]] = [
        (item, alignments.get(item.alignment or "")) for item in record.commitments
    ]
    # An alignment that no commitment holds is a clause of its own, unless it is done already.
    clauses += [(a, a) for a in record.alignments if a.commitment is None and a.status != "achieved"]
    return tuple(
        _suggestion(record, rule, clause, side, alignment)
        for clause, alignment in sorted(clauses, key=lambda pair: pair[0].start)
        for rule in _rules_for(clause.quote)
        for side in _sides(alignment)
    )


def _rules_for(quote: str) -> Iterator[Rule]:
    words = " ".join(quote.split())
    for rule in suggestion_rules():
        bare = rule.unless.sub(" ", words) if rule.unless else words
        if rule.words.search(bare) and (rule.needs is None or rule.needs.search(bare)):
            yield rule


def _sides(alignment: Alignment | None) -> tuple[str, ...]:
    if alignment is None or alignment.side_a is None or alignment.side_b is None:
        return ("",)
    return (f"{alignment.id}.a", f"{alignment.id}.b")


def _suggestion(
    record: Record, rule: Rule, clause: Commitment | Alignment, side: str, alignment: Alignment | None
) -> Suggestion:
    inside = [
        entity
        for entity in record.entities
        if any(clause.start <= m.start and m.end <= clause.end for m in entity.mentions)
    ]
    countries = tuple(entity.id for entity in inside if entity.type == "country")
    owner = None
    if alignment is not None and side:
        held = alignment.side_a if side.endswith("a") else alignment.side_b
        owner = held.country if held else None
    owners = [] if owner is None else [owner]
    if isinstance(clause, Commitment):
        promisors, offered = clause.promisors, clause.quantities
    else:
        promisors, offered = tuple(party.iso3 for party in record.parties), ()
    return Suggestion(
        kind=rule.kind,
        because=rule.because,
        side=side,
        cites=tuple(dict.fromkeys([clause.id, *([alignment.id] if alignment else [])])),
        quote=clause.quote,
        named=tuple(entity.label for entity in inside if entity.type in _PLACES),
        countries=tuple(dict.fromkeys([*owners, *countries])) or promisors,
        offered=offered,
        keys=rule.keys,
        units=rule.units,
    )


def suggestions_file(record: Record) -> str:
    """A measures.toml to complete: `landbridge check` then names every value that is still missing.

    Numbers are only those of the text, offered beside the value they may stand for.
    """
    lines = [
        f"# Measures that the clauses of {record.document.id} could carry. Fill in the empty keys, take out what does",
        '# not apply, and say of every value where it comes from: from = "text", "source" or "assumption", with a',
        "# citation.",
        "",
        f"schema = {json.dumps(SCHEMA)}",
    ]
    for number, item in enumerate(suggest(record), start=1):
        quote = " ".join(item.quote.split())
        lines += ["", "[[measure]]", f'id = "M{number:02d}"', f"# {item.because}: {_comment(quote)}"]
        lines.append(f"title = {_string(quote[:1].upper() + quote[1:])}")
        side_note = "" if item.side else "  # a programme side, such as A02.a"
        lines.append(f"side = {_string(item.side)}{side_note}")
        lines.append(f"cites = [{', '.join(map(_string, item.cites))}]")
        lines.append(f"kind = {_string(item.kind)}")
        for key, example in item.keys.items():
            lines.append(_key(key, example, item))
        lines.append("# start = the day it takes effect, such as 2030-01-01")
        lines.append(f"# value = {{ low = , mid = , high = , unit = }}  in {item.units}")
        for quantity in item.offered:
            words = _comment(" ".join(quantity.quote.split()))
            lines.append(f'# the text offers {quantity.value:g} {quantity.unit} ("{words}"): from = "text"')
        lines += ['from = "text"' if item.offered else 'from = "assumption"', 'citation = ""']
    return "\n".join(lines) + "\n"


def _key(key: str, example: Any, item: Suggestion) -> str:
    named = f"  # named in the clause: {_comment(', '.join(item.named))}" if item.named else ""
    if key in {"countries", "pair", "exporters", "importers"}:
        return f"{key} = [{', '.join(_string(code) for code in item.countries if len(code) == 3)}]"
    if key == "country":
        return f"{key} = {_string(next((code for code in item.countries if len(code) == 3), ''))}"
    if key == "direction":
        return f"{key} = {_string(example)}"
    if isinstance(example, list):
        return f"{key} = []{named}"
    choices = f"  # {example}" if example else named
    return f'{key} = ""{choices}'


def _comment(words: str) -> str:
    return "".join(character if character.isprintable() else " " for character in words)


def _string(words: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, but for the character after the last of ASCII."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
