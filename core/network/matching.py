"""Which tensors of a file are which of a network's: by name, without a prefix, or in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from core.network.spec import Shape

#: What programs put before all names: torch's wrappers, trainers, networks inside others.
PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.", "backbone.", "encoder.")

#: Counters of training steps: no network computes with them in eval mode.
_COUNTERS = ("num_batches_tracked", "n_averaged")


@dataclass(frozen=True)
class Unmatched:
    """A tensor that does not fit: its shape in the network and in the file, None where it lacks."""

    name: str
    own: Shape | None
    given: Shape | None


@dataclass(frozen=True, eq=False)
class Match:
    """The tensors of a file by their names in a network, and what does not fit.

    `total` counts the network's tensors; counters of training steps that the file lacks are left
    out.  The file's names begin with `dropped`, the network's with `added`.  `in_order`: the
    names differ, and all tensors fit one after the other.
    """

    weights: Mapping[str, Tensor]
    total: int
    unmatched: tuple[Unmatched, ...] = ()
    dropped: str = ""
    added: str = ""
    in_order: bool = False
    file: str = "The file"
    network: str = "the network"

    @property
    def is_whole(self) -> bool:
        """Whether every tensor of the network was found."""
        return len(self.weights) == self.total

    @property
    def missing(self) -> tuple[str, ...]:
        """The network's tensors that the file lacks."""
        return tuple(one.name for one in self.unmatched if one.given is None)

    @property
    def unexpected(self) -> tuple[str, ...]:
        """The file's tensors that the network lacks."""
        return tuple(one.name for one in self.unmatched if one.own is None)

    @property
    def differing(self) -> tuple[Unmatched, ...]:
        """The tensors that both have, in different shapes."""
        both = (one for one in self.unmatched if one.own is not None)
        return tuple(one for one in both if one.given is not None)

    @property
    def sentence(self) -> str:
        """How far the file fits the network."""
        count = f"{len(self.weights)} of the {self.total} tensors"
        found = f"{self.file} fits {count} of {self.network}"
        return "; ".join(("".join((found, *self._how())), *self._rest())) + "."

    def to_json(self) -> dict[str, Any]:
        """The account as plain data."""
        return {
            "file": self.file,
            "sentence": self.sentence,
            "matched": len(self.weights),
            "total": self.total,
            "missing": list(self.missing),
            "unexpected": list(self.unexpected),
            "differing": [
                {"name": one.name, "own": one.own, "given": one.given} for one in self.differing
            ],
            "dropped_prefix": self.dropped,
            "added_prefix": self.added,
            "in_order": self.in_order,
        }

    def _how(self) -> Iterator[str]:
        if self.in_order:
            yield " in their order, under other names"
        if self.dropped:
            yield f" without {self.dropped!r} before its names"
        if self.added:
            yield f" with {self.added!r} before its names"

    def _rest(self) -> Iterator[str]:
        if self.missing:
            yield f"it lacks {_listed(self.missing)}"
        if self.differing:
            one = self.differing[0]
            others = f", as do {len(self.differing) - 1} more" * (len(self.differing) > 1)
            yield f"{one.name} is {_written(one.given)} there and {_written(one.own)} here{others}"
        if self.unexpected:
            yield f"{_listed(self.unexpected)} found no place"
        if not self.is_whole:
            yield "the rest stays as it was"


def match(own: Mapping[str, Shape], given: Mapping[str, Tensor], *, ordered: bool = True) -> Match:
    """The tensors of a file `given` that belong to a network with tensors of `own` shapes.

    By name and shape; with the prefix dropped or added with which most fit; or, if all shapes
    agree one after the other and names do not contradict, in their order.  `ordered`: whether the
    file keeps its tensors in the order in which the network had them.
    """
    ways = [(dropped, added) for dropped in _chains(given) for added in _chains(own)]
    found = [_by_name(own, given, *way) for way in ways]
    best = max(found, key=lambda match: len(match.weights))  # the first, simplest, of equals
    if best.is_whole or not ordered:
        return best
    return _by_order(own, given, best) or best


def _chains(names: Mapping[str, Any], chain: str = "") -> Iterator[str]:
    """The prefixes with which some of the names begin, one after the other; the empty one first."""
    yield chain
    for prefix in PREFIXES:
        if any(name.startswith(chain + prefix) for name in names):
            yield from _chains(names, chain + prefix)


def _by_name(
    own: Mapping[str, Shape], given: Mapping[str, Tensor], dropped: str, added: str
) -> Match:
    renamed = {
        name: added + name.removeprefix(dropped) if name.startswith(dropped) else name
        for name in given
    }
    found = {name: value for old, value in given.items() if (name := renamed[old]) in own}
    weights = {name: value for name, value in found.items() if tuple(value.shape) == own[name]}
    lacking = [name for name in own if name not in found]
    rest = [Unmatched(name, own[name], None) for name in lacking if not _is_counter(name)]
    rest += [
        Unmatched(name, own[name], tuple(value.shape))
        for name, value in found.items()
        if name not in weights
    ]
    rest += [
        Unmatched(old, None, tuple(given[old].shape))
        for old, name in renamed.items()
        if name not in own and not _is_counter(name)
    ]
    total = len(own) - sum(map(_is_counter, lacking))
    return Match(weights, total, tuple(rest), dropped, added)


def _by_order(own: Mapping[str, Shape], given: Mapping[str, Tensor], named: Match) -> Match | None:
    """All tensors in their order; None unless the shapes agree, and `named` does not contradict."""
    wanted = [name for name in own if not _is_counter(name)]
    values = [value for name, value in given.items() if not _is_counter(name)]
    if [own[name] for name in wanted] != [tuple(value.shape) for value in values]:
        return None
    weights = dict(zip(wanted, values, strict=True))
    if any(weights.get(name, value) is not value for name, value in named.weights.items()):
        return None
    return Match({**named.weights, **weights}, named.total, in_order=True)


def _is_counter(name: str) -> bool:
    return name.endswith(_COUNTERS)


def _listed(names: tuple[str, ...]) -> str:
    """The first of them, and how many more there are."""
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def _written(shape: Shape | None) -> str:
    return " x ".join(map(str, shape or ())) or "a number"
