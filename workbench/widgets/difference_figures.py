"""The figures of two things side by side, and how they differ."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.results import Table
from workbench.parts import label, spoken, tight
from workbench.widgets.drawing import LEFT, RIGHT
from workbench.widgets.number_text import percent, short

#: What is not known.
UNKNOWN = "–"
#: Rows that are whole numbers, and those that are shares; all others are plain numbers.
WHOLE, SHARES = ("Step",), ("Training", "Test")
#: Room between the columns, in px.
SPACE = 12
#: The columns' looks: both values meet in the middle, where the halves below do.
_PARTS = (("caption", LEFT), ("number", RIGHT), ("number", LEFT), ("caption", RIGHT))


class DifferenceFigures(QWidget):
    """A row a figure: its caption, both values, and how much more the right one has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        spoken(self, "Figures side by side")
        self._labels: list[tuple[QLabel, ...]] = []
        self._grid = tight(QGridLayout(self), 2)
        self._grid.setHorizontalSpacing(SPACE)
        for column in range(len(_PARTS)):
            self._grid.setColumnStretch(column, 1)

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """What the rows say."""
        return tuple(tuple(str(one.text()) for one in row) for row in self._labels)

    def show_table(self, table: Table) -> None:
        """Show rows of a caption, two numbers and their difference; None is not known."""
        while len(self._labels) < len(table.rows):
            self._add_row()
        for labels, (caption, *cells) in zip(self._labels, table.rows, strict=True):
            left, right, more = (cell if not isinstance(cell, str) else None for cell in cells)
            name = str(caption)
            texts = (name, written(name, left), written(name, right), difference(name, more))
            for one, text in zip(labels, texts, strict=True):
                one.setText(text)
        self.setAccessibleDescription("; ".join(" ".join(row) for row in self.texts))

    def _add_row(self) -> None:
        row = len(self._labels)
        labels = tuple(label(part=part) for part, _ in _PARTS)
        for column, (one, (_, align)) in enumerate(zip(labels, _PARTS, strict=True)):
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            one.setAlignment(align)
            self._grid.addWidget(one, row, column)
        labels[-1].setToolTip("Right from left; accuracies in percentage points (pp)")
        self._labels.append(labels)


def written(name: str, value: float | None) -> str:
    """A value of the figure of that name, with its unit."""
    if value is None:
        return UNKNOWN
    if name in SHARES:
        return percent(value)
    return f"{value:,.0f}" if name in WHOLE else short(value)


def difference(name: str, value: float | None) -> str:
    """How much more, with its sign, of shares in percentage points; empty if it is not known."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if name in SHARES:
        return f"{sign}{100 * abs(value):.1f} pp"
    return f"{sign}{abs(value):,.0f}" if name in WHOLE else f"{sign}{short(abs(value))}"
