"""What an analysis is: a function whose parameter names say what it needs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from core.data.datasets import Samples
from core.errors import UserError
from core.network.preprocessing import Prepared
from core.network.snapshot import Snapshot
from core.network.subject import Subject, subject_for
from core.options import checked
from core.registry import Registry
from core.results import Bytes

#: What an analysis may ask for, by parameter name.
INPUTS = {
    "subject": "a Subject: the network, runnable on this thread",
    "frame": "uint8 [H, W, 3]: what the camera or the photograph shows",
    "image": "float32 tensor [C, H, W]: the frame as the network wants it",
    "layer": "name of a layer",
    "unit": "index of a channel of that layer",
    "cell": "(row, column) of that channel's map",
    "target": "class index, or None for the most probable class",
    "samples": "Samples of a data set",
    "reference": "result of an earlier analysis that this one goes on from",
    "seed": "whole number; the same seed gives the same result",
    "params": "the analysis's own frozen dataclass of options",
}

#: What a person is told where an input is missing.
MISSING = {
    "subject": "Open a network first.",
    "frame": "Choose an image first.",
    "image": "Choose an image first.",
    "layer": "Choose a layer first.",
    "cell": "Click a cell of a map first.",
    "samples": "Choose a data set first.",
    "reference": "Make the map first.",
}

Run = TypeVar("Run", bound=Callable[..., Any])


@dataclass(frozen=True)
class Inputs:
    """What is there to look at: where an analysis's parameters come from.

    `snapshot` gives the subject and, with `frame`, the image.
    """

    snapshot: Snapshot | None = None
    frame: Bytes | None = None
    layer: str = ""
    unit: int = 0
    cell: tuple[int, int] | None = None
    target: int | None = None
    samples: Samples | None = None
    reference: Any = None
    seed: int = 0
    device: str = "cpu"

    @cached_property
    def subject(self) -> Subject | None:
        """The calling thread's subject of the snapshot."""
        return subject_for(self.snapshot, self.device) if self.snapshot else None

    @cached_property
    def prepared(self) -> Prepared | None:
        """The frame as the network wants it."""
        if self.subject is None or self.frame is None:
            return None
        return self.subject.prepare(self.frame)

    @property
    def image(self) -> Any:
        """The prepared frame's tensor."""
        return self.prepared.image if self.prepared else None


@dataclass(frozen=True)
class Analysis:
    """One way of looking: its function, what it needs, and its options.

    `live`: it takes at most about as long as a forward pass, and is run with every frame.
    """

    name: str
    title: str
    run: Callable[..., Any]
    needs: tuple[str, ...]
    params: type | None
    source: str
    live: bool

    def start(self, inputs: Inputs, params: Any = None) -> Any:
        """Call the function with the inputs it names: its result, or a generator of Progress.

        Raises UserError, saying what to choose, if an input is missing or an option is out of
        range.
        """
        given: dict[str, Any] = {}
        for name in self.needs:
            value = getattr(inputs, name)
            if name in MISSING and (value is None or (name == "layer" and not value)):
                raise UserError(MISSING[name])
            given[name] = value
        if self.params is not None:
            given["params"] = checked(self.params() if params is None else params)
        return self.run(**given)


ANALYSES: Registry[Analysis] = Registry("analysis", "core.analysis.methods", "analyses")


def analysis(title: str, *, source: str = "", live: bool = False) -> Callable[[Run], Run]:
    """Register the function below; its parameter names say what it needs."""

    def register(run: Run) -> Run:
        names = inspect.signature(run, eval_str=True).parameters
        unknown = [name for name in names if name not in INPUTS]
        if unknown:
            raise TypeError(
                f"{run.__qualname__} asks for {unknown}; "
                f"an analysis can ask for {', '.join(INPUTS)}"
            )
        params = names["params"].annotation if "params" in names else None
        needs = tuple(name for name in names if name != "params")
        ANALYSES.add(run.__name__, Analysis(run.__name__, title, run, needs, params, source, live))
        return run

    return register
