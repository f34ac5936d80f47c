from __future__ import annotations

from tests.benchmarks.timing import Times, interleaved, quartiles, rounds_of


def test_runs_both_once_to_warm_up_and_then_turns_the_order_round() -> None:
    ran: list[str] = []
    rounds_of(lambda: ran.append("ours"), lambda: ran.append("peer"), 2)
    assert ran == ["ours", "peer", "ours", "peer", "peer", "ours"]


def test_the_ratio_says_how_many_times_faster_ours_was() -> None:
    assert Times([1.0, 2.0], [3.0, 8.0]).ratios() == [3.0, 4.0]


def test_gives_medians_of_each_and_of_the_ratios() -> None:
    assert all(figure > 0 for figure in interleaved(lambda: sum(range(9)), lambda: None, 3))


def test_quartiles_of_five_values_are_its_second_third_and_fourth() -> None:
    assert quartiles([5, 1, 4, 2, 3]) == (2.0, 3.0, 4.0)
