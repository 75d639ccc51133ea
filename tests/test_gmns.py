"""Networks as GMNS tables, GeoPackage and GeoParquet, and appraising on a network of one's own."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import os
import re
import shlex
import sqlite3
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from landbridge import cli
from landbridge.errors import InputError
from landbridge.measures import check_case, load_case
from landbridge.network import (
    Network,
    Part,
    Skimmer,
    compile_measures,
    generalised_cost,
    read_network,
    trade_cost_hat,
)
from landbridge.network.geo import layers, to_geoparquet, wkb, write_geopackage
from landbridge.network.geo_read import read_layers
from landbridge.network.gmns_schema import TABLES, to_markdown
from landbridge.network.gmns_write import contents, tables_of, to_csv, write_folder
from landbridge.network.graph import Kind
from landbridge.network.known import known_of
from landbridge.world.economy_base import load_economy_base
from landbridge.world.network_tables import load_cargo_classes
from network_fixture import by_rows

MANUFACTURES = next(cargo for cargo in load_cargo_classes() if cargo.name == "manufactures")
DATE = datetime.date(2017, 6, 8)
CUT = ("CHN", "KAZ", "KGZ", "UZB", "AZE", "IRN")
DOCS = Path(__file__).resolve().parents[1] / "docs"

# Two cities in Kazakhstan on broad gauge, one in China on standard gauge, and a road to the fourth in Kyrgyzstan.
SMALL = {
    "config.csv": """\
dataset_name,long_length,speed,crs,currency,lb_date,lb_source,lb_licence
small,km,km/h,EPSG:4326,USD,2017-06-08,made for a test,CC0
""",
    "node.csv": """\
node_id,name,x_coord,y_coord,node_type,zone_id,lb_iso3,lb_gauge_mm
ra,,76.9,43.2,rail,,KAZ,1520
rb,,78.4,45.0,rail,,KAZ,1520
rc,,80.3,44.2,rail,,KAZ,1520
rd,,87.6,43.8,rail,,CHN,1435
ha,,76.9,43.2,road,,KAZ,
hb,,78.4,45.0,road,,KAZ,
hd,,87.6,43.8,road,,CHN,
he,,74.6,42.9,road,,KGZ,
a,Almaty,76.9,43.2,zone,A,KAZ,
b,Taldykorgan,78.4,45.0,zone,B,KAZ,
d,Urumqi,87.6,43.8,zone,D,CHN,
e,Bishkek,74.6,42.9,zone,E,KGZ,
s,Sary-Ozek,78.0,44.4,station,,KAZ,
""",
    "link.csv": """\
link_id,name,from_node_id,to_node_id,directed,geometry,length,free_speed,lb_mode,lb_usd_per_t_km,lb_fee_usd_per_t,\
lb_kgco2e_per_t_km,lb_border_h,lb_border_back_h,lb_gauge_change_h,lb_wait_h,lb_crossing,lb_opened,lb_closed,lb_reopened,lb_sd_h,lb_sd_back_h,lb_capacity_t_per_day
1,,ra,rb,false,"LINESTRING (76.9 43.2, 77.5 44.0, 78.4 45.0)",260,50,rail,0.05,,0.03,,,,,,,,,,,
2,,rb,rc,false,,180,45,rail,0.05,,0.03,,,,,,,,,,,
3,Khorgos line,rc,rd,false,,650,45,rail,0.06,24.5,0.03,48,18,5,,Khorgos,,,,12,8,90000
4,,ha,hb,false,,270,40,road,0.08,,0.06,,,,,,,,,,,
5,,hb,hd,false,,850,40,road,0.08,5,0.06,20,,,,Khorgos,,,,,,
6,,ha,he,false,,240,40,road,0.08,3,0.06,4,6,,,Korday,,,,,,
7,,a,ra,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
8,,b,rb,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
9,,d,rd,false,,5,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
10,,a,ha,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
11,,b,hb,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
12,,d,hd,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
13,,e,he,false,,2,60,road_terminal,0.12,5,0.09,,,,6,,,,,,,
14,,s,rb,false,,2,60,rail_terminal,0.12,10,0.09,,,,24,,,,,,,
""",
    "zone.csv": """\
zone_id,name,lb_iso3,lb_population,lb_aliases
A,Almaty,KAZ,2000000,Alma-Ata
B,Taldykorgan,KAZ,145000,
D,Urumqi,CHN,3500000,Ürümqi
E,Bishkek,KGZ,1000000,Frunze
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with the small network."""
    return written(tmp_path / "small", SMALL)


def written(folder: Path, files: dict[str, str]) -> Path:
    """The folder, with the files in it."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """The folder, with one text in one file replaced."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def problems(folder: Path, date: datetime.date = DATE) -> list[str]:
    """What is wrong with a folder, without its path."""
    with pytest.raises(InputError) as caught:
        read_network(folder, date)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def skim(network: Network) -> dict:
    """Skims of manufactures without any measure."""
    compiled = compile_measures(network, [])
    skimmer = Skimmer(network, [MANUFACTURES], compiled.touched)
    states = compiled.states({}, skimmer.zone_iso3)
    return skimmer.skim(states, with_parts=True)["manufactures"]


class TestReading:
    def test_parts_of_the_arcs_are_those_of_the_rows(self, small: Path) -> None:
        network = read_network(small, DATE)
        rail = np.flatnonzero((network.kind == Kind.RAIL) & (network.crossing == "Khorgos"))
        onward, back = network.parts[rail]
        assert (network.node_country[network.tail[rail]] == ["KAZ", "CHN"]).all()
        expected = {
            Part.KM_RAIL: 650, Part.MOVING_H: 650 / 45, Part.BORDER_H: 48, Part.GAUGE_H: 5, Part.HAUL_USD: 39,
            Part.FIXED_USD: 24.5, Part.CO2_KG: 19.5, Part.VARIANCE_H2: 144,
        }  # fmt: skip
        for part in Part:
            assert onward[part] == pytest.approx(expected.get(part, 0.0)), part.name
        assert (back[Part.BORDER_H], back[Part.VARIANCE_H2]) == (18, 64)
        assert network.capacity[rail].tolist() == [90000, 90000]
        assert np.isnan(network.capacity[network.kind == Kind.ROAD]).all()
        road = network.parts[(network.kind == Kind.ROAD) & (network.crossing == "Khorgos"), Part.BORDER_H]
        assert road.tolist() == [20, 20]

    def test_shortest_ways_by_hand(self, small: Path) -> None:
        found = skim(read_network(small, DATE))
        # Almaty, Taldykorgan: road is 2 + 270 + 2 km, rail 5 + 260 + 5 km.
        per_hour = MANUFACTURES.value_usd_per_t * MANUFACTURES.time_value / 24.0
        road = 4 * 0.12 + 270 * 0.08 + 10 + (4 / 60 + 270 / 40 + 12) * per_hour
        rail = 10 * 0.12 + 260 * 0.05 + 20 + (10 / 60 + 260 / 50 + 48) * per_hour
        assert found.chain_cost["road"][0, 1] == pytest.approx(road)
        assert found.chain_cost["rail"][0, 1] == pytest.approx(rail)
        assert np.isinf(found.chain_cost["rail"][0, 3])
        assert np.isinf(found.chain_cost["sea"]).all()

    def test_miles_are_converted(self, small: Path, tmp_path: Path) -> None:
        plain = read_network(small, DATE)
        changed(small, "config.csv", "km,km/h", "mile,mph")
        miles = read_network(small, DATE)
        rail = np.flatnonzero(plain.kind == Kind.RAIL)
        km, hours = (
            [one.parts[rail, part] for one in (miles, plain)] for part in (Part.KM_RAIL, Part.MOVING_H)
        )
        np.testing.assert_allclose(km[0], km[1] * 1.609344)
        np.testing.assert_allclose(hours[0], hours[1])

    def test_links_stand_from_opening_to_closing(self, small: Path) -> None:
        changed(small, "link.csv", "48,18,5,,Khorgos,,,", "48,18,5,,Khorgos,2012-12-22,2020-02-01,2023-01-08")

        def crossings(year: int) -> int:
            network = read_network(small, datetime.date(year, 6, 1))
            return int(((network.kind == Kind.RAIL) & (network.crossing == "Khorgos")).sum())

        assert [crossings(year) for year in (2010, 2017, 2021, 2024)] == [0, 2, 0, 2]

    def test_a_directed_link_has_one_way(self, small: Path) -> None:
        changed(small, "link.csv", "4,,ha,hb,false", "4,,ha,hb,true")
        network = read_network(small, DATE)
        road = (network.kind == Kind.ROAD) & (network.parts[:, Part.KM_ROAD] == 270)
        assert road.sum() == 1

    def test_places_are_found_by_their_own_names(self, small: Path) -> None:
        places = read_network(small, DATE).atlas.gazetteer
        assert places.find("alma ata").key == "A"
        assert places.find("Sary Ozek").kind == "station"
        assert places.find("Khorgos").kind == "crossing"
        with pytest.raises(InputError, match="nearest: Bishkek"):
            places.find("Bishkzek")
        with pytest.raises(InputError, match="not a known place"):
            places.find("Lianyungang")

    @settings(max_examples=25, deadline=None)
    @given(
        *(
            st.floats(*bounds, allow_nan=False)
            for bounds in ((0.001, 30000), (0.1, 200), (0, 10), (0, 1000), (0, 2000))
        )
    )
    def test_any_figures_come_back(
        self, length: float, speed: float, rate: float, fee: float, wait: float
    ) -> None:
        columns = {name: [] for name in SMALL["link.csv"].splitlines()[0].split(",")}
        for row in csv.DictReader(io.StringIO(SMALL["link.csv"])):
            for name, cell in row.items():
                columns[name].append(cell or None)
        for name, value in (
            ("length", length), ("free_speed", speed), ("lb_usd_per_t_km", rate), ("lb_fee_usd_per_t", fee),
            ("lb_border_h", wait), ("lb_wait_h", wait),
        ):  # fmt: skip
            columns[name][5] = value
        with tempfile.TemporaryDirectory() as name:
            folder = written(Path(name) / "small", {**SMALL, "link.csv": to_csv(columns)})
            network = read_network(folder, DATE)
        korday = network.parts[network.crossing == "Korday"]
        expected = {
            Part.KM_ROAD: length, Part.MOVING_H: length / speed, Part.BORDER_H: wait, Part.PORT_H: wait,
            Part.HAUL_USD: length * rate, Part.FIXED_USD: fee, Part.CO2_KG: length * 0.06,
        }  # fmt: skip
        for part, value in expected.items():
            assert korday[0, part] == pytest.approx(value, rel=1e-10, abs=1e-300)
        assert korday[1, Part.BORDER_H] == 6

    def test_the_lines_are_those_of_the_table(self, small: Path) -> None:
        network = read_network(small, DATE)
        arc = int(np.flatnonzero(network.parts[:, Part.KM_RAIL] == 260)[0])
        np.testing.assert_allclose(
            network.atlas.lines["rail"].of(int(network.link[arc])), [[43.2, 76.9], [44.0, 77.5], [45.0, 78.4]]
        )


class TestProblems:
    @pytest.mark.parametrize(
        ("file", "old", "new", "expected"),
        [
            ("link.csv", "650,45,rail", "-650,45,rail", r"link 4 length: -650 is negative \(a number"),
            ("link.csv", "650,45,rail", "long,45,rail", "link 4 length: 'long' is not a number"),
            ("link.csv", "650,45,rail", "NaN,45,rail", "link 4 length: NaN stands for a missing value"),
            ("link.csv", "650,45,rail", "inf,45,rail", "link 4 length: 'inf' is not a number"),
            ("link.csv", "650,45,rail", "650,0,rail", "link 4 free_speed: 0 is too small"),
            ("link.csv", "650,45,rail", "650,,rail", "link 4 free_speed: neither free_speed nor lb_moving_h"),
            ("link.csv", "650,45,rail", "650,45,tram", r"link 4 lb_mode: 'tram' is not known \(one of rail, road"),
            ("link.csv", "650,45,rail", "650,45,raill", "link 4 lb_mode: 'raill' is not known .*nearest: rail"),
            ("link.csv", "rc,rd,false", "rc,rx,false", "link 4 to_node_id: there is no node rx in node.csv"),
            ("link.csv", "rc,rd,false", "rc,rc,false", "link 4 to_node_id: the link ends where it begins"),
            ("link.csv", "rc,rd,false", "rc,hd,false", "link 4 lb_mode: a rail link joins nodes of type"),
            ("link.csv", "rc,rd,false", "rc,rd,maybe", "link 4 directed: 'maybe' is not true or false"),
            ("link.csv", "2,,rb", "1,,rb", "link 3 link_id: 1 is there already, in line 2"),
            ("link.csv", ",48,18,5,", ",,,5,", "link 4 lb_border_h: the link crosses the border from KAZ"),
            ("link.csv", ",48,18,5,", ",48,18,,", "link 4 lb_gauge_change_h: the gauge changes from 1520"),
            ("link.csv", ",Korday,,", ",Khorgos,,", "link 7 lb_crossing: Khorgos joins KAZ-KGZ here"),
            ("link.csv", ",Korday,,", ",Korday,2020-01-01,2019-01-01", "link 7 lb_closed: 2019-01-01 does not come"),
            ("link.csv", ",Korday,,", ",Korday,1.1.2020,", "link 7 lb_opened: '1.1.2020' is not a date"),
            ("link.csv", "LINESTRING (76.9", "POINT (76.9", "link 2 geometry: 'POINT .* is not LINESTRING"),
            ("link.csv", "LINESTRING (76.9", "LINESTRING (776.9", "link 2 geometry: "),
            ("link.csv", ",length,", ",lenght,", "link.csv: the column length is missing"),
            ("link.csv", ",length,", ",lenght,", "link.csv: unknown column 'lenght' .*nearest: length"),
            ("link.csv", "lb_crossing", "lb_croslink", "link.csv: unknown column 'lb_croslink'"),
            ("link.csv", "1,,ra,rb", "1,,,ra,rb", "link.csv line 2: has 24 cells, the first line names 23 columns"),
            ("node.csv", "ra,,76.9,43.2", "ra,,376.9,43.2", "node 2 x_coord: 376.9 is too large"),
            ("node.csv", "ra,,76.9,43.2", "ra,,76.9,-95", "node 2 y_coord: -95 is too small"),
            ("node.csv", "rail,,KAZ,1520", "rail,,KAX,1520", "node 2 lb_iso3: 'KAX' is not a known country .*nearest"),
            ("node.csv", "rail,,KAZ,1520", "railway,,KAZ,1520", "node 2 node_type: 'railway' is not known"),
            ("node.csv", "rb,,78.4", "ra,,78.4", "node 3 node_id: ra is there already, in line 2"),
            ("node.csv", "zone,B", "zone,A", "node 11 zone_id: zone A has a centre already, in line 10"),
            ("node.csv", "zone,B", "zone,X", "node 11 zone_id: there is no zone X"),
            ("node.csv", "zone,B", "zone,X", "zone 3 zone_id: zone Taldykorgan has no centre"),
            ("node.csv", "zone,B,KAZ", "zone,B,KGZ", "node 11 lb_iso3: KGZ, but its zone Taldykorgan lies in KAZ"),
            ("node.csv", "s,Sary-Ozek", "s,", "node 14 name: the station has no name"),
            ("zone.csv", "2000000", "0", "zone 2 lb_population: 0 is too small"),
            ("zone.csv", "2000000", "2.5", "zone 2 lb_population: '2.5' is not a whole number"),
            ("config.csv", "km,km/h", "furlong,km/h", "config 2 long_length: 'furlong' is not known"),
            ("config.csv", "EPSG:4326", "EPSG:3857", "config 2 crs: 'EPSG:3857' is not known"),
            ("link.csv", "13,,e,he", "13,,s,he", "zone 5 zone_id: zone Bishkek has no connector"),
            ("link.csv", "6,,ha,he,false", "6,,ha,he,true", "zone 5 zone_id: zone Bishkek is not connected .*Urumqi"),
        ],
    )  # fmt: skip
    def test_each_is_told_with_its_place(
        self, small: Path, file: str, old: str, new: str, expected: str
    ) -> None:
        found = problems(changed(small, file, old, new))
        expected = re.sub(r"^(\w+) (?=\d)", r"\1.csv line ", expected)
        assert any(re.match(expected, problem) for problem in found), found

    def test_all_are_told_at_once(self, small: Path) -> None:
        changed(small, "link.csv", "650,45,rail", "-650,45,rail")
        changed(small, "link.csv", "6,,ha,he", "6,,ha,nowhere")
        changed(small, "node.csv", "ra,,76.9,43.2", "ra,,NaN,43.2")
        changed(small, "zone.csv", "lb_population", "people")
        changed(small, "config.csv", "USD", "EUR")
        found = problems(small)
        for expected in (
            "link.csv line 4 length", "link.csv line 7 to_node_id", "node.csv line 2 x_coord",
            "zone.csv: the column lb_population", "config.csv line 2 currency", "zone.csv line 5 zone_id: zone Bishkek",
        ):  # fmt: skip
            assert sum(problem.startswith(expected) for problem in found) == 1, (expected, found)
        assert len(found) == 6

    def test_many_alike_are_counted(self, small: Path) -> None:
        rows = "".join(f"x{k},,76,43,rail,,KAX,1520\n" for k in range(500))
        (small / "node.csv").write_text(SMALL["node.csv"] + rows)
        found = problems(small)
        assert len(found) < 60
        assert any("480 more of this kind" in problem for problem in found)

    @pytest.mark.parametrize("file", list(SMALL))
    def test_missing_and_broken_files(self, small: Path, file: str) -> None:
        (small / file).write_bytes(b"a,b\n\xff\xfe,1\n")
        assert any("is not UTF-8" in problem for problem in problems(small))
        (small / file).write_bytes(b"")
        assert any(problem.startswith(f"{file}: the file is empty") for problem in problems(small))
        (small / file).unlink()
        assert any(problem.startswith(f"{file}: the file is missing") for problem in problems(small))

    def test_an_ocean_port_far_inland(self, small: Path) -> None:
        text = SMALL["node.csv"].replace(
            "lb_gauge_mm", "lb_gauge_mm,name2,lb_sea,lb_port_h,lb_port_usd_per_t"
        )
        lines = [text.splitlines()[0].replace(",name2", "")]
        lines += [line + ",,," for line in text.splitlines()[1:]]
        lines.append("p,Inland,76,43,port,,KAZ,,ocean,72,10")
        (small / "node.csv").write_text("\n".join(lines) + "\n")
        assert problems(small)[0].startswith("node.csv lb_sea: no sea lane within 400 km of Inland")
        (small / "node.csv").write_text("\n".join(lines).replace(",ocean,72,10", ",ocean,,10") + "\n")
        assert problems(small)[0].startswith("node.csv line 15 lb_port_h: the ocean port Inland needs it")

    def test_a_folder_in_the_place_of_a_file(self, small: Path) -> None:
        (small / "zone.csv").unlink()
        (small / "zone.csv").mkdir()
        assert any(problem.startswith("zone.csv: is no file") for problem in problems(small))

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="there is no such folder"):
            read_network(tmp_path / "none", DATE)

    def test_other_columns_are_left_alone_and_said(self, small: Path) -> None:
        changed(small, "zone.csv", "lb_aliases", "lb_aliases,mayor,boundary")
        for line in SMALL["zone.csv"].splitlines()[1:]:
            changed(small, "zone.csv", line, line + ",nobody,")
        network = read_network(small, DATE)
        flags = [flag for one in network.atlas.own for flag in one.flags]
        assert "columns not read: mayor" in flags

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(list(SMALL)), st.binary(max_size=60), st.integers(0, 3000))
    def test_no_bytes_bring_down_the_reader(self, file: str, noise: bytes, at: int) -> None:
        """Whatever a file holds, the network is read or its problems are told."""
        content = SMALL[file].encode()
        at %= len(content)
        with tempfile.TemporaryDirectory() as name:
            folder = written(Path(name) / "small", SMALL)
            (folder / file).write_bytes(content[:at] + noise + content[at + len(noise) :])
            with contextlib.suppress(InputError):
                read_network(folder, DATE)


@pytest.fixture(scope="module")
def exported(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the shipped network as GMNS tables."""
    folder = tmp_path_factory.mktemp("gmns") / "cut"
    write_folder(folder, contents(tables_of(network, CUT)))
    return folder


class TestRoundTrip:
    def test_arcs_come_back_as_they_were(self, network: Network, exported: Path) -> None:
        again = read_network(exported, network.date)
        inside = np.isin(network.node_country, CUT)
        kept = inside[network.tail] & inside[network.head] & network.open
        assert set(network.kind[kept].tolist()) >= {Kind.RAIL, Kind.ROAD, Kind.SERVICE, Kind.RORO}

        def sorted_rows(one: Network, arcs: np.ndarray) -> np.ndarray:
            rows = np.column_stack(
                [one.node[one.tail[arcs]], one.node[one.head[arcs]], one.kind[arcs], one.parts[arcs]]
            )
            return rows[np.lexsort(np.round(rows, 6).T)]

        before, after = sorted_rows(network, kept), sorted_rows(again, np.ones(len(again.tail), bool))
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(np.sort(again.capacity), np.sort(network.capacity[kept]), rtol=1e-9)
        assert np.isfinite(again.capacity).any()
        assert sorted(set(again.crossing.tolist())) == sorted(set(network.crossing[kept].tolist()))

    @pytest.mark.parametrize("chain", ["rail", "road"])
    def test_costs_between_cities_come_back(self, network: Network, exported: Path, chain: str) -> None:
        again = read_network(exported, network.date)
        names = [place.key for place in again.places if place.kind == "zone"][::3]
        inside = np.isin(network.node_country, CUT)

        def costs(one: Network, usable: np.ndarray) -> np.ndarray:
            arcs = np.flatnonzero(usable & one.chain_arcs(chain))
            ends = np.array([one.place_index["zone", name] for name in names])
            graph, _ = by_rows(one, arcs, generalised_cost(one.parts[arcs], MANUFACTURES))
            return dijkstra(graph, indices=ends)[:, ends]

        before = costs(network, network.open & inside[network.tail] & inside[network.head])
        after = costs(again, again.open)
        assert np.isfinite(before).mean() > 0.5
        np.testing.assert_allclose(after, before, rtol=1e-9)

    def test_lines_and_ports_come_back(self, network: Network, exported: Path) -> None:
        again = read_network(exported, network.date)
        ours = {port.name: port for port in network.atlas.ports}
        assert again.atlas.ports
        assert all(port == ours[port.name] for port in again.atlas.ports)
        assert again.atlas.gazetteer.find("CNLYG").name == "Lianyungang"
        arcs = np.flatnonzero((again.kind == Kind.ROAD) & again.forward)[:200]
        for arc in arcs:
            line = again.atlas.lines["road"].of(int(again.link[arc]))
            ends = again.node[[again.tail[arc], again.head[arc]]]
            assert np.abs(line[[0, -1]] - ends).max() < 0.5

    @pytest.mark.slow
    def test_skims_of_the_whole_network_come_back(self, network: Network, tmp_path: Path) -> None:
        write_folder(tmp_path / "all", contents(tables_of(network)))
        before, after = skim(network), skim(read_network(tmp_path / "all", network.date))
        np.testing.assert_allclose(after.cost, before.cost, rtol=1e-9)
        for chain, share in before.share.items():
            np.testing.assert_allclose(after.share[chain], share, rtol=1e-6, atol=1e-9)

    def test_the_package_describes_the_files(self, exported: Path) -> None:
        package = json.loads((exported / "datapackage.json").read_text())
        for resource in package["resources"]:
            content = (exported / resource["path"]).read_bytes()
            rows = list(csv.DictReader(io.StringIO(content.decode())))
            assert len(content) == resource["bytes"]
            assert len(rows) == resource["rows"]
            assert list(rows[0]) == [field["name"] for field in resource["schema"]["fields"]]
        assert package["licenses"][0]["name"] == "ODbL-1.0"

    def test_every_exported_row_has_a_source_and_a_flag(self, exported: Path) -> None:
        for name in ("node", "link", "zone"):
            rows = list(csv.DictReader(io.StringIO((exported / f"{name}.csv").read_text(encoding="utf-8"))))
            assert all(row["lb_source"] and row["lb_flag"] for row in rows), name

    def test_only_an_empty_folder_is_written(self, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        write_folder(tmp_path / "there", {"a.csv": b"1"})
        with pytest.raises(InputError, match="not empty"):
            write_folder(tmp_path / "there", {"b.csv": b"2"})
        assert [path.name for path in (tmp_path / "there").iterdir()] == ["a.csv"]
        with pytest.raises(InputError):
            write_folder(tmp_path / "there" / "a.csv" / "x", {"b.csv": b"2"})
        assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]

    def test_unknown_countries(self, network: Network) -> None:
        with pytest.raises(InputError, match="KZA is no country of the network"):
            tables_of(network, ["KZA"])


@pytest.fixture(scope="module")
def drawn(network: Network) -> list:
    """The layers of a small part of the shipped network."""
    return layers(tables_of(network, ("KGZ", "UZB")))


class TestGeo:
    @pytest.fixture
    def package(self, drawn: list, tmp_path: Path) -> Path:
        path = tmp_path / "net.gpkg"
        write_geopackage(path, drawn, config={"lb_date": "2017-06-08"}, source="test", date=DATE)
        return path

    def test_geopackage_has_the_tables_of_the_standard(self, package: Path, drawn: list) -> None:
        content = package.read_bytes()
        assert content[68:72] == b"GPKG"
        with sqlite3.connect(package) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            systems = {row[0] for row in database.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
            assert {-1, 0, 4326} <= systems
            for layer in drawn:
                west, south, east, north = database.execute(
                    "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?", (layer.name,)
                ).fetchone()
                assert 55 < west < east < 81
                assert 37 < south < north < 46
                blobs = [row[0] for row in database.execute(f"SELECT geom FROM {layer.name}")]
                assert len(blobs) == len(layer.points)
                magic, version, flags, system, *_ = struct.unpack_from("<2sBBi4d", blobs[0])
                assert (magic, version, flags, system) == (b"GP", 0, 3, 4326)
                assert blobs[0][40:] == wkb(layer.shape, layer.points[0])
        database.close()

    @pytest.mark.filterwarnings(
        "ignore:The 'generic' unit for NumPy timedelta:DeprecationWarning"
    )  # pyogrio's
    def test_another_program_reads_the_geopackage(self, package: Path, drawn: list) -> None:
        pyogrio = pytest.importorskip(
            "pyogrio", reason="GeoPackage is not checked by GDAL: pyogrio is absent"
        )
        assert [name for name, _ in pyogrio.list_layers(package)] == ["links", "nodes", "zones", "config"]
        for layer in drawn:
            info, _, geometry, columns = pyogrio.raw.read(package, layer=layer.name)
            assert info["crs"] == "EPSG:4326"
            assert info["geometry_type"] == layer.shape
            assert [bytes(one) for one in geometry] == [wkb(layer.shape, points) for points in layer.points]
            read = dict(zip(info["fields"], columns, strict=True))
            for column in layer.schema:
                ours = layer.cells[column.name]
                if column.type in ("number", "integer"):
                    theirs = [None if np.isnan(cell) else cell for cell in read[column.name].astype(float)]
                    assert theirs == ours, column.name
                elif column.type in ("id", "text", "iso3"):
                    assert read[column.name].tolist() == ours, column.name

    def test_another_program_reads_the_geoparquet(self, drawn: list) -> None:
        parquet = pytest.importorskip(
            "pyarrow.parquet", reason="GeoParquet is not checked: pyarrow is absent"
        )
        shapely = pytest.importorskip("shapely", reason="GeoParquet is not checked: shapely is absent")
        for layer in drawn:
            table = parquet.read_table(io.BytesIO(to_geoparquet(layer, source="test")))
            geo = json.loads(table.schema.metadata[b"geo"])
            assert geo["version"] == "1.1.0"
            column = geo["columns"][geo["primary_column"]]
            assert column["encoding"] == "WKB"
            assert column["geometry_types"] == [layer.shape]
            shapes = shapely.from_wkb(table["geometry"].to_pylist())
            assert {shape.geom_type for shape in shapes} == {layer.shape}
            np.testing.assert_allclose(shapely.total_bounds(shapes), column["bbox"])
            names = [one.name for one in layer.schema]
            assert table.column_names == [*names, "geometry"]
            assert table[names[0]].to_pylist() == layer.cells[names[0]]

    def test_a_file_that_is_there_stays(self, package: Path, drawn: list, tmp_path: Path) -> None:
        before = package.read_bytes()
        with pytest.raises(InputError, match="is there already"):
            write_geopackage(package, drawn, config={}, source="test", date=DATE)
        assert package.read_bytes() == before
        with pytest.raises(InputError, match=r"name it net\.db\.gpkg"):
            write_geopackage(tmp_path / "net.db", drawn, config={}, source="test", date=DATE)
        assert [path.name for path in tmp_path.iterdir()] == ["net.gpkg"]


class TestWayBack:
    @pytest.mark.parametrize("form", ["geopackage", "geoparquet"])
    def test_tables_come_back_letter_by_letter(self, exported: Path, tmp_path: Path, form: str) -> None:
        if form == "geoparquet":
            pytest.importorskip("pyarrow.parquet", reason="GeoParquet is not checked: pyarrow is absent")
        layer, back = tmp_path / "net.gpkg", tmp_path / "back"
        layer = layer if form == "geopackage" else tmp_path / "net"
        assert cli.main(["network", "export", str(layer), "--format", form, "--network", str(exported)]) == 0
        assert cli.main(["network", "import", str(layer), str(back)]) == 0
        for name in ("config", "node", "link", "zone"):
            assert (back / f"{name}.csv").read_text() == (exported / f"{name}.csv").read_text(), name

    @pytest.fixture
    def mapped(self, small: Path, tmp_path: Path) -> Path:
        path = tmp_path / "small.gpkg"
        assert (
            cli.main(["network", "export", str(path), "--format", "geopackage", "--network", str(small)]) == 0
        )
        return path

    def test_what_is_moved_on_the_map_counts(self, mapped: Path, tmp_path: Path) -> None:
        def blob(shape: bytes) -> bytes:
            return struct.pack("<2sBBi", b"GP", 0, 1, 4326) + shape

        point = struct.pack("<BI2d", 1, 1, 77.5, 43.5)
        # As QGIS saves it: a collection of one line, and big-endian is as good as little-endian.
        line = struct.pack(">BII", 0, 2, 3) + struct.pack(">6d", 76.0, 43.0, 76.5, 43.2, 77.0, 43.4)
        lines = struct.pack("<BII", 1, 5, 1) + line
        with contextlib.closing(sqlite3.connect(mapped)) as database, database:
            database.execute("UPDATE nodes SET geom = ? WHERE fid = 1", (blob(point),))
            database.execute("UPDATE links SET geom = ? WHERE fid = 1", (blob(lines),))
        tables = read_layers(mapped)
        assert (tables["node"]["x_coord"][0], tables["node"]["y_coord"][0]) == (77.5, 43.5)
        np.testing.assert_allclose(tables["link"]["geometry"][0], [[43.0, 76.0], [43.2, 76.5], [43.4, 77.0]])

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                "DROP TABLE links; DELETE FROM gpkg_contents WHERE table_name = 'links'",
                "lacks the layer links",
            ),
            ("UPDATE nodes SET geom = NULL WHERE fid = 2", "nodes: a feature without a shape"),
            ("UPDATE links SET geom = x'4750000100000000' WHERE fid = 2", "links: feature 2 has no shape"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, mapped: Path, change: str, message: str) -> None:
        with contextlib.closing(sqlite3.connect(mapped)) as database:
            database.executescript(change)
        with pytest.raises(InputError, match=message):
            read_layers(mapped)

    def test_another_file_is_no_geopackage(self, tmp_path: Path) -> None:
        (tmp_path / "a.gpkg").write_text("no database")
        with pytest.raises(InputError, match="is no GeoPackage"):
            read_layers(tmp_path / "a.gpkg")
        with pytest.raises(InputError, match="there is no such"):
            read_layers(tmp_path / "b.gpkg")


class TestAppraising:
    def test_economies_without_a_zone_keep_their_trade_costs(self, small: Path) -> None:
        base = load_economy_base()
        before_net = read_network(small, DATE)
        before = {"manufactures": skim(before_net)}
        changed(small, "link.csv", ",48,18,5,", ",8,8,5,")
        changed(small, "link.csv", "0.06,20,,", "0.06,1,,")
        after = {"manufactures": skim(read_network(small, DATE))}
        hat = trade_cost_hat(
            before, after, [MANUFACTURES], base.economies, base.sectors, before_net.atlas.zones
        )
        row = {code: k for k, code in enumerate(base.economies)}
        sector = base.sectors.index(MANUFACTURES.sectors[0])
        assert hat[row["CHN"], row["KAZ"], sector] < 0.999
        assert hat[row["CHN"], row["KGZ"], sector] < 0.999
        outside = np.array([code not in ("CHN", "KAZ", "KGZ") for code in base.economies])
        assert (hat[outside] == 1.0).all()
        assert (hat[:, outside] == 1.0).all()

    def test_a_place_of_elsewhere_names_the_nearest_of_theirs(self, small: Path) -> None:
        changed(small, "link.csv", "20,,,,Khorgos", "20,,,,Khorgos/Nurzholy")
        case = load_case(DOCS / "examples" / "own-network")
        base = load_economy_base()
        known = known_of(read_network(small, DATE), base.economies, base.sectors)
        found = [str(problem) for problem in check_case(case, known)]
        assert any(
            'unknown road crossing "Khorgos/Nur Zholy" (nearest: Khorgos/Nurzholy)' in line for line in found
        ), found
        assert any('unknown place "Taraz"' in line for line in found), found
        assert any('"Kashgar" is not a known place' in line for line in found), found

    def test_crossings_carry_their_gauge(self, small: Path) -> None:
        base = load_economy_base()
        known = known_of(read_network(small, DATE), base.economies, base.sectors)
        listed = {(one.name, one.mode): (one.countries, one.gauge_break) for one in known.crossings}
        assert listed["Khorgos", "rail"] == (("KAZ", "CHN"), True)
        assert listed["Khorgos", "road"] == (("KAZ", "CHN"), False)


class TestDocs:
    PAGE = DOCS / "own-network.md"

    def test_the_columns_are_those_of_the_schema(self) -> None:
        text = self.PAGE.read_text(encoding="utf-8")
        assert to_markdown() in text, "write the output of gmns_schema.to_markdown() into docs/own-network.md"
        assert all(f"### {table.file}" in text for table in TABLES)

    @pytest.mark.slow
    def test_the_tutorial_runs_as_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Every command of the page, in order; what it prints is on the page, but for figures that data may change."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "docs").symlink_to(DOCS)
        blocks = re.findall(
            r"```(console|python|text)\n(.*?)```", self.PAGE.read_text(encoding="utf-8"), re.DOTALL
        )
        assert sum(kind == "console" for kind, _ in blocks) >= 5
        out = ""
        for kind, block in blocks:
            if kind == "python":
                exec(compile(block, str(self.PAGE), "exec"), {})
                out = capsys.readouterr().out
                continue
            if kind == "text":
                assert [masked(line) for line in block.splitlines()] == [
                    masked(line) for line in out.splitlines()
                ]
                continue
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                program, *arguments = shlex.split(command)
                assert program == "landbridge"
                status = cli.main(arguments)
                out, err = capsys.readouterr()
                assert status == (1 if "landbridge: " in shown else 0), err
                for line in shown.splitlines():
                    if line.strip() not in ("", "..."):
                        printed = (out + err).replace(f"{DOCS.parent}{os.sep}", "")
                        assert masked(line) in {masked(one) for one in printed.splitlines()}, line


def masked(line: str) -> str:
    """A line without its figures."""
    return re.sub(r"\d[\d,.]*", "#", " ".join(line.split()))
