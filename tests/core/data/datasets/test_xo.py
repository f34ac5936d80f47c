from __future__ import annotations

import numpy as np
import pytest

from core.data.datasets import load_samples
from core.data.datasets.lecture_examples import X
from core.network.presets.xo_net import LETTER_O
from core.results import Bytes

STILL = "shift=0&shrink=0&rotation=0&deform=0&noise=0"


def drawing(text: str) -> Bytes:
    rows = [[255 if cell == "#" else 0 for cell in row] for row in text.split()]
    return np.array(rows, np.uint8)


def letters(options: str) -> Bytes:
    return load_samples(f"xo?count=200&{options}", "train").images


def test_with_nothing_done_to_it_the_x_is_the_lectures() -> None:
    assert np.array_equal(letters(STILL)[0], drawing(X))


def test_the_o_is_nearly_that_of_the_network_that_tells_them_apart() -> None:
    inked = drawing(LETTER_O) == 255
    letter = letters(STILL)[1]
    assert letter[inked].min() > 150
    assert letter[~inked].max() < 100


@pytest.mark.parametrize(
    "change", ["shift=2", "shrink=0.5", "rotation=45", "deform=1", "noise=0.2"]
)
def test_each_change_changes_each_x_differently(change: str) -> None:
    name = change.partition("=")[0]
    kept = "&".join(pair for pair in STILL.split("&") if not pair.startswith(name))
    pictures = letters(f"size=27&{kept}&{change}")[:40:2]
    assert len({picture.tobytes() for picture in pictures}) >= 19


def test_a_shrunk_letter_has_less_ink() -> None:
    still = letters(f"size=27&{STILL}")
    shrunk = letters(f"size=27&{STILL.replace('shrink=0', 'shrink=0.8')}")
    assert shrunk.mean() < 0.8 * still.mean()


def test_the_letters_can_be_told_apart_at_nine_pixels_by_their_centre() -> None:
    samples = load_samples("xo?count=200&shift=0", "train")
    centre = samples.images[:, 3:6, 3:6].mean((1, 2))
    assert centre[samples.labels == 0].mean() > 2 * centre[samples.labels == 1].mean()
