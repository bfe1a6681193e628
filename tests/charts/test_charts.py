"""What each chart shows, and that its text says the same figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit import charts, contact_files, imports
from cctoolkit.api import Client
from cctoolkit.sandbox import Sandbox
from tests.charts.drawn import (
    contacts_frame,
    file_of,
    lists_frame,
    members,
    one_of_each,
    outcome,
    pointed_at,
    texts_in,
    tracked,
)
from tests.marks import examples


def flow(chart: charts.Chart) -> dict[str, int]:
    return dict(zip(chart.figures["what"], chart.figures["rows"], strict=True))


def test_contacts_add_up_month_by_month() -> None:
    """Each source is counted up to the end of each month, also in a month in which nobody came."""
    people = contacts_frame(("2026-01-31T23:59:59Z", "Account"), ("2026-03-01", "Contact"), ("2026-03-02", "Account"))
    chart = charts.contacts_over_time(people, every="month")
    assert chart.figures.to_dict("list") == {
        "month": ["Jan 2026", "Feb 2026", "Mar 2026"],
        "Account": [1, 1, 2],
        "Contact": [0, 0, 1],
        "all": [1, 1, 3],
    }
    assert "3 contacts from Jan 2026 to Mar 2026 by create_source: Account 2, Contact 1." in chart.text
    assert "Mar 2026, Contact: 1" in pointed_at(chart)


def test_new_contacts_are_those_of_each_step() -> None:
    """Without adding up, a year counts who came in it."""
    people = contacts_frame(("2024-05-01", "Account"), ("2026-05-01", "Account"), ("2026-06-01", "Account"))
    chart = charts.contacts_over_time(people, every="year", cumulative=False)
    assert chart.figures["Account"].tolist() == [1, 0, 2]


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.datetimes(pd.Timestamp(1990, 1, 1), pd.Timestamp(2030, 1, 1)), min_size=1, max_size=30))
def test_nobody_is_lost_over_time(moments: list[object]) -> None:
    """Whatever the dates, the last figure is everybody, and there are not more steps than people can read."""
    people = pd.DataFrame({"created_at": pd.to_datetime(moments, utc=True), "create_source": "Account"})
    figures = charts.contacts_over_time(people).figures
    assert figures["Account"].iloc[-1] == len(moments)
    assert len(figures) <= 48


def test_contacts_without_a_date_are_said() -> None:
    """Who has no date is left out of the picture, not of the words."""
    chart = charts.contacts_over_time(contacts_frame(("2026-01-05", "Account"), (None, "Account")))
    assert "1 contact without a date is left out." in chart.text


def test_many_sources_become_others() -> None:
    """The largest sources have a colour each; all others are one, and no source at all is said so."""
    people = contacts_frame(
        *[("2026-01-05", f"source {n}") for n in range(9) for _ in range(n + 1)], ("2026-01-05", None)
    )
    figures = charts.contacts_over_time(people).figures
    assert list(figures.columns)[1:] == [*(f"source {n}" for n in (8, 7, 6, 5, 4)), "other sources", "all"]
    assert figures["all"].tolist() == [46]


def test_a_wish_for_too_many_steps_is_met_with_longer_ones() -> None:
    """Days over thirty years would be thousands of columns."""
    people = contacts_frame(("1990-01-05", "Account"), ("2020-01-05", "Account"))
    assert len(charts.contacts_over_time(people, every="day").figures) <= 400


def test_the_permission_mix_says_who_may_be_written_to() -> None:
    """Permissions in their order, with shares; a contact without an address is one too."""
    people = pd.DataFrame({"permission_to_send": ["explicit"] * 3 + ["unsubscribed", None, "implicit", "brand_new"]})
    chart = charts.permissions(people)
    assert dict(zip(chart.figures["permission"], chart.figures["contacts"], strict=True)) == {
        "explicit": 3,
        "implicit": 1,
        "unsubscribed": 1,
        "no address": 1,
        "brand_new": 1,
    }
    assert "4 of 7 contacts (57 %) may be written to." in chart.text
    assert "explicit: 3 (43 %)" in pointed_at(chart)


def test_the_largest_of_200_lists_are_drawn() -> None:
    """Twenty are drawn, the largest; the picture and the words say how many more there are."""
    chart = charts.list_sizes(lists_frame(200))
    drawn = texts_in(chart)
    assert {"List 0", "List 19", "2,000"} <= set(drawn)
    assert "List 20" not in drawn
    assert "Drawn are the 20 largest lists; 180 more are not" in drawn
    assert len(chart.figures) == 200
    assert "… and 140 more rows" in chart.text


def test_lists_of_one_name_stay_apart() -> None:
    """Two names that look alike once they are cut are two bars."""
    chart = charts.list_sizes(lists_frame(3, lambda n: "the same long beginning of a name " * 3 + str(n)))
    assert len(set(chart.figures["list"])) == 3
    assert len(pointed_at(chart)) == 3


def test_shared_contacts_are_counted_once() -> None:
    """A membership that is told twice counts once; the share is that of the smaller list."""
    chart = charts.list_overlaps(pd.concat([members(8, 4), members(8, 4)]), lists_frame(2))
    assert chart.figures.values.tolist() == [["List 1", "List 0", 4, "100 %"]]
    assert {"List 0: 8 contacts", "List 1 and List 0: 4 contacts, 100 % of the smaller"} <= set(pointed_at(chart))


def test_overlaps_of_200_lists() -> None:
    """Of many lists, the 20 largest are drawn, and it is said."""
    chart = charts.list_overlaps(members(*range(200, 0, -1)), lists_frame(200))
    assert len(pointed_at(chart)) == 20 * 21 / 2
    assert "180 more are not" in chart.text
    assert "180 more are not" in " ".join(texts_in(chart))


def test_names_are_cut_in_the_picture_only() -> None:
    """The text alternative has what the picture has no room for."""
    name = "a list whose name is rather long for a picture"
    chart = charts.list_overlaps(members(3, 2), lists_frame(2, lambda n: f"{name} {n}"))
    assert f"{name} 1" in chart.text
    assert not any(name in text for text in texts_in(chart))


def test_large_lists_fit_their_cells() -> None:
    """Figures too long for a cell are rounded there, not in the text."""
    pairs = [(contact, number) for number in range(9) for contact in range(12_345 - 1_300 * number)]
    chart = charts.list_overlaps(pd.DataFrame(pairs, columns=["contact_id", "list_id"]))
    assert {"12k", "1.9k"} <= set(texts_in(chart))
    assert chart.figures["contacts on both"].max() == 11_045


def test_a_list_that_was_deleted_meanwhile() -> None:
    """Memberships of a list that is not among the lists any more are shown, and said to be so."""
    chart = charts.list_overlaps(members(3, 2), lists_frame(1))
    assert "(a list that is not there any more)" in chart.figures["list"].tolist()


def test_lists_that_share_nobody() -> None:
    """No overlap is a finding, not an error."""
    apart = pd.DataFrame({"contact_id": ["a", "b"], "list_id": ["1", "2"]})
    assert "No two lists share a contact." in charts.list_overlaps(apart).text


def test_the_flow_accounts_for_every_row() -> None:
    """Rows of the file are kept, merged or rejected; what was sent is counted once, and on the list or missing."""
    counts = {"person_count": 95, "error_count": 2, "correctable_count": 3, "cannot_add_to_list_count": 2}
    assert flow(charts.import_flow(outcome(100, 7, **counts), file_of(100, 8, 4))) == {
        "rows in the file": 112,
        "kept": 100,
        "merged into another": 8,
        "rejected": 4,
        "added or updated": 93,  # the two who unsubscribed are among the 95
        "unsubscribed": 2,
        "need correcting": 3,
        "errors": 2,
        "on the list": 93,
        "missing": 7,
    }


figures_of_a_count = st.integers(0, 200)


@settings(max_examples=examples(100), deadline=None)
@given(figures_of_a_count, figures_of_a_count, figures_of_a_count, st.lists(figures_of_a_count, min_size=4, max_size=4))
def test_the_flow_adds_up_whatever_the_service_counted(sent: int, missing: int, kept: int, counts: list[int]) -> None:
    """Each column of the flow is as many as the one before let through, however odd the counts."""
    names = ("person_count", "error_count", "correctable_count", "cannot_add_to_list_count")
    kept += sent
    chart = charts.import_flow(
        outcome(sent, min(missing, sent), **dict(zip(names, counts, strict=True))), file_of(kept, 3, 1)
    )
    sums = chart.figures.groupby("where")["rows"].sum()
    assert sums.get("the service's count", 0) == kept
    assert sums.get("the list", 0) == sent
    assert sums["the file"] == sums["cleaning"] == kept + 4


def test_the_flow_of_activity_reports() -> None:
    """Reports of activities are enough: nobody knows then who is on the list."""
    reports = [{"status": {"items_total_count": 10, "person_count": 9, "error_count": 1}}] * 2
    chart = charts.import_flow(reports)
    assert flow(chart) == {"contacts sent": 20, "added or updated": 18, "errors": 2}


def test_the_flow_of_an_import(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """From a file through the sandbox to its list."""
    export = tmp_path / "people.csv"
    export.write_text("email\nann@example.com\nANN@example.com\nnobody\nben@example.com\n")
    cleaned = contact_files.clean(export)
    list_id = client.lists.create("News")["list_id"]
    done = imports.import_contacts(
        client, cleaned, list_id, journal=tmp_path / "j.sqlite", progress=False, sleep=sandbox.advance
    )
    chart = charts.import_flow(done, cleaned)
    assert flow(chart)["on the list"] == 2
    assert "4 rows in the file: 2 kept, 1 merged into another, 1 rejected." in chart.text


def test_a_file_that_is_not_the_imports() -> None:
    """More was sent than the file keeps: the two do not belong together."""
    with pytest.raises(cctoolkit.BadRequest, match="give the file that this import was made from"):
        charts.import_flow(outcome(5, 0), file_of(2))


def test_hours_begin_with_the_send() -> None:
    """Each open and click falls into its hour after the send; what is later than the picture is said."""
    chart = charts.campaign_hours(tracked(0, 0.99, 1, 3.5, 90), tracked(1.2), sent_at="2026-09-15T09:00:00Z")
    assert chart.figures["opens"].tolist() == [2, 1, 0, 1]
    assert chart.figures["clicks"].tolist() == [0, 1, 0, 0]
    assert "5 opens and 1 click" in chart.text
    assert "1 open came after hour 48" in chart.text
    assert "hour 1–2: 1 click" in pointed_at(chart)


def test_a_long_time_is_drawn_in_longer_steps() -> None:
    """Not more bars than can be told apart."""
    chart = charts.campaign_hours(tracked(0, 300), hours=400)
    assert len(chart.figures) <= 48
    assert chart.figures["opens"].sum() == 2


def test_a_time_of_sending_that_is_none() -> None:
    """The message says how a time is written."""
    with pytest.raises(cctoolkit.BadRequest, match="2026-09-15T09:00:00Z"):
        charts.campaign_hours(tracked(1), sent_at="yesterday-ish")


def test_a_step_that_there_is_not() -> None:
    """The message names the steps."""
    with pytest.raises(cctoolkit.BadRequest, match="one of day, week, month, quarter, year"):
        charts.contacts_over_time(contacts_frame(("2026-01-05", "Account")), every="weekly")  # type: ignore[arg-type]


def test_a_frame_without_the_column() -> None:
    """The message names the column that is missing and those that are there."""
    with pytest.raises(cctoolkit.BadRequest, match="needs the column created_at, and the DataFrame has email"):
        charts.contacts_over_time(pd.DataFrame({"email": ["a@example.com"]}))


def test_records_of_the_api_do_as_well(client: Client) -> None:
    """What the service answered can be drawn without a DataFrame."""
    assert charts.permissions(client.contacts.iter()).figures["contacts"].sum() == 1
    assert charts.list_sizes(client.lists.iter(counts=True)).figures["list"].tolist() == ["General Interest"]


@pytest.mark.parametrize("name", list(one_of_each()))
def test_every_figure_is_in_the_text(name: str) -> None:
    """The text alternative has each row of the figures behind the picture."""
    chart = one_of_each()[name]
    lines = [line.split() for line in chart.text.splitlines()]
    for row in chart.figures.values.tolist():
        cells = [f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row]
        assert " ".join(cells).split() in lines
