"""How to train: the options, and what may change while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from core.data.augment import AugmentParams
from core.options import checked, option, options_of, values_of


def _augmentation(name: str) -> Any:
    """The option of that name of `AugmentParams`."""
    (row,) = (row for row in fields(AugmentParams) if row.name == name)
    return field(default=row.default, metadata=row.metadata)


@dataclass(frozen=True)
class TrainParams:
    """Optimiser, schedule, loss, what a batch is made of, and how it is calculated.

    Sources: Kingma & Ba 2015, arXiv:1412.6980 (Adam); Loshchilov & Hutter 2019,
    arXiv:1711.05101 (AdamW) and 2017, arXiv:1608.03983 (cosine); Sutskever et al. 2013, PMLR 28
    (momentum, Nesterov); Smith & Topin 2018, arXiv:1708.07120 (one-cycle); Szegedy et al. 2016,
    arXiv:1512.00567, section 7 (label smoothing); Pascanu et al. 2013, arXiv:1211.5063 (clipping);
    Micikevicius et al. 2018, arXiv:1710.03740 (mixed precision).
    """

    optimizer: str = option(
        "adam",
        label="Optimiser",
        choices={
            "adam": "Adam",
            "adamw": "AdamW",
            "sgd": "SGD",
            "nesterov": "SGD, Nesterov",
        },
        help="How a step follows from the gradients. AdamW: weights decay apart from them; SGD has "
        "momentum, also Nesterov's.",
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
        choices={
            "one_cycle": "One cycle",
            "cosine": "Cosine",
            "step": "Steps",
            "constant": "Constant",
        },
        help="How the learning rate changes from the first step to the last. One cycle: up, then "
        "down; cosine: down to zero; steps: down in equal stretches.",
    )
    warmup: float = option(
        0.0, 0.0, 0.5, label="Warm-up", unit="share", decimals=3,
        help="The rate first grows in a straight line for this share of all steps.",
    )  # fmt: skip
    drops: int = option(
        2, 1, 20, label="Rate drops",
        help="How often the step schedule lowers the rate, evenly spaced.",
    )  # fmt: skip
    drop: float = option(
        0.1, 0.001, 1.0, label="Drop to", decimals=3,
        help="What is left of the rate after each drop of the step schedule, as a share.",
    )  # fmt: skip
    loss: str = option(
        "cross_entropy",
        label="Loss",
        choices={
            "cross_entropy": "Cross entropy",
            "sigmoid": "Sigmoid",
            "regression": "Squared error",
        },
        help="How the outputs are compared with the labels. Cross entropy: one of the classes; "
        "sigmoid: yes or no for each; squared error: numbers.",
    )
    smoothing: float = option(
        0.0, 0.0, 0.5, label="Label smoothing",
        help="Share of certainty that cross entropy takes from the right class for all others.",
    )  # fmt: skip
    batch: int = option(
        16, 1, 65536, label="Batch", unit="pictures",
        help="How many pictures a step learns from: more give a calmer loss and fewer steps.",
    )  # fmt: skip
    parts: int = option(
        1, 1, 65536, label="Parts of a batch",
        help="A batch is learned in so many parts, one after the other: the same gradients, "
        "in less memory. Only batch normalisation sees the parts.",
    )  # fmt: skip
    epochs: int = option(
        3, 1, 10_000, label="Epochs", help="How often each picture of the data set is shown."
    )
    weight_decay: float = option(
        0.0, 0.0, 1.0, label="Weight decay", decimals=5,
        help="How strongly weights are drawn to zero.",
    )  # fmt: skip
    clip: float = option(
        0.0, 0.0, 1000.0, label="Longest gradient",
        lowest="never",
        help="A step's gradients are shortened to this norm where they are longer; 0: never.",
    )  # fmt: skip
    precision: str = option(
        "full",
        label="Precision",
        choices={"full": "32 bit", "mixed": "Mixed"},
        help="How numbers are calculated. Mixed: 16 bit where that is safe, which is faster and "
        "takes less memory on a GPU.",
    )
    compile: bool = option(
        False, label="Compile",
        help="The network is first translated, for a minute: pays in a long training on a GPU.",
    )  # fmt: skip
    shift: int = _augmentation("shift")
    fill: str = _augmentation("fill")
    flip: bool = _augmentation("flip")
    crop: float = _augmentation("crop")
    rotation: float = _augmentation("rotation")
    brightness: float = _augmentation("brightness")
    contrast: float = _augmentation("contrast")
    saturation: float = _augmentation("saturation")
    cutout: int = _augmentation("cutout")

    @property
    def augment(self) -> AugmentParams:
        """How a picture is changed each time that it is shown."""
        return AugmentParams(**{name: getattr(self, name) for name in AUGMENTATION})


#: The settings that say how a picture is changed.
AUGMENTATION = tuple(row.name for row in options_of(AugmentParams))
#: The settings that may change while a training runs.
CHANGEABLE = ("rate", "momentum", "weight_decay", *AUGMENTATION)


@dataclass(frozen=True)
class Stop:
    """The message that ends training at the next step; what has been learned is kept.

    With `after_epoch` it ends when the epoch under way is over, and examined.
    """

    after_epoch: bool = False


@dataclass(frozen=True)
class Change:
    """The message that changes settings while training runs; None leaves one as it is.

    Raises UserError if a value is out of range.
    """

    rate: float | None = None
    momentum: float | None = None
    weight_decay: float | None = None
    augment: AugmentParams | None = None

    def __post_init__(self) -> None:
        checked(self.applied_to(TrainParams()))

    def applied_to(self, params: TrainParams) -> TrainParams:
        """`params` with what changes."""
        given = {name: getattr(self, name) for name in ("rate", "momentum", "weight_decay")}
        changed: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        if self.augment is not None:
            changed |= values_of(self.augment)
        return replace(params, **changed)


def change_to(params: TrainParams) -> Change:
    """The message after which all that may change is as in `params`."""
    return Change(params.rate, params.momentum, params.weight_decay, params.augment)


#: What may be sent to a training that runs.
Control = Stop | Change
