"""The View menu: workspaces, docks, themes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from core.network.presets import PRESETS
from workbench import theme
from workbench.command import command
from workbench.saving import save_as
from workbench.view import VIEWS

if TYPE_CHECKING:
    from workbench.dock import Dock
    from workbench.window import Window


@command("Dark", "View", order=50, checked=lambda window: window.session.settings.theme == "dark")
def use_dark(window: Window) -> None:
    """The dark theme."""
    _use(window, "dark")


@command("Light", "View", order=51, checked=lambda window: window.session.settings.theme == "light")
def use_light(window: Window) -> None:
    """The light theme."""
    _use(window, "light")


@command(
    "As the system",
    "View",
    order=52,
    checked=lambda window: window.session.settings.theme == "system",
)
def use_system(window: Window) -> None:
    """The theme that the system has."""
    _use(window, "system")


@command("Put the docks back", "View", order=60)
def reset_docks(window: Window) -> None:
    """Arrange the docks of this workspace as they come."""
    window.stage.arrange()


def _use(window: Window, name: str) -> None:
    window.session.settings = replace(window.session.settings, theme=name)
    theme.apply(name)
    window.update_actions()


def add_docks(window: Window, menu: QMenu) -> None:
    """One entry a dock, under its heading."""
    menu.addSeparator()
    headings: dict[str, QMenu] = {}
    for name, kind in VIEWS.items():
        if kind.menu not in headings:
            headings[kind.menu] = menu.addMenu(kind.menu)
        headings[kind.menu].addAction(kind.title, partial(window.stage.open, name))


def fill_dock_menu(window: Window, dock: Dock, menu: QMenu) -> None:
    """The menu at a dock's title: save, pin, float, close."""
    view = dock.view
    if view is not None and view.exportable() is not None:
        menu.addAction("Save as…", partial(save_as, view))
        menu.addSeparator()
    pinned = dict(window.session.document.pins).get(dock.name)
    if pinned is not None:
        menu.addAction("Follow the open network", partial(window.session.pin, dock.name, None))
    else:
        current = window.session.document.snapshot
        menu.addAction("Keep showing this network", partial(window.session.pin, dock.name, current))
    others = menu.addMenu("Show another network")
    for name, preset in PRESETS.items():
        others.addAction(preset.title, partial(window.session.pin_model, dock.name, name))
    menu.addSeparator()
    menu.addAction("Float" if not dock.isFloating() else "Dock", partial(_float, dock))
    menu.addAction("Close", dock.close)


def _float(dock: Dock) -> None:
    dock.setFloating(not dock.isFloating())
