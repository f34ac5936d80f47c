"""Neighbouring layers as one: blocks by their names, and the wiring with such blocks closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Group:
    """Layers that stand one after the other, under a title."""

    title: str
    members: tuple[str, ...]


def blocks(names: Sequence[str]) -> tuple[Group, ...]:
    """Runs of two and more layers that share the beginning of their names.

    That is all before the last dot ("layer1.0.conv1"), or before the first underscore
    ("block3_expand").
    """
    runs = ((prefix, tuple(run)) for prefix, run in groupby(names, key=_prefix))
    return tuple(Group(prefix, run) for prefix, run in runs if prefix and len(run) > 1)


def closed(names: Sequence[str], groups: Sequence[Group]) -> dict[str, str]:
    """For each layer, the box that stands for it: itself, or `box_of` its group.

    A group takes in whatever stands between its first and last layer; of groups that share a
    layer the first counts.  A network stays free of cycles, as a group is a stretch of its order.
    """
    box = {name: name for name in names}
    place = {name: number for number, name in enumerate(names)}
    for group in groups:
        found = [place[name] for name in group.members if name in place]
        if len(found) > 1:
            stretch = names[min(found) : max(found) + 1]
            if all(box[name] == name for name in stretch):
                box |= dict.fromkeys(stretch, box_of(group))
    return box


def box_of(group: Group) -> str:
    """The name of the box that stands for a group, which no layer can have."""
    return f"[{group.title}]"


def reads_of_boxes(
    reads: Mapping[str, Sequence[str]], box: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What each box reads of other boxes, in the order of the layers."""
    found: dict[str, dict[str, None]] = {}
    for name, sources in reads.items():
        own = found.setdefault(box[name], {})
        own |= dict.fromkeys(
            box[source] for source in sources if source in box and box[source] != box[name]
        )
    return {name: tuple(sources) for name, sources in found.items()}


def _prefix(name: str) -> str:
    if "." in name:
        return name.rpartition(".")[0]
    return name.partition("_")[0] if "_" in name else ""
