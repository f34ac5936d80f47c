"""The options of a data set: how large its pictures are, what is held out, which seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from core.data.datasets import Choice, chosen
from core.errors import UserError
from workbench.forms import Form
from workbench.parts import tight

#: The option that says where a person's files are, which is chosen elsewhere.
PATH = "path"


class DataOptions(QWidget):
    """A form of the options that the chosen data set has; `changed` carries its new text."""

    #: The string by which `load_samples` knows the data set with other options.
    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice | None = None
        self.form: Form[Any] | None = None
        self._column = tight(QVBoxLayout(self), 0)

    def show_data(self, text: str) -> None:
        """Show the options of the data set that `text` means; none if it means none."""
        self._choice = _choice(text)
        params = self._choice.params if self._choice is not None else None
        if self.form is not None and params is not None and type(params) is type(self.form.params):
            self.form.set_params(params)
        else:
            self._make_form(params)

    def _make_form(self, params: Any) -> None:
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = None
        if params is None:
            return
        self.form = Form(params)
        self.form.changed.connect(self._on_changed)
        rows = self.form.layout()
        assert isinstance(rows, QFormLayout)  # as forms are made
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        if hasattr(params, PATH):
            rows.setRowVisible(self.form.editor(PATH), False)
        self._column.addWidget(self.form)

    def _on_changed(self, params: Any) -> None:
        if self._choice is not None:
            self._choice = replace(self._choice, params=params)
            self.changed.emit(self._choice.text)


def _choice(text: str) -> Choice | None:
    try:
        return chosen(text)
    except UserError:  # which reading it will say
        return None
