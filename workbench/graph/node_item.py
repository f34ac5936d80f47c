"""One box of the graph: a card with name, output shape, settings and a live picture."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.network.layout import Sizes
from workbench import theme
from workbench.graph.boxes import Box

SIZES = Sizes()
WIDTH, HEIGHT = SIZES.width, SIZES.height
#: Side of the picture, distance from the card's edge, height of a line of text, in px.
PICTURE, INSET, LINE = 44.0, 8.0, 16.0
#: Radius of a port, as it is drawn and within which it is hit, in px.
PORT, REACH = 4.0, 11.0
#: Above the first scale a card has all its text, above the second its name alone.
FULL, NAMED = 0.6, 0.25
#: Height of a name that stands alone, in px of the screen.
ALONE = 11


class NodeState(NamedTuple):
    """How a box is marked; `aimed_at` by something that is dragged."""

    chosen: bool = False
    current: bool = False
    hovered: bool = False
    ports: bool = False
    aimed_at: bool = False


class NodeItem(QGraphicsItem):
    """A box at its place; what it shows is set, never asked for."""

    def __init__(self, box: Box) -> None:
        super().__init__()
        self.box = box
        self.state = NodeState()
        self._picture: QImage | None = None
        self._lines: tuple[str, str, str] | None = None
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(1)

    def set_box(self, box: Box) -> None:
        """Show another state of the layer."""
        if box != self.box:
            if not box.shape:
                self._picture = None
            self.box, self._lines = box, None
            self.update()

    def set_picture(self, picture: QImage | None) -> None:
        """Show what the layer makes of the input."""
        if (picture is None) != (self._picture is None):
            self._lines = None
        self._picture = picture
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture in it."""
        return self._picture is not None

    def set_state(self, state: NodeState) -> None:
        """Mark it another way."""
        if state != self.state:
            self.state = state
            self.update()

    @property
    def area(self) -> QRectF:
        """The card in the scene."""
        return QRectF(self.x(), self.y(), WIDTH, HEIGHT)

    @property
    def output(self) -> QPointF:
        """The port at the right, in the scene."""
        return self.pos() + QPointF(WIDTH, HEIGHT / 2)

    @property
    def input(self) -> QPointF:
        """The port at the left, in the scene."""
        return self.pos() + QPointF(0, HEIGHT / 2)

    def boundingRect(self) -> QRectF:
        """The card with its ports and outline."""
        return QRectF(-PORT - 2, -2, WIDTH + 2 * PORT + 4, HEIGHT + 4)

    def shape(self) -> QPainterPath:
        """The card alone."""
        path = QPainterPath()
        path.addRect(QRectF(0, 0, WIDTH, HEIGHT))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint as much as can be read at this scale."""
        scale = painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._paint_card(painter, scale)
        if scale >= FULL:
            self._paint_content(painter)
        elif scale >= NAMED:
            self._paint_name(painter, scale)
        if self.state.ports or self.state.aimed_at:
            self._paint_ports(painter)

    def _paint_card(self, painter: QPainter, scale: float) -> None:
        colours, state = theme.theme(), self.state
        marked = state.current or state.chosen or state.aimed_at
        fill = (
            colours.danger_soft if self.box.problem
            else colours.accent_soft if state.current or state.chosen
            else colours.disabled if scale < NAMED
            else colours.hover if state.hovered
            else colours.raised
        )  # fmt: skip
        edge = (
            colours.accent if state.aimed_at
            else colours.danger if self.box.problem
            else colours.accent if marked
            else fill
        )  # fmt: skip
        thick = 2.0 if marked or self.box.problem else 1.0
        painter.setPen(QPen(QColor(edge), max(thick, thick * 0.75 / scale)))
        painter.setBrush(QColor(fill))
        if self.box.is_group:
            painter.drawRoundedRect(QRectF(4.5, 0.5, WIDTH - 5, HEIGHT - 5), 7, 7)
            painter.drawRoundedRect(QRectF(0.5, 3.5, WIDTH - 5, HEIGHT - 4), 7, 7)
        else:
            painter.drawRoundedRect(QRectF(0.5, 0.5, WIDTH - 1, HEIGHT - 1), 7, 7)

    def _paint_content(self, painter: QPainter) -> None:
        left = INSET
        if self._picture is not None:
            wide, high = self._picture.width(), self._picture.height()
            size = QSizeF(wide, high) * (PICTURE / max(wide, high, 1))
            middle = QPointF(left + PICTURE / 2, HEIGHT / 2)
            painter.drawImage(QRectF(middle - QPointF(*size.toTuple()) / 2, size), self._picture)
            left += PICTURE + INSET
        top = (HEIGHT - 3 * LINE) / 2
        for number, text in enumerate(self._elided(WIDTH - left - INSET)):
            first = number == 0
            part = (
                "text" if first else "danger" if self.box.problem and number == 1 else "secondary"
            )
            weight = QFont.Weight.DemiBold if first else QFont.Weight.Normal
            painter.setFont(theme.font(theme.TEXT if first else theme.SMALL, weight))
            painter.setPen(theme.theme().colour(part))
            area = QRectF(left, top + LINE * number, WIDTH - left - 2, LINE)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _elided(self, width: float) -> tuple[str, str, str]:
        """The three lines as far as there is room for them."""
        if self._lines is None:
            box = self.box
            second = "does not fit" if box.problem else "waits" if box.waits else box.shape
            bold = QFontMetricsF(theme.font(theme.TEXT, QFont.Weight.DemiBold))
            plain = QFontMetricsF(theme.font(theme.SMALL))
            middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
            self._lines = (
                bold.elidedText(box.title, middle, width),
                plain.elidedText(second, right, width),
                plain.elidedText(box.summary, right, width),
            )
        return self._lines

    def _paint_name(self, painter: QPainter, scale: float) -> None:
        """The name alone, as large on the screen as it can be read."""
        face = QFont(theme.font(ALONE))
        face.setPixelSize(round(min(ALONE / scale, 0.7 * HEIGHT)))
        painter.setFont(face)
        painter.setPen(theme.theme().colour("text"))
        room = WIDTH - 2 * INSET
        text = QFontMetricsF(face).elidedText(self.box.title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(INSET, 0, room, HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_ports(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.theme().colour("accent" if self.state.aimed_at else "secondary"))
        if self.box.members:
            painter.drawEllipse(QPointF(0, HEIGHT / 2), PORT, PORT)
        if not self.state.aimed_at:
            painter.drawEllipse(QPointF(WIDTH, HEIGHT / 2), PORT, PORT)
