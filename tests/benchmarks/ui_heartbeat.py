"""How late the window's clock is while a network trains before four live docks."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from tests.benchmarks.timing import Row
from tests.benchmarks.windows import open_window, train_lenet

NAMES = (
    "ui_heartbeat_training_p50",
    "ui_heartbeat_training_p99",
    "ui_heartbeat_training_worst",
)

#: The clock's interval, and how long is measured, in s.
INTERVAL, SECONDS = 0.010, 20.0


def rows() -> list[Row]:
    """Milliseconds by which a 10 ms clock on the GUI thread is late."""
    with open_window() as (application, program):
        train_lenet(application, program)
        late = _lateness()
    figures = [*np.quantile(late, (0.5, 0.99)), max(late)]
    return [
        Row(name, float(figure), unit="ms") for name, figure in zip(NAMES, figures, strict=True)
    ]


def _lateness() -> list[float]:
    beats = [time.perf_counter()]
    loop, clock = QEventLoop(), QTimer()
    clock.setTimerType(Qt.TimerType.PreciseTimer)
    clock.timeout.connect(lambda: beats.append(time.perf_counter()))
    clock.start(round(1000 * INTERVAL))
    QTimer.singleShot(round(1000 * SECONDS), loop.quit)
    loop.exec()
    clock.stop()
    return [1000 * max(0.0, gap - INTERVAL) for gap in np.diff(beats)]
