"""What a command is: one declaration feeds menu, shortcut and palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.registry import Registry

if TYPE_CHECKING:
    from workbench.window import Window


@dataclass(frozen=True)
class Command:
    """Something to do, with its place in the menus.

    `enabled` says whether it can be done now; `checked`, for a switch, whether it is on.
    """

    name: str
    title: str
    menu: str
    run: Callable[[Window], None]
    shortcut: str = ""
    order: int = 0
    enabled: Callable[[Window], bool] | None = None
    checked: Callable[[Window], bool] | None = None


Run = TypeVar("Run", bound=Callable[["Window"], None])
COMMANDS: Registry[Command] = Registry("command", "workbench.commands")


def command(
    title: str,
    menu: str,
    *,
    shortcut: str = "",
    order: int = 0,
    enabled: Callable[[Window], bool] | None = None,
    checked: Callable[[Window], bool] | None = None,
) -> Callable[[Run], Run]:
    """Register the function below as a command."""

    def register(run: Run) -> Run:
        name = run.__name__
        COMMANDS.add(name, Command(name, title, menu, run, shortcut, order, enabled, checked))
        return run

    return register
