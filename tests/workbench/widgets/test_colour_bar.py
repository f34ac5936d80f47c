from __future__ import annotations

import numpy as np
import pytest

from core.data.colour_maps import lookup_table
from tests.workbench.widgets.conftest import Show, colour_at
from workbench.widgets.colour_bar import BAR, HEIGHT, ColourBar


@pytest.fixture
def bar(show: Show) -> ColourBar:
    made = ColourBar()
    show(made, 300, HEIGHT)
    made.show_scale(lookup_table("viridis"), "0", "0.41", "drop in probability")
    return made


def test_the_colours_run_from_the_first_to_the_last(bar: ColourBar) -> None:
    table = lookup_table("viridis").astype(int)
    for x in (5, 150, 294):
        drawn = np.array(colour_at(bar, x, BAR // 2))
        assert np.abs(drawn - table[round(x / 299 * 255)]).max() <= 6


def test_assistants_hear_the_scale(bar: ColourBar) -> None:
    assert bar.accessibleName() == "Colours: drop in probability, from 0 to 0.41"


def test_it_is_drawn_when_very_narrow(bar: ColourBar) -> None:
    bar.resize(30, HEIGHT)

    assert colour_at(bar, 15, BAR // 2) != colour_at(bar, 15, HEIGHT - 1)
