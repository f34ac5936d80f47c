"""What pooling layers share: the options of their windows, and what they say of a window."""

from __future__ import annotations

from typing import Any

from core.network.spec import Window
from core.options import option

#: What a pooling layer keeps of the values that it sees.
STATISTICS = {"average": "Average", "max": "Largest"}


def pool_window(kernel: int, stride: int, padding: int) -> Window:
    """The window of a pool; a stride of 0 is as wide as the window, so that none overlap."""
    return Window(kernel, stride or kernel, padding)


def kernel_option(unit: str = "px") -> Any:
    """The side of a pool's windows."""
    return option(2, 1, 63, label="Window", unit=unit, help="Side of each window")


def stride_option(unit: str = "px") -> Any:
    """The step from window to window."""
    return option(
        0, 0, 32, label="Stride", unit=unit, help="0: as wide as the window", lowest="window"
    )


def padding_option(help: str, unit: str = "px") -> Any:
    """How far the first and the last window hang over the edge, and what they find there."""
    return option(0, 0, 31, label="Padding", unit=unit, help=help, word="pad")


def statistic_option(help: str) -> Any:
    """What is kept of each window: its average, or its largest value."""
    return option("average", label="Keeps", choices=STATISTICS, help=help)
