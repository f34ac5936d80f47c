"""Confusion: the matrix of the last exam, and its mistakes as pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.data.datasets import load_samples
from core.data.source import Source
from core.jobs import finish
from core.network.snapshot import Snapshot
from core.results import Table
from core.training.examination import examine
from core.training.observation import Observation
from core.training.train import TrainingReport
from tests.workbench.conftest import PATIENCE
from tests.workbench.widgets.conftest import press
from workbench.session import Session
from workbench.training_news import Training
from workbench.views.confusion import SHOWN, ConfusionView


@pytest.fixture
def view(trained: Session, qtbot: QtBot) -> ConfusionView:
    made = ConfusionView(trained)
    qtbot.addWidget(made)
    made.resize(700, 480)
    made.show()
    qtbot.waitUntil(lambda: len(made.tiles.tiles) > 0, timeout=PATIENCE)
    return made


def test_shows_the_most_confident_mistakes(view: ConfusionView, report: TrainingReport) -> None:
    exam = report.observation.exam
    first = exam.mistakes.first(SHOWN)
    samples = load_samples("fashion_mnist")

    tiles = view.tiles.tiles
    assert len(tiles) == len(first.index)
    np.testing.assert_array_equal(tiles[0].picture, samples.frame(int(first.index[0])))
    assert tiles[0].lines[0] == samples.classes[first.predicted[0]]
    assert tiles[0].lines[1] == f"not {samples.classes[first.true[0]]}"


def test_a_cell_lists_its_mistakes(
    view: ConfusionView, report: TrainingReport, qtbot: QtBot
) -> None:
    counts = report.observation.exam.confusion.copy()
    np.fill_diagonal(counts, 0)
    true, predicted = (int(part) for part in np.unravel_index(counts.argmax(), counts.shape))
    middle = view.matrix.cell_rect(true, predicted).center()
    press(qtbot, view.matrix, middle.x(), middle.y())

    names = load_samples("fashion_mnist").classes
    assert len(view.tiles.tiles) == counts.max()
    assert {tile.lines for tile in view.tiles.tiles} == {(names[predicted], f"not {names[true]}")}
    assert f"{names[true]} taken for {names[predicted]}" in view.heading.text()


def test_the_diagonal_has_no_mistakes(view: ConfusionView, qtbot: QtBot) -> None:
    middle = view.matrix.cell_rect(0, 0).center()
    press(qtbot, view.matrix, middle.x(), middle.y())

    assert view.tiles.tiles == ()
    assert "recognised" in view.heading.text()


def test_a_picture_becomes_the_input(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    middle = view.tiles.tile_rect(0).center()
    press(qtbot, view.tiles, middle.x(), middle.y())

    index = int(report.observation.exam.mistakes.index[0])
    wanted = Source("sample", "fashion_mnist", "test", index)
    qtbot.waitUntil(lambda: trained.document.source == wanted, timeout=PATIENCE)


def test_the_same_exam_again_leaves_the_pictures_alone(
    view: ConfusionView, trained: Session, report: TrainingReport
) -> None:
    tiles = view.tiles.tiles
    again = Observation.from_frame(*report.observation.to_frame())
    trained.tell_training(Training(replace(report, observation=again), "fashion_mnist"))

    assert view.tiles.tiles is tiles


def test_exports_the_matrix(view: ConfusionView, report: TrainingReport) -> None:
    table = view.exportable()

    assert isinstance(table, Table)
    assert table.columns[:2] == ("true class", "T-shirt/top")
    assert table.rows[2][1:] == tuple(report.observation.exam.confusion[2].tolist())


def test_data_that_cannot_be_read_is_told(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    trained.tell_training(None)
    trained.tell_training(Training(report, "nothing_of_that_name"))

    told = view.strip.message
    qtbot.waitUntil(lambda: "nothing_of_that_name" in told.text(), timeout=PATIENCE)
    assert view.tiles.tiles == ()


def test_says_what_to_do_before_a_training(view: ConfusionView, trained: Session) -> None:
    trained.tell_training(None)

    assert not view.beside.isVisible()
    assert view.exportable() is None


def test_a_moment_that_is_gone_back_to_is_examined(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    before = earlier(report, 3, seed=1)
    expected = finish(examine(before, load_samples("fashion_mnist", "test")))
    trained.recall(before)

    qtbot.waitUntil(lambda: shown(view) == expected.confusion.tolist(), timeout=PATIENCE)
    assert not view.strip.bar.isVisible()

    trained.recall(None)
    assert shown(view) == report.observation.exam.confusion.tolist()


def test_an_exam_is_taken_once(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    before = earlier(report, 3, seed=1)
    trained.recall(before)
    qtbot.waitUntil(lambda: view.exams.known(3) is not None, timeout=PATIENCE)
    trained.recall(None)

    trained.recall(before)

    assert trained.is_idle
    assert shown(view) == view.exams.known(3).confusion.tolist()  # type: ignore[union-attr]


def test_of_many_moments_the_newest_is_examined_at_last(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    for step in range(1, 9):
        trained.recall(earlier(report, step, seed=step))

    qtbot.waitUntil(lambda: view.exams.known(8) is not None, timeout=PATIENCE)
    assert sum(view.exams.known(step) is not None for step in range(1, 9)) == 2
    assert shown(view) == view.exams.known(8).confusion.tolist()  # type: ignore[union-attr]


def test_a_run_without_exams_is_examined(
    trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    trained.tell_training(Training(replace(report, observation=None), "fashion_mnist"))
    made = ConfusionView(trained)
    qtbot.addWidget(made)
    made.show()

    expected = finish(examine(report.snapshot, load_samples("fashion_mnist", "test")))
    qtbot.waitUntil(lambda: shown(made) == expected.confusion.tolist(), timeout=PATIENCE)


def test_an_exam_that_was_stopped_is_not_begun_again(
    view: ConfusionView, trained: Session, report: TrainingReport
) -> None:
    trained.recall(earlier(report, 3, seed=1))
    view.strip.stopped.emit()
    trained.tell_training(Training(report, "fashion_mnist"))

    assert trained.is_idle
    assert "Stopped" in view.strip.message.text()


def test_the_exams_of_another_run_are_forgotten(
    view: ConfusionView, trained: Session, report: TrainingReport, qtbot: QtBot
) -> None:
    trained.recall(earlier(report, 3, seed=1))
    qtbot.waitUntil(lambda: view.exams.known(3) is not None, timeout=PATIENCE)

    trained.tell_training(None)

    assert view.exams.known(3) is None
    assert view.exportable() is None


def earlier(report: TrainingReport, step: int, seed: int) -> Snapshot:
    """Another network, as if it had been that of an earlier step."""
    return replace(report.snapshot, weights={}, step=step, seed=seed)


def shown(view: ConfusionView) -> list[list[int]] | None:
    """The counts of the matrix."""
    table = view.exportable()
    return None if table is None else [list(row[1:]) for row in table.rows]  # type: ignore[arg-type]
