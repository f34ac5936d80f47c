"""Work that is run to its end here, with its progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from typing import Any

from core.jobs import Progress

_CLEAR_LINE = "\r\033[K"


def followed(work: Any, title: str, message: Callable[[], Any] = lambda: None) -> Any:
    """The result of `work`: a generator of Progress, or the result itself.

    What `message` gives is sent to it at each yield.
    """
    if not isinstance(work, Generator):
        return work
    try:
        _show(title, next(work))
        while True:
            _show(title, work.send(message()))
    except StopIteration as stop:
        return stop.value
    finally:
        work.close()
        _write(_CLEAR_LINE)


def _show(title: str, news: Progress) -> None:
    share = f"{news.done} of {news.total}" if news.total else f"{news.done}"
    _write(f"{_CLEAR_LINE}{title}  {share}  {news.label}")


def _write(text: str) -> None:
    if sys.stderr.isatty():
        print(text, end="", file=sys.stderr, flush=True)
