"""Networks that learn spoken digits: from the raw wave, and from spectrograms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from core.data.datasets import load_samples
from core.jobs import finish
from core.network.loading import open_model
from core.network.snapshot import Snapshot
from core.training.settings import TrainParams
from core.training.train import train

RECORDINGS = Path(__file__).parents[4] / "shared" / "testdata" / "spoken_digits"
PARAMS = TrainParams(epochs=20, batch=16)


class Heard(NamedTuple):
    """Shares of test takes that are understood: of known speakers, and of one that is not."""

    known: float
    unseen: float


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not here")
@pytest.mark.parametrize(
    ("preset", "query"), [("spoken_wave", ["form=wave"]), ("spoken_spectrogram", [])]
)
def test_digits_of_both_speakers_are_understood_and_a_third_one_less(
    preset: str, query: list[str], record_property: Callable[[str, object], None]
) -> None:
    heard = Heard(_accuracy(preset, query), _accuracy(preset, [*query, "speaker=jackson"]))
    told = f"{heard.known:.1%} of both speakers, {heard.unseen:.1%} of one not heard"
    record_property(preset, told)
    print(f"{preset}: {told}")
    assert heard.known >= 0.85
    assert 0.2 < heard.unseen < heard.known


def _accuracy(preset: str, query: list[str]) -> float:
    name = "?".join(filter(None, (str(RECORDINGS), "&".join(query))))
    data, test = (load_samples(name, split) for split in ("train", "test"))
    trained: Snapshot = finish(train(open_model(preset), data, test, PARAMS, seed=0))
    return trained.metrics["test_accuracy"]
