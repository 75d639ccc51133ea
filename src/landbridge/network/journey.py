"""The ways from one place to another: the cheapest by each mode chain, through a border or service, over the ocean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Kind, Network
from landbridge.network.hinterland import in_hinterland
from landbridge.network.ocean import Ocean, ports_open, sail_from
from landbridge.network.parts import Part, hours, usd_per_t
from landbridge.network.paths import SearchGraph, Tree
from landbridge.world.network_tables import CargoClass, load_choice
from landbridge.world.places import Place

if TYPE_CHECKING:
    from landbridge.network.skim import State

LAND_CHAINS = (*CHAINS, *INLAND_SEA_CHAINS)
# By one land mode to a place with terminals of both, by the other from there.
CHANGE_CHAINS = {"rail_road": ("rail_sea", "road_sea"), "road_rail": ("road_sea", "rail_sea")}
SEA_CHAINS = ("sea", "short_sea")


@dataclass(frozen=True)
class Weights:
    """What one search minimises: weights of USD a tonne, of hours and of kg CO2e a tonne."""

    usd: float
    hours: float
    co2: float

    def price(self, parts: np.ndarray) -> np.ndarray:
        """Price (...) of parts (..., c)."""
        return np.asarray(
            self.usd * usd_per_t(parts) + self.hours * hours(parts) + self.co2 * parts[..., Part.CO2_KG]
        )


@dataclass(frozen=True)
class Way:
    """Arcs of a network in the order of travel, with at most one leg between two ocean ports, by number, in between."""

    chain: str
    before: tuple[int, ...]
    ocean: tuple[int, int] | None = None
    after: tuple[int, ...] = ()

    @property
    def arcs(self) -> tuple[int, ...]:
        """The arcs of the network, without the ocean leg."""
        return self.before + self.after


def place_nodes(network: Network, place: Place) -> np.ndarray:
    """The nodes where a journey from or to the place begins or ends."""
    if place.kind == "crossing":
        return np.unique(network.tail[np.flatnonzero(network.crossing == place.key)])
    return np.array([network.place_index[place.kind, place.key]])


def passing_nodes(network: Network, place: Place) -> np.ndarray:
    """The nodes where a journey passes a place: its own and those of its terminals."""
    nodes = place_nodes(network, place)
    if place.kind == "crossing":
        return nodes
    access = np.isin(network.kind, (Kind.RAIL_ACCESS, Kind.ROAD_ACCESS)) & (network.tail == nodes[0])
    return np.unique(np.r_[nodes, network.head[access]])


def with_state(network: Network, state: State, touched: np.ndarray) -> Network:
    """The network with a scenario's parts of the touched arcs."""
    parts, usable = network.parts.copy(), network.open.copy()
    parts[touched], usable[touched] = state.parts, state.open
    return replace(network, parts=parts, open=usable)


class Journey:
    """The search for ways between two places for one cargo class.

    avoid: ISO3 codes of countries not to enter. via: places to pass, in order. state, touched: a scenario's parts of
    the touched arcs. Raises InputError when the places are the same, one lies in an avoided country, or one to pass is
    not on the network at its date.
    """

    def __init__(
        self,
        network: Network,
        origin: Place,
        destination: Place,
        cargo: CargoClass,
        *,
        avoid: Collection[str] = (),
        via: Sequence[Place] = (),
        state: State | None = None,
        touched: np.ndarray | None = None,
    ) -> None:
        if state is not None and touched is not None:
            network = with_state(network, state, touched)
        self.network, self.origin, self.destination, self.cargo = network, origin, destination, cargo
        self.avoid, self.state = tuple(avoid), state
        stops = [origin, *via, destination]
        problems = [
            Problem(f"{a.name} to {b.name}", "is no journey", "give two different places")
            for a, b in pairwise(stops)
            if a == b
        ]
        problems += [
            Problem("--avoid", f"{place.name} lies in {place.iso3}", "leave that country out of --avoid")
            for place in stops
            if place.iso3 in avoid and place.kind != "crossing"
        ]
        self.starts, self.ends = place_nodes(network, origin), place_nodes(network, destination)
        self.passed = [passing_nodes(network, place) for place in via]
        for place, nodes in zip(stops, [self.starts, *self.passed, self.ends], strict=True):
            if not len(nodes):
                message = f"is not open in the network of {network.date}"
                problems.append(Problem(place.name, message, "choose another date or place"))
        if problems:
            raise InputError(problems)
        shut = np.isin(network.node_country, self.avoid)
        self.usable = network.open & ~shut[network.tail] & ~shut[network.head]
        self._port = np.array([network.place_index["port", port.name] for port in network.atlas.ports], int)
        self._port_shut = shut[self._port]
        self._graphs: dict[str, SearchGraph] = {}
        self._prices: dict[Weights, np.ndarray] = {}
        self._trees: dict[tuple[str, Weights], tuple[Tree, Tree]] = {}

    @cached_property
    def weights(self) -> Weights:
        """Generalised cost of the cargo class."""
        return Weights(1.0, self.cargo.value_usd_per_t * self.cargo.time_value / 24.0, 0.0)

    def _price(self, weights: Weights) -> np.ndarray:
        if weights not in self._prices:
            self._prices[weights] = weights.price(self.network.parts)
        return self._prices[weights]

    def _graph(self, chain: str) -> SearchGraph:
        if chain not in self._graphs:
            if chain in CHAINS:
                taken = self.network.chain_arcs(chain)
            else:
                taken = self.network.chain_arcs(INLAND_SEA_CHAINS[chain][0])
                taken[self.network.service_arcs(chain)] = True
            arcs = np.flatnonzero(taken & self.usable)
            self._graphs[chain] = SearchGraph(self.network, arcs, self.passed)
        return self._graphs[chain]

    def trees(self, chain: str, weights: Weights) -> tuple[Tree, Tree]:
        """The trees from the origin and to the destination over the arcs of a land chain."""
        if (chain, weights) not in self._trees:
            graph, price = self._graph(chain), self._price(weights)
            self._trees[chain, weights] = (
                graph.tree(price, self.starts),
                graph.tree(price, self.ends, back=True),
            )
        return self._trees[chain, weights]

    def can_go(self, way: Way) -> bool:
        """Whether a way can be taken, whatever search found it."""
        if not self.usable[list(way.arcs)].all():
            return False
        return way.ocean is None or bool(
            way.ocean[0] in self.ocean.origin
            and self._legs[1][np.flatnonzero(self.ocean.origin == way.ocean[0])[0], way.ocean[1]]
        )

    def penalised(self, chain: str, weights: Weights, dearer: Collection[int], factor: float) -> Way | None:
        """The cheapest way of a land chain when some arcs cost so many times as much."""
        price = self._price(weights).copy()
        price[list(dearer)] *= factor
        tree = self._graph(chain).tree(price, self.starts)
        return self._arrival(chain, tree)

    def _arrival(self, chain: str, tree: Tree) -> Way | None:
        ends = self.ends + len(self.passed) * len(self.network.node)
        end = int(ends[np.argmin(tree.distance[ends])])
        if not np.isfinite(tree.distance[end]):
            return None
        arcs = tree.path(end)
        return Way(chain, tuple(arcs)) if arcs else None

    def best(self, chain: str, weights: Weights | None = None) -> Way | None:
        """The cheapest way of a mode chain, None where it does not lead there."""
        weights = weights or self.weights
        if chain in CHAINS:
            return self._arrival(chain, self.trees(chain, weights)[0])
        if chain in INLAND_SEA_CHAINS:
            services = self.network.service_arcs(chain)
            return next(iter(self.through(chain, services, weights, 1)), None)
        return next(iter(self.by_sea(chain, weights, 1)), None)

    def through(
        self, chain: str, gateways: np.ndarray, weights: Weights, most: int, slack: float = np.inf
    ) -> list[Way]:
        """The cheapest ways through each of some arcs, the cheapest first, those that come back to a node left out.

        A way through an arc is the cheapest to it and the cheapest from it (Abraham, Delling, Goldberg and Werneck
        2013, ACM Journal of Experimental Algorithmics 18: single-via paths). slack: how much dearer than the cheapest
        of them a way may be, as a share.
        """
        outward, inward = self.trees(chain, weights)
        nodes, layers = len(self.network.node), len(self.passed) + 1
        gateways = gateways[self.usable[gateways]]
        if not len(gateways):
            return []
        tail, head = self.network.tail[gateways], self.network.head[gateways]
        shift = np.arange(layers)[:, None] * nodes
        total = (
            outward.distance[tail + shift] + self._price(weights)[gateways] + inward.distance[head + shift]
        )
        limit = total.min() * (1.0 + slack)
        found: list[Way] = []
        last = -1.0
        for entry in np.argsort(total, axis=None):
            layer, k = divmod(int(entry), len(gateways))
            cost = float(total[layer, k])
            if not np.isfinite(cost) or cost > limit or len(found) == most:
                break
            # Gateways of the same way have the same cost.
            if cost - last < 1e-7:
                continue
            last = cost
            to, onward = (
                outward.path(int(tail[k] + shift[layer, 0])),
                inward.path(int(head[k] + shift[layer, 0])),
            )
            arcs = (*to, int(gateways[k]), *onward)
            if self._is_straight(arcs):
                found.append(Way(chain, arcs))
        return found

    def _is_straight(self, arcs: Sequence[int]) -> bool:
        """Whether a way never comes back to a node, which only a place to pass may ask for."""
        if self.passed:
            return len(set(arcs)) == len(arcs)
        return len(np.unique(self.network.head[list(arcs)])) == len(arcs)

    def changing(self, chain: str, weights: Weights, slack: float = np.inf) -> list[Way]:
        """The cheapest way that changes from one land mode to the other in each country, the cheapest first.

        slack: how much dearer than the cheapest of them a way may be, as a share.
        """
        first, second = CHANGE_CHAINS[chain]
        outward, inward = self.trees(first, weights)[0], self.trees(second, weights)[1]
        base, nodes = self.network.node_offset["place"], len(self.network.node)
        shift = np.arange(len(self.passed) + 1)[:, None] * nodes
        places = np.arange(base, nodes)
        total = outward.distance[places + shift] + inward.distance[places + shift]
        limit = total.min() * (1.0 + slack)
        found: list[Way] = []
        countries: set[str] = set()
        for entry in np.argsort(total, axis=None):
            layer, k = divmod(int(entry), len(places))
            if not (np.isfinite(total[layer, k]) and total[layer, k] <= limit):
                break
            country = str(self.network.node_country[places[k]])
            if country in countries:
                continue
            node = int(places[k] + shift[layer, 0])
            to, onward = outward.path(node), inward.path(node)
            if to and onward and self._is_straight([*to, *onward]):
                countries.add(country)
                found.append(Way(chain, (*to, *onward)))
        return found

    @cached_property
    def ocean(self) -> Ocean:
        """The legs from the ports within reach of the origin."""
        reached = np.isfinite(self._hinterland[0]).any(0)
        return sail_from(self.network.atlas.ports, np.flatnonzero(reached), self.network.atlas.shut)

    @cached_property
    def _legs(self) -> tuple[np.ndarray, np.ndarray]:
        """Parts (r, p, c) of the ocean legs, and which (r, p) can be sailed."""
        count, state = len(self._port), self.state
        nothing, no_leg = np.zeros(count), np.zeros((count, count))
        if state is None:
            parts, there = self.ocean.legs(self.network.date, nothing, nothing, no_leg)
        else:
            parts, there = self.ocean.legs(
                self.network.date, state.port_h, state.port_usd, state.sea_h, state.sea_rate
            )
        there &= ~self._port_shut[self.ocean.origin, None] & ~self._port_shut[None, :]
        return parts, there

    def ocean_parts(self, leg: tuple[int, int]) -> np.ndarray:
        """Parts (c,) of the leg between two ports by number."""
        row = int(np.flatnonzero(self.ocean.origin == leg[0])[0])
        return np.asarray(self._legs[0][row, leg[1]])

    @cached_property
    def _hinterland(self) -> tuple[np.ndarray, np.ndarray]:
        """Costs (layers, p) from the origin to the ports it ships through and from such ports to the destination."""
        ports = self.network.node_country[self._port]
        standing = ports_open(self.network.atlas.ports, self.network.date)
        ends = []
        for side, place in enumerate((self.origin, self.destination)):
            cost = np.where(standing, self._port_cost(self.weights, side).min(0), np.inf)
            served = in_hinterland(cost, np.full(len(cost), place.iso3), ports)
            ends.append(np.where(served, cost, np.inf))
        return ends[0], ends[1]

    def _port_cost(self, weights: Weights, side: int) -> np.ndarray:
        """Costs (chains, layers, p) between the origin (side 0) or destination (1) and the ports, by land chain."""
        shift = np.arange(len(self.passed) + 1)[:, None] * len(self.network.node)
        return np.stack(
            [self.trees(chain, weights)[side].distance[self._port + shift] for chain in INLAND_SEA_CHAINS]
        )

    def by_sea(self, chain: str, weights: Weights, most: int, slack: float = np.inf) -> list[Way]:
        """The cheapest ways over the ocean, at most one for each first port and one for each last port.

        chain: "sea" for legs from the length that choice.csv sets, "short_sea" for shorter ones.
        """
        out_of, into = (self._port_cost(weights, side) for side in (0, 1))
        first_cost = np.where(np.isfinite(self._hinterland[0]), out_of.min(0), np.inf)
        last_cost = np.where(np.isfinite(self._hinterland[1]), into.min(0), np.inf)
        if not (np.isfinite(first_cost).any() and np.isfinite(last_cost).any()):
            return []
        parts, there = self._legs
        short = parts[..., Part.KM_SEA] < load_choice()["short_sea_below_km"]
        sailed = np.where(there & (short == (chain == "short_sea")), weights.price(parts), np.inf)
        # (layers, r, p): the land legs lie in the same layer as the ship.
        total = first_cost[:, self.ocean.origin, None] + sailed[None] + last_cost[:, None, :]
        if not np.isfinite(total.min()):
            return []
        limit = total.min() * (1.0 + slack)
        found: list[Way] = []
        seen: set[tuple[str, int]] = set()
        for entry in np.argsort(total, axis=None)[: 40 * most]:
            layer, row, last = (int(k) for k in np.unravel_index(entry, total.shape))
            first = int(self.ocean.origin[row])
            if not total[layer, row, last] <= limit or len(found) == most:
                break
            if ("first", first) in seen and ("last", last) in seen:
                continue
            seen |= {("first", first), ("last", last)}
            ends = []
            for side, port, costs in ((0, first, out_of), (1, last, into)):
                land = list(INLAND_SEA_CHAINS)[int(costs[:, layer, port].argmin())]
                node = int(self._port[port]) + layer * len(self.network.node)
                ends.append(tuple(self.trees(land, weights)[side].path(node)))
            found.append(Way(chain, ends[0], (first, last), ends[1]))
        return found

    def nowhere(self, mode: str | None = None) -> InputError:
        """The error that no way leads there."""
        place = f"{self.origin.name} to {self.destination.name}"
        if self.avoid:
            message = f"no mode connects them without {', '.join(sorted(self.avoid))}"
            return InputError(Problem(place, message, "avoid fewer countries"))
        if mode is not None:
            return InputError(Problem(place, f"no way leads there by {mode}", "leave --mode out"))
        if self.passed:
            return InputError(
                Problem(place, "no way passes the places of --via in order", "name fewer places")
            )
        message = f"no mode connects them in the network of {self.network.date}"
        remedy = "one of them lies off the networks: name a city, port or station nearby"
        return InputError(Problem(place, message, remedy))
