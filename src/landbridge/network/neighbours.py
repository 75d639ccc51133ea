"""Links by name: pairs of places of a mode with no third place between them."""

from __future__ import annotations

import numpy as np

from landbridge.errors import InputError
from landbridge.network.graph import Network
from landbridge.network.located import MODE_KIND, nodes_of
from landbridge.network.parts import Part
from landbridge.network.paths import SearchGraph


def link_names(network: Network) -> list[str]:
    """The links between neighbours on railway and road, such as "rail Aktogay - Dostyk".

    Two places are neighbours where open arcs of the mode lead from one to the other through nodes that are nearer to
    these two than to any other place. Each name finds its link again; those that a list with commas would cut are left
    out.
    """
    return [f"{mode} {a} - {b}" for mode in MODE_KIND for a, b in _neighbours(network, mode)]


def _neighbours(network: Network, mode: str) -> list[tuple[str, str]]:
    """Names of neighbours on a mode, each pair once."""
    name_at: dict[int, str] = {}
    for name in dict.fromkeys(place.name for place in network.places if "," not in place.name):
        try:
            place, nodes = nodes_of(network, name, mode, "")
        except InputError:
            # Off the mode, or a name of several places.
            continue
        for node in nodes.tolist():
            name_at.setdefault(node, place.name)
    if not name_at:
        return []
    arcs = np.flatnonzero((network.kind == MODE_KIND[mode]) & network.open)
    km = network.parts[:, Part.KM_RAIL if mode == "rail" else Part.KM_ROAD]
    nearest = SearchGraph(network, arcs).nearest(km, np.array(sorted(name_at)))
    ends = np.stack([nearest[network.tail[arcs]], nearest[network.head[arcs]]], axis=1)
    ends = np.unique(ends[(ends >= 0).all(1) & (ends[:, 0] != ends[:, 1])], axis=0)
    pairs = {tuple(sorted((name_at[a], name_at[b]))) for a, b in ends.tolist()}
    return sorted((a, b) for a, b in pairs if a != b)
