"""Results of scenarios that meet again: many scenarios change the same few arcs, and most chains see none of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import numpy as np


class Recent:
    """Arrays by key, the least recently used given up beyond so many bytes; safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._pinned: dict[Hashable, np.ndarray] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """The array of a key, made where it is not there; not to be written to."""
        with self._lock:
            if key in self._pinned:
                return self._pinned[key]
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
                return found
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = made
                self._held += made.nbytes
            while self._held > self._most and len(self._arrays) > 1:
                self._held -= self._arrays.popitem(last=False)[1].nbytes
        return made

    def pin(self, array: np.ndarray) -> None:
        """Keeps an array that is held for good, whatever else comes."""
        with self._lock:
            for key in [key for key, one in self._arrays.items() if one is array]:
                self._pinned[key] = self._arrays.pop(key)
                self._held -= array.nbytes
