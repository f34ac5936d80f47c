"""The live path: one forward pass a frame for all docks, and one complete result for each.

Frames do not pass through the window: the generator takes the newest one from the feed itself, so
that nothing queues where looking is slower than the camera.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, NamedTuple, Protocol

from core.analysis.declare import ANALYSES, Inputs
from core.errors import UserError
from core.jobs import Progress, finish
from core.network.snapshot import Snapshot
from core.network.subject import Subject
from core.results import Box, Bytes

#: The longest wait for a new frame, in s: a click on a photograph is answered after it.
PATIENCE = 0.02
#: The rate is that of the last so many seconds.
RATE_SECONDS = 1.0


class Newest(Protocol):
    """A place for one frame, in which each new one replaces the last."""

    def wait(self, after: int, seconds: float) -> tuple[int, Bytes] | None:
        """The newest frame and its number, once that is above `after`; None after `seconds`."""


class Frames(Protocol):
    """What frames are taken from: a `Feed`."""

    @property
    def latest(self) -> Newest:
        """The newest frame."""

    @property
    def rate(self) -> float:
        """How many frames a second it gives."""


@dataclass(frozen=True, eq=False)
class Request:
    """What a dock asks for with every frame; `inputs` are its network, layer, unit and so on."""

    key: str
    analysis: str
    inputs: Inputs
    params: Any = None


class Orders(NamedTuple):
    """What is to be looked at: the followed network, the feed, and what the docks ask for.

    `rest`: s to wait after each frame, for what needs the time more.
    """

    snapshot: Snapshot | None = None
    feed: Frames | None = None
    requests: tuple[Request, ...] = ()
    rest: float = 0.0


@dataclass(frozen=True, eq=False)
class Seen:
    """One frame, and what each dock asked of it; all results are of this frame.

    `box` is the part of the frame that the network of `snapshot` sees.  `results` by the
    requests' keys: a result, or the UserError that says why there is none.  `rate`: frames looked
    at in the last second; `camera_rate`: frames that the feed gave; `forward_ms`: what the
    network's forward pass took; `sequence`: the feed's number of the frame.
    """

    frame: Bytes | None
    box: Box | None
    results: Mapping[str, Any]
    rate: float
    camera_rate: float
    forward_ms: float
    sequence: int
    snapshot: Snapshot | None


class Plan:
    """Where the window leaves its orders for the live path."""

    def __init__(self) -> None:
        self._orders = Orders()
        self._changed = threading.Condition()

    def set(
        self,
        snapshot: Snapshot | None,
        feed: Frames | None,
        requests: tuple[Request, ...],
        rest: float = 0.0,
    ) -> None:
        """Replace the orders, as a whole."""
        with self._changed:
            self._orders = Orders(snapshot, feed, requests, rest)
            self._changed.notify_all()

    @property
    def orders(self) -> Orders:
        """The newest orders."""
        return self._orders

    def wait(self, known: Orders, seconds: float) -> None:
        """Return once there are other orders than `known`, at most `seconds` later."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders is not known, seconds)


def live(plan: Plan) -> Generator[Progress, None, None]:
    """Look at the newest frame for all docks, for ever; each partial result is a `Seen`.

    New orders are carried out on the last frame too.  Where neither they nor the frame are new,
    it waits, and yields without a result.  A UserError is the result of the dock whose request
    raised it; any other error ends the work.
    """
    done, sequence, frame, rate = Orders(), 0, None, _Rate()
    while True:
        orders = plan.orders
        if orders.feed is not done.feed:
            sequence, frame = 0, None
        newest = _newest(plan, orders, sequence, PATIENCE if orders is done else 0.0)
        if newest is not None:
            sequence, frame = newest
            rate.count()
        is_new, done = orders is not done or newest is not None, orders
        if is_new and _has_something(orders, frame):
            yield Progress(sequence, 0, _look(orders, sequence, frame, rate.per_second))
            if orders.rest:
                plan.wait(orders, orders.rest)
        else:
            yield Progress(sequence, 0)


def _newest(plan: Plan, orders: Orders, after: int, seconds: float) -> tuple[int, Bytes] | None:
    """The newest frame, if one comes within `seconds`."""
    if orders.feed is not None:
        return orders.feed.latest.wait(after, seconds)
    plan.wait(orders, seconds)
    return None


def _has_something(orders: Orders, frame: Bytes | None) -> bool:
    """Whether there is anything to tell: of a camera's first frame there is not, before it came."""
    return frame is not None or (orders.feed is None and bool(orders.requests))


def _look(orders: Orders, sequence: int, frame: Bytes | None, rate: float) -> Seen:
    snapshot, results, seconds = orders.snapshot, dict[str, Any](), 0.0
    box = None
    if snapshot is not None and frame is not None:
        box = snapshot.model.preprocessing.box(*frame.shape[:2])
    for asked, requests in _by_snapshot(orders.requests, frame).items():
        subject = _look_ahead(requests[0].inputs)
        results |= {request.key: _answer(request) for request in requests}
        if subject is not None and asked is snapshot:
            seconds = subject.forward_seconds
    camera_rate = orders.feed.rate if orders.feed is not None else 0.0
    return Seen(frame, box, results, rate, camera_rate, 1000 * seconds, sequence, snapshot)


def _by_snapshot(
    requests: tuple[Request, ...], frame: Bytes | None
) -> dict[Snapshot | None, list[Request]]:
    """The requests, with the frame among their inputs, by the network that they look at."""
    groups: dict[Snapshot | None, list[Request]] = {}
    for request in requests:
        inputs = replace(request.inputs, frame=frame)
        groups.setdefault(inputs.snapshot, []).append(replace(request, inputs=inputs))
    return groups


def _look_ahead(inputs: Inputs) -> Subject | None:
    """Run the forward pass that all requests for one network share."""
    with suppress(UserError):  # each request raises it again, and tells its dock
        if inputs.subject is not None and inputs.prepared is not None:
            inputs.subject.look_ahead(inputs.prepared.image)
            return inputs.subject
    return None


def _answer(request: Request) -> Any:
    try:
        return finish(ANALYSES[request.analysis].start(request.inputs, request.params))
    except UserError as error:
        return error


class _Rate:
    """How many frames a second were looked at, over the last second."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque()

    def count(self) -> None:
        """One more frame, now."""
        now = monotonic()
        self._moments.append(now)
        while self._moments[0] < now - RATE_SECONDS:
            self._moments.popleft()

    @property
    def per_second(self) -> float:
        """Intervals between the frames counted, per second; 0 for the first."""
        span = self._moments[-1] - self._moments[0] if self._moments else 0.0
        return (len(self._moments) - 1) / span if span else 0.0
