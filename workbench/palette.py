"""The command palette: every command, layer, class and network by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from core.network.presets import PRESETS
from workbench.command import COMMANDS
from workbench.widgets.search_popup import SearchPopup

if TYPE_CHECKING:
    from workbench.window import Window

#: How many answers are listed; more would not be read.
SHOWN = 60


@dataclass(frozen=True)
class Entry:
    """Something that can be chosen: what it says, what it is, what it does."""

    text: str
    kind: str
    run: Callable[[], object]


class Palette(SearchPopup):
    """Type a few letters, walk with the arrows, Enter does it, Esc leaves."""

    def __init__(self, window: Window, text: str = "") -> None:
        super().__init__(window, "Search commands, layers, classes, networks", QListWidget())
        self._entries = tuple(entries(window))
        self.resize(560, 440)
        place = window.mapToGlobal(window.rect().topLeft())
        self.move(place.x() + (window.width() - self.width()) // 2, place.y() + 72)
        self.begin(text)

    def search(self, text: str) -> None:
        """List the first of what fits."""
        for entry in best(self._entries, text)[:SHOWN]:
            item = QListWidgetItem(f"{entry.text}    {entry.kind}")
            item.setData(Qt.ItemDataRole.UserRole, entry)
            self.answers.addItem(item)

    def choose(self, item: QListWidgetItem) -> None:
        """Close, and do it."""
        entry = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        entry.run()


def entries(window: Window) -> Iterator[Entry]:
    """All that can be chosen now."""
    session = window.session
    for name, command in COMMANDS.items():
        action = window.actions_by_name[name]
        if action.isEnabled():
            yield Entry(command.title, command.menu, action.trigger)
    for name, preset in PRESETS.items():
        yield Entry(f"Open {preset.title}", "network", partial(session.open_model, name))
    rows = session.table()
    for row in rows:
        yield Entry(row.name, f"layer · {row.kind}", partial(session.select_layer, row.name))
    layer = session.document.layer
    units = next((row.shape[0] for row in rows if row.name == layer and row.shape), 0)
    for unit in range(units):
        yield Entry(f"Unit {unit}", f"of {layer}", partial(session.select_unit, unit))
    for index, label in enumerate(session.model.classes if session.model else ()):
        yield Entry(label, "class", partial(session.select_target, index))


def best(found: tuple[Entry, ...], text: str) -> list[Entry]:
    """The entries that hold every word of `text`, those that begin with it first."""
    words = text.lower().split()
    fitting = [entry for entry in found if all(word in entry.text.lower() for word in words)]
    return sorted(
        fitting, key=lambda entry: not entry.text.lower().startswith(text.lower().strip())
    )
