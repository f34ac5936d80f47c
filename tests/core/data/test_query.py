from __future__ import annotations

import pytest

from core.data.query import joined_query, split_query
from core.errors import UserError


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("shapes", "shapes", {}),
        ("shapes?size=32&noise=0.1", "shapes", {"size": "32", "noise": "0.1"}),
        ("a?b/c?size=8", "a?b/c", {"size": "8"}),
        ("t?path=C:\\my pets", "t", {"path": "C:\\my pets"}),
        ("t?path=a%26b%3D1&speaker=", "t", {"path": "a&b=1", "speaker": ""}),
    ],
)
def test_a_name_and_its_options_are_told_apart(
    text: str, name: str, options: dict[str, str]
) -> None:
    assert split_query(text) == (name, options)
    assert joined_query(name, options) == text


def test_values_are_written_as_a_person_would() -> None:
    assert joined_query("x", {"colour": True, "count": 3, "noise": 0.5}) == (
        "x?colour=true&count=3&noise=0.5"
    )


@pytest.mark.parametrize("text", ["shapes?", "shapes?size", "shapes?size=3&", "shapes?=3"])
def test_what_is_no_option_is_answered_with_how_they_are_written(text: str) -> None:
    with pytest.raises(UserError, match=r"write shapes\?NAME=VALUE"):
        split_query(text)
