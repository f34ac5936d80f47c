"""The + popup: every kind of layer, found by a few letters, to be chosen or dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QDrag, QFont, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.errors import UserError
from core.network.spec import LAYERS, LayerKind
from workbench import theme
from workbench.parts import dressed, label, spoken
from workbench.widgets.search_popup import SearchPopup

Kind = type[LayerKind]

#: What a dragged kind of layer is called among dragged things.
LAYER_MIME = "application/x-cnn-workbench-layer"

SIZE = QSize(540, 480)
#: Heights of a kind and of a heading, in px.
LINE, HEADING = 30, 28
KIND = Qt.ItemDataRole.UserRole
#: Headings in the order in which a network uses them.
GROUPS = (
    "Feature maps", "Pooling", "Activation", "Normalisation", "Vectors", "Structure",
    "Fixed kernels", "Visual cortex",
)  # fmt: skip


class LayerPalette(SearchPopup):
    """Type a few letters, walk with the arrows, Enter inserts; or drag a kind to its place."""

    def __init__(self, parent: QWidget, chosen: Callable[[Kind], object]) -> None:
        kinds = spoken(_Kinds(self), "Kinds of layers")
        super().__init__(parent, "Search layers: conv, pool, norm…", kinds)
        dressed(self, "popup")
        self.setAccessibleName("Kinds of layers")
        self._chosen = chosen
        self.column.addWidget(
            label("Enter inserts · drag one to where it belongs in the graph", "caption")
        )
        self.resize(SIZE)
        self.begin()

    def show_at(self, where: QPoint) -> None:
        """Open below a point of the screen, wholly on it."""
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(where.x() - self.width() // 2, screen.right() - self.width()))
        y = max(screen.top(), min(where.y() + 8, screen.bottom() - self.height()))
        self.move(x, y)
        self.show()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that are listed."""
        found = (self.answers.item(row).data(KIND) for row in range(self.answers.count()))
        return tuple(kind for kind in found if kind is not None)

    def search(self, text: str) -> None:
        """List what fits; without a text everything under its headings."""
        if text.strip():
            found = best(text)
            self._add(found)
            if not found:
                self._head("No layer is found by that; clear the field to see all.")
            return
        for group, kinds in _groups():
            self._head(group)
            self._add(kinds)

    def choose(self, item: QListWidgetItem) -> None:
        """Close, and insert the kind."""
        kind = item.data(KIND)
        if kind is not None:
            self.close()
            self._chosen(kind)

    def _head(self, text: str) -> None:
        heading = QListWidgetItem(text)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        self.answers.addItem(heading)

    def _add(self, kinds: tuple[Kind, ...]) -> None:
        for kind in kinds:
            item = QListWidgetItem(kind.title)
            item.setData(KIND, kind)
            item.setToolTip(purpose(kind))
            self.answers.addItem(item)


class _Kinds(QListWidget):
    """The list, from which a kind can be dragged."""

    def __init__(self, palette: LayerPalette) -> None:
        super().__init__()
        self._palette = palette  # the popup takes it into its layout
        self.setItemDelegate(_Lines(self))
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Make way for what is below, and drag the kind there."""
        kind = self.currentItem().data(KIND) if self.currentItem() else None
        if kind is None:
            return
        drag = QDrag(self._palette.window().parent() or self)
        drag.setMimeData(layer_data(kind))
        self._palette.hide()
        drag.exec(Qt.DropAction.CopyAction)
        self._palette.close()


class _Lines(QStyledItemDelegate):
    """A kind with its purpose in grey, or the heading of a group."""

    Index = QModelIndex | QPersistentModelIndex

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Headings are a little lower."""
        return QSize(0, HEADING if index.data(KIND) is None else LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        kind, text = index.data(KIND), str(index.data(Qt.ItemDataRole.DisplayRole))
        area = option.rect.adjusted(8, 0, -8, 0)
        if kind is None:
            self._write(painter, area.adjusted(0, 4, 0, 0), text, "secondary", theme.SMALL)
            return
        self._fill(painter, option)
        self._write(painter, area, text, "text", theme.TEXT)
        taken = painter.fontMetrics().horizontalAdvance(text) + 12
        self._write(painter, area.adjusted(taken, 0, 0, 0), purpose(kind), "secondary", theme.SMALL)

    def _fill(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.theme().colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(option.rect, 6, 6)
            painter.restore()

    def _write(self, painter: QPainter, area: QRect, text: str, part: str, size: int) -> None:
        painter.setFont(theme.font(size, QFont.Weight.Normal))
        painter.setPen(theme.theme().colour(part))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown
        )


def layer_data(kind: Kind) -> QMimeData:
    """A kind of layer as it is dragged."""
    data = QMimeData()
    data.setData(LAYER_MIME, kind.__name__.encode())
    data.setText(kind.word)
    return data


def dragged_kind(data: QMimeData) -> Kind | None:
    """The kind of layer that is dragged; None for anything else."""
    if not data.hasFormat(LAYER_MIME):
        return None
    try:
        return LAYERS[bytes(data.data(LAYER_MIME).data()).decode()]
    except UserError:
        return None  # dragged from a window with an extension that this one has not


def best(text: str) -> tuple[Kind, ...]:
    """The kinds of which every word of `text` is found, those that begin with it first."""
    words = text.lower().split()
    kinds = [kind for kind in LAYERS.values() if all(word in _searched(kind) for word in words)]
    start = text.lower().strip()

    def rank(kind: Kind) -> tuple[bool, bool, bool]:
        begins = kind.word.startswith(start) or kind.title.lower().startswith(start)
        return kind.word != start, not begins, start not in kind.title.lower()

    return tuple(sorted(kinds, key=rank))


def purpose(kind: Kind) -> str:
    """The first sentence of a kind's documentation."""
    return (kind.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("`", "")


def _searched(kind: Kind) -> str:
    """All that is said of a kind, with who it is from."""
    return f"{kind.title} {kind.word} {kind.group} {kind.__name__} {kind.__doc__ or ''}".lower()


def _groups() -> Iterator[tuple[str, tuple[Kind, ...]]]:
    """The kinds under their headings; headings of extensions come last."""
    kinds = sorted(LAYERS.values(), key=lambda kind: kind.dims != 2)
    known = dict.fromkeys((*GROUPS, *(kind.group for kind in kinds)))
    for group in known:
        found = tuple(kind for kind in kinds if kind.group == group)
        if found:
            yield group, found
