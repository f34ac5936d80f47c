"""Other settings with which a layer fits, or with which one before it lets it fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import UserError
from core.network.layer_table import LayerRow, cost
from core.network.repair.case import Candidate, Case, fits
from core.network.spec import LayerKind, Misfit, Node, Shape
from core.options import Option, options_of

#: How far from a whole number others are tried.
_REACH = 64

#: How many layers back along a branch settings are tried.
_STEPS_BACK = 6

#: Options that say how many channels come out, in the words of a title.
_COUNTED = ("filters", "units", "channels")


def other_settings(case: Case) -> Iterator[Candidate]:
    """The layer with other settings: those that it names itself, then one changed at a time."""
    named = _as_named(case)
    if named != case.node.op:
        yield _changed(case, named)
    for row in options_of(case.node.op):
        for value in _fitting_values(case.node.op, row, case.row.given):
            yield _changed(case, replace_option(case.node.op, row.name, value))


def settings_before(case: Case) -> Iterator[Candidate]:
    """Layers before it with one other setting, nearest first, each on its way to this one."""
    for place, given in enumerate(case.row.given):
        way: list[LayerKind] = []
        for row, node in _way_back(case, case.node.reads[place]):
            yield from _settings_of(case, place, row, node, way, given)
            way.insert(0, node.op)


def replace_option(op: LayerKind, name: str, value: Any) -> LayerKind:
    """The layer kind with another value of one option."""
    changed: LayerKind = replace(op, **{name: value})  # type: ignore[type-var]
    return changed


def _as_named(case: Case) -> LayerKind:
    """The layer with its settings in their ranges, and those with which it says that it fits."""
    op, given = case.node.op, case.row.given
    op = _changed_to(op, {row.name: _clamped(op, row) for row in options_of(op)})
    for _ in options_of(op):
        try:
            cost(op, *given)
        except Misfit as misfit:
            op = _changed_to(op, misfit.settings)
        except UserError:
            break
    return op


def _changed_to(op: LayerKind, settings: Mapping[str, Any]) -> LayerKind:
    changed: LayerKind = replace(op, **settings)  # type: ignore[type-var]
    return changed


def _clamped(op: LayerKind, row: Option) -> Any:
    """The value of an option, brought into its range."""
    value = getattr(op, row.name)
    if row.low is not None and value < row.low:
        return row.kind(row.low)
    # what is too large may need more memory than there is: then the largest that fits is found
    return row.kind(row.high) if row.high is not None and value > row.high else value


def _fitting_values(op: LayerKind, row: Option, given: Sequence[Shape]) -> Iterator[Any]:
    """The value of one option next to its present one with which the layer fits, if any."""
    for value in _values(op, row):
        if fits(replace_option(op, row.name, value), given):
            yield value
            return
    if row.kind is int:
        yield from _largest(op, row, given)


def _values(op: LayerKind, row: Option) -> list[Any]:
    """Other values of an option, the nearest first."""
    present = getattr(op, row.name)
    if row.choices:
        return [choice for choice in row.choices if choice != present]
    if row.kind is not int:
        return []
    low = present - _REACH if row.low is None else max(int(row.low), present - _REACH)
    high = present + _REACH if row.high is None else min(int(row.high), present + _REACH)
    near = (value for value in range(low, high + 1) if value != present)
    return sorted(near, key=lambda value: abs(value - present))


def _largest(op: LayerKind, row: Option, given: Sequence[Shape]) -> Iterator[int]:
    """The largest value of an option with which the layer fits: where memory is what it lacks."""
    low = int(row.low or 0)
    high = int(min(getattr(op, row.name), row.high or getattr(op, row.name)))
    if low >= high or not fits(replace_option(op, row.name, low), given):
        return
    while high - low > 1:
        middle = (low + high) // 2
        if fits(replace_option(op, row.name, middle), given):
            low = middle
        else:
            high = middle
    yield high if fits(replace_option(op, row.name, high), given) else low


def _changed(case: Case, op: LayerKind) -> Candidate:
    """The layer with other settings, which the title names."""
    old, parts = case.node.op, []
    for row in options_of(op):
        value = getattr(op, row.name)
        if value != getattr(old, row.name):
            parts.append(f"{row.label.lower()} to {_said(value)}")
    return case.edited(f"Set {' and '.join(parts)}", replace(case.node, op=op))


def _way_back(case: Case, name: str) -> Iterator[tuple[LayerRow, Node]]:
    """The layers that lead to `name`, from it backwards, as long as each reads one alone."""
    known = {node.name: (row, node) for row, node in zip(case.rows, case.spec.nodes, strict=True)}
    for _ in range(_STEPS_BACK):
        if name not in known or len(known[name][0].given) != 1:
            return
        yield known[name]
        name = known[name][1].reads[0]


def _settings_of(
    case: Case, place: int, row: LayerRow, node: Node, way: Sequence[LayerKind], given: Shape
) -> Iterator[Candidate]:
    """One setting of a layer before, with which what comes out of the `way` after it fits."""
    wanted = {size for shape in case.row.given for size in shape}
    for option in options_of(node.op):
        values = _values(node.op, option)
        if option.name in _COUNTED:
            values = [*sorted(wanted), *values]
        for value in values:
            op = replace_option(node.op, option.name, value)
            shape = _through((op, *way), row.given)
            others = [shape if i == place else s for i, s in enumerate(case.row.given)]
            if shape not in (None, given) and fits(case.node.op, [s for s in others if s]):
                title = _title(node.name, option, value)
                yield case.edited(title, case.node, others=[replace(node, op=op)])
                break


def _through(ops: Sequence[LayerKind], given: tuple[Shape, ...]) -> Shape | None:
    """The shape after layers one after the other; None if one does not fit."""
    for op in ops:
        try:
            given = (cost(op, *given)[0],)
        except UserError:
            return None
    return given[0]


def _title(name: str, option: Option, value: Any) -> str:
    if option.name in _COUNTED:
        return f"Set {name} to {value} {option.name}"
    if option.name == "padding":
        return f"Pad {name} by {value}"
    return f"Set {option.label.lower()} of {name} to {_said(value)}"


def _said(value: Any) -> str:
    """A value in a title."""
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value}"
