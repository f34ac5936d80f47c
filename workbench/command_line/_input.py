"""What a command looks at: a picture, a sample of a data set, or the network's own example."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from core.data.source import Source
from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.analysis.declare import Inputs
    from core.network.snapshot import Snapshot
    from core.results import Bytes

#: Where the samples come from if neither the options nor the network's example say so.
_SAMPLES = Source("sample", "fashion_mnist")


def add_input(parser: ArgumentParser) -> None:
    """`--image`, `--data`."""
    parser.add_argument(
        "--image", metavar="FILE", help="picture or video; by default the network's example"
    )
    parser.add_argument(
        "--data",
        metavar="DATA[:SPLIT[:INDEX]]",
        help="data set, folder or CSV of pictures, or a sample of it as the picture",
    )


def with_input(inputs: Inputs, needs: Sequence[str], options: Namespace) -> Inputs:
    """The inputs with the frame and the samples that the options choose, as far as `needs` asks.

    Raises UserError if a picture is needed and there is none.
    """
    assert inputs.snapshot is not None
    data = Source.parse(options.data) if options.data else None
    shown = Source.parse(options.image) if options.image else data or _example(inputs.snapshot)
    if {"frame", "image"} & set(needs):
        if shown is None:
            raise UserError(
                "Choose what to look at: --image FILE, or --data NAME:SPLIT:INDEX for a sample."
            )
        inputs = replace(inputs, frame=frame_of(shown))
    if "samples" in needs:
        from core.data.datasets import load_samples  # numpy, and the data

        chosen = next((s for s in (data, shown) if s and s.kind == "sample"), _SAMPLES)
        inputs = replace(inputs, samples=load_samples(chosen.name, chosen.split))
    return inputs


def frame_of(source: Source) -> Bytes:
    """The frame [H, W, 3] of a source; of a moving one the first.

    Raises UserError if it cannot be read.
    """
    if source.kind == "image":
        from core.data.images import load_image

        return load_image(source.path)
    if source.kind == "sample":
        from core.data.datasets import load_samples

        return load_samples(source.name, source.split).frame(source.index)
    from core.data.cameras import CAMERAS, every
    from core.options import with_values

    with closing(with_values(CAMERAS[source.name], dict(source.settings)).frames()) as frames:
        return next(every(frames))


def _example(snapshot: Snapshot) -> Source | None:
    from core.network.presets import PRESETS

    name = snapshot.model.origin.removeprefix("preset:")
    example = PRESETS[name].example if name in PRESETS else ""
    return Source.parse(example) if example else None
