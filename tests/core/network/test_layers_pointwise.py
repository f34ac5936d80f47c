from __future__ import annotations

from dataclasses import replace
from math import erf, exp, sqrt

import pytest
import torch
from torch import Tensor

from core.network.layers.add import Add
from core.network.layers.batch_norm1d import BatchNorm1d
from core.network.layers.concat import Concat
from core.network.layers.gelu import Gelu
from core.network.layers.group_norm import GroupNorm
from core.network.layers.layer_norm import LayerNorm
from core.network.layers.leaky_relu import LeakyRelu
from core.network.layers.local_response_norm import LocalResponseNorm
from core.network.layers.multiply import Multiply
from core.network.layers.pad_channels import PadChannels
from core.network.layers.silu import Silu
from core.network.layers.squeeze_excite import SqueezeExcite
from core.network.spec import LayerKind, Misfit, Shape
from tests.core.network.layer_cases import MAPS

X = 0.7


def _random(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("op", "above", "below"),
    [
        (LeakyRelu(0.1), X, -0.1 * X),
        (Gelu(), X * (1 + erf(X / sqrt(2))) / 2, -X * (1 - erf(X / sqrt(2))) / 2),
        (Silu(), X / (1 + exp(-X)), -X / (1 + exp(X))),
    ],
)
def test_activation_is_its_formula(op: LayerKind, above: float, below: float) -> None:
    module = op.build((2,))
    assert module(torch.tensor([[X, -X]])).tolist() == [pytest.approx([above, below])]


def test_local_response_normalisation_is_the_papers_equation() -> None:
    size, alpha, beta, k = 5, 0.1, 0.75, 2.0
    maps = _random(1, 8, 3, 3)
    expected = torch.empty_like(maps)
    for i in range(8):
        near = maps[:, max(0, i - size // 2) : min(7, i + size // 2) + 1]
        expected[:, i] = maps[:, i] / (k + alpha * near.square().sum(1)) ** beta
    module = LocalResponseNorm(size, alpha, beta, k).build((8, 3, 3))
    torch.testing.assert_close(module(maps), expected)


@pytest.mark.parametrize("given", [(10,), (4, 9), MAPS, (3, 4, 5, 6)])
def test_layer_normalisation_is_over_all_values_of_a_sample(given: Shape) -> None:
    normalised = LayerNorm().build(given)(_random(2, *given) * 3 + 5).flatten(1)
    torch.testing.assert_close(normalised.mean(1), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(normalised.var(1, correction=0), torch.ones(2), atol=1e-3, rtol=0)


def test_group_normalisation_is_over_the_channels_of_a_group() -> None:
    normalised = GroupNorm(3).build(MAPS)(_random(2, *MAPS) * 3 + 5).reshape(6, -1)
    torch.testing.assert_close(normalised.mean(1), torch.zeros(6), atol=1e-5, rtol=0)
    torch.testing.assert_close(normalised.var(1, correction=0), torch.ones(6), atol=1e-3, rtol=0)


def test_gates_weigh_whole_maps() -> None:
    maps, gates = _random(2, *MAPS), torch.tensor([0.0, 1.0, 2.0, 0.0, 0.5, 1.0])
    product = Multiply().build(MAPS, (6, 1, 1))(maps, gates.reshape(1, 6, 1, 1).expand(2, 6, 1, 1))
    assert torch.equal(product, torch.stack([g * maps[:, c] for c, g in enumerate(gates)], 1))


def test_gates_that_know_nothing_let_half_through() -> None:
    module = SqueezeExcite(16).build((32, 4, 4))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    maps = _random(2, 32, 4, 4)
    assert torch.equal(module(maps), maps / 2)


def test_excitation_is_made_of_the_means_of_all_maps() -> None:
    module = SqueezeExcite(2).build((4, 3, 3))
    maps = _random(2, 4, 3, 3)
    state = module.state_dict()
    hidden = (maps.mean((2, 3)) @ state["squeeze.weight"].T + state["squeeze.bias"]).clamp(min=0)
    gates = torch.sigmoid(hidden @ state["excite.weight"].T + state["excite.bias"])
    torch.testing.assert_close(module(maps), maps * gates[:, :, None, None])


def test_squeezes_a_few_channels_to_one_value() -> None:
    assert SqueezeExcite(16).parameters((4, 3, 3)) == 4 * 1 + 1 + 1 * 4 + 4


def test_padded_channels_are_zeros_after_the_others() -> None:
    maps = _random(1, *MAPS)
    padded = PadChannels(8).build(MAPS)(maps)
    assert torch.equal(padded[:, :6], maps)
    assert not padded[:, 6:].any()


@pytest.mark.parametrize(
    ("op", "given", "message"),
    [
        (
            GroupNorm(4),
            MAPS,
            "4 groups cannot share 6 channels in equal parts of more than one value; choose a "
            "divisor of 6, such as 3.",
        ),
        (
            GroupNorm(6),
            (6,),
            "6 groups cannot share 6 channels in equal parts of more than one value; choose a "
            "divisor of 6, such as 3.",
        ),
        (
            PadChannels(4),
            MAPS,
            "PadChannels cannot make 6 channels 4; choose at least 6.",
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
            GroupNorm(1),
            ((1,),),
            "GroupNorm needs more than one value; put it where there are more.",
        ),
        (
            BatchNorm1d(),
            (MAPS,),
            "BatchNorm1d needs a signal, gets 6 x 9 x 11; choose the kind of layer for maps.",
        ),
        (
            LocalResponseNorm(),
            ((10,),),
            "LocalResponseNorm needs maps, gets a vector of 10; put it before the Flatten.",
        ),
        (
            Multiply(),
            (MAPS, (6, 4, 4)),
            "Multiply needs inputs of one shape, or sides of 1, gets 6 x 9 x 11 and 6 x 4 x 4; "
            "make both 6 x 9 x 11, or one of them 6 x 1 x 1.",
        ),
        (
            Multiply(),
            ((10,), MAPS),
            "Multiply needs inputs of one shape, or sides of 1, gets a vector of 10 and "
            "6 x 9 x 11; make both a vector of 10.",
        ),
        (
            Add(),
            ((10,), (4, 9)),
            "Add needs inputs of one shape, gets a vector of 10 and 4 x 9; make both a vector "
            "of 10.",
        ),
        (
            Concat(),
            ((4, 9), (4, 8)),
            "Concat needs signals of one length, gets 4 x 9 and 4 x 8; make all of them signals "
            "of length 9.",
        ),
        (
            Concat(),
            ((3, 4, 5, 6), MAPS),
            "Concat needs clips of one length, height and width, gets 3 x 4 x 5 x 6 and "
            "6 x 9 x 11; make all of them clips of 4 x 5 x 6.",
        ),
        (
            Concat(),
            ((10,), (4, 9)),
            "Concat needs vectors alone, gets a vector of 10 and 4 x 9; make all of them vectors.",
        ),
    ],
)
def test_says_what_it_needs(op: LayerKind, given: tuple[Shape, ...], message: str) -> None:
    with pytest.raises(Misfit) as caught:
        op.shape(*given)
    assert str(caught.value) == message
    assert not caught.value.settings
