"""What draws of one figure say: their mean, a 90 % interval, how likely it is positive, each with its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVEL = 0.9
_RESAMPLES = 400


@dataclass(frozen=True)
class Interval:
    """Mean, ends of the interval, and probabilities of being positive and negative, each with its standard error.

    p_error: of either probability.
    """

    mean: float
    low: float
    high: float
    p_positive: float
    p_negative: float
    mean_error: float
    low_error: float
    high_error: float
    p_error: float


def interval_of(draws: np.ndarray, seed: int) -> Interval:
    """The interval of draws (k,).

    Errors are those of independent draws, by resampling (Efron 1979, Annals of Statistics 7(1):1-26); Sobol points have
    smaller ones. A probability of none or all has the error of one draw more that differs.
    """
    tails = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0)
    low, high = np.quantile(draws, tails)
    count = len(draws)
    pick = np.random.default_rng(seed).integers(0, count, (_RESAMPLES, count))
    again = draws[pick]
    ends = np.quantile(again, tails, axis=1)
    positive = float((draws > 0).mean())
    return Interval(
        mean=float(draws.mean()),
        low=float(low),
        high=float(high),
        p_positive=positive,
        p_negative=float((draws < 0).mean()),
        mean_error=float(draws.std(ddof=1) / np.sqrt(count)),
        low_error=float(ends[0].std()),
        high_error=float(ends[1].std()),
        p_error=max(float(np.sqrt(positive * (1.0 - positive) / count)), 1.0 / (count + 1)),
    )
