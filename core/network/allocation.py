"""What torch allocates for a network, measured; what it should need is counted in `costs`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode

from core.errors import UserError
from core.network.foreign.trace import MODULE_ERRORS, first_line
from core.network.geometry import output_size
from core.network.network import Network
from core.network.snapshot import Snapshot
from core.network.spec import ModelSpec, Shape


def measured_bytes(snapshot: Snapshot) -> int:
    """What torch saves for the backward pass of one image: see `saved_for_backward`.

    Values do not matter to it, so those of a network with a spec are mostly not computed, and it
    takes a tenth of a second.  Raises UserError if the forward pass fails.
    """
    model = snapshot.model
    if model.spec is not None:
        with _Uncomputed():  # type: ignore[no-untyped-call]
            return saved_for_backward(_blank(model.spec), model.spec.input)
    if snapshot.module is None:
        raise ValueError(f"{model.name} has neither a spec nor a module")
    module = copy.deepcopy(snapshot.module).train()
    return saved_for_backward(module, (model.preprocessing.channels, *model.preprocessing.size))


def saved_for_backward(module: nn.Module, shape: Shape, batch: int = 1) -> int:
    """Bytes that torch saves for the backward pass of a batch of inputs of that shape.

    Each tensor counts once, however many layers save it; weights and buffers do not count.
    Raises UserError if the forward pass fails.
    """
    own = {part.data_ptr() for part in (*module.parameters(), *module.buffers())}
    saved: dict[int, Tensor] = {}  # the tensors themselves, so that no place is used twice

    def pack(tensor: Tensor) -> Tensor:
        saved.setdefault(tensor.untyped_storage().data_ptr(), tensor)
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        _run(module, shape, batch)
    return sum(t.untyped_storage().nbytes() for place, t in saved.items() if place not in own)


def peak_on_device(module: nn.Module, shape: Shape, batch: int = 1) -> int:
    """Bytes at the peak of a forward and a backward pass, gradients of the weights included.

    The weights themselves, and what else lies on the module's CUDA device before, do not count.
    Raises UserError if the module is elsewhere, or its forward pass fails.
    """
    device = next((part.device for part in module.parameters()), torch.device("cpu"))
    if device.type != "cuda":
        raise UserError(
            f"The peak is known on a CUDA device alone, the network is on {device.type}; count "
            "what is saved for the backward pass."
        )
    module.zero_grad(set_to_none=True)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    torch.autograd.backward(_run(module, shape, batch, device).sum())
    return torch.cuda.max_memory_allocated(device) - before


def _run(module: nn.Module, shape: Shape, batch: int, device: torch.device | str = "cpu") -> Tensor:
    try:
        output: Tensor = module(torch.zeros(batch, *shape, device=device))
    except MODULE_ERRORS as error:
        raise UserError(
            f"{type(module).__name__} cannot run on {batch} inputs of {shape}: {first_line(error)}"
        ) from error
    return output


def _blank(spec: ModelSpec) -> Network:
    """The network with memory for its weights, but no values in it, which would take seconds."""
    with torch.device("meta"):
        network = Network(spec)
    network.to_empty(device="cpu")
    for part in network.buffers():
        part.zero_()  # they may be places, which must not lie outside
    return network


class _Uncomputed(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Skips the sums of convolutions and dense layers: what they give has any values.

    It works below autograd, which saves what it always does.
    """

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here; to make sure of that, torch would import its compiler: 1 s."""
        return False

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func is torch.ops.aten.convolution.default and not args[6]:  # not a transposed one
            return _convolved(*args[:6])
        if func is torch.ops.aten.addmm.default:
            return args[1].new_empty(len(args[1]), args[2].shape[1])
        return func(*args, **(kwargs or {}))


def _convolved(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
) -> Tensor:
    """Memory of the shape that a convolution gives."""
    lengths = zip(x.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True)
    sides = [output_size(side, kernel, s, 2 * p, d) for side, kernel, s, p, d in lengths]
    return x.new_empty(len(x), len(weight), *sides)
