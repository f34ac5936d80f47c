"""Generated PyTorch source: the same network, which runs without this package."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from PIL import Image
from torch import Tensor, nn

from core.data.torchvision_import import torchvision
from core.errors import UserError
from core.network.layer_table import layer_table
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.layers.softmax import Softmax
from core.network.network import Network
from core.network.notation import read
from core.network.presets import PRESETS
from core.network.source import python_source
from core.network.spec import INPUT, LayerKind, ModelSpec, Node, Shape
from tests.core.network.layer_cases import every_layer_case
from tests.core.network.random_specs import specs

#: Presets with more parameters take long to initialise; the layers are the same.
MOST_PARAMETERS = 5_000_000

SKIP = "input 2x8x8 | conv 4@3x3 pad 1 end 2 relu | [conv 4@3x3 pad 1 relu + ] | globalpool max"


def loaded(source: str) -> type[nn.Module]:
    """The network's class of a program, which is the last that it defines."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(source, "generated.py", "exec"), names)
    own = [n for n in names.values() if isinstance(n, type) and n.__module__ == "generated"]
    found: type[nn.Module] = own[-1]
    return found


def outputs(spec: ModelSpec) -> tuple[Tensor, Tensor]:
    """What the network gives, and what its source gives with the same weights."""
    network = Network(spec, seed=1).eval()
    twin = loaded(python_source(spec))().eval()
    twin.load_state_dict(network.state_dict())
    batch = torch.randn(2, *spec.input, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        return network(batch), twin(batch)


def is_small(name: str) -> bool:
    table = layer_table(PRESETS[name].spec())
    return sum(row.parameters for row in table) < MOST_PARAMETERS


@pytest.mark.parametrize("name", [name for name in PRESETS if is_small(name)])
def test_a_preset_gives_the_same_outputs_from_its_source(name: str) -> None:
    expected, found = outputs(PRESETS[name].spec())
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("op", "given_shapes", "macs"), every_layer_case(), ids=lambda v: type(v).__name__
)
def test_every_layer_gives_the_same_outputs_from_its_source(
    op: LayerKind, given_shapes: tuple[Shape, ...], macs: int
) -> None:
    spec = ModelSpec("one", given_shapes[0], (Node("it", op, (INPUT,) * len(given_shapes)),))
    expected, found = outputs(spec)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5, equal_nan=True)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(specs(sound=True))
def test_every_network_gives_the_same_outputs_from_its_source(spec: ModelSpec) -> None:
    expected, found = outputs(spec)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5, equal_nan=True)


def test_reads_as_a_person_would_write_it() -> None:
    source = python_source(
        read("input 1x9x9 | conv 6@5x5 pad 2 relu | flatten | dense 3", name="n")
    )
    assert source.startswith("# n\n# Input 1 x 9 x 9, output a vector of 3, 1,617 parameters.\n")
    assert "        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)\n" in source
    assert "        self.dense1 = nn.Linear(in_features=486, out_features=3)\n" in source
    assert "        x = self.relu1(x)  # 6 x 9 x 9\n" in source
    assert "        return self.dense1(x)  # a vector of 3\n" in source


def test_branches_are_variables_with_the_layers_names() -> None:
    source = python_source(read(SKIP))
    assert "        relu1 = self.relu1(x)  # 4 x 9 x 9\n" in source
    assert "        x = self.add1(x, relu1)  # 4 x 9 x 9\n" in source


def test_brings_the_classes_that_torch_lacks_and_nothing_of_this_package() -> None:
    source = python_source(read(SKIP))
    assert "class PaddedConv2d(" in source
    assert "class Sum(" in source
    assert "core." not in source


def test_torchs_own_dropout_is_enough() -> None:
    assert "nn.Dropout(p=0.2)" in python_source(read("input 4x8x8 | dropout 0.2"))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", ["lenet5", "efficientnet_lite0", "maxout_net"])
def test_is_formatted_and_free_of_lint(name: str, training: bool, tmp_path: Path) -> None:
    path = tmp_path / "network.py"
    preset = PRESETS[name]
    path.write_text(
        python_source(preset.spec(), training=training, preprocessing=preset.preprocessing)
    )
    ruff = [sys.executable, "-m", "ruff"]
    style = ["--isolated", "--no-cache", "--line-length", "100", str(path)]
    for command in (["format", "--diff"], ["check", "--select", "E,F,I,B,UP"]):
        done = subprocess.run(
            [*ruff, *command, *style], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_names_that_python_cannot_have_keep_their_weights() -> None:
    names = ("0", "class", "x", "self", "__a", "layer_2", "Größe", "image")
    nodes = [Node(name, Conv2d(2, 1)) for name in names]
    joined = Node("add", Add(), (*names, INPUT))
    expected, found = outputs(ModelSpec("odd", (2, 4, 4), (*nodes, joined)))
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("LeNet-5", "LeNet5"),
        ("5 layers", "Net5Layers"),
        ("×", "Network"),
        ("sum", "SumNetwork"),
        ("none", "NoneNetwork"),
        ('"""\nimport os', "ImportOs"),
    ],
)
def test_the_class_has_the_networks_name_as_far_as_it_can(name: str, title: str) -> None:
    nodes = (Node("relu", Relu()), Node("add", Add(), ("relu", INPUT)))
    network = loaded(python_source(ModelSpec(name, (1, 3, 3), nodes)))
    assert network.__name__ == title


def test_a_network_that_does_not_fit_is_refused_with_the_layer() -> None:
    with pytest.raises(UserError, match="layer dense1: Dense needs a vector"):
        python_source(read("input 1x8x8 | dense 3", name="flat"))
    with pytest.raises(UserError, match="has no layers"):
        python_source(ModelSpec("empty", (1, 8, 8)))


def test_a_module_that_does_not_print_itself_is_refused() -> None:
    class Silent(nn.Module):
        def __repr__(self) -> str:
            return "Silent(of what?)"

    class Kind(Relu):
        def build(self, *given: Shape) -> nn.Module:
            return Silent()

    with pytest.raises(UserError, match="layer it cannot be written as source"):
        python_source(ModelSpec("silent", (1, 8, 8), (Node("it", Kind()),)))


def test_a_network_without_classes_cannot_be_trained() -> None:
    with pytest.raises(UserError, match="end it with a Flatten and a Dense layer"):
        python_source(read("input 1x8x8 | conv 3@3"), training=True)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two classes that differ in brightness, and a torchvision that can be imported."""
    torchvision()
    generator = np.random.default_rng(0)
    for part in ("train", "test"):
        for name, level in (("dark", 40), ("light", 200)):
            folder = tmp_path / "pictures" / part / name
            folder.mkdir(parents=True)
            for index in range(4):
                pixels = generator.integers(-20, 20, (12, 14, 3)) + level
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{index}.png")
    return tmp_path / "pictures"


@pytest.mark.parametrize(
    ("text", "last"),
    [("input 1x8x8", Dense(2)), ("input 8x8", Softmax()), ("input 3x2x8x8", Dense(2))],
)
def test_the_training_script_learns_and_goes_on_from_its_weights(
    text: str,
    last: LayerKind,
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = read(f"{text} | flatten | dense 2", name="Bright")
    nodes = (*spec.nodes, Node("last", last))
    script = tmp_path / "bright.py"
    script.write_text(python_source(spec.with_nodes(nodes), training=True))
    arguments = [str(script), str(pictures), "--epochs", "20", "--rate", "0.02", "--batch", "4"]
    monkeypatch.setattr(sys, "argv", arguments)
    with torch.random.fork_rng():
        runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1] == "epoch 20: 100.0% of the test pictures"
    monkeypatch.setattr(sys, "argv", [*arguments[:2], "--epochs", "1", "--rate", "0"])
    with torch.random.fork_rng():
        runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out == "epoch 1: 100.0% of the test pictures\n"


def test_the_script_runs_alone(tmp_path: Path) -> None:
    script = tmp_path / "network.py"
    script.write_text(python_source(ModelSpec("n", (1, 4, 4), (Node("flatten", Flatten()),))))
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "torch.Size([1, 16])\n"
