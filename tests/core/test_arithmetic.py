from __future__ import annotations

import numpy as np
import pytest

from core.arithmetic import Arithmetic, Floats, short
from core.arithmetic.branches import Product, Total
from core.arithmetic.copied import Copied
from core.arithmetic.function import Function
from core.arithmetic.gate import Gate
from core.arithmetic.inhibition import Inhibition
from core.arithmetic.largest import Largest
from core.arithmetic.mean import Mean
from core.arithmetic.normalisation import Normalisation
from core.arithmetic.response_norm import ResponseNorm
from core.arithmetic.root_of_squares import RootOfSquares
from core.arithmetic.saturation import Saturation
from core.arithmetic.scaled_sum import ScaledSum
from core.arithmetic.separable_sum import SeparableSum
from core.arithmetic.share import Share
from core.arithmetic.steepness import Steepness
from core.arithmetic.weighted_sum import WeightedSum


def numbers(*rows: tuple[float, ...]) -> Floats:
    return np.array([rows], np.float32)


def vector(*values: float) -> Floats:
    return np.array(values, np.float32)


INSIDE = np.ones((2, 2), bool)
ONES = np.ones((2, 2, 2), np.float32)
SLOPES = np.array([[[-1, 1], [0, 0]], [[-1, 0], [1, 0]]], np.float32)
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
        (Normalisation(5, -1, 3, 1, 2, 0), 6, "(5 + 1) / √(3 + 1) × 2 + 0 = 6"),
        (Share(vector(2, 2, 2, 2), 1), 0.25, "exp(2 − 2) / 4 = 0.25"),
        (Function("ReLU", -0.3, 0), 0, "ReLU(−0.3) = 0"),
        (
            Function("LeakyReLU", -2, -0.02, "0.01 × −2"),
            -0.02,
            "LeakyReLU(−2) = 0.01 × −2 = −0.02",
        ),
        (Copied("conv1, map 3, (0, 1)", 0.5), 0.5, "conv1, map 3, (0, 1) = 0.5"),
        (Product(vector(0.5, -2)), -1, "0.5 × −2 = −1"),
        (RootOfSquares(numbers((3, -4)), INSIDE[:1]), 5, "√(3² + (−4)²) = 5"),
        (ScaledSum(WINDOW, INSIDE, 0.25, 0.5), 3, "(1 + 2 + 3 + 4) × 0.25 + 0.5 = 3"),
        (
            ResponseNorm(vector(1, 2, 3), 1, 4, k=2, alpha=0.5, beta=1),
            2 / 9,
            "2 / (2 + 0.5 × (1 + 4 + 9))^1 = 0.222",
        ),
        (
            SeparableSum(np.concatenate([WINDOW, WINDOW]), ONES, INSIDE, vector(0.5, -1), 1),
            -4,
            "10×0.5 + 10×−1 + 1 = −4",
        ),
        (Steepness(WINDOW, SLOPES, INSIDE, 0), np.sqrt(5), "√(1² + 2²) = 2.24"),
        (
            Inhibition(WINDOW, ONES[:1], ONES[0] / 4, INSIDE, b=2, selectivity=1, floor=0),
            11 / (1 + np.sqrt(7.5)) - 1,
            "1 × max(0, (1 + 10) / (1 + 0.5 × 2 × 2.74) − 1) = 1.94",
        ),
        (Saturation(WINDOW, ONES[0] / 4, INSIDE, 0.5), 2.5 / 3, "2.5 / (0.5 + 2.5) = 0.833"),
        (Saturation(WINDOW, ONES[0] / 4, INSIDE, 0.5, 0.75), 2 / 3, "1 / (0.5 + 1) = 0.667"),
        (
            Gate(4, vector(1, 2), np.eye(2, dtype=np.float32), vector(0, -3), vector(2, 5), -2),
            2,
            "4 × σ(0) = 4 × 0.5 = 2",
        ),
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
    assert below.at == (0, 1, 1)
    assert below.result == -7
    assert below.formula() == "max(−7) = −7"


def test_the_first_of_equal_values_is_kept() -> None:
    assert Largest(numbers((0, 5), (5, 5)), INSIDE).at == (0, 0, 1)


def test_large_scores_do_not_overflow() -> None:
    assert Share(vector(2000, 2001), 0).result == pytest.approx(1 / (1 + np.e))


def test_numbers_are_short() -> None:
    assert [short(value) for value in (4.0, -0.12345, 12345.0, 0.0)] == [
        "4", "−0.123", "1.23e+04", "0",
    ]  # fmt: skip


def test_what_a_sum_reads_comes_about_by_numbers_too() -> None:
    window = np.stack([WINDOW[0], 2 * WINDOW[0]])
    separable = SeparableSum(window, ONES, INSIDE, vector(1, 1), slices=("channel 0", "channel 1"))
    assert [(inner.name, inner.place) for inner in separable.inner] == [
        ("Depthwise 0 · channel 0", 0), ("Depthwise 1 · channel 1", 1),
    ]  # fmt: skip
    assert [inner.arithmetic.result for inner in separable.inner] == [10, 20]
    assert separable.parts[0].values.ravel().tolist() == [10, 20]


def test_says_which_of_the_maps_is_the_greatest() -> None:
    kept = Largest(vector(1, 3, 2)[:, None, None], INSIDE[:1, :1], sources=("map 3", "map 4"))
    assert kept.facts == (("Greatest", "map 4: 3"),)
    assert kept.parts[0].chosen == 1


def test_a_normalisation_tells_every_number_it_needs() -> None:
    facts = dict(Normalisation(5, 1, 3, 1, 2, 0.5, "4 values").facts)
    assert (facts["Mean"], facts["Variance"], facts["Normalised"]) == ("1", "3", "2")
    assert (facts["Scale"], facts["Shift"], facts["Mean over"]) == ("2", "0.5", "4 values")
