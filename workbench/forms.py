"""Forms made from options: one row each, with its range, unit and help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from core.options import Option, options_of
from workbench.parts import label

P = TypeVar("P")

#: Spin boxes need bounds; options without one get these.
LOWEST, HIGHEST = -(2**31) + 1, 2**31 - 1
#: A field of numbers gives way down to this, in px.
NARROWEST = 84


class Form(QWidget, Generic[P]):
    """A form for one frozen parameter object; `changed` carries the object after an edit.

    `above` are rows of the caller's own, in line with the others: captions and what they are of.
    """

    changed = Signal(object)

    def __init__(
        self,
        params: P,
        parent: QWidget | None = None,
        *,
        above: Sequence[tuple[str, QWidget]] = (),
    ) -> None:
        super().__init__(parent)
        self._params = params
        self._rows: dict[str, _Row] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(6)
        layout.setHorizontalSpacing(12)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for caption, widget in above:
            layout.addRow(label(caption, "secondary"), widget)
        for row in options_of(params):
            self._add(layout, row)

    @property
    def params(self) -> P:
        """The values in the form."""
        return self._params

    def editor(self, name: str) -> QWidget:
        """The editor of one option."""
        return self._rows[name].editor

    def set_params(self, params: P) -> None:
        """Show other values, without `changed`; a figure that is half typed goes."""
        before, self._params = self._params, params
        for name, row in self._rows.items():
            # What is written is painted anew, also where it is the same.
            if getattr(params, name) != getattr(before, name) or row.editor.hasFocus():
                row.editor.blockSignals(True)
                row.write(getattr(params, name))
                row.editor.blockSignals(False)

    def _add(self, layout: QFormLayout, row: Option) -> None:
        made = _editor(row, lambda value: self._on_edited(row.name, value))
        made.editor.setObjectName(row.name)
        made.editor.setAccessibleName(row.caption)
        made.editor.setToolTip(row.help)
        made.write(getattr(self._params, row.name))
        caption = label(row.caption, "secondary")
        caption.setToolTip(row.help)
        caption.setBuddy(made.editor)
        layout.addRow(caption, made.editor)
        self._rows[row.name] = made

    def _on_edited(self, name: str, value: Any) -> None:
        if getattr(self._params, name) != value:
            self._params = replace(self._params, **{name: value})  # type: ignore[type-var]
            self.changed.emit(self._params)


class _Row:
    """An editor and how a value is put into it."""

    def __init__(self, editor: QWidget, write: Callable[[Any], None]) -> None:
        self.editor = editor
        self.write = write


def _editor(row: Option, edited: Callable[[Any], None]) -> _Row:
    if row.choices:
        return _choice(row, edited)
    return {bool: _switch, int: _whole, float: _number, str: _text}[row.kind](row, edited)


def _choice(row: Option, edited: Callable[[Any], None]) -> _Row:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.setMinimumWidth(NARROWEST)
    for value, text in row.choices.items():
        box.addItem(text, value)
    box.currentIndexChanged.connect(lambda index: edited(box.itemData(index)))
    return _Row(box, lambda value: box.setCurrentIndex(max(0, box.findData(value))))


def _switch(row: Option, edited: Callable[[Any], None]) -> _Row:
    box = QCheckBox()
    box.toggled.connect(edited)
    return _Row(box, box.setChecked)


def _whole(row: Option, edited: Callable[[Any], None]) -> _Row:
    box = QSpinBox(
        minimum=int(row.low if row.low is not None else LOWEST),
        maximum=int(row.high if row.high is not None else HIGHEST),
    )
    _dress(box, row)
    box.valueChanged.connect(edited)
    return _Row(box, box.setValue)


def _number(row: Option, edited: Callable[[Any], None]) -> _Row:
    finest = 10.0**-row.decimals
    low = row.low if row.low is not None else LOWEST
    box = QDoubleSpinBox(
        decimals=row.decimals,
        minimum=finest if 0 < low < finest else low,  # Qt rounds, and 0 may be out of range
        maximum=row.high if row.high is not None else HIGHEST,
    )
    _dress(box, row)
    box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    box.valueChanged.connect(edited)
    return _Row(box, box.setValue)


def _dress(box: QAbstractSpinBox, row: Option) -> None:
    """Figures at the right; a number counts once it is typed, not at every figure."""
    box.setSpecialValueText(row.lowest)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setKeyboardTracking(False)
    box.setMinimumWidth(NARROWEST)


def _text(row: Option, edited: Callable[[Any], None]) -> _Row:
    box = QLineEdit()
    box.editingFinished.connect(lambda: edited(box.text()))
    return _Row(box, box.setText)
