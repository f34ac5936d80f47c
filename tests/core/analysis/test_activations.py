from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from core.analysis.methods.activations import ActivationsParams, activations
from core.errors import UserError
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.subject import Subject
from tests.core.analysis.subjects import (
    CLASSES,
    classifier,
    image_of,
    lecture,
    snapshot_of,
    subject_of_module,
)

BEFORE = ActivationsParams(after=False)


def test_gives_the_lectures_numbers() -> None:
    subject, image = lecture("lecture_sum", 0)
    maps = activations(subject, image, "conv").maps
    np.testing.assert_allclose(maps, [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]], atol=1e-5)


def test_gives_the_lectures_x() -> None:
    subject, image = lecture("lecture_x", 1)
    before = activations(subject, image, "conv", BEFORE)
    pooled = activations(subject, image, "pool")
    np.testing.assert_allclose(before.maps[0, 0], [7, -1, 1, 3, 5, -1, 3], atol=1e-5)
    np.testing.assert_allclose(before.maps[1, 3], [-1, 3, -7, 9, -7, 3, -1], atol=1e-5)
    expected = [
        [[9, 3, 5], [3, 9, 3], [5, 3, 9]],
        [[5, 3, 5], [3, 9, 5], [5, 5, 5]],
        [[3, 5, 9], [5, 5, 9], [9, 9, 1]],
    ]
    np.testing.assert_allclose(pooled.maps, expected, atol=1e-5)


def test_shows_either_side_of_the_non_linearity_whichever_layer_is_chosen() -> None:
    subject = Subject(snapshot_of(("conv", Conv2d(4, 3)), ("bn", BatchNorm2d()), ("relu", Relu())))
    image = image_of(subject)
    outputs = {name: subject.outputs(image, name)[name].numpy() for name in ("conv", "bn", "relu")}
    for chosen in outputs:
        after = activations(subject, image, chosen)
        np.testing.assert_array_equal(after.maps, outputs["relu"])
        assert after.layer == "relu"
    for chosen, shown in (("conv", "conv"), ("bn", "bn"), ("relu", "bn")):
        before = activations(subject, image, chosen, BEFORE)
        np.testing.assert_array_equal(before.maps, outputs[shown])
        assert before.layer == shown


def test_zero_is_neutral_only_where_there_are_negative_values() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    assert activations(subject, image, "conv", BEFORE).signed
    assert not activations(subject, image, "conv").signed


def test_counts_what_each_map_holds() -> None:
    subject = Subject(classifier())
    shown = activations(subject, image_of(subject), "conv")
    flat = shown.maps.reshape(4, -1)
    np.testing.assert_allclose(shown.statistics["mean"], flat.mean(1), rtol=1e-6)
    np.testing.assert_allclose(shown.statistics["max"], flat.max(1), rtol=1e-6)
    np.testing.assert_allclose(shown.statistics["zeros"], (flat == 0).mean(1), rtol=1e-6)
    assert 0 < shown.statistics["zeros"].mean() < 1


def test_tiles_follow_the_columns_asked_for() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    square = activations(subject, image, "conv").tiles
    row = activations(subject, image, "conv", ActivationsParams(columns=4)).tiles
    assert square is not None
    assert row is not None
    assert square.picture.shape == (2 * 17 - 1, 2 * 17 - 1)
    assert row.picture.shape == (16, 4 * 17 - 1)


def test_one_scale_for_all_maps_has_one_pair_of_levels() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    each = activations(subject, image, "conv").tiles
    shared = activations(subject, image, "conv", ActivationsParams(scale="shared")).tiles
    assert each is not None
    assert shared is not None
    assert len(np.unique(each.levels, axis=0)) == 4
    assert len(np.unique(shared.levels, axis=0)) == 1


def test_a_vector_is_one_picture_without_gaps_named_by_its_classes() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    shown = activations(subject, image, "dense")
    np.testing.assert_allclose(shown.maps[:, 0, 0], subject.scores(image), rtol=1e-6)
    assert shown.names == CLASSES
    assert shown.tiles is not None
    assert shown.tiles.gap == 0
    assert shown.tiles.picture.shape == (2, 2)
    assert set(shown.tiles.picture.ravel()) >= {0, 255} or shown.signed


def test_looks_into_any_module() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh())
    subject = subject_of_module(module, (1, 8, 8))
    image = image_of(subject)
    shown = activations(subject, image, "0")
    np.testing.assert_allclose(shown.maps, module(image[None])[0].detach(), atol=1e-6)
    assert shown.signed


def test_each_row_of_a_table_of_numbers_is_one_map() -> None:
    subject = subject_of_module(nn.Sequential(nn.Flatten(2), nn.Linear(16, 5)), (3, 4, 4))
    assert activations(subject, torch.zeros(3, 4, 4), "1").maps.shape == (3, 1, 5)


def test_says_which_layer_was_meant() -> None:
    subject = Subject(classifier())
    with pytest.raises(UserError, match="did you mean conv"):
        activations(subject, image_of(subject), "convv")


def test_says_what_volumes_are_not() -> None:
    subject = subject_of_module(nn.Sequential(nn.Unflatten(1, (2, 2, 1)), nn.Identity()), (4, 6, 6))
    with pytest.raises(UserError, match="2 x 2 x 1 x 6 x 6 values"):
        activations(subject, torch.zeros(4, 6, 6), "1")
