"""What added capacity saves: the hours of congestion that freight no longer loses.

The hours in the tables are as measured, today's queues and slow trains included. Congestion therefore enters as a
change: delay at today's volume and the new capacity, less delay at today's volume and today's capacity. The baseline
stays as it is. Volumes do not grow with the saving: freight that it draws is not fed back, so that the saving is an
upper bound for the tonnes that pass today.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.measures import Setting
from landbridge.network.congestion import Curve, curve_of, delay_hours
from landbridge.network.graph import Network
from landbridge.network.parts import Part
from landbridge.network.skim import Skimmer, State
from landbridge.world.network_tables import CargoClass

# USD a tonne put on a facility to see whose freight passes it: too little to move any.
_PROBE_USD = 1e-3


@dataclass(frozen=True)
class Facility:
    """What a capacity measure widens, in one direction; a port is one for both.

    name: tells facilities apart. kind: a type of congestion.csv. arcs: (a,). part: where its hours are counted. port:
    its number among the ocean's ports, -1 for none. now: tonnes a day. use: share used today, None to be found from
    flows. hours: (a,) of a line's arcs in the tables, (1,) of no meaning for what queues.
    """

    name: str
    kind: str
    arcs: np.ndarray
    part: Part
    port: int
    now: float
    use: float | None
    hours: np.ndarray


@dataclass(frozen=True)
class Added:
    """What one measure adds to a facility: tonnes a day at its low, mid and high values."""

    facility: Facility
    tonnes: tuple[float, float, float]


def utilisation(facility: Facility, volumes: Mapping[str, float]) -> float | None:
    """Share of the capacity used today; None when neither the measure nor the flows tell it.

    volumes: tonnes a day by facility. Over a year no more passes than the capacity; flows of the model that come out
    higher are taken as full use.
    """
    if facility.use is not None:
        return facility.use
    if facility.name not in volumes:
        return None
    return min(volumes[facility.name] / facility.now, 1.0)


def relief_hours(facility: Facility, use: float, tonnes: float) -> np.ndarray:
    """Hours that passing an arc of a facility takes less with so many tonnes a day added to its capacity.

    use: share of the capacity used today. A crossing, port or service saves the same on each of its arcs: (1,). A line
    whose hours h hold delay h0 B use^p with h = h0 (1 + B use^p) saves h0 B (use^p - new use^p): (a,).
    """
    volume = use * facility.now
    capacity = np.array([facility.now, facility.now + tonnes])
    curves = curve_of(facility.kind, capacity, np.ones(2))
    lost = delay_hours(curves, np.full(2, volume))
    if curves.curve[0] == Curve.POWER:
        return np.asarray(facility.hours / (1.0 + lost[0]) * (lost[0] - lost[1]))
    return np.array([lost[0] - lost[1]])


def total_relief(
    added: Sequence[tuple[Added, Setting]], volumes: Mapping[str, float]
) -> list[tuple[Facility, np.ndarray]]:
    """Hours saved at each facility by all that is added to it, (a,) or (1,) as relief_hours has them.

    Capacities that several measures add are summed before the curve is read. The saving is its mean over which of the
    measures are in place, each with its weight for a chance. Raises InputError naming a facility of unknown use.
    """
    together: dict[str, list[tuple[Added, Setting]]] = {}
    for one, setting in added:
        together.setdefault(one.facility.name, []).append((one, setting))
    found = []
    for name, ones in sorted(together.items()):
        facility = ones[0][0].facility
        tonnes = np.array([setting.between(*one.tonnes) for one, setting in ones])
        use = utilisation(facility, volumes)
        if use is None:
            message = "how much of its capacity is used today is not known"
            raise InputError(Problem(name, message, 'give the measure "use", or appraise it with flows'))
        weights = np.array([setting.weight for _, setting in ones])
        saved = np.zeros(1)
        for there in itertools.product((True, False), repeat=len(ones)):
            chance = float(np.where(there, weights, 1.0 - weights).prod())
            if chance and any(there):
                saved = saved + chance * relief_hours(facility, use, float(tonnes[list(there)].sum()))
        found.append((facility, saved))
    return found


def facility_volumes(
    skimmer: Skimmer,
    facilities: Sequence[Facility],
    tonnes: Mapping[str, np.ndarray],
    state: State,
    touched: np.ndarray,
) -> dict[str, float]:
    """Tonnes a day through each facility when all freight takes the chains and paths of a state.

    tonnes: (z, z) a day by class. state: of the touched arcs. A probe of a thousandth of a dollar is put on the
    facility; a chain whose cost rises by it passes there. Of a line, the mean over its arcs weighted by their hours.
    """
    everyone = np.ones((len(skimmer.zones), len(skimmer.zones)), bool)
    before = skimmer.skim([(everyone, state)])
    found: dict[str, float] = {}
    for facility in {one.name: one for one in facilities}.values():
        parts, port_usd = state.parts.copy(), state.port_usd.copy()
        weight = np.ones(len(facility.arcs))
        if facility.kind in ("rail", "road"):
            weight = facility.hours / facility.hours.sum()
        parts[np.searchsorted(touched, facility.arcs), Part.FIXED_USD] += _PROBE_USD * weight
        if facility.port >= 0:
            port_usd[facility.port] += _PROBE_USD
        probed = skimmer.skim([(everyone, replace(state, parts=parts, port_usd=port_usd))])
        passes = 0.0
        for name, skim in before.items():
            for chain, cost in skim.chain_cost.items():
                there = np.isfinite(cost) & ~np.eye(len(cost), dtype=bool)
                rise = probed[name].chain_cost[chain][there] - cost[there]
                passes += float((tonnes[name][there] * skim.share[chain][there] * rise).sum()) / _PROBE_USD
        # A port's capacity is that of one direction; in and out are counted together here.
        found[facility.name] = passes / 2.0 if facility.kind == "port" else passes
    return found


def od_tonnes(
    value_usd: np.ndarray, classes: Sequence[CargoClass], sectors: Sequence[str], weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Tonnes a day (z, z) by class from flows of value (n, n, s) in USD a year.

    weights: (n, z) of zones in economies, see zone_weights. Freight within a zone is left out.
    """
    found = {}
    for cargo in classes:
        value = value_usd[:, :, [sectors.index(sector) for sector in cargo.sectors]].sum(-1)
        tonnes = weights.T @ (value / cargo.value_usd_per_t / 365.0) @ weights
        np.fill_diagonal(tonnes, 0.0)
        found[cargo.name] = tonnes
    return found


def capacity_now(network: Network, arcs: np.ndarray) -> float:
    """The least capacity that the network knows of the arcs, in tonnes a day and direction; NaN for none."""
    known = network.capacity[arcs][np.isfinite(network.capacity[arcs])]
    return float(known.min()) if len(known) else float("nan")
