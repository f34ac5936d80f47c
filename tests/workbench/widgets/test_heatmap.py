from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.data.colour_maps import lookup_table
from core.results import Box, Heatmap, Patches
from tests.workbench.widgets.conftest import Show, colour_at, has_colour, point
from workbench.widgets.colour_bar import ColourBar
from workbench.widgets.heat_layer import heat_ends, heat_layer, heat_picture
from workbench.widgets.heatmap import HeatmapView
from workbench.widgets.picture import PictureView

FRAME = np.full((100, 100, 3), (200, 40, 40), np.uint8)


def spot(size: int = 20) -> Heatmap:
    values = np.zeros((size, size), np.float32)
    values[: size // 2, : size // 2] = 0.4
    return Heatmap(values, "drop in probability")


def occlusion() -> Heatmap:
    tops = np.array([0, 10], np.int64)
    probability = np.array([[0.1, 0.2], [0.3, 0.4]], np.float32)
    patches = Patches(probability, tops, tops, 10, 0.386)
    return Heatmap(spot().values, "drop in probability", box=Box(0, 0, 100, 100), patches=patches)


@pytest.fixture
def view(show: Show) -> HeatmapView:
    made = HeatmapView(empty="Press Start.")
    show(made, 300, 334)
    return made


def picture(view: HeatmapView) -> PictureView:
    found = view.findChild(PictureView)
    assert found is not None
    return found


def bar_of(view: HeatmapView) -> ColourBar:
    found = view.findChild(ColourBar)
    assert found is not None
    return found


def test_the_map_covers_what_matters_and_leaves_the_rest_grey(view: HeatmapView) -> None:
    view.show_heat(spot(), FRAME)

    cold = colour_at(view, 250, 250)
    hot = colour_at(view, 50, 50)
    assert cold[0] == cold[1] == cold[2]
    assert max(hot) - min(hot) > 40


def test_the_map_lies_in_its_box_and_the_rest_is_dimmed(view: HeatmapView) -> None:
    heat = Heatmap(np.ones((10, 10), np.float32), "drop in probability", box=Box(50, 50, 40, 40))
    view.show_heat(heat, FRAME)

    inside, outside = colour_at(view, 210, 210), colour_at(view, 30, 30)
    assert max(inside) - min(inside) > 40
    assert max(outside) - min(outside) < 12


def test_a_signed_map_is_symmetric_about_zero() -> None:
    heat = Heatmap(np.array([[-1, 0, 3]], np.float32), "gradient", signed=True)

    assert heat_ends(heat) == (-3, 3)
    colours = heat_picture(heat)
    assert colours[0, 2].tolist() == lookup_table("coolwarm")[255].tolist()
    assert heat_layer(heat, 1.0).pixelColor(1, 0).alpha() == 0


def test_opacity_scales_the_strongest_values() -> None:
    heat = Heatmap(np.array([[0, 1]], np.float32), "share")

    assert [heat_layer(heat, 0.5).pixelColor(x, 0).alpha() for x in (0, 1)] == [0, 128]


def test_a_constant_map_has_no_heat() -> None:
    layer = heat_layer(Heatmap(np.zeros((2, 2), np.float32), "share"), 1.0)

    assert layer.pixelColor(0, 0).alpha() == 0


def test_values_that_are_not_finite_are_cold(view: HeatmapView) -> None:
    view.show_heat(Heatmap(np.array([[np.nan, 1]], np.float32), "share"), FRAME)

    assert heat_ends(view.heat or spot()) == (0, 1)
    colour_at(view, 10, 10)


def test_the_bar_tells_ends_and_unit(view: HeatmapView) -> None:
    view.show_heat(spot(), FRAME)
    bar = bar_of(view)

    assert bar.ends == ("0", "0.4")
    assert bar.caption == "drop in probability"
    assert bar.geometry().top() > picture(view).geometry().bottom()


def test_the_pointer_tells_the_maps_own_pixel(view: HeatmapView, qtbot: QtBot) -> None:
    view.show_heat(spot(), FRAME)
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, picture(view), 148, 20)

    assert heard.args == [1, 9]
    assert view.readout(1, 9) == "(1, 9) · 0.4 drop in probability"


def test_the_pointer_outlines_the_patch_and_tells_the_probability_with_it(
    view: HeatmapView, qtbot: QtBot
) -> None:
    view.show_heat(occlusion(), FRAME)
    with qtbot.waitSignal(view.told) as heard:
        point(qtbot, picture(view), 250, 30)

    text = heard.args[0].replace("\N{NO-BREAK SPACE}", " ")
    assert text == "38.6 % → 20.0 % with the patch here"
    assert has_colour(view, "data")
    with qtbot.waitSignal(view.hover_left):
        QApplication.sendEvent(picture(view), QEvent(QEvent.Type.Leave))


def test_arrow_keys_walk_from_patch_to_patch(view: HeatmapView, qtbot: QtBot) -> None:
    view.show_heat(occlusion(), FRAME)
    told: list[str] = []
    view.told.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)

    assert [text.split("→ ")[1][:4] for text in told] == ["20.0", "40.0", "30.0"]


def test_a_map_without_a_picture_is_shown_by_itself(view: HeatmapView) -> None:
    view.show_heat(spot())

    top, bottom = lookup_table("magma")[255], lookup_table("magma")[0]
    assert colour_at(view, 60, 60) == tuple(top.tolist())
    assert colour_at(view, 240, 240) == tuple(bottom.tolist())


def test_a_new_map_under_a_resting_pointer_is_told(view: HeatmapView, qtbot: QtBot) -> None:
    view.show_heat(spot(), FRAME)
    point(qtbot, picture(view), 20, 20)
    doubled = Heatmap(spot().values * 2, "drop in probability")
    with qtbot.waitSignal(view.told) as heard:
        view.show_heat(doubled, FRAME)

    assert "0.8" in heard.args[0]


@pytest.mark.parametrize("size", [(400, 300), (64, 64), (200, 130)])
def test_picture_and_bar_fit_any_size(view: HeatmapView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show_heat(occlusion(), FRAME)
    bar = bar_of(view)

    assert view.rect().contains(picture(view).geometry())
    assert not bar.isVisible() or view.rect().contains(bar.geometry())


def test_without_a_map_it_says_what_to_do(view: HeatmapView) -> None:
    view.show_heat(None)

    assert has_colour(view, "secondary")
