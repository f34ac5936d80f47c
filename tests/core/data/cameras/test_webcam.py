from __future__ import annotations

from pathlib import Path

import pytest

from core.data.cameras import webcam
from core.data.cameras.webcam import Webcam
from core.errors import UserError


def test_a_number_without_a_camera_says_so_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="Camera 9041 does not open: it is not there"):
        next(Webcam("9041").frames())
    assert capfd.readouterr().err == ""


def test_an_unknown_name_lists_those_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video4").mkdir()
    (tmp_path / "video4" / "name").write_text("Desk camera\n")
    monkeypatch.setattr(webcam, "NAMES", tmp_path)
    with pytest.raises(UserError, match="no camera 'Roof'; there are: Desk camera"):
        next(Webcam("Roof").frames())
    with pytest.raises(UserError, match="Camera desk does not open"):
        next(Webcam("desk").frames())


def test_a_path_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "video0"
    path.write_bytes(b"no device")
    with pytest.raises(UserError, match="video0 does not open"):
        next(Webcam(str(path)).frames())
