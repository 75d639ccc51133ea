"""Reads commitments: who promises what to whom, how firmly, on which subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from landbridge.agreements.clauses import (
    Context,
    Sentence,
    Subject,
    adverbs_end,
    begins_clause,
    cut_at,
    is_gerund,
    is_verb,
    subjects,
    text_range,
    verb_phrases,
)
from landbridge.agreements.markers import Marker, marker_at
from landbridge.agreements.record import Strength
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_REACH = 200  # words; no clause after "agreed that" is followed further
_DOUBTS = word_set("if unless whether once when until provided before")
_HOPES = word_set(
    """
    hope hopes hoped believe believes believed expect expects expected confident convinced
    confidence expectation conviction predicted wish wished
    """
)
# What is denied or only told is nobody's promise: words before a clause, and words anywhere in its sentence.
_DENIED = re.compile(
    r"\b(?:(?:untrue|not true|false|incorrect) that"
    r"|(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)) (?:\w+ ){0,3}that)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:reportedly|allegedly|rumou?red|(?:according to|there (?:are|were)) (?:\w+ )?rumou?rs)\b",
    re.IGNORECASE,
)
_LEADING_CONDITION = re.compile(
    r"(?:if|unless|provided that|on condition that|subject to|in case|in the event)\b", re.IGNORECASE
)
_PART = re.compile(r";|\b(?:but|however)\b", re.IGNORECASE)
_PAST_LEADS = frozenset({"that"})
_BE_BOUND = (("guided", "by"), ("responsible", "for"), ("committed", "to"))
_NO_ACT = word_set("have has had be been being")
_CONDITION = re.compile(
    r"\b(?:if|unless|subject to|provided that|on condition that|upon completion of|as appropriate)\b",
    re.IGNORECASE,
)
_TOGETHER = word_set("together closely jointly actively hand in side by")


@dataclass
class Promise:
    """A commitment as read: offsets of its words, who promises, and how."""

    start: int
    end: int
    promisors: tuple[str, ...]
    partners: tuple[str, ...]
    modality: str
    strength: Strength
    conditional: bool = False
    note: str | None = None


@dataclass
class OpenList:
    """A list that a colon has opened: the bullets after it are promises of the same actors.

    marker: None after actors alone ("The two sides:"), so that each bullet has a marker of its own.
    """

    promisors: tuple[str, ...]
    marker: Marker | None
    used: int = field(default=0)


def promises(
    sentence: Sentence, context: Context, opened: OpenList | None
) -> tuple[list[Promise], OpenList | None]:
    """The promises of a sentence, and the list that it opens for the bullets after it.

    opened: the list of which the sentence is a bullet, if any.
    """
    found = subjects(sentence, context)
    starts = {subject.first: subject for subject in found}
    if opened is not None and sentence.unit.bullet:
        return list(_bullet(sentence, opened, starts)), opened
    by_end = {subject.last: subject for subject in found}
    if found and sentence.tokens[-1].text == ":" and found[-1].last == len(sentence.tokens) - 1:
        actors = found[-1].actors if begins_clause(sentence, found[-1].first) else ()
        return [], OpenList(actors, None) if actors else None
    result: list[Promise] = []
    opens: OpenList | None = None
    index, open_subject = 0, None
    while index < len(sentence.tokens):
        if index in starts and begins_clause(sentence, index):
            open_subject = starts[index]
        marker = None if sentence.quoted[index] else marker_at(sentence, index)
        subject = None if marker is None else _subject_of(sentence, marker, by_end, open_subject)
        if marker is None or subject is None or not _promises(sentence, marker, subject):
            index += 1
            continue
        if marker.form == "list":
            opens = OpenList(subject.actors, marker)
            index = marker.last
            continue
        new, index = _read(sentence, marker, subject, starts, by_end)
        if _conditional(sentence, subject):
            new = [replace(promise, conditional=True) for promise in new]
        result += new
    if result and opens is None and sentence.tokens[-1].text == ":":
        opens = _opened_by_colon(sentence, result)
    return result, opens


def _opened_by_colon(sentence: Sentence, result: list[Promise]) -> OpenList | None:
    """A sentence such as "The Parties shall do the following:" opens a list although it has an act of its own."""
    last = result[-1]
    words = sentence.text[last.start : last.end].casefold()
    if "following" not in words and not words.startswith(("as follows",)):
        return None
    strength = last.strength
    return OpenList(last.promisors, Marker(0, 0, last.modality, strength, "list"))


def _subject_of(
    sentence: Sentence, marker: Marker, by_end: dict[int, Subject], open_subject: Subject | None
) -> Subject | None:
    """Who the marker's verb belongs to: the phrase right before it, or the clause's subject when verbs are joined."""
    before = marker.first
    while before > 0 and adverbs_end(sentence, before - 1) == before:
        before -= 1
    for end in range(before, marker.first + 1):
        subject = by_end.get(end)
        if subject is not None:
            return subject if begins_clause(sentence, subject.first) else None
    if open_subject is None or before == 0 or open_subject.last >= before:
        return None
    joint = sentence.keys[before - 1]
    if joint == "and":
        return open_subject
    if joint == ",":
        aside = sentence.keys[open_subject.last] in {",", "("}
        return open_subject if aside or marker.finite_past else None
    if joint == ")" and sentence.keys[open_subject.last] == "(":
        return open_subject
    return None


def _promises(sentence: Sentence, marker: Marker, subject: Subject) -> bool:
    """Whether a marker with its subject states a promise: no condition, no hope, no state of affairs."""
    if not subject.actors:
        return False
    if marker.strength == "exhortation" and not subject.joint:
        return False
    lead = sentence.keys[max(subject.first - 4, 0) : subject.first]
    if lead and lead[-1] in _DOUBTS:
        return False
    if any(word in _HOPES for word in lead) or _denied(sentence, marker):
        return False
    if marker.form != "infinitive":
        return True
    after = sentence.skip(adverbs_end(sentence, marker.last), frozenset({"not"}))
    if after >= len(sentence.keys):
        return False
    key = sentence.keys[after]
    if key == "be":
        return any(sentence.has(adverbs_end(sentence, after + 1), *words) for words in _BE_BOUND)
    return key not in _NO_ACT and key not in verbs().stative and sentence.tokens[after].is_word


def _denied(sentence: Sentence, marker: Marker) -> bool:
    """Whether the part of the sentence with the marker is denied, or told as a rumour."""
    at = sentence.tokens[marker.first].start
    start, end = _part(sentence, at)
    return bool(_DENIED.search(sentence.text, start, at) or _TOLD.search(sentence.text, start, end))


def _conditional(sentence: Sentence, subject: Subject) -> bool:
    """Whether a condition stands before the subject, as in "If the talks succeed, the two sides will ..."."""
    start, _ = _part(sentence, sentence.tokens[subject.first].start)
    while sentence.text[start].isspace():
        start += 1
    met = _LEADING_CONDITION.match(sentence.text, start)
    return met is not None and "," in sentence.text[met.end() : sentence.tokens[subject.first].start]


def _part(sentence: Sentence, offset: int) -> tuple[int, int]:
    """Start and end of the part of a sentence around an offset; a semicolon or a "but" begins a new one."""
    start, end = sentence.unit.start, sentence.unit.end
    for joint in _PART.finditer(sentence.text, start, end):
        if joint.end() <= offset:
            start = joint.end()
        else:
            return start, joint.start()
    return start, end


def _read(
    sentence: Sentence,
    marker: Marker,
    subject: Subject,
    starts: dict[int, Subject],
    by_end: dict[int, Subject],
) -> tuple[list[Promise], int]:
    """The promises after a marker, and the token where reading goes on."""
    if marker.form == "clause":
        return _clause(sentence, marker, subject, starts, by_end)
    if marker.form == "object":
        ranges = [(marker.last, _clause_end(sentence, marker.last, starts))]
        return [_promise(sentence, subject.actors, (), marker, *ranges[0])], ranges[0][1]
    first = marker.last
    partners: tuple[str, ...] = ()
    if marker.form == "infinitive":
        first, partners = _with_partner(sentence, marker.last, subject, starts)
    if marker.form == "infinitive" and sentence.keys[first] == "also":
        first += 1
    result, end = [], first
    for begin, end in verb_phrases(sentence, first, starts, gerunds=marker.form == "gerund"):
        if end > begin:
            result.append(_promise(sentence, subject.actors, partners, marker, begin, end))
    return result, max(end, marker.last)


def _with_partner(
    sentence: Sentence, first: int, subject: Subject, starts: dict[int, Subject]
) -> tuple[int, tuple[str, ...]]:
    """Passes over "work with Kazakhstan to": the promise is what follows, and the partner benefits."""
    at = adverbs_end(sentence, first)
    if sentence.keys[at] not in {"work", "cooperate", "join"}:
        return first, ()
    at = sentence.skip(at + 1, _TOGETHER)
    if not sentence.has(at, "with"):
        return first, ()
    other = starts.get(at + 1) or starts.get(at + 2)
    if other is not None and other.actors and not set(other.actors) & set(subject.actors):
        to = sentence.skip(other.last, _TOGETHER)
        if sentence.has(to, "to"):
            return to + 1, other.actors
    return first, ()


def _clause(
    sentence: Sentence,
    marker: Marker,
    subject: Subject,
    starts: dict[int, Subject],
    by_end: dict[int, Subject],
) -> tuple[list[Promise], int]:
    """After "agreed that": an inner subject's own promise is read in its turn, a passive one is taken whole."""
    end = _clause_end(sentence, marker.last, starts)
    modal = next(
        (i for i in range(marker.last, end) if sentence.keys[i] in {"should", "will", "shall", "must"}), None
    )
    if modal is None or modal in by_end:
        return [], marker.last
    be = adverbs_end(sentence, modal + 1)
    if (
        not sentence.has(be, "be")
        or be + 1 >= end
        or not sentence.keys[adverbs_end(sentence, be + 1)].endswith(("ed", "en", "n", "t"))
    ):
        return [], marker.last
    return [_promise(sentence, subject.actors, (), marker, marker.last, end)], end


def _clause_end(sentence: Sentence, first: int, starts: dict[int, Subject]) -> int:
    limit = min(first + _REACH, len(sentence.tokens))
    for index in range(first, limit):
        if not sentence.quoted[index] and cut_at(sentence, index, starts, gerunds=False):
            return index
    return limit


def _bullet(sentence: Sentence, opened: OpenList, starts: dict[int, Subject]) -> Iterator[Promise]:
    if opened.marker is None:
        at = adverbs_end(sentence, 0)
        own = marker_at(sentence, at) if at < len(sentence.keys) else None
        subject = Subject(0, 0, opened.promisors, len(opened.promisors) > 1)
        if own is not None and own.form != "list" and _promises(sentence, own, subject):
            by_end = {subject.last: subject for subject in starts.values()}
            yield from _read(sentence, own, subject, starts, by_end)[0]
        return
    first = 1 if sentence.keys[0] == "to" else 0
    head = adverbs_end(sentence, first)
    gerunds = is_gerund(sentence, head)
    if not gerunds and not is_verb(sentence, head):
        return
    for begin, end in verb_phrases(sentence, first, starts, gerunds=gerunds):
        if end > begin:
            yield _promise(sentence, opened.promisors, (), opened.marker, begin, end)


def _promise(
    sentence: Sentence,
    promisors: tuple[str, ...],
    partners: tuple[str, ...],
    marker: Marker,
    first: int,
    last: int,
) -> Promise:
    start, end = text_range(sentence, first, last)
    condition = _CONDITION.search(sentence.text, start, end)
    return Promise(start, end, promisors, partners, marker.words, marker.strength, condition is not None)
