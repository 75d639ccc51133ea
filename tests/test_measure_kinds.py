"""Every kind of measure on a small world where its sign and its size are known by hand."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landbridge.appraisal.channels import pieces_of
from landbridge.appraisal.duties import rates_after, tariff_problems
from landbridge.appraisal.shocks import economic_shock
from landbridge.economy import calibrate, from_arrays, solve
from landbridge.errors import InputError
from landbridge.measures import KINDS, Cost, MeasureBase, Setting, Tariff, load_known
from landbridge.measures.check import check_parts
from landbridge.network import Network, Part, Skimmer, compile_measures
from landbridge.world.economy_base import load_economy_base
from landbridge.world.network_tables import load_mode_parameters
from small_world import ACCESS, GOODS, VOT, measure, world


def costs(
    one: MeasureBase, network: Network, setting: Setting | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Costs (z, z) between the cities in USD a tonne, without a measure and with it."""
    compiled = compile_measures(network, [one])
    skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
    states = [compiled.states(given, skimmer.zone_iso3) for given in ({}, {one.id: setting or Setting()})]
    before, after = (skimmer.skim(state)["goods"].cost for state in states)
    return before, after


BY_RAIL = 2 * ACCESS + 30 + 8 + (6 + 10 + 60 + 5) * VOT
BY_SHIP = 4 * ACCESS + 40 + (6 + 20 + 24) * VOT

NETWORK_KINDS: list[tuple[str, MeasureBase, bool, float, float]] = [
    # name, measure, by ship, change of West to East, change of East to West in USD a tonne
    (
        "link, a quarter faster: 10 h become 8",
        measure("link", 25.0, "percent", mode="rail", action="upgrade", places=["West", "East"]),
        False,
        -2 * VOT,
        -2 * VOT,
    ),
    (
        "border_time in hours, one way",
        measure("border_time", -12.0, "h", mode="rail", crossing="Post", direction="AAA>BBB"),
        False,
        -12 * VOT,
        0.0,
    ),
    (
        "border_time in per cent, both ways",
        measure("border_time", -25.0, "percent", mode="rail", crossing="Post"),
        False,
        -15 * VOT,
        -15 * VOT,
    ),
    (
        "service in hours, from the first place to the last",
        measure("service", -3.0, "h", mode="rail", places=["West", "East"]),
        False,
        -3 * VOT,
        0.0,
    ),
    (
        "service, a quarter faster, both ways",
        measure("service", 25.0, "percent", mode="rail", places=["West", "East"]),
        False,
        -2 * VOT,
        -2 * VOT,
    ),
    (
        "service by sea in hours",
        measure("service", -6.0, "h", mode="sea", places=["Left", "Right"]),
        True,
        -6 * VOT,
        -6 * VOT,
    ),
    (
        "port_access in hours",
        measure("port_access", -9.0, "h", port="Left"),
        True,
        -9 * VOT,
        -9 * VOT,
    ),
    ("port_access in money, dearer", measure("port_access", 4.0, "USD/t", port="Left"), True, 4.0, 4.0),
    ("transfer at a gauge break", measure("transfer", -2.0, "h", crossing="Post"), False, -2 * VOT, -2 * VOT),
    ("transfer in money", measure("transfer", -2.0, "USD/t", crossing="Post"), False, -2.0, -2.0),
    ("transfer at a terminal", measure("transfer", -3.0, "h", terminal="West"), False, -3 * VOT, -3 * VOT),
    (
        "freight_rate between places",
        measure("freight_rate", -10.0, "percent", mode="rail", places=["West", "East"]),
        False,
        -3.0,
        -3.0,
    ),
    (
        "freight_rate in a country, on what leaves it",
        measure("freight_rate", -10.0, "percent", mode="rail", countries=["AAA"]),
        False,
        -3.0,
        0.0,
    ),
    (
        "freight_rate by sea",
        measure("freight_rate", -10.0, "percent", mode="sea", places=["Left", "Right"]),
        True,
        -4.0,
        -4.0,
    ),
    (
        "digital_customs: a tenth of 60 h, and 1 USD of documents",
        measure(
            "digital_customs",
            -10.0,
            "percent",
            pair=["AAA", "BBB"],
            documents_usd_per_t={"low": 0.0, "mid": -1.0, "high": -2.0},
        ),
        False,
        -6 * VOT - 1.0,
        -6 * VOT - 1.0,
    ),
]


@pytest.mark.parametrize(
    ("one", "ship", "there", "back"),
    [row[1:] for row in NETWORK_KINDS],
    ids=[row[0] for row in NETWORK_KINDS],
)
def test_network_kind(one: MeasureBase, ship: bool, there: float, back: float) -> None:
    network = world(ship=ship)
    if isinstance(one, KINDS["digital_customs"]):
        # Its only border post then; documents at the second would be paid by nobody who passes.
        network.parts[network.crossing == "Second", Part.FIXED_USD] = 3.0
    before, after = costs(one, network)
    assert before[0, 1] == pytest.approx(BY_SHIP if ship else BY_RAIL)
    assert after[0, 1] - before[0, 1] == pytest.approx(there)
    assert after[1, 0] - before[1, 0] == pytest.approx(back)


class TestSpread:
    """A post whose dwell has a deviation of 40 h, beside the variance of 10 h of moving."""

    @staticmethod
    def network() -> Network:
        network = world()
        rows = (network.crossing == "Post").nonzero()[0]
        network.parts[rows, Part.VARIANCE_H2] = 1600.0 + 240 * TestSpread.cv() ** 2
        return network

    @staticmethod
    def cv() -> float:
        return load_mode_parameters().get("rail", "moving_cv_of_a_day", "AAA")

    @staticmethod
    def border(unit: str, mid: float, **keys: Any) -> MeasureBase:
        spread = {"low": mid / 2, "mid": mid, "high": mid * 1.5, "unit": unit}
        return measure("border_time", 0.0, "h", mode="rail", crossing="Post", spread=spread, **keys)

    @pytest.mark.parametrize(
        ("unit", "mid", "weight", "sd"),
        [
            ("h", -10.0, 1.0, 30.0), ("percent", -25.0, 1.0, 30.0), ("h", 10.0, 1.0, 50.0),
            ("percent", -50.0, 0.5, 30.0),
        ],
    )  # fmt: skip
    def test_the_deviation_of_the_route_follows(
        self, unit: str, mid: float, weight: float, sd: float
    ) -> None:
        one = self.border(unit, mid, direction="AAA>BBB")
        compiled = compile_measures(self.network(), [one])
        skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
        given: list[dict[str, Setting]] = [{}, {one.id: Setting(weight=weight)}]
        before, after = (
            skimmer.skim(compiled.states(one_of, skimmer.zone_iso3), with_parts=True)["goods"]
            for one_of in given
        )
        assert before.parts is not None
        assert after.parts is not None
        change = (after.parts - before.parts)[..., Part.VARIANCE_H2]
        assert change[0, 1] == pytest.approx(sd**2 - 40.0**2)
        assert change[1, 0] == pytest.approx(0.0)
        np.testing.assert_array_equal(after.cost, before.cost)

    def test_more_than_there_is(self) -> None:
        with pytest.raises(
            InputError, match=r"takes 45 h from the standard deviation of the dwell; there is 40"
        ):
            compile_measures(self.network(), [self.border("h", -30.0)])

    @pytest.mark.parametrize(
        ("unit", "mid", "message"),
        [("percent", -80.0, "cannot be negative"), ("USD/t", -1.0, 'unit "USD/t" does not fit')],
    )
    def test_a_spread_that_cannot_be(self, unit: str, mid: float, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            self.border(unit, mid)

    def test_it_survives_writing_and_reading(self) -> None:
        one = self.border("percent", -25.0)
        assert KINDS["border_time"].model_validate_json(one.model_dump_json(by_alias=True)) == one

    def test_it_goes_with_network_time_once(self) -> None:
        one = self.border("h", -10.0)
        compiled = compile_measures(self.network(), [one])
        apart, taken, pieces = pieces_of(compiled, {one.id: Setting()})
        assert [piece.channel for piece in pieces] == ["network_time"]
        np.testing.assert_array_equal(apart.state(taken).parts, compiled.state({one.id: Setting()}).parts)


def test_half_reached_is_half_the_effect() -> None:
    one = measure("border_time", -12.0, "h", mode="rail", crossing="Post")
    before, after = costs(one, world(), Setting(weight=0.5))
    assert after[0, 1] - before[0, 1] == pytest.approx(-6 * VOT)


def test_a_new_link_opens_a_way() -> None:
    line = {"places": ["West", "Mid"], "length_km": 100.0, "length_citation": "a map"}
    one = measure("link", 50.0, "km/h", mode="rail", action="add", **line)
    before, after = costs(one, world())
    rate = load_mode_parameters().get("rail", "rate_usd_per_t_km", "AAA")
    # 100 km at 50 km/h to the second post, 2 h and 10 h of dwell for 12 USD behind it.
    way = 2 * ACCESS + 100 * rate + 12 + (6 + 2 + 2 + 10) * VOT
    assert before[0, 1] == pytest.approx(BY_RAIL)
    assert way < BY_RAIL
    assert after[0, 1] == pytest.approx(way)


def test_more_capacity_saves_waiting() -> None:
    """The size of the saving is held against Akcelik's curve in test_relief."""
    one = measure("capacity", 5_000.0, "t/day", mode="rail", crossing="Post", use=0.95, use_citation="a test")
    before, after = costs(one, world())
    assert after[0, 1] < before[0, 1] - 1.0 * VOT


# ---------------------------------------------------------------- the economy

THETA = 5.0


def two_economies(tariff: float = 0.0, foreign: float = 0.2) -> Any:
    """Two like economies with one sector, no inputs, that buy a share of each other's goods."""
    rate = tariff * (1 - np.eye(2))[..., None]
    bought = 100.0 * np.array([[1 - foreign, foreign], [foreign, 1 - foreign]])[..., None]
    data = from_arrays(
        ["AAA", "BBB"], ["A"], bought / (1 + rate), np.zeros((2, 1, 1)), theta=np.array([THETA]), tariff=rate
    )
    return calibrate(data)


def real_income(one: MeasureBase, tariff: float = 0.0) -> np.ndarray:
    model = two_economies(tariff)
    shock = economic_shock(
        np.ones((2, 2, 1)), {one.id: one}, {one.id: Setting()}, model.tariff, model.economies, model.sectors
    )
    return solve(model, shock).real_income_hat


BOTH = {"exporters": ["AAA", "BBB"], "importers": ["AAA", "BBB"], "sectors": ["A"]}


@pytest.mark.parametrize(("kind", "unit"), [("ntm", "percentage points"), ("services_cost", "percent")])
def test_cheaper_trade_of_two_like_economies(kind: str, unit: str) -> None:
    """Wages stay alike, so prices fall to (0.8 + 0.2 x 0.95^-theta)^(-1/theta): eq. 11 of Caliendo and Parro."""
    expected = (0.8 + 0.2 * 0.95**-THETA) ** (1 / THETA)
    assert expected > 1
    assert real_income(measure(kind, -5.0, unit, **BOTH)) == pytest.approx([expected, expected], rel=1e-9)


def test_productivity_of_a_world_of_one_sector() -> None:
    """All of it in both economies: real income rises by as much, whatever is traded."""
    model = two_economies()
    ones = {
        name: measure("productivity", 2.0, "percent", name, country=iso3, sectors=["A"])
        for name, iso3 in (("M01", "AAA"), ("M02", "BBB"))
    }
    both = dict.fromkeys(ones, Setting())
    free = np.zeros((2, 2, 1))
    shock = economic_shock(np.ones((2, 2, 1)), ones, both, free, model.economies, model.sectors)
    assert solve(model, shock).real_income_hat == pytest.approx([1.02, 1.02], rel=1e-9)


def with_tariff(rate: float, openness: float) -> float:
    """Real income of two like economies with the same tariff; openness: foreign to own spending without any.

    Own share 1 / (1 + m), m = openness (1 + t)^-theta; income 1 / (1 - t/(1+t) m/(1+m)); price (1 + m)^(-1/theta).
    """
    m = openness * (1 + rate) ** -THETA
    revenue = rate / (1 + rate) * m / (1 + m)
    return (1 + m) ** (1 / THETA) / (1 - revenue)


@pytest.mark.parametrize(("value", "unit", "after"), [
    (-5.0, "percentage points", 0.05), (-50.0, "percent", 0.05), (0.0, "percent ad valorem", 0.0),
    (20.0, "percent ad valorem", 0.2),
])  # fmt: skip
def test_tariffs_of_two_like_economies(value: float, unit: str, after: float) -> None:
    openness = 0.25 * 1.1**THETA  # the share 0.2 holds at the tariff of 10 %
    expected = with_tariff(after, openness) / with_tariff(0.1, openness)
    found = real_income(measure("tariff", value, unit, **BOTH), tariff=0.1)
    assert found == pytest.approx([expected, expected], rel=1e-9)
    assert (found[0] > 1) == (after < 0.1)


def test_a_tariff_cut_by_one_side_only_shifts_the_terms_of_trade() -> None:
    found = real_income(measure("tariff", -5.0, "percentage points", exporters=["AAA"], importers=["BBB"],
                                sectors=["A"]), tariff=0.1)  # fmt: skip
    assert found[0] > 1 > found[1]


class TestRates:
    economies, sectors = ("AAA", "BBB"), ("A", "B")
    rate = np.array([[[0.0, 0.0], [0.10, 0.02]], [[0.2, 0.0], [0.0, 0.0]]])

    def after(self, *ones: MeasureBase, **settings: Setting) -> np.ndarray:
        named = settings or {one.id: Setting() for one in ones}
        return rates_after(self.rate, ones, named, self.economies, self.sectors)

    def problems(self, *ones: MeasureBase) -> list[str]:
        places = {one.id: f"measures.toml:3 {one.id}" for one in ones}
        return [str(p) for p in tariff_problems(self.rate, ones, self.economies, self.sectors, places)]

    def cut(
        self, value: float, unit: str, name: str = "M01", sectors: tuple[str, ...] = ("A",)
    ) -> MeasureBase:
        return measure(
            "tariff", value, unit, name, exporters=["AAA"], importers=["BBB"], sectors=list(sectors)
        )

    def test_only_the_named_goods_change(self) -> None:
        changed = self.after(self.cut(-4.0, "percentage points")) - self.rate
        assert changed[0, 1, 0] == pytest.approx(-0.04)
        changed[0, 1, 0] = 0
        assert not changed.any()

    def test_order_does_not_matter(self) -> None:
        ones = (self.cut(-50.0, "percent"), self.cut(-2.0, "percentage points", "M02"))
        assert self.after(*ones)[0, 1, 0] == pytest.approx(0.03)
        assert (self.after(*ones) == self.after(*ones[::-1])).all()

    def test_a_gate_takes_its_share(self) -> None:
        new = self.cut(4.0, "percent ad valorem")
        assert self.after(new, M01=Setting(weight=0.5))[0, 1, 0] == pytest.approx(0.07)

    def test_a_rate_stays_above_zero(self) -> None:
        (problem,) = self.problems(self.cut(-3.0, "percentage points", sectors=("A", "B")))[:1]
        assert "from the tariff of BBB on B of AAA; it is 2.00 %" in problem
        assert "-100 abolishes it" in problem
        assert not self.problems(self.cut(-40.0, "percent", sectors=("A", "B")))
        together = (self.cut(-5.0, "percentage points"), self.cut(-5.0, "percentage points", "M02"))
        high = {one.id: Setting(position=1.0) for one in together}
        assert self.after(*together, **high)[0, 1, 0] == 0.0

    def test_what_changes_nothing_is_an_error(self) -> None:
        nothing = measure("tariff", -50.0, "percent", exporters=["BBB"], importers=["AAA"], sectors=["B"])
        assert "changes no tariff" in self.problems(nothing)[0]

    def test_two_new_rates_of_the_same_goods(self) -> None:
        ones = (self.cut(4.0, "percent ad valorem"), self.cut(5.0, "percent ad valorem", "M02", ("A", "B")))
        assert "which M01 sets too" in self.problems(*ones)[0]

    def test_a_new_rate_may_fall_from_low_to_high(self) -> None:
        content = json.loads(self.cut(4.0, "percent ad valorem").model_dump_json(by_alias=True))
        content["value"] = {"low": 8.0, "mid": 5.0, "high": 2.0, "unit": "percent ad valorem"}
        assert Tariff.model_validate_json(json.dumps(content)).value.high == 2.0


# ---------------------------------------------------------------- when


class TestReached:
    def test_nothing_before_the_start(self) -> None:
        one = measure("border_time", -12.0, "h", mode="rail", crossing="Post", start="2020-09-01")
        assert [one.reached(year) for year in (2019, 2020, 2021)] == [0.0, 0.0, 1.0]

    def test_stages(self) -> None:
        stages = [{"year": 2020, "share": 0.2}, {"year": 2023, "share": 0.7}]
        one = measure("border_time", -12.0, "h", mode="rail", crossing="Post", stages=stages)
        assert [one.reached(year) for year in (2019, 2020, 2022, 2023, 2040)] == [0.0, 0.2, 0.2, 0.7, 0.7]

    def test_a_ramp_rises_evenly(self) -> None:
        one = measure(
            "border_time", -12.0, "h", mode="rail", crossing="Post", start="2020-07-01", ramp_years=4
        )
        assert [one.reached(year) for year in (2020, 2021, 2022, 2024, 2030)] == pytest.approx(
            [0, 0.25, 0.5, 1.0, 1.0], abs=1e-3
        )

    @pytest.mark.parametrize(
        ("keys", "message"),
        [
            ({"stages": [{"year": 2019, "share": 0.5}]}, "before the start"),
            ({"stages": [{"year": 2022, "share": 0.5}, {"year": 2021, "share": 1.0}]}, "stages go forward"),
            ({"stages": [{"year": 2022, "share": 0.5}], "ramp_years": 2}, "give stages or ramp_years"),
        ],
    )
    def test_times_that_make_no_sense(self, keys: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            measure("border_time", -12.0, "h", mode="rail", crossing="Post", **keys)


def test_every_kind_is_tested_here() -> None:
    tested = {row[1].kind for row in NETWORK_KINDS}  # type: ignore[attr-defined]
    assert tested | {"capacity", "tariff", "ntm", "productivity", "services_cost"} == set(KINDS)


# ---------------------------------------------------------------- the page about them

PAGE = (Path(__file__).parents[1] / "docs" / "measures.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    """The text of every kind's section."""
    found = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    return {text.split("\n", 1)[0].strip(): text.split("\n## ")[0] for text in found}


class TestPage:
    def test_every_kind_has_its_section_and_no_other(self) -> None:
        assert set(sections()) == set(KINDS)

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_section_names_every_key_and_unit(self, kind: str) -> None:
        text, model = sections()[kind], KINDS[kind]
        own = set(model.model_fields) - set(MeasureBase.model_fields) - {"kind"}
        assert [key for key in sorted(own) if f"`{key}`" not in text] == []
        units = set(model.units) or {"percent", "km/h"}
        assert [unit for unit in sorted(units) if f"`{unit}`" not in text] == []

    def test_the_common_keys_are_listed(self) -> None:
        table = PAGE.split("## Keys of every kind")[1].split("\n## ")[0]
        names = {field.alias or name for name, field in MeasureBase.model_fields.items()}
        assert [name for name in sorted(names) if f"`{name}`" not in table] == []
        assert [name for name in sorted(Cost.model_fields) if name not in table] == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_example_is_sound(self, kind: str) -> None:
        lines = [line[4:] for line in sections()[kind].splitlines() if line.startswith("    ")]
        keys = tomllib.loads("\n".join(lines))
        assert keys["kind"] == kind
        common = {
            "id": "M01", "title": "x", "side": "A03.b", "cites": ["A03"], "start": "2019-01-01",
            "from": "assumption", "citation": "x",
        }  # fmt: skip
        one = KINDS[kind].model_validate_json(json.dumps(common | keys))
        base = load_economy_base()
        known = load_known(base.economies, base.sectors)
        assert check_parts(None, Path(), None, [one], {}, known) == []
