"""A promise's marker, and what may follow a word of agreeing: "to", "that", "on", "on the need to"."""

from __future__ import annotations

from typing import Literal, NamedTuple

from landbridge.agreements import tables
from landbridge.agreements.months import DAYS
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb, past_number
from landbridge.agreements.tokens import word_set

Form = Literal["infinitive", "gerund", "clause", "object", "list"]


class Marker(NamedTuple):
    """A promise's marker: tokens `first` to `last`, how firm it is, and what form the promised act takes after it.

    past: a finite verb that may be joined to others by a comma. participle: an -ing form, whose subject may stand
    further before it. impersonal: "it was agreed that", which has no subject and means all parties. owner: the country
    whose promise it is, where it is another's than the subject's: "welcomed Peru's decision to".
    """

    first: int
    last: int
    words: str
    strength: Strength
    form: Form
    past: bool = False
    participle: bool = False
    impersonal: bool = False
    owner: str | None = None


OWN = word_set(
    """
    their its his her the our my your strong mutual firm common joint shared a an unwavering
    continued and full resolute sincere
    special collective steadfast abiding unanimous political general also enduring deep keen great
    willing principled
    bilateral respective continuing strategic sustained consistent unequivocal clear urgent further
    """
)
_LISTS = (
    ("on", "the", "following"),
    ("upon", "the", "following"),
    ("as", "follows"),
    ("the", "following"),
    ("following",),
    (),
)
_ASIDE = 40  # words, at most
_IMPORTANT = word_set("importance significance fact value role relevance urgency")
_TOPICS = word_set("fronts issues matters topics points items subjects")
_NEEDS: tuple[tuple[str, ...], ...] = (
    ("on", "the", "need", "to"),
    ("on", "the", "necessity", "to"),
    ("on", "the", "need", "for"),
    ("on", "the", "necessity", "of"),
    ("it", "necessary", "to"),
    ("it", "expedient", "to"),
    ("about", "the", "need", "to"),
)
PARTIES = word_set("both the all each")


def strength_of(section: str, word: str) -> Strength | None:
    return tables.markers()[section].get(word)  # type: ignore[return-value]


def past_aside(sentence: Sentence, index: int) -> int:
    """Passes over an aside after a modal: "shall, on request, provide", "shall to this end endeavour"."""
    if sentence.key(index + 1) in {"this", "that"} and sentence.key(index + 2) in {
        "end",
        "purpose",
        "effect",
    }:
        index += 3 * (sentence.key(index) in {"to", "for"})
    if sentence.has(index, "at", "the", "same", "time"):
        return index + 4
    if sentence.key(index) == ":" and index + 1 < len(sentence.keys):
        return index + 1
    if sentence.key(index) != ",":
        return index
    reach = range(index + 1, min(index + _ASIDE, len(sentence.keys)))
    close = next((i for i in reach if sentence.keys[i] in {",", ":"}), None)
    if close is None:
        return index
    last = sentence.keys[close] == ":" and close == len(sentence.keys) - 1
    return close if last else close + 1  # the colon opens a list on the lines below


def make_marker(
    sentence: Sentence, first: int, last: int, strength: Strength, form: Form, *, impersonal: bool = False
) -> Marker | None:
    if last >= len(sentence.keys):
        return None
    if sentence.keys[last] == ":" and last == len(sentence.keys) - 1:
        form = "list"
    head = sentence.keys[first]
    participle = head.endswith("ing")
    modal = head in {"will", "shall", "should", "would", "must", "may"}
    end = min(last, first + 6) if modal else last
    if modal and sentence.key(first + 1) == ",":
        end = first + 1
    words = " ".join(sentence.keys[first:end])
    return Marker(first, last, words, strength, form, not participle and not modal, participle, impersonal)


def to_do(
    sentence: Sentence, first: int, at: int, strength: Strength, *, either: bool = False
) -> Marker | None:
    """A marker that "to" closes; `either`: an -ing form or a noun may follow as well as an infinitive."""
    at = adverbs_end(sentence, at)
    if sentence.key(at) in DAYS or (sentence.key(at) == "on" and sentence.key(at + 1) in DAYS):
        at = sentence.skip(at + 1, DAYS)
    at += 2 * sentence.has(at, "in", "addition")
    if sentence.key(at) == ",":  # "undertook, for their part, to"
        at = past_aside(sentence, at)
    at += sentence.has(at, "not", "to")
    if not sentence.has(at, "to"):
        return None
    if sentence.has(at + 1, ":") and at + 2 < len(
        sentence.keys
    ):  # "agree to: (a) exchange ...; (b) develop ..."
        item = adverbs_end(sentence, past_number(sentence, at + 2))
        return make_marker(
            sentence, first, at + 2, strength, "gerund" if is_gerund(sentence, item) else "infinitive"
        )
    after = adverbs_end(sentence, at + 1)
    if is_gerund(sentence, after):
        return make_marker(sentence, first, at + 1, strength, "gerund")
    if sentence.has(after, "a", "list", "of") and sentence.keys[-1] != ":":
        return None  # the list follows
    if sentence.key(after) == "the" and sentence.key(after + 1) == "following":
        return make_marker(sentence, first, at + 1, strength, "object")
    if either and not is_verb(sentence, after) and not hardly_noun(sentence, after):
        known = sentence.key(after) in tables.verbs().plain | tables.verbs().ambiguous
        if not known or sentence.key(after) in OWN:
            return make_marker(sentence, first, at + 1, strength, "object")
    return make_marker(sentence, first, at + 1, strength, "infinitive")


def hardly_noun(sentence: Sentence, index: int) -> bool:
    """Whether a word after "to", unknown as a verb, can hardly be a noun: "agreed to underpin the plan"."""
    key, following = sentence.key(index), sentence.key(index + 1)
    plain = sentence.tokens[index].is_word and not sentence.tokens[index].capital if key else False
    return (
        plain and key not in tables.verbs().object_openers and following in {"the", "a", "an", "its", "their"}
    )


def after_agreed(sentence: Sentence, first: int, after: int) -> Marker | None:
    """The marker that began at `first` with a word of agreeing, from what follows it."""
    if any(sentence.has(after, *words) for words in (("in", "principle"), ("in", "particular"))):
        after += 2
    if (
        sentence.key(after) == ","
    ):  # "agreed, inter alia, to"; a list of noun phrases has no second comma so near
        past = past_aside(sentence, after)
        after = past if past - after < 12 and sentence.key(past) in {"to", "that", "on"} else after
    if sentence.key(after) == ":" and sentence.key(after + 1) in {"that", "to"}:
        after += 1  # "RESOLVED: that"
    after = sentence.skip(after, DAYS | {"jointly"})
    if sentence.has(after, "with") or sentence.has(after, "among") or sentence.has(after, "between"):
        # "agreed with Japan to": the partner in between is passed over.
        to = next(
            (
                i
                for i in range(after, min(after + 12, len(sentence.keys)))
                if sentence.keys[i] in {"to", "on", "that"}
            ),
            None,
        )
        if to is None or any(sentence.keys[i] in {",", "."} for i in range(after, to)):
            return None
        after = to
    if sentence.has(after, "to"):
        return to_do(sentence, first, after, "agreed", either=True)
    if sentence.has(after, "in") and is_gerund(sentence, adverbs_end(sentence, after + 1)):
        return make_marker(sentence, first, after + 1, "agreed", "gerund")  # "concurred in strengthening"
    if sentence.has(after, "that"):
        return make_marker(sentence, first, after + 1, "agreed", "clause")
    for words in _NEEDS:
        if sentence.has(after, *words):
            form: Form = "infinitive" if words[-1] == "to" else "object"
            return make_marker(sentence, first, after + len(words), "agreed", form)
    noun = sentence.skip(after + 1, OWN) if sentence.key(after) in {"on", "upon"} else after
    if sentence.key(noun) in _NEEDED and (made := need(sentence, first, noun)):
        return made._replace(strength="agreed")
    if sentence.key(after) in PARTIES | {"every"}:  # "agreed each country would": "that" is left out
        modal = next(
            (i for i in range(after, after + 8) if sentence.key(i) in {"would", "will", "shall"}), None
        )
        if modal is not None and "," not in sentence.keys[after:modal]:
            return make_marker(sentence, first, after, "agreed", "clause")
    if sentence.key(after) in _WHEN_OR_WHERE and (to := _past_adverbial(sentence, after)):
        return to_do(sentence, first, to, "agreed")
    for words in _LISTS:
        end = after + len(words)
        if sentence.has(after, *words):
            while end < len(sentence.keys) and words and sentence.keys[end] not in {":", ",", "."}:
                end += 1
            if sentence.has(end, ":") and end == len(sentence.keys) - 1:
                return make_marker(sentence, first, end, "agreed", "list")
    if any(sentence.has(after, word) for word in ("on", "upon", "for")):
        return on_what(sentence, first, after + 1, "agreed")
    return None


_NEEDED = word_set("need necessity desirability expediency advisability usefulness")
_WHEN_OR_WHERE = word_set("in at during by via following after on")
_NEAR_TO = 18  # words from "agreed" to its "to", past a place or a day


def _past_adverbial(sentence: Sentence, after: int) -> int | None:
    """The "to" of "agreed in Dubai on the sidelines of the summit to": past place and day, nothing that is agreed."""
    capital = sentence.tokens[min(after + 1, len(sentence.tokens) - 1)].capital
    if sentence.key(after) == "on" and not (sentence.key(after + 2) in {"sidelines", "margins"} or capital):
        return None
    if sentence.key(after) == "by" and not sentence.key(after + 1)[:1].isdigit():
        return None
    for at in range(after + 1, min(after + _NEAR_TO, len(sentence.keys))):
        if sentence.keys[at] == "to" and is_verb(sentence, adverbs_end(sentence, at + 1)):
            return at
        if sentence.keys[at] in {",", ";", ":", "that", "and"}:
            return None
    return None


def on_what(sentence: Sentence, first: int, at: int, strength: Strength) -> Marker | None:
    """What follows "agreed on": an act or a noun, but no assessment."""
    verb = adverbs_end(sentence, at)
    if is_gerund(sentence, verb):
        return make_marker(sentence, first, at, strength, "gerund")
    noun = sentence.skip(at, OWN)
    if sentence.key(noun) in _IMPORTANT or noun >= len(sentence.keys):
        return None
    if {sentence.key(noun), sentence.key(noun + 1)} & _TOPICS and sentence.key(noun + 2) in {".", ",", "and"}:
        return None  # "agreements on multiple fronts"
    return make_marker(sentence, first, at, strength, "object")


def need(sentence: Sentence, first: int, noun: int) -> Marker | None:
    """After "the need": "to strengthen", "for stronger cooperation", "of building"."""
    at = noun + 1
    if sentence.has(at, "to"):
        return make_marker(sentence, first, at + 1, "exhortation", "infinitive")
    if sentence.key(at) == "for":
        to = next((i for i in range(at, min(at + 9, len(sentence.keys))) if sentence.keys[i] == "to"), None)
        if to is not None and any(
            at < m.first < at + 3 and m.name.type == "country" for m in sentence.mentions
        ):
            return None  # what others need to do
        actors = set(sentence.keys[at + 1 : to]) & tables.verbs().group_heads if to is not None else ()
        if to is not None and actors and is_verb(sentence, adverbs_end(sentence, to + 1)):
            return make_marker(sentence, first, to + 1, "exhortation", "infinitive")
    if sentence.key(at) in {"for", "of"}:
        form: Form = "gerund" if is_gerund(sentence, adverbs_end(sentence, at + 1)) else "object"
        return make_marker(sentence, first, at + 1, "exhortation", form)
    return None
