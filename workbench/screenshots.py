"""Pictures of the window with real content: each workspace, and each dock by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import UserError
from core.registry import nearest
from workbench import theme
from workbench.app import Application, make_application
from workbench.stage import workspace_names
from workbench.view import VIEWS

#: How long the content may take to settle, in s; what takes longer is pictured as far as it is.
PATIENCE = 45.0
#: The size of a dock's own picture, in px.
DOCK = QSize(720, 520)
#: Steps of the training that is pictured.
TRAINED_STEPS = 400


def take(folder: Path, themes: Sequence[str], names: Sequence[str] = ()) -> list[Path]:
    """Write ``<theme>_<workspace or view>.png`` into `folder`, and give the files.

    `names` are workspaces or views; none: all of them.  Raises UserError for an unknown name.
    """
    known = [*(name.lower() for name in workspace_names()), *VIEWS]
    for name in names:
        if name not in known:
            raise UserError(f"There is no workspace or view {name!r}{nearest(name, known)}")
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    program = Application(theme_name=themes[0])
    program.window.welcome.hide()
    program.window.resize(1600, 900)
    program.show()
    try:
        return list(_pictures(application, program, folder, themes, names))
    finally:
        program.window.close()
        application.processEvents()


def _pictures(
    application: QApplication,
    program: Application,
    folder: Path,
    themes: Sequence[str],
    names: Sequence[str],
) -> Iterator[Path]:
    settle(application, lambda: _is_looking(program))
    _prepare(application, program)
    for name in workspace_names():
        if not names or name.lower() in names:
            program.window.stage.show_workspace(name)
            settle(application, lambda: program.session.is_idle)
            yield from _in_themes(application, program.window, folder, name.lower(), themes)
    for name in VIEWS:
        if not names or name in names:
            program.window.stage.view(name)
            dock = program.window.stage.docks[name]
            settle(application, lambda: program.session.is_idle)
            dock.setFloating(True)
            dock.resize(DOCK)
            settle(application, lambda: program.session.is_idle)
            yield from _in_themes(application, dock, folder, f"dock_{name}", themes)
            dock.setFloating(False)


def _prepare(application: QApplication, program: Application) -> None:
    """Choose a cell, and let a small network have been trained for a while."""
    program.session.select_unit(0, (20, 30))
    settle(application, lambda: program.session.is_idle)


def _in_themes(
    application: QApplication, widget: QWidget, folder: Path, name: str, themes: Sequence[str]
) -> Iterator[Path]:
    for chosen in themes:
        theme.apply(chosen)
        settle(application, lambda: True, 0.25)
        path = folder / f"{chosen}_{name}.png"
        picture: QPixmap = widget.grab()
        picture.save(str(path))
        yield path


def _is_looking(program: Application) -> bool:
    session = program.session
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
