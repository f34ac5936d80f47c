"""Pictures of the window with real content: each workspace, and each dock by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import UserError
from core.paths import HOME
from core.registry import nearest
from workbench import theme
from workbench.app import Application, make_application
from workbench.stage import workspace_names
from workbench.view import VIEWS

#: How long the content may take to settle, in s; what takes longer is pictured as far as it is.
PATIENCE = 45.0
#: The size of a dock's own picture, in px.
DOCK = QSize(720, 520)
#: The workspace that is about a training.
TRAIN = "Train"
#: The cell whose arithmetic is pictured.
CELL = (20, 30)
#: How long the training that is pictured may take, in s.
TRAINING = 120.0


def take(folder: Path, themes: Sequence[str], names: Sequence[str] = ()) -> list[Path]:
    """Write ``<theme>_<workspace or view>.png`` into `folder`, and give the files.

    `names` are workspaces or views; none: all of them.  Raises UserError for an unknown name.
    """
    known = [*(name.lower() for name in workspace_names()), *VIEWS]
    for name in names:
        if name not in known:
            raise UserError(f"There is no workspace or view {name!r}{nearest(name, known)}")
    folder.mkdir(parents=True, exist_ok=True)
    with _own_home():
        return _taken(folder, themes, names)


def _taken(folder: Path, themes: Sequence[str], names: Sequence[str]) -> list[Path]:
    application = make_application()
    program = Application(theme_name=themes[0])
    program.window.welcome.hide()
    program.window.resize(1600, 900)
    program.show()
    try:
        return list(_Studio(application, program, folder, themes).pictures(names))
    finally:
        program.window.close()
        application.processEvents()


@contextmanager
def _own_home() -> Iterator[None]:
    """The user's settings and runs are neither pictured nor changed."""
    before = os.environ.get(HOME)
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ[HOME] = home
        try:
            yield
        finally:
            if before is None:
                del os.environ[HOME]
            else:
                os.environ[HOME] = before


@dataclass(frozen=True)
class _Studio:
    """Pictures a program in some themes, into a folder."""

    application: QApplication
    program: Application
    folder: Path
    themes: Sequence[str]

    def pictures(self, names: Sequence[str]) -> Iterator[Path]:
        """Those of these workspaces and views; none: of all."""
        self._settle(self._is_looking)
        self.program.session.select_unit(0, CELL)
        self._settle()
        spaces = [name for name in workspace_names() if not names or name.lower() in names]
        views = [name for name in VIEWS if not names or name in names]
        for is_trained in (False, True):
            chosen = [name for name in spaces if (name == TRAIN) == is_trained]
            docks = [name for name in views if (VIEWS[name].workspace == TRAIN) == is_trained]
            if is_trained and (chosen or docks):
                self._train()
            for name in chosen:
                yield from self._workspace(name)
            for name in docks:
                yield from self._dock(name)

    def _workspace(self, name: str) -> Iterator[Path]:
        """A workspace as it stands in the window."""
        self.program.window.stage.show_workspace(name)
        self._settle()
        yield from self._in_themes(self.program.window, name.lower())

    def _dock(self, name: str) -> Iterator[Path]:
        """A dock by itself."""
        stage = self.program.window.stage
        stage.view(name)
        dock = stage.docks[name]
        self._settle()
        dock.setFloating(True)
        dock.resize(DOCK)
        self._settle()
        yield from self._in_themes(dock, f"dock_{name}")
        dock.setFloating(False)

    def _train(self) -> None:
        """Let a small network learn for an epoch."""
        from core.training.settings import TrainParams  # torch, which the window imported by now

        session = self.program.session
        session.open_model("lenet5")
        self._settle(lambda: session.model is not None and session.model.name == "LeNet-5")
        session.coach.start(TrainParams(epochs=1), "fashion_mnist", 0)
        settle(self.application, lambda: not session.coach.is_running, most=TRAINING)

    def _in_themes(self, widget: QWidget, name: str) -> Iterator[Path]:
        for chosen in self.themes:
            theme.apply(chosen)
            settle(self.application, lambda: True, 0.25)
            path = self.folder / f"{chosen}_{name}.png"
            picture: QPixmap = widget.grab()
            picture.save(str(path))
            yield path

    def _settle(self, done: Callable[[], bool] | None = None) -> None:
        """Let the window live until that holds, by default until nothing is under way."""
        settle(self.application, done or (lambda: self.program.session.is_idle))

    def _is_looking(self) -> bool:
        session = self.program.session
        return session.now.seen is not None and session.is_idle and len(session.document.pins) > 0


def settle(
    application: QApplication, done: Callable[[], bool], least: float = 0.5, most: float = PATIENCE
) -> None:
    """Let the window live until something holds, at least `least` and at most `most` seconds."""
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < most:
        application.processEvents()
        if now > least and done():
            return
        time.sleep(0.005)
