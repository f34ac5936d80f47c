"""Forms: a row for each option, whose value is told as a person would say it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from core.options import option
from workbench.forms import Form


@dataclass(frozen=True)
class _Params:
    padding: int = option(-1, -1, 9, label="Padding", lowest="the same")
    clip: float = option(0.0, 0.0, 9.0, label="Longest", lowest="never")
    side: int = option(0, 0, 9, label="Side")


def test_a_value_that_stands_for_something_else_says_so(qtbot: QtBot) -> None:
    form: Form[_Params] = Form(_Params())
    qtbot.addWidget(form)
    padding, clip, side = (form.editor(name) for name in ("padding", "clip", "side"))
    assert isinstance(padding, QSpinBox)
    assert isinstance(clip, QDoubleSpinBox)
    assert isinstance(side, QSpinBox)
    assert (padding.text(), clip.text(), side.text()) == ("the same", "never", "0")
    with qtbot.waitSignal(form.changed):
        padding.setValue(0)
    assert padding.text() == "0"
    assert form.params == _Params(padding=0)


@dataclass(frozen=True)
class _Fine:
    rate: float = option(1e-3, 1e-7, 1.0, label="Rate", decimals=5)


def test_a_number_that_is_out_of_range_cannot_be_given(qtbot: QtBot) -> None:
    form: Form[_Fine] = Form(_Fine())
    qtbot.addWidget(form)
    rate = form.editor("rate")
    assert isinstance(rate, QDoubleSpinBox)
    rate.setValue(0.0)
    assert form.params == _Fine(rate=1e-5)
