"""Congestion curves: the hours that a tonne loses where the volume comes near the capacity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np

from landbridge.errors import InputError, Problem, nearest
from landbridge.network.jit import compiled
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_mode_parameters

_TABLE = "network/congestion.csv"


class Curve(IntEnum):
    """The form of a congestion curve, with x = volume / capacity.

    POWER: delay = first x^second, the Bureau of Public Roads' form (1964); first is the delay in hours at capacity,
    second the power. QUEUE: delay = first [x - 1 + sqrt((x - 1)^2 + second x)], Akcelik's (1991) time-dependent queue;
    first = T / 4 hours and second = 8 J / (T times the units of work that capacity passes in an hour), where T is the
    period looked at in hours and J the variability of arrivals and service.
    """

    POWER = 0
    QUEUE = 1


@dataclass(frozen=True)
class Facilities:
    """What has a capacity: a stretch of line, a border crossing, a port, a service.

    capacity: (f,) in load units a day (tonnes, unless classes have another load). curve: (f,) see Curve. first,
    second: (f,) the two parameters of the curve.
    """

    capacity: np.ndarray
    curve: np.ndarray
    first: np.ndarray
    second: np.ndarray

    def __len__(self) -> int:
        return len(self.capacity)

    def problems(self) -> list[Problem]:
        """What is wrong with the arrays; every delay must be finite, zero at no volume and growing with volume."""
        found = []
        sound = {
            "capacity": (np.isfinite(self.capacity) & (self.capacity > 0), "above zero"),
            "curve": (np.isin(self.curve, list(Curve)), f"one of {', '.join(c.name for c in Curve)}"),
            "first": (np.isfinite(self.first) & (self.first >= 0), "zero or more"),
            "second": (np.isfinite(self.second) & (self.second > 0), "above zero"),
        }
        for name, (good, wanted) in sound.items():
            for k in np.flatnonzero(~good)[:3]:
                value = getattr(self, name)[k]
                found.append(Problem(f"facility {k} {name}", f"is {value:g}", f"must be {wanted}"))
        return found


@compiled
def delay_and_slope(
    volume: float, capacity: float, curve: int, first: float, second: float
) -> tuple[float, float]:
    """Delay in hours at a volume, and its derivative by the volume."""
    x = volume / capacity
    if x < 0.0:
        x = 0.0
    if curve == 0:
        if second == 4.0:
            cube = x * x * x
            return first * cube * x, 4.0 * first * cube / capacity
        if x == 0.0:
            return 0.0, (first / capacity if second == 1.0 else 0.0)
        delay = first * x**second
        return delay, second * delay / (x * capacity)
    root = np.sqrt((x - 1.0) * (x - 1.0) + second * x)
    # Below capacity the two terms cancel; the conjugate form keeps the digits.
    total = second * x / (root - (x - 1.0)) if x < 1.0 else x - 1.0 + root
    return first * total, first / capacity * (1.0 + (x - 1.0 + 0.5 * second) / root)


@compiled
def _delays(
    volume: np.ndarray, capacity: np.ndarray, curve: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    delay = np.empty(len(volume))
    for k in range(len(volume)):
        delay[k], _ = delay_and_slope(volume[k], capacity[k], curve[k], first[k], second[k])
    return delay


def delay_hours(facilities: Facilities, volume: np.ndarray) -> np.ndarray:
    """Delay (f,) in hours at volumes (f,) in the units of the capacities."""
    f = facilities
    return np.asarray(_delays(volume.astype(float), f.capacity, f.curve, f.first, f.second))


def delay_integral(facilities: Facilities, volume: np.ndarray) -> np.ndarray:
    """Integral (f,) of the delay from no volume to volumes (f,), in hours times load units a day.

    POWER: c first x^(second + 1) / (second + 1). QUEUE: with b = second - 2 and R(x) = sqrt(x^2 + b x + 1), whose
    integral is (2 x + b) R / 4 + (4 - b^2) / 8 log(2 R + 2 x + b).
    """
    f = facilities
    x = np.maximum(volume, 0.0) / f.capacity
    power = f.first * x ** (f.second + 1.0) / (f.second + 1.0)
    b = f.second - 2.0

    def primitive(at: np.ndarray) -> np.ndarray:
        root = np.sqrt(at * at + b * at + 1.0)
        return np.asarray((2 * at + b) * root / 4 + (4 - b * b) / 8 * np.log(2 * root + 2 * at + b))

    queue = f.first * (x * x / 2 - x + primitive(x) - primitive(np.zeros_like(x)))
    return np.asarray(f.capacity * np.where(f.curve == Curve.POWER, power, queue))


@cache
def congestion_parameters() -> dict[tuple[str, str], float]:
    """Values of congestion.csv by facility (`road`, `rail`, `border_rail` ..) and parameter."""
    return {(row["facility"], row["parameter"]): float(row["value"]) for row in read_csv(_TABLE)}


def parameter(facility: str, name: str) -> float:
    """One value of congestion.csv.

    Raises InputError when the table has no such row.
    """
    table = congestion_parameters()
    if (facility, name) not in table:
        known = [f"{a} {b}" for a, b in table]
        message = f"has no {name} of {facility}"
        raise InputError(Problem(_TABLE, message, nearest(f"{facility} {name}", known)))
    return table[facility, name]


def _tonnes_per_unit(facility: str) -> float:
    """Tonnes of what arrives at a queue: a train, a truck, a ship."""
    mode = facility.removeprefix("border_")
    if mode in ("rail", "road"):
        vehicle = {"rail": "net_t_per_train", "road": "net_t_per_truck"}[mode]
        return load_mode_parameters().get(mode, vehicle)
    return parameter(facility, "tonnes_per_unit")


def curve_of(facility: str, capacity: np.ndarray, free_hours: np.ndarray) -> Facilities:
    """Facilities of one type with the curve and the parameters of congestion.csv.

    facility: `road` or `rail`, whose delay is a share of the free hours, or `border_rail`, `border_road`, `port`,
    `service`, which queue. capacity: (f,) tonnes a day. free_hours: (f,) hours to pass without congestion; queues
    have no use for it.
    """
    capacity = np.asarray(capacity, float)
    if facility in ("road", "rail"):
        first = parameter(facility, "delay_at_capacity") * np.asarray(free_hours, float)
        second = np.full(len(capacity), parameter(facility, "power"))
        return Facilities(capacity, np.full(len(capacity), int(Curve.POWER)), first, second)
    period = parameter(facility, "period_h")
    per_hour = capacity / 24.0 / _tonnes_per_unit(facility)
    second = 8.0 * parameter(facility, "variability") / (period * per_hour)
    return Facilities(
        capacity, np.full(len(capacity), int(Curve.QUEUE)), np.full(len(capacity), period / 4.0), second
    )
