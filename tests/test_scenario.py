"""Scenarios of the page: names, bounds, days, and the case that is appraised in full."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from pydantic import ValidationError

from landbridge.app.scenario import Scenario, case_of, limits, settings
from landbridge.errors import InputError
from landbridge.measures import Case, Setting, Stage, position_of, settings_of


def test_an_empty_scenario_is_the_case(case: Case) -> None:
    assert settings(case, Scenario()) == settings_of(case.measures)
    assert case_of(case, Scenario()) == case


def test_sides_and_measures_are_left_out(case: Case) -> None:
    found = settings(case, Scenario(without=("A02.a", "M31")))
    gone = {one.id for one in case.measures_of("A02.a")} | {"M31"}
    assert set(found) == {one.id for one in case.measures} - gone


def test_an_amount_is_a_position_in_the_range(case: Case) -> None:
    one = case.measures[0]  # -2, -4, -7 h
    for amount, position in ((-2.0, -1.0), (-4.0, 0.0), (-7.0, 1.0), (-8.5, 1.5), (-3.0, -0.5)):
        assert position_of(amount, *one.value.levels) == pytest.approx(position)
        found = settings(case, Scenario(amounts={one.id: amount}))
        assert found[one.id].of(*one.value.levels) == pytest.approx(amount * one.probability)


def test_a_range_without_width_on_a_side_is_an_error() -> None:
    with pytest.raises(InputError, match="no width"):
        position_of(3.0, 1.0, 2.0, 2.0)
    assert Setting(position_of(0.5, 1.0, 2.0, 2.0)).between(1.0, 2.0, 2.0) == pytest.approx(0.5)


def test_later_measures_are_not_in_place_on_an_earlier_day(case: Case) -> None:
    day = dt.date(2018, 12, 31)
    found = settings(case, Scenario(at=day))
    assert set(found) == {one.id for one in case.measures if one.start <= day}
    later = settings(case, Scenario(at=day, delay={"A02.a": 10}))
    assert set(later) == {name for name in found if name not in {m.id for m in case.measures_of("A02.a")}}


def test_everything_wrong_is_said_at_once(case: Case) -> None:
    scenario = Scenario(without=("A99.a",), amounts={"M01": 50.0, "M99": 1.0}, delay={"Q": 1})
    with pytest.raises(InputError) as raised:
        settings(case, scenario)
    places = {problem.place for problem in raised.value.problems}
    assert places == {"without A99.a", "delay Q", "amounts M99", "amounts M01"}


def test_bounds_keep_the_sign_and_leave_something(case: Case) -> None:
    for one in case.measures:
        least, most = limits(one)
        low, mid, high = one.value.levels
        assert least <= min(low, mid, high)
        assert max(low, mid, high) <= most
        if one.value.unit == "percent":
            assert least > -100.0
        for end in (least, most):
            assert set(settings(case, Scenario(amounts={one.id: end})))


def test_the_case_of_a_scenario_has_its_values(case: Case) -> None:
    scenario = Scenario(without=("A03.a",), amounts={"M05": 30.0}, delay={"A02.b": 1})
    found = case_of(case, scenario)
    moved = next(one for one in found.measures if one.id == "M05")
    assert (moved.value.mid, moved.value.high, moved.value.low) == (30.0, 30.0, 5.0)
    assert moved.start == next(one for one in case.measures if one.id == "M05").start + dt.timedelta(days=365)
    assert not found.measures_of("A03.a")


def test_a_case_in_full_is_the_scenario_that_was_looked_at(case: Case) -> None:
    staged = case.measures[1].model_copy(
        update={"stages": (Stage(year=2019, share=0.25), Stage(year=2022, share=1.0))}
    )
    ones = dataclasses.replace(case, measures=(case.measures[0], staged, *case.measures[2:]))
    for late in (0.0, 2.0):
        scenario = Scenario(at=dt.date(2022, 12, 31), delay={staged.side: late})
        found, wanted = case_of(ones, scenario), settings(ones, scenario)
        assert wanted[staged.id].weight == staged.probability * (0.25 if late else 1.0)
        assert found.in_year == (2022 if late else None)
        assert settings_of(found.measures, "mid", found.in_year) == wanted


def test_documents_move_with_the_value_they_come_with(case: Case) -> None:
    one = next(one for one in case.measures if getattr(one, "documents_usd_per_t", None))
    for amount in (one.value.high, 1.5 * one.value.high - 0.5 * one.value.mid):
        scenario = Scenario(amounts={one.id: amount})
        position = settings(case, scenario)[one.id].position
        (moved,) = [other for other in case_of(case, scenario).measures if other.id == one.id]
        wanted = Setting(position).between(*one.documents_usd_per_t.levels)
        assert moved.documents_usd_per_t.mid == pytest.approx(wanted)
        type(moved).model_validate(moved.model_dump(by_alias=True))


def test_no_measure_left_is_an_error(case: Case) -> None:
    with pytest.raises(InputError, match="no measure is in place"):
        case_of(case, Scenario(at=dt.date(2000, 1, 1)))


@pytest.mark.parametrize(
    "document",
    [
        {"unknown": 1},
        {"amounts": {"M01": float("nan")}},
        {"amounts": {"M01": "much"}},
        {"without": ["x" * 21]},
        {"delay": {"A02.a": -1}},
        {"at": "yesterday"},
        {"schema": "scenario/9"},
        {"name": "n" * 81},
        {"without": ["M01"] * 401},
    ],
)
def test_what_is_no_scenario_is_refused(document: dict) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate(document)
