"""The Runs dock: found, compared, opened, exported, added and deleted, as a person does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from core.jobs import finish
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.paths import runs_folder
from core.training.catalogue import Catalogue
from core.training.lock import locked
from core.training.runs import SETTINGS, VERSION, RunSettings, create_run, entry_of, train_run
from core.training.settings import TrainParams
from tests.core.training.conftest import quarters
from tests.workbench.conftest import PATIENCE
from workbench.run_details import MOST
from workbench.run_question import DELETE, KEEP
from workbench.session import Session
from workbench.status_bar import StatusBar
from workbench.views.runs import HINT, NO_RUNS, NOTHING_FOUND, RunsView
from workbench.widgets.finding_card import FindingCard

Shown = Callable[[], RunsView]
NODES = (Node("flatten", Flatten()), Node("output", Dense(4)))


def trained(name: str, *, steps: int | None = None, folder: Path | None = None) -> Path:
    """The folder of a run that took eight steps, or was stopped before."""
    place = (folder or runs_folder()) / name
    data, test = quarters(60, seed=1), quarters(30, seed=2, split="test")
    params = TrainParams(batch=8, epochs=1, rate=0.01 if name == "fast" else 0.001)
    spec = ModelSpec("tiny", (1, 8, 8), NODES)
    settings = RunSettings("quarters", params, seed=7)
    run = create_run(place, Snapshot(Model("tiny", plain(spec.input), spec)), data, test, settings)
    training = train_run(place, run, data, test)
    if steps is None:
        finish(training)
    else:
        for _ in range(steps):
            next(training)
        training.close()
    return place


@pytest.fixture
def shown(session: Session, qtbot: QtBot) -> Iterator[Shown]:
    """Shows the dock once it has read the catalogue."""
    views = []

    def show() -> RunsView:
        made = RunsView(session)
        views.append(made)
        qtbot.addWidget(made)
        made.resize(700, 600)
        made.show()
        qtbot.waitUntil(lambda: session.is_idle, timeout=PATIENCE)
        return made

    yield show
    for view in views:
        view.close()


@pytest.fixture
def view(shown: Shown) -> RunsView:
    """The dock with the runs "slow" and "fast", and "half", which was stopped."""
    trained("slow")
    trained("fast")
    trained("half", steps=3)
    return shown()


def choose(qtbot: QtBot, view: RunsView, *names: str) -> None:
    numbers = [entry.id for entry in view.entries if entry.name in names]
    view.table.choose(numbers)
    qtbot.waitUntil(lambda: view.session.is_idle, timeout=PATIENCE)


def names(view: RunsView) -> set[str]:
    return {entry.name for entry in view.table.entries}


def test_before_the_first_run_it_says_what_to_do(shown: Shown) -> None:
    view = shown()

    assert view.empty.isVisible()
    assert view.empty.text == NO_RUNS
    assert not view.buttons.isVisible()


def test_a_run_that_begins_elsewhere_stands_there_by_itself(shown: Shown, qtbot: QtBot) -> None:
    view = shown()
    trained("new")

    qtbot.waitUntil(lambda: names(view) == {"new"}, timeout=PATIENCE)
    assert not view.empty.isVisible()
    assert view.message.text() == HINT


def test_finds_the_runs_in_which_all_words_occur(view: RunsView, qtbot: QtBot) -> None:
    qtbot.keyClicks(view.search, "rate=0.001 done")
    assert names(view) == {"slow"}

    qtbot.keyClicks(view.search, " nowhere")
    assert view.empty.text == NOTHING_FOUND
    assert view.empty.isVisible()

    view.search.clear()
    assert names(view) == {"slow", "fast", "half"}


def test_one_run_is_told_in_full(view: RunsView, qtbot: QtBot) -> None:
    choose(qtbot, view, "half")

    told = dict(view.details.facts.facts)
    assert told["State"].startswith("stopped: ")
    assert told["Learning rate"] == "0.001"
    assert told["Seed"] == "7"
    assert view.buttons.resume.isEnabled()


def test_several_runs_are_compared_in_words_and_curves(view: RunsView, qtbot: QtBot) -> None:
    choose(qtbot, view, "slow", "fast")

    table = view.exportable()
    rates = next(row for row in table.rows if row[0] == "Rate")
    assert table.columns == ("", "slow", "fast")
    assert rates == ("Rate", 0.001, 0.01)
    for panel in view.details.curves.panels.values():
        assert [entry.name for entry in panel.legend.entries] == ["slow", "fast"]
        assert [entry.number for entry in panel.legend.entries] == [0, 1]
    assert not view.buttons.open.isEnabled()


def test_damaged_curves_are_told_and_the_others_drawn(view: RunsView, qtbot: QtBot) -> None:
    (runs_folder() / "slow/metrics.csv").write_text("Step,Loss: loss\n1,much\n")
    choose(qtbot, view, "slow", "fast")

    assert "is damaged" in view.message.text()
    assert len(view.details.curves.panels["Loss"].items["fast"].xData) > 0


def test_open_looks_at_the_network_of_a_run(view: RunsView, session: Session, qtbot: QtBot) -> None:
    choose(qtbot, view, "fast")
    view.buttons.open.click()

    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == "tiny", timeout=PATIENCE
    )
    qtbot.waitUntil(lambda: session.now.training is not None, timeout=PATIENCE)
    assert session.now.training is not None
    assert session.now.training.folder == runs_folder() / "fast"


def test_why_a_run_cannot_be_opened_is_told_here(view: RunsView, qtbot: QtBot) -> None:
    choose(qtbot, view, "fast")
    (runs_folder() / "fast" / SETTINGS).write_text("{")
    view.buttons.open.click()

    qtbot.waitUntil(lambda: "damaged" in view.message.text(), timeout=PATIENCE)


def test_a_run_of_data_that_are_not_here_is_not_gone_on_with(
    view: RunsView, session: Session, qtbot: QtBot
) -> None:
    choose(qtbot, view, "half")
    view.buttons.resume.click()

    qtbot.waitUntil(lambda: "quarters" in view.message.text(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: session.is_idle, timeout=PATIENCE)


def test_a_run_that_is_trained_elsewhere_is_watched_and_not_deleted(
    view: RunsView, qtbot: QtBot
) -> None:
    folder = runs_folder() / "half"
    with locked(folder):
        Catalogue().add(entry_of(folder))  # as who goes on with it tells
        choose(qtbot, view, "half")
        qtbot.waitUntil(lambda: view.buttons.open.text() == "Watch", timeout=PATIENCE)

        assert not view.buttons.delete.isEnabled()
        assert not view.buttons.resume.isEnabled()


def test_exports_a_table_and_says_where(view: RunsView, tmp_path: Path, qtbot: QtBot) -> None:
    choose(qtbot, view, "fast")
    view.export("csv", tmp_path / "fast.csv")

    qtbot.waitUntil(lambda: "fast.csv" in view.message.text(), timeout=PATIENCE)
    assert (tmp_path / "fast.csv").read_bytes() == (runs_folder() / "fast/metrics.csv").read_bytes()


@pytest.mark.skipif(find_spec("tensorboard") is not None, reason="TensorBoard is installed")
def test_without_tensorboard_it_says_so_before_it_asks_for_a_place(
    view: RunsView, qtbot: QtBot
) -> None:
    choose(qtbot, view, "fast")
    view.buttons.export_wanted.emit("tensorboard")

    assert "TensorBoard is not installed" in view.message.text()


class Opened(QObject):
    """What the desktop was asked to show."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Path] = []

    @Slot(QUrl)
    def show_place(self, url: QUrl) -> None:
        self.places.append(Path(url.toLocalFile()))


def test_shows_the_folder(view: RunsView, qtbot: QtBot) -> None:
    opened = Opened()
    # PySide wants a str, where its stubs say bytes
    QDesktopServices.setUrlHandler("file", opened, "show_place")  # type: ignore[arg-type]
    try:
        choose(qtbot, view, "fast")
        view.buttons.folder.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")

    assert opened.places == [runs_folder() / "fast"]


def ask(qtbot: QtBot, view: RunsView, *chosen: str) -> FindingCard:
    choose(qtbot, view, *chosen)
    view.buttons.delete.click()
    qtbot.waitUntil(lambda: view.question is not None, timeout=PATIENCE)
    assert view.question is not None
    return view.question


def test_what_is_kept_stays(view: RunsView, qtbot: QtBot) -> None:
    question = ask(qtbot, view, "slow", "fast")
    assert question.title.text().startswith("Delete the folders of 2 runs (")

    question.buttons[KEEP].click()
    assert view.question is None
    ask(qtbot, view, "slow")
    qtbot.keyClick(view, Qt.Key.Key_Escape)

    assert view.question is None
    assert len(Catalogue().list()) == 3


def test_what_is_deleted_goes_with_its_folder(view: RunsView, qtbot: QtBot) -> None:
    question = ask(qtbot, view, "slow", "half")
    question.buttons[DELETE].click()

    qtbot.waitUntil(lambda: names(view) == {"fast"}, timeout=PATIENCE)
    assert [path.name for path in runs_folder().iterdir()] == ["fast"]
    assert view.message.text() == "Deleted 2 runs."


def test_a_question_about_others_than_are_chosen_goes_away(view: RunsView, qtbot: QtBot) -> None:
    ask(qtbot, view, "slow")
    choose(qtbot, view, "fast")

    assert view.question is None
    assert view.buttons.isVisible()


def test_a_run_from_elsewhere_is_added_and_chosen(
    view: RunsView, tmp_path: Path, qtbot: QtBot
) -> None:
    trained("fast", folder=tmp_path)
    shutil.move(tmp_path / "fast", tmp_path / "moved")
    view.search.setText("slow")
    view.add(tmp_path / "moved")

    qtbot.waitUntil(lambda: "moved" in {entry.name for entry in view.table.chosen})
    assert "slow" in names(view)


@pytest.mark.parametrize("kind", ["empty", "newer"])
def test_a_folder_that_cannot_be_added_is_told_in_one_sentence(
    view: RunsView, tmp_path: Path, qtbot: QtBot, kind: str
) -> None:
    if kind == "newer":
        settings = tmp_path / SETTINGS
        shutil.copytree(runs_folder() / "fast", tmp_path, dirs_exist_ok=True)
        settings.write_text(json.dumps(json.loads(settings.read_text()) | {"version": VERSION + 1}))
    view.add(tmp_path)

    sentence = {"empty": "holds no training run", "newer": "newer version"}[kind]
    qtbot.waitUntil(lambda: sentence in view.message.text(), timeout=PATIENCE)
    assert "\n" not in view.message.text()
    assert len(view.entries) == 3


def test_a_broken_catalogue_is_told_and_the_list_stays(view: RunsView, qtbot: QtBot) -> None:
    path = view.catalogue.path
    kept = path.read_bytes()
    path.write_bytes(b"These are not the runs that you are looking for." * 100)
    qtbot.waitUntil(lambda: "move it away" in view.message.text(), timeout=PATIENCE)

    assert names(view) == {"slow", "fast", "half"}
    path.write_bytes(kept)
    qtbot.waitUntil(lambda: view.message.text() == HINT, timeout=PATIENCE)


def test_reading_the_list_is_too_short_to_be_told_of(
    view: RunsView, session: Session, qtbot: QtBot
) -> None:
    bar = StatusBar(session)
    qtbot.addWidget(bar)
    view.hide()
    view.show()

    assert [job for job in session.jobs.live if job.lane == "io"]
    assert bar.jobs.isHidden()


def test_more_runs_than_there_are_colours_are_not_all_compared(
    view: RunsView, qtbot: QtBot
) -> None:
    run = Catalogue().find("fast")
    for number in range(MOST):
        Catalogue().add(replace(run, folder=run.folder.with_name(f"copy{number}")))
    qtbot.waitUntil(lambda: len(view.entries) == MOST + 3, timeout=PATIENCE)
    view.table.selectAll()

    assert view.message.text() == f"The first {MOST} of {MOST + 3} runs are compared."
    assert len(view.exportable().columns) == 1 + MOST


def test_a_hidden_dock_reads_nothing(view: RunsView, session: Session, qtbot: QtBot) -> None:
    view.hide()
    trained("new")

    assert session.is_idle
    assert not any(timer.isActive() for timer in view.findChildren(QTimer))
    view.show()
    qtbot.waitUntil(lambda: "new" in names(view), timeout=PATIENCE)
