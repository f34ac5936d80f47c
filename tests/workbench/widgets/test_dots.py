from __future__ import annotations

import numpy as np
import pytest

from workbench.widgets.dots import dots

WHITE = np.array([[255, 255, 255, 255]], np.uint8)


def alpha(points: list[tuple[float, float]], radius: float, *, smooth: bool) -> np.ndarray:
    places = np.array(points, np.float32)
    packed = dots(places, np.repeat(WHITE, len(points), 0), (20, 30), radius, smooth=smooth)
    return packed >> 24


def test_a_smooth_dot_covers_its_area() -> None:
    for place in ((10.0, 10.0), (10.3, 9.6), (10.5, 10.5)):
        covered = alpha([place], 4, smooth=True).sum() / 255
        assert covered == pytest.approx(np.pi * 16, rel=0.03)


def test_a_dot_lies_where_its_point_is() -> None:
    cover = alpha([(12.25, 7.5)], 3, smooth=True).astype(float)
    rows, columns = np.mgrid[:20, :30] + 0.5

    assert (cover * columns).sum() / cover.sum() == pytest.approx(12.25, abs=0.05)
    assert (cover * rows).sum() / cover.sum() == pytest.approx(7.5, abs=0.05)


@pytest.mark.parametrize("smooth", [True, False])
def test_dots_are_cut_at_the_edges_of_the_picture(smooth: bool) -> None:
    outside = [(-1.0, 10.0), (30.5, 10.0), (15.0, -1.0), (15.0, 20.4), (-500.0, 3.0)]
    cover = alpha(outside, 3, smooth=smooth)

    assert cover.shape == (20, 30)
    assert cover[10, 0]
    assert cover[10, 29]
    assert not cover[5, 15]


@pytest.mark.parametrize("smooth", [True, False])
def test_later_dots_lie_over_earlier_ones(smooth: bool) -> None:
    colours = np.array([[255, 0, 0, 255], [0, 0, 255, 255]], np.uint8)
    packed = dots(np.full((2, 2), 10, np.float32), colours, (20, 20), 3, smooth=smooth)

    assert packed[10, 10] == 0xFF0000FF


def test_the_edge_of_a_dot_does_not_cut_into_another() -> None:
    near = alpha([(10, 10), (13.6, 10)], 3, smooth=True)
    alone = alpha([(10, 10)], 3, smooth=True)

    assert (near >= alone).all()


def test_points_that_are_not_finite_are_left_out() -> None:
    assert not alpha([(float("nan"), 5.0), (float("inf"), 5.0)], 3, smooth=True).any()
