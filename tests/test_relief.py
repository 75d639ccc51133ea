"""Capacity measures: what they may say, what they save, and that they do nothing else."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import numpy as np
import pytest

from landbridge.errors import InputError
from landbridge.measures import Capacity, Setting, check_case, load_case, load_known, settings_of
from landbridge.network import (
    Network,
    Part,
    Skimmer,
    State,
    compile_measures,
    measure_volumes,
    od_tonnes,
)
from landbridge.network.atlas import Atlas, Lines
from landbridge.network.congestion import parameter
from landbridge.network.graph import Kind
from landbridge.network.parts import COUNT
from landbridge.network.relief import Facility, relief_hours
from landbridge.world.network_tables import CargoClass, load_mode_parameters
from landbridge.world.places import Gazetteer, Place, Zone
from network_fixture import mid

GOODS = CargoClass("goods", "Goods", ("A",), value_usd_per_t=2400.0, time_value=0.01)
VOT = 2400.0 * 0.01 / 24.0
CAPACITY_T = 10_000.0


def measure(unit: str = "t/day", amount: float = 5_000.0, number: int = 1, **keys: Any) -> Capacity:
    half = {"low": amount / 2, "mid": amount, "high": amount * 2, "unit": unit}
    return Capacity.model_validate(
        {
            "id": f"M{number:02d}",
            "title": "More",
            "side": "A01.a",
            "cites": ["C01"],
            "start": datetime.date(2020, 1, 1),
            "kind": "capacity",
            "value": half,
            "from": "assumption",
            "citation": "a test",
            **keys,
        }
    )


def border(**keys: Any) -> Capacity:
    return measure(**{"crossing": "Post", "mode": "rail", **keys})


@pytest.fixture
def small() -> Network:
    """Two cities of two countries on one railway over one border post, 60 hours of dwell a way, 10 of running."""
    names = (("West", "AAA", 40.0), ("East", "BBB", 50.0))
    places = tuple(Place("zone", name, name, iso3, 45.0, east) for name, iso3, east in names)
    node = np.array([[45.0, 44.0], [45.0, 46.0], [45.0, 40.0], [45.0, 50.0]])
    tail, head = np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 2, 1, 3])
    parts = np.zeros((6, COUNT))
    parts[:2, Part.MOVING_H], parts[:2, Part.BORDER_H], parts[:2, Part.HAUL_USD] = 10.0, 60.0, 30.0
    parts[:2, Part.KM_RAIL] = 400.0
    parts[2:, Part.FIXED_USD] = 5.0
    crossing = np.array(["Post", "Post", "", "", "", ""])
    zones = tuple(Zone(name, name, iso3, iso3, 45.0, east, 1, 1.0, ()) for name, iso3, east in names)
    post = Place("crossing", "Post", "Post", "AAA", 45.0, 45.0)
    atlas = Atlas(
        zones,
        {mode: Lines(np.zeros((0, 2)), np.zeros(1, int)) for mode in ("rail", "road")},
        Gazetteer([(place, ()) for place in (*places, post)]),
        (),
    )
    return Network(
        date=datetime.date(2017, 6, 8),
        node=node,
        node_country=np.array(["AAA", "BBB", "AAA", "BBB"]),
        node_offset={"rail": 0, "road": 2, "place": 2},
        places=places,
        tail=tail,
        head=head,
        kind=np.array([Kind.RAIL] * 2 + [Kind.RAIL_ACCESS] * 4),
        parts=parts,
        link=np.array([0, 0, -1, -1, -1, -1]),
        forward=np.array([True, False, True, True, True, True]),
        open=np.ones(6, bool),
        crossing=crossing,
        service=np.full(6, ""),
        atlas=atlas,
        capacity=np.array([CAPACITY_T, CAPACITY_T, np.nan, np.nan, np.nan, np.nan]),
    )


def queue_hours(volume: float, capacity: float) -> float:
    """Akcelik's curve, written out anew."""
    period, variability = parameter("border_rail", "period_h"), parameter("border_rail", "variability")
    trains_an_hour = capacity / load_mode_parameters().get("rail", "net_t_per_train") / 24.0
    x = volume / capacity
    return period / 4 * (x - 1 + ((x - 1) ** 2 + 8 * variability * x / (trains_an_hour * period)) ** 0.5)


def skimmed(network: Network, ones: list[Capacity]) -> tuple[Any, Skimmer, dict[str, np.ndarray]]:
    tonnes = {"goods": np.array([[0.0, 9_000.0], [3_000.0, 0.0]])}
    compiled = compile_measures(network, ones)
    skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
    return measure_volumes(compiled, skimmer, tonnes), skimmer, tonnes


class TestSmallWorld:
    def test_the_border_saves_what_the_curve_says_each_way(self, small: Network) -> None:
        compiled, skimmer, _ = skimmed(small, [border()])
        assert compiled.volumes == pytest.approx(
            {"Post by rail AAA>BBB": 9_000.0, "Post by rail BBB>AAA": 3_000.0}
        )
        everyone = np.ones((2, 2), bool)
        costs = [skimmer.skim([(everyone, compiled.state(mid(a)))])["goods"].cost for a in ((), ("M01",))]
        assert costs[0][0, 1] == pytest.approx(2 * 5 + 30 + 70 * VOT)
        for pair, volume in (((0, 1), 9_000.0), ((1, 0), 3_000.0)):
            hours = queue_hours(volume, 10_000.0) - queue_hours(volume, 15_000.0)
            assert hours > 0
            assert costs[0][pair] - costs[1][pair] == pytest.approx(hours * VOT, rel=1e-6)
        # The full direction gains far more than the empty one.
        assert costs[0][0, 1] - costs[1][0, 1] > 5 * (costs[0][1, 0] - costs[1][1, 0])

    def test_units_agree(self, small: Network) -> None:
        train = load_mode_parameters().get("rail", "net_t_per_train")
        hours = []
        for one in (
            border(),
            border(unit="percent", amount=50.0),
            border(unit="trains/day", amount=5_000.0 / train),
        ):
            compiled, *_ = skimmed(small, [one])
            hours.append(compiled.state(mid(("M01",))).parts[:, Part.BORDER_H])
        assert hours[1] == pytest.approx(hours[0])
        assert hours[2] == pytest.approx(hours[0])

    def test_two_measures_add_their_capacities_not_their_hours(self, small: Network) -> None:
        twice, *_ = skimmed(small, [border(), border(number=2)])
        once, *_ = skimmed(small, [border(amount=10_000.0)])
        together = twice.state(mid(("M01", "M02"))).parts
        assert together == pytest.approx(once.state(mid(("M01",))).parts)
        alone = twice.state(mid(("M01",))).parts[0, Part.BORDER_H]
        assert 60.0 - together[0, Part.BORDER_H] < 2 * (60.0 - alone)

    def test_a_gate_halves_the_saving(self, small: Network) -> None:
        saved = []
        for one in (border(), border(probability=0.5)):
            compiled, *_ = skimmed(small, [one])
            saved.append(60.0 - compiled.state(settings_of([one])).parts[0, Part.BORDER_H])
        assert saved[1] == pytest.approx(saved[0] / 2)

    def test_what_may_come_takes_nothing_from_what_is_certain(self, small: Network) -> None:
        used = {"use": 0.9, "use_citation": "a report"}
        ones = [border(**used), border(**used, probability=0.1).model_copy(update={"id": "M02"})]
        compiled = compile_measures(small, ones)
        saved = 60.0 - compiled.state(settings_of(ones)).parts[0, Part.BORDER_H]
        one, both = (
            queue_hours(9_000.0, 10_000.0) - queue_hours(9_000.0, capacity)
            for capacity in (15_000.0, 20_000.0)
        )
        assert saved == pytest.approx(0.9 * one + 0.1 * both)
        assert saved >= one

    def test_without_the_measure_nothing_changes(self, small: Network) -> None:
        compiled, *_ = skimmed(small, [border()])
        state = compiled.state({})
        assert (state.parts == small.parts[compiled.touched]).all()

    def test_more_is_never_slower_and_less_is(self, small: Network) -> None:
        compiled, *_ = skimmed(small, [border()])
        dwell = [compiled.state({"M01": Setting(at)}).parts[0, Part.BORDER_H] for at in (-1, 0, 1)]
        assert 60.0 > dwell[0] > dwell[1] > dwell[2] > 0.0
        fewer, *_ = skimmed(small, [border(unit="percent", amount=-20.0)])
        assert fewer.state(mid(("M01",))).parts[0, Part.BORDER_H] > 60.0

    def test_use_given_needs_no_flows(self, small: Network) -> None:
        compiled = compile_measures(small, [border(use=0.9, use_citation="a report")])
        assert compiled.unmeasured == []
        saved = 60.0 - compiled.state(mid(("M01",))).parts[:, Part.BORDER_H]
        assert saved == pytest.approx(queue_hours(9_000.0, 10_000.0) - queue_hours(9_000.0, 15_000.0))

    def test_a_line_runs_faster_where_it_was_full(self, small: Network) -> None:
        one = measure(
            mode="rail",
            places=["West", "East"],
            unit="percent",
            amount=100.0,
            now=9_000.0,
            now_citation="a report",
        )
        compiled, *_ = skimmed(small, [one])
        there, back = compiled.state(mid(("M01",))).parts[:, Part.MOVING_H]
        share = parameter("rail", "delay_at_capacity")
        assert there == pytest.approx(10.0 / (1 + share) * (1 + share / 2**4))
        third = share / 3**4
        assert back == pytest.approx(10.0 / (1 + third) * (1 + third / 2**4))

    def test_flows_above_capacity_count_as_full_use(self, small: Network) -> None:
        tight, *_ = skimmed(small, [border(now=4_000.0, now_citation="a report")])
        saved = 60.0 - tight.state(mid(("M01",))).parts[0, Part.BORDER_H]
        assert saved == pytest.approx(queue_hours(4_000.0, 4_000.0) - queue_hours(4_000.0, 9_000.0))

    @pytest.mark.parametrize(
        ("ones", "message"),
        [
            (
                [measure(mode="rail", places=["West", "East"])],
                "capacity of West - East by rail today is not known",
            ),
            ([border(amount=-11_000.0)], "takes more from Post"),
            ([border(crossing="Nowhere")], "is not a known place"),
            ([border(), border(number=2, use=0.5, use_citation="a report")], "than measure M01"),
        ],
    )
    def test_what_cannot_be_is_an_error(self, small: Network, ones: list[Capacity], message: str) -> None:
        with pytest.raises(InputError, match=message):
            compile_measures(small, ones)

    def test_use_that_nobody_knows_is_an_error(self, small: Network) -> None:
        compiled = compile_measures(small, [border()])
        with pytest.raises(InputError, match="is not known"):
            compiled.state(mid(("M01",)))
        assert isinstance(compiled.state({}), State)


def test_a_line_at_capacity_by_hand() -> None:
    # 15 hours hold 10 free ones when the delay at capacity is half; twice the capacity leaves a sixteenth of the five.
    line = Facility("line", "rail", np.array([0]), Part.MOVING_H, -1, 100.0, 1.0, np.array([15.0]))
    assert relief_hours(line, 1.0, 100.0) == pytest.approx([5.0 * 15 / 16])


def test_tonnes_follow_value_and_weights() -> None:
    value = np.zeros((2, 2, 2))
    value[0, 1, 0] = 365.0 * 2400.0 * 100.0
    value[0, 1, 1] = 1e12
    weights = np.array([[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]])
    tonnes = od_tonnes(value, [GOODS], ["A", "K"], weights)["goods"]
    assert tonnes == pytest.approx(np.array([[0, 0, 25.0], [0, 0, 75.0], [0, 0, 0]]))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"port": "Aktau", "mode": "rail"}, "takes no mode"),
        ({"crossing": "Post"}, "give rail, road or sea"),
        ({"crossing": "Post", "port": "Aktau", "mode": "rail"}, "one of them"),
        ({"places": ["Aktau"], "mode": "rail"}, "two places or more"),
        ({"port": "Aktau", "now": 5.0}, "go together"),
        ({"port": "Aktau", "unit": "trains/day"}, "does not fit"),
    ],
)
def test_a_measure_says_one_place_and_its_source(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measure(**keys)


def test_the_shipped_network_knows_its_capacities(network: Network) -> None:
    ones = [
        measure(
            unit="trains/day",
            amount=6.0,
            crossing="Alashankou/Dostyk",
            mode="rail",
            use=0.9,
            use_citation="x",
        ),
        measure(unit="percent", amount=50.0, number=2, port="Aktau", use=0.9, use_citation="x"),
        measure(amount=500.0, number=3, mode="sea", places=["Aktau", "Alat"], use=0.9, use_citation="x"),
    ]
    compiled = compile_measures(network, ones)
    before, after = compiled.state({}).parts, compiled.state(mid({one.id for one in ones})).parts
    saved = before - after
    assert (saved >= 0).all()
    assert set(np.flatnonzero(saved.any(0))) == {Part.BORDER_H, Part.PORT_H}
    over = network.crossing[compiled.touched] == "Alashankou/Dostyk"
    assert (saved[over, Part.BORDER_H] > 0).all()
    assert not saved[~over, Part.BORDER_H].any()


def test_names_are_checked() -> None:
    case = load_case("china-kazakhstan-2017")
    known = load_known(["CHN", "KAZ"], ["A01"])
    wrong = dataclasses.replace(
        case, measures=(measure(crossing="Dostik", mode="rail"), measure(number=2, port="Aktaw"))
    )
    found = [str(problem) for problem in check_case(wrong, known)]
    assert any('unknown rail crossing "Dostik"' in line for line in found)
    assert any('unknown port "Aktaw"' in line for line in found)
