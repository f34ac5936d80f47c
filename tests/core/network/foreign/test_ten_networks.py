"""Networks that others wrote open as they are: torchvision's, one of timm's, one by hand.

Published figures: torchvision 0.28, documentation of each network's weights (GFLOPS, which are
multiply-accumulate operations, and num_params).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from core.data.torchvision_import import torchvision
from core.network.foreign.libraries import snapshot_of
from core.network.foreign.trace import tensors
from core.network.loading import open_model
from core.network.receptive_field import ReceptiveField
from core.network.snapshot import Snapshot
from core.network.spec import Window
from core.network.subject import WHOLE, Subject

TIMM = "timm:mobilenetv3_small_050"
BY_HAND = "by hand"

#: Billions of multiply-accumulate operations, and parameters that run.
PUBLISHED = {
    "torchvision:googlenet": (1.498, 6_624_904),
    "torchvision:densenet121": (2.834, 7_978_856),
    "torchvision:mobilenet_v3_small": (0.057, 2_542_856),
    "torchvision:mobilenet_v3_large": (0.217, 5_483_032),
    "torchvision:efficientnet_b0": (0.386, 5_288_548),
    "torchvision:resnet50": (4.089, 25_557_032),
    "torchvision:squeezenet1_1": (0.349, 1_235_496),
    "torchvision:shufflenet_v2_x1_0": (0.145, 2_278_604),
    "torchvision:inception_v3": (5.713, 23_834_568),
    "torchvision:convnext_tiny": (4.456, 28_589_128),
}
NETWORKS = (*PUBLISHED, TIMM, BY_HAND)

#: A layer, and the non-linearity that reads it, maybe after a normalisation.
ACTIVATED = {
    "torchvision:googlenet": ("conv1.bn", "conv1.relu"),
    "torchvision:densenet121": ("features.norm5", "relu"),
    "torchvision:mobilenet_v3_small": ("features.0.1", "features.0.2"),
    "torchvision:mobilenet_v3_large": ("features.0.1", "features.0.2"),
    "torchvision:efficientnet_b0": ("features.0.1", "features.0.2"),
    "torchvision:resnet50": ("layer1.0.add", "layer1.0.relu_2"),
    "torchvision:squeezenet1_1": ("features.3.expand3x3", "features.3.expand3x3_activation"),
    "torchvision:shufflenet_v2_x1_0": ("stage2.0.branch1.3", "stage2.0.branch1.4"),
    "torchvision:inception_v3": ("Mixed_7c.branch1x1.bn", "Mixed_7c.branch1x1.relu"),
    "torchvision:convnext_tiny": ("features.1.0.block.3", "features.1.0.block.4"),
    TIMM: ("blocks.0.0.se.conv_reduce", "blocks.0.0.se.act1"),
    BY_HAND: ("add_2", "activation_2"),
}

#: Layers that torch's functions become, on what they read.
COMBINED: dict[str, Callable[[list[Tensor]], Tensor]] = {
    "Sum": lambda parts: parts[0] + parts[1],
    "Joined": torch.cat,
    "Product": lambda parts: parts[0] * parts[1],
    "ReLU": lambda parts: parts[0].clamp(min=0),
}
#: What runs while training alone.
IDLE = {
    "torchvision:googlenet": {"aux1", "aux2"},
    "torchvision:inception_v3": {"auxlogits"},
}


class ByHand(nn.Module):
    """Functional ReLUs, a module that is used three times, and a dictionary as output."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.shared = nn.Conv2d(8, 8, 3, padding=1)
        self.activation = nn.ReLU(inplace=True)
        self.heads = nn.ModuleDict({"kind": nn.Linear(8, 5), "age": nn.Linear(8, 1)})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = functional.relu(self.stem(x), inplace=True)
        for _ in range(3):
            x = self.activation(x + self.shared(x))
        x = functional.adaptive_avg_pool2d(functional.max_pool2d(x, 2), 1)
        return {name: head(torch.flatten(x, 1)) for name, head in self.heads.items()}


@dataclass(frozen=True)
class Opened:
    """A network as we look at it, and as it is; what its innermost modules give for an image.

    `outputs` are theirs in the order they run, each the first time; `output` is the network's.
    """

    name: str
    subject: Subject
    module: nn.Module
    image: Tensor
    outputs: dict[str, Tensor]
    output: Tensor


@pytest.fixture(scope="module", params=NETWORKS)
def opened(request: pytest.FixtureRequest) -> Opened:
    name = request.param
    if name == TIMM:
        torchvision()  # whose operators may be missing, see there
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what timm says as it is imported is not ours
            pytest.importorskip("timm")
    snapshot = _by_hand() if name == BY_HAND else open_model(name)
    subject, module = Subject(snapshot), snapshot.module
    assert module is not None
    for part in module.eval().modules():
        if hasattr(part, "inplace"):
            part.__dict__["inplace"] = False  # else a hook sees what is written over it
    generator = torch.Generator().manual_seed(5)
    image = torch.randn(snapshot.model.preprocessing.shape, generator=generator)
    return Opened(name, subject, module, image, *_run(module, image))


def _by_hand() -> Snapshot:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return snapshot_of(ByHand(), input_shape=(3, 32, 32))


def _run(module: nn.Module, image: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """What the innermost modules give, as copies, since functions write over it; the output."""
    outputs: dict[str, Tensor] = {}

    def note(name: str, _: nn.Module, __: object, output: Tensor) -> None:
        outputs.setdefault(name, output[0].clone())

    hooks = [
        part.register_forward_hook(partial(note, name))
        for name, part in module.named_modules()
        if not any(part.children())
    ]
    with torch.no_grad():
        output = next(tensors(module(image[None])))[0]
    for hook in hooks:
        hook.remove()
    return outputs, output


def test_layers_are_named_as_torch_names_them_in_the_order_they_run(opened: Opened) -> None:
    assert opened.subject.read_by == "fx"
    shapes = {row.name: row.shape for row in opened.subject.table}
    assert [layer for layer in shapes if layer in opened.outputs] == list(opened.outputs)
    for layer, output in opened.outputs.items():
        assert shapes[layer] == tuple(output.shape)


def test_every_parameter_counts_once(opened: Opened) -> None:
    subject = opened.subject
    own = sum(p.numel() for p in opened.module.parameters())
    assert sum(row.parameters for row in (*subject.table, *subject.idle)) == own
    for layer in opened.outputs:
        count = sum(p.numel() for p in opened.module.get_submodule(layer).parameters())
        assert subject.row(layer).parameters == count


def test_multiplications_are_those_that_torch_counts(opened: Opened) -> None:
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        opened.module(opened.image[None])
    assert sum(row.macs for row in opened.subject.table) == flops.get_total_flops() // 2


def test_totals_are_the_published_ones(opened: Opened) -> None:
    table = opened.subject.table
    billions = round(sum(row.macs for row in table) / 1e9, 3)
    totals = (billions, sum(row.parameters for row in table))
    assert totals == PUBLISHED.get(opened.name, totals)


def test_heads_for_training_alone_are_told_apart(opened: Opened) -> None:
    heads = {row.name.split(".")[0].lower() for row in opened.subject.idle}
    assert heads == IDLE.get(opened.name, set())
    assert all(row.parameters and row.shape is None for row in opened.subject.idle)


def test_activations_are_those_of_plain_hooks(opened: Opened) -> None:
    seen = opened.subject.outputs(opened.image, *opened.outputs, WHOLE)
    assert torch.equal(seen[WHOLE], opened.output)
    for layer, output in opened.outputs.items():
        assert torch.equal(seen[layer], output), layer


def test_functions_give_what_their_name_says(opened: Opened) -> None:
    rows = [row for row in opened.subject.table if row.kind in COMBINED and not row.parameters]
    names = {name for row in rows for name in (row.name, *row.reads)} - {"input"}
    seen = opened.subject.outputs(opened.image, *names)
    for row in rows:
        parts = [seen[read] for read in row.reads]
        if [tuple(part.shape) for part in parts] == list(row.given):  # no half of a layer
            assert torch.equal(COMBINED[row.kind](parts), seen[row.name]), row.name


def test_kernels_are_those_of_the_convolutions(opened: Opened) -> None:
    modules = {name: opened.module.get_submodule(name) for name in opened.outputs}
    layers = [name for name, module in modules.items() if isinstance(module, nn.Conv2d)]
    found = opened.subject.convolutions()
    assert [layer for layer in found if layer in modules] == layers
    for layer in layers:
        weight = modules[layer].get_parameter("weight")
        assert torch.equal(opened.subject.kernels(layer), weight)


def test_before_and_after_a_non_linearity_are_found(opened: Opened) -> None:
    before, after = ACTIVATED[opened.name]
    subject = opened.subject
    assert (subject.before(after), subject.after(before)) == (before, after)


def test_second_uses_share_their_kernels() -> None:
    subject = Subject(_by_hand())
    assert subject.convolutions() == ("stem", "shared", "shared_1", "shared_2")
    assert torch.equal(subject.kernels("shared_2"), subject.kernels("shared"))
    assert [subject.row(f"shared{n}").parameters for n in ("", "_1", "_2")] == [584, 0, 0]


def test_receptive_fields_reach_through_functions() -> None:
    table = Subject(open_model("torchvision:shufflenet_v2_x1_0", input_shape=(3, 64, 64))).table
    fields = {row.name: row.receptive_field for row in table}
    assert all(fields.values())
    # its stem, its pool, a stride on steps of 4, then 3 cells on steps of 8
    assert fields["stage2.1.view_1"] == ReceptiveField(3 + 4 + 8 + 16, 8, -15.0)


def test_receptive_fields_reach_through_kernels_that_are_not_square() -> None:
    subject = Subject(open_model("torchvision:inception_v3", input_shape=(3, 80, 80)))
    before, after = (subject.row(f"Mixed_6{part}.cat").receptive_field for part in "ab")
    assert before is not None
    # of its branches one has two kernels of 1 x 7 and two of 7 x 1 one after another
    assert after == before.through(Window(13, padding=6))
