"""Colour maps on which equal steps of a value look equally large."""

from __future__ import annotations

from functools import cache

import numpy as np

from core.errors import UserError
from core.registry import nearest
from core.results import Bytes, Ints

#: For values from low to high.
SEQUENTIAL = "viridis"
#: For signed values, zero in the middle.
DIVERGING = "coolwarm"


@cache
def lookup_table(name: str) -> Bytes:
    """The colours [256, 3] of the levels 0 to 255; read-only, as all callers share it.

    Raises UserError if there is no colour map of that name.
    """
    if name not in _POINTS:
        raise UserError(f"There is no colour map {name!r}{nearest(name, _POINTS)}")
    points = np.frombuffer(bytes.fromhex(_POINTS[name]), np.uint8).reshape(-1, 3)
    places = np.linspace(0, 255, len(points))
    channels = [np.interp(np.arange(256), places, channel) for channel in points.T]
    table = np.stack(channels, 1).round().astype(np.uint8)
    table.setflags(write=False)
    return table


def colour_map_names() -> tuple[str, ...]:
    """The names that `lookup_table` knows."""
    return tuple(_POINTS)


def class_colours(labels: Ints) -> Bytes:
    """A colour [n, 3] for each label [n]: ten that are easily told apart, then these again."""
    return np.frombuffer(bytes.fromhex(_CLASSES), np.uint8).reshape(-1, 3)[labels % 10]


# Tableau 10; of like lightness, so that no class stands out
_CLASSES = "1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b e377c2 7f7f7f bcbd22 17becf"

#: Colours at 52 evenly spaced levels; straight lines between them come within two levels of the
#: published tables, whose least-squares fit they are.
_POINTS = {
    # Smith & van der Walt 2015; CC0
    "viridis": """
        440154 46085c 471063 481769 481d6f 482475 472a7a 46307e 453781 433d84 414287 3f4889 3d4e8a
        3a538b 38598c 355e8d 33638d 31688e 2e6d8e 2c718e 2a768e 297b8e 27808e 25848e 23898e 218e8d
        20928c 1f978b 1e9c89 1fa188 20a585 24aa83 28ae80 2eb37c 35b779 3dbc74 46c06f 50c46a 5ac864
        65cb5e 70cf57 7cd250 89d548 95d840 a2da37 b0dd2f bddf26 cae11e d8e219 e5e418 f1e51d fde725
    """,
    # Smith & van der Walt 2015; CC0
    "magma": """
        000004 02020b 050416 090720 0e0b2b 140e36 1a1042 21114e 28125a 311165 390f6e 420f75 4a1079
        52137c 5a167e 621980 6a1c81 721f81 792282 812581 892881 912b81 992d80 a1307e aa337d b2357b
        ba3878 c23b75 ca3e72 d2426f d9466b e04b67 e75263 ec5860 f1605d f4695c f7725c f97b5d fb8560
        fc8e64 fd9869 fea16e feaa74 feb47b febd82 fec68a fecf92 fed89a fde2a3 fdebac fcf4b6 fcfdbf
    """,
    # Moreland 2009, doi:10.1007/978-3-642-10520-3_9; zero is grey
    "coolwarm": """
        3b4cc0 4055c8 465ecf 4c66d6 536edd 5977e3 5f7fe8 6687ed 6c8ff1 7396f5 7a9df8 81a4fb 88abfd
        8fb1fe 96b7ff 9dbdff a3c2fe aac7fd b1cbfc b7cff9 bed2f6 c4d5f3 cad8ef cfdaea d5dbe5 dadce0
        dfdbd9 e4d9d2 e9d5cb edd2c3 f0cdbb f2c9b4 f5c4ac f6bea4 f7b89c f7b194 f7aa8c f6a385 f59c7d
        f39475 f08b6e ed8366 ea7a5f e57058 e16751 dc5d4a d65244 d0473d ca3b37 c32e31 bb1b2c b40426
    """,
}
