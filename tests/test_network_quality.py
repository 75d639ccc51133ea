"""The network tables: what stands when, capacities, the spread of hours, and the check that users can run."""

from __future__ import annotations

import csv
import datetime
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from landbridge.cli import main
from landbridge.errors import InputError
from landbridge.network import Network, Part, build_network, hours
from landbridge.network.capacity import UNITS, tonnes_per_day
from landbridge.network.dates import is_shut
from landbridge.network.graph import Kind
from landbridge.network.parts import COUNT, spread_h
from landbridge.network.quality import (
    CONNECTED,
    LEAST_SHARE,
    Quality,
    connections,
    corridors,
    detours,
    line_lengths,
    missing,
    network_quality,
)
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_land, load_mode_parameters

REFERENCE = Path(__file__).resolve().parents[1].parent / "shared" / "facts" / "network"
FLAGS = {"source", "regional_default", "assumption", "estimated", "synthetic"}
EURASIA = {
    "CHN", "KAZ", "RUS", "UZB", "KGZ", "TJK", "TKM", "MNG", "IRN", "TUR", "AZE", "GEO", "ARM", "POL", "DEU", "BLR",
    "UKR", "LTU", "LVA", "EST", "FIN", "SVK", "HUN", "ROU", "BGR", "GRC", "MDA", "AFG", "PAK", "IND", "NPL", "BGD",
    "MMR", "THA", "LAO", "VNM", "KHM", "MYS", "SGP", "PRK", "KOR", "HKG", "IRQ", "SWE", "NOR", "ESP", "FRA",
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Quality:
    return network_quality()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def on(year: int, month: int, day: int) -> Network:
    return build_network(datetime.date(year, month, day))


def crosses(network: Network, name: str, mode: str = "rail") -> bool:
    return bool(((network.crossing == name) & (network.kind == Kind[mode.upper()])).any())


class TestDates:
    def test_altynkol_opens_at_the_end_of_2012(self) -> None:
        assert not crosses(on(2012, 12, 21), "Khorgos/Altynkol")
        assert crosses(on(2012, 12, 22), "Khorgos/Altynkol")

    def test_kars_is_reached_from_georgia_after_october_2017_only(self, network: Network) -> None:
        assert not crosses(network, "Akhalkalaki/Kars")
        assert crosses(on(2017, 10, 30), "Akhalkalaki/Kars")

    def test_the_line_to_turkmenistan_opens_in_may_2013(self) -> None:
        assert not crosses(on(2013, 5, 10), "Bolashak/Serkhetyaka")
        assert crosses(on(2013, 5, 11), "Bolashak/Serkhetyaka")

    def test_the_war_closes_borders_and_ferries(self) -> None:
        before, after = on(2022, 2, 1), on(2022, 3, 1)
        assert crosses(before, "Nekhoteyevka/Hoptivka", "road")
        assert not crosses(after, "Nekhoteyevka/Hoptivka", "road")
        ferry = "Batumi-Chornomorsk rail ferry"
        assert (before.service == ferry).any()
        assert not (after.service == ferry).any()
        assert (on(2025, 4, 1).service == ferry).any()

    def test_a_closure_ends_on_its_last_day(self) -> None:
        day = datetime.date(2020, 5, 1)
        assert is_shut("2020-05-01", "", day)
        assert is_shut("2020-04-01", "2020-05-02", day)
        assert not is_shut("2020-04-01", "2020-05-01", day)
        assert not is_shut("", "", day)


class TestCapacity:
    @pytest.mark.parametrize(
        ("amount", "unit", "expected"),
        [
            ("10", "t/day", 10.0),
            ("2", "trucks/day", 40.0),
            ("0.73", "Mt/yr", 1000.0),
            ("", "t/day", math.nan),
        ],
    )
    def test_units(self, amount: str, unit: str, expected: float) -> None:
        found = tonnes_per_day(amount, unit, load_mode_parameters(), "test")
        assert found == pytest.approx(expected, nan_ok=True)

    def test_an_unknown_unit_is_an_error(self) -> None:
        with pytest.raises(InputError, match="wagons/day"):
            tonnes_per_day("1", "wagons/day", load_mode_parameters(), "test")

    def test_borders_ports_services_and_single_track_lines_have_one(self, network: Network) -> None:
        known = np.isfinite(network.capacity)
        assert network.capacity.shape == network.tail.shape
        assert (network.capacity[known] > 0).all()
        at_border = network.crossing != ""
        assert known[at_border].all()
        assert known[np.isin(network.kind, (Kind.SERVICE, Kind.RORO))].all()
        aktau = network.place_index["port", "Aktau"]
        assert known[(network.head == aktau) & (network.kind == Kind.RAIL_ACCESS)].all()

    def test_the_second_track_to_dostyk_raises_it(self) -> None:
        def narrowest(network: Network) -> float:
            table = load_land("rail")
            row = [r["name"] for r in read_csv("network/line_capacities.csv")].index("Dostyk-Aktogay-Moyynty")
            links = table.line_capacity_link[table.line_capacity_row == row]
            on_line = (network.kind == Kind.RAIL) & np.isin(network.link, links)
            return float(np.nanmin(network.capacity[on_line]))

        assert narrowest(on(2026, 1, 1)) == pytest.approx(5 * narrowest(on(2025, 1, 1)))

    def test_arcs_that_measures_add_have_no_limit(self, network: Network) -> None:
        ends = network.tail[:1]
        larger, added = network.with_arcs(ends, ends, np.array([Kind.RAIL]), np.zeros((1, COUNT)))
        assert np.isnan(larger.capacity[added]).all()
        assert len(larger.capacity) == len(larger.tail)


class TestSpread:
    def test_variance_adds_up_and_is_no_hour(self, network: Network) -> None:
        parts = network.parts
        assert (parts[:, Part.VARIANCE_H2] >= 0).all()
        without = parts.copy()
        without[:, Part.VARIANCE_H2] = 0.0
        np.testing.assert_array_equal(hours(parts), hours(without))
        both = parts[0] + parts[1]
        assert spread_h(both) == pytest.approx(math.hypot(spread_h(parts[0]), spread_h(parts[1])))

    def test_the_spread_does_not_depend_on_how_a_line_is_cut(self, network: Network) -> None:
        inside = (network.kind == Kind.RAIL) & (network.crossing == "")
        same = network.node_country[network.tail] == network.node_country[network.head]
        rows = network.parts[inside & same]
        ratio = rows[:, Part.VARIANCE_H2] / rows[:, Part.MOVING_H]
        cv = load_mode_parameters().get("rail", "moving_cv_of_a_day")
        np.testing.assert_allclose(ratio, 24.0 * cv**2)

    def test_a_crossing_brings_its_published_spread(self, network: Network) -> None:
        row = next(
            r
            for r in read_csv("network/border_crossings.csv")
            if (r["name"], r["mode"]) == ("Khorgos/Altynkol", "rail")
        )
        arc = np.flatnonzero((network.crossing == row["name"]) & (network.kind == Kind.RAIL))[0]
        moving = (
            network.parts[arc, Part.MOVING_H]
            * 24.0
            * load_mode_parameters().get("rail", "moving_cv_of_a_day") ** 2
        )
        assert network.parts[arc, Part.VARIANCE_H2] - moving == pytest.approx(float(row["dwell_sd_h"]) ** 2)


class TestTables:
    @pytest.mark.parametrize("mode", ["rail", "road"])
    def test_sixty_crossings_of_eurasia_with_all_that_freight_needs(self, mode: str) -> None:
        rows = [r for r in read_csv("network/border_crossings.csv") if r["mode"] == mode]
        eurasian = [r for r in rows if {r["a_iso3"], r["b_iso3"]} <= EURASIA]
        assert len(eurasian) >= 60
        for row in eurasian:
            assert row["source"]
            assert row["flag"] in FLAGS
            assert min(float(row[key]) for key in ("dwell_a_to_b_h", "dwell_b_to_a_h", "dwell_sd_h")) >= 0
            assert float(row["capacity"]) > 0
            assert row["capacity_unit"] in UNITS
            assert row["capacity_source"]
            assert row["capacity_flag"] in FLAGS
            if mode == "rail":
                assert min(int(row["a_gauge_mm"]), int(row["b_gauge_mm"])) > 900

    def test_eighty_ports_have_handling(self) -> None:
        rows = read_csv("network/ports.csv")
        assert sum(float(row["handling_usd_per_t"]) > 0 for row in rows) >= 80

    def test_the_caspian_and_the_black_sea_are_crossed(self) -> None:
        pairs = {frozenset((r["a_port"], r["b_port"])) for r in read_csv("network/sea_services.csv")}
        for wanted in (
            "Aktau Alat", "Kuryk Alat", "Turkmenbashi Alat", "Aktau Turkmenbashi", "Aktau Anzali", "Aktau Amirabad",
            "Astrakhan Anzali", "Astrakhan Amirabad", "Olya Anzali", "Makhachkala Anzali", "Poti Constanta",
            "Batumi Constanta", "Poti Varna", "Batumi Burgas", "Batumi Chornomorsk", "Samsun Novorossiysk",
        ):  # fmt: skip
            assert frozenset(wanted.split()) in pairs, wanted

    @pytest.mark.parametrize("parameter", ["speed_km_h", "rate_usd_per_t_km"])
    @pytest.mark.parametrize("mode", ["rail", "road"])
    def test_thirty_countries_have_a_speed_and_a_rate(self, mode: str, parameter: str) -> None:
        groups = Counter(row["group"] for row in read_csv("network/country_groups.csv"))
        scopes = {
            row["scope"]
            for row in read_csv("network/mode_parameters.csv")
            if (row["mode"], row["parameter"]) == (mode, parameter) and row["scope"] != "DEFAULT"
        }
        assert sum(groups.get(scope, 1) for scope in scopes) >= 30

    @pytest.mark.parametrize(
        "path", sorted((Path(__file__).parents[1] / "src/landbridge/data/network").glob("*.csv"))
    )
    def test_every_row_has_a_source_and_a_flag(self, path: Path) -> None:
        for row in rows_of(path):
            assert row["source"].strip(), row
            assert row["flag"] in FLAGS, row

    @pytest.mark.reference
    def test_every_published_line_is_in_the_table(self) -> None:
        shipped = {(r["from"], r["to"], float(r["km"])) for r in read_csv("network/rail_line_lengths.csv")}
        for row in rows_of(REFERENCE / "rail_line_lengths.csv"):
            assert (row["from"], row["to"], float(row["km"])) in shipped


class TestQuality:
    def test_lengths_are_near_the_published_ones(self, found: Quality) -> None:
        compared = [line for line in found.lengths if not line.why_not]
        assert len(compared) >= 12
        assert all(math.isfinite(line.network_km) for line in compared)
        errors = [abs(line.error_percent) for line in compared]
        assert np.median(errors) < 4.0
        assert max(errors) < 12.0
        assert all(line.why_not for line in found.lengths if math.isnan(line.network_km))

    def test_the_countries_of_the_corridors_hang_together(self, found: Quality) -> None:
        required = [c for c in found.connections if c.required]
        assert {(c.iso3, c.mode) for c in required} == {(i, m) for i in CONNECTED for m in ("rail", "road")}
        assert min(c.share for c in required) >= LEAST_SHARE
        assert not found.disconnected

    def test_detours_come_worst_first_and_known_ones_last(self, found: Quality) -> None:
        open_ones = [d for d in found.detours if not d.explained]
        assert [d.ratio for d in open_ones] == sorted((d.ratio for d in open_ones), reverse=True)
        assert all(d.explained for d in found.detours[len(open_ones) :])

    def test_every_known_detour_and_missing_place_is_still_one(self, found: Quality) -> None:
        detours_ = {(d.mode, frozenset((d.a[:-6], d.b[:-6]))) for d in found.detours}
        for row in read_csv("network/known_detours.csv"):
            assert (row["mode"], frozenset((row["a"], row["b"]))) in detours_, row
        gone = {(m.kind, m.mode, m.name) for m in found.missing}
        for row in read_csv("network/known_missing.csv"):
            assert (row["kind"], row["mode"], row["name"]) in gone, row

    def test_crossings_without_a_link_are_few_and_explained(self, found: Quality) -> None:
        crossings = [m for m in found.missing if m.kind == "crossing"]
        assert all(m.explained for m in crossings), [m.name for m in crossings if not m.explained]
        assert len(crossings) <= 6

    def test_corridor_times_are_of_the_right_size(self, found: Quality) -> None:
        times = [c for c in found.corridors if c.unit == "days"]
        assert len(times) >= 10
        assert abs(float(np.median([c.residual_percent for c in times]))) < 25.0
        assert all(c.spread > 0 for c in times)

    def test_the_command_prints_it_all(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["data", "verify", "--network", "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert set(document) == {
            *("lengths", "connections", "detours", "missing", "corridors", "disconnected", "mode_shares"),
            "border_flows",
        }
        assert main(["data", "verify", "--network"]) == 0
        text = capsys.readouterr().out
        for expected in ("Zhetygen-Altynkol", "Chongqing-Duisburg", "KAZ 100.0%", "Alashankou/Dostyk, rail"):
            assert expected in text

    def test_a_country_in_pieces_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from landbridge.network import quality

        monkeypatch.setattr(quality, "LEAST_SHARE", 1.01)
        assert quality.Quality((), connections(), (), (), ()).disconnected
        assert main(["data", "verify", "--network"]) == 1


def test_the_parts_of_the_check_can_be_called_alone() -> None:
    for part in (line_lengths(), detours(), missing(), corridors()):
        assert part
