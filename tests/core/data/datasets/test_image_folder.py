from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from core.data.datasets import chosen, forget_samples, load_samples
from core.errors import UserError
from tests.core.data.datasets.pictures import write_class, write_picture


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Ten cats and five dogs."""
    write_class(tmp_path / "pets" / "cat", 10, 100)
    write_class(tmp_path / "pets" / "dog", 5, 200)
    return tmp_path / "pets"


def test_folders_are_classes_and_are_divided_by_seed(pets: Path) -> None:
    train, test = (load_samples(str(pets), split) for split in ("train", "test"))
    assert train.classes == ("cat", "dog")
    assert (train.counts.tolist(), test.counts.tolist()) == ([8, 4], [2, 1])
    assert train.images.shape == (12, 6, 8, 3)
    levels = [set(part.images[:, 0, 0, 0].tolist()) for part in (train, test)]
    assert not levels[0] & levels[1]
    assert levels[0] | levels[1] == {*range(100, 110), *range(200, 205)}
    assert ((train.images[:, 0, 0, 0] >= 200) == train.labels).all()
    assert "12 pictures are for training and 3 for testing" in train.division
    assert "seed 0" in train.division
    assert not train.remarks


def test_the_share_and_the_seed_can_be_chosen(pets: Path) -> None:
    half = load_samples(f"{pets}?test_share=0.5", "test")
    other = load_samples(f"{pets}?test_share=0.5&seed=1", "test")
    assert half.counts.tolist() == [5, 2]
    assert not np.array_equal(half.images, other.images)


def test_folders_named_train_and_test_are_the_division(tmp_path: Path) -> None:
    write_class(tmp_path / "train" / "cat", 3)
    write_class(tmp_path / "train" / "dog", 2)
    write_class(tmp_path / "test" / "dog", 1)
    train, test = (load_samples(str(tmp_path), split) for split in ("train", "test"))
    assert train.classes == test.classes == ("cat", "dog")
    assert (train.counts.tolist(), test.counts.tolist()) == ([3, 2], [0, 1])
    assert f"as the folders in {tmp_path.name}" in train.division


def test_several_sizes_are_kept_until_one_is_asked_for(
    pets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_picture(pets / "cat" / "large.png", 250, (20, 10))
    mixed = load_samples(f"{pets}?test_share=0.1", "train")
    assert isinstance(mixed.pictures, tuple)
    assert "2 different sizes, 6 x 8 to 20 x 10 px" in mixed.remarks[0]
    assert mixed.remarks[0] in caplog.text
    with pytest.raises(UserError, match=r"with the option size, as in FOLDER\?size=64"):
        _ = mixed.images
    alike = load_samples(f"{pets}?test_share=0.1&size=5", "train")
    assert alike.images.shape[1:] == (5, 5, 3)
    assert "brought to 5 x 5 px: the shorter side scaled, and the middle kept" in alike.division
    assert not alike.remarks


def test_grey_pictures_have_one_channel(pets: Path) -> None:
    assert load_samples(f"{pets}?grey=true", "train").images.shape == (12, 6, 8)


def test_a_class_of_one_picture_is_learned_but_not_tested(pets: Path) -> None:
    write_class(pets / "owl", 1)
    train, test = (load_samples(str(pets), split) for split in ("train", "test"))
    assert (train.counts.tolist(), test.counts.tolist()) == ([8, 4, 1], [2, 1, 0])
    assert train.remarks == ("Classes of one picture, which is learned and none tested: 1 (owl).",)


def test_empty_folders_and_what_is_no_picture_are_named_and_left_out(pets: Path) -> None:
    (pets / "owl").mkdir()
    (pets / ".thumbnails").mkdir()
    for number in range(4):
        (pets / "cat" / f"zz{number}.jpg").write_bytes(b"half a pict")
    (pets / "cat" / "notes.txt").write_text("not asked for")
    train = load_samples(f"{pets}?test_share=0.01", "train")
    assert train.classes == ("cat", "dog")
    assert train.remarks[0] == "Folders without a picture, which are no classes: 1 (owl)."
    assert "left out: " in train.remarks[1]
    assert "(zz0.jpg, zz1.jpg, zz2.jpg, …)" in train.remarks[1] or "3 (" in train.remarks[1]


def test_a_warning_is_given_once_for_both_splits(
    pets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (pets / "owl").mkdir()
    for split in ("train", "test", "train"):
        load_samples(str(pets), split)
    assert [r.levelno for r in caplog.records if "owl" in r.message] == [logging.WARNING]


def test_a_folder_of_nothing_says_what_to_put_there(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    with pytest.raises(UserError, match="There is no folder of pictures in"):
        load_samples(str(tmp_path))


def test_nothing_to_test_with_is_said(tmp_path: Path) -> None:
    write_class(tmp_path / "cat", 1)
    assert len(load_samples(str(tmp_path), "train")) == 1
    with pytest.raises(UserError, match="has no picture for testing"):
        load_samples(str(tmp_path), "test")


def test_a_path_that_is_not_there_or_no_data_says_what_would_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no folder or file .*lost\."):
        load_samples(str(tmp_path / "lost"))
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(UserError, match=r"a\.txt cannot be opened as data; give a folder"):
        load_samples(str(tmp_path / "a.txt"))
    with pytest.raises(UserError, match="write its path instead of image_folder"):
        load_samples("image_folder")
    with pytest.raises(UserError, match="There is no folder"):
        load_samples(f"image_folder?path={tmp_path / 'lost'}")


def test_its_text_means_it_from_any_place(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pets.parent)
    choice = chosen("pets?size=8&seed=0")
    assert choice.text == f"{pets}?size=8"
    assert choice.title == "pets"
    assert chosen(choice.text) == chosen(f"image_folder?path={pets}&size=8")


def test_files_are_read_anew_on_request(pets: Path) -> None:
    before = load_samples(str(pets), "train")
    write_class(pets / "owl", 4)
    assert load_samples(str(pets), "train") is before
    forget_samples()
    assert load_samples(str(pets), "train").classes == ("cat", "dog", "owl")


def test_a_disk_full_of_other_files_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.datasets.image_folder.MOST_OTHERS", 5)
    for number in range(7):
        (tmp_path / "usr").mkdir(exist_ok=True)
        (tmp_path / "usr" / f"library{number}.so").touch()
    with pytest.raises(UserError, match="more than 5 files are no pictures; choose the folder"):
        load_samples(str(tmp_path), "train")
