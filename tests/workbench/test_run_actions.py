"""Which buttons can be pressed, for which runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.training.catalogue import Entry, State
from workbench.run_actions import RunActions


@pytest.fixture
def actions(qtbot: QtBot) -> RunActions:
    made = RunActions()
    qtbot.addWidget(made)
    return made


def run(state: State) -> Entry:
    return Entry(Path("/runs/first"), "LeNet-5", {}, "digits", {}, 7, {}, started=0.0, state=state)


def allowed(actions: RunActions) -> set[str]:
    buttons = (actions.open, actions.resume, actions.export, actions.folder, actions.delete)
    return {button.text() for button in buttons if button.isEnabled()}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("running", {"Watch", "Export", "Show folder"}),
        ("done", {"Open", "Export", "Show folder", "Delete…"}),
        ("stopped", {"Open", "Resume", "Export", "Show folder", "Delete…"}),
        ("failed", {"Open", "Resume", "Export", "Show folder", "Delete…"}),
        ("killed", {"Open", "Resume", "Export", "Show folder", "Delete…"}),
        ("gone", {"Delete…"}),
    ],
)
def test_offers_what_a_run_in_its_state_allows(
    actions: RunActions, state: State, expected: set[str]
) -> None:
    actions.show_runs([run(state)], is_training=False)

    assert allowed(actions) == expected


def test_several_runs_can_only_be_deleted_and_none_that_is_trained(actions: RunActions) -> None:
    actions.show_runs([run("done"), run("stopped")], is_training=False)
    assert allowed(actions) == {"Delete…"}

    actions.show_runs([run("done"), run("running")], is_training=False)
    assert allowed(actions) == set()
    assert actions.delete.toolTip() == "first is being trained; stop it first"


def test_while_this_window_trains_no_other_run_is_opened(actions: RunActions) -> None:
    actions.show_runs([run("stopped")], is_training=True)

    assert allowed(actions) == {"Export", "Show folder", "Delete…"}
    assert "stop it first" in actions.open.toolTip()
