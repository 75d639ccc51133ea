"""The virtual multimodal graph: a node is a place on one mode, an arc a movement, a transfer or a ferry."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.dates import closed_pairs, is_open
from landbridge.network.parts import COUNT, Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import (
    LandTable,
    ModeParameters,
    country_groups,
    load_choice,
    load_land,
    load_mode_parameters,
)
from landbridge.world.places import Place, load_zones


class Kind(IntEnum):
    """What an arc is."""

    RAIL = 0
    ROAD = 1
    RAIL_ACCESS = 2
    ROAD_ACCESS = 3
    SERVICE = 4
    RORO = 5


# The arcs of the land chains. Services over an inland sea are in none of them: the crossing of such a sea makes a chain
# of its own, put together from these and the services as the sea chain is from these and the ocean (see ocean.py).
CHAINS: dict[str, tuple[Kind, ...]] = {
    "rail": (Kind.RAIL, Kind.RAIL_ACCESS, Kind.SERVICE),
    "road": (Kind.ROAD, Kind.ROAD_ACCESS, Kind.RORO, Kind.SERVICE),
}
# The land chain and the kinds of service of the chains over an inland sea.
INLAND_SEA_CHAINS: dict[str, tuple[str, tuple[Kind, ...]]] = {
    "rail_sea": ("rail", (Kind.SERVICE,)),
    "road_sea": ("road", (Kind.RORO, Kind.SERVICE)),
}


@dataclass(frozen=True)
class Network:
    """The network as it stands at a date; immutable, a measure yields other arc parts.

    Nodes are numbered rail first, then road, then places (zones, ports, stations). tail, head, kind: (m,) arcs.
    parts: (m, 10), see Part. link: (m,) row of the mode's table, -1 for arcs that are none. forward: (m,) true where
    the arc runs as the table's link does. open: (m,) false for arcs that only a measure opens. crossing: (m,) name.
    """

    date: datetime.date
    node: np.ndarray
    node_country: np.ndarray
    node_offset: dict[str, int]
    places: tuple[Place, ...]
    tail: np.ndarray
    head: np.ndarray
    kind: np.ndarray
    parts: np.ndarray
    link: np.ndarray
    forward: np.ndarray
    open: np.ndarray
    crossing: np.ndarray
    service: np.ndarray

    @cached_property
    def place_index(self) -> dict[tuple[str, str], int]:
        """Node of each place by kind and key."""
        base = self.node_offset["place"]
        return {(place.kind, place.key): base + k for k, place in enumerate(self.places)}

    @cached_property
    def inland_sea(self) -> np.ndarray:
        """The inland sea (m,) that a service runs over, '' for every other arc: both its ports lie on that sea."""
        found = np.full(len(self.tail), "", "U20")
        services = np.flatnonzero(np.isin(self.kind, (Kind.SERVICE, Kind.RORO)))
        ends = self.node[np.stack([self.tail[services], self.head[services]], axis=1)]
        for row in read_csv("network/inland_seas.csv"):
            least = float(row["south"]), float(row["west"])
            most = float(row["north"]), float(row["east"])
            inside = ((ends >= least) & (ends <= most)).all((1, 2))
            found[services[inside]] = row["name"]
        return found

    def chain_arcs(self, chain: str) -> np.ndarray:
        """True for the arcs of a land chain: movements, terminals, and services over straits and open sea."""
        return np.isin(self.kind, CHAINS[chain]) & (self.inland_sea == "")

    def service_arcs(self, chain: str) -> np.ndarray:
        """Numbers of the services over inland seas that a chain may use."""
        _, kinds = INLAND_SEA_CHAINS[chain]
        return np.flatnonzero(np.isin(self.kind, kinds) & (self.inland_sea != ""))

    def with_arcs(
        self, tail: np.ndarray, head: np.ndarray, kind: np.ndarray, parts: np.ndarray
    ) -> tuple[Network, np.ndarray]:
        """A network with more arcs, closed until a measure opens them, and their numbers."""
        count, more = len(self.tail), len(tail)
        larger = replace(
            self,
            tail=np.r_[self.tail, tail],
            head=np.r_[self.head, head],
            kind=np.r_[self.kind, kind],
            parts=np.r_[self.parts, parts],
            link=np.r_[self.link, np.full(more, -1)],
            forward=np.r_[self.forward, np.ones(more, bool)],
            open=np.r_[self.open, np.zeros(more, bool)],
            crossing=np.r_[self.crossing, np.full(more, "", self.crossing.dtype)],
            service=np.r_[self.service, np.full(more, "", self.service.dtype)],
        )
        return larger, np.arange(count, count + more)


@dataclass
class _Arcs:
    """Arc blocks collected while the network is built."""

    tail: list[np.ndarray]
    head: list[np.ndarray]
    kind: list[np.ndarray]
    parts: list[np.ndarray]
    link: list[np.ndarray]
    forward: list[np.ndarray]
    crossing: list[np.ndarray]
    service: list[np.ndarray]

    def add(
        self,
        tail: np.ndarray,
        head: np.ndarray,
        kind: Kind,
        parts: np.ndarray,
        link: np.ndarray | None = None,
        forward: bool = True,
        crossing: np.ndarray | None = None,
        service: str = "",
    ) -> None:
        count = len(tail)
        self.tail.append(np.asarray(tail))
        self.head.append(np.asarray(head))
        self.kind.append(np.full(count, kind))
        self.parts.append(parts)
        self.link.append(np.full(count, -1) if link is None else link)
        self.forward.append(np.full(count, forward))
        self.crossing.append(np.full(count, "", "U60") if crossing is None else crossing)
        self.service.append(np.full(count, service, "U80"))


def _border_parts(
    table: LandTable, tail: np.ndarray, head: np.ndarray, date: datetime.date
) -> tuple[np.ndarray, np.ndarray]:
    """Parts (m, 10) that crossing a border adds to each link run from tail to head, and which links are passable."""
    named = {
        row["name"]: row for row in read_csv("network/border_crossings.csv") if row["mode"] == table.mode
    }
    gauge = {row["iso3"]: row["gauge_mm"] for row in read_csv("network/track_gauge.csv")}
    groups = country_groups()
    defaults = {
        (row["group_a"], row["group_b"]): row
        for row in read_csv("network/border_defaults.csv")
        if row["mode"] == table.mode
    }
    shut = closed_pairs(table.mode, date)
    parts = np.zeros((len(tail), COUNT))
    passable = np.ones(len(tail), bool)
    leaving, entering = table.country[tail], table.country[head]
    for k in np.flatnonzero(leaving != entering):
        a, b = str(leaving[k]), str(entering[k])
        row = named.get(str(table.crossing[k]))
        if frozenset((a, b)) in shut or (row is not None and not is_open(row["opened"], date)):
            passable[k] = False
        elif row is not None:
            outward = row["a_iso3"] == a
            parts[k, Part.BORDER_H] = float(row["dwell_a_to_b_h" if outward else "dwell_b_to_a_h"])
            parts[k, Part.GAUGE_H] = float(row["gauge_change_h"] or 0)
            parts[k, Part.FIXED_USD] = float(row["fee_usd_per_t"] or 0) + float(
                row["gauge_change_usd_per_t"] or 0
            )
        elif table.mode == "rail" and gauge.get(a) != gauge.get(b) and a in gauge and b in gauge:
            # Only a named crossing is known to have what changing the gauge takes.
            passable[k] = False
        else:
            pair = (groups.get(a, "OTHER"), groups.get(b, "OTHER"))
            default = defaults.get(pair) or defaults.get(pair[::-1]) or defaults["OTHER", "OTHER"]
            parts[k, Part.BORDER_H] = float(default["dwell_h"])
            parts[k, Part.FIXED_USD] = float(default["fee_usd_per_t"])
    return parts, passable


def haul_parts(
    mode: str, km: np.ndarray, country: np.ndarray, parameters: ModeParameters, *, factor: bool = True
) -> np.ndarray:
    """Parts (m, 10) of hauling a tonne over km of line in each country.

    factor: apply the country's length factor, where the map is known to be short.
    """
    parts = np.zeros((len(km), COUNT))
    column = Part.KM_RAIL if mode == "rail" else Part.KM_ROAD
    for iso3 in np.unique(country):
        rows = country == iso3
        length = km[rows] * (parameters.get(mode, "length_factor", str(iso3)) if factor else 1.0)
        speed = parameters.get(mode, "speed_km_h", str(iso3))
        if mode == "road":
            # A truck stands still for the driver's rest; the hours of the trip include it.
            speed *= parameters.get(mode, "driving_hours_per_day", str(iso3)) / 24.0
        parts[rows, column] = length
        parts[rows, Part.MOVING_H] = length / speed
        parts[rows, Part.HAUL_USD] = length * parameters.get(mode, "rate_usd_per_t_km", str(iso3))
        parts[rows, Part.CO2_KG] = length * parameters.get(mode, "co2_kg_per_t_km", str(iso3))
    return parts


def _access_parts(mode: str, km: np.ndarray, country: np.ndarray, parameters: ModeParameters) -> np.ndarray:
    """Parts of carting between a place and its terminal, and of the terminal itself."""
    winding = load_choice()["access_winding"]
    parts = haul_parts("road", km * winding, country, parameters, factor=False)
    # Carting is a matter of hours in a day: the driver sleeps at home.
    for k, iso3 in enumerate(country):
        parts[k, Part.MOVING_H] = km[k] * winding / parameters.get("road", "speed_km_h", str(iso3))
        parts[k, Part.PORT_H] = parameters.get(mode, "terminal_h", str(iso3))
        parts[k, Part.FIXED_USD] = parameters.get(mode, "terminal_usd_per_t", str(iso3))
    return parts


def all_places() -> tuple[Place, ...]:
    """The places of the network in their fixed order: zones, ports, stations."""
    zones = [Place("zone", z.key, z.name, z.iso3, z.latitude, z.longitude) for z in load_zones()]
    others = [
        Place(kind, row["name"], row["name"], row["iso3"], float(row["lat"]), float(row["lon"]))
        for kind, name in (("port", "ports"), ("station", "stations"))
        for row in read_csv(f"network/{name}.csv")
    ]
    return (*zones, *others)


def _add_services(
    arcs: _Arcs, index: dict[tuple[str, str], int], date: datetime.date, parameters: ModeParameters
) -> None:
    ports = {row["name"]: row for row in read_csv("network/ports.csv")}
    for row in read_csv("network/sea_services.csv"):
        a, b = row["a_port"], row["b_port"]
        for name in (a, b):
            if name not in ports:
                raise InputError(
                    Problem("network/sea_services.csv", f"{row['name']} calls at {name}, no listed port")
                )
        if not all(
            is_open(opened, date) for opened in (row["opened"], ports[a]["opened"], ports[b]["opened"])
        ):
            continue
        parts = np.zeros((2, COUNT))
        parts[:, Part.KM_SEA] = float(row["km"])
        parts[:, Part.MOVING_H] = float(row["hours"])
        parts[:, Part.PORT_H] = float(row["service_wait_h"]) + sum(float(ports[n]["dwell_h"]) for n in (a, b))
        parts[:, Part.HAUL_USD] = float(row["rate_usd_per_t"])
        parts[:, Part.FIXED_USD] = sum(float(ports[n]["handling_usd_per_t"]) for n in (a, b))
        parts[:, Part.CO2_KG] = float(row["km"]) * float(row["co2_kg_per_t_km"])
        ends = np.array([index["port", a], index["port", b]])
        kind = Kind.RORO if row["kind"] == "ro-ro" else Kind.SERVICE
        arcs.add(ends, ends[::-1], kind, parts, service=row["name"])


def build_network(date: datetime.date) -> Network:
    """The shipped network as it stood at the date: later openings and closed borders left out."""
    parameters = load_mode_parameters()
    tables = {mode: load_land(mode) for mode in ("rail", "road")}
    offset = {"rail": 0, "road": len(tables["rail"].node)}
    offset["place"] = offset["road"] + len(tables["road"].node)
    places = all_places()
    index = {(place.kind, place.key): offset["place"] + k for k, place in enumerate(places)}
    arcs = _Arcs([], [], [], [], [], [], [], [])
    day = int(date.strftime("%Y%m%d"))
    for mode, table in tables.items():
        standing = table.opened <= day
        for tail, head, forward in ((table.tail, table.head, True), (table.head, table.tail, False)):
            border, passable = _border_parts(table, tail, head, date)
            rows = np.flatnonzero(standing & passable)
            # A link over a border lies half in each country.
            haul = np.mean(
                [
                    haul_parts(mode, table.km[rows], table.country[end[rows]], parameters)
                    for end in (tail, head)
                ],
                axis=0,
            )
            arcs.add(
                tail[rows] + offset[mode],
                head[rows] + offset[mode],
                Kind[mode.upper()],
                haul + border[rows],
                link=rows,
                forward=forward,
                crossing=table.crossing[rows],
            )
        reached = np.flatnonzero(table.place_node >= 0)
        pairs = zip(table.place_kind[reached].tolist(), table.place_name[reached].tolist(), strict=True)
        place = np.array([index[pair] for pair in pairs])
        node = table.place_node[reached] + offset[mode]
        country = table.country[table.place_node[reached]]
        parts = _access_parts(mode, table.place_access_km[reached], country, parameters)
        # At a port the goods are handled by the port, which the ship's leg pays for.
        at_port = table.place_kind[reached] == "port"
        parts[at_port, Part.PORT_H] = 0.0
        parts[at_port, Part.FIXED_USD] = 0.0
        kind = Kind[f"{mode.upper()}_ACCESS"]
        arcs.add(place, node, kind, parts)
        arcs.add(node, place, kind, parts)
    _add_services(arcs, index, date, parameters)
    coordinates = np.array([[place.latitude, place.longitude] for place in places])
    return Network(
        date=date,
        node=np.concatenate([tables["rail"].node, tables["road"].node, coordinates]),
        node_country=np.concatenate(
            [tables["rail"].country, tables["road"].country, np.array([place.iso3 for place in places])]
        ),
        node_offset=offset,
        places=places,
        tail=np.concatenate(arcs.tail),
        head=np.concatenate(arcs.head),
        kind=np.concatenate(arcs.kind),
        parts=np.concatenate(arcs.parts),
        link=np.concatenate(arcs.link),
        forward=np.concatenate(arcs.forward),
        open=np.ones(sum(map(len, arcs.tail)), bool),
        crossing=np.concatenate(arcs.crossing),
        service=np.concatenate(arcs.service),
    )
