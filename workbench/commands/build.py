"""Building in the Edit and the Network menu: what the graph and the spine do, by name and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication

from workbench.builder import Builder
from workbench.command import command
from workbench.layer_palette import LayerPalette
from workbench.views.graph import GraphView

if TYPE_CHECKING:
    from workbench.window import Window


def _can_build(window: Window) -> bool:
    return Builder(window.session).spec is not None


def _has_layers(window: Window) -> bool:
    return _can_build(window) and bool(window.session.document.layer)


@command("Add a layer…", "Network", shortcut="Ctrl+Shift+A", order=5, enabled=_can_build)
def add_layer(window: Window) -> None:
    """Choose a kind of layer; it goes behind the current one."""
    spec, builder = Builder(window.session).spec, Builder(window.session)
    names = [node.name for node in spec.nodes] if spec else []
    layer = window.session.document.layer
    index = names.index(layer) + 1 if layer in names else len(names)
    palette = LayerPalette(window, lambda kind: builder.insert(index, kind))
    palette.show_at(window.mapToGlobal(QPoint(window.width() // 2, 72)))


@command("Copy layers", "Edit", shortcut="Ctrl+C", order=10, enabled=_has_layers)
def copy_layers(window: Window) -> None:
    """Put the chosen layers into the clipboard."""
    Builder(window.session).copy(*chosen(window))


@command("Cut layers", "Edit", shortcut="Ctrl+X", order=11, enabled=_has_layers)
def cut_layers(window: Window) -> None:
    """Put the chosen layers into the clipboard, and take them out."""
    Builder(window.session).cut(*chosen(window))


@command("Paste layers", "Edit", shortcut="Ctrl+V", order=12, enabled=_can_build)
def paste_layers(window: Window) -> None:
    """Put the layers in the clipboard behind the chosen ones, and choose them."""
    layers = chosen(window)
    text = QGuiApplication.clipboard().text()
    added = Builder(window.session).paste(text, layers[-1] if layers else "")
    graph = _graph(window)
    if graph is not None and added:
        graph.canvas.graph.choose(added)


@command("Duplicate layers", "Edit", shortcut="Ctrl+D", order=13, enabled=_has_layers)
def duplicate_layers(window: Window) -> None:
    """Put layers of the same settings and wiring behind the chosen ones."""
    Builder(window.session).duplicate(*chosen(window))


@command("Delete layers", "Edit", order=14, enabled=_has_layers)
def delete_layers(window: Window) -> None:
    """Take the chosen layers out."""
    Builder(window.session).remove(*chosen(window))


@command("Close layers into a group", "Edit", shortcut="Ctrl+G", order=15)
def group_layers(window: Window) -> None:
    """Draw the chosen layers as one box of the graph."""
    _open_graph(window).close_group(chosen(window))


@command("Close the blocks of the graph", "Edit", order=16)
def close_blocks(window: Window) -> None:
    """Draw layers whose names begin alike as one box of the graph."""
    _open_graph(window).close_blocks()


@command("Open all groups of the graph", "Edit", shortcut="Ctrl+Shift+G", order=17)
def open_groups(window: Window) -> None:
    """Draw every layer by itself."""
    _open_graph(window).open_groups()


def chosen(window: Window) -> tuple[str, ...]:
    """The layers chosen in the graph where it is seen, else the current layer."""
    graph = _graph(window)
    if graph is not None:
        return graph.canvas.chosen_layers()
    layer = window.session.document.layer
    return (layer,) if layer else ()


def _graph(window: Window) -> GraphView | None:
    """The graph, if it is seen."""
    dock = window.stage.docks.get(GraphView.name)
    view = dock.view if dock is not None else None
    return view if isinstance(view, GraphView) and view.isVisible() else None


def _open_graph(window: Window) -> GraphView:
    view = window.stage.view(GraphView.name)
    assert isinstance(view, GraphView)
    return view
