"""The shipped network as GMNS tables, GeoPackage and GeoParquet, and the way back."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from gmns_fixture import DATE, MANUFACTURES, skim
from landbridge import cli
from landbridge.errors import InputError
from landbridge.network import (
    Network,
    generalised_cost,
    read_network,
)
from landbridge.network.geo import layers, to_geoparquet, wkb, write_geopackage
from landbridge.network.geo_read import read_layers
from landbridge.network.gmns_write import contents, tables_of, write_folder
from landbridge.network.graph import Kind
from network_fixture import by_rows

CUT = ("CHN", "KAZ", "KGZ", "UZB", "AZE", "IRN")


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
