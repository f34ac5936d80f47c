"""What ends in a step that is an arithmetic itself."""

from __future__ import annotations

from abc import abstractmethod

from core.arithmetic import LIMIT, Arithmetic, Part


class WithLastStep(Arithmetic):
    """Told as its last step is, where it does not say otherwise."""

    @property
    @abstractmethod
    def last_step(self) -> Arithmetic:
        """The step that gives the result."""

    def formula(self, limit: int = LIMIT) -> str:
        """That of the last step."""
        return self.last_step.formula(limit)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those of the last step."""
        return self.last_step.parts

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Those of the last step."""
        return self.last_step.facts
