"""Reads instruments: the documents that a text says were signed, adopted or issued."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from landbridge.agreements.areas import areas_of
from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tokens import tokenize, word_set

Action = Literal["signed", "witnessed signing", "adopted", "issued", "endorsed", "initialled", "planned"]
_KINDS = (
    ("joint_statement", r"joint (?:statement|declaration|communiqu[e\u00e9]|press communiqu[e\u00e9])"),
    ("mou", r"memorand(?:um|a) of (?:understanding|cooperation|intent)|mous?\b|memorand(?:um|a)\b"),
    ("treaty", r"treat(?:y|ies)\b|convention\b"),
    ("protocol", r"protocols?\b"),
    (
        "plan",
        r"(?:action|cooperation|development|implementation|master) plans?\b"
        r"|plan of action|road ?maps?\b|programmes? of\b|programs? of\b|work plan\b",
    ),
    ("declaration", r"(?:declaration|statement|communiqu[e\u00e9]|charter)s?\b"),
    ("agreement", r"agreements?\b|arrangements?\b|accords?\b"),
    ("contract", r"contracts?\b"),
    ("cooperation_documents", r"(?:cooperation |bilateral |intergovernmental )?documents?\b|instruments?\b"),
)
_KIND = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS), re.IGNORECASE)
_ACTION = re.compile(
    r"\b(?P<witness>(?:witnessed|attended|oversaw|presided over|was followed by) the (?:signing"
    r"|exchange|ceremony of signing|signing ceremony)(?: ceremony)?(?: of| for)?)"
    r"|\b(?P<signing>signed|concluded|inked)\b|\b(?P<adopted>adopted"
    r"|approved)\b|\b(?P<issued>issued|released|published)\b"
    r"|\b(?P<endorsed>endorsed)\b|\b(?P<initialled>initiall?ed)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:[;.](?=\s|$)|,(?!\d)|\bcovering\b|\bincluding\b|\bwhich\b|\bthat\b"
    r"|\bin the presence\b|\baimed\b|\bto (?:further|deepen|expand)\b|"
    r"\band (?:also )?(?:witnessed|signed|agreed|adopted|issued|attended|held"
    r"|exchanged|met|jointly|decided|were|was|discussed|endorsed|released|noted|expressed)\b)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:was|were|has been|have been|is|are)\s+(?:also\s+|jointly\s+)?$", re.IGNORECASE)
_COUNTED = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_VAGUE = word_set("multiple several various series of number numerous many some")
_RELATIVE = re.compile(r".*\b(?:(?:at|during|in) which|where|and that|that)\s+", re.IGNORECASE | re.DOTALL)
_STARTS = re.compile(r"\s+(?:(?:today|yesterday|also|jointly)\s+)?(?:(?:the|a|an|this)\s+)?", re.IGNORECASE)
_NEXT_ONE = re.compile(r"(?:, and|,| and) (?:a|an|the) (?=[A-Z])")


@dataclass(frozen=True)
class Signed:
    """An instrument as read."""

    start: int
    end: int
    kind: str
    action: Action
    count: int | None
    areas: tuple[str, ...]
    note: str | None


def signed(sentence: Sentence) -> list[Signed]:
    """The instruments of a sentence whose signing, adoption or issue it reports."""
    text, unit = sentence.text, sentence.unit
    found: list[Signed] = []
    position = unit.start
    for match in _ACTION.finditer(text, unit.start, unit.end):
        if match.start() < position:
            continue
        if _PASSIVE.search(text[max(match.start() - 24, unit.start) : match.start()]):
            start, end = _subject_before(text, unit.start, match.start())
        else:
            begin = _STARTS.match(text, match.end(), unit.end)
            start = begin.end() if begin else match.end()
            stop = _END.search(text, start, unit.end)
            end = stop.start() if stop else unit.end
            while end > start and text[end - 1].isspace():
                end -= 1
        for first, last in _each(text, start, end):
            read = _read(sentence, first, last, _action(match))
            if read is not None:
                found.append(read)
                position = max(end, match.end())
    return found


def listed(sentence: Sentence) -> Signed | None:
    """The instrument that an item names under a heading such as "Agreements signed"."""
    text, unit = sentence.text, sentence.unit
    end = unit.end
    while end > unit.start and text[end - 1] in ".;,":
        end -= 1
    return _read(sentence, unit.start, end, "signed")


def _each(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of "an Agreement on one thing and a Memorandum on another"; names of parties do not cut."""
    cuts = [
        m
        for m in _NEXT_ONE.finditer(text, start, end)
        if _KIND.match(text, m.end()) or _KIND.match(text, text.find(" ", m.end(), end) + 1)
    ]
    firsts = [start, *(m.end() for m in cuts)]
    lasts = [*(m.start() for m in cuts), end]
    return list(zip(firsts, lasts, strict=True))


def _action(match: re.Match[str]) -> Action:
    if match["witness"]:
        return "witnessed signing"
    if match["adopted"]:
        return "adopted"
    if match["issued"]:
        return "issued"
    if match["endorsed"]:
        return "endorsed"
    return "initialled" if match["initialled"] else "signed"


def _subject_before(text: str, first: int, verb: int) -> tuple[int, int]:
    """The subject of "was signed": from the last mark before it."""
    passive = _PASSIVE.search(text[max(verb - 24, first) : verb])
    end = max(verb - 24, first) + passive.start() if passive else verb
    marks = [mark + 2 for sign in (", ", "; ") if (mark := text.rfind(sign, first, end)) >= 0]
    start = max([first, *marks])
    relative = _RELATIVE.match(text, start, end)
    start = relative.end() if relative else start
    article = re.compile(r"(?:and\s+)?(?:the|a|an)\s+", re.IGNORECASE).match(text, start, end)
    start = article.end() if article else start
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _read(sentence: Sentence, start: int, end: int, action: Action) -> Signed | None:
    text = sentence.text
    kind = _KIND.search(text, start, end)
    if kind is None or end <= start or kind.start() - start > 80:
        return None
    words = text[start : kind.start()].casefold().split()
    count: int | None = 1
    note = None
    if kind[0].casefold().endswith("s") and kind.lastgroup in {
        "cooperation_documents",
        "agreement",
        "contract",
        "mou",
        "protocol",
        "plan",
    }:
        stated = [_COUNTED.get(w) or (int(w) if w.isdigit() else None) for w in words]
        count = next((n for n in stated if n), None)
        note = "number not stated" if count is None else None
    elif _VAGUE & set(words):
        count, note = None, "number not stated"
    tail = tokenize(text, start, min(end + 400, sentence.unit.end) if count is None else end)
    return Signed(start, end, kind.lastgroup or "other", action, count, areas_of(tail), note)
