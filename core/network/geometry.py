"""How large maps become: the places that a window has.

Source: Dumoulin & Visin 2016, arXiv:1603.07285.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.network.spec import Misfit, Shape, Window


def written(shape: Shape) -> str:
    """A shape as a person writes it: "16 x 5 x 5"."""
    return " x ".join(map(str, shape)) if len(shape) > 1 else f"a vector of {shape[0]}"


def output_size(
    length: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many places a kernel has along an axis; `padding` is that of both ends together.

    floor((J + P_start + P_end - D(M - 1) - 1) / S) + 1; below 1 where the kernel does not fit.
    """
    return (length + padding - dilation * (kernel - 1) - 1) // stride + 1


#: What a value of so many sides is called.
_CALLED = {1: "a vector", 2: "a signal", 3: "maps", 4: "a clip"}


def maps(kind: str, given: Shape, dims: int = 2) -> Shape:
    """`given` itself: channels, then the sides of maps along which a window slides.

    Raises Misfit if what a layer of `kind` gets does not have `dims` sides beside its channels.
    """
    if len(given) == dims + 1:
        return given
    advice = (
        "put it before the Flatten"
        if len(given) == 1
        else f"choose the kind of layer for {_CALLED[len(given)]}"
    )
    raise Misfit(f"{kind} needs {_CALLED[dims + 1]}, gets {written(given)}; {advice}.")


def slide(sides: Sequence[int], window: Window, padding_end: int | None = None) -> Shape:
    """How many places a window has along each side of a map.

    `padding_end` is the padding after the last cell where it is not the window's.
    Raises Misfit, with the largest window that fits, if there is none.
    """
    kernel, stride, start, dilation = (
        int(value) for value in (window.kernel, window.stride, window.padding, window.dilation)
    )
    padding = start + (start if padding_end is None else padding_end)
    places = tuple(output_size(side, kernel, stride, padding, dilation) for side in sides)
    if min(places) < 1:
        largest = (min(sides) + padding - 1) // dilation + 1
        reach = dilation * (kernel - 1) + 1
        short = reach - min(sides) - padding
        raise Misfit(
            f"{_too_large(reach, sides)}{f' padded by {padding}' if padding else ''}; "
            f"choose a kernel of at most {largest}, or {-(-short // 2)} more padding.",
            kernel=largest,
        )
    return places


def _too_large(reach: int, sides: Sequence[int]) -> str:
    """Which window does not fit what."""
    if len(sides) == 1:
        return f"A window of {reach} does not fit a signal of {sides[0]}"
    return f"A {written((reach,) * len(sides))} window does not fit {written(tuple(sides))} maps"


def pooled(given: Shape, window: Window) -> Shape:
    """The shape of maps after pooling.  Raises Misfit if the window does not fit."""
    if window.padding > window.kernel // 2:
        raise Misfit(
            f"A padding of {window.padding} px is more than half of the {window.kernel} px window; "
            f"choose at most {window.kernel // 2} px.",
            padding=window.kernel // 2,
        )
    return (given[0], *slide(given[1:], window))
