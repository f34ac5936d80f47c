"""Workspaces: which docks stand where, until the person moves them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """One place with a dock, or several as tabs; the first is in front."""

    docks: tuple[str, ...]
    weight: int = 1


@dataclass(frozen=True)
class Split:
    """Places side by side, or one below the other."""

    parts: tuple[Leaf | Split, ...]
    vertical: bool = False
    weight: int = 1


@dataclass(frozen=True)
class Workspace:
    """An arrangement with a name; `hint` says what it is for."""

    name: str
    hint: str
    arrangement: Split


def _across(*parts: Leaf | Split, weight: int = 1) -> Split:
    return Split(parts, False, weight)


def _down(*parts: Leaf | Split, weight: int = 1) -> Split:
    return Split(parts, True, weight)


def _dock(*names: str, weight: int = 1) -> Leaf:
    return Leaf(names, weight)


WORKSPACES = (
    Workspace(
        "Build",
        "Put a network together",
        _across(
            _down(_dock("inspector", weight=5), _dock("receptive_field", weight=4), weight=4),
            _down(
                _dock("words", weight=2),
                _dock("graph", "source", weight=20),
                _dock("layer_table", "activations", "cell", weight=12),
                weight=9,
            ),
        ),
    ),
    Workspace(
        "Train",
        "Train it, and watch it learn",
        _across(
            _down(
                _dock("training", "data", "runs", weight=52),
                _dock("time_machine", weight=12),
                _dock("health", "confusion", weight=36),
                weight=7,
            ),
            _down(
                _dock("doctor", weight=4),
                _dock("activations", "compare", weight=7),
                _dock("filters", "gabor", weight=4),
                weight=4,
            ),
        ),
    ),
    Workspace(
        "Look",
        "See what a layer does, and what it has learned",
        _down(
            _across(_dock("gabor", "filters", weight=5), _dock("unit", "cell", weight=3), weight=5),
            _across(_dock("activations", weight=4), _dock("feature_map", weight=4), weight=5),
        ),
    ),
    Workspace(
        "Explain",
        "Ask which part of the picture matters",
        _across(
            _down(_dock("occlusion", weight=3), _dock("activations", weight=2), weight=4),
            _down(_dock("cell", weight=1), _dock("unit", weight=1), weight=3),
        ),
    ),
    Workspace(
        "Dream",
        "Let a layer exaggerate what it sees",
        _across(_dock("dream", weight=1)),
    ),
)

#: Titles of the docks above, for the first paint, before their files are imported.
TITLES = {
    "activations": "Activations",
    "cell": "Computed",
    "compare": "Compare",
    "confusion": "Confusion",
    "data": "Data",
    "doctor": "Doctor",
    "dream": "Dream",
    "feature_map": "Map of features",
    "filters": "Filters",
    "gabor": "Gabor fits",
    "graph": "Graph",
    "health": "Health",
    "inspector": "Layer",
    "layer_table": "Table",
    "occlusion": "Occlusion",
    "receptive_field": "Receptive field",
    "runs": "Runs",
    "source": "Source",
    "time_machine": "Time machine",
    "training": "Training",
    "unit": "Unit",
    "words": "Words",
}

#: Docks that are strips are lower than others: the least height of their content, in px.
STRIPS = {"time_machine": 76, "words": 84}


def docks_of(part: Leaf | Split) -> tuple[str, ...]:
    """The names of the docks in an arrangement, in reading order."""
    if isinstance(part, Leaf):
        return part.docks
    return tuple(name for child in part.parts for name in docks_of(child))


def workspace(name: str) -> Workspace:
    """The workspace of that name; the Look workspace if there is none."""
    found = [space for space in WORKSPACES if space.name == name]
    return found[0] if found else workspace("Look")
