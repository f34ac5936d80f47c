from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.network.folding import folded
from core.network.layers.add import Add
from core.network.layers.batch_norm2d import BatchNorm2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import INPUT, ModelSpec, Node
from core.network.subject import Subject

SPEC = ModelSpec(
    "normalised",
    (3, 9, 9),
    (
        Node("first", BatchNorm2d()),
        Node("padded", Conv2d(4, 3, 2, 0, 1, bias=False)),
        Node("padded_bn", BatchNorm2d()),
        Node("relu", Relu()),
        Node("shared", Conv2d(4, 1)),
        Node("shared_bn", BatchNorm2d()),
        Node("sum", Add(), ("shared", "shared_bn")),
    ),
)


@pytest.fixture
def network() -> Network:
    network = Network(SPEC).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(0)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values in (part.running_mean, part.weight, part.bias):
                assert isinstance(values, Tensor)
                values.normal_(generator=generator)
            assert isinstance(part.running_var, Tensor)
            part.running_var.uniform_(0.2, 2.0, generator=generator)
    return network


@pytest.fixture
def image() -> Tensor:
    return torch.randn(3, 9, 9, generator=torch.Generator().manual_seed(1))


def test_gives_what_the_network_gives(network: Network, image: Tensor) -> None:
    twin, _ = folded(network)
    torch.testing.assert_close(twin(image[None]), network(image[None]))


def test_only_a_normalisation_of_one_convolution_alone_is_taken_in(network: Network) -> None:
    twin, taken_in = folded(network)
    assert taken_in == {"padded"}
    assert isinstance(twin.get_submodule("padded_bn"), nn.Identity)
    assert isinstance(twin.get_submodule("shared_bn"), nn.BatchNorm2d)
    assert isinstance(network.get_submodule("padded_bn"), nn.BatchNorm2d)


def test_every_layer_that_is_looked_at_is_the_networks_own(network: Network, image: Tensor) -> None:
    subject = Subject(Snapshot(Model("n", plain(SPEC.input), SPEC), network.state_dict()))
    for node in SPEC.nodes:
        fresh = image.clone()
        seen = {INPUT: fresh[None]}
        for name, reads in network.plan:
            seen[name] = network.get_submodule(name)(*(seen[read] for read in reads))
        given = subject.outputs(fresh, node.name)[node.name]
        torch.testing.assert_close(given, seen[node.name][0])


def test_new_weights_are_folded_anew(network: Network, image: Tensor) -> None:
    model = Model("n", plain(SPEC.input), SPEC)
    subject = Subject(Snapshot(model, network.state_dict()))
    subject.outputs(image, "relu")
    doubled = {name: 2 * value for name, value in network.state_dict().items()}
    subject.update(Snapshot(model, doubled))
    torch.testing.assert_close(
        subject.outputs(image, "sum"), Subject(Snapshot(model, doubled)).outputs(image, "sum")
    )
