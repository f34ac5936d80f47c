"""The one exception whose message is written for the user."""

from __future__ import annotations


class UserError(ValueError):
    """Something the user can put right; the message says what is wrong and what would fit."""
