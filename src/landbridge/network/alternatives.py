"""Distinct ways to choose from: few enough to read, each a corridor of its own, none without a merit.

Candidates come from every mode chain under several weights of money, time and CO2: the cheapest way, the cheapest
through each border crossing and service, and what is left when the arcs of the cheapest are made dearer (penalty
method: Bader, Dees, Geisberger and Sanders 2011, Alternative route graphs in road networks). Those remain that are
Pareto-optimal or near and share less than a set part of their length with any way kept before them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.network.graph import CHAINS, INLAND_SEA_CHAINS, Kind, Network
from landbridge.network.journey import CHANGE_CHAINS, LAND_CHAINS, SEA_CHAINS, Journey, Way, Weights
from landbridge.network.ocean import to_xyz
from landbridge.network.parts import Part, generalised_cost, hours, usd_per_t
from landbridge.network.route import Route, Teller, describe, unseen_factor
from landbridge.world.network_tables import CargoClass, country_groups
from landbridge.world.places import Place

if TYPE_CHECKING:
    from landbridge.network.skim import State

_PLAIN_CHAINS = ("rail", "rail_sea", "road", "sea")
# What a traveller on either of two ways would call the same way: more than this share of the shorter one in common.
MOST_OVERLAP = 0.70
# A way that another one beats in hours, money and CO2 stays if its generalised cost is at most this much above the
# other's, times the share of its length that it has not in common with it.
NEAR = 0.2
# Two ways as good as each other within this share are alike.
_ALIKE = 0.03
# The best way by rail with a ferry is shown though it costs so many times what a shown way does that beats it.
_BEST_BY_FERRY = 1.5
# No way is worth naming that costs so many times what the cheapest does.
WORTH_NAMING = 2.0
RULE = (
    f"at most {100 * MOST_OVERLAP:.0f} % of the shorter of two ways in common; Pareto-optimal in hours, USD and CO2, or"
    f" of a generalised cost at most (1 + {NEAR:g} x share not in common) times that of a shown way that beats it; or"
    " the best of rail, road or sea, or of rail and ferry if it keeps out of a country of what beats it; never"
    f" {WORTH_NAMING:g} times the cheapest; within a customs territory where a way of the mode stays in it"
)
# Groups of country_groups.csv with one customs tariff, within which goods need no papers of transit.
_CUSTOMS_UNIONS = ("EU", "EAEU", "GCC", "MERCOSUR", "SACU")
MODE_CHAINS = {
    "rail": ("rail", "rail_sea"),
    "road": ("road", "road_sea"),
    "sea": ("sea", "short_sea"),
}
# Within one chain and weighting, a detour through a border or port dearer than this is no candidate.
_SLACK = 0.8
_GATEWAYS_TRIED = 16
# Less than this share of its length by one land mode does not make a way one that changes modes.
_LEAST_SHARE = 0.15
# The fastest, cheapest or cleanest way is worth a line of its own only if it is better by this much.
_WORTH_A_LINE = 0.05
# One more way of the same chain is worth showing only if it is this much cheaper.
_SAME_CHAIN = 0.2
_SAME_BORDERS = 0.4
_PORTS_TRIED = 12
_PENALTY = 1.4
_PENALTY_ROUNDS = 4


@dataclass(frozen=True)
class Alternative:
    """A way with a label that tells it from the others.

    preference: generalised cost with what it does not show, in USD a tonne; the smallest is taken first. merits: in
    which of time, money and CO2 it is the best of all. overlap: the largest share in common with another alternative.
    before: the same way without the measures of a case, where there is one.
    """

    label: str
    route: Route
    preference: float
    merits: tuple[str, ...] = ()
    overlap: float = 0.0
    before: Route | None = None


def described(one: Alternative) -> dict[str, Any]:
    """An alternative as plain data: label, merits, totals and legs, and its totals before the measures of a case."""
    document = {
        "label": one.label,
        "merits": list(one.merits),
        "preference_usd_per_t": round(one.preference, 1),
        "overlap": round(one.overlap, 3),
        **describe(one.route),
    }
    if one.before is not None:
        before = describe(one.before)
        document["before"] = {key: value for key, value in before.items() if key not in ("legs", "chain")}
    return document


@dataclass(frozen=True)
class _Candidate:
    """A way with what it is compared by.

    cost: generalised. criteria: hours, USD/t and kg CO2e/t; less is better. gates: the border crossings on the way,
    countries: through which it leads. stretch, km: what it runs over, as sorted numbers, and how long each is.
    """

    way: Way
    cost: float
    preference: float
    criteria: np.ndarray
    gates: frozenset[str]
    countries: frozenset[str]
    stretch: np.ndarray
    km: np.ndarray

    def overlap(self, other: _Candidate) -> float:
        """Length in common as a share of the shorter way."""
        shorter = min(self.km.sum(), other.km.sum())
        if shorter <= 0.0:
            return 1.0
        at = np.minimum(np.searchsorted(other.stretch, self.stretch), len(other.stretch) - 1)
        return float(self.km[other.stretch[at] == self.stretch].sum() / shorter)

    def is_beaten_by(self, other: _Candidate, alike: float = 0.0) -> bool:
        """Whether the other is as good in hours, money and CO2, to within a share, and better in one by more."""
        as_good, better = (
            other.criteria <= (1.0 + alike) * self.criteria,
            other.criteria < (1.0 - alike) * self.criteria,
        )
        return bool(as_good.all() and better.any())


def _weightings(journey: Journey) -> tuple[Weights, ...]:
    """Generalised cost, and what those minimise to whom money, time or CO2 counts most."""
    value_of_hour = journey.weights.hours
    return (
        journey.weights,
        Weights(1.0, 0.1 * value_of_hour, 0.0),
        Weights(0.1, max(10.0 * value_of_hour, 1.0), 0.0),
        Weights(0.1, 0.1 * value_of_hour, 1.0),
    )


def _candidate_ways(journey: Journey, chains: Collection[str]) -> Iterable[Way]:
    network = journey.network
    over_border = network.node_country[network.tail] != network.node_country[network.head]
    borders = np.flatnonzero(over_border & np.isin(network.kind, (Kind.RAIL, Kind.ROAD)))
    for weights in _weightings(journey):
        for chain in chains:
            if chain in SEA_CHAINS:
                yield from journey.by_sea(chain, weights, _PORTS_TRIED, _SLACK)
            elif chain in CHANGE_CHAINS:
                found = journey.changing(chain, weights, _SLACK)
                yield from (way for way in found if _changes(network, way))
            elif chain in INLAND_SEA_CHAINS:
                services = network.service_arcs(chain)
                yield from journey.through(chain, services, weights, _GATEWAYS_TRIED, _SLACK)
            else:
                best = journey.best(chain, weights)
                if best is not None:
                    yield best
                    yield from journey.through(chain, borders, weights, _GATEWAYS_TRIED, _SLACK)
    for chain in chains:
        if chain in CHAINS:
            used: list[int] = []
            last = journey.best(chain)
            for _ in range(_PENALTY_ROUNDS):
                if last is None:
                    break
                used.extend(last.arcs)
                last = journey.penalised(chain, journey.weights, used, _PENALTY)
                if last is not None:
                    yield last


def _changes(network: Network, way: Way) -> bool:
    """Whether both land modes carry a good part of a way."""
    by_rail, by_road = network.parts[list(way.arcs)][:, [Part.KM_RAIL, Part.KM_ROAD]].sum(0)
    return bool(min(by_rail, by_road) >= _LEAST_SHARE * (by_rail + by_road))


_KM = [Part.KM_RAIL, Part.KM_ROAD, Part.KM_SEA]


def _stretches(journey: Journey, way: Way) -> tuple[np.ndarray, np.ndarray]:
    """Sorted numbers of what a way runs over, and the km of each: links of a mode, pairs of nodes, steps of a lane."""
    network = journey.network
    arcs = np.array(way.arcs, dtype=int)
    nodes, kinds = len(network.node), len(Kind)
    pair = network.tail[arcs] * nodes + network.head[arcs]
    link = network.link[arcs]
    number = np.where(link >= 0, link * kinds + network.kind[arcs], -1 - pair)
    km = network.parts[arcs][:, _KM].sum(1)
    if way.ocean is not None:
        lane = journey.ocean.path(*way.ocean)
        steps = np.linalg.norm(np.diff(to_xyz(journey.ocean.node[lane]), axis=0), axis=1)
        at_sea = -1 - nodes * nodes - lane[:-1] * len(journey.ocean.node) - lane[1:]
        number, km = np.r_[number, at_sea], np.r_[km, steps]
    order = np.argsort(number)
    return number[order], km[order]


def _candidates(journey: Journey, ways: Iterable[Way]) -> list[_Candidate]:
    found: dict[tuple[object, ...], _Candidate] = {}
    factors: dict[str, float] = {}
    for way in ways:
        key = (way.before, way.ocean, way.after)
        if key in found:
            continue
        arcs = np.array(way.arcs, dtype=int)
        parts = journey.network.parts[arcs].sum(0)
        if way.ocean is not None:
            parts = parts + journey.ocean_parts(way.ocean)
        criteria = np.array([hours(parts), usd_per_t(parts), parts[Part.CO2_KG]])
        cost = float(generalised_cost(parts, journey.cargo))
        if way.chain not in factors:
            factors[way.chain] = unseen_factor(way.chain, journey.origin, journey.destination)
        gates = frozenset(journey.network.crossing[arcs].tolist()) - {""}
        ends = np.r_[journey.network.tail[arcs], journey.network.head[arcs]]
        countries = frozenset(journey.network.node_country[ends].tolist())
        found[key] = _Candidate(
            way, cost, cost * factors[way.chain], criteria, gates, countries, *_stretches(journey, way)
        )
    return list(found.values())


def _select(candidates: list[_Candidate], most: int) -> list[_Candidate]:
    """The candidates to show, the one to be taken first in front.

    First come the most preferred and the best of each plain mode chain, then the fastest, the cheapest and the one of
    least CO2, where it is clearly better; then, again and again, the one that is good value for what it has not in
    common with those taken.
    """
    least = min(candidate.cost for candidate in candidates)
    left = [candidate for candidate in candidates if candidate.cost <= WORTH_NAMING * least]
    taken = [min(left, key=lambda c: (c.preference, c.cost))]
    for chain in _PLAIN_CHAINS:
        of_chain = [candidate for candidate in left if candidate.way.chain == chain]
        if all(candidate.way.chain != chain for candidate in taken):
            own = [candidate for candidate in of_chain if _is_a_corridor(candidate, taken)]
            taken += [min(own, key=lambda c: c.cost)] if own else []
    for column in range(3):
        best = min(left, key=lambda c: (c.criteria[column], c.cost))
        if best.criteria[column] < (1.0 - _WORTH_A_LINE) * min(c.criteria[column] for c in taken):
            taken += [best] if _is_distinct(best, taken) else []
    in_common = np.array([max(candidate.overlap(other) for other in taken) for candidate in left])
    while True:
        allowed = [
            share < MOST_OVERLAP and all(_is_near(candidate, other) for other in taken)
            for candidate, share in zip(left, in_common, strict=True)
        ]
        left = [candidate for candidate, keep in zip(left, allowed, strict=True) if keep]
        in_common = in_common[allowed]
        if len(taken) >= most or not left:
            return _in_order(taken[:most])
        pick = left[int(np.argmin(_value(left, in_common, taken)))]
        taken.append(pick)
        in_common = np.maximum(in_common, [candidate.overlap(pick) for candidate in left])


def _in_order(taken: Sequence[_Candidate]) -> list[_Candidate]:
    """By preference, but none before one that beats it: what a chain's factor stands for does not turn that round."""

    def rank(candidate: _Candidate) -> tuple[float, float]:
        better = [other.preference for other in taken if candidate.is_beaten_by(other)]
        return max([candidate.preference, *better]), len(better)

    return sorted(taken, key=rank)


def _is_distinct(candidate: _Candidate, taken: Sequence[_Candidate]) -> bool:
    return all(candidate.overlap(other) < MOST_OVERLAP for other in taken)


def _is_a_corridor(candidate: _Candidate, taken: Sequence[_Candidate]) -> bool:
    """Whether a way is distinct and, if it takes a ferry, keeps out of a country of every way that beats it."""
    return _is_distinct(candidate, taken) and all(
        candidate.cost <= _BEST_BY_FERRY * other.cost and not other.countries <= candidate.countries
        for other in taken
        if candidate.way.chain in INLAND_SEA_CHAINS and candidate.is_beaten_by(other)
    )


def _value(left: Sequence[_Candidate], in_common: np.ndarray, taken: Sequence[_Candidate]) -> np.ndarray:
    """Costs, made dearer by what a way has in common with those taken, by how many are of its chain, and if one of
    these crosses the same borders."""
    alike = [[other for other in taken if other.way.chain == candidate.way.chain] for candidate in left]
    again = [any(c.gates == other.gates for other in others) for c, others in zip(left, alike, strict=True)]
    dearer = 1.0 + in_common + _SAME_CHAIN * np.array([len(others) for others in alike])
    return np.array([candidate.cost for candidate in left]) * (dearer + _SAME_BORDERS * np.array(again))


def _is_near(candidate: _Candidate, other: _Candidate) -> bool:
    """Whether a way is not beaten by another, or costs little more for what it has not in common with it."""
    if candidate.cost <= other.cost or not candidate.is_beaten_by(other, _ALIKE):
        return True
    return candidate.cost <= (1.0 + NEAR * (1.0 - candidate.overlap(other))) * other.cost


def _customs_territory(origin: Place, destination: Place) -> frozenset[str]:
    """The countries of the customs territory that holds both places; none if no such holds both."""
    groups = country_groups()
    group = groups.get(origin.iso3)
    if group in _CUSTOMS_UNIONS and groups.get(destination.iso3) == group:
        return frozenset(code for code, of in groups.items() if of == group)
    return frozenset({origin.iso3}) if origin.iso3 == destination.iso3 else frozenset()


def _at_home(candidates: list[_Candidate], home: frozenset[str]) -> list[_Candidate]:
    """Without the ways by land that leave the territory and come back, where one of the same chain stays in it."""
    staying = {c.way.chain for c in candidates if c.countries <= home}
    return [
        c
        for c in candidates
        if c.countries <= home or c.way.chain in SEA_CHAINS or c.way.chain not in staying
    ]


def find_alternatives(
    network: Network,
    origin: Place,
    destination: Place,
    cargo: CargoClass,
    *,
    avoid: Collection[str] = (),
    via: Sequence[Place] = (),
    mode: str | None = None,
    most: int = 6,
    scenario: tuple[State, np.ndarray] | None = None,
) -> list[Alternative]:
    """Distinct alternatives from door to door, the one that shippers take most likely first.

    avoid: ISO3 codes of countries not to enter. via: places to pass, in order. mode: "rail", "road" or "sea", to have
    only ways led by it. scenario: a state and the arcs it touches; then every way is also priced without it, and the
    best ways of before are among the candidates.
    Raises InputError when nothing leads there, see Journey.
    """
    state, touched = scenario if scenario is not None else (None, None)
    journey = Journey(network, origin, destination, cargo, avoid=avoid, via=via, state=state, touched=touched)
    chains = (*LAND_CHAINS, *CHANGE_CHAINS, *SEA_CHAINS) if mode is None else MODE_CHAINS[mode]
    ways = list(_candidate_ways(journey, chains))
    before: Journey | None = None
    if scenario is not None:
        before = Journey(network, origin, destination, cargo, avoid=avoid, via=via)
        ways += [way for way in _candidate_ways(before, chains) if journey.can_go(way)]
    home = _customs_territory(origin, destination)
    if home:
        abroad = set(network.node_country.tolist()) - home
        inside = Journey(
            network,
            origin,
            destination,
            cargo,
            avoid={*avoid, *abroad},
            via=via,
            state=state,
            touched=touched,
        )
        ways += _candidate_ways(inside, [chain for chain in chains if chain not in SEA_CHAINS])
    candidates = _at_home(_candidates(journey, ways), home)
    if not candidates:
        raise journey.nowhere(mode)
    chosen = _select(candidates, most)
    teller = Teller(journey.network)
    routes = [teller.route(journey, candidate.way) for candidate in chosen]
    merits = _merits(chosen)
    earlier = Teller(network)
    return [
        Alternative(
            label,
            route,
            one.preference,
            merits[row],
            max((one.overlap(other) for other in chosen if other is not one), default=0.0),
            earlier.route(before, one.way) if before is not None and before.can_go(one.way) else None,
        )
        for row, (label, route, one) in enumerate(
            zip(_labels(routes, journey.network), routes, chosen, strict=True)
        )
    ]


def _merits(chosen: Sequence[_Candidate]) -> list[tuple[str, ...]]:
    criteria = np.stack([candidate.criteria for candidate in chosen])
    best = criteria[:, :3].argmin(axis=0)
    names = ("fastest", "cheapest", "least CO2")
    return [
        tuple(name for name, at in zip(names, best, strict=True) if at == row) for row in range(len(chosen))
    ]


def _modes(route: Route) -> str:
    """The modes of a route in words, the one that carries farthest first."""
    km: dict[str, float] = {}
    for leg in route.legs:
        name = f"{leg.sea} ferry".strip() if leg.mode == "ferry" else leg.mode
        km[name] = km.get(name, 0.0) + float(leg.parts[[Part.KM_RAIL, Part.KM_ROAD, Part.KM_SEA]].sum())
    total = sum(km.values())
    # Drayage to a port is no mode of the way.
    told = [name for name in km if km[name] >= 0.1 * total or "ferry" in name or name == "sea"]
    words = sorted(told, key=lambda name: ("ferry" in name, -km[name]))
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def _gates(route: Route) -> list[str]:
    """What a route passes that has a name, in order: borders, services, ports."""
    gates: list[str] = []
    for leg in route.legs:
        if leg.mode in ("ferry", "sea"):
            gates.append(f"{leg.origin}-{leg.destination}")
        else:
            gates.extend(leg.crossings)
    return gates


def _labels(routes: Sequence[Route], network: Network) -> list[str]:
    """Labels that tell routes apart: their modes, the ferries and ships, and the gates that the fewest others pass."""
    cities = {place.name for place in network.places if place.kind == "zone"}
    gates = [_gates(route) for route in routes]
    towns = [[p for leg in route.legs for p in leg.through if p in cities] for route in routes]
    labels: list[str] = []
    for row, route in enumerate(routes):
        sailed = {f"{leg.origin}-{leg.destination}" for leg in route.legs if leg.mode in ("ferry", "sea")}
        named = [gate for gate in dict.fromkeys(gates[row]) if gate in sailed or not gate.endswith(" border")]
        rarity = {gate: sum(gate in others for others in gates) for gate in named}
        told = sorted(named, key=lambda gate: (gate not in sailed, rarity[gate], named.index(gate)))[:3]
        via = [gate for gate in named if gate in told]
        others = [gate for gate in dict.fromkeys(gates[row]) if gate not in named]
        often = {place: sum(place in there for there in (*towns, *gates)) for place in (*towns[row], *others)}
        rare = sorted(often, key=lambda place: (often[place], list(often).index(place)))
        passed = [place for place in rare if place not in others]
        label = _labelled(route, via if len(via) > 1 or sailed else via + passed[: 2 - len(via)])
        for place in rare:
            if label not in labels:
                break
            label = _labelled(route, [*via, place])
        labels.append(label)
    return labels


def _labelled(route: Route, via: Sequence[str]) -> str:
    return _modes(route) + (f" via {', '.join(via)}" if via else "")
