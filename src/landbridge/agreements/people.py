"""Lists the named things and the people of a text with the places that name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

from landbridge.agreements.entities import resolve_owners
from landbridge.agreements.record import Entity, EntityType, Participant, Span
from landbridge.agreements.syntax import Context, Sentence
from landbridge.agreements.tables import Name, country_codes, country_names, slug

_NAME = r"[A-Z][\w\u2019'-]+(?: [A-Z][\w\u2019'-]+){1,3}"
_BESIDES = frozenset({"and", "others", "among", "also"})
_REACH = 400  # characters of names before "attended", at most


def _attending(text: str, sentence: Sentence) -> list[tuple[int, int]]:
    """Offsets of the names before "attended"."""
    unit = sentence.unit
    verb = text.find("attended", unit.start, min(unit.start + _REACH, unit.end))
    head = text[unit.start : max(verb, unit.start)]
    words = head.replace(",", " ").split()
    if not words or not all(word[0].isupper() or word in _BESIDES for word in words):
        return []
    shift = unit.start
    found = []
    for item in re.finditer(_NAME, head):
        start, end = item.start() + shift, item.end() + shift
        if not any(m.start < end and start < m.end for m in sentence.mentions):
            found.append((start, end))
    return found


def _state(owner: str | None) -> str | None:
    """The state that a person stands for; None for an organisation."""
    return None if owner is None or ":" in owner else owner


def participants_of(text: str, sentences: Sequence[Sentence], context: Context) -> tuple[Participant, ...]:
    """The persons of the text: those with an office, then those said to have attended."""
    people: dict[str, Participant] = {}
    for person in context.people.by_id.values():
        role: Literal["talks", "mentioned"] = "talks" if person.country in context.parties else "mentioned"
        people[person.id] = Participant(
            entity=person.id,
            label=person.label,
            country=_state(person.country),
            role=role,
            inferred=person.inferred,
        )
    for sentence in sentences:
        for start, end in _attending(text, sentence):
            label = " ".join(text[start:end].split())
            key = f"person:{slug(label)}"
            people.setdefault(key, Participant(entity=key, label=label, country=None, role="attended"))
    return tuple(people.values())


def entities_of(text: str, sentences: Sequence[Sentence], context: Context) -> tuple[Entity, ...]:
    """Every named thing in the order of its first mention, with all its mentions."""
    names: dict[str, Name] = {}
    places: dict[str, list[Span]] = {}
    for sentence in sentences:
        spans = [(m.name, m.start, m.end) for m in sentence.mentions]
        index = 0
        while index < len(sentence.tokens):
            found = context.people.at(sentence.tokens, index)
            if found is None:
                index += 1
                continue
            last, person = found
            owner = (person.country,) if person.country else ()
            name = Name(person.id, person.label, "person", owner)
            spans.append((name, sentence.tokens[index].start, sentence.tokens[last - 1].end))
            index = last
        for start, end in _attending(text, sentence):
            label = " ".join(text[start:end].split())
            spans.append((Name(f"person:{slug(label)}", label, "person"), start, end))
        for name, start, end in sorted(spans, key=lambda item: item[1]):
            names.setdefault(name.id, name)
            places.setdefault(name.id, []).append(Span(start=start, end=end, quote=text[start:end]))
    labels = country_names()
    return tuple(
        Entity(
            id=key,
            label=labels.get(key, name.label),
            type=cast(EntityType, name.type),
            country=None if name.type == "forum" else resolve_owners(name, context.parties),
            mentions=tuple(places[key]),
            iso2=country_codes().get(key),
            inferred=name.formed,
        )
        for key, name in names.items()
    )
