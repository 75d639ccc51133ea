"""Networks as GMNS tables: what is read from them, and what is wrong with them."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmns_fixture import DATE, MANUFACTURES, SMALL, changed, skim, written
from landbridge.errors import InputError
from landbridge.network import (
    Part,
    read_network,
)
from landbridge.network.gmns_write import to_csv
from landbridge.network.graph import Kind


def problems(folder: Path, date: datetime.date = DATE) -> list[str]:
    """What is wrong with a folder, without its path."""
    with pytest.raises(InputError) as caught:
        read_network(folder, date)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


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
