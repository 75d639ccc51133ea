"""Names that a text gives its parties itself: (hereinafter "the EAEU"), ("CAAM"), (the "Kenyan Side")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tokens import tokenize

_FIRST = 60  # sentences; parties are named at the head of a text
_GIVEN = re.compile(
    r"\((?:[^()\"\u201c\u2018'\u00ab]{0,60})[\"\u201c\u2018'\u00ab](?:the\s+)?(?P<name>[A-Z][\w&.-]*(?:\s+[A-Z][\w&.-]*){0,3})"
    r"[\"\u201d\u2019'\u00bb][^()]{0,20}\)"
)
_BARE = re.compile(r"\((?P<name>[A-Z][A-Z&-]{1,9})\)")
# What all parties are called together, or each of them, is no name of one.
_COMMON = re.compile(
    r"(?:^|\s)(?:Part(?:y|ies)|Sides?|Participants?|Signator\w+)$|^Contracting"
    r"|(?:^|\s)(?:Agreement|Memorandum|MoU|Project|Loan|Grant|Credit|Products|Services|Corridor|Line|Railway|Road|Route"
    r"|Bridge|Programme|Program|Plan|Works|Goods|System|Area|Region|Treaty|Convention|Protocol|Minutes|Roadmap|Map"
    r"|Guidelines|Facility|Facilities|Pipeline|Territory|Code|Charter|Declaration|Statement|Arrangement)$",
    re.IGNORECASE,
)
_NEAR = 160  # characters between the name of a country and the alias given to its body


def find_aliases(sentences: Sequence[Sentence], parties: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The parties by the names that the text gives them, in lower case.

    A name belongs to the last country that is named before it, if that is a party.
    """
    found: dict[str, tuple[str, ...]] = {}
    for sentence in sentences[:_FIRST]:
        text, unit = sentence.text, sentence.unit
        for pattern in (_GIVEN, _BARE):
            for match in pattern.finditer(text, unit.start, unit.end):
                if _COMMON.search(match["name"]) or _known(sentence, match.start("name")):
                    continue
                near = [
                    m
                    for m in sentence.mentions
                    if m.name.id in parties and m.end <= match.start() and match.start() - m.end < _NEAR
                ]
                if near:
                    key = " ".join(t.key for t in tokenize(match["name"]))
                    found.setdefault(key, (near[-1].name.id,))
    return found


def _known(sentence: Sentence, offset: int) -> bool:
    """Whether the name is one of the tables' own."""
    return any(m.start <= offset < m.end for m in sentence.mentions)
