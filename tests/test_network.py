"""The freight network: kernels against brute force, routes, and what measures change."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from landbridge.errors import InputError
from landbridge.measures import KINDS, MeasureBase
from landbridge.network import (
    Network,
    Part,
    Skimmer,
    build_network,
    compile_measures,
    describe,
    find_routes,
    generalised_cost,
    hours,
    trade_cost_hat,
)
from landbridge.network.choice import NESTS, nested_logit
from landbridge.network.graph import Kind
from landbridge.network.kernels import expected_costs, min_plus, min_plus_via
from landbridge.network.ocean import load_ocean, ports_open, shipped_ports
from landbridge.network.planned import with_planned
from landbridge.network.portlegs import PortLegs
from landbridge.world.network_tables import load_cargo_classes, load_choice
from landbridge.world.places import gazetteer
from network_fixture import by_rows, mid

MANUFACTURES = next(cargo for cargo in load_cargo_classes() if cargo.name == "manufactures")


def measure(kind: str, unit: str, amount: float, **keys: object) -> MeasureBase:
    """A measure of one value, for tests."""
    value = {"low": amount, "mid": amount, "high": amount, "unit": unit}
    common = {
        "id": "M01", "title": "test", "side": "A02.a", "cites": ["C13"], "kind": kind, "start": "2018-01-01",
        "value": value, "from": "assumption", "citation": "test",
    }  # fmt: skip
    return KINDS[kind].model_validate_json(json.dumps(common | keys))


def best(network: Network, origin: str, destination: str, **keys: object) -> dict:
    """The best route as plain data."""
    places = gazetteer()
    return describe(
        find_routes(network, places.find(origin), places.find(destination), MANUFACTURES, **keys)[0]
    )


def by_chain(network: Network, origin: str, destination: str, chain: str, **keys: object) -> dict:
    """The best route of one mode chain as plain data."""
    places = gazetteer()
    routes = find_routes(network, places.find(origin), places.find(destination), MANUFACTURES, **keys)
    return describe(next(route for route in routes if route.chain == chain))


class TestKernels:
    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12), st.integers(0, 10_000))
    def test_min_plus_equals_brute_force(self, rows: int, inner: int, columns: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        left, right = rng.random((rows, inner)), rng.random((inner, columns))
        left[rng.random(left.shape) < 0.3] = np.inf
        best_cost, via = min_plus_via(left, right)
        brute = (left[:, :, None] + right[None]).min(1)
        np.testing.assert_array_equal(best_cost, brute)
        np.testing.assert_array_equal(min_plus(left, right), brute)
        reached = np.isfinite(brute)
        assert (via[~reached] == -1).all()
        i, j = np.nonzero(reached)
        np.testing.assert_array_equal(left[i, via[i, j]] + right[via[i, j], j], brute[i, j])

    @settings(max_examples=25, deadline=None)
    @given(st.integers(2, 9), st.integers(0, 10_000), st.sampled_from([(6.0, 18.0), (4.5, 4.5), (0.5, 90.5)]))
    def test_expected_costs_are_those_of_the_nested_logit(
        self, zones: int, seed: int, elasticities: tuple[float, float]
    ) -> None:
        rng = np.random.default_rng(seed)
        chains, size = list(NESTS), (zones, zones)
        # Whole numbers make ties; one chain reaches everywhere.
        known = {chain: rng.integers(1, 9, size).astype(float) for chain in chains}
        for chain in chains[1:]:
            known[chain][rng.random(size) < 0.3] = np.inf
        unseen = {chain: np.where(rng.random(size) < 0.3, rng.random(size), 0.0) for chain in chains}
        cost = {chain: np.where(rng.random(size) < 0.2, 2.5, one) for chain, one in known.items()}
        cost["road"] = known["road"]
        mask = rng.random(size) < 0.6
        off = ~np.eye(zones, dtype=bool)
        nest = np.array([sorted(set(NESTS.values())).index(NESTS[chain]) for chain in chains])

        def logsum(of: dict[str, np.ndarray]) -> np.ndarray:
            seen = {chain: one + unseen[chain] for chain, one in of.items()}
            return np.where(off, nested_logit(seen, NESTS, *elasticities)[0], 0.0)

        def put(of: dict, before: dict, where: np.ndarray, into: np.ndarray) -> int:
            same = np.array([of[chain] is before[chain] for chain in chains])
            return expected_costs(
                tuple(of.values()), tuple(unseen.values()), nest, *elasticities, where,
                tuple(before.values()), same, into,
            )  # fmt: skip

        expected = np.full(size, np.nan)
        assert put(known, dict.fromkeys(chains, np.full(size, np.nan)), np.ones(size, bool), expected) == 0
        np.testing.assert_allclose(expected, logsum(known), rtol=1e-13)
        before = expected.copy()
        assert put(cost, known, mask, expected) == 0
        np.testing.assert_allclose(expected, np.where(mask, logsum(cost), before), rtol=1e-13)
        untouched = ~mask | np.all([cost[chain] == known[chain] for chain in chains], axis=0)
        np.testing.assert_array_equal(expected[untouched], before[untouched])
        lost = {chain: np.where(np.arange(zones) == 1, np.inf, one) for chain, one in known.items()}
        assert put(lost, known, np.ones(size, bool), expected) == zones - 1
        assert np.isnan(expected[:, 1][off[:, 1]]).all()


class TestPortLegs:
    @pytest.mark.parametrize("outward", [True, False])
    def test_only_a_zone_that_reaches_none_of_its_ports_by_land_carts(self, outward: bool) -> None:
        served = np.array([[True, True, False], [False, True, True], [True, False, False]])
        legs = PortLegs.within(served, np.arange(9.0).reshape(3, 3), outward)
        land = np.full((6, 6), np.inf)
        land[0, 3], land[0, 5], land[2, 4] = 5.0, 7.0, 1.0  # the last two to ports that do not serve
        land = land if outward else land.T
        np.testing.assert_array_equal(
            legs.options([land, land + 1.0], 3),
            [[5.0, *[np.inf] * 4], [6.0, *[np.inf] * 4], [np.inf, np.inf, 4.0, 5.0, 6.0]],
        )


class TestRoutes:
    def test_rail_to_almaty_runs_through_china_and_kazakhstan_only(self, network: Network) -> None:
        route = by_chain(network, "Lianyungang", "Almaty", "rail")
        assert route["legs"][0]["countries"] == ["CHN", "KAZ"]
        assert route["hours"]["gauge_change"] > 0
        assert 4200 < route["km"]["rail"] < 5400

    def test_goods_for_europe_sail(self, network: Network) -> None:
        assert best(network, "Shanghai", "Rotterdam")["chain"] == "sea"

    def test_totals_are_the_sum_of_the_legs(self, network: Network) -> None:
        route = by_chain(network, "Shanghai", "Rotterdam", "sea")
        assert [leg["mode"] for leg in route["legs"]].count("sea") == 1
        assert sum(leg["usd_per_t"] for leg in route["legs"]) == pytest.approx(route["usd_per_t"], abs=0.3)
        assert route["km"]["sea"] > 10_000

    def test_a_journey_needs_two_places(self, network: Network) -> None:
        with pytest.raises(InputError, match="two different places"):
            best(network, "Almaty", "Alma-Ata")

    def test_a_port_that_opened_later_is_not_called_at(self) -> None:
        ocean = load_ocean()
        zero = np.zeros(len(ocean.ports))
        flat = np.zeros((len(zero), len(zero)))
        hamad = ocean.ports.index("Hamad")
        assert not ocean.legs(datetime.date(2017, 6, 8), zero, zero, flat)[1][hamad].any()
        assert ocean.legs(datetime.date(2018, 6, 8), zero, zero, flat)[1][hamad].any()

    def test_an_avoided_country_is_not_entered(self, network: Network) -> None:
        free = by_chain(network, "Chongqing", "Duisburg", "rail")
        assert "RUS" in free["legs"][0]["countries"]
        kept_out = find_routes(
            network,
            gazetteer().find("Chongqing"),
            gazetteer().find("Duisburg"),
            MANUFACTURES,
            avoid=["RUS", "BLR"],
        )
        for route in kept_out:
            for leg in route.legs:
                assert not {"RUS", "BLR"} & set(leg.countries)
        by_rail = [route.cost for route in kept_out if route.chain in ("rail", "rail_sea")]
        assert min(by_rail) >= free["generalised_cost_usd_per_t"] - 0.1

    def test_a_place_in_an_avoided_country_is_an_error(self, network: Network) -> None:
        with pytest.raises(InputError, match="Almaty lies in KAZ"):
            best(network, "Lianyungang", "Almaty", avoid=["KAZ"])

    def test_old_and_foreign_spellings_find_the_city(self) -> None:
        assert gazetteer().find("Alma-Ata") == gazetteer().find("Алматы") == gazetteer().find("almaty")

    def test_an_unknown_place_names_the_nearest(self) -> None:
        with pytest.raises(InputError, match="Almaty"):
            gazetteer().find("Almatyy")


class TestDates:
    def test_a_line_that_opened_later_is_not_there_yet(self) -> None:
        before = build_network(datetime.date(2017, 6, 8))
        after = build_network(datetime.date(2022, 1, 1))
        assert (after.kind == Kind.RAIL).sum() > (before.kind == Kind.RAIL).sum()

    def test_a_closed_border_has_no_arcs(self, network: Network) -> None:
        tail, head = network.node_country[network.tail], network.node_country[network.head]
        assert not ((tail == "ARM") & (head == "AZE")).any()
        assert ((tail == "ARM") & (head == "GEO")).any()

    def test_a_gauge_changes_only_at_named_crossings(self, network: Network) -> None:
        rail = network.kind == Kind.RAIL
        tail, head = network.node_country[network.tail], network.node_country[network.head]
        break_ = rail & (tail == "CHN") & (head == "KAZ")
        assert (network.crossing[break_] != "").all()
        assert (network.parts[break_, Part.GAUGE_H] > 0).all()


class TestShutPorts:
    def test_a_country_whose_ports_are_shut_ships_through_its_neighbours(self) -> None:
        """Odesa and Chornomorsk are shut from February 2022 to July 2024."""
        places = gazetteer()
        ends = places.find("Luanda"), places.find("Kyiv")
        for day, own in ((datetime.date(2021, 6, 1), True), (datetime.date(2024, 6, 1), False)):
            routes = find_routes(build_network(day), *ends, MANUFACTURES)
            by_sea = [leg for route in routes for leg in route.legs if leg.mode == "sea"]
            assert by_sea
            assert any("UKR" in leg.countries for leg in by_sea) is own

    def test_ports_open_reads_opening_and_closure(self) -> None:
        ports = {port.name: port for port in shipped_ports()}
        some = [ports["Odesa"], ports["Shanghai"]]
        assert ports_open(some, datetime.date(2023, 1, 1)).tolist() == [False, True]
        assert ports_open(some, datetime.date(2017, 6, 8)).tolist() == [True, True]


class TestMeasures:
    def saved(
        self, network: Network, one: MeasureBase, origin: str, destination: str, chain: str
    ) -> np.ndarray:
        """Parts that a measure saves on the best route of a chain."""
        compiled = compile_measures(network, [one])
        places = gazetteer()
        found = []
        for active in ((), {"M01"}):
            routes = find_routes(
                compiled.network, places.find(origin), places.find(destination), MANUFACTURES,
                state=compiled.state(mid(active)), touched=compiled.touched,
            )  # fmt: skip
            found.append(next(route for route in routes if route.chain == chain).parts)
        return found[0] - found[1]

    def test_border_time_saves_its_hours_in_its_direction(self, network: Network) -> None:
        one = measure("border_time", "h", -4.0, crossing="Khorgos/Altynkol", mode="rail", direction="CHN>KAZ")
        saved = self.saved(network, one, "Lianyungang", "Almaty", "rail")
        assert saved[Part.BORDER_H] == pytest.approx(4.0)
        assert hours(saved) == pytest.approx(4.0)
        assert self.saved(network, one, "Almaty", "Lianyungang", "rail")[Part.BORDER_H] == pytest.approx(0.0)

    def test_saving_more_than_there_is_is_an_error(self, network: Network) -> None:
        one = measure("border_time", "h", -500.0, crossing="Khorgos/Altynkol", mode="rail", direction="both")
        with pytest.raises(InputError, match="takes 500"):
            compile_measures(network, [one])
        with pytest.raises(InputError, match="port"):
            compile_measures(network, [measure("port_access", "h", -200.0, port="Lianyungang")])

    def test_two_measures_cannot_take_a_border_below_nothing(self, network: Network) -> None:
        keys = {"crossing": "Khorgos/Altynkol", "mode": "rail", "direction": "KAZ>CHN"}
        ones = [
            measure("border_time", "h", -15.0, **keys).model_copy(update={"id": f"M0{k}"}) for k in (1, 2)
        ]
        state = compile_measures(network, ones).state(mid({"M01", "M02"}))
        assert state.parts[:, Part.BORDER_H].min() == 0.0

    def test_acting_on_nothing_is_an_error(self, network: Network) -> None:
        one = measure(
            "link",
            "percent",
            5.0,
            mode="road",
            action="upgrade",
            places=["Almaty", "Taraz"],
            countries=["DEU"],
        )
        with pytest.raises(InputError, match="acts on no link"):
            compile_measures(network, [one])

    def test_hours_of_a_service_are_saved_one_way_and_in_full(self, network: Network) -> None:
        one = measure("service", "h", -10.0, mode="rail", places=["Lianyungang", "Almaty"])
        assert hours(self.saved(network, one, "Lianyungang", "Almaty", "rail")) == pytest.approx(
            10.0, abs=0.3
        )
        assert hours(self.saved(network, one, "Almaty", "Lianyungang", "rail")) == pytest.approx(
            0.0, abs=1e-6
        )

    def test_a_crossing_on_the_way_is_crossed(self, network: Network) -> None:
        one = measure(
            "link",
            "percent",
            5.0,
            mode="rail",
            action="upgrade",
            places=["Urumqi", "Khorgos/Altynkol", "Almaty"],
        )
        touched = compile_measures(network, [one]).touched
        assert "Khorgos/Altynkol" in set(network.crossing[touched].tolist())

    def test_the_order_of_the_file_does_not_matter(self, network: Network) -> None:
        new = measure(
            "link", "km/h", 60.0, mode="road", action="add", places=["Almaty", "Balkhash"],
            length_km=500.0, length_citation="made up for the test",
        )  # fmt: skip
        rate = measure("freight_rate", "percent", -10.0, mode="road", countries=["KAZ"]).model_copy(
            update={"id": "M02"}
        )
        states = [
            compile_measures(network, order).state(mid({"M01", "M02"}))
            for order in ([new, rate], [rate, new])
        ]
        np.testing.assert_array_equal(states[0].parts, states[1].parts)

    def test_a_new_link_over_a_border_is_refused(self, network: Network) -> None:
        one = measure(
            "link", "km/h", 40.0, mode="rail", action="add", places=["Kashgar", "Andijon"],
            length_km=523.0, length_citation="planned length",
        )  # fmt: skip
        with pytest.raises(InputError, match="cross the border for nothing"):
            compile_measures(network, [one])

    def test_two_new_lines_meet_at_a_planned_crossing(self, network: Network) -> None:
        """Neither half opens a way; both together give their km, hours, the border's and the gauge's hours."""
        halves = [
            measure(
                "link", "km/h", 40.0, mode="rail", action="add", places=places, length_km=km,
                length_citation="planned length",
            ).model_copy(update={"id": name})
            for name, places, km in (
                ("M01", ["Kashgar", "Torugart/Torugart"], 213.0),
                ("M02", ["Torugart/Torugart", "Makmal"], 131.0),
                ("M03", ["Makmal", "Jalal-Abad"], 173.0),
            )
        ]  # fmt: skip
        compiled = compile_measures(network, halves)
        places = gazetteer()

        def by_rail(active: set[str]) -> np.ndarray:
            routes = find_routes(
                compiled.network, places.find("Kashgar"), places.find("Jalal-Abad"), MANUFACTURES,
                state=compiled.state(mid(active)), touched=compiled.touched,
            )  # fmt: skip
            return next(route for route in routes if route.chain == "rail").parts

        before = by_rail(set())
        for active in ({"M01"}, {"M02", "M03"}, {"M01", "M03"}):
            np.testing.assert_allclose(by_rail(active), before)
        after = by_rail({"M01", "M02", "M03"})
        assert after[Part.KM_RAIL] == pytest.approx(517.0)
        assert after[Part.BORDER_H] == pytest.approx(15.6)
        assert after[Part.GAUGE_H] == pytest.approx(5.0)
        assert before[Part.KM_RAIL] > 3500
        np.testing.assert_array_equal(network.tail, compiled.network.tail[: len(network.tail)])

    def test_a_new_line_to_a_closed_border_is_refused(self, network: Network) -> None:
        now = replace(network, date=datetime.date(2024, 1, 1))
        crossing = gazetteer().find("Attari/Wagah", ("crossing",))
        with pytest.raises(InputError, match="border of IND and PAK is closed at 2024-01-01"):
            with_planned(now, crossing, "rail")

    def test_a_faster_line_saves_in_proportion(self, network: Network) -> None:
        one = measure("link", "percent", 25.0, mode="rail", action="upgrade", places=["Altynkol", "Almaty"])
        compiled = compile_measures(network, [one])
        before = compiled.network.parts[compiled.touched, Part.MOVING_H]
        after = compiled.state(mid({"M01"})).parts[:, Part.MOVING_H]
        np.testing.assert_allclose(after, before / 1.25)
        assert before.sum() / 2 * 45.8 == pytest.approx(300, rel=0.25)

    def test_a_new_link_opens_a_shorter_way(self, network: Network) -> None:
        one = measure(
            "link", "km/h", 60.0, mode="rail", action="add", places=["Almaty", "Balkhash"],
            length_km=480.0, length_citation="made up for the test",
        )  # fmt: skip
        saved = self.saved(network, one, "Almaty", "Balkhash", "rail")
        assert saved[Part.KM_RAIL] > 100
        assert saved[Part.MOVING_H] > 5

    def test_a_cheaper_rate_and_a_discount_at_the_gauge_break(self, network: Network) -> None:
        rate = measure("freight_rate", "percent", -10.0, mode="rail", places=["Dostyk", "Aktogay"])
        assert self.saved(network, rate, "Urumqi", "Astana", "rail")[Part.HAUL_USD] > 0
        change = measure("transfer", "USD/t", -2.0, crossing="Alashankou/Dostyk")
        assert self.saved(network, change, "Urumqi", "Astana", "rail")[Part.FIXED_USD] == pytest.approx(2.0)

    def test_a_faster_port_saves_on_the_ferry(self, network: Network) -> None:
        one = measure("port_access", "h", -12.0, port="Turkmenbashi")
        saved = self.saved(network, one, "Turkmenbashi", "Alat", "rail_sea")
        assert saved[Part.PORT_H] == pytest.approx(12.0)

    def test_digital_customs_scales_the_dwell_of_the_pair(self, network: Network) -> None:
        one = measure("digital_customs", "percent", -50.0, pair=["CHN", "KAZ"])
        compiled = compile_measures(network, [one])
        before = compiled.network.parts[compiled.touched, Part.BORDER_H]
        np.testing.assert_allclose(compiled.state(mid({"M01"})).parts[:, Part.BORDER_H], before * 0.5)

    def test_an_unknown_place_is_an_error_with_the_measure(self, network: Network) -> None:
        one = measure("link", "percent", 5.0, mode="rail", action="upgrade", places=["Dostyk", "Aktogayy"])
        with pytest.raises(InputError, match="Aktogay"):
            compile_measures(network, [one])


@pytest.fixture(scope="module")
def small_skimmer(network: Network) -> tuple[Skimmer, object]:
    """A skimmer of one class with measures that make arcs cheaper, dearer and new."""
    ones = [
        measure("border_time", "h", -15.0, crossing="Khorgos/Altynkol", mode="rail", direction="both"),
        measure("freight_rate", "percent", 30.0, mode="rail", places=["Lanzhou", "Urumqi"]),
        measure("link", "percent", 40.0, mode="road", action="upgrade", places=["Almaty", "Shymkent"]),
        measure(
            "link", "km/h", 60.0, mode="rail", action="add", places=["Almaty", "Balkhash"],
            length_km=480.0, length_citation="made up for the test",
        ),
    ]  # fmt: skip
    ones = [one.model_copy(update={"id": f"M0{k}"}) for k, one in enumerate(ones, 1)]
    compiled = compile_measures(network, ones)
    return Skimmer(compiled.network, [MANUFACTURES], compiled.touched, jobs=2), compiled


@pytest.mark.slow
class TestSkims:
    @pytest.mark.parametrize("chain", ["rail", "road"])
    @pytest.mark.parametrize("active", [(), ("M01", "M02"), ("M01", "M02", "M03", "M04")])
    def test_skims_through_the_touched_arcs_equal_a_full_search(
        self, small_skimmer: tuple, chain: str, active: tuple[str, ...]
    ) -> None:
        skimmer, compiled = small_skimmer
        state = compiled.state(mid(active))
        cost, parts = skimmer.land.by_land(chain, MANUFACTURES, state, tuple(Part))
        whole = compiled.network.parts.copy()
        whole[compiled.touched] = state.parts
        usable = compiled.network.open.copy()
        usable[compiled.touched] = state.open
        arcs = np.flatnonzero(usable & compiled.network.chain_arcs(chain))
        rows = np.arange(0, len(skimmer.land.terminals), 23)
        graph, _ = by_rows(compiled.network, arcs, generalised_cost(whole[arcs], MANUFACTURES))
        expected = dijkstra(graph, indices=skimmer.land.terminals[rows])[:, skimmer.land.terminals]
        np.testing.assert_allclose(cost[rows], expected, rtol=1e-9)
        reached = np.isfinite(cost)
        np.testing.assert_allclose(
            generalised_cost(parts[reached], MANUFACTURES), cost[reached], rtol=1e-4, atol=1e-3
        )

    def test_parts_of_one_class_and_some_columns_are_those_of_all(self, small_skimmer: tuple) -> None:
        skimmer, compiled = small_skimmer
        states = compiled.states(mid({"M01", "M02", "M03", "M04"}), skimmer.zone_iso3)
        full = skimmer.skim(states, with_parts=True)
        wanted = (Part.KM_SEA, Part.HAUL_USD)
        some = skimmer.skim(states, with_parts=True, parts_of=["manufactures"], wanted=wanted)
        assert [name for name, one in some.items() if one.parts is not None] == ["manufactures"]
        np.testing.assert_array_equal(some["manufactures"].parts, full["manufactures"].parts[..., wanted])
        for name, one in full.items():
            np.testing.assert_array_equal(some[name].cost, one.cost)

    def test_only_what_is_asked_for_makes_no_difference(self, small_skimmer: tuple) -> None:
        """Costs with and without parts, and from the baseline's costs or anew, are the same to the last digit."""
        skimmer, compiled = small_skimmer
        settings_ = mid({"M01", "M02", "M03", "M04"})
        states = compiled.states(settings_, skimmer.zone_iso3)
        lean = skimmer.skim(states)["manufactures"]
        full = skimmer.skim(states, with_parts=True)["manufactures"]
        np.testing.assert_array_equal(lean.cost, full.cost)
        for chain, cost in full.chain_cost.items():
            np.testing.assert_array_equal(lean.chain_cost[chain], cost)
            np.testing.assert_array_equal(lean.share[chain], full.share[chain])
        choice = load_choice()
        expected, _ = nested_logit(
            full.chain_cost, NESTS, choice["mode_cost_elasticity"], choice["nest_cost_elasticity"]
        )
        off = ~np.eye(len(expected), dtype=bool)
        np.testing.assert_allclose(lean.cost[off], expected[off], rtol=1e-13)
        # The chains' parts, weighted by the shares, make up the chains' seen costs weighted likewise.
        unseen = skimmer._settled["manufactures"].unseen
        seen = np.zeros(expected.shape)
        for chain, share in full.share.items():
            taken = share > 0
            seen[taken] += (
                share * (np.where(taken, full.chain_cost[chain], 0.0) - np.where(taken, unseen[chain], 0.0))
            )[taken]
        assert full.parts is not None
        np.testing.assert_allclose(generalised_cost(full.parts[off], MANUFACTURES), seen[off], rtol=1e-4)

    def test_a_link_that_pays_for_being_used_is_named(self, small_skimmer: tuple) -> None:
        skimmer, compiled = small_skimmer
        state = compiled.state({})
        parts = state.parts.copy()
        parts[compiled.network.crossing[compiled.touched] == "Khorgos/Altynkol", Part.HAUL_USD] -= 1e6
        with pytest.raises(InputError, match="less than nothing: Khorgos/Altynkol"):
            skimmer.land.by_land("rail", MANUFACTURES, replace(state, parts=parts))

    def test_expected_cost_and_trade_costs(self, small_skimmer: tuple) -> None:
        skimmer, compiled = small_skimmer
        before = skimmer.skim(compiled.states({}, skimmer.zone_iso3), with_parts=True)
        after = skimmer.skim(compiled.states(mid({"M01"}), skimmer.zone_iso3))
        skim = before["manufactures"]
        np.testing.assert_array_equal(
            skimmer.skim(compiled.states({}, skimmer.zone_iso3))["manufactures"].cost, skim.cost
        )
        off = ~np.eye(len(skim.cost), dtype=bool)
        cheapest = np.min(list(skim.chain_cost.values()), axis=0)
        assert (skim.cost[off] <= cheapest[off] * (1 + 1e-12)).all()
        np.testing.assert_allclose(sum(skim.share.values())[off], 1.0)
        assert (after["manufactures"].cost <= skim.cost + 1e-9).all()
        economies = ["CHN", "KAZ", "DEU"]
        # Observed: rail carries a few per cent of China-EU trade, the rest sails or flies.
        iso3 = skimmer.zone_iso3
        pairs = np.ix_(iso3 == "CHN", iso3 == "DEU")
        assert 0.002 < skim.share["rail"][pairs].mean() < 0.10
        assert skim.share["sea"][pairs].mean() > 0.85
        zones = set(_economies())
        hat = trade_cost_hat(
            before, after, [MANUFACTURES], sorted(zones), ["C13T15", "C21", "C22", "C25", "C31T33", "K"]
        )
        row = {code: k for k, code in enumerate(sorted(zones))}
        assert hat[row["CHN"], row["KAZ"], 0] < 1.0
        assert hat[row["CHN"], row["KAZ"], 5] == 1.0
        assert hat[row["USA"], row["CAN"], 0] == pytest.approx(1.0, abs=1e-9)
        assert set(economies) <= zones


def _economies() -> list[str]:
    from landbridge.world.places import load_zones

    return [zone.economy for zone in load_zones()]


class TestTables:
    def test_ocean_legs_are_symmetric_and_shortest(self) -> None:
        ocean = load_ocean()
        km = ocean.parts[..., Part.KM_SEA]
        np.testing.assert_allclose(km, km.T, rtol=1e-6)
        a, b = ocean.ports.index("Shanghai"), ocean.ports.index("Rotterdam")
        # 10,500 nautical miles by Suez is the usual distance.
        assert km[a, b] == pytest.approx(19_500, rel=0.03)
        line = ocean.line(a, b)
        assert len(line) > 10
        assert all(np.abs(p - q).max() < 60 or abs(p[1] - q[1]) > 300 for p, q in pairwise(line))

    def test_lengths_of_known_lines(self, network: Network) -> None:
        """Map lengths against published ones; the factor for China is in the parts."""
        known = [
            ("Zhetygen", "Altynkol", 293, 0.05),
            ("Jinghe", "Khorgos", 286, 0.08),
            ("Dostyk", "Moyynty", 836, 0.05),
            ("Aksu", "Konechnaya", 184, 0.05),
            ("Kars", "Baku", 826, 0.05),
            ("Lanzhou", "Urumqi", 1904, 0.08),
        ]
        later = build_network(datetime.date(2018, 1, 1))
        for origin, destination, published, tolerance in known:
            arcs = np.flatnonzero(later.kind == Kind.RAIL)
            graph, _ = by_rows(later, arcs, later.parts[arcs, Part.KM_RAIL])
            ends = [_rail_node(later, name) for name in (origin, destination)]
            length = dijkstra(graph, indices=ends[0])[ends[1]]
            assert length == pytest.approx(published, rel=tolerance), f"{origin}-{destination}"


def _rail_node(network: Network, name: str) -> int:
    try:
        place = gazetteer().find(name, ("station",))
    except InputError:
        place = gazetteer().find(name, ("zone",))
    access = (network.kind == Kind.RAIL_ACCESS) & (network.tail == network.place_index[place.kind, place.key])
    return int(network.head[access][0])
