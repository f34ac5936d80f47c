from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.ascent import prepared
from core.analysis.dream_stream import DreamStreamParams, Topic, dream_stream
from core.analysis.front import Front
from core.errors import UserError
from core.jobs import Progress
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from core.network.subject import Subject
from core.results import Bytes, Picture
from tests.core.analysis.subjects import snapshot_of

Work = Generator[Progress, Topic | None, None]

PARAMS = DreamStreamParams(width=64, octaves=1, jitter=2)


class Shown:
    """A place for one frame; gives nothing where there is none, or no newer one."""

    def __init__(self, frame: Bytes | None) -> None:
        self.number, self.frame = 0, frame
        if frame is not None:
            self.number = 1

    def show(self, frame: Bytes) -> None:
        self.number, self.frame = self.number + 1, frame

    def wait(self, after: int, seconds: float) -> tuple[int, Bytes] | None:
        if self.frame is None or self.number <= after:
            return None
        return self.number, self.frame


@pytest.fixture
def topic() -> Topic:
    layers = (
        ("stem", Conv2d(8, 3, 2, 1)),
        ("relu", Relu()),
        ("conv", Conv2d(6, 3, padding=1)),
        ("flatten", Flatten()),
        ("dense", Dense(4)),
    )
    return Topic(snapshot_of(*layers), "conv", params=PARAMS)


@pytest.fixture
def frame() -> Bytes:
    smooth = np.random.default_rng(0).integers(40, 216, (6, 8, 3), dtype=np.uint8)
    return smooth.repeat(8, 0).repeat(8, 1)


def shown(work: Work) -> Picture:
    picture = next(work).partial
    assert isinstance(picture, Picture)
    return picture


def told(work: Work, topic: Topic) -> None:
    news = work.send(topic)
    assert news.partial is None


def test_dreams_go_on_from_where_the_last_one_ended(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(topic, Shown(frame))
    responses = [shown(work).statistics["response"] for _ in range(12)]
    assert responses[-1] > 2 * responses[0]


def test_one_step_a_frame_reaches_what_many_cold_steps_do(topic: Topic, frame: Bytes) -> None:
    warm = dream_stream(topic, Shown(frame))
    cold = dream_stream(replace(topic, params=replace(PARAMS, blend=1.0)), Shown(frame))
    for _ in range(10):
        warmed, chilled = shown(warm), shown(cold)
    assert warmed.statistics["response"] > chilled.statistics["response"]


def test_says_the_rate_and_the_pace_that_it_has(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(topic, Shown(frame))
    pictures = [shown(work) for _ in range(3)]
    assert pictures[0].statistics["dreams per second"] == 0
    assert pictures[2].statistics["dreams per second"] > 0
    assert pictures[2].statistics["longest side, px"] == max(pictures[2].picture.shape)
    assert pictures[2].meaning == "what conv sees"


def test_waits_for_the_first_frame_and_takes_the_newest(topic: Topic, frame: Bytes) -> None:
    frames = Shown(None)
    work = dream_stream(topic, frames)
    assert next(work) == Progress(0, 0)
    frames.show(frame)
    frames.show(255 - frame)
    picture = shown(work).picture.astype(int)
    assert np.abs(picture - (255 - frame)).mean() < np.abs(picture - frame).mean()


def test_settings_change_without_losing_the_dream(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(topic, Shown(frame))
    for _ in range(4):
        before = shown(work)
    told(work, replace(topic, params=replace(PARAMS, strength=0.05, blend=0.0)))
    after = shown(work)
    assert np.abs(after.picture.astype(int) - before.picture).mean() < 3
    assert np.abs(after.picture.astype(int) - frame).mean() > 5


def test_another_unit_is_dreamt_of_when_it_is_told(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(topic, Shown(frame))
    shown(work)
    told(work, replace(topic, unit=1, params=replace(PARAMS, unit_only=True)))
    told(work, replace(topic, unit=4, params=replace(PARAMS, unit_only=True)))
    assert shown(work).meaning == "what unit 4 of conv sees"


def test_a_dream_forgets_as_fast_as_its_blend(topic: Topic, frame: Bytes) -> None:
    forgetting = replace(PARAMS, blend=1.0, strength=0.05, smoothness=0)
    work = dream_stream(topic, Shown(frame))
    for _ in range(8):
        shown(work)
    told(work, replace(topic, params=forgetting))
    assert np.abs(shown(work).picture.astype(int) - frame).max() <= 8


def test_a_dream_goes_along_when_the_camera_moves(topic: Topic, frame: Bytes) -> None:
    wide = np.tile(frame, (1, 2, 1))
    frames = Shown(np.ascontiguousarray(wide[:, :64]))
    work = dream_stream(topic, frames)
    for _ in range(6):
        before = shown(work).picture.astype(int) - wide[:, :64]
    quiet = replace(PARAMS, strength=0.05, blend=0.0)
    told(work, replace(topic, params=quiet))
    frames.show(np.ascontiguousarray(wide[:, 7:71]))
    after = shown(work).picture.astype(int) - wide[:, 7:71]
    there, elsewhere = (
        np.corrcoef(after[:, 8:-15].ravel(), before[:, 8 + moved : -15 + moved].ravel())[0, 1]
        for moved in (7, 0)
    )
    assert there > 0.9
    assert elsewhere < 0.5


def test_frames_of_another_size_are_followed(topic: Topic, frame: Bytes) -> None:
    frames = Shown(frame)
    work = dream_stream(topic, frames)
    shown(work)
    frames.show(np.ascontiguousarray(frame.swapaxes(0, 1)))
    assert shown(work).picture.shape == (64, 48, 3)


def test_another_network_with_other_channels_is_dreamt_of(topic: Topic, frame: Bytes) -> None:
    grey = Preprocessing((16, 16), mean=(0.5,), std=(0.5,))
    spec = ModelSpec("grey", (1, 16, 16), (Node("conv", Conv2d(4, 3, padding=1)),))
    work = dream_stream(topic, Shown(frame))
    shown(work)
    told(work, Topic(Snapshot(Model("grey", grey, spec)), "conv", params=PARAMS))
    assert shown(work).picture.shape[2] == 3


def test_the_same_seed_dreams_the_same(topic: Topic, frame: Bytes) -> None:
    first, second, other = (dream_stream(topic, Shown(frame), seed) for seed in (3, 3, 4))
    picture = shown(first).picture
    np.testing.assert_array_equal(shown(second).picture, picture)
    assert (shown(other).picture != picture).any()


def test_strengthens_what_the_layer_says_about_the_frame(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(topic, Shown(frame))
    for _ in range(6):
        picture = shown(work).picture
    subject = Subject(topic.snapshot)
    before, after = (
        Front(subject, "conv").pull(prepared(subject, image, 64)).response
        for image in (frame, picture)
    )
    assert after > before


def test_a_layer_that_cannot_run_on_the_frame_says_so(topic: Topic, frame: Bytes) -> None:
    work = dream_stream(replace(topic, layer="dense"), Shown(frame))
    with pytest.raises(UserError, match="choose a layer of maps such as conv"):
        next(work)
