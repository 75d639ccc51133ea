"""Port-to-port legs over the ocean."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra

from landbridge.errors import InputError, Problem
from landbridge.network.dates import is_open, is_shut
from landbridge.network.parts import COUNT, Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_mode_parameters, load_sea

_EARTH_RADIUS_KM = 6371.0088
# A port farther than this from every sea lane is misplaced.
_REACH_KM = 400.0


def to_xyz(points: np.ndarray) -> np.ndarray:
    """Cartesian coordinates (n, 3) in km of latitude and longitude (n, 2) in degrees."""
    latitude, longitude = np.radians(np.atleast_2d(points)).T
    return _EARTH_RADIUS_KM * np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=1
    )


@dataclass(frozen=True)
class OceanPort:
    """A port of the ocean: hours and USD a tonne to get through it, and when it is open.

    opened: its opening date, '' for always. closed: from and until when it is shut, '' for not and for no end.
    """

    name: str
    latitude: float
    longitude: float
    dwell_h: float
    handling_usd_per_t: float
    opened: str
    closed: tuple[str, str] = ("", "")


def _standing(opened: Sequence[str], closed: Sequence[tuple[str, str]], date: datetime.date) -> np.ndarray:
    return np.array(
        [
            is_open(since, date) and not is_shut(*shut, date)
            for since, shut in zip(opened, closed, strict=True)
        ],
        bool,
    )


def ports_open(ports: Sequence[OceanPort], date: datetime.date) -> np.ndarray:
    """Which ports (p,) are open at the date."""
    return _standing([port.opened for port in ports], [port.closed for port in ports], date)


@dataclass(frozen=True)
class Ocean:
    """Legs from ocean ports to ocean ports.

    ports: names of all p ports. opened: opening dates, '' for always. closed: (from, to) of each port's closure, '' for
    none. origin: (r,) numbers of the ports where the legs begin, all of them unless only some were asked for.
    parts: (r, p, c), the leg from one port through the ship's journey to out of the other port. dwell_h,
    handling_usd: (p,) hours and USD a tonne to get through each port. before: (r, n) shortest-path trees over the sea
    nodes, for drawing lines.
    """

    ports: tuple[str, ...]
    opened: tuple[str, ...]
    closed: tuple[tuple[str, str], ...]
    origin: np.ndarray
    parts: np.ndarray
    dwell_h: np.ndarray
    handling_usd: np.ndarray
    port_node: np.ndarray
    before: np.ndarray
    node: np.ndarray

    def legs(
        self,
        date: datetime.date,
        port_h: np.ndarray,
        port_usd: np.ndarray,
        sea_h: np.ndarray,
        sea_rate: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Parts (r, p, c) of the legs under a scenario, and which of them (r, p) can be sailed at the date.

        port_h, port_usd: (p,) change of the hours and USD a tonne through each port; sea_h: (p, p) change of the
        hours under way; sea_rate: (p, p) factor on the haul rate. No port and no leg takes less than nothing.
        """
        parts = self.parts.copy()
        through_h = np.maximum(self.dwell_h + port_h, 0.0)
        through_usd = np.maximum(self.handling_usd + port_usd, 0.0)
        parts[..., Part.PORT_H] = through_h[self.origin, None] + through_h[None, :]
        parts[..., Part.FIXED_USD] = through_usd[self.origin, None] + through_usd[None, :]
        parts[..., Part.MOVING_H] = np.maximum(parts[..., Part.MOVING_H] + sea_h[self.origin], 0.0)
        if sea_rate is not None:
            parts[..., Part.HAUL_USD] *= sea_rate[self.origin]
        sailed = np.isfinite(parts[..., Part.KM_SEA])
        there = _standing(self.opened, self.closed, date)
        elsewhere = self.origin[:, None] != np.arange(len(self.ports))
        return parts, there[self.origin, None] & there[None, :] & elsewhere & sailed

    def path(self, origin: int, destination: int) -> np.ndarray:
        """Sea nodes (n,) of the lane between two ports by number, the first one of `origin`."""
        row = int(np.flatnonzero(self.origin == origin)[0])
        at = int(self.port_node[destination])
        path = [at]
        while at != self.port_node[origin]:
            at = int(self.before[row, at])
            path.append(at)
        return np.array(path[::-1])

    def line(self, origin: int, destination: int) -> np.ndarray:
        """Points (n, 2) of the lane between two ports by number."""
        return self.node[self.path(origin, destination)]


@cache
def shipped_ports() -> tuple[OceanPort, ...]:
    """The ocean ports of ports.csv."""
    return tuple(
        OceanPort(
            row["name"],
            float(row["lat"]),
            float(row["lon"]),
            float(row["dwell_h"]),
            float(row["handling_usd_per_t"]),
            row["opened"],
            (row["closed_from"], row["closed_to"]),
        )
        for row in read_csv("network/ports.csv")
        if row["sea"] == "ocean"
    )


def load_ocean() -> Ocean:
    """The legs between all shipped ocean ports."""
    return build_ocean(shipped_ports())


@cache
def build_ocean(ports: tuple[OceanPort, ...], shut: frozenset[str] = frozenset()) -> Ocean:
    """The legs between ports over the shipped sea lanes; each port joins the nearest lane. There may be no port.

    shut: passages of sea.npz that no ship can take. Raises InputError when a port lies off the lanes.
    """
    return sail_from(ports, np.arange(len(ports)), shut)


@dataclass(frozen=True)
class _Lanes:
    """The sea lanes as a graph, and the node where each port (p,) joins them, gap km away."""

    port_node: np.ndarray
    gap: np.ndarray


@cache
def _lanes(ports: tuple[OceanPort, ...]) -> _Lanes:
    sea = load_sea()
    where = to_xyz(np.array([[port.latitude, port.longitude] for port in ports]).reshape(-1, 2))
    _, part = connected_components(_lane_graph(frozenset()), directed=False)
    main = np.flatnonzero(part == np.bincount(part).argmax())
    # Of points on a sphere, the nearest has the largest scalar product.
    on_lanes = to_xyz(sea.node[main])
    nearest = np.argmax(where @ on_lanes.T, axis=1)
    gap = np.linalg.norm(where - on_lanes[nearest], axis=1)
    far = [port.name for port, km in zip(ports, gap, strict=True) if km > _REACH_KM]
    if far:
        message = f"no sea lane within {_REACH_KM:.0f} km of {', '.join(far)}"
        raise InputError(Problem("ports", message, "correct the coordinates, or make it no ocean port"))
    return _Lanes(main[nearest], gap)


@cache
def _lane_graph(shut: frozenset[str]) -> sp.csr_matrix:
    """The sea lanes as a graph of km, without those of some passages."""
    sea = load_sea()
    kept, count = ~np.isin(sea.passage, sorted(shut)), len(sea.node)
    km = np.maximum(sea.km[kept], 1e-3)
    return sp.coo_matrix((km, (sea.tail[kept], sea.head[kept])), shape=(count, count)).tocsr()


def _lanes_with_shut(ports: tuple[OceanPort, ...], shut: frozenset[str]) -> _Lanes:
    """The lanes where ports inside a shut passage leave by its nearest end: they are not cut off by it."""
    lanes = _lanes(ports)
    graph = _lane_graph(shut)
    sailed = np.diff(graph.indptr) + np.diff(graph.tocsc().indptr) > 0
    inside = np.flatnonzero(~sailed[lanes.port_node])
    if not len(inside):
        return lanes
    port_node, gap = lanes.port_node.copy(), lanes.gap.copy()
    km = dijkstra(_lane_graph(frozenset()), directed=False, indices=port_node[inside])
    km[:, ~sailed] = np.inf
    port_node[inside] = np.argmin(km, axis=1)
    gap[inside] += km.min(1)
    return _Lanes(port_node, gap)


def sail_from(ports: tuple[OceanPort, ...], origin: np.ndarray, shut: frozenset[str] = frozenset()) -> Ocean:
    """The legs from some of the ports, by number (r,), to all of them over the shipped sea lanes.

    shut: passages that no ship can take; what they cut off has infinite legs. Raises InputError when a port lies off
    the lanes.
    """
    lanes, sea, parameters = _lanes_with_shut(ports, shut), load_sea(), load_mode_parameters()
    count = len(sea.node)
    km, before = np.zeros((0, count)), np.zeros((0, count), np.int32)
    if len(origin):
        km, before = dijkstra(
            _lane_graph(shut), directed=False, indices=lanes.port_node[origin], return_predecessors=True
        )
    between = km[:, lanes.port_node] + lanes.gap[origin, None] + lanes.gap[None, :]
    speed = parameters.get("sea", "speed_km_h")
    parts = np.zeros((*between.shape, COUNT))
    dwell = np.array([port.dwell_h for port in ports])
    handling = np.array([port.handling_usd_per_t for port in ports])
    parts[..., Part.KM_SEA] = between
    parts[..., Part.MOVING_H] = between / speed
    parts[..., Part.PORT_H] = dwell[origin, None] + dwell[None, :]
    parts[..., Part.HAUL_USD] = between * parameters.get("sea", "rate_usd_per_t_km")
    parts[..., Part.FIXED_USD] = handling[origin, None] + handling[None, :]
    parts[..., Part.CO2_KG] = between * parameters.get("sea", "co2_kg_per_t_km")
    through = (parameters.get("sea", "port_cv") * dwell) ** 2
    sailing = 24.0 * parameters.get("sea", "moving_cv_of_a_day") ** 2 * parts[..., Part.MOVING_H]
    parts[..., Part.VARIANCE_H2] = through[origin, None] + through[None, :] + sailing
    names, opened = tuple(port.name for port in ports), tuple(port.opened for port in ports)
    closed = tuple(port.closed for port in ports)
    return Ocean(names, opened, closed, origin, parts, dwell, handling, lanes.port_node, before, sea.node)
