"""The Input menu: what the network looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.data.source import Source
from workbench.command import command

if TYPE_CHECKING:
    from workbench.window import Window


@command("Open a picture or video…", "Input", order=1)
def open_picture(window: Window) -> None:
    """Look at a file."""
    if window.input is not None:
        window.input.open_file()


@command("Webcam", "Input", order=2)
def use_webcam(window: Window) -> None:
    """Look through the first webcam."""
    window.session.look_at(Source("camera", "webcam"))


@command("Walk over the photographs", "Input", order=3)
def use_photo_walk(window: Window) -> None:
    """Look at a smooth pan and zoom over the shipped photographs."""
    window.session.look_at(Source("camera", "photo_walk"))


@command("Drifting gratings", "Input", order=4)
def use_gratings(window: Window) -> None:
    """Look at drifting sinusoids."""
    window.session.look_at(Source("camera", "gratings"))


@command(
    "Freeze",
    "Input",
    shortcut="F",
    order=5,
    enabled=lambda window: window.session.now.frozen or not window.session.is_still,
    checked=lambda window: window.session.now.frozen,
)
def freeze(window: Window) -> None:
    """Hold the present frame, or go on."""
    window.session.freeze(not window.session.now.frozen)
