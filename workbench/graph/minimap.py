"""The mini map: the whole network in a corner, with a frame around what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from workbench import theme

if TYPE_CHECKING:
    from workbench.graph.canvas import GraphCanvas

#: The most room that it takes, in px and as a share of the view, and its distance from the corner.
MOST, SHARE, CORNER = QSize(170, 120), 0.3, 10
#: Free room inside its edge, in px.
INSET = 6
#: No box is drawn smaller than this, in px.
DOT = 1.5


class MiniMap(QWidget):
    """Is there where the network is larger than the view; a click or drag looks there."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas)
        self.setAccessibleName("Overview of the network")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._canvas = canvas
        self._drawn = QPixmap()
        self._shown: tuple[object, ...] = ()
        self._sight = QRectF()
        self.hide()

    def place(self) -> None:
        """Stand in the corner, as large as the shape of the network lets it."""
        extent, view = self._canvas.sceneRect(), self._canvas.viewport().geometry()
        most = MOST.boundedTo(view.size() * SHARE)
        scale = min(
            (most.width() - 2 * INSET) / max(extent.width(), 1.0),
            (most.height() - 2 * INSET) / max(extent.height(), 1.0),
        )
        width = max(40, round(extent.width() * scale) + 2 * INSET)
        height = max(24, round(extent.height() * scale) + 2 * INSET)
        corner = view.bottomRight()
        self.setGeometry(corner.x() - width - CORNER, corner.y() - height - CORNER, width, height)
        graph = self._canvas.graph
        wrong = tuple(name for name, node in graph.nodes.items() if node.box.problem)
        shown = (graph.placed, graph.current, wrong, self.size(), theme.theme().name)
        if shown != self._shown:
            self._shown = shown
            self._draw()
        self.follow()

    def follow(self) -> None:
        """Frame what is seen now; go where all of it is."""
        sight = self._canvas.sight
        self.setVisible(not sight.adjusted(-2, -2, 2, 2).contains(self._canvas.graph.network_area))
        if sight != self._sight:
            self._sight = sight
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the network and the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn)
        frame = QRectF(self._point(self._sight.topLeft()), self._point(self._sight.bottomRight()))
        frame = frame.intersected(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        fill = theme.theme().colour("text")
        fill.setAlphaF(0.08)
        painter.setBrush(fill)
        painter.setPen(QPen(theme.theme().colour("secondary"), 1))
        painter.drawRoundedRect(frame, 3, 3)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        extent, scale = self._canvas.sceneRect(), self._scale()
        inside = event.position() - QPointF(INSET, INSET)
        self._canvas.keeps = ""
        self._canvas.centerOn(extent.topLeft() + inside / scale)

    def _draw(self) -> None:
        colours, ratio = theme.theme(), self.devicePixelRatioF()
        self._drawn = QPixmap(self.size() * ratio)
        self._drawn.setDevicePixelRatio(ratio)
        self._drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        graph, scale = self._canvas.graph, self._scale()
        for name, node in graph.nodes.items():
            part = (
                "danger" if node.box.problem
                else "accent" if name == graph.current
                else "disabled"
            )  # fmt: skip
            painter.setBrush(colours.colour(part))
            place, area = self._point(node.area.topLeft()), node.area
            width, height = max(DOT, area.width() * scale), max(DOT, area.height() * scale)
            painter.drawRect(QRectF(place.x(), place.y(), width, height))
        painter.end()
        self.update()

    def _scale(self) -> float:
        return (self.width() - 2 * INSET) / max(self._canvas.sceneRect().width(), 1.0)

    def _point(self, place: QPointF) -> QPointF:
        """A point of the scene on the map."""
        offset = place - self._canvas.sceneRect().topLeft()
        return offset * self._scale() + QPointF(INSET, INSET)
