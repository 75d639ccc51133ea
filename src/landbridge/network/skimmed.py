"""What skimming gives for a cargo class, and what is decided once for all scenarios of a topology."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from landbridge.network.portlegs import PortLegs

# Costs by chain, at least (z, z), and the parts (z, z, c) by chain if asked for.
ByChain = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


class Later(Mapping[str, np.ndarray]):
    """Arrays by chain that are made when first asked for: most scenarios are asked for their expected cost alone."""

    def __init__(self, make: Callable[[], Mapping[str, np.ndarray]]) -> None:
        self._make: Callable[[], Mapping[str, np.ndarray]] | None = make
        self._made: Mapping[str, np.ndarray] = {}

    def _all(self) -> Mapping[str, np.ndarray]:
        if self._make is not None:
            # What they are made of, such as the parts by chain, is large and of no further use.
            self._made, self._make = self._make(), None
        return self._made

    def __getitem__(self, chain: str) -> np.ndarray:
        return self._all()[chain]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@dataclass(frozen=True)
class ClassSkim:
    """Skims of one cargo class between zones.

    cost: (z, z) expected generalised cost in USD a tonne (the logsum over chains). chain_cost: chain -> (z, z),
    infinite where the chain does not reach. share: chain -> (z, z). parts: (z, z, c) expected over the chains, those
    asked for, or None.
    """

    cost: np.ndarray
    chain_cost: Mapping[str, np.ndarray]
    share: Mapping[str, np.ndarray]
    parts: np.ndarray | None


@dataclass(frozen=True)
class Settled:
    """What is decided at the baseline and stays in all scenarios.

    out, into: the land legs to and from ports. unseen: by chain (z, z), see Skimmer._settle. factors: the part of it
    that stands for what money and time do not show.
    """

    out: PortLegs
    into: PortLegs
    factors: dict[str, np.ndarray]
    unseen: dict[str, np.ndarray]


@dataclass(frozen=True)
class Known:
    """Costs by chain without any measure, and the expected cost (z, z), not a number where no chain leads."""

    by_chain: dict[str, np.ndarray]
    expected: np.ndarray
