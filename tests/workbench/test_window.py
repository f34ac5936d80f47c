"""The window, used as a person does."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QSpinBox, QTabBar
from pytestqt.qtbot import QtBot

from core.data.source import Source
from core.network.layers.conv2d import Conv2d
from core.paths import resource
from tests.workbench.conftest import CAT, PATIENCE, tiny_network
from workbench.app import Application
from workbench.builder import Builder
from workbench.commands.file import open_path
from workbench.palette import Palette
from workbench.settings import load_settings
from workbench.stage import workspace_names
from workbench.views.inspector import InspectorView


def number(view: InspectorView, name: str) -> QSpinBox:
    assert view.form is not None
    editor = view.form.editor(name)
    assert isinstance(editor, QSpinBox)
    return editor


def drop(program: Application, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    program.window.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_void_calls_do_not_eat_references_to_none(qtbot: QtBot) -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for number in range(1000):
        thing.setObjectName(str(number))
    assert sys.getrefcount(None) > before - 100


def test_a_picture_dropped_on_the_window_is_looked_at(program: Application, qtbot: QtBot) -> None:
    drop(program, resource("photos", "coffee.jpg"))
    qtbot.waitUntil(lambda: program.session.document.source != CAT, timeout=PATIENCE)
    assert program.window.input is not None
    assert program.window.input.name.whole == "coffee"


def test_a_dropped_file_that_is_no_picture_is_told_in_a_sentence(
    program: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "notes.jpg"
    broken.write_text("not a picture")
    drop(program, broken)
    qtbot.waitUntil(lambda: "notes.jpg" in program.window.status.message.whole, timeout=PATIENCE)
    assert program.session.document.source == CAT


def test_a_click_on_a_map_selects_the_unit_everywhere(program: Application, qtbot: QtBot) -> None:
    view = program.window.stage.view("activations")
    qtbot.waitUntil(lambda: view.grid.grid is not None, timeout=PATIENCE)  # type: ignore[attr-defined]
    view.grid.clicked.emit(3, 4, 5)  # type: ignore[attr-defined]
    document = program.session.document
    assert (document.unit, document.cell) == (3, (4, 5))
    assert "unit 3" in program.window.status.looking.whole


def test_the_spine_walks_with_the_keys(program: Application, qtbot: QtBot) -> None:
    spine = program.window.spine
    qtbot.keyClick(spine, Qt.Key.Key_Down)
    assert program.session.document.layer == "relu1"
    qtbot.keyClick(spine, Qt.Key.Key_Up)
    assert program.session.document.layer == "conv1"


def test_delete_on_the_spine_takes_a_layer_out_and_undo_brings_it_back(
    program: Application, qtbot: QtBot
) -> None:
    spine = program.window.spine
    spine.setFocus()
    qtbot.keyClick(spine, Qt.Key.Key_Delete)
    assert "conv1" not in spine.names
    program.window.top.undo.click()
    assert spine.names[0] == "conv1"


def test_a_drag_on_the_spine_moves_a_layer(program: Application, qtbot: QtBot) -> None:
    spine = program.window.spine
    start, end = (spine.card_rect(name).center() for name in ("relu1", "conv1"))
    end.setY(0)
    viewport = spine.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert spine.names[:2] == ("relu1", "conv1")


def test_the_inspector_changes_the_chosen_layer(program: Application, qtbot: QtBot) -> None:
    view = program.window.stage.view("inspector")
    assert isinstance(view, InspectorView)
    number(view, "filters").setValue(9)
    model = program.session.model
    assert model is not None
    assert model.spec is not None
    op = model.spec.node("conv1").op
    assert isinstance(op, Conv2d)
    assert op.filters == 9
    assert "9" in view.numbers.text()


def test_a_kernel_that_does_not_fit_says_so_on_its_card(program: Application, qtbot: QtBot) -> None:
    view = program.window.stage.view("inspector")
    assert isinstance(view, InspectorView)
    number(view, "kernel").setValue(40)
    assert "40 x 40" in view.problem.text()
    assert [row.name for row in program.session.table() if row.problem]
    program.session.undo()
    assert view.problem.text() == ""


def test_the_palette_finds_layers_and_commands(program: Application, qtbot: QtBot) -> None:
    palette = Palette(program.window)
    qtbot.addWidget(palette)
    palette.field.setText("conv2")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert program.session.document.layer == "conv2"


def test_every_workspace_opens(program: Application, qtbot: QtBot) -> None:
    for name in workspace_names():
        program.window.stage.show_workspace(name)
        shown = [dock for dock in program.window.stage.docks.values() if dock.isVisible()]
        assert shown
        assert all(dock.view is not None for dock in shown)


def test_a_dock_behind_another_asks_for_nothing(program: Application, qtbot: QtBot) -> None:
    stage = program.window.stage
    table, activations = stage.view("layer_table"), stage.view("activations")
    for front, behind in ((table, activations), (activations, table)):
        stage.view(front.name)
        qtbot.waitUntil(front.isVisible, timeout=PATIENCE)
        qtbot.waitUntil(behind.isHidden, timeout=PATIENCE)


def test_docks_come_back_as_they_were_left(program: Application, qtbot: QtBot) -> None:
    stage = program.window.stage
    stage.docks["activations"].close()
    stage.show_workspace("Explain")
    stage.show_workspace("Build")
    assert stage.docks["activations"].isHidden()
    stage.arrange()
    assert not stage.docks["activations"].isHidden()


def test_the_arrangement_is_kept_when_the_window_closes(program: Application, qtbot: QtBot) -> None:
    program.window.stage.show_workspace("Dream")
    program.window.close()
    settings = load_settings()
    assert settings.workspace == "Dream"
    assert "Dream" in settings.arrangements


def test_a_project_brings_everything_back(
    program: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    from core.document.project import save_project

    session = program.session
    session.select_layer("conv2")
    session.select_unit(2)
    saved = tmp_path / "work.cnnw"
    save_project(saved, session.document, session.assets)
    session.open_snapshot(tiny_network())
    open_path(program.window, saved)
    qtbot.waitUntil(lambda: session.project == saved, timeout=PATIENCE)
    assert (session.document.layer, session.document.unit) == ("conv2", 2)
    assert session.snapshot() is not None
    assert not session.is_modified
    session.mark_saved(None)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_theme_is_chosen_in_the_view_menu(program: Application, name: str) -> None:
    from workbench import theme

    program.window.actions_by_name[f"use_{name}"].trigger()
    assert theme.theme().name == name
    assert program.session.settings.theme == name
    theme.apply("dark")


def test_a_folder_of_pictures_that_is_dropped_is_looked_at(
    program: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(8):
            shutil.copy(resource("photos") / "cat.jpg", tmp_path / name / f"{number}.jpg")
    drop(program, tmp_path)
    session = program.session
    qtbot.waitUntil(
        lambda: session.document.source is not None and session.document.source.kind == "sample",
        timeout=PATIENCE,
    )


def test_a_camera_that_is_not_there_any_more_is_told(program: Application, qtbot: QtBot) -> None:
    document = replace(program.session.document, source=Source("camera", "of_an_extension"))
    with qtbot.waitSignal(program.session.said, timeout=PATIENCE) as told:
        program.session.replace_document(document)
    assert told.args is not None
    assert "There is no camera 'of_an_extension'" in told.args[0]


def test_no_tabs_of_another_workspace_stay(program: Application, qtbot: QtBot) -> None:
    stage = program.window.stage

    def has_tabs(expected: list[str]) -> bool:
        bars = [bar for bar in stage.findChildren(QTabBar) if bar.isVisibleTo(stage)]
        there = sorted(bar.tabText(place) for bar in bars for place in range(bar.count()))
        return there == expected

    look, train = ["Computed", "Filters", "Gabor fits", "Unit"], [
        "Activations", "Compare", "Confusion", "Data", "Filters", "Gabor fits", "Health", "Runs",
        "Training",
    ]  # fmt: skip
    for name, expected in (("Look", look), ("Train", train)) * 3:
        stage.show_workspace(name)
        qtbot.waitUntil(partial(has_tabs, expected), timeout=PATIENCE)


def test_a_sample_is_chosen_by_its_part_and_its_number(program: Application, qtbot: QtBot) -> None:
    session, panel = program.session, program.window.input
    assert panel is not None
    assert panel.which.isHidden()
    panel.look_at_text("fashion_mnist:test:0")
    qtbot.waitUntil(lambda: not panel.which.isHidden(), timeout=PATIENCE)

    panel.which.number.setValue(7)
    qtbot.waitUntil(lambda: panel.name.whole == "Fashion-MNIST test 7", timeout=PATIENCE)
    panel.which.part.setCurrentIndex(panel.which.part.findData("train"))
    panel.which.part.activated.emit(1)
    qtbot.waitUntil(lambda: panel.name.whole == "Fashion-MNIST train 7", timeout=PATIENCE)
    assert session.document.source == Source("sample", "fashion_mnist", "train", 7)


def test_a_sample_that_there_is_not_is_told_and_the_last_one_stays(
    program: Application, qtbot: QtBot
) -> None:
    panel = program.window.input
    assert panel is not None
    panel.look_at_text("fashion_mnist:test:3")
    qtbot.waitUntil(lambda: panel.which.number.value() == 3, timeout=PATIENCE)
    with qtbot.waitSignal(program.session.said, timeout=PATIENCE) as said:
        panel.which.number.setValue(2000)

    assert said.args == ["fashion_mnist has 2000 test samples, 0 to 1999; there is no 2000.", True]
    assert panel.which.number.value() == 3


def test_a_camera_that_gives_nothing_does_not_show_what_was_seen_before(
    program: Application, qtbot: QtBot
) -> None:
    panel = program.window.input
    assert panel is not None
    qtbot.waitUntil(lambda: bool(panel.bars.accessibleDescription()), timeout=PATIENCE)
    program.session.look_at(Source("camera", "webcam", settings=(("device", "7"),)))

    qtbot.waitUntil(lambda: not panel.waiting.isHidden(), timeout=PATIENCE)
    assert "7" in panel.waiting.text()
    assert panel.picture.picture is None
    assert not panel.bars.accessibleDescription()

    program.session.look_at(CAT)
    qtbot.waitUntil(lambda: bool(panel.bars.accessibleDescription()), timeout=PATIENCE)
    assert panel.picture.picture is not None


def test_a_layer_that_does_not_fit_is_why_nothing_is_predicted(
    program: Application, qtbot: QtBot
) -> None:
    panel = program.window.input
    assert panel is not None
    Builder(program.session).change("conv2", Conv2d(4, 99))

    said = "conv2 does not fit, so nothing is predicted yet."
    qtbot.waitUntil(lambda: panel.bars.empty == said, timeout=PATIENCE)


@pytest.mark.parametrize("space", workspace_names())
def test_the_window_fits_a_projector(program: Application, qtbot: QtBot, space: str) -> None:
    window, panel = program.window, program.window.input
    assert panel is not None
    panel.look_at_text("fashion_mnist:test:0")  # a square, which is as high as the panel is wide
    qtbot.waitUntil(lambda: panel.name.whole == "Fashion-MNIST test 0", timeout=PATIENCE)
    window.stage.show_workspace(space)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: bool(program.session.is_idle), timeout=PATIENCE)
    assert window.size().toTuple() == (1280, 720)
