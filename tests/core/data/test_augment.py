from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.augment import AugmentParams, augmented, drawn, drawn_moves
from core.data.wav import SILENCE
from core.results import Bytes


@pytest.fixture
def images() -> Bytes:
    return np.random.default_rng(1).integers(0, 256, (400, 6, 5), np.uint8)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_about_half_of_the_pictures_are_mirrored(images: Bytes) -> None:
    seen = augmented(images, seeded(), AugmentParams(flip=True))
    share = (seen == images[..., ::-1]).all((1, 2)).mean()
    assert 0.4 < share < 0.6


def test_every_shift_happens_and_none_goes_further() -> None:
    moves = drawn_moves(5000, seeded(), AugmentParams(shift=2))
    for values in (moves.down, moves.right):
        counts = np.bincount(values + 2)
        assert len(counts) == 5
        assert counts.min() > 900
    assert not moves.mirrored.any()


def test_what_is_switched_off_is_not_drawn() -> None:
    plain = drawn(8, (6, 5), seeded(), AugmentParams(shift=1))
    assert plain[1:] == (None, None, None)
    shifted, turned = (
        drawn(8, (6, 5), seeded(), AugmentParams(shift=1, rotation=angle)).moves
        for angle in (0, 20)
    )
    assert np.array_equal(shifted.down, turned.down)
    assert np.array_equal(shifted.mirrored, turned.mirrored)


def test_rotations_and_crops_stay_within_what_was_asked_for() -> None:
    views = drawn(2000, (28, 28), seeded(), AugmentParams(crop=0.5, rotation=30)).views
    assert views is not None
    assert 29 < np.degrees(np.abs(views.angle)).max() <= 30
    area = views.height * views.width
    assert 0.5 - 1e-6 < area.min() < 0.51
    assert max(views.height.max(), views.width.max()) <= 1 + 1e-6
    assert (np.abs(views.down) <= (1 - views.height) / 2 + 1e-6).all()
    assert (np.abs(views.right) <= (1 - views.width) / 2 + 1e-6).all()
    aspects = views.width / views.height
    assert aspects.min() > 0.75 - 1e-6
    assert aspects.max() < 4 / 3 + 1e-6


def test_only_a_crop_turns_nothing_and_a_turn_crops_nothing() -> None:
    crops = drawn(50, (28, 28), seeded(), AugmentParams(crop=0.5)).views
    turns = drawn(50, (28, 28), seeded(), AugmentParams(rotation=30)).views
    assert crops is not None
    assert turns is not None
    assert not crops.angle.any()
    assert (turns.height == 1).all()
    assert not turns.down.any()


def test_a_square_of_the_mean_colour_hides_a_part() -> None:
    white = np.full((200, 9, 9, 3), 255, np.uint8)
    seen = augmented(white, seeded(), AugmentParams(cutout=3), mean=(0.2, 0.4, 0.6))
    hidden = (seen == (51, 102, 153)).all(3)
    assert ((seen == 255).all(3) | hidden).all()
    sizes = hidden.sum((1, 2))
    assert sizes.max() == 9
    assert sizes.min() == 4
    assert hidden.any(0).all()


def test_a_seed_repeats_a_preview(images: Bytes) -> None:
    params = AugmentParams(shift=2, flip=True, rotation=20)
    seen = augmented(images, seeded(4), params)
    assert seen.shape == images.shape
    assert not np.array_equal(seen, images)
    assert np.array_equal(augmented(images, seeded(4), params), seen)
    assert np.array_equal(augmented(images, seeded(4), AugmentParams()), images)


def test_a_signal_is_never_moved_out_of_its_one_row() -> None:
    signals = np.full((64, 1, 30), 7, np.uint8)
    assert (augmented(signals, seeded(), AugmentParams(shift=5, fill="edge")) == 7).all()


WAVES = np.random.default_rng(7).integers(1, 256, (40, 1, 64), np.uint8)


def test_what_would_ruin_a_signal_leaves_it_alone() -> None:
    params = AugmentParams(rotation=90, brightness=0.5, saturation=0.5)

    assert (augmented(WAVES, seeded(), params) == WAVES).all()


def test_where_a_signal_has_moved_away_there_is_silence() -> None:
    moved = augmented(WAVES, seeded(), AugmentParams(shift=5))
    for wave, seen in zip(WAVES[:, 0], moved[:, 0], strict=True):
        padded = np.pad(wave, 5, constant_values=SILENCE)
        assert any((seen == padded[begin : begin + 64]).all() for begin in range(11))
    assert (moved == SILENCE).any()


def test_a_cropped_signal_is_a_stretch_of_it() -> None:
    slope = np.arange(10, 74, dtype=np.uint8).reshape(1, 1, 64).repeat(30, 0)
    params = AugmentParams(crop=0.5, fill="edge")
    cropped = augmented(slope, seeded(), params).astype(int)[:, 0]
    ends = cropped[:, -1] - cropped[:, 0]

    assert (np.diff(cropped) >= 0).all()
    assert 31 <= ends.min() < ends.max() <= 63
    assert cropped.min() >= 10
    assert cropped.max() <= 73


def test_a_cropped_signal_that_moves_away_leaves_silence() -> None:
    loud = np.full((30, 1, 64), 255, np.uint8)
    seen = augmented(loud, seeded(), AugmentParams(crop=0.1, shift=20))

    assert seen.min() == SILENCE
