"""How does a network do on a test set, as it is at one moment?"""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.training.examiner import Examiner
from core.training.feeding import Feed
from core.training.fitting import check_fit, trainable_spec
from core.training.losses import Criterion
from core.training.marking import Marking
from core.training.observation import Exam

#: How answers are judged: each class excludes the others.
LOSS = "cross_entropy"


def examine(
    snapshot: Snapshot, samples: Samples, device: str = "cpu"
) -> Generator[Progress, None, Exam]:
    """The exam of a network on samples, in their order: that which its training makes of it.

    Its step is the snapshot's.  Yields after each slice of the samples.
    Raises UserError if there are none, or network and samples do not fit each other.
    """
    spec = trainable_spec(snapshot.model)
    if not len(samples):
        raise UserError(f"{samples.name} has no {samples.split} samples; choose another data set.")
    check_fit(spec, samples, LOSS)
    feed = Feed(samples, snapshot.model.preprocessing, spec.input, torch.device(device))
    network = Subject(snapshot, device).module  # its own, as other work on this lane goes on
    marked = _Marked(snapshot.step, len(samples))
    yield Progress(0, len(samples))
    for _ in Examiner(network, feed, Criterion(LOSS), marked).examine():
        yield Progress(marked.seen, len(samples))
    assert marked.result is not None  # it has seen all of them
    return marked.result


class _Marked:
    """How far an exam is, and at last its result."""

    def __init__(self, step: int, size: int) -> None:
        self.seen = 0
        self.result: Exam | None = None
        self._step = step
        self._marking = Marking(size)

    def exam(self, first: int, scores: Tensor, labels: Tensor) -> None:
        """Mark the next slice."""
        self.result = self._marking.add(self._step, first, scores, labels)
        self.seen = first + len(labels)
