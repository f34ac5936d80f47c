"""A name with options in one string, as in "shapes?size=32&noise=0.1"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from core.errors import UserError

#: Left as they are in a value: what is common in paths, and means nothing here.
_PLAIN = " /\\:.,()[]"


def split_query(text: str) -> tuple[str, dict[str, str]]:
    """The name, and the options behind its last question mark.

    Raises UserError, saying how options are written, if they are not.
    """
    name, mark, options = text.rpartition("?")
    if not mark:
        return text, {}
    pairs = [pair.partition("=") for pair in options.split("&")]
    if not all(key and equals for key, equals, _ in pairs):
        raise UserError(
            f"{options!r} are no options; write {name}?NAME=VALUE, and & between two of them."
        )
    return name, {key: unquote(value) for key, _, value in pairs}


def joined_query(name: str, options: Mapping[str, Any]) -> str:
    """The string from which `split_query` gives these, with the options' values as text."""
    pairs = (f"{key}={quote(_written(value), safe=_PLAIN)}" for key, value in options.items())
    return f"{name}?{'&'.join(pairs)}" if options else name


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
