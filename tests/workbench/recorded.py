"""Small trainings that are kept as runs, for the docks that go back in them."""

from __future__ import annotations

from pathlib import Path

from core.network.moments import kept_steps, moment_file
from core.network.preprocessing import Preprocessing
from core.network.run_files import SNAPSHOTS
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec
from core.training.runs import RunSettings, create_run, train_run
from core.training.settings import TrainParams
from core.training.train import TrainingReport
from tests.core.training.watching import clothes, small_network
from workbench.session import Session
from workbench.training_news import Training

#: The steps that each of these runs keeps.
STEPS = (0, 1, 2, 4, 8, 10)


def recorded(folder: Path, spec: ModelSpec | None = None, seed: int = 0) -> TrainingReport:
    """The last report of a training of ten steps, in two epochs, that is kept in a folder."""
    spec = spec or small_network()
    data, test = clothes(100), clothes(30, "test")
    params = TrainParams(epochs=2, batch=20)
    start = Snapshot(Model(spec.name, Preprocessing((28, 28), (0.5,), (0.5,)), spec), seed=seed)
    run = create_run(folder, start, data, test, RunSettings("fashion_mnist", params, seed))
    report: TrainingReport | None = None
    for news in train_run(folder, run, data, test):
        report = news.partial or report
    for step in set(kept_steps(folder / SNAPSHOTS)) - set(
        STEPS
    ):  # on a slow machine there are more
        moment_file(folder / SNAPSHOTS, step).unlink()
    assert report is not None
    return report


def open_run(session: Session, folder: Path, report: TrainingReport) -> None:
    """Let a session stand as it does after that training."""
    session.open_snapshot(report.snapshot)
    session.tell_training(Training(report, "fashion_mnist", folder))
