"""How many pictures of 512 maps a second: float32 maps to grey levels to pixels of a widget."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from core.data.images import tiles
from core.results import Floats, MapGrid
from tests.benchmarks.timing import Row
from workbench import theme
from workbench.app import make_application
from workbench.widgets.map_grid import MapGridView

NAMES = ("tiles",)

#: Maps, their side in px, and the size of the widget.
MAPS, SIDE, WIDTH, HEIGHT = 512, 28, 900, 700
#: Rounds, and pictures a round; the median round counts.
ROUNDS, PICTURES = 9, 20


def rows() -> list[Row]:
    """Pictures a second, all on one thread, as fast as they can be made."""
    application = make_application()
    theme.apply("dark")
    view = MapGridView()
    view.resize(WIDTH, HEIGHT)
    canvas = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    rng = np.random.default_rng(0)
    frames = [rng.random((MAPS, SIDE, SIDE), np.float32) for _ in range(4)]
    rates = [_rate(view, canvas, frames) for _ in range(ROUNDS)]
    view.deleteLater()
    application.processEvents()
    return [Row("tiles", median(rates), unit="1/s")]


def _rate(view: MapGridView, canvas: QImage, frames: list[Floats]) -> float:
    began = perf_counter()
    for number in range(PICTURES):
        maps = frames[number % len(frames)]
        made = tiles(maps, view.columns_wanted)
        view.show_grid(MapGrid(maps, "activation", layer="conv", tiles=made))
        view.render(canvas, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    return PICTURES / (perf_counter() - began)
