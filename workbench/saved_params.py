"""The options of views, as the document keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import UserError
from core.options import options_of, values_of, with_values

if TYPE_CHECKING:
    from workbench.session import Session

P = TypeVar("P")


def saved_params(session: Session, view: str, params: type[P]) -> P:
    """The options of a view as they were set; the defaults for those that never were."""
    known = {row.name for row in options_of(params)}
    saved = dict(dict(session.document.settings).get(view, ()))
    try:
        return with_values(params, {name: value for name, value in saved.items() if name in known})
    except UserError:
        return params()  # saved by a version whose ranges differ


def save_params(session: Session, view: str, params: Any) -> None:
    """Keep the options of a view, as one step of undo."""
    settings = dict(session.document.settings)
    settings[view] = tuple(values_of(params).items())
    session.edit(settings=tuple(sorted(settings.items())))
