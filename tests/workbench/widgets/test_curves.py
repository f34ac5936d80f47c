from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.results import Curves, Series
from tests.workbench.widgets.conftest import Heard, Show, has_colour, picture_of
from workbench import theme
from workbench.widgets.curve_panel import CurvePanel
from workbench.widgets.curves import CurvesView
from workbench.widgets.hues import hue


def series(*values: float) -> Series:
    return Series(np.arange(len(values), dtype=np.float32), np.array(values, np.float32))


def training(steps: int = 4) -> Curves:
    loss = [2.0 / (step + 1) for step in range(steps)]
    return Curves(
        "step",
        {
            "loss": {"train raw": series(*loss), "train": series(*loss), "test": series(1, 0.5)},
            "accuracy, %": {"test": series(60, 80)},
        },
    )


@pytest.fixture
def view(show: Show) -> CurvesView:
    made = CurvesView(empty="Press Train.")
    show(made)
    return made


def drawn(qtbot: QtBot, view: CurvesView, curves: Curves) -> None:
    """Show curves and wait for the panels."""
    view.show_curves(curves)
    qtbot.waitUntil(lambda: all(part.isVisible() for part in view.panels.values()))


def panel(view: CurvesView, caption: str = "loss") -> CurvePanel:
    return view.panels[caption]


def test_each_unit_has_a_panel_over_the_same_axis(view: CurvesView) -> None:
    view.show_curves(training())
    view.panels["loss"].plot.getViewBox().setXRange(0, 2, padding=0)

    assert list(view.panels) == ["loss", "accuracy, %"]
    below = view.panels["accuracy, %"].plot.getViewBox().viewRange()[0]
    assert below == pytest.approx([0, 2])


def test_the_legend_tells_the_last_values_and_leaves_the_raw_curve_out(view: CurvesView) -> None:
    view.show_curves(training())

    entries = panel(view).legend.entries
    assert [(row.name, row.value) for row in entries] == [("train", "0.5"), ("test", "0.5")]


def test_the_legend_tells_the_values_under_the_line(view: CurvesView) -> None:
    view.show_curves(training())
    view.set_cursor(0.2)
    assert [row.value for row in panel(view).legend.entries] == ["2", "1"]

    view.set_cursor(None)
    assert panel(view).legend.entries[0].value == "0.5"


def test_the_pointer_moves_the_line_in_all_panels(view: CurvesView, qtbot: QtBot) -> None:
    drawn(qtbot, view, training())
    box = panel(view).plot.getViewBox()
    place = box.mapViewToScene(QPointF(1.0, 1.0))
    with qtbot.waitSignal(view.hovered) as heard:
        panel(view).plot.scene().sigMouseMoved.emit(place)

    assert heard.args[0] == pytest.approx(1.0, abs=1e-6)
    assert panel(view, "accuracy, %").legend.entries[0].value == "80"
    with qtbot.waitSignal(view.hover_left):
        panel(view).plot.scene().sigMouseMoved.emit(QPointF(-50, -50))


def test_curves_that_grow_keep_their_items(view: CurvesView) -> None:
    view.show_curves(training(3))
    before = panel(view).items["train"]
    view.show_curves(training(9))

    assert panel(view).items["train"] is before
    assert len(before.getOriginalDataset()[0]) == 9


def test_a_smooth_curve_is_drawn_with_few_points_and_told_by_all(view: CurvesView) -> None:
    view.show_curves(training(1000))
    drawn_x = panel(view).items["train"].getOriginalDataset()[0]

    assert len(drawn_x) < 300
    assert drawn_x[[0, -1]].tolist() == [0, 999]
    assert len(panel(view).items["train raw"].getOriginalDataset()[0]) == 1000
    assert panel(view).legend.entries[0].value == "0.002"


def test_curves_that_go_are_taken_away(view: CurvesView) -> None:
    view.show_curves(training())
    view.show_curves(Curves("step", {"loss": {"train": series(1, 2)}, "accuracy, %": {}}))

    assert list(panel(view).items) == ["train"]


def test_a_name_has_one_colour_in_all_panels(view: CurvesView) -> None:
    view.show_curves(training())

    loss, accuracy = (view.panels[name].items["test"] for name in view.panels)
    assert loss.opts["pen"].color() == accuracy.opts["pen"].color() == hue(1)


def test_the_raw_curve_is_faint(view: CurvesView) -> None:
    view.show_curves(training())

    raw: QColor = panel(view).items["train raw"].opts["pen"].color()
    assert raw.alpha() < 128
    assert raw.rgb() == hue(0).rgb()


def test_another_theme_changes_the_colours(view: CurvesView, qtbot: QtBot) -> None:
    drawn(qtbot, view, training())
    before = panel(view).items["train"].opts["pen"].color()
    theme.apply("light")

    assert panel(view).items["train"].opts["pen"].color() != before
    assert has_colour(view, "secondary")
    theme.apply("dark")


def test_logarithmic_axes_show_values_of_any_sign(view: CurvesView) -> None:
    view.set_log_y(True)
    view.show_curves(Curves("step", {"loss": {"train": series(1, 0.1, 0, 0.01)}}))
    picture_of(view)

    assert view.log_y


def test_the_switch_makes_the_axes_logarithmic(view: CurvesView, qtbot: QtBot) -> None:
    drawn(qtbot, view, training())
    switch = view.findChild(QToolButton)
    assert switch is not None
    switch.click()

    assert view.log_y
    assert panel(view).plot.getAxis("left").logMode


def test_arrow_keys_move_the_line_and_escape_takes_it_away(view: CurvesView, qtbot: QtBot) -> None:
    drawn(qtbot, view, training())
    with qtbot.waitSignal(view.hovered) as first:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.hovered) as second:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert second.args[0] > first.args[0]
    with qtbot.waitSignal(view.hover_left):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_gaps_and_empty_curves_are_drawn(view: CurvesView) -> None:
    gaps = {"train": series(1, float("nan"), 2), "test": series()}
    view.show_curves(Curves("step", {"loss": gaps}))
    picture_of(view)

    assert [row.value for row in panel(view).legend.entries] == ["2", "–"]


def test_many_points_are_drawn(view: CurvesView, qtbot: QtBot) -> None:
    many = np.random.default_rng(0).random(20_000, np.float32)
    loss = {"train raw": series(*many), "train": series(*many)}
    drawn(qtbot, view, Curves("step", {"loss": loss}))

    assert has_colour(view, "secondary")


@pytest.mark.parametrize("size", [(400, 300), (200, 120), (120, 60)])
def test_words_give_way_where_there_is_no_room(
    view: CurvesView, qtbot: QtBot, size: tuple[int, int]
) -> None:
    drawn(qtbot, view, training())
    view.resize(*size)
    picture_of(view)

    assert panel(view).legend.isVisible() == (size[1] >= 168)


def test_without_curves_it_says_what_to_do(view: CurvesView) -> None:
    view.show_curves(training())
    view.show_curves(None)

    assert not view.panels
    assert has_colour(view, "secondary")


def test_curves_without_a_panel_are_an_empty_view(view: CurvesView) -> None:
    view.show_curves(Curves("Step", {}))
    assert not view.panels
    view.show_curves(training())
    assert list(view.panels) == ["loss", "accuracy, %"]
    view.show_curves(Curves("Step", {}))
    assert not view.panels


def test_a_curve_keeps_its_colour_when_others_come(show: Show) -> None:
    view = CurvesView(names=("loss", "test", "training"))
    show(view)
    early = Curves("step", {"loss": {"loss": series(2, 1)}, "accuracy": {"training": series(1, 2)}})
    late = Curves("step", {**early.panels, "accuracy": {"test": series(1), "training": series(2)}})
    numbers = []
    for curves in (early, late):
        view.show_curves(curves)
        numbers.append({row.name: row.number for row in view.panels["accuracy"].legend.entries})

    assert numbers == [{"training": 2}, {"test": 1, "training": 2}]


def test_curves_that_grow_are_painted_once(view: CurvesView, qtbot: QtBot) -> None:
    drawn(qtbot, view, training(40))
    qtbot.wait(50)
    painted = Heard(panel(view).plot.viewport(), QEvent.Type.Paint)
    view.show_curves(training(50), "loss")
    qtbot.waitUntil(lambda: painted.times > 0)
    qtbot.wait(50)
    assert painted.times == 1
