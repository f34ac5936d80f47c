"""What may look on while a network learns."""

from __future__ import annotations

from typing import Any, Protocol

from torch import Tensor, nn


class ExamObserver(Protocol):
    """Looks on while a network is examined."""

    def exam(self, first: int, scores: Tensor, labels: Tensor) -> None:
        """Called for each slice of the test set, in its order, from `first` 0 on.

        `scores` [B, classes] are the network's outputs before the last softmax, `labels` [B].
        """


class Observer(ExamObserver, Protocol):
    """Called by a training at the places where there is something to see; must change nothing.

    It runs on the training's thread: what it takes, the steps lose.  `step` is the number of the
    step under way, counted from 1, which is that of the reports after it.  `network` is the one
    that learns; its children carry the names of the layers.
    """

    def before_step(self, network: nn.Module, step: int) -> None:
        """Called before the network sees the step's pictures: the place to hang hooks."""

    def after_backward(self, network: nn.Module, step: int) -> None:
        """Called when the gradients are there, not yet clipped, before the optimiser's step."""

    def after_step(self, network: nn.Module, step: int) -> None:
        """Called when the weights have changed."""

    def taken(self) -> Any | None:
        """The newest observation, which is then handed over: once; None if there is no new one."""
