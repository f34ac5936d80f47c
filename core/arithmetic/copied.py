"""A value that is passed on as it is."""

from __future__ import annotations

from dataclasses import dataclass

from core.arithmetic import LIMIT, Arithmetic, short


@dataclass(frozen=True)
class Copied(Arithmetic):
    """A value that stood at `source` before; `remark` says what else there is to know."""

    source: str
    answer: float
    remark: str = ""

    @property
    def result(self) -> float:
        """The value."""
        return self.answer

    def formula(self, limit: int = LIMIT) -> str:
        """As in "conv1, map 3, (0, 1) = 0.5"."""
        return f"{self.source} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Where it comes from."""
        remark = (("Remark", self.remark),) if self.remark else ()
        return (("Copied from", self.source), ("Value", short(self.result)), *remark)
