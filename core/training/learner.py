"""A network that learns: its optimiser, its place in the data, and what a step does to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil, isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from core.data.augment import CHUNK, UNCHANGED, AugmentParams, batches
from core.data.datasets import Samples
from core.errors import UserError
from core.network.layers.softmax import Softmax
from core.network.modules import Dropout
from core.network.network import Network, to_channels_last
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec
from core.network.subject import load_weights
from core.training.fitting import check_batch, check_fit, trainable_spec
from core.training.log import Log
from core.training.optimizers import copied, moments_of, optimizer_of, restore_moments, steer
from core.training.schedule import share_of_peak
from core.training.settings import TrainParams

#: What is drawn: the order and moves of an epoch's pictures, or what dropout drops at a step.
_ORDER, _DROPPED = 0, 1


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that training needs to go on from `snapshot.step` as if it had never stopped.

    `moments` is what the optimiser remembers, such as "conv1.weight/exp_avg"; `log` what was
    measured.  Randomness has no state: what a step draws follows from the seed and its number.
    """

    snapshot: Snapshot
    params: TrainParams
    moments: Mapping[str, Tensor]
    log: Mapping[str, NDArray[np.float64]]


class Learner:
    """A network with all that changes while it learns; belongs to one thread.

    It learns `steps` batches (None: those of all epochs; the last batch of an epoch holds what
    is left), and measures the test accuracy after each epoch and at the end.
    Raises UserError if the network and the samples do not fit each other.
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
    ) -> None:
        spec = trainable_spec(snapshot.model)
        self.network = _network(spec, snapshot).to(device)
        for samples in (data, test):
            check_fit(spec, samples)
        check_batch(params.batch, data)
        self.params = params
        self.per_epoch = ceil(len(data) / params.batch)
        self.steps = params.epochs * self.per_epoch if steps is None else steps
        self.step = 0
        self.log = Log(self.steps)
        self._start = replace(snapshot, model=_trained_on(data, snapshot.model))
        self._data, self._test = data, test
        self._seed = seed
        self._device = torch.device(device)
        self._optimizer = optimizer_of(self.network, params)
        self._unread: list[tuple[Tensor, float]] = []
        self._generator = torch.Generator(self._device)
        self._dropouts = [part for part in self.network.modules() if isinstance(part, Dropout)]
        for part in self._dropouts:
            part.generator = self._generator

    @property
    def epoch(self) -> int:
        """The epoch of the last step, counted from 1."""
        return max(1, ceil(self.step / self.per_epoch))

    def work(self) -> Iterator[None]:
        """Learn one batch, or test one slice of the test set, for each item."""
        while True:
            if self._is_exam_due():
                yield from self._examine()
            if self.step >= self.steps:
                return
            epoch, done = divmod(self.step, self.per_epoch)
            for images, labels in islice(self.batches(epoch), done, done + self._left()):
                self._learn(images, labels)
                yield

    def batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures [B, C, H, W] and labels [B] of an epoch, counted from 0, as they are learned."""
        generator = torch.Generator().manual_seed(_drawn(self._seed, _ORDER, epoch))
        return self._fed(self._data, self.params.batch, generator, self.params.augment)

    def settle(self) -> None:
        """Note the losses of the steps since the last call; waits for the device.

        Raises UserError, naming the step, if one of them is no number.
        """
        unread, self._unread = self._unread, []
        for measured, rate in unread:
            loss, accuracy = measured.tolist()
            if not isfinite(loss):
                raise _diverged(self.log.steps + 1, self.params)
            self.log.add(loss, accuracy, rate)

    def snapshot(self) -> Snapshot:
        """The network as it is now, its weights copied to the CPU.

        Raises UserError if one of them is no number.
        """
        self.settle()
        weights = {name: copied(value) for name, value in self.network.state_dict().items()}
        if not all(bool(value.isfinite().all()) for value in weights.values()):
            raise _diverged(self.step, self.params)
        return replace(self._start, weights=weights, step=self.step, metrics=self.log.metrics())

    def state(self, snapshot: Snapshot) -> TrainingState:
        """All that is needed to go on from now, of which `snapshot` is the network."""
        moments = moments_of(self._optimizer, self.network)
        return TrainingState(snapshot, self.params, moments, self.log.arrays())

    def restore(self, state: TrainingState) -> None:
        """Go on from there instead of from the beginning."""
        self.network.load_state_dict(dict(state.snapshot.weights))
        self.params, self.step = state.params, state.snapshot.step
        self.log.restore(state.log)
        restore_moments(self._optimizer, self.network, state.moments)

    def _left(self) -> int:
        """Steps up to the end, or to that of the epoch."""
        return min(self.steps - self.step, self.per_epoch - self.step % self.per_epoch)

    def _fed(
        self, samples: Samples, size: int, generator: torch.Generator, augment: AugmentParams
    ) -> Iterator[tuple[Tensor, Tensor]]:
        preprocessing = self._start.model.preprocessing
        return batches(
            torch.from_numpy(samples.images),
            torch.from_numpy(samples.labels),
            size,
            generator,
            augment,
            preprocessing.mean,
            preprocessing.std,
            self._device,
        )

    def _learn(self, images: Tensor, labels: Tensor) -> None:
        """One step: the batch's gradients, and the weights changed by them."""
        rate = self._steer()
        self._optimizer.zero_grad()
        scores = self.network(images)
        loss = cross_entropy(scores, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.step += 1
        right = (scores.detach().argmax(1) == labels).float().mean()
        self._unread.append((torch.stack((loss.detach(), right)), rate))
        if self._device.type == "cpu":  # elsewhere a look at a number waits for all steps so far
            self.settle()

    def _steer(self) -> float:
        """Set what the next step's place in the schedule asks for; give the rate."""
        params = self.params
        rate = params.rate * share_of_peak(params.schedule, self.step, self.steps)
        steer(self._optimizer, rate, params.momentum)
        if self._dropouts:
            self._generator.manual_seed(_drawn(self._seed, _DROPPED, self.step))
        return rate

    def _is_exam_due(self) -> bool:
        ended = self.step == self.steps or (self.step and self.step % self.per_epoch == 0)
        return bool(ended and len(self._test) and not self.log.is_tested(self.step))

    def _examine(self) -> Iterator[None]:
        """Measure the test accuracy, one slice for each item."""
        count = len(self._test)
        size = min(count, max(1, CHUNK // self._test.images[0].size))
        seen = right = 0
        self.network.eval()
        for images, labels in self._fed(self._test, size, torch.Generator(), UNCHANGED):
            with torch.no_grad():
                right += int((self.network(images).argmax(1) == labels).sum())
            seen += len(labels)
            if seen == count:
                self.network.train()
                self.log.add_test(self.step, right / count)
            yield


def _network(spec: ModelSpec, snapshot: Snapshot) -> nn.Module:
    """A network of its own to train, with the snapshot's weights."""
    network = Network(spec, snapshot.seed)
    load_weights(network, snapshot)
    last = spec.nodes[-1]
    if isinstance(last.op, Softmax):
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


def _diverged(step: int, params: TrainParams) -> UserError:
    return UserError(
        f"Training stopped at step {step}: the loss is no number any more. "
        f"Choose a learning rate below {params.rate:g}."
    )
