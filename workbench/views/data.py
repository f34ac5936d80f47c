"""Data: what there is to learn from: how many of each class, their mean, examples, versions."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.data.datasets import Samples, forget_samples
from core.data.overview import Overview, examples, mean_of, overview
from core.data.source import Source
from core.errors import UserError
from core.jobs import Job
from core.results import Ints, Table
from workbench.augmentation_panel import AugmentationPanel
from workbench.data_options import DataOptions
from workbench.data_summary import PARTS, DataSummary, balances
from workbench.icons import IconButton
from workbench.parts import dressed, label, scrolled, spoken, tight
from workbench.session import Session
from workbench.view import View
from workbench.views.training import FIRST_DATA
from workbench.widgets.class_bars import ClassBars
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.empty import EmptyState
from workbench.widgets.mean_sample import MeanSample
from workbench.widgets.paged_tiles import PagedTiles
from workbench.widgets.picture_tiles import Tile
from workbench.work_strip import WorkStrip

#: So many pictures are shown as training sees them.
CHANGED = 4
#: The mean picture's sides, in px.
MEAN_HEIGHT, MEAN_WIDTH = 112, 150


class DataView(View):
    """The data set that is chosen for training; a click on a class shows that class alone.

    A click on an example makes it the input.
    """

    title = "Data"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"data", "settings", "model"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._asked = ""
        self._job: Job | None = None
        self._overview: Overview | None = None
        self._order: Ints = np.zeros(0, np.int64)
        self.bars = ClassBars()
        self.bars.chosen.connect(self._on_class)
        self.bars.hovered.connect(self.set_readout)
        self.balance = label(part="caption", wraps=True)
        self.mean = MeanSample()
        self.mean.setToolTip("The mean of the training samples")
        self.mean.hovered.connect(self.set_readout)
        self.mean_caption = ElidedLabel(part="caption", alignment=Qt.AlignmentFlag.AlignHCenter)
        self.averaged = QWidget()
        self.summary = DataSummary(self.averaged)
        self.heading = ElidedLabel(part="title")
        self.part = spoken(QComboBox(), "Part of the data set")
        self.part.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.part.currentIndexChanged.connect(self._show_examples)
        self.pages = PagedTiles(self.part, empty="None of this class.")
        self.pages.chosen.connect(self._on_example)
        self.changed = AugmentationPanel(session)
        self.empty = EmptyState("The data set that is chosen in Training is shown here.")
        self.data_options = DataOptions()
        self.data_options.changed.connect(session.tell_data)
        self.options_button = IconButton("options", "Options of the data set", self)
        self.options_button.setCheckable(True)
        self.options_button.toggled.connect(self._show_options)
        self.tools = (self.options_button,)
        self.strip = WorkStrip(self)
        self.strip.stopped.connect(self._on_stop)
        self.strip.started.connect(self._read_again)
        dressed(self.strip.run, "").setText("Try again")
        self._lay_out()

    # What a view does

    def update_view(self) -> None:
        """Read the chosen data set where it is another one, and follow the augmentation."""
        data = self.session.now.data or FIRST_DATA
        if data != self._asked:
            self._read(data)
        self.changed.refresh()

    def exportable(self) -> Table | None:
        """How many samples of each class there are."""
        if self._overview is None:
            return None
        parts = self._overview.parts
        counts = (part.counts.tolist() for part in parts.values())
        rows = tuple(zip(self._overview.train.classes, *counts, strict=True))
        meaning = f"samples of each class in {self._overview.title}"
        return Table(("class", *(PARTS[split] for split in parts)), rows, meaning)

    @property
    def overview(self) -> Overview | None:
        """What is on show."""
        return self._overview

    # Reading

    def _read(self, data: str) -> None:
        self._asked = data
        self.data_options.show_data(data)
        self._show_options()
        self.strip.begin()
        self.strip.run.hide()
        self._job = self.session.start(
            "Reading the data set",
            partial(overview, data),
            lane="io",
            key="data overview",
            on_progress=self.strip.show_progress,
            on_done=self._on_read,
            on_error=self._on_error,
        )

    def _read_again(self) -> None:
        """Read files that may have changed."""
        forget_samples()
        self._read(self._asked)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._say_problem("Stopped.")

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say_problem(str(error))

    def _say_problem(self, sentence: str) -> None:
        """Say what went wrong; what was read before stays."""
        self.strip.end()
        kept = f" {self._overview.title} is still shown." if self._overview is not None else ""
        self.strip.say(sentence + kept, problem=True)
        self.strip.run.show()

    def _on_read(self, seen: Overview) -> None:
        self.strip.end()
        self._overview = seen
        self.set_subtitle(seen.title)
        self.content.show()
        self.empty.hide()
        self.summary.show_overview(seen)
        self.balance.setText(balances(seen))
        parts = {PARTS[split]: part for split, part in seen.parts.items()}
        self.bars.show_counts(seen.train.classes, {name: one.counts for name, one in parts.items()})
        self._list_parts(seen)
        self._show_class()
        if seen.problem:
            self.strip.say(seen.problem, problem=True)
            self.strip.run.show()

    # Showing

    def _show_options(self, *_: bool) -> None:
        """The form of options, where there are any and they are asked for."""
        form = self.data_options.form
        self.options_button.setEnabled(form is not None)
        self.data_options.setVisible(form is not None and self.options_button.isChecked())
        self.details.verticalScrollBar().setValue(0)

    def _list_parts(self, seen: Overview) -> None:
        self.part.blockSignals(True)
        self.part.clear()
        for split in seen.parts:
            self.part.addItem(PARTS[split].capitalize(), split)
        self.part.blockSignals(False)

    def _on_class(self, number: int) -> None:
        if number >= 0:
            row = self.bars.row_rect(number)
            self.classes.ensureVisible(0, round(row.center().y()), 0, round(row.height()))
        self._show_class()

    def _show_class(self) -> None:
        """The mean, the examples and the versions of the selected class, or of all."""
        self._ask_mean()
        self._show_examples()
        self._show_changed()

    @property
    def _number(self) -> int | None:
        """The selected class."""
        return self.bars.selected if self.bars.selected >= 0 else None

    def _ask_mean(self) -> None:
        if self._overview is None:
            return
        train, number = self._overview.train, self._number
        # that sizes differ is among the remarks, and that a class is empty is seen beside
        is_empty = number is not None and not train.counts[number]
        has_mean = not isinstance(train.pictures, tuple) and not is_empty
        self.averaged.setVisible(has_mean)
        if not has_mean:
            self.mean.show_levels(None)
            return
        name = "all" if number is None else train.classes[number]
        self.mean_caption.set_text(f"Mean of {name}")
        self.session.start(
            "Averaging the pictures",
            partial(mean_of, train, number),
            lane="analyse",
            key="data mean",
            on_done=self.mean.show_levels,
        )

    def _shown_part(self) -> Samples | None:
        """The part whose examples are shown."""
        seen = self._overview
        return seen.parts.get(self.part.currentData()) if seen is not None else None

    def _show_examples(self) -> None:
        samples, number = self._shown_part(), self._number
        if samples is None:
            return
        self._order = examples(samples, number)
        named = f" of {samples.classes[number]}" if number is not None else ""
        self.heading.set_text(f"Examples{named}")
        self.pages.show_pages(len(self._order), partial(self._tile, samples))

    def _tile(self, samples: Samples, place: int) -> Tile:
        index = int(self._order[place])
        name = samples.classes[samples.labels[index]]
        tip = f"{name}, {PARTS[samples.split]} sample {index:,}. Press to look at it."
        line = name if self._number is None else f"sample {index:,}"
        return Tile(samples.frame(index), (line,), tip)

    def _on_example(self, place: int) -> None:
        samples, seen = self._shown_part(), self._overview
        if samples is not None and seen is not None:
            index = int(self._order[place])
            self.session.look_at(Source("sample", seen.text, samples.split, index))

    def _show_changed(self) -> None:
        if self._overview is None:
            return
        train = self._overview.train
        order = examples(train, self._number)[:CHANGED]
        if isinstance(train.pictures, tuple) or not len(order):
            self.changed.show_samples(None, ())
            return
        names = [train.classes[label] for label in train.labels[order]]
        self.changed.show_samples(train.pictures[order], names)

    # Inside

    def _lay_out(self) -> None:
        self.balance.setTextFormat(Qt.TextFormat.PlainText)
        self.classes = _scrolled(self.bars)
        left = tight(QVBoxLayout(), 4)
        left.addWidget(label("Samples per class", "title"))
        left.addWidget(self.balance)
        left.addWidget(self.classes, 1)
        self.content = QWidget()
        row = tight(QHBoxLayout(self.content), 16)
        row.addLayout(left, 2)
        self.details = self._right()
        row.addWidget(self.details, 3)
        self.content.hide()
        column = tight(QVBoxLayout(self))
        column.addWidget(self.content, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.strip)

    def _right(self) -> QScrollArea:
        self.mean.setFixedHeight(MEAN_HEIGHT)
        self.averaged.setMaximumWidth(MEAN_WIDTH)
        mean = tight(QVBoxLayout(self.averaged), 2)
        mean.addWidget(self.mean)
        mean.addWidget(self.mean_caption)
        mean.addStretch(1)
        inner = QWidget()
        column = tight(QVBoxLayout(inner), 8)
        column.setContentsMargins(0, 0, 8, 0)
        for widget in (self.data_options, self.summary, self.heading, self.pages, self.changed):
            column.addWidget(widget)
        column.addStretch(1)
        return scrolled(inner)


def _scrolled(widget: QWidget) -> QScrollArea:
    inner = QWidget()
    column = tight(QVBoxLayout(inner), 0)
    column.setContentsMargins(0, 0, 8, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return scrolled(inner)
