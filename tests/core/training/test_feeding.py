from __future__ import annotations

from itertools import islice

import pytest
import torch

from core.data.augment import AugmentParams
from core.data.datasets import Samples
from core.network.preprocessing import Preprocessing
from core.network.spec import Shape
from core.training.feeding import Feed

CHANGED = AugmentParams(shift=2, flip=True)


def feed(data: Samples, shape: Shape = (1, 8, 8)) -> Feed:
    return Feed(data, Preprocessing((8, 8), (0.4,), (0.3,)), shape, torch.device("cpu"))


@pytest.mark.parametrize(
    ("shape", "given"), [((1, 8, 8), (5, 1, 8, 8)), ((8, 8), (5, 8, 8)),
                         ((1, 3, 8, 8), (5, 1, 3, 8, 8))]
)  # fmt: skip
def test_pictures_come_in_the_form_that_the_network_reads(
    data: Samples, shape: Shape, given: Shape
) -> None:
    shuffled, _ = next(feed(data, shape).shuffled(5, 0, CHANGED))
    first, _ = feed(data, shape).slice(0, 5)

    assert shuffled.shape == first.shape == given


def test_a_clip_is_a_picture_that_stands_still(data: Samples) -> None:
    clip, _ = feed(data, (1, 3, 8, 8)).slice(0, 5)
    still, _ = feed(data).slice(0, 5)

    assert all(torch.equal(clip[:, :, frame], still) for frame in range(3))


def test_slices_are_the_samples_in_their_order_normalised(data: Samples) -> None:
    images, labels = feed(data).slice(50, 20)

    assert labels.tolist() == data.labels[50:].tolist()
    torch.testing.assert_close(images[:, 0], (torch.from_numpy(data.images[50:]) / 255 - 0.4) / 0.3)


@pytest.mark.parametrize("begin", [1, 5, 8])
def test_an_epoch_begins_in_its_middle_as_it_would_have_gone_on(data: Samples, begin: int) -> None:
    whole = list(feed(data).shuffled(7, 3, CHANGED))

    later = list(feed(data).shuffled(7, 3, CHANGED, begin))

    assert len(later) == len(whole) - begin
    for (ours, our_labels), (theirs, labels) in zip(later, islice(whole, begin, None), strict=True):
        assert torch.equal(ours, theirs)
        assert torch.equal(our_labels, labels)
