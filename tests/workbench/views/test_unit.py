from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.conftest import PATIENCE
from workbench.session import Session
from workbench.views.unit import UnitView


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> UnitView:
    """The dock with the second convolution of the tiny network, whose kernels have no colours."""
    session.select_layer("conv2")
    made = UnitView(session)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    qtbot.waitUntil(lambda: made.exportable() is not None and session.is_idle, timeout=PATIENCE)
    return made


def test_kernel_fit_and_residual_are_on_one_scale_and_say_what_they_are(view: UnitView) -> None:
    assert view.caption.text() == "Kernel, Gabor fit, residual"
    assert view.caption.isVisible()
    assert not view.parts.colour_bar.caption.endswith("each map scaled")


def test_a_pointer_tells_which_part_it_is_on(view: UnitView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.readout_changed) as told:
        view.parts.hovered.emit(2, 0, 1)
    assert told.args is not None
    assert told.args[0].startswith("residual · (0, 1) · ")


def test_a_layer_without_kernels_leaves_nothing_of_the_last_one(
    view: UnitView, qtbot: QtBot
) -> None:
    said: list[str] = []
    view.subtitle_changed.connect(said.append)
    view.session.select_layer("flatten")
    qtbot.waitUntil(lambda: "no kernels" in view.message.text(), timeout=PATIENCE)
    assert said[-1] == ""
    assert view.caption.isHidden()
