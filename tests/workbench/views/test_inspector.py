"""The inspector: forms for pictures, signals and clips, and repairs beside the problem."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node, Shape
from tests.workbench.conftest import PATIENCE
from workbench.builder import Builder
from workbench.session import Session
from workbench.views.inspector import InspectorView


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Iterator[InspectorView]:
    made = InspectorView(session)
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    yield made
    made.hide()


def open_network(session: Session, shape: Shape) -> None:
    spec = ModelSpec("Net", shape, (Node("relu1", Relu()), Node("flatten1", Flatten())))
    preprocessing = Preprocessing((8, 8)).resized(shape)
    session.open_snapshot(Snapshot(Model("Net", preprocessing, spec)))


@pytest.mark.parametrize(
    ("shape", "option", "value", "expected"),
    [
        ((3, 16, 16), "width", 20, (3, 16, 20)),
        ((4, 64), "length", 100, (4, 100)),
        ((1, 8, 16, 16), "length", 5, (1, 5, 16, 16)),
    ],
)
def test_the_shape_of_the_input_is_set_for_pictures_signals_and_clips(
    view: InspectorView, shape: Shape, option: str, value: int, expected: Shape
) -> None:
    open_network(view.session, shape)
    assert view.input is not None
    editor = view.input.editor(option)
    assert isinstance(editor, QSpinBox)
    editor.setValue(value)
    model = view.session.model
    assert model is not None
    assert model.spec is not None
    assert model.spec.input == expected


def test_a_field_that_goes_with_its_layer_says_nothing(view: InspectorView, qtbot: QtBot) -> None:
    open_network(view.session, (3, 16, 16))
    view.activateWindow()
    view.name_field.setFocus()
    qtbot.waitUntil(view.name_field.hasFocus, timeout=PATIENCE)
    said: list[str] = []
    view.session.said.connect(lambda sentence, _: said.append(sentence))

    Builder(view.session).remove("relu1", "flatten1")

    assert view.session.document.layer == ""
    assert said == []


def test_a_layer_that_does_not_fit_is_mended_beside_its_form(
    view: InspectorView, qtbot: QtBot
) -> None:
    view.builder.remove("flatten")
    view.session.select_layer("output")
    assert view.problem.isVisible()
    qtbot.waitUntil(lambda: bool(view.problem.buttons), timeout=PATIENCE)
    qtbot.mouseClick(view.problem.buttons[0], Qt.MouseButton.LeftButton)
    assert not any(row.problem for row in view.session.table())
    assert not view.problem.isVisible()


def test_every_setting_is_in_sight_where_the_dock_is_narrow(
    view: InspectorView, qtbot: QtBot
) -> None:
    view.session.select_layer("conv1")
    view.resize(190, 700)
    (area,) = view.findChildren(QScrollArea)
    content, room = area.widget(), area.viewport()
    assert isinstance(content, QWidget)
    qtbot.waitUntil(lambda: content.width() <= room.width(), timeout=PATIENCE)
    assert view.form is not None
    editor = view.form.editor("padding_end")
    assert editor.mapTo(room, editor.rect().topRight()).x() < room.width()
