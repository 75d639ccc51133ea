"""Costs between all terminals by land: over rail, over road, and by either with ships over an inland sea."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Network
from landbridge.network.hierarchy import Hierarchy, Prices
from landbridge.network.kernels import min_plus, min_plus_via
from landbridge.network.parts import Part, generalised_cost, hours, priced, usd_per_t
from landbridge.network.recent import Recent
from landbridge.world.network_tables import CargoClass

# Costs (t, t) between terminals and the parts (t, t, c) asked for, or None when none were.
Found = tuple[np.ndarray, np.ndarray | None]


@dataclass(frozen=True)
class State:
    """What a scenario makes of the touched arcs and of the ports.

    parts: (t, c) of the touched arcs. open: (t,) whether they can be used. port_h, port_usd: (p,) change of the
    hours and USD a tonne to get through each ocean port. sea_h: (p, p) change of the hours of a leg. sea_rate: (p, p)
    factor on the haul rate of a leg, None for none.
    """

    parts: np.ndarray
    open: np.ndarray
    port_h: np.ndarray
    port_usd: np.ndarray
    sea_h: np.ndarray
    sea_rate: np.ndarray | None = None


@dataclass(frozen=True)
class _Chain:
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

    arcs: (s,) their numbers. tail, head: (s,) their ends among the inland ports. place, changed: as in _Chain.
    """

    arcs: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    place: np.ndarray
    changed: np.ndarray


@dataclass(frozen=True)
class _BetweenPorts:
    """The cheapest ways between the ports of inland seas.

    best: (p, p) costs. once: (p, p) whether by one service. service: (p, p) its number. via_landing, via_leaving:
    (p, p) where the first of two services lands, by the port where the second begins, and where that is.
    """

    best: np.ndarray
    once: np.ndarray
    service: np.ndarray
    via_landing: np.ndarray
    via_leaving: np.ndarray

    def between(self, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the first of two services lands and the second begins, for pairs of ports."""
        leaving = self.via_leaving[first, last]
        return self.via_landing[first, leaving], leaving


class LandSkims:
    """Prices the land chains of each scenario between the terminals.

    terminals: (t,) nodes, to which the ports of inland seas are added. touched: numbers of the arcs that scenarios
    change. recent: where costs that may be asked for again are kept. like: those of the same arcs, some of them closed
    here, whose hierarchies serve again.
    """

    def __init__(
        self,
        network: Network,
        classes: Sequence[CargoClass],
        touched: np.ndarray,
        terminals: np.ndarray,
        recent: Recent,
        like: LandSkims | None = None,
    ) -> None:
        self.network, self._recent = network, recent
        inland = self._end_at(terminals)
        self._chain: dict[str, _Chain] = {}
        self._services: dict[str, _Services] = {}
        for chain in CHAINS:
            belongs = network.chain_arcs(chain)
            arcs, changed = np.flatnonzero(belongs), np.flatnonzero(belongs[touched])
            self._chain[chain] = _Chain(
                arcs,
                Hierarchy.build(network.tail[arcs], network.head[arcs], len(network.node))
                if like is None
                else like._chain[chain].hierarchy,
                {cargo.name: _price(network.parts[arcs], network.open[arcs], cargo) for cargo in classes},
                np.searchsorted(arcs, touched[changed]),
                changed,
            )
        for chain in INLAND_SEA_CHAINS:
            arcs = network.service_arcs(chain)
            changed = np.flatnonzero(np.isin(touched, arcs))
            self._services[chain] = _Services(
                arcs,
                np.searchsorted(inland, network.tail[arcs]),
                np.searchsorted(inland, network.head[arcs]),
                np.searchsorted(arcs, touched[changed]),
                changed,
            )

    def _end_at(self, terminals: np.ndarray) -> np.ndarray:
        """Sets the terminals; returns the nodes of the ports of inland seas, which are added."""
        network = self.network
        over_inland_seas = np.flatnonzero(network.inland_sea != "")
        inland = np.unique(np.r_[network.tail[over_inland_seas], network.head[over_inland_seas]])
        self.terminals = np.r_[terminals, np.setdiff1d(inland, terminals)].astype(int)
        row = {int(node): k for k, node in enumerate(self.terminals)}
        self._inland = np.array([row[int(node)] for node in inland], int)
        return inland

    def between(self, terminals: np.ndarray, recent: Recent) -> LandSkims:
        """The same chains between other terminals."""
        other = copy(self)
        other._recent = recent
        other._end_at(terminals)
        return other

    def repriced(self, network: Network, classes: Sequence[CargoClass], recent: Recent) -> LandSkims:
        """The same chains over a network whose arcs have other parts, for the same classes at other values."""
        other = copy(self)
        other.network, other._recent = network, recent
        other._chain = {}
        for chain, land in self._chain.items():
            parts = network.parts[land.arcs]
            usd, taken = np.where(network.open[land.arcs], usd_per_t(parts), np.inf), hours(parts)
            cost = {cargo.name: priced(usd, taken, parts[:, Part.CO2_KG], cargo) for cargo in classes}
            other._chain[chain] = replace(land, cost=cost)
        return other

    def found(self, cargo: CargoClass, state: State, wanted: Sequence[Part] = ()) -> dict[str, Found]:
        """Costs (t, t) and the wanted parts between terminals by each land chain, and by each over an inland sea.

        Costs without parts are kept and not to be written to. Raises InputError naming arcs that cost less than
        nothing.
        """
        found = {chain: self.by_land(chain, cargo, state, wanted) for chain in CHAINS}
        for chain, (by, _) in INLAND_SEA_CHAINS.items():
            found[chain] = self._over_inland_sea(chain, cargo, state, found[by], wanted)
        return found

    def seen_by(self, chain: str, cargo: CargoClass, state: State) -> Hashable:
        """What a chain sees of a state: two states that look the same to it have the same costs by it."""
        if chain in INLAND_SEA_CHAINS:
            by, _ = INLAND_SEA_CHAINS[chain]
            changed = np.r_[self._chain[by].changed, self._services[chain].changed]
        else:
            changed = self._chain[chain].changed
        return cargo.name, chain, state.parts[changed].tobytes(), state.open[changed].tobytes()

    def by_land(self, chain: str, cargo: CargoClass, state: State, wanted: Sequence[Part] = ()) -> Found:
        """Costs (t, t) and the wanted parts between terminals by rail or road."""
        if wanted:
            return self._search(chain, cargo, state, wanted)
        return self._kept(chain, cargo, state, lambda: self._search(chain, cargo, state, ())), None

    def _kept(self, chain: str, cargo: CargoClass, state: State, search: Callable[[], Found]) -> np.ndarray:
        return self._recent.get(self.seen_by(chain, cargo, state), lambda: search()[0])

    def load(
        self,
        cargo: CargoClass,
        state: State,
        tonnes: Mapping[str, np.ndarray],
        by_way_of: np.ndarray | None = None,
    ) -> np.ndarray:
        """Tonnes (m,) on each arc of the network when all freight takes the cheapest way of its chain.

        tonnes: (t, t) between terminals by chain, those over an inland sea included. by_way_of: (n,) nodes; only
        freight whose way by land touches one of them is loaded. Raises InputError where a chain does not lead.
        """
        network, flow = self.network, np.zeros(len(self.network.tail))
        prices = {chain: self._priced(chain, cargo, state) for chain in CHAINS}
        touches: dict[str, np.ndarray] = {}
        by_land = {chain: np.array(tonnes[chain], float) for chain in CHAINS}
        for chain in CHAINS:
            if by_way_of is not None:
                arcs = self._chain[chain].arcs
                there = by_way_of[network.tail[arcs]] | by_way_of[network.head[arcs]]
                _, count = prices[chain].totals(
                    there[:, None], self.terminals, self.terminals, dtype=np.float32
                )
                touches[chain] = count[..., 0] > 0
                by_land[chain] *= touches[chain]
        for chain, (by, _) in INLAND_SEA_CHAINS.items():
            cost, _ = self.by_land(by, cargo, state)
            self._load_services(chain, cargo, state, cost, tonnes[chain], touches.get(by), by_land[by], flow)
        for chain, wanted in by_land.items():
            loaded = prices[chain].load(self.terminals, self.terminals, wanted)
            _refuse_stranded(chain, len(loaded.stranded))
            flow[self._chain[chain].arcs] += loaded.flow
        return flow

    def _load_services(
        self,
        chain: str,
        cargo: CargoClass,
        state: State,
        cost: np.ndarray,
        tonnes: np.ndarray,
        touches: np.ndarray | None,
        by_land: np.ndarray,
        flow: np.ndarray,
    ) -> None:
        """Adds the tonnes (t, t) over an inland sea to the flow (m,) of services and to those by land (t, t) ashore.

        touches: (t, t) ways by land that make freight count; all does without.
        """
        arcs, inland = self._services[chain].arcs, self._inland
        over = self._between_ports(chain, cargo, state, cost)
        to_port, via_first = min_plus_via(cost[:, inland], over.best)
        _, via_last = min_plus_via(to_port, cost[inland, :])
        origin, destination = np.nonzero(tonnes)
        last = via_last[origin, destination]
        _refuse_stranded(chain, int((last < 0).sum()))
        first = via_first[origin, last]
        moved = tonnes[origin, destination]
        if touches is not None:
            between = np.zeros(over.best.shape, bool)
            a, b = np.nonzero(~over.once)
            landing, leaving = over.between(a, b)
            between[a, b] = touches[inland[landing], inland[leaving]]
            moved = moved * (
                touches[origin, inland[first]] | between[first, last] | touches[inland[last], destination]
            )
        np.add.at(by_land, (origin, inland[first]), moved)
        np.add.at(by_land, (inland[last], destination), moved)
        shipped = np.zeros(over.best.shape)
        np.add.at(shipped, (first, last), moved)
        first, last = np.nonzero((shipped > 0) & over.once)
        np.add.at(flow, arcs[over.service[first, last]], shipped[first, last])
        first, last = np.nonzero((shipped > 0) & ~over.once)
        landing, leaving = over.between(first, last)
        np.add.at(flow, arcs[over.service[first, landing]], shipped[first, last])
        np.add.at(by_land, (inland[landing], inland[leaving]), shipped[first, last])
        np.add.at(flow, arcs[over.service[leaving, last]], shipped[first, last])

    def _priced(self, chain: str, cargo: CargoClass, state: State) -> Prices:
        land = self._chain[chain]
        cost = land.cost[cargo.name].copy()
        cost[land.place] = _price(state.parts[land.changed], state.open[land.changed], cargo)
        self._refuse_gifts(land.arcs[cost < 0])
        return land.hierarchy.price(cost)

    def _search(self, chain: str, cargo: CargoClass, state: State, wanted: Sequence[Part]) -> Found:
        land, prices = self._chain[chain], self._priced(chain, cargo, state)
        if not wanted:
            return prices.skim(self.terminals, self.terminals), None
        parts = self.network.parts[land.arcs][:, wanted]
        parts[land.place] = state.parts[land.changed][:, wanted]
        return prices.totals(parts, self.terminals, self.terminals, dtype=np.float32)

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

    def _over_inland_sea(
        self, chain: str, cargo: CargoClass, state: State, land: Found, wanted: Sequence[Part]
    ) -> Found:
        """Costs (t, t) and the wanted parts between terminals by land to a port, one service over an inland sea or two
        with land between them (as the Caspian and then the Black Sea), and by land from a port.

        land: what was found for its land chain. Exact in every scenario: services and land are priced in its state.
        """
        if wanted:
            return self._by_services(chain, cargo, state, land, wanted)
        return self._kept(chain, cargo, state, lambda: self._by_services(chain, cargo, state, land, ())), None

    def _by_services(
        self, chain: str, cargo: CargoClass, state: State, land: Found, wanted: Sequence[Part]
    ) -> Found:
        services, inland = self._services[chain], self._inland
        cost, land_parts = land
        over = self._between_ports(chain, cargo, state, cost)
        if land_parts is None:
            return min_plus(min_plus(cost[:, inland], over.best), cost[inland, :]), None
        to_port, via_first = min_plus_via(cost[:, inland], over.best)
        total, via_last = min_plus_via(to_port, cost[inland, :])
        parts = self.network.parts[services.arcs]
        parts[services.place] = state.parts[services.changed]
        parts = parts[:, wanted]
        sailed = np.zeros((*over.best.shape, len(wanted)), np.float32)
        direct = over.once & np.isfinite(over.best)
        sailed[direct] = parts[over.service[direct]]
        first, last = np.nonzero(~over.once)
        landing, leaving = over.between(first, last)
        sailed[first, last] = (
            parts[over.service[first, landing]]
            + land_parts[inland[landing], inland[leaving]]
            + parts[over.service[leaving, last]]
        )
        gathered = np.zeros(land_parts.shape, np.float32)
        origin, destination = np.nonzero(via_last >= 0)
        last = via_last[origin, destination]
        first = via_first[origin, last]
        gathered[origin, destination] = (
            land_parts[origin, inland[first]] + sailed[first, last] + land_parts[inland[last], destination]
        )
        return total, gathered

    def _between_ports(self, chain: str, cargo: CargoClass, state: State, cost: np.ndarray) -> _BetweenPorts:
        """The ways between the ports of inland seas by one service, or by two with land, of cost (t, t), between."""
        services, inland = self._services[chain], self._inland
        parts, usable = self.network.parts[services.arcs], self.network.open[services.arcs]
        parts[services.place] = state.parts[services.changed]
        usable[services.place] = state.open[services.changed]
        price = _price(parts, usable, cargo)
        ports = len(inland)
        sail, service = np.full((ports, ports), np.inf), np.zeros((ports, ports), int)
        for number in np.argsort(-price, kind="stable"):
            sail[services.tail[number], services.head[number]] = price[number]
            service[services.tail[number], services.head[number]] = number
        ashore, via_landing = min_plus_via(sail, cost[np.ix_(inland, inland)])
        twice, via_leaving = min_plus_via(ashore, sail)
        once = sail <= twice
        return _BetweenPorts(np.where(once, sail, twice), once, service, via_landing, via_leaving)


def _refuse_stranded(chain: str, pairs: int) -> None:
    if pairs:
        message = f"{pairs} pairs have freight by {chain} but no way"
        raise InputError(Problem("network", message, "give tonnes only where the chain leads"))


def _price(parts: np.ndarray, usable: np.ndarray, cargo: CargoClass) -> np.ndarray:
    """Costs (k,) of arcs in USD a tonne, infinite where an arc cannot be used."""
    return np.where(usable, generalised_cost(parts, cargo), np.inf)
