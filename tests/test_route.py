"""Door-to-door alternatives: search, distinctness, labels, options, GeoJSON, and the names of places."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbridge.cli import main
from landbridge.errors import InputError
from landbridge.network import (
    Alternative,
    Network,
    Part,
    find_alternatives,
    find_routes,
    generalised_cost,
    hours,
    usd_per_t,
)
from landbridge.network.alternatives import MOST_OVERLAP, NEAR, WORTH_NAMING, _in_order
from landbridge.network.geojson import geometry
from landbridge.network.journey import Journey
from landbridge.network.paths import SearchGraph
from landbridge.world.places import gazetteer, load_zones
from test_network import MANUFACTURES


def alternatives(network: Network, origin: str, destination: str, **keys: object) -> list[Alternative]:
    """The alternatives for manufactures between two places by name."""
    find = gazetteer().find
    if "via" in keys:
        keys["via"] = [find(name) for name in keys["via"]]
    return find_alternatives(network, find(origin), find(destination), MANUFACTURES, **keys)


class _Graph:
    """The parts of a network that the search needs, at random."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.node = np.zeros((12, 2))
        self.tail, self.head = rng.integers(0, 12, 60), rng.integers(0, 12, 60)
        self.price = np.round(rng.random(60), 2)

    def shortest(self) -> np.ndarray:
        """Shortest costs (12, 12), by trying every node on the way (Floyd and Warshall)."""
        cost = np.full((12, 12), np.inf)
        np.minimum.at(cost, (self.tail, self.head), self.price)
        np.fill_diagonal(cost, 0.0)
        for k in range(12):
            cost = np.minimum(cost, cost[:, k, None] + cost[None, k, :])
        return cost


class TestSearch:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 10_000))
    def test_trees_equal_dijkstra_both_ways_and_paths_cost_what_they_say(self, seed: int) -> None:
        graph = _Graph(seed)
        shortest = graph.shortest()
        search = SearchGraph(graph, np.arange(60))
        out, into = (
            search.tree(graph.price, np.array([0])),
            search.tree(graph.price, np.array([5]), back=True),
        )
        np.testing.assert_allclose(out.distance, shortest[0], atol=1e-6)
        np.testing.assert_allclose(into.distance, shortest[:, 5], atol=1e-6)
        for tree, ends in ((out, (0, None)), (into, (None, 5))):
            for node in np.flatnonzero(np.isfinite(tree.distance)):
                arcs = tree.path(int(node))
                assert graph.price[arcs].sum() == pytest.approx(tree.distance[node], abs=1e-5)
                for a, b in pairwise(arcs):
                    assert graph.head[a] == graph.tail[b]
                if arcs:
                    assert graph.tail[arcs[0]] == (0 if ends[0] == 0 else node)
                    assert graph.head[arcs[-1]] == (node if ends[0] == 0 else 5)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 10_000))
    def test_a_way_through_a_place_is_the_way_to_it_and_from_it(self, seed: int) -> None:
        graph = _Graph(seed)
        shortest = graph.shortest()
        search = SearchGraph(graph, np.arange(60), via=[np.array([7])])
        assert search.tree(graph.price, np.array([0])).distance[12 + 5] == pytest.approx(
            shortest[0, 7] + shortest[7, 5], abs=1e-6
        )


@pytest.fixture(scope="module")
def to_duisburg(network: Network) -> list[Alternative]:
    return alternatives(network, "Chongqing", "Duisburg")


class TestAlternatives:
    @pytest.mark.parametrize(
        ("origin", "destination"),
        [("Lianyungang", "Almaty"), ("Xi'an", "Baku"), ("Tashkent", "Bandar Abbas"), ("Almaty", "Astana")],
    )
    def test_they_are_distinct_worth_naming_and_add_up(
        self, network: Network, origin: str, destination: str
    ) -> None:
        found = alternatives(network, origin, destination)
        assert len(found) > 1
        assert len({one.label for one in found}) == len(found)
        assert [one.preference for one in found] == sorted(one.preference for one in found)
        least = min(one.route.cost for one in found)
        for one in found:
            assert one.overlap < MOST_OVERLAP
            assert one.route.cost <= WORTH_NAMING * least
            assert one.route.cost == pytest.approx(generalised_cost(one.route.parts, MANUFACTURES))
            for a, b in pairwise(one.route.legs):
                assert a.destination == b.origin
        for merit in ("fastest", "cheapest", "least CO2"):
            assert sum(merit in one.merits for one in found) == 1

    def test_no_two_run_over_the_same_lines(self, to_duisburg: list[Alternative]) -> None:
        """Overlap from the drawn lines alone: points in common over the points of the shorter way."""
        points = [
            {tuple(point) for leg in one.route.legs for point in np.round(leg.line, 4)} for one in to_duisburg
        ]
        for a, b in combinations(points, 2):
            assert len(a & b) < 0.85 * min(len(a), len(b))

    def test_no_way_stands_before_one_that_beats_it(self, network: Network) -> None:
        class Candidate:
            """A way that is preferred for a factor on its chain, though another beats it."""

            def __init__(self, name: str, preference: float, beaten_by: str = "") -> None:
                self.name, self.preference, self.beaten_by = name, preference, beaten_by

            def is_beaten_by(self, other: Candidate) -> bool:
                return other.name in self.beaten_by

        ways = [
            Candidate("a", 1.0, beaten_by="b"),
            Candidate("b", 3.0),
            Candidate("c", 2.0),
            Candidate("d", 4.0),
        ]
        assert [one.name for one in _in_order(ways)] == ["c", "b", "a", "d"]  # type: ignore[arg-type,attr-defined]
        for pair in (("Urumqi", "Istanbul"), ("Chongqing", "Duisburg")):
            criteria = [
                np.array([hours(p), usd_per_t(p), p[Part.CO2_KG]])
                for p in (one.route.parts for one in alternatives(network, *pair))
            ]
            for row, later in enumerate(criteria):
                for before in criteria[:row]:
                    assert not ((later <= before).all() and (later < before).any())

    def test_what_is_beaten_is_near_or_the_best_of_its_mode(
        self, network: Network, to_duisburg: list[Alternative]
    ) -> None:
        for found in (
            to_duisburg,
            alternatives(network, "Lianyungang", "Almaty"),
            alternatives(network, "Xi'an", "Baku"),
        ):
            criteria = [
                np.array([hours(p), usd_per_t(p), p[Part.CO2_KG]]) for p in (one.route.parts for one in found)
            ]
            for one, mine in zip(found, criteria, strict=True):
                of_chain = [other.route.cost for other in found if other.route.chain == one.route.chain]
                if one.route.chain in ("rail", "rail_sea", "road", "sea") and one.route.cost == min(of_chain):
                    continue
                for other, theirs in zip(found, criteria, strict=True):
                    if (theirs <= mine).all() and (theirs < 0.97 * mine).any():
                        assert one.route.cost <= (1.0 + NEAR) * other.route.cost

    def test_the_way_over_the_caspian_is_shown_beside_the_one_through_russia(self, network: Network) -> None:
        for origin in ("Altynkol", "Xi'an"):
            found = alternatives(network, origin, "Baku")
            over = [{leg.origin for leg in one.route.legs if leg.sea == "Caspian"} for one in found]
            assert any(ports & {"Kuryk", "Aktau"} for ports in over)

    def test_freight_within_a_customs_territory_stays_in_it(self, network: Network) -> None:
        found = alternatives(network, "Almaty", "Aktau")
        assert {one.route.chain for one in found} >= {"rail", "road"}
        for one in found:
            assert {code for leg in one.route.legs for code in leg.countries} <= {"KAZ", "RUS", "KGZ"}
        # Where no way stays, one that leaves is better than none.
        assert alternatives(network, "Kaliningrad", "Moscow", mode="rail")

    def test_the_corridors_are_there(self, network: Network, to_duisburg: list[Alternative]) -> None:
        chains = {one.route.chain for one in to_duisburg}
        assert {"sea", "rail"} <= chains
        north = next(one for one in to_duisburg if one.route.chain == "rail")
        assert {"KAZ", "RUS", "BLR"} <= set(north.route.legs[0].countries)
        without = alternatives(network, "Chongqing", "Duisburg", avoid=["RUS", "BLR"])
        middle = next(one for one in without if "Caspian ferry" in one.label)
        assert "Caspian" in {leg.sea for leg in middle.route.legs}
        assert {"KAZ", "AZE", "GEO"} <= {code for leg in middle.route.legs for code in leg.countries}
        for one in without:
            for leg in one.route.legs:
                assert not {"RUS", "BLR"} & set(leg.countries)

    def test_the_best_of_a_chain_is_no_dearer_than_any_other_of_it(self, network: Network) -> None:
        find = gazetteer().find
        best = {
            route.chain: route.cost
            for route in find_routes(network, find("Urumqi"), find("Istanbul"), MANUFACTURES)
        }
        for one in alternatives(network, "Urumqi", "Istanbul"):
            if one.route.chain in best:
                assert one.route.cost >= best[one.route.chain] - 1e-6

    def test_a_place_on_the_way_is_passed(self, network: Network) -> None:
        for one in alternatives(network, "Almaty", "Moscow", via=["Aktobe"], mode="rail"):
            assert any("Aktobe" in leg.through for leg in one.route.legs)
        crossing = alternatives(network, "Almaty", "Moscow", via=["Petropavl", "Kazan"], mode="rail")[0]
        towns = [name for leg in crossing.route.legs for name in leg.through]
        assert towns.index("Petropavl") < towns.index("Kazan")

    def test_a_sea_way_may_pass_a_port(self, network: Network) -> None:
        found = alternatives(network, "Shanghai", "Berlin", via=["Hamburg"], mode="sea")
        assert any(leg.mode == "sea" for leg in found[0].route.legs)
        assert any(leg.destination == "Hamburg" or "Hamburg" in leg.through for leg in found[0].route.legs)

    def test_a_mode_leads_only_its_own_ways(self, network: Network) -> None:
        for one in alternatives(network, "Urumqi", "Istanbul", mode="rail"):
            assert {leg.mode for leg in one.route.legs} <= {"rail", "ferry"}

    def test_spread_adds_up_as_variance(self, to_duisburg: list[Alternative]) -> None:
        for one in to_duisburg:
            variances = [leg.parts[Part.VARIANCE_H2] for leg in one.route.legs]
            assert one.route.parts[Part.VARIANCE_H2] == pytest.approx(sum(variances))
            assert sum(variances) > 0

    def test_avoiding_the_only_way_out_is_an_error(self, network: Network) -> None:
        with pytest.raises(InputError, match="without CHN, RUS"):
            alternatives(network, "Ulaanbaatar", "Almaty", avoid=["RUS", "CHN"])

    def test_a_way_over_the_ocean_is_a_search_over_ports(self, network: Network) -> None:
        """The best sea way against every pair of ports in the hinterland."""
        find = gazetteer().find
        journey = Journey(network, find("Chongqing"), find("Duisburg"), MANUFACTURES)
        way = journey.best("sea")
        assert way is not None
        assert way.ocean is not None
        parts = network.parts[list(way.arcs)].sum(0) + journey.ocean_parts(way.ocean)
        out_of, into = journey._hinterland
        legs, there = network.atlas.ocean.legs(
            network.date, *(np.zeros(len(journey._port)),) * 2, np.zeros((len(journey._port),) * 2)
        )
        far = legs[..., Part.KM_SEA] >= 4000
        price = np.where(there & far, generalised_cost(legs, MANUFACTURES), np.inf)
        least = (out_of[0][:, None] + price + into[0][None, :]).min()
        assert generalised_cost(parts, MANUFACTURES) == pytest.approx(least)


class TestGeometry:
    def test_a_line_over_the_antimeridian_is_cut_there(self) -> None:
        shape = geometry(np.array([[50.0, 170.0], [52.0, 178.0], [54.0, -178.0], [54.0, -170.0]]))
        assert shape["type"] == "MultiLineString"
        first, second = shape["coordinates"]
        assert first[-1] == [180.0, 53.0]
        assert second[0] == [-180.0, 53.0]

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.tuples(st.floats(-80, 80), st.floats(-400, 400)), min_size=2, max_size=12))
    def test_every_piece_is_a_line_inside_the_map(self, points: list) -> None:
        shape = geometry(np.array(points))
        pieces = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        for piece in pieces:
            assert len(piece) >= 2
            for a, b in pairwise(piece):
                assert abs(a[0] - b[0]) <= 180.0
            assert all(-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0 for lon, lat in piece)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "kind", "found"),
        [
            ("Xi'an", "zone", "Xi’an"), ("xian", "zone", "Xi’an"), ("Urumqi", "zone", "Ürümqi"),
            ("Ürümqi", "zone", "Ürümqi"), ("Alma-Ata", "zone", "Almaty"), ("Nur-Sultan", "zone", "Astana"),
            ("Khorgas", "station", "Khorgos"), ("Khorgos/Altynkol", "crossing", "Khorgos/Altynkol"),
            ("Altynkol/Khorgos", "crossing", "Khorgos/Altynkol"), ("Bandar-e Abbas", "zone", "Bandar Abbas"),
            ("Peking", "zone", "Beijing"), ("St Petersburg", "zone", "Saint Petersburg"),
            ("Saint Petersburg", "zone", "Saint Petersburg"), ("Nizhny Novgorod", "zone", "Nizhniy Novgorod"),
            ("Nizhniy Novgorod", "zone", "Nizhniy Novgorod"), ("KZALA", "zone", "Almaty"),
            ("CNLYG", "port", "Lianyungang"), ("port of Aktau", "port", "Aktau"), ("Kiev", "zone", "Kyiv"),
            ("Brest, BLR", "zone", "Brest"), ("Brest (Belarus)", "zone", "Brest"), ("Toshkent", "zone", "Tashkent"),
        ],
    )  # fmt: skip
    def test_any_usual_spelling(self, name: str, kind: str, found: str) -> None:
        place = gazetteer().find(name)
        assert (place.kind, place.name) == (kind, found)

    def test_an_ambiguous_name_lists_what_to_write(self) -> None:
        with pytest.raises(InputError) as error:
            gazetteer().find("Hyderabad")
        said = str(error.value)
        assert "Hyderabad, IND (city)" in said
        assert "Hyderabad, PAK (city)" in said
        assert gazetteer().find("Hyderabad, PAK").iso3 == "PAK"
        assert gazetteer().find("Hyderabad, Pakistan").iso3 == "PAK"

    def test_a_name_in_another_country_says_where_it_lies(self) -> None:
        with pytest.raises(InputError, match="Brest lies in BLR"):
            gazetteer().find("Brest, POL")

    def test_every_zone_is_found_by_its_main_name(self) -> None:
        for zone in load_zones():
            place = gazetteer().find(f"{zone.name}, {zone.iso3}", ("zone",))
            assert place.key == zone.key

    def test_both_unknown_places_are_named_at_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["route", "Almatyx", "Nowhereville", "--class", "bananas"]) == 1
        said = capsys.readouterr().err
        assert "Almaty" in said
        assert "Nowhereville" in said
        assert "bananas" in said
        assert len(said.strip().splitlines()) == 3


class TestCommand:
    def test_json_holds_every_alternative_and_the_rule(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["route", "Almaty", "Shanghai", "--json", "--max", "3"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert len(document["alternatives"]) == 3
        assert "70 %" in document["rule"]
        one = document["alternatives"][0]
        assert {"label", "merits", "overlap", "days", "usd_per_t", "kgco2e_per_t", "spread_h", "legs"} <= set(
            one
        )

    def test_geojson_has_a_feature_for_each_leg(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["route", "Chongqing", "Los Angeles", "--geojson", "--max", "2"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["type"] == "FeatureCollection"
        assert "crs" not in document
        for feature in document["features"]:
            assert feature["type"] == "Feature"
            assert feature["geometry"]["type"] in ("LineString", "MultiLineString")
            assert {"alternative", "label", "leg", "mode", "from", "to"} <= set(feature["properties"])
        # The Pacific is crossed over the antimeridian.
        assert any(f["geometry"]["type"] == "MultiLineString" for f in document["features"])

    def test_a_case_is_shown_before_and_after(self, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = ["route", "Lianyungang", "Almaty", "--case", "china-kazakhstan-2017", "--json"]
        assert main(arguments) == 0
        document = json.loads(capsys.readouterr().out)
        rail = next(one for one in document["alternatives"] if one["chain"] == "rail")
        assert rail["before"]["days"] > rail["days"]
        assert main(arguments[:-1]) == 0
        assert " > " in capsys.readouterr().out

    @pytest.mark.parametrize(
        "flags",
        [["--json", "--geojson"], ["--at", "2018-01-01", "--case", "x"], ["--max", "0"], ["--mode", "air"]],
    )
    def test_flags_that_exclude_each_other_are_usage_errors(self, flags: list[str]) -> None:
        with pytest.raises(SystemExit) as stop:
            main(["route", "Almaty", "Astana", *flags])
        assert stop.value.code == 2

    def test_a_comma_sets_places_apart_but_not_a_country(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert (
            main(["route", "Almaty", "Warsaw", "--via", "Aktobe,Brest,BLR", "--json", "--mode", "rail"]) == 0
        )
        assert json.loads(capsys.readouterr().out)["via"] == ["Aktobe", "Brest"]

    def test_a_route_needs_no_compiler_and_no_measures(self) -> None:
        script = (
            "import sys\n"
            "from landbridge.cli import main\n"
            "main(['route', 'Almaty', 'Shanghai', '--json'])\n"
            "heavy = {'numba', 'pydantic', 'jinja2', 'pymetis', 'jax', 'pandas'} & set(sys.modules)\n"
            "sys.exit(repr(heavy) if heavy else 0)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
