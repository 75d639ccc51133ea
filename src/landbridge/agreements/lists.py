"""Lists of promises: what opens one, and which items of it are acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from landbridge.agreements.marker import Marker, hardly_noun
from landbridge.agreements.syntax import Sentence, Subject, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

ItemKind = Literal["act", "noun act", "area"]

_DEVERBAL = re.compile(r"(?:tion|tions|sion|sions|ment|ments|ance|ence|ing|wal|sal|val)$")
_DEVERBAL_WORDS = word_set(
    """
    exchange exchanges visits consultations use study studies meetings support launch talks dialogue
    training mobility
    promotion creation removal renewal renewals joint holding access transfer sharing cooperation
    establishment repair
    """
)
_NO_ACTS = word_set(
    "transportation education communication information administration environment government equipment"
)
_VERB_FIRST = word_set(
    "agree exchange cut review fund finance pilot support design process target test host train report plan name map"
)
_LINKS = word_set("of on between in for among to with from through at within by")
_CONTAINERS = re.compile(
    r"(?:\bfollowing\b|\bas follows\b|\bbelow\b|\b(?:areas?|measures?|steps|actions?|ways|priorities|directions|fields"
    r"|tasks|commitments|principles|forms|activities|including to|by|to|through|in|with|on|for)"
    r"(?:, (?:among others|inter alia|in particular),?)?\s*:$)",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"\bfollowing (?:[\w-]+,? ){0,4}?(?:areas|fields|sectors|sub-?sectors|spheres|domains|directions)\b[^;.]{0,80}:$",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"\b(?:actions?|measures|commitments?|steps|deliverables|announcements?|outcomes?|decisions?|recommendations?"
    r"|priorities|tasks|next steps|undertakings)\b",
    re.IGNORECASE,
)


_ALSO_ACTS = word_set("recognize recognise note affirm support")
_WORTH = word_set(
    "advance advances progress importance need role value significance contribution that fact efforts"
)
_STATE = word_set(
    """
    reaffirm welcome recognize recognise acknowledge note commend appreciate reiterate recall underscore underline
    stress highlight emphasize emphasise affirm express thank congratulate
    """
)


@dataclass
class OpenList:
    """A list that a colon has opened: the items after it are promises of the same actors.

    marker: None after actors alone ("The two sides:"), so that each item has a marker of its own.
    """

    promisors: tuple[str, ...]
    marker: Marker | None


def names_a_list(heading: str) -> bool:
    """Whether a heading announces actions, commitments or outcomes."""
    return _LISTING.search(heading) is not None


def is_container(words: str) -> bool:
    """Whether what is promised only points to the list after it: "take the following measures:"."""
    return _CONTAINERS.search(words) is not None


def names_subjects(words: str) -> bool:
    """Whether the list that a promise points to holds subjects: "cooperate in the following areas:"."""
    return _SUBJECTS.search(words) is not None


def states_only(sentence: Sentence) -> bool:
    """Whether an item only states something: "REAFFIRM steadfast support for"."""
    first = adverbs_end(sentence, 0)
    worth = sentence.key(first) not in _ALSO_ACTS or set(sentence.keys[first + 1 : first + 4]) & _WORTH
    return sentence.key(first) in _STATE and bool(worth)


def takes_note(sentence: Sentence) -> bool:
    """Whether an item only says what a meeting notes, thanks for or approves: "To take note of the report"."""
    first = adverbs_end(sentence, sentence.skip(0, frozenset({"to"})))
    thanks = (
        sentence.key(first) in {"express", "receive"} and set(sentence.keys[first + 1 : first + 5]) & _THANKS
    )
    attached = sentence.key(first) in _ADOPTS and {"attached", "annexed"} & set(
        sentence.keys[first + 1 : first + 5]
    )
    texts = attached or (
        sentence.key(first) in _ADOPTS and set(sentence.keys[first + 1 : first + 8]) & _TEXTS
    )
    return bool(sentence.has(first, "take", "note") or sentence.key(first) in _NOTES or thanks or texts)


_NOTES = word_set(
    "noting welcoming recalling recognizing recognising celebrate condemn reject thank congratulate commend welcome"
    " deem"
)
_THANKS = word_set("solidarity gratitude appreciation thanks satisfaction condolences")
_ADOPTS = word_set("approve adopt endorse")
_TEXTS = word_set("budget report minutes agenda statement declaration communique")


def item_kind(sentence: Sentence) -> ItemKind:
    """Whether an item begins with a verb, with a noun for an act, or only names a subject."""
    if len(sentence.tokens) < 3:
        return "area"
    first = adverbs_end(sentence, 0)
    first = sentence.skip(first, frozenset({"not"}))
    if sentence.key(first) == "to" or is_gerund(sentence, first) or is_verb(sentence, first):
        return "act"
    if sentence.key(0) in _VERB_FIRST and sentence.key(1) not in _LINKS and len(sentence.tokens) > 3:
        return "act"
    for index, key in enumerate(sentence.keys[:7]):
        if key in _LINKS and index > 0:
            noun = sentence.keys[index - 1]
            deverbal = noun in _DEVERBAL_WORDS or (_DEVERBAL.search(noun) and noun not in _NO_ACTS)
            return "noun act" if deverbal else "area"
    return "noun act" if set(sentence.keys[:4]) & {"consultations", "meetings"} else "area"


def items_after(sentences: Sequence[Sentence], number: int) -> list[Sentence]:
    """The items right after the sentence with an index, one for each bullet or line that ends in a semicolon."""
    found: list[Sentence] = []
    for sentence in sentences[number + 1 :]:
        if not sentence.tokens or not is_item(sentence, after_colon=True):
            break
        if not found or sentence.unit.paragraph != found[-1].unit.paragraph:
            found.append(sentence)
        if sentence.tokens[-1].text == ":":
            break  # it opens a list of its own
    return found


def is_item(sentence: Sentence, *, after_colon: bool) -> bool:
    """Whether a sentence is an item of an open list: a bullet, or a line set as one without a mark."""
    unit = sentence.unit
    if unit.bullet:
        return True
    return after_colon and not unit.headline and sentence.text[unit.end - 1] == ";"


def leading_actor(sentence: Sentence, subjects: Sequence[Subject]) -> Subject | None:
    """The actor of "India to open a consulate", "Georgia: complete the line"."""
    for subject in subjects:
        if subject.first == 0 and sentence.has(subject.last, ":"):
            to = sentence.has(subject.last + 1, "to")
            verb = adverbs_end(sentence, subject.last + 1 + to)
            if is_verb(sentence, verb) or is_gerund(sentence, verb) or (to and hardly_noun(sentence, verb)):
                return subject
        if subject.first == 0 and sentence.has(subject.last, "to"):
            verb = subject.last + 1
            if is_verb(sentence, verb) or hardly_noun(sentence, verb):
                return subject
    return None
