from __future__ import annotations

from math import log

import pytest
import torch
from torch import tensor

from core.training.losses import Criterion

SCORES = tensor([[2.0, 0.0], [1.0, 3.0]])
LABELS = tensor([0, 0])


def test_cross_entropy_by_hand() -> None:
    by_hand = (log(1 + 2.718281828**-2) + log(1 + 2.718281828**2)) / 2

    assert float(Criterion("cross_entropy").loss(SCORES, LABELS)) == pytest.approx(by_hand)


def test_smoothing_gives_a_share_of_certainty_to_all_classes() -> None:
    sure = Criterion("cross_entropy").loss(SCORES, LABELS)
    other = Criterion("cross_entropy").loss(SCORES, 1 - LABELS)

    smooth = Criterion("cross_entropy", 0.2).loss(SCORES, LABELS)

    assert float(smooth) == pytest.approx(float(0.9 * sure + 0.1 * other))


def test_sigmoid_asks_of_each_class_yes_or_no() -> None:
    yes = torch.sigmoid(SCORES)
    by_hand = -(yes[:, 0].log() + (1 - yes[:, 1]).log()).mean() / 2

    assert float(Criterion("sigmoid").loss(SCORES, LABELS)) == pytest.approx(float(by_hand))


def test_regression_is_the_mean_squared_distance_from_one_hot() -> None:
    assert float(Criterion("regression").loss(SCORES, LABELS)) == (1 + 0 + 0 + 9) / 4


@pytest.mark.parametrize("kind", ["cross_entropy", "sigmoid", "regression"])
def test_the_highest_score_is_what_is_told(kind: str) -> None:
    assert Criterion(kind).right(SCORES, LABELS).tolist() == [True, False]


def test_a_single_output_says_yes_or_no() -> None:
    scores, labels = tensor([[3.0], [-3.0], [3.0]]), tensor([1, 0, 0])

    assert Criterion("sigmoid").right(scores, labels).tolist() == [True, True, False]
    assert float(Criterion("sigmoid").loss(scores[:2], labels[:2])) == pytest.approx(
        log(1 + 2.718281828**-3)
    )


def test_a_single_output_is_a_number() -> None:
    scores, labels = tensor([[6.6], [6.0]]), tensor([7, 4])

    assert Criterion("regression").right(scores, labels).tolist() == [True, False]
    assert float(Criterion("regression").loss(scores, labels)) == pytest.approx((0.16 + 4) / 2)
