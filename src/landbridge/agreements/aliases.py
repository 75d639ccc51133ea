"""Names that a text gives its parties itself: (hereinafter "the EAEU"), ("CAAM"), (the "Kenyan Side")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from landbridge.agreements.entities import Mention
from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tokens import tokenize

_FIRST = 60  # sentences; parties are named at the head of a text
_GIVEN = re.compile(
    r"\((?:[^()\"\u201c\u2018'\u00ab]{0,60})[\"\u201c\u2018'\u00ab](?:the\s+)?(?P<name>[A-Z][\w&.-]*(?:\s+[A-Z][\w&.-]*){0,3})"
    r"[\"\u201d\u2019'\u00bb][^()]{0,20}\)"
)
_PLAIN = re.compile(r"\(hereinafter\s*[\u2013\u2014-]\s*(?P<name>[A-Z][\w&. -]{1,30}?)\)")
_CALLED = re.compile(
    r"\(herein(?:after)? (?:called|referred to as|designated|styled)\s+(?:the\s+)?"
    r"(?P<name>[A-Z]\w*(?: [A-Z]\w*){0,3})\)"
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
_PAIR = 2
_KINDS = frozenset({"community", "union", "organization", "organisation", "league", "forum"})
_NEAR = 160  # characters between the name of a country and the alias given to its body


def find_aliases(sentences: Sequence[Sentence], parties: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The parties by the names that the text gives them, in lower case.

    A name belongs to the last country that is named before it, if that is a party.
    """
    found: dict[str, tuple[str, ...]] = {}
    unowned: set[str] = set()
    for sentence in sentences[:_FIRST]:
        text, unit = sentence.text, sentence.unit
        for pattern in (_GIVEN, _CALLED, _PLAIN, _BARE):
            for match in pattern.finditer(text, unit.start, unit.end):
                if _COMMON.search(match["name"]) or _known(sentence, match.start("name")):
                    continue
                near = [
                    m
                    for m in sentence.mentions
                    if _owner(m, parties) and m.end <= match.start() and match.start() - m.end < _NEAR
                ]
                plain = pattern is not _PLAIN or (near and "," not in text[near[-1].end : match.start()])
                key = " ".join(t.key for t in tokenize(match["name"]))
                if near and plain:
                    found.setdefault(key, (_owner(near[-1], parties),))
                elif "hereinafter" in match[0].casefold() and pattern in {_GIVEN, _CALLED}:
                    unowned.add(key)
    others = [party for party in parties if (party,) not in found.values()]
    if len(unowned) == len(others) == 1 and len(parties) == _PAIR:
        # "JICA" is named for Japan, so "DGST" is the other side.
        found.setdefault(unowned.pop(), (others[0],))
    organisations = [party for party in parties if party.startswith("org:")]
    if len(organisations) == 1:  # "The Community will" of CARICOM
        names = (m.name for s in sentences[:_FIRST] for m in s.mentions if m.name.id == organisations[0])
        label = next((name.label for name in names), "")
        for kind in _KINDS & set(label.casefold().split()):
            found.setdefault(kind, (organisations[0],))
    if "org:eu" in parties:
        found.setdefault("community", ("org:eu",))
        found.setdefault("union", ("org:eu",))
    return found


def _owner(mention: Mention, parties: Sequence[str]) -> str:
    """The party that a name means, or in which a place lies: "the Port of Lom\u00e9 (PAL)"."""
    if mention.name.id in parties:
        return mention.name.id
    lies = (
        mention.name.type == "place" and len(mention.name.owners) == 1 and mention.name.owners[0] in parties
    )
    return mention.name.owners[0] if lies else ""


def _known(sentence: Sentence, offset: int) -> bool:
    """Whether the name is one of the tables' own."""
    return any(m.start <= offset < m.end for m in sentence.mentions)
