from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.datasets import DATASETS, Samples, chosen, load_samples
from core.errors import UserError


@pytest.mark.parametrize(("split", "each"), [("train", 1200), ("test", 200)])
def test_the_shipped_fashion_mnist_has_as_many_of_each_class(split: str, each: int) -> None:
    samples = load_samples("fashion_mnist", split)
    assert samples.images.shape == (10 * each, 28, 28)
    assert samples.images.dtype == np.uint8
    assert np.bincount(samples.labels).tolist() == [each] * 10
    assert samples.classes[9] == "Ankle boot"


def test_no_training_picture_of_fashion_mnist_is_a_test_picture() -> None:
    train, test = (
        {picture.tobytes() for picture in load_samples("fashion_mnist", split).images}
        for split in ("train", "test")
    )
    assert not train & test


def test_the_digits_are_split_without_losing_one_and_fill_the_grey_scale() -> None:
    train, test = load_samples("digits", "train"), load_samples("digits", "test")
    assert (train.images.shape, test.images.shape) == ((1437, 8, 8), (360, 8, 8))
    assert (test.images.min(), test.images.max()) == (0, 255)
    assert train.classes == tuple("0123456789")
    assert np.bincount(test.labels).min() > 30


def test_the_lecture_examples_are_those_of_the_lectures() -> None:
    samples = load_samples("lecture_examples")
    sizes = [samples.frame(index).shape for index in range(len(samples))]
    assert sizes == [(5, 5, 3), (9, 9, 3), (9, 9, 3), (8, 8, 3)]
    assert samples.classes == ("5 × 5 example", "X", "Deformed X", "Stripes")


def correlated(index: int, kernel: list[list[int]], black: int = 0) -> list[list[int]]:
    """What the lectures calculate: each window of an example times the kernel, summed up."""
    picture = load_samples("lecture_examples").frame(index)[..., 0]
    numbers = np.where(picture == 255, 1, black)
    weights = np.array(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, weights.shape)
    sums: list[list[int]] = (windows * weights).sum((2, 3)).tolist()
    return sums


def test_their_convolutions_are_those_of_the_lectures() -> None:
    centre = [[1, -1, 1], [-1, 1, -1], [1, -1, 1]]
    assert correlated(0, [[1, 0, 1], [0, 1, 0], [1, 0, 1]]) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    assert correlated(1, centre, -1)[3] == [-1, 3, -7, 9, -7, 3, -1]
    assert correlated(2, centre, -1)[0] == [-1, -1, 1, 1, -5, 3, -3]
    assert correlated(2, centre, -1)[6] == [-3, 3, -5, 1, -1, 1, -3]
    assert correlated(3, [[1, -1]]) == [[0, 1, 0, 0, 0, -1, 0]] * 8
    assert correlated(3, [[1], [-1]]) == [[0] * 8] * 7


def test_pictures_of_several_sizes_are_not_made_one_array() -> None:
    with pytest.raises(UserError, match="3 different sizes, 5 x 5 to 9 x 9 px"):
        _ = load_samples("lecture_examples").images


def test_a_grey_sample_is_a_frame_of_three_channels() -> None:
    samples = load_samples("digits")
    frame = samples.frame(3)
    assert frame.shape == (8, 8, 3)
    assert np.array_equal(frame[..., 1], samples.images[3])


@pytest.mark.parametrize("index", [-1, 360])
def test_a_sample_that_is_not_there_says_which_are(index: int) -> None:
    with pytest.raises(
        UserError, match=f"digits has 360 test samples, 0 to 359; there is no {index}"
    ):
        load_samples("digits").frame(index)


def test_a_data_set_is_read_once() -> None:
    assert load_samples("digits") is load_samples("digits", "test")


def test_a_split_or_data_set_that_is_not_there_says_what_is() -> None:
    with pytest.raises(UserError, match="no split 'valid'; choose train or test"):
        load_samples("digits", "valid")
    with pytest.raises(UserError, match="did you mean fashion_mnist"):
        load_samples("fashion_mnst")


def test_every_data_set_has_a_title_and_a_source() -> None:
    assert all(data.title and data.source for data in DATASETS.values())


def test_colour_samples_are_frames_as_they_are() -> None:
    pictures = np.zeros((1, 2, 3, 3), np.uint8)
    samples = Samples("one", "test", pictures, np.zeros(1, np.int64), ("thing",))
    assert samples.frame(0).shape == (2, 3, 3)


def test_options_follow_a_question_mark_and_are_read_as_such() -> None:
    samples = load_samples("shapes?size=9&count=24", "train")
    assert samples.images.shape == (24, 9, 9)
    assert load_samples("shapes?count=24&size=9&noise=0.1", "train") is samples


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("shapes?sise=9", "There is no setting 'sise'; did you mean size"),
        ("shapes?size=3", r"Side \(size\) cannot be 3 px; choose 8 to 256"),
        ("shapes?size=big", "must be a whole number, not 'big'"),
        ("shapes?size", r"write shapes\?NAME=VALUE"),
        ("digits?size=8", "digits has no options"),
        ("shaps?size=8", "did you mean shapes"),
        ("x" * 5000, "There is no data set"),
    ],
)
def test_what_is_wrong_with_the_text_is_said(text: str, answer: str) -> None:
    with pytest.raises(UserError, match=answer):
        load_samples(text)


def test_the_shortest_text_means_the_same() -> None:
    choice = chosen("shapes?size=32&noise=0.3&colour=no")
    assert choice.text == "shapes?noise=0.3"
    assert chosen(choice.text) == choice
    assert choice.title == "Shapes"
    assert chosen("digits").text == "digits"


def test_every_data_set_says_how_it_was_divided() -> None:
    for name in ("digits", "fashion_mnist", "lecture_examples", "shapes?count=20"):
        assert load_samples(name, "train").division.endswith(".")


def test_samples_know_their_balance_and_their_mean_picture() -> None:
    pictures = np.array([0, 100, 20], np.uint8).reshape(3, 1, 1)
    samples = Samples("three", "test", pictures, np.array([1, 1, 0]), ("a", "b", "c"))
    assert samples.counts.tolist() == [1, 2, 0]
    assert samples.mean_picture.tolist() == [[40]]


def test_a_name_wins_over_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    assert chosen("digits").data.name == "digits"
    assert chosen("./digits").data.name == "image_folder"
