from __future__ import annotations

from tests.workbench.widgets.conftest import Show
from workbench import theme
from workbench.widgets.facts import Facts

LINES = tuple((f"Caption {line}", f"text {line} " + "/a/long/path" * 12) for line in range(12))


def test_tells_texts_as_they_are(show: Show) -> None:
    facts = Facts()
    show(facts)
    facts.show_facts((("Data", "a <b> & c"),))

    assert facts.toPlainText().strip().split("\n") == ["Data", "a <b> & c"]
    assert facts.facts == (("Data", "a <b> & c"),)


def test_breaks_what_is_too_long_and_stays_where_it_was_scrolled_to(show: Show) -> None:
    facts = Facts()
    show(facts, 240, 120)
    facts.show_facts(LINES)
    facts.verticalScrollBar().setValue(50)
    facts.show_facts((*LINES[:-1], ("Caption", "another text")))

    assert facts.horizontalScrollBar().maximum() == 0
    assert facts.verticalScrollBar().value() == 50
    facts.to_the_top()
    assert facts.verticalScrollBar().value() == 0


def test_follows_the_theme(show: Show) -> None:
    facts = Facts()
    show(facts)
    facts.show_facts((("Seed", "7"),))
    theme.apply("light")

    assert theme.LIGHT.secondary in facts.toHtml()
    theme.apply("dark")
