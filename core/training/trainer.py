"""Training in a process of its own: a second interpreter, so that a window does not slow it down.

Threads of one process take turns at the interpreter: a network that trains beside a window that
draws loses a third of its steps, and the window its calm.  The trainer is driven by frames on its
standard input and answers on its standard output; it ends with the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from core.errors import UserError
from core.frames import Frame, read_frame, write_frame
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.paths import SERVE
from core.training.forecast import Forecast
from core.training.observation import Observation
from core.training.settings import Control
from core.training.trainer_frames import (
    FORECAST,
    Order,
    newest_observation,
    order_frame,
    read_forecast,
    read_progress,
    read_result,
    told_to_json,
    trained_on,
)


@dataclass(frozen=True)
class Hold:
    """Sent to a training: report what is under way, and begin nothing before the next step."""


@dataclass(frozen=True)
class Single:
    """Sent to a training that holds: take one step."""


Told = Control | Hold | Single


class Trainer:
    """The process; belongs to one thread, and has one order at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        )
        self._under_way = 0
        self._has_order = False

    @property
    def process_id(self) -> int:
        """By which the system knows it."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def is_free(self) -> bool:
        """Whether it can take an order."""
        return self.is_alive and not self._has_order

    def train(self, order: Order) -> Generator[Progress, Told | None, Snapshot]:
        """The reports of an order, as those of `train`, and the trained network.

        One yield stands for a slice of time with many steps: the report is the newest, with the
        newest TrainingReport of that time.  It works one slice ahead of the reports.  It takes
        what `train` takes, and `Hold` and `Single`.  Closing the generator ends the process.
        Raises what `train` raises, and UserError if the process dies.
        """
        self._under_way, ended, news = 0, False, Progress(0, 0)
        seen: Observation | None = None
        self._has_order = True
        try:
            self._send(order_frame(order))
            told = yield Progress(0, 0, label="Starting the training process")
            model = trained_on(read_frame(self._output), order)
            while True:
                news = replace(news, partial=None)
                for answer in self._answers(told):
                    if answer.data["kind"] == "end":
                        ended = True
                        if news.partial is not None:
                            yield news
                        return read_result(answer, model, order)
                    news = _newest(news, read_progress(answer, model, order, seen))
                    seen = newest_observation(news, seen)
                told = yield news
        except (EOFError, BrokenPipeError) as error:
            raise UserError(
                f"The training process ended by itself after step {news.done:,} (exit code "
                f"{self._process.wait()}); what it had reported is kept. It may have run out of "
                "memory: choose a smaller batch."
            ) from error
        finally:
            self._has_order = False
            if not ended:
                self.close()

    def forecast(self, order: Order) -> Generator[Progress, None, Forecast]:
        """What the training that is ordered would take, measured there: see `forecast`.

        Closing the generator ends the process.  Raises what `forecast` raises, and UserError if
        the process dies.
        """
        ended = False
        self._has_order = True
        try:
            self._send(order_frame(order, FORECAST))
            yield Progress(0, 0, label="Starting the training process")
            while (answer := read_frame(self._output)).data["kind"] != "end":
                yield Progress(0, 0, label=answer.data["label"])
            ended = True
            return read_forecast(answer)
        except (EOFError, BrokenPipeError) as error:
            raise UserError(
                "The training process ended by itself while it measured (exit code "
                f"{self._process.wait()}): it may have run out of memory; choose a smaller batch."
            ) from error
        finally:
            self._has_order = False
            if not ended:
                self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None and not end.closed:
                _close(end)

    def _answers(self, told: Told | None) -> Generator[Frame]:
        """The next answer; all that is under way after a Hold or a Single."""
        if isinstance(told, (Hold, Single)):
            if isinstance(told, Single):
                self._go(single=True)
            while self._under_way:
                yield self._receive()
            return
        self._go(told)
        if self._under_way < 2:  # after a hold: one slice ahead again
            self._go()
        yield self._receive()

    def _go(self, told: Control | None = None, single: bool = False) -> None:
        """Leave to run for a slice, or a step."""
        self._under_way += 1
        self._send(Frame({"told": told_to_json(told), "single": single}))

    def _send(self, frame: Frame) -> None:
        assert self._process.stdin is not None  # it is a pipe
        write_frame(self._process.stdin, frame)

    def _receive(self) -> Frame:
        self._under_way -= 1
        return read_frame(self._output)

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # it is a pipe
        return self._process.stdout


def _newest(old: Progress, new: Progress) -> Progress:
    return replace(new, partial=old.partial) if new.partial is None else new


def _command() -> list[str]:
    """How this program starts itself as a trainer."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SERVE]
    return [sys.executable, "-c", "from core.training.trainer_process import serve; serve()"]


def _environment() -> dict[str, str]:
    """The environment of the process, in which it finds our packages as this one does."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def _close(end: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # what was still to be sent
        end.close()
