"""Measures a network while it trains, as often as costs a per cent or two of its time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.network.snapshot import Model
from core.network.spec import ModelSpec
from core.training.budget import Budget
from core.training.fitting import trainable_spec
from core.training.look import Look
from core.training.marking import Marking
from core.training.observation import ActivationRow, Exam, History, Observation, WeightRow
from core.training.settings import TrainParams

#: What watching may cost, as a share of the time of the steps themselves.
SHARE = 0.015
#: The most watched steps that a history holds: twice as far apart each time that it is full.
HISTORY = 256


class Watcher:
    """An observer that takes an `Observation` whenever the last ones are paid for.

    It watches a step in full, then waits until that `share` of the time of the steps comes to what
    it took.  An exam counts once it has seen `exam_size` pictures.  Draws nothing at random.
    Without `activations` it hangs no hooks, which a compiled network does not call.
    """

    def __init__(
        self, spec: ModelSpec, exam_size: int, share: float = SHARE, *, activations: bool = True
    ) -> None:
        ops = {node.name: node.op for node in spec.nodes}
        self._activations = {
            name: op for name, op in ops.items() if activations and type(op).group == "Activation"
        }
        self._names = list(ops)
        self._budget = Budget(share)
        self._look: Look | None = None
        self._silent: dict[str, Tensor] = {}
        self._rows: tuple[tuple[WeightRow, ...], tuple[ActivationRow, ...]] = ((), ())
        self._past = _Past()
        self._marking = Marking(exam_size)
        self._exam: Exam | None = None
        self._is_taken = True
        self._step = self._watched = 0

    def go_on_from(self, past: Observation) -> None:
        """Begin with what was observed before the training was broken off."""
        self._past.begin_with(past.history)
        self._rows, self._watched = (past.weights, past.activations), past.step
        self._exam = past.exam

    def before_step(self, network: nn.Module, step: int) -> None:
        """Look at this step if the last looks are paid for."""
        if self._look is not None:  # a step that was broken off
            self._look.close()
            self._look = None
        if self._budget.is_free:
            with self._budget.spent():
                self._look = Look(network, self._names, self._activations, self._budget)
        self._budget.begin()

    def after_backward(self, network: nn.Module, step: int) -> None:
        """Measure the gradients."""
        if self._look is not None:
            with self._budget.spent():
                self._look.take_gradients()

    def after_step(self, network: nn.Module, step: int) -> None:
        """Measure what the step changed, and make an observation of it."""
        self._budget.end()
        self._step = step
        if self._look is None:
            return
        self._watched = step
        with self._budget.spent():
            look, self._look = self._look, None
            self._count_silent(look)
            self._rows = look.rows(self._silent)
            self._past.add(step, *self._rows)
            self._is_taken = False

    def exam(self, first: int, scores: Tensor, labels: Tensor) -> None:
        """Count what is right and what is taken for what; only where classes are told apart."""
        if scores.ndim != 2 or scores.shape[1] < 2 or labels.is_floating_point():
            return
        with self._budget.spent():
            exam = self._marking.add(self._step, first, scores, labels)
            if exam is not None:
                self._exam, self._is_taken = exam, False

    def taken(self) -> Observation | None:
        """The newest observation, once; None if there is no new one."""
        if self._is_taken:
            return None
        self._is_taken = True
        with self._budget.spent():
            return Observation(self._watched, *self._rows, self._past.history(), self._exam)

    def _count_silent(self, look: Look) -> None:
        """For how many pictures each unit has given nothing above 0."""
        for layer, (active, pictures) in look.active.items():
            before = self._silent.get(layer, torch.zeros(len(active), dtype=torch.long))
            self._silent[layer] = torch.where(active.cpu(), 0, before + pictures)


def watcher_for(
    model: Model, params: TrainParams, exam_size: int, past: Observation | None = None
) -> Watcher:
    """An observer of a training of this network with these settings.

    It goes on from what was observed in the `past` of the same training.
    Raises UserError if the network has no spec.
    """
    watcher = Watcher(trainable_spec(model), exam_size, activations=not params.compile)
    if past is not None:
        watcher.go_on_from(past)
    return watcher


class _Past:
    """The numbers of the watched steps: of all at first, then of every second, and so on."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, ...]] = []
        self._newest: tuple[Any, ...] | None = None
        self._count = 0
        self._every = 1

    def add(
        self, step: int, weights: tuple[WeightRow, ...], activations: tuple[ActivationRow, ...]
    ) -> None:
        """Note a watched step."""
        self._newest = newest = (
            step,
            [row.gradient_norm for row in weights],
            [row.weight_norm for row in weights],
            [row.update_ratio for row in weights],
            [row.dead_share for row in activations],
            [row.saturated for row in activations],
        )
        if self._kept and _widths(self._kept[-1]) != _widths(newest):
            self._kept = []  # the earlier part was watched otherwise
        if self._count % self._every == 0:
            self._kept.append(newest)
        self._count += 1
        if len(self._kept) > HISTORY:
            self._kept = self._kept[::2]
            self._every *= 2

    def begin_with(self, history: History) -> None:
        """Note all watched steps of an earlier part."""
        columns = (
            history.gradient_norm,
            history.weight_norm,
            history.update_ratio,
            history.dead,
            history.saturated,
        )
        rows = zip(history.steps, *columns, strict=True)
        self._kept = [(int(step), *(list(row) for row in parts)) for step, *parts in rows]

    def history(self) -> History:
        """What was kept, and the newest."""
        rows = list(self._kept)
        if self._newest is not None and (not rows or rows[-1] is not self._newest):
            rows.append(self._newest)
        steps, *columns = list(zip(*rows, strict=True)) or [()] * 6
        shape = (len(rows), -1) if rows else (0, 0)
        return History(
            np.array(steps, np.int64),
            *(np.array(column, np.float32).reshape(shape) for column in columns),
        )


def _widths(row: tuple[Any, ...]) -> list[int]:
    """Of how many layers each of a step's numbers is told."""
    return [len(numbers) for numbers in row[1:]]
