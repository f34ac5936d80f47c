from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.analysis.arithmetic_of import arithmetic_of
from core.analysis.site import Site, shown_size, site_of
from core.arithmetic import Arithmetic
from core.arithmetic.largest import Largest
from core.arithmetic.normalisation import Normalisation
from core.arithmetic.root_of_squares import RootOfSquares
from core.arithmetic.separable_sum import SeparableSum
from core.arithmetic.weighted_sum import WeightedSum
from core.errors import UserError
from core.network.layers.locally_connected2d import LocallyConnected2d
from core.network.layers.maxout import Maxout
from core.network.layers.separable_conv2d import SeparableConv2d
from core.network.layers.table_conv2d import TableConv2d
from core.network.layers.tiled_conv2d import TiledConv2d
from core.network.spec import LAYERS, LayerKind, Shape
from tests.core.network.layer_cases import MAPS, every_layer_case

CASES = every_layer_case()
every_case = pytest.mark.parametrize(
    ("op", "given"),
    [case[:2] for case in CASES],
    ids=lambda value: getattr(type(value), "__name__", ""),
)


def made(module: nn.Module) -> nn.Module:
    """The module in use, with random weights, and averages as a training leaves them."""
    generator = torch.Generator().manual_seed(0)
    for value in module.parameters():
        value.data.uniform_(-1, 1, generator=generator)
    for name, average in module.named_buffers():
        if name.startswith("running"):
            average.uniform_(0.5, 2, generator=generator)
    return module.eval().requires_grad_(False)


def inputs(shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(1)
    return tuple(torch.randn(shape, generator=generator) for shape in shapes)


def at(
    module: nn.Module, given: tuple[Tensor, ...], unit: int, cell: tuple[int, int]
) -> tuple[Arithmetic, float]:
    """How a cell comes about, and what torch gives there."""
    output = module(*(part[None] for part in given))[0]
    site = site_of(given, tuple(output.shape), unit, cell, "it")
    return arithmetic_of(module, site), float(output[site.index])


def looked_at(shape: Shape) -> list[tuple[int, tuple[int, int]]]:
    """Units at both ends, with cells in the corners, at the borders and in the middle."""
    units, height, width = shown_size(shape)
    rows, columns = {0, height // 2, height - 1}, {0, 1 % width, width // 2, width - 1}
    return [(unit, cell) for unit in {0, units - 1} for cell in product(rows, columns)]


def test_every_layer_kind_is_tried() -> None:
    assert {type(op).__name__ for op, *_ in CASES} == set(LAYERS)


@every_case
def test_the_numbers_of_a_layer_give_its_values(op: LayerKind, given: tuple[Shape, ...]) -> None:
    module, values = made(op.build(*given)), inputs(given)
    for unit, cell in looked_at(op.shape(*given)):
        arithmetic, expected = at(module, values, unit, cell)
        assert arithmetic.result == pytest.approx(expected, rel=1e-5, abs=1e-5)


@every_case
def test_what_is_told_of_a_layer_fits_together(op: LayerKind, given: tuple[Shape, ...]) -> None:
    module, values = made(op.build(*given)), inputs(given)
    unit, cell = looked_at(op.shape(*given))[0]
    arithmetic, _ = at(module, values, unit, cell)
    assert arithmetic.formula(3).endswith(f"= {arithmetic.result:.3g}".replace("-", "−"))
    assert arithmetic.parts or arithmetic.inner or arithmetic.facts
    for told in (arithmetic, *(inner.arithmetic for inner in arithmetic.inner)):
        shapes = {part.values.shape for part in told.parts}
        assert len(shapes) <= 1
        assert all(len(shape) == 3 for shape in shapes)
        assert not told.pages or len(told.pages) in {shape[0] for shape in shapes} | {1}
    for inner in arithmetic.inner:
        if inner.place is not None:
            read = arithmetic.parts[0].values.ravel()[inner.place]
            assert inner.arithmetic.result == pytest.approx(float(read), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    "module",
    [
        nn.ConvTranspose2d(3, 4, 3, 2, 1, 1, groups=1, dilation=2),
        nn.ConvTranspose2d(4, 6, (2, 3), (3, 1), groups=2),
        nn.LayerNorm((9, 11)),
        nn.LayerNorm((4, 9, 11), elementwise_affine=False),
        nn.GELU(approximate="tanh"),
        nn.ELU(0.5),
        nn.Hardswish(),
        nn.Identity(),
    ],
    ids=str,
)
def test_other_peoples_settings_are_followed(module: nn.Module) -> None:
    channels = module.in_channels if isinstance(module, nn.ConvTranspose2d) else 4
    values = inputs(((channels, 9, 11),))
    shape = tuple(made(module)(values[0][None]).shape[1:])
    for unit, cell in looked_at(shape):
        arithmetic, expected = at(module, values, unit, cell)
        assert arithmetic.result == pytest.approx(expected, rel=1e-5, abs=1e-5)


def of(op: LayerKind, unit: int, cell: tuple[int, int], given: Shape = MAPS) -> Arithmetic:
    return at(made(op.build(given)), inputs((given,)), unit, cell)[0]


def test_a_separable_convolution_shows_both_of_its_sums() -> None:
    separable = of(SeparableConv2d(4, 3, multiplier=2), 1, (3, 3))
    assert isinstance(separable, SeparableSum)
    assert separable.parts[0].values.shape == (12, 1, 1)
    assert len(separable.inner) == 12
    assert separable.inner[3].name == "Depthwise 3 · channel 1"


def test_kernels_of_ones_own_say_whose_they_are() -> None:
    alone = of(LocallyConnected2d(4, 3), 0, (2, 3))
    turn = of(TiledConv2d(4, 3), 0, (3, 2))
    assert isinstance(alone, WeightedSum)
    assert isinstance(turn, WeightedSum)
    assert alone.captions[1] == "Kernel of cell (2, 3)"
    assert turn.captions[1] == "Kernel (1, 0) of 2 × 2"


def test_a_table_names_the_maps_that_are_read() -> None:
    computed = of(TableConv2d(4, 3, "0-3; 2 5", padding=1, background=-1.0), 1, (0, 0))
    assert isinstance(computed, WeightedSum)
    assert computed.pages == ("Channel 2", "Channel 5")
    assert computed.window[0, 0].tolist() == [-1, -1, -1]


def test_a_transposed_convolution_shows_which_cells_reach_a_cell() -> None:
    module = made(nn.ConvTranspose2d(1, 1, 3, 2))
    values = (torch.arange(1.0, 10).reshape(1, 3, 3),)
    between, _ = at(module, values, 0, (2, 2))
    assert isinstance(between, WeightedSum)
    np.testing.assert_allclose(between.window[0], [[1, 0, 2], [0, 0, 0], [4, 0, 5]])
    assert between.inside.tolist() == [
        [True, False, True], [False, False, False], [True, False, True],
    ]  # fmt: skip
    alone, _ = at(module, values, 0, (1, 1))
    assert isinstance(alone, WeightedSum)
    assert alone.window[0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_where_no_cell_reaches_only_the_bias_is_left() -> None:
    gap, expected = at(made(nn.ConvTranspose2d(1, 1, 1, 2)), inputs(((1, 3, 3),)), 0, (1, 1))
    assert isinstance(gap, WeightedSum)
    assert gap.result == gap.bias == pytest.approx(expected)


def test_maxout_names_the_greatest_map() -> None:
    greatest = of(Maxout(3), 1, (0, 0))
    assert isinstance(greatest, Largest)
    assert greatest.sources == ("map 3", "map 4", "map 5")


def test_a_normalisation_without_averages_says_so() -> None:
    module = nn.BatchNorm2d(2, track_running_stats=False)
    site = Site(inputs(((2, 3, 3),)), (2, 3, 3), 0, (0, 0))
    with pytest.raises(UserError, match="keeps no averages"):
        arithmetic_of(module, site)


def test_a_class_made_of_a_known_one_computes_as_that_does() -> None:
    class Rooted(nn.BatchNorm2d):
        pass

    known, _ = at(made(Rooted(2)), inputs(((2, 3, 3),)), 1, (2, 2))
    assert isinstance(known, Normalisation)


def test_a_signal_is_one_row_and_the_frames_of_a_clip_stand_side_by_side() -> None:
    assert shown_size((4, 23)) == (4, 1, 23)
    assert shown_size((3, 7, 9, 8)) == (3, 9, 56)
    clip = site_of((), (3, 7, 9, 8), 2, (4, 17), "it")
    assert clip.index == (2, 2, 4, 1)


def test_says_which_cells_a_clip_has() -> None:
    with pytest.raises(UserError, match="it has 3 maps of 9 x 56 cells; there is no cell"):
        site_of((), (3, 7, 9, 8), 0, (0, 56), "it")
    with pytest.raises(UserError, match="neither maps nor a vector"):
        site_of((), (), 0, (0, 0), "it")


def test_an_l2_pool_shows_its_squares() -> None:
    values = (torch.tensor([[[3.0, -4.0], [0.0, 0.0]]]),)
    module = LAYERS["L2Pool2d"]().build((1, 2, 2))
    computed, _ = at(module, values, 0, (0, 0))
    assert isinstance(computed, RootOfSquares)
    assert computed.parts[1].values[0].tolist() == [[9, 16], [0, 0]]
    assert computed.result == 5
