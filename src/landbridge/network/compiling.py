"""From a measure to its effects, kind by kind."""

from __future__ import annotations

import itertools
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
    PortAccess,
    Service,
    Transfer,
)
from landbridge.network.effects import Compiled, Effect, SpreadEffect
from landbridge.network.graph import Kind, Network, haul_parts
from landbridge.network.located import (
    MODE_KIND,
    border_arcs,
    both_ways,
    dwell_sd,
    mode_nodes,
    nodes_of,
    path_arcs,
    port_of,
    service_arcs,
)
from landbridge.network.parts import Part
from landbridge.network.planned import with_planned
from landbridge.network.relief import Added, Facility, capacity_now
from landbridge.world.network_tables import load_mode_parameters


def _asker(measure: MeasureBase) -> str:
    return f"measure {measure.id}"


def _wrong(measure: MeasureBase, message: str, remedy: str = "") -> InputError:
    return InputError(Problem(_asker(measure), message, remedy))


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
    network, added = network.with_arcs(ends, ends[::-1], np.full(2, MODE_KIND[measure.mode]), parts)
    low, mid, high = (length / (speed * share) for speed in measure.value.levels)
    out.effects.append(Effect(added, Part.MOVING_H, "add", (low, mid, high), weighted=False))
    out.opens, out.lines = added, added
    return network


def _compile_service(network: Network, measure: Service, out: Compiled) -> None:
    amounts = measure.value.levels
    if measure.mode == "sea":
        a, b = (port_of(network, name) for name in measure.places)
        out.points = [a, b]
        arcs = service_arcs(network, a.key, b.key)
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
        arcs = border_arcs(network, mode, measure.crossing, "both")
        sides = np.unique(network.node_country[network.tail[arcs]])
        ways = [f"{a}>{b}" for a, b in itertools.permutations(sides, 2)]
        return [
            (f"{measure.crossing} by {mode} {way}", f"border_{mode}", found, Part.BORDER_H, -1)
            for way in ways
            if len(found := border_arcs(network, mode, measure.crossing, way))
        ]
    if measure.port is not None:
        port = port_of(network, measure.port)
        out.points = [port]
        node = network.place_index["port", port.key]
        service = np.isin(network.kind, (Kind.SERVICE, Kind.RORO))
        arcs = np.flatnonzero(service & ((network.tail == node) | (network.head == node)))
        number = network.atlas.port_number.get(port.key, -1)
        return (
            [(f"port of {port.name}", "port", arcs, Part.PORT_H, number)] if len(arcs) or number >= 0 else []
        )
    if measure.mode == "sea":
        a, b = out.points = [port_of(network, name) for name in measure.places]
        arcs = service_arcs(network, a.key, b.key)
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
        if kind in MODE_KIND:
            own = arcs[network.crossing[arcs] == ""]
        now = capacity_now(network, own) if measure.now is None else measure.now
        if not np.isfinite(now):
            raise _wrong(measure, f"the capacity of {name} today is not known", "give now and now_citation")
        train = load_mode_parameters().get("rail", "net_t_per_train")
        scale = {"t/day": 1.0, "percent": now / 100.0, "trains/day": train}
        low, mid, high = (added * scale[measure.value.unit] for added in measure.value.levels)
        if now + min(low, high) <= 0:
            raise _wrong(measure, f"takes more from {name} than the {now:g} t a day there are", "take less")
        hours = network.parts[arcs, part] if kind in MODE_KIND else np.zeros(1)
        out.capacities.append(
            Added(Facility(name, kind, arcs, part, port, now, measure.use, hours), (low, mid, high))
        )


def _compile_place(network: Network, measure: BorderTime | PortAccess | Transfer, out: Compiled) -> None:
    amounts = measure.value.levels
    if isinstance(measure, BorderTime):
        arcs = border_arcs(network, measure.mode, measure.crossing, measure.direction)
        if not len(arcs):
            raise _wrong(measure, f"no open {measure.mode} link crosses at {measure.crossing}")
        how = "percent" if measure.value.unit == "percent" else "add"
        out.effects.append(Effect(arcs, Part.BORDER_H, how, amounts))  # type: ignore[arg-type]
        out.points = [network.atlas.gazetteer.find(measure.crossing, ("crossing",))]
        if measure.spread is not None:
            change: Literal["add", "percent"] = "percent" if measure.spread.unit == "percent" else "add"
            sd = dwell_sd(network, measure.mode, arcs)
            out.spreads.append(SpreadEffect(arcs, sd, change, measure.spread.levels))
    elif isinstance(measure, PortAccess):
        port = port_of(network, measure.port)
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
        arcs = border_arcs(network, "rail", measure.crossing, "both")
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
    a, b = out.points = [port_of(network, name) for name in measure.places]
    arcs, ports = service_arcs(network, a.key, b.key), network.atlas.port_number
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
            arcs = np.flatnonzero((network.kind == MODE_KIND[measure.mode]) & inside)
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
