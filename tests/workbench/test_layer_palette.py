"""The palette of layer kinds: found by a few letters, chosen by key or click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.network.layers.conv2d import Conv2d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.spec import LAYERS
from tests.workbench.conftest import PATIENCE
from workbench import theme
from workbench.app import Application
from workbench.layer_palette import (
    LAYER_MIME,
    Kind,
    LayerPalette,
    best,
    dragged_kind,
    layer_data,
)


@pytest.fixture
def chosen() -> list[Kind]:
    return []


@pytest.fixture
def palette(qtbot: QtBot, chosen: list[Kind]) -> Iterator[LayerPalette]:
    theme.apply("dark")
    parent = QWidget()
    qtbot.addWidget(parent)
    made = LayerPalette(parent, chosen.append)
    made.show_at(QPoint(400, 200))
    yield made
    if isValid(made):
        made.close()
    parent.close()


def test_every_kind_of_layer_is_listed_under_its_heading(palette: LayerPalette) -> None:
    assert set(palette.kinds) == set(LAYERS.values())
    texts = [palette.answers.item(row).text() for row in range(palette.answers.count())]
    assert {kind.group for kind in LAYERS.values()} <= set(texts)


@pytest.mark.parametrize(
    ("text", "word"), [("linear", "dense"), ("fukushima", "scells"), ("residual", "add")]
)
def test_a_kind_is_found_by_what_others_call_it_and_by_whom_it_is_from(
    text: str, word: str
) -> None:
    assert word in [kind.word for kind in best(text)]


def test_says_so_where_nothing_is_found(palette: LayerPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "xyzzy")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert palette.kinds == ()
    assert "clear the field" in palette.answers.item(0).text()


def test_the_word_that_is_typed_finds_its_kind_first(
    palette: LayerPalette, chosen: list[Kind], qtbot: QtBot
) -> None:
    qtbot.keyClicks(palette.field, "conv")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen == [Conv2d]


def test_the_arrows_pass_over_headings(
    palette: LayerPalette, chosen: list[Kind], qtbot: QtBot
) -> None:
    for _ in range(len(palette.kinds) + 3):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen == [palette.kinds[-1]]


def test_a_click_chooses(palette: LayerPalette, chosen: list[Kind], qtbot: QtBot) -> None:
    palette.field.setText("max pool")
    area = palette.answers.visualItemRect(palette.answers.item(0))
    qtbot.mouseClick(palette.answers.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert chosen
    assert "pool" in chosen[0].title.lower()


def test_words_are_found_in_the_purpose_too() -> None:
    assert MaxPool2d in best("largest value") + best("max pool")


def test_nothing_is_chosen_where_nothing_is_found(
    palette: LayerPalette, chosen: list[Kind], qtbot: QtBot
) -> None:
    palette.field.setText("no such layer")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen == []


def test_a_dragged_kind_is_known_where_it_is_dropped() -> None:
    assert dragged_kind(layer_data(Conv2d)) is Conv2d


def test_a_kind_of_an_extension_that_is_missing_is_not_taken() -> None:
    data = QMimeData()
    data.setData(LAYER_MIME, b"Nonsense")
    assert dragged_kind(data) is None


def test_a_key_opens_it_for_the_layer_behind_the_current_one(
    program: Application, qtbot: QtBot
) -> None:
    program.session.select_layer("conv1")
    program.window.actions_by_name["add_layer"].trigger()
    found = program.window.findChildren(LayerPalette)
    qtbot.waitUntil(lambda: found[0].isVisible(), timeout=PATIENCE)
    found[0].field.setText("sigmoid")
    qtbot.keyClick(found[0].field, Qt.Key.Key_Return)
    assert program.window.spine.names[:2] == ("conv1", "sigmoid1")
