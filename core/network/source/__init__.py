"""A network as PyTorch source that runs alone, with its training if wanted."""

from __future__ import annotations

from core.network.source.program import python_source

__all__ = ["python_source"]
