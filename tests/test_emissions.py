"""CO2 of freight: modes add up, the split is exact, and tonnes follow quantities, not prices."""

from __future__ import annotations

import numpy as np
import pytest

from landbridge.appraisal.emissions import by_economy, emissions, quantity_hat
from landbridge.economy import Shock, calibrate, from_arrays, solve
from landbridge.measures import MeasureBase
from landbridge.network import Part, Skimmer, compile_measures
from landbridge.network.emissions import MODES, co2_skims
from landbridge.network.graph import Kind
from network_fixture import mid
from small_world import GOODS, measure, world

BEFORE_KG = {"bulk": np.array([[[0.0], [10.0]], [[20.0], [0.0]]])}
AFTER_KG = {"bulk": np.array([[[0.0], [6.0]], [[20.0], [0.0]]])}
BEFORE_T = {"bulk": np.array([[0.0, 1e6], [2e6, 0.0]])}
AFTER_T = {"bulk": np.array([[0.0, 3e6], [2e6, 0.0]])}


class TestSplit:
    def test_by_hand(self) -> None:
        found = emissions(BEFORE_KG, AFTER_KG, BEFORE_T, AFTER_T)
        assert found.before[0, 1, 0] == pytest.approx(10.0)  # kt
        assert found.after[0, 1, 0] == pytest.approx(18.0)
        # 4 kg less on 2 Mt, the mean; 2 Mt more at 8 kg, the mean.
        assert found.route_and_mode.sum() == pytest.approx(-8.0)
        assert found.trade.sum() == pytest.approx(16.0)

    def test_it_adds_up_to_the_digit(self) -> None:
        draw = np.random.default_rng(5)
        kg = [{"a": draw.uniform(0, 300, (5, 5, 3)), "b": draw.uniform(0, 300, (5, 5, 3))} for _ in range(2)]
        tonnes = [{"a": draw.uniform(0, 1e7, (5, 5)), "b": draw.uniform(0, 1e7, (5, 5))} for _ in range(2)]
        found = emissions(*kg, *tonnes)
        assert found.route_and_mode + found.trade == pytest.approx(found.after - found.before, rel=1e-12)

    def test_one_factor_alone_has_all_of_it(self) -> None:
        found = emissions(BEFORE_KG, AFTER_KG, BEFORE_T, BEFORE_T)
        assert not found.trade.any()
        found = emissions(BEFORE_KG, BEFORE_KG, BEFORE_T, AFTER_T)
        assert not found.route_and_mode.any()

    def test_half_to_each_end(self) -> None:
        amounts = np.array([[4.0, 10.0], [2.0, 0.0]])
        assert by_economy(amounts, ["AAA", "BBB"], ["AAA", "BBB"]).tolist() == [10.0, 6.0]
        assert by_economy(amounts, ["AAA", "elsewhere"], ["AAA", "BBB"]).tolist() == [10.0, 0.0]


class TestModes:
    def found(self, *ones: MeasureBase, ship: bool = False) -> np.ndarray:
        network = world(ship=ship)
        network.parts[network.kind == Kind.RAIL, Part.CO2_KG] = 9.0
        network.parts[network.kind == Kind.SERVICE, Part.CO2_KG] = 30.0
        network.parts[network.kind == Kind.RAIL_ACCESS, Part.CO2_KG] = 0.5
        compiled = compile_measures(network, ones)
        skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
        kg = co2_skims(compiled, skimmer, mid(one.id for one in ones))["goods"]
        skim = skimmer.skim(compiled.states({}, skimmer.zone_iso3), with_parts=True)["goods"]
        if not ones:
            assert skim.parts is not None
            assert kg.sum(-1) == pytest.approx(skim.parts[..., Part.CO2_KG], rel=1e-5)
        return np.asarray(kg[0, 1])

    def test_what_emits_is_counted_where_it_runs(self) -> None:
        assert self.found() == pytest.approx([9.0, 1.0, 0.0])
        assert self.found(ship=True) == pytest.approx([0.0, 2.0, 30.0])
        assert MODES == ("rail", "road", "sea")

    def test_a_new_line_emits_for_its_length(self) -> None:
        line = {"places": ["West", "Mid"], "length_km": 100.0, "length_citation": "a map"}
        rail, road, sea = self.found(measure("link", 50.0, "km/h", mode="rail", action="add", **line))
        assert rail > 9.0
        assert (road, sea) == pytest.approx((1.0, 0.0))


def test_tonnes_follow_quantities() -> None:
    """A world twice as productive everywhere trades twice as much; money is worth what it was."""
    trade = np.array([[80.0, 20.0], [20.0, 80.0]])[..., None]
    model = calibrate(from_arrays(["A", "B"], ["x"], trade, np.zeros((2, 1, 1)), theta=np.array([4.0])))
    shock = Shock(productivity_hat=np.full((2, 1), 2.0))
    solution = solve(model, shock)
    assert solution.trade == pytest.approx(trade)
    assert quantity_hat(model, shock, solution, trade) == pytest.approx(np.full((2, 2, 1), 2.0))
