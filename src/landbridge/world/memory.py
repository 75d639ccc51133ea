"""Memory that is freed: given back to the system, or kept for what comes next."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

# Parameters of glibc's mallopt, and the largest size from which it can be told to map memory anew.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT, _MAPPED_FROM = 1 << 30, 1 << 25


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


@cache
def keep() -> None:
    """Lets this process keep freed memory for what it asks for next; for processes that do the same over and over.

    glibc gives arrays of a few megabytes back as soon as they are freed and has them mapped and cleared anew, a fifth
    of the time of a draw. `give_back` still returns it. Elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _MAPPED_FROM)
    except (AttributeError, OSError):  # another C library
        return
