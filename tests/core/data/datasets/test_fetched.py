from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from core.data.datasets import DATASETS, Samples
from core.data.torchvision_import import torchvision
from core.errors import UserError

RNG = np.random.default_rng(9)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where downloads are kept, for this test."""
    monkeypatch.setenv("CNN_WORKBENCH_HOME", str(tmp_path))
    place = tmp_path / "cache" / "datasets"
    place.mkdir(parents=True)
    return place


def load(name: str, split: str = "train") -> Samples:
    """The samples as they are read, not those kept from before."""
    return DATASETS[name].load(split)


def written(path: Path, content: bytes) -> str:
    """Write a file; gives its checksum."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def numbered(values: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """An array as the files of MNIST hold it: type, rank and sides, then the values."""
    head = [0x800 + values.ndim, *values.shape]
    return np.array(head, ">i4").tobytes() + values.tobytes()


def write_mnist(folder: Path) -> None:
    for part, count in (("train", 6), ("t10k", 4)):
        images = RNG.integers(0, 256, (count, 28, 28), np.uint8)
        written(folder / f"{part}-images-idx3-ubyte", numbered(images))
        written(folder / f"{part}-labels-idx1-ubyte", numbered(np.arange(count, dtype=np.uint8)))


@pytest.mark.parametrize(
    ("name", "place"), [("mnist", "MNIST"), ("fashion_mnist_full", "FashionMNIST")]
)
def test_mnist_and_fashion_are_read_from_what_was_fetched(
    folder: Path, name: str, place: str
) -> None:
    write_mnist(folder / place / "raw")
    train, test = load(name, "train"), load(name, "test")
    assert (train.images.shape, test.images.shape) == ((6, 28, 28), (4, 28, 28))
    assert test.labels.tolist() == [0, 1, 2, 3]
    assert "as by the authors" in train.division


def test_a_download_that_was_cut_off_names_its_folder(folder: Path) -> None:
    write_mnist(folder / "MNIST" / "raw")
    images = folder / "MNIST" / "raw" / "train-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"The files of MNIST in .* are damaged"):
        load("mnist")


@pytest.mark.parametrize(
    ("name", "kind", "key", "labels"),
    [
        ("cifar10", "CIFAR10", "label_names", "labels"),
        ("cifar100", "CIFAR100", "fine_label_names", "fine_labels"),
    ],
)
def test_cifar_is_read_from_what_was_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, key: str, labels: str
) -> None:
    cifar = getattr(torchvision().datasets, kind)
    place = folder / cifar.base_folder
    planes = RNG.integers(0, 256, (5, 3, 32, 32), np.uint8)
    batch = {"data": planes.reshape(5, -1), labels: [0, 1, 2, 1, 0]}
    batch_sum = written(place / "batch", pickle.dumps(batch))
    meta_sum = written(place / "names", pickle.dumps({key: ["a", "b", "c"]}))
    monkeypatch.setattr(cifar, "train_list", [["batch", batch_sum]])
    monkeypatch.setattr(cifar, "test_list", [])
    monkeypatch.setattr(cifar, "meta", {"filename": "names", "key": key, "md5": meta_sum})
    samples = load(name)
    assert samples.classes == ("a", "b", "c")
    assert samples.labels.tolist() == [0, 1, 2, 1, 0]
    assert np.array_equal(samples.images, planes.transpose(0, 2, 3, 1))


def test_stl10_is_read_from_what_was_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stl10 = torchvision().datasets.STL10
    place = folder / stl10.base_folder
    pictures = RNG.integers(0, 256, (3, 96, 96, 3), np.uint8)
    # The file holds planes, column by column.
    planes = written(place / "x.bin", pictures.transpose(0, 3, 2, 1).tobytes())
    labels = written(place / "y.bin", bytes([1, 10, 2]))
    written(place / stl10.class_names_file, b"airplane\nbird\ncar\n")
    monkeypatch.setattr(stl10, "train_list", [["x.bin", planes], ["y.bin", labels]])
    monkeypatch.setattr(stl10, "test_list", [])
    samples = load("stl10")
    assert samples.labels.tolist() == [0, 9, 1]
    assert samples.classes == ("airplane", "bird", "car")
    assert np.array_equal(samples.images, pictures)


def test_svhn_is_read_from_what_was_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    svhn = torchvision().datasets.SVHN
    pictures = RNG.integers(0, 256, (4, 32, 32, 3), np.uint8)
    path = folder / "test.mat"
    savemat(path, {"X": pictures.transpose(1, 2, 3, 0), "y": np.array([[10], [1], [2], [9]])})
    checksum = written(path, path.read_bytes())
    monkeypatch.setattr(svhn, "split_list", {"test": ["", "test.mat", checksum]})
    samples = load("svhn", "test")
    assert samples.labels.tolist() == [0, 1, 2, 9]
    assert np.array_equal(samples.images, pictures)
