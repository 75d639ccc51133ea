"""A promise as it is read from a sentence, and what reading carries from one sentence to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from landbridge.agreements.lists import OpenList
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import Sentence

CONDITION = re.compile(
    r"\b(?:if|unless|subject to|provided that|on condition that|upon completion of|as appropriate)\b",
    re.IGNORECASE,
)
LEADING_CONDITION = re.compile(
    r"(?:if|unless|provided that|on condition that|subject to|in case|in the event)\b", re.IGNORECASE
)
_FAR = 1200  # characters: what stands further off says nothing of a word
_PART = re.compile(r";|\b(?:but|however)\b", re.IGNORECASE)


@dataclass
class Promise:
    """A commitment as read: offsets of its words, who promises, and how.

    about: items of a list below it that only name subjects. note: what is inferred, in words.
    """

    start: int
    end: int
    promisors: tuple[str, ...]
    partners: tuple[str, ...]
    modality: str
    strength: Strength
    conditional: bool = False
    negative: bool = False
    note: str | None = None
    about: tuple[Sentence, ...] = ()


@dataclass
class State:
    """What reading carries from one sentence to the next.

    opened: the open list. listing: whether items under the present heading are promises by themselves.
    before: the actors of the sentence before, whom "it" or "he" means.
    """

    opened: OpenList | None = None
    listing: bool = False
    nouns: bool = False
    before: tuple[str, ...] = ()
    continued: bool = False


def part(sentence: Sentence, offset: int) -> tuple[int, int]:
    """Start and end of the part of a sentence around an offset; a semicolon or a "but" begins a new one."""
    start, end = max(sentence.unit.start, offset - _FAR), min(sentence.unit.end, offset + _FAR)
    for joint in _PART.finditer(sentence.text, start, end):
        if joint.end() <= offset:
            start = joint.end()
        else:
            return start, joint.start()
    return start, end
