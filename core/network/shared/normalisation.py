"""What normalising layers share: the options by which torch's modules are made."""

from __future__ import annotations

from typing import Any

from core.options import option


def epsilon_option() -> Any:
    """What is added to the variance before its root is taken."""
    return option(
        1e-5, 1e-8, 1.0, label="Epsilon", help="Added to the variance, against division by 0",
        decimals=8,
    )  # fmt: skip


def momentum_option() -> Any:
    """How fast the averages that are kept while training follow the batches."""
    return option(
        0.1, 0.001, 1.0, label="Momentum", help="Weight of the newest batch in the averages",
        decimals=3,
    )  # fmt: skip
