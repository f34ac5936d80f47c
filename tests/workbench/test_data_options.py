"""The options of a data set as a form: those of another one, and what they make of its text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from tests.core.data.datasets.pictures import write_class
from workbench.data_options import DataOptions


@pytest.fixture
def options(qtbot: QtBot) -> DataOptions:
    made = DataOptions()
    qtbot.addWidget(made)
    made.show()
    made.show_data("shapes?noise=0.3")
    return made


def editor(options: DataOptions, name: str) -> QSpinBox:
    assert options.form is not None
    found = options.form.editor(name)
    assert isinstance(found, QSpinBox)
    return found


def test_an_option_becomes_part_of_the_text(options: DataOptions, qtbot: QtBot) -> None:
    with qtbot.waitSignal(options.changed) as heard:
        editor(options, "size").setValue(64)

    assert heard.args == ["shapes?size=64&noise=0.3"]


def test_the_same_data_set_keeps_its_form(options: DataOptions) -> None:
    before = options.form
    options.show_data("shapes?size=48")

    assert options.form is before
    assert editor(options, "size").value() == 48


def test_another_data_set_has_other_options(options: DataOptions) -> None:
    options.show_data("gratings")
    assert options.form is not None
    assert isinstance(options.form.editor("kind"), QComboBox)


@pytest.mark.parametrize("text", ["fashion_mnist", "lost"])
def test_there_may_be_no_options(options: DataOptions, text: str) -> None:
    options.show_data(text)

    assert options.form is None


def test_where_files_are_is_not_asked_again(
    options: DataOptions, tmp_path: Path, qtbot: QtBot
) -> None:
    write_class(tmp_path / "cats", 2)
    options.show_data(str(tmp_path))
    assert options.form is not None
    assert not options.form.editor("path").isVisible()
    with qtbot.waitSignal(options.changed) as heard:
        editor(options, "size").setValue(32)

    assert heard.args == [f"{tmp_path}?size=32"]
