"""Do the main job without a window: look, train, and write pictures and a summary.

This is what `make run` does where there is no display.  The summary names the command of each
step, by which it can be repeated.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from core.data.source import photographs
from core.errors import UserError
from core.paths import written_whole
from workbench.command_line import PROGRAM, run_command
from workbench.command_line._arguments import add_out

PHOTOGRAPH = "photos/cat.jpg"

#: What is looked at, and the file that it is written to.
LOOKS = (
    (f"efficientnet_lite0 activations --layer stem_conv --image {PHOTOGRAPH}", "activations.png"),
    (f"efficientnet_lite0 occlusion --image {PHOTOGRAPH}", "occlusion.png"),
    ("alexnet_trunk filters --layer conv1", "filters.png"),
    ("alexnet_trunk gabor --layer conv1", "gabor.json"),
    (f"alexnet_trunk deep_dream --layer conv4 --image {PHOTOGRAPH}", "dream.png"),
    ("lenet5_fashion embedding --data fashion_mnist:test", "map.png"),
)


def arguments(parser: ArgumentParser) -> None:
    """`--out DIR`."""
    add_out(parser, "DIR", "the folder for all that is written")


def run(options: Namespace) -> None:
    """Run the steps, and write `summary.txt` about them."""
    out: Path = options.out
    _make_folder(out)
    lines = []
    for line in _steps(out):
        print(line, flush=True)
        lines.append(line)
    with written_whole(out / "summary.txt") as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    print(f"This summary is in {out / 'summary.txt'}.")


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {out} could not be made: {error.strerror}.") from error


def _steps(out: Path) -> Iterator[str]:
    """Do each step, and tell of it in a line or several."""
    yield "What EfficientNet-Lite0 sees in the photographs"
    for photograph in photographs():
        file = out / f"{photograph.title}.json"
        _do(f"look efficientnet_lite0 predictions --image {photograph.name}", file)
        yield f"  {photograph.title:10} {_named(json.loads(file.read_text('utf-8')))}"
    yield "What networks look like inside"
    for arguments, name in LOOKS:
        yield "  " + _do(f"look {arguments}", out / name)
    yield f"  {json.loads((out / 'gabor.json').read_text('utf-8'))['meaning']}"
    yield "LeNet-5 learns Fashion-MNIST"
    run = out / "lenet5"
    yield "  " + _do("train lenet5 --data fashion_mnist --epochs 1 --resume", run)
    yield f"  {_accuracy(run)} of the test pictures are classified rightly"
    yield "The window with all this in it"
    yield "  " + _do("screenshots --theme dark", out / "pictures")


def _do(arguments: str, out: Path) -> str:
    """Run one command, and give the line that repeats it."""
    with redirect_stdout(StringIO()):
        run_command([*arguments.split(), "--out", str(out)])
    return f"{PROGRAM} {arguments} --out {out}"


def _named(seen: dict[str, Any]) -> str:
    return ", ".join(f"{row['name']} {row['probability']:.2f}" for row in seen["classes"][:3])


def _accuracy(run: Path) -> str:
    from core.training.runs import open_run  # torch

    metrics = open_run(run).state.snapshot.metrics
    return f"{metrics['test_accuracy']:.1%}"
