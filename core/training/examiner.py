"""What a network scores on the test set."""

from __future__ import annotations

from collections.abc import Generator
from math import ceil

import torch
from torch import Tensor, nn

from core.training.feeding import Batch, Feed
from core.training.losses import Criterion
from core.training.memory import is_out_of_memory, let_go
from core.training.observer import ExamObserver

#: Values in one slice: 1 MB as float32, so that whoever waits for its end waits shortly.
SLICE = 2**18


class Examiner:
    """Puts the test set to a network that learns, in slices that its device has the memory for."""

    def __init__(
        self,
        network: nn.Module,
        feed: Feed,
        criterion: Criterion,
        observer: ExamObserver | None,
    ) -> None:
        self._network, self._feed, self._criterion = network, feed, criterion
        self._observer = observer
        self._size = max(1, SLICE // feed.samples.images[:1].size) if len(self) else 1

    def __len__(self) -> int:
        """How many pictures the test set has."""
        return len(self._feed.samples)

    def examine(self) -> Generator[None, None, tuple[float, float]]:
        """The share of pictures that are right, and the mean loss; yields between two slices."""
        seen, loss, right = 0, 0.0, 0
        while True:
            scores, labels = self._scored(seen)
            if self._observer is not None:
                self._observer.exam(seen, scores, labels)
            loss += float(self._criterion.loss(scores, labels)) * len(labels)
            right += int(self._criterion.right(scores, labels).sum())
            seen += len(labels)
            if seen == len(self):
                return right / seen, loss / seen
            yield

    def _scored(self, first: int) -> Batch:
        """Scores and labels from one picture on: of fewer pictures if the memory is short."""
        while True:
            images, labels = self._feed.slice(first, self._size)
            try:
                return self._scores(images), labels
            except RuntimeError as error:
                if not is_out_of_memory(error) or self._size == 1:
                    raise
                self._size = ceil(self._size / 2)
            let_go(self._feed.device)

    def _scores(self, images: Tensor) -> Tensor:
        self._network.eval()
        try:
            with torch.no_grad():
                scores: Tensor = self._network(images)
                return scores
        finally:
            self._network.train()
