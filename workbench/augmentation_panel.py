"""How training would show a few pictures: several versions of each, drawn anew when asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.data.augment import UNCHANGED, AugmentParams, unsuited
from core.data.overview import versions
from core.options import Option, options_of
from core.results import Bytes
from core.training.settings import TrainParams
from workbench.parts import label, spoken, tight
from workbench.saved_params import saved_params
from workbench.session import Session
from workbench.widgets.version_rows import VersionRow, VersionRows

#: The dock whose settings say how a picture is changed.
TRAINING = "training"
#: Versions that are made of each picture: more would not fit a wide screen.
VERSIONS = 16
#: What a cut-out shows where the network does not say, as a share of white.
MIDDLE = 0.5
NOTHING_SET = (
    "Training shows each picture as it is. Set a shift, a rotation, … in Training: what it does is "
    "seen here."
)


class AugmentationPanel(QWidget):
    """A row of versions for each picture, by the settings of the training that comes next."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._names: tuple[str, ...] = ()
        self._images: Bytes | None = None
        self._seed = 0
        self._shown: tuple[object, ...] = ()
        self.again = spoken(QPushButton("Again"), "Draw other versions")
        self.again.setToolTip("Draw other versions")
        self.again.clicked.connect(self._on_again)
        self.settings = label(part="caption", wraps=True)
        self.rows = VersionRows()
        heading = tight(QHBoxLayout())
        heading.addWidget(label("As training shows them", "title", wraps=True), 1)
        heading.addWidget(self.again)
        column = tight(QVBoxLayout(self), 4)
        column.addLayout(heading)
        column.addWidget(self.settings)
        column.addWidget(self.rows)

    def show_samples(self, images: Bytes | None, names: Sequence[str]) -> None:
        """Show versions of pictures [n, H, W] or [n, H, W, C], by name; None: there are none."""
        self._images, self._names = images, tuple(names)
        self._shown = ()
        self.setVisible(images is not None)
        self.refresh()

    def refresh(self) -> None:
        """Draw anew if what it depends on has changed."""
        params, mean = self._params(), self._mean()
        wanted = (params, mean, self._seed)
        if self._images is None or wanted == self._shown:
            return
        self._shown = wanted
        changes = params != UNCHANGED
        misfits = unsuited(params, self._images.shape[1:])
        self.settings.setText("\n".join(filter(None, (told(params) or NOTHING_SET, misfits))))
        self.again.setEnabled(changes)
        self.rows.setVisible(changes)
        if changes:
            self._session.start(
                "Changing pictures",
                partial(versions, self._images, VERSIONS, self._seed, params, mean),
                lane="analyse",
                key="augmentation preview",
                on_done=partial(self._on_done, self._images),
            )

    def _on_done(self, images: Bytes, seen: Bytes) -> None:
        named = zip(self._names, images, seen, strict=True)
        self.rows.show_rows(
            [
                VersionRow(name, _coloured(picture), tuple(_coloured(one) for one in shown))
                for name, picture, shown in named
            ]
        )

    def _on_again(self) -> None:
        self._seed += 1
        self.refresh()

    def _params(self) -> AugmentParams:
        return saved_params(self._session, TRAINING, TrainParams).augment

    def _mean(self) -> tuple[float, ...]:
        """What the open network takes for grey, where it reads pictures of these channels."""
        channels = 1 if self._images is None or self._images.ndim == 3 else self._images.shape[3]
        model = self._session.model
        mean = model.preprocessing.mean if model is not None else ()
        return mean if len(mean) == channels else (MIDDLE,) * channels


def told(params: AugmentParams) -> str:
    """What is set, in words: "Shift, at most 2 px · Mirror"."""
    values = ((row, getattr(params, row.name)) for row in options_of(params))
    return " · ".join(_told(row, value) for row, value in values if value != row.default)


def _told(row: Option, value: object) -> str:
    if isinstance(value, bool):
        return row.label
    figure = row.choices.get(str(value)) or (
        f"{value:.{row.decimals}f}" if isinstance(value, float) else str(value)
    )
    return f"{row.label} {figure} {row.unit}".rstrip()


def _coloured(picture: Bytes) -> Bytes:
    """A picture [H, W] or [H, W, 3] in colours."""
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, 2)
