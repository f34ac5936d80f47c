"""The network as source: shown, followed, copied, saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.network.notation import read
from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.source import SourceView

WORDS = "input 3x32x32 | conv 4@3x3 relu | flatten | dense 3"


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> SourceView:
    session.edit_spec(read(WORDS, name="Small"), "conv1")
    made = SourceView(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "nn.Conv2d" in made.text.toPlainText(), timeout=PATIENCE)
    return made


def test_shows_a_program_that_runs(view: SourceView) -> None:
    names: dict[str, object] = {"__name__": "generated"}
    exec(compile(view.text.toPlainText(), "generated", "exec"), names)
    assert "Small" in names


def test_follows_an_edit_and_the_selected_layer(
    view: SourceView, session: Session, qtbot: QtBot
) -> None:
    session.edit_spec(read(WORDS.replace("4@3x3", "9@5x5"), name="Small"), "dense1")
    qtbot.waitUntil(lambda: "9, kernel_size=5" in view.text.toPlainText(), timeout=PATIENCE)
    text = view.text.toPlainText()
    uses = [text[mark.start : mark.end] for mark in view.text.marks]
    assert uses == ["self.dense1", "self.dense1"]


def test_adds_the_training_script_on_request(view: SourceView, qtbot: QtBot) -> None:
    view.training.click()
    qtbot.waitUntil(lambda: "argparse" in view.text.toPlainText(), timeout=PATIENCE)


def test_a_network_that_does_not_fit_is_told(
    view: SourceView, session: Session, qtbot: QtBot
) -> None:
    session.edit_spec(read(WORDS.replace("flatten | ", ""), name="Small"), "conv1")
    qtbot.waitUntil(lambda: not view.message.isHidden(), timeout=PATIENCE)
    assert "dense1" in view.message.text()


def test_is_copied_and_saved(view: SourceView, tmp_path: Path) -> None:
    view.copy.click()
    assert QGuiApplication.clipboard().text() == view.text.toPlainText()
    view.write(tmp_path / "network.py")
    assert (tmp_path / "network.py").read_text("utf-8") == view.text.toPlainText()
