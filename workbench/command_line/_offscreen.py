"""A window for a command: without a screen, and without the person's settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory


@contextmanager
def own_environment(**variables: str) -> Iterator[None]:
    """Run the block with these variables, Qt's offscreen platform, and a home of its own.

    Qt reads them once a process, when its application is made.
    """
    before = dict(os.environ)
    with TemporaryDirectory(prefix="cnn-workbench-") as home:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # that platform warns at every window that it has no size hints
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        os.environ.update(variables, CNN_WORKBENCH_HOME=home)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
