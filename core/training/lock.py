"""One process at a time trains a run: a lock on a file in its folder that ends with the process."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from core.errors import UserError
from core.network.run_files import CHECKPOINT

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: The file of a run's folder that is locked while it trains; it names the process and its machine.
LOCK = "lock"
#: Without a checkpoint for so long a run on another machine is taken for dead, in s.
HEARTBEAT = 60.0

#: Where Windows locks one byte: what is locked there cannot be read, and the names should be.
_FAR = 2**30
#: How often it is tried again, and after how many s: whoever only asks holds it for a moment.
_TRIES, _PAUSE = 20, 0.01


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a run within the block; the system lets go of it however the process ends.

    Raises UserError, naming the process, if another one holds it, or the folder cannot be written.
    """
    try:
        file = (folder / LOCK).open("a+b", buffering=0)
    except OSError as error:
        raise UserError(
            f"The run {folder} cannot be trained ({error.strerror or error}); choose another place."
        ) from error
    with file:
        if not _take(file, _TRIES):
            process, machine = _holder(file)
            raise UserError(
                f"The run {folder} is being trained already (process {process} on {machine}); "
                "wait for its end, or look at it as it learns."
            )
        _note(file, f"{os.getpid()} {platform.node()}")
        yield
        _note(file, "")


def is_trained(folder: Path) -> bool:
    """Whether a process trains the run now, here or on another machine."""
    try:
        with (folder / LOCK).open("rb") as file:
            if not _take(file, 1, shared=True):
                return True
            _, machine = _holder(file)
        # not every network drive tells of the locks of other machines
        age = time.time() - (folder / CHECKPOINT).stat().st_mtime
        return machine not in ("", platform.node()) and age < HEARTBEAT
    except OSError:  # no such file: it was never trained
        return False


def _take(file: IO[bytes], tries: int, *, shared: bool = False) -> bool:
    """Whether the lock could be had; those that only ask share it."""
    for _ in range(tries):
        try:
            _lock(file, shared)
        except OSError:  # another one holds it
            time.sleep(_PAUSE)
        else:
            return True
    return False


def _lock(file: IO[bytes], shared: bool) -> None:
    if sys.platform == "win32":
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def _note(file: IO[bytes], holder: str) -> None:
    with suppress(OSError):  # a full disk, which the first checkpoint will tell of
        file.truncate(0)
        file.write(holder.encode())


def _holder(file: IO[bytes]) -> tuple[str, str]:
    """The process that holds it and its machine, as it noted them; empty where it did not."""
    file.seek(0)
    process, _, machine = file.read(300).decode(errors="replace").partition(" ")
    return process, machine
