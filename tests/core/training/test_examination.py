"""An exam of any network, against a plain loop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.datasets import Samples
from core.errors import UserError
from core.jobs import finish
from core.network.layers.dense import Dense
from core.network.network import Network
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from core.training import examiner
from core.training.examination import examine
from core.training.observation import Exam
from core.training.settings import TrainParams
from tests.core.training.watching import clothes, small_network, watched


def scores_of(snapshot: Snapshot, samples: Samples) -> torch.Tensor:
    """What the network gives for each sample by itself."""
    assert snapshot.model.spec is not None
    network = Network(snapshot.model.spec, snapshot.seed)
    network.load_state_dict(dict(snapshot.weights), strict=False)
    network.eval()
    mean, std = snapshot.model.preprocessing.mean[0], snapshot.model.preprocessing.std[0]
    with torch.no_grad():
        return torch.cat(
            [
                network((torch.from_numpy(image)[None, None].float() / 255 - mean) / std)
                for image in samples.images
            ]
        )


def test_is_what_a_plain_loop_finds(snapshot: Snapshot, test: Samples) -> None:
    model = replace(snapshot.model, preprocessing=Preprocessing((8, 8), (0.3,), (0.2,)))
    snapshot = replace(snapshot, model=model, step=7)
    shares, answers = scores_of(snapshot, test).softmax(1).max(1)
    confusion = np.zeros((4, 4), int)
    for true, predicted in zip(test.labels, answers.tolist(), strict=True):
        confusion[true, predicted] += 1
    wrong = [place for place in range(len(test)) if answers[place] != test.labels[place]]

    exam: Exam = finish(examine(snapshot, test))

    assert exam.step == 7
    assert exam.confusion.tolist() == confusion.tolist()
    assert sorted(exam.mistakes.index.tolist()) == wrong
    np.testing.assert_allclose(exam.mistakes.probability, shares[exam.mistakes.index], atol=1e-5)
    assert (np.diff(exam.mistakes.probability) <= 0).all()


def test_is_the_exam_that_the_training_made() -> None:
    test = clothes(60, "test")
    report = watched(small_network(), TrainParams(epochs=1, batch=20), clothes(100), test)

    exam = finish(examine(report.snapshot, test))

    assert exam.step == report.observation.exam.step
    assert exam.confusion.tolist() == report.observation.exam.confusion.tolist()
    assert exam.mistakes.index.tolist() == report.observation.exam.mistakes.index.tolist()


def test_tells_how_far_it_is(
    snapshot: Snapshot, test: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examiner, "SLICE", 10 * 64)

    news = list(examine(snapshot, test))

    assert [one.done for one in news] == [0, 10, 20]
    assert {one.total for one in news} == {30}


def test_leaves_the_weights_alone(snapshot: Snapshot, test: Samples) -> None:
    assert snapshot.model.spec is not None
    weights = Network(snapshot.model.spec, 3).state_dict()
    before = {name: value.clone() for name, value in weights.items()}

    finish(examine(replace(snapshot, weights=weights), test))

    assert all(torch.equal(value, before[name]) for name, value in weights.items())


def test_says_what_does_not_fit(snapshot: Snapshot, test: Samples) -> None:
    spec = snapshot.model.spec
    assert spec is not None
    single = ModelSpec("single", spec.input, (*spec.nodes[:-1], Node("output", Dense(1))))
    none = replace(test, pictures=test.images[:0], labels=test.labels[:0])

    with pytest.raises(UserError, match="Dense layer of 4 units"):
        finish(examine(replace(snapshot, model=replace(snapshot.model, spec=single)), test))
    with pytest.raises(UserError, match="1 x 8 x 8"):
        finish(examine(snapshot, clothes(5, "test")))
    with pytest.raises(UserError, match="no test samples"):
        finish(examine(snapshot, none))
    with pytest.raises(UserError, match="not described"):
        finish(examine(Snapshot(Model("foreign", snapshot.model.preprocessing)), test))
