"""What does a layer see in this picture, if it may change the picture to see more of it?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.analysis.ascent import Ascent, fitting, octave_sizes, prepared, resized
from core.analysis.declare import analysis
from core.analysis.front import Front
from core.jobs import Progress
from core.network.subject import Subject
from core.options import option
from core.results import Bytes, Picture

SIGNALS = {
    "before": "Values before the non-linearity",
    "after": "Values after the non-linearity",
}


@dataclass(frozen=True)
class DeepDreamParams:
    """What the picture is changed towards, and how far."""

    unit_only: bool = option(
        False, label="Selected unit only", help="Dream of one unit instead of the whole layer"
    )
    strength: float = option(
        1.2, 0.05, 20, label="Strength", unit="grey levels a step",
        help="How far the mean pixel moves in one step",
    )  # fmt: skip
    steps: int = option(10, 1, 200, label="Steps", unit="an octave", help="More: a deeper dream")
    octaves: int = option(
        4, 1, 10, label="Octaves", help="Sizes to dream at, from small to large: larger shapes"
    )
    smoothness: int = option(
        1, 0, 6, label="Smoothness", unit="octaves",
        help="0: finest detail, with a grain; more: softer shapes and broader colours",
    )  # fmt: skip
    jitter: int = option(
        16, 0, 64, label="Jitter", unit="px", help="Random shift before a step; 0 shows a grid"
    )
    signal: str = option(
        "before", label="Signal", choices=SIGNALS,
        help="What is sent back; before the non-linearity, low values are lowered further",
    )  # fmt: skip
    width: int = option(
        480, 32, 4096, label="Longest side", unit="px",
        help="A larger picture is dreamt on at this size; its finer detail stays",
    )  # fmt: skip


@analysis(
    "DeepDream",
    source="Mordvintsev, Olah & Tyka 2015, Inceptionism, Google AI blog; "
    "Bishop & Bishop 2024, Deep Learning, section 10.3",
)
def deep_dream(
    subject: Subject,
    frame: Bytes,
    layer: str,
    unit: int = 0,
    seed: int = 0,
    params: DeepDreamParams = DeepDreamParams(),
) -> Generator[Progress, None, Picture]:
    """Amplify in the whole frame [H, W, 3] what the layer responds to.

    The result has the frame's size; a partial one may be smaller.  Yields after every step.
    Raises UserError if the layer cannot run on a picture of this size.
    """
    front = front_of(subject, layer, unit if params.unit_only else None, params.signal)
    ascent = Ascent(
        front,
        strength=params.strength,
        jitter=params.jitter,
        smoothness=params.smoothness,
        seed=seed,
    )
    start = prepared(subject, frame, params.width)
    sizes = fitting(front, octave_sizes(start.shape[-2:], params.octaves))
    pixels = torch.from_numpy(frame).to(start.device).permute(2, 0, 1)[None] / 255
    preview = resized(pixels, start.shape[-2:])
    change = torch.zeros_like(start)
    for octave, size in enumerate(sizes):
        base = resized(start, size)
        image = base + resized(change, size)
        for step in range(params.steps):
            image, _ = ascent.step(image)
            change = image - base
            yield Progress(
                octave * params.steps + step + 1,
                len(sizes) * params.steps,
                Picture(_painted(subject, preview, change), f"what {front.name} sees"),
                f"Octave {octave + 1} of {len(sizes)}",
            )
    return Picture(_painted(subject, pixels, change), f"what {front.name} sees")


def front_of(subject: Subject, layer: str, unit: int | None, signal: str) -> Front:
    """The network up to the values of `layer` that `signal` names, one of `SIGNALS`."""
    subject.check_reads_pictures()
    return Front(subject, getattr(subject, signal)(layer), unit)


def _painted(subject: Subject, pixels: Tensor, change: Tensor) -> Bytes:
    """Pixels [1, 3, H, W] of 0..1, changed by a part of an image as the network has it."""
    spread = change.new_tensor(subject.model.preprocessing.std)[:, None, None]
    levels = (pixels + resized(change * spread, pixels.shape[-2:])).clamp(0, 1) * 255
    painted: Bytes = levels[0].round().byte().permute(1, 2, 0).contiguous().cpu().numpy()
    return painted
