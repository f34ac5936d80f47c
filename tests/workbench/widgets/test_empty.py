from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show
from workbench.widgets.empty import EmptyState


def button(state: EmptyState) -> QPushButton:
    found = state.findChild(QPushButton)
    assert found is not None
    return found


def test_the_button_does_what_the_sentence_asks_for(show: Show, qtbot: QtBot) -> None:
    done: list[str] = []
    state = EmptyState("Train the network first.", "Train", lambda: done.append("trained"))
    show(state)

    button(state).click()

    assert done == ["trained"]
    assert state.accessibleName() == "Train the network first."


def test_a_sentence_alone_has_no_button(show: Show) -> None:
    state = EmptyState("Choose a layer first.")
    show(state)

    assert not button(state).isVisible()


def test_long_sentences_are_shown_whole(show: Show) -> None:
    state = EmptyState("Choose an image first, " * 6, "Choose", lambda: None)
    show(state, 260, 260)
    sentence = state.findChild(QLabel)

    assert sentence is not None
    assert sentence.height() >= sentence.heightForWidth(sentence.width())


def test_it_can_say_something_else(show: Show) -> None:
    state = EmptyState("Choose a layer first.")
    show(state)
    state.set_text("There is nothing to fit at 3 × 3.", "Choose another layer")

    assert state.text == "There is nothing to fit at 3 × 3."
    assert button(state).isVisible()
