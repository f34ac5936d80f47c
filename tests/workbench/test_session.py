"""The session: edits, undo, what is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from core.analysis.declare import Inputs
from core.analysis.live import Request
from core.data.source import Source
from core.network import edit
from core.network.layers.conv2d import Conv2d
from core.network.layers.relu import Relu
from core.network.weights import write_weights
from tests.workbench.conftest import CAT, PATIENCE
from workbench.session import Session


def test_an_edit_tells_what_changed(session: Session) -> None:
    told: list[frozenset[str]] = []
    session.changed.connect(told.append)
    session.edit(target=2)
    assert told == [frozenset({"target"})]


def test_docks_that_ask_at_once_are_answered_for_the_same_frame(
    session: Session, qtbot: QtBot
) -> None:
    looks: list[set[str]] = []
    session.seen.connect(
        lambda: looks.append(set(session.now.seen.results if session.now.seen else ()))
    )
    for key in ("one", "other"):
        inputs = Inputs(snapshot=session.snapshot(), layer="conv1")
        session.watch(key, Request(key, "activations", inputs))
    qtbot.waitUntil(lambda: bool(looks), timeout=PATIENCE)
    assert looks[0] >= {"one", "other"}


def test_an_edit_to_the_same_value_is_no_step(session: Session) -> None:
    session.edit(target=1)
    before = session.document
    session.edit(target=1)
    session.undo()
    assert session.document.target is None
    session.redo()
    assert session.document == before


def test_edits_of_one_field_in_quick_succession_are_one_step(session: Session) -> None:
    session.edit(layer="conv2")
    for unit in range(1, 4):
        session.edit(unit=unit)
    session.undo()
    assert (session.document.layer, session.document.unit) == ("conv2", 0)


def test_selecting_a_layer_begins_at_its_first_unit(session: Session) -> None:
    session.select_unit(5, (3, 3))
    session.select_layer("conv2")
    assert (session.document.unit, session.document.cell) == (0, None)


def test_there_is_nothing_to_go_back_to_before_the_first_network(session: Session) -> None:
    first = session.model
    session.select_layer("conv2")
    for _ in range(5):
        session.undo()
    assert not session.can_undo
    assert session.model is first


def test_undo_brings_the_network_back(session: Session) -> None:
    assert session.model is not None
    assert session.model.spec is not None
    before = session.model
    spec, name = edit.insert(session.model.spec, 1, Relu())
    session.edit_spec(spec, name)
    assert name in [row.name for row in session.table()]
    session.undo()
    assert session.model == before


def test_weights_stay_where_name_and_shape_stay(session: Session) -> None:
    from core.network.subject import subject_for

    first = session.snapshot()
    assert session.model is not None
    assert session.model.spec is not None
    assert first is not None
    kernels = subject_for(first).kernels("conv1").clone()
    spec = edit.change(session.model.spec, "conv2", Conv2d(8, 3))
    session.edit_spec(spec, "conv2")
    second = session.snapshot()
    assert second is not None
    assert (subject_for(second).kernels("conv1") == kernels).all()
    assert len(subject_for(second).kernels("conv2")) == 8


def test_a_layer_that_does_not_fit_leaves_those_before_it_usable(
    session: Session, qtbot: QtBot
) -> None:
    assert session.model is not None
    assert session.model.spec is not None
    session.edit_spec(edit.change(session.model.spec, "conv2", Conv2d(4, 40)), "conv2")
    usable = session.snapshot()
    assert usable is not None
    assert usable.model.spec is not None
    assert [node.name for node in usable.model.spec.nodes] == ["conv1", "relu1", "pool1"]
    assert usable.model.classes == ()
    assert any("40 x 40" in row.problem for row in session.table())


def test_another_picture_is_looked_at_and_can_be_undone(session: Session, qtbot: QtBot) -> None:
    session.look_at(Source("image", "photos/coffee.jpg"))
    qtbot.waitUntil(lambda: session.document.source != CAT, timeout=PATIENCE)
    seen = session.now.seen
    qtbot.waitUntil(lambda: session.now.seen is not seen, timeout=PATIENCE)
    session.undo()
    assert session.document.source == CAT


def test_a_file_that_is_no_picture_loses_nothing(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    before = session.document
    with qtbot.waitSignal(session.said, timeout=PATIENCE) as told:
        session.look_at(Source("image", str(broken)))
    assert "broken.jpg" in told.args[0]
    assert told.args[1] is True
    assert session.document == before


def test_a_misspelt_network_names_the_nearest(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.said, timeout=PATIENCE) as told:
        session.open_model("lenet6")
    assert "lenet5" in told.args[0]


def test_opening_a_network_chooses_its_first_convolution(session: Session, qtbot: QtBot) -> None:
    session.open_model("lenet5")
    qtbot.waitUntil(
        lambda: session.model is not None and session.model.name == "LeNet-5", timeout=PATIENCE
    )
    assert session.document.layer == "conv1"
    assert session.document.source == Source("sample", "fashion_mnist")


def test_weights_of_a_file_are_put_into_the_open_network(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "weights.safetensors"
    write_weights(path, {"module.conv1.weight": torch.ones(6, 3, 5, 5)})
    with qtbot.waitSignal(session.said, timeout=PATIENCE) as said:
        session.open_weights(path)
    assert said.args[0].startswith("weights.safetensors fits 1 of the 6 tensors of Tiny without")
    snapshot = session.snapshot()
    assert snapshot is not None
    assert float(snapshot.weights["conv1.weight"].mean()) == 1
    session.undo()
    assert not session.assets[str(session.document.snapshot)].weights


def test_weights_of_another_network_are_refused(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "weights.safetensors"
    write_weights(path, {"other": torch.ones(6)})
    before = session.document
    with qtbot.waitSignal(session.said, timeout=PATIENCE) as said:
        session.open_weights(path)
    assert "those of another network" in said.args[0]
    assert session.document is before


def test_a_pinned_view_keeps_its_network(session: Session, qtbot: QtBot) -> None:
    tiny = session.document.snapshot
    session.pin("filters", tiny)
    session.open_model("lenet5")
    qtbot.waitUntil(lambda: session.document.snapshot != tiny, timeout=PATIENCE)
    assert session.snapshot("filters") is session.assets[tiny]
    assert session.snapshot() is session.assets[session.document.snapshot]
    session.pin("filters", None)
    assert session.snapshot("filters") is session.snapshot()


def test_following_a_training_is_no_step_of_undo(session: Session) -> None:
    from dataclasses import replace

    snapshot = session.snapshot()
    assert snapshot is not None
    document = session.document
    session.follow(replace(snapshot, step=10))
    followed = session.snapshot()
    assert followed is not None
    assert followed.step == 10
    session.follow(None)
    assert session.document is document


@pytest.mark.parametrize("name", ["gratings", "photo_walk"])
def test_a_camera_is_live_and_can_be_frozen(session: Session, qtbot: QtBot, name: str) -> None:
    session.look_at(Source("camera", name))
    qtbot.waitUntil(lambda: not session.is_still, timeout=PATIENCE)
    first = session.now.seen
    qtbot.waitUntil(lambda: session.now.seen is not first, timeout=PATIENCE)
    session.freeze(True)
    assert session.is_still
    session.freeze(False)
    second = session.now.seen
    qtbot.waitUntil(lambda: session.now.seen is not second, timeout=PATIENCE)


def test_networks_lent_to_docks_go_when_another_is_opened(session: Session, qtbot: QtBot) -> None:
    session.pin_models(("filters", "gabor"), "alexnet_trunk")
    qtbot.waitUntil(lambda: len(session.document.pins) == 2, timeout=PATIENCE)
    session.open_model("lenet5")
    qtbot.waitUntil(lambda: session.document.pins == (), timeout=PATIENCE)
    assert session.snapshot("filters") is session.snapshot()
