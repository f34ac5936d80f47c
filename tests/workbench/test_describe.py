"""`cnn-workbench describe`: the layer table and all costs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from torch import nn

from core.network.costs import COUNTED
from workbench.command_line import main

Describe = Callable[..., str]


@pytest.fixture
def describe(capsys: pytest.CaptureFixture[str]) -> Describe:
    """Runs the command, and gives what it printed."""

    def run(*arguments: str) -> str:
        assert main(["describe", *arguments]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def vgg16(describe: Describe) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(describe("vgg16", "--json"))
    return described


def test_vgg16_has_the_lectures_parameters(vgg16: dict[str, Any]) -> None:
    rows = {row["name"]: row for row in vgg16["layers"]}
    assert vgg16["total"]["parameters"] == 138_357_544
    assert rows["dense6"]["parameters"] == 102_764_544


def test_memory_of_vgg16_is_stated_with_its_way_of_counting(vgg16: dict[str, Any]) -> None:
    memory = vgg16["memory"]
    assert (memory["outputs"]["values"], memory["outputs"]["bytes"]) == (15_237_608, 60_950_432)
    assert memory["outputs_and_activations"]["bytes"] == 115_173_280
    assert memory["kept_for_backward"]["bytes"] == memory["measured"]["bytes"] == 73_254_912
    assert memory["said"]["text"] == "approx. 93 MB"
    for way in ("outputs", "outputs_and_activations", "kept_for_backward", "measured"):
        assert memory[way]["counted"] == COUNTED[way]


def test_training_of_vgg16_is_stated_for_a_batch_and_an_optimiser(vgg16: dict[str, Any]) -> None:
    training = vgg16["training"]
    assert (training["batch"], training["optimizer"]) == (16, "adam")
    assert training["optimizer_state"] == 2 * training["weights"] == 2 * 4 * 138_357_544
    assert training["kept_for_backward"] == 16 * 73_254_912


def test_layers_stand_beside_dense_ones(describe: Describe) -> None:
    twins = json.loads(describe("alexnet", "--json"))["as_dense"]
    assert twins["conv1"]["unshared"] == 105_705_600
    twins = json.loads(describe("lenet5", "--json"))["as_dense"]
    assert (twins["conv1"]["weights"], twins["conv1"]["connections"]) == (3_687_936, 117_600)


def test_the_table_for_people_has_shares_and_fields(describe: Describe) -> None:
    head, *lines = describe("lenet5").splitlines()
    assert "share" in head
    assert lines[3].split() == [
        "conv2", "Conv2d", "16", "x", "10", "x", "10", "2,416", "3.9%", "240,000", "6,400",
        "14", "2", "4.5",
    ]  # fmt: skip
    assert lines[-1].split() == ["total", "61,706", "416,520", "60,008"]


def enlarging() -> nn.Module:
    """A network with an operation whose window is not known."""
    larger = nn.Upsample(scale_factor=2, mode="bilinear")
    return nn.Sequential(larger, nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(2 * 22 * 22, 2))


def test_a_field_that_is_not_known_is_not_said_to_be_the_whole_input(describe: Describe) -> None:
    asked = ("tests.workbench.test_describe:enlarging", "--input", "3,12,12")
    assert "not known" in describe(*asked).splitlines()[1]
    assert json.loads(describe(*asked, "--json"))["receptive_fields"]["1"] is None
    assert describe("lenet5").splitlines()[-2].split()[-1] == "all"


def oblong() -> nn.Module:
    """A network whose windows are not as long along both axes."""
    return nn.Sequential(nn.Conv2d(3, 2, (1, 7)), nn.Flatten(), nn.Linear(2 * 12 * 6, 2))


def test_a_field_of_other_rows_than_columns_has_both(describe: Describe) -> None:
    asked = ("tests.workbench.test_describe:oblong", "--input", "3,12,12")
    assert describe(*asked).splitlines()[1].split()[-3:] == ["1x7", "1", "0x3"]
    described = json.loads(describe(*asked, "--json"))
    field = {"size": [1, 7], "jump": [1, 1], "centre": [0, 3]}
    assert described["receptive_fields"]["0"] == field
    assert described["layers"][0]["receptive_field"] == [1, 7]


def test_a_network_that_does_not_fit_is_refused_by_its_layer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["describe", "lenet5", "--input", "1,8,8"]) == 2
    assert "layer conv2: A 5 x 5 window does not fit" in capsys.readouterr().err


def test_the_table_of_a_preset_does_not_wait_for_torch() -> None:
    script = (
        "import sys; from workbench.command_line import main; "
        "code = main(['describe', 'vgg16']); print(code, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False"
