"""The stage: the docks of a workspace, which move, tab, float, and come back as left."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from workbench.dock import SMALLEST, Dock
from workbench.session import Session
from workbench.settings import DockState
from workbench.view import VIEWS, View
from workbench.workspaces import STRIPS, TITLES, WORKSPACES, Leaf, Split, docks_of, workspace

log = logging.getLogger(__name__)

#: The version of Qt's saved arrangements; another one starts from the default.
STATE_VERSION = 3


class Stage(QMainWindow):
    """Holds every dock once; a workspace is a saved arrangement of them."""

    workspace_changed = Signal(str)
    #: A dock's menu is open: the commands that belong to it are added by who listens.
    menu_wanted = Signal(object, QMenu)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.setDocumentMode(True)
        self.session = session
        self.docks: dict[str, Dock] = {}
        self.workspace = ""
        self._has_views = False

    def show_workspace(self, name: str) -> None:
        """Bring up a workspace as it was left, or as it comes."""
        space = workspace(name)
        if space.name == self.workspace:
            return
        self.store()
        self.workspace = space.name
        for dock in self.docks.values():
            dock.hide()
        self._clear_tabs()
        for name, title in self._titles(space.name).items():
            self._frame(name, title)
        saved = self.session.settings.arrangements.get(space.name)
        if saved is None or not self.restoreState(QByteArray(saved), STATE_VERSION):
            self.arrange()
        if self._has_views:
            self.fill()
        self.workspace_changed.emit(space.name)

    def arrange(self) -> None:
        """Put the docks of the workspace where they stand by default."""
        arrangement = workspace(self.workspace).arrangement
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self._clear_tabs()
        names = docks_of(arrangement)
        first = self.docks[names[0]]
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
        self._place(arrangement)
        for name in names:
            self.docks[name].show()
        for leaf in _leaves(arrangement):
            self.docks[leaf.docks[0]].raise_()
        self._weigh(arrangement)

    def store(self) -> None:
        """Remember the arrangement of the present workspace in the settings."""
        if not self.workspace:
            return
        settings = self.session.settings
        shown = tuple(
            DockState(dock.name, dock.windowTitle())
            for dock in self.docks.values()
            if not dock.isHidden()
        )
        self.session.settings = replace(
            settings,
            workspace=self.workspace,
            arrangements={
                **settings.arrangements,
                self.workspace: bytes(self.saveState(STATE_VERSION).data()),
            },
            docks={**settings.docks, self.workspace: shown},
        )

    def retire(self) -> None:
        """Listen to the docks no more: they go one by one with the window."""
        for dock in self.docks.values():
            dock.blockSignals(True)

    def fill(self) -> None:
        """Make the views of the docks that are seen; called when the engine's imports are done."""
        self._has_views = True
        for dock in self.docks.values():
            if not dock.isHidden():
                self._fill(dock)

    def view(self, name: str) -> View:
        """The view of that name, in an open dock.  Raises UserError if there is none."""
        title = VIEWS[name].title
        dock = self._frame(name, title)
        self._fill(dock)
        self.open(name)
        if dock.view is None:
            raise ValueError(f"the dock {title} stayed empty")
        return dock.view

    def open(self, name: str) -> Dock:
        """Show a dock in the present workspace, in front."""
        dock = self._frame(name, TITLES.get(name) or VIEWS[name].title)
        if self.dockWidgetArea(dock) == Qt.DockWidgetArea.NoDockWidgetArea:
            beside = [d for d in self.docks.values() if not d.isHidden() and not d.isFloating()]
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            if beside:
                self.tabifyDockWidget(beside[-1], dock)
        dock.show()
        dock.raise_()
        return dock

    def _titles(self, space: str) -> Mapping[str, str]:
        """The docks that a workspace may show, by name."""
        names = docks_of(workspace(space).arrangement)
        saved = {row.name: row.title for row in self.session.settings.docks.get(space, ())}
        known = {name: title for name, title in saved.items() if name in TITLES or name in VIEWS}
        return {name: TITLES[name] for name in names} | known

    def _frame(self, name: str, title: str) -> Dock:
        if name not in self.docks:
            smallest = QSize(SMALLEST.width(), STRIPS.get(name, SMALLEST.height()))
            dock = Dock(name, title, self, smallest=smallest)
            dock.visibilityChanged.connect(lambda seen, dock=dock: self._on_seen(dock, seen))
            dock.menu_wanted.connect(self.menu_wanted)
            dock.topLevelChanged.connect(self._name_once)
            dock.dockLocationChanged.connect(self._name_once)
            dock.hide()
            self.docks[name] = dock
        return self.docks[name]

    def _clear_tabs(self) -> None:
        """Let no tabs of hidden docks stay: their bars would stand over the docks to come."""
        layout = self.layout()
        assert layout is not None  # a main window has one
        layout.activate()
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if not bar.count():
                bar.hide()

    def _name_once(self) -> None:
        """A dock among tabs has its title on the tab."""
        for dock in self.findChildren(Dock):
            tabbed = bool(self.tabifiedDockWidgets(dock)) and not dock.isFloating()
            dock.heading.title.setVisible(not tabbed)

    def _on_seen(self, dock: Dock, seen: bool) -> None:
        self._name_once()
        if seen and self._has_views:
            self._fill(dock)

    def _fill(self, dock: Dock) -> None:
        if dock.view is None and dock.name in VIEWS:
            dock.set_view(VIEWS[dock.name](self.session))
        elif dock.view is None:
            dock.say(f"“{dock.windowTitle()}” belongs to an extension that is not installed.")

    def _place(self, part: Leaf | Split) -> None:
        """Split the place of a part's first dock among all its children."""
        if isinstance(part, Leaf):
            for name in part.docks[1:]:
                self.tabifyDockWidget(self.docks[part.docks[0]], self.docks[name])
            return
        way = Qt.Orientation.Vertical if part.vertical else Qt.Orientation.Horizontal
        firsts = [self.docks[docks_of(child)[0]] for child in part.parts]
        for before, after in pairwise(firsts):
            self.splitDockWidget(before, after, way)
        for child in part.parts:
            self._place(child)

    def _weigh(self, part: Leaf | Split) -> None:
        if isinstance(part, Leaf):
            return
        way = Qt.Orientation.Vertical if part.vertical else Qt.Orientation.Horizontal
        firsts = [self.docks[docks_of(child)[0]] for child in part.parts]
        self.resizeDocks(firsts, [child.weight * 100 for child in part.parts], way)
        for child in part.parts:
            self._weigh(child)


def _leaves(part: Leaf | Split) -> list[Leaf]:
    if isinstance(part, Leaf):
        return [part]
    return [leaf for child in part.parts for leaf in _leaves(child)]


def workspace_names() -> tuple[str, ...]:
    """The workspaces in the order of their tabs."""
    return tuple(space.name for space in WORKSPACES)
