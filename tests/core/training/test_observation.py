"""What is seen of a network in training: it travels whole."""

from __future__ import annotations

import io
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from core.frames import Frame, read_frame, write_frame
from core.training.observation import Mistakes, Observation
from core.training.settings import TrainParams
from tests.core.training.watching import clothes, small_network, watched


def leaves(value: Any) -> list[Any]:
    """All numbers, texts and arrays in it, in order."""
    if is_dataclass(value):
        return [leaf for f in fields(value) for leaf in leaves(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def test_travels_between_processes_unchanged() -> None:
    params = TrainParams(epochs=1, batch=20, schedule="constant")
    sent = watched(small_network(), params, clothes(60), clothes(30, "test")).observation
    assert isinstance(sent, Observation)
    pipe = io.BytesIO()
    write_frame(pipe, Frame(*sent.to_frame()))
    pipe.seek(0)
    frame = read_frame(pipe)

    got = Observation.from_frame(frame.data, frame.arrays)

    assert sent.exam is not None
    for ours, theirs in zip(leaves(got), leaves(sent), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_one_without_an_exam_travels_too() -> None:
    params = TrainParams(epochs=1, batch=20)
    test = clothes(30, "test")
    sent = watched(small_network(), params, clothes(60), test, steps=1, exam_size=31).observation
    assert isinstance(sent, Observation)

    got = Observation.from_frame(*sent.to_frame())

    assert got.exam is None
    assert len(got.history.steps) == 1


def test_mistakes_of_a_cell_keep_their_order() -> None:
    mistakes = Mistakes(
        index=np.array([7, 3, 9, 1]),
        predicted=np.array([2, 1, 2, 2]),
        true=np.array([0, 0, 0, 1]),
        probability=np.array([0.9, 0.8, 0.7, 0.6], np.float32),
    )

    assert mistakes.of(0, 2).index.tolist() == [7, 9]
    assert mistakes.first(2).index.tolist() == [7, 3]
