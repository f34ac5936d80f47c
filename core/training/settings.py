"""How to train: the options, and what may change while it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.data.augment import AugmentParams
from core.options import checked, option


@dataclass(frozen=True)
class TrainParams:
    """Optimiser, schedule, and what a batch is made of.

    Source: Kingma & Ba 2015, arXiv:1412.6980 (Adam); Sutskever et al. 2013, PMLR 28
    (momentum); Smith & Topin 2018, arXiv:1708.07120 (one-cycle).
    """

    optimizer: str = option(
        "adam",
        label="Optimiser",
        choices={"adam": "Adam", "sgd": "SGD with momentum"},
        help="How a step follows from the gradients.",
    )
    rate: float = option(
        3e-3, 1e-7, 10.0, label="Learning rate", decimals=5,
        help="How far a step goes; the highest of the schedule. Too high, and the loss jumps.",
    )  # fmt: skip
    momentum: float = option(
        0.9, 0.0, 0.999, label="Momentum", decimals=3,
        help="How much of the last steps' direction is kept; Adam's beta 1.",
    )  # fmt: skip
    schedule: str = option(
        "one_cycle",
        label="Schedule",
        choices={"one_cycle": "One cycle: up, then down", "constant": "Constant"},
        help="How the learning rate changes from the first step to the last.",
    )
    batch: int = option(
        16, 1, 65536, label="Batch", unit="pictures",
        help="How many pictures a step learns from: more give a calmer loss and fewer steps.",
    )  # fmt: skip
    epochs: int = option(
        3, 1, 10_000, label="Epochs", help="How often each picture of the data set is shown."
    )
    weight_decay: float = option(
        0.0, 0.0, 1.0, label="Weight decay", decimals=5,
        help="How strongly weights are drawn to zero.",
    )  # fmt: skip
    shift: int = option(
        0, 0, 16, label="Shift, at most", unit="px",
        help="Each picture moves by up to this much each time that it is shown.",
    )  # fmt: skip
    flip: bool = option(False, label="Mirror", help="Half of the pictures are mirrored, at random.")

    @property
    def augment(self) -> AugmentParams:
        """How a picture is changed each time that it is shown."""
        return AugmentParams(shift=self.shift, flip=self.flip)


@dataclass(frozen=True)
class Stop:
    """The message that ends training at the next step; what has been learned is kept."""


@dataclass(frozen=True)
class Change:
    """The message that changes settings while training runs; None leaves one as it is.

    Raises UserError if a value is out of range.
    """

    rate: float | None = None
    momentum: float | None = None

    def __post_init__(self) -> None:
        checked(self.applied_to(TrainParams()))

    def applied_to(self, params: TrainParams) -> TrainParams:
        """`params` with what changes."""
        rate = params.rate if self.rate is None else self.rate
        momentum = params.momentum if self.momentum is None else self.momentum
        return replace(params, rate=rate, momentum=momentum)


#: What may be sent to a training that runs.
Control = Stop | Change
