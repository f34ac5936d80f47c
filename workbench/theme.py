"""How the window looks: two palettes on one grid, one type family, one accent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from core.paths import resource

FAMILY = "Inter"
#: The grid, in px: distances are its multiples or halves.
GRID = 8
#: Text sizes, in px.
TEXT, SMALL = 13, 11


@dataclass(frozen=True)
class Theme:
    """Colours by their part.

    Three greys carry the surfaces; `accent` marks the selection and the main action alone; data
    has `data` and the class colours.
    """

    name: str
    window: str
    surface: str
    raised: str
    hover: str
    line: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_soft: str
    on_accent: str
    data: str
    track: str
    danger: str
    danger_soft: str
    good: str

    def colour(self, part: str) -> QColor:
        """A part's colour by its name."""
        return QColor(getattr(self, part))


DARK = Theme(
    name="dark",
    window="#0e0f13",
    surface="#16181e",
    raised="#1e2128",
    hover="#282c35",
    line="#2b2f38",
    text="#eceef1",
    secondary="#9ba1ab",
    disabled="#5b616b",
    accent="#35c5bd",
    accent_soft="#16302f",
    on_accent="#06201e",
    data="#6ea8fe",
    track="#242832",
    danger="#f0708a",
    danger_soft="#331c24",
    good="#5bc98b",
)

LIGHT = Theme(
    name="light",
    window="#e9ebef",
    surface="#fbfbfd",
    raised="#eff1f5",
    hover="#e2e6ec",
    line="#d9dde4",
    text="#15181d",
    secondary="#5a616c",
    disabled="#a3a9b3",
    accent="#0b7f79",
    accent_soft="#d8f1ef",
    on_accent="#ffffff",
    data="#2f6fde",
    track="#e1e5ec",
    danger="#bf2f50",
    danger_soft="#fbe3e8",
    good="#1d7f4c",
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

#: Ten hues for classes, told apart by all common kinds of colour vision together with their
#: labels; after Okabe & Ito 2008 and Tol 2021, lightened for the dark surface.
CLASS_COLOURS = (
    "#4f9bff", "#ff9f3f", "#4cc38a", "#ff6b81", "#b591ff",
    "#8ab6c9", "#ecd354", "#d08f62", "#3fd0cf", "#b3b8c2",
)  # fmt: skip


class _Look(QObject):
    """The theme in force; `changed` tells widgets that draw for themselves to draw again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = DARK


_look: _Look | None = None


def look() -> _Look:
    """The one holder of the theme in force."""
    global _look
    if _look is None:
        _look = _Look()
    return _look


def theme() -> Theme:
    """The theme in force."""
    return look().theme


def apply(name: str) -> None:
    """Put the whole application into the theme "dark", "light" or "system"."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("there is no application yet")
    chosen = THEMES[_system_scheme() if name == "system" else name]
    look().theme = chosen
    if not application.styleSheet():  # once: each of these three goes over all widgets
        application.setStyle("Fusion")
    application.setPalette(_palette(chosen))
    application.setStyleSheet(_style_sheet(chosen))
    look().changed.emit()


def load_fonts() -> None:
    """Make the shipped type family the application's: text is the same everywhere."""
    for path in sorted(resource("fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    QGuiApplication.setFont(font())


@lru_cache(maxsize=16)
def font(size: int = TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The type family at a size in px, with tabular figures."""
    face = QFont(FAMILY)
    face.setPixelSize(size)
    face.setWeight(weight)
    face.setFeature(QFont.Tag("tnum"), 1)
    return face


def _system_scheme() -> str:
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def _palette(chosen: Theme) -> QPalette:
    role = QPalette.ColorRole
    parts = {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.raised,
        role.AlternateBase: chosen.surface,
        role.Text: chosen.text,
        role.PlaceholderText: chosen.secondary,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.danger,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.Link: chosen.accent,
        role.Light: chosen.hover,
        role.Midlight: chosen.raised,
        role.Mid: chosen.line,
        role.Dark: chosen.window,
        role.Shadow: chosen.window,
        role.Accent: chosen.accent,
    }
    palette = QPalette()
    for part, colour in parts.items():
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(chosen.disabled))
    return palette


def _style_sheet(chosen: Theme) -> str:
    sheet = Template(resource("style", "window.qss").read_text(encoding="utf-8"))
    values = {row.name: getattr(chosen, row.name) for row in fields(chosen)}
    return sheet.substitute(values, icons=resource("icons").as_posix())
