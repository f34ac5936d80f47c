from __future__ import annotations

import numpy as np
import pytest
import torch

from core.analysis.methods.thumbnails import ThumbnailsParams, thumbnails
from core.errors import UserError
from core.network.layers.conv2d import Conv2d
from core.network.subject import Subject
from tests.core.analysis.subjects import classifier, image_of, snapshot_of


def test_gives_every_layer_a_small_picture() -> None:
    subject = Subject(classifier())
    pictures = thumbnails(subject, image_of(subject)).pictures
    assert list(pictures) == ["conv", "relu", "pool", "flatten", "dense"]
    assert pictures["conv"].shape == (33, 33)
    assert pictures["dense"].shape == (2, 2)
    assert all(picture.dtype == np.uint8 and picture.any() for picture in pictures.values())


def test_draws_only_the_layers_asked_for() -> None:
    subject = Subject(classifier())
    params = ThumbnailsParams(layers="pool, conv")
    assert list(thumbnails(subject, image_of(subject), params).pictures) == ["pool", "conv"]


def test_keeps_the_maps_of_greatest_contrast_in_their_order() -> None:
    weight = torch.tensor([0.0, 3.0, 0.0, 1.0, 2.0])[:, None, None, None]
    snapshot = snapshot_of(("conv", Conv2d(5, 1, bias=False)), given=(1, 8, 8))
    subject = Subject(type(snapshot)(snapshot.model, {"conv.weight": weight}))
    image = torch.zeros(1, 8, 8)
    image[0, 2, 3] = 1.0
    picture = thumbnails(subject, image, ThumbnailsParams(across=2)).pictures["conv"]
    greatest = [picture[row : row + 8, left : left + 8].max() for row in (0, 9) for left in (0, 9)]
    assert greatest == [0, 255, 255, 255]  # channels 0, 1, 3, 4: nothing is in the first


def test_thins_out_large_maps() -> None:
    subject = Subject(snapshot_of(("conv", Conv2d(9, 1)), given=(3, 100, 100)))
    assert thumbnails(subject, image_of(subject)).pictures["conv"].shape == (44, 44)


def test_says_which_layer_is_not_there() -> None:
    subject = Subject(classifier())
    with pytest.raises(UserError, match="no layer 'pol'; did you mean pool"):
        thumbnails(subject, image_of(subject), ThumbnailsParams(layers="pol"))
