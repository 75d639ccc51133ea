"""Checks that the rows of GMNS tables fit together: keys, ends, modes, borders, gauges, zones and their connections."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from landbridge.errors import nearest
from landbridge.network.gmns_read import Cells, Problems
from landbridge.network.graph import CHAINS, Kind
from landbridge.network.ocean import to_xyz
from landbridge.world.network_tables import load_choice

# What a link of each mode is in the network.
KINDS = {
    "rail": Kind.RAIL,
    "road": Kind.ROAD,
    "rail_terminal": Kind.RAIL_ACCESS,
    "road_terminal": Kind.ROAD_ACCESS,
    "ferry": Kind.SERVICE,
    "truck_ferry": Kind.RORO,
}
PLACES = ("zone", "port", "station")
# The node types that the two ends of a link may have, in either order.
_ENDS = {
    "rail": ({"rail"}, {"rail"}),
    "road": ({"road"}, {"road"}),
    "rail_terminal": (set(PLACES), {"rail"}),
    "road_terminal": (set(PLACES), {"road"}),
    "ferry": ({"port"}, {"port"}),
    "truck_ferry": ({"port"}, {"port"}),
}


def check_tables(tables: dict[str, Cells], date: datetime.date, problems: Problems) -> None:
    """Notes every problem between the rows of the tables, for the network at a date.

    A cell that could not be read is passed over: it has its problem already.
    """
    rows: dict[str, dict[str, int]] = {}
    for name, cells in tables.items():
        if cells.table.key:
            rows[name] = _unique(cells, problems)
    if {"node", "link", "zone"} - tables.keys():
        return
    node, link, zone = tables["node"], tables["link"], tables["zone"]
    _check_places(node, problems)
    _check_weights(zone, problems)
    centres = _check_centres(node, zone, rows["zone"], problems)
    ends = _ends(link, rows["node"], problems)
    for row in range(len(link)):
        _check_link(row, link, node, ends[row], problems)
    _check_crossings(link, node, ends, problems)
    needed = [
        (node, "node_type"),
        (node, "zone_id"),
        (link, "lb_mode"),
        (link, "from_node_id"),
        (link, "to_node_id"),
    ]
    if all(any(cell is not None for cell in cells.cells[name]) for cells, name in needed):
        _check_connections(node, link, zone, centres, ends, date, problems)


def _unique(cells: Cells, problems: Problems) -> dict[str, int]:
    """Row of each key; a key that is there twice is a problem."""
    key = cells.table.key
    seen: dict[str, int] = {}
    for row, name in enumerate(cells.cells[key]):
        if name is None:
            continue
        if name in seen:
            message = f"{name} is there already, in line {cells.lines[seen[name]]}"
            problems.add("id twice", cells.at(row, key), message, "give each row its own")
        seen.setdefault(name, row)
    return seen


def _check_places(node: Cells, problems: Problems) -> None:
    names: dict[tuple[str, str], int] = {}
    for row in range(len(node)):
        kind, name = node.cells["node_type"][row], node.cells["name"][row]
        if kind not in ("port", "station"):
            continue
        if name is None:
            problems.add(
                "name is empty", node.at(row, "name"), f"the {kind} has no name", "measures find it by name"
            )
        elif (kind, name) in names:
            message = f"another {kind} is called {name}, in line {node.lines[names[kind, name]]}"
            problems.add("name twice", node.at(row, "name"), message, "give each its own name")
        else:
            names[kind, name] = row
        _check_days(row, node, problems)
        if node.cells["lb_sea"][row] is None:
            continue
        if kind != "port":
            problems.add(
                "sea", node.at(row, "lb_sea"), f"the {kind} is no port", "leave it blank, or make it a port"
            )
            continue
        for column in ("lb_port_h", "lb_port_usd_per_t"):
            if node.cells[column][row] is None:
                expected = node.table.column(column).expected
                problems.add("ocean port", node.at(row, column), f"the ocean port {name} needs it", expected)


def _check_weights(zone: Cells, problems: Problems) -> None:
    economies = [
        own or iso3 for own, iso3 in zip(zone.cells["lb_economy"], zone.cells["lb_iso3"], strict=True)
    ]
    weighed = {
        code for code, weight in zip(economies, zone.cells["lb_weight"], strict=True) if weight is not None
    }
    for row, code in enumerate(economies):
        if code in weighed and zone.cells["lb_weight"][row] is None:
            message = f"is empty, other zones of {code} have a weight"
            problems.add(
                "weight", zone.at(row, "lb_weight"), message, "weigh all zones of an economy or none"
            )


def _check_centres(node: Cells, zone: Cells, rows: dict[str, int], problems: Problems) -> dict[int, int]:
    """Node row of each zone row; a zone without a centre, or with two, is a problem."""
    centre: dict[int, int] = {}
    for row in range(len(node)):
        if node.cells["node_type"][row] != "zone":
            continue
        name = node.cells["zone_id"][row]
        if name is None:
            problems.add("zone_id", node.at(row, "zone_id"), "is empty", "name the zone whose centre this is")
        elif name not in rows:
            message = f"there is no zone {name} in zone.csv"
            problems.add("zone_id", node.at(row, "zone_id"), message, nearest(name, rows))
        elif rows[name] in centre:
            message = f"zone {name} has a centre already, in line {node.lines[centre[rows[name]]]}"
            problems.add("zone_id", node.at(row, "zone_id"), message, "keep one")
        else:
            centre[rows[name]] = row
    for row in range(len(zone)):
        if row not in centre and zone.cells["zone_id"][row] is not None:
            message = f"zone {_title(zone, row)} has no centre in node.csv"
            remedy = "add a node of node_type zone with this zone_id"
            problems.add("zone without centre", zone.at(row, "zone_id"), message, remedy)
    for zone_row, node_row in centre.items():
        a, b = zone.cells["lb_iso3"][zone_row], node.cells["lb_iso3"][node_row]
        if a is not None and b is not None and a != b:
            message = f"{b}, but its zone {_title(zone, zone_row)} lies in {a}"
            problems.add("zone country", node.at(node_row, "lb_iso3"), message, "correct one of them")
    return centre


def _title(zone: Cells, row: int) -> str:
    return str(zone.cells["name"][row] or zone.cells["zone_id"][row])


def _ends(link: Cells, rows: dict[str, int], problems: Problems) -> list[tuple[int, int] | None]:
    """Node rows of the two ends of every link, None where one is not there."""
    found: list[tuple[int, int] | None] = []
    for row in range(len(link)):
        ends = []
        for column in ("from_node_id", "to_node_id"):
            name = link.cells[column][row]
            if name is None:
                continue
            if name in rows:
                ends.append(rows[name])
            else:
                message = f"there is no node {name} in node.csv"
                problems.add("dangling link", link.at(row, column), message, nearest(name, rows))
        found.append((ends[0], ends[1]) if len(ends) == 2 else None)
        if len(ends) == 2 and ends[0] == ends[1]:
            message = "the link ends where it begins"
            problems.add("loop", link.at(row, "to_node_id"), message, "name another node")
    return found


def _check_days(row: int, cells: Cells, problems: Problems) -> None:
    for earlier, later in (("lb_opened", "lb_closed"), ("lb_closed", "lb_reopened")):
        first, second = (cells.cells[name][row] for name in (earlier, later))
        if first is not None and second is not None and second <= first:
            message = f"{second} does not come after {earlier}, {first}"
            problems.add("days", cells.at(row, later), message, "give a later day")


def _check_link(row: int, link: Cells, node: Cells, ends: tuple[int, int] | None, problems: Problems) -> None:
    cells = {name: column[row] for name, column in link.cells.items()}
    mode = cells["lb_mode"]
    if cells["directed"]:
        for column in ("lb_border_back_h", "lb_sd_back_h"):
            if cells[column] is not None:
                problems.add(
                    "back", link.at(row, column), "a directed link has no way back", "leave it blank"
                )
    _check_days(row, link, problems)
    untimed = cells["free_speed"] is None and cells["lb_moving_h"] is None
    if untimed and cells["length"] is not None and cells["length"] > 0:
        message = "neither free_speed nor lb_moving_h says how long the way takes"
        problems.add("time", link.at(row, "free_speed"), message, link.table.column("free_speed").expected)
    if ends is None or mode is None:
        return
    kinds = [node.cells["node_type"][end] for end in ends]
    one, other = _ENDS[mode]
    if None not in kinds and not (
        (kinds[0] in one and kinds[1] in other) or (kinds[1] in one and kinds[0] in other)
    ):
        wanted = " and ".join(" or ".join(sorted(side)) for side in (one, other))
        message = f"a {mode} link joins nodes of type {kinds[0]} and {kinds[1]}"
        problems.add("ends", link.at(row, "lb_mode"), message, f"it joins {wanted}")
    if mode not in ("rail", "road"):
        return
    a, b = (node.cells["lb_iso3"][end] for end in ends)
    if a is not None and b is not None and a != b and cells["lb_border_h"] is None:
        message = f"the link crosses the border from {a} to {b}"
        problems.add(
            "border", link.at(row, "lb_border_h"), message, "give the hours there, 0 where nobody stops"
        )
    gauges = [node.cells["lb_gauge_mm"][end] for end in ends]
    if (
        mode == "rail"
        and None not in gauges
        and gauges[0] != gauges[1]
        and cells["lb_gauge_change_h"] is None
    ):
        message = f"the gauge changes from {gauges[0]:g} to {gauges[1]:g} mm"
        problems.add(
            "gauge", link.at(row, "lb_gauge_change_h"), message, "give the hours that the change takes"
        )


def _check_crossings(
    link: Cells, node: Cells, ends: Sequence[tuple[int, int] | None], problems: Problems
) -> None:
    pairs: dict[tuple[str, str], tuple[frozenset[str], int]] = {}
    for row, pair in enumerate(ends):
        name, mode = link.cells["lb_crossing"][row], link.cells["lb_mode"][row]
        if name is None or pair is None or mode is None:
            continue
        sides = frozenset(str(node.cells["lb_iso3"][end]) for end in pair)
        known, first = pairs.setdefault((mode, name), (sides, row))
        if mode not in ("rail", "road"):
            problems.add(
                "crossing", link.at(row, "lb_crossing"), f"a {mode} link crosses no border", "leave it blank"
            )
        elif known != sides:
            here, there = ("-".join(sorted(pair)) for pair in (sides, known))
            message = f"{name} joins {here} here and {there} in line {link.lines[first]}"
            problems.add("crossing", link.at(row, "lb_crossing"), message, "name the two crossings apart")


def standing(rows: Cells, date: datetime.date) -> np.ndarray:
    """Whether each link or node (m,) is there at a date."""
    opened, closed, reopened = (rows.cells[name] for name in ("lb_opened", "lb_closed", "lb_reopened"))
    days = zip(opened, closed, reopened, strict=True)
    return np.array([_there(first, shut, again, date) for first, shut, again in days], bool)


def _there(
    opened: datetime.date | None,
    closed: datetime.date | None,
    reopened: datetime.date | None,
    date: datetime.date,
) -> bool:
    """Whether something stands at a date, by its days, None for never."""
    shut = closed is not None and closed <= date and (reopened is None or reopened > date)
    return (opened is None or opened <= date) and not shut


def _check_connections(
    node: Cells,
    link: Cells,
    zone: Cells,
    centres: dict[int, int],
    ends: Sequence[tuple[int, int] | None],
    date: datetime.date,
    problems: Problems,
) -> None:
    """Notes zones without a connector, and zones that no mode joins, both ways, to most of the others."""
    there = standing(link, date)
    usable = [k for k, pair in enumerate(ends) if pair is not None and there[k] and link.cells["lb_mode"][k]]
    pairs = np.array([ends[k] for k in usable], np.int64).reshape(-1, 2)
    kinds = np.array([KINDS[link.cells["lb_mode"][k]] for k in usable], int)
    both = np.array([link.cells["directed"][k] is not True for k in usable], bool)
    if not centres:
        return
    zone_rows = np.array(list(centres))
    points = np.array(list(centres.values()))
    carted = _carted(node, points, date)
    joined = np.zeros((len(points), len(points)), bool)
    ports = _open_ports(node, date)
    by_sea = carted.copy()
    for chain in CHAINS.values():
        inside = np.isin(kinds, chain)
        tail = np.r_[pairs[inside, 0], pairs[inside & both, 1]]
        head = np.r_[pairs[inside, 1], pairs[inside & both, 0]]
        graph = sp.coo_matrix((np.ones(len(tail)), (tail, head)), shape=(len(node), len(node)))
        _, part = connected_components(graph, directed=True, connection="strong")
        joined |= part[points][:, None] == part[points][None, :]
        if len(ports):
            by_sea |= np.isin(part[points], part[ports])
    if len(ports) > 1:
        joined |= by_sea[:, None] & by_sea[None, :]
    touched = np.zeros(len(node), bool)
    touched[pairs.ravel()] = True
    main = joined[np.argmax(joined.sum(1))]
    for k, row in enumerate(zone_rows):
        name, place = _title(zone, row), zone.at(row, "zone_id")
        if not touched[points[k]] and not carted[k]:
            remedy = f"add a rail_terminal or road_terminal link from its node, open on {date}"
            problems.add("zone without connector", place, f"zone {name} has no connector", remedy)
        elif not main[k]:
            message = f"zone {name} is not connected with the other zones by rail, road or sea on {date}"
            remedy = f"add links both ways to the network of {_most_central(zone, zone_rows, main)}"
            problems.add("zone not connected", place, message, remedy)


def _most_central(zone: Cells, zone_rows: np.ndarray, main: np.ndarray) -> str:
    """The largest zone of the main part, for a message."""
    people = [zone.cells["lb_population"][row] or 0 for row in zone_rows[main]]
    return _title(zone, int(zone_rows[main][int(np.argmax(people))]))


def _open_ports(node: Cells, date: datetime.date) -> np.ndarray:
    """Rows of the ocean ports that are open at a date."""
    return np.flatnonzero((node.texts("lb_sea") != "") & standing(node, date))


def _carted(node: Cells, points: np.ndarray, date: datetime.date) -> np.ndarray:
    """Whether each zone's node (z,) is near enough to an ocean port that goods may be carted straight there."""
    ports = _open_ports(node, date)
    if not len(ports):
        return np.zeros(len(points), bool)
    where = np.stack([node.numbers("y_coord"), node.numbers("x_coord")], axis=1)
    gap = np.linalg.norm(to_xyz(where[points])[:, None] - to_xyz(where[ports])[None], axis=2)
    return np.asarray((gap <= load_choice()["drayage_reach_km"]).any(1))
