"""A map of samples: one dot each, near others that are alike."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.results import Scatter
from workbench.theme import GRID
from workbench.widgets.legend import Entry, Legend
from workbench.widgets.point_cloud import PointCloud, ThumbnailSource

#: More classes than this are told by hovering alone.
MOST_NAMED = 20


class ScatterView(QWidget):
    """Points in the colours of their classes above a legend that highlights a class."""

    #: The position of the point under the pointer in the result, -1 for none.
    hovered = Signal(int)
    #: The position of the point that was pressed.
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, empty: str = "") -> None:
        super().__init__(parent)
        self.cloud = PointCloud(empty=empty)
        self.cloud.hovered.connect(self.hovered)
        self.cloud.clicked.connect(self.clicked)
        self.legend = Legend(pressable=True)
        self.legend.highlighted_changed.connect(self.cloud.highlight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.cloud, 1)
        layout.addWidget(self.legend)
        self.legend.hide()
        self.setFocusProxy(self.cloud)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Map of samples")

    @property
    def selected(self) -> int | None:
        """The position of the point with the accent ring."""
        return self.cloud.selected

    def show_scatter(self, scatter: Scatter | None) -> None:
        """Show other points, or the same ones moved."""
        names = _names(scatter) if scatter else ()
        entries = [Entry(name, number) for number, name in enumerate(names[: MOST_NAMED + 1])]
        self.legend.show_entries(entries if len(names) <= MOST_NAMED else (), max(len(names), 1))
        self.legend.setVisible(bool(self.legend.entries))
        self.cloud.show_points(scatter, names)
        self.setAccessibleDescription(
            f"{len(scatter.points)} points of {len(names)} classes: {scatter.meaning}"
            if scatter
            else ""
        )

    def set_dot(self, place: tuple[float, float] | None) -> None:
        """Put the ringed dot of the present input at (x, y) of the points."""
        self.cloud.set_dot(place)

    def select(self, position: int | None) -> None:
        """Ring one point."""
        self.cloud.select(position)

    def set_thumbnail_source(self, source: ThumbnailSource | None) -> None:
        """Where the picture [H, W, 3] uint8 of the point at a position comes from."""
        self.cloud.set_thumbnail_source(source)

    def show_all(self) -> None:
        """Undo zoom and move."""
        self.cloud.show_all()

    def sizeHint(self) -> QSize:
        """Room for clusters."""
        return QSize(420, 360)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(100, 90)


def _names(scatter: Scatter) -> tuple[str, ...]:
    """The names of the classes; numbers where there are none."""
    count = int(scatter.labels.max(initial=-1)) + 1
    return scatter.classes + tuple(str(number) for number in range(len(scatter.classes), count))
