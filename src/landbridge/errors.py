"""The errors a caller can meet: what is wrong, where, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    `place` names the file and the key, line or cell; `message` says what is wrong; `remedy` what would be right.
    """

    place: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.place}: {self.message}{remedy}"


class LandbridgeError(Exception):
    """Base of every error that Landbridge raises on purpose."""


class InputError(LandbridgeError):
    """The input is wrong. Carries every problem found, one line each. Exit status 1."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(found))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """What another process needs to raise it again."""
        return type(self), (self.problems,)


class NotConvergedError(LandbridgeError):
    """A solution was not reached. Carries the residual history, never a number to use. Exit status 3."""

    def __init__(self, message: str, residuals: Sequence[float] = ()) -> None:
        self.residuals: tuple[float, ...] = tuple(residuals)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[NotConvergedError], tuple[str, tuple[float, ...]]]:
        """What another process needs to raise it again."""
        return type(self), (str(self), self.residuals)


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """A phrase naming the known names closest to `name`, for the remedy of an unknown name."""
    by_fold: dict[str, str] = {}
    for candidate in known:
        by_fold.setdefault(candidate.casefold(), candidate)
    matches = difflib.get_close_matches(name.casefold(), list(by_fold), n=count, cutoff=0.6)
    if not matches:
        return "no name comes near"
    return "nearest: " + ", ".join(by_fold[match] for match in matches)
