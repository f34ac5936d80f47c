"""The runs of the catalogue on the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.command_line import main

Told = Callable[..., tuple[int, str]]

NETWORK = "input 1x28x28 | flatten | dense 10"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs the command line here; gives its exit code, and what it said where the code says."""

    def run(*arguments: object) -> tuple[int, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, err if code else out

    return run


@pytest.fixture
def runs(told: Told, tmp_path: Path) -> Path:
    """A folder with two short runs, "slow" and "fast"."""
    begin = ("train", NETWORK, "--data", "fashion_mnist", "--steps", "3")
    for name, rate in (("slow", 0.001), ("fast", 0.01)):
        assert told(*begin, "--set", f"rate={rate}", "--out", tmp_path / name)[0] == 0
    return tmp_path


def listed(told: Told, *arguments: object) -> list[dict[str, Any]]:
    code, out = told("runs", *arguments, "--json")
    assert code == 0
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def test_before_the_first_run_it_says_so(told: Told) -> None:
    assert told("runs") == (0, "There is no such run.\n")
    assert listed(told) == []


def test_lists_all_runs_the_newest_first(told: Told, runs: Path) -> None:
    assert [(row["name"], row["state"], row["step"]) for row in listed(told)] == [
        ("fast", "done", 3),
        ("slow", "done", 3),
    ]
    head, first, second = told("runs", "list")[1].splitlines()
    assert head.split()[:4] == ["name", "state", "step", "of"]
    assert str(runs / "fast") in first
    assert str(runs / "slow") in second


def test_searches_compares_and_forgets(told: Told, runs: Path) -> None:
    assert [row["name"] for row in listed(told, "search", "slow", "done")] == ["slow"]

    rows = {row[""]: row for row in listed(told, "compare", "slow", runs / "fast")}
    assert [rows["Rate"][name] for name in ("slow (1)", "fast (2)")] == [0.001, 0.01]
    assert rows["Layers"]["slow (1)"] == rows["Layers"]["fast (2)"]
    assert "0.001" in told("runs", "compare", "1", "2")[1]

    assert told("runs", "remove", "slow") == (0, "")
    assert [row["name"] for row in listed(told)] == ["fast"]
    assert told("runs", "add", runs / "slow") == (0, "")
    assert [row["name"] for row in listed(told)] == ["slow", "fast"]
    shutil.rmtree(runs / "slow")
    assert [row["state"] for row in listed(told)] == ["gone", "done"]


def test_exports_the_curves_of_a_run(told: Told, runs: Path) -> None:
    out = runs / "curves.csv"

    assert told("runs", "export", "fast", "--out", out)[0] == 0
    assert out.read_bytes() == (runs / "fast/metrics.csv").read_bytes()


def test_a_run_at_a_step_is_a_network(told: Told, runs: Path) -> None:
    assert told("describe", f"{runs / 'fast'}@0")[0] == 0

    code, sentence = told("describe", f"{runs / 'fast'}@2000")
    assert code == 2
    assert "step 2000 is none of them; the nearest: " in sentence
    assert f"{runs / 'fast'}@3." in sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("lst",), "no action 'lst'; did you mean list"),
        (("list", "all"), "use `runs search`"),
        (("compare",), "takes one or several RUN"),
        (("export", "a", "b"), "takes 1 RUN"),
        (("export", "."), "--out PATH"),
        (("export", "nothing", "--out", "x"), "no run 'nothing' in the catalogue"),
        (("remove", "nothing"), "no run 'nothing' in the catalogue"),
        (("add", "."), "holds no training run"),
    ],
)
def test_mistakes_are_one_sentence(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: Any, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)

    code, said = told("runs", *arguments)

    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1
