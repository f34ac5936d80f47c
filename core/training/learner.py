"""A network that learns: its place in the data, and what a step does to it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil, isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.datasets import Samples
from core.errors import UserError
from core.network.layers.sigmoid import Sigmoid
from core.network.layers.softmax import Softmax
from core.network.modules import Dropout
from core.network.network import Network, to_channels_last
from core.network.snapshot import Model, Snapshot
from core.network.spec import LayerKind, ModelSpec
from core.network.subject import load_weights
from core.training.distributed import Team
from core.training.divergence import diverged, first_bad_layer, first_bad_weight
from core.training.examiner import Examiner
from core.training.feeding import Batch, Feed
from core.training.fitting import check_batch, check_fit, trainable_spec
from core.training.log import Log
from core.training.memory import is_out_of_memory, let_go
from core.training.notes import Notes
from core.training.observer import Observer
from core.training.optimizers import copied, moments_of, restore_moments
from core.training.schedule import share_of_peak
from core.training.settings import Change, TrainParams
from core.training.stepping import Stepper

#: What is drawn: the order and changes of an epoch's pictures, or what dropout drops at a step.
_ORDER, _DROPPED = 0, 1

#: The last layer that a loss brings with it: the network learns through what is before that.
_FINAL: Mapping[str, type[LayerKind]] = {"cross_entropy": Softmax, "sigmoid": Sigmoid}


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that training needs to go on from `snapshot.step` as if it had never stopped.

    `moments` is what the optimiser remembers, such as "conv1.weight/exp_avg"; `log` what was
    measured; `notes` what was told.  Randomness has no state: what a step draws follows from the
    seed and its number, and from the settings, which `params` has as they are by then.
    """

    snapshot: Snapshot
    params: TrainParams
    moments: Mapping[str, Tensor]
    log: Mapping[str, NDArray[np.float64]]
    notes: tuple[str, ...] = ()


class Learner:
    """A network with all that changes while it learns; belongs to one thread.

    It learns `steps` batches (None: those of all epochs; the last batch of an epoch holds what
    is left), and measures the test accuracy after each epoch and at the end.
    With a `team` it learns its part of each batch, with the same result.
    Raises UserError if the network and the samples do not fit each other, or the device.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        data: Samples,
        test: Samples,
        params: TrainParams,
        *,
        seed: int,
        device: str = "cpu",
        steps: int | None = None,
        observer: Observer | None = None,
        team: Team | None = None,
    ) -> None:
        spec = trainable_spec(snapshot.model)
        for samples in (data, test):
            if len(samples):
                check_fit(spec, samples, params.loss)
        check_batch(params.batch, data)
        team = team or Team()
        team.check_batch(params.batch)
        self.params = params
        self.per_epoch = ceil(len(data) / params.batch)
        self.steps = params.epochs * self.per_epoch if steps is None else steps
        self.step = 0
        self.log = Log(self.steps)
        self.notes = Notes()
        self._device = torch.device(device)
        # elsewhere a look at a number waits for all steps so far
        self._asks = self._device.type == "cpu"
        self.network = team.adapt(_network(spec, snapshot, params.loss)).to(self._device)
        self._stepper = Stepper(self.network, params, self._device, self._asks, team)
        self._start = replace(snapshot, model=_trained_on(data, snapshot.model))
        normal = snapshot.model.preprocessing
        self._data = Feed(data, normal, spec.input, self._device)
        exams = Feed(test, normal, spec.input, self._device)
        self._examiner = Examiner(self.network, exams, self._stepper.criterion, observer)
        self._augment = params.augment
        self._seed = seed
        self._observer = observer
        self._unread: list[tuple[Tensor, float]] = []
        self._generator = torch.Generator(self._device)
        self._dropouts = [part for part in self.network.modules() if isinstance(part, Dropout)]
        for part in self._dropouts:
            part.generator = self._generator

    @property
    def epoch(self) -> int:
        """The epoch of the last step, counted from 1."""
        return max(1, ceil(self.step / self.per_epoch))

    @property
    def has_ended_epoch(self) -> bool:
        """Whether the last step ended an epoch, and the test after it is done."""
        return self.step > 0 and self.step % self.per_epoch == 0 and not self._is_exam_due()

    def work(self) -> Generator[None]:
        """Learn one batch, or test one slice of the test set, for each item.

        Raises Diverged if the loss of a step is no number; the weights are those before it.
        """
        while True:
            if self._is_exam_due():
                self.log.add_test(self.step, *(yield from self._examiner.examine()))
                yield
            if self.step >= self.steps:
                return
            yield from self._learn_on()

    def batches(self, epoch: int, begin: int = 0) -> Iterator[Batch]:
        """Pictures and labels [B] of an epoch, counted from 0, from batch `begin` on."""
        seed = _drawn(self._seed, _ORDER, epoch)
        return self._data.shuffled(self.params.batch, seed, self._augment, begin)

    def change(self, message: Change) -> bool:
        """Learn on with other settings from the next step; gives whether any is another."""
        params = message.applied_to(self.params)
        if params == self.params:
            return False
        self.notes.change(self.step + 1, self.params, params)
        self.params = params
        if params.augment != self._augment:  # the epoch's batches are then made anew
            self._augment = params.augment
        return True

    def settle(self) -> None:
        """Note the losses of the steps since the last call; waits for the device.

        Raises Diverged, naming the step and the layer, if one of them is no number.
        """
        unread, self._unread = self._unread, []
        for measured, rate in unread:
            loss, accuracy = measured.tolist()
            if not isfinite(loss):
                self.step = self.log.steps  # the weights have stayed as they were there
                self._stepper.undo()
                raise diverged(self.step + 1, self.params.rate, self._place())
            self.log.add(loss, accuracy, rate)

    def snapshot(self) -> Snapshot:
        """The network as it is now, its weights copied to the CPU.

        Raises Diverged if one of them is no number.
        """
        self.settle()
        bad = first_bad_weight(self.network)
        if bad:
            raise diverged(self.step, self.params.rate, f", nor are weights of {bad}")
        weights = {name: copied(value) for name, value in self.network.state_dict().items()}
        return replace(self._start, weights=weights, step=self.step, metrics=self.log.metrics())

    def state(self, snapshot: Snapshot) -> TrainingState:
        """All that is needed to go on from now, of which `snapshot` is the network."""
        moments = moments_of(self._stepper.optimizer, self.network)
        moments |= self._stepper.precision.state()
        return TrainingState(snapshot, self.params, moments, self.log.arrays(), self.notes.told())

    def restore(self, state: TrainingState) -> None:
        """Go on from there instead of from the beginning."""
        self.network.load_state_dict(dict(state.snapshot.weights))
        self.params, self.step = state.params, state.snapshot.step
        self._augment = state.params.augment
        self.log.restore(state.log)
        self.notes = Notes(state.notes)
        restore_moments(self._stepper.optimizer, self.network, state.moments)
        self._stepper.precision.restore(state.moments)

    def _learn_on(self) -> Iterator[None]:
        """Learn the rest of the epoch, or up to where the pictures are to be changed otherwise."""
        epoch, done = divmod(self.step, self.per_epoch)
        left = min(self.steps - self.step, self.per_epoch - done)
        augment = self._augment
        for images, labels in islice(self.batches(epoch, done), left):
            self._learn(images, labels)
            yield
            if self._augment is not augment:
                return

    def _learn(self, images: Tensor, labels: Tensor) -> None:
        """One step: the batch's gradients, and the weights changed by them."""
        step, observer = self.step + 1, self._observer
        if observer is not None:
            observer.before_step(self.network, step)
        rate = self.params.rate * share_of_peak(self.params, self.step, self.steps)
        measured = self._gradients(images, labels)
        self._unread.append((measured, rate))
        if self._asks:
            self.settle()
        if observer is not None:
            observer.after_backward(self.network, step)
        self._stepper.update(self.params, rate, measured)
        self.step = step
        if observer is not None:
            observer.after_step(self.network, step)

    def _gradients(self, images: Tensor, labels: Tensor) -> Tensor:
        """Loss and share of right answers [2] of a batch, whose gradients are then there.

        Where the memory does not suffice it is learned in more parts.
        Raises UserError if it does not suffice for a single picture.
        """
        while True:
            self._reseed_dropout()
            try:
                return self._stepper.gradients(images, labels, self.params.parts)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                self._divide(error)
            self._stepper.undo()
            let_go(self._device)  # here, where the error no longer holds what was calculated

    def _divide(self, error: RuntimeError) -> None:
        """Learn batches in twice as many parts from now on."""
        if self.params.parts >= self.params.batch:
            raise UserError(
                "The memory does not suffice to learn from a single picture; choose a smaller "
                "network, or smaller pictures."
            ) from error
        self.params = replace(self.params, parts=2 * self.params.parts)
        self.notes.divided(self.step + 1, self.params)

    def _reseed_dropout(self) -> None:
        """Let what dropout draws follow from the step."""
        if self._dropouts:
            self._generator.manual_seed(_drawn(self._seed, _DROPPED, self.step))

    def _place(self) -> str:
        """Where the numbers of the next step stop being numbers, in words."""
        epoch, done = divmod(self.step, self.per_epoch)
        self._reseed_dropout()
        images, _ = next(self.batches(epoch, done))
        with self._stepper.precision.autocast():
            layer = first_bad_layer(self.network, images)
        return f", first in layer {layer}" if layer else ""

    def _is_exam_due(self) -> bool:
        ended = self.step == self.steps or (self.step and self.step % self.per_epoch == 0)
        return bool(ended and len(self._examiner) and not self.log.is_tested(self.step))


def _network(spec: ModelSpec, snapshot: Snapshot, loss: str) -> nn.Module:
    """A network of its own to train, with the snapshot's weights."""
    network = Network(spec, snapshot.seed)
    load_weights(network, snapshot)
    last = spec.nodes[-1]
    if loss in _FINAL and isinstance(last.op, _FINAL[loss]):
        setattr(network, last.name, nn.Identity())  # the loss is that of the logits
    # the pictures come channels-last, and so stay all maps: pooling is up to five times faster
    to_channels_last(network)
    return network.train()


def _trained_on(data: Samples, model: Model) -> Model:
    """The model with the names of the classes that it learns."""
    return replace(model, classes=data.classes or model.classes)


def _drawn(seed: int, what: int, when: int) -> int:
    """The seed of the generator for one purpose at one epoch or step."""
    return int(np.random.SeedSequence((seed, what, when)).generate_state(1)[0])
