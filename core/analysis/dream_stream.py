"""A dream that follows a camera, each frame beginning where the last one ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

import torch
from torch import Tensor

from core.analysis.ascent import Ascent, fitted, fitting, octave_sizes, prepared, resized
from core.analysis.drift import carried, drift
from core.analysis.front import Front
from core.analysis.live import Newest
from core.analysis.methods.deep_dream import SIGNALS, front_of
from core.analysis.pace import Pace, governed, ladder
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.network.subject import subject_for
from core.options import checked, option
from core.results import Bytes, Picture

#: How long to wait for the first frame before the work may be stopped, s.
PATIENCE = 0.1
#: Weight of the newest dream in the measured speed.
NEWEST = 0.3
#: Dreams that the stated rate is taken over.
COUNTED = 16
#: Nothing that a dream leaves to the next differs more from the frame, grey levels: else the
#: strongest place grows at the cost of all others, and stays behind when the camera moves on.
MOST_KEPT = 60.0


@dataclass(frozen=True)
class DreamStreamParams:
    """What the frames are changed towards, how far, and how often."""

    unit_only: bool = option(
        False, label="Selected unit only", help="Dream of one unit instead of the whole layer"
    )
    strength: float = option(
        3.0, 0.05, 20, label="Strength", unit="grey levels a step",
        help="How far the mean pixel moves in one step",
    )  # fmt: skip
    blend: float = option(
        0.15, 0.0, 1.0, label="Blend",
        help="Share of the last dream that fades with each frame; 0 never forgets",
    )  # fmt: skip
    octaves: int = option(
        3, 1, 10, label="Octaves", help="Most sizes to dream at, where there is time for them"
    )
    smoothness: int = option(
        1, 0, 6, label="Smoothness", unit="octaves",
        help="0: finest detail, with a grain; more: softer shapes and broader colours",
    )  # fmt: skip
    jitter: int = option(
        8, 0, 64, label="Jitter", unit="px", help="Random shift before a step; 0 shows a grid"
    )
    signal: str = option(
        "before", label="Signal", choices=SIGNALS,
        help="What is sent back; before the non-linearity, low values are lowered further",
    )  # fmt: skip
    width: int = option(
        320, 64, 1024, label="Longest side", unit="px",
        help="Size of the dream, where there is time for it",
    )  # fmt: skip
    target_rate: float = option(
        15.0, 1, 60, label="Rate", unit="dreams a second",
        help="Size, octaves and steps are adapted to hold it",
    )  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """What is dreamt of."""

    snapshot: Snapshot
    layer: str
    unit: int = 0
    params: DreamStreamParams = field(default_factory=DreamStreamParams)


def dream_stream(
    topic: Topic, frames: Newest, seed: int = 0, device: str = "cpu"
) -> Generator[Progress, Topic | None, None]:
    """Dream on the newest frame, over and over, each time from where the last dream ended.

    What the last dream changed is kept, less the share `blend` (and at most `MOST_KEPT`), moved
    with the picture where the camera moves, and laid over the new frame: on a frame at rest that
    is new frame · blend + last dream · (1 - blend).  Yields one `Picture` a dream, its rate and
    its pace among its statistics; ends only when it is closed.  A `Topic` that is sent takes
    effect with the next dream, which goes on from the last.
    Raises UserError if the layer cannot run on a picture of this size.
    """
    number, frame, wait = 0, None, PATIENCE
    stage: _Stage | None = None
    dream: _Dream | None = None
    rung, speed = 0, 0.0
    dreams, ends = 0, deque[float](maxlen=COUNTED)
    while True:
        number, frame = frames.wait(number, wait) or (number, frame)
        if frame is None:
            topic = yield from _told(topic, Progress(0, 0))
            continue
        if stage is None or stage.topic != topic or stage.frame_size != frame.shape[:2]:
            if stage is not None and stage.topic.snapshot.model != topic.snapshot.model:
                dream = None  # another network has other channels, normalised otherwise
            stage = _staged(topic, frame.shape[:2], seed, device)
            rung = min(rung, len(stage.rungs) - 1)
        period = 1 / topic.params.target_rate
        pace, began = stage.rungs[rung], perf_counter()
        dream = _dreamt(stage, pace, frame, dream)
        dreams += 1
        ends.append(perf_counter())
        seconds = ends[-1] - began
        speed += (NEWEST if speed else 1.0) * (pace.cost / seconds - speed)
        rung, wait = governed(stage.rungs, rung, speed, period), max(0.0, period - seconds)
        statistics = {
            "dreams per second": _rate(ends),
            "longest side, px": pace.longest,
            "octaves": pace.octaves,
            "steps an octave": pace.steps,
            "response": dream.response,
        }
        picture = Picture(dream.levels, f"what {stage.front.name} sees", statistics)
        topic = yield from _told(topic, Progress(dreams, 0, picture))


@dataclass(frozen=True, eq=False)
class _Stage:
    """What serves all dreams on one topic and one size of frame.

    `floor`: the layers need octaves whose shorter side has at least so many px.
    """

    topic: Topic
    frame_size: tuple[int, ...]
    front: Front
    ascent: Ascent
    rungs: tuple[Pace, ...]
    floor: int


class _Dream(NamedTuple):
    """One dream [H, W, 3], and what the next one goes on from.

    `change`: what it added [1, C, h, w] to a frame as the network has it; `anchor`: the frame
    that this lies right on, which is older than the dream while nothing moved by a pixel.
    """

    levels: Bytes
    response: float
    change: Tensor
    anchor: Tensor


def _staged(topic: Topic, frame_size: tuple[int, ...], seed: int, device: str) -> _Stage:
    params = checked(topic.params)
    subject = subject_for(topic.snapshot, device)
    front = front_of(subject, topic.layer, topic.unit if params.unit_only else None, params.signal)
    paces = ladder(min(params.width, max(frame_size)), params.octaves)
    sizes = [fitted(frame_size, pace.longest) for pace in paces]
    floor = min(fitting(front, sizes)[0])
    ascent = Ascent(
        front,
        strength=params.strength,
        jitter=params.jitter,
        smoothness=params.smoothness,
        seed=seed,
    )
    rungs = tuple(pace for pace, size in zip(paces, sizes, strict=True) if min(size) >= floor)
    return _Stage(topic, frame_size, front, ascent, rungs, floor)


def _dreamt(stage: _Stage, pace: Pace, frame: Bytes, last: _Dream | None) -> _Dream:
    """A dream on `frame` that begins with what the last one changed."""
    start = prepared(stage.front.subject, frame, pace.longest)
    size, ascent, response = start.shape[-2:], stage.ascent, 0.0
    change, anchor = _kept(stage, start, last) if last else (torch.zeros_like(start), start)
    image = ascent.clipped(start + change)
    for octave in octave_sizes(size, pace.octaves):
        if min(octave) < stage.floor:
            continue
        for _ in range(pace.steps):
            small = resized(image, octave)
            stepped, response = ascent.step(small)
            image = ascent.clipped(image + resized(stepped - small, size))
    levels = stage.front.subject.model.preprocessing.picture(image[0])
    return _Dream(levels, response, image - start, anchor)


def _kept(stage: _Stage, start: Tensor, last: _Dream) -> tuple[Tensor, Tensor]:
    """What the last dream leaves to the one on `start`, and the frame that this lies right on."""
    size, most = start.shape[-2:], stage.ascent.length(MOST_KEPT)
    anchor, change = resized(last.anchor, size), resized(last.change, size)
    moved = drift(anchor, start)
    if moved != (0, 0):
        anchor = start
    if moved is not None:
        change = carried(change, *moved)
    return change.clamp(-most, most) * (1 - stage.topic.params.blend), anchor


def _told(topic: Topic, news: Progress) -> Generator[Progress, Topic | None, Topic]:
    """Report, and give the newest topic that was sent: one a yield, so that all are taken."""
    while (message := (yield news)) is not None:
        topic, news = message, Progress(news.done, 0)
    return topic


def _rate(ends: Sequence[float]) -> float:
    """Dreams a second, from when the last ones ended."""
    return (len(ends) - 1) / (ends[-1] - ends[0]) if len(ends) > 1 else 0.0
