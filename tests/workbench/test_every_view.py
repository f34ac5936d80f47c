"""Every dock: opens, shows real content, gives way, hides, comes back, in both themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.workbench.conftest import PATIENCE
from workbench import theme
from workbench.analysis_view import AnalysisView
from workbench.dock import Dock
from workbench.session import Session
from workbench.view import VIEWS, View

SMALL = QSize(400, 300)


@pytest.fixture
def dock(qtbot: QtBot, session: Session, request: pytest.FixtureRequest) -> Iterator[Dock]:
    """A dock with the view that the test is for."""
    session.select_unit(1, (4, 4))
    made = Dock(request.param, VIEWS[request.param].title)
    qtbot.addWidget(made)
    made.set_view(VIEWS[request.param](session))
    made.resize(720, 520)
    made.show()
    qtbot.waitUntil(lambda: has_content(made.view) and colours(made) > 3, timeout=PATIENCE)
    yield made
    made.close()


every_view = pytest.mark.parametrize("dock", tuple(VIEWS), indirect=True)


def has_content(view: View | None) -> bool:
    """Whether a view has got what it shows."""
    if isinstance(view, AnalysisView) and view.automatic:
        return view.result is not None
    return view is not None


def colours(dock: Dock) -> int:
    """How many colours the view shows: one where nothing is drawn."""
    assert dock.view is not None
    image: QImage = dock.view.grab().toImage().scaled(60, 60)
    return len({image.pixel(x, y) for x in range(60) for y in range(60)})


@every_view
def test_a_dock_shows_something_and_says_what(dock: Dock) -> None:
    assert dock.view is not None
    assert colours(dock) > 3
    assert dock.view.title


@every_view
def test_a_dock_gives_way_to_400_by_300(dock: Dock, qtbot: QtBot) -> None:
    dock.resize(SMALL)
    qtbot.waitUntil(lambda: dock.width() <= SMALL.width(), timeout=PATIENCE)
    assert dock.height() <= SMALL.height()
    assert colours(dock) > 3


@every_view
def test_a_hidden_dock_asks_for_nothing_and_comes_back(
    dock: Dock, session: Session, qtbot: QtBot
) -> None:
    dock.hide()
    under_way = session.jobs.live
    session.select_unit(0, (5, 5))
    session.edit(target=2)
    assert set(session.jobs.live) <= set(under_way)
    dock.show()
    qtbot.waitUntil(lambda: has_content(dock.view), timeout=PATIENCE)


@every_view
def test_a_dock_follows_the_theme(dock: Dock) -> None:
    assert dock.view is not None
    dark = dock.grab().toImage().pixelColor(3, 12).lightness()
    theme.apply("light")
    light = dock.grab().toImage().pixelColor(3, 12).lightness()
    theme.apply("dark")
    assert dark < 80 < 200 < light
    assert colours(dock) > 3


@every_view
def test_every_option_has_a_label_and_a_help(dock: Dock) -> None:
    from core.options import options_of

    if isinstance(dock.view, AnalysisView) and dock.view.form is not None:
        for row in options_of(dock.view.form.params):
            assert row.label
            assert row.help


@pytest.mark.parametrize("dock", ["feature_map"], indirect=True)
def test_the_dot_on_the_map_follows_again_after_hiding(
    dock: Dock, session: Session, qtbot: QtBot
) -> None:
    def is_placed() -> bool:
        return session.now.seen is not None and "feature_map" in session.now.seen.results

    qtbot.waitUntil(is_placed, timeout=PATIENCE)
    dock.hide()
    qtbot.waitUntil(lambda: not is_placed(), timeout=PATIENCE)
    dock.show()
    qtbot.waitUntil(is_placed, timeout=PATIENCE)
