"""Quick answers: what a scenario is worth, from a response that was fitted to exact scenarios once.

The response knows, for each measure, what it gives alone at three points of its range, and what it takes away when it
is the last to go. Between the points it runs straight; beyond them it goes on. What measures give together beyond what
each gives alone is shared out over the others that are in place. It is exact with no measure, with one at a known
point, and with all of them at mid, and it is tried on scenarios that it was not fitted to: their gaps are its error.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from landbridge.appraisal.scenario import Appraiser
from landbridge.errors import InputError, Problem
from landbridge.measures import Link, Measure, Setting, settings_of
from landbridge.measures.schema import LEVELS, NEW_RATE

SCHEMA = "response/1"
# Scenarios that the response is tried on.
TRIALS = 16
_SEED = 2017
# What a measure that is counted by its place in its range is at mid; at low one less.
_AT_MID = 3.0
Observe = Callable[[Mapping[str, Setting]], np.ndarray]


@dataclass(frozen=True)
class Response:
    """What m measures do to k figures, fitted to exact scenarios.

    amount: (m, 3) weighted amounts at low, mid and high. built: (m,) whether a measure is there or not, so that nothing
    can be said between no amount and the least. alone: (m, 3, k) what each gives alone at them. last: (m, k) what is
    lost when it alone is left out of all at mid. together: (k,) all at mid. gap: (t, k) response less exact figure in
    the trials. size: (t, k) exact figures of the trials.
    """

    amount: np.ndarray
    built: np.ndarray
    alone: np.ndarray
    last: np.ndarray
    together: np.ndarray
    gap: np.ndarray
    size: np.ndarray

    @property
    def largest_gap(self) -> np.ndarray:
        """(k,) the largest gap in the trials."""
        return np.asarray(np.abs(self.gap).max(0))

    @property
    def typical_gap(self) -> np.ndarray:
        """(k,) the root of the mean square of the gaps in the trials."""
        return np.asarray(np.sqrt((self.gap**2).mean(0)))

    def figures(self, amounts: np.ndarray) -> np.ndarray:
        """The figures (k,) of a scenario. amounts: (m,) weighted amounts, not a number where a measure is off."""
        there = np.isfinite(amounts)
        first = np.zeros(self.together.shape)
        share = np.zeros(len(amounts))
        for row in np.flatnonzero(there):
            first += self._alone(int(row), float(amounts[row]))
            mid = self.amount[row, 1]
            share[row] = amounts[row] / mid if mid and not self.built[row] else 1.0
        shared = self.last - self.alone[:, 1]
        weight = np.abs(shared) + 1e-15
        whole = weight.sum(0)
        taken = share[:, None] * weight
        others = taken.sum(0) - taken
        pairs = (
            0.5 * (share[:, None] * shared * others / (whole - weight)).sum(0) if len(amounts) > 1 else 0.0
        )
        rest = self.together - self.alone[:, 1].sum(0) - 0.5 * shared.sum(0)
        return np.asarray(first + pairs + rest * (taken.sum(0) / whole) ** 3)

    def _alone(self, row: int, amount: float) -> np.ndarray:
        """What a measure gives alone at an amount: straight between the known points, and on beyond them."""
        points = list(zip(self.amount[row].tolist(), self.alone[row], strict=True))
        if not self.built[row]:
            points.append((0.0, np.zeros(self.together.shape)))
        known = dict(points)
        at = sorted(known)
        if len(at) == 1:
            return known[at[0]]
        k = min(max(int(np.searchsorted(at, amount)), 1), len(at) - 1)
        low, high = at[k - 1], at[k]
        part = (amount - low) / (high - low)
        return np.asarray((1.0 - part) * known[low] + part * known[high])


def amounts_of(measures: Sequence[Measure], settings: Mapping[str, Setting]) -> np.ndarray:
    """Weighted amounts (m,) of the measures in a scenario, not a number where one is not in place."""
    found = np.full(len(measures), np.nan)
    for row, measure in enumerate(measures):
        setting = settings.get(measure.id)
        if setting is not None and setting.weight:
            found[row] = _amount(measure, setting)
    return found


def _amount(measure: Measure, setting: Setting) -> float:
    """How much of a measure a setting is, zero for none of it.

    A new rate says nothing of what it changes, and a rate of zero does most: its place in the range counts instead.
    """
    if measure.value.unit == NEW_RATE:
        return setting.weight * (_AT_MID + setting.position)
    return setting.of(*measure.value.levels)


def trials(measures: Sequence[Measure]) -> list[dict[str, Setting]]:
    """Scenarios to try a response on: part of the measures, at any point of their ranges or a little beyond."""
    draw = np.random.default_rng(_SEED)
    found = []
    for number in range(TRIALS):
        chance = (0.2, 0.5, 0.8)[number % 3]
        taken = [measure for measure in measures if draw.random() < chance] or list(measures[:1])
        wide = 1.2 if number % 4 else 0.0
        found.append({one.id: Setting(float(draw.uniform(-wide, wide)), one.probability) for one in taken})
    return found


def steps(measures: Sequence[Measure]) -> list[dict[str, Setting]]:
    """The exact scenarios that a response is fitted to and tried on, in the order that `fit` takes."""
    mid = settings_of(measures)
    wanted: list[dict[str, Setting]] = [mid]
    for measure in measures:
        wanted += [{measure.id: Setting(LEVELS[level], measure.probability)} for level in LEVELS]
    for measure in measures:
        wanted.append({name: setting for name, setting in mid.items() if name != measure.id})
    return wanted + trials(measures)


def fit(measures: Sequence[Measure], figures: np.ndarray) -> Response:
    """The response from the exact figures (steps, k) of `steps`."""
    m = len(measures)
    together, figures = figures[0], figures[1:]
    alone = figures[: 3 * m].reshape(m, 3, -1)
    last = together - figures[3 * m : 4 * m]
    exact = figures[4 * m :]
    levels = [settings_of(measures, level) for level in LEVELS]
    amount = np.array([[_amount(k, one[k.id]) for one in levels] for k in measures]).reshape(m, 3)
    built = np.array([isinstance(one, Link) and one.action == "add" for one in measures], bool)
    nothing = np.zeros((0, exact.shape[1]))
    response = Response(amount, built, alone, last, together, nothing, nothing)
    guessed = [response.figures(amounts_of(measures, settings)) for settings in trials(measures)]
    return Response(amount, built, alone, last, together, np.array(guessed) - exact, exact)


def fitting(measures: Sequence[Measure], observe: Observe) -> Iterator[tuple[int, int, Response | None]]:
    """Fits a response scenario by scenario, so that others can come between: (done, of, None), at last with it.

    observe: the exact figures (k,) of a scenario.
    """
    wanted = steps(measures)
    found = []
    for number, settings in enumerate(wanted, 1):
        found.append(observe(settings))
        if number < len(wanted):
            yield number, len(wanted), None
    yield len(wanted), len(wanted), fit(measures, np.array(found))


def percent_of(appraiser: Appraiser) -> Observe:
    """The exact figures (n,) that a response of a case gives: change of real income by economy, in per cent."""

    def observe(settings: Mapping[str, Setting]) -> np.ndarray:
        percent = appraiser.outcome(settings).percent
        appraiser.forget()
        return percent

    return observe


def to_bytes(response: Response) -> bytes:
    """A response as the bytes of an .npz archive."""
    stream = io.BytesIO()
    arrays = {field.name: getattr(response, field.name) for field in fields(Response)}
    np.savez_compressed(stream, schema=np.array(SCHEMA), **arrays)
    return stream.getvalue()


def from_bytes(content: bytes) -> Response:
    """The response in the bytes of an .npz archive. Raises InputError when they hold none."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays: dict[str, Any] = {field.name: archive[field.name] for field in fields(Response)}
            schema = str(archive["schema"])
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise InputError(Problem("response", f"cannot be read: {error}", "have it made again")) from error
    if schema != SCHEMA:
        raise InputError(Problem("response", f"is of schema {schema}", f"it should be {SCHEMA}"))
    return Response(**arrays)
