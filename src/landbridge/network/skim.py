"""Zone-to-zone skims for many scenarios on one topology: each re-prices the hierarchies of the land chains."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.choice import NESTS, nested_logit, unseen_factors
from landbridge.network.graph import Network, haul_parts
from landbridge.network.hinterland import in_hinterland
from landbridge.network.kernels import expected_costs
from landbridge.network.landskims import Found, LandSkims, State
from landbridge.network.ocean import ports_open, to_xyz
from landbridge.network.parts import COUNT, Part, generalised_cost, hours, priced, usd_per_t
from landbridge.network.portlegs import BothEnds, PortLegs, over_the_ocean, over_the_ocean_via
from landbridge.network.recent import Recent
from landbridge.network.skimmed import ByChain, ClassSkim, Known, Later, Settled
from landbridge.network.terms import Terms
from landbridge.world.network_tables import CargoClass, load_choice, load_mode_parameters

_MOST_KEPT_BYTES = 500_000_000
_ALL = tuple(Part)


@dataclass
class Skimmer:
    """Prepares the network once for all scenarios that change only the touched arcs, then skims each.

    touched: arc numbers. jobs: threads. like: a skimmer of the same arcs, some of them closed here: its hierarchies
    serve again, and what its chains cost beyond money and time stays as it is there. only: numbers of the zones to
    skim between, all of them without. kept_bytes: of costs that may be asked for again.
    """

    network: Network
    classes: Sequence[CargoClass]
    touched: np.ndarray
    jobs: int = 1
    like: Skimmer | None = None
    only: np.ndarray | None = None
    kept_bytes: int = _MOST_KEPT_BYTES
    _recent: Recent = field(init=False)
    _known: dict[str, Known] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        network = self.network
        self.ocean = network.atlas.ocean
        self.zones = np.array([k for k, place in enumerate(network.places) if place.kind == "zone"])
        if self.only is not None:
            self.zones = self.zones[self.only]
        zone_nodes = network.node_offset["place"] + self.zones
        self._ports = np.array([network.place_index["port", name] for name in self.ocean.ports], int)
        terminals = np.r_[zone_nodes, self._ports]
        like: LandSkims | None = None if self.like is None else self.like.land
        self._recent = Recent(self.kept_bytes)
        self.land: LandSkims = LandSkims(network, self.classes, self.touched, terminals, self._recent, like)
        self._carting = carting(network, zone_nodes, self._ports)
        self._short_legs = self.ocean.parts[..., Part.KM_SEA] < load_choice()["short_sea_below_km"]
        choice = load_choice()
        self._elasticities = choice["mode_cost_elasticity"], choice["nest_cost_elasticity"]
        self._factors = unseen_factors(self.zone_iso3)
        self._used = np.arange(len(self._ports))
        self._settled = {cargo.name: self._settle(cargo) for cargo in self.classes}
        self._leave_unused_ports(zone_nodes)

    def _leave_unused_ports(self, zone_nodes: np.ndarray) -> None:
        """Leaves out the ports that lie in no city's hinterland: no scenario ever asks for their legs.

        From here on, legs number the ports that are used.
        """
        settled = self._settled.values()
        legs = [side.port for one in settled for side in (one.out, one.into)]
        used = np.unique(np.concatenate(legs)).astype(int)
        self._used = used
        self._recent = Recent(self.kept_bytes)
        self.land = self.land.between(np.r_[zone_nodes, self._ports[used]], self._recent)
        self._carting = self._carting[:, used]
        self._short_legs = self._short_legs[np.ix_(used, used)]
        self._settled = {
            name: replace(one, out=one.out.among(used), into=one.into.among(used))
            for name, one in self._settled.items()
        }

    def _settle(self, cargo: CargoClass) -> Settled:
        """Decides at the baseline what does not change between scenarios.

        A city ships through the ports of its hinterland, see in_hinterland. Otherwise goods for the sea would cross a
        continent by rail to save the ship's days, which is another chain. One that no network joins to a port carts.
        A way with a short sea leg is a choice of its own only where that leg is a good part of the way; a short hop at
        the end of a long way by land would count as one more choice beside it. What a chain costs beyond money and time
        is its factor's share of the baseline cost: it does not shrink with the hours that a measure saves. Both are in
        what is unseen in the chain's cost.
        """
        state, zones = self.unchanged(), len(self.zones)
        land = self.land.found(cargo, state, (Part.KM_SEA,))
        ports = slice(zones, zones + len(self._ports))
        shut = ~ports_open(self.network.atlas.ports, self.network.date)
        ends = self.zone_iso3, self.network.node_country[self._ports]
        carted = generalised_cost(self._carting, cargo)
        legs = []
        for outward in (True, False):
            by_land = [cost[:zones, ports] if outward else cost[ports, :zones].T for cost, _ in land.values()]
            cheapest = np.where(shut, np.inf, np.min(by_land, axis=0))
            unreached = ~np.isfinite(cheapest).any(axis=1, keepdims=True)
            carts = np.where(unreached, carted, np.inf)
            reach = np.minimum(cheapest, carts)
            served = in_hinterland(reach, *ends)
            for cut_off in self._cut_off():
                # A passage that is shut leaves such ports to each other; for the rest of the world a city uses others.
                served |= in_hinterland(np.where(cut_off, np.inf, reach), *ends)
            legs.append(PortLegs.within(served, carted, outward))
        out, into = legs
        costs = {chain: cost[:zones, :zones] for chain, (cost, _) in land.items()}
        by_land = np.min(list(costs.values()), axis=0)
        both = BothEnds(out, into, [cost for cost, _ in land.values()], zones)
        costs["sea"], _ = self._sea("sea", cargo, state, land, both)
        costs["short_sea"], sea_parts = self._sea("short_sea", cargo, state, land, both, (Part.KM_SEA,))
        where = to_xyz(self.network.node[self.land.terminals[:zones]])
        straight = np.linalg.norm(where[:, None] - where[None], axis=2)
        far = _needed(sea_parts)[..., 0] >= load_choice()["short_sea_least_share"] * straight
        beyond = self._beyond(costs) if self.like is None else self.like._settled[cargo.name].factors
        unseen = dict(beyond)
        unseen["short_sea"] = np.where(~far & np.isfinite(by_land), np.inf, beyond["short_sea"])
        return Settled(out, into, beyond, unseen)

    def _beyond(self, costs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What chains cost (z, z) beyond money and time, from their costs at the baseline."""
        zones = len(self.zones)
        beyond = {}
        for chain, cost in costs.items():
            beyond[chain] = np.zeros((zones, zones))
            if chain in self._factors:
                seen = cost[:zones, :zones]
                beyond[chain] = (self._factors[chain] - 1.0) * np.where(np.isfinite(seen), seen, 0.0)
        return beyond

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
        other._carting = terms.of_carting(self._carting)
        other._price_anew()
        for cargo in classes:
            settled = other._settled[cargo.name]
            beyond = other._beyond(other._by_chain(cargo, other.unchanged())[0])
            no_choice = np.isinf(settled.unseen["short_sea"])
            unseen = {**beyond, "short_sea": np.where(no_choice, np.inf, beyond["short_sea"])}
            other._settled[cargo.name] = replace(settled, factors=beyond, unseen=unseen)
        return other

    def at_values(self, classes: Sequence[CargoClass]) -> Skimmer:
        """The same for some of the classes at other values of time and carbon; nothing else changes.

        What chains cost beyond money and time stays as it is here.
        """
        other = copy(self)
        other.classes = classes
        other._price_anew()
        return other

    def _price_anew(self) -> None:
        """Puts the costs of this copy's own network, carting and classes in the place of the original's."""
        self._recent, self._known = Recent(self.kept_bytes // 4), {}
        self.land = self.land.repriced(self.network, self.classes, self._recent)
        usd, taken, kg = usd_per_t(self._carting), hours(self._carting), self._carting[..., Part.CO2_KG]
        settled, self._settled = self._settled, {}
        for cargo in self.classes:
            carts, one = priced(usd, taken, kg, cargo), settled[cargo.name]
            out, into = one.out.carting_at(carts), one.into.carting_at(carts)
            self._settled[cargo.name] = replace(one, out=out, into=into)

    def _cut_off(self) -> list[np.ndarray]:
        """The ports (p,) that reach fewer than half of all by sea, in a list; empty where there is none."""
        reached = np.isfinite(self.ocean.parts[..., Part.KM_SEA]).sum(1)
        cut_off = reached < len(reached) / 2
        return [cut_off] if cut_off.any() else []

    def unchanged(self) -> State:
        """The state without any measure."""
        nothing = np.zeros(len(self._ports))
        parts, usable = self.network.parts[self.touched], self.network.open[self.touched]
        return State(parts, usable, nothing, nothing, np.zeros((len(nothing), len(nothing))))

    @property
    def zone_iso3(self) -> np.ndarray:
        """Country (z,) of each zone."""
        return np.array([self.network.places[k].iso3 for k in self.zones])

    def skim(
        self,
        states: Sequence[tuple[np.ndarray, State]],
        *,
        with_parts: bool = False,
        parts_of: Collection[str] | None = None,
        wanted: Sequence[Part] = _ALL,
        instead: Mapping[str, ClassSkim] | None = None,
    ) -> dict[str, ClassSkim]:
        """The skims of every cargo class.

        with_parts: the parts too, of all classes or of those named by parts_of; wanted: which, in the order of c.

        states: masks (z, z) of the zone pairs and the state that their freight meets; the masks add up to all pairs,
        unless `instead` has skims for the others; these also stand in where no way is left. Raises InputError naming
        zone pairs that no mode chain connects where nothing stands in.
        """

        def one(cargo: CargoClass) -> ClassSkim:
            other = None if instead is None else instead[cargo.name]
            return self._skim_states(cargo, states, wanted if cargo.name in having else (), other)

        having = [cargo.name for cargo in self.classes if with_parts]
        having = [name for name in having if parts_of is None or name in parts_of]
        if len(having) > 1 or self.jobs <= 1:
            # The parts of all chains are large: one class at a time.
            skims = [one(cargo) for cargo in self.classes]
        else:
            with ThreadPoolExecutor(self.jobs) as pool:
                skims = list(pool.map(one, self.classes))
        return {cargo.name: skim for cargo, skim in zip(self.classes, skims, strict=True)}

    def chain_costs(self, states: Sequence[tuple[np.ndarray, State]]) -> dict[str, dict[str, np.ndarray]]:
        """Costs (z, z) by class and chain, as ClassSkim has them, where nothing else is asked for."""
        return {
            cargo.name: self._chain_cost(
                cargo, [(mask, self._by_chain(cargo, state)) for mask, state in states]
            )
            for cargo in self.classes
        }

    def beyond_money_and_time(self, cargo: CargoClass) -> dict[str, np.ndarray]:
        """What costs (z, z) of a class by chain hold beyond money and time; infinite where a chain is no choice."""
        return self._settled[cargo.name].unseen

    def without_a_way(self, states: Sequence[tuple[np.ndarray, State]]) -> np.ndarray:
        """Zone pairs (z, z) within the masks that no mode chain connects for some cargo class."""
        lost = np.zeros((len(self.zones), len(self.zones)), bool)
        masks = np.any([mask for mask, _ in states], axis=0) & ~np.eye(len(lost), dtype=bool)
        for cargo in self.classes:
            found = [(mask, self._by_chain(cargo, state)) for mask, state in states]
            chain_cost = self._chain_cost(cargo, found)
            lost |= masks & ~np.isfinite(np.min(list(chain_cost.values()), axis=0))
        return lost

    def _skim_states(
        self,
        cargo: CargoClass,
        states: Sequence[tuple[np.ndarray, State]],
        wanted: Sequence[Part],
        instead: ClassSkim | None,
    ) -> ClassSkim:
        if cargo.name not in self._known:
            self._known[cargo.name] = self._baseline(cargo)
        known = self._known[cargo.name]
        found: list[tuple[np.ndarray, ByChain]] = []
        for mask, state in states:
            costs, by_chain = self._by_chain(cargo, state, wanted)
            # Parts are large: kept of the state's own pairs only.
            found.append((mask, (costs, {chain: one[mask] for chain, one in by_chain.items()})))
            del by_chain
        expected = known.expected.copy()
        for mask, (costs, _) in found:
            if self._expect(cargo, costs, known.by_chain, mask, expected) and instead is None:
                raise self._unsettled(self._chain_cost(cargo, [(mask, (costs, {}))]), mask)
        chain_cost: Mapping[str, np.ndarray] = Later(lambda: self._chain_cost(cargo, found))
        others = np.zeros(expected.shape, bool)
        if instead is not None:
            others = ~np.any([mask for mask, _ in states], axis=0) | ~np.isfinite(expected)
            expected[others] = instead.cost[others]
            chain_cost = {
                chain: np.where(others, instead.chain_cost[chain], cost) for chain, cost in chain_cost.items()
            }
        share = Later(lambda: nested_logit(chain_cost, NESTS, *self._elasticities)[1])
        if not wanted:
            return ClassSkim(expected, chain_cost, share, None)
        parts = np.zeros((*expected.shape, len(wanted)))
        if instead is not None:
            parts[others] = _needed(instead.parts)[others][:, wanted]
        for chain in chain_cost:
            for mask, (_, by_chain) in found:
                taken = mask & ~others & (share[chain] > 0)
                parts[taken] += share[chain][taken][:, None] * by_chain[chain][taken[mask]]
        return ClassSkim(expected, chain_cost, share, parts)

    def _baseline(self, cargo: CargoClass) -> Known:
        by_chain, _ = self._by_chain(cargo, self.unchanged())
        for cost in by_chain.values():
            self._recent.pin(cost)
        size = (len(self.zones), len(self.zones))
        nothing, expected = np.full(size, np.nan), np.full(size, np.nan)
        self._expect(
            cargo, by_chain, dict.fromkeys(by_chain, _read_only(nothing)), np.ones(size, bool), expected
        )
        return Known(by_chain, expected)

    def _expect(
        self,
        cargo: CargoClass,
        costs: dict[str, np.ndarray],
        known: dict[str, np.ndarray],
        mask: np.ndarray,
        expected: np.ndarray,
    ) -> int:
        """Brings the masked pairs of `expected`, which holds for known costs, to what holds for others.

        Returns how many pairs have no expected cost.
        """
        settled = self._settled[cargo.name]
        nests = list(dict.fromkeys(NESTS[chain] for chain in costs))
        return expected_costs(
            tuple(costs.values()),
            tuple(settled.unseen[chain] for chain in costs),
            np.array([nests.index(NESTS[chain]) for chain in costs]),
            *self._elasticities,
            mask,
            tuple(known.values()),
            np.array([cost is known[chain] for chain, cost in costs.items()]),
            expected,
        )

    def _by_chain(self, cargo: CargoClass, state: State, wanted: Sequence[Part] = ()) -> ByChain:
        """Costs and the wanted parts of every chain in a state; the costs are not to be written to."""
        zones = len(self.zones)
        settled = self._settled[cargo.name]
        land = self.land.found(cargo, state, wanted)
        costs = {chain: _read_only(cost) for chain, (cost, _) in land.items()}
        parts = {chain: _needed(one)[:zones, :zones] for chain, (_, one) in land.items() if wanted}
        seen = tuple(self.land.seen_by(chain, cargo, state) for chain in land), _ports_of(state)
        ends = BothEnds(settled.out, settled.into, [cost for cost, _ in land.values()], zones)
        for chain in ("sea", "short_sea"):
            arguments = chain, cargo, state, land, ends
            if wanted:
                cost, one = self._sea(*arguments, wanted)
                costs[chain], parts[chain] = _read_only(cost), _needed(one)
            else:
                costs[chain] = self._recent.get((chain, seen), lambda: self._sea(*arguments)[0])  # noqa: B023
        return costs, parts

    def _sea(
        self,
        chain: str,
        cargo: CargoClass,
        state: State,
        land: dict[str, Found],
        ends: BothEnds,
        wanted: Sequence[Part] = (),
    ) -> Found:
        """Costs (z, z) and the wanted parts by land to a port, over the sea, and by land from a port.

        chain: "sea" for legs from the length that choice.csv sets, "short_sea" for shorter ones.
        """
        zones = len(self.zones)
        of_chain = self._short_legs if chain == "short_sea" else ~self._short_legs
        sailed = self._recent.get((cargo.name, _ports_of(state)), lambda: self._ocean(cargo, state))
        ocean = np.where(of_chain, sailed, np.inf)
        out, into = ends.out, ends.into
        given = out, ends.out_options.min(0), into, ends.into_options.min(0), ocean
        if not wanted:
            return over_the_ocean(*given), None
        cost, first, last = over_the_ocean_via(*given)
        legs, _ = self._legs(state)
        carting = self._carting[..., wanted]
        parts_out, parts_in = (
            np.stack(
                [
                    *(side.of(_needed(parts), zones) for _, parts in land.values()),
                    carting[side.zone, side.port],
                ]
            )
            for side in (out, into)
        )
        origin, destination = np.nonzero(first >= 0)
        first, last = first[origin, destination], last[origin, destination]
        parts = np.zeros((zones, zones, len(wanted)), np.float32)
        parts[origin, destination] = (
            parts_out[ends.out_options.argmin(0)[first], first]
            + legs[..., wanted][out.port[first], into.port[last]]
            + parts_in[ends.into_options.argmin(0)[last], last]
        )
        return cost, parts

    def sea_legs(
        self, chain: str, cargo: CargoClass, state: State, tonnes: np.ndarray
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Where freight over the ocean, tonnes (z, z) by a sea chain, goes: by land (t, t) by chain, and (p, p) by sea.

        What is carted straight to or from a port is in neither.
        """
        zones, settled = len(self.zones), self._settled[cargo.name]
        land = self.land.found(cargo, state)
        size = len(self.land.terminals)
        by_land = {name: np.zeros((size, size)) for name in land}
        costs = [cost for cost, _ in land.values()]
        of_chain = self._short_legs if chain == "short_sea" else ~self._short_legs
        ocean = np.where(of_chain, self._ocean(cargo, state), np.inf)
        out, into = settled.out, settled.into
        options_out, options_in = out.options(costs, zones), into.options(costs, zones)
        _, first, last = over_the_ocean_via(out, options_out.min(0), into, options_in.min(0), ocean)
        origin, destination = np.nonzero(tonnes)
        moved = tonnes[origin, destination]
        first, last = first[origin, destination], last[origin, destination]
        shipped = np.zeros(ocean.shape)
        np.add.at(shipped, (out.port[first], into.port[last]), moved)
        for side, options, entry in ((out, options_out, first), (into, options_in, last)):
            by_entry = np.bincount(entry, moved, len(side.zone))
            taken = options.argmin(0)
            for number, there in enumerate(by_land.values()):
                mine = taken == number
                ends = side.zone[mine], side.port[mine] + zones
                there[ends if side.outward else ends[::-1]] += by_entry[mine]
        of_all = np.zeros((len(self._ports), len(self._ports)))
        of_all[np.ix_(self._used, self._used)] = shipped
        return by_land, of_all

    def _ocean(self, cargo: CargoClass, state: State) -> np.ndarray:
        """Costs (p, p) of the legs over the ocean, infinite where none is sailed."""

        def measured() -> np.ndarray:
            legs, there = self._legs(state)
            return np.stack([np.where(there, usd_per_t(legs), np.inf), hours(legs), legs[..., Part.CO2_KG]])

        usd, taken, kg = self._recent.get(_ports_of(state), measured)
        return priced(usd, taken, kg, cargo)

    def _legs(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        legs, there = self.ocean.legs(
            self.network.date, state.port_h, state.port_usd, state.sea_h, state.sea_rate
        )
        among = np.ix_(self._used, self._used)
        return legs[among], there[among]

    def _chain_cost(
        self, cargo: CargoClass, found: Sequence[tuple[np.ndarray, ByChain]]
    ) -> dict[str, np.ndarray]:
        """Costs (z, z) by chain with what is unseen, each pair in its state; infinite within a zone."""
        zones = len(self.zones)
        whole = {}
        for chain, unseen in self._settled[cargo.name].unseen.items():
            whole[chain] = np.full((zones, zones), np.inf)
            for mask, (costs, _) in found:
                np.copyto(whole[chain], costs[chain][:zones, :zones], where=mask)
            whole[chain] += unseen
            np.fill_diagonal(whole[chain], np.inf)
        return whole

    def _unsettled(self, chain_cost: Mapping[str, np.ndarray], mask: np.ndarray) -> InputError:
        """The error that some of the masked pairs have no expected cost."""
        stack = np.stack(list(chain_cost.values()))
        if not (stack > 0).all():
            return InputError(
                Problem("network", "a way costs nothing or less", "lower the savings of the measures")
            )
        lost = np.argwhere(mask & ~np.isfinite(stack.min(0)) & ~np.eye(len(mask), dtype=bool))
        names = [self.network.places[k].name for k in self.zones]
        pairs = ", ".join(f"{names[a]} to {names[b]}" for a, b in lost[:5])
        return InputError(
            Problem(
                "network",
                f"{len(lost)} zone pairs are not connected by any mode: {pairs}",
                "open a border or add a link",
            )
        )


def _ports_of(state: State) -> tuple[bytes, ...]:
    """What the sea legs see of a state."""
    changes = (state.port_h, state.port_usd, state.sea_h, state.sea_rate)
    return tuple(b"" if one is None or not one.any() else one.tobytes() for one in changes)


def _read_only(array: np.ndarray) -> np.ndarray:
    """The array, or a view of it, that cannot be written to."""
    if array.flags.writeable:
        array = array.view()
        array.setflags(write=False)
    return array


def carting(network: Network, zone_nodes: np.ndarray, port_nodes: np.ndarray) -> np.ndarray:
    """Parts (z, p, c) of carting straight from a city to a port, for cities that no network joins to a port.

    Infinite haul cost beyond reach, to ports that are shut at the network's date, and to those of other countries where
    the city's own has one within reach.
    """
    choice = load_choice()
    gap = np.linalg.norm(
        to_xyz(network.node[zone_nodes])[:, None] - to_xyz(network.node[port_nodes])[None], axis=2
    )
    near = (gap <= choice["drayage_reach_km"]) & ports_open(network.atlas.ports, network.date)
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
