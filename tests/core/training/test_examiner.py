from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.data.datasets import Samples
from core.jobs import finish
from core.network.preprocessing import Preprocessing
from core.training.examiner import Examiner
from core.training.feeding import Feed
from core.training.losses import Criterion
from tests.core.training.kinds import Crowded


class Seen:
    """Keeps what an observer is told of an exam."""

    def __init__(self) -> None:
        self.firsts: list[int] = []
        self.labels: list[int] = []

    def before_step(self, network: nn.Module, step: int) -> None: ...

    def after_backward(self, network: nn.Module, step: int) -> None: ...

    def after_step(self, network: nn.Module, step: int) -> None: ...

    def exam(self, first: int, scores: Tensor, labels: Tensor) -> None:
        assert len(scores) == len(labels)
        self.firsts.append(first)
        self.labels += labels.tolist()

    def taken(self) -> Any | None:
        return None


def examiner(test: Samples, most: int, observer: Seen) -> Examiner:
    torch.manual_seed(0)
    crowded = Crowded(most).build((1, 8, 8))
    network = nn.Sequential(crowded, nn.Flatten(), nn.Linear(64, 4)).train()
    feed = Feed(test, Preprocessing((8, 8), (0.0,), (1.0,)), (1, 8, 8), torch.device("cpu"))
    return Examiner(network, feed, Criterion("cross_entropy"), observer)


def test_the_test_set_is_seen_once_and_in_its_order(test: Samples) -> None:
    seen = Seen()

    finish(examiner(test, 1000, seen).examine())

    assert seen.firsts == [0]
    assert seen.labels == test.labels.tolist()


@pytest.mark.parametrize("most", [1, 4, 29])
def test_where_the_memory_is_short_the_slices_are_smaller_and_the_result_the_same(
    test: Samples, most: int
) -> None:
    seen = Seen()

    right, loss = finish(examiner(test, most, seen).examine())

    expected = finish(examiner(test, 1000, Seen()).examine())
    assert (right, loss) == (expected[0], pytest.approx(expected[1]))
    assert seen.labels == test.labels.tolist()
    assert len(seen.firsts) > 1
