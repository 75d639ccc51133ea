"""Markers that are nouns after a verb of saying: "reaffirmed their firm commitment to", "stressed the need for"."""

from __future__ import annotations

from landbridge.agreements.marker import (
    OWN,
    Form,
    Marker,
    after_agreed,
    make_marker,
    need,
    on_what,
    strength_of,
    to_do,
)
from landbridge.agreements.months import DAYS
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund
from landbridge.agreements.tokens import word_set

_HEARD = word_set(
    """
    welcomed welcome welcomes welcoming supported support supports appreciated appreciate appreciates hailed commended
    """
)
_FIRM = ("confirmed", "reaffirmed", "reconfirmed")
_SHORT = 10  # words in which a verb would show that the -ing form is a subject
_FINITE = word_set("is are was were need needs will would should can could may must has have remain remains")
_BACKED = ("voic", "express", "reiterat", "reaffirm", "confirm", "declar")
_AFFIRMED = ("affirm", "reaffirm", "confirm", "reconfirm")
_PRESSED = ("emphasized", "emphasised", "stressed", "underlined", "underscored")
_TOLD_PLANS = ("announc", "outlin", "unveil", "reveal", "disclos", "confirm", "reaffirm", "present", "shar")


def said(sentence: Sentence, first: int, at: int) -> Marker | None:
    """Nouns after a verb of saying: "reaffirmed their commitment to", "stressed the need for"."""
    if (made := _acts_said(sentence, first, at)) is not None:
        return made
    noun = _past_owner(sentence, at + 1)
    if noun < len(sentence.keys) and sentence.keys[at] in _HEARD and noun > at + 1:
        return None
    if sentence.key(noun) == "on" and sentence.keys[at].startswith("agree"):
        noun = sentence.skip(noun + 1, OWN)
    if noun - at > 7 or noun >= len(sentence.keys):
        return None
    key = sentence.keys[noun]
    if key == "support" and sentence.has(noun + 1, "for") and sentence.keys[at].startswith(_BACKED):
        acts = is_gerund(sentence, adverbs_end(sentence, noun + 2))
        form: Form = "gerund" if acts else "object"
        mutual = "mutual" in sentence.keys[at:noun]
        return make_marker(sentence, first, noun + 2, "exhortation", form) if acts or mutual else None
    strength = strength_of("noun", key)
    plans = key == "plans" and sentence.keys[at].startswith(_TOLD_PLANS)
    if strength is None:
        return None
    if noun == at + 1 and key in {"plan", "plans", "will", "wish", "desire"} and not plans:
        return None
    if sentence.has(noun + 1, "and") and strength_of("noun", sentence.key(sentence.skip(noun + 2, OWN))):
        noun = sentence.skip(noun + 2, OWN)
        key = sentence.keys[noun]
    verb = sentence.keys[at]
    if strength == "agreed":
        reach = verb.startswith(("reach", "announc", "took", "taken", "made"))
        reach = reach or (key == "decision" and verb.startswith(("reaffirm", "reiterat", "confirm")))
        return after_agreed(sentence, first, noun + 1) if reach else None
    if (
        verb.startswith(
            ("reach", "note", "noting", "recognis", "recogniz", "acknowledg", "have", "has", "had", "took")
        )
        and strength != "exhortation"
        and not (verb.startswith("not") and sentence.key(at + 1) in {"their", "our", "mutual"})
    ):
        return None
    if strength == "exhortation":
        return None if verb.endswith("ing") and first == 0 else need(sentence, first, noun)
    if sentence.has(noun + 1, "in") and key == "interest":
        return on_what(sentence, first, noun + 2, "willing")
    if sentence.has(noun + 1, "of") and is_gerund(sentence, adverbs_end(sentence, noun + 2)):
        return make_marker(sentence, first, noun + 2, strength, "gerund")
    if (
        sentence.has(noun + 1, "for")
        and strength == "undertaking"
        and is_gerund(sentence, adverbs_end(sentence, noun + 2))
    ):
        return make_marker(sentence, first, noun + 2, strength, "gerund")
    if sentence.has(noun + 1, "for") and key in {"desire", "wish"}:
        return make_marker(sentence, first, noun + 2, strength, "object")
    if sentence.has(noun + 1, "for") and key in {"readiness", "willingness", "preparedness"}:
        return on_what(sentence, first, noun + 2, "willing")
    owned = _past_of(sentence, noun + 1)
    if sentence.has(owned, "in") and key == "interest":
        return on_what(sentence, first, owned + 1, "willing")
    return to_do(sentence, first, owned, strength, either=key != "interest")


def _acts_said(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "confirmed on Thursday continuing to work", "emphasised harmonising the rules": no noun before the act"""
    firm = sentence.keys[at].startswith(_FIRM)
    if sentence.keys[at].startswith(_AFFIRMED) and sentence.has(at + 1, "to"):
        return to_do(sentence, first, at + 1, "undertaking")  # "affirmed to increase the number of places"
    if not firm and not sentence.keys[at].startswith(_PRESSED):
        return None
    day = sentence.skip(at + 1 + sentence.has(at + 1, "on"), DAYS)
    verb = adverbs_end(sentence, at + 1 if day == at + 1 + sentence.has(at + 1, "on") else day)
    if not is_gerund(sentence, verb) or sentence.key(verb + 1) in {",", ".", "and"}:
        return None
    clause = sentence.keys[verb + 1 : verb + _SHORT]
    if set(clause) & _FINITE:
        return None  # "stressed developing countries need help"
    return make_marker(sentence, first, verb, "undertaking" if firm else "exhortation", "gerund")


def _past_of(sentence: Sentence, index: int) -> int:
    """Passes over whose readiness it is, when that follows: "the readiness of both countries to"."""
    if sentence.key(index) not in {"of", "by"}:
        return index
    for at in range(index + 1, min(index + 12, len(sentence.keys))):
        if sentence.keys[at] in {"to", "in"}:
            return at
        if sentence.keys[at] in {",", ";", "that", "on"}:
            break
    return index


def _past_owner(sentence: Sentence, index: int) -> int:
    """Passes over whose readiness it is: "their firm", "the Sultanate's", "her country's"."""
    owned = sentence.key(index) in OWN
    index = sentence.skip(index, OWN)
    country = sentence.mention_at.get(index)
    if country is not None and strength_of("noun", sentence.key(country.last)) is not None:
        return country.last  # "the U.S. commitment to"
    if owned and (noun := _past_adjectives(sentence, index)) is not None:
        return noun
    for at in range(index, min(index + 6, len(sentence.keys))):
        if sentence.keys[at] == "'" or sentence.keys[at] == "'s" or sentence.keys[at] == "\u2019s":
            noun = _past_adjectives(sentence, at + 1)
            return sentence.skip(at + 1, OWN) if noun is None else noun
        if not (sentence.tokens[at].is_word or sentence.tokens[at].dash) or sentence.keys[at] in {
            "to",
            "and",
            "that",
            "in",
            "on",
        }:
            break
    return index


def _past_adjectives(sentence: Sentence, index: int) -> int | None:
    """The noun of promising after up to three adjectives: "their ironclad commitment", "its firm resolve"."""
    for at in range(index, min(index + 5, len(sentence.keys))):
        if strength_of("noun", sentence.keys[at]) is not None and sentence.key(at + 1) in {
            "to",
            "in",
            "of",
            "for",
        }:
            return at
        token = sentence.tokens[at]
        if (
            token.capital
            or sentence.keys[at] in _NO_ADJECTIVES
            or not (token.is_word or token.key in {",", "-"})
        ):
            return None
    return None


_NO_ADJECTIVES = word_set(
    "to of in on for and or the that with by at as from is are was were importance efforts"
)
