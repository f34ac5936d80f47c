"""Points of a map of samples, drawn as one picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.results import Bytes, Floats, Scatter
from workbench.theme import SMALL, look, theme
from workbench.widgets.dots import dots
from workbench.widgets.drawing import CENTRE, crisp, sentence, text_width, write
from workbench.widgets.hues import hue
from workbench.widgets.keys import arrow_step
from workbench.widgets.pixels import coloured, unpacked
from workbench.widgets.plane_view import PlaneView, fitted

#: Up to this many points have smooth edges; more are smaller, each on whole pixels.
SMOOTH = 5000
#: How near the pointer must come to a point, in px.
NEAR = 12
#: Room around the points, and the side of the picture beside the pointer, in px.
MARGIN, THUMBNAIL = 14, 72
#: How opaque points of other classes are while one is highlighted, 0..255.
QUIET = 45
#: What a notch of the wheel, or + and -, zooms by.
ZOOM = 1.2
#: The pointer moves this far before a press becomes a drag, in px.
DRAG = 4

ThumbnailSource = Callable[[int], "Bytes | None"]


class PointCloud(QWidget):
    """Points in the colours of their classes, with the rings of those that matter.

    The wheel zooms, dragging moves, a double click or 0 shows all.  Arrow keys walk from point
    to point, Enter presses.
    """

    #: The position of the point under the pointer, -1 for none.
    hovered = Signal(int)
    #: The position of the point that was pressed.
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self._empty = empty
        self._thumbnail_source: ThumbnailSource | None = None
        self._scatter: Scatter | None = None
        self._names: tuple[str, ...] = ()
        self._view: PlaneView | None = None
        self._drawn: _Drawn | None = None
        self._highlighted = -1
        self._selected: int | None = None
        self._dot: tuple[float, float] | None = None
        self._hover = -1
        self._thumbnail: QImage | None = None
        self._pressed_at: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Points")
        look().changed.connect(self._redraw)

    @property
    def selected(self) -> int | None:
        """The position of the point with the accent ring."""
        return self._selected

    def show_points(self, scatter: Scatter | None, names: tuple[str, ...]) -> None:
        """Show other points, or the same ones moved; `names` are those of the classes."""
        count = len(scatter.points) if scatter else 0
        if self._scatter is None or count != len(self._scatter.points):
            self._view = None
            self._set_hover(-1)
        self._scatter, self._names = scatter, names
        self._redraw()

    def highlight(self, label: int) -> None:
        """Draw the points of the other classes faint; -1: none."""
        self._highlighted = label
        self._redraw()

    def select(self, position: int | None) -> None:
        """Ring one point in the accent."""
        self._selected = position
        self.update()

    def set_dot(self, place: tuple[float, float] | None) -> None:
        """Put the ringed dot at (x, y)."""
        self._dot = place
        self.update()

    def set_thumbnail_source(self, source: ThumbnailSource | None) -> None:
        """Where the picture of a point comes from."""
        self._thumbnail_source = source
        self._set_hover(-1)

    def show_all(self) -> None:
        """Undo zoom and move."""
        self._view = None
        self._redraw()

    def place_of(self, position: int) -> QPointF:
        """Where a point is drawn, in px."""
        drawn = self._now_drawn()
        return QPointF(*drawn.places[position].tolist()) if drawn else QPointF()

    def sizeHint(self) -> QSize:
        """Room for clusters."""
        return QSize(420, 320)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(80, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the points, then the rings, then the picture beside the pointer."""
        drawn = self._now_drawn()
        with crisp(self) as painter:
            if drawn is None:
                sentence(painter, QRectF(self.rect()), self._empty)
                return
            painter.drawImage(QPointF(0, 0), drawn.image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_rings(painter, drawn)
            self._draw_dot(painter, drawn)
            if 0 <= self._hover < len(drawn.places):
                self._draw_card(painter, self.place_of(self._hover))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew, unless zoomed."""
        if self._view is not None:
            self._view = PlaneView(
                self._view.x, self._view.y, self._view.scale, self.width(), self.height()
            )
        self._redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        place = event.position()
        self._zoom(ZOOM ** (event.angleDelta().y() / 120), place.x(), place.y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a press that may become a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the points, or tell which one is near."""
        place = event.position()
        if self._pressed_at is None:
            self._set_hover(self._at(place))
            return
        start = self._dragged_to or self._pressed_at
        step = place - start
        view = self._now_view()
        if view is None or (self._dragged_to is None and step.manhattanLength() < DRAG):
            return
        self._dragged_to = place
        self._view = view.moved(step.x(), step.y())
        self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a drag presses the point."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        dragged, self._pressed_at, self._dragged_to = self._dragged_to, None, None
        at = self._at(event.position())
        if dragged is None and at >= 0:
            self._press(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all again."""
        if self._at(event.position()) < 0:
            self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        """No point is near any more."""
        self._set_hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from point to point, press, zoom."""
        step, key = arrow_step(event), event.key()
        if step is not None:
            self._walk(*step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hover >= 0:
            self._press(self._hover)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            factor = ZOOM if key == Qt.Key.Key_Plus else 1 / ZOOM
            self._zoom(factor, self.width() / 2, self.height() / 2)
        elif key == Qt.Key.Key_0:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _now_view(self) -> PlaneView | None:
        if self._scatter is None or not len(self._scatter.points):
            return None
        return self._view or fitted(self._scatter.points, self.width(), self.height(), MARGIN)

    def _now_drawn(self) -> _Drawn | None:
        view, ratio = self._now_view(), self.devicePixelRatioF()
        if view is None or self._scatter is None:
            return None
        if self._drawn is None or self._drawn.ratio != ratio:
            classes = max(len(self._names), 1)
            self._drawn = _Drawn(self._scatter, view, ratio, classes, self._highlighted)
        return self._drawn

    def _at(self, point: QPointF) -> int:
        drawn = self._now_drawn()
        if drawn is None:
            return -1
        away = ((drawn.places - (point.x(), point.y())) ** 2).sum(1)
        nearest = int(np.nan_to_num(away, nan=np.inf).argmin())
        return nearest if away[nearest] <= NEAR**2 else -1

    def _set_hover(self, position: int) -> None:
        if position == self._hover:
            return
        self._hover = position
        picture = None
        if position >= 0 and self._thumbnail_source is not None:
            picture = self._thumbnail_source(position)
        self._thumbnail = None if picture is None else coloured(picture)
        self.setAccessibleDescription(self._name(position))
        self.hovered.emit(position)
        self.update()

    def _press(self, position: int) -> None:
        self.select(position)
        self.clicked.emit(position)

    def _zoom(self, factor: float, x: float, y: float) -> None:
        view = self._now_view()
        if view is not None:
            self._view = view.zoomed(factor, x, y)
            self._redraw()

    def _walk(self, down: int, across: int) -> None:
        """Go to the nearest point in a direction; from the middle if there is none yet."""
        drawn = self._now_drawn()
        if drawn is None:
            return
        start = self._hover if self._hover >= 0 else self._selected
        if start is None:
            self._set_hover(_nearest(drawn.places, self.width() / 2, self.height() / 2))
            return
        steps = drawn.places - drawn.places[start]
        along = steps @ np.array([across, down], np.float32)
        aside = np.abs(steps @ np.array([down, across], np.float32))
        cost = np.where(along > np.maximum(aside, 0.5), along + aside, np.inf)
        if np.isfinite(cost).any():
            self._set_hover(int(cost.argmin()))

    def _name(self, position: int) -> str:
        if self._scatter is None or not 0 <= position < len(self._scatter.labels):
            return ""
        label = int(self._scatter.labels[position])
        return self._names[label] if 0 <= label < len(self._names) else ""

    def _draw_rings(self, painter: QPainter, drawn: _Drawn) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = drawn.radius + 3
        for position, part in ((self._hover, "text"), (self._selected, "accent")):
            if position is not None and 0 <= position < len(drawn.places):
                place = self.place_of(position)
                painter.setPen(QPen(theme().colour("surface"), 4))
                painter.drawEllipse(place, radius, radius)
                painter.setPen(QPen(theme().colour(part), 2))
                painter.drawEllipse(place, radius, radius)

    def _draw_dot(self, painter: QPainter, drawn: _Drawn) -> None:
        if self._dot is None:
            return
        place = drawn.view.on_screen(np.array([self._dot], np.float32))[0]
        x = min(max(float(place[0]), 10.0), self.width() - 10.0)
        y = min(max(float(place[1]), 10.0), self.height() - 10.0)
        painter.setPen(QPen(theme().colour("surface"), 6))
        painter.drawEllipse(QPointF(x, y), 8, 8)
        painter.setPen(QPen(theme().colour("text"), 2))
        painter.setBrush(theme().colour("surface"))
        painter.drawEllipse(QPointF(x, y), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("text"))
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)

    def _draw_card(self, painter: QPainter, place: QPointF) -> None:
        """The picture of the point under the pointer, and the name of its class."""
        name = self._name(self._hover)
        if self._thumbnail is None and not name:
            return
        card = self._card_rect(place, name)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.setBrush(theme().colour("raised"))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._thumbnail is not None:
            small = max(self._thumbnail.width(), self._thumbnail.height()) < THUMBNAIL
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not small)
            left = card.center().x() - THUMBNAIL / 2
            picture = QRectF(round(left), card.top() + 6, THUMBNAIL, THUMBNAIL)
            painter.drawImage(picture, self._thumbnail)
        if name:
            line = QRectF(card.left() + 6, card.bottom() - 22, card.width() - 12, 18)
            write(painter, line, name, size=SMALL, align=CENTRE)

    def _card_rect(self, place: QPointF, name: str) -> QRectF:
        """Beside the point, inside the widget."""
        picture = THUMBNAIL + 12 if self._thumbnail is not None else 0
        width = min(max(text_width(name, SMALL) + 18, picture), 180)
        height = 6 + (THUMBNAIL + 6 if self._thumbnail is not None else 0) + (18 if name else 0)
        left = place.x() + 14
        if left + width > self.width():
            left = place.x() - 14 - width
        top = min(max(place.y() - height / 2, 0), max(self.height() - height, 0))
        return QRectF(round(max(left, 0)), round(top), round(width), round(height))


class _Drawn:
    """Points in one view: where they are, and their picture."""

    def __init__(
        self, scatter: Scatter, view: PlaneView, ratio: float, classes: int, highlighted: int
    ) -> None:
        self._labels = scatter.labels
        self._classes = classes
        self._highlighted = highlighted
        self.view = view
        self.ratio = ratio
        self.places: Floats = view.on_screen(scatter.points)
        self.radius = _radius(len(scatter.points))

    @cached_property
    def image(self) -> QImage:
        """The points in device pixels."""
        size = round(self.view.height * self.ratio), round(self.view.width * self.ratio)
        colours = self._colours()
        # the highlighted class lies on top
        order = np.argsort(colours[:, 3], kind="stable") if self._highlighted >= 0 else slice(None)
        packed = dots(
            self.places[order] * self.ratio,
            colours[order],
            size,
            self.radius * self.ratio,
            smooth=len(self.places) <= SMOOTH,
        )
        image = unpacked(packed)
        image.setDevicePixelRatio(self.ratio)
        return image

    def _colours(self) -> NDArray[np.uint8]:
        table = [_rgb(hue(number, self._classes)) for number in range(self._classes)]
        table.append(_rgb(theme().colour("disabled")))
        known = (self._labels >= 0) & (self._labels < self._classes)
        colours = np.full((len(self._labels), 4), 255, np.uint8)
        colours[:, :3] = np.array(table, np.uint8)[np.where(known, self._labels, self._classes)]
        if self._highlighted >= 0:
            colours[self._labels != self._highlighted, 3] = QUIET
        return colours


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def _radius(count: int) -> float:
    """Fewer points are drawn larger, in px."""
    if count > SMOOTH:
        return 1.2
    return 3.5 if count <= 500 else 2.75 if count <= 2000 else 2.25


def _nearest(places: Floats, x: float, y: float) -> int:
    return int(np.nan_to_num(((places - (x, y)) ** 2).sum(1), nan=np.inf).argmin())
