"""A scenario that a user of the page puts together: which measures are in place, how large, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from landbridge.errors import InputError, Problem, nearest
from landbridge.measures import Case, Measure, Setting, Stage, position_of
from landbridge.measures.schema import Range

# How far beyond its range a value may be moved, in widths of the range on that side.
FURTHEST = 2.0
# A change in per cent of -100 leaves nothing; nearer than this to it, it says nothing either.
_LEAST_PERCENT = -95.0

Id = Annotated[str, StringConstraints(max_length=20)]
Amount = Annotated[float, Field(strict=False, allow_inf_nan=False)]


class Scenario(BaseModel):
    """What a user has set; everything that is not named is as in the case.

    without: programme sides and measures that are not done. amounts: values of measures, in their own units. at: the
    day on which one looks; measures that start later are not in place, nothing is left out without it. delay: years
    that a side's measures start later. shut: crossings, borders, countries' transit, ports, services, links or sea
    passages that are closed, as `landbridge appraise --shut` takes them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    schema_: Literal["scenario/0.1"] = Field(default="scenario/0.1", alias="schema")
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    without: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    amounts: Annotated[dict[Id, Amount], Field(max_length=200)] = {}
    at: dt.date | None = None
    delay: Annotated[dict[Id, Annotated[float, Field(ge=0, le=50)]], Field(max_length=40)] = {}
    shut: Annotated[tuple[Annotated[str, StringConstraints(max_length=60)], ...], Field(max_length=6)] = ()


def limits(measure: Measure) -> tuple[float, float]:
    """The least and the largest value that a measure may be given, in its unit.

    A value keeps the sign of its mid: what saves time is not turned into what costs it.
    """
    low, mid, high = measure.value.levels
    ends = [Setting(position).between(low, mid, high) for position in (-FURTHEST, FURTHEST)]
    first, last = min(ends), max(ends)
    if mid > 0:
        first = max(first, 0.0) if low >= 0 else first
    if mid < 0:
        last = min(last, 0.0) if low <= 0 else last
    if measure.value.unit == "percent":
        first = max(first, _LEAST_PERCENT)
    if measure.value.unit == "km/h":
        first = max(first, min(measure.value.levels) / 2.0)
    return first, last


def starts(case: Case, scenario: Scenario) -> dict[str, dt.date]:
    """The day on which each measure is in place."""
    return {
        one.id: one.start + dt.timedelta(days=round(365.25 * scenario.delay.get(one.side, 0.0)))
        for one in case.measures
    }


def _reached(measure: Measure, scenario: Scenario) -> float:
    """The share of a measure that is there on the day, for one that comes by and by; all of it without a day."""
    if scenario.at is None or not (measure.stages or measure.ramp_years):
        return 1.0
    return measure.reached(scenario.at.year - round(scenario.delay.get(measure.side, 0.0)))


def settings(case: Case, scenario: Scenario) -> dict[str, Setting]:
    """The scenario as settings of the case's measures.

    Raises InputError with every name that the case does not have and every value out of bounds.
    """
    sides = {side.id for side in case.sides}
    measures = {measure.id: measure for measure in case.measures}
    problems = [
        Problem(f"without {name}", "is no side or measure of the case", nearest(name, sides | set(measures)))
        for name in scenario.without
        if name not in sides and name not in measures
    ]
    problems += [
        Problem(f"delay {name}", "is no side of the case", nearest(name, sides))
        for name in scenario.delay
        if name not in sides
    ]
    positions: dict[str, float] = {}
    for name, amount in scenario.amounts.items():
        if name not in measures:
            problems.append(
                Problem(f"amounts {name}", "is no measure of the case", nearest(name, list(measures)))
            )
            continue
        first, last = limits(measures[name])
        if not first <= amount <= last:
            unit = measures[name].value.unit
            message = f"{amount:g} {unit} is out of bounds"
            problems.append(Problem(f"amounts {name}", message, f"from {first:g} to {last:g} {unit}"))
            continue
        try:
            positions[name] = position_of(amount, *measures[name].value.levels)
        except InputError as error:
            problems += [Problem(f"amounts {name}", p.message, p.remedy) for p in error.problems]
    if problems:
        raise InputError(problems)
    begun = starts(case, scenario)
    left_out = set(scenario.without)
    return {
        one.id: Setting(positions.get(one.id, 0.0), one.probability * _reached(one, scenario))
        for one in case.measures
        if one.id not in left_out
        and one.side not in left_out
        and (scenario.at is None or begun[one.id] <= scenario.at)
    }


def case_of(case: Case, scenario: Scenario) -> Case:
    """The case with the scenario's measures at the scenario's values, to be appraised in full.

    A value beyond its range takes the nearer end of the range with it, so that low, mid and high keep their order.
    Where a measure has reached part of its value on the day, the case is that of the day's year. Raises InputError as
    `settings` does, and for a scenario that has no measure left.
    """
    chosen = settings(case, scenario)
    if not chosen:
        message = "no measure is in place"
        raise InputError(Problem("scenario", message, "switch one on, or look at a later day"))
    begun = starts(case, scenario)
    year = None
    if scenario.at is not None and any(
        _reached(one, scenario) < 1.0 for one in case.measures if one.id in chosen
    ):
        year = scenario.at.year
    kept = []
    for one in case.measures:
        if one.id not in chosen:
            continue
        position = chosen[one.id].position
        value = _moved(one.value, position, scenario.amounts.get(one.id, one.value.mid))
        update: dict[str, Any] = {"value": value, "start": begun[one.id]}
        documents = getattr(one, "documents_usd_per_t", None)
        if documents is not None:
            at = Setting(position).between(*documents.levels)
            update["documents_usd_per_t"] = _moved(documents, position, at)
        late = round(scenario.delay.get(one.side, 0.0))
        update["stages"] = tuple(Stage(year=stage.year + late, share=stage.share) for stage in one.stages)
        if year is not None and not (one.stages or one.ramp_years):
            # What is in place on the day counts in its year, which stands as on its first of July.
            update["start"] = min(begun[one.id], dt.date(year, 7, 1))
        kept.append(one.model_copy(update=update))
    return replace(case, measures=tuple(kept), in_year=year)


def _moved(given: Range, position: float, mid: float) -> Range:
    """A range about another mid, which lies at a position of it; beyond an end it takes the end with it."""
    ends = {"low": mid if position < -1.0 else given.low, "high": mid if position > 1.0 else given.high}
    return given.model_copy(update={"mid": mid, **ends})
