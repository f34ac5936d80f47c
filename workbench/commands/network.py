"""The Network menu: what to open, how to walk through it, training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec
from workbench.command import command

if TYPE_CHECKING:
    from workbench.window import Window


@command("Open a network…", "Network", shortcut="Ctrl+N", order=1)
def open_network(window: Window) -> None:
    """Open a network by name: a preset, torchvision:…, timm:…, package.module:function."""
    from workbench.palette import Palette

    Palette(window, "open ").open()


@command("New network", "Network", order=0)
def new_network(window: Window) -> None:
    """Begin with an empty network for grey pictures of 28 x 28 px."""
    spec = ModelSpec("New network", (1, 28, 28))
    grey = Preprocessing((28, 28), mean=(0.5,), std=(0.5,))
    window.session.open_snapshot(Snapshot(Model(spec.name, grey, spec)))
    window.stage.show_workspace("Build")


@command("Open a network by its name…", "Network", order=2)
def open_named(window: Window) -> None:
    """Open torchvision:resnet18, timm:…, or package.module:function."""
    text, given = QInputDialog.getText(
        window, "Open a network", "torchvision:resnet18, timm:…, package.module:function, a file"
    )
    if given and text.strip():
        window.session.open_model(text.strip())


@command("Train", "Network", shortcut="Ctrl+T", order=3)
def train(window: Window) -> None:
    """Train the open network."""
    window.stage.show_workspace("Train")
    view = window.stage.view("training")
    view.start()  # type: ignore[attr-defined]


@command("Layer above", "Network", shortcut="[", order=10)
def layer_above(window: Window) -> None:
    """Select the layer before."""
    window.spine.walk(-1)


@command("Layer below", "Network", shortcut="]", order=11)
def layer_below(window: Window) -> None:
    """Select the layer after."""
    window.spine.walk(1)


@command("Previous unit", "Network", shortcut=",", order=12)
def previous_unit(window: Window) -> None:
    """Select the unit before."""
    _walk(window, -1)


@command("Next unit", "Network", shortcut=".", order=13)
def next_unit(window: Window) -> None:
    """Select the unit after."""
    _walk(window, 1)


def _walk(window: Window, step: int) -> None:
    session = window.session
    rows = {row.name: row for row in session.table()}
    row = rows.get(session.document.layer)
    if row is not None and row.shape:
        unit = max(0, min(row.shape[0] - 1, session.document.unit + step))
        session.select_unit(unit, session.document.cell)
