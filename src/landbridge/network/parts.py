"""The parts that every arc, path and skim is made of, and the generalised cost of a cargo class."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from landbridge.world.network_tables import CargoClass


class Part(IntEnum):
    """Columns of a parts array: lengths in km, durations in hours, money in USD a tonne, CO2 in kg CO2e a tonne.

    VARIANCE_H2 is the variance of the hours in square hours; the arcs of a path are taken as independent, so that it
    adds up like the other parts.
    """

    KM_RAIL = 0
    KM_ROAD = 1
    KM_SEA = 2
    MOVING_H = 3
    BORDER_H = 4
    GAUGE_H = 5
    PORT_H = 6
    HAUL_USD = 7
    FIXED_USD = 8
    CO2_KG = 9
    VARIANCE_H2 = 10


COUNT = len(Part)
HOURS = (Part.MOVING_H, Part.BORDER_H, Part.GAUGE_H, Part.PORT_H)


def hours(parts: np.ndarray) -> np.ndarray:
    """Total hours of parts (..., c)."""
    moving, border, gauge, port = (parts[..., part] for part in HOURS)
    return np.asarray(moving + border + gauge + port)


def spread_h(parts: np.ndarray) -> np.ndarray:
    """Standard deviation of the hours of parts (..., c): the square root of the variance summed along the path."""
    return np.asarray(np.sqrt(np.maximum(parts[..., Part.VARIANCE_H2], 0.0)))


def usd_per_t(parts: np.ndarray) -> np.ndarray:
    """Money in USD a tonne of parts (..., c)."""
    return np.asarray(parts[..., Part.HAUL_USD] + parts[..., Part.FIXED_USD])


def generalised_cost(parts: np.ndarray, cargo: CargoClass) -> np.ndarray:
    """Cost in USD a tonne: money plus the value of the hours, value x share lost a day x hours / 24.

    And what the class pays for CO2, where it does.
    """
    return priced(usd_per_t(parts), hours(parts), parts[..., Part.CO2_KG], cargo)


def priced(usd: np.ndarray, taken: np.ndarray, kg: np.ndarray, cargo: CargoClass) -> np.ndarray:
    """Cost in USD a tonne of money, hours and kg CO2e a tonne."""
    cost = usd + cargo.usd_per_hour * taken
    return cost + cargo.usd_per_kg_co2 * kg if cargo.usd_per_kg_co2 else cost
