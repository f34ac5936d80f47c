"""Does a training that is killed again and again end as one that is left alone?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import torch

from core.network.weights import read_weights
from core.training.lock import is_trained
from tests.benchmarks.timing import Row

NAMES = ("killed_run",)

KILLS = 20
#: Seconds that a training has, from its first step on: at most so many between two kills.
LONGEST = 3.0


def rows() -> list[Row]:
    """How often LeNet-5 on Fashion-MNIST was killed, at random moments of three epochs.

    `equal`: its weights, all that its optimiser remembers and its curves are bit for bit those of
    the unbroken run.
    """
    with TemporaryDirectory() as beside:
        whole, broken = Path(beside, "whole"), Path(beside, "broken")
        _train(whole).wait()
        random = Random(0)
        kills = sum(_is_killed(broken, random.uniform(0, LONGEST)) for _ in range(KILLS))
        _train(broken).wait()
        return [Row("killed_run", kills, unit="kills", equal=_is_same(whole, broken))]


def _train(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "workbench", "train", "lenet5", "--data", "fashion_mnist"]
    command += ["--epochs", "3", "--seed", "0", "--resume", "--out", str(folder)]
    environment = {**os.environ, "CNN_WORKBENCH_HOME": str(folder.parent / "home")}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _is_killed(folder: Path, seconds: float) -> bool:
    """Go on with the run for so long; whether it was still under way then."""
    process = _train(folder)
    while process.poll() is None and not is_trained(folder):
        _wait(process, 0.01)
    is_under_way = _wait(process, seconds)
    process.kill()
    process.wait()
    return is_under_way


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process goes on for so long."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _is_same(whole: Path, broken: Path) -> bool:
    left, right = (read_weights(folder / "checkpoint.safetensors") for folder in (whole, broken))
    curves = [(folder / "metrics.csv").read_bytes() for folder in (whole, broken)]
    return curves[0] == curves[1] and all(
        torch.equal(value, right[name]) for name, value in left.items()
    )
