"""Networks that others wrote: of torchvision, of timm, or any function that gives a module."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.data.torchvision_import import torchvision
from core.errors import UserError
from core.network.foreign.trace import MODULE_ERRORS, first_line, noise, output_of, tensors
from core.network.imagenet import IMAGENET, imagenet_classes
from core.network.matching import match
from core.network.preprocessing import Preprocessing
from core.network.snapshot import Model, Snapshot, plain
from core.network.spec import Shape
from core.network.weights import read_weights
from core.registry import nearest

_ANY_NUMBER = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)

#: The side of the pictures that a network is tried on where nothing says another.
_USUAL_SIDE = 224


def snapshot_of(
    module: nn.Module,
    *,
    name: str = "",
    origin: str = "",
    input_shape: Shape | None = None,
    preprocessing: Preprocessing | None = None,
    classes: tuple[str, ...] | None = None,
) -> Snapshot:
    """A module as a network to look at, which stays as it is: every subject copies it.

    Without `input_shape` or `preprocessing`, 224 x 224 pictures of as many channels as its first
    convolution reads.  `classes` None: those of a network that ends in a vector are numbered.
    Raises UserError if the module fails on such an input.
    """
    if preprocessing is None:
        preprocessing = plain(input_shape or (_channels_of(module), _USUAL_SIDE, _USUAL_SIDE))
    elif input_shape is not None:
        preprocessing = fitted(preprocessing, input_shape)
    device = next((p.device for p in module.parameters()), "cpu")
    output = output_of(module, noise(preprocessing.shape, device))
    shape = next((tuple(part.shape[1:]) for part in tensors(output)), None)
    named = numbered(shape) if classes is None else classes
    model = Model(name or type(module).__name__, preprocessing, None, origin, named)
    return Snapshot(model, module=module)


def numbered(output: Shape | None) -> tuple[str, ...]:
    """Names for the classes of a network that ends in a vector: "0", "1", …; else none."""
    return tuple(map(str, range(output[0]))) if output and len(output) == 1 else ()


def fitted(preprocessing: Preprocessing, shape: Shape) -> Preprocessing:
    """The preprocessing for an input [C, H, W] of another shape.

    Raises UserError if that is no picture.
    """
    plain(shape)
    return preprocessing.resized(shape)


def from_torchvision(name: str, input_shape: Shape | None = None, seed: int = 0) -> Snapshot:
    """One of torchvision's networks.

    Its trained weights are used where torch's cache holds their file, and are never fetched;
    otherwise they are random, from `seed`.  Raises UserError for an unknown name.
    """
    models = torchvision().models
    known = models.list_models()
    if name not in known:
        raise UserError(f"torchvision has no network {name!r}{nearest(name, known)}")
    builder = models.get_model_builder(name)
    # where a network has a backbone, torchvision would fetch its weights
    none = {n: None for n in ("weights", "weights_backbone") if n in signature(builder).parameters}
    module = _made(lambda: builder(**none), f"torchvision:{name}", seed)
    trained = models.get_model_weights(name).DEFAULT
    _load_cached(module, trained.url.rpartition("/")[2])
    classifies = name in models.list_models(module=models)
    return snapshot_of(
        module,
        name=name,
        origin=f"torchvision:{name}",
        input_shape=input_shape,
        preprocessing=_as_trained(trained.transforms()),
        classes=imagenet_classes() if classifies else (),
    )


def from_timm(name: str, input_shape: Shape | None = None, seed: int = 0) -> Snapshot:
    """One of timm's networks with random weights, where timm is installed.

    Raises UserError if it is not, or for an unknown name.
    """
    if find_spec("timm") is None:
        raise UserError("timm is not installed; install it beside CNN Workbench: pip install timm.")
    torchvision()  # which timm imports, and which then is there also where its operators are not
    timm = importlib.import_module("timm")
    if name not in timm.list_models():
        raise UserError(f"timm has no network {name!r}{nearest(name, timm.list_models())}")
    module = _made(lambda: timm.create_model(name, pretrained=False), f"timm:{name}", seed)
    config = getattr(module, "pretrained_cfg", {})
    trained = Preprocessing(
        tuple(config.get("input_size", (3, *IMAGENET.size))[1:]),
        tuple(config.get("mean", IMAGENET.mean)),
        tuple(config.get("std", IMAGENET.std)),
        config.get("crop_pct", IMAGENET.crop_share),
    )
    classes = imagenet_classes() if config.get("num_classes") == len(imagenet_classes()) else None
    return snapshot_of(
        module,
        name=name,
        origin=f"timm:{name}",
        input_shape=input_shape,
        preprocessing=trained,
        classes=classes,
    )


def from_function(text: str, input_shape: Shape | None = None, seed: int = 0) -> Snapshot:
    """What the function of "package.module:function" gives, called without arguments.

    It may also be a class, or a module that is there already.  Packages of the current folder are
    found too.  Raises UserError if there is no such function, it fails, it needs arguments, or it
    gives something else than a module.
    """
    package, _, name = text.partition(":")
    with _current_folder_importable():
        found = _imported(package, name)
        if not isinstance(found, nn.Module):
            _check_needs_nothing(found, text)
        module = found if isinstance(found, nn.Module) else _made(found, text, seed)
    if not isinstance(module, nn.Module):
        raise UserError(f"{text} gives {type(module).__name__}; it has to give an nn.Module.")
    return snapshot_of(module, name=name, origin=text, input_shape=input_shape)


def _made(function: Callable[[], Any], text: str, seed: int) -> Any:
    """What the function gives, its random weights from `seed`."""
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # how GoogLeNet will be initialised
        torch.manual_seed(seed)
        try:
            return function()
        except MODULE_ERRORS as error:
            raise UserError(f"{text} failed: {first_line(error)}.") from error


def _imported(package: str, name: str) -> Any:
    """What a package calls `name`."""
    try:
        return getattr(importlib.import_module(package), name)
    except AttributeError as error:
        if package not in sys.modules:  # its own code raised it
            raise UserError(f"{package} could not be imported: {first_line(error)}.") from error
        raise UserError(f"{package} has no function {name!r}.") from None
    except MODULE_ERRORS as error:
        raise UserError(f"{package} could not be imported: {first_line(error)}.") from error


def _check_needs_nothing(function: Callable[..., Any], text: str) -> None:
    """Raises UserError if the function cannot be called without arguments."""
    if not callable(function):
        raise UserError(f"{text} is {type(function).__name__}; it has to give an nn.Module.")
    try:
        needed = signature(function).parameters.values()
    except ValueError:  # written in C, it does not say
        return
    names = [p.name for p in needed if p.default is p.empty and p.kind not in _ANY_NUMBER]
    if names:
        raise UserError(
            f"{text} needs {', '.join(names)}; write a function that calls it with them, and "
            "takes nothing itself."
        )


def _load_cached(module: nn.Module, file_name: str) -> None:
    """Load the weights that torch's cache holds under this name, if it does."""
    file = Path(torch.hub.get_dir(), "checkpoints", file_name)
    if not file.exists():
        return
    own = module.state_dict()  # DenseNet's files have other names, in the same order
    found = match({name: tuple(value.shape) for name, value in own.items()}, read_weights(file))
    if not found.is_whole:
        raise UserError(f"{file} does not fit this network; delete it.")
    module.load_state_dict({**own, **found.weights})
    if hasattr(module, "transform_input"):  # so were those of GoogLeNet and Inception trained
        vars(module)["transform_input"] = True


def _as_trained(transforms: Any) -> Preprocessing:
    """What torchvision's own preprocessing of a network does."""
    if not hasattr(transforms, "crop_size"):
        return IMAGENET
    crop, shorter = transforms.crop_size[0], transforms.resize_size[0]
    return Preprocessing(
        (crop, crop), tuple(transforms.mean), tuple(transforms.std), min(1.0, crop / shorter)
    )


def _channels_of(module: nn.Module) -> int:
    """How many channels the first convolution reads; 3 where there is none."""
    found = (part.in_channels for part in module.modules() if isinstance(part, nn.Conv2d))
    return next(found, 3)


@contextmanager
def _current_folder_importable() -> Iterator[None]:
    sys.path.insert(0, "")
    try:
        yield
    finally:
        sys.path.remove("")
