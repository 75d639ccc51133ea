"""Reads what a text says about itself: title, kind, date, place, venue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from landbridge.agreements.dates import EVENT, SIGNED, find_dates
from landbridge.agreements.months import MONTHS
from landbridge.agreements.record import DateSpan, Genre, PlaceSpan, Span
from landbridge.agreements.sentences import Unit
from landbridge.agreements.syntax import Sentence
from landbridge.agreements.tables import slug
from landbridge.agreements.tokens import word_set

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
    r"|\(?(?:unofficial|courtesy|informal|non-official) translation\)?|(?:begin|end) (?:text|quote)[:.]?"
    r"|conformed copy|certified (?:true )?copy|execution (?:copy|version)"
    r"|\(?for immediate release\)?|skip to (?:main )?content|menu|search|page \d+(?: of \d+)?)$",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[Genre, str], ...] = (
    ("mou", r"memorand(?:um|a) of (?:understanding|cooperation|intent)\b|\bletter of intent\b"),
    (
        "outcome_list",
        r"\b(?:list of (?:outcomes|deliverables|documents|results)|outcomes of the|deliverables)\b",
    ),
    (
        "minutes",
        r"\b(?:minutes|agreed record|summary record|record of discussion|protocol of the \w+ (?:meeting|session))\b",
    ),
    (
        "roadmap",
        r"^program(?:me)?\b|\bprogram(?:me)? (?:of|for) (?:\w+ ){0,4}cooperation\b"
        r"|\b(?:road ?map|action plan|plan of action"
        r"|work (?:plan|programme|program)|master ?plan|implementation plan)\b",
    ),
    ("communique", r"\bcommuniqu[e\u00e9]"),
    ("joint_statement", r"\bjoint (?:press )?(?:statement|declaration|release)|\bjoint press\b"),
    ("declaration", r"\bdeclaration\b"),
    (
        "treaty",
        r"^(?:the )?(?:[\w-]+ ){0,6}(?:agreement|treaty|protocol|convention|accord)\b(?!.*\bagree to\b)"
        r"|\btariff (?:schedules?|rate quotas?)\b|\bschedule of (?:tariff )?(?:commitments|concessions)\b",
    ),
    (
        "leaders_readout",
        r"\breadout\b|\bcall with\b"
        r"|\b(?:holds?|held) (?:talks|a meeting)\b|\bmeets? (?:with )?(?:\w+ )?(?:counterpart|president"
        r"|prime|foreign|minister|king)\b|\btalks with\b",
    ),
    ("joint_statement", r"\b(?:chair(?:man|woman|person)?['\u2019]?s?['\u2019]? )?statement\b"),
)
_GENRES = tuple((genre, re.compile(pattern, re.IGNORECASE)) for genre, pattern in _KINDS)
_STATEMENT = re.compile(
    r"(?:final|outcome|ministerial|concluding|conference|common|leaders['\u2019]) statement", re.IGNORECASE
)
_PARTIES_SHALL = re.compile(
    r"\b(?:(?:Contracting )?Part(?:y|ies)|Member States|Contracting States) (?:shall|may not)\b"
)
_MEETING = re.compile(
    r"\b(?:held talks|holds talks|met with|meets with|held a meeting|held (?:\w+ )?(?:talks|consultations)"
    r"|phone call|telephone conversation"
    r"|spoke (?:to|with|by)|paid an? (?:\w+ )?visit|met (?:on|in|with|today|his|her|foreign|president"
    r"|prime)|received)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"^\s*[A-Z][A-Z\u2019' -]{2,30}(?:,|\s\(| [-\u2013\u2014])(?:[^.\n]{0,40})(?:[-\u2013\u2014)]|\.)\s",
    re.MULTILINE,
)
_REPORTED = re.compile(
    r"\b(?:Reuters|AFP|TASS|Xinhua|AP|told reporters|news agency|[Cc]orrespondent|[Aa]nalysts say|newspaper"
    r"|officials said|ministers? said|sources?"
    r"|according to (?:the )?(?:ministry|press|news))\b"
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
    dates: tuple[DateSpan, ...]
    place: PlaceSpan | None
    venue: PlaceSpan | None


def is_boilerplate(text: str, unit: Unit) -> bool:
    """Whether a unit belongs to the page around the document."""
    return (
        not unit.cell
        and unit.end - unit.start < 120
        and _BOILERPLATE.match(text[unit.start : unit.end]) is not None
    )


def frame(text: str, units: Sequence[Unit], sentences: Sequence[Sentence]) -> Frame:
    """Title, genre, date, place and venue of a text.

    units: all units of the text. sentences: the same units with their words and names.
    """
    title, count = _title(text, units)
    body = sentences[count:] if count else sentences
    genre = _genre(text, title, units)
    dates, dated = find_dates(text, sentences, genre)
    place = _place(text, dated, body)
    return Frame(title, count, genre, _binding(text, genre), tuple(dates), place, _venue(text, body))


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
    """The kind of a document, from its title, else from its opening."""
    head = title.quote if title else text[units[0].start : units[0].end][:200] if units else ""
    for genre, pattern in _GENRES:
        if pattern.search(head):
            return genre
    if re.match(r"\s*(?:article|chapter)\s+(?:\d|[ivx]+\b)", text, re.IGNORECASE):
        return "treaty"
    if _is_contract(text[:_HEAD]):
        return "treaty"
    opening = text[: (title.end if title else 0) + 700]
    if _DATELINE.search(opening) and _REPORTED.search(text[:4000]):
        return "news_report"
    # The kind may stand on a line of its own below the name of an office.
    for unit in units[:6]:
        line = text[unit.start : unit.end]
        if len(line) < 160 and line[-1] not in ".;":
            for genre, pattern in _GENRES[:7]:
                if pattern.search(line):
                    return genre
            if _STATEMENT.fullmatch(line):
                return "joint_statement"
    if _MEETING.search(opening):
        return "leaders_readout"
    for genre, pattern in _GENRES[:6]:
        if pattern.search(opening):
            return genre
    return "news_report" if _DATELINE.search(opening) else "other"


def _is_contract(text: str) -> bool:
    """Whether a text without a title is of a treaty: its parties or its articles shall do things."""
    shall = len(re.findall(r"\bshall\b", text)) > 1
    if re.search(r"\b(?:(?:hereby agree|have agreed) as follows|have the honou?r to)\b", text):
        return True
    articles = len(re.findall(r"\bArticle \d+[.:]", text)) > 1
    return len(_PARTIES_SHALL.findall(text)) > 1 or (shall and (articles or "ontracting Part" in text))


_HEAD = 4000  # characters


def _binding(text: str, genre: Genre) -> Literal["political", "legal", "unknown"]:
    if genre in {"leaders_readout", "joint_statement", "communique", "declaration", "outcome_list"}:
        return "political"
    if _NOT_BINDING.search(text):
        return "political"
    if genre == "treaty":
        return "legal"
    return "unknown"


def _place(text: str, dated: Sentence | None, body: Sequence[Sentence]) -> PlaceSpan | None:
    reporting = [
        s
        for s in body
        if EVENT.search(text, s.unit.start, s.unit.end) or SIGNED.search(text, s.unit.start, s.unit.end)
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


_OFFICE = word_set(
    "ministry government embassy office administration house secretariat press department presidency"
)
_SITE = word_set("news home mfa site portal")


def issuer_of(
    sentences: Sequence[Sentence], titles: int
) -> tuple[str | None, Literal["text", "inferred"] | None]:
    """Who published a text, from the lines before its body: an office that is named, or the page around the text."""
    for sentence in sentences[: max(titles, 3)]:
        countries = {m.name.id for m in sentence.mentions if m.name.type == "country"}
        keys = set(sentence.keys)
        if len(countries) != 1 or len(sentence.tokens) > 12:
            continue
        if keys & _SITE:
            return countries.pop(), "inferred"
        if keys & _OFFICE:
            return countries.pop(), "text"
    return None, None
