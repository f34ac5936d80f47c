"""The question whether runs may be deleted, asked in place."""

from __future__ import annotations

from collections.abc import Sequence

from core.training.catalogue import Entry
from workbench.cost_columns import size
from workbench.widgets.finding_card import FindingCard

#: So many of the runs that would be deleted are named.
NAMED = 4
#: The places of the buttons.
DELETE, KEEP = 0, 1


def deletion_question(chosen: Sequence[Entry], count: int) -> FindingCard:
    """A card that asks whether these runs, whose files take `count` bytes, may go."""
    card = FindingCard(_question(chosen, count), ("Delete", "Keep"))
    card.say(_loss(chosen))
    return card


def counted(count: int) -> str:
    """So many runs, in words."""
    return "1 run" if count == 1 else f"{count:,} runs"


def _question(chosen: Sequence[Entry], count: int) -> str:
    there = [entry for entry in chosen if entry.state != "gone"]
    if not there:
        return f"Take {counted(len(chosen))} off the list?"
    whose = there[0].name if len(there) == 1 else counted(len(there))
    return f"Delete the folder{'s' * (len(there) > 1)} of {whose} ({size(count)})?"


def _loss(chosen: Sequence[Entry]) -> str:
    """What is lost with these runs."""
    if all(entry.state == "gone" for entry in chosen):
        return "What they learned is not there any more."
    named = ", ".join(entry.name for entry in chosen[:NAMED])
    more = f" and {len(chosen) - NAMED} more" * (len(chosen) > NAMED)
    return f"{named}{more}: weights, curves and moments cannot be brought back."
