from __future__ import annotations

from core.training.budget import Budget


def test_is_free_until_something_is_spent_and_again_when_it_is_paid_for() -> None:
    budget = Budget(0.1)
    free = [budget.is_free]

    with budget.spent():
        pass
    free.append(budget.is_free)
    budget.earn(60.0)

    assert [*free, budget.is_free] == [True, False, True]


def test_what_the_next_step_will_pay_is_as_good_as_paid() -> None:
    budget = Budget(0.1)
    budget.earn(60.0)

    with budget.spent():
        pass

    assert budget.is_free


def test_a_share_of_nothing_pays_nothing() -> None:
    budget = Budget(0.0)
    with budget.spent():
        pass

    budget.begin()
    budget.end()

    assert not budget.is_free
