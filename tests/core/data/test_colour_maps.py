from __future__ import annotations

import numpy as np
import pytest

from core.data.colour_maps import class_colours, colour_map_names, lookup_table
from core.errors import UserError


@pytest.mark.parametrize("name", colour_map_names())
def test_is_the_published_table_within_two_levels(name: str) -> None:
    published = pytest.importorskip("matplotlib").colormaps[name](np.arange(256))[:, :3] * 255
    assert np.abs(lookup_table(name) - published).max() <= 2.5


@pytest.mark.parametrize("name", ["viridis", "magma"])
def test_sequential_maps_grow_lighter_at_every_step_of_eight(name: str) -> None:
    lightness = lookup_table(name).astype(float) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness[::8]) > 0).all()


def test_diverging_map_is_grey_at_zero_and_as_light_on_both_sides() -> None:
    table = lookup_table("coolwarm").astype(float)
    assert np.ptp(table[127]) < 5
    assert table[0, 2] > table[0, 0]
    assert table[255, 0] > table[255, 2]


def test_all_callers_share_one_table_that_cannot_be_written() -> None:
    assert lookup_table("viridis") is lookup_table("viridis")
    with pytest.raises(ValueError, match="read-only"):
        lookup_table("viridis")[0] = 0


def test_names_the_nearest_colour_map() -> None:
    with pytest.raises(UserError, match="did you mean magma"):
        lookup_table("magna")


def test_ten_classes_have_ten_colours_and_the_eleventh_the_first_again() -> None:
    colours = class_colours(np.arange(11))
    assert len(np.unique(colours[:10], axis=0)) == 10
    np.testing.assert_array_equal(colours[10], colours[0])
