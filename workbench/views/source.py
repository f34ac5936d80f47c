"""The network as PyTorch source that runs alone: read, copied, saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from core.errors import UserError
from core.network.source import python_source
from core.network.spec import ModelSpec
from core.paths import written_whole
from workbench.icons import IconButton
from workbench.parts import dressed, label, spoken, tight
from workbench.session import Session
from workbench.view import View
from workbench.widgets.marked_text import Mark, MarkedText
from workbench.widgets.python_colours import PythonColours


class SourceView(View):
    """The generated program; the lines of the selected layer stand out."""

    title = "Source"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._shown: tuple[ModelSpec, bool] | None = None
        self.text = spoken(MarkedText(), "PyTorch source of the network")
        self.text.setReadOnly(True)
        self.text.set_wrapped(False)
        self._colours = PythonColours(self.text.document())
        self.message = label(part="secondary", wraps=True)
        self.message.hide()
        self.training = QPushButton("Training script")
        self.training.setCheckable(True)
        self.training.setToolTip("With a script that trains it, on a folder or torchvision's data")
        self.training.toggled.connect(self.refresh)
        self.copy = IconButton("copy", "Copy", self)
        self.copy.clicked.connect(self.copy_all)
        self.save = IconButton("save", "Save as Python…", self)
        self.save.clicked.connect(self.ask_where)
        self.tools = (self.training, self.copy, self.save)
        column = tight(QVBoxLayout(self))
        column.addWidget(self.text, 1)
        column.addWidget(self.message)

    def update_view(self) -> None:
        """Show the source of the open network."""
        model = self.session.model
        if model is None or model.spec is None:
            self._shown = None
            self._say("This network was not described here: its source is where it came from.")
            return
        wanted = (model.spec, self.training.isChecked())
        if wanted == self._shown:
            self._mark()
            return
        self._shown = wanted
        self.session.start(
            "Writing source",
            partial(
                python_source, model.spec, training=wanted[1], preprocessing=model.preprocessing
            ),
            lane="io",
            key="view source",
            on_done=self._on_source,
            on_error=self._on_error,
        )

    def copy_all(self) -> None:
        """Put the source on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.session.say("Copied.")

    def ask_where(self) -> None:
        """Ask for a file, and write the source there."""
        name, _ = QFileDialog.getSaveFileName(self, "Save source", "network.py", "Python (*.py)")
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the source to a file."""
        try:
            with written_whole(path) as file:
                file.write(self.text.toPlainText().encode())
        except UserError as error:
            self.session.say(str(error), problem=True)
        else:
            self.session.say(f"Saved {path.name}.")

    def _on_source(self, source: str) -> None:
        self._say("")
        self.text.show_text(source)
        self._mark()

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(str(error), problem=True)

    def _mark(self) -> None:
        self.text.show_marks(_uses(self.text.toPlainText(), self.session.document.layer))

    def _say(self, sentence: str, problem: bool = False) -> None:
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        if sentence:
            self.text.show_text("")


def _uses(source: str, layer: str) -> Iterator[Mark]:
    """Where a layer is made and where it runs."""
    for found in re.finditer(rf"\bself\.{re.escape(layer)}\b", source) if layer else ():
        yield Mark(found.start(), found.end(), "accent", filled=True)
