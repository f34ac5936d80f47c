"""Which columns of a table there is room for."""

from __future__ import annotations

from collections.abc import Sequence


def that_fit(widths: Sequence[int], ranks: Sequence[int], room: int) -> frozenset[int]:
    """The places of the columns that are shown in `room` px.

    The one of the greatest rank gives way first; those of rank 0 never do.
    """
    kept = set(range(len(widths)))
    for place in sorted(kept, key=lambda place: -ranks[place]):
        if ranks[place] and sum(widths[one] for one in kept) > room:
            kept.discard(place)
    return frozenset(kept)
