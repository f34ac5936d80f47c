"""Look at one network through one analysis, and write the result to a file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.options import options_of, with_values
from core.registry import nearest
from workbench.command_line._arguments import (
    add_device,
    add_model,
    add_out,
    add_seed,
    add_settings,
    device,
    numbers,
    open_snapshot,
    seed,
    settings,
)
from workbench.command_line._input import add_input, with_input
from workbench.command_line._progress import followed

if TYPE_CHECKING:
    from core.analysis.declare import Analysis, Inputs
    from core.network.subject import Subject


def arguments(parser: ArgumentParser) -> None:
    """`MODEL ANALYSIS [options] --out FILE`."""
    add_model(parser)
    parser.add_argument("analysis", metavar="ANALYSIS", help="see `list analyses`")
    add_input(parser)
    parser.add_argument("--layer", metavar="L", help="by default one that suits the analysis")
    parser.add_argument("--unit", metavar="U", help="channel of the layer (0)")
    parser.add_argument("--cell", metavar="ROW,COL", help="place on that channel's map")
    parser.add_argument(
        "--class", dest="target", metavar="C", help="index or name; by default the most probable"
    )
    add_settings(parser)
    add_seed(parser)
    add_device(parser)
    add_out(parser, "FILE", "the result: .npz, .json, .png or .csv, as far as it fits")


def run(options: Namespace) -> None:
    """Run the analysis and write its result.

    Raises UserError for whatever does not fit, before the work where that can be known.
    """
    from core.analysis.declare import ANALYSES, Inputs  # torch
    from core.analysis.export import check_place, export, provenance

    analysis = ANALYSES[options.analysis]
    if "reference" in analysis.needs:
        raise UserError(
            f"{analysis.title} goes on from a result that only the window keeps; choose another "
            "analysis."
        )
    params = _params(analysis, _with_unit(analysis, options))
    check_place(options.out)
    inputs = Inputs(snapshot=open_snapshot(options), seed=seed(options), device=device(options))
    inputs = _with_selection(inputs, analysis, options)
    inputs = with_input(inputs, analysis.needs, options)
    result = followed(analysis.start(inputs, params), analysis.title)
    export(result, options.out, provenance(analysis, inputs, params))


def _with_unit(analysis: Analysis, options: Namespace) -> dict[str, str]:
    """The pairs of --set; where one unit may be looked at, --unit means that alone."""
    values = settings(options)
    rows = options_of(analysis.params) if analysis.params is not None else ()
    if options.unit is not None and "unit_only" in {row.name for row in rows}:
        values = {"unit_only": "true"} | values
    return values


def _params(analysis: Analysis, values: dict[str, str]) -> Any:
    if analysis.params is not None:
        return with_values(analysis.params, values)
    if values:
        raise UserError(f"{analysis.title} has no settings; leave out --set.")
    return None


def _with_selection(inputs: Inputs, analysis: Analysis, options: Namespace) -> Inputs:
    """The inputs with the layer, unit, cell and class that the options choose."""
    subject = inputs.subject
    assert subject is not None
    layer = subject.row(options.layer).name if options.layer else _layer(subject, analysis)
    if "layer" in analysis.needs and not layer:
        raise UserError(
            f"{analysis.title} asks for a layer, and none of this network suits it by itself; "
            "give --layer L."
        )
    return replace(
        inputs,
        layer=layer,
        unit=_unit(subject, layer, options.unit),
        cell=_cell(analysis, options.cell),
        target=None if options.target is None else _target(subject.classes, options.target),
    )


def _layer(subject: Subject, analysis: Analysis) -> str:
    """The first convolution for an analysis of weights alone, else the last layer with maps."""
    if not {"frame", "image", "samples"} & set(analysis.needs):
        return next(iter(subject.convolutions()), "")
    shapes = {name: subject.row(name).shape or () for name in subject.feature_layers()}
    return next((name for name in reversed(shapes) if max(shapes[name][1:]) > 1), "")


def _unit(subject: Subject, layer: str, text: str | None) -> int:
    """The index of a unit.  Raises UserError if the layer has no such unit."""
    (unit,) = numbers("--unit", text or "0", "U")
    shape = subject.row(layer).shape if layer else None
    if shape and unit >= shape[0]:
        raise UserError(
            f"{layer} has {shape[0]} units, 0 to {shape[0] - 1}; there is no unit {unit}."
        )
    return unit


def _cell(analysis: Analysis, text: str | None) -> tuple[int, int] | None:
    """The place on a map.  Raises UserError if the analysis asks for one and there is none."""
    if text is None:
        if "cell" in analysis.needs:
            raise UserError(f"{analysis.title} asks for a place on a map: give --cell ROW,COL.")
        return None
    row, column = numbers("--cell", text, "ROW,COL")
    return row, column


def _target(classes: tuple[str, ...], text: str) -> int:
    """The index of a class that is given by it, or by name."""
    if text.isdecimal():
        return int(text)
    known = {name.lower(): index for index, name in reversed(list(enumerate(classes)))}
    if text.lower() not in known:
        raise UserError(f"There is no class {text!r}{nearest(text, classes)}")
    return known[text.lower()]
