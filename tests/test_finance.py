"""Finance: annuities, cash and present values that can be checked by hand, and what is not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from landbridge.appraisal.finance import (
    Assumptions,
    capital_recovery_factor,
    cost_line,
    first_year,
    gains_by_year,
    load_assumptions,
    present_value,
)
from landbridge.measures import MeasureBase, Setting
from small_world import measure

PLAIN = Assumptions(0.05, 20, 2, 40, {})
CAPEX = {"usd_million": 100.0, "payers": {"CHN": 0.25, "KAZ": 0.75}, "citation": "a test"}


def works(**keys: Any) -> MeasureBase:
    given = {"start": "2020-01-01", "capex": CAPEX, **keys}
    return measure("border_time", -12.0, "h", mode="rail", crossing="Post", **given)


class TestAnnuity:
    def test_textbook_value(self) -> None:
        # 0.05 / (1 - 1.05^-20) = 0.080243
        assert capital_recovery_factor(0.05, 20) == pytest.approx(0.0802425872, abs=1e-9)
        assert capital_recovery_factor(0.0, 20) == pytest.approx(0.05)

    def test_it_repays_one(self) -> None:
        assert present_value([capital_recovery_factor(0.07, 30)] * 30, 0.07) == pytest.approx(1.0)

    def test_cost_of_capital_and_of_running(self) -> None:
        line = cost_line(
            works(opex={"usd_million": 3.0, "payers": {"KAZ": 1.0}, "citation": "x"}), PLAIN, 2010
        )
        assert line is not None
        # Half of 100 a year before the opening, half at it: 102.5 at 5 %.
        assert line.at_opening == pytest.approx(102.5)
        annuity = 102.5 * 0.0802425872
        assert line.annual_cost() == pytest.approx({"CHN": annuity / 4, "KAZ": annuity * 3 / 4 + 3.0})

    def test_annuities_over_a_life_are_worth_the_cash(self) -> None:
        line = cost_line(
            works(opex={"usd_million": 3.0, "payers": {"KAZ": 1.0}, "citation": "x"}), PLAIN, 2010
        )
        assert line is not None
        years = range(2017, 2057)
        for payer in ("CHN", "KAZ"):
            by_annuity = present_value(line.annuities(years)[payer], 0.05)
            assert by_annuity == pytest.approx(present_value(line.cash(years)[payer], 0.05))

    def test_money_is_needed_while_it_is_built(self) -> None:
        line = cost_line(works(), PLAIN, 2010)
        assert line is not None
        assert line.cash(range(2017, 2021))["KAZ"].tolist() == [0.0, 37.5, 37.5, 0.0]

    def test_no_capital_is_spent_before_the_agreement(self) -> None:
        line = cost_line(works(), PLAIN, 2019)
        assert line is not None
        assert line.construction_years == 1
        assert line.at_opening == pytest.approx(100.0)

    def test_a_measure_says_its_own_life(self) -> None:
        line = cost_line(works(capex={**CAPEX, "life_years": 10, "construction_years": 1}), PLAIN, 2010)
        assert line is not None
        assert line.at_opening == pytest.approx(100.0)
        assert sum(line.annual_cost().values()) == pytest.approx(100.0 * capital_recovery_factor(0.05, 10))

    def test_a_gate_weighs_the_cost_too(self) -> None:
        sure, likely = cost_line(works(), PLAIN, 2010), cost_line(works(probability=0.6), PLAIN, 2010)
        assert sure is not None
        assert likely is not None
        assert likely.at_opening == pytest.approx(0.6 * sure.at_opening)

    def test_unknown_is_not_nothing(self) -> None:
        assert cost_line(works(capex=None), PLAIN, 2010) is None
        free = cost_line(works(capex={**CAPEX, "usd_million": 0.0}), PLAIN, 2010)
        assert free is not None
        assert sum(free.annual_cost().values()) == 0.0


class TestYears:
    @pytest.mark.parametrize(("start", "year"), [
        ("2018-06-30", 2018), ("2018-07-01", 2018), ("2018-07-02", 2019), ("2025-09-30", 2026),
    ])  # fmt: skip
    def test_a_year_counts_as_it_stands_in_july(self, start: str, year: int) -> None:
        assert first_year(works(start=start)) == year

    def test_gains_follow_what_is_in_place(self) -> None:
        ones = [
            works(),
            works(start="2022-01-01", stages=[{"year": 2022, "share": 0.5}, {"year": 2024, "share": 1.0}]),
        ]
        ones[1] = ones[1].model_copy(update={"id": "M02"})
        asked = []

        def gain(settings: Any) -> np.ndarray:
            asked.append(settings)
            return np.array([sum(setting.weight for setting in settings.values())])

        found = gains_by_year(ones, range(2019, 2026), gain)
        assert found[:, 0].tolist() == [0.0, 1.0, 1.0, 1.5, 1.5, 2.0, 2.0]
        assert len(asked) == 4  # years alike are valued once
        assert asked[0] == {}
        assert asked[-1]["M02"] == Setting(0.0, 1.0)
        over = gains_by_year(ones, range(2023, 2026), gain, {"M01": 2024})
        assert over[:, 0].tolist() == [1.5, 1.0, 1.0]


def test_the_shipped_assumptions_are_cited_and_flagged() -> None:
    found = load_assumptions()
    assert 0.03 <= found.discount_rate <= 0.12
    assert all(found.sources.values())
    assert "adb.org" in found.sources["discount_rate"]
    assert dt.date(2017, 6, 8).year + found.years > 2040
