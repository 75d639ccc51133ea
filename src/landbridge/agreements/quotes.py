"""Strict check of quotations: accepted up to typography, white space and case, never by likeness."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from functools import lru_cache

from landbridge.agreements.record import Record
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
_SHOWN = 160


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
            letters.append(c)
            offsets.append(offset)
    flush()
    while letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    return "".join(letters), offsets


def _continues_word(before: str, after: str) -> bool:
    return (before.isalnum() and after.isalnum()) or unicodedata.combining(after) > 0


class QuoteVerifier:
    """Finds quotations in a text that may differ from it in typography, white space and case only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._offsets = _fold(text)

    def find(self, quote: str, near: int = 0) -> tuple[int, int] | None:
        """Where a quotation stands.

        quote: the words; whole words only, nothing left out. near: of several places, the one that starts nearest.
        Returns (start, end) in code points of the text, end exclusive; None when the words are not there.
        """
        wanted, _ = _fold(quote)
        if not any(c.isalnum() for c in wanted):
            return None
        best: tuple[int, int] | None = None
        at = self._folded.find(wanted)
        while at >= 0:
            if self._whole(at, at + len(wanted)):
                place = self._offsets[at], self._offsets[at + len(wanted) - 1] + 1
                if best is not None and abs(place[0] - near) > abs(best[0] - near):
                    break
                best = place
            at = self._folded.find(wanted, at + 1)
        return best

    def stands_at(self, quote: str, start: int, end: int) -> bool:
        """Whether a quotation is what stands between two offsets."""
        return _fold(quote)[0] == _fold(self.text[start:end])[0]

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
            offsets[cut] == offsets[cut - 1] or _continues_word(folded[cut - 1], folded[cut])
            for cut in (start, end)
            if 0 < cut < len(folded)
        )


def _shown(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def verify(record: Record, text: str) -> list[Problem]:
    """Every way in which a record departs from the text it was read from.

    record: the agreement record. text: the decoded text, line ends untouched.
    Returns one problem for each quotation that does not stand at its offsets, and for a differing fingerprint.
    """
    verifier = QuoteVerifier(text)
    problems = []
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest != record.document.sha256:
        problems.append(
            Problem(
                "document.sha256",
                f"the text is not the one that was read: {digest[:12]}... instead of {record.document.sha256[:12]}...",
                "check the quotations below, then read the text anew",
            )
        )
    for place, span in record.spans():
        if verifier.stands_at(span.quote, span.start, span.end):
            continue
        found = verifier.find(span.quote, near=span.start)
        if found is not None:
            message = f'"{_shown(span.quote)}" does not stand at {span.start} to {span.end}'
            problems.append(Problem(place, message, f"it stands at {found[0]} to {found[1]}"))
            continue
        near = verifier.nearest(span.quote)
        remedy = f'the text has "{_shown(near)}"' if near else "no words of it are in the text"
        problems.append(Problem(place, f'"{_shown(span.quote)}" is not in the text', remedy))
    return problems
