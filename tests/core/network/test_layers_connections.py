from __future__ import annotations

import pytest
import torch
from torch import nn

from core.errors import UserError
from core.network.layers.scaled_tanh import ScaledTanh
from core.network.layers.subsampling2d import Subsampling2d
from core.network.layers.table_conv2d import TableConv2d
from core.network.modules import table
from core.network.shared.connections import read_connections
from core.network.spec import Misfit, Shape
from tests.core.network.layer_cases import MAPS


def _table(op: TableConv2d, given: Shape = MAPS) -> table.TableConv2d:
    module = op.build(given)
    assert isinstance(module, table.TableConv2d)
    return module


def _pool(op: Subsampling2d, given: Shape) -> table.Subsampling2d:
    module = op.build(given)
    assert isinstance(module, table.Subsampling2d)
    return module


def _maps(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, *MAPS, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", ()),
        ("0", ((0,),)),
        ("0-2; 1-3; 0 4 5", ((0, 1, 2), (1, 2, 3), (0, 4, 5))),
        ("5, 0-1\n3;", ((0, 1, 5), (3,))),
    ],
)
def test_connections_are_read(text: str, rows: tuple[tuple[int, ...], ...]) -> None:
    assert read_connections(text) == rows


@pytest.mark.parametrize("text", ["a", "3-1", "-1", "1.5", "0-99999999999999999999", "0--1"])
def test_what_names_no_maps_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="names no maps; write what each filter reads"):
        read_connections(text)


def test_a_map_is_read_once() -> None:
    with pytest.raises(UserError, match="names a map twice"):
        read_connections("0-2 1")


def test_an_empty_table_is_that_of_a_convolution() -> None:
    module, plain = _table(TableConv2d(4, 3, "", 2, 1)), nn.Conv2d(6, 4, 3, 2, 1)
    assert module.bias is not None
    assert plain.bias is not None
    with torch.no_grad():
        module.taps.copy_(plain.weight.flatten(0, 1))
        module.bias.copy_(plain.bias[:, None, None])
    assert torch.allclose(module(_maps()), plain(_maps()), atol=1e-6)


def test_a_filter_does_not_see_what_its_row_leaves_out() -> None:
    module = _table(TableConv2d(4, 3, "0-2; 3-5"))
    x = _maps()
    changed = x.clone()
    changed[:, 3:] += 1
    same = [bool((module(x)[:, k] == module(changed)[:, k]).all()) for k in range(4)]
    assert same == [True, False, True, False]


def test_unconnected_weights_are_zero_and_no_parameters() -> None:
    op = TableConv2d(4, 3, "0-2; 3-5", biases="none")
    module = _table(op)
    assert module.weight.shape == (4, 6, 3, 3)
    assert int(module.weight.count_nonzero()) == op.parameters(MAPS) == 4 * 3 * 9


def test_each_unit_may_have_a_bias_of_its_own() -> None:
    op = TableConv2d(4, 3, biases="unit")
    bias = _table(op).bias
    assert bias is not None
    assert bias.shape == op.shape(MAPS) == (4, 7, 9)
    assert op.parameters(MAPS) == 4 * 6 * 9 + 4 * 7 * 9


def test_the_background_is_what_the_border_sees() -> None:
    module = _table(TableConv2d(1, 3, padding=1, background=-1.0, biases="none"), (1, 4, 4))
    with torch.no_grad():
        module.taps.fill_(1)
    assert module(torch.zeros(1, 1, 4, 4))[0, 0].tolist() == [
        [-5, -3, -3, -5],
        [-3, 0, 0, -3],
        [-3, 0, 0, -3],
        [-5, -3, -3, -5],
    ]


def test_filters_that_read_fewer_maps_begin_with_larger_weights() -> None:
    module = _table(TableConv2d(2, 5, "0; 0-99", biases="none"), (100, 9, 9))
    largest = module.weight.detach().abs().amax((1, 2, 3)).tolist()
    assert 0.1 < largest[0] <= 25**-0.5 + 1e-6
    assert 0.01 < largest[1] <= 2500**-0.5 + 1e-6


def test_a_table_that_does_not_fit_says_what_would() -> None:
    with pytest.raises(Misfit, match="names map 6, but there are 6, 0 to 5") as caught:
        TableConv2d(4, 3, "0-6").shape(MAPS)
    assert TableConv2d(4, 3, **caught.value.settings).shape(MAPS) == (4, 7, 9)
    with pytest.raises(Misfit, match="3 rows for 2 filters; choose 3 filters") as caught:
        TableConv2d(2, 3, "0; 1; 2").shape(MAPS)
    assert TableConv2d(kernel=3, connections="0; 1; 2", **caught.value.settings).shape(MAPS)


def test_subsampling_adds_scales_and_shifts_each_map() -> None:
    module = _pool(Subsampling2d(2), (2, 4, 4))
    with torch.no_grad():
        module.scale.copy_(torch.tensor([1.0, 2.0]))
        module.shift.copy_(torch.tensor([0.0, -1.0]))
    assert module(torch.ones(1, 2, 4, 4))[0].tolist() == [[[4.0] * 2] * 2, [[7.0] * 2] * 2]


def test_subsampling_begins_as_the_average() -> None:
    module = Subsampling2d(3, 2, 1).build(MAPS)
    assert torch.allclose(module(_maps()), nn.AvgPool2d(3, 2, 1)(_maps()), atol=1e-6)


def test_the_scaled_tanh_is_one_at_one() -> None:
    module = ScaledTanh().build((3,))
    assert module(torch.tensor([-1.0, 0.0, 1.0])).tolist() == pytest.approx([-1, 0, 1], abs=1e-4)
