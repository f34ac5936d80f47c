"""The network in words: typed and read, always the same as the graph and the stack."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.network.notation import NotationError, Parsed, parse, write
from core.network.spec import ModelSpec
from workbench.parts import dressed, label, spoken, tight
from workbench.reader import Reader
from workbench.session import Session
from workbench.view import View
from workbench.widgets.marked_text import Mark, MarkedText

#: How long after the last key the text is read, in ms.
CALM_MS = 150
#: How long after an edit elsewhere its words follow, in ms: what was edited is drawn first.
BEHIND_MS = 60

_HINT = "input 1x28x28 | conv 6@5x5 pad 2 tanh | avgpool 2 | flatten | dense 10"


class WordsView(View):
    """A field with the network's words; the layer at the cursor is selected everywhere.

    Text that cannot be read leaves the network as it was, and is kept until it can.
    """

    title = "Words"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.text = spoken(MarkedText(), "The network in words")
        self.text.set_wrapped(True)
        self.text.setPlaceholderText(_HINT)
        self.message = label(part="secondary", wraps=True)
        self.message.hide()
        self._parsed: Parsed | None = None
        self._known: ModelSpec | None = None
        self._is_showing = False
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self.read)
        self._behind = QTimer(self, singleShot=True, interval=BEHIND_MS)
        self._behind.timeout.connect(self._catch_up)
        # Those of a dense network take a tenth of a second; no file that is opened holds them up.
        self._reader = Reader(session, "", self, lane="analyse")
        self._reader.came.connect(self._on_words)
        self._reader.failed.connect(self._on_no_words)
        self.text.textChanged.connect(self._on_text)
        self.text.cursorPositionChanged.connect(self._on_cursor)
        column = tight(QVBoxLayout(self))
        column.addWidget(self.text, 1)
        column.addWidget(self.message)

    def update_view(self) -> None:
        """Show the words of the open network, unless those on show say the same."""
        spec = self._spec
        if spec != self._known:  # what was typed for another network is no longer meant
            self._known = spec
            self._calm.stop()
        self.text.setReadOnly(spec is None)
        if spec is None:
            self._parsed = None
            self._show("")
            self._say("This network was not described here, so it has no words to edit.")
            return
        self._behind.start()

    def read(self) -> None:
        """Make the network what the text says."""
        spec = self._spec
        self._calm.stop()
        self._behind.stop()
        if spec is None:
            return
        try:
            parsed = self._parsed = parse(self.text.toPlainText(), name=spec.name, input=spec.input)
        except NotationError as error:
            self._say(str(error), problem=True)
            self.text.show_marks([_place(error, len(self.text.toPlainText()))])
            return
        self._say("")
        self.session.edit_spec(parsed.spec, self._layer_of(parsed))
        self._mark()

    @property
    def _spec(self) -> ModelSpec | None:
        model = self.session.model
        return model.spec if model is not None else None

    def _layer_of(self, parsed: Parsed) -> str:
        """The layer at the cursor, else the selected one where it is still there."""
        here = parsed.at(self.text.textCursor().position())
        names = [node.name for node in parsed.spec.nodes]
        known = [name for name in (here, self.session.document.layer) if name in names]
        return (known or names or [""])[0]

    def _catch_up(self) -> None:
        spec = self._spec
        if spec is None:
            return
        if self._parsed is None or self._parsed.spec != spec:
            self._reader.ask(partial(_in_words, spec))
        else:
            self._mark()

    def _on_words(self, found: tuple[ModelSpec, str, Parsed]) -> None:
        spec, words, parsed = found
        if spec == self._spec and not self._calm.isActive():  # what is being typed stays
            self._parsed = parsed
            self._show(words)
            self._say("")
            self._mark()

    def _on_no_words(self, why: str) -> None:
        self._parsed = None
        self._show("")
        self._say(why, problem=True)

    def _show(self, words: str) -> None:
        self._is_showing = True
        self.text.show_text(words)
        self._is_showing = False

    def _on_text(self) -> None:
        if not self._is_showing:
            self._calm.start()

    def _on_cursor(self) -> None:
        waits = self._calm.isActive() or self._behind.isActive()
        if self._is_showing or waits or self._parsed is None:
            return
        layer = self._parsed.at(self.text.textCursor().position())
        if layer and layer != self.session.document.layer and self.text.hasFocus():
            self.session.select_layer(layer)

    def _mark(self) -> None:
        if self._parsed is not None:
            self.text.show_marks(self._marks(self._parsed))

    def _marks(self, parsed: Parsed) -> Iterator[Mark]:
        layer = self.session.document.layer
        wrong = {row.name for row in self.session.table() if row.is_misfit}
        if layer in parsed.spans and layer not in wrong:
            yield Mark(*parsed.spans[layer], "accent")
        for name in wrong & set(parsed.spans):
            yield Mark(*parsed.spans[name], "danger", underlined=True)

    def _say(self, sentence: str, problem: bool = False) -> None:
        dressed(self.message, "danger" if problem else "secondary")
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))


def _in_words(spec: ModelSpec) -> tuple[ModelSpec, str, Parsed]:
    """A network with its words, and where each of its layers stands in them."""
    words = write(spec)
    return spec, words, parse(words, name=spec.name)


def _place(error: NotationError, length: int) -> Mark:
    """The word that is wrong; where nothing stands yet, the last character before."""
    end = max(error.end, error.start + 1)
    start = error.start if error.start < length else max(0, length - 1)
    return Mark(start, end, "danger", underlined=True, filled=True)
