"""How long after an edit spine, graph and table show the new shapes, repaint included."""

from __future__ import annotations

from statistics import median
from time import perf_counter, sleep

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.spec import LayerKind
from core.options import values_of, with_values
from tests.benchmarks.deep import dense_network
from tests.benchmarks.timing import Row
from tests.benchmarks.windows import live, open_window
from workbench.app import Application
from workbench.builder import Builder
from workbench.session import Session
from workbench.views.graph import GraphView
from workbench.views.layer_table import LayerTableView

NAMES = ("edit_latency_lenet5", "edit_latency_307_layers")

#: Edits of each network; the first of them is not counted.
EDITS = 21
#: Before each the window is let live for so many times 10 ms, until words and source have followed.
CALM = 40


def rows() -> list[Row]:
    """Milliseconds from an edit of a layer in the middle until its shapes are painted, the median.

    Each edit comes when the window has nothing left to do of the last, as a person's does.
    """
    with open_window() as (application, program):
        program.window.stage.show_workspace("Build")
        networks = (open_model("lenet5"), "conv1"), (dense_network(), "block2_6_conv")
        found = [median(_edits(application, program, *network)) for network in networks]
    return [Row(name, figure) for name, figure in zip(NAMES, found, strict=True)]


def _edits(
    application: QApplication, program: Application, snapshot: Snapshot, layer: str
) -> list[float]:
    session = program.session
    session.open_snapshot(snapshot)
    session.select_layer(layer)
    live(application, lambda: session.is_idle and session.model is snapshot.model)
    spec = snapshot.model.spec
    assert spec is not None
    op = spec.node(layer).op
    times = [
        _edit(application, program, layer, with_values(type(op), _filters(op, number)))
        for number in range(EDITS)
    ]
    return times[1:]


def _filters(op: LayerKind, number: int) -> dict[str, object]:
    """The settings of a convolution with other filters than it ever had."""
    values = values_of(op)
    return values | {"filters": values["filters"] + 1 + number}


def _edit(application: QApplication, program: Application, layer: str, op: LayerKind) -> float:
    """Milliseconds until an edit is painted, once what came before is done."""
    session, stage = program.session, program.window.stage
    live(application, lambda: session.is_idle and is_looked_at(session))
    for _ in range(CALM):
        application.processEvents()
        sleep(0.01)
    graph, table = stage.view("graph"), stage.view("layer_table")
    assert isinstance(graph, GraphView)
    assert isinstance(table, LayerTableView)
    application.processEvents()
    painted = Painted(
        program.window.spine.viewport(), graph.canvas.viewport(), table.table.viewport()
    )
    began = perf_counter()
    Builder(session).change(layer, op)
    while painted.missing:
        application.processEvents()
    return 1000 * (perf_counter() - began)


def is_looked_at(session: Session) -> bool:
    """Whether what is seen is of the network as it is now."""
    return session.now.seen is not None and session.now.seen.snapshot is session.snapshot()


class Painted(QObject):
    """Which of some widgets the window has not painted yet."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.missing = set(widgets)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cross off what is painted now."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.missing.discard(watched)
        return False
