"""The columns of the layer table: what each says of a layer, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.network.costs import COUNTED, TrainingCost, TrainingMemory, training_memory
from core.network.layer_table import LayerRow
from core.network.spec import title_of
from workbench.fields import first_middle, sees, step
from workbench.spine import short


@dataclass(frozen=True)
class Line:
    """A layer with what the columns say of it; `whole` are the parameters of all layers."""

    row: LayerRow
    training: TrainingMemory
    whole: int


@dataclass(frozen=True)
class Column:
    """One column.

    `rank` says in which order columns give way where the table is narrow: 0 never does, the
    greatest does first.  `of_whole`: it sets the layer beside all of them.
    """

    title: str
    text: Callable[[Line], str]
    help: str
    rank: int = 0
    is_number: bool = True
    of_whole: bool = False


def lines(rows: Sequence[LayerRow], params: TrainingCost) -> tuple[Line, ...]:
    """A line for each layer, and at last the totals, in whose training memory the input is too."""
    training = training_memory(rows, params)
    whole = sum(row.parameters for row in rows)
    layers = (Line(row, training[row.name], whole) for row in rows)
    sums = LayerRow("total", "", parameters=whole, macs=sum(row.macs for row in rows))
    return (*layers, Line(sums, sum(training.values(), TrainingMemory()), whole))


def summary(rows: Sequence[LayerRow], whole: Line, batch: int) -> str:
    """The network in one line, from its layers and their totals."""
    problems = sum(row.is_misfit for row in rows)
    parts = [
        f"{whole.row.parameters:,} parameters",
        f"{short(whole.row.macs)} MACs",
        f"{size(sum(row.memory for row in rows))} of outputs for one image",
        f"{size(whole.training.total)} to train with {batch}",
    ]
    if problems:
        parts.insert(0, f"{problems} layer{'s do' if problems > 1 else ' does'} not fit")
    return " · ".join(parts)


def breakdown(training: TrainingMemory, batch: int) -> str:
    """What training memory holds, a line each."""
    parts = (
        ("weights", training.weights),
        ("gradients of the weights", training.gradients),
        ("what the optimiser remembers", training.state),
        (f"kept for the backward pass of {batch}", training.kept),
    )
    return "\n".join(f"{size(amount)}: {what}" for what, amount in parts if amount)


def size(count: float) -> str:
    """Bytes in three figures: 18.4 KiB."""
    for one, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= one:
            return f"{count / one:.3g} {unit}"
    return f"{count:.0f} B"


def share_of(part: int, whole: int) -> str:
    """A share in percent; nothing for none."""
    if not part or not whole:
        return ""
    return f"{part / whole:.1%}" if part / whole >= 0.0005 else "< 0.1%"


def _shape(line: Line) -> str:
    return line.row.problem or " × ".join(map(str, line.row.shape or ()))


COLUMNS = (
    Column("layer", lambda line: line.row.name, "The name of the layer", is_number=False),
    Column(
        "kind", lambda line: title_of(line.row.kind), "What it is",
        rank=5, is_number=False,
    ),
    Column("output", _shape, "The shape of what it gives: channels first", is_number=False),
    Column(
        "parameters",
        lambda line: f"{line.row.parameters:,}" if line.row.parameters else "",
        "How many numbers it learns",
    ),
    Column(
        "share",
        lambda line: share_of(line.row.parameters, line.whole),
        "Its share of the parameters of all layers",
        rank=4,
        of_whole=True,
    ),
    Column(
        "MACs",
        lambda line: short(line.row.macs) if line.row.macs else "",
        "Multiply-accumulate operations for one image, padding included",
        rank=3,
    ),
    Column(
        "memory",
        lambda line: size(line.row.memory) if line.row.memory else "",
        "Its output for one image, at 4 bytes a value",
        rank=2,
    ),
    Column(
        "training",
        lambda line: size(line.training.total) if line.training.total else "",
        f"Memory in training, by the batch and the optimiser under Options: {COUNTED['training']}",
        rank=6,
    ),
    Column(
        "receptive field",
        lambda line: sees(line.row),
        "The part of the input that one of its units sees, in px",
        rank=1,
    ),
    Column(
        "step", lambda line: step(line.row),
        "How far the fields of two neighbouring units are apart on the input, in px",
        rank=7,
    ),
    Column(
        "centre", lambda line: first_middle(line.row),
        "The middle of the first unit's field along an axis, in px from the middle of the first "
        "pixel; the next is a step further",
        rank=8,
    ),
)  # fmt: skip
