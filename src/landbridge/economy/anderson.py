"""Anderson's acceleration of a fixed-point iteration."""

from __future__ import annotations

import numpy as np


class Anderson:
    """Combines the last `memory` steps into one (Walker and Ni 2011, SIAM J. Numer. Anal. 49(4), algorithm AA).

    Feed it the present point and the plain step from there; it answers with the next point.
    """

    def __init__(self, size: int, memory: int) -> None:
        self._points = np.zeros((memory, size))
        self._steps = np.zeros((memory, size))
        self._gram = np.zeros((memory, memory))
        self._count = 0
        self._last: tuple[np.ndarray, np.ndarray] | None = None

    def forget(self) -> None:
        """Starts afresh, as after a bad step."""
        self._count = 0
        self._last = None

    def next(self, point: np.ndarray, step: np.ndarray) -> np.ndarray:
        """The next point. point, step: (size,)."""
        memory = len(self._points)
        if self._last is not None:
            row = self._count % memory
            self._points[row] = point - self._last[0]
            self._steps[row] = step - self._last[1]
            self._count += 1
            held = min(self._count, memory)
            dots = self._steps[:held] @ self._steps[row]
            self._gram[row, :held] = dots
            self._gram[:held, row] = dots
        self._last = (point.copy(), step.copy())
        held = min(self._count, memory)
        if held == 0:
            return point + step
        # Scaled and slightly damped normal equations: nearly parallel steps must not blow the weights up.
        gram = self._gram[:held, :held]
        scale = 1.0 / np.sqrt(np.maximum(np.diag(gram), 1e-300))
        system = gram * scale[:, None] * scale[None, :] + 1e-12 * np.eye(held)
        weights = scale * np.linalg.solve(system, scale * (self._steps[:held] @ step))
        return point + step - weights @ (self._points[:held] + self._steps[:held])
