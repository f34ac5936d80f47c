"""The Edit menu: undo, redo, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.command import command
from workbench.palette import Palette

if TYPE_CHECKING:
    from workbench.window import Window


@command("Undo", "Edit", shortcut="Ctrl+Z", order=1, enabled=lambda window: window.session.can_undo)
def undo(window: Window) -> None:
    """Go back one step."""
    window.session.undo()


@command(
    "Redo", "Edit", shortcut="Ctrl+Shift+Z", order=2, enabled=lambda window: window.session.can_redo
)
def redo(window: Window) -> None:
    """Go forward one step."""
    window.session.redo()


@command("Search…", "Edit", shortcut="Ctrl+Shift+P", order=3)
def search(window: Window) -> None:
    """Find a command, layer, class or network by name."""
    Palette(window).open()
