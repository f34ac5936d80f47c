"""An exam: what is taken for what, and with which confidence."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from core.results import Floats, Ints
from core.training.observation import Exam, Mistakes

#: The most mistakes that are kept of an exam.
MISTAKES = 1024


class Marking:
    """The exam under way, of `exam_size` pictures."""

    def __init__(self, exam_size: int) -> None:
        self._exam_size = exam_size
        self._seen = 0
        self._confusion: Ints = np.zeros((0, 0), np.int64)
        self._wrong: list[tuple[Ints, Ints, Ints, Floats]] = []

    def add(self, step: int, first: int, scores: Tensor, labels: Tensor) -> Exam | None:
        """Count a slice of the test set; the exam if that was the last one."""
        classes = scores.shape[1]
        if first == 0:
            self._seen, self._wrong = 0, []
            self._confusion = np.zeros((classes, classes), np.int64)
        shares, answers = scores.detach().float().softmax(1).max(1)
        sure, predicted, true = (part.cpu().numpy() for part in (shares, answers, labels))
        cells = np.bincount(true * classes + predicted, minlength=classes**2)
        self._confusion += cells.reshape(classes, classes)
        places = np.flatnonzero(predicted != true)
        self._wrong.append((first + places, predicted[places], true[places], sure[places]))
        self._seen += len(true)
        return self._exam(step) if self._seen == self._exam_size else None

    def _exam(self, step: int) -> Exam:
        mistakes = Mistakes(*(np.concatenate(column) for column in zip(*self._wrong, strict=True)))
        order = np.argsort(-mistakes.probability, kind="stable")
        return Exam(step, self._confusion, mistakes.part(order[:MISTAKES]))
