"""Where on the network a measure's words are: the nodes of places, and the arcs of paths, crossings and services."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.graph import Kind, Network
from landbridge.network.parts import Part
from landbridge.network.paths import SearchGraph
from landbridge.world.network_tables import load_mode_parameters
from landbridge.world.places import Place

MODE_KIND = {"rail": Kind.RAIL, "road": Kind.ROAD}


def mode_nodes(network: Network, place: Place, mode: str) -> np.ndarray:
    """The nodes of the mode where a place lies: one for a zone, port or station, the two ends of a crossing."""
    kind = MODE_KIND[mode]
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
        (network.kind == MODE_KIND[mode]) & np.isin(network.link, network.link[arcs]) & (network.link >= 0)
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
    arcs = np.flatnonzero((network.kind == MODE_KIND[mode]) & network.open)
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


def border_arcs(network: Network, mode: str, crossing: str, direction: str) -> np.ndarray:
    arcs = np.flatnonzero((network.kind == MODE_KIND[mode]) & (network.crossing == crossing))
    if direction != "both":
        leaving, entering = direction.split(">")
        tail, head = network.node_country[network.tail[arcs]], network.node_country[network.head[arcs]]
        arcs = arcs[(tail == leaving) & (head == entering)]
    return arcs


def dwell_sd(network: Network, mode: str, arcs: np.ndarray) -> np.ndarray:
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


def service_arcs(network: Network, a: str, b: str) -> np.ndarray:
    ends = {network.place_index.get(("port", name), -1) for name in (a, b)}
    service = np.isin(network.kind, (Kind.SERVICE, Kind.RORO))
    arcs = [k for k in np.flatnonzero(service) if {int(network.tail[k]), int(network.head[k])} == ends]
    return np.array(arcs, dtype=int)


def port_of(network: Network, name: str) -> Place:
    return network.atlas.gazetteer.find(name, ("port",))
