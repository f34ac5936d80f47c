from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.data.datasets import DATASETS, DataSet, Samples, load_samples
from core.data.reading import loading, report
from core.errors import UserError
from core.jobs import Progress, finish


@pytest.fixture
def slow() -> Iterator[str]:
    """A data set that reports three times, as long as somebody listens."""

    def load(split: str) -> Samples:
        for done in range(3):
            report(done, 3, "Reading slowly")
        return Samples("slow", split, np.zeros((1, 2, 2), np.uint8), np.zeros(1, np.int64), ("a",))

    DATASETS.add("slow", DataSet("slow", "Slow", "here", load))
    yield "slow"
    DATASETS.remove("slow")


def test_samples_are_read_as_work_for_a_lane(slow: str) -> None:
    work = loading(slow, "train")
    assert isinstance(next(work), Progress)
    samples = finish(work)
    assert samples.split == "train"
    assert samples is load_samples(slow, "train")


def test_the_newest_report_is_what_is_yielded() -> None:
    news = list(loading("shapes?count=2000&size=64"))
    assert {report.label for report in news} <= {"Reading data", "Drawing pictures"}
    assert all(report.done <= report.total for report in news)


def test_nobody_has_to_listen(slow: str) -> None:
    assert len(load_samples(slow)) == 1


def test_what_cannot_be_read_is_told_to_who_waits() -> None:
    with pytest.raises(UserError, match="There is no data set 'lost'"):
        finish(loading("lost"))


def test_work_that_is_given_up_leaves_nothing_to_wait_for() -> None:
    work = loading("shapes?count=3000")
    next(work)
    work.close()
