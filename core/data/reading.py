"""Reading a data set as work for a lane, with reports of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextvars import ContextVar
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING

from core.jobs import Progress

if TYPE_CHECKING:
    from core.data.datasets import Samples

#: Seconds between two reports.
_PAUSE = 0.05

_listener: ContextVar[Callable[[Progress], None] | None] = ContextVar("listener", default=None)


def report(done: int, total: int, label: str) -> None:
    """Tell whoever waits for this data set how far it is; costs nothing if nobody does."""
    listener = _listener.get()
    if listener is not None:
        listener(Progress(done, total, label=label))


def loading(text: str, split: str = "test") -> Generator[Progress, None, Samples]:
    """The samples that `text` means, as `load_samples` gives them, read on a thread of its own.

    Yields the newest report every 50 ms.  Closed before the end, it leaves the thread behind,
    which reads on and keeps the samples for the next call.  Raises UserError as `load_samples`.
    """
    from core.data.datasets import load_samples  # which the data sets that report import first

    news = [Progress(0, 0, label="Reading data")]
    # Its threads do not hold up the end of the program, as those of an executor would.
    pool = ThreadPool(1, _listener.set, (lambda latest: news.__setitem__(0, latest),))
    try:
        samples = pool.apply_async(load_samples, (text, split))
        while not samples.ready():
            yield news[0]
            samples.wait(_PAUSE)
        return samples.get()
    finally:
        pool.close()
