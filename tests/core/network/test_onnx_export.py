"""ONNX files: other programs give what torch gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import pytest
import torch
from hypothesis import Phase, given, settings
from onnxruntime import InferenceSession
from torch import Tensor, nn

from core.errors import UserError
from core.network.foreign.libraries import snapshot_of
from core.network.notation import read
from core.network.onnx_export import save_onnx
from core.network.onnx_forms import exportable
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec
from core.network.subject import Subject
from tests.core.network.random_specs import specs

BRANCHES = (
    "input 3x8x8 | conv 4@3x3 pad 1 end 2 relu | [conv 4@3x3 pad 1 relu + conv 4@1x1 + ] "
    "| [maxpool 2, avgpool 2] | batchnorm leaky | flatten | dense 5 softmax"
)
#: Layers that torch has no module for.
OURS = (
    "input 1x12x12 | l2pool 3 stride 1 pad 1 | subsample 2 | gausspool 3 stride 1 | tiled 4@2x2 "
    "| local 4@2x2 | maxout 2 lrn 3 | sobel | complex | flatten | dense 3"
)
#: Windows that overlap, as four do not divide 17 and 23.
ADAPTIVE = "input 3x23x17 | adaptivepool 4 statistic max | adaptivepool 5 statistic max"
SIGNAL = "input 2x20 | conv1d 4@5 tanh | maxpool1d 2 | flatten | dense 3"


def described(text: str) -> Snapshot:
    spec = read(text, name="Small")
    return Snapshot(Model("Small", plain(spec.input), spec), seed=3)


@pytest.mark.parametrize("text", [BRANCHES, OURS, ADAPTIVE, SIGNAL])
def test_other_programs_give_the_same_for_batches_of_any_size(text: str, tmp_path: Path) -> None:
    snapshot, path = described(text), tmp_path / "small.onnx"
    report = save_onnx(snapshot, path)
    assert report.difference < 1e-5
    assert report.bytes == path.stat().st_size
    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    module = Subject(snapshot).module
    for batch in (1, 7):
        given = torch.randn(
            batch, *read(text).input, generator=torch.Generator().manual_seed(batch)
        )
        (found,) = session.run(None, {"image": given.numpy()})
        np.testing.assert_allclose(found, module(given).numpy(), atol=1e-5)


@settings(derandomize=True, max_examples=10, deadline=None, phases=[Phase.generate])
@given(specs(sound=True))
def test_networks_drawn_at_random_give_the_same(spec: ModelSpec) -> None:
    snapshot = Snapshot(Model("Random", plain((1, 8, 8)), spec), seed=1)
    with TemporaryDirectory() as folder:
        path = Path(folder, "random.onnx")
        save_onnx(snapshot, path)
        session = InferenceSession(path, providers=["CPUExecutionProvider"])
    image = torch.randn(2, *spec.input, generator=torch.Generator().manual_seed(5))
    (found,) = session.run(None, {"image": image.numpy()})
    np.testing.assert_allclose(found, Subject(snapshot).module(image).numpy(), 1e-4, 1e-5)


@pytest.mark.parametrize(
    ("pooling", "shape"),
    [
        (nn.AdaptiveMaxPool2d((None, 4)), (3, 5, 6)),
        (nn.AdaptiveMaxPool2d(7), (1, 3, 5)),
        (nn.AdaptiveMaxPool1d(3), (2, 8)),
        (nn.AdaptiveMaxPool3d((2, 3, 2)), (1, 3, 4, 5)),
    ],
)
def test_adaptive_windows_are_those_of_torch(pooling: nn.Module, shape: tuple[int, ...]) -> None:
    given = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    assert torch.equal(exportable(nn.Sequential(pooling))(given), pooling(given))


def test_the_file_says_what_the_network_is(tmp_path: Path) -> None:
    save_onnx(described("input 1x4x4 | flatten | dense 2"), tmp_path / "small.onnx")
    graph = onnx.load(tmp_path / "small.onnx")
    notes = {entry.key: entry.value for entry in graph.metadata_props}
    assert notes["name"] == '"Small"'
    assert notes["mean"] == "[0.0]"
    assert graph.producer_name == "CNN Workbench"


def test_a_name_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    snapshot = described("input 1x4x4 | class: conv 2@1x1 | flatten | dense 2")
    with pytest.raises(UserError, match="'class' is a word of Python; give that layer another"):
        save_onnx(snapshot, tmp_path / "small.onnx")


class Undecided(nn.Module):
    """Does what ONNX has no form for: looks at values to choose what to compute."""

    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


def test_what_onnx_cannot_say_is_told_in_one_sentence_and_nothing_is_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    snapshot = snapshot_of(nn.Sequential(nn.Conv2d(1, 2, 3), Undecided()), input_shape=(1, 6, 6))
    with pytest.raises(
        UserError, match=r"cannot be written as ONNX: .*; write its weights"
    ) as told:
        save_onnx(snapshot, tmp_path / "undecided.onnx")
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().err == ""
