"""Door-to-door routes between two places, leg by leg."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.network.choice import unseen_factors
from landbridge.network.graph import Kind, Network
from landbridge.network.journey import LAND_CHAINS, SEA_CHAINS, Journey, Way
from landbridge.network.parts import Part, generalised_cost, hours, spread_h, usd_per_t
from landbridge.world.network_tables import CargoClass
from landbridge.world.places import Place

if TYPE_CHECKING:
    from landbridge.network.skim import State

_LEG_MODE = {
    Kind.RAIL: "rail",
    Kind.RAIL_ACCESS: "rail",
    Kind.ROAD: "road",
    Kind.ROAD_ACCESS: "road",
    Kind.SERVICE: "ferry",
    Kind.RORO: "ferry",
}


@dataclass(frozen=True)
class Leg:
    """A run by one mode between two places.

    parts: (c,), see Part. line: (n, 2) latitude and longitude. through: named places passed. service: its name or ''.
    sea: the inland sea that the service runs over or ''.
    """

    mode: str
    origin: str
    destination: str
    parts: np.ndarray
    countries: tuple[str, ...]
    crossings: tuple[str, ...]
    line: np.ndarray
    through: tuple[str, ...] = ()
    service: str = ""
    sea: str = ""


@dataclass(frozen=True)
class Route:
    """A way from one place to another by one mode chain; cost is generalised, in USD a tonne."""

    chain: str
    cost: float
    legs: tuple[Leg, ...]

    @property
    def parts(self) -> np.ndarray:
        """Parts (c,) summed over the legs."""
        return np.asarray(np.sum([leg.parts for leg in self.legs], axis=0))


def _line(network: Network, arc: int) -> np.ndarray:
    link = int(network.link[arc])
    if link < 0:
        return network.node[[network.tail[arc], network.head[arc]]]
    points = network.atlas.lines["rail" if network.kind[arc] == Kind.RAIL else "road"].of(link)
    return points if network.forward[arc] else points[::-1]


def arc_lines(network: Network, arcs: np.ndarray) -> list[np.ndarray]:
    """Polylines (n, 2) of arcs, each link once."""
    seen: set[tuple[int, int]] = set()
    lines = []
    for arc in arcs:
        key = (int(network.kind[arc]), int(network.link[arc]))
        if network.link[arc] < 0 or key not in seen:
            seen.add(key)
            lines.append(_line(network, int(arc)))
    return lines


class Teller:
    """Turns the ways of a network into routes, and knows the names on the way."""

    def __init__(self, network: Network) -> None:
        self.network = network
        base = network.node_offset["place"]
        access = np.flatnonzero(np.isin(network.kind, (Kind.RAIL_ACCESS, Kind.ROAD_ACCESS)))
        access = access[network.tail[access] >= base]
        # Where several places share a node, the one nearest to it names it.
        nearest_last = access[np.argsort(-network.parts[access, Part.KM_ROAD], kind="stable")]
        self._name: dict[int, str] = {}
        for node, place in zip(network.head[nearest_last], network.tail[nearest_last] - base, strict=True):
            if network.places[place].kind != "port":
                self._name[int(node)] = network.places[place].name

    def route(self, journey: Journey, way: Way) -> Route:
        """The legs and the generalised cost of a way of a journey."""
        origin, destination = journey.origin.name, journey.destination.name
        if way.ocean is None:
            legs = self._legs(way.before, origin, destination)
        else:
            ocean, network = journey.ocean, self.network
            a, b = (ocean.ports[port] for port in way.ocean)
            ends = np.array([network.place_index["port", name] for name in (a, b)])
            a, b = (f"{name} port" if name in (origin, destination) else name for name in (a, b))
            lane = ocean.line(*way.ocean)
            parts = journey.ocean_parts(way.ocean)
            sea = Leg(
                "sea", a, b, parts, tuple(dict.fromkeys(network.node_country[ends].tolist())), (),
                np.concatenate([network.node[ends[:1]], lane, network.node[ends[1:]]]),
            )  # fmt: skip
            legs = [*self._legs(way.before, origin, a), sea, *self._legs(way.after, b, destination)]
        cost = generalised_cost(np.sum([leg.parts for leg in legs], axis=0), journey.cargo)
        return Route(way.chain, float(cost), tuple(legs))

    def _legs(self, arcs: tuple[int, ...], origin: str, destination: str) -> list[Leg]:
        """Joins arcs of one mode into legs; legs meet at named places."""
        network = self.network
        groups: list[list[int]] = []
        for arc in arcs:
            mode = _LEG_MODE[Kind(int(network.kind[arc]))]
            if groups and _LEG_MODE[Kind(int(network.kind[groups[-1][-1]]))] == mode != "ferry":
                groups[-1].append(arc)
            else:
                groups.append([arc])
        base = network.node_offset["place"]
        legs, at = [], origin
        for number, group in enumerate(groups):
            head = int(network.head[group[-1]])
            last = number == len(groups) - 1
            name = destination if last else network.places[head - base].name if head >= base else ""
            nodes = [int(network.tail[group[0]]), *network.head[group].tolist()]
            inside = network.node_country[nodes].tolist()
            crossed = [k for k, (a, b) in enumerate(pairwise(inside)) if a != b]
            countries = (inside[0], *(inside[k + 1] for k in crossed))
            passed = dict.fromkeys(self._name[node] for node in nodes if node in self._name)
            legs.append(
                Leg(
                    _LEG_MODE[Kind(int(network.kind[group[0]]))],
                    at,
                    name,
                    network.parts[group].sum(0),
                    tuple(countries),
                    tuple(
                        str(network.crossing[group[k]]) or f"{inside[k]}-{inside[k + 1]} border"
                        for k in crossed
                        if network.kind[group[k]] in (Kind.RAIL, Kind.ROAD)
                    ),
                    np.concatenate([_line(network, arc) for arc in group]),
                    tuple(place for place in passed if place not in (at, name)),
                    str(network.service[group[0]]),
                    str(network.inland_sea[group[0]]),
                )
            )
            at = name
        return legs


def find_routes(
    network: Network,
    origin: Place,
    destination: Place,
    cargo: CargoClass,
    *,
    avoid: Collection[str] = (),
    state: State | None = None,
    touched: np.ndarray | None = None,
) -> list[Route]:
    """The best route by each mode chain, the one to be taken first: by generalised cost and what it does not show.

    avoid: ISO3 codes of countries not to enter. state, touched: a scenario's parts of the touched arcs.
    Raises InputError when no mode connects the places, or an avoided country holds one of them.
    """
    journey = Journey(network, origin, destination, cargo, avoid=avoid, state=state, touched=touched)
    ways = [journey.best(chain) for chain in (*LAND_CHAINS, *SEA_CHAINS)]
    teller = Teller(journey.network)
    routes = [teller.route(journey, way) for way in ways if way is not None]
    if not routes:
        raise journey.nowhere()
    return sorted(routes, key=lambda route: route.cost * unseen_factor(route.chain, origin, destination))


def unseen_factor(chain: str, origin: Place, destination: Place) -> float:
    """The factor on a chain's cost between two places, see choice.unseen_factors."""
    factors = unseen_factors(np.array([origin.iso3, destination.iso3]))
    return float(factors[chain][0, 1]) if chain in factors else 1.0


def figures(parts: np.ndarray) -> dict[str, Any]:
    """Parts (c,) as plain data: km by mode, hours by part and their spread, days, USD and CO2."""
    return {
        "km": {mode: round(float(parts[column]), 1) for mode, column in _KM.items()},
        "hours": {name: round(float(parts[column]), 1) for name, column in _HOURS.items()},
        "days": round(float(hours(parts)) / 24.0, 2),
        "usd_per_t": round(float(usd_per_t(parts)), 1),
        "kgco2e_per_t": round(float(parts[Part.CO2_KG]), 1),
        "spread_h": round(float(spread_h(parts)), 1),
    }


def describe(route: Route) -> dict[str, object]:
    """A route as plain data: totals and legs, hours by part, for JSON and tables."""
    return {
        "chain": route.chain,
        "generalised_cost_usd_per_t": round(route.cost, 1),
        **figures(route.parts),
        "legs": [{**leg_head(leg), "through": list(leg.through), **figures(leg.parts)} for leg in route.legs],
    }


def leg_head(leg: Leg) -> dict[str, Any]:
    """What a leg is, as plain data: mode, ends, service, countries and crossings."""
    return {
        "mode": leg.mode,
        "from": leg.origin,
        "to": leg.destination,
        "service": leg.service,
        "countries": list(leg.countries),
        "crossings": list(leg.crossings),
    }


_KM = {"rail": Part.KM_RAIL, "road": Part.KM_ROAD, "sea": Part.KM_SEA}
_HOURS = {
    "moving": Part.MOVING_H,
    "border": Part.BORDER_H,
    "gauge_change": Part.GAUGE_H,
    "port_and_terminal": Part.PORT_H,
}
