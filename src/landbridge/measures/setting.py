"""How a scenario realises its measures: at which point of their ranges, and how much of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from landbridge.errors import InputError, Problem

from .schema import LEVELS, Level, Measure, MeasureBase


@dataclass(frozen=True)
class Setting:
    """One measure in a scenario.

    position: where in its range it is, -1 at low, 0 at mid and 1 at high. weight: the share of the value that takes
    effect, such as the probability that the measure happens, or what it has reached by some year. A scenario is a
    mapping of measure ids to settings; a measure that is not in it, or has no weight, is not in place.
    """

    position: float = 0.0
    weight: float = 1.0

    def between(self, low: float, mid: float, high: float) -> float:
        """The point of a range, without the weight; straight between its values, and on beyond them."""
        return mid + self.position * (high - mid if self.position > 0 else mid - low)

    def of(self, low: float, mid: float, high: float) -> float:
        """The point of a range times the weight."""
        return self.weight * self.between(low, mid, high)


def settings_of(
    measures: Iterable[Measure | MeasureBase], level: Level = "mid", year: int | None = None
) -> dict[str, Setting]:
    """The settings of some measures at one level of their ranges, each weighted by its probability.

    year: weights also by what is reached on its first of July; None for measures in full.
    """

    def weight(measure: Measure | MeasureBase) -> float:
        return measure.probability * (1.0 if year is None else measure.reached(year))

    return {measure.id: Setting(LEVELS[level], weight(measure)) for measure in measures}


def position_of(amount: float, low: float, mid: float, high: float) -> float:
    """Where in a range an amount lies, the inverse of `Setting.between`; beyond -1 or 1 outside the range.

    Raises InputError where the range has no width on the side on which the amount lies.
    """
    if amount == mid:
        return 0.0
    if high != mid and (amount - mid) / (high - mid) > 0:
        return (amount - mid) / (high - mid)
    if low != mid and (amount - mid) / (low - mid) > 0:
        return -(amount - mid) / (low - mid)
    message = f"{amount:g} lies where the range {low:g}, {mid:g}, {high:g} has no width"
    raise InputError(Problem("value", message, f"give {mid:g} or an amount on the other side"))
