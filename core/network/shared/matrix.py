"""Matrices written by hand: "1 0 1 / 0 1 0 / 1 0 1"."""

from __future__ import annotations

import re
from math import isfinite

from core.errors import UserError

Matrix = tuple[tuple[float, ...], ...]

#: Between rows: a semicolon, a new line, or a slash with a blank beside it (1/9 is a number).
_ROW_ENDS = re.compile(r"\s+/\s*|\s*/\s+|[;\n]+")

_EXAMPLE = "1 0 1 / 0 1 0 / 1 0 1"


def read_matrix(text: str) -> Matrix:
    """The numbers of a matrix, row by row.

    Rows end with a semicolon, a new line or a slash with a blank beside it; blanks or commas part
    their numbers, which may be decimals or fractions such as 1/9.  Raises UserError if there are
    none, one is no number, or the rows differ in length.
    """
    return tuple(tuple(map(_number, row)) for row in _cells(text))


def filled_up(text: str) -> str:
    """The matrix with rows or columns of zeros around it, so that it is square.

    Of an odd number of zeros the end has one more.  Raises UserError as `read_matrix` does.
    """
    rows = _cells(text)
    height, width = len(rows), len(rows[0])
    side = max(height, width)
    above, left = (side - height) // 2, (side - width) // 2
    wide = [["0"] * left + row + ["0"] * (side - width - left) for row in rows]
    blank = ["0"] * side
    square = [blank] * above + wide + [blank] * (side - height - above)
    return " / ".join(" ".join(row) for row in square)


def _cells(text: str) -> list[list[str]]:
    """The numbers as they are written."""
    rows = [re.findall(r"[^\s,]+", row) for row in _ROW_ENDS.split(text)]
    rows = [row for row in rows if row]
    if not rows:
        raise UserError(f"There are no numbers in {text!r}; write rows such as {_EXAMPLE}.")
    for index, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise UserError(
                f"Row {index} has {len(row)} numbers, but the first has {len(rows[0])}; make all "
                f"rows as long, as in {_EXAMPLE}."
            )
    return rows


def _number(written: str) -> float:
    over, _, under = written.replace("−", "-").partition("/")
    try:
        value = float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        value = float("nan")
    if not isfinite(value):
        raise UserError(f"{written!r} is no number; write one such as 1, -0.5 or 1/9.")
    return value
