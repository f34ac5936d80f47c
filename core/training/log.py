"""What training measured so far, and the curves that tell it."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from core.results import Curves, Floats, Series

#: How many steps the calm curves are the mean of.
WINDOW = 50
#: Points of one curve: about as many as a screen has columns.
MOST_POINTS = 2000


class Log:
    """Loss, training accuracy and learning rate of each step, and those of the test now and then.

    Loss and accuracy are kept as running sums, so that the mean of any stretch of steps is one
    difference, however long the training.  Accuracies are shares, 0 to 1.
    """

    def __init__(self, steps: int) -> None:
        self.steps = 0
        self._losses = np.zeros(steps + 1)
        self._accuracies = np.zeros(steps + 1)
        self._rates = np.zeros(steps)
        self._tests: dict[int, tuple[float, float]] = {}

    def add(self, loss: float, accuracy: float, rate: float) -> None:
        """Note the next step."""
        step = self.steps
        self._losses[step + 1] = self._losses[step] + loss
        self._accuracies[step + 1] = self._accuracies[step] + accuracy
        self._rates[step] = rate
        self.steps = step + 1

    def add_test(self, step: int, accuracy: float, loss: float) -> None:
        """Note the test accuracy and loss after a step."""
        self._tests[step] = accuracy, loss

    @property
    def tests(self) -> int:
        """How often the test accuracy was measured."""
        return len(self._tests)

    def is_tested(self, step: int) -> bool:
        """Whether the test accuracy after a step is known."""
        return step in self._tests

    def metrics(self) -> dict[str, float]:
        """The newest numbers by name: those of the training are means of `WINDOW` steps."""
        if not self.steps:
            return {}
        last = np.array([self.steps])
        found = {
            "loss": float(_means(self._losses, last, WINDOW)[0]),
            "train_accuracy": float(_means(self._accuracies, last, WINDOW)[0]),
        }
        if self._tests:
            accuracy, loss = next(reversed(self._tests.values()))
            found |= {"test_accuracy": accuracy, "test_loss": loss}
        return found

    def curves(self) -> Curves:
        """All of it over the steps, each curve with about `MOST_POINTS` points at most."""
        every = max(1, ceil(self.steps / MOST_POINTS))
        shown = np.union1d(np.arange(1, self.steps + 1, every), [*self._tests, self.steps])
        steps = shown[shown > 0]
        accuracy = {"training": _series(steps, 100 * _means(self._accuracies, steps, WINDOW))}
        losses = {
            "loss": _series(steps, _means(self._losses, steps, WINDOW)),
            "loss raw": _series(steps, _means(self._losses, steps, 1)),
        }
        if self._tests:
            tests, when = np.array(list(self._tests.values())), np.array(list(self._tests))
            accuracy["test"] = _series(when, 100 * tests[:, 0])
            losses["test"] = _series(when, tests[:, 1])
        rates = {"rate": _series(steps, self._rates[steps - 1])}
        return Curves("Step", {"Loss": losses, "Accuracy, %": accuracy, "Learning rate": rates})

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """All that was noted, by name, for a file."""
        return {
            "losses": self._losses[: self.steps + 1].copy(),
            "accuracies": self._accuracies[: self.steps + 1].copy(),
            "rates": self._rates[: self.steps].copy(),
            "tests": np.array([(step, *found) for step, found in self._tests.items()]),
        }

    def restore(self, arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Take over what `arrays` gave."""
        self.steps = len(arrays["rates"])
        self._losses[: self.steps + 1] = arrays["losses"]
        self._accuracies[: self.steps + 1] = arrays["accuracies"]
        self._rates[: self.steps] = arrays["rates"]
        self._tests = {
            int(step): (float(accuracy), float(loss)) for step, accuracy, loss in arrays["tests"]
        }


def _means(sums: NDArray[np.float64], ends: NDArray[np.int64], window: int) -> Floats:
    """Means over the `window` steps up to each of `ends` (fewer at the beginning)."""
    begins = np.maximum(ends - window, 0)
    return ((sums[ends] - sums[begins]) / (ends - begins)).astype(np.float32)


def _series(x: NDArray[np.int64], y: NDArray[np.floating]) -> Series:
    return Series(x.astype(np.float32), y.astype(np.float32))
