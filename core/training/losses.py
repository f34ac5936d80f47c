"""How far a network's outputs are from the labels, and which of them are right.

Cross entropy takes the label as one of the classes.  The sigmoid loss asks of each class yes or
no (the mean of the binary cross entropies with one-hot labels), and regression the mean squared
error with one-hot labels.  A network with a single output is asked for the label itself: whether
it is 1 rather than 0, or as a number.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    mse_loss,
    one_hot,
)


@dataclass(frozen=True)
class Criterion:
    """A loss by its name in the settings; `smoothing` is that of the labels of cross entropy."""

    kind: str
    smoothing: float = 0.0

    def loss(self, scores: Tensor, labels: Tensor) -> Tensor:
        """The mean loss [] of scores [B, outputs] for labels [B]."""
        if self.kind == "cross_entropy":
            return cross_entropy(scores, labels, label_smoothing=self.smoothing)
        wanted = _wanted(scores, labels)
        if self.kind == "sigmoid":
            return binary_cross_entropy_with_logits(scores, wanted)
        return mse_loss(scores, wanted)

    def right(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Which pictures are told right [B]: the highest score, or the nearest whole number."""
        if self.kind == "cross_entropy" or scores.shape[1] > 1:
            return scores.argmax(1) == labels
        told = scores[:, 0] > 0 if self.kind == "sigmoid" else scores[:, 0].round()
        return told == labels


def _wanted(scores: Tensor, labels: Tensor) -> Tensor:
    """What the outputs should be, of the shape and type of the scores."""
    single = scores.shape[1] == 1
    wanted = labels[:, None] if single else one_hot(labels, scores.shape[1])
    return wanted.to(scores.dtype)
