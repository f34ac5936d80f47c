"""Check an installation: every registration, a forward pass, one heavy path of each kind, a window.

What only runs when it is used may be missing from a package although the program starts: this runs
it.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from tempfile import TemporaryDirectory

from core.registry import Registry
from workbench.command_line import run_command
from workbench.command_line._offscreen import own_environment

#: Every table that fills itself: its module and its name.
REGISTRIES = (
    ("core.network.spec", "LAYERS"),
    ("core.network.presets", "PRESETS"),
    ("core.data.datasets", "DATASETS"),
    ("core.data.cameras", "CAMERAS"),
    ("core.analysis.declare", "ANALYSES"),
    ("workbench.view", "VIEWS"),
    ("workbench.command", "COMMANDS"),
)

#: Commands that together run every library that is imported late; they write into a folder.
COMMANDS = (
    "look efficientnet_lite0 predictions --image photos/cat.jpg --out {folder}/predictions.json",
    "look lenet5_fashion occlusion --set size=8 --set stride=8 --out {folder}/occlusion.png",
    "look lenet5_fashion gabor --out {folder}/gabor.json",
    "look alexnet_trunk deep_dream --set steps=1 --set octaves=1 --out {folder}/dream.png",
    "look lenet5_fashion embedding --data digits --set count=120 --out {folder}/map.npz",
    "look torchvision:squeezenet1_1 activations --image photos/cat.jpg --out {folder}/a.npz",
    "train lenet5 --data fashion_mnist --steps 2 --out {folder}/run",
    "convert {folder}/run --to safetensors --out {folder}/weights.safetensors",
    "screenshots look --theme dark --out {folder}",
)


def arguments(parser: ArgumentParser) -> None:
    """None."""


def run(options: Namespace) -> None:
    """Run all checks, and print a line for each; the first failure ends it as what it is."""
    with own_environment(), TemporaryDirectory() as folder:
        for module, name in REGISTRIES:
            print(f"ok  {_count(module, name)} {name.lower()}", flush=True)
        for command in COMMANDS:
            with redirect_stdout(StringIO()):
                run_command([word.format(folder=folder) for word in command.split()])
            print(f"ok  {command.format(folder='.')}", flush=True)


def _count(module: str, name: str) -> int:
    """How many are registered.  Raises RuntimeError if there is none, or one did not import."""
    registry: Registry[object] = getattr(import_module(module), name)
    if not len(registry) or registry.failures:
        raise RuntimeError(f"{name}: {registry.failures or 'nothing is registered'}")
    return len(registry)
