"""The themes: text that can be read."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from workbench.theme import THEMES, Theme

SURFACES = ("window", "surface", "raised", "hover")


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("part", ["text", "secondary"])
def test_text_keeps_a_contrast_of_4_5(theme: Theme, surface: str, part: str) -> None:
    assert contrast(theme.colour(part), theme.colour(surface)) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("part", "surface"),
    [("on_accent", "accent"), ("danger", "surface"), ("danger", "danger_soft")],
)
def test_what_must_be_noticed_can_be_read(theme: Theme, part: str, surface: str) -> None:
    assert contrast(theme.colour(part), theme.colour(surface)) >= 4.5
