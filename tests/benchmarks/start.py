"""How long until the window's first paint, and until it shows its first prediction."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.timing import Row

NAMES = ("first_paint", "usable")
ROUNDS = 7

#: Runs in a process of its own: says when it painted and when it was usable, then goes.
PROGRAM = """
import os, sys, time
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from workbench.app import Application, make_application
application = make_application()
program = Application(theme_name="dark")
program.window.painted.connect(lambda: print("paint", time.time(), flush=True))
def seen():
    if "input" in program.session.now.seen.results:
        print("usable", time.time(), flush=True)
        program.window.close()
        application.quit()
program.session.seen.connect(seen)
program.show()
application.exec()
"""


def rows() -> list[Row]:
    """Milliseconds from the start of the process, medians of seven starts with a warm disk."""
    found: dict[str, list[float]] = {"paint": [], "usable": []}
    with TemporaryDirectory() as home:
        for _ in range(ROUNDS + 1):
            for name, milliseconds in _start(Path(home)).items():
                found[name].append(milliseconds)
    return [
        Row("first_paint", median(found["paint"][1:]), None, None, "ms", None),
        Row("usable", median(found["usable"][1:]), None, None, "ms", None),
    ]


def _start(home: Path) -> dict[str, float]:
    # An installed program has its bytecode; so has this one after the first, uncounted start.
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.time()
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**surroundings, "CNN_WORKBENCH_HOME": str(home)},
    ).stdout
    lines = [line.split() for line in said.splitlines()]
    return {line[0]: 1000 * (float(line[1]) - began) for line in lines if len(line) == 2}
