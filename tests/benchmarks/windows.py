"""The window under load, for the benchmarks that measure it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from PySide6.QtWidgets import QApplication

from core.data.source import Source
from workbench.app import Application, make_application

#: How long anything may take to come about, in s.
PATIENCE = 60.0


@contextmanager
def open_window() -> Iterator[tuple[QApplication, Application]]:
    """The program as a person starts it for the first time, once it is usable."""
    with TemporaryDirectory() as home, patch.dict("os.environ", {"CNN_WORKBENCH_HOME": home}):
        Path(home).mkdir(exist_ok=True)
        application = make_application()
        program = Application(theme_name="dark")
        program.show()
        try:
            live(application, lambda: program.session.now.seen is not None)
            live(application, lambda: program.session.is_idle)
            yield application, program
        finally:
            program.window.close()
            application.processEvents()


def train_lenet(application: QApplication, program: Application) -> None:
    """LeNet-5 in training on Fashion-MNIST, with the four live docks of its workspace."""
    session = program.session
    session.open_model("lenet5")
    live(application, lambda: session.model is not None and session.model.name == "LeNet-5")
    program.window.stage.show_workspace("Train")
    session.look_at(Source("camera", "photo_walk"))
    live(application, lambda: not session.is_still)
    view = program.window.stage.view("training")
    view.form.set_params(view.form.params.__class__(epochs=1000))  # type: ignore[attr-defined]
    view.start()  # type: ignore[attr-defined]
    live(application, lambda: session.now.followed is not None)


def live(application: QApplication, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Let the window live until something holds."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come so far")
        application.processEvents()
        time.sleep(0.002)
