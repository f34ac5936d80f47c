from __future__ import annotations

from dataclasses import replace
from math import ceil, exp, floor

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import lp_pool2d

from core.network.layer_table import layer_table
from core.network.layers.adaptive_pool2d import AdaptivePool2d
from core.network.layers.avg_pool1d import AvgPool1d
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.global_pool import GlobalPool
from core.network.layers.l2_pool2d import L2Pool2d
from core.network.layers.max_pool1d import MaxPool1d
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.max_pool3d import MaxPool3d
from core.network.layers.maxout import Maxout
from core.network.layers.weighted_pool2d import WeightedPool2d
from core.network.network import Network
from core.network.receptive_field import ReceptiveField
from core.network.spec import LayerKind, Misfit, ModelSpec, Node, Shape
from tests.core.network.layer_cases import MAPS, Case, pointwise, pooling

WINDOWED: list[Case] = [
    case
    for case in (*pooling.CASES, *pointwise.CASES)
    if len(case[1][0]) > 1 and case[0].window(*case[1]) is not None
]


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _rows_seen(module: nn.Module, inputs: list[Tensor], axis: int, cell: int) -> set[int]:
    """Where along an axis of the first input its gradient by one cell of the output is not 0."""
    module(*inputs).select(axis, cell).sum().backward()
    gradient = inputs[0].grad
    assert gradient is not None
    inputs[0].grad = None
    return set(gradient.abs().movedim(axis, 0).flatten(1).sum(1).nonzero().flatten().tolist())


@pytest.mark.parametrize(
    ("op", "given", "macs"), WINDOWED, ids=lambda value: getattr(type(value), "__name__", "")
)
def test_a_cell_sees_just_what_its_window_says(
    op: LayerKind, given: tuple[Shape, ...], macs: int
) -> None:
    # of so many samples each cell of a window is the largest once
    inputs = [_random(64, *shape, seed=seed) for seed, shape in enumerate(given)]
    inputs[0].requires_grad_()
    module = op.build(*given).eval()
    field = ReceptiveField().through(op.window(*given))
    for axis, (before, after) in enumerate(zip(given[0], op.shape(*given), strict=True), 1):
        for cell in range(after if axis > 1 else 0):
            span = field.span(cell)
            assert span is not None
            first, length = map(int, span)
            seen = _rows_seen(module, inputs, axis, cell)
            assert seen == set(range(max(0, first), min(before, first + length)))


def test_the_lectures_max_pooling_of_width_3_changes_two_of_four_outputs_after_a_shift() -> None:
    module = MaxPool1d(3, 1, 1).build((1, 4))
    before = module(torch.tensor([[0.1, 1.0, 0.2, 0.1]]))
    after = module(torch.tensor([[0.3, 0.1, 1.0, 0.2]]))
    assert torch.equal(before, torch.tensor([[1.0, 1.0, 1.0, 0.2]]))
    assert torch.equal(after, torch.tensor([[0.3, 1.0, 1.0, 1.0]]))


def test_pooling_of_2_x_2_by_2_discards_three_quarters() -> None:
    assert MaxPool2d(2).shape((1, 8, 8)) == (1, 4, 4)


def test_average_over_time_is_the_weighted_sum_of_each_window() -> None:
    module = AvgPool1d(2).build((1, 4))
    assert module(torch.tensor([[1.0, 3.0, 5.0, 9.0]])).tolist() == [[2.0, 7.0]]


def test_pools_of_clips_shrink_time_as_well() -> None:
    assert MaxPool3d(2).shape((3, 8, 6, 4)) == (3, 4, 3, 2)


def test_l2_of_3_and_4_is_5() -> None:
    maps = torch.tensor([[[[3.0, 0.0], [0.0, -4.0]]]])
    assert L2Pool2d(2).build((1, 2, 2))(maps).item() == 5


def test_l2_pooling_is_torchs() -> None:
    maps = _random(2, 3, 9, 8)
    ours = L2Pool2d(3, 2).build((3, 9, 8))(maps)
    torch.testing.assert_close(ours, lp_pool2d(maps, 2, 3, 2))


def test_l2_pooling_has_a_gradient_where_all_is_0() -> None:
    maps = torch.zeros(1, 1, 4, 4)
    maps[0, 0, 0, 0] = 2
    L2Pool2d(2).build((1, 4, 4))(maps.requires_grad_()).sum().backward()
    expected = torch.zeros(1, 1, 4, 4)
    expected[0, 0, 0, 0] = 1
    assert torch.equal(torch.as_tensor(maps.grad), expected)


@pytest.mark.parametrize("kernel", [1, 2, 3, 6])
def test_weights_of_the_weighted_average_sum_to_1(kernel: int) -> None:
    weight = WeightedPool2d(kernel, sigma=0.7).build(MAPS).get_buffer("weight")
    assert weight.sum().item() == pytest.approx(1)


def test_the_weight_falls_as_a_gaussian_of_the_distance_from_the_centre() -> None:
    weight = WeightedPool2d(3, sigma=1.0).build(MAPS).get_buffer("weight")
    centre, edge, corner = (weight[1, 1], weight[0, 1], weight[0, 0])
    assert (edge / centre).item() == pytest.approx(exp(-1 / 2))
    assert (corner / centre).item() == pytest.approx(exp(-2 / 2))


def test_a_weighted_average_by_hand() -> None:
    spike = torch.zeros(1, 1, 3, 3)
    spike[0, 0, 0, 1] = 1
    result = WeightedPool2d(3, sigma=1.0).build((1, 3, 3))(spike)
    assert result.item() == pytest.approx(exp(-1 / 2) / (1 + 2 * exp(-1 / 2)) ** 2)


def test_with_a_wide_gaussian_the_weighted_average_is_the_average() -> None:
    maps = _random(2, *MAPS)
    weighted = WeightedPool2d(3, 2, 1, sigma=63.0).build(MAPS)(maps)
    torch.testing.assert_close(weighted, AvgPool2d(3, 2, 1).build(MAPS)(maps), atol=1e-3, rtol=0)


@pytest.mark.parametrize("size", [6, 7, 13, 4])
def test_adaptive_pooling_averages_from_the_floor_to_the_ceiling(size: int) -> None:
    maps = _random(1, 2, size, size)
    bounds = [(floor(i * size / 6), ceil((i + 1) * size / 6)) for i in range(6)]
    expected = torch.stack(
        [torch.stack([maps[..., a:b, c:d].mean((2, 3)) for c, d in bounds], -1) for a, b in bounds],
        -2,
    )
    torch.testing.assert_close(AdaptivePool2d(6).build((2, size, size))(maps), expected)


@pytest.mark.parametrize("given", [(3, 6, 6), (3, 40, 30), (3, 2, 5)])
def test_adaptive_pooling_gives_maps_of_one_size_from_any_picture(given: Shape) -> None:
    assert AdaptivePool2d(6, "max").shape(given) == (3, 6, 6)


def test_adaptive_pooling_above_a_convolution_sees_what_the_field_covers() -> None:
    nodes = (Node("conv", Conv2d(2, 3, 2)), Node("pool", AdaptivePool2d(4)))
    spec = ModelSpec("adaptive", (1, 23, 23), nodes)
    field = layer_table(spec)[-1].receptive_field
    assert field is not None
    image = _random(1, *spec.input).requires_grad_()
    for cell in range(4):
        span = field.span(cell)
        assert span is not None
        seen = _rows_seen(Network(spec), [image], 2, cell)
        assert min(seen) >= span[0]
        assert max(seen) < sum(span)


@pytest.mark.parametrize("given", [(4, 9), (4, 9, 7), (4, 3, 9, 7)])
def test_global_pooling_keeps_the_rank(given: Shape) -> None:
    values = _random(2, *given)
    ones = (1,) * (len(given) - 1)
    assert GlobalPool().shape(given) == (4, *ones)
    mean = GlobalPool().build(given)(values)
    torch.testing.assert_close(mean, values.flatten(2).mean(2).reshape(2, 4, *ones))
    largest = GlobalPool("max").build(given)(values)
    assert torch.equal(largest, values.flatten(2).amax(2).reshape(2, 4, *ones))


def test_maxout_keeps_the_largest_of_neighbouring_channels() -> None:
    module = Maxout(2).build((4,))
    assert module(torch.tensor([[1.0, 5.0, -3.0, -2.0]])).tolist() == [[5.0, -2.0]]


def test_maxout_of_maps_is_the_largest_at_each_place() -> None:
    maps = _random(2, *MAPS)
    expected = torch.stack([maps[:, 3 * k : 3 * k + 3].amax(1) for k in range(2)], 1)
    assert torch.equal(Maxout(3).build(MAPS)(maps), expected)


@pytest.mark.parametrize(
    ("op", "given", "message"),
    [
        (
            Maxout(4),
            MAPS,
            "Maxout needs a multiple of 4 channels, gets 6; choose a divisor of 6, such as 3.",
        ),
        (
            Maxout(2),
            (7, 5),
            "Maxout needs a multiple of 2 channels, gets 7; choose a divisor of 7, such as 7.",
        ),
        (
            L2Pool2d(3, 1, 2),
            MAPS,
            "A padding of 2 px is more than half of the 3 px window; choose at most 1 px.",
        ),
        (
            WeightedPool2d(10),
            MAPS,
            "A 10 x 10 window does not fit 9 x 11 maps; choose a kernel of at most 9, "
            "or 1 more padding.",
        ),
    ],
)
def test_says_what_would_fit_and_that_fits(op: LayerKind, given: Shape, message: str) -> None:
    with pytest.raises(Misfit) as caught:
        op.shape(given)
    assert str(caught.value) == message
    repaired: LayerKind = replace(op, **caught.value.settings)  # type: ignore[type-var]
    assert repaired.build(given)(_random(1, *given)).shape[1:] == repaired.shape(given)


@pytest.mark.parametrize(
    ("op", "given", "message"),
    [
        (
            Maxout(2),
            (1, 5, 5),
            "Maxout needs a multiple of 2 channels, gets 1; let the layer before it give as many.",
        ),
        (
            GlobalPool(),
            (10,),
            "GlobalPool needs maps, gets a vector of 10; put it before the Flatten.",
        ),
        (
            MaxPool1d(2),
            MAPS,
            "MaxPool1d needs a signal, gets 6 x 9 x 11; choose the kind of layer for maps.",
        ),
    ],
)
def test_says_what_it_needs(op: LayerKind, given: Shape, message: str) -> None:
    with pytest.raises(Misfit) as caught:
        op.shape(given)
    assert str(caught.value) == message
    assert not caught.value.settings
