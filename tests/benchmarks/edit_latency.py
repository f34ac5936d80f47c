"""How long after an edit spine, graph and table show the new shapes, repaint included."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from PySide6.QtWidgets import QApplication

from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.spec import LayerKind
from core.options import values_of, with_values
from tests.benchmarks.deep import dense_network
from tests.benchmarks.timing import Row
from tests.benchmarks.windows import live, open_window
from workbench.app import Application
from workbench.builder import Builder
from workbench.views.graph import GraphView
from workbench.views.layer_table import LayerTableView

NAMES = ("edit_latency_lenet5", "edit_latency_307_layers")

#: Edits of each network; the first of them is not counted.
EDITS = 21


def rows() -> list[Row]:
    """Milliseconds from an edit of a layer in the middle to the painted shapes, the median."""
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
    """Milliseconds until an edit is painted."""
    stage = program.window.stage
    graph, table = stage.view("graph"), stage.view("layer_table")
    assert isinstance(graph, GraphView)
    assert isinstance(table, LayerTableView)
    application.processEvents()
    began = perf_counter()
    Builder(program.session).change(layer, op)
    for shown in (program.window.spine.viewport(), graph.canvas.viewport(), table.table.viewport()):
        shown.repaint()
    return 1000 * (perf_counter() - began)
