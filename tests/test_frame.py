"""How a DataFrame of ours looks in a notebook, and that it is a DataFrame in all else."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from cctoolkit.api import Client
from cctoolkit.frame import Frame, table_html

AN_ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.fixture(autouse=True)
def as_in_a_notebook() -> Iterator[None]:
    with pd.option_context("display.max_rows", 60, "display.min_rows", 10, "display.max_columns", 20):
        yield


def _rows(html: str | None) -> list[list[str]]:
    assert html is not None
    body = html.partition("<tbody>")[2]
    return [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    ]


def test_what_is_missing_is_an_empty_cell() -> None:
    """Whatever pandas calls it; a text that looks like one of its words stays."""
    frame = Frame(
        {
            "text": pd.array(["<NA>", None], dtype="string"),
            "number": pd.array([1, None], dtype="Int64"),
            "fraction": [1.5, None],
            "time": pd.Series([pd.Timestamp("2026-11-01T10:00:00Z"), pd.NaT]),
            "any": [["a"], None],
            "category": pd.Categorical(["x", None]),
        }
    )
    assert _rows(frame._repr_html_()) == [
        ["0", "<NA>", "1", "1.5", "2026-11-01 10:00:00+00:00", "[a]", "x"],
        ["1", "", "", "", "", "", ""],
    ]


def _styles(html: str | None) -> list[tuple[str, str]]:
    assert html is not None
    return [
        (unescape(text), style) for style, text in re.findall(r'<t[hd] style="([^"]*)">(.*?)</t[hd]>', html, re.DOTALL)
    ]


def test_texts_stand_to_the_left_and_figures_to_the_right() -> None:
    """With their headings; what is yes or no is a word."""
    text, figure = "text-align:left;white-space:nowrap", "text-align:right"
    assert _styles(Frame({"name": ["Ana"], "members": [3], "favorite": [True]})._repr_html_()) == [
        *(("", text), ("name", text), ("members", figure), ("favorite", text)),
        *(("0", text), ("Ana", text), ("3", figure), ("True", text)),
    ]


def test_an_id_is_never_broken_and_a_long_text_is() -> None:
    html = Frame({"contact_id": [AN_ID], "phone_number": ["+41 44 668 18 00"], "note": ["word " * 9]})._repr_html_()
    breaks = [(text.split()[0], "nowrap" not in style) for text, style in _styles(html)[5:]]
    assert breaks == [(AN_ID, False), ("+41", False), ("word", True)]


def test_a_long_and_wide_frame_shows_both_ends_and_says_how_large_it_is() -> None:
    frame = Frame({f"c{number}": range(1_000) for number in range(30)})
    frame.index.name = "line"
    html = frame._repr_html_()
    rows = _rows(html)
    assert html is not None
    assert "<p>1,000 rows × 30 columns</p>" in html
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4", "…", "995", "996", "997", "998", "999"]
    assert rows[5] == ["…"] * 22
    assert rows[0][11] == "…"
    headings = re.findall(r">(c\d+|…)</th>", html.partition("<tbody>")[0])
    assert headings == [*(f"c{number}" for number in range(10)), "…", *(f"c{number}" for number in range(20, 30))]
    assert ">line</th>" in html
    # Every column but the one that stands for those left out holds figures.
    assert [style == "text-align:right" for _, style in _styles(html)[-22:]] == [
        False,
        *[True] * 10,
        False,
        *[True] * 10,
    ]


def test_the_options_of_pandas_hold() -> None:
    frame = Frame({"a": range(100)})
    with pd.option_context("display.max_rows", None):
        assert len(_rows(frame._repr_html_())) == 100
    with pd.option_context("display.max_rows", 3):
        assert [row[0] for row in _rows(frame._repr_html_())] == ["0", "1", "…", "99"]
    with pd.option_context("display.notebook_repr_html", False):
        assert frame._repr_html_() is None
    with pd.option_context("display.large_repr", "info", "display.max_rows", 10):
        assert frame._repr_html_() == pd.DataFrame(frame)._repr_html_()  # type: ignore[operator]
    with pd.option_context("display.show_dimensions", True):
        assert "<p>2 rows × 1 columns</p>" in str(frame.head(2)._repr_html_())
    with pd.option_context("display.show_dimensions", False):
        assert "<p>" not in str(frame._repr_html_())


def test_no_row_at_all_says_so() -> None:
    html = Frame({"name": pd.array([], dtype="string")})._repr_html_()
    assert html is not None
    assert html.endswith("<p>0 rows × 1 columns</p></div>")


def test_a_plans_rows_have_no_labels_and_look_as_a_frames() -> None:
    """What an import would change is shown without the numbers of its rows, which say nothing; long texts break here too."""
    plain = pd.DataFrame({"email": ["ana@example.com"], "now": [None], "note": ["word " * 9]}, index=[7])
    whole, rows = _styles(Frame(plain)._repr_html_()), _styles(table_html(plain, labels=False))
    assert rows == [*whole[1:4], *whole[5:]]


def test_headings_in_several_levels_are_pandas_own() -> None:
    frame = Frame({("a", "b"): ["x"]})
    assert frame._repr_html_() == pd.DataFrame(frame)._repr_html_()  # type: ignore[operator]


def test_texts_of_an_account_are_escaped_headings_too() -> None:
    html = Frame({"<i>": ["<b>bold</b>"]})._repr_html_()
    assert html is not None
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_what_is_made_of_a_frame_looks_the_same() -> None:
    frame = Frame({"name": ["Ana", "Ben"], "kind": ["a", "b"], "count": [1, 2]})
    for made in (
        frame.head(1),
        frame[["name"]],
        frame[frame["count"] > 1],
        frame.merge(frame),
        frame.set_index("name"),
    ):
        assert type(made) is Frame
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"name": ["Ana", "Ben"], "kind": ["a", "b"], "count": [1, 2]}))


def test_fractions_are_written_as_pandas_writes_them() -> None:
    """All of a column in one way, with as many places as its options say; small ones are not nothing."""
    frame = Frame({"small": [2e-9, None], "rate": [100 / 3, 2.0], "of": pd.array([0.5, None], dtype="Float64")})
    plain = pd.DataFrame(frame).to_html().replace("NaN", "").replace("&lt;NA&gt;", "")
    assert _rows(frame._repr_html_()) == _rows(plain)
    with pd.option_context("display.precision", 2):
        assert _rows(frame[["rate"]]._repr_html_()) == [["0", "33.33"], ["1", "2.00"]]


def test_a_long_heading_breaks_between_words_and_a_missing_label_is_empty() -> None:
    question = "Would you help at one of our events this year, and if so, when?"
    frame = Frame({question: ["Yes", "No"]}, index=pd.Index(["Ana", None]))
    html = frame._repr_html_()
    assert [(text, "nowrap" in style) for text, style in _styles(html)] == [
        *(("", True), (question, False), ("Ana", True), ("Yes", True), ("", True), ("No", True)),
    ]


def test_days_are_written_as_pandas_writes_them() -> None:
    """As labels, whose distance is known, and as values: dates and lengths of time."""
    days = pd.date_range("2026-11-01", periods=2)
    frame = Frame({"day": days, "after": days - days[0], "rate": [0.5, 1.0]}, index=days)
    assert _rows(frame._repr_html_()) == _rows(pd.DataFrame(frame).to_html())
    assert _rows(frame._repr_html_())[1] == ["2026-11-02", "2026-11-02", "1 days", "1.0"]


def test_a_very_long_text_is_cut_as_pandas_cuts_it() -> None:
    frame = Frame({"note": ["x" * 1_000]})
    [[_, note]] = _rows(frame._repr_html_())
    assert len(note) <= 50
    assert note.endswith("...")
    with pd.option_context("display.max_colwidth", None):
        assert _rows(frame._repr_html_())[0][1] == "x" * 1_000


def test_headings_that_are_no_texts() -> None:
    """Categories and times, of which some are left out."""
    frame = Frame([range(30)])
    for headings in (pd.CategoricalIndex([f"c{n}" for n in range(30)]), pd.date_range("2026-11-01", periods=30)):
        frame.columns = headings
        assert _rows(frame._repr_html_())[0][9:13] == ["8", "9", "…", "20"]


def test_kept_in_a_file_it_is_a_dataframe(tmp_path: Path) -> None:
    """Whoever reads it need not have this toolkit."""
    frame = Frame({"name": ["Ana"]})
    frame.attrs["read"] = "by an export"
    frame.to_pickle(tmp_path / "frame.pickle")
    kept = pd.read_pickle(tmp_path / "frame.pickle")
    assert type(kept) is pd.DataFrame
    assert kept.attrs == frame.attrs
    assert type(copy.deepcopy(frame)) is Frame


def test_a_frame_with_one_name_for_two_columns() -> None:
    assert _rows(Frame([["x", 2]], columns=["a", "a"])._repr_html_()) == [["0", "x", "2"]]


def test_frames_of_an_account_end_with_their_ids(client: Client, tmp_path: Path) -> None:
    """What people read comes first."""
    frames = client.contacts.frames(names=True)
    for frame in (*frames.values(), client.lists.frame(), client.tags.frame(), client.activities.frame()):
        assert type(frame) is Frame
        of_ids = [name.endswith("_id") for name in frame.columns]
        assert any(of_ids)
        assert of_ids == sorted(of_ids), list(frame.columns)
    included = list(client.contacts.frame(include=["list_memberships", "notes"]).columns)
    assert included[-3:] == ["list_memberships", "notes", "contact_id"]
    client.contacts.to_parquet(tmp_path / "contacts.parquet", include=["list_memberships"])
    assert pq.read_schema(tmp_path / "contacts.parquet").names[-2:] == ["list_memberships", "contact_id"]
    assert list(frames["list_memberships"].columns) == ["list_name", "contact_id", "list_id"]
    assert list(frames["custom_fields"].columns) == ["label", "value", "contact_id", "custom_field_id"]
