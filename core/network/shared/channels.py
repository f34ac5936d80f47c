"""Layers that treat channels alike whatever the rank: which inputs and which groups fit them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from core.network.geometry import maps
from core.network.spec import Shape


def with_sides(kind: str, given: Shape) -> Shape:
    """`given` itself: channels, then the sides of a signal, of maps or of a clip.

    Raises Misfit if what a layer of `kind` gets is a vector.
    """
    return maps(kind, given, len(given) - 1 or 2)


def divisors(number: int) -> list[int]:
    """All whole numbers that divide `number`, in order."""
    small = [d for d in range(1, isqrt(number) + 1) if number % d == 0]
    return sorted({*small, *(number // d for d in small)})


def nearest_to(wanted: int, candidates: Sequence[int]) -> int:
    """The candidate nearest to `wanted`; the smaller of two as near."""
    return min(candidates, key=lambda candidate: (abs(candidate - wanted), candidate))
