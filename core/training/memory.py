"""The memory of a device: what is free, what a piece of work takes, and when there is none left."""

from __future__ import annotations

import ctypes
import os
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode

from core.network.foreign.trace import tensors


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that a device's memory did not suffice."""
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)


def let_go(device: torch.device) -> None:
    """Give back what torch keeps of a device's memory for the next time."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


def free_memory(device: torch.device) -> int:
    """Bytes that are free on a device."""
    if device.type == "cuda":
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + kept
    if sys.platform == "win32":
        return _free_on_windows()
    return _free_on_linux() or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def peak_memory(device: torch.device) -> Iterator[Callable[[], int]]:
    """Gives a function that gives the most bytes that tensors made in the block took at once.

    On a GPU it counts what the whole process took more than before, elsewhere the tensors that
    this thread makes, for which each of torch's operations takes a little longer.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        yield lambda: torch.cuda.max_memory_allocated(device) - before
        return
    with _LiveStorages() as live:
        yield lambda: live.most


class _LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of the tensors that operations make, while they live."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.most = 0
        self._now = 0
        self._living: weakref.WeakSet[UntypedStorage] = weakref.WeakSet()

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        given = {id(tensor.untyped_storage()) for tensor in tensors(args)}
        result = function(*args, **(kwargs or {}))
        for tensor in tensors(result):
            storage = tensor.untyped_storage()
            if id(storage) not in given and storage not in self._living:
                self._add(storage)
        return result

    def _add(self, storage: UntypedStorage) -> None:
        size = storage.nbytes()
        self._living.add(storage)
        weakref.finalize(storage, self._remove, size)
        self._now += size
        self.most = max(self.most, self._now)

    def _remove(self, size: int) -> None:
        self._now -= size


def _free_on_linux() -> int:
    """What programs may still take, caches included; 0 where it is not told."""
    told = Path("/proc/meminfo")
    if not told.exists():
        return 0
    for line in told.read_text().splitlines():
        name, _, amount = line.partition(":")
        if name == "MemAvailable":
            return int(amount.split()[0]) * 1024
    return 0


def _free_on_windows() -> int:
    """`ullAvailPhys` of GlobalMemoryStatusEx: eight bytes at 16 in a structure of 64."""
    status = ctypes.create_string_buffer(64)
    ctypes.cast(status, ctypes.POINTER(ctypes.c_ulong))[0] = 64
    getattr(ctypes, "windll").kernel32.GlobalMemoryStatusEx(status)  # noqa: B009 - Windows only
    return int.from_bytes(status.raw[16:24], "little")
