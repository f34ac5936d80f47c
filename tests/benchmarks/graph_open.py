"""How soon a network of more than 300 layers stands as a graph, and how smoothly it pans."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from PySide6.QtCore import QPointF

from core.network.layout import layout
from tests.benchmarks.deep import dense_network
from tests.benchmarks.timing import Row
from tests.benchmarks.windows import live, open_window
from workbench.graph.boxes import boxes_of
from workbench.graph.canvas import GraphCanvas
from workbench.graph.node_item import SIZES
from workbench.views.graph import GraphView

NAMES = ("graph_open", "graph_layout", "graph_pan", "graph_pan_whole")

#: Rounds of opening and of the layout alone; frames of a pan, and px a frame.
ROUNDS, FRAMES, STEP = 5, 120, 7


def rows() -> list[Row]:
    """Milliseconds from the network to its painted graph, and frames a second while it pans."""
    with open_window() as (application, program):
        session, stage = program.session, program.window.stage
        stage.show_workspace("Build")
        view = stage.view("graph")
        assert isinstance(view, GraphView)
        live(application, lambda: view.isVisible() and session.is_idle)
        small, deep = session.snapshot(), dense_network()
        assert small is not None
        opened = []
        for _ in range(ROUNDS):
            session.open_snapshot(small)
            application.processEvents()
            began = perf_counter()
            session.open_snapshot(deep)
            view.canvas.viewport().repaint()
            opened.append(1000 * (perf_counter() - began))
        laid_out = [_layout_ms(view) for _ in range(ROUNDS)]
        reading = _frames_a_second(view.canvas)
        view.canvas.fit()
        view.canvas.zoom_by(1.5)
        whole = _frames_a_second(view.canvas)
    return [
        Row("graph_open", median(opened)),
        Row("graph_layout", median(laid_out)),
        Row("graph_pan", reading, unit="1/s"),
        Row("graph_pan_whole", whole, unit="1/s"),
    ]


def _layout_ms(view: GraphView) -> float:
    network = boxes_of(view.session.table(), None)
    began = perf_counter()
    layout(network.reads, SIZES, view=view.canvas.room)
    return 1000 * (perf_counter() - began)


def _frames_a_second(canvas: GraphCanvas) -> float:
    """Frames that are painted in a second while the view moves on and back."""
    canvas.viewport().repaint()
    began = perf_counter()
    for number in range(FRAMES):
        way = 1 if number < FRAMES // 2 else -1
        canvas.pan(QPointF(way * STEP, way * STEP))
        canvas.viewport().repaint()
    return FRAMES / (perf_counter() - began)
