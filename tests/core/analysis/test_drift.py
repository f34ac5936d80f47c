from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.analysis.drift import carried, drift


@pytest.fixture
def scene() -> Tensor:
    """A picture larger than what a frame shows of it, with shapes of several pixels."""
    noise = torch.randn(1, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(noise, (160, 200), mode="bicubic")


def shown(scene: Tensor, top: int, left: int) -> Tensor:
    return scene[..., top : top + 96, left : left + 128]


@pytest.mark.parametrize(("down", "right"), [(0, 0), (5, -7), (-12, 20), (1, 0)])
def test_finds_how_far_the_picture_moved(scene: Tensor, down: int, right: int) -> None:
    assert drift(shown(scene, 30, 40), shown(scene, 30 - down, 40 - right)) == (down, right)


def test_a_change_of_light_is_no_movement(scene: Tensor) -> None:
    frame = shown(scene, 30, 40)
    assert drift(frame, 0.5 * frame + 1) == (0, 0)


def test_another_scene_has_not_moved(scene: Tensor) -> None:
    other = torch.randn(1, 3, 96, 128, generator=torch.Generator().manual_seed(1))
    assert drift(shown(scene, 30, 40), other) is None
    assert drift(shown(scene, 30, 40), torch.zeros(1, 3, 96, 128)) is None


def test_what_is_carried_leaves_nothing_behind() -> None:
    picture = torch.arange(12.0).view(1, 1, 3, 4) + 1
    assert carried(picture, 1, -2)[0, 0].tolist() == [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]]
