"""What one measure changes on the network: effects on parts of arcs, on ports, legs by sea and capacities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from landbridge.measures import Setting
from landbridge.network.parts import Part
from landbridge.network.relief import Added
from landbridge.world.places import Place

Traffic = str | tuple[str, ...]
Levels = tuple[float, float, float]


@dataclass(frozen=True)
class Effect:
    """A change of one part on some arcs: `amount` is added to it, or in per cent scales it or its speed.

    amount: at low, mid and high. weighted: whether the weight of a setting acts on it; it does not on the hours of a
    new link, which is there or is not.
    """

    arcs: np.ndarray
    part: Part
    how: Literal["add", "percent", "speed"]
    amount: Levels
    weighted: bool = True

    def at(self, setting: Setting) -> float:
        """The amount under a setting."""
        return setting.of(*self.amount) if self.weighted else setting.between(*self.amount)


@dataclass(frozen=True)
class SpreadEffect:
    """A change of the standard deviation of the hours at a crossing: added in hours, or in per cent of it.

    arcs: (a,). sd_h: (a,) at the baseline. amount: at low, mid and high.
    """

    arcs: np.ndarray
    sd_h: np.ndarray
    how: Literal["add", "percent"]
    amount: Levels


@dataclass
class Compiled:
    """The effects of one measure and the freight they act on; `lines` are to draw, `opens` the arcs it opens."""

    traffic: Traffic = "all"
    effects: list[Effect] = field(default_factory=list)
    spreads: list[SpreadEffect] = field(default_factory=list)
    opens: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    port_h: dict[int, Levels] = field(default_factory=dict)
    port_usd: dict[int, Levels] = field(default_factory=dict)
    sea_h: dict[tuple[int, int], Levels] = field(default_factory=dict)
    sea_rate: dict[tuple[int, int], Levels] = field(default_factory=dict)
    capacities: list[Added] = field(default_factory=list)
    lines: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    points: list[Place] = field(default_factory=list)
