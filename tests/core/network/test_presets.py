from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.images import load_image
from core.data.torchvision_import import torchvision
from core.network.imagenet import imagenet_classes
from core.network.layer_table import layer_table
from core.network.loading import open_model
from core.network.network import Network
from core.network.presets import PRESETS
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.network.weights import in_order, read_weights
from core.paths import RESOURCES, resource

PHOTOGRAPHS = RESOURCES.parents[1] / "shared" / "testdata" / "imagenet"

FIVE_BY_FIVE = "1 1 1 0 0 / 0 1 1 1 0 / 0 0 1 1 1 / 0 0 1 1 0 / 0 1 1 0 0"
X = """
    0 0 0 0 0 0 0 0 0 / 0 1 0 0 0 0 0 1 0 / 0 0 1 0 0 0 1 0 0 / 0 0 0 1 0 1 0 0 0 /
    0 0 0 0 1 0 0 0 0 / 0 0 0 1 0 1 0 0 0 / 0 0 1 0 0 0 1 0 0 / 0 1 0 0 0 0 0 1 0 /
    0 0 0 0 0 0 0 0 0
"""
CONVOLVED = (
    "7 -1 1 3 5 -1 3 / -1 9 -1 3 -1 1 -1 / 1 -1 9 -3 1 -1 5 / 3 3 -3 5 -3 3 3 / "
    "5 -1 1 -3 9 -1 1 / -1 1 -1 3 -1 9 -1 / 3 -1 5 3 1 -1 7",
    "3 -5 1 -1 1 -5 3 / -5 5 -5 3 -5 5 -5 / 1 -5 5 -7 5 -5 1 / -1 3 -7 9 -7 3 -1 / "
    "1 -5 5 -7 5 -5 1 / -5 5 -5 3 -5 5 -5 / 3 -5 1 -1 1 -5 3",
    "3 -1 5 3 1 -1 7 / -1 1 -1 3 -1 9 -1 / 5 -1 1 -3 9 -1 1 / 3 3 -3 5 -3 3 3 / "
    "1 -1 9 -3 1 -1 5 / -1 9 -1 3 -1 1 -1 / 7 -1 1 3 5 -1 3",
)
POOLED = ("9 3 5 / 3 9 3 / 5 3 9", "5 3 5 / 3 9 5 / 5 5 5", "3 5 9 / 5 5 9 / 9 9 1")


def _matrix(text: str) -> list[list[float]]:
    return [[float(cell) for cell in row.split()] for row in text.split("/")]


def _drawn(text: str) -> np.ndarray:
    """A frame of black and white."""
    return np.repeat(np.array(_matrix(text), np.uint8)[..., None] * 255, 3, 2)


@pytest.fixture(scope="module")
def efficientnet() -> Subject:
    return Subject(open_model("efficientnet_lite0"))


def _most_probable(subject: Subject, frame: np.ndarray, count: int) -> dict[str, float]:
    values, classes = subject.scores(subject.prepare(frame).image).softmax(0).topk(count)
    return {subject.classes[c]: float(v) for v, c in zip(values, classes, strict=True)}


@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_fits_and_the_input_is_what_the_preprocessing_gives(name: str) -> None:
    preset = PRESETS[name]
    spec = preset.spec()
    assert not [row.problem for row in layer_table(spec) if row.problem]
    assert preset.preprocessing.resized(spec.input) == preset.preprocessing


@pytest.mark.parametrize("name", PRESETS)
def test_classes_are_as_many_as_outputs(name: str) -> None:
    classes = PRESETS[name].classes()
    output = layer_table(PRESETS[name].spec())[-1].shape
    assert output is not None
    assert not classes or output == (len(classes),)


def test_efficientnet_has_the_published_size(efficientnet: Subject) -> None:
    assert sum(row.parameters for row in efficientnet.table) == 4_652_008
    assert len([row for row in efficientnet.table if row.kind == "Add"]) == 9


def test_efficientnet_sees_an_espresso(efficientnet: Subject) -> None:
    best = _most_probable(efficientnet, load_image(resource("photos", "coffee.jpg")), 1)
    assert best == {"espresso": pytest.approx(0.95, abs=0.02)}


def test_efficientnet_sees_a_cat(efficientnet: Subject) -> None:
    best = _most_probable(efficientnet, load_image(resource("photos", "cat.jpg")), 3)
    assert list(best) == ["tiger cat", "Egyptian cat", "tabby"]


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="the ImageNet photographs are not here")
def test_efficientnet_names_nine_of_ten_photographs_among_its_first_five(
    efficientnet: Subject,
) -> None:
    files = sorted(PHOTOGRAPHS.glob("*.jpg"))
    found = [
        _class_of(file) in [c.lower() for c in _most_probable(efficientnet, load_image(file), 5)]
        for file in files
    ]
    assert sum(found) >= 0.9 * len(files)


def _class_of(file: Path) -> str:
    return file.stem.split("_", 1)[1].replace("_", " ").lower()


def test_the_classes_are_those_of_torchvision() -> None:
    torchvision()
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    assert list(imagenet_classes()) == _IMAGENET_CATEGORIES


def test_weights_of_another_network_do_not_match() -> None:
    spec = PRESETS["lenet5"].spec()
    with pytest.raises(ValueError, match="not those of LeNet-5"):
        in_order(spec, {"a": torch.zeros(3)})


def test_alexnet_trunk_is_torchvisions() -> None:
    theirs = torchvision().models.alexnet(weights=None).features.eval()
    kept = read_weights(resource("weights", "alexnet_trunk_fp16.safetensors"))
    theirs.load_state_dict({k.removeprefix("features."): v.float() for k, v in kept.items()})
    ours = Subject(open_model("alexnet_trunk"))
    image = ours.prepare(load_image(resource("photos", "cat.jpg"))).image
    with torch.inference_mode():
        expected = theirs(image[None])[0]
    difference = ours.outputs(image, "pool5")["pool5"] - expected
    assert difference.abs().max() < 1e-5 * expected.abs().max()
    assert ours.kernels("conv1").shape == (64, 3, 11, 11)


def test_alexnet_trunk_takes_pictures_of_any_size() -> None:
    snapshot = open_model("alexnet_trunk", input_shape=(3, 240, 320))
    assert Subject(snapshot).row("pool5").shape == (256, 6, 9)


def test_lenet5_has_its_61706_parameters() -> None:
    spec = PRESETS["lenet5"].spec()
    assert sum(row.parameters for row in layer_table(spec)) == 61_706
    assert [row.shape for row in layer_table(spec) if row.kind == "AvgPool2d"] == [
        (6, 14, 14),
        (16, 5, 5),
    ]


def test_trained_lenet5_has_the_layers_of_lenet5() -> None:
    assert PRESETS["lenet5_fashion"].spec().nodes == PRESETS["lenet5"].spec().nodes


def test_the_lectures_sum_is_on_its_map() -> None:
    subject = Subject(open_model("lecture_sum"))
    image = subject.prepare(_drawn(FIVE_BY_FIVE)).image
    assert image[0].tolist() == _matrix(FIVE_BY_FIVE)
    expected = _matrix("4 3 4 / 2 4 3 / 2 3 4")
    outputs = subject.outputs(image, "conv", "relu")
    assert outputs["conv"][0].tolist() == expected
    assert outputs["relu"][0].tolist() == expected


def test_the_lectures_x_gives_the_lectures_maps() -> None:
    subject = Subject(open_model("lecture_x"))
    image = subject.prepare(_drawn(X)).image
    assert image.unique().tolist() == [-1.0, 1.0]
    outputs = subject.outputs(image, "conv", "pool")
    assert outputs["conv"].tolist() == [_matrix(text) for text in CONVOLVED]
    assert outputs["pool"].tolist() == [_matrix(text) for text in POOLED]


@pytest.mark.parametrize("name", [n for n in PRESETS if PRESETS[n].weights is not None])
def test_weights_are_all_there(name: str) -> None:
    snapshot: Snapshot = open_model(name)
    assert snapshot.model.spec is not None
    own = Network(snapshot.model.spec).state_dict()
    assert {n: v.shape for n, v in snapshot.weights.items()} == {n: v.shape for n, v in own.items()}
    assert all(v.dtype in (torch.float32, torch.int64) for v in snapshot.weights.values())


@pytest.mark.parametrize("name", PRESETS)
def test_the_example_is_shipped(name: str) -> None:
    example = PRESETS[name].example
    assert ":" in example or resource(*example.split("/")).is_file()
