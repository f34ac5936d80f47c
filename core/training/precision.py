"""Calculate in 16 bit where that is safe, and keep the weights in 32.

Source: Micikevicius et al. 2018, arXiv:1710.03740: on a GPU the loss is scaled, so that small
gradients are not lost in float16; bfloat16, which processors have, needs no scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor
from torch.optim import Optimizer

from core.errors import UserError

#: Under which name the scale is kept beside what the optimiser remembers.
SCALER = "scaler"


class Precision:
    """The numbers in which steps are calculated: 32 bit for `kind` None, else also 16 bit."""

    def __init__(self, kind: torch.dtype | None, device: torch.device) -> None:
        self._kind, self._device = kind, device
        self._scaler = torch.amp.GradScaler(device.type, enabled=kind == torch.float16)

    def autocast(self) -> AbstractContextManager[object]:
        """Within the block the network calculates in this precision."""
        if self._kind is None:
            return nullcontext()
        return torch.autocast(self._device.type, self._kind)

    @property
    def skips(self) -> bool:
        """Whether a step whose gradients are no numbers changes nothing, and is no mistake."""
        return self._scaler.is_enabled()

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a loss, scaled, to those that are there."""
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]

    def unscale(self, optimizer: Optimizer) -> None:
        """Give the gradients their true size."""
        self._scaler.unscale_(optimizer)

    def step(self, optimizer: Optimizer) -> None:
        """Change the weights, unless a gradient is no number; then adapt the scale."""
        self._scaler.step(optimizer)
        self._scaler.update()

    def state(self) -> dict[str, Tensor]:
        """What it remembers from step to step."""
        return {
            f"{SCALER}/{name}": torch.tensor(float(value), dtype=torch.float64)
            for name, value in self._scaler.state_dict().items()
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Remember what `state` gave."""
        if not self._scaler.is_enabled():
            return
        own = self._scaler.state_dict()
        known = {name: state.get(f"{SCALER}/{name}") for name in own}
        given = {
            name: type(own[name])(value.item())
            for name, value in known.items()
            if value is not None
        }
        self._scaler.load_state_dict(own | given)


def precision_of(name: str, device: torch.device) -> Precision:
    """The precision of that name in the settings.

    Raises UserError if the device does not have it.
    """
    if name == "full":
        return Precision(None, device)
    if device.type == "cuda":
        return Precision(torch.float16, device)
    if device.type == "cpu" and has_bfloat16():
        return Precision(torch.bfloat16, device)
    raise UserError(
        f"Mixed precision would not be faster here: this {_NOUNS.get(device.type, 'device')} has "
        "no arithmetic for 16 bit numbers; choose 32 bit."
    )


def has_bfloat16() -> bool:
    """Whether the processor itself calculates with bfloat16; torch can imitate it, slowly."""
    able = torch.cpu.get_capabilities()
    return any(bool(able.get(name)) for name in ("avx512_bf16", "amx_bf16", "bf16"))


_NOUNS = {"cpu": "processor"}
