"""Jobs: what a lane promises its owner."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial
from time import monotonic

import pytest

from core.jobs import Jobs, Progress, finish

Steps = Generator[Progress, object, object]


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs("a", "b")
    yield made
    made.close()


def drain(jobs: Jobs, until: Callable[[], bool] | None = None, seconds: float = 5) -> None:
    """Poll until nothing is left, or until something holds."""
    end = monotonic() + seconds
    tick = threading.Event()
    while not until() if until else jobs.poll():
        jobs.poll()
        assert monotonic() < end, "nothing more happened"
        tick.wait(0.001)


def counting(total: int) -> Steps:
    for done in range(total):
        yield Progress(done, total, done)
    return "end"


def test_callbacks_run_on_the_thread_that_polls(jobs: Jobs) -> None:
    seen: list[tuple[object, threading.Thread]] = []
    jobs.submit(
        "t",
        lambda: counting(100),
        lane="a",
        on_progress=lambda news: seen.append((news.done, threading.current_thread())),
        on_done=lambda result: seen.append((result, threading.current_thread())),
    )
    drain(jobs)
    assert seen[-1][0] == "end"
    assert {thread for _, thread in seen} == {threading.main_thread()}


def test_a_cancelled_job_is_silent(jobs: Jobs) -> None:
    seen: list[object] = []
    gate = threading.Event()

    def work() -> Steps:
        yield Progress(0, 2)
        gate.wait(5)
        yield Progress(1, 2)
        return None

    job = jobs.submit("t", work, lane="a", on_progress=seen.append, on_done=seen.append)
    job.cancel()
    gate.set()
    drain(jobs)
    assert seen == []
    assert job.state == "cancelled"


def test_cancelling_closes_the_generator(jobs: Jobs) -> None:
    closed = threading.Event()

    def work() -> Steps:
        try:
            while True:
                yield Progress(0, 0)
        finally:
            closed.set()

    job = jobs.submit("t", work, lane="a")
    drain(jobs, lambda: job.state == "running")
    job.cancel()
    assert closed.wait(5)


def test_the_newest_job_of_a_key_wins(jobs: Jobs) -> None:
    results: list[object] = []
    for number in range(3):
        jobs.submit("t", partial(int, number), lane="a", key="k", on_done=results.append)
    drain(jobs)
    assert results == [2]


def test_an_error_reaches_the_owner(jobs: Jobs) -> None:
    errors: list[Exception] = []
    jobs.submit("t", lambda: 1 / 0, lane="a", on_error=errors.append)
    drain(jobs)
    assert isinstance(errors[0], ZeroDivisionError)


def test_an_error_that_nobody_takes_is_raised_by_poll(jobs: Jobs) -> None:
    jobs.submit("t", lambda: 1 / 0, lane="a")
    with pytest.raises(ZeroDivisionError):
        drain(jobs)


def test_work_that_wants_to_exit_ends_alone(jobs: Jobs) -> None:
    errors: list[Exception] = []
    results: list[int] = []
    jobs.submit("Opening x", lambda: sys.exit(3), lane="a", on_error=errors.append)
    jobs.submit("t", lambda: 7, lane="a", on_done=results.append)
    drain(jobs)
    assert str(errors[0]) == "Opening x asked to exit (3)"
    assert results == [7]


def test_lanes_run_side_by_side(jobs: Jobs) -> None:
    gate = threading.Event()
    done: list[object] = []
    jobs.submit("slow", lambda: gate.wait(5), lane="a", on_done=done.append)
    jobs.submit("fast", gate.set, lane="b")
    drain(jobs)
    assert done == [True]


def test_a_lane_steps_its_jobs_in_turn(jobs: Jobs) -> None:
    order: list[str] = []
    both = threading.Barrier(2)

    def work(name: str) -> Steps:
        for _ in range(3):
            order.append(name)
            yield Progress(0, 3)
        return None

    def first() -> Steps:
        both.wait(5)
        return (yield from work("x"))

    jobs.submit("x", first, lane="a")
    jobs.submit("y", lambda: work("y"), lane="a")
    both.wait(5)
    drain(jobs)
    assert order == ["x", "y", "x", "y", "x", "y"]


def test_joining_waits_for_the_end_and_lets_nothing_call_back(jobs: Jobs) -> None:
    done: list[object] = []
    job = jobs.submit("t", lambda: 1, lane="a", on_done=done.append)
    job.join(5)
    assert done == []
    jobs.poll()
    assert done == [1]


def test_joining_gives_up_after_a_while(jobs: Jobs) -> None:
    gate = threading.Event()
    job = jobs.submit("t", lambda: gate.wait(5), lane="a")
    job.join(0.02)
    assert job.is_live
    gate.set()


def test_pause_holds_and_step_takes_one_step(jobs: Jobs) -> None:
    taken: list[int] = []
    reached = threading.Semaphore(0)

    def work() -> Steps:
        for number in range(100_000):
            taken.append(number)
            reached.release()
            yield Progress(number, 0)
        return None

    job = jobs.submit("t", work, lane="a")
    assert reached.acquire(timeout=5)
    job.pause()
    other = jobs.submit("mark", lambda: None, lane="a")
    drain(jobs, lambda: other.state == "done")
    held = len(taken)
    job.step()
    another = jobs.submit("mark", lambda: None, lane="a")
    drain(jobs, lambda: another.state == "done" and len(taken) > held)
    assert len(taken) == held + 1
    job.resume()
    drain(jobs, lambda: len(taken) > held + 5)


def test_a_message_is_the_value_of_the_next_yield(jobs: Jobs) -> None:
    heard: list[object] = []

    def work() -> Steps:
        while len(heard) < 2:
            message = yield Progress(0, 0)
            if message is not None:
                heard.append(message)
        return None

    job = jobs.submit("t", work, lane="a")
    job.send("slower")
    job.send("faster")
    drain(jobs)
    assert heard == ["slower", "faster"]


def test_a_report_without_a_partial_keeps_the_one_that_nobody_saw_yet(jobs: Jobs) -> None:
    news: list[Progress] = []

    def work() -> Steps:
        yield Progress(1, 2, "map")
        yield Progress(2, 2)
        return None

    job = jobs.submit("t", work, lane="a", on_progress=news.append)
    other = threading.Event()
    jobs.submit("mark", other.set, lane="b")
    while job._outcome is None:
        other.wait(0.001)
    drain(jobs)
    assert [(report.done, report.partial) for report in news] == [(2, "map")]


def test_finish_gives_the_result_here_and_now() -> None:
    assert finish(counting(3)) == "end"
    assert finish(7) == 7


def test_what_is_asked_after_the_close_never_begins(jobs: Jobs) -> None:
    done: list[int] = []
    jobs.close()
    job = jobs.submit("t", lambda: 1, lane="a", on_done=done.append)

    assert job.state == "cancelled"
    assert not jobs.poll()
    assert not done
    assert not [t for t in threading.enumerate() if t.name == "lane-a"]
