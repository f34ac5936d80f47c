from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.augment import UNCHANGED, AugmentParams
from core.data.batches import batches
from core.data.strip import Strip
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


def fed(
    images: Tensor, batch: int, params: AugmentParams = UNCHANGED, **options: Any
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of an epoch; the labels are the places in `images`."""
    strip, places = Strip(images.numpy()), torch.arange(len(images))
    return batches(strip, places, batch, options.pop("generator", seeded()), params, **options)


def epoch(images: Tensor, params: AugmentParams, seed: int = 0) -> tuple[Tensor, Tensor]:
    """All pictures of an epoch as levels 0..255, and their places in `images`."""
    made = list(fed(images, 64, params, generator=seeded(seed)))
    pictures, places = (torch.cat(parts) for parts in zip(*made, strict=True))
    return (pictures[:, 0] * 255).round().byte(), places


def test_without_augmentation_the_batches_are_the_pictures_in_a_random_order(
    images: Tensor,
) -> None:
    order = torch.randperm(COUNT, generator=seeded(5))
    labels = torch.arange(COUNT) % 7
    made = list(batches(Strip(images.numpy()), labels, 64, seeded(5), mean=(0.25,), std=(0.5,)))
    assert [len(part) for part, _ in made] == [64] * 6 + [16]
    pictures = torch.cat([part for part, _ in made])
    expected = (images[order][:, None].float() / 255 - 0.25) / 0.5
    torch.testing.assert_close(pictures, expected, rtol=0, atol=1e-6)
    assert torch.equal(torch.cat([part for _, part in made]), labels[order])


def test_colours_are_normalised_channel_by_channel(colours: Tensor) -> None:
    mean, std = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)
    order = torch.randperm(COUNT, generator=seeded())
    pictures, _ = next(fed(colours, COUNT, mean=mean, std=std))
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
    monkeypatch.setattr("core.data.batches.CHUNK", 1)
    assert torch.equal(whole[0], epoch(images, params)[0])


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    """Sets how many threads torch has, until the test ends."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_values_do_not_depend_on_how_they_are_shared_among_threads(
    threads: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a run that goes on elsewhere would not end as the unbroken one, bit for bit."""
    odd = torch.randint(0, 256, (500, 17, 13, 3), dtype=torch.uint8, generator=seeded())
    mean, std = (0.491, 0.482, 0.447), (0.247, 0.243, 0.262)
    monkeypatch.setattr("core.data.batches.CHUNK", odd.numel())
    made = []
    for count in (1, 2, 3):
        threads(count)
        made.append(next(fed(odd, len(odd), mean=mean, std=std))[0])
    assert torch.equal(made[0], made[1])
    assert torch.equal(made[0], made[2])


def test_the_pictures_themselves_stay_as_they_are(images: Tensor) -> None:
    before = images.clone()
    for pictures, _ in fed(images, 64):
        pictures.zero_()
    assert torch.equal(images, before)


def test_half_precision_is_made_on_request(images: Tensor) -> None:
    pictures, _ = next(fed(images, 4, dtype=torch.bfloat16))
    assert pictures.dtype == torch.bfloat16


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_seed_gives_the_same_epoch_on_a_gpu(images: Tensor) -> None:
    params = AugmentParams(shift=2, flip=True)
    here = next(fed(images, COUNT, params))
    there = next(fed(images, COUNT, params, device="cuda"))
    assert there[0].is_cuda
    assert torch.equal(here[0], there[0].cpu())
    assert torch.equal(here[1], there[1].cpu())


@pytest.mark.parametrize("batch", [0, COUNT + 1])
def test_a_batch_that_does_not_fit_says_what_does(images: Tensor, batch: int) -> None:
    with pytest.raises(UserError, match=f"choose 1 to {COUNT}"):
        fed(images, batch)


def test_pictures_of_other_channels_than_the_network_reads_are_refused(colours: Tensor) -> None:
    with pytest.raises(UserError, match="have 3 channels, but the network reads 1"):
        fed(colours, 8, mean=(0.0,), std=(1.0,))


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
    whole = list(fed(colours, 16, ALL, mean=(0.0,) * 3, std=(1.0,) * 3))
    monkeypatch.setattr("core.data.batches.CHUNK", chunk)
    parts = list(fed(colours, 16, ALL, mean=(0.0,) * 3, std=(1.0,) * 3))
    for (pictures, labels), (others, numbers) in zip(whole, parts, strict=True):
        assert torch.equal(pictures, others)
        assert torch.equal(labels, numbers)


def test_the_last_batches_are_the_same_where_the_first_are_skipped(images: Tensor) -> None:
    params = AugmentParams(shift=2, rotation=10)
    whole = list(fed(images, 64, params))
    rest = list(fed(images, 64, params, skip=5))
    assert [len(labels) for _, labels in rest] == [64, 16]
    for (pictures, labels), (others, numbers) in zip(whole[5:], rest, strict=True):
        assert torch.equal(pictures, others)
        assert torch.equal(labels, numbers)


def test_a_hidden_square_is_nearly_zero_for_the_network() -> None:
    white = torch.full((8, 4, 4), 255, dtype=torch.uint8)
    cut = AugmentParams(cutout=8)
    pictures, _ = next(fed(white, 8, cut, mean=(0.3,), std=(0.2,)))
    assert (pictures.abs().flatten(1).min(1).values < 0.5 / 255 / 0.2 + 1e-6).all()
