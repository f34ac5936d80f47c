"""What a data set is, in words: how many, of what form, how divided, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.data.overview import Overview, balance
from workbench.parts import dressed, label, tight

#: What the parts of a data set are called.
PARTS = {"train": "training", "test": "test"}


class DataSummary(QWidget):
    """Facts beside a picture, and below them how the data were divided, and remarks."""

    def __init__(self, picture: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = label(wraps=True)
        self.division = label(part="caption", wraps=True)
        self.remarks = label(wraps=True)
        for one in (self.facts, self.division, self.remarks):
            one.setTextFormat(Qt.TextFormat.PlainText)
        self.remarked = dressed(QFrame(), "message")
        frame = QVBoxLayout(self.remarked)
        frame.setContentsMargins(12, 8, 12, 8)
        frame.addWidget(self.remarks)
        top = tight(QHBoxLayout(), 12)
        top.addWidget(picture, 2)
        top.addWidget(self.facts, 3, Qt.AlignmentFlag.AlignTop)
        column = tight(QVBoxLayout(self))
        column.addLayout(top)
        column.addWidget(self.division)
        column.addWidget(self.remarked)

    def show_overview(self, seen: Overview) -> None:
        """Tell of another data set."""
        counts = [_counted(len(one), f"{PARTS[split]} sample") for split, one in seen.parts.items()]
        classes = _counted(len(seen.train.classes), "class", "es")
        self.facts.setText("\n".join((*counts, classes, seen.form, seen.spread)))
        self.division.setText(seen.division)
        dot = "• " if len(seen.remarks) > 1 else ""
        self.remarks.setText("\n".join(dot + remark for remark in seen.remarks))
        self.remarked.setVisible(bool(seen.remarks))


def balances(seen: Overview) -> str:
    """How the largest class compares with the smallest, in a line for each part."""
    lines = (
        f"{PARTS[split]}: {balance(part.counts, part.classes)}"
        for split, part in seen.parts.items()
    )
    return "\n".join(("Largest to smallest class:", *lines))


def _counted(count: int, noun: str, ending: str = "s") -> str:
    return f"{count:,} {noun}{ending if count != 1 else ''}"
