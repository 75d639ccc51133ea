"""Says what a sentence does: promise, align, sign, take a position, report an event."""

from __future__ import annotations

import re
from collections.abc import Sequence

from landbridge.agreements.document import is_boilerplate
from landbridge.agreements.record import Alignment, Commitment, Instrument, SentenceType
from landbridge.agreements.syntax import Sentence

_CEREMONY = re.compile(
    r"\b(?:welcom\w+ ceremony|national anthems?|honou?r guard|shook hands|banquet"
    r"|reviewing stand|warmly welcomed by|arrived at|gun salute|wreath|red carpet)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:held (?:talks|a meeting|consultations)|met the press|met with"
    r"|attended|paid a|visited|took place|was held|were held|gathered)\b",
    re.IGNORECASE,
)


def sentence_types(
    text: str,
    sentence: Sentence,
    commitments: Sequence[Commitment],
    alignments: Sequence[Alignment],
    instruments: Sequence[Instrument],
    *,
    is_title: bool,
) -> tuple[SentenceType, tuple[SentenceType, ...]]:
    """The main type of a sentence and the others that fit it too."""
    unit = sentence.unit
    if is_boilerplate(text, unit):
        return "boilerplate", ()
    if is_title or unit.headline:
        return "headline", ()
    fitting: list[SentenceType] = []
    if commitments:
        if any(alignment.side_a for alignment in alignments):
            fitting.append("alignment")
        elif all("X-MUL" in commitment.areas for commitment in commitments):
            fitting.append("multilateral")
        fitting.append("commitment")
    if alignments and "alignment" not in fitting:
        fitting.append("alignment")
    if instruments:
        fitting.append("instrument")
    if not commitments and not instruments:
        words = text[unit.start : unit.end]
        if _CEREMONY.search(words):
            fitting.insert(0, "ceremony")
        elif _EVENT.search(words):
            fitting.insert(0, "event")
        else:
            fitting.insert(0, "position")
    return fitting[0], tuple(fitting[1:])
