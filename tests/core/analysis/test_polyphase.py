from __future__ import annotations

import pytest
import torch
from torch import nn

from core.analysis.polyphase import PolyphaseConv2d, has_polyphase_form
from core.network.modules.convolution import PaddedConv2d


@pytest.mark.parametrize("size", [(30, 41), (31, 32), (33, 37)])
@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(3, 5, 11, 4, 2),
        nn.Conv2d(3, 5, 3, 2, 1, bias=False),
        nn.Conv2d(1, 2, 2, 3),
        nn.Conv2d(2, 2, 4, 4, 5),
        PaddedConv2d(3, 4, 3, 2, before=0, after=1),
    ],
    ids=["alexnet", "no_bias", "gaps", "wide_padding", "uneven_padding"],
)
def test_gives_the_same_values_and_gradient(conv: nn.Conv2d, size: tuple[int, int]) -> None:
    assert has_polyphase_form(conv)
    seeded = torch.Generator().manual_seed(0)
    image = torch.randn(1, conv.in_channels, *size, generator=seeded, requires_grad=True)
    strided = conv(image)
    signal = torch.randn(strided.shape, generator=seeded)
    ours = PolyphaseConv2d(conv)(image)
    torch.testing.assert_close(ours, strided, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(
        torch.autograd.grad(ours, image, signal),
        torch.autograd.grad(strided, image, signal),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(3, 4, 3),
        nn.Conv2d(16, 4, 3, 2),
        nn.Conv2d(4, 4, 3, 2, groups=4),
        nn.Conv2d(3, 4, 3, (1, 2)),
        nn.Conv2d(3, 4, (3, 5), 2),
        nn.Conv2d(3, 4, 3, 2, dilation=2),
        nn.Conv2d(3, 4, 3, 2, 1, padding_mode="reflect"),
    ],
    ids=["no_stride", "channels", "groups", "two_strides", "oblong", "dilated", "reflected"],
)
def test_leaves_other_convolutions_alone(conv: nn.Conv2d) -> None:
    assert not has_polyphase_form(conv)
