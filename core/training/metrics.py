"""The curves of a run as a table: written with each checkpoint, and read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.results import Curves, Series

#: The file of a run's folder that holds its curves.
METRICS = "metrics.csv"

_BETWEEN = ": "


def metrics_table(curves: Curves) -> bytes:
    """The curves as CSV: a row a step, empty where a curve has no value there."""
    named = {
        f"{panel}{_BETWEEN}{name}": dict(zip(line.x, line.y, strict=True))
        for panel, lines in curves.panels.items()
        for name, line in lines.items()
    }
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([curves.horizontal, *named])
    for step in sorted(set().union(*named.values())):
        writer.writerow([int(step), *(values.get(step, "") for values in named.values())])
    return table.getvalue().encode()


def read_metrics(folder: Path) -> Curves:
    """The curves of a run, as its last checkpoint has them; none before the first.

    Raises UserError if they cannot be read, or are damaged.
    """
    path = folder / METRICS
    try:
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        horizontal, *columns = rows[0]
        cells = [[float(cell or "nan") for cell in row] for row in rows[1:]]
        table = np.array(cells, np.float32).reshape(-1, len(rows[0]))
        if not np.isfinite(table[:, 0]).all():
            raise ValueError("a step is no number")
        return Curves(horizontal, _panels(columns, table))
    except FileNotFoundError:
        return Curves("Step", {})
    except OSError as error:
        raise UserError(f"{path} could not be read: {error.strerror or error}.") from error
    except (IndexError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}); the next checkpoint writes it anew.") from (
            error
        )


def _panels(columns: Sequence[str], table: np.ndarray) -> dict[str, dict[str, Series]]:
    """The curves by panel and name; `table` [rows, 1 + columns] begins with the steps."""
    panels: dict[str, dict[str, Series]] = {}
    for index, column in enumerate(columns, start=1):
        panel, _, name = column.partition(_BETWEEN)
        there = ~np.isnan(table[:, index])
        panels.setdefault(panel, {})[name] = Series(table[there, 0], table[there, index])
    return panels
