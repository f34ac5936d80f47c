"""Moving pictures through OpenCV: open and read them, look at a part of one, fade to the next."""

from __future__ import annotations

import os
from collections.abc import Generator
from functools import lru_cache
from time import monotonic, sleep
from typing import Any

import numpy as np

from core.results import Bytes


class Capture:
    """A camera or a video file that is open, or could not be opened.

    `address` is a camera's number, or a path.  Opening may take seconds, and the next frame may
    block.
    """

    def __init__(self, address: int | str) -> None:
        self._opencv = opencv()
        self._capture = self._opencv.VideoCapture(address)

    @property
    def is_open(self) -> bool:
        """Whether frames may be read."""
        return bool(self._capture.isOpened())

    @property
    def rate(self) -> float:
        """Frames per second as the file or driver says; 0 where it does not."""
        return float(self._capture.get(self._opencv.CAP_PROP_FPS))

    def frames(self, apart: float = 0.0) -> Generator[Bytes | None, bool | None, int]:
        """Frames as of a camera, one each `apart` s at the most, and how many at the end.

        It ends where the file does, or the camera gives no more.
        """
        due, count = monotonic(), 0
        wanted: bool | None = True
        while self._capture.grab():
            frame = None if wanted is False else self._frame()
            if frame is None and wanted is not False:
                break
            sleep(max(0.0, due - monotonic()))
            wanted = yield frame
            due, count = max(due + apart, monotonic()), count + 1
        return count

    def _frame(self) -> Bytes | None:
        """The one at hand [H, W, 3]."""
        given, frame = self._capture.retrieve()
        if not given:
            return None
        rgb: Bytes = self._opencv.cvtColor(frame, self._opencv.COLOR_BGR2RGB)
        return rgb

    def close(self) -> None:
        """Let the camera or file go."""
        self._capture.release()


def part(picture: Bytes, centre: tuple[float, float], scale: float, size: tuple[int, int]) -> Bytes:
    """The part of a picture about `centre` (x, y), as a picture of `size` (height, width).

    `scale` is the length in the picture of one pixel of the result; between pixels it is
    interpolated bilinearly.
    """
    cv2, (height, width) = opencv(), size
    left = centre[0] - scale * (width - 1) / 2
    top = centre[1] - scale * (height - 1) / 2
    matrix = np.array([[scale, 0.0, left], [0.0, scale, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen: Bytes = cv2.warpAffine(
        picture, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return seen


def blended(first: Bytes, second: Bytes, share: float) -> Bytes:
    """Two pictures of one size over each other: `share` of the second, the rest of the first."""
    mixed: Bytes = opencv().addWeighted(first, 1 - share, second, share, 0)
    return mixed


@lru_cache(maxsize=1)
def opencv() -> Any:
    """OpenCV with its log off; imported on first use, as that takes a third of a second."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg's "quiet"
    # opencv#17687: opening a camera takes up to 20 s on Windows while these are searched for
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
