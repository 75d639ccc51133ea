"""Reads what a text says about itself: title, kind, date, place, venue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from landbridge.agreements.syntax import Sentence
from landbridge.agreements.months import MONTHS
from landbridge.agreements.record import DateSpan, PlaceSpan, Span
from landbridge.agreements.sentences import Unit
from landbridge.agreements.tables import slug

Genre = Literal["leaders_readout", "joint_statement", "mou", "treaty", "outcome_list", "other"]
_MONTH = "|".join([*MONTHS, *(m[:3] + r"\." for m in MONTHS), "sept\\."])
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH}) (?P<d1>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?:\s?[-\u2013]\s?\d{{1,2}})?,? (?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?(?:[-\u2013]|and"
    rf"|to)\s?\d{{1,2}})?(?: day of| of)? (?P<m2>{_MONTH}),? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>[01]\d)-(?P<d3>[0-3]\d))\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:held|holds|met|meets|meeting|talks|visit|visited|paid|took place|gathered|attended)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\b(?:signed (?:in|at|on)|done (?:in|at|on)|executed (?:in|at|on)|was signed|were signed|signed this)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"(?:\bof|\bdated|\bfrom|\bsince|\bsigned(?: \w+){0,4} on|\bin force on)\s+(?:the\s+)?$", re.IGNORECASE
)
_VENUE = re.compile(
    r"\b(?:in|at) (?:the )?(?P<venue>(?:[A-Z][\w'\u2019-]* ){0,4}(?:Great Hall of the People"
    r"|(?:Presidential |State |Government |Royal )?(?:Palace|Residence|House|Hall|Hotel)"
    r"|Kremlin|State Guesthouse|Convention Cent(?:re|er)|Congress Cent(?:re|er)))\b"
)
_NAMED_PLACE = re.compile(r"\b(?:in|at) (?P<place>[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+){0,2})")
_BOILERPLATE = re.compile(
    r"^(?:home\b.*|.*\s[>\u00bb|]\s.*|suggest to a friend:?|share\b.{0,30}"
    r"|print\b.{0,20}|copyright\b.*|\u00a9.*|all rights reserved.*|related (?:news|articles|links).*"
    r"|source:.*|editor:.*|back to top|read more.*|click here.*|contact us.*"
    r"|skip to (?:main )?content|menu|search|page \d+(?: of \d+)?)$",
    re.IGNORECASE,
)
_GENRES: tuple[tuple[Genre, re.Pattern[str]], ...] = (
    ("mou", re.compile(r"memorandum of (?:understanding|cooperation|intent)\b", re.IGNORECASE)),
    (
        "joint_statement",
        re.compile(
            r"\bjoint (?:statement|declaration|communiqu[e\u00e9]|press (?:statement|communiqu[e\u00e9]))",
            re.IGNORECASE,
        ),
    ),
    (
        "outcome_list",
        re.compile(r"\b(?:list of (?:outcomes|deliverables)|outcomes of the|deliverables)\b", re.IGNORECASE),
    ),
    (
        "treaty",
        re.compile(
            r"^(?:the )?(?:\w+ ){0,6}(?:agreement|treaty|protocol|convention)\b(?!.*\bagree to\b)",
            re.IGNORECASE,
        ),
    ),
    ("joint_statement", re.compile(r"\b(?:declaration|communiqu[e\u00e9]|statement)\b", re.IGNORECASE)),
)
_NOT_BINDING = re.compile(
    r"not (?:constitute|create|be) (?:a |an |any )?(?:legally )?(?:binding|legal)"
    r"|no legal(?:ly binding)? obligation|not legally binding|without legal force",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Frame:
    """What frames a text."""

    title: Span | None
    title_units: int
    genre: Genre
    binding: Literal["political", "legal", "unknown"]
    date: DateSpan | None
    place: PlaceSpan | None
    venue: PlaceSpan | None


def is_boilerplate(text: str, unit: Unit) -> bool:
    """Whether a unit belongs to the page around the document."""
    return unit.end - unit.start < 120 and _BOILERPLATE.match(text[unit.start : unit.end]) is not None


def frame(text: str, units: Sequence[Unit], sentences: Sequence[Sentence]) -> Frame:
    """Title, genre, date, place and venue of a text.

    units: all units of the text. sentences: the same units with their words and names.
    """
    title, count = _title(text, units)
    body = sentences[count:] if count else sentences
    genre = _genre(text, title, units)
    date, dated = _date(text, body, genre)
    place = _place(text, dated, body)
    return Frame(title, count, genre, _binding(text, genre), date, place, _venue(text, body))


def _title(text: str, units: Sequence[Unit]) -> tuple[Span | None, int]:
    """The title, and how many units come before the body."""
    first = 0
    while first < len(units) and is_boilerplate(text, units[first]):
        first += 1
    if first >= len(units):
        return None, 0
    last = first
    unit = units[first]
    plain = text[unit.end - 1] not in ".;:,!?" and not unit.bullet and unit.end - unit.start <= 300
    if not (unit.headline or (plain and len(units) > first + 1)):
        return None, first
    while last + 1 < len(units) and units[last + 1].headline and units[last + 1].paragraph == unit.paragraph:
        last += 1
    start, end = unit.start, units[last].end
    return Span(start=start, end=end, quote=text[start:end]), last + 1


def _genre(text: str, title: Span | None, units: Sequence[Unit]) -> Genre:
    head = title.quote if title else text[units[0].start : units[0].end][:200] if units else ""
    for genre, pattern in _GENRES:
        if pattern.search(head):
            return genre
    opening = text[: (title.end if title else 0) + 600]
    if re.search(
        r"\b(?:held talks|holds talks|met with|meets with|held a meeting"
        r"|phone call|telephone conversation|paid a (?:state |official )?visit)\b",
        opening,
        re.IGNORECASE,
    ):
        return "leaders_readout"
    for genre, pattern in _GENRES[:3]:
        if pattern.search(opening):
            return genre
    return "other"


def _binding(text: str, genre: Genre) -> Literal["political", "legal", "unknown"]:
    if genre in {"leaders_readout", "joint_statement", "outcome_list"}:
        return "political"
    if _NOT_BINDING.search(text):
        return "political"
    if genre == "treaty":
        return "legal"
    return "unknown"


def _iso(match: re.Match[str]) -> str:
    for letter in "123":
        if match[f"y{letter}"]:
            month = match[f"m{letter}"]
            number = (
                int(month) if month.isdigit() else [m[:3] for m in MONTHS].index(month[:3].casefold()) + 1
            )
            return f"{match[f'y{letter}']}-{number:02d}-{int(match[f'd{letter}']):02d}"
    raise AssertionError("a date matched without a year")


def _date(text: str, body: Sequence[Sentence], genre: Genre) -> tuple[DateSpan | None, Sentence | None]:
    """The date of the talks or the signing, and the sentence that gives it."""
    best: tuple[int, DateSpan, Sentence] | None = None
    for sentence in body:
        unit = sentence.unit
        for match in _DATE.finditer(text, unit.start, unit.end):
            cited = _CITED.search(text[max(match.start() - 40, unit.start) : match.start()]) is not None
            rank: int
            role: Literal["event", "signature", "publication"]
            signature = _SIGNED.search(text, unit.start, unit.end) is not None
            alone = unit.end - unit.start < 60
            dateline = match.end() - unit.start < 60 and re.match(
                r"\s*(?:[-\u2013\u2014(:|/.]|$)", text[match.end() : match.end() + 4]
            )
            if signature and genre in {"mou", "treaty", "joint_statement"}:
                rank, role = 0, "signature"
            elif cited and not alone:
                continue
            elif _EVENT.search(text, unit.start, unit.end):
                rank, role = 1, "event"
            elif signature:
                rank, role = 2, "signature"
            elif alone:
                rank, role = 4, "publication"
            elif dateline:
                rank, role = 3, "event"
            else:
                continue
            if best is None or rank < best[0]:
                span = DateSpan(
                    start=match.start(), end=match.end(), quote=match[0], iso=_iso(match), role=role
                )
                best = rank, span, sentence
    return (best[1], best[2]) if best else (None, None)


def _place(text: str, dated: Sentence | None, body: Sequence[Sentence]) -> PlaceSpan | None:
    reporting = [
        s
        for s in body
        if _EVENT.search(text, s.unit.start, s.unit.end) or _SIGNED.search(text, s.unit.start, s.unit.end)
    ]
    for sentence in ([dated] if dated else []) + reporting:
        for mention in sentence.mentions:
            opens = (
                mention.first == 0
                and mention.last < len(sentence.keys)
                and sentence.keys[mention.last] in {",", "-"}
            )
            inside = mention.first > 0 and sentence.keys[mention.first - 1] in {"in", "at"}
            if mention.name.type == "place" and (inside or opens):
                country = mention.name.owners[0]
                quote = text[mention.start : mention.end]
                return PlaceSpan(
                    start=mention.start, end=mention.end, quote=quote, entity=mention.name.id, country=country
                )
    if dated is None:
        return None
    for match in _NAMED_PLACE.finditer(text, dated.unit.start, dated.unit.end):
        start, end = match.span("place")
        if (
            not any(m.start < end and start < m.end for m in dated.mentions)
            and match["place"].split()[0].casefold() not in MONTHS
        ):
            return PlaceSpan(
                start=start,
                end=end,
                quote=match["place"],
                entity=f"place:{slug(match['place'])}",
                country=None,
            )
    return None


def _venue(text: str, body: Sequence[Sentence]) -> PlaceSpan | None:
    for sentence in body:
        match = _VENUE.search(text, sentence.unit.start, sentence.unit.end)
        if match is not None and slug(match["venue"]):
            start, end = match.span("venue")
            return PlaceSpan(
                start=start,
                end=end,
                quote=match["venue"],
                entity=f"place:{slug(match['venue'])}",
                country=None,
            )
    return None
