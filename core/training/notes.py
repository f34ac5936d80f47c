"""What a training has to tell besides its numbers: settings that changed on the way."""

from __future__ import annotations

from math import ceil

from core.options import Option, options_of
from core.training.settings import TrainParams


class Notes:
    """Sentences in the order in which they became true."""

    def __init__(self, sentences: tuple[str, ...] = ()) -> None:
        self._sentences = list(sentences)
        self._last_changed: frozenset[str] = frozenset()

    def told(self) -> tuple[str, ...]:
        """All sentences."""
        return tuple(self._sentences)

    def change(self, step: int, before: TrainParams, after: TrainParams) -> None:
        """Someone changed settings; a slider that moves on makes no further sentence."""
        rows = [
            row
            for row in options_of(TrainParams)
            if getattr(before, row.name) != getattr(after, row.name)
        ]
        changed = frozenset(row.name for row in rows)
        if changed == self._last_changed:
            self._sentences.pop()
        values = ", ".join(_shown(row, getattr(after, row.name)) for row in rows)
        self._sentences.append(f"From step {step:,}: {values}.")
        self._last_changed = changed

    def divided(self, step: int, params: TrainParams) -> None:
        """The memory did not suffice for what was learned at once."""
        self._sentences.append(
            f"Step {step:,}: the memory did not suffice, so from here on each batch of "
            f"{params.batch} is learned in {params.parts} parts of at most "
            f"{ceil(params.batch / params.parts)} pictures."
        )
        self._last_changed = frozenset()


def _shown(row: Option, value: float | str | bool) -> str:
    """A setting in words: "Shift, at most 2 px", "Mirror on"."""
    if isinstance(value, bool):
        return f"{row.label} {'on' if value else 'off'}"
    figure = f"{value:g}" if isinstance(value, float) else row.choices.get(str(value), str(value))
    return f"{row.label} {figure} {row.unit}".rstrip()
