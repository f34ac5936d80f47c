"""The pictures that the lectures calculate with by hand: black is 0, or -1 in the X; white is 1."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Samples, dataset
from core.results import Bytes

FIVE_BY_FIVE = """
    ###..
    .###.
    ..###
    ..##.
    .##..
"""
X = """
    .........
    .#.....#.
    ..#...#..
    ...#.#...
    ....#....
    ...#.#...
    ..#...#..
    .#.....#.
    .........
"""
DEFORMED_X = """
    .........
    ......#..
    .##..#...
    ...#.#...
    ....#....
    ...#.##..
    ...#...#.
    ..#......
    .........
"""
STRIPES = """
    ##....##
    ##....##
    ##....##
    ##....##
    ##....##
    ##....##
    ##....##
    ##....##
"""

EXAMPLES = {
    "5 × 5 example": FIVE_BY_FIVE,
    "X": X,
    "Deformed X": DEFORMED_X,
    "Stripes": STRIPES,
}

DIVISION = "The same pictures are for training and for testing."


@dataset("Examples of the lectures", source="the lectures' worked examples")
def lecture_examples(split: str) -> Samples:
    """Four pictures of 5 x 5 to 9 x 9 px, each a class of its own; both splits hold the same."""
    pictures = tuple(_picture(drawing) for drawing in EXAMPLES.values())
    labels, names = np.arange(len(pictures)), tuple(EXAMPLES)
    return Samples("lecture_examples", split, pictures, labels, names, DIVISION)


def _picture(drawing: str) -> Bytes:
    rows = [[255 if cell == "#" else 0 for cell in row] for row in drawing.split()]
    return np.array(rows, np.uint8)
