"""Refuses what the reader cannot read: empty, binary or not English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from landbridge.agreements.tokens import word_set
from landbridge.errors import InputError, Problem

_FUNCTION_WORDS = word_set(
    """
    the of and to in a on for with that is will by as at be are this from or their its has have
    shall it between both was were
    """
)
_LETTERS = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000


def require_english(text: str, name: str) -> None:
    """Raises InputError with the reason when a text is empty, binary or not English."""
    if not text.strip():
        raise InputError(Problem(name, "the text is empty", "give the words of the agreement as plain text"))
    control = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v\x85" for c in text[:_SAMPLE])
    if "\x00" in text or control + text[:_SAMPLE].count("\ufffd") > 0.02 * min(len(text), _SAMPLE):
        message = "the file is binary or wrongly decoded, not text"
        raise InputError(Problem(name, message, "save the document as plain text in UTF-8"))
    words = _LETTERS.findall(text[:_SAMPLE])
    if not words:
        raise InputError(
            Problem(name, "there are no words in the text", "give the words of the agreement as plain text")
        )
    scripts = Counter(unicodedata.name(c, "UNKNOWN").split()[0] for word in words for c in word)
    main, count = scripts.most_common(1)[0]
    remedy = "give an English version: the reader knows no other language"
    if main != "LATIN" or count < 0.7 * scripts.total():
        main = next(script for script, _ in scripts.most_common() if script != "LATIN")
        raise InputError(
            Problem(name, f"the text is not in English: its letters are mostly {main.capitalize()}", remedy)
        )
    share = sum(word.casefold() in _FUNCTION_WORDS for word in words) / len(words)
    if len(words) >= 12 and share < 0.12:
        message = f"the text does not look like English: {share:.0%} of its words are common English ones"
        raise InputError(Problem(name, message, remedy))
