"""Groups of layers: what is found by names, and what reads what once they are closed."""

from __future__ import annotations

from core.network.groups import Group, blocks, closed, reads_of_boxes

NAMES = ("stem_conv", "stem_bn", "block1_conv", "block1_bn", "pool", "block1_add")


def test_neighbours_that_begin_alike_are_a_block() -> None:
    assert blocks(NAMES) == (
        Group("stem", ("stem_conv", "stem_bn")),
        Group("block1", ("block1_conv", "block1_bn")),
    )


def test_names_with_dots_are_grouped_by_the_module_they_are_in() -> None:
    names = ("layer1.0.conv1", "layer1.0.bn1", "layer1.1.conv1", "fc")
    assert blocks(names) == (Group("layer1.0", ("layer1.0.conv1", "layer1.0.bn1")),)


def test_a_group_takes_in_what_stands_between_its_layers() -> None:
    box = closed(("a", "b", "c", "d"), (Group("g", ("a", "c")),))
    assert box == {"a": "[g]", "b": "[g]", "c": "[g]", "d": "d"}


def test_of_groups_that_share_a_layer_the_first_counts() -> None:
    groups = (Group("g", ("a", "b")), Group("h", ("b", "c")))
    assert closed(("a", "b", "c"), groups)["c"] == "c"


def test_a_group_with_one_layer_left_is_none() -> None:
    assert closed(("a", "b"), (Group("g", ("a", "gone")),)) == {"a": "a", "b": "b"}


def test_a_closed_group_reads_what_its_layers_read_of_others() -> None:
    reads = {"input": (), "a": ("input",), "b": ("a",), "c": ("b", "a"), "d": ("c", "b")}
    box = {"input": "input", **closed(("a", "b", "c", "d"), (Group("g", ("b", "c")),))}
    assert reads_of_boxes(reads, box) == {
        "input": (),
        "a": ("input",),
        "[g]": ("a",),
        "d": ("[g]",),
    }
