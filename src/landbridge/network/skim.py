"""Zone-to-zone skims for many scenarios on one topology: each re-prices the hierarchies of the land chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.choice import NESTS, nested_logit, unseen_factors
from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Network, haul_parts
from landbridge.network.hierarchy import Hierarchy
from landbridge.network.hinterland import in_hinterland
from landbridge.network.kernels import min_plus
from landbridge.network.ocean import to_xyz
from landbridge.network.parts import COUNT, Part, generalised_cost, hours, usd_per_t
from landbridge.network.recent import Recent
from landbridge.network.terms import Terms
from landbridge.world.network_tables import CargoClass, load_choice, load_mode_parameters

# Costs (t, t) between terminals and their parts (t, t, c), or None when only costs were asked for.
_Found = tuple[np.ndarray, np.ndarray | None]

_MOST_KEPT_BYTES = 500_000_000


@dataclass(frozen=True)
class State:
    """What a scenario makes of the touched arcs and of the ports.

    parts: (t, c) of the touched arcs. open: (t,) whether they can be used. port_h, port_usd: (p,) change of the
    hours and USD a tonne to get through each ocean port. sea_h: (p, p) change of the hours of a leg.
    """

    parts: np.ndarray
    open: np.ndarray
    port_h: np.ndarray
    port_usd: np.ndarray
    sea_h: np.ndarray


@dataclass(frozen=True)
class ClassSkim:
    """Skims of one cargo class between zones.

    cost: (z, z) expected generalised cost in USD a tonne (the logsum over chains). chain_cost: chain -> (z, z),
    infinite where the chain does not reach. share: chain -> (z, z). parts: (z, z, c) expected over the chains, or None
    when only costs were asked for.
    """

    cost: np.ndarray
    chain_cost: dict[str, np.ndarray]
    share: dict[str, np.ndarray]
    parts: np.ndarray | None


@dataclass(frozen=True)
class _Land:
    """What a land chain is made of, whatever the scenario.

    arcs: (k,) numbers of its arcs. hierarchy: over these. cost: class -> (k,) without a scenario. place: (u,) rows of
    the arcs that a scenario changes. changed: (u,) rows of the touched arcs that stand for them.
    """

    arcs: np.ndarray
    hierarchy: Hierarchy
    cost: dict[str, np.ndarray]
    place: np.ndarray
    changed: np.ndarray


@dataclass(frozen=True)
class _Services:
    """The services over inland seas that a chain may use.

    arcs: (s,) their numbers. tail, head: (s,) their ends among the inland ports. place, changed: as in _Land.
    """

    arcs: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    place: np.ndarray
    changed: np.ndarray


@dataclass
class Skimmer:
    """Prepares the network once for all scenarios that change only the touched arcs, then skims each.

    touched: arc numbers. jobs: threads. only: numbers of the zones to skim between, all of them without.
    """

    network: Network
    classes: Sequence[CargoClass]
    touched: np.ndarray
    jobs: int = 1
    only: np.ndarray | None = None
    _recent: Recent = field(default_factory=lambda: Recent(_MOST_KEPT_BYTES), init=False)
    _chain: dict[str, _Land] = field(default_factory=dict, init=False)
    _services: dict[str, _Services] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        network = self.network
        self.ocean = network.atlas.ocean
        self.zones = np.array([k for k, place in enumerate(network.places) if place.kind == "zone"])
        if self.only is not None:
            self.zones = self.zones[self.only]
        base = network.node_offset["place"]
        self._ports = np.array([network.place_index["port", name] for name in self.ocean.ports], int)
        over_inland_seas = np.flatnonzero(network.inland_sea != "")
        inland = np.unique(np.r_[network.tail[over_inland_seas], network.head[over_inland_seas]])
        known = np.r_[base + self.zones, self._ports]
        self._terminals = np.r_[known, np.setdiff1d(inland, known)].astype(int)
        row = {int(node): k for k, node in enumerate(self._terminals)}
        self._inland = np.array([row[int(node)] for node in inland], int)
        for chain in CHAINS:
            self._chain[chain] = self._prepare(chain)
        for chain in INLAND_SEA_CHAINS:
            arcs = network.service_arcs(chain)
            changed = np.flatnonzero(np.isin(self.touched, arcs))
            self._services[chain] = _Services(
                arcs,
                np.searchsorted(inland, network.tail[arcs]),
                np.searchsorted(inland, network.head[arcs]),
                np.searchsorted(arcs, self.touched[changed]),
                changed,
            )
        short_km = load_choice()["short_sea_below_km"]
        self._short = np.asarray(self.ocean.parts[..., Part.KM_SEA] < short_km)
        self._carting = carting(network, self._terminals[: len(self.zones)], self._ports)
        self._short_sea: dict[str, np.ndarray] = {}
        self._unseen: dict[str, dict[str, np.ndarray]] = {}
        self._hinterland: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        choice = load_choice()
        self._elasticities = choice["mode_cost_elasticity"], choice["nest_cost_elasticity"]
        self._factors = unseen_factors(self.zone_iso3)
        for cargo in self.classes:
            self._settle_choices(cargo)

    def _prepare(self, chain: str) -> _Land:
        network = self.network
        arcs = np.flatnonzero(network.chain_arcs(chain))
        hierarchy = Hierarchy.build(network.tail[arcs], network.head[arcs], len(network.node))
        cost = {cargo.name: _price(network.parts[arcs], network.open[arcs], cargo) for cargo in self.classes}
        changed = np.flatnonzero(network.chain_arcs(chain)[self.touched])
        return _Land(arcs, hierarchy, cost, np.searchsorted(arcs, self.touched[changed]), changed)

    def _settle_choices(self, cargo: CargoClass) -> None:
        """Decides at the baseline what does not change between scenarios.

        A city ships through the ports of its hinterland, see in_hinterland. Otherwise goods for the sea would cross a
        continent by rail to save the ship's days, which is another chain.
        A way with a short sea leg is a choice of its own only where that leg is a good part of the way; a short hop at
        the end of a long way by land would count as one more choice beside it. What a chain costs beyond money and time
        is its factor's share of the baseline cost: it does not shrink with the hours that a measure saves.
        """
        state = self.unchanged()
        zones = len(self.zones)
        land = self._over_land(cargo, state, True)
        out_of, into, *_ = self._port_legs(cargo, land)
        ends = self.zone_iso3, self.network.node_country[self._ports]
        self._hinterland[cargo.name] = in_hinterland(out_of, *ends), in_hinterland(into.T, *ends).T
        costs = {chain: cost[:zones, :zones] for chain, (cost, _) in land.items()}
        by_land = np.min(list(costs.values()), axis=0)
        costs["sea"], _ = self._sea(cargo, state, land, ~self._short, False)
        costs["short_sea"], sea_parts = self._sea(cargo, state, land, self._short, True)
        where = to_xyz(self.network.node[self._terminals[:zones]])
        straight = np.linalg.norm(where[:, None] - where[None], axis=2)
        by_sea = _needed(sea_parts)[..., Part.KM_SEA] >= load_choice()["short_sea_least_share"] * straight
        self._short_sea[cargo.name] = by_sea | ~np.isfinite(by_land)
        self._unseen[cargo.name] = self._beyond_cost(costs)

    def _beyond_cost(self, costs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What chains cost beyond money and time (z, z), from their costs at the baseline."""
        return {
            chain: (self._factors[chain] - 1.0) * np.where(np.isfinite(cost), cost, 0.0)
            for chain, cost in costs.items()
            if chain in self._factors
        }

    def repriced(self, terms: Terms, classes: Sequence[CargoClass]) -> Skimmer:
        """The same network on other terms, for the same classes at other values; what scenarios share is kept.

        Hinterlands and which ways are short sea ways stay as they were settled; what chains cost beyond money and time
        is taken anew from the costs at the baseline.
        """
        other = copy(self)
        other.network, other.ocean, other.classes = (
            terms.of(self.network),
            terms.of_ocean(self.ocean),
            classes,
        )
        other._elasticities = terms.between, terms.within
        other._recent = Recent(_MOST_KEPT_BYTES // 4)
        other._carting = self._carting.copy()
        other._carting[..., Part.HAUL_USD] *= terms.road
        other._chain = {}
        for chain, land in self._chain.items():
            parts, usable = other.network.parts[land.arcs], other.network.open[land.arcs]
            usd, taken = np.where(usable, usd_per_t(parts), np.inf), hours(parts)
            cost = {cargo.name: usd + cargo.usd_per_hour * taken for cargo in classes}
            other._chain[chain] = replace(land, cost=cost)
        other._unseen = {
            cargo.name: other._beyond_cost(other._by_chain(cargo, other.unchanged(), False)[0])
            for cargo in classes
        }
        return other

    def unchanged(self) -> State:
        """The state without any measure."""
        nothing = np.zeros(len(self._ports))
        parts, usable = self.network.parts[self.touched], self.network.open[self.touched]
        return State(parts, usable, nothing, nothing, np.zeros((len(nothing), len(nothing))))

    @property
    def _port_rows(self) -> slice:
        """The rows of the ocean ports among the terminals."""
        return slice(len(self.zones), len(self.zones) + len(self._ports))

    @property
    def zone_iso3(self) -> np.ndarray:
        """Country (z,) of each zone."""
        return np.array([self.network.places[k].iso3 for k in self.zones])

    def skim(
        self, states: Sequence[tuple[np.ndarray, State]], *, with_parts: bool = False
    ) -> dict[str, ClassSkim]:
        """The skims of every cargo class.

        states: masks (z, z) of the zone pairs and the state that their freight meets; the masks add up to all pairs.
        Raises InputError naming zone pairs that no mode chain connects.
        """
        with ThreadPoolExecutor(max(1, self.jobs)) as pool:
            skims = list(pool.map(lambda cargo: self._skim_states(cargo, states, with_parts), self.classes))
        return {cargo.name: skim for cargo, skim in zip(self.classes, skims, strict=True)}

    def _skim_states(
        self, cargo: CargoClass, states: Sequence[tuple[np.ndarray, State]], with_parts: bool
    ) -> ClassSkim:
        (_, first), *others = states
        costs, parts = self._by_chain(cargo, first, with_parts)
        for mask, state in others:
            other_costs, other_parts = self._by_chain(cargo, state, with_parts)
            for chain, cost in other_costs.items():
                costs[chain][mask] = cost[mask]
            for chain, one in other_parts.items():
                parts[chain][mask] = one[mask]
        return self._combine(cargo, costs, parts if with_parts else None)

    def _land(self, chain: str, cargo: CargoClass, state: State, with_parts: bool) -> _Found:
        """Costs (t, t) and parts between terminals by one land chain."""
        land, terminals = self._chain[chain], self._terminals
        cost = land.cost[cargo.name].copy()
        cost[land.place] = _price(state.parts[land.changed], state.open[land.changed], cargo)
        self._refuse_gifts(land.arcs[cost < 0])
        if not with_parts:
            key = (cargo.name, self._seen_by(chain, state))
            return self._recent.get(key, lambda: land.hierarchy.price(cost).skim(terminals, terminals)), None
        prices = land.hierarchy.price(cost)
        parts = self.network.parts[land.arcs]
        parts[land.place] = state.parts[land.changed]
        return prices.totals(parts, terminals, terminals, dtype=np.float32)

    def _seen_by(self, chain: str, state: State) -> tuple[str, bytes, bytes]:
        """What a chain sees of a state: two states that look the same to it have the same costs by it."""
        if chain in INLAND_SEA_CHAINS:
            by, _ = INLAND_SEA_CHAINS[chain]
            changed = np.r_[self._chain[by].changed, self._services[chain].changed]
        else:
            changed = self._chain[chain].changed
        return chain, state.parts[changed].tobytes(), state.open[changed].tobytes()

    def _refuse_gifts(self, arcs: np.ndarray) -> None:
        """Raises InputError naming the arcs, if any, that a scenario makes cost less than nothing."""
        if len(arcs):
            network = self.network
            names = [
                str(network.crossing[arc] or network.service[arc])
                or f"a link from {network.node_country[network.tail[arc]]}"
                for arc in arcs[:5]
            ]
            raise InputError(
                Problem(
                    "network",
                    f"{len(arcs)} links cost less than nothing: {', '.join(names)}",
                    "lower the savings of the measures",
                )
            )

    def _over_land(self, cargo: CargoClass, state: State, with_parts: bool) -> dict[str, _Found]:
        """Costs (t, t) and parts between terminals by each land chain, and by each over an inland sea."""
        found = {chain: self._land(chain, cargo, state, with_parts) for chain in CHAINS}
        for chain, (by, _) in INLAND_SEA_CHAINS.items():
            if with_parts:
                found[chain] = self._over_inland_sea(chain, cargo, state, found[by])
            else:
                key = (cargo.name, self._seen_by(chain, state))
                make = partial(_cost_by, self._over_inland_sea, chain, cargo, state, found[by])
                found[chain] = self._recent.get(key, make), None
        return found

    def _over_inland_sea(self, chain: str, cargo: CargoClass, state: State, land: _Found) -> _Found:
        """Costs (t, t) and parts between terminals by land to a port, one service over an inland sea or two with land
        between them (as the Caspian and then the Black Sea), and by land from a port.

        land: what was found for its land chain. Exact in every scenario: services and land are priced in its state.
        """
        services, inland = self._services[chain], self._inland
        parts, usable = self.network.parts[services.arcs], self.network.open[services.arcs]
        parts[services.place], usable[services.place] = (
            state.parts[services.changed],
            state.open[services.changed],
        )
        price = np.where(usable, generalised_cost(parts, cargo), np.inf)
        ports = len(inland)
        sail, service = np.full((ports, ports), np.inf), np.zeros((ports, ports), int)
        for number in np.argsort(-price, kind="stable"):
            sail[services.tail[number], services.head[number]] = price[number]
            service[services.tail[number], services.head[number]] = number
        cost, land_parts = land
        ashore, via_landing = _min_plus(sail, cost[np.ix_(inland, inland)])
        twice, via_leaving = _min_plus(ashore, sail)
        once = sail <= twice
        to_port, via_first = _min_plus(cost[:, inland], np.where(once, sail, twice))
        total, via_last = _min_plus(to_port, cost[inland, :])
        if land_parts is None:
            return total, None
        over = np.zeros((ports, ports, COUNT), np.float32)
        over[once & np.isfinite(sail)] = parts[service[once & np.isfinite(sail)]]
        first, last = np.nonzero(~once)
        leaving = via_leaving[first, last]
        landing = via_landing[first, leaving]
        over[first, last] = (
            parts[service[first, landing]]
            + land_parts[inland[landing], inland[leaving]]
            + parts[service[leaving, last]]
        )
        gathered = np.zeros(land_parts.shape, np.float32)
        origin, destination = np.nonzero(via_last >= 0)
        last = via_last[origin, destination]
        first = via_first[origin, last]
        gathered[origin, destination] = (
            land_parts[origin, inland[first]] + over[first, last] + land_parts[inland[last], destination]
        )
        return total, gathered

    def _by_chain(
        self, cargo: CargoClass, state: State, with_parts: bool
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Costs (z, z) and, if asked for, parts (z, z, c) of every chain in a state; the caller's own to change."""
        zones = len(self.zones)
        costs, parts = {}, {}
        land = self._over_land(cargo, state, with_parts)
        for chain, (cost, chain_parts) in land.items():
            costs[chain] = cost[:zones, :zones].copy()
            if with_parts:
                parts[chain] = _needed(chain_parts)[:zones, :zones]
        short = self._short
        ports = state.port_h.tobytes(), state.port_usd.tobytes(), state.sea_h.tobytes()
        on_the_way = tuple(self._seen_by(chain, state) for chain in land)
        for chain, sailed in (("sea", ~short), ("short_sea", short)):
            if with_parts:
                costs[chain], sea_parts = self._sea(cargo, state, land, sailed, with_parts)
                parts[chain] = _needed(sea_parts)
            else:
                make = partial(_cost_by, self._sea, cargo, state, land, sailed, False)
                key = (cargo.name, chain, on_the_way, ports)
                costs[chain] = self._recent.get(key, make).copy()
        costs["short_sea"] = np.where(self._short_sea[cargo.name], costs["short_sea"], np.inf)
        return costs, parts

    def _port_legs(
        self, cargo: CargoClass, land: dict[str, _Found]
    ) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], list[np.ndarray]]:
        """Cheapest costs (z, p) from cities to ports and (p, z) back, and what they are the cheapest of."""
        zones, ports = len(self.zones), self._port_rows
        by_land_out = [cost[:zones, ports] for cost, _ in land.values()]
        by_land_in = [cost[ports, :zones] for cost, _ in land.values()]
        off_the_networks = ~np.isfinite(_least(by_land_out)).any(1)
        carted = np.where(off_the_networks[:, None], generalised_cost(self._carting, cargo), np.inf)
        options_out, options_in = [*by_land_out, carted], [*by_land_in, carted.T]
        return _least(options_out), _least(options_in), options_out, options_in

    def _sea(
        self,
        cargo: CargoClass,
        state: State,
        land: dict[str, _Found],
        sailed: np.ndarray,
        with_parts: bool,
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Costs (z, z) and parts by land to a port, over one of the sailed (p, p) legs, and by land from a port."""
        zones, ports = len(self.zones), self._port_rows
        out_of, into, options_out, options_in = self._port_legs(cargo, land)
        served_out, served_in = self._hinterland[cargo.name]
        out_of, into = np.where(served_out, out_of, np.inf), np.where(served_in, into, np.inf)
        legs: np.ndarray | None = None
        if with_parts:
            legs, _ = self.ocean.legs(self.network.date, state.port_h, state.port_usd, state.sea_h)
        ocean = np.where(sailed, self._sailing(cargo, state), np.inf)
        at_port, port_via = _min_plus(out_of, ocean)
        # Few ports serve a zone: what skips the others must stand on the left.
        backwards, last_via = (found.T for found in _min_plus(into.T, at_port.T))
        cost = np.ascontiguousarray(backwards)
        if legs is None:
            return cost, None
        parts_out = np.stack([_needed(parts)[:zones, ports] for _, parts in land.values()] + [self._carting])
        parts_in = np.stack(
            [_needed(parts)[ports, :zones] for _, parts in land.values()] + [self._carting.transpose(1, 0, 2)]
        )
        choice_out, choice_in = np.argmin(options_out, axis=0), np.argmin(options_in, axis=0)
        origin, destination = np.nonzero(last_via >= 0)
        last = last_via[origin, destination]
        first = port_via[origin, last]
        parts = np.zeros((zones, zones, COUNT), np.float32)
        parts[origin, destination] = (
            parts_out[choice_out[origin, first], origin, first]
            + legs[first, last]
            + parts_in[choice_in[last, destination], last, destination]
        )
        return cost, parts

    def _sailing(self, cargo: CargoClass, state: State) -> np.ndarray:
        """Costs (p, p) of the legs of the ocean in a state, infinite where none is sailed."""

        ports = state.port_h.tobytes(), state.port_usd.tobytes(), state.sea_h.tobytes()

        def measured() -> np.ndarray:
            legs, there = self.ocean.legs(self.network.date, state.port_h, state.port_usd, state.sea_h)
            return np.stack([np.where(there, usd_per_t(legs), np.inf), hours(legs)])

        def priced() -> np.ndarray:
            usd, taken = self._recent.get(("ocean", ports), measured)
            return np.asarray(usd + cargo.usd_per_hour * taken)

        return self._recent.get((cargo.name, "ocean", ports), priced)

    def _combine(
        self, cargo: CargoClass, costs: dict[str, np.ndarray], parts: dict[str, np.ndarray] | None
    ) -> ClassSkim:
        """Expected cost, shares and parts over the mode chains, see choice.nested_logit.

        Between some regions a chain costs more than is seen in it, see unseen_factors.
        """
        stack = np.stack([cost + self._unseen[cargo.name].get(chain, 0.0) for chain, cost in costs.items()])
        diagonal = np.arange(stack.shape[1])
        stack[:, diagonal, diagonal] = np.inf
        if not (stack > 0).all():
            raise InputError(
                Problem("network", "a way costs nothing or less", "lower the savings of the measures")
            )
        cheapest = _least(list(stack))
        lost = np.argwhere(~np.isfinite(cheapest) & ~np.eye(len(diagonal), dtype=bool))
        if len(lost):
            names = [self.network.places[k].name for k in self.zones]
            pairs = ", ".join(f"{names[a]} to {names[b]}" for a, b in lost[:5])
            raise InputError(
                Problem(
                    "network",
                    f"{len(lost)} zone pairs are not connected by any mode: {pairs}",
                    "open a border or add a link",
                )
            )
        cost, share = nested_logit(
            dict(zip(costs, stack, strict=True)),
            NESTS,
            *self._elasticities,
        )
        cost[diagonal, diagonal] = 0.0
        expected = None
        if parts is not None:
            expected = np.zeros((*cost.shape, COUNT))
            for chain, chain_parts in parts.items():
                expected += np.where(share[chain][..., None] > 0, share[chain][..., None] * chain_parts, 0.0)
        return ClassSkim(cost, dict(zip(costs, stack, strict=True)), share, expected)


def _min_plus(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least of left (a, k) + right (k, b) over k, and that k, -1 where there is none."""
    best, via = np.empty((len(left), right.shape[1])), np.empty((len(left), right.shape[1]), np.int32)
    min_plus(np.ascontiguousarray(left), np.ascontiguousarray(right), best, via)
    return best, via


def _least(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The least of arrays of one shape, place by place."""
    return reduce(np.minimum, arrays)


def _cost_by(search: Callable[..., _Found], *arguments: Any) -> np.ndarray:
    return search(*arguments)[0]


def _price(parts: np.ndarray, usable: np.ndarray, cargo: CargoClass) -> np.ndarray:
    """Costs (k,) of arcs in USD a tonne, infinite where an arc cannot be used."""
    return np.where(usable, generalised_cost(parts, cargo), np.inf)


def carting(network: Network, zone_nodes: np.ndarray, port_nodes: np.ndarray) -> np.ndarray:
    """Parts (z, p, c) of carting straight from a city to a port, for cities that no network joins to a port.

    Infinite haul cost beyond reach, and to ports of other countries where the city's own has one within reach.
    """
    choice = load_choice()
    gap = np.linalg.norm(
        to_xyz(network.node[zone_nodes])[:, None] - to_xyz(network.node[port_nodes])[None], axis=2
    )
    near = gap <= choice["drayage_reach_km"]
    home = network.node_country[zone_nodes][:, None] == network.node_country[port_nodes][None, :]
    has_home = (near & home).any(1)
    near &= home | ~has_home[:, None]
    parts = np.zeros((*gap.shape, COUNT))
    rows, columns = np.nonzero(near)
    km = gap[near] * choice["access_winding"]
    country = network.node_country[zone_nodes][rows]
    parts[rows, columns] = haul_parts("road", km, country, load_mode_parameters(), factor=False)
    parts[~near, Part.HAUL_USD] = np.inf
    return parts


def _needed(parts: np.ndarray | None) -> np.ndarray:
    assert parts is not None
    return parts
