"""Persons who act for a country: presidents and ministers by name or office, and governments named for them."""

from __future__ import annotations

from typing import NamedTuple

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention, past_elect
from landbridge.agreements.syntax import Context, Sentence
from landbridge.agreements.tokens import word_set

_OFFICES = word_set(
    """
    president prime minister premier chairman vice deputy foreign mr mrs ms dr excellency his her
    king emir sheikh sheikha sir dato tan sri shri gen general lord prof hon leader pm fm
    h.e chancellor secretary presidents ministers premiers
    """
)
_STYLES_OF_ALL = word_set("excellencies majesties highnesses")
_STYLES = word_set("majesty highness excellency")
_ROYAL = word_set("majesty highness king sultan emir amir queen prince")


class Actor(NamedTuple):
    """Who acts: index after the phrase, the parties that it means, whether all of them, whether none of them."""

    last: int
    actors: tuple[str, ...]
    joint: bool
    negative: bool = False


def person_at(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """The person, office or government named for a person at a token, as an actor for its country."""
    keys, at = sentence.keys, index
    if (government := _administration(sentence, index, context)) is not None:
        return government
    if (agency := _agency(sentence, index, context)) is not None:
        return agency
    if keys[at] == "their" and sentence.key(at + 1) in _STYLES_OF_ALL:
        return Actor(at + 2, context.group, True)
    if keys[at] in {"his", "her", "their"} and sentence.key(at + 1) in _STYLES:
        return _of_style(sentence, index, context)
    if keys[at] == "the":
        at += 1
    while at < len(keys) and sentence.tokens[at].capital and keys[at] in _OFFICES:
        at += 1
    if at < len(keys) and keys[at] == "." and keys[at - 1] in _OFFICES:
        at += 1
    if at > index:
        at = past_elect(sentence.tokens, at)
    if at >= len(keys):
        return None
    person = context.people.at(sentence.tokens, at)
    if person is None:
        return _office_alone(sentence, index, at, context)
    if person[1].country is None:
        return None
    return Actor(_of_country(sentence, person[0]), (person[1].country,), False)


def _agency(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """An agency or a state company of a party: "USAID will", "the Department of State plans to"."""
    if sentence.key(index - 1) in {"'", "'s", "\u2019s"}:
        return None  # "the Philippines' Department of State" is another's
    first = index + (sentence.keys[index] == "the")
    first += sentence.tokens[min(first, len(sentence.keys) - 1)].quote_mark
    found = tables.agencies().at(sentence.tokens, first) if first < len(sentence.keys) else None
    if found is None or found[1][0] not in context.parties:
        return None
    return Actor(found[0], (found[1][0],), False)


def _administration(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """ "the Obama Administration", "the Biden-Harris Administration": the government of whom it is named for"""
    at = index + (sentence.keys[index] == "the")
    first, country = at, None
    while at < min(first + 4, len(sentence.keys)) and sentence.keys[at] not in {
        "administration",
        "government",
    }:
        token = sentence.tokens[at]
        if not (token.capital or token.dash):
            return None
        person = context.people.at(sentence.tokens, at) if token.capital else None
        country = person[1].country if person is not None and person[1].country else country
        at += 1
    if at == first or country is None or sentence.key(at) not in {"administration", "government"}:
        return None
    return Actor(at + 1, (country,), False)


def _of_style(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """ "His Majesty", "Her Excellency the President": the one person of the text whom the words fit."""
    at = index + 2
    if sentence.key(at) == "the":
        inner = person_at(sentence, at, context)
        if inner is not None:
            return inner
    while at < len(sentence.keys) and sentence.tokens[at].capital:
        person = context.people.at(sentence.tokens, at)
        if person is not None:
            return Actor(person[0], (person[1].country,), False) if person[1].country else None
        at += 1
    if sentence.keys[index + 1] == "excellency":
        return None
    holders = {p.country for p in context.people.by_id.values() if p.title.casefold() in _ROYAL and p.country}
    return Actor(index + 2, (holders.pop(),), False) if len(holders) == 1 else None


def _office_alone(sentence: Sentence, index: int, last: int, context: Context) -> Actor | None:
    """ "The President" where one person of the text alone holds such an office."""
    if sentence.keys[index] != "the" or last == index + 1:
        return None
    country = context.people.holder(sentence.keys[last - 1])
    return Actor(last, (country,), False) if country else None


def _of_country(sentence: Sentence, last: int) -> int:
    if sentence.has(last, "of"):
        at = last + 1 + sentence.has(last + 1, "the")
        mention: Mention | None = sentence.mention_at.get(at)
        if mention is not None and mention.name.type == "country":
            return mention.last
    return last
