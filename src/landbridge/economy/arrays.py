"""Arrays as they come from a caller: numbers, of the right shape, that nobody changes afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.errors import InputError, Problem


def numbers(place: str, given: Any) -> np.ndarray:
    """An array in float64, the caller's own where it is one.

    Raises InputError for what holds no numbers, and for pandas or xarray objects: their labels would be dropped, and
    with them the order that they say.
    """
    if (hasattr(given, "to_numpy") and hasattr(given, "index")) or hasattr(given, "dims"):
        text = f"has labels ({type(given).__name__}), which are not read"
        raise InputError(
            Problem(place, text, "put it into the order of economies and sectors, then give its values")
        )
    try:
        return np.asarray(given, float)
    except (TypeError, ValueError) as error:
        raise InputError(Problem(place, f"does not hold numbers: {error}", "an array of numbers")) from error


def frozen(array: np.ndarray) -> np.ndarray:
    """The array, read-only: itself where it is, else a copy, so that the caller's stays writeable."""
    if not array.flags.writeable:
        return array
    copy = array.copy(order="K")
    copy.setflags(write=False)
    return copy


def fitted(owner: str, n: int, s: int, given: dict[str, tuple[Any, str]]) -> dict[str, np.ndarray]:
    """Arrays by name, for n economies and s sectors; those given as None are left out.

    given: array and axes by name, the axes as letters, 'nns' for (n, n, s).

    Raises InputError with every array that holds no numbers or has another shape.
    """
    found: dict[str, np.ndarray] = {}
    problems: list[Problem] = []
    for name, (value, axes) in given.items():
        if value is None:
            continue
        shape = tuple(n if axis == "n" else s for axis in axes)
        try:
            array = numbers(f"{owner} {name}", value)
        except InputError as error:
            problems += error.problems
            continue
        if array.shape != shape:
            remedy = f"{shape} for {n} economies and {s} sectors"
            problems.append(Problem(f"{owner} {name}", f"has shape {array.shape}", remedy))
        found[name] = array
    if problems:
        raise InputError(problems)
    return found
