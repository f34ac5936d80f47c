from __future__ import annotations

import importlib
import json
import pkgutil

import pytest
import torch
from torch import Tensor

from core.errors import UserError
from core.network import modules
from core.network.layer_table import layer_table
from core.network.layers.add import Add
from core.network.layers.concat import Concat
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.receptive_field import ReceptiveField
from core.network.spec import INPUT, LAYERS, LayerKind, ModelSpec, Node, Shape
from tests.core.network.layer_cases import MAPS, every_layer_case

CASES = every_layer_case()
every_case = pytest.mark.parametrize(
    ("op", "given", "macs"), CASES, ids=lambda value: getattr(type(value), "__name__", "")
)


def _inputs(given: tuple[Shape, ...], batch: int = 3) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(batch, *s, generator=generator, requires_grad=True) for s in given]


def _names() -> dict[str, object]:
    """What the expressions that make modules are written with: torch's modules and ours."""
    names = vars(torch.nn) | vars(modules)
    for file in pkgutil.iter_modules(modules.__path__):
        names |= vars(importlib.import_module(f"{modules.__name__}.{file.name}"))
    return names


def test_battery_covers_every_layer_kind() -> None:
    assert {type(op).__name__ for op, _, _ in CASES} == set(LAYERS)


@pytest.mark.parametrize("name", LAYERS)
def test_is_registered_under_its_class_name_in_its_own_file(name: str) -> None:
    kind = LAYERS[name]
    file = kind.__module__.rpartition(".")[2]
    assert kind.__name__ == name
    assert file.replace("_", "") == name.lower()
    assert kind.title
    assert kind.group


@every_case
def test_shape_is_torchs(op: LayerKind, given: tuple[Shape, ...], macs: int) -> None:
    output = op.build(*given)(*_inputs(given))
    assert tuple(output.shape[1:]) == op.shape(*given)


@every_case
def test_parameters_are_torchs(op: LayerKind, given: tuple[Shape, ...], macs: int) -> None:
    module = op.build(*given)
    assert op.parameters(*given) == sum(p.numel() for p in module.parameters())


@every_case
def test_macs_are_those_counted_by_hand(op: LayerKind, given: tuple[Shape, ...], macs: int) -> None:
    assert op.macs(*given) == macs


@every_case
def test_survives_json(op: LayerKind, given: tuple[Shape, ...], macs: int) -> None:
    spec = ModelSpec("one layer", MAPS, (Node("it", op, (INPUT,) * len(given)),))
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@every_case
def test_gradient_flows_to_inputs_and_weights(
    op: LayerKind, given: tuple[Shape, ...], macs: int
) -> None:
    module, inputs = op.build(*given), _inputs(given)
    output = module(*inputs)
    (output * torch.linspace(-1, 2, output.numel()).reshape(output.shape)).sum().backward()
    for tensor in (*inputs, *module.parameters()):
        assert tensor.grad is not None
        assert tensor.grad.isfinite().all()
        assert tensor.grad.abs().sum() > 0


@every_case
def test_module_prints_itself_as_the_expression_that_makes_it(
    op: LayerKind, given: tuple[Shape, ...], macs: int
) -> None:
    module = op.build(*given)
    twin = eval(repr(module), _names())
    assert type(twin) is type(module)
    assert repr(twin) == repr(module)
    assert {n: p.shape for n, p in twin.state_dict().items()} == {
        n: p.shape for n, p in module.state_dict().items()
    }


@every_case
def test_window_bounds_what_a_cell_sees(op: LayerKind, given: tuple[Shape, ...], macs: int) -> None:
    window = op.window(*given)
    if window is None or len(given[0]) == 1:
        return
    module = op.build(*given).eval()
    (first, *others) = _inputs(given, batch=1)
    output = module(first, *others)
    row = output.shape[2] // 2
    output[0, :, row].sum().backward()
    assert first.grad is not None
    by_row = first.grad.abs().movedim(2, 0).flatten(1).sum(1)
    seen = by_row.nonzero().flatten().tolist()
    span = ReceptiveField().through(window).span(row)
    assert span is not None
    assert seen[0] >= max(0, span[0])
    assert seen[-1] < sum(span)


def test_uneven_padding_equals_padding_first() -> None:
    given = (2, 6, 6)
    module = Conv2d(3, 3, stride=2, padding=0, padding_end=1).build(given)
    plain = torch.nn.Conv2d(2, 3, 3, 2)
    plain.load_state_dict(module.state_dict())
    image = torch.randn(1, *given, generator=torch.Generator().manual_seed(1))
    expected = plain(torch.nn.functional.pad(image, (0, 1, 0, 1)))
    assert torch.equal(module(image), expected)


def test_limited_rectifier_stops_at_its_limit() -> None:
    module = Relu(2).build((3,))
    assert module(torch.tensor([[-1.0, 1.0, 5.0]])).tolist() == [[0.0, 1.0, 2.0]]


@pytest.mark.parametrize(
    ("op", "given", "message"),
    [
        (
            Dense(10),
            ((16, 5, 5),),
            "Dense needs a vector, gets 16 x 5 x 5; insert a Flatten before it.",
        ),
        (
            Conv2d(6, 9),
            ((3, 5, 5),),
            "A 9 x 9 window does not fit 5 x 5 maps; choose a kernel of at most 5, "
            "or 2 more padding.",
        ),
        (
            Conv2d(6, 3, dilation=4),
            ((3, 7, 8),),
            "A 9 x 9 window does not fit 7 x 8 maps; choose a kernel of at most 2, "
            "or 1 more padding.",
        ),
        (
            Conv2d(6, 3, groups=4),
            ((9, 7, 7),),
            "4 groups cannot share 9 channels and 6 filters evenly; choose a divisor of 3.",
        ),
        (
            Conv2d(6, 3),
            ((120,),),
            "Conv2d needs maps, gets a vector of 120; put it before the Flatten.",
        ),
        (
            MaxPool2d(3, 2, 2),
            (MAPS,),
            "A padding of 2 px is more than half of the 3 px window; choose at most 1 px.",
        ),
        (
            Add(),
            ((16, 28, 28), (32, 28, 28)),
            "Add needs inputs of one shape, gets 16 x 28 x 28 and 32 x 28 x 28; "
            "make both 16 x 28 x 28.",
        ),
        (
            Concat(),
            ((16, 28, 28), (32, 14, 14)),
            "Concat needs maps of one height and width, gets 16 x 28 x 28 and 32 x 14 x 14; "
            "make all of them maps of 28 x 28.",
        ),
    ],
)
def test_says_what_would_fit(op: LayerKind, given: tuple[Shape, ...], message: str) -> None:
    with pytest.raises(UserError) as caught:
        op.shape(*given)
    assert str(caught.value) == message


def test_what_the_message_about_a_kernel_proposes_fits() -> None:
    assert Conv2d(6, 5).shape((3, 5, 5)) == (6, 1, 1)
    assert Conv2d(6, 9, padding=2).shape((3, 5, 5)) == (6, 1, 1)
    assert Conv2d(6, 2, dilation=4).shape((3, 7, 8)) == (6, 3, 4)


def test_refuses_weights_beyond_any_machine_with_the_memory_they_need() -> None:
    nodes = (Node("flatten", Flatten()), Node("dense", Dense(2**20)))
    row = layer_table(ModelSpec("huge", (3, 224, 224), nodes))[-1]
    assert row.problem == (
        "Its parameters would need 588 GiB of memory; choose settings that need at most 8 GiB."
    )


def test_refuses_maps_beyond_any_machine() -> None:
    nodes = (Node("conv", Conv2d(65536, 1)),)
    (row,) = layer_table(ModelSpec("huge", (3, 1000, 1000), nodes))
    assert row.problem.startswith("Its output would need 244 GiB of memory;")
