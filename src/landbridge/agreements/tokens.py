"""Words of a text with their offsets, and tables of phrases to look for among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S., P.R.
    r"|\d+(?:[.,]\d+)*(?:st|nd|rd|th|ST|ND|RD|TH)?"
    r"|[A-Z]\d\+\d"  # C5+1
    r"|[^\W\d_]+(?:['\u2019](?![sS]\b)[^\W\d_]+)*\d*"
    r"|['\u2019][sS]\b"
    r"|\.{3}|\S"
)
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_QUOTES = frozenset("\"'\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb")
V = TypeVar("V")


def word_set(words: str) -> frozenset[str]:
    """The words of a string, for looking words up."""
    return frozenset(words.split())


class Token(NamedTuple):
    """A word or mark: as it stands, where it stands, and its form for comparisons."""

    text: str
    start: int
    end: int
    key: str
    capital: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def silent(self) -> bool:
        """Whether the token is a dash or a quotation mark, which names are compared without."""
        return self.key in _DASHES or self.key in _QUOTES

    @property
    def dash(self) -> bool:
        return self.key in _DASHES

    @property
    def quote_mark(self) -> bool:
        return self.key in _QUOTES


@lru_cache(maxsize=16384)
def fold_word(word: str) -> str:
    """A word without case, accents and styles of apostrophe."""
    plain = unicodedata.normalize("NFKD", word.replace("\u2019", "'")).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens between two offsets of a text."""
    stop = len(text) if end is None else end
    return [
        Token(word := m[0], m.start(), m.end(), fold_word(word), word[0].isupper())
        for m in _TOKEN.finditer(text, start, stop)
    ]


@dataclass
class _Node(Generic[V]):
    children: dict[str, _Node[V]] = field(default_factory=dict)
    entries: list[tuple[str, V]] = field(default_factory=list)


class Phrases(Generic[V]):
    """Phrases to find among tokens: longest first, blind to dashes and quotation marks inside.

    A phrase that begins with a capital is only found where the text has one; one all in capitals only as it is.
    """

    def __init__(self, entries: Iterable[tuple[str, V]], *, plural: bool = False) -> None:
        self._root: _Node[V] = _Node()
        self._plural = plural
        for phrase, value in entries:
            node = self._root
            for token in tokenize(phrase):
                if not token.silent:
                    node = node.children.setdefault(token.key, _Node())
            node.entries.append((phrase, value))

    def at(self, tokens: Sequence[Token], first: int) -> tuple[int, list[V]] | None:
        """The longest phrase that begins at a token: index after its last token, and what it stands for."""
        if tokens[first].silent:
            return None
        node, best = self._root, None
        key = tokens[first].key
        if key not in node.children and not (self._plural and key.endswith("s")):
            return None
        for index in range(first, len(tokens)):
            token = tokens[index]
            if token.silent:
                continue
            if self._plural and (last := self._singular(node, token)):
                best = index + 1, [value for _, value in last.entries]
            found = node.children.get(token.key)
            if found is None:
                break
            node = found
            values = [
                value for phrase, value in node.entries if self._same_case(phrase, tokens[first : index + 1])
            ]
            if values:
                best = index + 1, values
        return best

    def all(self, tokens: Sequence[Token]) -> list[tuple[int, int, list[V]]]:
        """Every phrase found, none within another: first token, token after the last, what it stands for."""
        found, index = [], 0
        while index < len(tokens):
            match = self.at(tokens, index)
            if match is None:
                index += 1
            else:
                found.append((index, match[0], match[1]))
                index = match[0]
        return found

    @staticmethod
    def _singular(node: _Node[V], token: Token) -> _Node[V] | None:
        for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
            if token.key.endswith(ending) and len(token.key) > 3:
                found = node.children.get(token.key[: -len(ending)] + instead)
                if found is not None and found.entries:
                    return found
        return None

    @staticmethod
    def _same_case(phrase: str, tokens: Sequence[Token]) -> bool:
        if phrase.upper() == phrase and len(phrase) <= 8:
            return tokens[0].text == phrase or "".join(t.text for t in tokens) == "".join(phrase.split())
        return not phrase[0].isupper() or tokens[0].capital or tokens[0].text[0].isdigit()
