"""Lays the hand-made tables over the map: border crossings, gaps to close, links that opened later."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from .geo import great_circle_km, to_xyz
from .select import Links

TABLES = Path(__file__).resolve().parent.parent.parent / "src" / "landbridge" / "data" / "network"
CROSSING_REACH_KM = 40.0
GAP_REACH_KM = 12.0
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


def override_gaps(links: Links) -> None:
    """Adds a link over every known gap whose two ends are given."""
    tree = cKDTree(to_xyz(links.nodes))
    for row in read_table("gap_overrides"):
        if not row["to_lat"]:
            continue
        ends = np.array(
            [[float(row["from_lat"]), float(row["from_lon"])], [float(row["to_lat"]), float(row["to_lon"])]]
        )
        gap, node = tree.query(to_xyz(ends))
        if gap.max() > GAP_REACH_KM:
            raise SystemExit(f"gap {row['gap']}: no node within {GAP_REACH_KM} km of an end")
        _add(links, int(node[0]), int(node[1]), float(row["approx_km"]))


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
    """Joins the two sides at a named crossing where the map has no link of that country pair; returns the names."""
    usable = links.sizeable()
    added = []
    for row in crossings:
        a, b = row["a_iso3"], row["b_iso3"]
        point = np.array([float(row["lat"]), float(row["lon"])])
        index = _border_links(links, a, b)
        if len(index) and _gap_to_links(links, index, point).min() <= CROSSING_REACH_KM:
            continue
        ends = []
        for code in (a, b):
            inside = np.flatnonzero((links.country == code) & usable)
            if len(inside):
                gap = great_circle_km(links.nodes[inside], np.repeat(point[None], len(inside), axis=0))
                if gap.min() <= CROSSING_REACH_KM:
                    ends.append(int(inside[np.argmin(gap)]))
        if len(ends) == 2:
            length = great_circle_km(links.nodes[ends[:1]], links.nodes[ends[1:]])[0]
            _add(links, ends[0], ends[1], float(max(length, 1.0)) * 1.2)
            added.append(row["name"])
    return added


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
