"""Reads the areas of cooperation that a stretch of text names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention
from landbridge.agreements.record import Commitment
from landbridge.agreements.tokens import Token

# After these a promise says how it is kept, and no longer what it is about.
_MANNERS = (
    ("based", "on"),
    ("on", "the", "basis", "of"),
    ("in", "accordance", "with"),
    ("in", "conformity", "with"),
    ("in", "line", "with"),
    ("in", "full", "respect", "for"),
    ("with", "full", "respect", "for"),
    ("in", "full", "compliance", "with"),
    ("without", "resorting", "to"),
    ("in", "the", "spirit", "of"),
)


def without_manner(tokens: Sequence[Token]) -> Sequence[Token]:
    """The words of a promise up to where it says how it is kept: "..., in accordance with international law"."""
    keys = [token.key for token in tokens]
    for index in range(2, len(keys)):
        if any(tuple(keys[index : index + len(words)]) == words for words in _MANNERS):
            return tokens[:index]
    return tokens


# Nouns and verbs whose infinitive is the matter itself: "take steps to increase trade".
_TAKE_INFINITIVE = frozenset(
    [
        "steps",
        "measures",
        "efforts",
        "ways",
        "means",
        "opportunities",
        "need",
        "how",
        "continue",
        "begin",
        "start",
        "readiness",
        "willingness",
        "commitment",
        "wish",
        "desire",
        "agree",
        "decide",
        "helping",
        "help",
        "work",
        "works",
        "together",
        "order",
        "ability",
        "right",
        "plans",
        "plan",
        "proposal",
        "in",
        "and",
        "or",
    ]
)
_EFFECTS = frozenset(
    [
        "boost",
        "spur",
        "foster",
        "stimulate",
        "unlock",
        "create",
        "improve",
        "increase",
        "ensure",
        "promote",
        "enhance",
    ]
)
_OBJECT = 4  # words at least before a purpose


def without_purpose(tokens: Sequence[Token]) -> Sequence[Token]:
    """The words of a promise up to its purpose: "build a road" of "build a road to boost trade"."""
    keys = [token.key for token in tokens]
    for index in range(_OBJECT, len(keys) - 1):
        if keys[index] == "to" and keys[index + 1] in _EFFECTS and keys[index - 1] not in _TAKE_INFINITIVE:
            return tokens[:index]
    return tokens


def areas_of(tokens: Sequence[Token], mentions: Sequence[Mention] = ()) -> tuple[str, ...]:
    """Area codes in the order of the text.

    tokens: the stretch to read. mentions: names found in it; their words are not read as phrases.
    """
    named = [(m.start, m.end) for m in mentions if m.name.type in {"programme", "corridor", "forum"}]
    named += _names_of_bodies(tokens)
    codes: dict[str, bool] = {}  # whether something names it that is not beside the matter
    for first, last, values in tables.areas().all(tokens):
        start, end = tokens[first].start, tokens[last - 1].end
        if any(a < end and start < b for a, b in named):
            continue
        firm = not _is_weak(tokens, first, last)
        for code in values:
            if code:
                codes[code] = codes.get(code, False) or firm
    for mention in mentions:
        if mention.name.type == "corridor":
            codes.update(dict.fromkeys(mention.name.areas, True))
    if any(codes.values()):
        return tuple(code for code, firm in codes.items() if firm)
    return tuple(codes)


_ONE_SUBJECT = 0.35  # part of the promises that name the main area, at least
_ENOUGH = 3  # promises


def of_one_subject(commitments: Sequence[Commitment]) -> list[Commitment]:
    """The promises of a treaty or plan, without broad areas that one promise alone names beside the main area."""
    counts = Counter(code for commitment in commitments for code in commitment.areas)
    if len(commitments) < _ENOUGH or not counts:
        return list(commitments)
    main, times = counts.most_common(1)[0]
    beside = {code for code in tables.broad_areas() if counts[code] == 1 and code != main}
    if times < _ONE_SUBJECT * len(commitments):
        return list(commitments)
    result = []
    for commitment in commitments:
        kept = tuple(code for code in commitment.areas if code not in beside)
        changes: dict[str, object] = {} if kept == commitment.areas else {"areas": kept}
        if not kept:
            changes = {"areas": (main,), "areas_from": "context"}
        result.append(commitment.model_copy(update=changes) if changes else commitment)
    return result


def _names_of_bodies(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where a body is named by what it is for: "the Commission on trade, economic and cultural cooperation"."""
    keys = [token.key for token in tokens]
    found = []
    for index in range(len(keys) - 2):
        if keys[index] not in {"commission", "committee", "council"} or keys[index + 1] not in {"on", "for"}:
            continue
        end = next(
            (i for i in range(index + 2, min(index + 16, len(keys))) if keys[i] == "cooperation"), None
        )
        if end is not None and end > index + 3:
            found.append((tokens[index + 1].start, tokens[end].end))
    return found


_BEFORE_ITEM = frozenset({",", "and", "or", "in", "of", "on", "including", "&", "/"})
_AFTER_ITEM = frozenset({",", "and", "or", ";", ".", "&", "/"})


def _is_weak(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a phrase that often stands beside the matter is no item of an enumeration either."""
    key = " ".join(token.key for token in tokens[first:last])
    weak = tables.weak_areas()
    if key not in weak and not (key.endswith("s") and key[:-1] in weak):
        return False
    before = tokens[first - 1].key if first else ""
    after = tokens[last].key if last < len(tokens) else "."
    listed = before in _BEFORE_ITEM and after in _AFTER_ITEM
    return not (listed and ("," in {before, after} or "and" in {before, after}))
