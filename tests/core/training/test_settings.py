from __future__ import annotations

from dataclasses import replace

import pytest

from core.data.augment import AugmentParams
from core.errors import UserError
from core.options import options_of
from core.training.settings import CHANGEABLE, Change, TrainParams, change_to


def test_every_augmentation_is_a_setting_of_a_training() -> None:
    ours = {row.name: row for row in options_of(TrainParams)}

    assert all(ours.get(row.name) == row for row in options_of(AugmentParams))
    assert TrainParams(shift=2, flip=True, cutout=3).augment == AugmentParams(
        shift=2, flip=True, cutout=3
    )


def test_a_change_leaves_all_else_as_it_is() -> None:
    params = TrainParams(batch=4, rate=0.1, shift=3)

    assert Change(momentum=0.5).applied_to(params) == replace(params, momentum=0.5)
    assert Change(augment=AugmentParams(flip=True)).applied_to(params) == replace(
        params, shift=0, flip=True
    )


def test_a_change_brings_all_that_may_change() -> None:
    values = {"rate": 0.1, "momentum": 0.1, "weight_decay": 0.1, "shift": 1, "cutout": 2}
    wanted = TrainParams(batch=5, fill="edge", flip=True, **values)  # type: ignore[arg-type]

    changed = change_to(wanted).applied_to(TrainParams())

    assert all(getattr(changed, name) == getattr(wanted, name) for name in CHANGEABLE)
    assert changed.batch == TrainParams().batch


@pytest.mark.parametrize(
    "values", [{"momentum": 1.5}, {"rate": -1.0}, {"weight_decay": 2.0},
               {"augment": AugmentParams(shift=-1)}]
)  # fmt: skip
def test_a_change_out_of_range_is_refused_where_it_is_made(values: dict[str, float]) -> None:
    with pytest.raises(UserError, match="choose"):
        Change(**values)  # type: ignore[arg-type]
