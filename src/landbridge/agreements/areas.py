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
    codes: dict[str, None] = {}
    for first, last, values in tables.areas().all(tokens):
        start, end = tokens[first].start, tokens[last - 1].end
        if any(a < end and start < b for a, b in named):
            continue
        codes.update(dict.fromkeys(code for code in values if code))
    for mention in mentions:
        if mention.name.type == "corridor":
            codes.update(dict.fromkeys(mention.name.areas))
    return tuple(codes)
