"""Memory that is freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Returns freed memory to the system; worth calling after large arrays are gone.

    glibc keeps what threads freed in arenas of its own, here up to half of what a process holds. Elsewhere, and where
    the C library has no malloc_trim, nothing happens.
    """
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):  # another C library
        return
