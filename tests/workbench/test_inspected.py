"""`inspect`: the caller's own module, in the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot
from torch import Tensor, nn

from core.data.datasets import DATASETS
from core.errors import UserError
from core.network.subject import Subject
from core.paths import resource
from tests.workbench.conftest import PATIENCE
from workbench.app import Application
from workbench.inspected import NAME, inspected


class Theirs(nn.Module):
    """A network with a functional non-linearity and a dictionary as output."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 5, 3, padding=1)
        self.head = nn.Linear(5, 2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        maps = torch.relu(self.features(x))
        return {"scores": self.head(maps.mean((2, 3)))}


@pytest.fixture(autouse=True)
def _no_images_left() -> Iterator[None]:
    yield
    if NAME in DATASETS:
        DATASETS.remove(NAME)


def look(module: nn.Module, **options: object) -> tuple[object, object]:
    given = {"classes": (), "images": (), "mean": None, "std": None, "name": ""} | options
    shape = given.pop("input_shape", (3, 16, 16))
    return inspected(module, shape, **given)  # type: ignore[arg-type]


def test_the_window_looks_at_their_network(qtbot: QtBot) -> None:
    module = Theirs()
    first = look(module, classes=("day", "night"), images=[resource("photos", "cat.jpg")])
    program = Application(theme_name="dark", first=first)  # type: ignore[arg-type]
    program.show()
    try:
        qtbot.waitUntil(lambda: program.session.now.seen is not None, timeout=PATIENCE)
        names = [row.name for row in program.session.table()]
        assert names == ["features", "relu", "mean", "head"]
        assert program.session.document.layer == "features"
        assert program.window.network_name.whole == "Theirs"
    finally:
        program.window.close()
        program.window.deleteLater()
        qtbot.wait(1)


def test_arrays_are_looked_at_in_order() -> None:
    pictures = [np.full((8, 9, 3), level, np.uint8) for level in (10, 200)]
    look(Theirs(), images=pictures)
    assert DATASETS[NAME].load("test").frame(1)[0, 0, 0] == 200


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"input_shape": (16, 16)}, "channels, height, width"),
        ({"mean": (0.5,)}, "one for each of 3 channels"),
        ({"images": [np.zeros((4, 4, 2), np.uint8)]}, "give paths, or uint8"),
        ({"images": [Path("nowhere.png")]}, "nowhere.png"),
    ],
)
def test_what_cannot_be_looked_at_is_told(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        look(Theirs(), **options)


def test_a_module_that_raises_is_told() -> None:
    class Failing(Theirs):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            raise ValueError("it needs a mask")

    snapshot, _ = look(Failing())
    with pytest.raises(UserError, match=r"Failing cannot run on an input of .* it needs a mask\."):
        Subject(snapshot)  # type: ignore[arg-type]


def test_only_modules_are_looked_at() -> None:
    with pytest.raises(UserError, match="function"):
        look(lambda x: x)  # type: ignore[arg-type]
