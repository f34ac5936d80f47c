from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.feed import Feed, StillFeed
from core.data.images import load_image
from core.data.source import Source, open_source, photographs
from core.errors import UserError
from core.paths import RESOURCES, resource

CAT = Source("image", "photos/cat.jpg")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "my cat.png"
    Image.fromarray(np.full((4, 5, 3), 9, np.uint8)).save(path)
    return path


def test_the_photographs_are_shipped_under_relative_names() -> None:
    assert CAT in photographs()
    assert all(source.path.is_file() for source in photographs())


def test_a_picture_is_found_by_its_place_in_the_resources_or_in_the_file_system(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Source.parse("photos/cat.jpg") == CAT
    assert Source.parse(str(RESOURCES / "photos" / "cat.jpg")) == CAT
    monkeypatch.chdir(picture.parent)
    assert Source.parse("my cat.png") == Source("image", str(picture))
    assert Source.parse("my cat.png").path == picture


def test_a_file_that_is_no_picture_is_taken_for_a_video(picture: Path) -> None:
    video = picture.with_name("clip.mkv")
    video.write_bytes(b"moving pictures")
    unnamed = picture.rename(picture.with_suffix(""))
    settings = (("path", str(video)),)
    assert Source.parse(str(video)) == Source("camera", "video_file", settings=settings)
    assert Source.parse(str(unnamed)).kind == "image"


@pytest.mark.parametrize(
    ("text", "split", "index"),
    [("digits", "test", 0), ("digits:train", "train", 0), ("digits:train:7", "train", 7)],
)
def test_a_sample_is_its_data_set_split_and_number(text: str, split: str, index: int) -> None:
    assert Source.parse(text) == Source("sample", "digits", split, index)


def test_a_sample_may_be_of_a_folder_a_table_or_a_data_set_with_options(picture: Path) -> None:
    folder = picture.parent
    (folder / "labels.csv").write_text(f"{picture.name},cat")
    assert Source.parse(f"{folder}:train:3") == Source("sample", str(folder), "train", 3)
    assert Source.parse(f"{folder}?size=8") == Source("sample", f"{folder}?size=8")
    assert Source.parse(f"{folder}?size=8:train").title == f"{folder.name} train 0"
    assert Source.parse(f"{folder}/labels.csv").name == f"{folder}/labels.csv"
    assert Source.parse("shapes?size=9:test:2") == Source("sample", "shapes?size=9", "test", 2)


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("camera:photo_walk", "photo_walk", ()),
        ("camera:webcam:1", "webcam", (("device", "1"),)),
        ("camera:gratings:45", "gratings", (("orientation_deg", 45.0),)),
        ("http://host:81/cam?x=1", "mjpeg", (("address", "http://host:81/cam?x=1"),)),
    ],
)
def test_a_camera_is_its_name_and_first_option(text: str, name: str, settings: object) -> None:
    assert Source.parse(text) == Source("camera", name, settings=settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("no such thing", "There is no file and no data set 'no such thing'; choose a picture"),
        ("fashion_mist:test:9", r"'fashion_mist:test:9'; did you mean fashion_mnist:test:9\?"),
        ("x" * 5000, "There is no file and no data set"),
        ("digits:valid:3", "write digits:test:3"),
        ("digits:test:-1", "write digits:test:3"),
        ("camera:web_cam", "did you mean webcam"),
        ("camera:gratings:400", "choose 0 to 360"),
    ],
)
def test_what_means_nothing_is_answered_with_what_would(text: str, answer: str) -> None:
    with pytest.raises(UserError, match=answer):
        Source.parse(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("photos/cat.jpg", "cat"),
        ("fashion_mnist:test:12", "Fashion-MNIST test 12"),
        ("camera:webcam", "Webcam 0"),
        ("camera:video_file:films/clip.mp4", "Video clip.mp4"),
        ("http://host/cam", "Network camera cam"),
        ("camera:photo_walk", "Walk over photographs"),
    ],
)
def test_its_title_is_what_a_person_calls_it(text: str, title: str) -> None:
    assert Source.parse(text).title == title


def test_a_source_whose_package_is_gone_still_has_a_title() -> None:
    assert Source("sample", "lost", "test", 3).title == "lost test 3"
    assert Source("camera", "lost").title == "lost"


@pytest.mark.parametrize(
    "source",
    [CAT, Source("sample", "digits", "train", 4), Source("camera", "webcam", settings=(("a", 1),))],
)
def test_json_gives_the_same_source_back(source: Source) -> None:
    assert Source.from_json(source.to_json()) == source


@pytest.mark.parametrize("data", [{}, {"kind": "image"}, CAT.to_json() | {"kind": "film"}])
def test_json_that_is_no_source_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(UserError, match="no input"):
        Source.from_json(data)


def test_a_picture_and_a_sample_open_as_one_frame() -> None:
    for source, shape in ((CAT, load_image(CAT.path).shape), (Source.parse("digits"), (8, 8, 3))):
        feed = open_source(source)
        assert isinstance(feed, StillFeed)
        seen = feed.latest.wait(0, 0)
        assert seen is not None
        assert seen[1].shape == shape
        feed.close()


def test_a_camera_opens_with_its_settings_and_runs() -> None:
    feed = open_source(Source("camera", "gratings", settings=(("contrast", 0.0),)))
    assert isinstance(feed, Feed)
    seen = feed.latest.wait(0, 5)
    feed.close(2)
    assert seen is not None
    assert (seen[1] == 128).all()


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        (Source("image", "/lost/cat.png"), "There is no file"),
        (Source("sample", "digits", "test", 360), "0 to 359; there is no 360"),
        (Source("camera", "gratings", settings=(("contrast", 2),)), "choose 0 to 1"),
        (Source("camera", "webcam", settings=(("colour", 2),)), "There is no setting 'colour'"),
    ],
)
def test_what_cannot_be_opened_says_why(source: Source, answer: str) -> None:
    with pytest.raises(UserError, match=answer):
        open_source(source)


def test_a_source_brings_nothing_slow() -> None:
    code = (
        "import sys; from core.data.source import Source; Source('image', 'photos/cat.jpg').title;"
        "assert not {'numpy', 'torch', 'cv2', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=resource().parent)
