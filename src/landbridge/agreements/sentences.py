"""Cuts a text into sentences with their offsets: paragraphs, headlines, bullets, wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from landbridge.agreements.months import MONTHS
from landbridge.agreements.tokens import word_set

_ABBREVIATIONS = word_set(
    """
    mr mrs ms dr prof h.e hon gen col lt sr jr st no nos art arts vs e.g i.e cf jan feb mar apr jun
    jul aug sep sept oct nov dec inc ltd co corp vol ed fig approx dept est u.s u.k u.n p.r para
    paras sec ch rev messrs amb
    """
)
_BULLET = re.compile(
    r"[ \t]*(?:[->\u2010-\u2015*\u2022\u2023\u25cf\u25aa\u25e6\u00b7\uf0b7]+[ \t]+"
    r"|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,5}|[IVX]{1,5})[.)][ \t]+|\d{1,2}(?:\.\d{1,2}){1,3}[ \t]+(?=[A-Z])"
    r"|[A-H][.)][ \t]+(?=(?:The|Each|In|To|All|No|Any|If|Where|Both)\b)"
    r"|\d{1,2}[ \t]+(?=(?:The|Each|Member|Any|Where|If|Neither|No|All|Without|Both)\b (?!States\b))"
    r"|(?:Article|ARTICLE|Section|Paragraph|Action|Measure|Step) \d{1,3}(?:\.\d{1,2})?[.:]?[-\u2013\u2014]?[ \t]+"
    r"[-\u2013\u2014:]?[ \t]*(?=[A-Z])"
    r"|[\u2713\u2714\u25a0\u25ba\u27a2\u2043\u2219][ \t]*)"
)
_STOP = re.compile(r"[.!?]+[\"'\u201d\u2019)\]]*(?=\s+|$)")
_MINOR = word_set(
    """
    a an and as at by for from in into of on or over the to under up with via vs
    """
)
# "Annex C." ends a sentence, "John C. Smith" does not.
_LABELLED = re.compile(
    r"\b(?:annex|appendix|schedule|part|table|list|section|article|paragraph|group|category|class) \w$", re.I
)
_LETTERS = re.compile(r"(?<=-)[A-Z]\.[A-Z]$")  # of "ASEAN-U.S."
_NEWLINE = re.compile(r"\r\n|[\r\n\u2028\u2029\u0085]")
# A headline that stands run together with another: the second begins with who and what they do.
_SECOND_HEADLINE = re.compile(
    r"(?<=[a-z\u2019'\"\u201d)] )(?=(?:The )?(?:Two|Both|Three|Four|Five) (?:Heads"
    r"|Sides|Countries|Leaders|Presidents|Parties|Nations|Ministers)\b"
    r"[^,;:]*? (?:Agree|Pledge|Vow|Sign|Decide|Reaffirm|Exchange|Witness"
    r"|Issue|Attend|Meet|Discuss|Announce|Adopt|Speak|Stress|Jointly)\b)"
)


_BETWEEN_CELLS = re.compile(r"[ \t]*(?:\t|(?<=\s)\|(?=\s|$)|^\|)[ \t]*")
_FEWEST = 2  # marks between cells
_NUMBER = re.compile(r"(?:No\.?|[#\u2116]|[\dIVXivx]+(?:\.\d+)*[.)]?)")
_HEADS = word_set(
    "no. no action measure activity responsible deadline timeframe timeline completion indicator status"
)
_OPEN_ENDED = word_set("a an and at by for from in of on or the to with")  # no line of its own ends in these
# Characters: a shorter line is not full, and a longer one is a paragraph of its own.
_FULL_LINE, _PAGE_WIDTH = 50, 130


@dataclass(frozen=True)
class Unit:
    """A sentence, heading or bullet: code points `start` to `end`, without bullet mark and outer white space.

    cell: a cell of a row of a table; the row is a paragraph, and the cell that tells its matter is a bullet.
    """

    start: int
    end: int
    paragraph: int
    bullet: bool = False
    headline: bool = False
    cell: bool = False


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    number: int
    bullet_end: int  # where the words begin after the bullet mark; equals start without one


def segment(text: str) -> list[Unit]:
    """The units of a text in order; `paragraph` counts lines from 0."""
    units: list[Unit] = []
    lines = list(_lines(text))
    paragraphs = list(_paragraphs(text, lines))
    rows = [bool(_cells(text, start, end)) for start, end, _, _ in paragraphs]
    for index, (start, end, number, bullet) in enumerate(paragraphs):
        # One row alone is a menu or a dateline.
        in_table = rows[index] and (any(rows[max(index - 1, 0) : index]) or any(rows[index + 1 : index + 2]))
        if in_table and (cells := _cells(text, start, end)):
            units += _row(text, cells, number)
            continue
        pieces = list(_sentences(text, start, end))
        if len(pieces) == 1 and not bullet and _is_headline(text[start:end]):
            cuts = [start, *(start + m.start() for m in _SECOND_HEADLINE.finditer(text[start:end])), end]
            for first, last in pairwise(cuts):
                units.append(Unit(*_stripped(text, first, last), number, headline=True))
            continue
        units += [Unit(first, last, number, bullet) for first, last in pieces]
    return units


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a row of a table, "1.1 | Build a bridge | 2025"; none where the line is no row."""
    marks = list(_BETWEEN_CELLS.finditer(text, start, end))
    if len(marks) < _FEWEST:
        return []
    edges = [start, *(edge for mark in marks for edge in mark.span()), end]
    cells = [_stripped(text, edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    return [
        (first, last) for first, last in cells if first < last and any(map(str.isalnum, text[first:last]))
    ]


def _row(text: str, cells: list[tuple[int, int]], number: int) -> Iterator[Unit]:
    """The cells of a row as units: the first that is more than a number tells what the row is about."""
    matter = next(
        (i for i, (first, last) in enumerate(cells) if not _NUMBER.fullmatch(text, first, last)), -1
    )
    words = {text[first:last].casefold() for first, last in cells}
    heads = len((words | {word.removesuffix("s") for word in words}) & _HEADS) > 1
    for index, (first, last) in enumerate(cells):
        bullet = index == matter and not heads
        for start, end in _sentences(text, first, last):
            yield Unit(start, end, number, bullet=bullet, cell=True)
            bullet = False


def _lines(text: str) -> Iterator[_Line]:
    number, position = 0, 0
    while position <= len(text):
        newline = _NEWLINE.search(text, position)
        end = newline.start() if newline else len(text)
        start, stop = _stripped(text, position, end)
        if start < stop:
            bullet = _BULLET.match(text, position, stop)
            yield _Line(start, stop, number, bullet.end() if bullet else start)
        if newline is None:
            return
        position = newline.end()
        number += 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _paragraphs(text: str, lines: list[_Line]) -> Iterator[tuple[int, int, int, bool]]:
    """Start, end, line number and whether a bullet, of each paragraph."""
    for block in _blocks(lines):
        longest = max(line.end - line.start for line in block)
        index = 0
        while index < len(block):
            first = last = block[index]
            index += 1
            while index < len(block) and _runs_on(text, last, block[index], longest):
                last = block[index]
                index += 1
            yield first.bullet_end, last.end, first.number, first.bullet_end > first.start


def _blocks(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines with no empty line between them."""
    block: list[_Line] = []
    for line in lines:
        if block and line.number != block[-1].number + 1:
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _runs_on(text: str, line: _Line, following: _Line, longest: int) -> bool:
    """Whether a sentence runs on over the end of a line: the line is full, or the next begins in lower case."""
    if _cells(text, line.start, line.end) or _cells(text, following.start, following.end):
        return False
    if following.bullet_end > following.start or text[line.end - 1] in ".!?:;":
        return False
    if text[line.start : line.end].rsplit(None, 1)[-1] in _OPEN_ENDED:  # "We, the" before "Heads of State"
        return True
    if line.end - line.start < 3 and text[line.start : line.end].isdigit():  # the day before its month
        return text[following.start : following.end].casefold().startswith(tuple(MONTHS))
    width = line.end - line.start
    full = width >= _FULL_LINE and 0.6 * longest <= width and longest <= _PAGE_WIDTH
    return full or text[following.start].islower()


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and not _ends_sentence(text, first, stop, end):
            continue
        if stop.end() >= end:
            break
        yield first, stop.end()
        first = _stripped(text, stop.end(), end)[0]
    first, last = _stripped(text, first, end)
    if first < last:
        yield first, last


def _ends_sentence(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    after = _stripped(text, stop.end(), end)[0]
    following = text[after]
    if not (following.isupper() or following.isdigit() or following in "\"'(\u201c\u2018\u00ab"):
        return False
    if stop[0] != ".":
        return True
    last = re.split(r"[\s\"'(\u201c\u2018\u2013]", text[max(first, stop.start() - 12) : stop.start()])[-1]
    word = (_LETTERS.search(last) or re.match("", last)).group() or last  # type: ignore[union-attr]
    word = word.casefold()
    if word in {"a.m", "p.m"}:
        return stop.end() - first > 20
    labelled = _LABELLED.search(text, max(first, stop.start() - 24), stop.start()) is not None
    return not (
        word in _ABBREVIATIONS
        or (len(word) == 1 and word.isalpha() and not labelled)
        or (word.isdigit() and stop.end() - first < 6)
    )


def _is_headline(line: str) -> bool:
    """Whether a line is set as a headline: no full stop, nearly every longer word with a capital."""
    if line[-1] in ".;:,!" or ">" in line or len(line) > 400:
        return False
    words = [w for w in re.findall(r"[^\W\d_][\w'\u2019-]*", line) if w.casefold() not in _MINOR]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)
