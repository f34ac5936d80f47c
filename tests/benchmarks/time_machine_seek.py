"""How long does the time machine take from a step to the network as it was then?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import expm1
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import torch
from torch import Tensor

from core.network.layers.dense import Dense
from core.network.layers.flatten import Flatten
from core.network.loading import open_model
from core.network.moments import moment_file
from core.network.network import Network
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import ModelSpec, Node
from core.network.weights import read_weights
from core.training.timeline import EVEN_UP_TO, Timeline
from tests.benchmarks.timing import Row

NAMES = ("time_machine_seek", "time_machine_seek_20m")

#: Steps evenly spaced on the scale of a timeline, so that it keeps all of them.
STEPS = [round(EVEN_UP_TO * expm1(k / 20)) + k for k in range(200)]
SEEKS = 60

#: The larger network: 20 million parameters, 80 MB a moment, and so 16 GB of files.
WIDE = ModelSpec(
    "wide",
    (1, 28, 28),
    (Node("flatten", Flatten()), Node("hidden", Dense(25_162)), Node("output", Dense(10))),
)


def rows() -> list[Row]:
    """Milliseconds of a seek, the median of 60 at random among 200 moments that are all in files.

    It ends when each value was looked at.  The peer reads the file instead of mapping it.
    Moments were written just before, as in a training.
    """
    torch.set_num_threads(1)
    wide = Snapshot(Model("wide", plain(WIDE.input), WIDE))
    return [_row(NAMES[0], open_model("lenet5")), _row(NAMES[1], wide)]


def _row(name: str, snapshot: Snapshot) -> Row:
    assert snapshot.model.spec is not None
    weights = Network(snapshot.model.spec).state_dict()
    with TemporaryDirectory() as beside:
        folder = Path(beside, "moments")
        timeline = Timeline(snapshot.model, folder, patience=0, disk=2**40)
        for step in STEPS:
            timeline.add(replace(snapshot, weights=weights, step=step))
        steps = Random(0).choices(timeline.steps, k=SEEKS)
        own = [_milliseconds(lambda step: timeline.at(step).weights, step) for step in steps]
        theirs = [
            _milliseconds(lambda step: read_weights(moment_file(folder, step)), step)
            for step in steps
        ]
        equal = len(timeline.steps) == len(STEPS) and _is_same(timeline.at(STEPS[9]), weights)
    ours, peer = median(own), median(theirs)
    return Row(name, ours, peer, peer / ours, "ms", equal)


def _milliseconds(seek: Callable[[int], Mapping[str, Tensor]], step: int) -> float:
    began = perf_counter()
    for value in seek(step).values():
        value.sum()
    return (perf_counter() - began) * 1e3


def _is_same(snapshot: Snapshot, weights: Mapping[str, Tensor]) -> bool:
    return all(torch.equal(value, weights[name]) for name, value in snapshot.weights.items())
