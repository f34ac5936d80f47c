"""One step of learning: a batch's gradients, and the weights changed by them."""

from __future__ import annotations

from math import ceil

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from core.training.compiling import compiled
from core.training.distributed import Team
from core.training.losses import Criterion
from core.training.optimizers import optimizer_of, skip_where, steer
from core.training.precision import precision_of
from core.training.settings import TrainParams


class Stepper:
    """What turns batches into gradients, and gradients into other weights of a network.

    With a `team` the batches are learned by several processes, each its part.
    With `asks` False nobody looks at the losses at once: from the first loss on that is no
    number the weights then stay as they are, until somebody looks.
    Raises UserError if the device or the network cannot do what the settings ask for.
    """

    def __init__(
        self,
        network: nn.Module,
        params: TrainParams,
        device: torch.device,
        asks: bool,
        team: Team | None = None,
    ) -> None:
        self.optimizer = optimizer_of(network, params)
        self.precision = precision_of(params.precision, device)
        self.criterion = Criterion(params.loss, params.smoothing)
        self._team = team or Team()
        whole = self._team.wrap(network)
        self._forward = compiled(whole, device) if params.compile else whole
        self._weights = list(network.parameters())
        # what batch normalisation remembers, which a forward pass changes
        self._buffers = list(network.buffers())
        self._kept = [buffer.clone() for buffer in self._buffers]
        guarded = not asks and not self.precision.skips
        self._bad = torch.zeros((), device=device) if guarded else None

    def gradients(self, images: Tensor, labels: Tensor, parts: int) -> Tensor:
        """The mean loss of a batch and the share of right answers [2]; its gradients are there.

        The batch is learned in `parts`, one after the other.
        """
        for weight in self._weights:
            weight.grad = None
        if self._buffers:
            torch._foreach_copy_(self._kept, self._buffers)
        images, labels, share = self._team.own(images, labels, parts)
        size = ceil(len(labels) / parts)
        split = list(zip(torch.split(images, size), torch.split(labels, size), strict=True))
        measured = []
        for part in split:
            with self._team.accumulating(is_last=part is split[-1]):
                measured.append(self._part(*part, share * len(part[1]) / len(labels)))
        self.precision.unscale(self.optimizer)
        return self._team.total(torch.stack(measured).sum(0) if parts > 1 else measured[0])

    def undo(self) -> None:
        """Forget the batch whose gradients were taken, or were to be taken, last."""
        if self._buffers:
            torch._foreach_copy_(self._buffers, self._kept)

    def update(self, params: TrainParams, rate: float, measured: Tensor) -> None:
        """Change the weights by their gradients, whose batch gave `measured`."""
        steer(self.optimizer, params, rate)
        if params.clip:
            clip_grad_norm_(self._weights, params.clip)
        if self._bad is not None:
            self._bad = torch.maximum(self._bad, (~measured[0].isfinite()).float())
            skip_where(self.optimizer, self._bad)
        self.precision.step(self.optimizer)

    def _part(self, images: Tensor, labels: Tensor, share: float) -> Tensor:
        """Add the gradients of a part that is this share of a batch; gives its numbers' share."""
        with self.precision.autocast():
            scores = self._forward(images)
        loss = self.criterion.loss(scores.float(), labels)
        if share < 1:
            loss = loss * share
        self.precision.backward(self._team.weighted(loss))
        right = self.criterion.right(scores.detach(), labels).float().mean() * share
        return torch.stack((loss.detach(), right))
