"""The layout of a graph: columns, lanes, straight chains, rows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.layout import Layout, Sizes, layout
from core.network.layout.order import crossings, ordered
from core.network.layout.ranks import ranked

SIZES = Sizes()
Reads = dict[str, tuple[str, ...]]


def chain(length: int) -> Reads:
    names = [f"n{k}" for k in range(length)]
    return {name: (names[k - 1],) if k else () for k, name in enumerate(names)}


def residual() -> Reads:
    return {
        "input": (),
        "conv1": ("input",),
        "conv2": ("conv1",),
        "conv3": ("conv2",),
        "add": ("conv3", "input"),
        "out": ("add",),
    }


def inception() -> Reads:
    return {
        "input": (),
        "a1": ("input",),
        "b1": ("input",),
        "b2": ("b1",),
        "c1": ("input",),
        "c2": ("c1",),
        "d1": ("input",),
        "join": ("a1", "b2", "c2", "d1"),
    }


def dense_block(layers: int) -> Reads:
    reads: Reads = {"input": ()}
    for k in range(layers):
        before = tuple(f"conv{j}" for j in range(k))
        reads[f"norm{k}"] = ("input", *before)
        reads[f"conv{k}"] = (f"norm{k}",)
    return reads


@st.composite
def networks(draw: st.DrawFn) -> Reads:
    count = draw(st.integers(1, 24))
    reads: Reads = {"n0": ()}
    for k in range(1, count):
        sources = draw(st.sets(st.integers(0, k - 1), min_size=0, max_size=3))
        reads[f"n{k}"] = tuple(f"n{source}" for source in sorted(sources))
    return reads


def level(drawing: Layout, name: str) -> float:
    return drawing.places[name][1]


def test_a_chain_stands_in_one_straight_line() -> None:
    drawing = layout(chain(12))
    assert {y for _, y in drawing.places.values()} == {0.0}
    xs = [x for x, _ in drawing.places.values()]
    assert all(b - a == SIZES.width + SIZES.across for a, b in pairwise(xs))


def test_a_straight_connection_has_no_points_but_its_ends() -> None:
    assert all(len(line) == 2 for line in layout(chain(5)).routes.values())


def test_the_layers_beside_a_skip_stay_straight_and_the_skip_goes_around_them() -> None:
    drawing = layout(residual())
    assert len({level(drawing, name) for name in residual()}) == 1
    middle = level(drawing, "conv2") + SIZES.height / 2
    skip = drawing.routes["input", "add"]
    assert max(abs(y - middle) for _, y in skip) > SIZES.height / 2


def test_branches_lie_even_about_the_fork_and_the_join() -> None:
    drawing = layout(inception())
    branches = [level(drawing, name) for name in ("a1", "b1", "c1", "d1")]
    assert level(drawing, "input") == pytest.approx(sum(branches) / 4)
    assert level(drawing, "join") == pytest.approx(sum(branches) / 4)
    assert level(drawing, "b1") == level(drawing, "b2")


def test_every_layer_stands_right_of_what_it_reads() -> None:
    drawing = layout(dense_block(8))
    for name, sources in dense_block(8).items():
        for source in sources:
            assert drawing.places[source][0] < drawing.places[name][0]


def test_a_ladder_of_branches_crosses_nowhere() -> None:
    reads: Reads = {"input": (), "a0": ("input",), "b0": ("input",)}
    for k in range(1, 5):
        reads |= {f"b{k}": (f"b{k - 1}",), f"a{k}": (f"a{k - 1}",)}
    found = ranked(reads, SIZES, None, 0, False)
    assert crossings(ordered(found), found.after) == 0


def test_readers_of_one_layer_share_its_lane() -> None:
    found = ranked(dense_block(10), SIZES, None, 0, False)
    lanes = [found.names[v] for column in found.ranks for v in column if not found.is_box(v)]
    assert lanes.count("input") == 18  # one in each column before its last reader


def test_a_long_network_goes_on_in_the_next_row() -> None:
    drawing = layout(chain(13), columns=5)
    rows = sorted({y for _, y in drawing.places.values()})
    assert [list(drawing.places.values())[k] for k in (0, 5, 10)] == [
        (min(x for x, _ in drawing.places.values()), y) for y in rows
    ]
    down = drawing.routes["n4", "n5"]
    assert max(x for x, _ in down) > drawing.places["n4"][0] + SIZES.width
    assert min(x for x, _ in down) < drawing.places["n5"][0]


def test_a_row_ends_where_the_fewest_lines_pass() -> None:
    reads: Reads = {**residual(), "a": ("out",), "b": ("a",), "c": ("b",)}
    drawing = layout(reads, columns=5)
    assert level(drawing, "add") == level(drawing, "input")
    assert level(drawing, "out") > level(drawing, "add")


def test_what_fits_in_a_view_gets_no_further_rows() -> None:
    wide = layout(chain(4), view=(1000, 400))
    assert wide.columns == 4
    low = layout(chain(40), view=(1000, 400))
    assert 3 <= low.columns <= 6


def test_as_a_whole_a_network_is_folded_to_the_shape_of_the_view() -> None:
    drawing = layout(chain(150), view=(1000, 400), whole=True)
    assert 1.2 < drawing.width / drawing.height < 5


def test_the_number_of_columns_stays_while_it_does_as_well() -> None:
    first = layout(chain(40), view=(1000, 400))
    again = layout(chain(41), view=(1000, 400), columns=first.columns)
    assert again.columns == first.columns


def test_nothing_gives_an_empty_drawing() -> None:
    drawing = layout({}, view=(800, 400))
    assert (drawing.places, drawing.routes, drawing.width) == ({}, {}, 0.0)


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(1, 8))
def test_boxes_never_overlap_and_every_connection_ends_at_its_ports(
    reads: Reads, columns: int
) -> None:
    drawing = layout(reads, columns=columns)
    boxes = list(drawing.places.values())
    for number, (x, y) in enumerate(boxes):
        for other_x, other_y in boxes[:number]:
            apart = max(abs(x - other_x) - SIZES.width, abs(y - other_y) - SIZES.height)
            assert apart > 0
    expected = {(source, name) for name, sources in reads.items() for source in sources}
    assert set(drawing.routes) == expected
    for (source, reader), line in drawing.routes.items():
        (left, top), (end, level_of_end) = drawing.places[source], drawing.places[reader]
        assert line[0] == pytest.approx((left + SIZES.width, top + SIZES.height / 2))
        assert line[-1] == pytest.approx((end, level_of_end + SIZES.height / 2))


@settings(max_examples=20, deadline=None)
@given(networks())
def test_the_same_network_gives_the_same_drawing(reads: Reads) -> None:
    assert layout(reads, view=(900, 500)) == layout(reads, view=(900, 500))
