"""The curves of a run for other programs: a table, or event files for TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from core.errors import UserError
from core.paths import written_whole
from core.registry import nearest
from core.results import Curves
from core.training.metrics import metrics_table, read_metrics

_NO_TENSORBOARD = (
    "TensorBoard is not installed here; install the package tensorboard, or write csv."
)

#: How the names of event files end that are written here.
_OURS = ".workbench"


def check_form(form: str) -> None:
    """Raises UserError for another form than those of `FORMS`, or without the program for it."""
    if form not in FORMS:
        raise UserError(f"There is no form {form!r}{nearest(form, FORMS)}")
    if form == "tensorboard" and find_spec("tensorboard") is None:
        raise UserError(_NO_TENSORBOARD)


def export_run(folder: Path, form: str, out: Path) -> None:
    """Write the curves of a run in one of `FORMS`: "csv" as a file, "tensorboard" as a folder.

    Raises UserError for another form, one whose program is not installed, a run without curves,
    or if it cannot be written.
    """
    check_form(form)
    curves = read_metrics(folder)
    if not curves.panels:
        raise UserError(f"The run {folder} has no curves yet; train it first.")
    FORMS[form](curves, out)


def _write_csv(curves: Curves, out: Path) -> None:
    with written_whole(out) as file:
        file.write(metrics_table(curves))


def _write_events(curves: Curves, out: Path) -> None:
    try:
        from torch.utils.tensorboard import SummaryWriter  # optional, and slow to import
    except ImportError as error:
        raise UserError(_NO_TENSORBOARD) from error
    before = list(out.glob(f"*{_OURS}"))
    try:
        with SummaryWriter(str(out), filename_suffix=_OURS) as writer:
            for panel, lines in curves.panels.items():
                for name, line in lines.items():
                    for step, value in zip(line.x, line.y, strict=True):
                        writer.add_scalar(f"{panel}/{name}", float(value), int(step))
        for file in before:  # TensorBoard would show each step of both
            file.unlink()
    except OSError as error:
        raise UserError(f"{out} could not be written ({error.strerror or error}).") from error


#: A function that writes each form.
FORMS: dict[str, Callable[[Curves, Path], None]] = {"csv": _write_csv, "tensorboard": _write_events}
