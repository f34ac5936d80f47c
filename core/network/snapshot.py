"""A network at one moment: what it is, and its weights then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.network.geometry import written
from core.network.preprocessing import FORMS, Preprocessing
from core.network.spec import ModelSpec, Shape, no_network

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.network.matching import Match


@dataclass(frozen=True)
class Model:
    """What a network is, apart from its weights.

    `origin` is the text by which `open_model` opens it again ("preset:lenet5",
    "torchvision:resnet18", "package.module:function", a path), or "" for one that was built here.
    `spec` is None for a module that was not described here: it can be looked at, not edited.
    """

    name: str
    preprocessing: Preprocessing
    spec: ModelSpec | None = None
    origin: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A model with weights; never changed once made.

    `weights` are tensors on the CPU by parameter name, as in a state dict; those missing, or of
    another shape than the model's, are initialised from `seed`.  `module` is the caller's module
    where there is no spec.  `match` says how the file fitted that the weights were read from.
    """

    model: Model
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    step: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    module: nn.Module | None = None
    match: Match | None = None


def model_to_json(model: Model) -> dict[str, Any]:
    """A model as plain data; `spec` is None for one without a description."""
    return {
        "name": model.name,
        "origin": model.origin,
        "spec": model.spec and model.spec.to_json(),
        "preprocessing": asdict(model.preprocessing),
        "classes": list(model.classes),
    }


def model_from_json(data: Mapping[str, Any]) -> Model:
    """The model that `model_to_json` wrote, or that a spec's own JSON describes.

    Without preprocessing, a frame is only scaled to the input's size and to 0..1.
    Raises UserError if `data` is neither.
    """
    try:
        if "nodes" in data:
            data = {"spec": data}
        spec = ModelSpec.from_json(data["spec"]) if data["spec"] else None
        return Model(
            data.get("name") or (spec.name if spec else ""),
            plain(spec.input)
            if spec and "preprocessing" not in data
            else _preprocessing(data["preprocessing"]),
            spec,
            data.get("origin", ""),
            tuple(map(str, data.get("classes", ()))),
        )
    except UserError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise no_network(error) from error


def plain(shape: Shape) -> Preprocessing:
    """Preprocessing to an input with values of 0..1.

    Raises UserError unless it is a signal [C, T], or a picture or clip of 1 or 3 channels.
    """
    pictures = len(shape) in (3, 4) and shape[0] in (1, 3)
    if not (pictures or len(shape) == 2) or min(shape) < 1:
        raise UserError(
            f"The input {written(shape)} is no picture; choose C x H x W with 1 channel (grey) "
            "or 3 (colour), or C x T for a signal."
        )
    return Preprocessing((1, 1), (0.0,), (1.0,)).resized(shape)


def _preprocessing(data: Mapping[str, Any]) -> Preprocessing:
    """Raises ValueError, or what a wrong type raises, for data that no preprocessing has."""
    height, width = map(int, data["size"])
    mean, std = (tuple(map(float, data[name])) for name in ("mean", "std"))
    made = Preprocessing(
        (height, width),
        mean,
        std,
        float(data["crop_share"]),
        data["interpolation"],
        data.get("form", "picture"),
        int(data.get("frames", 1)),
    )
    is_sound = (
        min(*made.size, made.frames) >= 1
        and len(mean) == len(std) >= 1
        and min(std) > 0
        and 0 < made.crop_share <= 1
        and made.interpolation in ("bilinear", "bicubic")
        and made.form in FORMS.values()
    )
    if not is_sound:
        raise ValueError("no preprocessing")
    return made
