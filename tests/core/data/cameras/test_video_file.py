from __future__ import annotations

from itertools import islice
from pathlib import Path
from time import monotonic

import cv2
import numpy as np
import pytest

from core.data.cameras import every
from core.data.cameras.video_file import VideoFile
from core.errors import UserError

LEVELS = (0, 100, 200)


def video(path: Path, levels: tuple[int, ...], rate: float = 100.0) -> str:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (64, 48))
    for level in levels:
        writer.write(np.full((48, 64, 3), (0, 0, level), np.uint8))
    writer.release()
    return str(path)


@pytest.fixture
def three(tmp_path: Path) -> str:
    return video(tmp_path / "three.avi", LEVELS)


def test_its_pictures_come_in_order_with_red_first(three: str) -> None:
    seen = list(every(VideoFile(three, loop=False).frames()))
    assert [frame.shape for frame in seen] == [(48, 64, 3)] * 3
    assert [frame[..., 0].mean() for frame in seen] == pytest.approx(LEVELS, abs=6)
    assert seen[2][..., 2].mean() < 6


def test_it_begins_again_at_the_end(three: str) -> None:
    frames = VideoFile(three).frames()
    seen = [frame[..., 0].mean() for frame in islice(every(frames), 7)]
    frames.close()
    assert seen == pytest.approx(LEVELS * 2 + LEVELS[:1], abs=6)


def test_it_is_played_no_faster_than_its_own_rate(tmp_path: Path) -> None:
    path = video(tmp_path / "slow.avi", LEVELS, rate=20.0)
    began = monotonic()
    list(VideoFile(path, loop=False).frames())
    assert monotonic() - began >= 2 / 20


def test_a_video_without_pictures_says_so(tmp_path: Path) -> None:
    path = video(tmp_path / "empty.avi", ())
    with pytest.raises(UserError, match=r"empty\.avi is a video without pictures"):
        next(VideoFile(path).frames())


def test_a_file_that_is_no_video_says_what_would_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no video")
    with pytest.raises(UserError, match=r"notes\.txt could not be read as a picture or a video"):
        next(VideoFile(str(path)).frames())


def test_a_file_that_is_not_there_says_so() -> None:
    with pytest.raises(UserError, match=r"There is no video file lost\.mp4"):
        next(VideoFile("lost.mp4").frames())


def test_a_picture_that_is_not_wanted_is_left_out_and_the_next_comes(three: str) -> None:
    frames = VideoFile(three, loop=False).frames()
    next(frames)
    assert frames.send(False) is None
    last = next(frames)
    assert last is not None
    assert last[..., 0].mean() == pytest.approx(LEVELS[2], abs=6)
