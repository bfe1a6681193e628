"""Texts of an account or a file, as they can be shown: on one line, cut, and turning nothing beside them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit.widgets import markup, names

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)  # half characters too


@given(ANYTHING, st.integers(1, 60))
def test_any_text_is_one_line_that_can_be_sent(text: str, longest: int) -> None:
    """Of what is invisible only joiners are left, and no half characters."""
    shown = names.plain(text, longest)
    assert len(shown) <= longest
    assert shown.encode("utf-8").decode().splitlines() in ([shown], [])
    assert not {unicodedata.category(each) for each in shown if each not in "\u200c\u200d"} & {"Cc", "Cf", "Cs"}


@given(ANYTHING)
def test_any_text_in_html_is_one_element(text: str) -> None:
    """It is escaped, and can be sent."""
    for shown in (names.in_html(text), f"<bdi>{markup.text(text)}</bdi>"):
        assert shown.encode("utf-8")
        assert shown.count("<") == 2


@pytest.mark.parametrize("text", ["نمی\u200cدانم", "👩\u200d👩\u200d👧", "Zoë", "a-b", ""])
def test_what_a_script_needs_stays(text: str) -> None:
    """Joiners, accents, emoji made of several."""
    assert names.plain(text) == text


def test_marks_of_direction_leave_no_gap() -> None:
    """They are invisible where they come from; ends of lines part words."""
    assert names.plain("a\u200eb\u202e\u2067c\nd\u2028e") == "abc d e"


def test_a_name_from_right_to_left_is_apart() -> None:
    """A text of ASCII needs nothing; in quotation marks all are."""
    assert names.in_text("שלום") == "\u2068שלום\u2069"
    assert names.in_text("News") == "News"
    assert names.quoted("News") == "“\u2068News\u2069”"
    assert names.in_text(None, nameless="the file") == "the file"


def test_counts_in_words() -> None:
    """One, and any other number."""
    assert [names.many(count, "row") for count in (0, 1, 1_000)] == ["0 rows", "1 row", "1,000 rows"]
    assert names.many(2, "activity", "activities") == "2 activities"
