from __future__ import annotations

import numpy as np
import pytest

from core.data.images import tiles
from core.errors import UserError
from core.results import ClassProbability, MapGrid, Predictions
from tests.workbench.widgets.conftest import Show, press
from workbench.widgets.network_card import NetworkCard

CLASSES = Predictions((ClassProbability(1, "dog", 0.9),), np.array([0.1, 0.9], np.float32))


def maps(count: int, reach: float = 1.0) -> MapGrid:
    values = np.linspace(-0.5, 0.5, count * 9, dtype=np.float32).reshape(count, 3, 3)
    made = tiles(values, 2, signed=True, ends=(-reach, reach))
    return MapGrid(values, "weight", True, "conv1", tiles=made)


@pytest.fixture
def card(show: Show) -> NetworkCard:
    made = NetworkCard("Left")
    show(made, 260, 520)
    return made


def test_says_how_many_there_are_of_which_layer(card: NetworkCard) -> None:
    card.show_kernels(maps(4))
    card.show_activations(maps(6))
    card.show_classes(CLASSES)

    assert card.kernels_caption.whole == "conv1 · 4 kernels, 3 × 3"
    assert card.activations_caption.whole == "conv1 · 6 maps, 3 × 3"
    assert "dog" in card.bars.accessibleDescription()


def test_kernels_stay_on_the_scale_that_they_were_put_on(card: NetworkCard) -> None:
    card.kernels.setMinimumHeight(200)
    card.show_kernels(maps(5, reach=4.0))

    assert card.kernels.layout_of_tiles is not None
    assert card.kernels.layout_of_tiles.columns != 2  # so it tiles them anew
    bar = card.kernels.colour_bar
    assert bar.ends == ("−4", "4")


def test_says_why_there_is_nothing(card: NetworkCard) -> None:
    card.show_kernels(maps(4))
    card.show_kernels(UserError("relu has no kernels."))
    assert card.kernels.grid is None
    assert card.kernels_caption.whole == "Kernels"

    card.clear("Choose a run.")
    assert card.activations.grid is None
    assert card.bars.accessibleDescription() == ""


def test_a_press_chooses_the_unit_and_a_class(card: NetworkCard, qtbot: object, show: Show) -> None:
    chosen: list[int] = []
    card.chosen.connect(chosen.append)
    card.target_chosen.connect(chosen.append)
    card.show_activations(maps(4))
    card.show_classes(CLASSES)
    layout = card.activations.layout_of_tiles
    assert layout is not None
    middle = layout.tile(1).center()
    press(qtbot, card.activations, middle.x(), middle.y())  # type: ignore[arg-type]
    press(qtbot, card.bars, 20, 10)  # type: ignore[arg-type]

    assert chosen == [1, 1]
    card.select(2, None)
    assert card.kernels.selected == card.activations.selected == 2
