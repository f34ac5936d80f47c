"""Building: what the spine's + and drags do to the network, and the list of layer kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from core.errors import UserError
from core.network import edit
from core.network.spec import LAYERS, LayerKind, ModelSpec, Shape

if TYPE_CHECKING:
    from workbench.session import Session
    from workbench.spine import Spine


class Builder:
    """Edits of the open network, each one step of undo."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def spec(self) -> ModelSpec | None:
        """The network that is edited; None for one that was not described here."""
        model = self.session.model
        return model.spec if model is not None else None

    def insert(self, index: int, kind: type[LayerKind]) -> None:
        """Put a layer of a kind before the one at `index`, and select it."""
        if self.spec is not None:
            self._use(*edit.insert(self.spec, index, kind()))

    def remove(self, name: str) -> None:
        """Take a layer out, and select the one that stood before it."""
        if self.spec is None or name not in (names := [n.name for n in self.spec.nodes]):
            return
        spec = edit.remove(self.spec, name)
        left = [node.name for node in spec.nodes]
        here = max(0, names.index(name) - 1)
        self._use(spec, left[here] if left else "")

    def move(self, name: str, index: int) -> None:
        """Put a layer at another place among the others."""
        if self.spec is not None:
            self._use(edit.move(self.spec, name, index), name)

    def duplicate(self, name: str) -> None:
        """Put a second layer of the same settings after the first."""
        if self.spec is not None:
            self._use(*edit.duplicate(self.spec, name))

    def change(self, name: str, op: LayerKind) -> None:
        """Give a layer other settings."""
        if self.spec is not None:
            self._use(edit.change(self.spec, name, op), name)

    def rename(self, old: str, new: str) -> None:
        """Give a layer another name; says so where it cannot have it."""
        self._try(lambda spec: (edit.rename(spec, old, new), new))

    def rewire(self, name: str, reads: tuple[str, ...]) -> None:
        """Let a layer read others; says so where it cannot."""
        self._try(lambda spec: (edit.rewire(spec, name, reads), name))

    def _try(self, change: Callable[[ModelSpec], tuple[ModelSpec, str]]) -> None:
        if self.spec is None:
            return
        try:
            self._use(*change(self.spec))
        except UserError as error:
            self.session.say(str(error), problem=True)

    def _use(self, spec: ModelSpec, layer: str) -> None:
        self.session.edit_spec(spec, layer)

    def resize_input(self, shape: Shape) -> None:
        """Give the network another input shape [C, H, W]."""
        if self.spec is not None:
            self._use(replace(self.spec, input=shape), self.session.document.layer)


class SpineBuilder(QObject):
    """Turns the gestures on the spine into edits of the network."""

    def __init__(self, session: Session, spine: Spine) -> None:
        super().__init__(spine)
        self.builder = Builder(session)
        self.spine = spine
        spine.insert_wanted.connect(self.ask_insert)
        spine.remove_wanted.connect(self.builder.remove)
        spine.move_wanted.connect(self.builder.move)
        spine.menu_wanted.connect(self.show_menu)

    def ask_insert(self, index: int, where: QPoint) -> None:
        """Offer the layer kinds, and insert the one that is chosen."""
        menu = QMenu(self.spine)
        groups: dict[str, QMenu] = {}
        for kind in LAYERS.values():
            if kind.group not in groups:
                groups[kind.group] = menu.addMenu(kind.group)
            groups[kind.group].addAction(kind.title, partial(self.builder.insert, index, kind))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def show_menu(self, name: str, where: QPoint) -> None:
        """Offer what can be done with a layer."""
        names = self.spine.names
        here = names.index(name)
        menu = QMenu(self.spine)
        menu.addAction("Insert above…", partial(self.ask_insert, here, where))
        menu.addAction("Insert below…", partial(self.ask_insert, here + 1, where))
        menu.addAction("Duplicate", partial(self.builder.duplicate, name))
        up = menu.addAction("Move up", partial(self.builder.move, name, here - 1))
        down = menu.addAction("Move down", partial(self.builder.move, name, here + 1))
        up.setEnabled(here > 0)
        down.setEnabled(here < len(names) - 1)
        menu.addSeparator()
        menu.addAction("Delete", partial(self.builder.remove, name))
        menu.popup(where)
