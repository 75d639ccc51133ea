"""A user's own network from GMNS tables."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.atlas import Atlas, Lines
from landbridge.network.gmns_check import KINDS, PLACES, check_tables, standing
from landbridge.network.gmns_read import Cells, Problems, read_tables
from landbridge.network.gmns_schema import FLAGS
from landbridge.network.graph import Kind, Network
from landbridge.network.ocean import OceanPort
from landbridge.network.parts import COUNT, Part
from landbridge.world.data import Resource
from landbridge.world.places import Gazetteer, Place, Zone

_KM_PER_MILE = 1.609344
_LENGTH = {
    "rail": Part.KM_RAIL,
    "road": Part.KM_ROAD,
    "rail_terminal": Part.KM_ROAD,
    "road_terminal": Part.KM_ROAD,
    "ferry": Part.KM_SEA,
    "truck_ferry": Part.KM_SEA,
}


def read_network(folder: str | Path, date: datetime.date) -> Network:
    """The network of a folder of GMNS tables as it stands at a date.

    Raises InputError with every problem of the tables: unreadable files, missing columns, wrong cells, rows that do
    not fit together, zones without a connection, ocean ports far from every sea lane.
    """
    network = build(read_sound_tables(folder, date), date)
    try:
        _ = network.atlas.ocean
    except InputError as error:
        place = f"{Path(folder) / 'node.csv'} lb_sea"
        raise InputError([Problem(place, p.message, p.remedy) for p in error.problems]) from None
    return network


def read_sound_tables(folder: str | Path, date: datetime.date) -> dict[str, Cells]:
    """The tables of a folder, by name, for the network at a date. Raises InputError with every problem of theirs."""
    problems = Problems()
    tables = read_tables(Path(folder), problems)
    check_tables(tables, date, problems)
    if problems.found:
        raise InputError(problems.listed())
    return tables


def build(tables: dict[str, Cells], date: datetime.date) -> Network:
    """The network of sound tables at a date."""
    config = {name: column[0] for name, column in tables["config"].cells.items()}
    node, link, zone = tables["node"], tables["link"], tables["zone"]
    types = node.texts("node_type")
    order = np.concatenate([np.flatnonzero(types == kind) for kind in ("rail", "road")])
    # Zones stand in the order of their own table.
    centre = {node.cells["zone_id"][k]: k for k in np.flatnonzero(types == "zone")}
    centres = np.array([centre[name] for name in zone.cells["zone_id"]], np.int64)
    others = [np.flatnonzero(types == kind) for kind in PLACES[1:]]
    places = np.concatenate([centres, *others])
    number = np.empty(len(node), np.int64)
    order = np.concatenate([order, places])
    number[order] = np.arange(len(order))
    where = np.stack([node.numbers("y_coord"), node.numbers("x_coord")], axis=1)[order]
    country = node.texts("lb_iso3")[order]
    rails, roads = (int((types == kind).sum()) for kind in ("rail", "road"))
    row_of = {name: k for k, name in enumerate(node.cells["node_id"])}
    ends = number[
        [[row_of[link.cells[c][k]] for c in ("from_node_id", "to_node_id")] for k in range(len(link))]
    ]
    zones = _zones(zone, where[rails + roads :])
    named = _places(zones, node, places)
    arcs = _arcs(link, ends, standing(link, date), _km(config["long_length"]), _km(config["speed"]))
    atlas = Atlas(
        zones,
        _lines(link, ends, where),
        _gazetteer(zones, named, node, arcs, where, country),
        _ocean_ports(node),
        tuple(_resource(cells, config) for cells in tables.values()),
        tuple(_notes(tables, config, date)),
    )
    return Network(
        date=date,
        node=where,
        node_country=country,
        node_offset={"rail": 0, "road": rails, "place": rails + roads},
        places=named,
        open=np.ones(len(arcs["tail"]), bool),
        atlas=atlas,
        **arcs,
    )


_OF_NETWORK = ("tail", "head", "kind", "parts", "link", "forward", "crossing", "service", "capacity")


def _km(unit: str) -> float:
    """Kilometres in a unit of length or speed."""
    return _KM_PER_MILE if unit in ("mile", "mph") else 1.0


def parts_of(link: Cells, *, back: bool, km: float = 1.0, km_h: float = 1.0) -> np.ndarray:
    """Parts (m, c) of the links in their own direction or back.

    km, km_h: kilometres in the unit of lengths and of speeds.
    """
    parts = np.zeros((len(link), COUNT))
    length = link.numbers("length")
    modes = link.texts("lb_mode")
    for mode, column in _LENGTH.items():
        rows = modes == mode
        parts[rows, column] = length[rows] * km
    timed = link.numbers("lb_moving_h", np.nan)
    speed = link.numbers("free_speed", np.inf)
    parts[:, Part.MOVING_H] = np.where(np.isnan(timed), length * km / (speed * km_h), timed)
    parts[:, Part.BORDER_H] = _one_way(link, "lb_border_h", "lb_border_back_h", back)
    parts[:, Part.GAUGE_H] = link.numbers("lb_gauge_change_h")
    parts[:, Part.PORT_H] = link.numbers("lb_wait_h")
    parts[:, Part.HAUL_USD] = length * link.numbers("lb_usd_per_t_km")
    parts[:, Part.FIXED_USD] = link.numbers("lb_fee_usd_per_t")
    parts[:, Part.CO2_KG] = length * link.numbers("lb_kgco2e_per_t_km")
    parts[:, Part.VARIANCE_H2] = _one_way(link, "lb_sd_h", "lb_sd_back_h", back) ** 2
    return parts


def _one_way(link: Cells, onward: str, backward: str, back: bool) -> np.ndarray:
    there = link.numbers(onward)
    if not back:
        return there
    returning = link.numbers(backward, np.nan)
    return np.where(np.isnan(returning), there, returning)


def _arcs(link: Cells, ends: np.ndarray, there: np.ndarray, km: float, km_h: float) -> dict[str, Any]:
    """Arrays of the arcs: every link that stands, mode by mode, first its own direction and then back."""
    kinds = np.array([KINDS[mode] for mode in link.cells["lb_mode"]], int)
    directed = np.array(link.cells["directed"], bool)
    named = {"crossing": link.texts("lb_crossing"), "service": link.texts("name")}
    ferries = np.isin(kinds, (Kind.SERVICE, Kind.RORO))
    named["service"] = np.where(ferries, named["service"], "")
    limit = link.numbers("lb_capacity_t_per_day", np.nan)
    numbered = np.where(np.isin(kinds, (Kind.RAIL, Kind.ROAD)), np.arange(len(link)), -1)
    blocks: dict[str, list[np.ndarray]] = {name: [] for name in _OF_NETWORK}
    parts = {back: parts_of(link, back=back, km=km, km_h=km_h) for back in (False, True)}
    for kind in Kind:
        for back in (False, True):
            rows = np.flatnonzero((kinds == kind) & there & ~(directed & back))
            block = {
                "tail": ends[rows, int(back)],
                "head": ends[rows, 1 - int(back)],
                "kind": kinds[rows],
                "parts": parts[back][rows],
                "link": numbered[rows],
                "forward": np.full(len(rows), not back),
                "capacity": limit[rows],
                **{name: texts[rows] for name, texts in named.items()},
            }
            for name, values in block.items():
                blocks[name].append(values)
    return {name: np.concatenate(values) for name, values in blocks.items()}


def _zones(zone: Cells, where: np.ndarray) -> tuple[Zone, ...]:
    people = zone.numbers("lb_population")
    given = zone.numbers("lb_weight", np.nan)
    economy = [own or iso3 for own, iso3 in zip(zone.cells["lb_economy"], zone.cells["lb_iso3"], strict=True)]
    found = []
    for k in range(len(zone)):
        of_same = np.array([other == economy[k] for other in economy])
        share = people[k] / people[of_same].sum()
        found.append(
            Zone(
                zone.cells["zone_id"][k],
                zone.cells["name"][k],
                zone.cells["lb_iso3"][k],
                economy[k],
                float(where[k, 0]),
                float(where[k, 1]),
                int(people[k]),
                float(share if np.isnan(given[k]) else given[k]),
                tuple(filter(None, (zone.cells["lb_aliases"][k] or "").split("|"))),
            )
        )
    return tuple(found)


def _places(zones: tuple[Zone, ...], node: Cells, rows: np.ndarray) -> tuple[Place, ...]:
    """Zones, ports and stations, in the order of the network's place nodes."""
    named = [Place("zone", z.key, z.name, z.iso3, z.latitude, z.longitude) for z in zones]
    for k in rows[len(zones) :]:
        cells = {column: values[k] for column, values in node.cells.items()}
        kind, name, iso3 = cells["node_type"], cells["name"], cells["lb_iso3"]
        named.append(Place(kind, name, name, iso3, cells["y_coord"], cells["x_coord"]))
    return tuple(named)


def _ocean_ports(node: Cells) -> tuple[OceanPort, ...]:
    found = []
    for k in range(len(node)):
        cells = {column: values[k] for column, values in node.cells.items()}
        if cells["lb_sea"]:
            opened, closed, reopened = (
                cells[name].isoformat() if cells[name] else ""
                for name in ("lb_opened", "lb_closed", "lb_reopened")
            )
            hours, money = cells["lb_port_h"], cells["lb_port_usd_per_t"]
            found.append(
                OceanPort(
                    cells["name"],
                    cells["y_coord"],
                    cells["x_coord"],
                    hours,
                    money,
                    opened,
                    (closed, reopened),
                )
            )
    return tuple(found)


def _lines(link: Cells, ends: np.ndarray, where: np.ndarray) -> dict[str, Lines]:
    """Polylines of every link by its row; a link without geometry runs straight."""
    points = [
        where[ends[k]] if line is None else line for k, line in enumerate(link.cells["geometry"])
    ]  # fmt: skip
    lines = Lines(np.concatenate(points), np.r_[0, np.cumsum([len(line) for line in points])])
    return {"rail": lines, "road": lines}


def _gazetteer(
    zones: tuple[Zone, ...],
    places: tuple[Place, ...],
    node: Cells,
    arcs: dict[str, Any],
    where: np.ndarray,
    country: np.ndarray,
) -> Gazetteer:
    codes = {
        name: code or ""
        for kind, name, code in zip(
            node.cells["node_type"], node.cells["name"], node.cells["lb_unlocode"], strict=True
        )
        if kind == "port"
    }
    listed: list[tuple[Place, tuple[str, ...]]] = []
    for k, place in enumerate(places):
        aliases: tuple[str, ...] = ()
        if place.kind == "zone":
            aliases = zones[k].aliases
        elif place.kind == "port":
            aliases = (f"port of {place.name}", f"{place.name} port", codes[place.name])
        listed.append((place, aliases))
    named = arcs["crossing"]
    for name in np.unique(named[named != ""]):
        arc = int(np.flatnonzero(named == name)[0])
        tail, head = arcs["tail"][arc], arcs["head"][arc]
        latitude, longitude = where[[tail, head]].mean(0)
        place = Place("crossing", str(name), str(name), str(country[tail]), float(latitude), float(longitude))
        listed.append((place, ()))
    return Gazetteer(listed)


def _resource(cells: Cells, config: dict[str, Any]) -> Resource:
    """A table of the user's as a run's provenance lists it."""
    flags = []
    if "lb_flag" in cells.cells:
        counted = [(flag, cells.cells["lb_flag"].count(flag)) for flag in (*FLAGS, None)]
        flags = [f"{count} rows {flag or 'without a flag'}" for flag, count in counted if count]
    if cells.ignored:
        flags.append(f"columns not read: {', '.join(cells.ignored)}")
    return Resource(
        # The folder's own name is enough to know it by; where it lies on a machine is nobody's business.
        file="/".join(Path(cells.place).resolve().parts[-2:]),
        title=f"{cells.table.file} ({config['dataset_name']})",
        source=config["lb_source"],
        licence=config["lb_licence"],
        sha256=cells.sha256,
        rows=len(cells),
        flags=tuple(flags),
        builder="",
    )


def _notes(tables: dict[str, Cells], config: dict[str, Any], date: datetime.date) -> list[str]:
    notes = []
    if config["lb_date"] != date:
        notes.append(
            f"The user's network describes {config['lb_date']}; it is used for {date}, without what opens later by its"
            " own tables."
        )
    unsaid = sum(source is None for source in tables["link"].cells["lb_source"])
    if unsaid:
        notes.append(f"{unsaid} of {len(tables['link'])} links of the user's network name no source.")
    if not any(tables["node"].cells["lb_sea"]):
        notes.append("The user's network has no ocean port: no goods go by sea in this run.")
    return notes
