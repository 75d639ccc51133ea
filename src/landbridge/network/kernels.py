"""The (min, +) product, which numpy cannot express."""

from __future__ import annotations

import numpy as np

from landbridge.network.jit import compiled


@compiled
def min_plus(left: np.ndarray, right: np.ndarray, best: np.ndarray, via: np.ndarray) -> None:
    """best[i, j] = min over k of left[i, k] + right[k, j]; via holds the k, -1 where no path exists."""
    for i in range(left.shape[0]):
        for j in range(right.shape[1]):
            best[i, j] = np.inf
            via[i, j] = -1
        for k in range(left.shape[1]):
            first = left[i, k]
            if first == np.inf:
                continue
            for j in range(right.shape[1]):
                through = first + right[k, j]
                if through < best[i, j]:
                    best[i, j] = through
                    via[i, j] = k
