from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.data.augment import AugmentParams, augmented, batches, drawn, drawn_moves
from core.data.wav import SILENCE
from core.errors import UserError

COUNT = 400


@pytest.fixture
def images() -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (COUNT, 6, 5), dtype=torch.uint8, generator=generator)


@pytest.fixture
def colours() -> Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.randint(0, 256, (COUNT, 6, 5, 3), dtype=torch.uint8, generator=generator)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def epoch(images: Tensor, params: AugmentParams, seed: int = 0) -> tuple[Tensor, Tensor]:
    """All pictures of an epoch as levels 0..255, and their places in `images`."""
    made = list(batches(images, torch.arange(len(images)), 64, seeded(seed), params))
    pictures, places = (torch.cat(parts) for parts in zip(*made, strict=True))
    return (pictures[:, 0] * 255).round().byte(), places


def test_without_augmentation_the_batches_are_the_pictures_in_a_random_order(
    images: Tensor,
) -> None:
    order = torch.randperm(COUNT, generator=seeded(5))
    labels = torch.arange(COUNT) % 7
    made = list(batches(images, labels, 64, seeded(5), mean=(0.25,), std=(0.5,)))
    assert [len(part) for part, _ in made] == [64] * 6 + [16]
    pictures = torch.cat([part for part, _ in made])
    expected = (images[order][:, None].float() / 255 - 0.25) / 0.5
    torch.testing.assert_close(pictures, expected, rtol=0, atol=1e-6)
    assert torch.equal(torch.cat([part for _, part in made]), labels[order])


def test_colours_are_normalised_channel_by_channel(colours: Tensor) -> None:
    mean, std = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)
    order = torch.randperm(COUNT, generator=seeded())
    pictures, _ = next(batches(colours, torch.arange(COUNT), COUNT, seeded(), mean=mean, std=std))
    expected = colours[order].permute(0, 3, 1, 2).float() / 255
    expected = (expected - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    torch.testing.assert_close(pictures, expected, rtol=0, atol=1e-6)


def test_every_picture_keeps_its_label(images: Tensor) -> None:
    pictures, places = epoch(images, AugmentParams(flip=True))
    assert sorted(places.tolist()) == list(range(COUNT))
    whole = images[places]
    same = (pictures == whole).flatten(1).all(1)
    mirrored = (pictures == whole.flip(2)).flatten(1).all(1)
    assert (same | mirrored).all()


def test_about_half_of_the_pictures_are_mirrored(images: Tensor) -> None:
    pictures, places = epoch(images, AugmentParams(flip=True))
    share = (pictures == images[places].flip(2)).flatten(1).all(1).float().mean()
    assert 0.4 < share < 0.6


def test_every_shift_happens_and_none_goes_further() -> None:
    moves = drawn_moves(5000, seeded(), AugmentParams(shift=2))
    for values in (moves.down, moves.right):
        counts = np.bincount(values + 2)
        assert len(counts) == 5
        assert counts.min() > 900
    assert not moves.mirrored.any()


def test_a_seed_repeats_and_another_one_differs(images: Tensor) -> None:
    params = AugmentParams(shift=1, flip=True)
    first, again, other = (epoch(images, params, seed) for seed in (3, 3, 4))
    assert torch.equal(first[0], again[0])
    assert not torch.equal(first[0], other[0])


def test_the_size_of_a_chunk_changes_nothing(
    images: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = AugmentParams(shift=2, flip=True)
    whole = epoch(images, params)
    monkeypatch.setattr("core.data.augment.CHUNK", 1)
    assert torch.equal(whole[0], epoch(images, params)[0])


def test_the_pictures_themselves_stay_as_they_are(images: Tensor) -> None:
    before = images.clone()
    for pictures, _ in batches(images, torch.arange(COUNT), 64, seeded()):
        pictures.zero_()
    assert torch.equal(images, before)


def test_half_precision_is_made_on_request(images: Tensor) -> None:
    pictures, _ = next(batches(images, torch.arange(COUNT), 4, seeded(), dtype=torch.bfloat16))
    assert pictures.dtype == torch.bfloat16


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_seed_gives_the_same_epoch_on_a_gpu(images: Tensor) -> None:
    params = AugmentParams(shift=2, flip=True)
    here = next(batches(images, torch.arange(COUNT), COUNT, seeded(), params))
    there = next(batches(images, torch.arange(COUNT), COUNT, seeded(), params, device="cuda"))
    assert there[0].is_cuda
    assert torch.equal(here[0], there[0].cpu())
    assert torch.equal(here[1], there[1].cpu())


@pytest.mark.parametrize("batch", [0, COUNT + 1])
def test_a_batch_that_does_not_fit_says_what_does(images: Tensor, batch: int) -> None:
    with pytest.raises(UserError, match=f"choose 1 to {COUNT}"):
        batches(images, torch.arange(COUNT), batch, seeded())


def test_pictures_of_other_channels_than_the_network_reads_are_refused(colours: Tensor) -> None:
    with pytest.raises(UserError, match="have 3 channels, but the network reads 1"):
        batches(colours, torch.arange(COUNT), 8, seeded(), mean=(0.0,), std=(1.0,))


#: Everything at once, each visibly.
ALL = AugmentParams(
    shift=2,
    flip=True,
    crop=0.4,
    rotation=30,
    brightness=0.3,
    contrast=0.3,
    saturation=0.5,
    cutout=2,
)


@pytest.mark.parametrize("chunk", [1, 4096])
def test_all_changes_together_do_not_depend_on_the_size_of_a_chunk(
    colours: Tensor, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    whole = list(batches(colours, torch.arange(COUNT), 16, seeded(), ALL, (0.0,) * 3, (1.0,) * 3))
    monkeypatch.setattr("core.data.augment.CHUNK", chunk)
    parts = list(batches(colours, torch.arange(COUNT), 16, seeded(), ALL, (0.0,) * 3, (1.0,) * 3))
    for (pictures, labels), (others, numbers) in zip(whole, parts, strict=True):
        assert torch.equal(pictures, others)
        assert torch.equal(labels, numbers)


def test_the_last_batches_are_the_same_where_the_first_are_skipped(images: Tensor) -> None:
    params = AugmentParams(shift=2, rotation=10)
    whole = list(batches(images, torch.arange(COUNT), 64, seeded(), params))
    rest = list(batches(images, torch.arange(COUNT), 64, seeded(), params, skip=5))
    assert [len(labels) for _, labels in rest] == [64, 16]
    for (pictures, labels), (others, numbers) in zip(whole[5:], rest, strict=True):
        assert torch.equal(pictures, others)
        assert torch.equal(labels, numbers)


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


def test_a_hidden_square_is_nearly_zero_for_the_network() -> None:
    white = torch.full((8, 4, 4), 255, dtype=torch.uint8)
    cut = AugmentParams(cutout=8)
    pictures, _ = next(batches(white, torch.arange(8), 8, seeded(), cut, (0.3,), (0.2,)))
    assert (pictures.abs().flatten(1).min(1).values < 0.5 / 255 / 0.2 + 1e-6).all()


def test_a_preview_is_what_a_network_sees(images: Tensor) -> None:
    params = AugmentParams(shift=2, flip=True, rotation=20)
    seen = augmented(images.numpy(), seeded(4), params)
    assert seen.shape == images.shape
    assert not np.array_equal(seen, images.numpy())
    assert np.array_equal(augmented(images.numpy(), seeded(4), params), seen)
    assert np.array_equal(augmented(images.numpy(), seeded(4), AugmentParams()), images.numpy())


def test_a_signal_is_never_moved_out_of_its_one_row() -> None:
    signal = torch.full((64, 1, 30), 7, dtype=torch.uint8)
    pictures, _ = epoch(signal, AugmentParams(shift=5, fill="edge"))
    assert (pictures == 7).all()


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
