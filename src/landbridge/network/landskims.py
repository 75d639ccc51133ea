"""Costs between all terminals by land: over rail, over road, and by either with ships over an inland sea."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Network
from landbridge.network.hierarchy import Hierarchy
from landbridge.network.kernels import min_plus, min_plus_via
from landbridge.network.parts import Part, generalised_cost, hours, usd_per_t
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
        over_inland_seas = np.flatnonzero(network.inland_sea != "")
        inland = np.unique(np.r_[network.tail[over_inland_seas], network.head[over_inland_seas]])
        self.terminals = np.r_[terminals, np.setdiff1d(inland, terminals)].astype(int)
        row = {int(node): k for k, node in enumerate(self.terminals)}
        self._inland = np.array([row[int(node)] for node in inland], int)
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

    def repriced(self, network: Network, classes: Sequence[CargoClass], recent: Recent) -> LandSkims:
        """The same chains over a network whose arcs have other parts, for the same classes at other values."""
        other = copy(self)
        other.network, other._recent = network, recent
        other._chain = {}
        for chain, land in self._chain.items():
            parts = network.parts[land.arcs]
            usd, taken = np.where(network.open[land.arcs], usd_per_t(parts), np.inf), hours(parts)
            cost = {cargo.name: usd + cargo.usd_per_hour * taken for cargo in classes}
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

    def _search(self, chain: str, cargo: CargoClass, state: State, wanted: Sequence[Part]) -> Found:
        land = self._chain[chain]
        cost = land.cost[cargo.name].copy()
        cost[land.place] = _price(state.parts[land.changed], state.open[land.changed], cargo)
        self._refuse_gifts(land.arcs[cost < 0])
        prices = land.hierarchy.price(cost)
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
        parts, usable = self.network.parts[services.arcs], self.network.open[services.arcs]
        parts[services.place] = state.parts[services.changed]
        usable[services.place] = state.open[services.changed]
        price = _price(parts, usable, cargo)
        ports = len(inland)
        sail, service = np.full((ports, ports), np.inf), np.zeros((ports, ports), int)
        for number in np.argsort(-price, kind="stable"):
            sail[services.tail[number], services.head[number]] = price[number]
            service[services.tail[number], services.head[number]] = number
        cost, land_parts = land
        ashore, via_landing = min_plus_via(sail, cost[np.ix_(inland, inland)])
        twice, via_leaving = min_plus_via(ashore, sail)
        once = sail <= twice
        best = np.where(once, sail, twice)
        if land_parts is None:
            return min_plus(min_plus(cost[:, inland], best), cost[inland, :]), None
        to_port, via_first = min_plus_via(cost[:, inland], best)
        total, via_last = min_plus_via(to_port, cost[inland, :])
        parts = parts[:, wanted]
        over = np.zeros((ports, ports, len(wanted)), np.float32)
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


def _price(parts: np.ndarray, usable: np.ndarray, cargo: CargoClass) -> np.ndarray:
    """Costs (k,) of arcs in USD a tonne, infinite where an arc cannot be used."""
    return np.where(usable, generalised_cost(parts, cargo), np.inf)
