"""Data: whatever is chosen in Training is shown, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from core.data.datasets import DATASETS, DataSet, Samples, forget_samples, load_samples
from core.data.reading import report
from core.data.source import Source
from core.results import Floats, Table
from core.training.settings import TrainParams
from tests.core.data.datasets.pictures import write_class, write_picture
from tests.core.data.recordings import tone, write_wav
from tests.workbench.conftest import PATIENCE
from tests.workbench.widgets.conftest import point, press
from workbench.saved_params import save_params
from workbench.session import Session
from workbench.views.data import DataView
from workbench.views.training import TrainingView

SPOKEN = Path(__file__).parents[3].parent / "shared" / "testdata" / "spoken_digits"


@pytest.fixture
def training(session: Session, qtbot: QtBot) -> TrainingView:
    """The dock where the data are chosen."""
    made = TrainingView(session)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def view(training: TrainingView, session: Session, qtbot: QtBot) -> DataView:
    made = DataView(session)
    qtbot.addWidget(made)
    made.resize(700, 480)
    made.show()
    shows(made, qtbot, "Fashion-MNIST")
    return made


@pytest.fixture
def slow() -> Iterator[Event]:
    """A data set that is a third of the way, until the event is set."""
    arrived = Event()

    def load(split: str) -> Samples:
        report(3, 9, "Fetching slowly, MB")
        arrived.wait(PATIENCE / 1000)
        return Samples("slow", split, np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int64), ("a",))

    DATASETS.add("slow", DataSet("slow", "Slow", "here", load))
    yield arrived
    arrived.set()
    DATASETS.remove("slow")


def shows(view: DataView, qtbot: QtBot, title: str) -> None:
    """Wait until it shows a data set, and all that belongs to it."""
    qtbot.waitUntil(
        lambda: view.overview is not None and view.overview.title == title, timeout=PATIENCE
    )
    settled(view, qtbot)


def settled(view: DataView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.session.is_idle, timeout=PATIENCE)


def mean_of(view: DataView) -> Floats:
    assert view.mean.levels is not None
    return view.mean.levels


def says(view: DataView, qtbot: QtBot, part: str) -> None:
    qtbot.waitUntil(lambda: part in view.strip.message.text(), timeout=PATIENCE)


def choose(training: TrainingView, name: str) -> None:
    """Choose a data set by its name, as a person does in the list."""
    training.data.setCurrentIndex(training.data.findData(name))


def press_class(view: DataView, qtbot: QtBot, number: int) -> None:
    middle = view.bars.row_rect(number).center()
    press(qtbot, view.bars, middle.x(), middle.y())
    settled(view, qtbot)


@pytest.mark.parametrize(
    ("name", "title", "facts"),
    [
        (
            "fashion_mnist",
            "Fashion-MNIST",
            ("12,000 training samples\n2,000 test samples", "28 × 28 px, grey"),
        ),
        ("shapes", "Shapes", ("3,000 training samples", "32 × 32 px, grey")),
        ("xo", "X and O", ("2 classes",)),
        ("gratings", "Gratings and bars", ("8 classes", "32 × 32 px, grey")),
        ("digits", "Digits, 8 × 8", ("1,437 training samples\n360 test samples", "8 × 8 px, grey")),
    ],
)
def test_shows_what_is_chosen(
    view: DataView,
    training: TrainingView,
    qtbot: QtBot,
    name: str,
    title: str,
    facts: tuple[str, ...],
) -> None:
    choose(training, name)
    shows(view, qtbot, title)
    train = load_samples(name, "train")

    assert all(fact in view.summary.facts.text() for fact in facts)
    assert view.summary.division.text() == train.division
    assert len(view.pages.tiles.tiles) == 24
    assert {tile.lines[0] for tile in view.pages.tiles.tiles} <= set(train.classes)
    np.testing.assert_allclose(mean_of(view), train.images.mean(0), atol=1e-3)
    assert not view.strip.message.isVisible()


def test_a_class_has_its_mean_its_examples_and_its_name(view: DataView, qtbot: QtBot) -> None:
    press_class(view, qtbot, 1)
    train = load_samples("fashion_mnist", "train")
    trousers = train.images[train.labels == 1]

    assert view.heading.whole == "Examples of Trouser"
    assert view.pages.where.whole == "1–24 of 1,200"
    np.testing.assert_array_equal(view.pages.tiles.tiles[0].picture[..., 0], trousers[0])
    np.testing.assert_allclose(mean_of(view), trousers.mean(0), atol=1e-3)

    press_class(view, qtbot, 1)
    assert view.heading.whole == "Examples"
    assert view.pages.tiles.tiles[0].lines == (train.classes[0],)


def test_the_pointer_tells_the_numbers_of_a_class(view: DataView, qtbot: QtBot) -> None:
    middle = view.bars.row_rect(2).center()
    with qtbot.waitSignal(view.readout_changed) as heard:
        point(qtbot, view.bars, middle.x(), middle.y())

    assert heard.args[0].startswith("Pullover: 1,200 training")


def test_an_example_becomes_the_input(view: DataView, session: Session, qtbot: QtBot) -> None:
    view.part.setCurrentIndex(view.part.findData("test"))
    press_class(view, qtbot, 4)
    middle = view.pages.tiles.tile_rect(2).center()
    press(qtbot, view.pages.tiles, middle.x(), middle.y())

    index = int(np.flatnonzero(load_samples("fashion_mnist").labels == 4)[2])
    wanted = Source("sample", "fashion_mnist", "test", index)
    qtbot.waitUntil(lambda: session.document.source == wanted, timeout=PATIENCE)


def test_the_augmentation_of_the_class_is_previewed(
    view: DataView, session: Session, qtbot: QtBot
) -> None:
    save_params(session, "training", replace(TrainParams(), shift=4))
    press_class(view, qtbot, 1)
    qtbot.waitUntil(lambda: len(view.changed.rows.rows) == 4, timeout=PATIENCE)

    assert {row.name for row in view.changed.rows.rows} == {"Trouser"}
    assert view.changed.settings.text() == "Shift, at most 4 px"


def test_a_folder_with_odd_sizes_is_told_and_shown(
    view: DataView, training: TrainingView, tmp_path: Path, qtbot: QtBot
) -> None:
    write_class(tmp_path / "pets" / "cats", 30, 10)
    write_class(tmp_path / "pets" / "dogs", 10, 90, (10, 12))
    training.data.take(tmp_path / "pets")
    shows(view, qtbot, "pets")

    assert "2 different sizes" in view.summary.remarks.text()
    assert "pictures of different sizes, in colour" in view.summary.facts.text()
    assert "training: 3 : 1, cats 24 to dogs 8" in view.balance.text()
    assert "drawn with seed 0" in view.summary.division.text()
    assert len(view.pages.tiles.tiles) == 24
    assert not view.mean.isVisible()
    assert not view.changed.isVisible()


def test_odd_sizes_are_brought_to_one_by_an_option(
    view: DataView, training: TrainingView, tmp_path: Path, qtbot: QtBot
) -> None:
    write_class(tmp_path / "pets" / "cats", 5, 10)
    write_class(tmp_path / "pets" / "dogs", 5, 90, (10, 12))
    training.data.take(tmp_path / "pets")
    shows(view, qtbot, "pets")
    assert not view.data_options.isVisible()
    qtbot.mouseClick(view.options_button, Qt.MouseButton.LeftButton)
    assert view.data_options.isVisible()
    assert view.data_options.form is not None
    size = view.data_options.form.editor("size")
    assert isinstance(size, QSpinBox)
    size.setValue(8)
    qtbot.waitUntil(lambda: "8 × 8 px, in colour" in view.summary.facts.text(), timeout=PATIENCE)
    settled(view, qtbot)

    assert view.mean.isVisible()
    assert not view.summary.remarked.isVisible()
    assert load_samples(training.data.text, "train").images.shape == (8, 8, 8, 3)


def test_missing_files_of_a_table_are_listed_and_the_others_shown(
    view: DataView, training: TrainingView, tmp_path: Path, qtbot: QtBot
) -> None:
    write_class(tmp_path / "all", 10)
    rows = [f"all/{n:02}.png,{'cat' if n < 5 else 'dog'}" for n in range(10)]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join((*rows, "lost1.png,cat", "lost2.png,dog")), "utf-8")
    training.data.take(table)
    shows(view, qtbot, "labels.csv")

    assert "missing: 2 (lost1.png, lost2.png) of 12" in view.summary.remarks.text()
    assert len(view.pages.tiles.tiles) == 8
    assert view.mean.isVisible()


def test_recordings_have_a_mean_curve_and_courses(
    view: DataView, training: TrainingView, tmp_path: Path, qtbot: QtBot
) -> None:
    for digit in range(2):
        for take in range(5):
            write_wav(tmp_path / f"{digit}_anna_{take}.wav", tone(200 + 300 * digit))
    view.session.tell_data(f"{tmp_path}?form=wave&length=512")
    shows(view, qtbot, tmp_path.name)

    assert "signals of 512 values" in view.summary.facts.text()
    assert view.mean.curve.isVisible()
    assert len(view.mean.curve.values) == 512
    assert {tile.lines[0] for tile in view.pages.tiles.tiles} == {"0", "1"}


@pytest.mark.skipif(not SPOKEN.is_dir(), reason="the recordings are not here")
def test_spoken_digits_are_shown(view: DataView, training: TrainingView, qtbot: QtBot) -> None:
    training.data.take(SPOKEN)
    shows(view, qtbot, "spoken_digits")

    assert "10 classes" in view.summary.facts.text()
    assert "32 × 32 px, grey" in view.summary.facts.text()
    assert len(view.pages.tiles.tiles) == 24


def test_what_cannot_be_read_is_told_and_the_last_choice_stays(
    view: DataView, tmp_path: Path, qtbot: QtBot
) -> None:
    write_class(tmp_path / "all", 4)
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(f"all/{n:02}.png,{n}.5" for n in range(4)), "utf-8")
    view.session.tell_data(str(table))
    says(view, qtbot, "write whole numbers or names")

    assert view.strip.message.text().endswith("Fashion-MNIST is still shown.")
    assert view.strip.message.property("part") == "danger"
    press_class(view, qtbot, 3)
    assert view.heading.whole == "Examples of Dress"


def test_a_folder_with_one_picture_is_mended_and_read_again(
    view: DataView, training: TrainingView, tmp_path: Path, qtbot: QtBot
) -> None:
    forget_samples()
    write_picture(tmp_path / "pets" / "cats" / "only.png")
    training.data.take(tmp_path / "pets")
    says(view, qtbot, "pets has no picture for testing")
    assert view.summary.facts.text().startswith("1 training sample\n1 class\n")

    write_class(tmp_path / "pets" / "cats", 9)
    qtbot.mouseClick(view.strip.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "2 test samples" in view.summary.facts.text(), timeout=PATIENCE)
    settled(view, qtbot)
    assert not view.strip.run.isVisible()
    assert not view.strip.message.isVisible()


def test_a_slow_reading_tells_how_far_it_is(view: DataView, slow: Event, qtbot: QtBot) -> None:
    view.session.tell_data("slow")
    qtbot.waitUntil(lambda: view.strip.step.isVisible(), timeout=PATIENCE)
    assert view.strip.step.text() == "Fetching slowly, MB"
    assert (view.strip.bar.value(), view.strip.bar.maximum()) == (3, 9)

    slow.set()
    shows(view, qtbot, "Slow")
    assert not view.strip.bar.isVisible()


def test_reading_can_be_stopped_and_begun_again(
    view: DataView, training: TrainingView, qtbot: QtBot
) -> None:
    choose(training, "shapes")
    view.strip.stopped.emit()
    assert view.strip.message.text() == "Stopped. Fashion-MNIST is still shown."
    qtbot.mouseClick(view.strip.run, Qt.MouseButton.LeftButton)
    shows(view, qtbot, "Shapes")


def test_a_hidden_dock_reads_once_it_is_seen(
    view: DataView, training: TrainingView, qtbot: QtBot
) -> None:
    view.hide()
    choose(training, "shapes")
    assert view.overview is not None
    assert view.overview.title == "Fashion-MNIST"
    view.show()
    shows(view, qtbot, "Shapes")


def test_exports_the_counts(view: DataView) -> None:
    table = view.exportable()

    assert isinstance(table, Table)
    assert table.columns == ("class", "training", "test")
    assert table.rows[0] == ("T-shirt/top", 1200, 200)
