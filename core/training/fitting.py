"""Whether a network and a data set fit each other."""

from __future__ import annotations

from core.data.datasets import Samples
from core.errors import UserError
from core.network.geometry import written
from core.network.layer_table import whole_table
from core.network.layers.softmax import Softmax
from core.network.preprocessing import FORMS
from core.network.snapshot import Model
from core.network.spec import ModelSpec, Shape

_INPUTS = {"picture": "pictures", "signal": "signals", "clip": "clips"}


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


def check_fit(spec: ModelSpec, samples: Samples, loss: str) -> None:
    """Raises UserError, saying what would fit, if a network cannot learn these samples so.

    A signal [C, T] is given as a grey picture of C x T pixels, and a clip [C, T, H, W] as a
    picture [C, H, W] that stands still.  The network itself can be built.
    """
    _check_input(spec, samples)
    _check_output(spec, samples, loss)
    if loss == "sigmoid" and isinstance(spec.nodes[-1].op, Softmax):
        raise UserError(
            f"{spec.name} ends in a Softmax, which lets the classes exclude each other; choose "
            "cross entropy for the loss, or end it with a Sigmoid."
        )


def _check_input(spec: ModelSpec, samples: Samples) -> None:
    form = FORMS[len(spec.input)]
    given = _given(samples, form)
    wanted = spec.input if form != "clip" else (spec.input[0], *spec.input[2:])
    if given != wanted:
        way = _options_for(wanted, given, samples) if form == "picture" else ""
        other = f"choose {way} for the data" if way else "choose another data set"
        raise UserError(
            f"{spec.name} reads {_INPUTS[form]} of {written(spec.input)}, but those of "
            f"{samples.name} are {written(given)}; give the network that input, or {other}."
        )


def _options_for(wanted: Shape, given: Shape, samples: Samples) -> str:
    """The options of a data set that give its pictures [C, H, W] a shape; empty where none do."""
    channels, height, width = wanted
    settings = {}
    if wanted[1:] != given[1:]:
        if height != width:
            return ""
        settings["size"] = f"{height}"
    if channels != given[0]:
        settings["grey" if channels == 1 else "colour"] = "true"
    if not settings.keys() <= samples.options:
        return ""
    return " and ".join(f"{name}={value}" for name, value in settings.items())


def _given(samples: Samples, form: str) -> Shape:
    """The shape of a sample: the sides of a grey picture where it is to be read as a signal."""
    size = samples.images.shape[1:]
    if form == "signal" and len(size) == 2:
        return size
    return (size[2] if len(size) == 3 else 1, *size[:2])


def _check_output(spec: ModelSpec, samples: Samples, loss: str) -> None:
    output = whole_table(spec)[-1].shape or ()
    count = len(samples.classes) or int(samples.labels.max(initial=0)) + 1
    if output == (count,) or (output == (1,) and _is_one_enough(loss, count)):
        return
    single = f", or of 1 for {_SINGLE[loss]}" if _is_one_enough(loss, count) else ""
    raise UserError(
        f"{spec.name} ends in {written(output)}, but {samples.name} has {count} classes; "
        f"end it with a Dense layer of {count} units{single}."
    )


def _is_one_enough(loss: str, count: int) -> bool:
    """Whether a single output can say all: yes or no, or a number."""
    return loss == "regression" or (loss == "sigmoid" and count == 2)


_SINGLE = {"regression": "the label as a number", "sigmoid": "yes or no"}
