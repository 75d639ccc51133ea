"""Writes the shipped network, or a part of it, as GMNS tables."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from landbridge import __version__
from landbridge.errors import InputError, Problem, nearest
from landbridge.network.gmns_check import KINDS
from landbridge.network.gmns_evidence import evidence
from landbridge.network.gmns_schema import TABLES, VERSION, descriptor
from landbridge.network.graph import Kind, Network
from landbridge.network.parts import Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_land

# Table name -> column name -> cells.
Tables = dict[str, dict[str, list[Any]]]
SOURCE = (
    "Landbridge {version}, shipped network of {date}{cut}: OpenStreetMap contributors; GeoNames; own tables"
)
LICENCE = "ODbL 1.0 (c) OpenStreetMap contributors; cities CC BY 4.0 GeoNames; overlay tables Apache-2.0"
LICENCES = (
    ("ODbL-1.0", "rail and road: (c) OpenStreetMap contributors"),
    ("CC-BY-4.0", "cities: GeoNames"),
    ("Apache-2.0", "crossings, ports, ferries, speeds and rates: Landbridge"),
)
_MODES = {kind: mode for mode, kind in KINDS.items()}
_KM = {Kind.RAIL: Part.KM_RAIL, Kind.SERVICE: Part.KM_SEA, Kind.RORO: Part.KM_SEA}
# Parts that may differ between the two ways of a link.
_ONE_WAY = (Part.BORDER_H, Part.VARIANCE_H2)
_FASTEST = 200.0


def tables_of(network: Network, countries: Collection[str] = ()) -> Tables:
    """The GMNS tables of the shipped network as it stands, or of the part of it that lies in some countries (ISO3).

    Raises InputError for a country that is not on the network.
    """
    known = set(network.node_country.tolist())
    unknown = [
        Problem("--countries", f"{code} is no country of the network", nearest(code, known))
        for code in countries
        if code not in known
    ]
    if unknown:
        raise InputError(unknown)
    kept = np.isin(network.node_country, list(countries)) if countries else np.ones(len(network.node), bool)
    ids = _node_ids(network)
    return {
        "config": _config(network, countries),
        "node": _nodes(network, kept, ids),
        "link": _links(network, kept, ids),
        "zone": _zones(network, countries),
    }


def _columns(name: str, rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    table = next(table for table in TABLES if table.name == name)
    return {column.name: [row.get(column.name) for row in rows] for column in table.columns}


def _config(network: Network, countries: Collection[str]) -> dict[str, list[Any]]:
    cut = f", cut to {', '.join(sorted(countries))}" if countries else ""
    row = {
        "dataset_name": f"landbridge {network.date}{cut}",
        "long_length": "km",
        "speed": "km/h",
        "crs": "EPSG:4326",
        "geometry_field_format": "WKT",
        "currency": "USD",
        "version_number": VERSION,
        "id_type": "string",
        "lb_date": network.date,
        "lb_source": SOURCE.format(version=__version__, date=network.date, cut=cut),
        "lb_licence": LICENCE,
    }
    return _columns("config", [row])


def _node_ids(network: Network) -> list[str]:
    first = network.node_offset
    rails = [f"rail-{k}" for k in range(first["road"])]
    roads = [f"road-{k}" for k in range(first["place"] - first["road"])]
    return [*rails, *roads, *(f"{place.kind}-{place.key}" for place in network.places)]


def _nodes(network: Network, kept: np.ndarray, ids: list[str]) -> dict[str, list[Any]]:
    gauge = {row["iso3"]: row for row in read_csv("network/track_gauge.csv")}
    ports = {row["name"]: row for row in read_csv("network/ports.csv")}
    stations = {row["name"]: row for row in read_csv("network/stations.csv")}
    ocean = {port.name: port for port in network.atlas.ports}
    first = network.node_offset
    rows = []
    for k in np.flatnonzero(kept).tolist():
        iso3 = str(network.node_country[k])
        row: dict[str, Any] = {
            "node_id": ids[k],
            "x_coord": float(network.node[k, 1]),
            "y_coord": float(network.node[k, 0]),
            "lb_iso3": iso3,
        }
        if k < first["road"]:
            row |= {"node_type": "rail", "lb_source": "OpenStreetMap", "lb_flag": "source"}
            if iso3 in gauge:
                row["lb_gauge_mm"] = float(gauge[iso3]["gauge_mm"])
        elif k < first["place"]:
            row |= {"node_type": "road", "lb_source": "OpenStreetMap", "lb_flag": "source"}
        else:
            place = network.places[k - first["place"]]
            row |= {"node_type": place.kind, "name": place.name}
            if place.kind == "zone":
                row |= {"zone_id": place.key, "lb_source": "GeoNames", "lb_flag": "source"}
            else:
                listed = (ports if place.kind == "port" else stations)[place.key]
                row |= {"lb_source": listed["source"], "lb_flag": listed["flag"]}
            if place.kind == "port":
                row["lb_unlocode"] = ports[place.key]["unlocode"] or None
            if place.kind == "port" and place.key in ocean:
                port = ocean[place.key]
                row |= {
                    "lb_sea": "ocean",
                    "lb_port_h": port.dwell_h,
                    "lb_port_usd_per_t": port.handling_usd_per_t,
                    "lb_opened": _day(port.opened),
                    "lb_closed": _day(port.closed[0]),
                    "lb_reopened": _day(port.closed[1]),
                }
        rows.append(row)
    return _columns("node", rows)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _links(network: Network, kept: np.ndarray, ids: list[str]) -> dict[str, list[Any]]:
    """A row for each pair of arcs that are alike but for the border hours, a directed row for every other arc."""
    onward: dict[tuple[Any, ...], int] = {}
    back: dict[int, int] = {}
    inside = kept[network.tail] & kept[network.head] & network.open
    for arc in np.flatnonzero(inside).tolist():
        tail, head = int(network.tail[arc]), int(network.head[arc])
        key = (int(network.kind[arc]), int(network.link[arc]), str(network.service[arc]))
        first = onward.get((*key, head, tail))
        if first is not None and first not in back and _alike(network, first, arc):
            back[first] = arc
        else:
            onward[(*key, tail, head)] = arc
    rows = []
    for arc in sorted(set(onward.values())):
        row = _link(network, arc, back.get(arc))
        row |= {"from_node_id": ids[network.tail[arc]], "to_node_id": ids[network.head[arc]]}
        rows.append(row)
    return _columns("link", rows)


def _alike(network: Network, one: int, other: int) -> bool:
    same = network.parts[one] == network.parts[other]
    same[list(_ONE_WAY)] = True
    limits = network.capacity[[one, other]]
    return bool(same.all()) and bool(limits[0] == limits[1] or np.isnan(limits).all())


def _link(network: Network, arc: int, back: int | None) -> dict[str, Any]:
    kind, parts = Kind(int(network.kind[arc])), network.parts[arc].tolist()
    km, hours = parts[_KM.get(kind, Part.KM_ROAD)], parts[Part.MOVING_H]
    if km == 0 and (parts[Part.HAUL_USD] or parts[Part.CO2_KG]):
        raise InputError(Problem(f"arc {arc}", "has no length but a freight rate", "GMNS cannot hold it"))
    source, flag = evidence(network, arc)
    number = int(network.link[arc])
    row: dict[str, Any] = {
        "link_id": f"{_MODES[kind]}-{number if number >= 0 else arc}",
        "name": str(network.service[arc]) or None,
        "directed": back is None,
        "length": km,
        "lb_mode": _MODES[kind],
        "lb_usd_per_t_km": parts[Part.HAUL_USD] / km if km else 0.0,
        "lb_fee_usd_per_t": parts[Part.FIXED_USD] or None,
        "lb_kgco2e_per_t_km": parts[Part.CO2_KG] / km if km else 0.0,
        "lb_gauge_change_h": parts[Part.GAUGE_H] or None,
        "lb_wait_h": parts[Part.PORT_H] or None,
        "lb_crossing": str(network.crossing[arc]) or None,
        "lb_source": source,
        "lb_flag": flag,
    }
    if back is None and number >= 0 and not network.forward[arc]:
        row["link_id"] += "-back"
    if kind in (Kind.SERVICE, Kind.RORO) or not 0 < km <= _FASTEST * hours:
        row["lb_moving_h"] = hours
    else:
        row["free_speed"] = km / hours
    if network.node_country[network.tail[arc]] != network.node_country[network.head[arc]]:
        # Blank would mean unknown: at a border nobody stops at, it is nought.
        row |= {"lb_border_h": parts[Part.BORDER_H], "lb_gauge_change_h": parts[Part.GAUGE_H]}
    else:
        row["lb_border_h"] = parts[Part.BORDER_H] or None
    row["lb_sd_h"] = parts[Part.VARIANCE_H2] ** 0.5
    if back is not None:
        other = network.parts[back].tolist()
        if other[Part.BORDER_H] != parts[Part.BORDER_H]:
            row["lb_border_back_h"] = other[Part.BORDER_H]
        if other[Part.VARIANCE_H2] != parts[Part.VARIANCE_H2]:
            row["lb_sd_back_h"] = other[Part.VARIANCE_H2] ** 0.5
    if number >= 0:
        mode = kind.name.lower()
        points = network.atlas.lines[mode].of(number)
        row["geometry"] = points if network.forward[arc] else points[::-1]
        opened = str(load_land(mode).opened[number])
        if opened != "0":
            row["lb_opened"] = datetime.datetime.strptime(opened, "%Y%m%d").date()
    if np.isfinite(network.capacity[arc]):
        row["lb_capacity_t_per_day"] = float(network.capacity[arc])
    return row


def _zones(network: Network, countries: Collection[str]) -> dict[str, list[Any]]:
    kept = [zone for zone in network.atlas.zones if not countries or zone.iso3 in countries]
    whole = {zone.economy for zone in network.atlas.zones} - {
        zone.economy for zone in network.atlas.zones if zone not in kept
    }
    rows = [
        {
            "zone_id": zone.key,
            "name": zone.name,
            "lb_iso3": zone.iso3,
            # A few cities do not stand for an economy of many countries: those of a part of it belong to none.
            "lb_economy": zone.economy if zone.economy != zone.iso3 and zone.economy in whole else None,
            "lb_population": zone.population,
            "lb_aliases": "|".join(zone.aliases) or None,
            "lb_source": "GeoNames",
            "lb_flag": "source",
        }
        for zone in kept
    ]
    return _columns("zone", rows)


def wkt(points: np.ndarray) -> str:
    """Points (n, 2) in latitude and longitude as well-known text, to about a metre."""
    return f"LINESTRING ({', '.join(f'{x:.5f} {y:.5f}' for y, x in points)})"


def config_texts(tables: Tables) -> dict[str, str]:
    """The configuration as texts, by column."""
    return {name: _text(column[0]) for name, column in tables["config"].items()}


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(cell, ".12g")
    return wkt(cell) if isinstance(cell, np.ndarray) else str(cell)


def to_csv(columns: Mapping[str, list[Any]]) -> str:
    """A table as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(cell) for cell in row] for row in zip(*columns.values(), strict=True))
    return out.getvalue()


def contents(tables: Tables) -> dict[str, bytes]:
    """The files of a GMNS folder: the tables and a datapackage.json that describes them (Frictionless)."""
    files = {table.file: to_csv(tables[table.name]).encode() for table in TABLES}
    config = config_texts(tables)
    package = {
        "profile": "tabular-data-package",
        "name": "landbridge-network",
        "title": config["dataset_name"],
        "gmns": VERSION,
        "sources": [{"title": config["lb_source"]}],
        "licenses": [{"name": name, "title": title} for name, title in LICENCES],
        "resources": [
            {
                "name": table.name,
                "path": table.file,
                "title": table.title,
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "bytes": len(files[table.file]),
                "hash": f"sha256:{hashlib.sha256(files[table.file]).hexdigest()}",
                "rows": len(next(iter(tables[table.name].values()))),
                "schema": descriptor(table),
            }
            for table in TABLES
        ],
    }
    files["datapackage.json"] = (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()
    return files


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder that is absent or empty, all of them or none.

    Raises InputError where the folder holds anything, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(Problem(str(folder), "is there already and not empty", "name another folder"))
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            fresh = scratch / "new"
            fresh.mkdir()
            for name, content in files.items():
                (fresh / name).write_bytes(content)
            if folder.exists():
                folder.rmdir()
            fresh.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(Problem(str(folder), message, "give a writable place")) from error
