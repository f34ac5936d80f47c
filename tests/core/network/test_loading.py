from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.errors import UserError
from core.network.foreign.libraries import snapshot_of
from core.network.imagenet import imagenet_classes
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.loading import describe, open_model, with_weights
from core.network.network import Network
from core.network.run_files import CHECKPOINT, DESCRIPTION
from core.network.snapshot import Model, model_from_json, model_to_json, plain
from core.network.spec import ModelSpec, Node
from core.network.subject import Subject
from core.network.weights import write_weights

SMALL = ModelSpec(
    "small",
    (1, 5, 5),
    (Node("conv", Conv2d(2, 3)), Node("flatten", Flatten()), Node("dense", Dense(3))),
)


@pytest.fixture
def described(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL.to_json()))
    return path


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    write_weights(path, Network(SMALL, seed=7).state_dict())
    return path


def test_a_preset_can_be_opened_again_by_its_origin() -> None:
    snapshot = open_model("lecture_x")
    again = open_model(snapshot.model.origin)
    assert again.model == snapshot.model
    assert again.weights is snapshot.weights


def test_no_name_is_not_the_folder_that_one_is_in() -> None:
    with pytest.raises(UserError, match="There is no network ''"):
        open_model("")


def test_a_misspelt_preset_names_the_nearest() -> None:
    with pytest.raises(UserError) as caught:
        open_model("efficientnet_lite")
    assert "did you mean efficientnet_lite0" in str(caught.value)


def test_a_network_in_words_is_opened_with_classes_numbered() -> None:
    snapshot = open_model("conv 2@3x3 | flatten | dense 3", input_shape=(1, 5, 5), seed=3)
    assert snapshot.model.classes == ("0", "1", "2")
    assert snapshot.model.origin == ""
    assert Subject(snapshot).row("dense1").shape == (3,)


def test_the_input_that_is_asked_for_replaces_the_one_in_words() -> None:
    snapshot = open_model("input 1x5x5 | relu", input_shape=(3, 7, 8))
    assert snapshot.model.spec is not None
    assert snapshot.model.spec.input == (3, 7, 8)
    assert snapshot.model.preprocessing.size == (7, 8)


def test_another_input_shape_keeps_layers_and_weights() -> None:
    snapshot = open_model("lecture_sum", input_shape=(1, 9, 12))
    assert snapshot.model.spec is not None
    assert snapshot.model.spec.input == (1, 9, 12)
    assert snapshot.model.preprocessing.size == (9, 12)
    assert Subject(snapshot).row("relu").shape == (1, 7, 10)


def test_an_input_that_is_no_picture_is_refused() -> None:
    with pytest.raises(UserError, match="1 channel"):
        open_model("lecture_sum", input_shape=(5, 9, 9))


def test_a_spec_is_opened_with_classes_numbered(described: Path) -> None:
    snapshot = open_model(str(described), seed=3)
    assert snapshot.model.spec == SMALL
    assert snapshot.model.classes == ("0", "1", "2")
    assert snapshot.seed == 3


def test_weights_are_opened_with_their_spec(described: Path, weights: Path) -> None:
    subject = Subject(open_model(str(weights), spec_file=described))
    trained = Network(SMALL, seed=7).get_parameter("dense.weight")
    assert subject.module.get_parameter("dense.weight").equal(trained)


def test_weights_alone_ask_for_their_spec(weights: Path) -> None:
    with pytest.raises(UserError, match="--spec FILE"):
        open_model(str(weights))


def test_weights_that_fit_in_part_are_opened_and_said_to(
    described: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "part.safetensors"
    write_weights(path, {"conv.weight": torch.ones(2, 1, 3, 3), "dense.bias": torch.ones(9)})
    with caplog.at_level(logging.WARNING):
        snapshot = open_model(str(path), spec_file=described)
    assert caplog.messages == [
        "part.safetensors fits 1 of the 4 tensors of small; it lacks conv.bias and 1 more; "
        "dense.bias is 9 there and 3 here; the rest stays as it was."
    ]
    assert Subject(snapshot).kernels("conv").unique().tolist() == [1.0]


def test_weights_are_put_into_any_network(tmp_path: Path) -> None:
    for name in ("lecture_sum", "torchvision:squeezenet1_1"):
        first, second = (Subject(open_model(name, seed=seed)) for seed in (1, 2))
        path = tmp_path / "weights.pt"
        torch.save({"state_dict": first.module.state_dict()}, path)
        snapshot = open_model(name, seed=2, weights_file=path)
        assert snapshot.match is not None
        assert snapshot.match.is_whole
        second.update(snapshot)
        layer = first.convolutions()[0]
        assert second.kernels(layer).equal(first.kernels(layer))


def test_weights_that_fit_a_module_in_part_leave_the_rest_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 4))
    path = tmp_path / "part.pth"
    torch.save({"module.0.weight": torch.ones(2, 1, 3, 3).half()}, path)
    snapshot = with_weights(snapshot_of(module, input_shape=(1, 5, 5), name="theirs"), path)
    assert caplog.messages == [
        "part.pth fits 1 of the 4 tensors of theirs without 'module.' before its names; "
        "it lacks 0.bias and 2 more; the rest stays as it was."
    ]
    subject = Subject(snapshot)
    assert subject.kernels("0").unique().tolist() == [1.0]
    assert torch.equal(subject.layer("2").get_parameter("bias"), module[2].get_parameter("bias"))
    assert describe(subject)["weights"]["missing"] == ["0.bias", "2.weight", "2.bias"]


def test_the_description_says_how_the_layers_were_found() -> None:
    assert describe(Subject(open_model("lenet5")))["read_by"] == "spec"

    class Spare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.spare = nn.Conv2d(1, 2, 3), nn.Linear(2, 3)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.conv(x)
            return result

    told = describe(Subject(snapshot_of(Spare(), input_shape=(1, 5, 5))))
    assert told["read_by"] == "fx"
    assert [(row["name"], row["parameters"]) for row in told["idle"]] == [("spare", 9)]
    assert told["total"]["parameters"] == 20 + 9


def test_weights_of_another_network_are_refused(described: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_weights(path, {"features.weight": torch.ones(3)})
    with pytest.raises(UserError) as caught:
        open_model(str(path), spec_file=described)
    assert str(caught.value) == (
        "other.safetensors fits 0 of the 4 tensors of small: "
        "its 1 tensors are those of another network."
    )


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"spec": null}', '{"version": 1}'])
def test_json_that_is_no_spec_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "spec.json"
    path.write_text(text)
    with pytest.raises(UserError):
        open_model(str(path))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("size", []), ("size", [0, 8]), ("size", ["x", 8]), ("mean", []), ("mean", [0.0] * 5),
        ("std", [0.0]), ("interpolation", "x"), ("crop_share", "x"), ("crop_share", 0), ("form", 3),
    ],
)  # fmt: skip
def test_a_preprocessing_that_there_is_not_is_refused(part: str, value: object) -> None:
    data = model_to_json(Model("Small", plain(SMALL.input), SMALL))
    data["preprocessing"][part] = value
    with pytest.raises(UserError, match="not the description of a network"):
        model_from_json(data)


@pytest.mark.parametrize("name", ["none.json", "none.pt", "none.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, described: Path, name: str) -> None:
    with pytest.raises(UserError, match="could not be read"):
        open_model(str(tmp_path / name), spec_file=described)


def test_a_file_of_another_kind_says_what_would_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(UserError, match="choose a file of weights"):
        open_model(str(path))


def test_a_run_is_opened_as_its_last_checkpoint_has_it(tmp_path: Path) -> None:
    model = Model("small", plain(SMALL.input), SMALL, "", ("a", "b", "c"))
    (tmp_path / DESCRIPTION).write_text(json.dumps(model_to_json(model)))
    tensors = Network(SMALL, seed=9).state_dict() | {"optimizer/mean": torch.ones(3)}
    write_weights(tmp_path / CHECKPOINT, tensors, {"step": "40", "metrics": '{"loss": 0.5}'})
    snapshot = open_model(str(tmp_path))
    assert snapshot.model == replace(model, origin=str(tmp_path))
    assert (snapshot.step, snapshot.metrics) == (40, {"loss": 0.5})
    assert set(snapshot.weights) == set(Network(SMALL).state_dict())


def test_a_run_without_a_checkpoint_says_so(tmp_path: Path) -> None:
    (tmp_path / DESCRIPTION).write_text(json.dumps(SMALL.to_json()))
    with pytest.raises(UserError, match="no checkpoint yet"):
        open_model(str(tmp_path))


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no training run"):
        open_model(str(tmp_path))


@pytest.mark.parametrize("name", ["lenet5", "efficientnet_lite0", "alexnet_trunk"])
def test_a_model_survives_json(name: str) -> None:
    model = open_model(name).model
    assert model_from_json(json.loads(json.dumps(model_to_json(model)))) == model


def test_a_network_of_torchvision_has_imagenets_names_and_preprocessing() -> None:
    snapshot = open_model("torchvision:squeezenet1_1", seed=1)
    assert snapshot.model.classes == imagenet_classes()
    assert snapshot.model.preprocessing.size == (224, 224)
    assert snapshot.model.preprocessing.std == (0.229, 0.224, 0.225)
    assert snapshot.model.origin == "torchvision:squeezenet1_1"


def test_weights_of_torchvision_depend_on_the_seed_alone() -> None:
    def first_weight(seed: int) -> list[float]:
        module = open_model("torchvision:squeezenet1_1", seed=seed).module
        assert module is not None
        return next(module.parameters()).flatten()[:5].tolist()

    assert first_weight(1) == first_weight(1) != first_weight(2)


def test_cached_weights_of_torchvision_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    module = open_model("torchvision:squeezenet1_1", seed=5).module
    assert module is not None
    (tmp_path / "checkpoints").mkdir()
    torch.save(module.state_dict(), tmp_path / "checkpoints" / "squeezenet1_1-b8a52dc0.pth")
    again = open_model("torchvision:squeezenet1_1", seed=6).module
    assert again is not None
    assert next(again.parameters()).equal(next(module.parameters()))


def test_a_misspelt_network_of_torchvision_names_the_nearest() -> None:
    with pytest.raises(UserError, match=r"did you mean .*resnet18"):
        open_model("torchvision:resnet81")


def test_timm_that_is_missing_or_a_network_it_lacks_says_so() -> None:
    with pytest.raises(UserError, match="timm"):
        open_model("timm:no_such_network")


def test_a_function_of_the_current_folder_gives_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_networks.py").write_text(
        "from torch import nn\n"
        "def tiny(): return nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 4))\n"
        "def number(): return 3\n"
        "def failing(): raise RuntimeError('no such luck')\n"
    )
    monkeypatch.chdir(tmp_path)
    snapshot = open_model("my_networks:tiny", input_shape=(1, 5, 5))
    assert snapshot.model.classes == ("0", "1", "2", "3")
    assert [row.kind for row in Subject(snapshot).table] == ["Conv2d", "Flatten", "Linear"]
    for text, message in {
        "my_networks:tiny": "cannot run on an input of",
        "my_networks:number": "gives int; it has to give an nn.Module",
        "my_networks:failing": "failed: no such luck",
        "my_networks:none": "has no function 'none'",
        "no_such_package:none": "could not be imported",
    }.items():
        with pytest.raises(UserError, match=message):
            open_model(text)


def test_a_module_is_looked_at_through_a_copy() -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(inplace=True)).train()
    subject = Subject(snapshot_of(module, input_shape=(3, 9, 9)))
    assert module.training
    assert subject.module is not module
    assert subject.classes == ()


def test_the_description_has_every_layer_and_the_totals() -> None:
    told = describe(Subject(open_model("lenet5")))
    assert json.loads(json.dumps(told)) == told
    assert told["layers"][0] == {
        "name": "conv1",
        "kind": "Conv2d",
        "shape": [6, 28, 28],
        "parameters": 156,
        "macs": 117_600,
        "memory": 18_816,
        "receptive_field": 5,
    }
    assert told["layers"][-1]["receptive_field"] is None
    assert told["total"] == {"parameters": 61_706, "macs": 416_520, "memory": 60_008}
