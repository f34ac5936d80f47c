"""Building: what the gestures in spine and graph do to the network, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from core.errors import UserError
from core.network import edit, wiring
from core.network.fragment import copied, pasted
from core.network.repair import Repair, repairs
from core.network.spec import LayerKind, ModelSpec, Shape
from workbench.layer_palette import LayerPalette

if TYPE_CHECKING:
    from workbench.session import Session
    from workbench.spine import Spine

#: A change of the network: the new one and the layer that is then selected.
Change = Callable[[ModelSpec], tuple[ModelSpec, str]]


class Builder:
    """Edits of the open network.  What cannot be done is told in a sentence, and changes nothing.

    Settings that change in quick succession, as in a drag, are one step of undo; every other edit
    is one of its own.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def spec(self) -> ModelSpec | None:
        """The network that is edited; None for one that was not described here."""
        model = self.session.model
        return model.spec if model is not None else None

    # Layers

    def insert(self, index: int, kind: type[LayerKind]) -> None:
        """Put a layer of a kind before the one at `index`, and select it."""
        self._edit(lambda spec: edit.insert(spec, index, kind()))

    def insert_between(self, source: str, reader: str, kind: type[LayerKind]) -> None:
        """Put a layer of a kind into one connection, and select it."""
        self._edit(lambda spec: edit.insert_between(spec, source, reader, kind()))

    def insert_after(self, source: str, kind: type[LayerKind]) -> None:
        """Put a layer of a kind behind another, before all that read that one, and select it."""
        self._edit(lambda spec: edit.insert_after(spec, source, kind()))

    def insert_apart(
        self, kind: type[LayerKind], fields: Callable[[ModelSpec, str], dict[str, Any]]
    ) -> None:
        """Add a layer that reads the input and that none reads yet, and select it.

        `fields` gives, for the new network and the layer's name, what else of the document
        changes in the same step.
        """
        if self.spec is not None:
            spec, name = edit.insert_apart(self.spec, kind())
            self.session.edit_spec(spec, name, apart=True, **fields(spec, name))

    def remove(self, *names: str) -> None:
        """Take layers out, and select the one that stood before them."""
        known = [node.name for node in self.spec.nodes] if self.spec else []
        gone = [name for name in known if name in names]
        if not gone:
            return
        left = [name for name in known if name not in gone]
        here = max(0, known.index(gone[0]) - 1)
        layer = left[min(here, len(left) - 1)] if left else ""
        self._edit(lambda spec: (edit.remove_all(spec, gone), layer))

    def move(self, name: str, index: int) -> None:
        """Put a layer at another place among the others."""
        self._edit(lambda spec: (edit.move(spec, name, index), name))

    def duplicate(self, *names: str) -> None:
        """Put layers of the same settings and wiring behind the last of these."""
        if self.spec is not None and (text := self.text_of(names)):
            last = [node.name for node in self.spec.nodes if node.name in names][-1]
            self.paste(text, last)

    def change(self, name: str, op: LayerKind) -> None:
        """Give a layer other settings."""
        if self.spec is not None:
            self.session.edit_spec(edit.change(self.spec, name, op), name)

    def rename(self, old: str, new: str) -> None:
        """Give a layer another name."""
        self._edit(lambda spec: (edit.rename(spec, old, new), new))

    def resize_input(self, shape: Shape) -> None:
        """Give the network another input shape."""
        if self.spec is not None:
            spec = replace(self.spec, input=shape)
            self.session.edit_spec(spec, self.session.document.layer)

    # Wiring

    def rewire(self, name: str, reads: tuple[str, ...]) -> None:
        """Let a layer read others."""
        self._edit(lambda spec: (wiring.rewire(spec, name, reads), name))

    def connect(self, source: str, reader: str) -> None:
        """Let a layer read another, besides or in place of what it reads."""
        self._edit(lambda spec: (wiring.connect(spec, source, reader), reader))

    def disconnect(self, source: str, reader: str) -> None:
        """Let a layer no longer read another."""
        self._edit(lambda spec: (wiring.disconnect(spec, source, reader), reader))

    def redirect(self, source: str, reader: str, new_reader: str) -> None:
        """Let another layer read `source` in place of `reader`."""
        self._edit(lambda spec: (wiring.redirect(spec, source, reader, new_reader), new_reader))

    def read_instead(self, source: str, reader: str, new_source: str) -> None:
        """Let a layer read another in place of `source`."""
        self._edit(lambda spec: (wiring.read_instead(spec, source, reader, new_source), reader))

    # The clipboard

    def text_of(self, names: Iterable[str]) -> str:
        """Layers as the text that is pasted; empty where there are none."""
        chosen = set(names) & {node.name for node in self.spec.nodes} if self.spec else set()
        return copied(self.spec, chosen) if self.spec and chosen else ""

    def copy(self, *names: str) -> None:
        """Put layers into the clipboard, for this window or another."""
        if text := self.text_of(names):
            QGuiApplication.clipboard().setText(text)

    def cut(self, *names: str) -> None:
        """Put layers into the clipboard, and take them out."""
        self.copy(*names)
        self.remove(*names)

    def paste(self, text: str, after: str = "") -> tuple[str, ...]:
        """Put copied layers behind one, or at the end; gives their names."""
        added: tuple[str, ...] = ()

        def change(spec: ModelSpec) -> tuple[ModelSpec, str]:
            nonlocal added
            known = {node.name for node in spec.nodes}
            made, added = pasted(spec, text, after if after in known else "")
            return made, added[-1] if added else after

        self._edit(change)
        return added

    # Repairs

    def mend(self, name: str, found: Callable[[tuple[Repair, ...]], None]) -> None:
        """Look for networks in which a layer that does not fit would, the best first.

        They are looked for on a lane: in a large network it takes a tenth of a second.
        """
        if self.spec is not None:
            self.session.start(
                "Looking for what would fit",
                partial(repairs, self.spec, name),
                lane="analyse",
                on_done=found,
            )

    def use(self, repair: Repair) -> None:
        """Mend the network."""
        layer = self.session.document.layer
        self._edit(lambda _: (repair.spec, layer))

    def _edit(self, change: Change) -> None:
        if self.spec is None:
            return
        try:
            self.session.edit_spec(*change(self.spec), apart=True)
        except UserError as error:
            self.session.say(str(error), problem=True)


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

    def ask_insert(self, index: int, where: QPoint) -> LayerPalette:
        """Offer the layer kinds, and insert the one that is chosen."""
        palette = LayerPalette(self.spine, partial(self.builder.insert, index))
        palette.show_at(where)
        return palette

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
