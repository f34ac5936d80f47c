"""The columns of the list of runs: what each says of a run, and how runs are sorted by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.training.catalogue import Entry, State
from workbench.widgets.number_text import duration, percent, short


@dataclass(frozen=True)
class Column:
    """One column; `key` None where a run has no such value.

    `rank` says in which order columns give way where the table is narrow: 0 never does, the
    greatest does first.
    """

    title: str
    text: Callable[[Entry], str]
    key: Callable[[Entry], str | float | None]
    help: str
    rank: int = 0
    is_number: bool = False


#: What it means that a run is in a state.
MEANING: Mapping[State, str] = {
    "running": "It is being trained now",
    "done": "It took all its steps",
    "stopped": "It was stopped before its end; Resume goes on",
    "failed": "It ended with an error; Resume goes on from the last checkpoint",
    "killed": "Its process is not there any more; Resume goes on from the last checkpoint",
    "gone": "Its folder is not there any more",
}


def state_help(entry: Entry) -> str:
    """Why a run is in its state."""
    return entry.problem or f"{MEANING[entry.state]}."


def _steps(entry: Entry) -> str:
    return f"{entry.step:,} of {entry.steps:,}"


def _accuracy(entry: Entry) -> float | None:
    return entry.metrics.get("test_accuracy")


def _loss(entry: Entry) -> float | None:
    return entry.metrics.get("test_loss", entry.metrics.get("loss"))


def _started(entry: Entry) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.started))


def _or_dash(write: Callable[[float], str], value: float | None) -> str:
    return "–" if value is None else write(value)


COLUMNS = (
    Column("name", lambda e: e.name, lambda e: e.name.casefold(), "What its folder is called."),
    Column("network", lambda e: e.model, lambda e: e.model.casefold(), "What it trains.", 4),
    Column("data", lambda e: e.data, lambda e: e.data.casefold(), "What it learns.", 3),
    Column("state", lambda e: e.state, lambda e: e.state, "How it stands."),
    Column("step", _steps, lambda e: e.step, "How far it is.", 2, True),
    Column(
        "test accuracy", lambda e: _or_dash(percent, _accuracy(e)), _accuracy,
        "Share of the test data that it had right when that was last measured.", 1, True,
    ),
    Column(
        "loss", lambda e: _or_dash(short, _loss(e)), _loss,
        "Loss on the test data; on those of the training where that is not measured yet.", 5, True,
    ),
    Column("started", _started, lambda e: e.started, "When it was begun.", 6, True),
    Column(
        "duration", lambda e: duration(e.seconds), lambda e: e.seconds,
        "From its start to its end, or until it was last heard of.", 7, True,
    ),
    Column("device", lambda e: e.device, lambda e: e.device, "What it was calculated on.", 8),
)  # fmt: skip
