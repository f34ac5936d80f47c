"""What stands on the graph: the input, the layers, and groups of layers that are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.network.groups import Group, box_of, closed, reads_of_boxes
from core.network.layer_table import LayerRow
from core.network.spec import INPUT, Shape, title_of


@dataclass(frozen=True)
class Box:
    """One box of the graph.

    `members` are the layers that it stands for: none for the input, one for a layer.  `problem`
    says why it does not fit; `waits` where it is only one that it reads.
    """

    name: str
    title: str
    shape: str = ""
    summary: str = ""
    kind: str = ""
    problem: str = ""
    waits: bool = False
    members: tuple[str, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether it stands for several layers."""
        return len(self.members) > 1

    @property
    def pictured(self) -> str:
        """The layer whose output is drawn in it, if there is one."""
        return self.members[-1] if self.members and self.shape else ""


@dataclass(frozen=True)
class Boxes:
    """The boxes of a network by name, what each reads, and the box of each layer."""

    boxes: Mapping[str, Box]
    reads: Mapping[str, tuple[str, ...]]
    box_of: Mapping[str, str]


#: No network at all.
NOTHING = Boxes({}, {}, {})


def boxes_of(rows: Sequence[LayerRow], shape: Shape | None, groups: Sequence[Group] = ()) -> Boxes:
    """The boxes of the layers in a table; `shape` is the input's, if it is known."""
    names = [row.name for row in rows]
    box = {INPUT: INPUT, **closed(names, groups)}
    reads: dict[str, Sequence[str]] = {INPUT: (), **{row.name: row.reads for row in rows}}
    known = {row.name: row for row in rows}
    titles = {box_of(group): group.title for group in groups}
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(box[name], []).append(name)
    made = {INPUT: Box(INPUT, INPUT, written(shape), "what it looks at")}
    for name, inside in members.items():
        found = [known[member] for member in inside]
        made[name] = _group(name, titles[name], found) if len(found) > 1 else _layer(found[0])
    return Boxes(made, reads_of_boxes(reads, box), box)


def _layer(row: LayerRow) -> Box:
    return Box(
        row.name,
        row.name,
        written(row.shape),
        row.summary or title_of(row.kind),
        title_of(row.kind),
        "" if row.waits_for else row.problem,
        bool(row.waits_for),
        (row.name,),
    )


def _group(name: str, title: str, rows: Sequence[LayerRow]) -> Box:
    problem = next((row.problem for row in rows if row.is_misfit), "")
    waits = rows[-1].shape is None and not problem
    members = tuple(row.name for row in rows)
    return Box(
        name,
        title,
        written(rows[-1].shape),
        f"{len(rows)} layers",
        "Group",
        problem,
        waits,
        members,
    )


def written(shape: Shape | None) -> str:
    """A shape as it stands on a card; empty where there is none."""
    return " × ".join(map(str, shape)) if shape else ""
