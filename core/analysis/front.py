"""A network up to one layer, arranged for fast gradients of its input."""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.analysis.polyphase import PolyphaseConv2d, has_polyphase_form
from core.errors import UserError
from core.network.subject import Subject
from core.network.taps import tap


class Pull(NamedTuple):
    """Where a layer pulls an image: the gradient [1, C, H, W], and the layer's response."""

    gradient: Tensor
    response: float


class Front:
    """The layers of `subject` up to `layer`, with the signal that is sent back from it.

    Without a `unit` the signal is the layer's own values: the gradient of half the sum of their
    squares (Bishop & Bishop 2024, section 10.3); the response is their mean square.  With one it
    is 1 in each of the unit's cells, and the response is the unit's mean.

    It holds a copy of the subject's module, and never touches the weights.
    Raises UserError if there is no such layer, or unit.
    """

    def __init__(self, subject: Subject, layer: str, unit: int | None = None) -> None:
        self.subject, self.layer, self.unit = subject, layer, unit
        count = (subject.row(layer).shape or (0,))[0]
        if unit is not None and not 0 <= unit < count:
            raise UserError(
                f"{layer} has {count} units, 0 to {count - 1}; there is no unit {unit}."
            )
        self._module = _arranged(subject.module)

    @property
    def name(self) -> str:
        """The layer, or the unit, whose response is meant."""
        return self.layer if self.unit is None else f"unit {self.unit} of {self.layer}"

    def __call__(self, images: Tensor) -> Tensor:
        """What the layer gives for images [B, C, H, W] of any size."""
        with tap(self._module, self.layer, stop=True) as seen:
            self._module(images)
        return seen[self.layer]

    def pull(self, image: Tensor) -> Pull:
        """Where the layer pulls an image [1, C, H, W]."""
        pixels = image.detach().requires_grad_()
        values = self(pixels)
        signal, response = self._signal(values.detach())
        (gradient,) = torch.autograd.grad(values, pixels, signal)
        return Pull(gradient, response)

    def fits(self, height: int, width: int) -> bool:
        """Whether the layers run on images of this size."""
        channels = self.subject.model.preprocessing.channels
        blank = torch.zeros(1, channels, height, width, device=self.subject.device)
        try:
            with torch.inference_mode():
                self(blank)
        except RuntimeError:  # torch's word for shapes that do not go together
            return False
        return True

    def _signal(self, values: Tensor) -> tuple[Tensor, float]:
        if self.unit is None:
            return values, float(values.square().mean())
        signal = torch.zeros_like(values)
        signal[:, self.unit] = 1
        return signal, float(values[:, self.unit].mean())


def _arranged(module: nn.Module) -> nn.Module:
    """A copy with its strided stem in polyphase form.

    The subject's module takes over other weights while it follows a training; this one does not.
    The weights of dense layers alone, which no image of another size reaches, are shared.
    """
    shared = {id(p): p for p in module.parameters() if p.ndim == 2}
    arranged = copy.deepcopy(module, shared)
    for name, part in list(arranged.named_modules()):
        if isinstance(part, nn.Conv2d) and name and has_polyphase_form(part):
            arranged.set_submodule(name, PolyphaseConv2d(part))
    return arranged
