"""A small training that is over, for the docks that show how a training stands."""

from __future__ import annotations

import pytest

from core.training.settings import TrainParams
from core.training.train import TrainingReport
from tests.core.training.watching import clothes, small_network, watched
from workbench.session import Session
from workbench.training_news import Training


@pytest.fixture(scope="session")
def report() -> TrainingReport:
    """How it stands after a few steps on a few clothes."""
    params = TrainParams(epochs=1, batch=20)
    return watched(small_network(), params, clothes(100), clothes(60, "test"))


@pytest.fixture
def trained(session: Session, report: TrainingReport) -> Session:
    """A session that has trained the open network."""
    session.open_snapshot(report.snapshot)
    session.tell_training(Training(report, "fashion_mnist"))
    return session
