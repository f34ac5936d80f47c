"""The first start: where to begin, in one line above the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from workbench.icons import IconButton
from workbench.parts import dressed, label

if TYPE_CHECKING:
    from workbench.window import Window


class Welcome(QFrame):
    """The starting points; it goes with the first choice, and does not come back."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.look = dressed(QPushButton("Look through a trained network"), "start")
        self.build = dressed(QPushButton("Build and train your own"), "start")
        self.leave = IconButton("close", "Hide this line", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(label("Where to begin?", "title"))
        row.addWidget(self.look)
        row.addWidget(self.build)
        row.addStretch(1)
        row.addWidget(self.leave)
        for button in (self.look, self.build, self.leave):
            button.clicked.connect(self.chosen)


def connect(welcome: Welcome, window: Window) -> None:
    """What the starting points do."""
    welcome.look.clicked.connect(lambda: _begin(window, "efficientnet_lite0", "Look"))
    welcome.build.clicked.connect(lambda: _begin(window, "lenet5", "Build"))


def _begin(window: Window, network: str, workspace: str) -> None:
    model = window.session.model
    if model is None or model.origin != network:
        window.session.open_model(network)
    window.stage.show_workspace(workspace)
