"""The choice of a data set: what is there, a folder of one's own, and a place without data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.data.datasets import load_samples
from core.data.images import write_png
from workbench.data_box import DataBox


@pytest.fixture
def box(qtbot: QtBot) -> DataBox:
    made = DataBox("fashion_mnist")
    qtbot.addWidget(made)
    return made


def test_begins_with_the_one_that_is_named(box: DataBox) -> None:
    assert box.text == "fashion_mnist"
    assert box.findData("image_folder") < 0


def test_takes_a_folder_of_class_folders(box: DataBox, tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(5):
            with (tmp_path / name / f"{number}.png").open("wb") as file:
                write_png(file, np.full((8, 8, 3), 40 * number, np.uint8))
    with qtbot.waitSignal(box.changed):
        box.take(tmp_path)
    assert load_samples(box.text, "train").classes == ("cats", "dogs")
    assert box.currentText() == tmp_path.name


def test_a_place_without_data_is_refused_and_the_choice_stays(
    box: DataBox, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(box.refused) as refusal:
        box.take(tmp_path / "missing")
    assert "missing" in refusal.args[0]
    assert box.text == "fashion_mnist"


def test_options_that_are_set_elsewhere_are_taken_over(box: DataBox) -> None:
    box.setCurrentIndex(box.findData("shapes"))
    box.follow("shapes?size=64")
    assert box.text == "shapes?size=64"
    assert box.currentText() == "Shapes"
    box.follow("gratings?size=64")
    assert box.text == "gratings?size=64"
    assert box.currentText() == "Gratings and bars"
    box.follow("no_such_data")
    assert box.text == "gratings?size=64"
