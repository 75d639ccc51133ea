"""The (min, +) product, which numpy cannot express."""

from __future__ import annotations

import numpy as np

from landbridge.network.jit import compiled
from landbridge.network.lanes import gather_from, lane_rows


def min_plus(left: np.ndarray, right: np.ndarray, best: np.ndarray, via: np.ndarray) -> None:
    """best[i, j] = min over k of left[i, k] + right[k, j]; via holds the first such k, -1 where no path exists.

    left: (a, k), right: (k, b), best: (a, b) of float64. via: (a, b) of int32.
    """
    row, column = np.nonzero(left < np.inf)
    start = np.searchsorted(row, np.arange(len(left) + 1))
    # The last row of the lanes is where results are gathered.
    lanes = lane_rows(len(right) + 1, np.float64)
    _min_plus(start, column.astype(np.int32), left[row, column], right, lanes, best, via)


@compiled
def _min_plus(
    start: np.ndarray,
    column: np.ndarray,
    cost: np.ndarray,
    right: np.ndarray,
    lanes: np.ndarray,
    best: np.ndarray,
    via: np.ndarray,
) -> None:
    inner, width = right.shape
    at_once = lanes.shape[1]
    by = np.empty(lanes.shape, np.int32)
    for block in range(0, width, at_once):
        used = min(at_once, width - block)
        for k in range(inner):
            for lane in range(at_once):
                lanes[k, lane] = right[k, block + lane] if lane < used else np.inf
        for i in range(len(start) - 1):
            gather_from(lanes, inner, False, start[i], start[i + 1], column, cost, by)
            for lane in range(used):
                best[i, block + lane] = lanes[inner, lane]
                entry = by[inner, lane]
                via[i, block + lane] = column[entry] if entry >= 0 else -1
