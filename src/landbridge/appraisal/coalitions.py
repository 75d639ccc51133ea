"""Together or apart: what an alignment's two sides are worth alone, jointly, and given all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.measures import Side

Value = Callable[[frozenset[str]], np.ndarray]


@dataclass(frozen=True)
class Synergy:
    """The synergy of one alignment by economy, in per cent of real income; arrays (n,).

    together = V({a, b}) - V({}), side_a and side_b likewise; synergy = together - side_a - side_b;
    given_others is the same difference with every other side in place.
    """

    alignment: str
    together: np.ndarray
    side_a: np.ndarray
    side_b: np.ndarray
    synergy: np.ndarray
    given_others: np.ndarray


def alignments_of(sides: Sequence[Side]) -> dict[str, tuple[str, str]]:
    """The sides a and b of each alignment that has both, by alignment id."""
    pairs: dict[str, list[str]] = {}
    for side in sides:
        if side.alignment is not None:
            pairs.setdefault(side.alignment, []).append(side.id)
    return {alignment: (min(ids), max(ids)) for alignment, ids in pairs.items() if len(ids) == 2}


def needed_coalitions(sides: Sequence[Side]) -> list[frozenset[str]]:
    """The coalitions whose values the synergies need, nearest neighbours close together."""
    everyone = frozenset(side.id for side in sides)
    coalitions = [frozenset[str]()]
    for a, b in alignments_of(sides).values():
        coalitions += [frozenset({a}), frozenset({a, b}), frozenset({b})]
    coalitions += [frozenset({side.id}) for side in sides]
    coalitions.append(everyone)
    for a, b in alignments_of(sides).values():
        coalitions += [everyone - {a}, everyone - {a, b}, everyone - {b}]
    return list(dict.fromkeys(coalitions))


def synergies(sides: Sequence[Side], value: Value) -> list[Synergy]:
    """The synergy of every alignment. value: coalition -> change of real income (n,) in per cent."""
    everyone = frozenset(side.id for side in sides)
    nothing = value(frozenset())
    result = []
    for alignment, (a, b) in alignments_of(sides).items():
        alone_a, alone_b = value(frozenset({a})) - nothing, value(frozenset({b})) - nothing
        together = value(frozenset({a, b})) - nothing
        given = value(everyone) - value(everyone - {a}) - value(everyone - {b}) + value(everyone - {a, b})
        result.append(Synergy(alignment, together, alone_a, alone_b, together - alone_a - alone_b, given))
    return result
