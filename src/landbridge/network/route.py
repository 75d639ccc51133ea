"""Door-to-door routes between two places, leg by leg."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.csgraph import dijkstra

from landbridge.errors import InputError, Problem
from landbridge.network.graph import CHAINS, Kind, Network
from landbridge.network.parts import Part, generalised_cost, hours, usd_per_t
from landbridge.network.skim import State, by_rows, unseen_factors
from landbridge.world.network_tables import CargoClass, load_choice
from landbridge.world.places import Place

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
    """A run by one mode between two places. parts: (10,), see Part. line: (n, 2) latitude and longitude."""

    mode: str
    origin: str
    destination: str
    parts: np.ndarray
    countries: tuple[str, ...]
    crossings: tuple[str, ...]
    line: np.ndarray


@dataclass(frozen=True)
class Route:
    """A way from one place to another by one mode chain; cost is generalised, in USD a tonne."""

    chain: str
    cost: float
    legs: tuple[Leg, ...]

    @property
    def parts(self) -> np.ndarray:
        """Parts (10,) summed over the legs."""
        return np.asarray(np.sum([leg.parts for leg in self.legs], axis=0))


@dataclass(frozen=True)
class _Tree:
    """Cheapest paths from one place over one land chain."""

    chain: str
    root: np.ndarray
    distance: np.ndarray
    before: np.ndarray
    graph_start: np.ndarray
    graph_end: np.ndarray
    arc: np.ndarray

    def path(self, node: int) -> list[int]:
        """Arcs from the root to the node."""
        arcs: list[int] = []
        while node not in self.root:
            up = int(self.before[node])
            entries = slice(self.graph_start[up], self.graph_start[up + 1])
            arcs.append(int(self.arc[entries][self.graph_end[entries] == node][0]))
            node = up
        return arcs[::-1]


def place_nodes(network: Network, place: Place) -> np.ndarray:
    """The nodes where a journey from or to the place begins or ends."""
    if place.kind == "crossing":
        at = np.flatnonzero(network.crossing == place.key)
        return np.unique(network.tail[at])
    return np.array([network.place_index[place.kind, place.key]])


def _tree(
    network: Network, chain: str, cargo: CargoClass, roots: np.ndarray, usable: np.ndarray, back: bool
) -> _Tree:
    arcs = np.flatnonzero(network.chain_arcs(chain) & usable)
    graph, arc = by_rows(network, arcs, generalised_cost(network.parts[arcs], cargo))
    if back:
        # Transposed, the tree towards the place is the tree from it.
        swapped = graph.copy()
        swapped.data = np.arange(len(arc), dtype=float) + 1.0
        swapped = swapped.T.tocsr()
        order = swapped.data.astype(np.int64) - 1
        turned = swapped.copy()
        turned.data = graph.data[order]
        graph, arc = turned, arc[order]
    distance, before, _ = dijkstra(graph, indices=roots, return_predecessors=True, min_only=True)
    return _Tree(chain, roots, distance, before, graph.indptr, graph.indices, arc)


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


def _legs(network: Network, arcs: list[int], origin: str, destination: str) -> list[Leg]:
    """Joins arcs of one mode into legs; legs meet at named places."""
    groups: list[list[int]] = []
    for arc in arcs:
        mode = _LEG_MODE[Kind(int(network.kind[arc]))]
        if groups and _LEG_MODE[Kind(int(network.kind[groups[-1][-1]]))] == mode:
            groups[-1].append(arc)
        else:
            groups.append([arc])
    base = network.node_offset["place"]
    legs, at = [], origin
    for number, group in enumerate(groups):
        head = int(network.head[group[-1]])
        last = number == len(groups) - 1
        name = destination if last else network.places[head - base].name if head >= base else ""
        inside = [str(network.node_country[network.tail[arc]]) for arc in group]
        inside.append(str(network.node_country[head]))
        countries = tuple(code for k, code in enumerate(inside) if k == 0 or code != inside[k - 1])
        named = [str(network.crossing[arc]) for arc in group if _crosses(network, arc)]
        legs.append(
            Leg(
                _LEG_MODE[Kind(int(network.kind[group[0]]))],
                at,
                name,
                network.parts[group].sum(0),
                countries,
                tuple(name for name in named if name),
                np.concatenate([_line(network, arc) for arc in group]),
            )
        )
        at = name
    return legs


def _crosses(network: Network, arc: int) -> bool:
    return bool(network.node_country[network.tail[arc]] != network.node_country[network.head[arc]])


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
    if state is not None and touched is not None:
        network = _with_state(network, state, touched)
    if origin == destination:
        raise InputError(
            Problem(f"{origin.name} to {destination.name}", "is no journey", "give two different places")
        )
    starts, ends = place_nodes(network, origin), place_nodes(network, destination)
    for place in (origin, destination):
        if place.iso3 in avoid:
            raise InputError(
                Problem("--avoid", f"{place.name} lies in {place.iso3}", "leave that country out of --avoid")
            )
    entered = network.node_country
    usable = (
        network.open
        & ~np.isin(entered[network.tail], list(avoid))
        & ~np.isin(entered[network.head], list(avoid))
    )
    outward = {chain: _tree(network, chain, cargo, starts, usable, back=False) for chain in CHAINS}
    inward = {chain: _tree(network, chain, cargo, ends, usable, back=True) for chain in CHAINS}
    routes = []
    for chain, tree in outward.items():
        end = int(ends[np.argmin(tree.distance[ends])])
        if np.isfinite(tree.distance[end]):
            legs = _legs(network, tree.path(end), origin.name, destination.name)
            if legs:
                routes.append(Route(chain, float(tree.distance[end]), tuple(legs)))
    sea = _sea_route(network, origin, destination, cargo, outward, inward, avoid, state)
    if sea is not None:
        routes.append(sea)
    if not routes:
        if avoid:
            message, remedy = (
                f"no mode connects them without {', '.join(sorted(avoid))}",
                "avoid fewer countries",
            )
        else:
            message = f"no mode connects them in the network of {network.date}"
            remedy = "one of them lies off the networks: name a city, port or station nearby"
        raise InputError(Problem(f"{origin.name} to {destination.name}", message, remedy))
    factors = unseen_factors(np.array([origin.iso3, destination.iso3]))
    return sorted(
        routes, key=lambda route: route.cost * (factors[route.chain][0, 1] if route.chain in factors else 1.0)
    )


def _with_state(network: Network, state: State, touched: np.ndarray) -> Network:
    parts, usable = network.parts.copy(), network.open.copy()
    parts[touched], usable[touched] = state.parts, state.open
    return replace(network, parts=parts, open=usable)


def _sea_route(
    network: Network,
    origin: Place,
    destination: Place,
    cargo: CargoClass,
    outward: dict[str, _Tree],
    inward: dict[str, _Tree],
    avoid: Collection[str],
    state: State | None,
) -> Route | None:
    ocean = network.atlas.ocean
    if not ocean.ports:
        return None
    nodes = np.array([network.place_index["port", name] for name in ocean.ports])
    nothing = np.zeros(len(nodes))
    unchanged = (nothing, nothing, np.zeros((len(nodes), len(nodes))))
    changes = unchanged if state is None else (state.port_h, state.port_usd, state.sea_h)
    parts, there = ocean.legs(network.date, *changes)
    legs_cost = generalised_cost(parts, cargo)
    legs_cost[~there] = np.inf
    shut = np.isin(network.node_country[nodes], list(avoid))
    legs_cost[shut] = np.inf
    legs_cost[:, shut] = np.inf
    chains = list(CHAINS)
    out = np.stack([outward[chain].distance[nodes] for chain in chains])
    into = np.stack([inward[chain].distance[nodes] for chain in chains])
    ratio = load_choice()["hinterland_cost_ratio"]
    ends = [np.where(cost <= ratio * cost.min(), cost, np.inf) for cost in (out.min(0), into.min(0))]
    total = ends[0][:, None] + legs_cost + ends[1][None, :]
    first, last = np.unravel_index(np.argmin(total), total.shape)
    if not np.isfinite(total[first, last]):
        return None
    a, b = ocean.ports[first], ocean.ports[last]
    legs = _legs(
        network, outward[chains[int(out[:, first].argmin())]].path(int(nodes[first])), origin.name, a
    )
    line = np.concatenate(
        [network.node[[nodes[first]]], ocean.line(int(first), int(last)), network.node[[nodes[last]]]]
    )
    countries = (str(network.node_country[nodes[first]]), str(network.node_country[nodes[last]]))
    legs.append(Leg("sea", a, b, parts[first, last], countries, (), line))
    back = inward[chains[int(into[:, last].argmin())]].path(int(nodes[last]))
    legs.extend(_legs(network, back[::-1], b, destination.name))
    return Route("sea", float(total[first, last]), tuple(legs))


def describe(route: Route) -> dict[str, object]:
    """A route as plain data: totals and legs, hours by part, for JSON and tables."""

    def figures(parts: np.ndarray) -> dict[str, object]:
        return {
            "km": {mode: round(float(parts[column]), 1) for mode, column in _KM.items()},
            "hours": {name: round(float(parts[column]), 1) for name, column in _HOURS.items()},
            "days": round(float(hours(parts)) / 24.0, 2),
            "usd_per_t": round(float(usd_per_t(parts)), 1),
            "kgco2e_per_t": round(float(parts[Part.CO2_KG]), 1),
        }

    return {
        "chain": route.chain,
        "generalised_cost_usd_per_t": round(route.cost, 1),
        **figures(route.parts),
        "legs": [
            {
                "mode": leg.mode,
                "from": leg.origin,
                "to": leg.destination,
                "countries": list(leg.countries),
                "crossings": list(leg.crossings),
                **figures(leg.parts),
            }
            for leg in route.legs
        ],
    }


_KM = {"rail": Part.KM_RAIL, "road": Part.KM_ROAD, "sea": Part.KM_SEA}
_HOURS = {
    "moving": Part.MOVING_H,
    "border": Part.BORDER_H,
    "gauge_change": Part.GAUGE_H,
    "port_and_terminal": Part.PORT_H,
}
