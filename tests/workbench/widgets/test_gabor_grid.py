from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.results import GaborFits
from tests.workbench.widgets.conftest import Show, has_colour, picture_of, point, press
from workbench.widgets.gabor_grid import GaborGridView
from workbench.widgets.map_grid import MapGridView


def fits(count: int = 6, *, colour: bool = False, baseline: bool = True) -> GaborFits:
    """Kernels of falling R²; the unit numbers run against their order."""
    rng = np.random.default_rng(0)
    shape = (count, 5, 5, 3) if colour else (count, 5, 5)
    kernels = rng.random(shape, np.float32) if colour else rng.uniform(-1, 1, shape)
    column = np.linspace(0.9, 0.1, count, dtype=np.float32)
    return GaborFits(
        kernels=kernels.astype(np.float32),
        fits=(kernels * 0.9).astype(np.float32),
        residuals=(kernels * 0.1).astype(np.float32),
        largest=np.ones(count, np.float32),
        unit=np.arange(count)[::-1].copy(),
        r2=column,
        orientation_deg=100 * column,
        wavelength_px=4 * column,
        phase_deg=column,
        bandwidth_octaves=column,
        aspect=column,
        centre_px=np.zeros((count, 2), np.float32),
        gabor_like=column > 0.5,
        baseline_r2=np.linspace(0, 0.5, 100, dtype=np.float32) if baseline else column[:0],
        meaning="kernels of 5 x 5",
        layer="conv1",
    )


@pytest.fixture
def view(show: Show) -> GaborGridView:
    made = GaborGridView(empty="Choose a convolution.")
    show(made, 500, 400)
    made.show_fits(fits())
    return made


def middle(grid: MapGridView, place: int) -> tuple[float, float]:
    layout = grid.layout_of_tiles
    assert layout is not None
    centre = layout.tile(place).center()
    return centre.x(), centre.y()


@pytest.mark.parametrize("colour", [False, True])
def test_both_grids_lay_their_tiles_out_alike(view: GaborGridView, colour: bool) -> None:
    view.show_fits(fits(colour=colour))
    learned, fitted = view.learned.layout_of_tiles, view.fitted.layout_of_tiles

    assert learned == fitted
    picture_of(view)


def test_a_unit_is_outlined_where_its_kernel_stands_in_the_order(view: GaborGridView) -> None:
    view.select(5)

    assert [grid.selected for grid in (view.learned, view.fitted, view.pairs)] == [0, 0, 0]
    assert has_colour(view, "accent")


def test_a_click_on_a_fit_chooses_its_unit(view: GaborGridView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as heard:
        press(qtbot, view.fitted, *middle(view.fitted, 2))

    assert heard.args == [3]
    assert view.learned.selected == 2


def test_the_pointer_tells_of_the_fit_and_outlines_both(view: GaborGridView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.told) as heard:
        point(qtbot, view.learned, *middle(view.learned, 0))

    assert heard.args == ["unit 5 · R² 0.900 · 90° · 3.6 px · like a Gabor"]
    assert has_colour(view.fitted, "text")
    with qtbot.waitSignal(view.told) as left:
        point(qtbot, view.learned, 1, view.learned.height() - 1)
    assert left.args == [""]


def test_pairs_show_each_kernel_beside_its_fit(view: GaborGridView, qtbot: QtBot) -> None:
    view.as_pairs.click()
    grid = view.pairs.grid

    assert view.pairs.isVisible()
    assert not view.learned.isVisible()
    assert grid is not None
    assert grid.maps.shape == (6, 5, 10)
    with qtbot.waitSignal(view.chosen) as heard:
        press(qtbot, view.pairs, *middle(view.pairs, 1))
    assert heard.args == [4]


def test_the_histogram_has_the_line_of_random_kernels(view: GaborGridView) -> None:
    assert view.histogram.counts.sum() == 6
    assert view.histogram.isVisible()
    assert has_colour(view.histogram, "disabled")


def test_fits_without_their_baseline_yet_are_shown(view: GaborGridView) -> None:
    view.show_fits(fits(baseline=False))

    picture_of(view)
    assert not has_colour(view.histogram, "disabled")


def test_one_is_zoomed_in_both_grids(view: GaborGridView) -> None:
    view.learned.activated.emit(3)
    assert view.fitted.zoomed == 3
    view.learned.zoom_left.emit()
    assert view.fitted.zoomed is None


@pytest.mark.parametrize("size", [(400, 300), (160, 100), (200, 600)])
def test_it_fits_any_size(view: GaborGridView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show_fits(fits(64))
    picture_of(view)

    assert view.learned.layout_of_tiles is not None
    assert view.histogram.isVisible() == (size[1] >= 280)


def test_without_fits_it_says_what_to_do(view: GaborGridView) -> None:
    view.show_fits(None)

    assert not view.learned.isVisible()
    assert has_colour(view, "secondary")
