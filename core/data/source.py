"""What is looked at, as a value: a picture, a sample of a data set, or a camera."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import UserError
from core.options import options_of, with_values
from core.paths import RESOURCES, resource

if TYPE_CHECKING:
    from core.data.feed import Feed, StillFeed

Kind = Literal["image", "sample", "camera"]

_HINT = (
    "choose a picture or video file, an address such as http://host/stream, a sample such as "
    "fashion_mnist:test:3, or a camera such as camera:photo_walk."
)

#: A sample: what holds it, then its split and number, which may be left out.
_SAMPLE = re.compile(r"(.+?)(?::(train|test)(?::(\d*))?)?", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """One thing to look at.

    `name`: the path of a picture, under the resources or absolute; or the text that means a data
    set, of which it is sample `index` of `split`; or the name of a camera with `settings`, its
    options as pairs of name and value.
    """

    kind: Kind
    name: str
    split: str = "test"
    index: int = 0
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def path(self) -> Path:
        """Where a picture is."""
        return RESOURCES / self.name

    @property
    def title(self) -> str:
        """What it is called on screen: "cat", "Fashion-MNIST test 12", "Webcam 0"."""
        if self.kind == "image":
            return Path(self.name).stem
        if self.kind == "sample":
            return f"{_data_set_title(self.name)} {self.split} {self.index}"
        return _camera_title(self.name, dict(self.settings))

    def to_json(self) -> dict[str, Any]:
        """The source as plain data."""
        return {
            "kind": self.kind,
            "name": self.name,
            "split": self.split,
            "index": self.index,
            "settings": dict(self.settings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Source:
        """The source that `to_json` wrote.  Raises UserError if it is none."""
        try:
            values = {f.name: data[f.name] for f in fields(cls)}
            values["settings"] = tuple(values["settings"].items())
            source = cls(**values)
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(f"This is no input: {error} is missing or wrong; {_HINT}") from error
        if source.kind not in ("image", "sample", "camera"):
            raise UserError(f"There is no input of the kind {source.kind!r}; {_HINT}")
        return source

    @classmethod
    def parse(cls, text: str) -> Source:
        """The source that a person means, who wrote `text` or dropped a file of that name.

        A file is a picture if it can be read as one, a CSV file or a folder is a data set, and
        else it is a video.  "camera:webcam:1" gives the camera's first option.
        Raises UserError, saying what can be written, for anything else.
        """
        if text.startswith("camera:"):
            return _camera(*text.removeprefix("camera:").split(":", 1))
        if text.startswith(("http://", "https://")):
            return _camera("mjpeg", text)
        for path in (Path(text), RESOURCES / text):
            if os.path.isfile(path):  # not Path.is_file, which raises for a text that is too long
                return _file(path)
        return _sample(text)


def photographs() -> tuple[Source, ...]:
    """The photographs that are shipped, by name."""
    return tuple(_file(path) for path in sorted(resource("photos").glob("*.jpg")))


# The data sets, cameras and feeds are imported below, where they are asked for: they bring numpy,
# and a document with a source is there before the window's first paint.


def open_source(source: Source) -> Feed | StillFeed:
    """The frames of a source; a camera is opened on its own thread.

    Raises UserError if the picture, sample or camera does not exist, or its settings do not fit.
    """
    from core.data.cameras import CAMERAS
    from core.data.datasets import load_samples
    from core.data.feed import Feed, StillFeed
    from core.data.images import load_image

    if source.kind == "image":
        return StillFeed(load_image(source.path))
    if source.kind == "sample":
        return StillFeed(load_samples(source.name, source.split).frame(source.index))
    return Feed(with_values(CAMERAS[source.name], dict(source.settings)))


def _file(path: Path) -> Source:
    from core.data.images import is_picture

    path = path.resolve()
    if path.suffix.lower() == ".csv":
        return _sample(str(path))
    if not is_picture(path):
        return Source("camera", "video_file", settings=(("path", str(path)),))
    shipped = path.is_relative_to(RESOURCES)
    return Source("image", path.relative_to(RESOURCES).as_posix() if shipped else str(path))


def _camera(name: str, first: str | None = None) -> Source:
    from core.data.cameras import CAMERAS

    options = options_of(CAMERAS[name])
    if first is None:
        return Source("camera", name)
    if not options:
        raise UserError(f"Camera {name} has no options, so that {first!r} means nothing to it.")
    return Source("camera", name, settings=((options[0].name, options[0].checked(first)),))


def _sample(text: str) -> Source:
    from core.data.datasets import DATASETS, chosen, is_data

    found = _SAMPLE.fullmatch(text)
    name, split, index = found.groups() if found else (text, None, None)
    if is_data(name):
        return Source("sample", chosen(name).text, split or "test", int(index or 0))
    head = text.partition(":")[0]
    if head in DATASETS:
        raise UserError(f"{text!r} is no sample; write {head}:test:3 or {head}:train:3.")
    alike = get_close_matches(head, DATASETS, 1)
    hint = f"did you mean {text.replace(head, alike[0], 1)}?" if alike else _HINT
    raise UserError(f"There is no file and no data set {text!r}; {hint}")


def _data_set_title(name: str) -> str:
    from core.data.datasets import chosen

    try:
        return chosen(name).title
    except UserError:  # its package or folder is gone
        return name


def _camera_title(name: str, settings: Mapping[str, Any]) -> str:
    """The camera's title, and what tells it from its like: the first option, where that is text."""
    from core.data.cameras import CAMERAS

    if name not in CAMERAS:
        return name
    kind = CAMERAS[name]
    first = next(iter(options_of(kind)), None)
    if first is None or first.kind is not str:
        return kind.title
    value = str(settings.get(first.name, first.default))
    return f"{kind.title} {Path(value).name}".rstrip()
