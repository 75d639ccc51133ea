"""Scenarios of the page: names, bounds, days, and the case that is appraised in full."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from landbridge.app.scenario import Scenario, case_of, limits, settings
from landbridge.errors import InputError
from landbridge.measures import Case, Setting, position_of, settings_of


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
