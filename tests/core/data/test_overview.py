from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import overview as module
from core.data.augment import AugmentParams
from core.data.datasets import Samples
from core.data.overview import balance, examples, is_signal, mean_of, overview, versions
from core.errors import UserError
from core.jobs import finish
from core.results import Bytes
from tests.core.data.datasets.pictures import write_class, write_picture

CLASSES = ("cat", "dog", "owl")


def samples(pictures: Bytes | tuple[Bytes, ...], *labels: int) -> Samples:
    return Samples("pets", "train", pictures, np.array(labels, np.int64), CLASSES)


def levels(*values: int) -> Bytes:
    """Pictures of 2 x 3 px, each of one level."""
    return np.repeat(np.array(values, np.uint8), 6).reshape(-1, 2, 3)


def test_both_parts_are_read() -> None:
    seen = finish(overview("shapes?count=30&size=16"))
    assert (len(seen.train), len(seen.test)) == (30, len(finish(overview("shapes?count=30")).test))
    assert (seen.title, list(seen.parts)) == ("Shapes", ["train", "test"])
    assert seen.levels == (seen.train.images.min(), seen.train.images.max())
    assert seen.form.startswith("16 × 16 px, grey, levels ")
    assert seen.division == seen.train.division


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(UserError, match="There is no data set 'lost'"):
        finish(overview("lost"))


def test_without_a_picture_to_test_with_the_others_are_seen(tmp_path: Path) -> None:
    write_picture(tmp_path / "cats" / "only.png", 40)
    seen = finish(overview(str(tmp_path)))
    assert seen.test is None
    assert "no picture for testing" in seen.problem
    assert len(seen.train) == 1
    assert "Classes of one picture" in seen.remarks[0]


def test_pictures_of_different_sizes_have_a_form_and_levels(tmp_path: Path) -> None:
    write_class(tmp_path / "cats", 4, 10)
    write_class(tmp_path / "dogs", 4, 90, (10, 12))
    seen = finish(overview(str(tmp_path)))
    assert seen.form.startswith("pictures of different sizes, in colour, levels ")
    assert 10 <= seen.levels[0] < seen.levels[1] <= 93
    assert len([remark for remark in seen.remarks if "different sizes" in remark]) == 1
    with pytest.raises(UserError, match="2 different sizes"):
        finish(mean_of(seen.train))


def test_a_picture_of_one_row_is_a_signal() -> None:
    wave = samples(np.zeros((2, 1, 50), np.uint8), 0, 1)
    assert is_signal(wave)
    assert not is_signal(samples(levels(1), 0))
    counts = np.bincount([0, 9], minlength=256)[None]
    seen = module.Overview("", "", wave, None, counts)
    assert seen.form == "signals of 50 values, levels 0 to 9"


def test_how_light_pictures_are_is_told_by_channel(tmp_path: Path) -> None:
    write_picture(tmp_path / "cats" / "1.png", 51)
    colourful, grey = (finish(overview(f"{tmp_path}{end}")) for end in ("", "?grey=true"))
    assert grey.spread == "mean 0.200, deviation 0.000 of 1"
    assert colourful.spread.count("0.200") == 3


def test_examples_of_all_classes_come_in_turn() -> None:
    pets = samples(levels(*range(7)), 1, 1, 1, 0, 2, 0, 1)
    assert examples(pets).tolist() == [3, 0, 4, 5, 1, 2, 6]
    assert examples(pets, 0).tolist() == [3, 5]


def test_the_mean_is_of_all_or_of_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PART", 12)
    pets = samples(levels(10, 20, 60), 0, 0, 1)
    for number, expected in ((None, 30), (0, 15), (1, 60), (2, 0)):
        np.testing.assert_allclose(finish(mean_of(pets, number)), np.full((2, 3), expected))


def test_versions_are_those_of_training_and_come_again_with_their_seed() -> None:
    images = np.random.default_rng(1).integers(0, 256, (2, 8, 8), np.uint8)
    seen = finish(versions(images, 5, 3, AugmentParams(flip=True)))
    for picture, shown in zip(images, seen, strict=True):
        assert {one.tobytes() for one in shown} <= {picture.tobytes(), picture[:, ::-1].tobytes()}
    np.testing.assert_array_equal(seen, finish(versions(images, 5, 3, AugmentParams(flip=True))))
    assert (seen != finish(versions(images, 5, 4, AugmentParams(flip=True)))).any()


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([200, 200, 200], "1 : 1, 200 each"),
        ([1200, 400, 480], "3 : 1, cat 1,200 to dog 400"),
        ([3, 0, 2], "none of 1 (dog)"),
    ],
)
def test_the_largest_class_is_compared_with_the_smallest(counts: list[int], told: str) -> None:
    assert balance(np.array(counts, np.int64), CLASSES) == told
