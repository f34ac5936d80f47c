from __future__ import annotations

from pathlib import Path

import pytest

from core.data.datasets import chosen, load_samples
from core.errors import UserError
from tests.core.data.datasets.pictures import write_class


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_class(tmp_path / "all", 10)
    return tmp_path


def table(folder: Path, *rows: str) -> str:
    path = folder / "labels.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return str(path)


def of_labels(folder: Path, *labels: str) -> str:
    return table(folder, *(f"all/{n:02}.png,{label}" for n, label in enumerate(labels)))


def test_paths_are_relative_to_the_table_and_a_heading_is_none(folder: Path) -> None:
    rows = [f"all/{n:02}.png,{'cat' if n < 5 else 'dog'}" for n in range(10)]
    for text in (table(folder, *rows), table(folder, "file,class", *rows, "", " , ")):
        train, test = (load_samples(text, split) for split in ("train", "test"))
        assert train.classes == ("cat", "dog")
        assert (train.counts.tolist(), test.counts.tolist()) == ([4, 4], [1, 1])
        assert ((train.images[:, 0, 0, 0] >= 105) == train.labels).all()
        assert "drawn with seed 0" in test.division
    assert chosen(text).title == "labels.csv"


def test_whole_numbers_are_classes_in_their_order(folder: Path) -> None:
    samples = load_samples(of_labels(folder, "10", "9", "-1", "10", "9", "-1"), "train")
    assert samples.classes == ("-1", "9", "10")
    assert samples.counts.tolist() == [1, 1, 1]


def test_one_name_makes_all_labels_names(folder: Path) -> None:
    samples = load_samples(of_labels(folder, "10", "9", "cat", "10", "9", "cat"), "train")
    assert samples.classes == ("10", "9", "cat")


def test_files_that_are_missing_are_counted_and_the_others_used(folder: Path) -> None:
    lost = [f"lost{n}.png,cat" for n in range(5)]
    there = [f"all/{n:02}.png,cat" for n in range(5)]
    samples = load_samples(table(folder, *lost, *there), "train")
    assert len(samples) == 4
    assert samples.remarks == (
        "Pictures that labels.csv names and that are missing: 5 (lost0.png, lost1.png, "
        "lost2.png, …) of 10; the others are used.",
    )


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        (["all/00.png,cat", "all/01.png"], "Row 2 of labels.csv is 'all/01.png'; write a path"),
        (["path,label", "all/00.png,"], "Row 2 of labels.csv is 'all/00.png,'"),
        (["path,label"], "labels.csv names no picture"),
        ([""], "labels.csv names no picture"),
        (["lost.png,1", "gone.png,2"], "None of the 2 pictures that labels.csv names is there"),
        (["all/00.png,1", "all/01.png,2.5"], "Label 2 of labels.csv is 2.5, which is no class"),
        (["all/00.png,nan"], "is nan, which is no class; write whole numbers or names"),
    ],
)
def test_a_table_that_is_wrong_says_where(folder: Path, rows: list[str], answer: str) -> None:
    with pytest.raises(UserError, match=answer):
        load_samples(table(folder, *rows), "train")


def test_a_file_that_is_no_table_says_so(folder: Path) -> None:
    (folder / "labels.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(
        UserError, match=r"could not be read as a CSV file .*; save it as CSV in UTF-8\."
    ):
        load_samples(str(folder / "labels.csv"))
    with pytest.raises(UserError, match="write its path instead of image_table"):
        load_samples("image_table")
