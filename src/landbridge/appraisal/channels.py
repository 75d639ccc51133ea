"""Network measures taken apart by what they change: hours, money, capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from landbridge.measures import Setting
from landbridge.network import NetworkMeasures
from landbridge.network.effects import Compiled
from landbridge.network.parts import HOURS

TIME, MONEY, CAPACITY = "network_time", "network_money", "capacity"
# A new link: what it saves is hours and money at once, told apart by the ways that goods take with and without it.
OPENING = "opening"


@dataclass(frozen=True)
class Piece:
    """What one measure changes by one channel. name: key among the pieces' compiled effects."""

    name: str
    measure: str
    channel: str


def pieces_of(
    network: NetworkMeasures, settings: Mapping[str, Setting]
) -> tuple[NetworkMeasures, dict[str, Setting], list[Piece]]:
    """The measures of a scenario that act on the network, taken apart.

    Returns the network with the pieces in the measures' place, the scenario in terms of pieces, and the pieces. All
    pieces together do what the measures do.
    """
    compiled: dict[str, Compiled] = {}
    taken: dict[str, Setting] = {}
    pieces: list[Piece] = []
    for name, setting in network.acting(settings).items():
        for channel, part in _apart(network.compiled[name]).items():
            piece = Piece(f"{name} {channel}", name, channel)
            pieces.append(piece)
            compiled[piece.name] = part
            taken[piece.name] = setting
    return replace(network, compiled=compiled), taken, pieces


def _apart(whole: Compiled) -> dict[str, Compiled]:
    if len(whole.opens):
        return {OPENING: whole}
    # Changes of ports and of legs by sea are in hours where their name says so, else in money.
    by_place = {
        one.name: TIME if one.name.endswith("_h") else MONEY
        for one in fields(whole)
        if isinstance(getattr(whole, one.name), dict)
    }
    found = {}
    for channel in (TIME, MONEY, CAPACITY):
        effects = [one for one in whole.effects if (TIME if one.part in HOURS else MONEY) == channel]
        places = {name: getattr(whole, name) if by == channel else {} for name, by in by_place.items()}
        capacities = whole.capacities if channel == CAPACITY else []
        # The spread of hours goes with the hours; it changes no cost, so it adds nothing to what they bring.
        spreads = whole.spreads if channel == TIME else []
        if effects or spreads or capacities or any(places.values()):
            found[channel] = replace(whole, effects=effects, spreads=spreads, capacities=capacities, **places)
    return found
