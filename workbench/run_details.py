"""More of the runs that are chosen: the facts of one, or several side by side; and their curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from core.errors import UserError
from core.results import Curves, Table
from core.training.catalogue import Entry, comparison
from core.training.metrics import read_metrics
from core.training.overlay import overlaid
from workbench.run_facts import facts
from workbench.widgets.comparison_table import ComparisonTable
from workbench.widgets.curves import CurvesView
from workbench.widgets.facts import Facts

#: So many runs are compared at most: there are as many colours.
MOST = 10
#: Room for two panels of curves with their captions, in px.
LOWEST = 176


class RunDetails(QSplitter):
    """Words on the left, curves on the right; a run has the same colour in both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._numbers: tuple[int, ...] = ()
        self._drawn: tuple[int, ...] = ()
        self.facts = Facts()
        self.comparison = ComparisonTable()
        self.words = QStackedWidget()
        for page in (self.facts, self.comparison):
            page.setMinimumSize(QSize(80, 40))
            self.words.addWidget(page)
        self.curves = CurvesView(empty="No curves yet: its first checkpoint writes them.")
        for one in (self.words, self.curves):
            self.addWidget(one)
        self.setSizes([1, 1])
        self.setMinimumHeight(LOWEST)

    @property
    def table(self) -> Table | None:
        """What is compared; None where it is not several runs."""
        return self.comparison.table if len(self._numbers) > 1 else None

    def show_runs(self, entries: Sequence[Entry]) -> None:
        """Tell of these runs; their curves follow by `show_curves`."""
        numbers = tuple(entry.id for entry in entries)
        if len(entries) == 1:
            self.facts.show_facts(facts(entries[0]))
            self.words.setCurrentWidget(self.facts)
        elif entries:
            table = comparison(entries)
            self.comparison.show_table(replace(table, columns=("", *names(entries))))
            self.words.setCurrentWidget(self.comparison)
        if numbers != self._numbers:
            self._numbers = numbers
            self.facts.to_the_top()

    def show_curves(self, curves: Curves) -> None:
        """Draw the curves of the runs; of others than before, all of them."""
        self.curves.show_curves(curves if curves.panels else None)
        if self._numbers != self._drawn:
            self._drawn = self._numbers
            self.curves.show_all()


def names(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What runs are called where they stand together: those of one name with their numbers."""
    often = Counter(entry.name for entry in entries)
    return tuple(
        f"{entry.name} ({entry.id})" if often[entry.name] > 1 else entry.name for entry in entries
    )


def read_curves(entries: Sequence[Entry]) -> tuple[Curves, str]:
    """The curves of runs laid over each other, and why those of one of them are not there."""
    found, problem = {}, ""
    for name, entry in zip(names(entries), entries, strict=True):
        try:
            found[name] = read_metrics(entry.folder)
        except UserError as error:
            found[name], problem = Curves("Step", {}), str(error)
    return overlaid(found), problem
