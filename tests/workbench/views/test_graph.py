"""The graph, used as a person does: look, choose, connect, insert, copy, group, undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from core.network.layers.add import Add
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from core.network.wiring import reads_of
from tests.workbench.conftest import PATIENCE
from workbench.app import Application
from workbench.dock import Dock
from workbench.graph.canvas import GraphCanvas
from workbench.graph.node_item import HEIGHT, WIDTH
from workbench.layer_palette import layer_data
from workbench.session import Session
from workbench.views.graph import GraphView

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Iterator[GraphView]:
    """The graph of the tiny network, wide enough to read it as a whole."""
    made = GraphView(session)
    dock = Dock("graph", made.title)
    qtbot.addWidget(dock)
    dock.set_view(made)
    dock.resize(1020, 560)
    dock.show()
    qtbot.waitUntil(lambda: bool(made.canvas.graph.nodes), timeout=PATIENCE)
    yield made
    dock.close()


def spec_of(session: Session) -> ModelSpec:
    assert session.model is not None
    assert session.model.spec is not None
    return session.model.spec


def names(session: Session) -> list[str]:
    return [node.name for node in spec_of(session).nodes]


def point(canvas: GraphCanvas, name: str, across: float = WIDTH / 2) -> QPoint:
    """A point of a box on the viewport."""
    node = canvas.graph.nodes[name]
    return canvas.mapFromScene(node.pos() + QPointF(across, HEIGHT / 2))


def output(canvas: GraphCanvas, name: str) -> QPoint:
    return point(canvas, name, WIDTH)


def entry(canvas: GraphCanvas, name: str) -> QPoint:
    return point(canvas, name, 0)


def middle_of_line(canvas: GraphCanvas, source: str, reader: str) -> QPoint:
    points = canvas.graph.edges[source, reader].points
    return canvas.mapFromScene((QPointF(*points[0]) + QPointF(*points[1])) / 2)


def drag(
    qtbot: QtBot,
    canvas: GraphCanvas,
    start: QPoint,
    end: QPoint,
    keys: Qt.KeyboardModifier = NONE,
) -> None:
    port = canvas.viewport()
    qtbot.mousePress(port, LEFT, keys, pos=start)
    qtbot.mouseMove(port, (start + end) / 2)
    qtbot.mouseMove(port, end)
    qtbot.mouseRelease(port, LEFT, keys, pos=end)


def click(qtbot: QtBot, canvas: GraphCanvas, name: str, keys: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(canvas.viewport(), LEFT, keys, pos=point(canvas, name))


def empty_spot(canvas: GraphCanvas) -> QPoint:
    return QPoint(12, canvas.viewport().height() - 12)


def drop(canvas: GraphCanvas, data: QMimeData, where: QPoint) -> None:
    event = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, LEFT, NONE)
    canvas.dropEvent(event)


def wheel(canvas: GraphCanvas, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


# Looking


def test_every_layer_has_a_card_with_its_shape_and_settings(view: GraphView) -> None:
    nodes = view.canvas.graph.nodes
    assert list(nodes) == ["input", "conv1", "relu1", "pool1", "conv2", "flatten", "output"]
    assert nodes["conv1"].box.shape == "6 × 16 × 16"
    assert "6 @ 5x5" in nodes["conv1"].box.summary
    assert nodes["input"].box.shape == "3 × 16 × 16"


def test_the_cards_in_sight_get_live_pictures(view: GraphView, qtbot: QtBot) -> None:
    nodes = view.canvas.graph.nodes
    qtbot.waitUntil(lambda: nodes["conv2"].has_picture, timeout=PATIENCE)
    assert nodes["input"].has_picture


def test_far_off_no_pictures_are_asked_for(view: GraphView) -> None:
    view.canvas.zoom_by(0.2)
    assert view.canvas.pictured_in_sight == ()


def test_the_wheel_zooms_about_the_pointer(view: GraphView) -> None:
    canvas = view.canvas
    canvas.zoom_by(2.5)
    canvas.centerOn(canvas.graph.network_area.center())
    at = canvas.viewport().rect().center() + QPoint(50, 20)
    held, before = canvas.mapToScene(at), canvas.scale_now
    wheel(canvas, at, 2)
    assert canvas.scale_now > before
    assert (canvas.mapToScene(at) - held).manhattanLength() < 3


def test_dragging_what_is_empty_pans(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    canvas.zoom_by(2.0)
    before = canvas.sight.topLeft()
    start = canvas.mapFromScene(canvas.graph.nodes["conv1"].pos() + QPointF(WIDTH / 2, -15))
    drag(qtbot, canvas, start, start - QPoint(60, 0))
    assert canvas.sight.left() > before.x() + 10
    assert view.session.document.layer == "conv1"


def test_the_mini_map_is_there_where_the_network_is_larger(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    assert not canvas.map.isVisible()
    canvas.zoom_by(3.0)
    assert canvas.map.isVisible()
    seen = canvas.sight.center()
    qtbot.mouseClick(canvas.map, LEFT, pos=QPoint(8, 8))
    assert (canvas.sight.center() - seen).manhattanLength() > 50
    canvas.fit()
    assert not canvas.map.isVisible()


def test_ctrl_0_shows_the_whole_network_again(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert not canvas.sight.contains(canvas.graph.network_area)
    qtbot.keyClick(canvas, Qt.Key.Key_0, CTRL)
    assert canvas.sight.contains(canvas.graph.network_area)


# Choosing


def test_a_click_selects_the_layer_everywhere(view: GraphView, qtbot: QtBot) -> None:
    click(qtbot, view.canvas, "conv2")
    assert view.session.document.layer == "conv2"
    assert view.canvas.graph.nodes["conv2"].state.current
    assert view.canvas.graph.edges["pool1", "conv2"].state.lit
    assert "4 × 6 × 6" in view.canvas.accessibleDescription()


def test_the_graph_follows_a_layer_that_is_selected_elsewhere(view: GraphView) -> None:
    view.session.select_layer("flatten")
    assert view.canvas.graph.current == "flatten"


def test_the_arrows_walk_along_the_wiring(view: GraphView, qtbot: QtBot) -> None:
    for key, layer in ((Qt.Key.Key_Right, "relu1"), (Qt.Key.Key_Left, "conv1")):
        qtbot.keyClick(view.canvas, key)
        assert view.session.document.layer == layer


def test_ctrl_click_chooses_several_and_shift_drag_all_that_it_touches(
    view: GraphView, qtbot: QtBot
) -> None:
    canvas = view.canvas
    click(qtbot, canvas, "conv1")
    click(qtbot, canvas, "pool1", CTRL)
    assert canvas.graph.chosen == ("conv1", "pool1")
    corner = canvas.viewport().rect().bottomRight() - QPoint(4, 4)
    drag(qtbot, canvas, QPoint(4, 4), corner, SHIFT)
    assert canvas.graph.chosen == tuple(names(view.session))


# Wiring


def test_a_line_drawn_to_a_join_is_read_besides_the_others(view: GraphView, qtbot: QtBot) -> None:
    session, canvas = view.session, view.canvas
    view.builder.insert_between("relu1", "pool1", Add)
    drag(qtbot, canvas, output(canvas, "conv1"), entry(canvas, "add1"))
    assert reads_of(spec_of(session), "add1") == ("relu1", "conv1")
    assert ("conv1", "add1") in canvas.graph.edges
    session.undo()
    assert reads_of(spec_of(session), "add1") == ("relu1",)


def test_a_line_drawn_to_another_layer_replaces_what_it_read(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    drag(qtbot, canvas, output(canvas, "conv1"), point(canvas, "pool1"))
    assert reads_of(spec_of(view.session), "pool1") == ("conv1",)


def test_a_cycle_is_refused_with_a_sentence(view: GraphView, qtbot: QtBot) -> None:
    before, said = spec_of(view.session), []
    view.session.said.connect(lambda sentence, problem: said.append((sentence, problem)))
    drag(qtbot, view.canvas, output(view.canvas, "pool1"), entry(view.canvas, "conv1"))
    assert spec_of(view.session) == before
    assert said
    assert "depends on conv1" in said[0][0]
    assert said[0][1]


def test_a_line_drawn_to_nowhere_changes_nothing(view: GraphView, qtbot: QtBot) -> None:
    before = spec_of(view.session)
    drag(qtbot, view.canvas, output(view.canvas, "conv1"), empty_spot(view.canvas))
    assert spec_of(view.session) == before
    assert not view.session.can_undo or names(view.session) == [n.name for n in before.nodes]


def test_escape_gives_a_line_up(view: GraphView, qtbot: QtBot) -> None:
    canvas, before = view.canvas, spec_of(view.session)
    qtbot.mousePress(canvas.viewport(), LEFT, pos=output(canvas, "conv1"))
    qtbot.mouseMove(canvas.viewport(), point(canvas, "pool1"))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(canvas.viewport(), LEFT, pos=point(canvas, "pool1"))
    assert spec_of(view.session) == before


def test_a_line_taken_away_from_its_reader_disconnects(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    drag(qtbot, canvas, entry(canvas, "pool1"), empty_spot(canvas))
    assert reads_of(spec_of(view.session), "pool1") == ("input",)


def test_a_line_led_to_another_reader(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    drag(qtbot, canvas, entry(canvas, "relu1"), entry(canvas, "pool1"))
    assert reads_of(spec_of(view.session), "pool1") == ("conv1",)


def test_delete_takes_the_chosen_line_away(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    view.builder.insert_between("relu1", "pool1", Add)
    view.builder.connect("conv1", "add1")
    canvas.graph.choose((), ("conv1", "add1"))
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert reads_of(spec_of(view.session), "add1") == ("relu1",)


def test_a_click_on_a_line_chooses_it(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    at = middle_of_line(canvas, "conv1", "relu1")
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=at)
    assert canvas.graph.chosen_edge == ("conv1", "relu1")


# Layers


def test_delete_takes_the_chosen_layers_out_and_undo_brings_them_back(
    view: GraphView, qtbot: QtBot
) -> None:
    click(qtbot, view.canvas, "relu1")
    click(qtbot, view.canvas, "pool1", CTRL)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Delete)
    assert names(view.session) == ["conv1", "conv2", "flatten", "output"]
    assert "relu1" not in view.canvas.graph.nodes
    view.session.undo()
    assert "relu1" in view.canvas.graph.nodes


def test_edits_that_follow_quickly_are_steps_of_their_own(view: GraphView) -> None:
    before = names(view.session)
    view.builder.duplicate("relu1")
    view.builder.duplicate("relu1")
    assert len(names(view.session)) == len(before) + 2
    view.session.undo()
    assert len(names(view.session)) == len(before) + 1


def test_a_kind_dropped_on_a_line_goes_into_it(view: GraphView) -> None:
    canvas = view.canvas
    drop(canvas, layer_data(Relu), middle_of_line(canvas, "pool1", "conv2"))
    assert names(view.session)[3:5] == ["relu2", "conv2"]
    assert view.session.document.layer == "relu2"


def test_a_kind_dropped_on_a_layer_goes_behind_it(view: GraphView) -> None:
    drop(view.canvas, layer_data(Relu), point(view.canvas, "conv2"))
    assert reads_of(spec_of(view.session), "flatten") == ("relu2",)


def test_a_kind_dropped_where_nothing_is_stands_there_by_itself(view: GraphView) -> None:
    canvas, where = view.canvas, empty_spot(view.canvas) + QPoint(120, -40)
    canvas.keeps = ""
    place = canvas.mapToScene(where)
    drop(canvas, layer_data(MaxPool2d), where)
    assert reads_of(spec_of(view.session), "pool2") == ("input",)
    middle = canvas.graph.nodes["pool2"].area.center()
    assert (middle - place).manhattanLength() < 1
    view.session.undo()
    assert "pool2" not in names(view.session)


def test_other_things_are_not_taken(view: GraphView) -> None:
    before, data = spec_of(view.session), QMimeData()
    data.setText("conv")
    drop(view.canvas, data, point(view.canvas, "conv2"))
    assert spec_of(view.session) == before


def test_a_double_click_renames_where_the_name_stands(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    click(qtbot, canvas, "relu1")
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=point(canvas, "relu1"))
    assert canvas.names.isVisible()
    canvas.names.setText("sharp")
    qtbot.keyClick(canvas.names, Qt.Key.Key_Return)
    assert "sharp" in names(view.session)
    assert not canvas.names.isVisible()


def test_a_name_that_is_taken_is_told(view: GraphView, qtbot: QtBot) -> None:
    said: list[str] = []
    view.session.said.connect(lambda sentence, problem: said.append(sentence))
    qtbot.keyClick(view.canvas, Qt.Key.Key_F2)
    view.canvas.names.setText("conv2")
    qtbot.keyClick(view.canvas.names, Qt.Key.Key_Return)
    assert "choose another name" in said[0]


def test_a_dragged_card_stays_where_it_is_put_until_it_is_arranged(
    view: GraphView, qtbot: QtBot
) -> None:
    canvas = view.canvas
    before = canvas.graph.nodes["relu1"].pos()
    start = point(canvas, "relu1")
    drag(qtbot, canvas, start, start + QPoint(0, 50))
    assert canvas.graph.nodes["relu1"].y() > before.y() + 20
    view.refresh()
    assert canvas.graph.nodes["relu1"].y() > before.y() + 20
    tool(view, "Arrange").click()
    assert canvas.graph.nodes["relu1"].pos() == canvas.graph.place_of("relu1")


def tool(view: GraphView, text: str) -> QToolButton:
    found = [one for one in view.tools if isinstance(one, QToolButton) and one.text() == text]
    return found[0]


# Groups


def test_a_group_is_one_box_until_it_is_opened(view: GraphView, qtbot: QtBot) -> None:
    canvas = view.canvas
    view.close_group(("relu1", "conv2"))
    assert list(canvas.graph.nodes) == ["input", "conv1", "[relu1]", "flatten", "output"]
    assert canvas.graph.nodes["[relu1]"].box.summary == "3 layers"
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=point(canvas, "[relu1]"))
    assert "pool1" in canvas.graph.nodes


def test_closing_a_group_can_be_undone_and_leaves_the_network(view: GraphView) -> None:
    before = spec_of(view.session)
    view.close_group(("relu1", "pool1"))
    assert spec_of(view.session) == before
    view.session.undo()
    assert "relu1" in view.canvas.graph.nodes


def test_blocks_are_closed_by_their_names(view: GraphView) -> None:
    for old, new in (("relu1", "mid_relu"), ("pool1", "mid_pool")):
        view.builder.rename(old, new)
    view.close_blocks()
    assert "[mid]" in view.canvas.graph.nodes
    view.open_groups()
    assert "mid_relu" in view.canvas.graph.nodes


def test_a_line_into_a_closed_group_is_not_taken_away(view: GraphView, qtbot: QtBot) -> None:
    said: list[str] = []
    view.session.said.connect(lambda sentence, problem: said.append(sentence))
    view.close_group(("relu1", "pool1"))
    before = spec_of(view.session)
    view.canvas.graph.choose((), ("conv1", "[relu1]"))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Delete)
    assert spec_of(view.session) == before
    assert said == ["Open the group to change what its layers read."]


# What does not fit


def test_a_layer_that_does_not_fit_is_mended_on_its_card(view: GraphView, qtbot: QtBot) -> None:
    view.builder.remove("flatten")
    assert view.canvas.graph.nodes["output"].box.problem
    assert view.card.layer == "output"
    qtbot.waitUntil(lambda: bool(view.card.buttons), timeout=PATIENCE)
    qtbot.mouseClick(view.card.buttons[0], LEFT)
    assert not any(row.problem for row in view.session.table())
    assert not view.card.isVisible()


def test_what_waits_for_another_is_no_misfit_itself(view: GraphView) -> None:
    view.builder.move("flatten", 0)
    boxes = view.canvas.graph.network.boxes
    assert boxes["conv1"].problem
    assert boxes["relu1"].waits
    assert not boxes["relu1"].problem


# Other networks


def test_a_network_without_layers_says_what_to_do(view: GraphView, qtbot: QtBot) -> None:
    spec = ModelSpec("New", (1, 8, 8))
    view.session.open_snapshot(Snapshot(Model("New", Preprocessing((8, 8), (0.5,), (0.5,)), spec)))
    assert view.empty.isVisible()
    palette = view.ask_insert(QPoint(0, 0))
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert len(names(view.session)) == 1
    assert view.canvas.isVisible()


def test_another_network_does_not_take_over_the_groups_of_the_last(view: GraphView) -> None:
    view.close_group(("relu1", "pool1"))
    nodes = (Node("relu1", Relu()), Node("pool1", MaxPool2d(2)))
    spec = ModelSpec("Other", (3, 16, 16), nodes)
    view.session.open_snapshot(Snapshot(Model("Other", Preprocessing((16, 16)), spec)))
    assert list(view.canvas.graph.nodes) == ["input", "relu1", "pool1"]


def test_a_network_that_was_not_described_here_is_only_looked_at(
    view: GraphView, qtbot: QtBot
) -> None:
    from torch import nn

    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten())
    snapshot = Snapshot(Model("Own", Preprocessing((16, 16))), module=module)
    view.session.open_module(snapshot)
    qtbot.waitUntil(lambda: len(view.canvas.graph.nodes) == 4, timeout=PATIENCE)
    assert not view.canvas.editable
    before = view.session.table()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Delete)
    assert view.session.table() == before


# In the window


def graph_in(program: Application) -> GraphView:
    view = program.window.stage.view("graph")
    assert isinstance(view, GraphView)
    return view


def test_copied_layers_are_pasted_behind_the_chosen_one(program: Application, qtbot: QtBot) -> None:
    session, view = program.session, graph_in(program)
    view.canvas.graph.choose(("conv1", "relu1"))
    program.window.actions_by_name["copy_layers"].trigger()
    view.canvas.choose(view.canvas.graph.nodes["conv2"])
    program.window.actions_by_name["paste_layers"].trigger()
    assert names(session)[4:6] == ["conv3", "relu2"]
    assert reads_of(spec_of(session), "conv3") == ("conv2",)
    assert reads_of(spec_of(session), "flatten") == ("relu2",)
    assert view.canvas.graph.chosen == ("conv3", "relu2")
    program.window.top.undo.click()
    assert "conv3" not in names(session)


def test_cut_duplicate_and_other_text_in_the_clipboard(program: Application, qtbot: QtBot) -> None:
    session, actions = program.session, program.window.actions_by_name
    session.select_layer("relu1")
    actions["duplicate_layers"].trigger()
    assert names(session)[1:3] == ["relu1", "relu2"]
    actions["cut_layers"].trigger()
    assert "relu2" not in names(session)
    QApplication.clipboard().setText("hello")
    before = spec_of(session)
    actions["paste_layers"].trigger()
    assert spec_of(session) == before
    assert "copy some first" in program.window.status.message.whole


def test_spine_table_and_graph_show_the_same_network(program: Application) -> None:
    view = graph_in(program)
    view.builder.insert_after("conv1", Relu)
    assert program.window.spine.names == tuple(view.canvas.graph.nodes)[1:]
