"""The time machine: how a network was at moments of its training."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from math import log1p
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import perf_counter

from core.errors import UserError
from core.network.loading import open_model
from core.network.moments import (
    kept_steps,
    moment_file,
    moment_of_run,
    read_moment,
    run_steps,
    write_moment,
)
from core.network.snapshot import Model, Snapshot

#: Moments that are kept: more than a slider has places that a hand can tell apart.
MOST = 200
#: Moments that are kept however large they are: fewer make no film.
LEAST = 12
#: Bytes of weights that stay in memory, and that are written to files.
MEMORY, DISK = 256 * 2**20, 4 * 2**30
#: Of the free space of a disk, at most one part in so many is taken.
FREE_PARTS = 4
#: Up to about this step moments lie evenly, from then on as the logarithm of their step.
EVEN_UP_TO = 20
#: Writing takes one part in so many of the time, apart from the first half second of it.
PATIENCE, HEAD_START = 20.0, 0.5


def place(step: int) -> float:
    """Where a step lies on the scale on which moments are evenly spaced."""
    return log1p(step / EVEN_UP_TO)


@dataclass(frozen=True, eq=False)
class _Moment:
    """A step with its network: in memory, or in a file."""

    step: int
    snapshot: Snapshot | None = None
    path: Path | None = None

    def opened(self, model: Model) -> Snapshot:
        if self.path is not None:
            return read_moment(self.path, model)
        assert self.snapshot is not None  # it has one of the two
        return self.snapshot

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return _size(self.snapshot) if self.snapshot is not None else 0


class Timeline:
    """How a network was at some steps of one training: dense at first, then about logarithmic.

    At most `most` moments are kept, and the newest; fewer where they would take more than
    `memory` and `disk` bytes.  With a `folder` all are files there, and those that it holds
    already belong to them; without one, what `memory` does not hold goes to files that end with
    `close`.  Writing them takes about one part in `patience` of the time.
    One thread adds; any thread may look.
    """

    def __init__(
        self,
        model: Model,
        folder: Path | None = None,
        *,
        most: int = MOST,
        memory: int = MEMORY,
        disk: int = DISK,
        patience: float = PATIENCE,
    ) -> None:
        self._model = model
        self._most = most
        self._memory = memory if folder is None else 0
        self._files = _Files(folder, disk, patience)
        # replaced as a whole, so that a thread that looks sees one state or the next
        self._moments = self._files.found()
        self._newest: Snapshot | None = None

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that can be looked at, in order."""
        return tuple(sorted({moment.step for moment in self._all()}))

    def at(self, step: int) -> Snapshot:
        """The network at the kept step nearest to `step`.

        Raises UserError if there is none yet, or its file is damaged.
        """
        while moments := self._all():
            nearest = min(moments, key=lambda moment: abs(moment.step - step))
            try:
                return nearest.opened(self._model)
            except UserError:
                if nearest in self._moments:  # else it was thinned out meanwhile
                    raise
        raise UserError("There is no moment to go back to yet; train the network first.")

    def add(self, snapshot: Snapshot) -> None:
        """Offer the network as it is now; later steps than its own are forgotten.

        Raises UserError if it cannot be written.
        """
        self.forget_after(snapshot.step)
        self._newest = snapshot = replace(snapshot, model=self._model)
        room = self._room(_size(snapshot))
        if self._is_due(snapshot.step, room):
            before = tuple(moment for moment in self._moments if moment.step < snapshot.step)
            self._moments = (*before, _Moment(snapshot.step, snapshot))
            self._thin(room)
            self._spill()

    def forget_after(self, step: int) -> None:
        """Drop what is later than a step: the training went on from there anew."""
        self._drop({moment.step for moment in self._moments if moment.step > step})
        if self._newest is not None and self._newest.step > step:
            self._newest = None

    def close(self) -> None:
        """Let go of everything but the files of a given folder."""
        self._moments, self._newest = (), None
        self._files.close()

    def _all(self) -> tuple[_Moment, ...]:
        """All moments; first the newest, which is in memory."""
        newest, moments = self._newest, self._moments
        return moments if newest is None else (_Moment(newest.step, newest), *moments)

    def _room(self, size: int) -> int:
        """How many moments of so many bytes are kept."""
        budget = self._memory + self._files.budget
        return min(self._most, max(LEAST, budget // max(1, size)))

    def _is_due(self, step: int, room: int) -> bool:
        """Whether a moment here leaves a gap at least as large as the others' mean."""
        if not self._moments:
            return True
        first, last = self._moments[0].step, self._moments[-1].step
        gap, mean = place(step) - place(last), (place(step) - place(first)) / room
        return not self._files.is_resting and (step == last or gap >= mean)

    def _thin(self, room: int) -> None:
        """Drop moments where they are densest, but neither the first nor the last."""
        steps = [moment.step for moment in self._moments]
        dropped = {steps.pop(_densest(steps)) for _ in range(len(steps) - room)}
        self._drop(dropped)

    def _drop(self, steps: Collection[int]) -> None:
        gone = [moment for moment in self._moments if moment.step in steps]
        if gone:
            self._moments = tuple(moment for moment in self._moments if moment not in gone)
        for moment in gone:
            if moment.path is not None:
                with suppress(OSError):  # Windows keeps a file while somebody looks at it
                    moment.path.unlink(missing_ok=True)

    def _spill(self) -> None:
        """Write the oldest of those in memory to files, until the others have room."""
        taken = sum(moment.size for moment in self._moments)
        for moment in self._moments:
            if taken <= self._memory:
                return
            if moment.snapshot is not None:
                taken -= moment.size
                filed = _Moment(moment.step, path=self._files.write(moment.snapshot))
                self._moments = tuple(filed if kept is moment else kept for kept in self._moments)


class RunTimeline:
    """The moments that the folder of a run keeps, also while another process trains it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: Model | None = None

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that can be looked at now, in order; the last is the newest checkpoint's.

        Raises UserError if the folder holds no run, or it is damaged.
        """
        return run_steps(self._folder)

    def at(self, step: int) -> Snapshot:
        """The network at the kept step nearest to `step`; all have one model.

        Raises UserError if it is damaged.
        """
        while True:
            steps = self.steps
            nearest = min(steps, key=lambda kept: abs(kept - step))
            try:
                return self._opened(nearest)
            except UserError:
                if nearest in self.steps:  # else it was thinned out meanwhile
                    raise

    def _opened(self, step: int) -> Snapshot:
        """The network at a kept step; what it is is read once, as that takes as long again."""
        if self._model is None:
            opened = open_model(f"{self._folder}@{step}")
            self._model = replace(opened.model, origin=str(self._folder))
        return moment_of_run(self._folder, step, self._model)

    def close(self) -> None:
        """Nothing to let go of."""


class _Files:
    """The files of a timeline, in a given folder or in one of its own; made when needed."""

    def __init__(self, given: Path | None, disk: int, patience: float) -> None:
        self._given = given
        self._disk = disk
        self._patience = patience
        self._own: TemporaryDirectory[str] | None = None
        self._began = perf_counter()
        self._spent = 0.0

    @cached_property
    def budget(self) -> int:
        """Bytes that may be written."""
        disk = Path(gettempdir()) if self._given is None else self._given.parent
        return min(self._disk, shutil.disk_usage(disk).free // FREE_PARTS)

    @property
    def is_resting(self) -> bool:
        """Whether so much time went into writing that it has to wait."""
        return (self._spent - HEAD_START) * self._patience > perf_counter() - self._began

    def found(self) -> tuple[_Moment, ...]:
        """What the given folder holds already."""
        folder = self._given
        if folder is None:
            return ()
        return tuple(_Moment(step, path=moment_file(folder, step)) for step in kept_steps(folder))

    def write(self, snapshot: Snapshot) -> Path:
        """The file in which a network now is.  Raises UserError if it cannot be written."""
        began = perf_counter()
        path = moment_file(self._folder(), snapshot.step)
        write_moment(path, snapshot)
        self._spent += perf_counter() - began
        return path

    def close(self) -> None:
        """Remove a folder of its own."""
        if self._own is not None:
            self._own.cleanup()
            self._own = None

    def _folder(self) -> Path:
        if self._given is not None:
            _make(self._given)
            return self._given
        if self._own is None:
            # Windows keeps files while somebody looks at them
            self._own = TemporaryDirectory(prefix="cnn-workbench-", ignore_cleanup_errors=True)
        return Path(self._own.name)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder} could not be made ({error.strerror or error}); has the folder of the run "
            "been deleted or moved?"
        ) from error


def _densest(steps: Sequence[int]) -> int:
    """Which of at least three steps leaves the smallest gap when it is taken away."""
    places = [place(step) for step in steps]
    gaps = [after - before for before, after in zip(places, places[2:], strict=False)]
    return gaps.index(min(gaps)) + 1


def _size(snapshot: Snapshot) -> int:
    """Bytes of its weights."""
    return sum(value.nbytes for value in snapshot.weights.values())
