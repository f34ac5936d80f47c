"""Where networks can compute on this machine."""

from __future__ import annotations

import torch


def devices() -> dict[str, str]:
    """The names that torch knows them by, and what to call them; the one to begin with first."""
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    names = ["cuda"] if count == 1 else [f"cuda:{number}" for number in range(count)]
    found = {name: torch.cuda.get_device_name(name) for name in names} | {"cpu": "CPU"}
    return found | ({"mps": "Apple GPU"} if torch.backends.mps.is_available() else {})
