"""How the room's loops are compiled: by numba, and kept on disk where there is a place to keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function compiled at its first call, without the interpreter's lock.

    numba refuses to cache where neither the package nor the user's cache folder can be written to; there the function
    is compiled anew in each process.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return _decorated(function, cache=True, **options)
    except RuntimeError:
        return _decorated(function, **options)


def _decorated(function: F, **options: Any) -> F:
    made: Any = njit(**options)(function)
    typed: F = made
    return typed
