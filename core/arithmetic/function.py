"""A function of one value: a non-linearity."""

from __future__ import annotations

from dataclasses import dataclass

from core.arithmetic import LIMIT, Arithmetic, short


@dataclass(frozen=True)
class Function(Arithmetic):
    """One value made of one; `working` says how, with the numbers, where the name does not."""

    function: str
    given: float
    answer: float
    working: str = ""

    @property
    def result(self) -> float:
        """What the function gives."""
        return self.answer

    def formula(self, limit: int = LIMIT) -> str:
        """As in "ReLU(−0.3) = 0", or "LeakyReLU(−2) = 0.01 × −2 = −0.02"."""
        middle = f" = {self.working}" if self.working else ""
        return f"{self.function}({short(self.given)}){middle} = {short(self.result)}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The value before, how it changes, the value after."""
        working = self.working or f"{self.function}({short(self.given)})"
        return (
            ("Value given", short(self.given)),
            ("Worked out", working),
            ("Result", short(self.result)),
        )
