"""The words by which a text promises: agreed to, will, is ready to, should."""

from __future__ import annotations

from typing import Literal, NamedTuple

from landbridge.agreements.clauses import Sentence, adverbs_end, is_gerund
from landbridge.agreements.record import Strength
from landbridge.agreements.tokens import word_set

Form = Literal["infinitive", "gerund", "clause", "object", "list"]


class Marker(NamedTuple):
    """A promise's marker: tokens `first` to `last`, how firm it is, and what form the promised act takes after it."""

    first: int
    last: int
    words: str
    strength: Strength
    form: Form
    finite_past: bool = False


_AGREE = word_set("agreed agree agrees")
_DECIDE = word_set("decided decide decides resolved resolve")
_PLEDGE = word_set(
    """
    pledged pledge pledges undertake undertakes undertook vowed vow vows promised promise promises
    """
)
_COMMIT = word_set("commit commits committed")
_BE = word_set("is are was were be")
_READY = {
    "ready": "willing",
    "willing": "willing",
    "prepared": "willing",
    "determined": "undertaking",
    "resolved": "undertaking",
}
_INTEND = word_set("intend intends plan plans intended planned")
_EXPRESS = word_set(
    """
    expressed express expresses reaffirmed reaffirm reaffirms reiterated reiterate reiterates
    confirmed confirm confirms declared declare voiced affirmed affirm stated emphasized stressed
    underlined
    """
)
_READINESS: dict[str, Strength] = {
    "readiness": "willing",
    "willingness": "willing",
    "intention": "willing",
    "intentions": "willing",
    "desire": "willing",
    "commitment": "undertaking",
    "commitments": "undertaking",
    "determination": "undertaking",
    "resolve": "undertaking",
    "agreement": "agreed",
}
_OWN = word_set(
    """
    their its his her the our strong mutual firm common joint shared a unwavering continued
    """
)
_SHOULD = frozenset({"should"})


def marker_at(sentence: Sentence, index: int) -> Marker | None:
    """The marker whose first word stands at a token, or None."""
    keys, at = sentence.keys, index
    key = keys[at]
    if key in {"have", "has"} and index + 1 < len(keys):
        at = adverbs_end(sentence, index + 1)
        if at >= len(keys):
            return None
        key = keys[at]
        if key not in _AGREE | _DECIDE | _PLEDGE | _COMMIT | _EXPRESS:
            return None
    if key in {"will", "shall"}:
        return _make(sentence, index, at + 1, "undertaking", "infinitive")
    if key in _SHOULD:
        return _make(sentence, index, at + 1, "exhortation", "infinitive")
    if key in {"need", "ought"} and sentence.has(at + 1, "to"):
        return _make(sentence, index, at + 2, "exhortation", "infinitive")
    if key in _AGREE | _DECIDE:
        return _agreed(sentence, index, at)
    if key in _PLEDGE:
        return _to(sentence, index, at + 1, "undertaking")
    if key in _COMMIT:
        after = at + 1 + (keys[at + 1 : at + 2] in (["themselves"], ["itself"], ["ourselves"]))
        return (
            _to(sentence, index, after, "undertaking", either=True)
            if after > at + 1 or key == "commit"
            else None
        )
    if key in _INTEND:
        return _to(sentence, index, at + 1, "willing")
    if key in {"stand", "stands"} and sentence.has(at + 1, "ready"):
        return _to(sentence, index, at + 2, "willing")
    if key in _BE:
        return _be(sentence, index, at)
    if key in _EXPRESS:
        return _expressed(sentence, index, at)
    if key in {"reached", "reach"}:
        after = sentence.skip(at + 1, _OWN | {"an"})
        if after < len(keys) and keys[after] in {"agreement", "consensus", "understanding"}:
            return _after_agreed(sentence, index, after + 1)
    if key in {"called", "call", "calls"} and at + 1 < len(keys) and keys[at + 1] == "for":
        return _make(
            sentence, index, at + 2, "exhortation", "gerund" if is_gerund(sentence, at + 2) else "object"
        )
    return None


def _make(sentence: Sentence, first: int, last: int, strength: Strength, form: Form) -> Marker | None:
    if last >= len(sentence.keys):
        return None
    if sentence.keys[last] == ":":
        form = "list"
    words = " ".join(sentence.keys[first:last])
    return Marker(
        first, last, words, strength, form, sentence.keys[first] in _AGREE | _DECIDE | _PLEDGE | _EXPRESS
    )


def _to(
    sentence: Sentence, first: int, at: int, strength: Strength, *, either: bool = False
) -> Marker | None:
    """A marker that "to" closes; `either`: an -ing form or a noun may follow as well as an infinitive."""
    at = adverbs_end(sentence, at)
    if not sentence.has(at, "to"):
        return None
    after = adverbs_end(sentence, at + 1)
    if either and after < len(sentence.keys) and is_gerund(sentence, after):
        return _make(sentence, first, at + 1, strength, "gerund")
    return _make(sentence, first, at + 1, strength, "infinitive")


def _agreed(sentence: Sentence, first: int, at: int) -> Marker | None:
    return _after_agreed(sentence, first, adverbs_end(sentence, at + 1))


def _after_agreed(sentence: Sentence, first: int, after: int) -> Marker | None:
    """The marker that began at `first` with a word of agreeing, from what follows it."""
    if sentence.has(after, "in", "principle"):
        after += 2
    if sentence.has(after, "to"):
        return _make(sentence, first, after + 1, "agreed", "infinitive")
    if sentence.has(after, "that"):
        return _make(sentence, first, after + 1, "agreed", "clause")
    needs: tuple[tuple[str, ...], ...] = (
        ("on", "the", "need", "to"),
        ("on", "the", "necessity", "to"),
        ("it", "necessary", "to"),
    )
    for words in needs:
        if sentence.has(after, *words):
            return _make(sentence, first, after + len(words), "agreed", "infinitive")
    lists: tuple[tuple[str, ...], ...] = (
        ("on", "the", "following"),
        ("as", "follows"),
        ("upon", "the", "following"),
        ("the", "following"),
        (),
    )
    for words in lists:
        end = after + len(words)
        if sentence.has(after, *words):
            while end < len(sentence.keys) and words and sentence.keys[end] not in {":", ",", "."}:
                end += 1
            if sentence.has(end, ":"):
                return _make(sentence, first, end, "agreed", "list")
    if sentence.has(after, "on") or sentence.has(after, "upon"):
        verb = adverbs_end(sentence, after + 1)
        if is_gerund(sentence, verb):
            return _make(sentence, first, after + 1, "agreed", "gerund")
    return None


def _be(sentence: Sentence, first: int, at: int) -> Marker | None:
    after = adverbs_end(sentence, at + 1)
    if after >= len(sentence.keys):
        return None
    key = sentence.keys[after]
    if key in _READY:
        strength: Strength = "willing" if _READY[key] == "willing" else "undertaking"
        return _to(sentence, first, after + 1, strength)
    if key == "committed":
        return _to(sentence, first, after + 1, "undertaking", either=True)
    if key == "to" and sentence.keys[at] in {"is", "are"}:
        return _make(sentence, first, after + 1, "undertaking", "infinitive")
    return None


def _expressed(sentence: Sentence, first: int, at: int) -> Marker | None:
    after = sentence.skip(at + 1, _OWN)
    if after >= len(sentence.keys) or sentence.keys[after] not in _READINESS:
        return None
    strength = _READINESS[sentence.keys[after]]
    if (
        sentence.has(after + 1, "and")
        and after + 2 < len(sentence.keys)
        and sentence.keys[after + 2] in _READINESS
    ):
        after += 2
    return _to(sentence, first, after + 1, strength, either=True)
