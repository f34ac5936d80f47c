"""A network translated for its processor by torch.compile."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.network.foreign.trace import first_line

#: Programs that compile C++, by the names that torch tries.
COMPILERS = ("g++", "clang++", "c++")


def compiled(network: nn.Module, device: torch.device) -> Callable[[Tensor], Tensor]:
    """The network's forward pass, translated when it first runs: that takes up to a minute.

    Where something hangs on the network's layers they run as they are, so that it is called.
    Raises UserError if there is no compiler, or, when it runs, if the compiler fails.
    """
    if not has_compiler(device):
        raise UserError(f"{_missing(device)} to compile the network with; switch Compile off.")
    from torch._dynamo.exc import TorchDynamoException  # takes a second, and only this needs it
    from torch._inductor.exc import InductorError

    quick = torch.compile(network)

    def forward(images: Tensor) -> Tensor:
        try:
            hooked = any(part._forward_hooks for part in network.modules())
            scores: Tensor = (network if hooked else quick)(images)
        except (TorchDynamoException, InductorError) as error:
            raise UserError(
                f"The network could not be compiled ({first_line(error)}); switch Compile off."
            ) from error
        return scores

    return forward


def has_compiler(device: torch.device) -> bool:
    """Whether there is what torch translates with for a device."""
    if device.type == "cuda" and find_spec("triton") is None:
        return False
    names = ("cl",) if sys.platform == "win32" else COMPILERS
    return any(shutil.which(name) for name in filter(None, (os.environ.get("CXX"), *names)))


def _missing(device: torch.device) -> str:
    if device.type == "cuda" and find_spec("triton") is None:
        return "There is no triton"
    return "There is no C++ compiler"
