"""Writes the tables of a network as GeoPackage and GeoParquet, for mapping programs.

GeoPackage Encoding Standard 1.3 (OGC 12-128r18); GeoParquet 1.1.0 (OGC). Coordinates are longitude and latitude.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import sqlite3
import struct
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.gmns_schema import LINK, NODE, ZONE, Column, Table

# "GPKG" in ASCII, and the version of the standard.
_APPLICATION, _VERSION = 0x47504B47, 10300
_WGS84 = 4326
_WKB_TYPE = {"Point": 1, "LineString": 2}
_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_OGC_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""
# The layers and the tables they draw, and the one without shapes that holds units and origin.
LAYERS: dict[str, Table] = {"links": LINK, "nodes": NODE, "zones": ZONE}
CONFIG_LAYER = "config"
_SQL = {"number": "REAL", "integer": "INTEGER", "boolean": "BOOLEAN", "date": "DATE"}


@dataclass(frozen=True)
class Layer:
    """Features of one kind: columns -> cells, and the points (n, 2) of each in longitude and latitude."""

    name: str
    title: str
    shape: str
    schema: tuple[Column, ...]
    cells: Mapping[str, list[Any]]
    points: list[np.ndarray]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        everything = np.concatenate(self.points)
        return (*map(float, everything.min(0)), *map(float, everything.max(0)))  # type: ignore[return-value]


def layers(tables: Mapping[str, Mapping[str, list[Any]]]) -> list[Layer]:
    """The layers links, nodes and zones of GMNS tables, column by column."""
    node, link, zone = tables["node"], tables["link"], tables["zone"]
    where = {
        name: np.array([x, y])
        for name, x, y in zip(node["node_id"], node["x_coord"], node["y_coord"], strict=True)
    }
    lines = [
        np.stack([where[a], where[b]]) if line is None else line[:, ::-1]
        for line, a, b in zip(link["geometry"], link["from_node_id"], link["to_node_id"], strict=True)
    ]
    centre = {name: k for k, name in enumerate(node["zone_id"]) if name is not None}
    at_node = [where[name][None] for name in node["node_id"]]
    at_zone = [at_node[centre[name]] for name in zone["zone_id"]]
    drawn = [
        (LINK, "links", "LineString", link, lines),
        (NODE, "nodes", "Point", node, at_node),
        (ZONE, "zones", "Point", zone, at_zone),
    ]
    return [_layer(table, name, shape, cells, points) for table, name, shape, cells, points in drawn]


def _layer(
    table: Table, name: str, shape: str, cells: Mapping[str, list[Any]], points: list[np.ndarray]
) -> Layer:
    schema = tuple(column for column in table.columns if column.type != "line")
    return Layer(name, table.title, shape, schema, {one.name: cells[one.name] for one in schema}, points)


def wkb(shape: str, points: np.ndarray) -> bytes:
    """Points (n, 2) as well-known binary, little-endian."""
    flat = np.ascontiguousarray(points, "<f8").tobytes()
    count = b"" if shape == "Point" else struct.pack("<I", len(points))
    return struct.pack("<BI", 1, _WKB_TYPE[shape]) + count + flat


def _geopackage_blob(shape: str, points: np.ndarray) -> bytes:
    """WKB behind the header of GeoPackage: magic, version, little-endian with an envelope, reference system."""
    (west, south), (east, north) = points.min(0), points.max(0)
    header = struct.pack("<2sBBi4d", b"GP", 0, 0b11, _WGS84, west, east, south, north)
    return header + wkb(shape, points)


def write_geopackage(
    path: Path, found: list[Layer], *, config: Mapping[str, str], source: str, date: datetime.date
) -> None:
    """Writes layers into a GeoPackage that must not exist yet, whole or not at all.

    config: units and origin, a table without shapes. source: origin and licence, kept in the description of every
    layer. Raises InputError where it cannot be written.
    """
    if path.suffix != ".gpkg":
        raise InputError(Problem(str(path), "is no name for a GeoPackage", f"name it {path.name}.gpkg"))
    if path.exists():
        raise InputError(Problem(str(path), "is there already", "name another file"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        scratch = Path(name)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(Problem(str(path), message, "give a writable place")) from error
    try:
        with closing(sqlite3.connect(scratch)) as database, database:
            _fill(database, found, source, date)
            _fill_config(database, config, date)
        scratch.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise InputError(Problem(str(path), f"cannot be written: {error}", "free space")) from error
    finally:
        scratch.unlink(missing_ok=True)


def _fill(database: sqlite3.Connection, found: list[Layer], source: str, date: datetime.date) -> None:
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {_VERSION}")
    database.executescript(_OGC_TABLES)
    database.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("WGS 84", _WGS84, "EPSG", _WGS84, _WGS84_WKT, "longitude and latitude in degrees"),
            ("Undefined cartesian", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
        ],
    )
    for layer in found:
        columns = "".join(f', "{one.name}" {_SQL.get(one.type, "TEXT")}' for one in layer.schema)
        kind = layer.shape.upper()
        database.execute(
            f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind}{columns})'
        )
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                layer.name,
                layer.name,
                f"{layer.title}. {source}",
                f"{date}T00:00:00.000Z",
                *layer.bounds,
                _WGS84,
            ),
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (layer.name, kind, _WGS84)
        )
        cells = [[_plain(cell) for cell in layer.cells[one.name]] for one in layer.schema]
        blobs = [_geopackage_blob(layer.shape, points) for points in layer.points]
        places = ", ".join("?" * (len(layer.schema) + 1))
        names = ", ".join(["geom", *(f'"{one.name}"' for one in layer.schema)])
        database.executemany(
            f'INSERT INTO "{layer.name}" ({names}) VALUES ({places})', zip(blobs, *cells, strict=True)
        )


def _fill_config(database: sqlite3.Connection, config: Mapping[str, str], date: datetime.date) -> None:
    columns = "".join(f', "{name}" TEXT' for name in config)
    database.execute(
        f'CREATE TABLE "{CONFIG_LAYER}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{columns})'
    )
    names, places = ", ".join(f'"{name}"' for name in config), ", ".join("?" * len(config))
    database.execute(f'INSERT INTO "{CONFIG_LAYER}" ({names}) VALUES ({places})', tuple(config.values()))
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " VALUES (?, 'attributes', ?, 'Units and origin', ?)",
        (CONFIG_LAYER, CONFIG_LAYER, f"{date}T00:00:00.000Z"),
    )


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def config_parquet(config: Mapping[str, str]) -> bytes:
    """Units and origin as a Parquet file of one row; raises InputError where pyarrow is not installed."""
    arrow, parquet = arrow_packages()
    out = arrow.BufferOutputStream()
    parquet.write_table(arrow.table({name: [cell] for name, cell in config.items()}), out)
    return bytes(out.getvalue())


def arrow_packages() -> tuple[Any, Any]:
    """pyarrow and pyarrow.parquet; raises InputError where they are not installed."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        remedy = "pip install 'landbridge[parquet]'"
        raise InputError(Problem("geoparquet", "needs the package pyarrow", remedy)) from error


def to_geoparquet(layer: Layer, *, source: str) -> bytes:
    """A layer as a GeoParquet file; source: origin and licence, kept in the file's metadata.

    Raises InputError where pyarrow is not installed.
    """
    arrow, parquet = arrow_packages()
    types = {
        "number": arrow.float64(),
        "integer": arrow.int64(),
        "boolean": arrow.bool_(),
        "date": arrow.date32(),
    }
    fields = [arrow.field(one.name, types.get(one.type, arrow.string())) for one in layer.schema]
    fields.append(arrow.field("geometry", arrow.binary()))
    column = {
        "encoding": "WKB",
        "geometry_types": [layer.shape],
        "bbox": list(layer.bounds),
        "edges": "planar",
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    arrays = [
        arrow.array(layer.cells[one.name], field.type)
        for one, field in zip(layer.schema, fields, strict=False)
    ]
    arrays.append(arrow.array([wkb(layer.shape, points) for points in layer.points], arrow.binary()))
    metadata = {"geo": json.dumps(geo), "source": source}
    table = arrow.Table.from_arrays(arrays, schema=arrow.schema(fields, metadata=metadata))
    out = arrow.BufferOutputStream()
    parquet.write_table(table, out)
    return bytes(out.getvalue())
