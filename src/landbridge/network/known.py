"""The names that a case may use on a user's own network."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from landbridge.measures import Known, KnownCrossing
from landbridge.network.graph import Kind, Network
from landbridge.network.parts import Part


def known_of(network: Network, economies: Collection[str], sectors: Collection[str]) -> Known:
    """Names of a network, with the economies (ISO3) and sectors of the economy base in use."""
    crossings = []
    named = network.crossing != ""
    for kind in (Kind.RAIL, Kind.ROAD):
        for name in np.unique(network.crossing[named & (network.kind == kind)]):
            arcs = np.flatnonzero((network.crossing == name) & (network.kind == kind))
            tail, head = (str(network.node_country[end[arcs[0]]]) for end in (network.tail, network.head))
            changes = bool((network.parts[arcs, Part.GAUGE_H] > 0).any())
            crossings.append(KnownCrossing(str(name), kind.name.lower(), (tail, head), changes))
    places: set[str] = set()
    for zone in network.atlas.zones:
        places |= {zone.name, *zone.aliases}
    places |= {place.name for place in network.places if place.kind == "station"}
    goods = {sector for sector in sectors if sector[0] in "ABC"}
    return Known(
        places=frozenset(places),
        crossings=tuple(crossings),
        ports=frozenset(place.name for place in network.places if place.kind == "port"),
        goods=frozenset(goods),
        services=frozenset(set(sectors) - goods),
        economies=frozenset(economies),
        gazetteer=network.atlas.gazetteer,
    )
