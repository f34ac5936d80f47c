"""A video file, played at its own rate."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.data.cameras import DRAWN_RATE, Frames, camera
from core.data.video import Capture
from core.errors import UserError
from core.options import option

#: Rates beyond this are a file's mistake: its time base, not its pictures.
HIGHEST_RATE = 240.0


@camera("video_file", "Video", real=True)
@dataclass(frozen=True)
class VideoFile:
    """The pictures of a file, once or over and over."""

    path: str = option("", label="File")
    loop: bool = option(True, label="Over and over", help="Begin again at the end.")

    def frames(self) -> Frames:
        """Its pictures, each when it is due.

        Raises UserError if there is no such file, it is no video, or it has no pictures.
        """
        if not Path(self.path).is_file():
            raise UserError(f"There is no video file {self.path or '(none chosen)'}.")
        yield from self._once()
        while self.loop:
            yield from self._once()

    def _once(self) -> Frames:
        name = Path(self.path).name
        with closing(Capture(self.path)) as capture:
            if not capture.is_open:
                raise UserError(
                    f"{name} could not be read as a picture or a video; choose a PNG, JPEG, MP4, "
                    "AVI, MOV, MKV or WebM file."
                )
            pause = 1 / (capture.rate if 0 < capture.rate <= HIGHEST_RATE else DRAWN_RATE)
            seen = yield from capture.frames(pause)
        if not seen:
            raise UserError(f"{name} is a video without pictures; choose another.")
