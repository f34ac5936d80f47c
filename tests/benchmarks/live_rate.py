"""How much of the bare forward pass's rate is left, where each frame is looked at and shown?"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from statistics import median
from time import monotonic, sleep
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from core.analysis.declare import Inputs
from core.analysis.live import Plan, Request, Seen, live
from core.data.images import load_image
from core.jobs import Jobs, Progress
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.paths import resource
from core.results import Bytes, MapGrid
from tests.benchmarks.timing import Row
from workbench import theme
from workbench.engine import set_threads
from workbench.widgets.map_grid import MapGridView

NAMES = ("live_rate",)

#: The early layer that is shown: 32 maps of 112 x 112.
LAYER = "stem_conv"
#: Of a camera.
FRAME = (480, 640)
ROUNDS, SECONDS = 9, 2.0
#: How often the owner looks for news, and draws, in s.
POLL, DRAW = 0.016, 1 / 30


class AlwaysReady:
    """A feed that has a new frame whenever it is asked; `number` counts them."""

    rate = 0.0

    def __init__(self, frames: list[Bytes]) -> None:
        self.latest = self
        self.frames = frames
        self.number = 0

    def wait(self, after: int, seconds: float) -> tuple[int, Bytes]:
        """The next frame, at once."""
        self.number += 1
        return self.number, self.frames[self.number % len(self.frames)]


def rows() -> list[Row]:
    """Frames a second: prepared, passed forward, tiled, published, and drawn at most 30 Hz.

    The peer is the same network on the same lane with the same threads, passed forward alone, as
    it was built; ours folds its normalisations into its convolutions, and so may be the faster.
    """
    application = QApplication.instance() or QApplication([])
    theme.apply("dark")
    canvas = Canvas()
    snapshot = open_model("efficientnet_lite0")
    jobs = Jobs("live", on_start=set_threads)
    try:
        _live_rate(jobs, canvas, snapshot)
        _bare_rate(jobs, snapshot)
        pairs = [
            (_live_rate(jobs, canvas, snapshot), _bare_rate(jobs, snapshot)) for _ in range(ROUNDS)
        ]
    finally:
        jobs.close()
        canvas.view.deleteLater()
        application.processEvents()
    ours, bare = (median(rates) for rates in zip(*pairs, strict=True))
    return [Row("live_rate", ours, bare, median(a / b for a, b in pairs), "frames/s")]


class Canvas:
    """A widget that shows maps, off the screen."""

    def __init__(self) -> None:
        self.view = MapGridView()
        self.view.resize(900, 700)
        self.pixels = QImage(900, 700, QImage.Format.Format_RGB32)
        self.drawn = 0.0

    def draw(self, seen: Seen) -> None:
        """Show the newest maps, at most 30 times a second."""
        grid = seen.results["maps"]
        if monotonic() - self.drawn < DRAW or not isinstance(grid, MapGrid):
            return
        self.drawn = monotonic()
        self.view.show_grid(grid)
        self.view.render(self.pixels, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)


def _live_rate(jobs: Jobs, canvas: Canvas, snapshot: Snapshot) -> float:
    feed, plan = AlwaysReady(_frames()), Plan()
    inputs = Inputs(snapshot, layer=LAYER)
    # with the classes, for which the forward pass goes on to the last layer
    requests = (Request("maps", "activations", inputs), Request("bars", "predictions", inputs))
    plan.set(snapshot, feed, requests)
    return _rate(jobs, lambda: live(plan), lambda news: canvas.draw(news.partial))


def _bare_rate(jobs: Jobs, snapshot: Snapshot) -> float:
    def forward() -> Generator[Progress, None, None]:
        subject = Subject(snapshot)
        image = subject.prepare(_frames()[0]).image[None]
        done = 0
        while True:
            with torch.inference_mode():
                subject.module(image)
            done += 1
            yield Progress(done, 0)

    return _rate(jobs, forward, lambda _: None)


def _rate(jobs: Jobs, work: Callable[[], Any], show: Callable[[Progress], None]) -> float:
    """Steps a second of work that counts them, once it has begun."""
    job = jobs.submit("measured", work, lane="live", on_progress=show)
    while job.latest.done < 3:
        jobs.poll()
        sleep(POLL)
    first, began = job.latest.done, monotonic()
    while monotonic() - began < SECONDS:
        jobs.poll()
        sleep(POLL)
    jobs.poll()
    rate = (job.latest.done - first) / (monotonic() - began)
    job.cancel()
    return rate


def _frames() -> list[Bytes]:
    """The frames of a camera that moves over a photograph."""
    photograph = np.tile(load_image(resource("photos", "coffee.jpg")), (2, 2, 1))
    height, width = FRAME
    return [
        np.ascontiguousarray(photograph[start : start + height, start : start + width])
        for start in range(0, 64, 8)
    ]
