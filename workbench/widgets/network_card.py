"""What a network is like at one moment: its kernels, its activations, its classes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import UserError
from core.results import MapGrid, Predictions
from workbench.parts import spoken, tight
from workbench.widgets.bars import BarsView
from workbench.widgets.elided import ElidedLabel
from workbench.widgets.map_grid import MapGridView

#: The least heights of the kernels and of the activations, in px.
KERNELS, ACTIVATIONS = 84, 120


class NetworkCard(QWidget):
    """One above the other; where there is nothing to show, it says why."""

    #: The unit of the layer that was pressed.
    chosen = Signal(int)
    #: The class that was pressed.
    target_chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        spoken(self, name)
        self.kernels_caption = ElidedLabel(part="caption")
        self.kernels = spoken(MapGridView(), f"{name}: kernels")
        self.kernels.setMinimumHeight(KERNELS)
        self.kernels.setToolTip("The kernels of both sides are on one scale of weights")
        self.activations_caption = ElidedLabel(part="caption")
        self.activations = spoken(MapGridView(), f"{name}: activations")
        self.activations.setMinimumHeight(ACTIVATIONS)
        self.classes_caption = ElidedLabel("Most probable classes", part="caption")
        self.bars = BarsView()
        self.bars.setMinimumWidth(1)  # names are cut before a class is
        self.kernels.chosen.connect(self.chosen)
        self.activations.chosen.connect(self.chosen)
        self.bars.clicked.connect(self.target_chosen)
        column = tight(QVBoxLayout(self), 4)
        for widget, stretch in (
            (self.kernels_caption, 0),
            (self.kernels, 2),
            (self.activations_caption, 0),
            (self.activations, 3),
            (self.classes_caption, 0),
            (self.bars, 0),
        ):
            column.addWidget(widget, stretch)

    def show_kernels(self, kernels: MapGrid | UserError) -> None:
        """Show kernels, or why there are none."""
        _show_maps(self.kernels, self.kernels_caption, kernels, "kernels")

    def show_activations(self, maps: MapGrid | UserError) -> None:
        """Show the maps of the layer, or why there are none."""
        _show_maps(self.activations, self.activations_caption, maps, "maps")

    def show_classes(self, classes: Predictions | UserError) -> None:
        """Show the most probable classes, or why there are none."""
        if isinstance(classes, UserError):
            self.bars.set_empty(str(classes))
            self.bars.show_predictions(None)
        else:
            self.bars.show_predictions(classes)

    def select(self, unit: int, target: int | None) -> None:
        """Outline a unit, and mark a class."""
        self.kernels.select(unit)
        self.activations.select(unit)
        self.bars.select(target)

    def clear(self, why: str) -> None:
        """There is no network to show."""
        nothing = UserError(why)
        self.show_kernels(nothing)
        self.show_activations(UserError(""))
        self.show_classes(UserError(""))


def _show_maps(
    grid: MapGridView, caption: ElidedLabel, maps: MapGrid | UserError, what: str
) -> None:
    if isinstance(maps, UserError):
        grid.set_empty(str(maps))
        grid.show_grid(None)
        caption.set_text(what.capitalize())
        return
    count, height, width = maps.maps.shape[:3]
    grid.show_grid(maps)
    caption.set_text(f"{maps.layer} · {count} {what}, {width} × {height}")
