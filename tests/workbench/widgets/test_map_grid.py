from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from core.data.colour_maps import lookup_table
from core.data.images import grey_levels, tiles
from core.results import MapGrid
from tests.workbench.widgets.conftest import (
    Show,
    colour,
    colour_at,
    has_colour,
    picture_of,
    point,
    press,
)
from workbench import theme
from workbench.widgets.map_grid import MapGridView


def grid(count: int = 6, size: int = 4, **more: object) -> MapGrid:
    maps = np.random.default_rng(1).random((count, size, size), np.float32)
    return MapGrid(maps, "activation", layer="conv1", **more)  # type: ignore[arg-type]


def centre(view: MapGridView, unit: int, row: int | None = None, column: int = 0) -> QPointF:
    layout = view.layout_of_tiles
    assert layout is not None
    rect = layout.tile(unit) if row is None else layout.cell(unit, row, column)
    return QPointF(rect.center()) / view.devicePixelRatioF()


@pytest.fixture
def view(show: Show) -> MapGridView:
    made = MapGridView(empty="Choose a layer first.")
    show(made)
    made.show_grid(grid())
    return made


def test_each_cell_has_the_colour_of_its_value(view: MapGridView) -> None:
    levels, _ = grey_levels(grid().maps)
    for unit, row, column in ((0, 0, 0), (3, 1, 2), (5, 3, 3)):
        place = centre(view, unit, row, column)
        drawn = np.array(colour_at(view, place.x(), place.y()), int)
        wanted = lookup_table("viridis")[levels[unit, row, column]]
        assert np.abs(drawn - wanted).max() <= 3


def test_between_and_after_the_tiles_the_surface_shows(view: MapGridView) -> None:
    view.show_grid(grid(5))
    layout = view.layout_of_tiles
    assert layout is not None
    assert layout.rows * layout.columns > 5
    first = layout.tile(0)

    assert colour_at(view, first.right() + 1, first.center().y()) == colour("surface")
    spare = layout.tile(5)
    assert colour_at(view, spare.center().x(), spare.center().y()) == colour("surface")


def test_signed_maps_show_zero_in_the_middle_of_a_diverging_map(view: MapGridView) -> None:
    maps = np.zeros((1, 2, 2), np.float32)
    maps[0, 0] = (-1, 1)
    view.show_grid(MapGrid(maps, "weight", signed=True))
    table = lookup_table("coolwarm")

    for row, column, level in ((0, 0, 0), (0, 1, 255), (1, 1, 127.5)):
        place = centre(view, 0, row, column)
        drawn = np.array(colour_at(view, place.x(), place.y()))
        assert np.abs(drawn - table[int(level)].astype(int)).max() <= 5


def test_colour_tiles_keep_their_colours(view: MapGridView) -> None:
    maps = np.zeros((2, 3, 3, 3), np.float32)
    maps[1] = (1, 0.5, 0)
    view.show_grid(MapGrid(maps, "kernel"))
    place = centre(view, 1)

    assert colour_at(view, place.x(), place.y()) == (255, 128, 0)


def test_maps_larger_than_their_tiles_are_averaged(show: Show) -> None:
    view = MapGridView()
    show(view, 60, 60)
    stripes = np.tile(np.array([0, 1], np.float32), (4, 200, 100))
    view.show_grid(MapGrid(stripes, "activation"))
    place = centre(view, 0)

    grey = lookup_table("viridis")[127].astype(int)
    assert np.abs(np.array(colour_at(view, place.x(), place.y())) - grey).max() < 40


def test_the_pointer_tells_unit_and_cell_and_outlines_the_tile(
    view: MapGridView, qtbot: QtBot
) -> None:
    place = centre(view, 4, 2, 1)
    with qtbot.waitSignal(view.hovered) as heard:
        point(qtbot, view, place.x(), place.y())

    assert heard.args == [4, 2, 1]
    assert has_colour(view, "text")


def test_leaving_the_tiles_is_told_once(view: MapGridView, qtbot: QtBot) -> None:
    place = centre(view, 0)
    point(qtbot, view, place.x(), place.y())
    with qtbot.waitSignal(view.hover_left):
        point(qtbot, view, view.width() - 1, view.height() - 1)


def test_a_click_selects_the_unit_and_outlines_it_in_the_accent(
    view: MapGridView, qtbot: QtBot
) -> None:
    place = centre(view, 2, 3, 0)
    assert not has_colour(view, "accent")
    with qtbot.waitSignals([view.clicked, view.chosen]):
        press(qtbot, view, place.x(), place.y())

    assert view.selected == 2
    assert has_colour(view, "accent")


def test_arrow_keys_walk_over_the_units_and_stop_at_the_ends(
    view: MapGridView, qtbot: QtBot
) -> None:
    layout = view.layout_of_tiles
    assert layout is not None
    told: list[int] = []
    view.chosen.connect(told.append)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left)
    for key in keys:
        qtbot.keyClick(view, key)

    assert told == [0, 1, 1 + layout.columns, layout.columns]


def test_shift_and_arrows_walk_over_the_cells_of_the_unit(view: MapGridView, qtbot: QtBot) -> None:
    view.select(1)
    view.set_cell((0, 0))
    with qtbot.waitSignal(view.clicked) as heard:
        qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    assert heard.args == [1, 1, 0]
    assert view.cell == (1, 0)


def test_a_double_click_zooms_to_one_map_and_escape_returns(
    view: MapGridView, qtbot: QtBot
) -> None:
    place = centre(view, 3).toPoint()
    with qtbot.waitSignal(view.activated) as heard:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [3]
    assert view.zoomed == 3
    inside = centre(view, 0, 2, 2)
    with qtbot.waitSignal(view.hovered) as pointed:
        point(qtbot, view, inside.x(), inside.y())
    assert pointed.args == [3, 2, 2]

    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.zoomed is None


def test_the_zoom_stays_for_the_next_frame_and_ends_with_the_layer(view: MapGridView) -> None:
    view.zoom(5)
    view.show_grid(grid())
    assert view.zoomed == 5
    view.show_grid(MapGrid(grid().maps, "activation", layer="conv2"))
    assert view.zoomed is None


def test_the_colour_bar_tells_values_where_one_scale_holds(view: MapGridView) -> None:
    bar = view.colour_bar
    assert bar.ends == ("min", "max")
    assert "each map scaled" in bar.caption

    view.set_shared(True)
    maps = grid().maps
    assert bar.ends == (f"{maps.min():.3g}", f"{maps.max():.3g}")

    view.set_shared(None)
    view.zoom(2)
    assert bar.ends == (f"{maps[2].min():.3g}", f"{maps[2].max():.3g}")


def test_the_readout_tells_unit_place_value_and_statistics(view: MapGridView) -> None:
    maps = np.full((2, 3, 3), 0.25, np.float32)
    statistics = {"mean": np.array([0.25, 0.25], np.float32)}
    view.show_grid(MapGrid(maps, "activation", statistics=statistics))

    assert view.readout(1, 2, 0) == "unit 1 · (2, 0) · 0.25 · mean 0.25"


def test_the_summary_of_a_unit_tells_its_statistics(view: MapGridView) -> None:
    statistics = {"max": np.array([0.5, 2], np.float32), "zeros": np.array([0, 0.25], np.float32)}
    view.show_grid(MapGrid(np.ones((2, 3, 3), np.float32), "activation", statistics=statistics))

    assert view.summary(1) == "unit 1 · max 2 · zeros 0.25"
    assert view.summary(2) == ""


def test_names_stand_for_numbers_in_the_readout(view: MapGridView) -> None:
    view.show_grid(MapGrid(np.ones((2, 1, 1), np.float32), "logit", names=("cat", "dog")))

    assert view.readout(1, 0, 0).startswith("dog · ")


def test_the_columns_that_fit_best_are_told_to_the_worker(view: MapGridView, qtbot: QtBot) -> None:
    before = view.columns_wanted
    with qtbot.waitSignal(view.columns_wanted_changed) as heard:
        view.resize(200, 600)

    assert heard.args == [view.columns_wanted]
    assert view.columns_wanted < before


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_picture_tiled_by_the_worker_looks_as_one_tiled_here(view: MapGridView, gap: int) -> None:
    here = picture_of(view)
    made = tiles(grid().maps, view.columns_wanted, gap=gap)
    view.show_grid(grid(tiles=made))

    assert np.array_equal(picture_of(view), here)


def test_a_picture_of_other_columns_is_tiled_anew(view: MapGridView) -> None:
    here = picture_of(view)
    view.show_grid(grid(tiles=tiles(grid().maps, 1)))

    assert np.array_equal(picture_of(view), here)


@pytest.mark.parametrize(
    ("count", "size", "width", "height"),
    [
        (1280, 7, 400, 300),
        (1000, 1, 400, 300),
        (1, 224, 200, 100),
        (3, 2, 20, 20),
        (64, 55, 90, 60),
    ],
)
def test_any_number_of_maps_is_drawn_at_any_size(
    show: Show, count: int, size: int, width: int, height: int
) -> None:
    view = MapGridView()
    show(view, width, height)
    view.show_grid(grid(count, size))

    assert (picture_of(view) != np.array(colour("surface"))).any()
    assert view.layout_of_tiles is not None
    assert view.layout_of_tiles.bounds.bottom() < height


def test_values_that_are_not_finite_are_drawn_and_told(view: MapGridView) -> None:
    maps = np.array([[[np.nan, 1], [np.inf, 0]]], np.float32)
    view.show_grid(MapGrid(maps, "activation"))
    picture_of(view)

    assert "not a number" in view.readout(0, 0, 0)


def test_pairs_stand_apart_and_their_halves_are_parted(view: MapGridView) -> None:
    pairs = np.full((6, 4, 8), 0.5, np.float32)
    view.show_grid(MapGrid(pairs, "kernel and fit"))
    before = view.layout_of_tiles
    view.set_pairs(4)
    layout = view.layout_of_tiles

    assert before is not None
    assert layout is not None
    assert layout.gap > before.gap
    seam = layout.cell(0, 0, 4)
    assert colour_at(view, seam.left(), seam.top() + 1) == colour("surface")


def test_without_maps_it_says_what_to_do(view: MapGridView) -> None:
    view.show_grid(None)

    assert has_colour(view, "secondary")
    assert view.accessibleName() == "Maps"


def test_another_theme_shows_at_once(view: MapGridView) -> None:
    view.select(0)
    theme.apply("light")

    assert has_colour(view, "accent")
    theme.apply("dark")
