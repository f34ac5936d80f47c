"""The File menu: projects, networks, what docks show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from core.document.document import Document
from core.document.project import open_project, save_project
from core.errors import UserError
from core.network.run_files import DESCRIPTION
from core.network.snapshot import Snapshot
from workbench.command import command

if TYPE_CHECKING:
    from workbench.window import Window

SUFFIX = ".cnnw"
PROJECTS = f"Projects (*{SUFFIX})"

#: Suffixes of files that hold weights alone.
WEIGHTS = (".safetensors", ".pt", ".pth")


def open_path(window: Window, path: Path) -> None:
    """Open a file or folder for what it is: a project, a network or a run, else what to look at.

    Weights are put into the open network.
    """
    if path.suffix == SUFFIX:
        _open_project(window, path)
    elif path.suffix in WEIGHTS:
        window.session.open_weights(path)
    elif path.suffix == ".json" or (path / DESCRIPTION).exists():
        window.session.open_model(str(path))
    elif window.input is not None:
        window.input.look_at_text(str(path))


@command("Open…", "File", shortcut="Ctrl+O", order=1)
def open_file(window: Window) -> None:
    """Open a project, a network, a picture or a video."""
    name, _ = QFileDialog.getOpenFileName(window, "Open", "", f"All files (*);;{PROJECTS}")
    if name:
        open_path(window, Path(name))


@command("Open a run…", "File", order=2)
def open_run(window: Window) -> None:
    """Open the network that a training run left behind."""
    name = QFileDialog.getExistingDirectory(window, "Open a training run")
    if name:
        window.session.open_model(name)


@command("Open weights…", "File", order=3)
def open_weights(window: Window) -> None:
    """Put the weights of a file into the open network, as far as they fit."""
    kinds = f"Weights ({' '.join(f'*{suffix}' for suffix in WEIGHTS)})"
    name, _ = QFileDialog.getOpenFileName(window, "Open weights", "", kinds)
    if name:
        open_path(window, Path(name))


@command("Save project", "File", shortcut="Ctrl+S", order=4)
def save_project_file(window: Window) -> None:
    """Save the work where it was opened, or ask where."""
    if window.session.project is None:
        save_project_as(window)
    else:
        _save(window, window.session.project)


@command("Save project as…", "File", shortcut="Ctrl+Shift+S", order=5)
def save_project_as(window: Window) -> None:
    """Save the work as a project file."""
    name, _ = QFileDialog.getSaveFileName(window, "Save the project", f"network{SUFFIX}", PROJECTS)
    if name:
        _save(window, Path(name).with_suffix(SUFFIX))


@command("Quit", "File", shortcut="Ctrl+Q", order=99)
def quit_program(window: Window) -> None:
    """Close the window."""
    window.close()


def _save(window: Window, path: Path) -> None:
    session = window.session
    try:
        save_project(path, session.document, session.assets)
    except UserError as error:
        session.say(str(error), problem=True)
        return
    session.mark_saved(path)
    session.settings = session.settings.with_recent(path)
    session.say(f"Saved {path.name}.")


def _open_project(window: Window, path: Path) -> None:
    session = window.session

    def done(opened: tuple[Document, Mapping[str, Snapshot]]) -> None:
        session.open_project(path, *opened)
        session.settings = session.settings.with_recent(path)

    def failed(error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        session.say(str(error), problem=True)

    session.start(
        f"Opening {path.name}",
        partial(open_project, path),
        lane="io",
        on_done=done,
        on_error=failed,
    )
