from __future__ import annotations

from math import ceil, pi
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import conv1d, conv2d, conv3d, conv_transpose2d
from torch.utils.flop_counter import FlopCounterMode

from core.analysis import gabor_model
from core.network.layer_table import layer_table
from core.network.layers.c_cells import CCells
from core.network.layers.complex_cells import ComplexCells
from core.network.layers.conv1d import Conv1d
from core.network.layers.conv2d import Conv2d
from core.network.layers.conv3d import Conv3d
from core.network.layers.conv_transpose2d import ConvTranspose2d
from core.network.layers.fixed_kernel import FixedKernel
from core.network.layers.gabor_bank import GaborBank
from core.network.layers.locally_connected2d import LocallyConnected2d
from core.network.layers.s_cells import SCells
from core.network.layers.separable_conv2d import SeparableConv2d
from core.network.layers.sobel import Sobel
from core.network.layers.tiled_conv2d import TiledConv2d
from core.network.modules import cells, fixed
from core.network.network import Network
from core.network.spec import LayerKind, Misfit, ModelSpec, Node, Shape
from tests.core.network.layer_cases.convolutions import CASES

FIVE = "1 1 1 0 0 / 0 1 1 1 0 / 0 0 1 1 1 / 0 0 1 1 0 / 0 1 1 0 0"


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _rows(text: str) -> list[list[float]]:
    return [[float(number) for number in row.split()] for row in text.split("/")]


def _built(op: LayerKind, *shape: int) -> Any:
    """The module for maps of this shape; any, as its tensors are its own."""
    return op.build(shape)


def _run(op: LayerKind, maps: Tensor) -> Tensor:
    output: Tensor = op.build(maps.shape[1:])(maps)
    return output


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 5), st.integers(1, 4))
def test_borders_have_the_sizes_of_their_names(
    length: int, kernel: int, stride: int, dilation: int
) -> None:
    same, full = (
        Conv1d(1, kernel, stride, dilation=dilation, border=border).shape((1, length))
        for border in ("same", "full")
    )
    assert same == (1, ceil(length / stride))
    assert full == (1, (length + dilation * (kernel - 1) - 1) // stride + 1)


@pytest.mark.parametrize("kernel", [3, 4])
@pytest.mark.parametrize(
    ("kind", "convolve", "shape"),
    [(Conv1d, conv1d, (3, 11)), (Conv2d, conv2d, (3, 9, 8)), (Conv3d, conv3d, (3, 7, 6, 8))],
)
def test_same_pads_as_torch_does(kind, convolve, shape: Shape, kernel: int) -> None:
    module = kind(2, kernel, dilation=2, border="same").build(shape)
    x = _random(1, *shape)
    expected = convolve(x, module.weight, module.bias, padding="same", dilation=2)
    torch.testing.assert_close(module(x), expected)


def test_reflection_is_torchs_where_both_ends_are_alike() -> None:
    module = _built(Conv2d(2, 5, border="same", fill="reflect"), 3, 9, 8)
    reference = nn.Conv2d(3, 2, 5, padding=2, padding_mode="reflect")
    reference.load_state_dict(module.state_dict())
    x = _random(1, 3, 9, 8)
    torch.testing.assert_close(module(x), reference(x))


def test_reflection_repeats_the_signal_backwards_but_for_its_last_sample() -> None:
    op = Conv1d(1, 3, padding=2, padding_end=1, bias=False, fill="reflect")
    module = _built(op, 1, 4)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[[1.0, 0, 0]]]))
        assert module(torch.tensor([[[1.0, 2, 3, 4]]])).tolist() == [[[3, 2, 1, 2, 3]]]


def test_a_border_overrides_both_paddings() -> None:
    assert Conv2d(1, 3, 1, 5, 7, border="valid").shape((1, 9, 9)) == (1, 7, 7)
    assert Conv2d(1, 3, 1, 5, 7, border="same").shape((1, 9, 9)) == (1, 9, 9)


@pytest.mark.parametrize(
    ("op", "summary"),
    [
        (Conv2d(6, 5), "6 @ 5x5"),
        (Conv2d(6, 5, padding=2), "6 @ 5x5, pad 2"),
        (Conv2d(6, 5, 2, 0, 1), "6 @ 5x5, stride 2, pad 0+1"),
        (Conv2d(6, 5, padding=2, border="same", bias=False), "6 @ 5x5, same, no bias"),
        (Conv2d(6, 5, padding=2, border="valid", fill="reflect"), "6 @ 5x5, valid"),
        (Conv2d(6, 5, padding=2, fill="reflect"), "6 @ 5x5, pad 2 reflected"),
        (Conv1d(6, 5, dilation=2, border="full"), "6 @ 5, full, dilation 2"),
        (Conv3d(6, 3, groups=2), "6 @ 3x3x3, 2 groups"),
        (ConvTranspose2d(6, 4, 2, 1), "6 @ 4x4, stride 2, pad 1"),
        (ConvTranspose2d(6, 4, 1, 0, 0, False), "6 @ 4x4, no bias"),
        (SeparableConv2d(6, 3, 2, multiplier=2), "6 @ 3x3, stride 2, same, 2 kernels a map"),
        (LocallyConnected2d(6, 5, bias=False), "6 @ 5x5, stride 1, no bias"),
        (TiledConv2d(6, 5, 3), "6 @ 5x5, stride 1, 3x3 tiles"),
        (GaborBank(4, 9, scales=2), "16 @ 9x9, waves of 4 and 8 px, same"),
        (Sobel(), "x and y, same"),
        (Sobel("magnitude", fill="reflect", over="sum"), "magnitude, same reflected, of the sum"),
        (FixedKernel("1 0 / 0 1", 2, "valid"), "1 0 / 0 1, stride 2, valid"),
        (FixedKernel("1/9 1/9 1/9 / 1/9 1/9 1/9 / 1/9 1/9 1/9"), "1/9 1/9 1/9 / 1/9 1/9 …, same"),
        (FixedKernel("no matrix"), "no matrix, same"),
        (SCells(8, 5, selectivity=1.5), "8 @ 5x5, stride 1, selectivity 1.5"),
        (CCells(5, lateral=True), "5x5, stride 2, saturation 0.5, lateral inhibition"),
    ],
)
def test_summary_says_what_differs(op: LayerKind, summary: str) -> None:
    assert op.summary() == summary


@pytest.mark.parametrize(
    ("op", "shape", "formula"),
    [
        (Conv2d(6, 5), (3, 9, 9), "6 · (5 · 5 · 3 + 1) = 456"),
        (Conv1d(8, 3, bias=False), (16, 15), "8 · (3 · 16) = 384"),
        (Conv3d(4, 3, groups=2), (2, 9, 9, 9), "4 · (3 · 3 · 3 · 1 + 1) = 112"),
        (ConvTranspose2d(6, 4), (3, 9, 9), "6 · (4 · 4 · 3 + 1) = 294"),
        (SeparableConv2d(6, 3), (5, 9, 9), "5 · 3 · 3 + 6 · (5 + 1) = 81"),
        (SCells(4, 3), (6, 9, 9), "4 · (3 · 3 · 6 + 1) = 220"),
        (TiledConv2d(4, 3), (6, 9, 9), "2 · 2 · 4 · (3 · 3 · 6 + 1) = 880"),
        (
            LocallyConnected2d(96, 11, 4),
            (3, 227, 227),
            "96 · 55 · 55 · (11 · 11 · 3 + 1) = 105,705,600",
        ),
    ],
)
def test_formula_counts_the_parameters(op: LayerKind, shape: Shape, formula: str) -> None:
    assert op.formula(shape) == formula


@pytest.mark.parametrize(
    ("op", "shape", "message"),
    [
        (
            Conv2d(1, 5, padding=5, fill="reflect"),
            (1, 5, 7),
            "A padding of 5 by reflection needs sides longer than that, gets 5 x 7; choose at "
            "most 4, or fill with zeros.",
        ),
        (
            Conv1d(1, 9, border="full", fill="reflect"),
            (1, 4),
            "A padding of 8 by reflection needs sides longer than that, gets 4; choose at most "
            "3, or fill with zeros.",
        ),
        (
            Conv3d(6, 9),
            (3, 16, 7, 8),
            "A 9 x 9 x 9 window does not fit 16 x 7 x 8 maps; choose a kernel of at most 7, "
            "or 1 more padding.",
        ),
        (
            Conv1d(6, 9, padding=1),
            (3, 6),
            "A window of 9 does not fit a signal of 6 padded by 2; choose a kernel of at most 8, "
            "or 1 more padding.",
        ),
        (
            Conv1d(6, 3, groups=4),
            (8, 9),
            "4 groups cannot share 8 channels and 6 filters evenly; choose a divisor of 2.",
        ),
        (
            ConvTranspose2d(6, 3, 2, output_padding=2),
            (3, 7, 7),
            "An output padding of 2 px is not less than the stride of 2 px; choose at most 1 px.",
        ),
        (
            ConvTranspose2d(6, 3, 2, padding=8),
            (3, 7, 9),
            "A padding of 8 px leaves nothing of 15 x 19 maps; choose at most 7 px.",
        ),
        (
            TiledConv2d(6, 3, 8),
            (3, 7, 9),
            "8 kernels cannot take turns along 5 x 7 cells; choose at most 5 tiles.",
        ),
        (
            GaborBank(4, 11, border="valid"),
            (3, 7, 12),
            'A 11 x 11 kernel does not fit 7 x 12 maps; choose the border "same".',
        ),
        (
            FixedKernel("1 2 3"),
            (3, 7, 9),
            "A kernel must be square, this one is 1 x 3; fill it up with zeros to make it "
            "square: 0 0 0 / 1 2 3 / 0 0 0.",
        ),
        (
            Sobel(fill="reflect"),
            (3, 1, 9),
            "A padding of 1 by reflection needs sides longer than that, gets 1 x 9; choose at "
            "most 0, or fill with zeros.",
        ),
    ],
)
def test_says_what_would_fit_and_that_does(op: LayerKind, shape: Shape, message: str) -> None:
    with pytest.raises(Misfit) as caught:
        op.shape(shape)
    assert str(caught.value) == message
    assert caught.value.settings
    fitting = type(op)(**(vars(op) | caught.value.settings))
    assert fitting.build(shape)(_random(1, *shape)).shape[1:] == fitting.shape(shape)


def test_complex_cells_need_pairs() -> None:
    with pytest.raises(Misfit, match=r"pairs of maps, gets 5; give the layer before it 6\.$"):
        ComplexCells().shape((5, 8, 8))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There are no numbers in ''"),
        ("1 2 / 3", "Row 2 has 1 numbers, but the first has 2;"),
        ("1 x / 3 4", "'x' is no number;"),
    ],
)
def test_a_kernel_that_is_no_matrix_is_a_problem_of_its_layer(text: str, message: str) -> None:
    (row,) = layer_table(ModelSpec("typed", (1, 8, 8), (Node("it", FixedKernel(text)),)))
    assert row.problem.startswith(message)


@pytest.mark.parametrize(("op", "shapes", "macs"), CASES, ids=lambda v: getattr(v, "title", ""))
def test_torch_counts_as_many_operations(
    op: LayerKind, shapes: tuple[Shape, ...], macs: int
) -> None:
    module, maps = op.build(*shapes), [_random(1, *shape) for shape in shapes]
    with FlopCounterMode(display=False) as counter:
        module(*maps)
    assert counter.get_total_flops() == 2 * macs


@pytest.mark.parametrize(
    "op",
    [
        Conv1d(2, 4, 3, border="same"),
        Conv1d(2, 3, padding=2, dilation=2, fill="reflect"),
        Conv3d(2, 3, 2, 1),
        Conv3d(2, 2, border="same"),
        Conv2d(2, 5, 2, border="same", fill="reflect"),
        Conv2d(2, 3, dilation=3, border="full"),
        ConvTranspose2d(2, 4, 2, 1),
        ConvTranspose2d(2, 3, 3),
        ConvTranspose2d(2, 5, 3, 2, 1),
        SeparableConv2d(2, 4, 2),
        LocallyConnected2d(2, 3, 2, 1),
        TiledConv2d(2, 3, 3, 2, 1),
        GaborBank(3, 5),
        Sobel("magnitude"),
        FixedKernel("1 0 2 / 0 0 0 / 3 0 4", 2),
        ComplexCells(),
        SCells(4, 3, padding=1, selectivity=0.01),
        CCells(3, 2, 1),
    ],
    ids=lambda op: type(op).__name__,
)
def test_receptive_field_is_where_the_gradient_of_a_unit_is(op: LayerKind) -> None:
    side = {1: 23, 2: 14, 3: 10}[op.dims]
    spec = ModelSpec("one", (2, *[side] * op.dims), (Node("it", op),))
    field = layer_table(spec)[0].receptive_field
    assert field is not None
    x = (1 + _random(1, *spec.input)).requires_grad_()
    output = Network(spec)(x)
    for cell in (output.shape[2] // 2, output.shape[2] // 2 + 1):
        (gradient,) = torch.autograd.grad(output[0, :, cell].sum(), x, retain_graph=True)
        seen = gradient[0].transpose(0, 1).flatten(1).abs().sum(1).nonzero().flatten().tolist()
        assert field.span(cell) == (seen[0], seen[-1] - seen[0] + 1)


def test_transposed_convolution_is_the_gradient_of_a_convolution() -> None:
    x, weight = _random(1, 3, 11, 11).requires_grad_(), _random(4, 3, 5, 5, seed=1)
    convolved = conv2d(x, weight, stride=2, padding=1)
    slopes = _random(*convolved.shape, seed=2)
    module = _built(ConvTranspose2d(3, 5, 2, 1, bias=False), *slopes.shape[1:])
    with torch.no_grad():
        module.weight.copy_(weight)
    (expected,) = torch.autograd.grad(convolved, x, slopes)
    torch.testing.assert_close(module(slopes), expected)
    torch.testing.assert_close(conv_transpose2d(slopes, weight, None, 2, 1), expected)


def test_separable_convolution_is_a_convolution_whose_kernels_are_products() -> None:
    module = _built(SeparableConv2d(4, 3, multiplier=2), 5, 8, 9)
    mix = module.pointwise.weight.reshape(4, 5, 2)
    each = module.depthwise.weight.reshape(5, 2, 3, 3)
    x = _random(2, 5, 8, 9)
    expected = conv2d(
        x, torch.einsum("fcm,cmij->fcij", mix, each), module.pointwise.bias, padding=1
    )
    torch.testing.assert_close(module(x), expected)


def test_locally_connected_cells_each_have_a_kernel_of_their_own() -> None:
    module = _built(LocallyConnected2d(4, 3, 2, 1), 2, 7, 8)
    x = _random(2, 2, 7, 8)
    output, padded = module(x), nn.functional.pad(x, (1, 1, 1, 1))
    for row in range(4):
        for column in range(4):
            window = padded[:, :, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            bias = module.bias[:, row, column]
            expected = conv2d(window, module.weight[row, column], bias)[:, :, 0, 0]
            torch.testing.assert_close(output[:, :, row, column], expected)


def test_alexnets_first_layer_unshared_has_a_hundred_million_parameters() -> None:
    op = LocallyConnected2d(96, 11, 4)
    assert op.shape((3, 227, 227)) == (96, 55, 55)
    assert op.parameters((3, 227, 227)) == 290_400 * 364 == 105_705_600


def test_one_tile_is_a_convolution() -> None:
    module = _built(TiledConv2d(4, 3, 1, 2, 1), 2, 9, 8)
    x = _random(2, 2, 9, 8)
    expected = conv2d(x, module.weight[0, 0], module.bias[0, 0], 2, 1)
    torch.testing.assert_close(module(x), expected)


def test_as_many_tiles_as_cells_share_nothing() -> None:
    tiled = _built(TiledConv2d(4, 3, 5, bias=True), 2, 7, 7)
    local = _built(LocallyConnected2d(4, 3), 2, 7, 7)
    local.load_state_dict({"weight": tiled.weight, "bias": tiled.bias.permute(2, 0, 1)})
    x = _random(2, 2, 7, 7)
    torch.testing.assert_close(tiled(x), local(x))


def test_tiles_take_turns_along_both_sides_from_the_first_cell() -> None:
    module = _built(TiledConv2d(4, 3, 2), 2, 7, 8)
    x = _random(1, 2, 7, 8)
    output = module(x)
    for row in range(5):
        for column in range(6):
            turn = row % 2, column % 2
            window = x[:, :, row : row + 3, column : column + 3]
            expected = conv2d(window, module.weight[turn], module.bias[turn])[0, :, 0, 0]
            torch.testing.assert_close(output[0, :, row, column], expected)


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        ("valid", "4 3 4 / 2 4 3 / 2 3 4"),
        ("same", "2 2 3 1 1 / 1 4 3 4 1 / 1 2 4 3 3 / 1 2 3 4 1 / 0 2 2 1 1"),
        (
            "full",
            "1 1 2 1 1 0 0 / 0 2 2 3 1 1 0 / 1 1 4 3 4 1 1 / 0 1 2 4 3 3 0 / 0 1 2 3 4 1 1 / "
            "0 0 2 2 1 1 0 / 0 1 1 1 1 0 0",
        ),
    ],
)
def test_the_lectures_example_comes_out(border: str, expected: str) -> None:
    image = torch.tensor([[_rows(FIVE)]])
    output = _run(FixedKernel("1 0 1 / 0 1 0 / 1 0 1", border=border), image)
    assert output[0, 0].tolist() == _rows(expected)


def test_a_fixed_kernel_slides_over_each_channel_or_over_their_sum() -> None:
    x = _random(1, 3, 6, 7)
    each, summed = (_run(FixedKernel("1/9 -2 / 0 .5", over=over), x) for over in ("each", "sum"))
    assert each.shape == (1, 3, 6, 7)
    torch.testing.assert_close(each.sum(1, keepdim=True), summed)


@pytest.mark.parametrize("op", [FixedKernel(), Sobel(), GaborBank(), CCells()])
def test_fixed_kernels_are_neither_learned_nor_kept_with_the_weights(op: LayerKind) -> None:
    module = op.build((3, 16, 16))
    assert op.parameters((3, 16, 16)) == 0
    assert not list(module.parameters())
    assert not module.state_dict()


def test_sobel_is_positive_where_brightness_grows_to_the_right_and_downwards() -> None:
    row, column = torch.meshgrid(torch.arange(6.0), torch.arange(7.0), indexing="ij")
    image = (column + 3 * row)[None, None]
    x, y = _run(Sobel(border="valid"), image)[0]
    assert x.unique().tolist() == [8]
    assert y.unique().tolist() == [24]


def test_sobel_finds_no_edge_at_a_reflected_border() -> None:
    assert _run(Sobel(fill="reflect"), torch.ones(1, 1, 5, 5)).abs().max() == 0


def test_magnitude_is_what_complex_cells_make_of_both_directions() -> None:
    x = _random(1, 3, 6, 7)
    torch.testing.assert_close(_run(Sobel("magnitude"), x), _run(ComplexCells(), _run(Sobel(), x)))


def test_gabor_kernels_are_those_that_the_analysis_fits() -> None:
    weight = _built(GaborBank(4, 9, 5.0, spread=0.4, aspect=0.7), 1, 9, 9).weight
    turns = torch.arange(4) * pi / 4
    width = torch.full((4,), 0.4 * 5.0)
    rest = (width, width / 0.7, torch.full((4,), 2 * pi / 5.0))
    geometry = torch.stack([torch.zeros(4), torch.zeros(4), turns, *rest], 1)
    pixels = gabor_model.grid((9, 9), weight.device, weight.dtype)
    waves = gabor_model.moments(geometry, pixels).unflatten(1, (6, 2))[:, 0]
    waves = waves / waves.norm(dim=2, keepdim=True)
    even_and_odd = weight[:, 0].flatten(1).unflatten(0, (4, 2))
    torch.testing.assert_close(even_and_odd, waves.flip(1), atol=1e-5, rtol=1e-4)


def test_gabor_wavelengths_double_and_a_channels_kernels_stay_together() -> None:
    bank = GaborBank(2, 9, 3.0, 2, phases="odd")
    weight = _built(bank, 2, 9, 9).weight
    assert bank.shape((2, 9, 9)) == (8, 9, 9)
    torch.testing.assert_close(weight[:4], weight[4:])
    coarse = _built(GaborBank(2, 9, 6.0, phases="odd"), 1, 9, 9).weight
    torch.testing.assert_close(weight[2:4], coarse)


def test_a_gabor_of_one_pixel_is_defined() -> None:
    assert _built(GaborBank(1, 1), 1, 3, 3).weight.flatten().tolist() == [1, 0]


def _stripes(phase: float) -> Tensor:
    across = torch.arange(31.0).expand(31, 31)
    return torch.cos(2 * pi / 4 * across + phase)[None, None]


def test_complex_cells_answer_to_stripes_wherever_they_are() -> None:
    answers = []
    for phase in torch.linspace(0, 2 * pi, 9).tolist():
        pairs = _run(GaborBank(4, 11, border="valid"), _stripes(phase))
        answers.append((pairs[0, :2, 10, 10], _run(ComplexCells(), pairs)[0, :, 10, 10]))
    simple, complexes = (torch.stack(part) for part in zip(*answers, strict=True))
    assert simple[:, 0].min() < -0.9 * simple[:, 0].max()
    torch.testing.assert_close(complexes[:, 0], complexes[0, 0].expand(9), rtol=0.02, atol=0)
    assert complexes[0, 0] > 10 * complexes[0, 2]


@pytest.mark.parametrize(
    "module",
    [
        cells.ComplexCells(),
        cells.SCells(2, 3, 3),
        cells.CCells(3),
        fixed.Sobel(2, gives="magnitude"),
    ],
    ids=lambda module: type(module).__name__,
)
def test_gradient_is_defined_where_nothing_is_seen(module: nn.Module) -> None:
    dark = torch.zeros(1, 2, 5, 5, requires_grad=True)
    module(dark).sum().backward()
    assert dark.grad is not None
    assert dark.grad.isfinite().all()
    assert all(p.grad is None or p.grad.isfinite().all() for p in module.parameters())


def _s_cells(selectivity: float) -> cells.SCells:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = _built(SCells(4, 3, 2, 1, selectivity), 2, 7, 7)
    assert isinstance(module, cells.SCells)
    return module


def test_s_cells_compute_fukushimas_equation() -> None:
    module, r = _s_cells(0.3), 0.3
    a, b = module.weight, nn.functional.softplus(module.inhibition)
    x = _random(1, 2, 7, 7).relu()
    padded, output = nn.functional.pad(x, (1, 1, 1, 1))[0], module(x)
    for row in range(4):
        for column in range(4):
            u = padded[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            v = (module.pool * u.square()).sum().sqrt()
            excitation = 1 + (a * u).sum((1, 2, 3))
            expected = r * (excitation / (1 + r / (1 + r) * b * v) - 1).relu()
            torch.testing.assert_close(output[0, :, row, column], expected)
    assert (output > 0).any()


def test_the_weights_of_s_cells_are_not_negative_however_they_are_trained() -> None:
    module = _s_cells(1.0)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.sub_(5.0)
    assert module.weight.min() >= 0
    assert module.weight.max() > 0


def _answers(selectivity: float, *likenesses: Tensor) -> list[float]:
    """What the first cell answers to maps, the first of which is its own template."""
    module = _built(SCells(1, 3, selectivity=selectivity), 2, 3, 3)
    with torch.no_grad():
        template = nn.functional.softplus(module.template)
        return [float(module(maps)) for maps in (template, *likenesses)]


def test_a_selective_s_cell_answers_to_its_template_alone() -> None:
    other = torch.eye(3).expand(1, 2, 3, 3) + 0.01
    tolerant, strict = (_answers(selectivity, other) for selectivity in (0.2, 20.0))
    assert min(tolerant) > 0
    assert strict[0] > 0
    assert strict[1] == 0


def test_an_s_cell_says_how_like_its_template_a_bright_pattern_is() -> None:
    r, brightness = 0.5, 1e5  # so bright that the ones in the equation no longer count
    module = _built(SCells(4, 3, selectivity=r), 2, 3, 3)
    with torch.no_grad():
        templates = nn.functional.softplus(module.template)
        answers = module(brightness * templates).flatten(1)
    products = torch.einsum("icyx,fcyx,yx->if", templates, templates, module.pool)
    lengths = products.diagonal().sqrt()
    cosines = products / torch.outer(lengths, lengths)
    torch.testing.assert_close(answers, ((1 + r) * cosines - r).relu(), rtol=1e-3, atol=1e-3)


def test_c_cells_average_and_saturate() -> None:
    module = _built(CCells(3, 2, saturation=0.25), 2, 7, 7)
    x = _random(1, 2, 7, 7)
    average = (module.pool * x[0, :, 2:5, 4:7]).sum((1, 2)).relu()
    torch.testing.assert_close(module(x)[0, :, 1, 2], average / (0.25 + average))
    assert float(module.pool.sum()) == pytest.approx(1)
    assert module(1e6 * torch.ones(1, 1, 3, 3)).item() == pytest.approx(1, abs=1e-5)


def test_lateral_inhibition_leaves_what_is_above_the_mean_of_the_maps() -> None:
    maps = torch.tensor([3.0, 1.0]).reshape(1, 2, 1, 1).expand(1, 2, 3, 3)
    answers = _run(CCells(3, saturation=0.5, lateral=True), maps).flatten()
    surplus = 4 / 3 - 1
    torch.testing.assert_close(answers, torch.tensor([surplus / (0.5 + surplus), 0.0]))
