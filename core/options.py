"""Parameters with a label, a range and a unit: the forms, saved settings and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from core.errors import UserError
from core.registry import nearest

P = TypeVar("P")


def option(
    default: Any,
    low: float | None = None,
    high: float | None = None,
    *,
    label: str,
    unit: str = "",
    help: str = "",
    choices: Mapping[str, str] | None = None,
    decimals: int = 2,
    word: str = "",
    lowest: str = "",
) -> Any:
    """A dataclass field that is a form row: an int, float, bool, str, or one of `choices`.

    `choices` maps each value to its label.  `help` says what changes in the picture.
    `word` stands for it where a network is written in words; its name unless given.
    `lowest` is what a form shows for the value `low`, where that stands for something else.
    """
    return field(
        default=default,
        metadata={
            "low": low,
            "high": high,
            "label": label,
            "unit": unit,
            "help": help,
            "choices": dict(choices or {}),
            "decimals": decimals,
            "word": word,
            "lowest": lowest,
        },
    )


@dataclass(frozen=True)
class Option:
    """One form row of a parameter class."""

    name: str
    default: Any
    low: float | None
    high: float | None
    label: str
    unit: str
    help: str
    choices: dict[str, str]
    decimals: int
    word: str
    lowest: str

    @property
    def kind(self) -> type:
        """bool, int, float or str."""
        return type(self.default)

    @property
    def caption(self) -> str:
        """The label with its unit: "Patch, px"."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def checked(self, value: Any) -> Any:
        """`value` in the option's type.  Raises UserError, with what would fit, if it is not."""
        if self.choices:
            if value not in self.choices:
                raise UserError(
                    f"{self.label} cannot be {value!r}{nearest(str(value), self.choices)}"
                )
            return value
        try:
            value = _converted(value, self.kind)
        except (TypeError, ValueError, KeyError):
            raise UserError(
                f"{self.label} ({self.name}) must be {_NOUN[self.kind]}, not {value!r}."
            ) from None
        low, high = self.low, self.high
        if self.kind in (int, float) and not (
            (low is None or value >= low) and (high is None or value <= high)
        ):
            unit = f" {self.unit}" if self.unit else ""
            raise UserError(
                f"{self.label} ({self.name}) cannot be {_figures(value)}{unit}; "
                f"choose {_span(low, high)}."
            )
        return value


_NOUN = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


def options_of(params: type | Any) -> tuple[Option, ...]:
    """The form rows of a parameter class, in the order of its fields."""
    return _rows(params if isinstance(params, type) else type(params))


@cache  # the layer table checks the settings of each layer at every edit
def _rows(params: type) -> tuple[Option, ...]:
    if not is_dataclass(params):
        return ()
    return tuple(
        Option(f.name, f.default, **f.metadata)
        for f in fields(params)
        if "label" in f.metadata and f.default is not MISSING
    )


def with_values(params: type[P], values: Mapping[str, Any]) -> P:
    """An instance of `params` with these values, which may be text, checked against its options.

    Raises UserError for an unknown name, a value of the wrong type, or one out of range.
    """
    known = {o.name: o for o in options_of(params)}
    for name in values:
        if name not in known:
            raise UserError(f"There is no setting {name!r}{nearest(name, known)}")
    return params(**{name: known[name].checked(value) for name, value in values.items()})


def checked(params: P) -> P:
    """`params` itself.  Raises UserError if one of its values is out of range."""
    for row in options_of(params):
        row.checked(getattr(params, row.name))
    return params


def values_of(params: Any) -> dict[str, Any]:
    """The values of a parameter object by name, ready for JSON."""
    return {row.name: getattr(params, row.name) for row in options_of(params)}


def _converted(value: Any, kind: type) -> Any:
    if kind is bool and isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            value.lower()
        ]
    if kind is int and isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return kind(value)


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {_figures(high)}"
    if high is None:
        return f"at least {_figures(low)}"
    return f"{_figures(low)} to {_figures(high)}"


def _figures(value: float | None) -> str:
    """A number as a person writes it: whole ones with all their figures."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
