"""Cameras: one file a source of frames, real or drawn, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import count
from typing import ClassVar, Protocol, TypeVar

from core.registry import Registry
from core.results import Bytes

#: How many frames a second a drawn camera is asked for; its time goes on by as much with each.
DRAWN_RATE = 30.0


#: Frames [H, W, 3] uint8 as they come.  Who takes them may send False for one that is not wanted:
#: the camera may then give None in its place, which spares its making.
Frames = Generator[Bytes | None, bool | None, None]


class Camera(Protocol):
    """What a camera is: a frozen dataclass of options with `frames`.

    `real`: its frames come at their own pace and it may block or vanish; otherwise it is drawn,
    and asked for `DRAWN_RATE` frames a second.  The first option, where it is text, tells it
    from others of its kind.
    """

    title: ClassVar[str]
    real: ClassVar[bool]

    def frames(self) -> Frames:
        """What it sees, until it ends or is closed.

        Runs on the camera's own thread and may block.  Raises UserError if it cannot be opened,
        stalls or vanishes; the feed tells the person and tries again.
        """


Kind = TypeVar("Kind", bound=type)
CAMERAS: Registry[type[Camera]] = Registry("camera", "core.data.cameras")


def drawn(at: Callable[[float], Bytes]) -> Frames:
    """What a drawn camera shows as time goes on, for ever; `at` gives the frame at a moment."""
    wanted: bool | None = True
    for number in count():
        wanted = yield None if wanted is False else at(number / DRAWN_RATE)


def every(frames: Frames) -> Iterator[Bytes]:
    """All frames, none of which is left out."""
    return (frame for frame in frames if frame is not None)


def camera(name: str, title: str, *, real: bool) -> Callable[[Kind], Kind]:
    """Register the dataclass below under its file's name."""

    def register(kind: Kind) -> Kind:
        kind.title, kind.real = title, real  # type: ignore[attr-defined]
        CAMERAS.add(name, kind)
        return kind

    return register
