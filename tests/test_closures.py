"""Links, borders, countries and passages that are shut: what freight then costs, and whom it concerns."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from landbridge.errors import InputError
from landbridge.measures import Setting
from landbridge.network import Network, Part, Skimmer, compile_measures
from landbridge.network.closures import PASSAGES, ShutWorld, closable, find_closures, shut, stranded
from landbridge.network.graph import Kind
from landbridge.network.ocean import Ocean, build_ocean, ports_open, shipped_ports
from landbridge.network.skim import carting
from landbridge.world.network_tables import load_sea
from small_world import ACCESS, GOODS, VOT, measure, world

BY_RAIL = 2 * ACCESS + 30 + 8 + (6 + 10 + 60 + 5) * VOT
BY_SHIP = 4 * ACCESS + 40 + (6 + 20 + 24) * VOT


def with_ferry() -> Network:
    """The small world with its ferry, dearer by 100 USD than by rail."""
    network = world()
    network.parts[network.kind == Kind.SERVICE, Part.HAUL_USD] += 100.0
    return dataclasses.replace(network, open=np.ones(len(network.tail), bool))


def in_shut(network: Network, *names: str, **scenario: Setting) -> np.ndarray:
    ones = [measure("border_time", -12.0, "h", mode="rail", crossing="Post")]
    compiled = compile_measures(network, ones)
    skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
    baseline = skimmer.skim(compiled.states({}, skimmer.zone_iso3))
    there = ShutWorld(compiled, skimmer, find_closures(network, names), baseline)
    return there.skims(scenario)["goods"].cost


class TestSmallWorld:
    def test_freight_takes_the_next_best_way(self) -> None:
        assert in_shut(with_ferry())[0, 1] == pytest.approx(BY_RAIL)
        for name in ("Post", "post", "AAA-BBB"):
            assert in_shut(with_ferry(), name)[0, 1] == pytest.approx(BY_SHIP + 100.0)

    def test_a_measure_at_a_shut_border_is_worth_nothing(self) -> None:
        assert in_shut(with_ferry(), M01=Setting())[0, 1] == pytest.approx(BY_RAIL - 12 * VOT)
        assert in_shut(with_ferry(), "Post", M01=Setting())[0, 1] == pytest.approx(BY_SHIP + 100.0)

    def test_a_shut_way_that_nobody_takes_costs_nothing(self) -> None:
        for name in ("Ferry", "Left"):
            assert in_shut(with_ferry(), name)[0, 1] == pytest.approx(BY_RAIL)

    def test_a_country_is_shut_to_others_only(self) -> None:
        assert in_shut(with_ferry(), "BBB")[0, 1] == pytest.approx(BY_RAIL)

    def test_cities_without_a_way_are_refused(self) -> None:
        with pytest.raises(InputError, match="without any way"):
            in_shut(with_ferry(), "AAA-BBB", "Ferry")

    def test_unknown_names(self) -> None:
        with pytest.raises(InputError) as caught:
            find_closures(with_ferry(), ["Pots", "Suse"])
        first, second = (str(problem) for problem in caught.value.problems)
        assert "nearest: Post" in first
        assert "nearest: Suez" in second
        assert "Malacca" in second

    @pytest.mark.parametrize("name", ["rail West - East", "Rail east \u2013 west", "rail West - Second"])
    def test_a_shut_link_sends_freight_round(self, name: str) -> None:
        assert in_shut(with_ferry(), name)[0, 1] == pytest.approx(BY_SHIP + 100.0)

    def test_a_link_is_shut_both_ways_and_alone(self) -> None:
        network = with_ferry()
        (closure,) = find_closures(network, ["rail East - Mid"])
        assert closure.name == "rail East - Mid"
        assert "80 km" in closure.words
        closed = shut(network, [closure])
        assert (closed.crossing[~closed.open] == "Second").all()
        assert sorted(closed.tail[~closed.open]) == sorted(closed.head[~closed.open]) == [1, 2]
        assert in_shut(network, "rail East - Mid")[0, 1] == pytest.approx(BY_RAIL)

    @pytest.mark.parametrize(
        ("names", "said"),
        [
            (["rail Wets - East"], "--shut: Wets is not a known place .nearest: .*West"),
            (["road West - East"], "--shut: West is not on the road network"),
            (["rail West - west"], "--shut: West and west are one place by rail"),
            (["rail West - East", "rail East - West"], "rail East - West is shut already by another name"),
            (["rail West - East", "Post"], "rail West - East is shut already by another name"),
            (["rail West-East"], 'nothing is known as "rail West-East".*"rail Aktogay - Dostyk"'),
        ],
    )
    def test_links_that_cannot_be_shut(self, names: list[str], said: str) -> None:
        with pytest.raises(InputError, match=said):
            find_closures(with_ferry(), names)

    def test_no_path_and_a_path_that_is_shut_at_the_date(self) -> None:
        network = with_ferry()
        at_second = network.crossing == "Second"
        closed = dataclasses.replace(network, open=~at_second)
        with pytest.raises(InputError, match="between Mid and West is open on 2017-06-08"):
            find_closures(closed, ["rail Mid - West"])
        # Without the line, Mid keeps its terminal only.
        gone = dataclasses.replace(network, kind=np.where(at_second, Kind.ROAD, network.kind))
        with pytest.raises(InputError, match="--shut: Mid and West are not connected by rail"):
            find_closures(gone, ["rail Mid - West"])

    def test_links_are_among_the_names_that_are_offered(self) -> None:
        network = with_ferry()
        offered = closable(network)
        assert {"rail East - West", "rail East - Mid", "Post", "Ferry", "AAA-BBB", "Left", "Suez"} <= set(
            offered
        )
        # Over East, which lies between.
        assert "rail Mid - West" not in offered
        assert [find_closures(network, [name])[0].name for name in offered] == offered

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("rail East-Mid", 'perhaps "rail East - Mid"'),
            ("Rail mid\u2013west", 'perhaps "rail Mid - West"'),
            ("East - Mid", "nearest: rail East - Mid"),
            ("rail Eats Mid", "nearest: rail East - Mid"),
        ],
    )
    def test_the_link_that_is_meant_is_named(self, name: str, said: str) -> None:
        with pytest.raises(InputError, match=said):
            find_closures(with_ferry(), [name])

    def test_whom_a_closure_leaves_without_a_way_is_known_before_anything_is_skimmed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        network = with_ferry()
        compiled = compile_measures(network, [])
        skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
        monkeypatch.delattr(Skimmer, "skim")
        assert stranded(compiled, skimmer, find_closures(network, ["AAA-BBB"])) == ()
        with pytest.raises(InputError, match=r"--shut AAA-BBB, Ferry: leaves .*shut less"):
            stranded(compiled, skimmer, find_closures(network, ["AAA-BBB", "Ferry"]))

    def test_arcs_keep_their_numbers_and_others_stay_open(self) -> None:
        network = with_ferry()
        (closure,) = find_closures(network, ["Post"])
        closed = shut(network, [closure])
        assert set(closed.crossing[~closed.open]) == {"Post"}
        assert (closed.tail == network.tail).all()


def km(ocean: Ocean, a: str, b: str) -> float:
    names = list(ocean.ports)
    return float(ocean.parts[names.index(a), names.index(b), Part.KM_SEA])


class TestPassages:
    def test_every_passage_is_in_the_table(self) -> None:
        assert set(PASSAGES.values()) <= set(load_sea().passage.tolist())

    def test_without_suez_ships_go_round_the_cape(self) -> None:
        open_, closed = build_ocean(shipped_ports()), build_ocean(shipped_ports(), frozenset({"suez"}))
        # 11,900 against 8,440 nautical miles for Singapore-Rotterdam are usual; lanes of a map come within a tenth.
        assert km(closed, "Singapore", "Rotterdam") == pytest.approx(11_900 * 1.852, rel=0.1)
        assert km(open_, "Singapore", "Rotterdam") == pytest.approx(8_440 * 1.852, rel=0.1)
        assert km(closed, "Shanghai", "Los Angeles") == km(open_, "Shanghai", "Los Angeles")
        # A port inside the canal leaves it by its own end.
        assert np.isfinite(km(closed, "Ain Sokhna", "Singapore"))

    def test_behind_hormuz_ports_keep_each_other(self) -> None:
        closed = build_ocean(shipped_ports(), frozenset({"ormuz"}))
        assert np.isinf(km(closed, "Jebel Ali", "Singapore"))
        assert np.isfinite(km(closed, "Jebel Ali", "Doha"))
        row = list(closed.ports).index("Jebel Ali")
        nothing = np.zeros(len(closed.ports))
        _, there = closed.legs(
            datetime.date(2017, 6, 8), nothing, nothing, np.zeros((len(nothing), len(nothing)))
        )
        assert not there[row, list(closed.ports).index("Singapore")]
        assert there[row, list(closed.ports).index("Doha")]


class TestShippedNetwork:
    def test_a_shut_port_is_neither_sailed_to_nor_carted_to(self, network: Network) -> None:
        # No network leads there: its city carts.
        closed = shut(network, find_closures(network, ["Cebu"]))
        number = network.atlas.port_number["Cebu"]
        cities = np.flatnonzero([place.kind == "zone" for place in network.places])
        ports = np.array([network.place_index["port", port.name] for port in network.atlas.ports])
        ends = network.node_offset["place"] + cities, ports
        before, after = (carting(one, *ends)[..., Part.HAUL_USD] for one in (network, closed))
        assert np.isfinite(before[:, number]).any()
        assert not np.isfinite(after[:, number]).any()
        assert set(np.flatnonzero(ports_open(network.atlas.ports, network.date))) - set(
            np.flatnonzero(ports_open(closed.atlas.ports, closed.date))
        ) == {number}

    def test_names_that_are_offered_are_understood(self, network: Network) -> None:
        offered = closable(network)
        assert {"rail Aktogay - Dostyk", "road Alashankou - Dostyk", "CHN-KAZ", "Caspian"} <= set(offered)
        assert "rail Almaty - Dostyk" not in offered
        for name in offered[::100]:
            (found,) = find_closures(network, [name])
            assert found.name == name

    def test_names_that_people_would_type(self, network: Network) -> None:
        names = [
            "Suez",
            "rus",
            "CHN-KAZ",
            "Khorgos/Altynkol",
            "Caspian",
            "Lianyungang",
            "Aktau-Alat rail ferry",
            "rail Aktogay - Dostyk",
            "road Almaty - Taraz",
        ]
        found = find_closures(network, names)
        assert [one.name for one in found][:3] == ["Suez", "RUS", "CHN-KAZ"]
        assert all(len(one.arcs) for one in found[1:])
        assert found[1].spared == "RUS"
