"""Reads alignments: two programmes or strategies that are docked, aligned or brought into synergy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from landbridge.agreements.clauses import cut_at, text_range
from landbridge.agreements.entities import resolve_owners
from landbridge.agreements.subjects import subjects
from landbridge.agreements.syntax import Context, Sentence, Subject, adverbs_end, is_verb
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_STRONG = word_set(
    """
    docking alignment synergy synergies dovetailing conjugation synergizing synergising conjunction
    """
)
_WEAK = word_set(
    """
    integration coordination convergence linkage linking connection interface combination
    complementarity coupling harmonization harmonisation interconnection matching interlinking
    pairing
    """
)
_VERBS = frozenset(
    f"{verb}{ending}"
    for verb in (
        "dock",
        "align",
        "link",
        "connect",
        "integrat",
        "synergiz",
        "synergis",
        "harmoniz",
        "harmonis",
        "dovetail",
        "coordinat",
        "combin",
        "match",
    )
    for ending in ("", "e", "ing", "ed", "es", "s")
)
_ANY = _STRONG | _WEAK | _VERBS
_PLANS = word_set(
    """
    strategy strategies plan plans programme programmes program programs initiative initiatives
    policy policies concept vision visions agenda agendas
    """
)
_ADJECTIVES = word_set(
    """
    the a an strategic close closer deep deeper effective full greater better practical organic
    further mutual strong stronger high quality policy in depth comprehensive active good of
    """
)
_REACH = 120  # words; the longest stretch that is looked at for the two sides of an alignment
_DONE = word_set(
    """
    achieved realized realised completed accomplished carried launched started
    """
)


@dataclass(frozen=True)
class Side:
    """One side of an alignment: offsets, whom it belongs to and how that is known, the named things in it."""

    start: int
    end: int
    country: str | None
    country_from: Literal["text", "table", "other side"] | None
    entities: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """An alignment as read: offsets of its words, its two sides where the text gives them."""

    start: int
    end: int
    side_a: Side | None
    side_b: Side | None
    done: bool
    note: str | None = None


def pairs(sentence: Sentence, context: Context) -> list[Pair]:
    """The alignments of a sentence, in the order of the text."""
    found: list[Pair] = []
    if _ANY.isdisjoint(sentence.keys):
        return found
    starts: dict[int, Subject] | None = None
    index = 0
    while index < len(sentence.tokens):
        key = sentence.keys[index]
        if key not in _ANY or sentence.quoted[index]:
            index += 1
            continue
        if starts is None:
            starts = {subject.first: subject for subject in subjects(sentence, context)}
        read = _nominal(sentence, context, index, starts) if key in _STRONG | _WEAK else None
        if read is None and key in _VERBS:
            read = _verbal(sentence, context, index, starts)
        if read is None:
            index += 1
            continue
        pair, index = read
        found.append(pair)
    return found


def _nominal(
    sentence: Sentence, context: Context, index: int, starts: dict[int, Subject]
) -> tuple[Pair, int] | None:
    at = index + 1
    if (
        sentence.has(at, "and")
        and at + 1 < len(sentence.keys)
        and sentence.keys[at + 1] in _STRONG | _WEAK | {"cooperation"}
    ):
        at += 2
    of = sentence.has(at, "of")
    if of:
        at += 1
    between = sentence.has(at, "between")
    if between:
        at += 1
    if not of and not between:
        return None
    first = index
    while first > 0 and sentence.keys[first - 1] in _ADJECTIVES and not sentence.quoted[first - 1]:
        first -= 1
    end = _end(sentence, at, starts)
    sides = _sides(sentence, context, at, end, ("and", "with") if between else ("and", "with", "to"))
    weak = sentence.keys[index] in _WEAK
    if (
        sides is not None
        and (between or _names_plan(sentence, at, end))
        and not (weak and not _both_plans(sentence, sides))
    ):
        start, stop = text_range(sentence, first, end)
        return Pair(start, stop, *sides, _done(sentence, first), _note(sides)), end
    if weak or not _one_sided(sentence, at, end):
        return None
    lead = _governing_verb(sentence, first)
    stop_at = _plain_object_end(sentence, at, end)
    start, stop = text_range(sentence, lead, stop_at)
    return Pair(start, stop, None, None, _done(sentence, first), "the text does not name the sides"), stop_at


def _verbal(
    sentence: Sentence, context: Context, index: int, starts: dict[int, Subject]
) -> tuple[Pair, int] | None:
    end = _end(sentence, index + 1, starts)
    sides = _sides(sentence, context, index + 1, end, ("with", "to", "and"))
    if sides is None or not _both_plans(sentence, sides):
        return None
    start, stop = text_range(sentence, index, end)
    return Pair(start, stop, *sides, sentence.keys[index].endswith("ed"), _note(sides)), end


def _end(sentence: Sentence, first: int, starts: dict[int, Subject]) -> int:
    """Token after an alignment that began before `first`: the next one, a purpose or another act ends it."""
    limit = min(first + _REACH, len(sentence.tokens))
    for index in range(first, limit):
        if sentence.quoted[index]:
            continue
        if cut_at(sentence, index, starts, gerunds=False) or (
            sentence.tokens[index].text == "." and index + 1 == len(sentence.tokens)
        ):
            return index
        if sentence.keys[index] in {",", "and"}:
            after = index + 1
            if sentence.has(after, "and"):
                after += 1
            noun = sentence.skip(after, _ADJECTIVES)
            if noun < len(sentence.keys) and noun > after and sentence.keys[noun] in _STRONG:
                return index
            verb = adverbs_end(sentence, after + sentence.has(after, "to"))
            if is_verb(sentence, verb) and not sentence.quoted[verb]:
                return index
    return limit


def _sides(
    sentence: Sentence, context: Context, first: int, end: int, joints: Sequence[str]
) -> tuple[Side, Side] | None:
    """The two sides of the stretch, cut at the joint that leaves the better pair."""
    best: tuple[float, tuple[Side, Side]] | None = None
    for index in range(first + 1, end - 1):
        if sentence.keys[index] not in joints or sentence.quoted[index]:
            continue
        if sentence.keys[index] == "and" and sentence.keys[index + 1] in joints:
            continue
        a, b = _side(sentence, context, first, index), _side(sentence, context, index + 1, end)
        score = 2.0 * (a.country is not None and b.country is not None and a.country != b.country)
        score += (a.country is not None) + (b.country is not None) + bool(a.entities) + bool(b.entities)
        score += (
            1.5 * _begins_side(sentence, index + 1)
            + 0.5 * (sentence.keys[index] == "with")
            - 1.0 * (index - first < 2)
        )
        if best is None or score > best[0]:
            best = score, (a, b)
    if best is None or best[0] < 1:
        return None
    return _completed(*best[1], context.parties)


def _begins_side(sentence: Sentence, index: int) -> bool:
    token = sentence.tokens[index]
    return token.key in {"the", "its", "a", "an"} or token.quote_mark or index in sentence.mention_at


def _side(sentence: Sentence, context: Context, first: int, last: int) -> Side:
    start, end = text_range(sentence, first, last)
    mentions = sentence.within(start, end)
    named = [m.name for m in mentions if m.name.type in {"programme", "corridor", "forum"}]
    entities = tuple(dict.fromkeys(name.id for name in named))
    said = [m.name.id for m in mentions if m.name.type == "country"]
    if len(set(said)) == 1:
        return Side(start, end, said[0], "text", entities)
    owners = {owner for name in named if (owner := resolve_owners(name, context.parties))}
    if len(owners) == 1 and not said:
        return Side(start, end, owners.pop(), "table", entities)
    return Side(start, end, None, None, entities)


def _completed(a: Side, b: Side, parties: tuple[str, ...]) -> tuple[Side, Side]:
    """With two parties, a side that the text gives to nobody belongs to the party that the other side is not."""
    if len(parties) == 2 and (a.country is None) != (b.country is None):
        known = a.country or b.country
        if known in parties:
            other = next(party for party in parties if party != known)
            if a.country is None:
                a = Side(a.start, a.end, other, "other side", a.entities)
            else:
                b = Side(b.start, b.end, other, "other side", b.entities)
    return a, b


def _note(sides: tuple[Side, Side]) -> str | None:
    for letter, side in zip("ab", sides, strict=True):
        if side.country_from == "other side":
            return f"the text does not say whose side {letter} is; taken as the other party's"
    return None


def _names_plan(sentence: Sentence, first: int, end: int) -> bool:
    if any(sentence.keys[i] in _PLANS for i in range(first, end)):
        return True
    found = (sentence.mention_at.get(i) for i in range(first, end))
    return any(m is not None and m.name.type in {"programme", "corridor"} for m in found)


def _both_plans(sentence: Sentence, sides: tuple[Side, Side]) -> bool:
    """Whether both sides hold something that can be aligned as a plan is; weak words need that."""
    for side in sides:
        words = [t.key for t in sentence.words(side.start, side.end)]
        if not side.entities and not any(word in _PLANS for word in words):
            return False
    return any(side.entities for side in sides)


def _one_sided(sentence: Sentence, first: int, end: int) -> bool:
    return any(sentence.keys[i] in _PLANS for i in range(first, min(end, first + 6)))


def _plain_object_end(sentence: Sentence, first: int, end: int) -> int:
    """Token after "development strategies": the object alone, without what is joined to it."""
    last = max(i for i in range(first, min(end, first + 6)) if sentence.keys[i] in _PLANS)
    after = last + 1
    if sentence.has(after, "of") or sentence.has(after, "between"):
        return end
    return after


def _governing_verb(sentence: Sentence, first: int) -> int:
    """Token of the verb that has the alignment as its object, with its adverbs; `first` when there is none near."""
    words = verbs()
    for index in range(first - 1, max(first - 4, -1), -1):
        key = sentence.keys[index]
        if key in words.plain or key in words.ambiguous or key in words.gerunds or key.endswith("ed"):
            while index > 0 and sentence.keys[index - 1].endswith("ly"):
                index -= 1
            return index
        if not sentence.tokens[index].is_word:
            break
    return first


def _done(sentence: Sentence, first: int) -> bool:
    return any(key in _DONE for key in sentence.keys[max(first - 4, 0) : first])
