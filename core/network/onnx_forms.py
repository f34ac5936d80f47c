"""Modules that ONNX has no operator for, in terms of those that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

#: How many axes each of these pools along.
_DIMS: dict[type[nn.Module], int] = {
    nn.AdaptiveMaxPool1d: 1, nn.AdaptiveMaxPool2d: 2, nn.AdaptiveMaxPool3d: 3,
}  # fmt: skip


class WindowByWindow(nn.Module):
    """Adaptive max pooling: of n windows along J cells, i sees floor(i J / n) to ceil((i+1) J / n).

    `sizes` are n of the last axes, None where one stays as it is; J must be known when the module
    is exported.
    """

    def __init__(self, sizes: Sequence[int | None]) -> None:
        super().__init__()
        self.sizes = tuple(sizes)

    def forward(self, x: Tensor) -> Tensor:
        """The largest value of each window."""
        for axis, count in enumerate(self.sizes, -len(self.sizes)):
            if count is not None:
                x = torch.stack([window.amax(axis) for window in _windows(x, axis, count)], axis)
        return x


def _windows(x: Tensor, axis: int, count: int) -> list[Tensor]:
    cells = x.shape[axis]
    ends = ((i * cells // count, -(-(i + 1) * cells // count)) for i in range(count))
    return [x.narrow(axis, begin, end - begin) for begin, end in ends]


def exportable(module: nn.Module) -> nn.Module:
    """The module with such parts replaced, in place where they are inside it."""
    for name, part in list(module.named_modules(remove_duplicate=False)):
        dims = _DIMS.get(type(part))
        if dims is None or getattr(part, "return_indices", False):
            continue
        size: Any = part.output_size
        form = WindowByWindow(size if isinstance(size, (tuple, list)) else [size] * dims)
        if not name:
            return form
        module.set_submodule(name, form)
    return module
