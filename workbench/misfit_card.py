"""A layer that does not fit: the sentence that says why, and buttons that mend it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from workbench.builder import Builder
from workbench.parts import dressed, label, spoken
from workbench.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from core.network.repair import Repair

#: So many repairs are offered; the first are the best.
OFFERED = 3
#: Repairs are looked for this long after the sentence is there, in ms: typing goes on meanwhile.
LATER_MS = 60


class MisfitCard(QFrame):
    """Shows nothing for a layer that fits."""

    #: It says something else, and may want other room.
    changed = Signal()

    def __init__(self, builder: Builder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._builder = builder
        self._layer = ""
        self.setProperty("problem", True)
        dressed(self, "message")
        self._sentence = label(wraps=True)
        self.buttons: tuple[QPushButton, ...] = ()
        self._row = FlowLayout(spacing=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._sentence)
        column.addLayout(self._row)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._offer)
        self.hide()

    @property
    def layer(self) -> str:
        """The layer that does not fit; empty where all do."""
        return self._layer

    def text(self) -> str:
        """The sentence."""
        return str(self._sentence.text())

    def show_problem(self, layer: str, problem: str) -> None:
        """Say why a layer does not fit; nothing where there is no problem."""
        if (layer if problem else "", problem) == (self._layer, self.text()):
            return
        self._layer = layer if problem else ""
        self._sentence.setText(problem)
        spoken(self, problem)
        self._use(())
        self.setVisible(bool(problem))
        if problem:
            self._later.start()
        self.changed.emit()

    def _offer(self) -> None:
        if self._layer:
            self._builder.mend(self._layer, partial(self._on_repairs, self._layer, self.text()))

    def _on_repairs(self, layer: str, problem: str, found: tuple[Repair, ...]) -> None:
        if (layer, problem) == (self._layer, self.text()):
            self._use(found[:OFFERED])
            self.changed.emit()

    def _use(self, repairs: tuple[Repair, ...]) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = tuple(self._button(number, one) for number, one in enumerate(repairs))
        for button in self.buttons:
            self._row.addWidget(button)
            button.show()

    def _button(self, number: int, repair: Repair) -> QPushButton:
        button = dressed(QPushButton(repair.title, self), "mend" if number else "mend first")
        button.clicked.connect(partial(self._builder.use, repair))
        return button
