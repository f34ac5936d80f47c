from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pytest

from core.analysis.declare import ANALYSES, Inputs, analysis
from core.analysis.live import Plan, Request, Seen, live
from core.analysis.methods.activations import ActivationsParams
from core.data.cameras import CAMERAS
from core.data.feed import Feed, Latest, StillFeed
from core.errors import UserError
from core.jobs import Progress
from core.network.snapshot import Snapshot
from core.network.subject import Subject, subject_for
from core.results import Bytes, MapGrid, Predictions
from tests.core.analysis.subjects import classifier, snapshot_of


class Camera:
    """A feed whose frames the test puts."""

    rate = 25.0

    def __init__(self) -> None:
        self.latest = Latest()


def frame_of(level: int) -> Bytes:
    return np.full((16, 20, 3), level, np.uint8)


def grid(key: str, snapshot: Snapshot | None, layer: str = "conv", **settings: Any) -> Request:
    inputs = Inputs(snapshot=snapshot, layer=layer)
    return Request(key, "activations", inputs, ActivationsParams(**settings))


def classes(key: str, snapshot: Snapshot | None) -> Request:
    return Request(key, "predictions", Inputs(snapshot=snapshot))


def doubled(snapshot: Snapshot) -> Snapshot:
    weights = Subject(snapshot).module.state_dict()
    return Snapshot(snapshot.model, {name: 2 * value for name, value in weights.items()})


def next_seen(steps: Generator[Progress, None, None], most: int = 500) -> Seen:
    for _ in range(most):
        partial = next(steps).partial
        if partial is not None:
            assert isinstance(partial, Seen)
            return partial
    raise AssertionError("nothing was seen")


@pytest.fixture
def snapshot() -> Snapshot:
    return classifier()


@pytest.fixture
def plan() -> Plan:
    return Plan()


@pytest.fixture
def steps(plan: Plan) -> Iterator[Generator[Progress, None, None]]:
    work = live(plan)
    yield work
    work.close()


def test_all_docks_are_told_of_the_same_frame(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    feed = Feed(CAMERAS["gratings"]())
    try:
        plan.set(snapshot, feed, (classes("bars", snapshot), grid("maps", snapshot)))
        for _ in range(3):
            seen = next_seen(steps)
            subject = Subject(snapshot)
            assert seen.frame is not None
            image = subject.prepare(seen.frame).image
            expected = subject.outputs(image, "relu", "dense")
            maps, bars = seen.results["maps"], seen.results["bars"]
            assert isinstance(maps, MapGrid)
            assert isinstance(bars, Predictions)
            np.testing.assert_allclose(maps.maps, expected["relu"], atol=1e-5)
            np.testing.assert_allclose(bars.probabilities, expected["dense"].softmax(0), atol=1e-5)
    finally:
        feed.close()


def test_only_the_newest_frame_is_looked_at(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    camera = Camera()
    plan.set(snapshot, camera, (grid("maps", snapshot),))
    camera.latest.put(frame_of(1))
    assert next_seen(steps).sequence == 1
    for level in (2, 3, 4):
        camera.latest.put(frame_of(level))
    seen = next_seen(steps)
    assert seen.sequence == 4
    assert seen.frame is not None
    assert seen.frame.max() == 4
    assert next(steps).partial is None


def test_one_forward_pass_serves_all_docks(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    requests = (
        grid("early", snapshot, "conv", after=False),
        classes("bars", snapshot),
        grid("late", snapshot, "pool"),
    )
    camera = Camera()
    plan.set(snapshot, camera, requests)
    camera.latest.put(frame_of(0))
    next_seen(steps)
    passes: list[None] = []
    module = subject_for(snapshot).module
    with module.register_forward_pre_hook(lambda *_: passes.append(None)):
        camera.latest.put(frame_of(1))
        assert next_seen(steps).forward_ms > 0
    assert len(passes) == 1


def test_a_changed_request_is_answered_without_a_new_frame(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    feed = StillFeed(frame_of(90))
    plan.set(snapshot, feed, (grid("maps", snapshot, "conv"),))
    assert next_seen(steps).results["maps"].layer == "relu"
    assert next(steps).partial is None
    plan.set(snapshot, feed, (grid("maps", snapshot, "pool"),))
    seen = next_seen(steps)
    assert seen.results["maps"].layer == "pool"
    assert seen.sequence == 1


def test_new_weights_are_looked_at_without_a_new_frame(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    feed = StillFeed(frame_of(90))
    trained = doubled(snapshot)
    plan.set(snapshot, feed, (grid("maps", snapshot),))
    before = next_seen(steps).results["maps"].maps.copy()
    plan.set(trained, feed, (grid("maps", trained),))
    seen = next_seen(steps)
    assert seen.snapshot is trained
    np.testing.assert_allclose(seen.results["maps"].maps, 2 * before, rtol=1e-4, atol=1e-5)


def test_docks_may_look_at_networks_of_their_own(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    spec = snapshot.model.spec
    assert spec is not None
    trunk = snapshot_of(*((node.name, node.op) for node in spec.nodes[:2]))
    trained = doubled(snapshot)
    shown = {"open": snapshot, "trained": trained, "trunk": trunk}
    requests = [grid(name, of, "conv", after=False) for name, of in shown.items()]
    requests += [classes("open classes", snapshot), classes("trunk classes", trunk)]
    plan.set(snapshot, StillFeed(frame_of(200)), tuple(requests))
    results = next_seen(steps).results
    for name, of in shown.items():
        subject = Subject(of)
        expected = subject.outputs(subject.prepare(frame_of(200)).image, "conv")["conv"]
        np.testing.assert_allclose(results[name].maps, expected, atol=1e-5)
    assert isinstance(results["open classes"], Predictions)
    assert "has no classes" in str(results["trunk classes"])


def test_an_error_in_one_dock_leaves_the_others(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    requests = (
        grid("wrong layer", snapshot, "convolution"),
        grid("no layer", snapshot, ""),
        grid("no network", None),
        grid("right", snapshot),
    )
    plan.set(snapshot, StillFeed(frame_of(3)), requests)
    results = next_seen(steps).results
    assert isinstance(results["right"], MapGrid)
    said = {key: str(value) for key, value in results.items() if isinstance(value, UserError)}
    assert said["no layer"] == "Choose a layer first."
    assert said["no network"] == "Open a network first."
    assert "no layer 'convolution'" in said["wrong layer"]


def test_a_mistake_in_the_code_is_not_hidden(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    @analysis("Broken", live=True)
    def broken(subject: Subject) -> None:
        raise KeyError(subject.model.name)

    try:
        plan.set(snapshot, StillFeed(frame_of(3)), (Request("x", "broken", Inputs(snapshot)),))
        with pytest.raises(KeyError):
            next_seen(steps)
    finally:
        ANALYSES.remove("broken")


def test_says_that_there_is_nothing_to_look_at(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    assert next(steps).partial is None
    plan.set(snapshot, None, (grid("maps", snapshot),))
    seen = next_seen(steps)
    assert seen.frame is None
    assert str(seen.results["maps"]) == "Choose an image first."


def test_waits_for_a_cameras_first_frame(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    camera = Camera()
    plan.set(snapshot, camera, (grid("maps", snapshot),))
    assert next(steps).partial is None
    assert next(steps).partial is None
    camera.latest.put(frame_of(3))
    assert next_seen(steps).sequence == 1


def test_another_feed_begins_anew(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    camera = Camera()
    for level in range(5):
        camera.latest.put(frame_of(level))
    plan.set(snapshot, camera, (grid("maps", snapshot),))
    assert next_seen(steps).sequence == 5
    plan.set(snapshot, StillFeed(frame_of(77)), (grid("maps", snapshot),))
    seen = next_seen(steps)
    assert (seen.sequence, seen.frame.max() if seen.frame is not None else 0) == (1, 77)


def test_tells_its_rates_and_the_part_that_is_seen(
    plan: Plan, steps: Generator[Progress, None, None], snapshot: Snapshot
) -> None:
    camera = Camera()
    plan.set(snapshot, camera, (grid("maps", snapshot),))
    seen = []
    for level in range(3):
        camera.latest.put(frame_of(level))
        seen.append(next_seen(steps))
    assert seen[0].rate == 0
    assert seen[-1].rate > 0
    assert seen[-1].camera_rate == 25.0
    box = seen[-1].box
    assert box is not None
    assert (box.top, box.left, box.height, box.width) == (0, 2, 16, 16)
