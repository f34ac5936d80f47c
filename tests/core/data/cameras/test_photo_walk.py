from __future__ import annotations

from itertools import islice, pairwise

import numpy as np

from core.data.cameras import DRAWN_RATE, every
from core.data.cameras.photo_walk import HEIGHT, STAY, WIDTH, PhotoWalk


def test_one_frame_is_close_to_the_next_also_from_photograph_to_photograph() -> None:
    frames = islice(every(PhotoWalk().frames()), int((STAY + 0.2) * DRAWN_RATE))
    seen = [frame[::4, ::4].astype(int) for frame in frames]
    steps = [np.abs(after - before).mean() for before, after in pairwise(seen)]
    assert max(steps) < 15
    assert np.abs(seen[-1] - seen[0]).mean() > 20


def test_it_never_stands_still() -> None:
    walk = PhotoWalk()
    assert all((walk.at(t) != walk.at(t + 0.2)).any() for t in range(0, 40, 3))


def test_a_seed_takes_the_same_walk_and_another_one_another() -> None:
    assert np.array_equal(PhotoWalk(seed=3).at(9.0), PhotoWalk(seed=3).at(9.0))
    assert not np.array_equal(PhotoWalk(seed=3).at(9.0), PhotoWalk(seed=4).at(9.0))


def test_twice_the_speed_is_there_in_half_the_time() -> None:
    assert np.array_equal(PhotoWalk(speed=2.0).at(4.0), PhotoWalk(speed=1.0).at(8.0))


def test_all_of_the_view_lies_on_the_photograph() -> None:
    frame = PhotoWalk(seed=1).at(5.0)
    assert frame.shape == (HEIGHT, WIDTH, 3)
    assert frame.dtype == np.uint8
    for edge in (frame[:2], frame[-2:]):
        assert not np.array_equal(edge[0], edge[1])
    for edge in (frame[:, :2], frame[:, -2:]):
        assert not np.array_equal(edge[:, 0], edge[:, 1])


def test_its_time_goes_on_with_frames_that_are_not_wanted() -> None:
    frames, walk = PhotoWalk().frames(), PhotoWalk()
    next(frames)
    assert frames.send(False) is None
    third = next(frames)
    assert third is not None
    assert np.array_equal(third, walk.at(2 / DRAWN_RATE))
