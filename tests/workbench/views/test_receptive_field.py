"""The receptive field of the chosen cell on the input, and how it grows."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.data.source import Source
from core.network import edit
from core.network.layer_table import LayerRow, layer_table
from core.network.layers.conv2d import Conv2d
from core.network.presets import PRESETS
from core.results import Box
from tests.workbench.conftest import PATIENCE
from workbench.fields import cell_near, field_box, growth, middle_cell
from workbench.session import Session
from workbench.views.receptive_field import ReceptiveFieldView


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> ReceptiveFieldView:
    made = ReceptiveFieldView(session)
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    return made


def figures(view: ReceptiveFieldView) -> list[str]:
    return [figure.text() for figure in view.figures.values()]


def corners(box: Box) -> tuple[float, float, float, float]:
    return box.top, box.left, box.height, box.width


def boxes(view: ReceptiveFieldView) -> list[tuple[float, float, float, float]]:
    return [corners(overlay.box) for overlay in view.picture.overlays]


def row_of(preset: str, layer: str) -> LayerRow:
    return next(row for row in layer_table(PRESETS[preset].spec()) if row.name == layer)


def test_the_field_of_the_chosen_cell_is_drawn_on_the_whole_input(
    view: ReceptiveFieldView, session: Session
) -> None:
    session.select_unit(1, (4, 5))
    assert view.picture.picture is not None
    assert view.picture.picture.shape == (16, 16, 3)
    assert boxes(view) == [(2, 3, 5, 5)]
    assert figures(view) == ["5 × 5 px", "1 px", "(4, 5)"]
    assert view.hint.text() == ""


def test_a_field_at_the_border_hangs_over_the_edge(
    view: ReceptiveFieldView, session: Session
) -> None:
    session.select_unit(0, (0, 15))
    assert boxes(view) == [(-2, 13, 5, 5)]
    assert "hangs over the edge" in view.hint.text()


def test_without_a_chosen_cell_it_is_the_middle_one(
    view: ReceptiveFieldView, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.subtitle_changed) as told:
        session.select_layer("conv2")
    assert told.args == ["the middle cell (3, 3) of conv2"]
    assert boxes(view) == [(4, 4, 10, 10)]


def test_a_dense_layer_sees_everything(view: ReceptiveFieldView, session: Session) -> None:
    session.select_layer("output")
    assert boxes(view) == [(0, 0, 16, 16)]
    assert figures(view) == ["the whole input", "–", "–"]


def test_the_list_says_how_the_field_grew_up_to_the_layer(
    view: ReceptiveFieldView, session: Session
) -> None:
    session.select_layer("conv2")
    assert view.list.texts == (
        ("conv1", "5 × 5", "1"),
        ("pool1", "6 × 6", "2"),
        ("conv2", "10 × 10", "2"),
    )
    assert view.exportable().rows == view.list.texts
    view.list.cellClicked.emit(1, 0)
    assert session.document.layer == "pool1"
    assert len(view.list.texts) == 2


def test_a_click_on_the_input_chooses_the_cell_above(
    view: ReceptiveFieldView, session: Session
) -> None:
    session.select_layer("conv2")
    view.picture.clicked.emit(8, 15)
    assert session.document.cell == (3, 5)


def test_a_layer_that_does_not_fit_says_so(view: ReceptiveFieldView, session: Session) -> None:
    assert session.model is not None
    assert session.model.spec is not None
    session.edit_spec(edit.change(session.model.spec, "conv2", Conv2d(4, 40)), "conv2")
    assert boxes(view) == []
    assert "40 x 40" in view.hint.text()
    session.select_layer("flatten")
    assert view.hint.text()


def test_the_picture_follows_the_input(
    view: ReceptiveFieldView, session: Session, qtbot: QtBot
) -> None:
    before = view.picture.picture
    session.look_at(Source("image", "photos/coffee.jpg"))
    qtbot.waitUntil(lambda: view.picture.picture is not before, timeout=PATIENCE)


def test_without_pooling_fields_of_3_grow_to_5_and_7() -> None:
    rows = layer_table(PRESETS["vgg16"].spec())
    sizes = [row.receptive_field.size for row in growth(rows, "conv2_2") if row.receptive_field]
    assert sizes == [3, 5, 6, 10, 14]


def test_only_layers_on_the_way_to_the_chosen_one_are_listed() -> None:
    rows = layer_table(PRESETS["googlenet"].spec())
    names = [row.name for row in growth(rows, "inception3a_3x3_relu")]
    assert names == ["conv1", "pool1", "conv2", "pool2", "inception3a_3x3"]


def test_of_a_signal_a_cell_sees_all_rows_for_a_while() -> None:
    row = row_of("time_delay", "conv2")
    preprocessing = PRESETS["time_delay"].preprocessing
    assert row.receptive_field is not None
    assert middle_cell(row) == (0, 4)
    assert corners(field_box(row.receptive_field, (0, 4), preprocessing)) == (0, 4, 16, 7)
    assert cell_near(row, (9, 14)) == (0, 8)


def test_a_vector_has_no_cells_to_choose() -> None:
    assert cell_near(row_of("lenet5", "dense1"), (3, 3)) is None
    assert middle_cell(row_of("lenet5", "dense1")) == (0, 0)
