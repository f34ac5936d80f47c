"""Train a network, and keep it in the folder of a run that can be gone on from."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.options import values_of, with_values
from workbench.command_line._arguments import (
    LARGEST_SEED,
    add_device,
    add_json,
    add_model,
    add_out,
    add_settings,
    device,
    numbers,
    open_snapshot,
    settings,
)
from workbench.command_line._progress import followed

if TYPE_CHECKING:
    from core.data.datasets import Samples
    from core.network.snapshot import Snapshot
    from core.training.distributed import Team
    from core.training.runs import Run
    from core.training.settings import Stop

#: Each step's loss is kept: this many take 2.4 GB.
MOST_STEPS = 100_000_000


def arguments(parser: ArgumentParser) -> None:
    """`MODEL --data DATA [options] --out RUN`."""
    add_model(parser)
    parser.add_argument(
        "--data",
        metavar="DATA",
        help="data set with its options (shapes?size=32), see `list datasets`; or a folder with "
        "a folder of pictures for each class, a CSV of paths and labels, or a folder of WAVs",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", metavar="N", help="how often each picture is shown")
    length.add_argument("--steps", metavar="N", help="how many batches are learned")
    parser.add_argument("--seed", metavar="S", help="seed of all that is random (0)")
    add_settings(parser)
    add_device(parser)
    add_out(parser, "RUN", "the folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on with the run in that folder")
    add_json(parser)


def run(options: Namespace) -> int:
    """Train, and print what came of it; gives the exit code.

    Started by `torchrun`, all processes train the same run, and the one that leads writes it.
    Raises KeyboardInterrupt, naming what was saved, if it was stopped by Ctrl-C.
    """
    from core.training.distributed import joined  # torch
    from core.training.runs import open_run

    with joined(device(options)) as team:
        try:
            result, is_stopped = _trained(options, team)
        except UserError:
            if team.leads:
                raise
            return 2  # the process that leads has said why
    if not team.leads:
        return 130 if is_stopped else 0
    if is_stopped:
        raise KeyboardInterrupt(
            f"Stopped; {options.out} holds step {result.step}: go on from there with --resume."
        )
    _print(options.out, result, open_run(options.out).state.notes, as_json=options.json)
    return 0


def _trained(options: Namespace, team: Team) -> tuple[Snapshot, bool]:
    """The trained network, and whether it was stopped before the end."""
    from core.training.observed import read_observed  # torch
    from core.training.runs import train_run
    from core.training.shared_run import led_run
    from core.training.watcher import watcher_for

    folder: Path = options.out
    with _interruption(folder, team) as stop:
        begin = _resumed if _goes_on(options) else partial(_created, device=team.device)
        run = led_run(team, folder, lambda: begin(folder, options))
        data, test = _samples(run.settings.data)
        model, past = run.state.snapshot.model, read_observed(folder)
        watcher = watcher_for(model, run.state.params, len(test), past)
        training = train_run(
            folder,
            run,
            data,
            test,
            device=team.device,
            team=team,
            observer=watcher if team.leads else None,
        )
        result = followed(training, "Training, step", stop)
        return result, stop() is not None


def _goes_on(options: Namespace) -> bool:
    """Whether there is a run to go on with; where nothing was written yet it begins anew."""
    folder: Path = options.out
    return bool(options.resume and folder.is_dir() and any(folder.iterdir()))


def _created(folder: Path, options: Namespace, *, device: str) -> Run:
    """A new run.  Raises UserError, before anything is written, if it cannot be trained."""
    from core.training.runs import RunSettings, create_run
    from core.training.settings import TrainParams

    given = _given(options)
    if "data" not in given:
        raise UserError("Name what to learn: --data fashion_mnist, or another of `list datasets`.")
    data, seed, steps = (given.pop(name, None) for name in ("data", "seed", "steps"))
    plan = RunSettings(data, with_values(TrainParams, given), seed or 0, steps)
    return create_run(folder, open_snapshot(options), *_samples(data), plan, device=device)


def _resumed(folder: Path, options: Namespace) -> Run:
    """The run in the folder.  Raises UserError if the options ask for another one."""
    from core.training.runs import open_run

    run = open_run(folder)
    held = {"data": run.settings.data, "seed": run.settings.seed, "steps": run.settings.steps}
    held |= values_of(run.settings.params)
    for name, value in _given(options).items():
        if held[name] != value:
            raise UserError(
                f"{folder} was started with {name} = {held[name]}, not {value}; leave that out, "
                "or start a new run in another folder."
            )
    model = run.state.snapshot.model
    if open_snapshot(options).model.spec != model.spec:
        raise UserError(f"{folder} trains {model.name}, not {options.model} as it is now.")
    return run


def _given(options: Namespace) -> dict[str, Any]:
    """What the options say of how to train, checked: the settings by name, data, seed and steps."""
    from core.training.settings import TrainParams

    texts = settings(options) | ({"epochs": options.epochs} if options.epochs else {})
    params = values_of(with_values(TrainParams, texts))
    given = {name: params[name] for name in texts}
    if options.data:
        from core.data.datasets import chosen  # numpy

        given["data"] = chosen(options.data).text
    for name, most in (("seed", LARGEST_SEED), ("steps", MOST_STEPS)):
        text = getattr(options, name)
        if text is not None:
            (given[name],) = numbers(f"--{name}", text, "N", most)
    if given.get("steps") == 0:
        raise UserError("--steps 0 learns nothing; choose at least 1.")
    return given


def _samples(data: str) -> tuple[Samples, Samples]:
    """What is learned, and what it is tested with."""
    from core.data.reading import loading

    train, test = (followed(loading(data, split), "Data") for split in ("train", "test"))
    return train, test


@contextmanager
def _interruption(folder: Path, team: Team) -> Iterator[Callable[[], Stop | None]]:
    """Gives a function that gives `Stop` once Ctrl-C was pressed, or the system asks to end.

    Training then ends between two steps, and its last state is written; pressed a second time,
    it ends at once.  All processes of a team end at the same step.
    """
    from core.training.settings import Stop

    pressed: list[Stop] = []
    agreed: list[Stop] = []

    def on_signal(*_: object) -> None:
        if pressed and team.size == 1:  # torchrun hands on what the terminal sent to all already
            raise KeyboardInterrupt(f"Stopped at once; {folder} holds its last checkpoint.")
        pressed.append(Stop())

    def stop() -> Stop | None:
        if not agreed and team.agrees(bool(pressed)):
            agreed.append(Stop())
        return agreed[0] if agreed else None

    usual = {kind: signal.signal(kind, on_signal) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, handler in usual.items():
            signal.signal(kind, handler)


def _print(folder: Path, result: Snapshot, notes: Sequence[str], *, as_json: bool) -> None:
    """What came of the training, and what happened on the way."""
    if as_json:
        told = {"run": str(folder), "step": result.step, "metrics": result.metrics}
        print(json.dumps(told | {"notes": notes}))
        return
    for note in notes:
        print(note)
    metrics = ", ".join(f"{name.replace('_', ' ')} {v:.4f}" for name, v in result.metrics.items())
    print(f"{folder}: step {result.step}, {metrics}")
