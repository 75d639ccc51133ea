"""What is drawn of an uncertain quantity: quantile functions from a probability to a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

Quantile = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Ranges:
    """How a low, mid and high are read: as these quantiles of a distribution. low and high lie as far from a half."""

    low: float
    high: float

    def position(self, probability: np.ndarray) -> np.ndarray:
        """Where in a range (-1 at low, 0 at mid, 1 at high) a probability falls.

        Two triangles with their common edge at mid, which is the median and the likeliest value; each falls straight to
        nothing, at 1.46 times the way from mid to low or high when those are the quantiles 5 and 95 %.
        """
        probability = np.asarray(probability, float)
        reach_low, reach_high = 1.0 - np.sqrt(2.0 * self.low), 1.0 - np.sqrt(2.0 * (1.0 - self.high))
        below = -(1.0 - np.sqrt(np.minimum(2.0 * probability, 1.0))) / reach_low
        above = (1.0 - np.sqrt(np.minimum(2.0 * (1.0 - probability), 1.0))) / reach_high
        return np.where(probability < 0.5, below, above)

    def linear(self, low: float, mid: float, high: float) -> Quantile:
        """The quantile function of a range on its own scale."""

        def quantile(probability: np.ndarray) -> np.ndarray:
            place = self.position(probability)
            return mid + place * np.where(place > 0, high - mid, mid - low)

        return quantile

    def log(self, low: float, mid: float, high: float) -> Quantile:
        """The same on the scale of logarithms, for what is positive and known up to a factor."""
        inner = self.linear(float(np.log(low)), float(np.log(mid)), float(np.log(high)))
        return lambda probability: np.exp(inner(probability))


def truncated_normal(mean: float, error: float, least: float, most: float) -> Quantile:
    """The quantile function of a normal variable given that it lies between two bounds.

    Drawn so, quantities that are independent have the joint distribution that is left when draws with any of them
    outside are thrown away.
    """
    if error <= 0:
        return lambda probability: np.full(np.shape(probability), mean)
    from_, upto = ndtr((least - mean) / error), ndtr((most - mean) / error)

    def quantile(probability: np.ndarray) -> np.ndarray:
        inside = from_ + np.asarray(probability, float) * (upto - from_)
        return np.clip(mean + error * ndtri(np.clip(inside, 1e-12, 1.0 - 1e-12)), least, most)

    return quantile


def happens(probability: float) -> Quantile:
    """The quantile function of what happens, 1, or does not, 0."""
    return lambda drawn: (np.asarray(drawn, float) >= 1.0 - probability).astype(float)
