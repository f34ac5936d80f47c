"""The inspector: the settings of the chosen layer, with the sizes and counts they lead to."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from core.network.geometry import written
from core.network.layer_table import LayerRow
from core.network.spec import Node, Shape, Window
from core.options import option, options_of
from workbench import theme
from workbench.builder import Builder
from workbench.forms import Form
from workbench.layer_palette import purpose
from workbench.misfit_card import MisfitCard
from workbench.parts import label, scrolled, spoken, tight
from workbench.session import Session
from workbench.view import View


@dataclass(frozen=True)
class PictureShape:
    """The shape of the pictures [C, H, W] that a network reads."""

    channels: int = option(1, 1, 64, label="Input channels", help="1: grey, 3: colour")
    height: int = option(28, 1, 4096, label="Input height", unit="px")
    width: int = option(28, 1, 4096, label="Input width", unit="px")


@dataclass(frozen=True)
class SignalShape:
    """The shape of the signals [C, T] that a network reads."""

    channels: int = option(1, 1, 4096, label="Input channels", help="Values at each time")
    length: int = option(64, 1, 1_000_000, label="Input length", unit="steps")


@dataclass(frozen=True)
class ClipShape:
    """The shape of the clips [C, T, H, W] that a network reads."""

    channels: int = option(1, 1, 64, label="Input channels", help="1: grey, 3: colour")
    length: int = option(8, 1, 1024, label="Input length", unit="frames")
    height: int = option(28, 1, 4096, label="Input height", unit="px")
    width: int = option(28, 1, 4096, label="Input width", unit="px")


#: The form for an input of so many sides.
_SHAPES: dict[int, type[Any]] = {2: SignalShape, 3: PictureShape, 4: ClipShape}


class InspectorView(View):
    """A form for the chosen layer; every edit is felt at once and can be undone."""

    title = "Layer"
    menu = "Network"
    workspace = "Build"
    needs = frozenset({"model", "layer"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.builder = Builder(session)
        self.name_field = spoken(QLineEdit(), "Name of the layer")
        self.name_field.editingFinished.connect(self._on_renamed)
        self.reads_field = spoken(
            QLineEdit(placeholderText="the one before"), "Layers that it reads"
        )
        self.reads_field.editingFinished.connect(self._on_rewired)
        self.form: Form[Any] | None = None
        self.problem = MisfitCard(self.builder)
        self.hint = label(part="secondary", wraps=True)
        self.numbers = label(wraps=True)
        self.numbers.setTextFormat(Qt.TextFormat.RichText)
        self.input: Form[Any] | None = None
        self._lay_out()
        theme.look().changed.connect(self.refresh)

    def update_view(self) -> None:
        """Show the chosen layer."""
        spec, layer = self.builder.spec, self.session.document.layer
        names = [node.name for node in spec.nodes] if spec else []
        self.fields.setVisible(layer in names)
        self._use_input(spec.input if spec is not None else None)
        if spec is None or layer not in names:
            self._show_nothing(spec is None)
            return
        index = names.index(layer)
        self._show_layer(spec.nodes[index], self.session.table()[index])

    def _show_nothing(self, fixed: bool) -> None:
        self._use_form(None)
        self.set_subtitle("")
        self.problem.show_problem("", "")
        self.numbers.hide()
        self.hint.setText(
            "This network was not described here: it can be looked at, not edited."
            if fixed
            else "Press + Add a layer in the network at the left, or choose one there."
        )

    def _show_layer(self, node: Node, row: LayerRow) -> None:
        self.set_subtitle(node.op.title)
        self.hint.setText(purpose(type(node.op)))
        self.name_field.setText(node.name)
        self.reads_field.setText(", ".join(node.reads))
        self._use_form(node)
        self.problem.show_problem(row.name, row.problem)
        self.numbers.setText(_numbers(node, row))
        self.numbers.show()

    def _use_form(self, node: Node | None) -> None:
        if self.form is not None and node is not None and type(self.form.params) is type(node.op):
            self.form.set_params(node.op)
            return
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if node is not None and options_of(node.op):
            self.form = Form(node.op)
            self.form.changed.connect(self._on_form_changed)
            self._place.addWidget(self.form)

    def _use_input(self, shape: Shape | None) -> None:
        """The form for the shape of the input; none where it is not known."""
        given = _SHAPES[len(shape)](*shape) if shape is not None else None
        if self.input is not None and type(self.input.params) is type(given):
            self.input.set_params(given)
            return
        if self.input is not None:
            self._input_place.removeWidget(self.input)
            self.input.hide()
            self.input.deleteLater()
            self.input = None
        if given is not None:
            self.input = Form(given)
            self.input.changed.connect(lambda edited: self.builder.resize_input(astuple(edited)))
            self._input_place.addWidget(self.input)

    def _on_form_changed(self, op: Any) -> None:
        self.builder.change(self.session.document.layer, op)

    def _on_renamed(self) -> None:
        if self.session.document.layer:  # a field that loses the focus with its layer has no say
            self.builder.rename(self.session.document.layer, self.name_field.text().strip())
            self.refresh()

    def _on_rewired(self) -> None:
        if not self.session.document.layer:
            return
        reads = tuple(part.strip() for part in self.reads_field.text().split(",") if part.strip())
        self.builder.rewire(self.session.document.layer, reads)
        self.refresh()

    def _lay_out(self) -> None:
        self.fields = QWidget()
        top = QFormLayout(self.fields)
        top.setContentsMargins(0, 0, 0, 0)
        top.setHorizontalSpacing(12)
        top.addRow(label("Name", "secondary"), self.name_field)
        top.addRow(label("Reads", "secondary"), self.reads_field)
        self._place, self._input_place = QVBoxLayout(), QVBoxLayout()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        for part in (self.hint, self.problem, self.fields):
            column.addWidget(part)
        column.addLayout(self._place)
        column.addWidget(self.numbers)
        column.addSpacing(8)
        column.addLayout(self._input_place)
        column.addStretch(1)
        area = scrolled(inner)
        whole = tight(QVBoxLayout(self))
        whole.addWidget(area)


def _numbers(node: Node, row: LayerRow) -> str:
    """Output size and parameters, worked out with the numbers."""
    if row.shape is None:
        return ""
    accent = theme.theme().accent
    lines = [f"<b>Output</b><br>{written(row.shape)}"]
    window = node.op.window(*row.given)
    if window is not None and (window.kernel > 1 or window.stride > 1) and len(row.shape) > 1:
        lines.append(_size(window, row.given[0][1], row.shape[1], accent))
    formula = node.op.formula(*row.given)
    if formula:
        start, _, count = formula.rpartition("= ")
        lines.append(f"<b>Parameters</b><br>{escape(start)}= <b style='color:{accent}'>{count}</b>")
    return "<br><br>".join(lines)


def _size(window: Window, given: int, gives: int, accent: str) -> str:
    reach = (window.kernel - 1) * window.dilation + 1
    return (
        "⌊(J + 2P − M) / S⌋ + 1<br>"
        f"⌊({given} + 2·{window.padding} − {reach}) / {window.stride}⌋ + 1 = "
        f"<b style='color:{accent}'>{gives}</b>"
    )
