"""Receptive field: the part of the input that the chosen cell sees, and how it grew so large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.network.layer_table import LayerRow
from core.network.preprocessing import Preprocessing
from core.results import Box, Bytes, Table
from workbench.fields import (
    ALL,
    Cell,
    cell_near,
    field_box,
    growth,
    middle,
    middle_cell,
    sees,
    step,
)
from workbench.parts import label, spoken, tight
from workbench.session import Session
from workbench.view import View
from workbench.widgets.picture import Overlay, PictureView

#: An input of more pixels is not drawn.
MOST_PIXELS = 2**21

_FIGURES = ("Size", "Step", "Centre")
_HEAD = ("layer", "sees", "step")


class ReceptiveFieldView(View):
    """The field of the chosen cell on the whole input; a click there chooses the cell above."""

    title = "Receptive field"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer", "unit", "cell", "frame"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.picture = PictureView(empty="Choose an image first.")
        self.picture.clicked.connect(self._on_pixel)
        self.figures = {name: label("–", "number") for name in _FIGURES}
        self._known = QWidget()
        self.hint = label(part="secondary", wraps=True)
        self.list = GrowthList()
        self.list.cellClicked.connect(lambda row, _: session.select_layer(self.list.layer(row)))
        self._frame: Bytes | None = None
        self._lay_out()
        session.seen.connect(self._on_seen)

    def update_view(self) -> None:
        """Show the field of the chosen cell, or of the middle one."""
        rows, layer = self.session.table(self.name), self.session.layer(self.name)
        row = next((row for row in rows if row.name == layer), None)
        self._show_picture()
        self.list.show_layers(growth(rows, layer), layer)
        self._show_field(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list stands beside the picture, or under it where the dock is high."""
        super().resizeEvent(event)
        beside = self.width() > 1.2 * self.height()
        way = QBoxLayout.Direction
        self._halves.setDirection(way.LeftToRight if beside else way.TopToBottom)

    def exportable(self) -> Table:
        """The layers at which the field grows."""
        return Table(_HEAD, self.list.texts)

    def _show_field(self, row: LayerRow | None) -> None:
        model, field = self.session.model, row.receptive_field if row is not None else None
        if row is None or field is None or model is None or not row.shape:
            self._show_nothing(row)
            return
        self._known.show()
        cell = self.session.document.cell or middle_cell(row)
        box = field_box(field, cell, model.preprocessing)
        self.picture.set_overlays([Overlay("", box, "accent")])
        self._show_figures(row, cell)
        self.set_subtitle(_where(row, cell, chosen=self.session.document.cell is not None))
        inside = field.size is None or self._is_inside(box)
        self._say("" if inside else "It hangs over the edge, where the padding is.")

    def _show_figures(self, row: LayerRow, cell: Cell) -> None:
        if sees(row) == ALL:
            texts = ("the whole input", "–", "–")
        else:
            texts = (f"{sees(row)} px", f"{step(row)} px", middle(row, cell))
        for name, text in zip(_FIGURES, texts, strict=True):
            self.figures[name].setText(text)

    def _show_nothing(self, row: LayerRow | None) -> None:
        self.picture.set_overlays([])
        self._known.hide()
        self.set_subtitle(row.name if row is not None else "")
        if row is None:
            self._say("Choose a layer.")
        elif row.waits_for:
            self._say(f"It waits for {row.waits_for}, which does not fit.")
        else:
            self._say(row.problem or "What this layer sees of the input is not known.")

    def _show_picture(self) -> None:
        """The input as the network gets it, at its own size."""
        seen, model = self.session.now.seen, self.session.model
        if seen is None or seen.frame is None or model is None:
            self.picture.show_picture(None)
            return
        self._frame = seen.frame
        preprocessing = model.preprocessing
        try:
            prepared = preprocessing.prepare(seen.frame) if _can_be_drawn(preprocessing) else None
        except UserError:  # the docks that look at the network say it
            prepared = None
        shown = None if prepared is None else preprocessing.picture(prepared.image)
        self.picture.show_picture(shown)

    def _is_inside(self, box: Box) -> bool:
        if self.session.model is None:
            return False
        tall, wide = self.session.model.preprocessing.size
        down, across = box.top + box.height, box.left + box.width
        return box.top >= 0 and box.left >= 0 and down <= tall and across <= wide

    def _say(self, sentence: str) -> None:
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def _on_pixel(self, down: int, across: int) -> None:
        layer = self.session.layer(self.name)
        row = next((row for row in self.session.table(self.name) if row.name == layer), None)
        cell = cell_near(row, (down, across)) if row is not None else None
        if cell is not None:
            self.session.select_unit(self.session.document.unit, cell)

    def _on_seen(self) -> None:
        seen = self.session.now.seen
        if self.isVisible() and seen is not None and seen.frame is not self._frame:
            self._show_picture()

    def _lay_out(self) -> None:
        figures = tight(QFormLayout(self._known), 4)
        figures.setHorizontalSpacing(16)
        for name, value in self.figures.items():
            figures.addRow(label(name, "secondary"), value)
        numbers = QWidget()
        column = tight(QVBoxLayout(numbers))
        column.addWidget(self._known)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        self._halves = tight(QBoxLayout(QBoxLayout.Direction.LeftToRight, self), 16)
        self._halves.addWidget(self.picture, 3)
        self._halves.addWidget(numbers, 2)


class GrowthList(QTableWidget):
    """The layers at which the field grows, and to what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEAD), parent)
        spoken(self, "Layers at which the receptive field grows")
        self.texts: tuple[tuple[str, ...], ...] = ()
        for place, text in enumerate(_HEAD):
            head = QTableWidgetItem(text)
            head.setTextAlignment(_alignment(place))
            self.setHorizontalHeaderItem(place, head)
        self.setShowGrid(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names of branches differ at their end
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last layer, which is the chosen one or next to it, stays in sight."""
        super().resizeEvent(event)
        self.scrollToBottom()

    def layer(self, row: int) -> str:
        """The name of the layer in a line."""
        return self.texts[row][0]

    def show_layers(self, rows: Sequence[LayerRow], layer: str) -> None:
        """Show these layers, and mark the chosen one."""
        texts = tuple((row.name, sees(row), step(row)) for row in rows)
        if texts != self.texts:
            self.texts = texts
            self.setRowCount(len(texts))
            for place, line in enumerate(texts):
                for column, text in enumerate(line):
                    item = QTableWidgetItem(text)
                    item.setTextAlignment(_alignment(column))
                    item.setToolTip(text)
                    self.setItem(place, column, item)
        names = [row.name for row in rows]
        if layer in names:
            self.selectRow(names.index(layer))
        else:
            self.clearSelection()
        self.scrollToBottom()


def _can_be_drawn(preprocessing: Preprocessing) -> bool:
    """Whether the window is not held up by it."""
    tall, wide = preprocessing.size
    return tall * wide <= MOST_PIXELS


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _where(row: LayerRow, cell: Cell, *, chosen: bool) -> str:
    if row.shape is None or len(row.shape) < 2:
        return row.name
    place = f"{cell[1]}" if len(row.shape) == 2 else f"({cell[0]}, {cell[1]})"
    return f"cell {place} of {row.name}" if chosen else f"the middle cell {place} of {row.name}"
