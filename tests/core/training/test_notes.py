from __future__ import annotations

from dataclasses import replace

from core.training.notes import Notes
from core.training.settings import TrainParams

PARAMS = TrainParams()


def test_says_what_changed_and_from_when() -> None:
    notes = Notes()

    notes.change(1001, PARAMS, replace(PARAMS, shift=2, fill="edge", flip=True))

    (told,) = notes.told()
    assert told == ("From step 1,001: Shift, at most 2 px, Fill The edge's pixels, Mirror on.")


def test_a_slider_makes_one_sentence() -> None:
    notes = Notes()

    notes.change(10, PARAMS, replace(PARAMS, rate=0.5))
    notes.change(11, replace(PARAMS, rate=0.5), replace(PARAMS, rate=0.4))
    notes.change(12, PARAMS, replace(PARAMS, momentum=0.5))

    assert [told.partition(":")[0] for told in notes.told()] == ["From step 11", "From step 12"]


def test_says_how_a_batch_is_divided() -> None:
    notes = Notes(("Before.",))

    notes.divided(3, TrainParams(batch=7, parts=2))

    before, told = notes.told()
    assert before == "Before."
    assert told.endswith("each batch of 7 is learned in 2 parts of at most 4 pictures.")
