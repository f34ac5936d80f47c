"""The preview of what training shows: as it is set, drawn anew, and quiet where nothing is set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.results import Bytes
from core.training.settings import TrainParams
from tests.workbench.conftest import PATIENCE
from workbench.augmentation_panel import NOTHING_SET, TRAINING, AugmentationPanel, told
from workbench.saved_params import save_params
from workbench.session import Session

IMAGES = np.random.default_rng(2).integers(1, 256, (2, 16, 16), np.uint8)


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> AugmentationPanel:
    made = AugmentationPanel(session)
    session.changed.connect(lambda names: made.refresh())
    qtbot.addWidget(made)
    made.show()
    made.show_samples(IMAGES, ("cat", "dog"))
    return made


def set_up(panel: AugmentationPanel, qtbot: QtBot, **settings: Any) -> list[tuple[Bytes, ...]]:
    """Change the training's settings, and give the versions that follow."""
    before = panel.rows.rows
    save_params(panel._session, TRAINING, replace(TrainParams(), **settings))
    qtbot.waitUntil(lambda: panel.rows.rows is not before, timeout=PATIENCE)
    return [row.versions for row in panel.rows.rows]


def test_without_augmentation_it_says_where_to_set_it(panel: AugmentationPanel) -> None:
    assert panel.settings.text() == NOTHING_SET
    assert not panel.rows.isVisible()
    assert not panel.again.isEnabled()


def test_versions_follow_the_settings_of_the_training(
    panel: AugmentationPanel, qtbot: QtBot
) -> None:
    for picture, versions in zip(IMAGES, set_up(panel, qtbot, flip=True), strict=True):
        seen = {version[..., 0].tobytes() for version in versions}
        assert seen == {picture.tobytes(), picture[:, ::-1].tobytes()}
    assert panel.settings.text() == "Mirror"
    assert [row.name for row in panel.rows.rows] == ["cat", "dog"]

    shifted = set_up(panel, qtbot, shift=3)
    assert any((version[:1] == 0).all() for versions in shifted for version in versions)
    assert panel.settings.text() == "Shift, at most 3 px"


def test_again_draws_others(panel: AugmentationPanel, qtbot: QtBot) -> None:
    first = set_up(panel, qtbot, rotation=40.0)
    before = panel.rows.rows
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.rows.rows is not before, timeout=PATIENCE)

    assert (np.stack(panel.rows.rows[0].versions) != np.stack(first[0])).any()


def test_other_settings_leave_the_versions_alone(panel: AugmentationPanel, qtbot: QtBot) -> None:
    set_up(panel, qtbot, rotation=40.0)
    before = panel.rows.rows
    save_params(panel._session, TRAINING, replace(TrainParams(), rotation=40.0, batch=7))
    qtbot.waitUntil(lambda: panel._session.is_idle, timeout=PATIENCE)

    assert panel.rows.rows is before


def test_colours_and_signals_have_versions_too(panel: AugmentationPanel, qtbot: QtBot) -> None:
    for images in (np.repeat(IMAGES[..., None], 3, 3), IMAGES.reshape(2, 1, 256)):
        panel.show_samples(images, ("cat", "dog"))
        for settings in ({"shift": 2, "cutout": 5}, {"rotation": 10.0, "crop": 0.3}):
            versions = set_up(panel, qtbot, **settings)
            assert versions[0][0].shape == (*images.shape[1:3], 3)


def test_what_does_not_suit_the_data_is_told(panel: AugmentationPanel, qtbot: QtBot) -> None:
    set_up(panel, qtbot, rotation=40.0, saturation=0.5)
    assert panel.settings.text().endswith("\nSaturation does nothing to grey pictures.")

    panel.show_samples(IMAGES.reshape(2, 1, 256), ("cat", "dog"))
    versions = set_up(panel, qtbot, rotation=41.0, flip=True)
    assert panel.settings.text().endswith(
        "\nRotation does nothing to signals. Mirrored signals run backwards."
    )
    wave = IMAGES[0].reshape(1, 256)
    seen = {version[..., 0].tobytes() for version in versions[0]}
    assert seen == {wave.tobytes(), wave[:, ::-1].tobytes()}


def test_without_pictures_there_is_nothing_to_show(panel: AugmentationPanel) -> None:
    panel.show_samples(None, ())

    assert not panel.isVisible()


def test_settings_are_told_with_their_units() -> None:
    params = replace(TrainParams(), shift=2, fill="edge", rotation=15.0, brightness=0.2)

    assert told(params.augment) == (
        "Shift, at most 2 px · Fill The edge's pixels · Rotation, at most 15 ° · Brightness, ± 0.20"
    )
