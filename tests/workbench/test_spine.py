"""The spine paints anew what an edit changed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent, QRegion
from pytestqt.qtbot import QtBot

from core.network import edit
from core.network.layer_table import layer_table
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.spec import ModelSpec, Node
from workbench import theme
from workbench.spine import Spine

NETWORK = ModelSpec(
    "Three",
    (1, 28, 28),
    (Node("first", Conv2d(4, 3)), Node("relu", Relu()), Node("second", Conv2d(8, 3))),
)


class Painted(QObject):
    """What a viewport has painted."""

    def __init__(self, spine: Spine) -> None:
        super().__init__()
        self.region = QRegion()
        spine.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


@pytest.fixture
def spine(qtbot: QtBot) -> Iterator[Spine]:
    theme.apply("dark")
    made = Spine()
    qtbot.addWidget(made)
    made.resize(220, 400)
    made.set_table(layer_table(NETWORK))
    with qtbot.waitExposed(made):
        made.show()
    qtbot.wait(1)
    yield made
    made.close()


def painted_by(spine: Spine, qtbot: QtBot, changed: ModelSpec) -> QRegion:
    """What is painted when the network becomes another."""
    painted = Painted(spine)
    spine.set_table(layer_table(changed))
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    return painted.region


def test_an_edit_paints_the_cards_that_say_something_else(spine: Spine, qtbot: QtBot) -> None:
    wider = edit.change(NETWORK, "second", Conv2d(9, 3))

    region = painted_by(spine, qtbot, wider)

    assert region.boundingRect().contains(spine.card_rect("second").adjusted(0, 0, -6, 0))
    assert not region.intersects(spine.card_rect("first"))
    assert not region.intersects(spine.card_rect("relu"))


def test_an_edit_paints_all_cards_that_it_reaches(spine: Spine, qtbot: QtBot) -> None:
    region = painted_by(spine, qtbot, edit.change(NETWORK, "first", Conv2d(5, 3)))

    for name in ("first", "relu", "second"):
        assert region.contains(spine.card_rect(name).center())


def test_a_layer_more_paints_all(spine: Spine, qtbot: QtBot) -> None:
    longer, _ = edit.insert(NETWORK, 0, Relu())

    region = painted_by(spine, qtbot, longer)

    assert QRect(region.boundingRect()) == spine.viewport().rect()
