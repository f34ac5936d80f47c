"""What would make a layer fit that does not: edits that were tried, each with a title."""

from __future__ import annotations

from core.network.repair.repairs import Repair, mended, repairs

__all__ = ["Repair", "mended", "repairs"]
