"""The contact file panel: cleans at once, a choice for each column, errors where one looks."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path

import pytest

from cctoolkit.course import sample
from cctoolkit.errors import ContactFileError
from cctoolkit.widgets import ContactFile

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def _wait(panel: ContactFile) -> None:
    """Until the panel's thread is through."""
    assert panel._working.acquire(timeout=30)
    panel._working.release()


def _choose(panel: ContactFile, name: str, content: bytes) -> None:
    """As the browser does it."""
    panel._upload.value = (
        {"name": name, "type": "text/csv", "size": len(content), "content": memoryview(content), "last_modified": NOW},
    )
    _wait(panel)


def test_a_file_is_cleaned_at_once() -> None:
    """Run All needs no click; the account is that of `clean`."""
    panel = ContactFile(sample("google-contacts.csv"))
    assert "186 kept, 7 merged, 9 rejected" in panel._status.value
    assert panel.cleaned.source == "Google Contacts"
    assert panel._tabs.titles == ("Kept (186)", "Merged (7)", "Rejected (9)")
    assert "contact_files.clean(&#x27;google-contacts.csv&#x27;)" in panel._same_in_code.value
    assert repr(panel) == "[contact file panel (google-contacts.csv): run this cell to see it]"


def test_a_column_is_said_to_be_another(tmp_path: Path) -> None:
    """The menus show some values and how sure it is; a choice counts with the next click."""
    path = tmp_path / "people.csv"
    path.write_text("Email,Shoe size,Frist Name\na@example.com,44,Ana\n")
    panel = ContactFile(path)
    assert panel.columns[0].options[0] == ("email, 95% sure", "")
    panel.columns[1].value = "a custom field"
    panel.columns[2].value = "first_name"
    panel.button.click()
    _wait(panel)
    assert panel.choices == {"Shoe size": "cf:Shoe size", "Frist Name": "first_name"}
    assert panel.cleaned.kept.loc[0, ["first_name", "cf:Shoe size"]].tolist() == ["Ana", "44"]
    assert "columns={&#x27;Shoe size&#x27;: &#x27;cf:Shoe size&#x27;" in panel._same_in_code.value


def test_a_file_is_chosen_in_the_browser() -> None:
    """And another after it; what cannot be read is said in the panel."""
    panel = ContactFile()
    with pytest.raises(ContactFileError, match="No file is cleaned yet"):
        _ = panel.cleaned
    _choose(panel, "a.csv", b"email\na@example.com\n")
    assert panel.cleaned.addresses == ["a@example.com"]
    _choose(panel, "b.csv", b"name\nAna\n")
    assert "b.csv has no column of email addresses" in panel._status.value
    with pytest.raises(ContactFileError):
        _ = panel.cleaned
    _choose(panel, "c.csv", b"%PDF-1.7")
    assert "a PDF document" in panel._status.value


def test_a_bad_file_fails_the_cell(tmp_path: Path) -> None:
    """A notebook that is run as a whole stops there."""
    with pytest.raises(ContactFileError, match="There is no file"):
        ContactFile(tmp_path / "nowhere.csv")


def test_text_of_the_file_is_never_markup(tmp_path: Path) -> None:
    """Headings, values, and the file's own name."""
    path = tmp_path / "<b>x.csv"
    path.write_text("email,<script>alert(1)</script>\na@example.com,<img src=x onerror=alert(2)>\nx,<script>\n")
    panel = ContactFile(path)
    panel.leftover.value = "custom-fields"
    panel.button.click()
    _wait(panel)
    shown = [panel._status.value, panel._report.value, panel._same_in_code.value]
    shown += [tab.value for tab in panel._tabs.children]
    shown += [row.children[1].value for row in panel._menus.children]
    assert not any(mark in text for text in shown for mark in ("<script", "<img", "<b>x"))


def test_a_second_click_while_it_works_does_nothing() -> None:
    """One cleaning at a time."""
    panel = ContactFile(sample("google-contacts.csv"))
    before = threading.active_count()
    with panel._working:
        panel.button.click()
        assert threading.active_count() == before
