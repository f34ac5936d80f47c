"""Arguments that several commands take, and what they mean."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError

if TYPE_CHECKING:
    from core.network.snapshot import Snapshot

#: The largest whole number that is taken, and the largest seed that torch takes.
MOST, LARGEST_SEED = 1_000_000, 2**63 - 1


def add_model(parser: ArgumentParser) -> None:
    """MODEL, and what it takes to open some of them."""
    parser.add_argument(
        "model", metavar="MODEL", help="a network; see `list models`, or say it in words, in quotes"
    )
    parser.add_argument("--input", metavar="C,H,W", help="shape of the network's input")
    parser.add_argument("--spec", metavar="FILE", help="JSON description of a file of weights")
    parser.add_argument("--weights", metavar="FILE", help="weights to put into the network")


def add_seed(parser: ArgumentParser) -> None:
    """The seed of all that is random."""
    parser.add_argument("--seed", metavar="S", default="0", help="seed of all that is random (0)")


def add_json(parser: ArgumentParser) -> None:
    """Output for programs."""
    parser.add_argument("--json", action="store_true", help="write JSON")


def add_settings(parser: ArgumentParser) -> None:
    """Options by name."""
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="one setting; repeatable"
    )


def add_device(parser: ArgumentParser) -> None:
    """Where to compute."""
    parser.add_argument("--device", metavar="D", default="cpu", help="cpu, cuda or mps (cpu)")


def add_out(parser: ArgumentParser, metavar: str, help: str, *, required: bool = True) -> None:
    """Where the result goes."""
    parser.add_argument("--out", metavar=metavar, type=Path, required=required, help=help)


def open_snapshot(options: Namespace) -> Snapshot:
    """The network that MODEL names.  Raises UserError if it cannot be opened."""
    from core.network.loading import open_model  # torch

    shape = numbers("--input", options.input, "C,H,W") if options.input else None
    spec_file, weights_file = (
        Path(name) if name else None for name in (options.spec, options.weights)
    )
    return open_model(
        options.model,
        input_shape=shape,
        spec_file=spec_file,
        weights_file=weights_file,
        seed=seed(options),
    )


def seed(options: Namespace) -> int:
    """The value of --seed."""
    (value,) = numbers("--seed", getattr(options, "seed", None) or "0", "S", LARGEST_SEED)
    return value


def device(options: Namespace) -> str:
    """The value of --device.  Raises UserError if there is none of that name here."""
    import torch

    from core.network.devices import devices

    name: str = options.device
    try:
        torch.zeros(1, device=name).item()
    except (RuntimeError, AssertionError) as error:  # the latter from a torch without CUDA
        there = " or ".join(devices())
        raise UserError(f"There is no device {name!r} here; choose {there}.") from error
    return name


def settings(options: Namespace) -> dict[str, str]:
    """The pairs of --set.  Raises UserError for one without an equals sign."""
    for pair in options.set:
        if "=" not in pair:
            raise UserError(f"--set takes NAME=VALUE, not {pair!r}.")
    return dict(pair.split("=", 1) for pair in options.set)


def numbers(option: str, text: str, form: str, most: int = MOST) -> tuple[int, ...]:
    """Whole numbers of 0 to `most` in the form of "C,H,W".  Raises UserError for anything else."""
    parts = [part.strip() for part in text.split(",")]
    values = tuple(int(part) for part in parts if part.isdecimal() and len(part) < 20)
    if len(values) != len(parts) or len(parts) != form.count(",") + 1:
        raise UserError(f"{option} takes {form} in whole numbers, not {text!r}.")
    if max(values) > most:
        raise UserError(f"{option} {text} is too large; choose at most {most}.")
    return values


def aligned(rows: Sequence[Sequence[object]], right: Container[int] = ()) -> str:
    """Rows of cells as lines, columns aligned: those with the indices `right` to the right."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
