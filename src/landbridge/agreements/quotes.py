"""Strict check of quotations: accepted up to typography, white space and case, never by likeness."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from landbridge.agreements.record import Record, Span
from landbridge.errors import Problem

_SAME = {
    **dict.fromkeys(
        '\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2018\u2019\u201a\u201b\u2032\u2033`\u00b4"', "'"
    ),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
# Decompositions that would turn one number into another, such as 10 to the power 2 into 102.
_KEPT = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>", "<vertical>")
_NO_MINUS = "\u2014\u2015"  # dashes that set words off, even right before a figure
_SHOWN = 160
_ALIKE = 0.6  # of 1; below it the words at the old offsets are not the altered quotation


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character.isspace():
        return " "
    if unicodedata.decomposition(character).startswith(_KEPT):
        return character
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(" " if c.isspace() else _SAME.get(c, c) for c in plain)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in the form in which quotations are compared, and the offset each character came from."""
    letters: list[str] = []
    offsets: list[int] = []
    marks: list[tuple[int, str, int]] = []  # combining marks, until put in canonical order

    def flush() -> None:
        for _, mark, offset in sorted(marks, key=lambda item: item[0]):
            letters.append(mark)
            offsets.append(offset)
        marks.clear()

    for offset, character in enumerate(text):
        for c in _folded(character):
            order = unicodedata.combining(c)
            if order:
                marks.append((order, c, offset))
                continue
            if marks:
                flush()
            if c == " " and (not letters or letters[-1] == " "):
                continue
            # A line may break after a hyphen within a word, and joining the lines again may leave a space there.
            if c.isalpha() and letters[-1:] == [" "] and _hyphened(letters):
                letters.pop()
                offsets.pop()
            letters.append(c)
            offsets.append(offset)
    flush()
    while letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    return "".join(letters), offsets


def _hyphened(letters: list[str]) -> bool:
    return len(letters) >= 3 and letters[-2] == "-" and letters[-3].isalnum()


def _continues_word(folded: str, cut: int) -> bool:
    """Whether a cut before a character goes through a word or a number such as 1,500, 1.5 or -5."""
    before, after = folded[cut - 1], folded[cut]
    if (before.isalnum() and after.isalnum()) or unicodedata.combining(after) > 0:
        return True
    further, next_one = folded[cut - 2 : cut - 1], folded[cut + 1 : cut + 2]
    if before in ",." and after.isdigit():
        return further.isdigit()
    if after in ",." and before.isdigit():
        return next_one.isdigit()
    # A hyphen after a word or a number joins ("10-15"), any other before a figure is a minus.
    return before == "-" and after.isdigit() and not further.isalnum()


class QuoteVerifier:
    """Finds quotations in a text that may differ from it in typography, white space and case only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._offsets = _fold(text)

    def find(self, quote: str, near: int = 0) -> tuple[int, int] | None:
        """Where a quotation stands.

        quote: the words; whole words and whole numbers only, nothing left out. near: of several places, the one that
        starts nearest.
        Returns (start, end) in code points of the text, end exclusive; None when the words are not there.
        """
        best: tuple[int, int] | None = None
        for place in self._places(quote):
            if best is not None and abs(place[0] - near) > abs(best[0] - near):
                break
            best = place
        return best

    def find_from(self, quote: str, start: int) -> tuple[int, int] | None:
        """The first place of a quotation that begins at an offset or after it, as `find` gives it."""
        return next((place for place in self._places(quote) if place[0] >= start), None)

    def stands_at(self, quote: str, start: int, end: int) -> bool:
        """Whether a quotation is what stands between two offsets, with no word or number cut at its ends."""
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        while first < last and self._folded[first] == " ":
            first += 1
        while last > first and self._folded[last - 1] == " ":
            last -= 1
        return self._folded[first:last] == _fold(quote)[0] and self._whole(first, last)

    def _places(self, quote: str) -> Iterator[tuple[int, int]]:
        wanted, _ = _fold(quote)
        if not any(c.isalnum() for c in wanted):
            return
        at = self._folded.find(wanted)
        while at >= 0:
            if self._whole(at, at + len(wanted)):
                yield self._offsets[at], self._offsets[at + len(wanted) - 1] + 1
            at = self._folded.find(wanted, at + 1)

    def nearest(self, quote: str) -> str:
        """The words of the text that come nearest to a quotation that is not in it (for messages only)."""
        words = [(m[0].casefold(), m.start(), m.end()) for m in re.finditer(r"\w+", self.text)]
        wanted = [m[0].casefold() for m in re.finditer(r"\w+", quote)]
        matcher = difflib.SequenceMatcher(None, [w for w, _, _ in words], wanted, autojunk=False)
        run = matcher.find_longest_match()
        if run.size == 0:
            return ""
        first = max(run.a - run.b, 0)
        last = min(first + len(wanted), len(words)) - 1
        return self.text[words[first][1] : words[last][2]]

    def _whole(self, start: int, end: int) -> bool:
        folded, offsets = self._folded, self._offsets
        return not any(
            offsets[cut] == offsets[cut - 1]
            or (_continues_word(folded, cut) and self.text[offsets[cut - 1]] not in _NO_MINUS)
            for cut in (start, end)
            if 0 < cut < len(folded)
        )


def _shown(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def verify(record: Record, text: str) -> list[Problem]:
    """Every way in which a record departs from the text it was read from.

    record: the agreement record. text: the decoded text, line ends untouched.
    Returns one problem for each quotation that was altered; a single one when the text is another text, or the same
    words with other line breaks or offsets.
    """
    verifier = QuoteVerifier(text)
    spans = list(record.spans())
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest == record.document.sha256:
        moved = [item for item in spans if not verifier.stands_at(item[1].quote, item[1].start, item[1].end)]
        return [_altered(place, span, verifier, text[span.start : span.end]) for place, span in moved]
    missing = [item for item in spans if verifier.find(item[1].quote) is None]
    fingerprints = f"sha256 {digest[:12]}..., the record has {record.document.sha256[:12]}..."
    if _is_another_text(spans, missing):
        return [
            Problem(
                "document.sha256",
                f"this is not the text the record was read from ({fingerprints})",
                "give the text that was read, or read this one anew",
            )
        ]
    if not missing:
        message = "the words that the record quotes stand in another order"
        if _in_order(spans, verifier):
            message = "every quotation has the same words, other line breaks or offsets"
        return [Problem("document.sha256", f"{message} ({fingerprints})", "read it anew")]
    problems = []
    for index, (place, span) in enumerate(missing):
        same = any((other.start, other.end) == (span.start, span.end) for _, other in missing[:index])
        if same or any(_holds(other, span) for _, other in missing):
            continue
        there = text[span.start : span.end]
        alike = difflib.SequenceMatcher(None, span.quote, there, autojunk=False).ratio() > _ALIKE
        problems.append(_altered(place, span, verifier, there if alike else verifier.nearest(span.quote)))
    return problems


def _is_another_text(spans: list[tuple[str, Span]], missing: list[tuple[str, Span]]) -> bool:
    """Whether most of what a record quotes is not in the text; names of countries are in many texts."""
    kinds = ("commitment", "alignment", "instrument")
    clauses = [place for place, _ in spans if place.startswith(kinds)]
    if not clauses:
        return bool(missing) or not spans
    return 2 * sum(place.startswith(kinds) for place, _ in missing) > len(clauses)


def _in_order(spans: list[tuple[str, Span]], verifier: QuoteVerifier) -> bool:
    at = 0
    for _, span in sorted(spans, key=lambda item: item[1].start):
        found = verifier.find_from(span.quote, at)
        if found is None:
            return False
        at = found[0]
    return True


def _holds(outer: Span, inner: Span) -> bool:
    """Whether one span lies within another, larger one."""
    return outer.start <= inner.start and inner.end <= outer.end and outer.quote != inner.quote


def _altered(place: str, span: Span, verifier: QuoteVerifier, there: str) -> Problem:
    words = f'the text has "{_shown(there)}"' if there.strip() else "the text has nothing like it"
    found = verifier.find(span.quote, near=span.start)
    if found is not None:
        message = f'"{_shown(span.quote)}" does not stand at {span.start} to {span.end}, where {words}'
        remedy = f"it stands at {found[0]} to {found[1]}: correct the offsets, or read the text anew"
        return Problem(place, message, remedy)
    place_in_text = f"at {span.start} to {span.end} " if there == verifier.text[span.start : span.end] else ""
    message = f'"{_shown(span.quote)}" is not in the text; {place_in_text}{words}'
    return Problem(place, message, "restore the words, or read the text anew")
