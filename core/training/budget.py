"""Work beside other work that may take no more than a share of its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Budget:
    """Lets something happen as soon as a share of other work's time has paid for the last time.

    The other work comes in steps of about the same length.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._debt = 0.0
        self._pay = 0.0
        self._began = 0.0
        self._own = 0.0

    @property
    def is_free(self) -> bool:
        """Whether all that was spent is paid for, at the latest by another step."""
        return self._debt <= self._pay

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Run up the time of the block."""
        began = perf_counter()
        try:
            yield
        finally:
            seconds = perf_counter() - began
            self._own += seconds
            self._debt += seconds

    def begin(self) -> None:
        """A step begins."""
        self._began, self._own = perf_counter(), 0.0

    def end(self) -> None:
        """A step ends; a share of its time, that of `spent` left out, pays."""
        self.earn(perf_counter() - self._began - self._own)

    def earn(self, seconds: float) -> None:
        """A step took so long."""
        self._pay = self._share * seconds
        self._debt = max(0.0, self._debt - self._pay)
