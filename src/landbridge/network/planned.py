"""Places that no line of a mode reaches yet, for the new lines of measures to meet at."""

from __future__ import annotations

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.borders import crossing_parts
from landbridge.network.dates import closed_pairs
from landbridge.network.graph import Kind, Network
from landbridge.world.network_tables import crossing_rows
from landbridge.world.places import Place


def with_planned(network: Network, place: Place, mode: str) -> Network:
    """The network with what a new line of the mode may end at: a station, or a named crossing with its two sides.

    The two sides of a crossing are joined by the hours and the money of its row in border_crossings.csv, whatever its
    opening day: it is open to whoever gets there. Other places stay as they are. Raises InputError where the border
    is closed at the network's date.
    """
    if (mode, place.kind, place.key) in network.junction:
        return network
    if place.kind == "station" and mode == "rail":
        return network.with_junction(mode, place, place.iso3)[0]
    row = crossing_rows(mode).get(place.key) if place.kind == "crossing" else None
    if row is None:
        return network
    sides = row["a_iso3"], row["b_iso3"]
    if frozenset(sides) in closed_pairs(mode, network.date):
        message = f"the border of {sides[0]} and {sides[1]} is closed at {network.date}"
        raise InputError(Problem(place.key, message, "end the line elsewhere"))
    network, a = network.with_junction(mode, place, sides[0])
    network, b = network.with_junction(mode, place, sides[1])
    parts = np.array([crossing_parts(row, outward) for outward in (True, False)])
    kind = np.full(2, Kind[mode.upper()])
    return network.with_arcs(
        np.array([a, b]), np.array([b, a]), kind, parts, is_open=True, crossing=place.key
    )[0]
