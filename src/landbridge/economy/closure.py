"""What happens to trade deficits: data, not code paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.economy.arrays import frozen, numbers
from landbridge.errors import InputError, Problem, nearest

CLOSURES = ("world_share", "own_income", "balanced")


@dataclass(frozen=True)
class Closure:
    """A rule that gives every economy its deficit.

    D_j = share_j W + (own_j - mean own) w_j L_j, with W the world's labour income and the mean weighted by labour
    income, so that deficits add up to zero whatever wages do.

    share: (n,) deficit over the world's labour income; adds up to 0. own: (n,) deficit over own labour income, or None
    for zeros. All zeros is balanced trade.
    """

    name: str
    share: np.ndarray
    own: np.ndarray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", frozen(numbers("closure share", self.share)))
        if self.own is not None:
            object.__setattr__(self, "own", frozen(numbers("closure own", self.own)))

    @property
    def own_rate(self) -> np.ndarray:
        """(n,) deficit over own labour income, zeros where the closure has none."""
        return np.zeros_like(self.share) if self.own is None else self.own

    @property
    def has_deficits(self) -> bool:
        """Whether any economy has a deficit or a surplus."""
        return bool(self.share.any() or self.own_rate.any())

    def deficit(self, labour_income: np.ndarray) -> np.ndarray:
        """Deficits (n,) at labour incomes (n,), in the same money."""
        world = labour_income.sum()
        mean = (self.own_rate * labour_income).sum() / world
        return self.share * world + (self.own_rate - mean) * labour_income

    def scaled(self, factor: float) -> Closure:
        """The same rule with all deficits times a factor."""
        return Closure(self.name, factor * self.share, None if self.own is None else factor * self.own)

    def plus(self, share: np.ndarray) -> Closure:
        """The same rule with further deficits (n,) over the world's labour income."""
        return Closure(self.name, self.share + share, self.own)


def closure_of(name: str, deficit: np.ndarray, labour_income: np.ndarray) -> Closure:
    """The named closure that gives deficits (n,) at labour incomes (n,), million USD.

    'world_share' holds deficits at their share of the world's labour income, 'own_income' at their share of the
    economy's own, 'balanced' starts from the first and is then purged. Raises InputError for another name.
    """
    if name not in CLOSURES:
        raise InputError(
            Problem("closure", f"{name!r} is not known", f"one of {CLOSURES}; {nearest(str(name), CLOSURES)}")
        )
    if name == "own_income":
        return Closure(name, np.zeros_like(deficit), deficit / labour_income)
    return Closure(name, deficit / labour_income.sum())
