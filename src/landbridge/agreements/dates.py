"""Dates of a text: of the talks, the signing and the publication, told apart."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Literal

from landbridge.agreements.months import MONTHS
from landbridge.agreements.record import DateSpan, Genre
from landbridge.agreements.syntax import Sentence

_MONTH = "|".join([*MONTHS, *(m[:3] + r"\." for m in MONTHS), "sept\\."])
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH}) (?P<d1>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?:\s?(?:[-\u2013]|and|to)\s?(?:(?P<n1>{_MONTH}) )?(?P<e1>\d{{1,2}})(?:st|nd|rd|th)?)?,? ?"
    r"(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?(?:[-\u2013]|and|to)\s?(?P<e2>\d{{1,2}})(?:st|nd|rd|th)?)?"
    rf"(?: (?:{_MONTH}),?\s?(?:[-\u2013]|and|to)\s?(?P<n2>\d{{1,2}})(?:st|nd|rd|th)?)?"
    rf"(?:,? day of| of)? (?P<m2>{_MONTH}),?(?: of)? ?(?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>[01]\d)-(?P<d3>[0-3]\d)"
    r"|(?P<d4>[0-3]?\d)[./](?P<m4>[01]?\d)[./](?P<y4>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
EVENT = re.compile(
    r"\b(?:held|holds|met|meets|meeting|talks|visit|visited|paid|took place|gathered|attended)\b",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"\b(?:signed (?:in|at|on)|done (?:in|at|on)|executed (?:in|at|on)|was signed|were signed|signed this)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"(?:(?<!afternoon )(?<!morning )(?<!evening )\bof|\bdated|\bfrom|\bsince|\bsigned(?: \w+){0,4} on"
    r"|\bin force on|\bin effect(?: on)?|\bas of|\bfollow(?:s|ed|ing) (?:a|the|an)(?: [\w-]+){1,12}? on"
    r"|\bby|\buntil|\bbefore|\bno later than)\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\b(?:expires? on|closing date (?:is|shall be)|not later than)\s+$", re.IGNORECASE)
_NEWLY = re.compile(r"\s*(?:A|An|The new|The two)\b")  # "A new memorandum was signed on 12 September"
_LOOKS_BACK = re.compile(
    r"(?:recalling|acknowledging|noting|welcoming|recall|since|building on)\b", re.IGNORECASE
)
_DATED = re.compile(r"\d{4}|thousand|hundred", re.IGNORECASE)
_OPENS_SIGNED = re.compile(r"\s*(?:signed|done|executed|adopted|issued)\b", re.IGNORECASE)


def _iso(match: re.Match[str]) -> str | None:
    """The date as year-month-day, the last of several days; None when there is no such day."""
    for letter in "1234":
        if match[f"y{letter}"]:
            month, day = match[f"m{letter}"], match[f"d{letter}"]
            if letter == "1":
                month, day = match["n1"] or month, match["e1"] or day
            elif letter == "2":
                day = match["n2"] or match["e2"] or day
            number = (
                int(month) if month.isdigit() else [m[:3] for m in MONTHS].index(month[:3].casefold()) + 1
            )
            try:
                return datetime.date(int(match[f"y{letter}"]), number, int(day)).isoformat()
            except ValueError:
                return None
    raise AssertionError("a date matched without a year")


_UNITS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
)
_DAYS = [
    *f"{_UNITS} fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
    *(f"twenty-{d}" for d in _UNITS.split()[:9]),
]
_DAYS += ["thirtieth", "thirty-first"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_NUMBERS = ["", *_ONES, *_TEENS.split()]
_NUMBERS += [f"{ten}-{one}" if one else ten for ten in _TENS for one in ("", *_ONES)]
_NUMBER_WORDS = "|".join(sorted((n.replace("-", "[- ]") for n in _NUMBERS[1:]), key=len, reverse=True))
_IN_WORDS = re.compile(
    rf"\b(?P<day>{'|'.join(sorted(_DAYS, key=len, reverse=True))}|\d{{1,2}}(?:st|nd|rd|th)) (?:day )?(?:of )?"
    rf"(?:the month of )?(?P<month>{'|'.join(MONTHS)})"
    r"(?:,? (?:in the year |of the year )?(?:of )?"
    r"(?:(?P<new>two thousand)|nineteen hundred|one thousand,? nine hundred)"
    rf"(?: and)? (?P<year>{_NUMBER_WORDS})"
    r"|,? (?P<figures>20\d\d))\b",
    re.IGNORECASE,
)


def _iso_in_words(match: re.Match[str]) -> str | None:
    """The date of "the twenty-second day of May, two thousand and eighteen"."""
    if match["figures"]:
        year = int(match["figures"])
    else:
        year = (2000 if match["new"] else 1900) + _NUMBERS.index(match["year"].casefold().replace(" ", "-"))
    word = match["day"].casefold()
    number = int(word[:-2]) if word[0].isdigit() else _DAYS.index(word) + 1
    try:
        day = datetime.date(year, MONTHS.index(match["month"].casefold()) + 1, number)
    except ValueError:
        return None
    return day.isoformat()


_OPENING, _LONG_AGO = 12, 30  # units, days
_WHOLE = len("2017-06-08")
_OPENING_LINES, _LAST = 8, 3  # units at the head, at the end
_BARE_LINE = 3  # words before a month that stands on a line of its own
_SPACES = dict.fromkeys(map(ord, "\n\r\t\u00a0\u2028\u2029"), " ")


def find_dates(text: str, body: Sequence[Sentence], genre: Genre) -> tuple[list[DateSpan], Sentence | None]:
    """The dates of the talks, the signing and the publication, the best first, and the sentence that gives that one."""
    ranked: _Ranked = []
    signs = genre in {"mou", "treaty", "joint_statement", "communique", "declaration", "minutes", "roadmap"}
    flat = text.translate(_SPACES)
    for number, sentence in enumerate(body):
        unit = sentence.unit
        if _DATED.search(text, unit.start, unit.end) is None:
            continue
        signature = SIGNED.search(flat, unit.start, unit.end) is not None
        event = EVENT.search(flat, unit.start, unit.end) is not None
        in_words = _IN_WORDS.finditer(flat, unit.start, unit.end)
        for match in (*_DATE.finditer(flat, unit.start, unit.end), *in_words):
            iso = _iso_in_words(match) if match.re is _IN_WORDS else _iso(match)
            if iso is None or _after_minus(text, match.start()):
                continue
            if _ENDS.search(flat, max(match.start() - 24, unit.start), match.start()):
                continue
            rank: int
            role: Literal["event", "signature", "publication"]
            before = text[max(match.start() - 90, unit.start) : match.start()]
            cited = _CITED.search(before) is not None and not _OPENS_SIGNED.match(text, unit.start)
            alone = unit.end - unit.start < 60
            placed = any(m.name.type == "place" for m in sentence.mentions) or "," in before
            dateline = match.end() - unit.start < 60 and re.match(
                r"\s*(?:[-\u2013\u2014(:|/.)]|$)", text[match.end() : match.end() + 4]
            )
            cited = cited and not (_NEWLY.match(text, unit.start) and before.rstrip().endswith("signed on"))
            several = match.re is _DATE and any(match[name] for name in ("e1", "e2", "n2"))
            cited = (cited and not (several and event)) or _LOOKS_BACK.match(text, unit.start) is not None
            if signature and signs and not cited:
                rank, role = 0, "signature"
            elif cited and not alone:
                continue
            elif event and not alone:
                rank, role = 2 + 2 * (several and signs), "event"
            elif signature or (
                alone and placed and signs and not _OPENING_LINES <= number < len(body) - _LAST
            ):
                rank, role = 3, "signature"
            elif alone:
                rank, role = 6, "publication"
            elif dateline:
                rank, role = 5, "event"
            elif number < 6 and not cited:
                rank, role = 7, "signature" if signs else "event"
            else:
                continue
            span = DateSpan(
                start=match.start(),
                end=match.end(),
                quote=text[match.start() : match.end()],
                iso=iso,
                role=role,
            )
            ranked.append((rank, match.start(), span, sentence))
    if not ranked:
        ranked = _month_alone(text, flat, body)
    if ranked and all(item[2].role == "publication" and len(item[2].iso) == _WHOLE for item in ranked):
        ranked += _without_year(text, flat, body, ranked[0][2].iso)
    ranked.sort(key=lambda item: item[:2])
    if signs and ranked and len(ranked[0][2].iso) == _WHOLE:
        ranked = _own_line_first(ranked, body)
    chosen: list[DateSpan] = []
    for _, _, span, _ in ranked:
        if span.role not in {other.role for other in chosen}:
            chosen.append(span)
    return chosen, (ranked[0][3] if ranked else None)


def _after_minus(text: str, start: int) -> bool:
    """Whether a dash that joins nothing stands right before a date, so that its day may be cut."""
    return text[start - 1 : start] in {"-", "\u2013", "\u2212"} and not text[start - 2 : start - 1].isalnum()


_Ranked = list[tuple[int, int, DateSpan, Sentence]]


_MONTH_ALONE = re.compile(rf"\b(?P<month>{'|'.join(MONTHS)}),? (?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)


def _month_alone(text: str, flat: str, body: Sequence[Sentence]) -> _Ranked:
    """The month on a line at the head or the end of a text that gives no day: "Phnom Penh, November 2020"."""
    for number, sentence in enumerate(body):
        unit = sentence.unit
        if _OPENING_LINES <= number < len(body) - _LAST:
            continue
        match = _MONTH_ALONE.search(flat, unit.start, unit.end)
        if match is None:
            continue
        placed = not flat[match.end() : unit.end].strip(" )") and flat[
            unit.start : match.start()
        ].rstrip().endswith(",")
        bare = (
            len(flat[unit.start : match.start()].split()) <= _BARE_LINE
            and _CITED.search(flat[unit.start : match.start()]) is None
        )
        if not bare and not placed:
            continue
        month = MONTHS.index(match["month"].casefold()) + 1
        span = DateSpan(
            start=match.start(),
            end=match.end(),
            quote=text[match.start() : match.end()],
            iso=f"{match['year']}-{month:02d}",
            role="event",
        )
        return [(7, match.start(), span, sentence)]
    return []


_NAMES = "|".join([*(m.capitalize() for m in MONTHS), *(m[:3].capitalize() for m in MONTHS if m != "may")])
_YEARLESS = re.compile(
    rf"\b(?:(?P<m1>{_NAMES})\.? (?P<d1>\d{{1,2}})"
    rf"|(?<![-\u2013])(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_NAMES}))"
    rf"(?:st|nd|rd|th)?\b(?![,.]? ?\d{{4}}| ?[-\u2013] ?\d| (?:to|and) \d{{1,2}} (?:{_NAMES}),? \d{{4}})",
)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _without_year(text: str, flat: str, body: Sequence[Sentence], published: str) -> _Ranked:
    """The day of the talks where only the date of publication gives its year."""
    latest = datetime.date.fromisoformat(published)
    for sentence in body[:_OPENING]:
        unit = sentence.unit
        match = _YEARLESS.search(flat, unit.start, unit.end)
        if match is None:
            continue
        near = flat[max(match.start() - _NEAR, unit.start) : match.end() + _NEAR // 2]
        if EVENT.search(near) is None and SIGNED.search(near) is None:
            continue
        month = 1 + [m[:3] for m in MONTHS].index((match["m1"] or match["m2"])[:3].casefold())
        days = [_day(year, month, int(match["d1"] or match["d2"])) for year in (latest.year, latest.year - 1)]
        day = next((day for day in days if day is not None and day <= latest), None)
        if day is None:
            continue
        span = DateSpan(
            start=match.start(),
            end=match.end(),
            quote=text[match.start() : match.end()],
            iso=day.isoformat(),
            role="event",
            year_inferred=True,
        )
        return [(2, match.start(), span, sentence)]
    return []


_NEAR = 120  # characters


def _own_line_first(ranked: _Ranked, body: Sequence[Sentence]) -> _Ranked:
    """Puts the date on a line of its own below the title before that of a visit long ago."""
    opening = {id(sentence) for sentence in body[:_OPENING]}
    for item in ranked[1:]:
        _, _, span, sentence = item
        alone = sentence.unit.end - sentence.unit.start < len(span.quote) + 4 and id(sentence) in opening
        if alone and ranked[0][2].role == "event":
            days = datetime.date.fromisoformat(span.iso) - datetime.date.fromisoformat(ranked[0][2].iso)
            if days.days > _LONG_AGO:
                signed = (item[0], item[1], span.model_copy(update={"role": "signature"}), sentence)
                return [signed, *(other for other in ranked if other is not item)]
    return ranked
