"""How the C library deals with memory that was freed."""

from __future__ import annotations

import ctypes
import sys

#: Blocks up to this size, in bytes, come from the heap: the most that glibc allows.
FROM_HEAP = 32 * 2**20
#: So many free bytes at its end the heap keeps.
KEPT = 256 * 2**20

#: What glibc's malloc.h calls them.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def keep_freed_memory() -> None:
    """Let this process use again what it frees, instead of giving it back to the system.

    Pictures, batches and maps of a megabyte are made and dropped many times a second.  By default
    glibc asks the system for each of them, which clears it page by page: that takes longer than
    most of what is done with them.  Elsewhere than on glibc nothing is changed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, FROM_HEAP)
        mallopt(_M_TRIM_THRESHOLD, KEPT)
