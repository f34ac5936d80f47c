"""What random changes mean for a signal: a picture of one row, whose silence is the middle grey."""

from __future__ import annotations

from core.results import Bytes

#: Changes that are nothing for a signal: turned, a sample of it would stay in sight; brightness
#: would move its silence; and it has no colours.
PICTURES_ONLY = ("rotation", "brightness", "saturation")


def is_signal_size(shape: tuple[int, ...]) -> bool:
    """Whether pictures [H, W] or [H, W, C] of this shape are signals."""
    return shape[0] == 1


def silenced(signals: Bytes, own: Bytes) -> Bytes:
    """Signals with silence where black came in; `own`, 0 to 255, is what is left of their own."""
    black = 255 - own
    result: Bytes = signals + (black - black // 2)
    return result
