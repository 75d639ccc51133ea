"""Where a subject may begin: at the start, after a mark, a conjunction or an introduction."""

from __future__ import annotations

from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tokens import word_set

_BEFORE_SUBJECT = word_set(
    """
    and but while that whereas as , ; : ( ) yet however therefore | where moreover hereby which with or
    """
)
SPEECH = word_set(
    """
    said says stressed noted added pointed emphasized emphasised stated underlined reported
    announced believes believed agreed
    """
)


def begins_clause(sentence: Sentence, index: int) -> bool:
    """Whether a subject may stand at a token: at the start, after a mark, or after a conjunction."""
    if index == 0 or sentence.keys[index - 1] in _BEFORE_SUBJECT | SPEECH:
        return True
    if not any(key.isalpha() for key in sentence.keys[:index]):
        return True  # after a date
    if sentence.key(index - 1) in {"end", "purpose"} and sentence.key(index - 2) in {"this", "that"}:
        return True  # "to that end they shall"
    before = sentence.tokens[index - 1]
    if before.quote_mark or (before.dash and before.end < sentence.tokens[index].start):
        return True
    if sentence.tokens[index].text in _NEW_SENTENCE and sentence.tokens[index - 1].is_word:
        return True  # a heading run together with its first sentence
    if _after_short_phrase(sentence, index):
        return True
    if index <= 3 and all(key in _LEADS for key in sentence.keys[:index]):
        return True
    return index <= 4 and sentence.keys[index - 1] in _KIN and sentence.tokens[0].capital


def _after_short_phrase(sentence: Sentence, index: int) -> bool:
    """Whether a subject follows "and" with a short phrase: "and for its increase the sides agreed"."""
    if sentence.keys[index] != "the" or sentence.key(index - 1) in PREPOSITIONS:
        return False
    for at in range(index - 2, max(index - _SHORT, 0), -1):
        if sentence.keys[at] in {",", ";"}:
            return False
        if sentence.keys[at] == "and":
            return (
                sentence.keys[at + 1] in {"for", "in", "to", "on", "at", "with"}
                and sentence.tokens[at + 2].is_word
            )
    return False


_SHORT = 6  # words
_KIN = word_set(
    "partners neighbours neighbors allies rivals landlocked neighbouring neighboring visiting members"
)


_NEW_SENTENCE = frozenset({"The", "Each", "Neither", "Both", "Either"})
_LEADS = word_set(
    "today yesterday together then hereby accordingly furthermore moreover finally also further now"
)


def after_introduction(sentence: Sentence, index: int) -> bool:
    """Whether a subject follows an introduction that no comma ends: "Within a year the Parties shall"."""
    head = int(sentence.key(0) in {"and", "but", "also"})
    return (
        sentence.key(head) in _INTRODUCES and 1 < index < 15 and sentence.key(index - 1) not in PREPOSITIONS
    )


_INTRODUCES = word_set(
    "with in on by within at during for from after under upon following as to until throughout"
)
PREPOSITIONS = word_set(
    "of between for with to by from in on at among against towards into the a an all both under and or"
)
