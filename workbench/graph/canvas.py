"""The view of the graph: it zooms, pans, and hands presses to gestures and keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QGraphicsView, QPinchGesture, QToolTip, QWidget

from workbench import theme
from workbench.graph.drops import Drop
from workbench.graph.gestures import Gesture, begun
from workbench.graph.keys import pressed
from workbench.graph.minimap import MiniMap
from workbench.graph.name_field import NameField
from workbench.graph.node_item import FULL, NodeItem
from workbench.graph.scene import MARGIN, GraphScene

if TYPE_CHECKING:
    from workbench.builder import Builder

#: The smallest and largest scale, and the factor of a notch of the wheel and of a key.
SMALLEST, LARGEST = 0.05, 3.0
NOTCH, STEP = 1.15, 1.25
#: A network that fits at the first scale is shown whole; another from its beginning, and as
#: large as its rows let it, but no smaller than at the second.
READABLE, LEAST = 0.68, 0.6


class GraphCanvas(QGraphicsView):
    """Shows a graph.  What a person does to the network goes to the builder."""

    #: A layer was chosen, to be shown by every dock.
    selected = Signal(str)
    #: Boxes were dragged: their names, and by how much.
    moved = Signal(tuple, QPointF)
    #: A kind of layer was dropped where nothing is: the kind, and the place in the scene.
    dropped = Signal(object, QPointF)
    #: A group is to be opened.
    open_wanted = Signal(str)
    #: A layer is wanted behind the chosen box, and where on the screen that was asked.
    insert_wanted = Signal(QPoint)
    #: The menu of what is chosen is wanted, and where.
    menu_wanted = Signal(QPoint)
    #: Another part of the scene is seen.
    looked = Signal()

    def __init__(self, builder: Builder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.builder = builder
        self.graph = GraphScene(self)
        self.editable = False
        #: What is kept in view when the room changes, until a person looks elsewhere.
        self.keeps: Literal["whole", "beginning", ""] = "beginning"
        self.gesture: Gesture | None = None
        self.drop = Drop(self)
        self.names = NameField(self)
        self.setScene(self.graph)
        self.setAccessibleName("Graph of the network")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.map = MiniMap(self)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._on_looked)
            bar.rangeChanged.connect(self._on_looked)
        theme.look().changed.connect(self._on_theme)
        self._on_theme()

    # Where one looks

    @property
    def scale_now(self) -> float:
        """Pixels on the screen for one of the scene."""
        return float(self.transform().m11())

    @property
    def room(self) -> tuple[float, float]:
        """The size of the view without the margin around the network, for the layout."""
        area = self.viewport().rect()
        return max(area.width() - 2 * MARGIN, 200.0), max(area.height() - 2 * MARGIN, 120.0)

    @property
    def sight(self) -> QRectF:
        """The part of the scene that is seen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    @property
    def pictured_in_sight(self) -> tuple[str, ...]:
        """The layers whose pictures are seen."""
        if not self.isVisible() or self.scale_now < FULL:
            return ()
        return tuple(
            node.box.pictured for node in self.graph.nodes_in(self.sight) if node.box.pictured
        )

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Look closer or from further off; what is under a point of the viewport stays there."""
        point = about if about is not None else QPointF(self.viewport().rect().center())
        factor = max(SMALLEST, min(LARGEST, self.scale_now * factor)) / self.scale_now
        held = self.mapToScene(point.toPoint())
        self.scale(factor, factor)
        moved = self.mapFromScene(held) - point.toPoint()
        self.pan(QPointF(moved))
        self._on_looked()

    def pan(self, by: QPointF) -> None:
        """Look further right and down by px of the screen."""
        self.keeps = ""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(by.x()))
        down.setValue(down.value() + round(by.y()))

    def fit(self) -> None:
        """Show the whole network, folded so that it is largest."""
        self.graph.arrange(self.room, whole=True)
        self._show_whole()
        self.keeps = "whole"

    def arrange(self) -> None:
        """Lay the network out for reading: the whole where that is large enough, else its rows."""
        self.graph.arrange(self.room)
        self.begin()

    def begin(self) -> None:
        """Show the whole network where it can be read, else its beginning."""
        if self._whole_scale() >= READABLE:
            self._show_whole()
        else:
            extent = self.sceneRect()
            width = self.viewport().width() - self.verticalScrollBar().sizeHint().width()
            self._show_at(max(LEAST, min(1.0, width / max(extent.width(), 1.0))))
            self.centerOn(extent.center().x(), extent.top() + self.sight.height() / 2)
        self.keeps = "beginning"

    def keep(self) -> None:
        """Show what was kept in view, now that the network or the room is another."""
        if self.keeps == "whole":
            self.fit()
        elif self.keeps == "beginning":
            self.begin()

    def reveal(self, name: str) -> None:
        """Bring a box into view, if it is not."""
        node = self.graph.nodes.get(name)
        if node is not None and not self.sight.contains(node.area):
            self.ensureVisible(node.area, 24, 24)

    def start_renaming(self) -> None:
        """Edit the name of the current layer where it stands."""
        node = self.graph.nodes.get(self.graph.current)
        if node is not None and self.editable and len(node.box.members) == 1:
            self.names.start(node, partial(self.builder.rename, node.box.name))

    def chosen_layers(self) -> tuple[str, ...]:
        """The layers that an edit is about."""
        return self.graph.layers_of(self.graph.chosen or (self.graph.current,))

    # Events

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; two fingers on a touch pad pan."""
        touched = event.device().type() == QPointingDevice.DeviceType.TouchPad
        if touched and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(-QPointF(event.pixelDelta() or event.angleDelta() / 4))
        elif event.angleDelta().y():
            self.zoom_by(NOTCH ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with two fingers; tell in a tooltip what is under the pointer."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = self.viewport().mapFromGlobal(pinch.centerPoint())
                self.zoom_by(pinch.scaleFactor(), QPointF(middle))
            return True
        if isinstance(event, QHelpEvent):
            node = self.graph.node_at(self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), _tip(node), self)
            return True
        if event.type() == QEvent.Type.Leave:
            self.graph.hover(None)
        return bool(super().viewportEvent(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what is meant by a press there."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.names.finish()
        self.gesture = begun(self, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or light up what is under the pointer."""
        if self.gesture is not None:
            self.gesture.move(event.position())
            return
        point = self.mapToScene(event.position().toPoint())
        port = self.graph.port_at(point) if self.editable else None
        node = port[0] if port else self.graph.node_at(point)
        self.graph.hover(node or self.graph.edge_at(point))
        self.viewport().setCursor(_cursor(port is not None, self.graph.hovered is not None))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.end(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename a layer; open a group."""
        self.gesture = None
        node = self.graph.node_at(self.mapToScene(event.position().toPoint()))
        if node is not None and node.box.is_group:
            self.open_wanted.emit(node.box.name)
        elif node is not None:
            self.start_renaming()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is chosen."""
        node = self.graph.node_at(self.mapToScene(event.pos()))
        if node is not None and node.box.name not in self.graph.chosen:
            self.choose(node)
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the keys do."""
        if event.key() == Qt.Key.Key_Escape and self.gesture is not None:
            self.gesture.cancel()
            self.gesture = None
        elif not pressed(self, event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A kind of layer may be dropped."""
        self.drop.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self.drop.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes nowhere."""
        self.drop.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put it there."""
        self.drop.finish(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the network in view until a person has looked elsewhere."""
        super().resizeEvent(event)
        if self.keeps and self.graph.nodes and event.oldSize() != event.size():
            self.fit() if self.keeps == "whole" else self.arrange()
        self.map.place()
        self.looked.emit()

    # Inside

    def choose(self, node: NodeItem, others: Sequence[str] = ()) -> None:
        """Choose a box beside `others`, and show its layer in every dock."""
        self.graph.choose((*others, node.box.name))
        if node.box.members:
            self.selected.emit(node.box.members[-1])

    def _show_whole(self) -> None:
        self._show_at(min(1.0, self._whole_scale()))
        self.centerOn(self.sceneRect().center())

    def _whole_scale(self) -> float:
        extent, area = self.sceneRect(), self.viewport().rect()
        if extent.isEmpty():
            return 1.0
        return min(area.width() / extent.width(), area.height() / extent.height())

    def _show_at(self, scale: float) -> None:
        scale = max(SMALLEST, min(LARGEST, scale))
        self.resetTransform()
        self.scale(scale, scale)
        self.map.place()
        self._on_looked()

    def _on_looked(self) -> None:
        self.names.follow()
        self.map.follow()
        self.looked.emit()

    def _on_theme(self) -> None:
        self.setBackgroundBrush(theme.theme().colour("surface"))
        for item in self.graph.items():
            item.update()
        self.map.place()


def _tip(node: NodeItem | None) -> str:
    if node is None:
        return ""
    box = node.box
    parts = (box.title, box.kind, box.summary if box.summary != box.kind else "", box.shape)
    return box.problem or " · ".join(part for part in parts if part)


def _cursor(on_port: bool, on_item: bool) -> Qt.CursorShape:
    if on_port:
        return Qt.CursorShape.CrossCursor
    return Qt.CursorShape.ArrowCursor if on_item else Qt.CursorShape.OpenHandCursor
