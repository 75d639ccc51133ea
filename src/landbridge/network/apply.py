"""What measures do to the network: each becomes effects on the parts of some arcs or on the ports."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.measures import (
    BorderTime,
    Capacity,
    DigitalCustoms,
    FreightRate,
    Link,
    MeasureBase,
    NetworkMeasure,
    PortAccess,
    Service,
    Setting,
    Transfer,
)
from landbridge.measures.schema import LEVELS, Level
from landbridge.network.graph import Kind, Network, haul_parts
from landbridge.network.parts import Part
from landbridge.network.paths import SearchGraph
from landbridge.network.planned import with_planned
from landbridge.network.relief import Added, Facility, capacity_now, facility_volumes, total_relief
from landbridge.network.skim import Skimmer, State
from landbridge.world.network_tables import load_mode_parameters
from landbridge.world.places import Place

_MODE_KIND = {"rail": Kind.RAIL, "road": Kind.ROAD}
Traffic = str | tuple[str, ...]
Levels = tuple[float, float, float]


@dataclass(frozen=True)
class Effect:
    """A change of one part on some arcs: `amount` is added to it, or in per cent scales it or its speed.

    amount: at low, mid and high. weighted: whether the weight of a setting acts on it; it does not on the hours of a
    new link, which is there or is not.
    """

    arcs: np.ndarray
    part: Part
    how: Literal["add", "percent", "speed"]
    amount: Levels
    weighted: bool = True

    def at(self, setting: Setting) -> float:
        """The amount under a setting."""
        return setting.of(*self.amount) if self.weighted else setting.between(*self.amount)


@dataclass(frozen=True)
class SpreadEffect:
    """A change of the standard deviation of the hours at a crossing: added in hours, or in per cent of it.

    arcs: (a,). sd_h: (a,) at the baseline. amount: at low, mid and high.
    """

    arcs: np.ndarray
    sd_h: np.ndarray
    how: Literal["add", "percent"]
    amount: Levels


@dataclass
class Compiled:
    """The effects of one measure and the freight they act on; `lines` are to draw, `opens` the arcs it opens."""

    traffic: Traffic = "all"
    effects: list[Effect] = field(default_factory=list)
    spreads: list[SpreadEffect] = field(default_factory=list)
    opens: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    port_h: dict[int, Levels] = field(default_factory=dict)
    port_usd: dict[int, Levels] = field(default_factory=dict)
    sea_h: dict[tuple[int, int], Levels] = field(default_factory=dict)
    sea_rate: dict[tuple[int, int], Levels] = field(default_factory=dict)
    capacities: list[Added] = field(default_factory=list)
    lines: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    points: list[Place] = field(default_factory=list)


def _asker(measure: MeasureBase) -> str:
    return f"measure {measure.id}"


def _wrong(measure: MeasureBase, message: str, remedy: str = "") -> InputError:
    return InputError(Problem(_asker(measure), message, remedy))


def mode_nodes(network: Network, place: Place, mode: str) -> np.ndarray:
    """The nodes of the mode where a place lies: one for a zone, port or station, the two ends of a crossing."""
    kind = _MODE_KIND[mode]
    if place.kind == "crossing":
        arcs = np.flatnonzero((network.crossing == place.key) & (network.kind == kind))
        return np.unique(network.tail[arcs])
    planned = network.junction.get((mode, place.kind, place.key))
    if planned is not None:
        return np.array([planned])
    node = network.place_index[place.kind, place.key]
    access = network.kind == Kind[f"{mode.upper()}_ACCESS"]
    return np.asarray(network.head[access & (network.tail == node)])


def both_ways(network: Network, mode: str, arcs: np.ndarray) -> np.ndarray:
    """The arcs of both directions of the links that some arcs run over."""
    wanted = (
        (network.kind == _MODE_KIND[mode]) & np.isin(network.link, network.link[arcs]) & (network.link >= 0)
    )
    return np.flatnonzero(wanted)


def nodes_of(network: Network, name: str, mode: str, asker: str) -> tuple[Place, np.ndarray]:
    """A place by name and its nodes on the mode; where a spelling names several kinds, one that is on the mode.

    Raises InputError when it is unknown or off the mode; asker: what names it, for that error.
    """
    first = network.atlas.gazetteer.find(name)
    for kind in dict.fromkeys((first.kind, "station", "zone", "port", "crossing")):
        try:
            place = network.atlas.gazetteer.find(name, (kind,))
        except InputError:
            continue
        nodes = mode_nodes(network, place, mode)
        if len(nodes):
            return place, nodes
    raise InputError(
        Problem(asker, f"{name} is not on the {mode} network", "name a place that the mode reaches")
    )


def path_arcs(network: Network, mode: str, places: Sequence[str], asker: str) -> np.ndarray:
    """Arcs of the shortest open path by one mode through the places, in their order and direction.

    A crossing on the way is crossed. Raises InputError when a place is unknown or off the mode, or two places are not
    connected by it; asker: what names them, for that error.
    """
    found = [nodes_of(network, name, mode, asker) for name in places]
    arcs = np.flatnonzero((network.kind == _MODE_KIND[mode]) & network.open)
    km = network.parts[:, Part.KM_RAIL if mode == "rail" else Part.KM_ROAD]
    graph = SearchGraph(network, arcs)
    taken: list[int] = []
    start = found[0][1]
    for number, (place, ends) in enumerate(found[1:], 1):
        tree = graph.tree(km, start)
        end = int(ends[np.argmin(tree.distance[ends])])
        if not np.isfinite(tree.distance[end]):
            a, b = places[number - 1], places[number]
            message = f"{a} and {b} are not connected by {mode}"
            raise InputError(Problem(asker, message, "add the missing link or change places"))
        taken += tree.path(end)
        start = np.array([end])
        if place.kind == "crossing" and number < len(found) - 1:
            over = arcs[(network.tail[arcs] == end) & (network.crossing[arcs] == place.key)]
            if len(over) and over[0] not in taken:
                taken.append(int(over[0]))
                start = np.array([network.head[over[0]]])
    return np.array(taken, dtype=int)


def _border_arcs(network: Network, mode: str, crossing: str, direction: str) -> np.ndarray:
    arcs = np.flatnonzero((network.kind == _MODE_KIND[mode]) & (network.crossing == crossing))
    if direction != "both":
        leaving, entering = direction.split(">")
        tail, head = network.node_country[network.tail[arcs]], network.node_country[network.head[arcs]]
        arcs = arcs[(tail == leaving) & (head == entering)]
    return arcs


def _dwell_sd(network: Network, mode: str, arcs: np.ndarray) -> np.ndarray:
    """Standard deviation (a,) of the hours at the crossing of some arcs: what the moving hours leave of it."""
    parameters = load_mode_parameters()
    countries, ends = np.unique(
        network.node_country[np.stack([network.tail[arcs], network.head[arcs]])], return_inverse=True
    )
    cv = np.array([parameters.get(mode, "moving_cv_of_a_day", str(iso3)) for iso3 in countries])
    # A link over a border lies half in each country.
    a_day = (24.0 * cv**2)[ends.reshape(2, -1)].mean(0)
    moving = a_day * network.parts[arcs, Part.MOVING_H]
    return np.asarray(np.sqrt(np.maximum(network.parts[arcs, Part.VARIANCE_H2] - moving, 0.0)))


def _service_arcs(network: Network, a: str, b: str) -> np.ndarray:
    ends = {network.place_index.get(("port", name), -1) for name in (a, b)}
    service = np.isin(network.kind, (Kind.SERVICE, Kind.RORO))
    arcs = [k for k in np.flatnonzero(service) if {int(network.tail[k]), int(network.head[k])} == ends]
    return np.array(arcs, dtype=int)


def _port(network: Network, name: str) -> Place:
    return network.atlas.gazetteer.find(name, ("port",))


def _compile_upgrade(network: Network, measure: Link, out: Compiled) -> None:
    arcs = both_ways(network, measure.mode, path_arcs(network, measure.mode, measure.places, _asker(measure)))
    if measure.countries:
        arcs = arcs[np.isin(network.node_country[network.tail[arcs]], measure.countries)]
    out.effects.append(Effect(arcs, Part.MOVING_H, "speed", measure.value.levels))
    out.lines = arcs


def _planned(network: Network, name: str, mode: str) -> Network:
    """The network with the place of a name on it, where it is a station or a crossing that the mode does not reach."""
    found = []
    for kind in ("station", "zone", "port", "crossing"):
        try:
            found.append(network.atlas.gazetteer.find(name, (kind,)))
        except InputError:
            continue
    if any(len(mode_nodes(network, place, mode)) for place in found):
        return network
    for place in found:
        network = with_planned(network, place, mode)
    return network


def _compile_new_link(network: Network, measure: Link, out: Compiled) -> Network:
    """Adds a link within one country, which may end at a crossing, on the side of that country.

    Where no line of the mode reaches a station or a crossing yet, the link leads there first; see planned.py.
    """
    for name in measure.places:
        network = _planned(network, name, measure.mode)
    first, second = (nodes_of(network, name, measure.mode, _asker(measure))[1] for name in measure.places)
    pairs = [np.array([a, b]) for a in first for b in second]
    ends = next((pair for pair in pairs if len(set(network.node_country[pair])) == 1), pairs[0])
    country = network.node_country[ends]
    if country[0] != country[1]:
        message = f"a new link from {country[0]} to {country[1]} would cross the border for nothing"
        raise _wrong(measure, message, "end it at a crossing of the network on each side")
    length = float(measure.length_km or 0.0)
    parameters = load_mode_parameters()
    parts = haul_parts(measure.mode, np.repeat(length, 2), country, parameters, factor=False)
    share = (
        parameters.get("road", "driving_hours_per_day", str(country[0])) / 24.0
        if measure.mode == "road"
        else 1.0
    )
    parts[:, Part.MOVING_H] = 0.0
    network, added = network.with_arcs(ends, ends[::-1], np.full(2, _MODE_KIND[measure.mode]), parts)
    low, mid, high = (length / (speed * share) for speed in measure.value.levels)
    out.effects.append(Effect(added, Part.MOVING_H, "add", (low, mid, high), weighted=False))
    out.opens, out.lines = added, added
    return network


def _compile_service(network: Network, measure: Service, out: Compiled) -> None:
    amounts = measure.value.levels
    if measure.mode == "sea":
        a, b = (_port(network, name) for name in measure.places)
        out.points = [a, b]
        arcs = _service_arcs(network, a.key, b.key)
        ports = network.atlas.port_number
        if len(arcs):
            part, how = (Part.MOVING_H, "speed") if measure.value.unit == "percent" else (Part.PORT_H, "add")
            out.effects.append(Effect(arcs, part, how, amounts))  # type: ignore[arg-type]
        elif a.key in ports and b.key in ports and measure.value.unit == "h":
            pair = ports[a.key], ports[b.key]
            out.sea_h[pair] = out.sea_h[pair[::-1]] = amounts
        elif a.key in ports and b.key in ports:
            raise _wrong(measure, "the speed of ocean ships cannot be changed", 'give the saving in "h"')
        else:
            raise _wrong(
                measure, f"no sea service runs between {a.name} and {b.name}", "see network/sea_services.csv"
            )
        return
    arcs = path_arcs(network, measure.mode, measure.places, _asker(measure))
    out.lines = arcs
    if measure.value.unit == "percent":
        out.effects.append(Effect(both_ways(network, measure.mode, arcs), Part.MOVING_H, "speed", amounts))
        return
    # Waiting for the train is saved wherever the cargo joins it; spread over the way, it is saved in full by those who
    # ride all of it.
    moving = network.parts[arcs, Part.MOVING_H]
    for arc, hours in zip(arcs, moving, strict=True):
        low, mid, high = (amount * hours / moving.sum() for amount in amounts)
        out.effects.append(Effect(np.array([arc]), Part.MOVING_H, "add", (low, mid, high)))


def _facilities(
    network: Network, measure: Capacity, out: Compiled
) -> list[tuple[str, str, np.ndarray, Part, int]]:
    """What a capacity measure widens, direction by direction: name, kind, arcs, part with the hours, ocean port."""
    if measure.crossing is not None:
        mode = str(measure.mode)
        out.points = [network.atlas.gazetteer.find(measure.crossing, ("crossing",))]
        arcs = _border_arcs(network, mode, measure.crossing, "both")
        sides = np.unique(network.node_country[network.tail[arcs]])
        ways = [f"{a}>{b}" for a, b in itertools.permutations(sides, 2)]
        return [
            (f"{measure.crossing} by {mode} {way}", f"border_{mode}", found, Part.BORDER_H, -1)
            for way in ways
            if len(found := _border_arcs(network, mode, measure.crossing, way))
        ]
    if measure.port is not None:
        port = _port(network, measure.port)
        out.points = [port]
        node = network.place_index["port", port.key]
        service = np.isin(network.kind, (Kind.SERVICE, Kind.RORO))
        arcs = np.flatnonzero(service & ((network.tail == node) | (network.head == node)))
        number = network.atlas.port_number.get(port.key, -1)
        return (
            [(f"port of {port.name}", "port", arcs, Part.PORT_H, number)] if len(arcs) or number >= 0 else []
        )
    if measure.mode == "sea":
        a, b = out.points = [_port(network, name) for name in measure.places]
        arcs = _service_arcs(network, a.key, b.key)
        at_a = network.tail[arcs] == network.place_index["port", a.key]
        names = [
            f"{service} from {a.name if start else b.name}"
            for service, start in zip(network.service[arcs], at_a, strict=True)
        ]
        return [(name, "service", arcs[k : k + 1], Part.PORT_H, -1) for k, name in enumerate(names)]
    mode = str(measure.mode)
    there = path_arcs(network, mode, measure.places, _asker(measure))
    back = np.setdiff1d(both_ways(network, mode, there), there)
    out.lines = there
    names = [" - ".join(measure.places), " - ".join(measure.places[::-1])]
    return [
        (f"{name} by {mode}", mode, arcs, Part.MOVING_H, -1)
        for name, arcs in zip(names, (there, back), strict=True)
        if len(arcs)
    ]


def _compile_capacity(network: Network, measure: Capacity, out: Compiled) -> None:
    found = _facilities(network, measure, out)
    if not found:
        raise _wrong(measure, "acts on no link of the network", "check its places and mode")
    access = np.isin(network.kind, (Kind.RAIL_ACCESS, Kind.ROAD_ACCESS))
    for name, kind, arcs, part, port in found:
        node = network.place_index.get(("port", out.points[0].key), -1) if kind == "port" else -1
        own = np.flatnonzero((network.tail == node) & access) if kind == "port" else arcs
        if kind in _MODE_KIND:
            own = arcs[network.crossing[arcs] == ""]
        now = capacity_now(network, own) if measure.now is None else measure.now
        if not np.isfinite(now):
            raise _wrong(measure, f"the capacity of {name} today is not known", "give now and now_citation")
        train = load_mode_parameters().get("rail", "net_t_per_train")
        scale = {"t/day": 1.0, "percent": now / 100.0, "trains/day": train}
        low, mid, high = (added * scale[measure.value.unit] for added in measure.value.levels)
        if now + min(low, high) <= 0:
            raise _wrong(measure, f"takes more from {name} than the {now:g} t a day there are", "take less")
        hours = network.parts[arcs, part] if kind in _MODE_KIND else np.zeros(1)
        out.capacities.append(
            Added(Facility(name, kind, arcs, part, port, now, measure.use, hours), (low, mid, high))
        )


def _compile_place(network: Network, measure: BorderTime | PortAccess | Transfer, out: Compiled) -> None:
    amounts = measure.value.levels
    if isinstance(measure, BorderTime):
        arcs = _border_arcs(network, measure.mode, measure.crossing, measure.direction)
        if not len(arcs):
            raise _wrong(measure, f"no open {measure.mode} link crosses at {measure.crossing}")
        how = "percent" if measure.value.unit == "percent" else "add"
        out.effects.append(Effect(arcs, Part.BORDER_H, how, amounts))  # type: ignore[arg-type]
        out.points = [network.atlas.gazetteer.find(measure.crossing, ("crossing",))]
        if measure.spread is not None:
            change: Literal["add", "percent"] = "percent" if measure.spread.unit == "percent" else "add"
            sd = _dwell_sd(network, measure.mode, arcs)
            out.spreads.append(SpreadEffect(arcs, sd, change, measure.spread.levels))
    elif isinstance(measure, PortAccess):
        port = _port(network, measure.port)
        out.points = [port]
        ports = network.atlas.port_number
        in_hours = measure.value.unit == "h"
        if port.key in ports:
            (out.port_h if in_hours else out.port_usd)[ports[port.key]] = amounts
        node = network.place_index["port", port.key]
        service = np.isin(network.kind, (Kind.SERVICE, Kind.RORO))
        arcs = np.flatnonzero(service & ((network.tail == node) | (network.head == node)))
        if len(arcs):
            out.effects.append(Effect(arcs, Part.PORT_H if in_hours else Part.FIXED_USD, "add", amounts))
        elif port.key not in ports:
            raise _wrong(measure, f"no sea service calls at {port.name} at the baseline date")
    elif measure.crossing is not None:
        arcs = _border_arcs(network, "rail", measure.crossing, "both")
        if not len(arcs):
            raise _wrong(measure, f"no open rail link crosses at {measure.crossing}")
        part = Part.GAUGE_H if measure.value.unit == "h" else Part.FIXED_USD
        out.effects.append(Effect(arcs, part, "add", amounts))
        out.points = [network.atlas.gazetteer.find(measure.crossing, ("crossing",))]
    else:
        place = network.atlas.gazetteer.find(str(measure.terminal))
        node = network.place_index.get((place.kind, place.key), -1)
        arcs = np.flatnonzero(
            (network.kind == Kind.RAIL_ACCESS) & ((network.tail == node) | (network.head == node))
        )
        if not len(arcs):
            raise _wrong(measure, f"{place.name} has no rail terminal")
        part = Part.PORT_H if measure.value.unit == "h" else Part.FIXED_USD
        out.effects.append(Effect(arcs, part, "add", amounts))
        out.points = [place]


def _compile_sea_rate(network: Network, measure: FreightRate, out: Compiled) -> None:
    """A rate between two ports: of the service that runs between them, else of ocean ships."""
    if len(measure.places) != 2:
        raise _wrong(measure, "a sea freight rate holds between two ports", "name them in places")
    a, b = out.points = [_port(network, name) for name in measure.places]
    arcs, ports = _service_arcs(network, a.key, b.key), network.atlas.port_number
    if len(arcs):
        out.effects.append(Effect(arcs, Part.HAUL_USD, "percent", measure.value.levels))
    elif a.key in ports and b.key in ports:
        pair = ports[a.key], ports[b.key]
        out.sea_rate[pair] = out.sea_rate[pair[::-1]] = measure.value.levels
    else:
        raise _wrong(
            measure, f"no sea service runs between {a.name} and {b.name}", "see network/sea_services.csv"
        )


def compile_measure(network: Network, measure: MeasureBase) -> tuple[Network, Compiled]:
    """The effects of one measure, and the network with the arcs that it may open.

    Raises InputError when its place does not exist on the network at the baseline date.
    """
    out = Compiled(getattr(measure, "traffic", "all"))
    if isinstance(measure, Link) and measure.action == "add":
        network = _compile_new_link(network, measure, out)
    elif isinstance(measure, Link):
        _compile_upgrade(network, measure, out)
    elif isinstance(measure, Service):
        _compile_service(network, measure, out)
    elif isinstance(measure, BorderTime | PortAccess | Transfer):
        _compile_place(network, measure, out)
    elif isinstance(measure, Capacity):
        _compile_capacity(network, measure, out)
    elif isinstance(measure, FreightRate):
        if measure.mode == "sea":
            _compile_sea_rate(network, measure, out)
            return network, out
        if measure.places:
            arcs = both_ways(
                network, measure.mode, path_arcs(network, measure.mode, measure.places, _asker(measure))
            )
        else:
            inside = np.isin(network.node_country[network.tail], measure.countries)
            arcs = np.flatnonzero((network.kind == _MODE_KIND[measure.mode]) & inside)
        out.effects.append(Effect(arcs, Part.HAUL_USD, "percent", measure.value.levels))
        out.lines = arcs
    elif isinstance(measure, DigitalCustoms):
        tail, head = network.node_country[network.tail], network.node_country[network.head]
        land = np.isin(network.kind, (Kind.RAIL, Kind.ROAD))
        # A pair, or more where countries have joined it.
        arcs = np.flatnonzero(
            land & np.isin(tail, measure.pair) & np.isin(head, measure.pair) & (tail != head)
        )
        if not len(arcs):
            raise _wrong(measure, f"{' and '.join(measure.pair)} share no open border crossing")
        out.effects.append(Effect(arcs, Part.BORDER_H, "percent", measure.value.levels))
        if measure.documents_usd_per_t is not None:
            out.effects.append(Effect(arcs, Part.FIXED_USD, "add", measure.documents_usd_per_t.levels))
        names = sorted(set(network.crossing[arcs].tolist()) - {""})
        out.points = [network.atlas.gazetteer.find(name, ("crossing",)) for name in names]
    else:
        raise TypeError(f"a measure of kind {type(measure).__name__} does not act on the network")
    return network, out


@dataclass(frozen=True)
class NetworkMeasures:
    """The network measures of a case, compiled onto the network at its baseline date.

    touched: (t,) arcs that any of them changes. compiled: measure id -> its effects. volumes: tonnes a day at the
    baseline through the facilities that capacity measures widen, by name; see relief.facility_volumes.
    """

    network: Network
    touched: np.ndarray
    compiled: dict[str, Compiled]
    volumes: Mapping[str, float] = field(default_factory=dict)

    @property
    def unmeasured(self) -> list[Facility]:
        """The facilities whose use today only flows can tell."""
        added = [one.facility for compiled in self.compiled.values() for one in compiled.capacities]
        return [facility for facility in added if facility.use is None and facility.name not in self.volumes]

    def with_volumes(self, volumes: Mapping[str, float]) -> NetworkMeasures:
        """The same measures with the tonnes a day through the facilities known."""
        return replace(self, volumes={**self.volumes, **volumes})

    def concerns(self, name: str, leaving: str, entering: str) -> bool:
        """Whether a measure acts on freight from one country (ISO3) to another."""
        return bool(_concerned(self.compiled[name].traffic, np.array([leaving]), np.array([entering]))[0, 0])

    def state_between(self, settings: Mapping[str, Setting], leaving: str, entering: str) -> State:
        """The state that freight from one country to another meets."""
        acting = self.acting(settings)
        return self.state({name: acting[name] for name in acting if self.concerns(name, leaving, entering)})

    def acting(self, settings: Mapping[str, Setting]) -> dict[str, Setting]:
        """The measures of a scenario that are in place on the network, with their settings, by id."""
        return {
            name: settings[name]
            for name in sorted(self.compiled)
            if name in settings and settings[name].weight
        }

    def states(self, settings: Mapping[str, Setting], iso3: np.ndarray) -> list[tuple[np.ndarray, State]]:
        """The states that the parts of freight meet: masks (z, z) of zone pairs, which add up to all, and states.

        settings: measure id -> setting; others than the network's are left aside. iso3: (z,) country of each zone.
        """
        acting = self.acting(settings)
        kinds = sorted({self.compiled[name].traffic for name in acting} - {"all"}, key=str)
        masks = {kind: _concerned(kind, iso3, iso3) for kind in kinds}
        found = []
        for concerned in itertools.product((False, True), repeat=len(kinds)):
            mask = np.ones((len(iso3), len(iso3)), bool)
            for kind, is_concerned in zip(kinds, concerned, strict=True):
                mask &= masks[kind] == is_concerned
            if mask.any():
                taken = {
                    "all",
                    *(kind for kind, is_concerned in zip(kinds, concerned, strict=True) if is_concerned),
                }
                those = {name: acting[name] for name in acting if self.compiled[name].traffic in taken}
                found.append((mask, self.state(those)))
        return found

    def state(self, settings: Mapping[str, Setting]) -> State:
        """The touched arcs and ports with the measures of a scenario in place.

        Additions sum, percentages multiply, so that the order of measures does not matter; additions act last.
        """
        position = {int(arc): k for k, arc in enumerate(self.touched)}
        parts = self.network.parts[self.touched].copy()
        scale, added = np.ones_like(parts), np.zeros_like(parts)
        usable = self.network.open[self.touched].copy()
        ports = len(self.network.atlas.ports)
        port_h, port_usd, sea_h = np.zeros(ports), np.zeros(ports), np.zeros((ports, ports))
        sea_rate: np.ndarray | None = None
        sd, sd_scale, sd_added = np.zeros(len(parts)), np.ones(len(parts)), np.zeros(len(parts))
        acting = self.acting(settings)
        for name, setting in acting.items():
            compiled = self.compiled[name]
            usable[[position[int(arc)] for arc in compiled.opens]] = True
            for effect in compiled.effects:
                rows = [position[int(arc)] for arc in effect.arcs]
                amount = effect.at(setting)
                if effect.how == "add":
                    added[rows, effect.part] += amount
                elif effect.how == "percent":
                    scale[rows, effect.part] *= 1.0 + amount / 100.0
                else:
                    scale[rows, effect.part] /= 1.0 + amount / 100.0
            for spread in compiled.spreads:
                rows = [position[int(arc)] for arc in spread.arcs]
                sd[rows] = spread.sd_h
                if spread.how == "add":
                    sd_added[rows] += setting.of(*spread.amount)
                else:
                    sd_scale[rows] *= 1.0 + setting.of(*spread.amount) / 100.0
            for port, amounts in compiled.port_h.items():
                port_h[port] += setting.of(*amounts)
            for port, amounts in compiled.port_usd.items():
                port_usd[port] += setting.of(*amounts)
            for pair, amounts in compiled.sea_h.items():
                sea_h[pair] += setting.of(*amounts)
            for pair, amounts in compiled.sea_rate.items():
                sea_rate = np.ones((ports, ports)) if sea_rate is None else sea_rate
                sea_rate[pair] *= 1.0 + setting.of(*amounts) / 100.0
        widened = [(one, acting[name]) for name in acting for one in self.compiled[name].capacities]
        for facility, saved in total_relief(widened, self.volumes):
            added[[position[int(arc)] for arc in facility.arcs], facility.part] -= saved
            if facility.port >= 0:
                port_h[facility.port] -= saved[0]
        added[:, Part.VARIANCE_H2] += np.maximum(sd * sd_scale + sd_added, 0.0) ** 2 - sd**2
        # No saving can go below nothing: a crossing is at best free of waiting.
        return State(np.maximum(parts * scale + added, 0.0), usable, port_h, port_usd, sea_h, sea_rate)


def concerned_pairs(traffic: Traffic, iso3: np.ndarray) -> np.ndarray:
    """Pairs (z, z) of zones, given by their countries (z,), whose freight a measure of that traffic acts on."""
    return _concerned(traffic, iso3, iso3)


def _concerned(traffic: Traffic, leaving: np.ndarray, entering: np.ndarray) -> np.ndarray:
    """Pairs (a, b) of countries whose freight a measure of that traffic acts on."""
    abroad = leaving[:, None] != entering[None, :]
    if traffic == "all":
        return np.ones_like(abroad)
    if traffic == "international":
        return np.asarray(abroad)
    return np.asarray(abroad & (np.isin(leaving, traffic)[:, None] | np.isin(entering, traffic)[None, :]))


def compile_measures(network: Network, measures: Sequence[MeasureBase]) -> NetworkMeasures:
    """Compiles every measure that acts on the network.

    New links come first, so that the order of the file does not matter. Raises InputError with all problems: places
    that are not there, measures that act on nothing, and savings larger than what there is to save.
    """
    compiled: dict[str, Compiled] = {}
    problems: list[Problem] = []
    acting = [measure for measure in measures if isinstance(measure, NetworkMeasure)]
    for measure in sorted(
        acting, key=lambda one: (not (isinstance(one, Link) and one.action == "add"), one.id)
    ):
        try:
            network, compiled[measure.id] = compile_measure(network, measure)
        except InputError as error:
            problems.extend(error.problems)
    if not problems:
        for measure in acting:
            problems.extend(_idle_or_excessive(network, measure, compiled[measure.id]))
        problems.extend(_at_odds(compiled))
    if problems:
        raise InputError(problems)
    arcs = [effect.arcs for one in compiled.values() for effect in one.effects]
    arcs += [one.facility.arcs for each in compiled.values() for one in each.capacities]
    touched = np.unique(np.concatenate(arcs)) if arcs else np.zeros(0, int)
    return NetworkMeasures(network, touched, compiled)


def _at_odds(compiled: Mapping[str, Compiled]) -> list[Problem]:
    """Problems of capacity measures that say different things of the same facility today."""
    first: dict[str, tuple[str, Facility]] = {}
    problems = []
    for name in sorted(compiled):
        for one in compiled[name].capacities:
            other, facility = first.setdefault(one.facility.name, (name, one.facility))
            if (facility.now, facility.use) != (one.facility.now, one.facility.use):
                message = f"gives another capacity or use today of {facility.name} than measure {other}"
                problems.append(Problem(f"measure {name}", message, "give both the same now and use"))
    return problems


def _idle_or_excessive(network: Network, measure: NetworkMeasure, compiled: Compiled) -> list[Problem]:
    """Problems of a measure that by itself changes nothing, or takes away more than there is."""
    place = f"measure {measure.id}"
    problems = []
    if any(not len(effect.arcs) for effect in compiled.effects):
        problems.append(
            Problem(place, "acts on no link of the network", "check its places, countries and mode")
        )
    known = set(network.node_country.tolist())
    if not isinstance(measure.traffic, str):
        problems += [
            Problem(f"{place} traffic", f"{code} has no place on the network", "name a country")
            for code in measure.traffic
            if code not in known
        ]
    ports = network.atlas.ports
    levels: tuple[Level, ...] = ("low", "mid", "high")
    for level in levels:
        setting = Setting(LEVELS[level], measure.probability)
        for effect in compiled.effects:
            if effect.how != "add" or not len(effect.arcs):
                continue
            # At the borders of countries that have joined a pair there may be less to save; it takes what is there.
            joined = isinstance(measure, DigitalCustoms) and len(measure.pair) > 2
            there_is = network.parts[effect.arcs, effect.part]
            there = float(there_is.max() if joined else there_is.min())
            if there + effect.at(setting) < -1e-9:
                what = effect.part.name.lower()
                message = (
                    f"at its {level} value takes {-effect.at(setting):g} from {what}; there is {there:g}"
                )
                problems.append(Problem(place, message, "save less, or act on one direction"))
        for spread in compiled.spreads:
            sd = float(spread.sd_h.min()) if len(spread.sd_h) else 0.0
            if spread.how == "add" and sd + setting.of(*spread.amount) < -1e-9:
                message = (
                    f"at its {level} value takes {-setting.of(*spread.amount):g} h from the standard deviation of the"
                    f" dwell; there is {sd:g}"
                )
                problems.append(Problem(f"{place} spread", message, "save less, or give it in percent"))
        for changes, in_ports, what in (
            (compiled.port_h, [port.dwell_h for port in ports], "hours"),
            (compiled.port_usd, [port.handling_usd_per_t for port in ports], "USD/t"),
        ):
            for port, amounts in changes.items():
                taken_away = -setting.of(*amounts)
                if in_ports[port] - taken_away < -1e-9:
                    message = (
                        f"at its {level} value takes {taken_away:g} of {in_ports[port]:g} {what} in the port"
                    )
                    problems.append(Problem(place, message, "save less"))
    return problems


def measure_volumes(
    measures: NetworkMeasures, skimmer: Skimmer, tonnes: Mapping[str, np.ndarray]
) -> NetworkMeasures:
    """The measures with the baseline volumes of all facilities whose use they do not give.

    tonnes: (z, z) a day by class.
    """
    state = measures.state({})
    return measures.with_volumes(
        facility_volumes(skimmer, measures.unmeasured, tonnes, state, measures.touched)
    )
