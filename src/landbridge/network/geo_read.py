"""Reads a GeoPackage or a folder of GeoParquet files, as geo.py writes them, back into the tables of a network.

Places and lines come from the shapes, so that what is moved or drawn anew in a mapping program counts. What the cells
hold is checked when the tables are read, see gmns_read.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.geo import CONFIG_LAYER, LAYERS, arrow_packages
from landbridge.network.gmns_schema import LINK, TABLES, Table

# Columns as read: name -> cells.
_Columns = dict[str, list[Any]]
# Bytes of the envelope in the header of a GeoPackage shape, by its kind.
_ENVELOPE = (0, 32, 48, 48, 64)
_POINT, _LINE, _LINES = 1, 2, 5


def read_layers(path: Path) -> dict[str, _Columns]:
    """The tables config, node, link and zone of a GeoPackage (a file) or of GeoParquet (a folder).

    Raises InputError where it is neither, or lacks a layer, a column of shapes or the configuration.
    """
    if path.is_dir():
        raw = {name: _parquet(path / f"{name}.parquet") for name in (*LAYERS, CONFIG_LAYER)}
    elif path.is_file():
        raw = _geopackage(path)
    else:
        raise InputError(
            Problem(str(path), "there is no such GeoPackage or folder", "name what export wrote")
        )
    tables = {"config": raw[CONFIG_LAYER][0]}
    for name, table in LAYERS.items():
        columns, shapes = raw[name]
        for column in table.columns:
            if column.type == "boolean" and column.name in columns:
                columns[column.name] = [_truth(cell) for cell in columns[column.name]]
        tables[table.name] = _with_shapes(f"{path} {name}", table, columns, shapes)
    return {table.name: tables[table.name] for table in TABLES}


def _truth(cell: Any) -> Any:
    """SQLite has no booleans; anything but 0 and 1 is left for the check."""
    return bool(cell) if cell in (0, 1) else cell


def _with_shapes(place: str, table: Table, columns: _Columns, shapes: list[Any]) -> _Columns:
    points = []
    for row, shape in enumerate(shapes):
        try:
            points.append(_points(bytes(shape)))
        except (TypeError, ValueError, struct.error, IndexError) as error:
            message = f"feature {row + 1} has no shape that can be read: {error}"
            raise InputError(
                Problem(place, message, "draw points, and lines of one part without height")
            ) from error
    if table is LINK:
        # Two points are the straight way between the ends, which only rails and roads are written with.
        modes = columns.get("lb_mode", [None] * len(points))
        lines = [
            line[:, ::-1] if len(line) > 2 or mode in ("rail", "road") else None
            for line, mode in zip(points, modes, strict=True)
        ]
        names = [column.name for column in table.columns if column.name in columns or column.type == "line"]
        columns = {**columns, "geometry": lines}
        return {name: columns[name] for name in dict.fromkeys([*names, *columns])}
    if "x_coord" in columns:
        columns["x_coord"] = [float(point[0, 0]) for point in points]
        columns["y_coord"] = [float(point[0, 1]) for point in points]
    return columns


def _points(shape: bytes) -> np.ndarray:
    """Points (n, 2) of well-known binary: a point, a line, or a line of one part in a collection of lines."""
    order = "<" if shape[0] else ">"
    (kind,) = struct.unpack_from(f"{order}I", shape, 1)
    if kind == _LINES:
        (parts,) = struct.unpack_from(f"{order}I", shape, 5)
        if parts != 1:
            raise ValueError(f"a line of {parts} parts")
        return _points(shape[9:])
    if kind not in (_POINT, _LINE):
        raise ValueError(f"type {kind} of well-known binary")
    start, count = 5, 1
    if kind == _LINE:
        start, (count,) = 9, struct.unpack_from(f"{order}I", shape, 5)
    found = np.frombuffer(shape, f"{order}f8", 2 * count, start).reshape(count, 2)
    if not count or not np.isfinite(found).all():
        raise ValueError("no coordinates")
    return found.astype(float)


def _without_header(blob: bytes) -> bytes:
    if blob[:2] != b"GP":
        raise ValueError("no GeoPackage shape")
    return blob[8 + _ENVELOPE[blob[3] >> 1 & 0b111] :]


def _geopackage(path: Path) -> dict[str, tuple[_Columns, list[Any]]]:
    found: dict[str, tuple[_Columns, list[Any]]] = {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            there = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
            shape_of = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
            for name in (*LAYERS, CONFIG_LAYER):
                if name not in there:
                    message = f"lacks the layer {name}"
                    raise InputError(Problem(str(path), message, "name a GeoPackage that export wrote"))
                rows = database.execute(f'SELECT * FROM "{name}"')  # one of our own names
                head = [column[0] for column in rows.description]
                cells = list(zip(*rows, strict=True)) or [()] * len(head)
                columns = {one: list(column) for one, column in zip(head, cells, strict=True) if one != "fid"}
                shapes = columns.pop(shape_of[name]) if name in shape_of else []
                found[name] = columns, [_header_off(str(path), name, shape) for shape in shapes]
    except sqlite3.Error as error:
        raise InputError(
            Problem(str(path), f"is no GeoPackage: {error}", "name what export wrote")
        ) from error
    return found


def _header_off(path: str, name: str, shape: Any) -> bytes:
    try:
        return _without_header(bytes(shape))
    except (TypeError, ValueError, IndexError) as error:
        message = f"a feature without a shape: {error}"
        raise InputError(Problem(f"{path} {name}", message, "draw it, or delete it")) from error


def _parquet(path: Path) -> tuple[_Columns, list[Any]]:
    _, parquet = arrow_packages()
    try:
        columns = parquet.read_table(path).to_pydict()
    except (OSError, ValueError) as error:
        raise InputError(Problem(str(path), f"cannot be read: {error}", "name what export wrote")) from error
    return columns, columns.pop("geometry", [])
