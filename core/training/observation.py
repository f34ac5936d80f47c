"""What a network is like inside at one moment of its training, as it travels between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.frames import Array
from core.results import Floats, Ints

D = TypeVar("D")


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values, `counts` [64], lie in each of as many equal steps from `low` to `high`."""

    counts: Ints
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class WeightRow:
    """The weights of one layer, biases left out, at one step.

    The norms are Euclidean, over all of them; `update_ratio` is the norm of what the step changed
    over theirs.
    """

    layer: str
    gradient_norm: float
    weight_norm: float
    update_ratio: float
    histogram: Histogram


@dataclass(frozen=True, eq=False)
class ActivationRow:
    """What one activation layer of the kind `function` gave for a batch.

    `dead` [units] are the maps, or values of a vector, that were above 0 for none of the last
    pictures watched.  `saturated` is the share of values where the function is flat, 0..1: a tanh
    beyond 0.97 either way, a sigmoid outside 0.03..0.97.
    """

    layer: str
    function: str
    mean: float
    deviation: float
    dead: NDArray[np.bool_]
    saturated: float
    histogram: Histogram

    @property
    def dead_share(self) -> float:
        """The share of units that are dead."""
        return float(self.dead.mean()) if self.dead.size else 0.0


@dataclass(frozen=True, eq=False)
class History:
    """The numbers of the rows at the watched `steps` [n], from the first on.

    Norms and ratios are [n, layers with weights], shares [n, activation layers].
    """

    steps: Ints
    gradient_norm: Floats
    weight_norm: Floats
    update_ratio: Floats
    dead: Floats
    saturated: Floats


@dataclass(frozen=True, eq=False)
class Mistakes:
    """Pictures of the test set, by `index`, that were taken for another class; all are [m].

    The most confident one is the first: `probability` is that of the class `predicted`.
    """

    index: Ints
    predicted: Ints
    true: Ints
    probability: Floats

    def of(self, true: int, predicted: int) -> Mistakes:
        """Those in one cell of the confusion matrix."""
        return self.part(np.flatnonzero((self.true == true) & (self.predicted == predicted)))

    def first(self, count: int) -> Mistakes:
        """The most confident ones."""
        return self.part(np.arange(min(count, len(self.index))))

    def part(self, places: Ints) -> Mistakes:
        """The mistakes at these places of the order."""
        return Mistakes(
            self.index[places],
            self.predicted[places],
            self.true[places],
            self.probability[places],
        )


@dataclass(frozen=True, eq=False)
class Exam:
    """One pass over the test set after a step.

    `confusion` [c, c] counts the pictures of each true class (row) taken for each class (column).
    Of very many mistakes only the most confident are kept.
    """

    step: int
    confusion: Ints
    mistakes: Mistakes

    @property
    def accuracy(self) -> float:
        """The share of pictures that are right, 0..1."""
        return float(self.confusion.trace() / max(1, self.confusion.sum()))


@dataclass(frozen=True, eq=False)
class Observation:
    """A network as it is after a step, complete in itself; nothing in it changes later.

    `exam` is the newest one, None before the first.
    """

    step: int
    weights: tuple[WeightRow, ...]
    activations: tuple[ActivationRow, ...]
    history: History
    exam: Exam | None = None

    def to_frame(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """All of it as plain data, and the arrays that the data names."""
        arrays: dict[str, Array] = {}
        data = _plain(self, "", arrays)
        return data, arrays

    @classmethod
    def from_frame(cls, data: Mapping[str, Any], arrays: Mapping[str, Array]) -> Observation:
        """The observation of which `to_frame` gave this."""
        exam = data["exam"]
        return cls(
            data["step"],
            tuple(_row(WeightRow, row, arrays) for row in data["weights"]),
            tuple(_row(ActivationRow, row, arrays) for row in data["activations"]),
            _built(History, data["history"], arrays),
            exam
            and _built(Exam, exam, arrays, mistakes=_built(Mistakes, exam["mistakes"], arrays)),
        )


def _plain(value: Any, path: str, arrays: dict[str, Array]) -> Any:
    """A value as JSON; arrays go to `arrays` under their path, which stands in their place."""
    if is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name), f"{path}{f.name}/", arrays)
            for f in fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(item, f"{path}{place}/", arrays) for place, item in enumerate(value)]
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    return value


def _row(kind: type[D], data: Mapping[str, Any], arrays: Mapping[str, Array]) -> D:
    return _built(kind, data, arrays, histogram=_built(Histogram, data["histogram"], arrays))


def _built(kind: type[D], data: Mapping[str, Any], arrays: Mapping[str, Array], **made: Any) -> D:
    """A dataclass from its plain fields, with those that are `made` already."""
    values = {
        name: arrays[value["array"]] if isinstance(value, dict) and "array" in value else value
        for name, value in data.items()
    }
    return kind(**{**values, **made})
