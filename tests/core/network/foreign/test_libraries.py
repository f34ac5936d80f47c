from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.network.foreign.libraries import from_function, from_torchvision, snapshot_of
from core.network.subject import Subject

PACKAGE = """
from torch import nn

class Tiny(nn.Sequential):
    def __init__(self, classes=4):
        super().__init__(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, classes))

there = Tiny()
number = 3
def needing(classes, *, width): return Tiny(classes)
def empty(): return nn.Sequential()
def failing(): return Tiny() + 1
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "their_package.py").write_text(PACKAGE)
    (tmp_path / "their_broken.py").write_text("def make(:\n")
    (tmp_path / "their_failing.py").write_text("import math\nmath.missing\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["Tiny", "there"])
def test_a_class_or_a_module_that_is_there_will_do(name: str) -> None:
    snapshot = from_function(f"their_package:{name}", (1, 5, 5))
    assert snapshot.model.classes == ("0", "1", "2", "3")
    assert snapshot.model.origin == f"their_package:{name}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("their_package:needing", "their_package:needing needs classes, width; write a function"),
        ("their_package:number", "their_package:number is int; it has to give an nn.Module."),
        ("their_package:failing", "their_package:failing failed: add operator supports only"),
        ("their_package:missing", "their_package has no function 'missing'."),
        ("their_broken:make", "their_broken could not be imported: invalid syntax"),
        ("their_failing:make", "their_failing could not be imported: module 'math' has no"),
        ("their_none:make", "their_none could not be imported: No module named"),
    ],
)
def test_what_is_no_network_is_told_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        from_function(text, (1, 5, 5))
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_network_without_layers_is_told() -> None:
    with pytest.raises(UserError, match="Sequential has no layers inside"):
        Subject(from_function("their_package:empty", (1, 5, 5)))


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((1, 6, 6), r"cannot run on an input of \(1, 6, 6\): mat1 and mat2 shapes"),
        ((3, 5, 5), r"cannot run on an input of \(3, 5, 5\): Given groups=1"),
        ((2, 5, 5), "choose C x H x W with 1 channel"),
    ],
)
def test_an_input_that_it_cannot_take_is_told(shape: tuple[int, int, int], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        from_function("their_package:Tiny", shape)


def test_a_network_that_reads_signals_is_opened() -> None:
    module = nn.Sequential(nn.Conv1d(4, 2, 3), nn.ReLU())
    subject = Subject(snapshot_of(module, input_shape=(4, 9)))
    assert [(row.name, row.shape) for row in subject.table] == [("0", (2, 7)), ("1", (2, 7))]


@pytest.mark.parametrize("names", ["new", "old"])
def test_cached_weights_are_used_as_they_were_trained(
    names: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    module = from_torchvision("googlenet", (3, 64, 64), seed=1).module
    assert isinstance(module, nn.Module)
    assert not module.transform_input
    state = module.state_dict()
    if names == "old":  # as DenseNet's are
        state = {f"{place}.{name}": value for place, (name, value) in enumerate(state.items())}
    (tmp_path / "checkpoints").mkdir()
    torch.save(state, tmp_path / "checkpoints" / "googlenet-1378be20.pth")
    again = from_torchvision("googlenet", (3, 64, 64), seed=2).module
    assert isinstance(again, nn.Module)
    assert torch.equal(again.get_parameter("fc.bias"), module.get_parameter("fc.bias"))
    assert again.transform_input


def test_cached_weights_of_another_network_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    torch.save({"a": torch.ones(2)}, tmp_path / "checkpoints" / "squeezenet1_1-b8a52dc0.pth")
    with pytest.raises(UserError, match=r"squeezenet1_1-b8a52dc0\.pth does not fit this network"):
        from_torchvision("squeezenet1_1")
