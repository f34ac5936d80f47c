"""What would make a layer fit: it was tried, and it always ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.network.layer_table import layer_table, problems
from core.network.layers.add import Add
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.relu import Relu
from core.network.notation import read, write
from core.network.repair import mended, repairs
from core.network.spec import ModelSpec, Node
from tests.core.network.random_specs import broken_specs

few = settings(derandomize=True, max_examples=60, deadline=None)


def titles(spec: ModelSpec, name: str) -> list[str]:
    return [repair.title for repair in repairs(spec, name)]


def after(spec: ModelSpec, name: str, title: str) -> str:
    """The network after one of the repairs, in words."""
    return next(write(r.spec) for r in repairs(spec, name) if r.title == title)


@pytest.mark.parametrize(
    ("text", "layer", "title", "mended_text"),
    [
        (
            "input 1x9x9 | conv 6@5x5 | dense 10",
            "dense1",
            "Insert a Flatten before it",
            "input 1x9x9 | conv 6@5x5 | flatten | dense 10",
        ),
        (
            "input 1x9x9 | conv 6@5x5 | flatten | dense 9 | conv 4@3x3 relu | dense 3",
            "conv2",
            "Move it before flatten",
            "input 1x9x9 | conv 6@5x5 | conv 4@3x3 | flatten | dense 9 relu | dense 3",
        ),
        ("input 3x9x9 | conv 6@11x11", "conv1", "Set kernel to 9", "input 3x9x9 | conv 6@9x9"),
        (
            "input 3x9x9 | conv 6@11x11",
            "conv1",
            "Set padding to 1",
            "input 3x9x9 | conv 6@11x11 pad 1",
        ),
        (
            "input 4x9x9 | conv 8@3x3 groups 3",
            "conv1",
            "Set groups to 4",
            "input 4x9x9 | conv 8@3x3 groups 4",
        ),
        (
            "input 6x9x9 | conv 6@3x3 | conv 8@3x3 groups 4",
            "conv2",
            "Set conv1 to 4 filters",
            "input 6x9x9 | conv 4@3x3 | conv 8@3x3 groups 4",
        ),
        (
            "input 3x9x9 | conv 8@4x4 | conv 8@7x7",
            "conv2",
            "Pad conv1 by 1",
            "input 3x9x9 | conv 8@4x4 pad 1 | conv 8@7x7",
        ),
        (
            "input 3x40 | conv 4@5x5 relu",
            "conv1",
            "Make it Convolution, 1-D",
            "input 3x40 | conv1d 4@5 relu",
        ),
        (
            "input 1x9x9 | [conv 16@3x3 pad 1 relu + conv 32@1x1] relu",
            "add1",
            "Set conv2 to 16 filters",
            "input 1x9x9 | [conv 16@3x3 pad 1 relu + conv 16@1x1] relu",
        ),
        (
            "input 16x9x9 | relu | [conv 32@3x3 stride 2 pad 1 + ] relu",
            "add1",
            "Insert a 1x1 convolution of 32 filters and stride 2 on relu1",
            "input 16x9x9 | relu | [conv 32@3x3 stride 2 pad 1 + conv 32@1x1 stride 2] relu",
        ),
        (
            "input 1x11x11 | conv 6@5x5 relu | add from relu1, input",
            "add1",
            "Insert a 5x5 convolution of 6 filters on input",
            "input 1x11x11 | [conv 6@5x5 relu + conv 6@5x5]",
        ),
        (
            "input 4x9x9 | [conv 4@3x3, conv 4@5x5]",
            "concat1",
            "Pad conv2 by 1",
            "input 4x9x9 | [conv 4@3x3, conv 4@5x5 pad 1]",
        ),
        (
            "input 2x2x2 | flatten | [dense 400 relu + dense 256 + dense 400]",
            "add1",
            "Set dense2 to 400 units",
            "input 2x2x2 | flatten | [dense 400 relu + dense 400 + dense 400]",
        ),
        (
            "input 4x3x3 | [relu, flatten] relu",
            "concat1",
            "Insert a Flatten on relu1",
            "input 4x3x3 | [relu | flatten1: flatten, flatten] relu",
        ),
        ("input 4x3x3 | relu | add", "add1", "Read input too", "input 4x3x3 | [relu + ]"),
        (
            "input 4x3x3 | relu tanh | sigmoid from relu1, tanh1",
            "sigmoid1",
            "Insert an Add before it",
            "input 4x3x3 | relu | [ + tanh] sigmoid",
        ),
        (
            "input 4x3x3 | relu from tanh1 | tanh from input",
            "relu1",
            "Move it after tanh1",
            "input 4x3x3 | tanh relu",
        ),
        (
            "input 3x100x100 | flatten | dense 1048576",
            "dense1",
            "Set units to 71580",
            "input 3x100x100 | flatten | dense 71580",
        ),
    ],
)
def test_offers_what_would_fit(text: str, layer: str, title: str, mended_text: str) -> None:
    assert after(read(text), layer, title) == mended_text


@pytest.mark.parametrize(
    ("nodes", "layer", "title"),
    [
        ((Node("conv", Conv2d(0, 3)),), "conv", "Set filters to 1"),
        ((Node("conv", Conv2d(4, -3, 0)),), "conv", "Set kernel to 1 and stride to 1"),
        ((Node("conv", Conv2d(10**9, 3)),), "conv", "Set filters to 65536"),
        ((Node("two words", Relu()),), "two words", "Rename it two_words"),
        ((Node("conv", Conv2d()), Node("conv", Relu())), "conv", "Rename it relu1"),
        ((Node("", Relu()),), "", "Rename it relu1"),
        ((Node("a", Relu()), Node("b", Relu(), ("aa",))), "b", "Read a instead of aa"),
        ((Node("a", Relu(), ("a",)),), "a", "Read input instead of a"),
        (
            (Node("a", Relu()), Node("b", Add(), ("a", "gone", "input"))),
            "b",
            "Read a and input only",
        ),
        (
            (Node("a", Relu()), Node("a", Dense(3))),
            "a",
            "Rename it dense1 and insert a Flatten before it",
        ),
    ],
)
def test_offers_what_mends_bad_input(nodes: tuple[Node, ...], layer: str, title: str) -> None:
    assert titles(ModelSpec("bad", (4, 8, 8), nodes), layer)[0] == title


def test_a_renamed_layer_keeps_its_readers() -> None:
    nodes = (Node("a b", Relu()), Node("c", Relu()), Node("d", Add(), ("a b", "c")))
    spec = repairs(ModelSpec("n", (4, 8, 8), nodes), "a b")[0].spec
    assert spec.node("d").reads == ("a_b", "c")


def test_a_second_layer_of_a_name_takes_along_only_the_one_after_it() -> None:
    nodes = (
        Node("a", Relu()),
        Node("a", Conv2d(2, 3)),
        Node("c", Relu()),
        Node("d", Relu(), ("a",)),
    )
    rows = layer_table(repairs(ModelSpec("n", (4, 8, 8), nodes), "a")[0].spec)
    assert [row.reads for row in rows] == [("input",), ("a",), ("conv1",), ("a",)]


def test_a_layer_that_fits_needs_no_repair() -> None:
    spec = read("input 4x3x3 | relu")
    assert repairs(spec, "relu1") == ()
    assert repairs(spec, "none") == ()
    assert mended(spec) == spec


def test_for_a_layer_that_waits_what_mends_the_one_it_waits_for() -> None:
    spec = read("input 1x9x9 | conv 6@5x5 | dense 10 | relu softmax")
    assert repairs(spec, "softmax1") == repairs(spec, "dense1")


def test_repairs_after_which_more_layers_fit_come_first() -> None:
    spec = read("input 1x5x5 | conv 6@9x9 | conv 6@3x3")
    left = [len(problems(repair.spec)) for repair in repairs(spec, "conv1")[:-1]]
    assert left == sorted(left)
    assert left[0] == 0


@few
@given(broken_specs())
def test_with_each_repair_the_layer_fits_and_those_before_it_still_do(spec: ModelSpec) -> None:
    rows = layer_table(spec)
    names = [row.name for row in rows]
    for index, row in enumerate(rows):
        if not row.problem or row.waits_for or names.count(row.name) > 1:
            continue
        *offered, last = repairs(spec, row.name)
        assert last.title == "Remove it"
        assert len(last.spec.nodes) == len(spec.nodes) - 1
        fitted = {r.name for r in rows[:index] if not r.problem}
        for repair in offered:
            first = {r.name: r for r in reversed(layer_table(repair.spec))}
            assert all(not first[name].problem for name in {row.name, *fitted} & first.keys())


@few
@given(broken_specs())
def test_the_first_repair_again_and_again_ends_with_a_network_that_fits(spec: ModelSpec) -> None:
    assert not problems(mended(spec))
