"""Lays the hand-made tables over the map: border crossings, gaps to close, links that opened later."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from .geo import great_circle_km, to_xyz
from .select import Links, attach

TABLES = Path(__file__).resolve().parent.parent.parent / "src" / "landbridge" / "data" / "network"
CROSSING_REACH_KM = 40.0
# Railways this near a named crossing may end soon behind it.
STUB_REACH_KM = 20.0
# Beyond this a named crossing is not joined to a line by hand.
MISSING_REACH_KM = 80.0
# Ways laid by hand are this much longer than the straight line.
WINDING = 1.2
GAP_REACH_KM = 12.0
# A row that names the country of its end wants a node as near as this, or a new one.
NEW_NODE_REACH_KM = 5.0
OPENED_REACH_KM = 25.0
# A line that carries no freight to this day.
NEVER = "9999-12-31"


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of an overlay table."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _add(links: Links, a: int, b: int, km: float) -> None:
    links.tails, links.heads = np.r_[links.tails, a], np.r_[links.heads, b]
    links.km, links.repaired = np.r_[links.km, km], np.r_[links.repaired, True]


def override_gaps(links: Links, mode: str) -> None:
    """Adds a link over every known gap of the mode, and drops the links that gap_overrides.csv names.

    An end takes the nearest node within reach, of the row's country where it names one; without such a node a new
    one is made there.
    """
    for row in read_table("gap_overrides"):
        if row["mode"] != mode:
            continue
        ends = [np.array([float(row[f"{end}_lat"]), float(row[f"{end}_lon"])]) for end in ("from", "to")]
        codes = [row["from_iso3"], row["to_iso3"]]
        if row["action"] == "drop":
            _drop(links, ends, row["gap"])
            continue
        node = [_node_at(links, end, code, row["gap"]) for end, code in zip(ends, codes, strict=True)]
        _add(links, node[0], node[1], float(row["approx_km"]))


def _node_at(links: Links, point: np.ndarray, code: str, gap: str) -> int:
    """The nearest node within reach of a point, or a new one of the country."""
    near = great_circle_km(links.nodes, np.repeat(point[None], len(links.nodes), axis=0))
    if code:
        near[links.country != code] = np.inf
    if near.min() <= (GAP_REACH_KM if not code else NEW_NODE_REACH_KM):
        return int(np.argmin(near))
    if not code:
        raise SystemExit(
            f"gap {gap}: no node within {GAP_REACH_KM} km of an end, and no country for a new one"
        )
    return _new_node(links, point, code)


def _new_node(links: Links, point: np.ndarray, code: str) -> int:
    links.nodes = np.r_[links.nodes, point[None]]
    links.country = np.r_[links.country, np.array([code], links.country.dtype)]
    return len(links.nodes) - 1


def _drop(links: Links, ends: list[np.ndarray], gap: str) -> None:
    at_end = [
        great_circle_km(links.nodes, np.repeat(end[None], len(links.nodes), axis=0)) <= GAP_REACH_KM
        for end in ends
    ]
    gone = (at_end[0][links.tails] & at_end[1][links.heads]) | (
        at_end[1][links.tails] & at_end[0][links.heads]
    )
    if not gone.any():
        raise SystemExit(f"gap {gap}: no link to drop between its ends")
    links.drop_links(gone)


def _border_links(links: Links, a: str, b: str) -> np.ndarray:
    tail, head = links.country[links.tails], links.country[links.heads]
    return np.flatnonzero(((tail == a) & (head == b)) | ((tail == b) & (head == a)))


def _gap_to_links(links: Links, index: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Distance in km from a point to each link, taken as a straight segment."""
    stretch = np.array([1.0, np.cos(np.radians(point[0]))]) * 111.2
    a = (links.nodes[links.tails[index]] - point) * stretch
    run = (links.nodes[links.heads[index]] - links.nodes[links.tails[index]]) * stretch
    along = np.clip(-(a * run).sum(1) / np.maximum((run**2).sum(1), 1e-12), 0.0, 1.0)
    return np.asarray(np.sqrt(((a + along[:, None] * run) ** 2).sum(1)))


def near_crossings(links: Links, crossings: list[dict[str, str]]) -> np.ndarray:
    """True for the nodes of one of its two countries that lie near a named crossing."""
    near = np.zeros(len(links.nodes), bool)
    tree = cKDTree(to_xyz(links.nodes))
    for row in crossings:
        point = to_xyz(np.array([[float(row["lat"]), float(row["lon"])]]))
        found = np.array(tree.query_ball_point(point[0], STUB_REACH_KM), dtype=int)
        near[found[np.isin(links.country[found], [row["a_iso3"], row["b_iso3"]])]] = True
    return near


def crossing_of_links(links: Links, crossings: list[dict[str, str]]) -> np.ndarray:
    """Row of the named crossing that each link makes, or -1: the nearest of its country pair within reach."""
    assigned = np.full(len(links.km), -1)
    best = np.full(len(links.km), CROSSING_REACH_KM)
    for number, row in enumerate(crossings):
        index = _border_links(links, row["a_iso3"], row["b_iso3"])
        if not len(index):
            continue
        gap = _gap_to_links(links, index, np.array([float(row["lat"]), float(row["lon"])]))
        closer = gap < best[index]
        best[index[closer]] = gap[closer]
        assigned[index[closer]] = number
    return assigned


def add_missing_crossings(links: Links, crossings: list[dict[str, str]]) -> list[str]:
    """Joins the two sides at every named crossing that no link of the map makes; returns the names.

    A link over the border is laid at the crossing, and from its two ends to the nearest line of each country. Where a
    side has no line within reach, the crossing stays without a link.
    """
    usable = links.sizeable()
    made = set(crossing_of_links(links, crossings).tolist())
    wanted = [number for number in range(len(crossings)) if number not in made]
    points = np.array([[float(crossings[k]["lat"]), float(crossings[k]["lon"])] for k in wanted])
    sides = [
        attach(links, points, [crossings[k][side] for k in wanted], MISSING_REACH_KM, _grown(usable, links))
        for side in ("a_iso3", "b_iso3")
    ]
    added = []
    for row, number in enumerate(wanted):
        if min(side[row] for side in sides) < 0:
            continue
        ends = []
        for side, code in zip(sides, ("a_iso3", "b_iso3"), strict=True):
            node = _new_node(links, points[row], crossings[number][code])
            way = great_circle_km(links.nodes[[side[row]]], points[row][None])[0]
            _add(links, int(side[row]), node, max(float(way), 0.1) * WINDING)
            ends.append(node)
        _add(links, ends[0], ends[1], 1.0)
        added.append(crossings[number]["name"])
    return added


def _grown(usable: np.ndarray, links: Links) -> np.ndarray:
    return np.r_[usable, np.ones(len(links.nodes) - len(usable), bool)]


def links_of_lines(links: Links, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of line_capacities.csv and the links on the shortest path between their ends, as two parallel arrays."""
    graph = links.matrix(links.km)
    tree = cKDTree(to_xyz(links.nodes))
    rows, found = [], []
    for number, row in enumerate(read_table("line_capacities")):
        if row["mode"] != mode:
            continue
        ends = np.array(
            [[float(row["from_lat"]), float(row["from_lon"])], [float(row["to_lat"]), float(row["to_lon"])]]
        )
        gap, node = tree.query(to_xyz(ends))
        distance, before = dijkstra(graph, directed=False, indices=int(node[0]), return_predecessors=True)
        straight = great_circle_km(ends[:1], ends[1:])[0]
        if gap.max() > OPENED_REACH_KM or not distance[node[1]] < 1.8 * straight + 20.0:
            raise SystemExit(f"line {row['name']}: its ends lie off the {mode} network, or apart on it")
        at = int(node[1])
        while at != node[0]:
            up = int(before[at])
            on_path = ((links.tails == at) & (links.heads == up)) | (
                (links.tails == up) & (links.heads == at)
            )
            rows += [number] * int(on_path.sum())
            found += np.flatnonzero(on_path).tolist()
            at = up
    return np.array(rows, dtype=int), np.array(found, dtype=int)


def mark_opened(links: Links, mode: str) -> np.ndarray:
    """Opening date of each link as YYYYMMDD, 0 where it is older than the table of later openings."""
    opened = np.zeros(len(links.km), int)
    graph = links.matrix(links.km)
    tree = cKDTree(to_xyz(links.nodes))
    for row in read_table("kept_out"):
        if row["mode"] != mode:
            continue
        ends = np.array(
            [[float(row["from_lat"]), float(row["from_lon"])], [float(row["to_lat"]), float(row["to_lon"])]]
        )
        gap, node = tree.query(to_xyz(ends))
        if gap.max() > OPENED_REACH_KM:
            continue
        distance, before = dijkstra(graph, directed=False, indices=int(node[0]), return_predecessors=True)
        straight = great_circle_km(ends[:1], ends[1:])[0]
        if not distance[node[1]] < 1.6 * straight + 20.0:
            continue
        at = int(node[1])
        date = int((row["opened"] or NEVER).replace("-", ""))
        while at != node[0]:
            up = int(before[at])
            on_path = ((links.tails == at) & (links.heads == up)) | (
                (links.tails == up) & (links.heads == at)
            )
            opened[on_path] = date
            at = up
    return opened
