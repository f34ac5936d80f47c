"""The layer table: its columns, its totals, its dense twin, its memory."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot
from torch import Tensor, nn
from torch.nn.functional import relu

from core.network import edit
from core.network.layers.conv2d import Conv2d
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from tests.workbench.conftest import PATIENCE
from workbench.cost_columns import COLUMNS, size
from workbench.session import Session
from workbench.views.layer_table import CostTable, LayerTableView

WIDE = 1400


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> LayerTableView:
    made = LayerTableView(session)
    qtbot.addWidget(made)
    made.resize(WIDE, 400)
    made.show()
    return made


def opened(session: Session, qtbot: QtBot, name: str, title: str) -> None:
    session.open_model(name)
    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == title, timeout=PATIENCE
    )


def text(table: CostTable, layer: str, title: str) -> str:
    column = [column.title for column in COLUMNS].index(title)
    return str(index_of(table, layer).siblingAtColumn(column).data())


def index_of(table: CostTable, layer: str) -> QModelIndex:
    model = table.model()
    places = (model.index(row, 0) for row in range(model.rowCount()))
    return next(index for index in places if index.data() == layer)


def test_lenet_5_is_told_layer_by_layer(
    view: LayerTableView, session: Session, qtbot: QtBot
) -> None:
    opened(session, qtbot, "lenet5", "LeNet-5")
    told = [text(view.table, "conv2", column.title) for column in COLUMNS]
    assert told == [
        "conv2", "Convolution", "16 × 10 × 10", "2,416", "3.9%", "240 k", "6.25 KiB", "37.8 KiB",
        "14 × 14", "2", "4.5",
    ]  # fmt: skip
    assert view.total.whole == (
        "61,706 parameters · 417 k MACs · 58.6 KiB of outputs for one image · "
        "1.48 MiB to train with 16"
    )


def test_the_selected_layer_stands_beside_a_dense_one(
    view: LayerTableView, session: Session, qtbot: QtBot
) -> None:
    opened(session, qtbot, "lenet5", "LeNet-5")
    with qtbot.waitSignal(view.readout_changed) as told:
        session.select_layer("dense1")
    assert told.args == ["dense1: 48,000 connections"]
    with qtbot.waitSignal(view.readout_changed) as told:
        session.select_layer("conv1")
    assert told.args == ["conv1 as a dense layer: 3,687,936 weights; unshared: 122,304"]
    with qtbot.waitSignal(view.readout_changed) as told:
        session.select_layer("tanh1")
    assert told.args == [""]


def test_a_click_selects_the_layer(view: LayerTableView, session: Session, qtbot: QtBot) -> None:
    place = view.table.visualRect(index_of(view.table, "conv2")).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.document.layer == "conv2"


def test_columns_that_matter_less_give_way_first(view: LayerTableView, qtbot: QtBot) -> None:
    assert view.table.columns == tuple(column.title for column in COLUMNS)
    seen = [view.table.columns]
    for width in (900, 700, 500, 400, 250):
        view.resize(width, 400)
        seen.append(view.table.columns)
    assert all(set(after) <= set(before) for before, after in pairwise(seen))
    assert "centre" not in seen[3]
    assert "receptive field" in seen[3]
    assert seen[-1] == ("layer", "output", "parameters")


def test_batch_and_optimiser_change_the_memory_of_training_alone(
    view: LayerTableView, session: Session
) -> None:
    before = text(view.table, "conv1", "memory"), text(view.table, "conv1", "training")
    batch = view.form.editor("batch")
    assert isinstance(batch, QSpinBox)
    batch.setValue(1)
    # conv1 keeps nothing itself: the input is kept, and the rectifier's output
    assert (text(view.table, "conv1", "memory"), text(view.table, "conv1", "training")) == before
    assert text(view.table, "relu1", "training") == size(4 * 6 * 16 * 16)
    assert view.total.whole.endswith("to train with 1")
    session.undo()
    assert text(view.table, "relu1", "training") == size(16 * 4 * 6 * 16 * 16)


def test_what_is_kept_is_said_in_a_tooltip(view: LayerTableView) -> None:
    column = [column.title for column in COLUMNS].index("training")
    index = index_of(view.table, "conv2").siblingAtColumn(column)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines() == [
        "880 B: weights",
        "880 B: gradients of the weights",
        "1.72 KiB: what the optimiser remembers",
        "9 KiB: kept for the backward pass of 16",
    ]


def test_every_number_says_how_it_is_counted(view: LayerTableView) -> None:
    model = view.table.model()
    for place, column in enumerate(COLUMNS):
        role = Qt.ItemDataRole.ToolTipRole
        assert model.headerData(place, Qt.Orientation.Horizontal, role) == column.help
        assert column.help


def test_a_layer_that_does_not_fit_says_why_across_the_table(
    view: LayerTableView, session: Session
) -> None:
    assert session.model is not None
    assert session.model.spec is not None
    session.edit_spec(edit.change(session.model.spec, "conv2", Conv2d(4, 40)), "conv2")
    assert "choose a kernel of at most 8" in text(view.table, "conv2", "output")
    row = index_of(view.table, "conv2").row()
    assert view.table.columnSpan(row, 2) == len(COLUMNS) - 2
    assert view.total.whole.startswith("1 layer does not fit · ")


def test_torch_saves_what_was_counted_of_vgg16(
    view: LayerTableView, session: Session, qtbot: QtBot
) -> None:
    opened(session, qtbot, "vgg16", "VGG-16")
    assert view.options is not None
    qtbot.addWidget(view.options)
    view.options.show()
    qtbot.waitUntil(lambda: "MB" in view.memory.text("measured"), timeout=PATIENCE)
    assert view.memory.text("outputs") == "15,237,608 values 60.95 MB"
    assert view.memory.text("outputs_and_activations") == "28,793,320 values 115.17 MB"
    assert view.memory.text("kept_for_backward") == view.memory.text("measured") == "73.25 MB"
    assert view.memory.text("said") == "approx. 93 MB"


def test_the_exported_table_ends_in_its_totals(view: LayerTableView) -> None:
    table = view.exportable()
    assert table.columns == tuple(column.title for column in COLUMNS)
    assert table.rows[-1][0] == "total"
    assert table.rows[-1][3] == "1,111"


class _WithSpare(nn.Module):
    """A convolution, a function, and a layer that takes no part."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.spare = nn.Linear(2, 2)

    def forward(self, images: Tensor) -> Tensor:
        return relu(self.conv(images))


def test_how_a_module_was_read_is_told_and_what_takes_no_part(
    view: LayerTableView, session: Session, qtbot: QtBot
) -> None:
    opened(session, qtbot, "lenet5", "LeNet-5")
    assert not view.reading.isVisible()
    model = Model("Own", Preprocessing((16, 16)))
    session.open_module(Snapshot(model, module=_WithSpare()))
    qtbot.waitUntil(lambda: session.model is model, timeout=PATIENCE)
    assert view.reading.whole == (
        "Read from the module's graph (torch.fx): functions are layers too. Layers that do not "
        "run: 1 (spare)."
    )
