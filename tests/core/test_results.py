from __future__ import annotations

from core.results import Box


def test_a_part_of_the_input_is_found_on_the_frame() -> None:
    seen = Box(10, 100, 50, 100)
    part = Box(2, 4, 1, 8).on_frame(seen, (5, 20))
    assert (part.top, part.left, part.height, part.width) == (30, 120, 10, 40)
