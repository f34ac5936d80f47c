from __future__ import annotations

import copy
from threading import Thread

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.analysis.front import Front
from core.errors import UserError
from core.network.foreign.libraries import snapshot_of
from core.network.foreign.reading import Reading, read
from core.network.subject import WHOLE, Subject


class ByHand(nn.Module):
    """Functional layers, a shortcut, a layer used twice, and a dict as output."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 5, padding=2)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.shared = nn.ReLU(inplace=True)
        self.output = nn.Linear(4 * 7 * 7, 10)
        self.scale = nn.Parameter(torch.full((4, 1, 1), 0.5))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = functional.max_pool2d(functional.relu(self.conv1(x), inplace=True), 2)
        y = self.shared(self.conv2(x))
        x = x * self.scale
        x += y
        return {"scores": self.output(self.shared(x - 0.1).view(x.size(0), -1))}


class Depending(ByHand):
    """The same, with control flow that depends on values."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return super().forward(x if x.mean() < 100 else -x)


class Counting(nn.Module):
    """What it gives depends on how often it has run."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.runs = nn.Conv2d(1, 1, 3), 0

    def forward(self, x: Tensor) -> Tensor:
        self.runs += 1
        result: Tensor = self.conv(x) * self.runs
        return result


@pytest.fixture
def module() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ByHand()


@pytest.fixture
def image() -> Tensor:
    return torch.randn(1, 14, 14, generator=torch.Generator().manual_seed(1))


def _read(module: nn.Module, *shape: int) -> Reading:
    return read(module.eval(), shape)


def test_functions_and_second_uses_are_layers_of_their_own(module: nn.Module) -> None:
    reading = _read(module, 1, 14, 14)
    assert reading.read_by == "fx"
    assert [(row.name, row.kind, row.reads) for row in reading.table] == [
        ("conv1", "Conv2d", ("input",)),
        ("relu", "ReLU", ("conv1",)),
        ("max_pool2d", "MaxPool2d", ("relu",)),
        ("conv2", "Conv2d", ("max_pool2d",)),
        ("shared", "ReLU", ("conv2",)),
        ("mul", "Product", ("max_pool2d",)),
        ("add", "Sum", ("mul", "shared")),
        ("sub", "sub", ("add",)),
        ("shared_1", "ReLU", ("sub",)),
        ("view", "Flatten", ("shared_1",)),
        ("output", "Linear", ("view",)),
    ]


def test_every_parameter_counts_once(module: nn.Module) -> None:
    rows = {row.name: row for row in _read(module, 1, 14, 14).table}
    assert rows["mul"].parameters == 4
    assert sum(row.parameters for row in rows.values()) == sum(
        p.numel() for p in module.parameters()
    )


def test_control_flow_that_depends_on_values_is_watched_instead() -> None:
    reading = _read(Depending(), 1, 14, 14)
    assert reading.read_by == "hooks"
    assert [row.name for row in reading.table] == ["conv1", "conv2", "shared", "output"]


def test_a_graph_that_does_not_hold_is_not_used() -> None:
    assert _read(Counting(), 1, 5, 5).read_by == "hooks"


def test_reading_leaves_the_module_as_it_was(module: nn.Module) -> None:
    names = [name for name, _ in module.named_modules()]
    values = copy.deepcopy(module.state_dict())
    reading = _read(module, 1, 14, 14)
    assert [name for name, _ in module.named_modules()] == names
    assert all(torch.equal(value, values[name]) for name, value in module.state_dict().items())
    assert reading.module.state_dict().keys() == values.keys()


@pytest.mark.parametrize("kind", [ByHand, Depending])
def test_values_are_those_of_the_module(kind: type[nn.Module], image: Tensor) -> None:
    module = kind().eval()
    subject = Subject(snapshot_of(module, input_shape=(1, 14, 14)))
    with torch.no_grad():
        expected = module(image[None])["scores"][0]
        first = module.get_submodule("conv1")(image[None])[0]
    assert torch.equal(subject.outputs(image, WHOLE)[WHOLE], expected)
    assert torch.equal(subject.outputs(image, "conv1")["conv1"], first)


def test_what_functions_write_over_is_seen_as_it_was(image: Tensor) -> None:
    module = Depending().eval()
    subject = Subject(snapshot_of(module, input_shape=(1, 14, 14)))
    with torch.no_grad():
        expected = module.conv1(image[None])[0]
    assert torch.equal(subject.outputs(image, "conv1", "output")["conv1"], expected)


def test_functions_can_be_looked_at_like_layers(module: nn.Module, image: Tensor) -> None:
    subject = Subject(snapshot_of(module, input_shape=(1, 14, 14)))
    seen = subject.outputs(image, *(row.name for row in subject.table))
    assert torch.equal(seen["relu"], seen["conv1"].clamp(min=0))
    assert torch.equal(seen["add"], seen["mul"] + seen["shared"])
    assert torch.equal(seen["shared_1"], seen["sub"].clamp(min=0))
    assert (subject.before("relu"), subject.after("conv1")) == ("conv1", "relu")
    assert [part.shape for part in subject.inputs(image, "add")] == [(4, 7, 7)] * 2
    assert [part.shape for part in subject.inputs(image, "mul")] == [(4, 7, 7)]


def test_gradients_reach_the_image_from_a_function(module: nn.Module, image: Tensor) -> None:
    subject = Subject(snapshot_of(module, input_shape=(1, 14, 14)))
    gradient = Front(subject, "add").pull(image[None]).gradient
    pixels = image[None].requires_grad_()
    first = functional.max_pool2d(module.get_submodule("conv1")(pixels).relu(), 2)
    summed = first * 0.5 + module.get_submodule("conv2")(first).relu()
    (expected,) = torch.autograd.grad(summed.square().sum() / 2, pixels)
    torch.testing.assert_close(gradient, expected)


def test_a_convolution_that_is_used_twice_has_its_kernels_twice(image: Tensor) -> None:
    conv = nn.Conv2d(1, 1, 3, padding=1)
    module = nn.Sequential(conv, nn.ReLU(), conv)
    snapshot = snapshot_of(module, input_shape=(1, 14, 14))
    subject = Subject(snapshot)
    assert subject.convolutions() == ("0", "0_1")
    assert torch.equal(subject.kernels("0_1"), conv.weight)
    assert [row.parameters for row in subject.table] == [10, 0, 0]
    assert subject.module.state_dict().keys() == module.state_dict().keys()
    assert torch.equal(subject.outputs(image, "0_1")["0_1"], module(image[None])[0])


def test_batches_and_other_sizes_run_as_in_the_module(module: nn.Module) -> None:
    reading = _read(nn.Sequential(module.get_submodule("conv1"), nn.ReLU(), nn.Flatten()), 1, 6, 6)
    batch = torch.randn(3, 1, 9, 8)
    assert reading.module(batch).shape == (3, 4 * 9 * 8)


def test_layers_can_be_put_in_place_of_others(module: nn.Module) -> None:
    other = copy.deepcopy(_read(module, 1, 14, 14).module)
    other.set_submodule("add", nn.Identity())
    with pytest.raises(TypeError, match="takes 2 positional arguments"):
        other(torch.zeros(1, 1, 14, 14))


def test_modules_of_other_threads_run_while_one_is_traced() -> None:
    failures: list[BaseException] = []

    class Slow(nn.Module):
        """Runs another module in another thread while torch.fx traces it."""

        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x: Tensor) -> Tensor:
            thread = Thread(target=_run_another, args=(failures,))
            thread.start()
            thread.join()
            result: Tensor = self.conv(x)
            return result

    assert _read(Slow(), 1, 5, 5).read_by == "fx"
    assert not failures


def _run_another(failures: list[BaseException]) -> None:
    try:
        nn.Sequential(nn.Conv2d(1, 1, 3), nn.BatchNorm2d(1)).eval()(torch.zeros(1, 1, 5, 5))
    except NameError as error:
        failures.append(error)


@pytest.mark.parametrize("module", [nn.Conv2d(1, 1, 3), nn.Sequential(), nn.Identity()])
def test_a_module_without_layers_says_what_to_do(module: nn.Module) -> None:
    with pytest.raises(UserError, match=r"has no layers inside; put it into an nn\.Sequential"):
        _read(module, 1, 5, 5)


def test_a_module_that_cannot_be_copied_says_why() -> None:
    module = nn.Sequential(nn.Conv2d(1, 1, 3))
    snapshot = snapshot_of(module, input_shape=(1, 5, 5))
    module.kept = module(torch.zeros(1, 1, 5, 5))
    with pytest.raises(UserError, match="Sequential cannot be copied: Only Tensors created"):
        Subject(snapshot)
