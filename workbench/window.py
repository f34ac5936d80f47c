"""The window: spine, stage and input, between the top bar and the status bar.

Its frame is painted from the settings alone; `Window.fill` brings the content when the engine
is there.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.command import COMMANDS, Command
from workbench.parts import label, named, tight
from workbench.session import Session
from workbench.settings import save_settings
from workbench.spine import Spine, short
from workbench.stage import Stage
from workbench.status_bar import StatusBar
from workbench.top_bar import TopBar
from workbench.welcome import Welcome, connect
from workbench.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from workbench.dock import Dock
    from workbench.input_panel import InputPanel

#: The order of the menus; others follow by name.
MENUS = ("File", "Edit", "Network", "Input", "View", "Help")

#: Widths of spine, stage and input at first, in px, and the size of the window.
COLUMNS = (236, 1036, 300)
SIZE = QSize(1600, 900)


class Window(QMainWindow):
    """The whole program on screen."""

    #: The first frame has been painted.
    painted = Signal()

    session: Session

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("CNN Workbench")
        self.setAcceptDrops(True)
        self.session = session
        self.top = TopBar(self)
        self.stage = Stage(session, self)
        self.spine = Spine(self)
        self.input: InputPanel | None = None
        self.status = StatusBar(session, self)
        self.actions_by_name: dict[str, QAction] = {}
        self._has_painted = False
        self._lay_out()
        self._connect()
        self.resize(SIZE)
        if session.settings.geometry:
            self.restoreGeometry(QByteArray(session.settings.geometry))
        self.stage.show_workspace(session.settings.workspace)
        self.spine.setFocus()

    def _lay_out(self) -> None:
        self.network_name = ElidedLabel(part="caption")
        self.network_size = label(part="caption")
        self.right = QFrame()
        self._right_column = tight(QVBoxLayout(self.right))
        self._first_panel, _, below = _panel("Input")
        below.addStretch(1)
        self._right_column.addWidget(self._first_panel)
        self.columns = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.columns.setHandleWidth(8)
        for widget in (self._spine_panel(), self.stage, self.right):
            self.columns.addWidget(widget)
        self.columns.setStretchFactor(1, 1)
        self.columns.setSizes(list(self.session.settings.columns or COLUMNS))
        self.welcome = Welcome()
        self.welcome.setVisible(not self.session.settings.greeted)
        middle = QWidget()
        around = QVBoxLayout(middle)
        around.setContentsMargins(8, 8, 8, 8)
        around.setSpacing(8)
        around.addWidget(self.welcome)
        around.addWidget(self.columns, 1)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        rows.addWidget(middle, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(whole)

    def _spine_panel(self) -> QFrame:
        panel, heading, column = _panel("Network")
        panel.setMinimumWidth(160)
        heading.addWidget(self.network_name, 1)
        heading.addWidget(self.network_size)
        column.addWidget(self.spine, 1)
        return panel

    def _connect(self) -> None:
        session = self.session
        self.top.workspace_chosen.connect(self.stage.show_workspace)
        self.stage.workspace_changed.connect(self.top.set_workspace)
        self.spine.selected.connect(session.select_layer)
        session.changed.connect(self._on_changed)
        self.stage.menu_wanted.connect(self._fill_dock_menu)
        self.welcome.chosen.connect(self._on_greeted)
        connect(self.welcome, self)

    # Filling

    def fill(self) -> None:
        """Bring the docks, the input and the commands; the engine's imports are done."""
        from workbench.builder import SpineBuilder
        from workbench.input_panel import InputPanel  # torch, and what needs it
        from workbench.spine_thumbnails import SpineThumbnails

        self._right_column.removeWidget(self._first_panel)
        self._first_panel.deleteLater()
        self.input = InputPanel(self.session)
        self._right_column.addWidget(self.input)
        self._make_commands()
        self.stage.fill()
        self._builder = SpineBuilder(self.session, self.spine)
        self._thumbnails = SpineThumbnails(self.session, self.spine)

    def _make_commands(self) -> None:
        menus: dict[str, QMenu] = {}
        whole = QMenu(self)
        for heading in (*MENUS, *sorted({c.menu for c in COMMANDS.values()} - set(MENUS))):
            menus[heading] = whole.addMenu(heading)
        for command in sorted(COMMANDS.values(), key=lambda c: (c.order, c.title)):
            action = self._action(command)
            menus[command.menu].addAction(action)
            self.actions_by_name[command.name] = action
        from workbench.commands.view import add_docks

        add_docks(self, menus["View"])
        for heading, menu in menus.items():
            menu.aboutToShow.connect(self.update_actions)
            if menu.isEmpty():
                whole.removeAction(menu.menuAction())
            menu.setTitle(heading)
        self.top.menu.setMenu(whole)
        self.top.undo.clicked.connect(self.session.undo)
        self.top.redo.clicked.connect(self.session.redo)
        self.top.search.clicked.connect(self.actions_by_name["search"].trigger)
        self.top.train.clicked.connect(self.actions_by_name["train"].trigger)
        self.update_actions()

    def _action(self, command: Command) -> QAction:
        action = QAction(command.title, self)
        action.setCheckable(command.checked is not None)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        action.triggered.connect(lambda: command.run(self))
        self.addAction(action)
        return action

    def update_actions(self) -> None:
        """Which commands can be done now, and which switches are on."""
        for name, action in self.actions_by_name.items():
            command = COMMANDS[name]
            action.setEnabled(command.enabled is None or command.enabled(self))
            if command.checked is not None:
                action.setChecked(command.checked(self))
        self.top.undo.setEnabled(self.session.can_undo)
        self.top.redo.setEnabled(self.session.can_redo)

    # What the session tells

    def _on_changed(self, names: frozenset[str]) -> None:
        document = self.session.document
        if "model" in names:
            rows = self.session.table()
            self.spine.set_table(rows)
            self.network_name.set_text(document.model.name if document.model else "")
            self.network_size.setText(short(sum(row.parameters for row in rows)))
            self.spine.set_editable(document.model is not None and document.model.spec is not None)
        if names & {"layer", "model"}:
            self.spine.set_layer(document.layer)
        project = self.session.project
        name = project.stem if project else "CNN Workbench"
        self.setWindowTitle(f"{name}{' · changed' if project and self.session.is_modified else ''}")
        if self.actions_by_name:
            self.update_actions()

    def _on_greeted(self) -> None:
        self.welcome.hide()
        self.session.settings = replace(self.session.settings, greeted=True)

    def _fill_dock_menu(self, dock: Dock, menu: QMenu) -> None:
        from workbench.commands.view import fill_dock_menu

        fill_dock_menu(self, dock, menu)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            self.painted.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what is dropped: a picture, a video, a project."""
        for url in event.mimeData().urls()[:1]:
            self.open_file(Path(url.toLocalFile()))

    def open_file(self, path: Path) -> None:
        """Open a project, a network, a picture or a video by its suffix."""
        from workbench.commands.file import open_path

        open_path(self, path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes of a project, keep the arrangement, stop all work."""
        if not self._may_close():
            event.ignore()
            return
        self.stage.store()
        self.stage.retire()
        self.session.settings = replace(
            self.session.settings,
            geometry=bytes(self.saveGeometry().data()),
            columns=tuple(self.columns.sizes()),
        )
        save_settings(self.session.settings)
        self.status.stop_clock()
        self.hide()  # as a training that is under way is given time to end
        self.session.close()
        super().closeEvent(event)

    def _may_close(self) -> bool:
        if self.session.project is None or not self.session.is_modified:
            return True
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            "Unsaved changes",
            f"{self.session.project.name} has changes that are not saved.",
            button.Save | button.Discard | button.Cancel,
        )
        if answer == button.Save:
            self.actions_by_name["save_project_file"].trigger()
            return not self.session.is_modified
        return answer == button.Discard


def _panel(title: str) -> tuple[QFrame, QHBoxLayout, QVBoxLayout]:
    """A surface with a title: itself, the line of the title, and the column below it."""
    panel = named(QFrame(), "panel")
    outer = QVBoxLayout(panel)
    outer.setContentsMargins(12, 10, 6, 12)
    outer.setSpacing(8)
    heading, column = QHBoxLayout(), QVBoxLayout()
    heading.addWidget(label(title, "title"))
    outer.addLayout(heading)
    outer.addLayout(column, 1)
    return panel, heading, column
