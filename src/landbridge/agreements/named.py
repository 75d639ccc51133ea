"""Parties that a text names without having them act: at its head, by groups alone, or as the only two."""

from __future__ import annotations

from collections.abc import Sequence

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention
from landbridge.agreements.record import Span
from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tokens import word_set

_ACTS = word_set("will shall agreed agree decided undertake")
_PREAMBLE = word_set("part between hereinafter parties contracting governments")


def named_groups(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Whom a text names by groups alone at its head: "the Central Asian states and the EU", "the G20 leaders"."""
    found: dict[str, None] = {}
    for sentence in sentences[:4]:
        for mention in sentence.mentions:
            if mention.name.type == "group":
                if mention.first and sentence.tokens[mention.first - 1].dash:
                    continue  # "Trans-Caspian"
                found.update(dict.fromkeys(mention.name.members))
            elif mention.name.type == "forum" and mention.name.members:
                found[mention.name.id] = None
    return tuple(found)


def deciding_organisation(sentences: Sequence[Sentence], title: Span | None) -> tuple[str, ...]:
    """The organisation whose organ decides by itself: "The Assembly," above "DECIDES to".

    Empty where none does, or the title names a country, as that of a decision of a joint committee does.
    """
    if title is not None and any(
        m.name.type == "country" and title.start <= m.start < title.end
        for s in sentences[:6]
        for m in s.mentions
    ):
        return ()
    for number, sentence in enumerate(sentences[:-1]):
        keys = sentence.keys
        alone = 2 < len(keys) <= _ORGAN and keys[0] == "the" and keys[-1] == ","
        if not alone or not _ORGANS & set(keys[1:3]):
            continue
        if any(s.tokens and s.tokens[0].text.isupper() for s in sentences[number + 1 : number + 12]):
            head = _organisations(sentences[:number])
            named = head or _organisations(sentences)
            return (max(named, key=lambda name: named[name]),) if named else ()
    return ()


def _organisations(sentences: Sequence[Sentence]) -> dict[str, int]:
    """How often sentences name each organisation that has members."""
    named: dict[str, int] = {}
    for mention in (m for s in sentences for m in s.mentions):
        if mention.name.type == "forum" and mention.name.members:
            named[mention.name.id] = named.get(mention.name.id, 0) + 1
    return named


_ORGAN = 6  # words
_ORGANS = word_set("assembly council conference commission committee summit executive")


def only_two_named(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The two states or organisations of a text that speaks of its parties and names no third."""
    speaks = any(
        {"parties", "party", "sides", "participants", "governments", "ministries"} & set(sentence.keys)
        for sentence in sentences
    )
    named = dict.fromkeys(
        m.name.id
        for sentence in sentences
        for m in sentence.mentions
        if (m.name.type == "country" or (m.name.type == "forum" and m.name.members)) and not m.name.demonym
    )
    if not named:  # "the Port of Aktau and the Port of Baku"
        named = dict.fromkeys(
            m.name.owners[0]
            for sentence in sentences[:4]
            for m in sentence.mentions
            if m.name.type == "place" and len(m.name.owners) == 1 and sentence.has(m.first - 2, "port", "of")
        )
        return tuple(named) if len(named) == 2 else ()
    states = [party for party in named if not party.startswith("org:")]
    pair = states if len(states) == 2 else list(named)
    return tuple(pair) if speaks and len(pair) == 2 else ()


def of_the_letterhead(sentences: Sequence[Sentence]) -> str | None:
    """The one country that a line at the head of a text names alone: "REPUBLIC OF TRINIDAD AND TOBAGO"."""
    found = {
        m.name.id
        for sentence in sentences[:_LETTERHEAD]
        for m in sentence.mentions
        if m.name.type == "country"
        and not m.name.demonym
        and set(sentence.keys[: m.first]) <= _STYLES
        and m.last == len(sentence.keys)
    }
    return found.pop() if len(found) == 1 else None


def named_by_bodies(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The countries whose companies and ports stand at the head: "Ukrainian Railways and the Port of Baku"."""
    found: dict[str, None] = {}
    for sentence in sentences[:_PARTIES_STAND]:
        if sentence.key(0) in {"whereas", "considering", "noting"} or _ACTS & set(sentence.keys):
            break
        for _, _, owners in tables.agencies().all(sentence.tokens):
            found[owners[0]] = None
        for m in sentence.mentions:
            port = m.name.type == "place" and "port" in sentence.keys[max(m.first - 2, 0) : m.last + 4]
            seaport = m.name.type == "place" and "seaport" in sentence.keys[m.last : m.last + 4]
            body = (
                m.name.type == "country" and m.last < len(sentence.keys) and sentence.tokens[m.last].capital
            )
            if len(m.name.owners) == 1 and (port or seaport or body):
                found[m.name.owners[0]] = None
    return tuple(found) if 1 < len(found) < _MOST else ()


_LETTERHEAD, _PARTIES_STAND, _MOST = 4, 6, 5  # units, units, countries
_STYLES = word_set(
    "the republic kingdom state government of commonwealth federal people's democratic co-operative"
)


def named_at_the_head(sentences: Sequence[Sentence], title: Span | None) -> tuple[str, ...]:
    """The countries that the title names, else the preamble names as the parties; none when fewer than two."""
    for sentence in sentences:
        in_title = title is not None and title.start <= sentence.unit.start < title.end
        keys = set(sentence.keys)
        acts = next((i for i, key in enumerate(sentence.keys) if key in _ACTS), len(sentence.keys))
        if not in_title and not keys & _PREAMBLE:
            if keys & _ACTS:
                break
            continue
        named = (
            m
            for m in sentence.mentions
            if m.name.type == "country"
            and not m.name.demonym
            and not _in_brackets(sentence, m)
            and sentence.key(m.first - 1) != "in"
            and (in_title or m.first < acts)
        )
        countries = tuple(dict.fromkeys(m.name.id for m in named))
        if len(countries) > 1:
            return countries
        if not in_title and acts < len(sentence.keys):
            break
    return ()


def _in_brackets(sentence: Sentence, mention: Mention) -> bool:
    """Whether a country only says where a place lies: "Warsaw (the Republic of Poland)"."""
    return "(" in sentence.keys[max(mention.first - 2, 0) : mention.first] and sentence.has(mention.last, ")")
