from __future__ import annotations

import numpy as np
import pytest
import torch

from core.analysis.methods.predictions import PredictionsParams, predictions
from core.errors import UserError
from core.network.layers.softmax import Softmax
from core.network.subject import Subject
from tests.core.analysis.subjects import CLASSES, classifier, image_of, snapshot_of


def test_names_the_most_probable_classes_first() -> None:
    subject = Subject(classifier())
    image = image_of(subject)
    found = predictions(subject, image)
    expected = subject.module(image[None])[0].softmax(0)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)
    assert [row.index for row in found.classes] == expected.argsort(descending=True).tolist()
    assert [row.name for row in found.classes] == [CLASSES[row.index] for row in found.classes]
    assert [row.probability for row in found.classes] == sorted(found.probabilities.tolist())[::-1]


def test_gives_as_many_classes_as_asked_for() -> None:
    subject = Subject(classifier())
    assert len(predictions(subject, image_of(subject), PredictionsParams(count=2)).classes) == 2


def test_does_not_take_the_softmax_of_a_softmax() -> None:
    plain = classifier()
    assert plain.model.spec is not None
    layers = [(node.name, node.op) for node in plain.model.spec.nodes]
    ended = Subject(snapshot_of(*layers, ("softmax", Softmax()), classes=CLASSES))
    image = image_of(ended)
    expected = predictions(Subject(plain), image).probabilities
    np.testing.assert_allclose(predictions(ended, image).probabilities, expected, atol=1e-6)


def test_numbers_a_class_without_a_name() -> None:
    snapshot = classifier()
    assert snapshot.model.spec is not None
    layers = [(node.name, node.op) for node in snapshot.model.spec.nodes]
    subject = Subject(snapshot_of(*layers, classes=("only",)))
    names = {row.name for row in predictions(subject, image_of(subject)).classes}
    assert names == {"only", "class 1", "class 2"}


def test_says_that_a_network_without_classes_has_none() -> None:
    subject = Subject(snapshot_of(*[(n.name, n.op) for n in classifier().model.spec.nodes[:2]]))  # type: ignore[union-attr]
    with pytest.raises(UserError, match="has no classes"):
        predictions(subject, torch.zeros(3, 16, 16))
