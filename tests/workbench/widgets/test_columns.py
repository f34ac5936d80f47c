from __future__ import annotations

from workbench.widgets.columns import that_fit


def test_the_greatest_rank_gives_way_first() -> None:
    assert that_fit((50, 50, 50), (0, 2, 1), 150) == {0, 1, 2}
    assert that_fit((50, 50, 50), (0, 2, 1), 149) == {0, 2}


def test_rank_0_never_gives_way() -> None:
    assert that_fit((50, 50, 50), (0, 1, 0), 10) == {0, 2}
