"""Reads the areas of cooperation that a stretch of text names."""

from __future__ import annotations

from collections.abc import Sequence

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention
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


def areas_of(tokens: Sequence[Token], mentions: Sequence[Mention] = ()) -> tuple[str, ...]:
    """Area codes in the order of the text.

    tokens: the stretch to read. mentions: names found in it; their words are not read as phrases.
    """
    named = [(m.start, m.end) for m in mentions if m.name.type in {"programme", "corridor", "forum"}]
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
