"""Start the program: first the frame, then the content, then the engine's slow parts."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.heap import keep_freed_memory
from workbench import crash, theme
from workbench.session import Session
from workbench.settings import load_settings
from workbench.window import Window

if TYPE_CHECKING:
    from core.data.source import Source
    from core.network.snapshot import Snapshot

#: What the first start opens: a classifier looking at a photograph, and for the docks that need
#: kernels worth seeing, or a data set, the networks that have them.
FIRST_MODEL = "efficientnet_lite0"
FIRST_PINS = {
    "alexnet_trunk": ("dream", "filters", "gabor", "unit"),
    "lenet5_fashion": ("feature_map",),
}

#: How long a worker may keep the interpreter while the window waits for it, in s.
SWITCH_SECONDS = 0.0005
#: How often garbage is looked for, in ms.
GARBAGE_MS = 2000


class Application:
    """The window with its session, and the order in which they come up."""

    def __init__(
        self,
        file: str | None = None,
        *,
        theme_name: str | None = None,
        first: tuple[Snapshot, Source | None] | None = None,
    ) -> None:
        settings = load_settings()
        theme.load_fonts()
        theme.apply(theme_name or settings.theme)
        self.session = Session(settings)
        self.window = Window(self.session)
        self._file = file
        self._first = first
        self._garbage = Garbage(self.window)
        self.window.painted.connect(self._on_painted)
        self.session.ready.connect(self._on_ready)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_scheme)
        self.window.destroyed.connect(
            lambda: hints.colorSchemeChanged.disconnect(self._on_system_scheme)
        )

    def show(self) -> None:
        """Show the frame; the rest follows."""
        self.window.show()

    def _on_painted(self) -> None:
        QTimer.singleShot(0, self.session.begin)

    def _on_ready(self) -> None:
        self._open_first()  # on a lane, while the docks are made here
        self.window.fill()
        self._garbage.begin()

    def _on_system_scheme(self) -> None:
        if self.session.settings.theme == "system":
            theme.apply("system")

    def _open_first(self) -> None:
        session = self.session
        if self._first is not None:
            session.open_module(*self._first)
        else:
            session.open_model(FIRST_MODEL)
            for name, views in FIRST_PINS.items():
                session.pin_models(views, name)
        if self._file is not None:
            self._open(self._file)

    def _open(self, name: str) -> None:
        """Open what the command line named: a file, or else a network."""
        from core.network.notation import is_notation  # the first paint need not wait for it

        if not is_notation(name) and Path(name).exists():
            self.window.open_file(Path(name))
        else:
            self.session.open_model(name)


class Garbage(QObject):
    """Keeps the interpreter out of the window's way.

    Worker threads hand the interpreter over sooner, as each of the window's many short calls to
    Qt waits for it.  Cyclic garbage is collected on the GUI thread only, in idle moments.

    A collection that runs on a worker may free Qt objects there, which crashes (napari#1029); a
    full one stops the window for a tenth of a second.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        self._switch_interval = sys.getswitchinterval()
        gc.disable()
        sys.setswitchinterval(SWITCH_SECONDS)
        self._timer = QTimer(self, interval=GARBAGE_MS)
        self._timer.timeout.connect(lambda: gc.collect(1))
        parent.destroyed.connect(self._restore)

    def begin(self) -> None:
        """What is there at the start stays: it need not be looked at again."""
        gc.collect()
        gc.freeze()
        self._timer.start()

    def _restore(self) -> None:
        gc.unfreeze()
        sys.setswitchinterval(self._switch_interval)
        if self._was_enabled:
            gc.enable()


def run(file: str | None = None, *, first: tuple[Snapshot, Source | None] | None = None) -> int:
    """Open the window, and give the exit code once it is closed."""
    application = make_application()
    crash.install()
    program = Application(file, first=first)
    program.show()
    return application.exec()


def make_application(arguments: Sequence[str] | None = None) -> QApplication:
    """The QApplication of this process."""
    keep_freed_memory()
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    if sys.platform == "linux" and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(list(arguments or sys.argv[:1]))
    application.setApplicationName("CNN Workbench")
    return application


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
