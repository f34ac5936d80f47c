"""Open the window on the caller's own network, from a script or a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn


def inspect(
    module: nn.Module,
    *,
    input_shape: tuple[int, int, int] = (3, 224, 224),
    classes: Sequence[str] = (),
    images: Sequence[Any] = (),
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    name: str = "",
) -> int:
    """Look into `module` in the window; gives the exit code once the window is closed.

    The module is copied and looked at in eval mode.  `input_shape` is [C, H, W]; `images` are
    paths of pictures, or arrays [H, W] or [H, W, 3] uint8 of one size; pictures are scaled to
    0..1 and then normalised by `mean` and `std`, one number a channel.
    Raises UserError if the shape or an image cannot be looked at.
    """
    # Qt and torch come with the window; a command line that opens none does without.
    from workbench.app import run
    from workbench.inspected import inspected

    return run(first=inspected(module, input_shape, classes, images, mean, std, name))
