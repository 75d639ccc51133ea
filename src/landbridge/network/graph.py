"""The virtual multimodal graph: a node is a place on one mode, an arc a movement, a transfer or a ferry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.atlas import Atlas, shipped_atlas
from landbridge.network.borders import border_parts
from landbridge.network.capacity import link_capacities, named_capacities
from landbridge.network.dates import is_open, is_shut
from landbridge.network.parts import COUNT, Part
from landbridge.world.data import read_csv
from landbridge.world.network_tables import (
    LandTable,
    ModeParameters,
    crossing_rows,
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
    parts: (m, c), see Part. link: (m,) row of the mode's table, -1 for arcs that are none. forward: (m,) true where
    the arc runs as the table's link does. open: (m,) false for arcs that only a measure opens. crossing: (m,) name.
    atlas: the zones, names, lines and ocean ports that belong to it.
    capacity: (m,) tonnes a day, NaN where no limit is known; left out, no arc has one.
    junction: nodes after the places where only planned lines lead, by mode, kind and key of the place.
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
    atlas: Atlas = field(default_factory=shipped_atlas)
    capacity: np.ndarray = field(default_factory=lambda: np.zeros(0))
    junction: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.capacity):
            object.__setattr__(self, "capacity", np.full(len(self.tail), np.nan))

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

    def with_junction(self, mode: str, place: Place, iso3: str) -> tuple[Network, int]:
        """A network with a node of the mode at a place that no line reaches yet, in a country; and the node."""
        node = len(self.node)
        larger = replace(
            self,
            node=np.r_[self.node, [[place.latitude, place.longitude]]],
            node_country=np.r_[self.node_country, [iso3]],
            junction={**self.junction, (mode, place.kind, place.key): node},
        )
        return larger, node

    def with_arcs(
        self,
        tail: np.ndarray,
        head: np.ndarray,
        kind: np.ndarray,
        parts: np.ndarray,
        *,
        is_open: bool = False,
        crossing: str = "",
    ) -> tuple[Network, np.ndarray]:
        """A network with more arcs, closed until a measure opens them unless is_open, and their numbers."""
        count, more = len(self.tail), len(tail)
        larger = replace(
            self,
            tail=np.r_[self.tail, tail],
            head=np.r_[self.head, head],
            kind=np.r_[self.kind, kind],
            parts=np.r_[self.parts, parts],
            link=np.r_[self.link, np.full(more, -1)],
            forward=np.r_[self.forward, np.ones(more, bool)],
            open=np.r_[self.open, np.full(more, is_open)],
            crossing=np.r_[self.crossing, np.full(more, crossing)],
            service=np.r_[self.service, np.full(more, "", self.service.dtype)],
            capacity=np.r_[self.capacity, np.full(more, np.nan)],
        )
        return larger, np.arange(count, count + more)


class _Arcs:
    """Arc blocks collected while the network is built."""

    def __init__(self) -> None:
        self._blocks: list[tuple[np.ndarray, ...]] = []

    def add(
        self,
        tail: np.ndarray,
        head: np.ndarray,
        kind: Kind,
        parts: np.ndarray,
        capacity: np.ndarray,
        link: np.ndarray | None = None,
        forward: bool = True,
        crossing: np.ndarray | None = None,
        service: str = "",
    ) -> None:
        """Adds arcs of one kind; parts (k, c), the other arrays (k,)."""
        count = len(tail)
        self._blocks.append(
            (
                np.asarray(tail),
                np.asarray(head),
                np.full(count, kind),
                parts,
                np.full(count, -1) if link is None else link,
                np.full(count, forward),
                np.full(count, "") if crossing is None else crossing,
                np.full(count, service),
                capacity,
            )
        )

    def joined(self) -> dict[str, np.ndarray]:
        """The fields of a Network, by name."""
        names = ("tail", "head", "kind", "parts", "link", "forward", "crossing", "service", "capacity")
        columns = zip(*self._blocks, strict=True)
        return {name: np.concatenate(blocks) for name, blocks in zip(names, columns, strict=True)}


def haul_parts(
    mode: str, km: np.ndarray, country: np.ndarray, parameters: ModeParameters, *, factor: bool = True
) -> np.ndarray:
    """Parts (m, c) of hauling a tonne over km of line in each country.

    factor: apply the country's length factor, where the map is known to be short. The variance of the moving hours
    grows in proportion to them, as if one day's luck said nothing about the next; see moving_cv_of_a_day.
    """
    countries, number = np.unique(country, return_inverse=True)
    return _haul_of_codes(mode, km, countries, number, parameters, factor)


def _haul_of_codes(
    mode: str,
    km: np.ndarray,
    countries: np.ndarray,
    number: np.ndarray,
    parameters: ModeParameters,
    factor: bool = True,
) -> np.ndarray:
    def by_country(parameter: str) -> np.ndarray:
        return np.array([parameters.get(mode, parameter, str(iso3)) for iso3 in countries])

    speed = by_country("speed_km_h")
    if mode == "road":
        # A truck stands still for the driver's rest; the hours of the trip include it.
        speed = speed * (by_country("driving_hours_per_day") / 24.0)
    length = km * (by_country("length_factor")[number] if factor else 1.0)
    parts = np.zeros((len(km), COUNT))
    parts[:, Part.KM_RAIL if mode == "rail" else Part.KM_ROAD] = length
    parts[:, Part.MOVING_H] = length / speed[number]
    parts[:, Part.HAUL_USD] = length * by_country("rate_usd_per_t_km")[number]
    parts[:, Part.CO2_KG] = length * by_country("co2_kg_per_t_km")[number]
    variance = 24.0 * by_country("moving_cv_of_a_day") ** 2
    parts[:, Part.VARIANCE_H2] = parts[:, Part.MOVING_H] * variance[number]
    return parts


def _access_parts(mode: str, km: np.ndarray, country: np.ndarray, parameters: ModeParameters) -> np.ndarray:
    """Parts of carting between a place and its terminal, and of the terminal itself."""
    winding = load_choice()["access_winding"]
    parts = haul_parts("road", km * winding, country, parameters, factor=False)
    countries, number = np.unique(country, return_inverse=True)

    def by_country(of_mode: str, parameter: str) -> np.ndarray:
        return np.array([parameters.get(of_mode, parameter, str(iso3)) for iso3 in countries])[number]

    # Carting is a matter of hours in a day: the driver sleeps at home.
    parts[:, Part.MOVING_H] = km * winding / by_country("road", "speed_km_h")
    parts[:, Part.PORT_H] = by_country(mode, "terminal_h")
    parts[:, Part.FIXED_USD] = by_country(mode, "terminal_usd_per_t")
    parts[:, Part.VARIANCE_H2] = (by_country(mode, "terminal_cv") * parts[:, Part.PORT_H]) ** 2 + (
        24.0 * by_country("road", "moving_cv_of_a_day") ** 2 * parts[:, Part.MOVING_H]
    )
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
    services = read_csv("network/sea_services.csv")
    capacity = named_capacities("service", services, date, parameters)
    for row in services:
        a, b = row["a_port"], row["b_port"]
        for name in (a, b):
            if name not in ports:
                raise InputError(
                    Problem("network/sea_services.csv", f"{row['name']} calls at {name}, no listed port")
                )
        calls = (row, ports[a], ports[b])
        if not all(is_open(call["opened"], date) for call in calls):
            continue
        if any(is_shut(call["closed_from"], call["closed_to"], date) for call in calls):
            continue
        dwell = np.array([float(ports[name]["dwell_h"]) for name in (a, b)])
        parts = np.zeros((2, COUNT))
        parts[:, Part.KM_SEA] = float(row["km"])
        parts[:, Part.MOVING_H] = float(row["hours"])
        parts[:, Part.PORT_H] = float(row["service_wait_h"]) + sum(dwell.tolist())
        parts[:, Part.HAUL_USD] = float(row["rate_usd_per_t"])
        parts[:, Part.FIXED_USD] = sum(float(ports[n]["handling_usd_per_t"]) for n in (a, b))
        parts[:, Part.CO2_KG] = float(row["km"]) * float(row["co2_kg_per_t_km"])
        # Goods that come at any time between two sailings wait evenly from nothing to twice the mean: its square / 3.
        parts[:, Part.VARIANCE_H2] = (
            float(row["service_wait_h"]) ** 2 / 3.0
            + (parameters.get("sea", "port_cv") ** 2 * dwell**2).sum()
            + 24.0 * parameters.get("sea", "moving_cv_of_a_day") ** 2 * float(row["hours"])
        )
        ends = np.array([index["port", a], index["port", b]])
        kind = Kind.RORO if row["kind"] == "ro-ro" else Kind.SERVICE
        arcs.add(ends, ends[::-1], kind, parts, np.full(2, capacity[row["name"]]), service=row["name"])


def _add_lines(
    arcs: _Arcs, table: LandTable, offset: int, date: datetime.date, parameters: ModeParameters
) -> None:
    """Adds the links of a mode both ways: rail or road, standing at the date and passable."""
    standing = table.opened <= int(date.strftime("%Y%m%d"))
    capacity = link_capacities(table, crossing_rows(table.mode), date, parameters)
    countries, number = np.unique(table.country, return_inverse=True)
    for tail, head, forward in ((table.tail, table.head, True), (table.head, table.tail, False)):
        border, passable = border_parts(table, tail, head, date)
        rows = np.flatnonzero(standing & passable)
        # A link over a border lies half in each country.
        at_tail, at_head = (
            _haul_of_codes(table.mode, table.km[rows], countries, number[end[rows]], parameters)
            for end in (tail, head)
        )
        arcs.add(
            tail[rows] + offset,
            head[rows] + offset,
            Kind[table.mode.upper()],
            (at_tail + at_head) / 2.0 + border[rows],
            capacity[rows],
            link=rows,
            forward=forward,
            crossing=table.crossing[rows],
        )


def _add_access(
    arcs: _Arcs,
    table: LandTable,
    offset: int,
    index: dict[tuple[str, str], int],
    port_capacity: dict[str, float],
    parameters: ModeParameters,
) -> None:
    """Adds the ways between the named places and a mode."""
    reached = np.flatnonzero(table.place_node >= 0)
    pairs = list(zip(table.place_kind[reached].tolist(), table.place_name[reached].tolist(), strict=True))
    place = np.array([index[pair] for pair in pairs])
    node = table.place_node[reached] + offset
    country = table.country[table.place_node[reached]]
    parts = _access_parts(table.mode, table.place_access_km[reached], country, parameters)
    # At a port the goods are handled by the port, which the ship's leg pays for.
    at_port = table.place_kind[reached] == "port"
    parts[at_port, Part.PORT_H] = 0.0
    parts[at_port, Part.FIXED_USD] = 0.0
    parts[at_port, Part.VARIANCE_H2] = (
        24.0 * parameters.get("road", "moving_cv_of_a_day") ** 2 * parts[at_port, Part.MOVING_H]
    )
    capacity = np.array([port_capacity[name] if kind == "port" else np.nan for kind, name in pairs])
    kind = Kind[f"{table.mode.upper()}_ACCESS"]
    arcs.add(place, node, kind, parts, capacity)
    arcs.add(node, place, kind, parts, capacity)


def build_network(date: datetime.date) -> Network:
    """The shipped network as it stood at the date: later openings and closed borders left out."""
    parameters = load_mode_parameters()
    tables = {mode: load_land(mode) for mode in ("rail", "road")}
    offset = {"rail": 0, "road": len(tables["rail"].node)}
    offset["place"] = offset["road"] + len(tables["road"].node)
    places = all_places()
    index = {(place.kind, place.key): offset["place"] + k for k, place in enumerate(places)}
    port_capacity = named_capacities("port", read_csv("network/ports.csv"), date, parameters)
    arcs = _Arcs()
    for mode, table in tables.items():
        _add_lines(arcs, table, offset[mode], date, parameters)
        _add_access(arcs, table, offset[mode], index, port_capacity, parameters)
    _add_services(arcs, index, date, parameters)
    joined = arcs.joined()
    coordinates = np.array([[place.latitude, place.longitude] for place in places])
    return Network(
        date=date,
        node=np.concatenate([tables["rail"].node, tables["road"].node, coordinates]),
        node_country=np.concatenate(
            [tables["rail"].country, tables["road"].country, np.array([place.iso3 for place in places])]
        ),
        node_offset=offset,
        places=places,
        open=np.ones(len(joined["tail"]), bool),
        atlas=shipped_atlas(),
        junction={},
        **joined,
    )
