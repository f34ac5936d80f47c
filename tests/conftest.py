"""What every test stands on: no screen, no settings of the developer's, nothing left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

#: Threads of ours; others belong to libraries and stay for the life of the process.
OURS = ("lane-", "camera-", "mjpeg-")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, runs and downloads go to a folder of the test's own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CNN_WORKBENCH_HOME", str(home))
    return home


@pytest.fixture(scope="session", autouse=True)
def _what_is_imported_stays() -> None:
    """Spare each test's collection the hundreds of thousands of objects of the libraries."""
    import torch  # noqa: F401

    from core.analysis.declare import ANALYSES

    ANALYSES.discover()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that leaves a thread, a timer or a window behind, rather than a later one."""
    before = set(threading.enumerate())
    shows_windows = "qtbot" in request.fixturenames
    if shows_windows:
        gc.collect()
        gc.disable()  # a collection inside Qt's event dispatch, or on a worker, can crash
    yield
    gc.enable()
    left = [t for t in threading.enumerate() if t not in before and t.name.startswith(OURS)]
    for thread in left:
        thread.join(2)
    names = [t.name for t in left if t.is_alive()]
    assert not names, f"threads still running: {names}; close what started them"
    if shows_windows:
        _no_window_is_left()


def _no_window_is_left() -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        shown = [w for w in application.topLevelWidgets() if w.isVisible()]
        ticking = [t for w in shown for t in w.findChildren(QTimer) if t.isActive()]
        assert not shown, f"windows left open: {shown}"
        assert not ticking, f"timers left running: {ticking}"
