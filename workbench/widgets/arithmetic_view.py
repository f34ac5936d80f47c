"""How one value comes about: numbers in rows and columns, the formula, single numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.arithmetic import Arithmetic, Floats, Inner, Part
from workbench.parts import label, spoken, tight
from workbench.widgets.facts import Facts
from workbench.widgets.number_grid import CAPTION, LARGEST, MARGIN, NumberGridView

#: Terms of a sum that are written out in a line.
TERMS = 9

#: As many of a sum that another one reads.
INNER_TERMS = 4

#: A vector of at most so many values is drawn as one row.
ROW = 8

#: The height of numbers in one row, in px.
LINE = CAPTION + LARGEST + 2 * MARGIN

#: What Qt calls QWIDGETSIZE_MAX, which PySide leaves out.
UNLIMITED = (1 << 24) - 1

#: As many parts as an arithmetic shows side by side.
PARTS = 3


@dataclass(frozen=True, eq=False)
class Page:
    """One matrix of each part of an arithmetic: of the value's own, or of one that it reads."""

    name: str
    arithmetic: Arithmetic
    matrix: int
    inner: Inner | None = None


class ArithmeticView(QWidget):
    """The parts of an arithmetic side by side, its facts, and below them its formula.

    The facts are a table where the parts leave room for it, else one line.
    Where there are several matrices, or what is read comes about by numbers too, one is chosen
    below; a number that has such a page of its own leads there with a click.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grids = tuple(NumberGridView() for _ in range(PARTS))
        self.page = spoken(QComboBox(), "What is shown")
        self.page.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.page.setMaximumWidth(220)
        self.page.currentIndexChanged.connect(self._show_page)
        self.facts = Facts()
        self._above = QWidget()
        self.formula = label(wraps=True)
        self.numbers = label(part="secondary", wraps=True)
        self._shown: Arithmetic | None = None
        self._pages: tuple[Page, ...] = ()
        self._link()
        self._lay_out()
        self.show_arithmetic(None)

    def show_arithmetic(self, arithmetic: Arithmetic | None) -> None:
        """Show how a value comes about; None: nothing."""
        self._shown = arithmetic
        self._pages = tuple(_pages_of(arithmetic)) if arithmetic is not None else ()
        self._offer([page.name for page in self._pages])
        self._show_page()

    def set_empty(self, sentence: str) -> None:
        """What is said where nothing is shown."""
        self.grids[0].set_empty(sentence)

    @property
    def shown_page(self) -> Page | None:
        """What is looked at; None of an arithmetic that has no numbers in rows and columns."""
        index = max(0, self.page.currentIndex())
        return self._pages[index] if index < len(self._pages) else None

    def _lay_out(self) -> None:
        above = tight(QHBoxLayout(self._above))
        for grid in self.grids:
            above.addWidget(grid, 1)
        below = tight(QHBoxLayout())
        below.addWidget(self.numbers, 1)
        below.addWidget(self.page, 0, Qt.AlignmentFlag.AlignBottom)
        column = tight(QVBoxLayout(self))
        column.addWidget(self._above, 1)
        column.addWidget(self.facts, 1)
        column.addWidget(self.formula)
        column.addLayout(below)

    def _link(self) -> None:
        """A number that is pointed at is outlined in all parts."""
        for grid in self.grids:
            grid.clicked.connect(self._on_clicked)
            grid.hover_left.connect(self._outline_chosen)
            for other in self.grids:
                grid.hovered.connect(lambda r, c, other=other: other.highlight((r, c)))

    def _offer(self, names: list[str]) -> None:
        """Let a page be chosen where there are several; the same ones keep the choice."""
        if names != [self.page.itemText(index) for index in range(self.page.count())]:
            self.page.blockSignals(True)
            self.page.clear()
            self.page.addItems(names)
            self.page.blockSignals(False)
        self.page.setVisible(len(names) > 1)

    def _show_page(self) -> None:
        page, arithmetic = self.shown_page, self._shown
        parts = page.arithmetic.parts if page is not None else ()
        for index, grid in enumerate(self.grids):
            if page is not None and index < len(parts):
                _draw(grid, parts[index], page.matrix)
            else:
                grid.show_numbers(None)
            grid.setVisible(index < len(parts) or (arithmetic is None and index == 0))
        is_low = page is not None and _rows(parts[0], page.matrix) == 1
        self._above.setVisible(bool(parts) or arithmetic is None)
        self._above.setMaximumHeight(LINE if is_low else UNLIMITED)
        self.facts.setVisible(arithmetic is not None and (is_low or not parts))
        self._outline_chosen()
        self._write(page, arithmetic)

    def _write(self, page: Page | None, arithmetic: Arithmetic | None) -> None:
        """The formula, above it that of the number that is looked at; the facts."""
        facts = arithmetic.facts if arithmetic is not None else ()
        lines = [arithmetic.formula(TERMS)] if arithmetic is not None else []
        if page is not None and page.inner is not None:
            lines.insert(0, f"{page.inner.name}: {page.arithmetic.formula(INNER_TERMS)}")
        self.formula.setText("\n".join(lines))
        self.facts.show_facts(facts)
        line = " · ".join(f"{name} {text}" for name, text in facts)
        self.numbers.setText(line if self.facts.isHidden() else "")
        self.numbers.setVisible(bool(self.numbers.text()) or len(self._pages) > 1)

    def _outline_chosen(self) -> None:
        """Outline the number that counts, where one does."""
        page = self.shown_page
        parts = page.arithmetic.parts if page is not None else ()
        for grid, part in zip(self.grids, parts, strict=False):
            grid.highlight(_cell_of(part, page.matrix) if page is not None else None)
        for grid in self.grids[len(parts) :]:
            grid.highlight(None)

    def _on_clicked(self, row: int, column: int) -> None:
        """Show how the number comes about, if that is known."""
        page = self.shown_page
        if page is None or page.inner is not None:
            return
        place = _place_of(page.arithmetic.parts[0].values, page.matrix, row, column)
        for index, other in enumerate(self._pages):
            if other.inner is not None and other.inner.place == place:
                self.page.setCurrentIndex(index)
                return


def squared(values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """A vector [n] as a matrix about as wide as high, and which of its cells are left over.

    A short one is one row; what is left over is not a number.
    """
    columns = _columns(values.size)
    rows = ceil(values.size / columns)
    matrix = np.full(rows * columns, np.nan, np.float32)
    matrix[: values.size] = values
    spare = np.arange(rows * columns) >= values.size
    return matrix.reshape(rows, columns), spare.reshape(rows, columns)


def _pages_of(arithmetic: Arithmetic) -> Iterator[Page]:
    """The pages of the value's own numbers, then those of the numbers that it reads."""
    yield from _own_pages(arithmetic)
    for inner in arithmetic.inner:
        yield from _own_pages(inner.arithmetic, inner)


def _own_pages(arithmetic: Arithmetic, inner: Inner | None = None) -> Iterator[Page]:
    parts = arithmetic.parts
    count = len(parts[0].values) if parts else 0
    if parts and _is_vector(parts[0].values):
        count = 1
    names = arithmetic.pages or [f"Channel {k}" for k in range(count)]
    for matrix in range(count):
        if inner is None:
            name = names[matrix]
        else:
            name = inner.name if count == 1 else f"{inner.name} · {names[matrix]}"
        yield Page(name, arithmetic, matrix, inner)


def _draw(grid: NumberGridView, part: Part, matrix: int) -> None:
    """One matrix of a part, with its padding."""
    grid.set_caption(part.caption)
    if _is_vector(part.values):
        values, padding = squared(part.values.ravel())
        grid.show_numbers(values, padding=padding)
        return
    outside = None
    if part.inside is not None:
        outside = ~np.broadcast_to(part.inside, part.values.shape)[matrix]
    grid.show_numbers(part.values[matrix], padding=outside)


def _cell_of(part: Part, matrix: int) -> tuple[int, int] | None:
    """Where the chosen number stands in a matrix, if it does."""
    if part.chosen is None:
        return None
    if _is_vector(part.values):
        return divmod(part.chosen, _columns(part.values.size))
    found, place = divmod(part.chosen, part.values[0].size)
    return divmod(place, part.values.shape[2]) if found == matrix else None


def _place_of(values: Floats, matrix: int, row: int, column: int) -> int:
    """Which of the values, in their order, stands in a cell."""
    if _is_vector(values):
        return row * _columns(values.size) + column
    return int(np.ravel_multi_index((matrix, row, column), values.shape))


def _is_vector(values: Floats) -> bool:
    """Whether the values are one line, whose length alone is known: of channels, or of samples."""
    count, height, width = values.shape
    return bool(height == 1 and 1 in (count, width))


def _rows(part: Part, matrix: int) -> int:
    """In how many rows a matrix of a part is drawn."""
    if _is_vector(part.values):
        return ceil(part.values.size / _columns(part.values.size))
    return len(part.values[matrix])


def _columns(count: int) -> int:
    return count if count <= ROW else ceil(sqrt(count))
