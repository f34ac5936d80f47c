"""What a dock shows, and the table of all docks."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from core.registry import Registry

if TYPE_CHECKING:
    from workbench.session import Session

VIEWS: Registry[type[View]] = Registry("view", "workbench.views")

#: The field whose news come many times a second while a network trains: then the docks that need
#: it take turns, after so many ms each, and the window answers in between.
NEWS = frozenset({"training"})
_DELAYS = cycle((0, 20, 40, 60, 80, 100))


class View(QWidget):
    """The content of a dock.  A subclass with a `title` registers under its file's name.

    `menu` is the heading it stands under in the View menu, `workspace` the one it opens in.
    `needs` are the fields of Document and Now at whose change `update_view` is called, once the
    view is visible.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    menu: ClassVar[str] = "Look"
    workspace: ClassVar[str] = "Look"
    needs: ClassVar[frozenset[str]] = frozenset()

    #: What the dock's title bar says beside the title, and at its right end.
    subtitle_changed = Signal(str)
    readout_changed = Signal(str)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "title" in vars(cls):
            cls.name = cls.__module__.rpartition(".")[2]
            VIEWS.add(cls.name, cls)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.options: QWidget | None = None
        #: Buttons for the dock's title bar.
        self.tools: tuple[QWidget, ...] = ()
        self._stale = True
        delay = next(_DELAYS) if self.needs >= NEWS else 0
        self._news = QTimer(self, singleShot=True, interval=delay)
        self._news.timeout.connect(self._on_news)
        self._seen_part = self._own_part()
        session.changed.connect(self._on_changed)

    def set_subtitle(self, text: str) -> None:
        """Say in the title bar what is shown."""
        self.subtitle_changed.emit(text)

    def set_readout(self, text: str) -> None:
        """Say a value at the right end of the title bar."""
        self.readout_changed.emit(text)

    def update_view(self) -> None:
        """Show what the document says now."""

    def exportable(self) -> Any:
        """The result that "Save as" writes; None while there is none."""
        return None

    def refresh(self) -> None:
        """Bring the view up to date."""
        self._stale = False
        self.update_view()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while it was hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _own_part(self) -> tuple[object, object]:
        """What of the document is this view's alone: its options and its pin."""
        document = self.session.document
        return dict(document.settings).get(self.name), dict(document.pins).get(self.name)

    def _on_changed(self, names: frozenset[str]) -> None:
        own = self._own_part()
        if names & self.needs or own != self._seen_part:
            self._stale, self._seen_part = True, own
            if self.isVisible() and names <= NEWS and self.session.coach.is_running:
                self._news.start()
            elif self.isVisible():
                self.refresh()

    def _on_news(self) -> None:
        if self._stale and self.isVisible():
            self.refresh()
