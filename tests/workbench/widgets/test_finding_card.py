from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.workbench.widgets.conftest import Show
from workbench.widgets.finding_card import FindingCard


def test_says_a_sentence_and_offers_buttons(show: Show, qtbot: QtBot) -> None:
    card = FindingCard("Units are dead", ("Leaky ReLU instead", "A third of the learning rate"))
    show(card)
    card.say("In relu1, 60% of the units gave 0.")

    with qtbot.waitSignal(card.pressed) as heard:
        card.buttons[1].click()

    assert heard.args == [1]
    assert card.accessibleName() == "Units are dead: In relu1, 60% of the units gave 0."


def test_keeps_its_buttons_while_the_numbers_change(show: Show) -> None:
    card = FindingCard("Units are dead", ("Leaky ReLU instead",))
    show(card)
    button = card.buttons[0]
    card.say("60%")
    card.say("70%")

    assert card.buttons == (button,)
    assert card.sentence == "70%"
