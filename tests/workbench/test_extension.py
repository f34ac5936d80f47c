"""Other people's packages: an analysis and its dock, found as their entry points would be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSpinBox
from pytestqt.qtbot import QtBot

from core.analysis.declare import ANALYSES
from tests.workbench.conftest import PATIENCE
from workbench.analysis_view import AnalysisView
from workbench.app import Application
from workbench.view import VIEWS
from workbench.window import Window

ANALYSIS = '''
"""How bright is the image, in steps?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from core.analysis.declare import analysis
from core.jobs import Progress
from core.options import option
from core.results import Heatmap


@dataclass(frozen=True)
class BrightnessParams:
    """How often it is looked at."""

    steps: int = option(3, 1, 100000, label="Steps", help="More: slower")


@analysis("Brightness", source="nobody")
def brightness(
    image: Tensor, params: BrightnessParams
) -> Generator[Progress, None, Heatmap]:
    """The mean over the channels."""
    heat = Heatmap(image.mean(0).numpy().astype(np.float32), "brightness")
    for step in range(params.steps):
        yield Progress(step + 1, params.steps, heat)
    return heat
'''

VIEW = '''
"""Brightness of the image."""

from core.results import Heatmap
from workbench.analysis_view import AnalysisView
from workbench.widgets.heatmap import HeatmapView


class BrightnessView(AnalysisView):
    """A heat map."""

    analysis = "brightness"
    menu = "Guests"

    def make_canvas(self) -> HeatmapView:
        """The map."""
        return HeatmapView()

    def show_result(self, result: Heatmap) -> None:
        """Draw it."""
        self.canvas.show_heat(result)
'''


@pytest.fixture
def guest(tmp_path: Path) -> Path:
    """A folder as pip would leave it: a package with two folders, and its entry points."""
    for folder, name, text in (
        ("analyses", "brightness", ANALYSIS),
        ("views", "brightness_view", VIEW),
    ):
        package = tmp_path / "guest" / folder
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / f"{name}.py").write_text(dedent(text))
    (tmp_path / "guest" / "__init__.py").write_text("")
    about = tmp_path / "guest-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: guest\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[cnn_workbench.analyses]\nguest = guest.analyses\n"
        "[cnn_workbench.views]\nguest = guest.views\n"
    )
    return tmp_path


@pytest.fixture
def registered(guest: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guest's analysis and dock in the tables, for one test."""
    monkeypatch.syspath_prepend(str(guest))
    ANALYSES.extend("guest.analyses")
    VIEWS.extend("guest.views")
    yield
    ANALYSES.remove("brightness")
    VIEWS.remove("brightness_view")


def test_the_command_line_finds_it(guest: Path, tmp_path: Path) -> None:
    paths = os.pathsep.join([str(guest), str(Path(__file__).parents[2])])
    said = subprocess.run(
        [sys.executable, "-m", "workbench", "look", "lenet5", "brightness",
         "--data", "fashion_mnist:test:0", "--set", "steps=2", "--out", str(tmp_path / "b.json")],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert json.loads((tmp_path / "b.json").read_text())["meaning"] == "brightness"


def test_the_window_gives_it_a_dock_with_form_progress_stop_and_menu_entry(
    registered: None, program: Application, qtbot: QtBot
) -> None:
    entry_of(program.window, "View", "Guests", "Brightness").trigger()
    view = program.window.stage.docks["brightness_view"].view
    assert isinstance(view, AnalysisView)
    qtbot.waitUntil(lambda: view.result is not None, timeout=PATIENCE)
    view.form.findChild(QSpinBox, "steps").setValue(100_000)
    qtbot.waitUntil(view.strip.stop.isVisible, timeout=PATIENCE)
    assert view.strip.bar.isVisible()
    view.strip.stop.click()
    assert not view.strip.stop.isVisible()
    assert "Stopped" in view.strip.message.text()


def entry_of(window: Window, *path: str) -> QAction:
    """The menu entry at the end of a path of titles."""
    menu = window.top.menu.menu()
    for title in path[:-1]:
        menu = next(m for m in menu.findChildren(QMenu) if m.title() == title)
    (entry,) = [action for action in menu.actions() if action.text() == path[-1]]
    return entry
