"""Fewer zones for the draws: the heaviest of each economy stand for those near them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.network.ocean import to_xyz
from landbridge.world.places import Zone

_OF_A_NEIGHBOUR, _OF_ANOTHER = 4, 1


@dataclass(frozen=True)
class Thinned:
    """The zones kept. number: (k,) among all zones. zones: the same, with the weight of those they stand for."""

    number: np.ndarray
    zones: tuple[Zone, ...]


def thinned(
    zones: Sequence[Zone], keep: dict[str, int], otherwise: int, always: Collection[int] = ()
) -> Thinned:
    """The heaviest zones of each economy, so many as `keep` says or as for any other, and those always kept, by number.

    A zone that is left out gives its weight to the nearest kept one of its economy.
    """
    by_economy: dict[str, list[int]] = {}
    for number, zone in enumerate(zones):
        by_economy.setdefault(zone.economy, []).append(number)
    kept: list[int] = []
    weight = np.zeros(len(zones))
    where = to_xyz(np.array([[zone.latitude, zone.longitude] for zone in zones]))
    for economy, numbers in by_economy.items():
        heaviest = sorted(numbers, key=lambda k: (-zones[k].weight, k))[: keep.get(economy, otherwise)]
        mine = [*heaviest, *(k for k in numbers if k in always and k not in heaviest)]
        kept += mine
        gap = np.linalg.norm(where[numbers][:, None] - where[mine][None], axis=2)
        for number, nearest in zip(numbers, gap.argmin(1), strict=True):
            weight[mine[nearest]] += zones[number].weight
    order = sorted(kept)
    return Thinned(np.array(order), tuple(replace(zones[k], weight=float(weight[k])) for k in order))


def zones_for_draws(
    zones: Sequence[Zone], parties: Collection[str], neighbours: Collection[str], cities: Collection[int] = ()
) -> Thinned:
    """The zones that draws use: all of the parties, whose own freight meets the measures, fewer further away.

    cities: numbers of zones whose own ways are told; they are kept wherever they are.
    """
    keep = dict.fromkeys(neighbours, _OF_A_NEIGHBOUR) | dict.fromkeys(parties, len(zones))
    return thinned(zones, keep, _OF_ANOTHER, cities)
