"""Kernels of several networks, on one scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.analysis.declare import Inputs
from core.analysis.side_by_side import kernels_side_by_side
from core.errors import UserError
from core.network.layers.conv2d import Conv2d
from core.network.layers.flatten import Flatten
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.results import MapGrid


def network(channels: int, scale: float) -> Inputs:
    """A convolution of two kernels, whose largest weight is `scale`."""
    spec = ModelSpec(
        "net", (channels, 8, 8), (Node("conv", Conv2d(2, 3)), Node("flatten", Flatten()))
    )
    values = torch.linspace(-1, 1, 2 * channels * 9).reshape(2, channels, 3, 3) * scale
    weights = {"conv.weight": values, "conv.bias": torch.zeros(2)}
    return Inputs(Snapshot(Model("net", plain(spec.input), spec), weights), layer="conv")


def test_equal_weights_have_equal_levels() -> None:
    left, right = kernels_side_by_side(network(1, 1.0), network(1, 4.0))

    assert isinstance(left, MapGrid)
    assert isinstance(right, MapGrid)
    assert left.tiles is not None
    assert right.tiles is not None
    np.testing.assert_allclose(left.tiles.levels, [[-4, 4], [-4, 4]])
    np.testing.assert_array_equal(left.tiles.levels, right.tiles.levels)
    assert left.tiles.picture.max() == pytest.approx(128 + 127 / 4, abs=1)
    assert right.tiles.picture.max() == 255


def test_weights_in_colour_are_on_one_scale_too() -> None:
    left, right = kernels_side_by_side(network(3, 1.0), network(3, 4.0))

    assert isinstance(left, MapGrid)
    assert isinstance(right, MapGrid)
    np.testing.assert_allclose(left.maps - 0.5, (right.maps - 0.5) / 4, atol=1e-6)
    assert right.maps.max() == 1


def test_kernels_of_two_kinds_keep_their_own_scales() -> None:
    colours, signed = kernels_side_by_side(network(3, 4.0), network(1, 1.0))

    assert isinstance(colours, MapGrid)
    assert isinstance(signed, MapGrid)
    assert colours.maps.max() == 1
    assert signed.tiles is not None
    np.testing.assert_allclose(signed.tiles.levels[0], (-1, 1))


def test_weights_that_are_all_zero_have_no_scale_and_no_error() -> None:
    (left,) = kernels_side_by_side(network(1, 0.0))

    assert isinstance(left, MapGrid)
    assert left.tiles is not None
    assert left.tiles.picture.max() == 128


def test_a_side_without_kernels_says_why_and_leaves_the_other_alone() -> None:
    bare = replace(network(1, 2.0), layer="flatten")

    left, middle, right = kernels_side_by_side(bare, Inputs(), network(1, 1.0))

    assert isinstance(left, UserError)
    assert "no kernels" in str(left)
    assert isinstance(middle, UserError)
    assert isinstance(right, MapGrid)
    assert right.tiles is not None
    np.testing.assert_allclose(right.tiles.levels[0], (-1, 1))
