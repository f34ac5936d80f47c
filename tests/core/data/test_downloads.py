from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import pytest

from core.data.downloads import _reported, fetched
from core.data.reading import _listener
from core.errors import UserError
from core.jobs import Progress

INSTEAD = "digits, which is shipped"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNN_WORKBENCH_HOME", str(tmp_path))
    return tmp_path


def failing(here: Exception, fetching: Exception | None = None) -> str:
    """What is said if the files here give one error, and fetching them another."""

    def make(folder: Path, download: bool) -> None:
        raise (fetching if download and fetching else here)

    with pytest.raises(UserError) as caught:
        fetched("PRINTS", make, INSTEAD)
    return str(caught.value)


def test_what_is_here_is_not_fetched(home: Path) -> None:
    asked = []

    def make(folder: Path, download: bool) -> str:
        asked.append((folder, download))
        return "data"

    assert fetched("PRINTS", make, INSTEAD) == "data"
    assert asked == [(home / "cache" / "datasets", False)]


def test_what_is_not_here_is_fetched() -> None:
    def make(folder: Path, download: bool) -> str:
        if not download:
            raise RuntimeError("Dataset not found. You can use download=True to download it")
        return "fetched"

    assert fetched("PRINTS", make, INSTEAD) == "fetched"


@pytest.mark.parametrize(
    "error", [URLError("no route"), ConnectionResetError(), TimeoutError(), RuntimeError("Error")]
)
def test_without_a_network_it_says_what_needs_none(error: Exception) -> None:
    said = failing(RuntimeError("not found"), error)
    assert "PRINTS could not be fetched, and is not here yet; connect to a network" in said
    assert said.endswith(f"or choose {INSTEAD}.")


def test_a_download_whose_checksum_is_wrong_says_so() -> None:
    said = failing(RuntimeError("not found"), RuntimeError("File not found or corrupted."))
    assert "PRINTS arrived incomplete" in said


def test_a_full_disk_is_named() -> None:
    said = failing(RuntimeError("not found"), OSError(28, "No space left on device"))
    assert "could not be written" in said
    assert "No space left on device" in said


def test_files_that_are_damaged_name_their_folder(home: Path) -> None:
    said = failing(ValueError("cannot reshape"))
    assert f"The files of PRINTS in {home / 'cache' / 'datasets'} are damaged" in said
    assert "delete them" in said


def test_a_download_reports_how_far_it_is_and_leaves_torchvision_as_it_was() -> None:
    module, news = SimpleNamespace(tqdm="its own"), list[Progress]()
    token = _listener.set(news.append)
    with _reported(module, "PRINTS"), module.tqdm(total=3 * 2**20, unit="B") as bar:  # type: ignore[arg-type]
        bar.update(2**20)
        bar.update(2**20)
    _listener.reset(token)
    assert [(report.done, report.total) for report in news] == [(1, 3), (2, 3)]
    assert news[0].label == "Fetching PRINTS, MB"
    assert module.tqdm == "its own"
