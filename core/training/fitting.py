"""Whether a network and a data set fit each other."""

from __future__ import annotations

from core.data.datasets import Samples
from core.errors import UserError
from core.network.geometry import layer_table, written
from core.network.snapshot import Model
from core.network.spec import ModelSpec


def trainable_spec(model: Model) -> ModelSpec:
    """The model's spec.  Raises UserError if it has none, as its layers are another program's."""
    if model.spec is None:
        raise UserError(
            f"{model.name} is not described layer by layer, so it can be looked at but not "
            "trained; open lenet5, or build a network."
        )
    return model.spec


def check_batch(batch: int, data: Samples) -> None:
    """Raises UserError if a batch is larger than the whole."""
    if batch > len(data):
        raise UserError(
            f"A batch of {batch} is larger than the {len(data)} training pictures of {data.name}; "
            f"choose at most {len(data)}."
        )


def check_fit(spec: ModelSpec, samples: Samples) -> None:
    """Raises UserError, saying what would fit, if a network cannot learn these samples.

    The network itself can be built.
    """
    size = samples.images.shape[1:]
    given = (size[2] if len(size) == 3 else 1, *size[:2])
    if given != spec.input:
        raise UserError(
            f"{spec.name} reads pictures of {written(spec.input)}, but those of {samples.name} "
            f"are {written(given)}; give the network that input, or choose another data set."
        )
    output = layer_table(spec)[-1].shape or ()
    count = len(samples.classes) or int(samples.labels.max(initial=0)) + 1
    if output != (count,):
        raise UserError(
            f"{spec.name} ends in {written(output)}, but {samples.name} has {count} classes; "
            f"end it with a Dense layer of {count} units."
        )
