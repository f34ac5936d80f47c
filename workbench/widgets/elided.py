"""A line of text that gives way: what does not fit ends in an ellipsis and shows as tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """A label that never asks for more width than it is given."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        part: str = "",
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(parent, textFormat=Qt.TextFormat.PlainText)
        self.setProperty("part", part)
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self.set_text(text)

    @property
    def whole(self) -> str:
        """The text, however much of it is seen."""
        return self._whole

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._whole:
            self._whole = text
            self.updateGeometry()  # a label that is not seen yet has to ask for room
            self._elide()

    def minimumSizeHint(self) -> QSize:
        """Next to nothing: it gives way."""
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """The room that the whole text takes."""
        return QSize(
            self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide anew."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(0, self.width())
        )
        self.setToolTip(self._whole if shown != self._whole else "")
        super().setText(shown)
