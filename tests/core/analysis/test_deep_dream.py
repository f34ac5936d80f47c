from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.analysis.ascent import prepared
from core.analysis.declare import ANALYSES, Inputs
from core.analysis.front import Front
from core.analysis.methods.deep_dream import DeepDreamParams, deep_dream
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.subject import Subject
from core.results import Bytes, Picture
from tests.core.analysis.subjects import snapshot_of

QUICK = DeepDreamParams(steps=4, octaves=2, strength=3.0, jitter=4)


@pytest.fixture
def subject() -> Subject:
    layers = (
        ("stem", Conv2d(8, 3, 2, 1)),
        ("relu1", Relu()),
        ("conv", Conv2d(6, 3, padding=1)),
        ("relu2", Relu()),
        ("flatten", Flatten()),
        ("dense", Dense(4)),
    )
    return Subject(snapshot_of(*layers))


@pytest.fixture
def frame() -> Bytes:
    smooth = np.random.default_rng(0).integers(40, 216, (6, 8, 3), dtype=np.uint8)
    return smooth.repeat(8, 0).repeat(8, 1)


def dream(subject: Subject, frame: Bytes, params: DeepDreamParams = QUICK, **more: int) -> Bytes:
    result = finish(deep_dream(subject, frame, "conv", params=params, **more))
    assert isinstance(result, Picture)
    return result.picture


def energy(subject: Subject, frame: Bytes, layer: str) -> float:
    return Front(subject, layer).pull(prepared(subject, frame, 512)).response


@pytest.mark.parametrize(("signal", "layer"), [("before", "conv"), ("after", "relu2")])
def test_every_octave_strengthens_what_the_layer_says(
    subject: Subject, frame: Bytes, signal: str, layer: str
) -> None:
    params = replace(QUICK, signal=signal)
    steps = list(deep_dream(subject, frame, "conv", params=params))
    ends = [frame, *(steps[k * params.steps - 1].partial.picture for k in (1, 2))]
    energies = [energy(subject, picture, layer) for picture in ends]
    assert energies == sorted(energies)
    assert energies[-1] > 1.5 * energies[0]


def test_a_unit_gains_most_from_the_dream_of_it_alone(subject: Subject, frame: Bytes) -> None:
    front, alone = Front(subject, "conv"), replace(QUICK, unit_only=True)
    pictures = [dream(subject, frame, alone, unit=unit) for unit in range(6)]
    with torch.inference_mode():
        means = [front(prepared(subject, picture, 512)).mean((0, 2, 3)) for picture in pictures]
    assert torch.stack(means).argmax(0).tolist() == list(range(6))


@pytest.mark.parametrize("width", [32, 64, 512])
def test_the_picture_has_the_frames_size(subject: Subject, frame: Bytes, width: int) -> None:
    picture = dream(subject, frame, replace(QUICK, width=width))
    assert picture.shape == frame.shape
    assert picture.dtype == np.uint8
    assert (picture != frame).any()


def test_a_dream_at_a_smaller_size_keeps_the_frames_own_detail(subject: Subject) -> None:
    checks = np.indices((64, 64)).sum(0)[..., None].repeat(3, 2) % 2 * 120 + 60
    picture = dream(subject, checks.astype(np.uint8), replace(QUICK, width=32, strength=0.5))
    assert np.abs(np.diff(picture.astype(int), axis=1)).mean() > 100


def test_the_same_seed_gives_the_same_picture(subject: Subject, frame: Bytes) -> None:
    np.testing.assert_array_equal(dream(subject, frame, seed=1), dream(subject, frame, seed=1))
    assert (dream(subject, frame, seed=1) != dream(subject, frame, seed=2)).any()


def test_every_step_is_told_with_the_picture_as_it_stands(subject: Subject, frame: Bytes) -> None:
    told = list(deep_dream(subject, frame, "conv", params=QUICK))
    assert [news.done for news in told] == list(range(1, 9))
    assert all(isinstance(news, Progress) and news.total == 8 for news in told)
    assert told[0].label == "Octave 1 of 2"
    assert told[-1].partial.meaning == "what conv sees"


def test_stops_at_once_and_leaves_no_hook(subject: Subject, frame: Bytes) -> None:
    work = deep_dream(subject, frame, "conv", params=QUICK)
    next(work)
    work.close()
    assert not any(part._forward_hooks for part in subject.module.modules())


def test_octaves_too_small_for_the_layers_are_left_out(subject: Subject) -> None:
    frame = np.full((16, 16, 3), 128, np.uint8)
    frame[4:12, 4:12] = 200
    told = list(deep_dream(subject, frame, "dense", params=replace(QUICK, octaves=3)))
    assert told[-1].total == QUICK.steps


def test_a_dense_layer_says_that_its_size_is_fixed(subject: Subject, frame: Bytes) -> None:
    with pytest.raises(UserError, match="dense cannot dream on 64 x 48 px: its weights are made "):
        finish(deep_dream(subject, frame, "dense", params=QUICK))
    with pytest.raises(UserError, match="16 x 16 px; choose a layer of maps such as relu2"):
        finish(deep_dream(subject, frame, "dense", params=QUICK))


def test_a_picture_too_small_for_the_layer_is_said_so() -> None:
    subject = Subject(snapshot_of(("conv", Conv2d(4, 7))))
    with pytest.raises(UserError, match="conv cannot dream on 5 x 5 px: that is too small"):
        finish(deep_dream(subject, np.zeros((5, 5, 3), np.uint8), "conv", params=QUICK))


def test_a_network_of_one_channel_changes_a_colour_frame(frame: Bytes) -> None:
    grey = Subject(snapshot_of(("conv", Conv2d(4, 3)), given=(1, 16, 16)))
    picture = dream(grey, frame)
    change = picture.astype(int) - frame
    inside = ((picture > 0) & (picture < 255)).all(2)
    assert np.ptp(change[inside], 1).max() <= 1


def test_is_listed_with_its_options(subject: Subject, frame: Bytes) -> None:
    found = ANALYSES["deep_dream"]
    assert found.needs == ("subject", "frame", "layer", "unit", "seed")
    with pytest.raises(UserError, match="Choose an image first"):
        found.start(Inputs(subject.snapshot, layer="conv"))
