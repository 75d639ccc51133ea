"""How good the shipped network is: lengths, connection, detours, what is missing, and times against published ones.

Lengths, connection and detours are those of the map, whatever is closed at a date; corridor times are those of the
network as it stood in the year of the published figure. Nothing here changes the network.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra

from landbridge.errors import InputError, Problem
from landbridge.network.graph import Network, all_places, build_network
from landbridge.network.ocean import load_ocean, to_xyz
from landbridge.network.parts import COUNT, Part, generalised_cost, hours, spread_h, usd_per_t
from landbridge.world.data import read_csv
from landbridge.world.network_tables import LandTable, load_cargo_classes, load_land, load_mode_parameters
from landbridge.world.places import Place, gazetteer

# The countries whose rail and road must hang together, and how much of them.
CONNECTED = (
    "CHN", "KAZ", "RUS", "UZB", "KGZ", "TJK", "TKM", "MNG", "IRN", "TUR", "AZE", "GEO", "ARM", "POL", "DEU",
)  # fmt: skip
LEAST_SHARE = 0.97
# A way this many times the straight line between two near cities looks wrong.
DETOUR_RATIO = {"rail": 2.5, "road": 2.0}
NEAR_KM = 600.0
NEAREST = 4
CARGO = "manufactures"
# Load of a forty-foot container when a price is given for one.
T_PER_FEU = 14.0


@dataclass(frozen=True)
class LineLength:
    """A published line and its length on the map and as the network counts it; km are NaN where not comparable."""

    origin: str
    destination: str
    country: str
    published_km: float
    map_km: float
    network_km: float
    why_not: str

    @property
    def error_percent(self) -> float:
        """Network length over the published one, less one, in per cent."""
        return 100.0 * (self.network_km / self.published_km - 1.0)


@dataclass(frozen=True)
class Connection:
    """A country's km of a mode, and the share of them in the main component."""

    iso3: str
    mode: str
    km: float
    share: float

    @property
    def required(self) -> bool:
        """Whether the country is one of those that must hang together."""
        return self.iso3 in CONNECTED


@dataclass(frozen=True)
class Detour:
    """Two near cities and how far apart they are over the network; infinite where it does not join them."""

    mode: str
    a: str
    b: str
    straight_km: float
    network_km: float
    explained: str

    @property
    def ratio(self) -> float:
        """Network distance over the straight line."""
        return self.network_km / self.straight_km


@dataclass(frozen=True)
class Missing:
    """A crossing without a link, or a place that a mode does not reach; explained where a table says why."""

    kind: str
    mode: str
    name: str
    iso3: str
    explained: str


@dataclass(frozen=True)
class Corridor:
    """A published transit time (days) or price (USD a FEU) and ours; spread in the same unit, NaN for a price."""

    name: str
    origin: str
    destination: str
    mode: str
    year: int
    unit: str
    low: float
    high: float
    ours: float
    spread: float
    source: str

    @property
    def residual_percent(self) -> float:
        """Ours over the middle of the published range, less one, in per cent."""
        return 100.0 * (self.ours / ((self.low + self.high) / 2.0) - 1.0)


@dataclass(frozen=True)
class Quality:
    """Everything that the check found."""

    lengths: tuple[LineLength, ...]
    connections: tuple[Connection, ...]
    detours: tuple[Detour, ...]
    missing: tuple[Missing, ...]
    corridors: tuple[Corridor, ...]

    @property
    def disconnected(self) -> tuple[Connection, ...]:
        """The countries that must hang together and do not."""
        return tuple(c for c in self.connections if c.required and c.share < LEAST_SHARE)


def network_quality() -> Quality:
    """Checks the shipped network."""
    return Quality(line_lengths(), connections(), detours(), missing(), corridors())


def _matrix(table: LandTable, km: np.ndarray, countries: Sequence[str] = ()) -> sp.csr_matrix:
    """The links as a sparse graph, of the countries alone where some are given."""
    size = len(table.node)
    rows = np.arange(len(km))
    if countries:
        inside = np.isin(table.country, countries)
        rows = np.flatnonzero(inside[table.tail] & inside[table.head])
    return sp.coo_matrix(
        (np.maximum(km[rows], 1e-3), (table.tail[rows], table.head[rows])), shape=(size, size)
    ).tocsr()


def _network_km(table: LandTable) -> np.ndarray:
    """Length (m,) of each link as the network counts it, with the factors of the countries at its two ends."""
    parameters = load_mode_parameters()
    countries, number = np.unique(table.country, return_inverse=True)
    factor = np.array([parameters.get(table.mode, "length_factor", str(iso3)) for iso3 in countries])[number]
    return np.asarray(table.km * (factor[table.tail] + factor[table.head]) / 2.0)


def _node(table: LandTable, name: str, kinds: tuple[str, ...] = ("station", "zone", "port")) -> int:
    """The node where a place lies on the mode, -1 when it does not lie on it."""
    for kind in kinds:
        try:
            place = gazetteer().find(name, (kind,))
        except InputError:
            continue
        at = np.flatnonzero((table.place_kind == place.kind) & (table.place_name == place.key))
        if len(at) and table.place_node[at[0]] >= 0:
            return int(table.place_node[at[0]])
    return -1


def line_lengths() -> tuple[LineLength, ...]:
    """Every line of rail_line_lengths.csv against the map; its `legs` say between which stations it is measured.

    The way is the shortest inside the line's countries.
    """
    table = load_land("rail")
    counted = _network_km(table)
    found = []
    for row in read_csv("network/rail_line_lengths.csv"):
        map_km = network_km = float("nan")
        if row["comparable"] == "yes":
            on_map = _matrix(table, table.km, row["country"].split("/"))
            legs = [[_node(table, name) for name in leg.split(">")] for leg in row["legs"].split(";")]
            map_km = sum(_path_sum(table, on_map, a, b, table.km) for a, b in legs)
            network_km = sum(_path_sum(table, on_map, a, b, counted) for a, b in legs)
        found.append(
            LineLength(
                row["from"], row["to"], row["country"], float(row["km"]), map_km, network_km, row["why_not"]
            )
        )
    return tuple(found)


def _path_sum(table: LandTable, graph: sp.csr_matrix, a: int, b: int, values: np.ndarray) -> float:
    """Sum of the links' values along the shortest path; infinite where there is none or an end is -1."""
    if min(a, b) < 0:
        return float("inf")
    rows, trees = dijkstra(graph, directed=False, indices=np.array([a]), return_predecessors=True)
    if not np.isfinite(rows[0, b]):
        return float("inf")
    code = np.minimum(table.tail, table.head) * len(table.node) + np.maximum(table.tail, table.head)
    order = np.lexsort((table.km, code))
    sorted_code = code[order]
    total, at = 0.0, b
    while at != a:
        up = int(trees[0, at])
        key = min(at, up) * len(table.node) + max(at, up)
        total += float(values[order[np.searchsorted(sorted_code, key)]])
        at = up
    return total


def connections() -> tuple[Connection, ...]:
    """Share of each country's km of rail and road that lies in the component that holds most of the country group.

    The main component is the one with the most km in the countries of CONNECTED: Eurasia.
    """
    found = []
    for mode in ("rail", "road"):
        table = load_land(mode)
        _, part = connected_components(_matrix(table, table.km), directed=False)
        country = table.country[table.tail]
        eurasian = np.isin(country, CONNECTED)
        main = np.bincount(part[table.tail[eurasian]], weights=table.km[eurasian]).argmax()
        for iso3 in np.unique(country):
            rows = country == iso3
            km = float(table.km[rows].sum())
            inside = float(table.km[rows & (part[table.tail] == main)].sum())
            found.append(Connection(str(iso3), mode, km, inside / km))
    return tuple(found)


def _near_pairs(places: list[Place]) -> list[tuple[int, int, float]]:
    """Pairs of places near each other: each with its nearest few of the same or an adjacent country, straight km."""
    where = to_xyz(np.array([[place.latitude, place.longitude] for place in places]))
    adjacent = {frozenset((row["a_iso3"], row["b_iso3"])) for row in read_csv("network/border_crossings.csv")}
    pairs = set()
    for k, place in enumerate(places):
        gap = np.linalg.norm(where - where[k], axis=1)
        taken = 0
        for other in np.argsort(gap, kind="stable")[1:]:
            if gap[other] > NEAR_KM or taken == NEAREST:
                break
            ends = frozenset((place.iso3, places[other].iso3))
            if len(ends) == 1 or ends in adjacent:
                pairs.add((min(k, int(other)), max(k, int(other)), float(gap[other])))
                taken += 1
    return sorted(pairs)


def detours() -> tuple[Detour, ...]:
    """Pairs of near cities whose way over the network is suspiciously long, worst first; known_detours.csv explains.

    A city that a mode does not reach is listed among what is missing, not here.
    """
    why = {
        (row["mode"], frozenset((row["a"], row["b"]))): row["reason"]
        for row in read_csv("network/known_detours.csv")
    }
    zones = {place.key: place for place in all_places() if place.kind == "zone"}
    found = []
    for mode in ("rail", "road"):
        table = load_land(mode)
        graph = _matrix(table, _network_km(table))
        at = {
            str(name): (int(node), float(access))
            for kind, name, node, access in zip(
                table.place_kind, table.place_name, table.place_node, table.place_access_km, strict=True
            )
            if kind == "zone" and node >= 0
        }
        places = [place for key, place in zones.items() if key in at]
        pairs = _near_pairs(places)
        starts = sorted({a for a, _, _ in pairs})
        row = {a: k for k, a in enumerate(starts)}
        nodes = np.array([at[place.key][0] for place in places])
        km = np.full((len(starts), len(places)), np.inf)
        for chunk in np.array_split(np.arange(len(starts)), max(1, len(starts) // 64)):
            indices = nodes[[starts[k] for k in chunk]]
            km[chunk] = dijkstra(graph, directed=False, indices=indices, limit=6000.0)[:, nodes]
        for a, b, straight in pairs:
            way = float(km[row[a], b]) + at[places[a].key][1] + at[places[b].key][1]
            if way > DETOUR_RATIO[mode] * straight:
                names = f"{places[a].name} ({places[a].iso3})", f"{places[b].name} ({places[b].iso3})"
                reason = why.get((mode, frozenset((places[a].name, places[b].name))), "")
                found.append(Detour(mode, *names, straight, way, reason))
    return tuple(sorted(found, key=lambda detour: (bool(detour.explained), -detour.ratio, detour.a)))


def missing() -> tuple[Missing, ...]:
    """Crossings that no link makes, and places that a mode they need does not reach.

    Stations need rail; ports the modes of their row; cities are listed for the modes that no network brings them.
    """
    why = {
        (row["kind"], row["mode"], row["name"]): row["reason"]
        for row in read_csv("network/known_missing.csv")
    }
    modes_of_port = {row["name"]: row["modes"].split(";") for row in read_csv("network/ports.csv")}
    found = []
    for mode in ("rail", "road"):
        table = load_land(mode)
        linked = set(np.unique(table.crossing).tolist())
        found += [
            Missing("crossing", mode, row["name"], f"{row['a_iso3']}/{row['b_iso3']}", "")
            for row in read_csv("network/border_crossings.csv")
            if row["mode"] == mode and row["name"] not in linked
        ]
        off = {
            (str(kind), str(name))
            for kind, name, node in zip(table.place_kind, table.place_name, table.place_node, strict=True)
            if node < 0
        }
        for place in all_places():
            needs = (
                mode in modes_of_port[place.key]
                if place.kind == "port"
                else place.kind == "zone" or mode == "rail"
            )
            if needs and (place.kind, place.key) in off:
                found.append(Missing(place.kind, mode, place.name, place.iso3, ""))
    return tuple(
        Missing(m.kind, m.mode, m.name, m.iso3, why.get((m.kind, m.mode, m.name), "")) for m in found
    )


def corridors() -> tuple[Corridor, ...]:
    """Published transit times and prices of corridor_times.csv against the network of their year.

    From terminal to terminal: loading, unloading and carting at the two ends are left out on both sides. The way is
    the cheapest for manufactures by the row's mode, ferries over inland seas included, through its `via` stations and
    without its `avoid` countries; infinite where there was none.
    """
    networks: dict[int, Network] = {}
    found = []
    for row in read_csv("network/corridor_times.csv"):
        year = int(row["year"])
        if year not in networks:
            networks[year] = build_network(datetime.date(year, 7, 1))
        parts = _corridor_parts(networks[year], row)
        if row["unit"] == "days":
            ours, spread = float(hours(parts)) / 24.0, float(spread_h(parts)) / 24.0
        else:
            ours, spread = float(usd_per_t(parts)) * T_PER_FEU, float("nan")
        found.append(
            Corridor(
                name=row["corridor"],
                origin=row["from"],
                destination=row["to"],
                mode=row["mode"],
                year=year,
                unit=row["unit"],
                low=float(row["low"]),
                high=float(row["high"]),
                ours=ours,
                spread=spread,
                source=row["source"],
            )
        )
    return tuple(found)


def _corridor_parts(network: Network, row: dict[str, str]) -> np.ndarray:
    """Parts (c,) of a row of corridor_times.csv, infinite where there is no such way in its year."""
    if row["mode"] == "sea":
        ocean = load_ocean()
        zero = np.zeros(len(ocean.ports))
        legs, there = ocean.legs(network.date, zero, zero, np.zeros((len(zero), len(zero))))
        pair = ocean.ports.index(row["from"]), ocean.ports.index(row["to"])
        if not there[pair]:
            raise InputError(Problem("network/corridor_times.csv", f"{row['corridor']} could not be sailed"))
        sailing: np.ndarray = legs[pair]
        sailing[Part.PORT_H] = 0.0
        return sailing
    mode = "road" if row["mode"] == "road" else "rail"
    usable = network.chain_arcs(mode)
    # A train's way may lead over an inland sea.
    usable[network.service_arcs(f"{mode}_sea")] = True
    usable &= network.open
    avoided = [iso3 for iso3 in row["avoid"].split(";") if iso3]
    usable &= ~np.isin(network.node_country[network.tail], avoided)
    usable &= ~np.isin(network.node_country[network.head], avoided)
    arcs = np.flatnonzero(usable)
    cargo = next(cargo for cargo in load_cargo_classes() if cargo.name == CARGO)
    cost = np.maximum(generalised_cost(network.parts[arcs], cargo), 1e-8)
    order = np.lexsort((-cost, network.head[arcs], network.tail[arcs]))
    arcs, cost = arcs[order], cost[order]
    code = network.tail[arcs].astype(np.int64) * len(network.node) + network.head[arcs]
    # Of parallel arcs the last in this order is the cheapest.
    keep = np.r_[code[1:] != code[:-1], True]
    arcs, cost, code = arcs[keep], cost[keep], code[keep]
    size = len(network.node)
    graph = sp.csr_matrix((cost, (network.tail[arcs], network.head[arcs])), shape=(size, size))
    table, offset = load_land(mode), network.node_offset[mode]
    stops = [_node(table, name) for name in (row["from"], *filter(None, row["via"].split(";")), row["to"])]
    if min(stops) < 0:
        return np.full(COUNT, np.inf)
    stops = [stop + offset for stop in stops]
    total = np.zeros(COUNT)
    for a, b in pairwise(stops):
        rows, trees = dijkstra(graph, indices=np.array([a]), return_predecessors=True)
        if not np.isfinite(rows[0, b]):
            return np.full(COUNT, np.inf)
        at = b
        while at != a:
            up = int(trees[0, at])
            total += network.parts[arcs[np.searchsorted(code, up * size + at)]]
            at = up
    return total
