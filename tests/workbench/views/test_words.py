"""The network in words: typed, read, in step with the rest, and errors at the word."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch import nn

from core.network import edit
from core.network.foreign.libraries import snapshot_of
from core.network.layers.relu import Relu
from core.network.notation import read
from core.network.spec import ModelSpec
from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.words import CALM_MS, WordsView

WORDS = "input 3x32x32 | conv 4@3x3 relu | maxpool 2 | flatten | dense 3"


def _spec(session: Session) -> ModelSpec:
    assert session.model is not None
    assert session.model.spec is not None
    return session.model.spec


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> WordsView:
    session.edit_spec(read(WORDS, name="Small"), "conv1")
    made = WordsView(session)
    qtbot.addWidget(made)
    made.resize(600, 120)
    made.show()
    made.activateWindow()
    made.text.setFocus()
    qtbot.waitUntil(lambda: made.text.marks != (), timeout=PATIENCE)
    return made


def _type(view: WordsView, text: str, at: str) -> None:
    """Put the cursor behind `at`, and type."""
    cursor = view.text.textCursor()
    cursor.setPosition(view.text.toPlainText().index(at) + len(at))
    view.text.setTextCursor(cursor)
    QTest.keyClicks(view.text, text)


def _marked(view: WordsView) -> list[str]:
    text = view.text.toPlainText()
    return [text[mark.start : mark.end] for mark in view.text.marks]


def test_reads_what_is_open(view: WordsView, session: Session) -> None:
    assert read(view.text.toPlainText(), name="Small") == _spec(session)


def test_what_was_typed_for_one_network_does_not_become_another(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    _type(view, " relu", at="dense 3")
    other = read("input 1x8x8 | flatten | dense 2", name="Other")
    session.edit_spec(other, "flatten")

    qtbot.waitUntil(lambda: "1x8x8" in view.text.toPlainText(), timeout=PATIENCE)
    qtbot.wait(2 * CALM_MS)
    assert _spec(session) == other


def test_words_come_back_with_the_network(view: WordsView, session: Session, qtbot: QtBot) -> None:
    before = view.text.toPlainText()
    session.open_module(snapshot_of(nn.Sequential(nn.Conv2d(3, 2, 3)), input_shape=(3, 16, 16)))
    qtbot.waitUntil(lambda: view.text.isReadOnly(), timeout=PATIENCE)
    session.undo()

    qtbot.waitUntil(lambda: view.text.toPlainText() == before, timeout=PATIENCE)
    assert "not described" not in view.message.text()


def test_typing_changes_the_network_as_one_step_of_undo(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    before = _spec(session)
    _type(view, " | conv 8@3x3", "relu")
    qtbot.waitUntil(lambda: len(_spec(session).nodes) == 6, timeout=PATIENCE)
    assert session.document.layer == "conv2"
    session.undo()
    assert _spec(session) == before
    qtbot.waitUntil(lambda: read(view.text.toPlainText(), name="Small") == before, timeout=PATIENCE)


def test_a_wrong_word_is_marked_and_leaves_the_network_alone(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    before = _spec(session)
    _type(view, " | cnov 8@3x3", "relu")
    qtbot.waitUntil(lambda: not view.message.isHidden(), timeout=PATIENCE)
    assert "conv" in view.message.text()
    assert _spec(session) == before
    text = view.text.toPlainText()
    (mark,) = view.text.marks
    assert (text[mark.start : mark.end], mark.part) == ("cnov", "danger")


def test_an_edit_elsewhere_is_read_here(view: WordsView, session: Session, qtbot: QtBot) -> None:
    session.edit_spec(*edit.insert(_spec(session), 1, Relu()))
    qtbot.waitUntil(lambda: "relu2: relu" in view.text.toPlainText(), timeout=PATIENCE)
    assert read(view.text.toPlainText(), name="Small") == _spec(session)


def test_the_layer_at_the_cursor_is_selected_and_marked(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    _type(view, "", "maxpool")
    assert session.document.layer == "pool1"
    qtbot.waitUntil(lambda: _marked(view) == ["maxpool 2"], timeout=PATIENCE)


def test_a_layer_that_does_not_fit_is_underlined(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    session.edit_spec(read(WORDS.replace("flatten | ", ""), name="Small"), "conv1")
    qtbot.waitUntil(lambda: "danger" in {m.part for m in view.text.marks}, timeout=PATIENCE)
    marked = [m for m in view.text.marks if m.part == "danger"]
    assert [view.text.toPlainText()[m.start : m.end] for m in marked] == ["dense 3"]


def test_undo_in_the_field_gives_the_network_back(
    view: WordsView, session: Session, qtbot: QtBot
) -> None:
    before = _spec(session)
    _type(view, "0", "dense 3")
    qtbot.waitUntil(lambda: _spec(session) != before, timeout=PATIENCE)
    QTest.keyClick(view.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _spec(session) == before, timeout=PATIENCE)
