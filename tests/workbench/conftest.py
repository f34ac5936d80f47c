"""A session with a tiny network looking at a photograph, and the whole window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.data.source import Source
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.layers.max_pool2d import MaxPool2d
from core.network.layers.relu import Relu
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot
from core.network.spec import ModelSpec, Node
from workbench import theme
from workbench.app import Application
from workbench.session import Session
from workbench.settings import Settings, save_settings
from workbench.views.training import TrainingView

#: How long anything may take on a busy machine, in ms.
PATIENCE = 30_000

CAT = Source("image", "photos/cat.jpg")


def tiny_network() -> Snapshot:
    """Two convolutions on 16 x 16 px, three classes; initialised, not trained."""
    nodes = (
        Node("conv1", Conv2d(6, 5, padding=2)),
        Node("relu1", Relu()),
        Node("pool1", MaxPool2d(2)),
        Node("conv2", Conv2d(4, 3)),
        Node("flatten", Flatten()),
        Node("output", Dense(3)),
    )
    spec = ModelSpec("Tiny", (3, 16, 16), nodes)
    return Snapshot(Model("Tiny", Preprocessing((16, 16)), spec, "", ("cat", "dog", "bird")))


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session that has looked at the cat with the tiny network."""
    theme.apply("dark")
    made = Session(Settings())
    with qtbot.waitSignal(made.ready, timeout=PATIENCE):
        made.begin()
    made.open_snapshot(tiny_network(), CAT)
    qtbot.waitUntil(lambda: made.now.seen is not None and made.is_idle, timeout=PATIENCE)
    yield made
    made.close()


@pytest.fixture
def program(qtbot: QtBot) -> Iterator[Application]:
    """The window in its Build workspace, as it opens on a tiny network and the cat."""
    save_settings(Settings(theme="dark", workspace="Build"))
    made = Application(first=(tiny_network(), CAT))
    made.show()
    try:
        qtbot.waitUntil(lambda: made.session.now.seen is not None, timeout=PATIENCE)
        yield made
    finally:
        made.window.close()
        made.window.deleteLater()
        qtbot.wait(1)


@pytest.fixture
def training_view(session: Session, qtbot: QtBot) -> TrainingView:
    """The training dock with LeNet-5 open."""
    session.open_model("lenet5")
    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == "LeNet-5", timeout=PATIENCE
    )
    made = TrainingView(session)
    qtbot.addWidget(made)
    made.show()
    return made
