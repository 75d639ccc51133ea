"""What stands in a row of acts without being one: means, purposes, names."""

from __future__ import annotations

from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

_MEANS = word_set("efforts ways opportunities")


def in_means(sentence: Sentence, first: int, index: int) -> bool:
    """Whether a noun with its own infinitive is open: "efforts to end the fighting and restore peace"."""
    for at in range(index - 1, first, -1):
        if sentence.keys[at] in {",", ";", "and"}:
            return False
        if sentence.keys[at] == "to" and sentence.keys[at - 1] in _MEANS:
            return is_verb(sentence, adverbs_end(sentence, at + 1))
    return False


def row_goes_on(sentence: Sentence, index: int, end: int) -> bool:
    """Whether another "to" follows in a row of infinitives: "to open ..., to train ... and to host ..."."""
    stop = min(index + 60, end - 1)
    return any(
        sentence.keys[at] == "to" and sentence.keys[at - 1] in {"and", ",", "or"}
        for at in range(index + 1, stop)
    )


def means(sentence: Sentence, first: int, index: int) -> bool:
    """Whether means are named before a token: "including through easing travel, and advancing projects"."""
    return any(
        sentence.keys[at] in {"through", "by", "including"}
        and is_gerund(sentence, adverbs_end(sentence, at + 1))
        for at in range(first, index)
    )


def in_purpose(sentence: Sentence, first: int, index: int) -> bool:
    """Whether a purpose is open before a token: "... to bring benefits to the region and boost its growth"."""
    for at in range(index - 1, first, -1):
        if sentence.keys[at] in {",", ";"}:
            return False
        if sentence.keys[at] == "to" and is_verb(sentence, adverbs_end(sentence, at + 1)):
            return True
    return False


EFFECTS = word_set("boost foster benefit spur increase enable raise attract generate stimulate drive unlock")


def in_title(sentence: Sentence, coordinator: int, verb: int) -> bool:
    """Whether a word after "and" is of a name: "the Agreement on Economic and Trade Cooperation"."""
    if (
        verb >= len(sentence.tokens)
        or not sentence.tokens[verb].capital
        or sentence.tokens[verb].text.isupper()
    ):
        return False
    return sentence.tokens[coordinator - 1].capital and sentence.tokens[coordinator - 1].is_word
