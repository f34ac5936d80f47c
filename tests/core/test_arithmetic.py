from __future__ import annotations

import numpy as np
import pytest

from core.arithmetic import (
    Arithmetic,
    Floats,
    Function,
    Largest,
    Mean,
    Normalisation,
    Share,
    Total,
    WeightedSum,
    short,
)


def numbers(*rows: tuple[float, ...]) -> Floats:
    return np.array([rows], np.float32)


INSIDE = np.ones((2, 2), bool)
WINDOW = numbers((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("arithmetic", "result", "formula"),
    [
        (
            WeightedSum(WINDOW, numbers((0, 1), (-0.5, 2)), INSIDE),
            8.5,
            "1×0 + 2×1 + 3×−0.5 + 4×2 = 8.5",
        ),
        (
            WeightedSum(WINDOW, numbers((0, 1), (0, 0)), INSIDE, bias=-0.25),
            1.75,
            "1×0 + 2×1 + 3×0 + 4×0 + −0.25 = 1.75",
        ),
        (Largest(WINDOW, INSIDE), 4, "max(1, 2, 3, 4) = 4"),
        (Mean(WINDOW, INSIDE, 4), 2.5, "(1 + 2 + 3 + 4) / 4 = 2.5"),
        (Total(np.array([0.5, 0.25], np.float32)), 0.75, "0.5 + 0.25 = 0.75"),
        (Normalisation(5, 1, 3, 1, 2, 0.5), 4.5, "(5 − 1) / √(3 + 1) × 2 + 0.5 = 4.5"),
        (Share(2, 2, 4), 0.25, "exp(2 − 2) / 4 = 0.25"),
        (Function("ReLU", -0.3, 0), 0, "ReLU(−0.3) = 0"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_formula_says_what_the_numbers_give(
    arithmetic: Arithmetic, result: float, formula: str
) -> None:
    assert arithmetic.result == pytest.approx(result)
    assert arithmetic.formula() == formula


def test_of_many_terms_the_largest_are_written() -> None:
    window = np.arange(1, 13, dtype=np.float32).reshape(3, 2, 2)
    kernel = np.zeros_like(window)
    kernel[1, 0, 1], kernel[2, 1, 1] = -3, 1
    many = WeightedSum(window, kernel, INSIDE)
    assert many.formula(2) == "6×−3 + 12×1 + … = −6"
    assert many.channel_sums.tolist() == [0, -18, 12]


def test_long_lists_end_in_an_ellipsis() -> None:
    assert Largest(WINDOW, INSIDE).formula(2) == "max(1, 2, …) = 4"
    assert Total(np.ones(12, np.float32)).formula(3) == "1 + 1 + 1 + … = 12"


def test_what_hangs_over_the_edge_is_never_the_largest() -> None:
    inside = np.array([[False, False], [False, True]])
    below = Largest(numbers((0, 0), (0, -7)), inside)
    assert below.at == (1, 1)
    assert below.result == -7
    assert below.formula() == "max(−7) = −7"


def test_the_first_of_equal_values_is_kept() -> None:
    assert Largest(numbers((0, 5), (5, 5)), INSIDE).at == (0, 1)


def test_large_scores_do_not_overflow() -> None:
    assert Share(2000.0, 2001.0, 1.5).result == pytest.approx(np.exp(-1) / 1.5)


def test_numbers_are_short() -> None:
    assert [short(value) for value in (4.0, -0.12345, 12345.0, 0.0)] == [
        "4", "−0.123", "1.23e+04", "0",
    ]  # fmt: skip
