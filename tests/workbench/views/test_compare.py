"""Compare: two moments or two runs, layer by layer, side by side."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.loading import open_model
from core.network.spec import ModelSpec, Node
from core.network.subject import Subject
from core.results import Table
from core.training.train import TrainingReport
from tests.workbench.conftest import PATIENCE
from tests.workbench.recorded import STEPS, open_run, recorded
from workbench.session import Session
from workbench.training_news import Training
from workbench.views.compare import NO_RUNS, CompareView, Side

OTHER = ModelSpec(
    "other",
    (1, 28, 28),
    (Node("first", Conv2d(3, 7, stride=4)), Node("flatten", Flatten()), Node("end", Dense(10))),
)

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def report(folder: Path) -> TrainingReport:
    return recorded(folder)


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda done: qtbot.waitUntil(done, timeout=PATIENCE)


@pytest.fixture
def view(
    session: Session, folder: Path, report: TrainingReport, qtbot: QtBot, until: Until
) -> CompareView:
    open_run(session, folder, report)
    made = CompareView(session)
    qtbot.addWidget(made)
    made.resize(620, 640)
    made.show()
    until(lambda: all(is_shown(side) for side in made.sides))
    return made


def is_shown(side: Side) -> bool:
    card = side.card
    return None not in (card.kernels.grid, card.activations.grid) and bool(
        card.bars.accessibleDescription()
    )


def kernels(side: Side) -> np.ndarray:
    grid = side.card.kernels.grid
    assert grid is not None
    return grid.maps


def weights(folder: Path, step: int) -> np.ndarray:
    return open_model(f"{folder}@{step}").weights["conv.weight"].numpy()[:, 0]


def test_begins_with_the_beginning_beside_the_present(view: CompareView, folder: Path) -> None:
    assert (view.left.choice.folder, view.right.choice.folder) == (folder, None)
    np.testing.assert_array_equal(kernels(view.left), weights(folder, 0))
    np.testing.assert_array_equal(kernels(view.right), weights(folder, 10))
    assert view.figures.texts[0] == ("Step", "0", "10", "+10")


def test_kernels_are_on_one_scale(view: CompareView) -> None:
    left, right = (side.card.kernels.grid for side in view.sides)

    assert left is not None
    assert left.tiles is not None
    assert right is not None
    assert right.tiles is not None
    reach = max(abs(kernels(side)).max() for side in view.sides)
    np.testing.assert_allclose(left.tiles.levels, right.tiles.levels)
    assert left.tiles.levels[0, 1] == pytest.approx(reach)


def test_activations_are_those_of_each_moment_for_the_present_input(
    view: CompareView, session: Session, folder: Path
) -> None:
    seen = session.now.seen
    assert seen is not None
    assert seen.frame is not None
    for side, step in ((view.left, 0), (view.right, 10)):
        subject = Subject(open_model(f"{folder}@{step}"))
        expected = subject.outputs(subject.prepare(seen.frame).image, "relu")["relu"].numpy()
        grid = side.card.activations.grid
        assert grid is not None
        np.testing.assert_allclose(grid.maps, expected, atol=1e-5)


def test_a_slider_chooses_the_moment_of_its_half(
    view: CompareView, folder: Path, qtbot: QtBot, until: Until
) -> None:
    assert view.left.choice.slider.steps == STEPS
    view.left.choice.slider.setFocus()
    qtbot.keyClick(view.left.choice.slider, Qt.Key.Key_End)

    until(lambda: np.array_equal(kernels(view.left), weights(folder, 10)))
    assert view.figures.texts[0] == ("Step", "10", "10", "±0")
    assert view.figures.texts[1][3] == "±0"


def test_the_right_half_goes_back_with_the_docks(
    view: CompareView, session: Session, folder: Path, until: Until
) -> None:
    session.recall(open_model(f"{folder}@4"))

    until(lambda: np.array_equal(kernels(view.right), weights(folder, 4)))
    assert view.figures.texts[0] == ("Step", "0", "4", "+4")


def test_two_runs_of_one_network(
    view: CompareView, tmp_path: Path, folder: Path, until: Until
) -> None:
    other = tmp_path / "again"
    recorded(other, seed=5)
    choose(view, view.right, other, until)

    until(lambda: np.array_equal(kernels(view.right), weights(other, 10)))
    np.testing.assert_array_equal(kernels(view.left), weights(folder, 0))
    assert view.note.text() == ""


def test_a_run_of_another_network_shows_a_layer_that_it_has_and_says_so(
    view: CompareView, session: Session, tmp_path: Path, until: Until
) -> None:
    other = tmp_path / "other"
    recorded(other, OTHER)
    choose(view, view.right, other, until)

    until(lambda: len(kernels(view.right)) == 3)
    assert view.note.text() == "The right network has no layer conv; first is shown."
    assert view.right.card.kernels_caption.whole == "first · 3 kernels, 7 × 7"
    session.select_layer("flatten")
    until(lambda: view.note.text() == "")


def test_a_non_linearity_is_shown_with_the_kernels_above_it(
    view: CompareView, session: Session, folder: Path, until: Until
) -> None:
    session.select_layer("relu")

    until(lambda: session.is_idle and all(map(is_shown, view.sides)))
    np.testing.assert_array_equal(kernels(view.left), weights(folder, 0))


def test_a_hidden_dock_asks_for_nothing(view: CompareView, session: Session, until: Until) -> None:
    until(lambda: asked(session) == 4)
    view.hide()
    until(lambda: asked(session) == 0)
    view.show()
    until(lambda: asked(session) == 4)


def test_a_run_that_goes_on_has_more_moments(
    view: CompareView, session: Session, folder: Path, report: TrainingReport, until: Until
) -> None:
    shutil.copy(folder / "snapshots" / "8.safetensors", folder / "snapshots" / "9.safetensors")
    session.tell_training(Training(replace(report), "fashion_mnist", folder))

    until(lambda: 9 in view.left.choice.slider.steps)
    assert view.left.choice.slider.step == 0


def test_a_new_training_is_compared_with_its_own_beginning(
    view: CompareView, session: Session, tmp_path: Path, until: Until
) -> None:
    other = tmp_path / "again"
    open_run(session, other, recorded(other, seed=5))

    until(lambda: np.array_equal(kernels(view.left), weights(other, 0)))
    np.testing.assert_array_equal(kernels(view.right), weights(other, 10))


def test_what_the_person_chose_stays_when_a_training_begins(
    view: CompareView, session: Session, tmp_path: Path, folder: Path, until: Until
) -> None:
    view.left.choice.slider.walk(1)
    other = tmp_path / "again"
    open_run(session, other, recorded(other, seed=5))

    until(lambda: view.right.choice.box.count() == 3)
    assert view.left.choice.folder == folder
    assert view.left.choice.slider.step == 1


def test_a_run_that_was_removed_is_told(view: CompareView, folder: Path, until: Until) -> None:
    shutil.rmtree(folder)
    view.left.choice.slider.walk(2)

    until(lambda: view.left.card.kernels.grid is None)
    assert str(folder) in view.left.choice.problem
    assert view.left.card.activations.grid is None


def test_a_click_selects_the_unit_everywhere(
    view: CompareView, session: Session, qtbot: QtBot
) -> None:
    view.left.card.chosen.emit(2)

    assert session.document.unit == 2
    assert view.right.card.kernels.selected == 2


def test_exports_the_figures(view: CompareView) -> None:
    table = view.exportable()

    assert isinstance(table, Table)
    assert table.columns == ("", "run", "As shown", "difference")
    assert table.rows[0] == ("Step", 0, 10, 10)


def test_says_what_to_do_before_there_is_a_run(
    session: Session, qtbot: QtBot, until: Until
) -> None:
    view = CompareView(session)
    qtbot.addWidget(view)
    view.show()

    until(lambda: is_shown(view.right))
    assert view.left.card.kernels.empty == NO_RUNS
    assert view.left.choice.snapshot is not None  # what is shown now could be chosen
    assert view.figures.texts[0][1] == "–"


def asked(session: Session) -> int:
    """How many questions of the dock the live path has."""
    assert session.engine is not None
    requests = session.engine.plan.orders.requests
    return sum(request.key.startswith("compare") for request in requests)


def choose(view: CompareView, side: Side, folder: Path, until: Until) -> None:
    """Take a run in the box, as a person does."""
    view.hide()
    view.show()  # it then looks which runs there are
    box = side.choice.box
    until(lambda: box.findText(folder.name) >= 0)
    box.setCurrentIndex(box.findText(folder.name))
    box.activated.emit(box.currentIndex())
