"""How many dreams a second the window shows, on a camera."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, QTimer

from core.data.source import Source
from tests.benchmarks.timing import Row
from tests.benchmarks.windows import live, open_window

NAMES = ("dream_live",)
SECONDS = 8.0


def rows() -> list[Row]:
    """Dreams a second, once the governor has found its pace; the AlexNet trunk's conv4."""
    with open_window() as (application, program):
        program.session.look_at(Source("camera", "photo_walk"))
        program.window.stage.show_workspace("Dream")
        view = program.window.stage.view("dream")
        live(application, lambda: view.exportable() is not None)
        _spin(3.0)
        shown = 0
        last = None

        def count() -> None:
            nonlocal shown, last
            if view.exportable() is not last:
                shown, last = shown + 1, view.exportable()

        clock = QTimer()
        clock.timeout.connect(count)
        clock.start(4)
        _spin(SECONDS)
        clock.stop()
    return [Row("dream_live", shown / SECONDS, unit="dreams/s")]


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
