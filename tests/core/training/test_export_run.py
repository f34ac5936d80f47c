"""The curves of a run for other programs, and read back."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.results import Curves, Series
from core.training.export_run import export_run
from core.training.metrics import METRICS, metrics_table, read_metrics

STEPS = np.arange(1, 6, dtype=np.float32)
CURVES = Curves(
    "Step",
    {
        "Loss": {"loss": Series(STEPS, STEPS**-1), "loss raw": Series(STEPS, STEPS**0.5)},
        "Accuracy, %": {"test": Series(STEPS[[1, 4]], np.array([50, 75], np.float32))},
    },
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / METRICS).write_bytes(metrics_table(CURVES))
    return folder


def test_what_was_written_is_read_back(run: Path) -> None:
    curves = read_metrics(run)

    assert curves.horizontal == "Step"
    assert {panel: list(lines) for panel, lines in curves.panels.items()} == {
        "Loss": ["loss", "loss raw"],
        "Accuracy, %": ["test"],
    }
    for panel, lines in CURVES.panels.items():
        for name, line in lines.items():
            np.testing.assert_array_equal(curves.panels[panel][name].x, line.x)
            np.testing.assert_array_equal(curves.panels[panel][name].y, line.y)


def test_before_the_first_checkpoint_there_are_no_curves(tmp_path: Path) -> None:
    assert read_metrics(tmp_path).panels == {}
    with pytest.raises(UserError, match="no curves yet"):
        export_run(tmp_path, "csv", tmp_path / "out.csv")


@pytest.mark.parametrize("row", ["1,much", "nan,1", "1e400,1", "1,2,3"])
def test_damaged_curves_are_told(run: Path, row: str) -> None:
    (run / METRICS).write_text(f"Step,Loss: loss\n1,2\n{row}\n")

    with pytest.raises(UserError, match="damaged"):
        read_metrics(run)


def test_writes_the_table(run: Path, tmp_path: Path) -> None:
    export_run(run, "csv", tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes() == (run / METRICS).read_bytes()


def test_an_unknown_form_names_those_that_there_are(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no form 'tensorbord'; did you mean tensorboard"):
        export_run(run, "tensorbord", tmp_path / "out")


@pytest.mark.skipif(find_spec("tensorboard") is not None, reason="TensorBoard is installed")
def test_without_tensorboard_it_says_what_to_install(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="install the package tensorboard"):
        export_run(run, "tensorboard", tmp_path / "out")


@pytest.mark.skipif(find_spec("tensorboard") is None, reason="TensorBoard is not installed")
def test_tensorboard_reads_the_event_files(run: Path, tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

    other = tmp_path / "out" / "events.out.tfevents.other"
    other.parent.mkdir()
    other.write_bytes(b"")
    for _ in range(2):  # the second in place of the first
        export_run(run, "tensorboard", tmp_path / "out")
    assert other.exists()
    assert len(list(other.parent.iterdir())) == 2
    other.unlink()
    events = accumulator.EventAccumulator(str(tmp_path / "out")).Reload()

    assert {"Loss/loss", "Loss/loss raw", "Accuracy, %/test"} <= set(events.Tags()["scalars"])
    assert [event.step for event in events.Scalars("Accuracy, %/test")] == [2, 5]
