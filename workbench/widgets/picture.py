"""A picture, and what is marked on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Box, Bytes, Heatmap
from workbench.theme import SMALL, look, theme
from workbench.widgets.drawing import crisp, marker, outline, sentence, text_width, write
from workbench.widgets.heat_layer import greyed, heat_layer
from workbench.widgets.keys import arrow_step, with_shift
from workbench.widgets.pixels import coloured

#: Pictures whose sides are shorter are shown with hard edges, so that their pixels can be counted.
SMALL_PICTURE = 64
#: Radius of the corners, in px.
CORNER = 4


@dataclass(frozen=True, eq=False)
class Overlay:
    """A named rectangle on a picture; `part` is a colour of the theme."""

    name: str
    box: Box
    part: str = "data"
    dashed: bool = False


class PictureView(QWidget):
    """A picture as large as it fits, with rectangles, a crop, a marker or a heat map on it.

    Arrow keys move the marker, where there is one.
    """

    #: Row and column of the pixel that was pressed.
    clicked = Signal(int, int)
    #: Row and column of the pixel under the pointer.
    hovered = Signal(int, int)
    #: The pointer is not on the picture any more.
    hover_left = Signal()

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._picture: Bytes | None = None
        self._scaled: QImage | None = None
        self._heat: Heatmap | None = None
        self._heat_image: QImage | None = None
        self._opacity = 0.8
        self._overlays: tuple[Overlay, ...] = ()
        self._crop: Box | None = None
        self._marker: tuple[int, int] | None = None
        self._hovering = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")
        look().changed.connect(self.update)

    @property
    def picture(self) -> Bytes | None:
        """The picture [H, W, 3] on show."""
        return self._picture

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """The rectangles on the picture."""
        return self._overlays

    def show_picture(self, picture: Bytes | None) -> None:
        """Show another picture [H, W, 3]; what is marked on it stays."""
        self._picture = picture
        self._scaled = None
        self.update()

    def show_heat(self, heat: Heatmap | None) -> None:
        """Lay a heat map over the picture, which turns grey under it."""
        if (heat is None) != (self._heat is None):
            self._scaled = None
        self._heat = heat
        self._heat_image = None
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How much of the picture the strongest values of the heat map cover, 0..1."""
        self._opacity = opacity
        self._heat_image = None
        self.update()

    def set_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw rectangles on the picture."""
        self._overlays = tuple(overlays)
        self.update()

    def set_crop(self, crop: Box | None) -> None:
        """Dim what the network does not see."""
        self._crop = crop
        self.update()

    def set_marker(self, place: tuple[int, int] | None) -> None:
        """Mark one pixel (row, column)."""
        self._marker = place
        policy = Qt.FocusPolicy.NoFocus if place is None else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget, in px on whole device pixels; may be empty."""
        if self._picture is None or min(self.width(), self.height()) < 1:
            return QRectF()
        ratio = self.devicePixelRatioF()
        height, width = self._picture.shape[:2]
        room = self.width() * ratio, self.height() * ratio
        scale = min(room[0] / width, room[1] / height)
        across, down = max(1, int(width * scale)), max(1, int(height * scale))
        left, top = int((room[0] - across) / 2), int((room[1] - down) / 2)
        return QRectF(left / ratio, top / ratio, across / ratio, down / ratio)

    def rect_of(self, box: Box) -> QRectF:
        """Where a rectangle of the picture lies in the widget."""
        whole = self.picture_rect()
        if self._picture is None:
            return whole
        down = whole.height() / self._picture.shape[0]
        across = whole.width() / self._picture.shape[1]
        return QRectF(
            whole.left() + box.left * across,
            whole.top() + box.top * down,
            box.width * across,
            box.height * down,
        )

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the pixel at a point of the widget."""
        rect = self.picture_rect()
        if self._picture is None or not rect.contains(point):
            return None
        height, width = self._picture.shape[:2]
        row = int((point.y() - rect.top()) / rect.height() * height)
        column = int((point.x() - rect.left()) / rect.width() * width)
        return min(row, height - 1), min(column, width - 1)

    def sizeHint(self) -> QSize:
        """As large as a picture deserves."""
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(48, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, the heat map, the marks, in this order."""
        with crisp(self) as painter:
            rect = self.picture_rect()
            if rect.isEmpty():
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            self._draw_picture(painter, rect)
            self._draw_heat(painter, rect)
            self._draw_crop(painter, rect)
            painter.setClipRect(rect.adjusted(-2, -2, 2, 2))
            for overlay in self._overlays:
                self._draw_overlay(painter, rect, overlay)
            if self._marker is not None:
                marker(painter, _at_least(self.rect_of(Box(*self._marker, 1, 1)), 6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale anew."""
        self._scaled = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell the pixel under the pointer."""
        place = self.pixel_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.clicked.emit(*place)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the pixel under the pointer."""
        place = self.pixel_at(event.position())
        if place is not None:
            self._hovering = True
            self.hovered.emit(*place)
        else:
            self._leave()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer points at nothing any more."""
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the marker by a pixel, with Shift by ten."""
        step = arrow_step(event)
        if self._picture is None or self._marker is None or step is None:
            super().keyPressEvent(event)
            return
        size = 10 if with_shift(event) else 1
        height, width = self._picture.shape[:2]
        row = min(max(self._marker[0] + size * step[0], 0), height - 1)
        column = min(max(self._marker[1] + size * step[1], 0), width - 1)
        self.set_marker((row, column))
        self.clicked.emit(row, column)

    def _leave(self) -> None:
        if self._hovering:
            self._hovering = False
            self.hover_left.emit()

    def _draw_picture(self, painter: QPainter, rect: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        if self._scaled is None or self._scaled.size() != size:
            self._scaled = self._at_size(size)
        brush = QBrush(self._scaled)
        shift = QTransform.fromTranslate(rect.left(), rect.top())
        brush.setTransform(shift.scale(1 / ratio, 1 / ratio))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRoundedRect(rect, CORNER, CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _at_size(self, size: QSize) -> QImage:
        """The picture in device pixels: averaged where it shrinks, with hard edges if small."""
        if self._picture is None:
            return QImage()
        image = coloured(self._picture if self._heat is None else greyed(self._picture))
        smooth = max(image.width(), image.height()) >= SMALL_PICTURE
        mode = (
            Qt.TransformationMode.SmoothTransformation
            if smooth
            else Qt.TransformationMode.FastTransformation
        )
        return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)

    def _draw_heat(self, painter: QPainter, rect: QRectF) -> None:
        if self._heat is None or self._heat.values.size == 0:
            return
        if self._heat_image is None:
            self._heat_image = heat_layer(self._heat, self._opacity)
        hint = QPainter.RenderHint.SmoothPixmapTransform
        painter.save()
        painter.setRenderHint(hint)
        painter.setClipRect(rect)
        target = rect if self._heat.box is None else self.rect_of(self._heat.box)
        painter.drawImage(target, self._heat_image)
        painter.restore()

    def _draw_crop(self, painter: QPainter, rect: QRectF) -> None:
        if self._crop is None:
            return
        crop = self.rect_of(self._crop)
        if crop.contains(rect.adjusted(1, 1, -1, -1)):
            return
        around = QPainterPath()
        around.addRoundedRect(rect, CORNER, CORNER)
        inside = QPainterPath()
        inside.addRect(crop)
        shade = theme().colour("surface")
        shade.setAlphaF(0.6)
        painter.fillPath(around - inside, shade)
        line = theme().colour("text")
        line.setAlphaF(0.35)
        outline(painter, crop.intersected(rect).adjusted(1, 1, -1, -1), line, 1)

    def _draw_overlay(self, painter: QPainter, rect: QRectF, overlay: Overlay) -> None:
        box = self.rect_of(overlay.box)
        colour = theme().colour(overlay.part)
        if overlay.dashed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in (QPen(QColor(0, 0, 0, 140), 2), QPen(colour, 2, Qt.PenStyle.DashLine)):
                painter.setPen(pen)
                painter.drawRect(box)
        else:
            outline(painter, box.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 140), 1.5)
            outline(painter, box, colour, 2)
        if overlay.name:
            _draw_name(painter, rect, box, overlay.name, colour)


def _at_least(rect: QRectF, size: float) -> QRectF:
    """A rectangle around the same middle, no smaller than `size` px."""
    grow_x, grow_y = max(0.0, size - rect.width()) / 2, max(0.0, size - rect.height()) / 2
    return rect.adjusted(-grow_x, -grow_y, grow_x, grow_y)


def _draw_name(painter: QPainter, rect: QRectF, box: QRectF, name: str, colour: QColor) -> None:
    """The name of a rectangle on a chip above it, kept inside the picture."""
    width = min(text_width(name, SMALL) + 20, rect.width())
    left = min(max(box.left(), rect.left()), rect.right() - width)
    top = min(max(box.top() - 22, rect.top()), rect.bottom() - 18)
    chip = QRectF(left, top, width, 18)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour("surface"))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(chip.left() + 7, chip.center().y()), 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    write(painter, chip.adjusted(13, 0, -5, 0), name, size=SMALL)
