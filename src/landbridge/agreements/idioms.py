"""Set phrases that promise: "gave the green light to", "struck a deal to", "accepted the proposal to", "is due to"."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.marker import (
    OWN,
    Marker,
    after_agreed,
    make_marker,
    need,
    on_what,
    strength_of,
    to_do,
)
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

_CONSENT = word_set("nod consent approval assent")  # "gave the nod to"
_STRIKE = word_set("struck strike strikes clinched sealed hammered brokered concluded made cut")
_DEALS = word_set("deal agreement understanding accord pact arrangement compromise")
_ACCEPT = word_set("accepted accept accepts approved approve approves backed endorsed endorse endorses")
_PROPOSALS = word_set("proposal proposals request suggestion recommendation idea initiative plan plans")
_OBLIGE = word_set("obliges obliged obligates binds requires commits")
_EVERYBODY = word_set(
    "both the two all each parties sides countries governments states members member signatories"
)
_MONEY = word_set(
    "grant loan assistance funding contribution package credit aid financing donation grants loans"
)
_CONTAIN = word_set(
    "include includes included envisages envisaged envisage foresees stipulates stipulated provides"
)
_PLANS = word_set("plans plan intentions steps measures priorities")
_PAPERS = word_set("mou memorandum roadmap protocol provisions declaration treaty")
_NEEDED = word_set("need necessity")
_DETERMINERS = word_set("a an the its their new additional further")
_PLANNED_NOUNS = word_set(
    "opening launch construction creation establishment introduction purchase expansion signing"
)


def idiom(sentence: Sentence, first: int, at: int) -> Marker | None:
    """The marker of a set phrase whose verb stands at a token, or None."""
    key = sentence.key(at)
    if key in {"gave", "give", "gives", "given", "giving"}:
        return _consent(sentence, first, at)
    if key in _STRIKE:
        noun = _noun(sentence, at, _DEALS, 5)
        return after_agreed(sentence, first, noun + 1) if noun else None
    if key in {"resulted", "culminated", "ended"} and sentence.key(at + 1) in {"in", "with"}:
        noun = _noun(sentence, at + 1, _DEALS | {"decision"}, 3)
        made = after_agreed(sentence, first, noun + 1) if noun else None
        return made._replace(impersonal=True) if made else None
    if key in {"found", "find"} and sentence.has(at + 1, "common", "ground", "on"):
        return on_what(sentence, first, at + 4, "agreed")
    if key.startswith("approve") and sentence.key(at + 1) in {"to", "that"}:
        form = "infinitive" if sentence.has(at + 1, "to") else "clause"
        return make_marker(sentence, first, at + 2, "agreed", form)  # type: ignore[arg-type]
    if key in _ACCEPT or key in {"supported", "supports"}:
        noun = _noun(sentence, at, _PROPOSALS, 7)
        if noun and sentence.has(noun + 1, "of") and (owner := sentence.mention_at.get(noun + 2)) is not None:
            noun = owner.last - 1  # "the proposal of Kazakhstan to"
        if noun and sentence.has(noun + 1, "to") and is_verb(sentence, adverbs_end(sentence, noun + 2)):
            return make_marker(sentence, first, noun + 2, "agreed", "infinitive")
        return None
    if key in _OBLIGE:
        return _obliged(sentence, first, at)
    if key in _CONTAIN and (held := _contained(sentence, first, at)) is not None:
        return held
    if key.startswith("focus") and sentence.has(at + 1, "on", "the") and sentence.key(at + 3) in _NEEDED:
        made = need(sentence, first, at + 3)
        return made._replace(impersonal=True) if made else None
    if key.startswith("advocat") and is_gerund(sentence, adverbs_end(sentence, at + 1)):
        return make_marker(sentence, first, at + 1, "exhortation", "gerund")
    if key in {"aim", "aims"} and sentence.key(at + 1) in {"at", "for"}:
        return on_what(sentence, first, at + 2, "willing")
    if key == "determined" and sentence.has(at + 1, "that"):
        return make_marker(sentence, first, at + 2, "agreed", "clause")
    if key in {"announced", "announce", "announces", "unveiled"}:
        return _aid(sentence, first, at)
    planned = key in {"plan", "plans", "planned"} and sentence.key(at + 1) in _DETERMINERS
    if planned and sentence.key(at + 2) in _PLANNED_NOUNS:
        return make_marker(sentence, first, at + 1, "willing", "object")
    return None


def _contained(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "Plans include offering through rates", "the provisions of the MoU included improving ..." """
    after = at + 1 + sentence.has(at, "provides", "for")
    if not is_gerund(sentence, adverbs_end(sentence, after)):
        return None
    heads = set(sentence.keys[max(at - 9, 0) : at])
    plans = bool(heads & _PLANS)
    if not plans and not heads & (_DEALS | _PAPERS):
        return None
    if {"which", "that", "who"} & set(sentence.keys[max(at - 2, 0) : at]):
        return None
    strength: Strength = "willing" if plans else "undertaking"
    made = make_marker(sentence, first, after, strength, "gerund")
    return made._replace(impersonal=True) if made else None


def _noun(sentence: Sentence, at: int, nouns: frozenset[str], reach: int) -> int:
    """The first of some nouns in the phrase after a verb; 0 when none stands there."""
    for index in range(at + 1, min(at + 1 + reach, len(sentence.keys))):
        key = sentence.keys[index]
        if key in nouns:
            return index
        if key in {",", ".", ";", "that", "to", "on", "for"}:
            return 0
    return 0


def _consent(sentence: Sentence, first: int, at: int) -> Marker | None:
    noun = at + 1 + (sentence.key(at + 1) in {"the", "their", "its", "a"})
    noun = sentence.skip(noun, word_set("final initial in principle formal full"))
    if sentence.has(noun, "green", "light"):
        noun += 1
    elif sentence.has(noun, "go", "-", "ahead"):
        noun += 2
    elif sentence.key(noun) not in _CONSENT:
        return None
    if sentence.has(noun + 1, "to"):
        return to_do(sentence, first, noun + 1, "agreed", either=True)
    return on_what(sentence, first, noun + 2, "agreed") if sentence.has(noun + 1, "for") else None


def _obliged(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "the agreement obliges both countries to cut tariffs": what a document binds its parties to"""
    if sentence.key(at + 1) not in _EVERYBODY:
        return None
    to = next((i for i in range(at + 1, min(at + 7, len(sentence.keys))) if sentence.keys[i] == "to"), None)
    if to is None or not set(sentence.keys[at + 1 : to]) & tables.verbs().group_heads:
        return None
    made = to_do(sentence, first, to, "undertaking")
    return made._replace(impersonal=True) if made else None


def called_on_all(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "the pact calls for both countries to cut tariffs" """
    if not sentence.has(at + 1, "for") or sentence.key(at + 2) not in {"both", "the", "all", "each"}:
        return None
    to = next((i for i in range(at + 2, min(at + 7, len(sentence.keys))) if sentence.keys[i] == "to"), None)
    if to is None or not set(sentence.keys[at + 2 : to]) <= _EVERYBODY:
        return None
    made = to_do(sentence, first, to, "exhortation")
    return made._replace(impersonal=True) if made else None


def _aid(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "announced a grant of USD 20 million", "announced $118 million in assistance" """
    if {"last", "previously", "earlier", "ago", "recently"} & set(sentence.before(at)):
        return None  # what was announced before
    key = sentence.key(at + 1)
    sum_ = key in {"usd", "$", "eur", "us", "\u20ac", "\u00a3", "gbp", "rs"} or key[:1].isdigit()
    if not (key in _DETERMINERS or sum_):
        return None
    phrase = sentence.keys[at + 1 : at + (12 if sum_ else 8)]
    return make_marker(sentence, first, at + 1, "undertaking", "object") if set(phrase) & _MONEY else None


def unanimous(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "were unanimous in their resolve to", "are united in their determination to" """
    if sentence.key(at) not in {"unanimous", "united"} or not sentence.has(at + 1, "in"):
        return None
    noun = sentence.skip(at + 2, OWN)
    strength = strength_of("noun", sentence.key(noun))
    return None if strength is None or noun == at + 2 else to_do(sentence, first, noun + 1, strength)


def due(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "is due to", "are scheduled to", "is set to": what an actor is to do"""
    if sentence.key(at) not in {"set", "due", "scheduled", "slated"} or not sentence.has(at + 1, "to"):
        return None
    if not is_verb(sentence, adverbs_end(sentence, at + 2)):
        return None
    return make_marker(sentence, first, at + 2, "undertaking", "infinitive")
