"""The versions of what made a result: a number means little without them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

#: What results follow from.
PACKAGES = ("cnn-workbench", "torch", "numpy")


def versions() -> dict[str, str]:
    """The versions of Python and of `PACKAGES`, by name."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"
