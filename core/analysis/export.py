"""Results as files: arrays, pictures, JSON and tables, each with what made it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import singledispatch
from math import ceil
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from core.analysis.declare import Analysis, Inputs
from core.data.colour_maps import DIVERGING, SEQUENTIAL, class_colours, lookup_table
from core.data.images import best_columns, grey_levels, tile, write_png
from core.errors import UserError
from core.options import values_of
from core.paths import written_whole
from core.results import (
    GABOR_COLUMNS,
    Bytes,
    Curves,
    Floats,
    GaborFits,
    Heatmap,
    MapGrid,
    Matrix,
    Picture,
    Predictions,
    Scatter,
    Table,
    Tiles,
)
from core.versions import versions

#: What made a result, as plain data.
About = Mapping[str, Any]

#: Maps are enlarged by a whole factor until their longer side has this many pixels.
SMALLEST_MAP = 224
SMALLEST_TILE = 64
SCATTER_SIDE = 800
GAP_GREY = 32


def export(result: Any, path: Path, about: About) -> None:
    """Write a result, with `about`, in the form that the suffix of `path` names.

    ``.npz`` holds its arrays under the names of their fields, and `about` as JSON in `meta`;
    ``.png`` the picture of it, with the same JSON as the text chunk `meta`; ``.json`` all of it;
    ``.csv`` its table alone.  Raises UserError, naming the suffixes that fit, for any other.
    """
    suffix = path.suffix.lower()
    fitting = suffixes(result)
    if suffix not in fitting:
        raise UserError(
            f"{path.name}: {type(result).__name__} results are written as {', '.join(fitting)}; "
            f"choose one of these instead of {suffix or 'no suffix'}."
        )
    content = io.BytesIO()
    _WRITERS[suffix](result, about, content)
    with written_whole(path) as file:
        file.write(content.getbuffer())


def check_place(path: Path) -> None:
    """Raises UserError if no result at all could be written there: known before the work."""
    if path.suffix.lower() not in _WRITERS:
        raise UserError(
            f"{path.name}: results are written as {', '.join(_WRITERS)}; choose one of these "
            f"instead of {path.suffix or 'no suffix'}."
        )
    if not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent}; make it first, or choose another.")


def suffixes(result: Any) -> tuple[str, ...]:
    """The suffixes of files that can hold a result of this type, the most complete first."""
    kind, found = type(result), [".npz", ".json"]
    if picture.dispatch(kind) is not picture.dispatch(object):
        found.append(".png")
    if table.dispatch(kind) is not table.dispatch(object):
        found.append(".csv")
    return tuple(found)


def provenance(analysis: Analysis, inputs: Inputs, params: Any) -> dict[str, Any]:
    """What made a result: the analysis, all that it was given, the weights and the versions."""
    chosen = ("layer", "unit", "cell", "target", "seed")
    about: dict[str, Any] = {"analysis": analysis.name, "params": values_of(params)}
    about |= {name: getattr(inputs, name) for name in chosen if name in analysis.needs}
    if "samples" in analysis.needs and inputs.samples is not None:
        about["samples"] = {"name": inputs.samples.name, "split": inputs.samples.split}
    if inputs.subject is not None:
        model = inputs.subject.model
        about["model"] = {
            "name": model.name,
            "origin": model.origin,
            "weights": fingerprint(inputs.subject.module),
        }
    return about | {"versions": versions()}


def fingerprint(module: nn.Module) -> str:
    """A SHA-256 of the names, shapes and values of a module's weights."""
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        array = value.detach().cpu().contiguous().numpy()
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.data)
    return digest.hexdigest()


def arrays(result: Any) -> dict[str, NDArray[Any]]:
    """The arrays, numbers and names of a result by field; nested results are flattened.

    Of a field of like records, each of their fields becomes one array.  What is only drawn
    (`Tiles`), text and yes or no are left out: they are in `texts`.
    """
    found: dict[str, NDArray[Any]] = {}
    for name, value in _leaves(result):
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for column in fields(value[0]):
                found[column.name] = np.array([getattr(row, column.name) for row in value])
        elif isinstance(value, (np.ndarray, tuple, float)) or type(value) is int:
            found[name] = np.asarray(value)
    return found


def texts(result: Any) -> dict[str, str | bool]:
    """What a result says in words, by field: its meaning, its layer, whether it is signed."""
    return {name: value for name, value in _leaves(result) if isinstance(value, (str, bool))}


@singledispatch
def plain(result: Any) -> dict[str, Any]:
    """A result as data for JSON; numbers that JSON does not know are null."""
    return texts(result) | {name: value.tolist() for name, value in arrays(result).items()}


@plain.register
def _(result: Predictions) -> dict[str, Any]:
    return {
        "classes": [
            {"index": row.index, "name": row.name, "probability": row.probability}
            for row in result.classes
        ]
    }


@plain.register
def _(result: GaborFits) -> dict[str, Any]:
    return {"fits": result.rows(), "baseline": result.baseline(), **texts(result)}


@plain.register
def _(result: Scatter) -> dict[str, Any]:
    return plain.dispatch(object)(replace(result, space=None))


@plain.register
def _(result: Table) -> dict[str, Any]:
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return {"meaning": result.meaning, "rows": rows}


@singledispatch
def picture(result: Any) -> Bytes:
    """A result drawn, [H, W, 3].  Raises TypeError for one that has no picture."""
    raise TypeError(type(result))


@picture.register
def _(result: Heatmap) -> Bytes:
    drawn: Bytes = _enlarged(_coloured(result.values[None], result.signed), SMALLEST_MAP)[0]
    return drawn


@picture.register
def _(result: Matrix) -> Bytes:
    drawn: Bytes = _enlarged(_coloured(result.values[None], signed=False), SMALLEST_MAP)[0]
    return drawn


@picture.register
def _(result: MapGrid) -> Bytes:
    return _tiled(_enlarged(_coloured(result.maps, result.signed), SMALLEST_TILE))


@picture.register
def _(result: GaborFits) -> Bytes:
    signed = result.kernels.ndim == 3
    parts = (result.kernels, result.fits, result.residuals)
    coloured = (_enlarged(_coloured(part, signed), SMALLEST_TILE) for part in parts)
    return _tiled(np.concatenate([*coloured], 2))


@picture.register
def _(result: Picture) -> Bytes:
    return result.picture


@picture.register
def _(result: Scatter) -> Bytes:
    low, high = result.points.min(0), result.points.max(0)
    margin, dot = 12, np.arange(-2, 3)
    scale = (SCATTER_SIDE - 1 - 2 * margin) / max(float((high - low).max()), 1e-12)
    places = ((result.points - (low + high) / 2) * scale + SCATTER_SIDE / 2).round().astype(int)
    drawn = np.full((SCATTER_SIDE, SCATTER_SIDE, 3), 255, np.uint8)
    rows = (SCATTER_SIDE - 1 - places[:, 1])[:, None, None] + dot[:, None]
    columns = places[:, 0, None, None] + dot
    drawn[rows, columns] = class_colours(result.labels)[:, None, None]
    return drawn


@singledispatch
def table(result: Any) -> Table:
    """A result in rows and columns.  Raises TypeError for one that is no table."""
    raise TypeError(type(result))


@table.register
def _(result: Table) -> Table:
    return result


@table.register
def _(result: Predictions) -> Table:
    rows = tuple((row.index, row.name, row.probability) for row in result.classes)
    return Table(("index", "name", "probability"), rows)


@table.register
def _(result: Scatter) -> Table:
    columns = (result.index, *result.points.T, result.labels)
    rows = tuple(zip(*(column.tolist() for column in columns), strict=True))
    return Table(("index", "x", "y", "label"), rows, result.meaning)


@table.register
def _(result: GaborFits) -> Table:
    return Table(GABOR_COLUMNS, tuple(tuple(row.values()) for row in result.rows()), result.meaning)


@table.register(Heatmap)
@table.register(Matrix)
def _(result: Heatmap | Matrix) -> Table:
    columns = tuple(str(column) for column in range(result.values.shape[1]))
    return Table(columns, tuple(tuple(row) for row in result.values.tolist()), result.meaning)


@table.register
def _(result: Curves) -> Table:
    rows = tuple(
        (panel, name, x, y)
        for panel, curves in result.panels.items()
        for name, curve in curves.items()
        for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True)
    )
    return Table(("axis", "curve", result.horizontal, "value"), rows)


def _leaves(result: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a result that hold no further result, under their names."""
    pairs = (
        result.items()
        if isinstance(result, Mapping)
        else ((f.name, getattr(result, f.name)) for f in fields(result))
    )
    for name, value in pairs:
        if isinstance(value, Tiles) or value is None:
            continue
        if isinstance(value, Mapping) or is_dataclass(value):
            yield from _leaves(value)
        else:
            yield name, value


def _write_npz(result: Any, about: About, file: IO[bytes]) -> None:
    meta = json.dumps(dict(about) | {"result": texts(result)}, ensure_ascii=False)
    np.savez_compressed(file, meta=np.array(meta), **arrays(result))  # type: ignore[arg-type]


def _write_png(result: Any, about: About, file: IO[bytes]) -> None:
    write_png(file, picture(result), meta=json.dumps(about, ensure_ascii=False))


def _write_json(result: Any, about: About, file: IO[bytes]) -> None:
    content = plain(result) | {"meta": about}
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    except ValueError:  # looked for only then, as this takes long for large arrays
        text = json.dumps(_finite(content), ensure_ascii=False)
    file.write(text.encode() + b"\n")


def _write_csv(result: Any, about: About, file: IO[bytes]) -> None:
    rows = table(result)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows.columns)
    writer.writerows(rows.rows)
    file.write(text.getvalue().encode())


_WRITERS: dict[str, Callable[[Any, About, IO[bytes]], None]] = {
    ".npz": _write_npz,
    ".json": _write_json,
    ".png": _write_png,
    ".csv": _write_csv,
}


def _coloured(maps: Floats, signed: bool) -> Bytes:
    """Maps [N, h, w] in the colours of their kind, [N, h, w, 3]; colours stay as they are."""
    if maps.ndim == 4:
        return (np.clip(maps, 0, 1) * 255).round().astype(np.uint8)
    levels, _ = grey_levels(maps, signed=signed)
    return lookup_table(DIVERGING if signed else SEQUENTIAL)[levels]


def _tiled(colours: Bytes) -> Bytes:
    """Pictures [N, h, w, 3] as one, with a gap between them."""
    count, height, width, _ = colours.shape
    return tile(colours, best_columns(count, 1.6, width / height), 2, GAP_GREY)


def _enlarged(colours: Bytes, smallest: int) -> Bytes:
    """Pictures [N, h, w, 3], each pixel a square: the longer side has at least `smallest` px."""
    factor = max(1, ceil(smallest / max(colours.shape[1:3])))
    return colours.repeat(factor, 1).repeat(factor, 2)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value
