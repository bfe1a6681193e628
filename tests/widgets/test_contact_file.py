"""The contact file panel: cleans at once, a choice for each column, errors where one looks."""

from __future__ import annotations

import base64
import csv
import datetime
import html
import io
import re
import threading
from pathlib import Path

import ipywidgets as widgets
import pytest

from cctoolkit.contact_files import clean, read_bytes
from cctoolkit.course import sample
from cctoolkit.errors import ContactFileError
from cctoolkit.widgets import ContactFile
from cctoolkit.widgets.importing import column_menus, contact_file

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def choose(panel: ContactFile, name: str, content: bytes) -> None:
    """As the browser does it."""
    panel.upload.value = (
        {"name": name, "type": "text/csv", "size": len(content), "content": memoryview(content), "last_modified": NOW},
    )
    panel.wait()


def downloaded(link: str) -> tuple[str, str]:
    """The name and the text that a download link holds."""
    found = re.search(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', link)
    assert found is not None
    return found[1], base64.b64decode(found[2]).decode("utf-8-sig")


def test_a_file_is_cleaned_at_once() -> None:
    """Run All needs no click; the account is that of `clean`."""
    panel = ContactFile(sample("google-contacts.csv"))
    assert "186 kept, 7 merged, 9 rejected" in panel.status.value
    assert panel.cleaned.source == "Google Contacts"
    assert panel.tabs.titles[:3] == ("Kept (186)", "Merged (7)", "Rejected (9)")
    assert repr(panel) == "[contact file panel (google-contacts.csv): run this cell to see it]"


def test_the_same_in_code_finds_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the file as it was given, so that it runs where the panel ran."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text("email\nana@example.com\n")
    monkeypatch.chdir(tmp_path)
    panel = ContactFile("data/people.csv")
    assert "contact_files.clean(&#x27;data/people.csv&#x27;)" in panel.footer.value


def test_the_code_of_a_file_from_the_browser_has_its_name_alone() -> None:
    """The browser does not tell where it lies, and the place of the file before is not it."""
    panel = ContactFile(sample("google-contacts.csv"))
    choose(panel, "people.csv", b"email\nana@example.com\n")
    assert "contact_files.clean(&#x27;people.csv&#x27;)" in panel.footer.value


def test_a_column_is_said_to_be_another(tmp_path: Path) -> None:
    """The menus show some values and how sure it is; a choice counts with the next click."""
    path = tmp_path / "people.csv"
    path.write_text("Email,Shoe size,Frist Name\na@example.com,44,Ana\n")
    panel = ContactFile(path)
    assert panel.columns[0].options[0] == ("email, 95% sure", "")
    panel.columns[1].value = "a custom field"
    panel.columns[2].value = "first_name"
    panel.button.click()
    panel.wait()
    assert panel.choices == {"Shoe size": "cf:Shoe size", "Frist Name": "first_name"}
    assert panel.cleaned.kept.loc[0, ["first_name", "cf:Shoe size"]].tolist() == ["Ana", "44"]
    assert "columns={&#x27;Shoe size&#x27;: &#x27;cf:Shoe size&#x27;" in panel.footer.value


def test_a_file_is_chosen_in_the_browser() -> None:
    """And another after it; what cannot be read is said in the panel."""
    panel = ContactFile()
    with pytest.raises(ContactFileError, match="No file is cleaned yet"):
        _ = panel.cleaned
    choose(panel, "a.csv", b"email\na@example.com\n")
    assert panel.cleaned.addresses == ["a@example.com"]
    choose(panel, "b.csv", b"name\nAna\n")
    assert "b.csv has no column of email addresses" in panel.status.value
    with pytest.raises(ContactFileError):
        _ = panel.cleaned
    choose(panel, "c.csv", b"%PDF-1.7")
    assert "a PDF document" in panel.status.value


def test_the_menus_are_those_of_the_file_that_was_chosen_last() -> None:
    """Another file has other columns; what was said of the first one's is forgotten."""
    panel = ContactFile()
    choose(panel, "a.csv", b"email,Size\na@example.com,4\n")
    panel.columns[1].value = "a custom field"
    choose(panel, "b.csv", b"email,Name\nb@example.com,Ben\n")
    assert panel.choices == {}
    assert len(panel.menus.children) == 2
    assert set(panel.columns.values()) <= set(panel.controls)
    assert len(panel.controls) == len(set(panel.controls)) == 7


def test_what_the_browser_could_not_read_is_said() -> None:
    """Such as a folder that was dropped."""
    panel = ContactFile()
    panel.upload.error = "NotReadableError"
    assert "choose one file, and no folder" in panel.status.value


def test_a_file_that_cannot_be_cleaned_lets_its_columns_be_said() -> None:
    """Which column holds the addresses, or which custom fields are left out."""
    panel = ContactFile()
    choose(panel, "a.csv", b"Kontakt,Name\nana at example.com,Ana\nana@example.com,Ana\n")
    assert "say below what its columns are" in panel.status.value
    panel.columns[0].value = "email"
    panel.button.click()
    panel.wait()
    assert panel.cleaned.addresses == ["ana@example.com"]
    fields = ",".join(f"cf:Field {n}" for n in range(26))
    choose(panel, "b.csv", f"email,{fields}\na@example.com,{','.join('x' * 26)}\n".encode())
    assert "a contact can have 25" in panel.status.value
    panel.columns[26].value = "leave it out"
    panel.button.click()
    panel.wait()
    assert panel.cleaned.kept_count == 1


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
    panel.wait()
    shown = [panel.status.value, panel.report.value, panel.footer.value]
    shown += [tab.value for tab in panel.tabs.children[:2]]
    shown += [tab.value for tab in panel.tabs.children[2].children if hasattr(tab, "value")]
    shown += [row.children[1].value for row in panel.menus.children]
    assert len(shown) >= 8
    assert not any(mark in text for text in shown for mark in ("<script", "<img", "<b>x"))


def test_text_that_turns_the_direction_stays_apart() -> None:
    """Each value is isolated, and its own marks of direction are left out, in tables and in menus."""
    content = "email,First Name,\u202egnidaeh\na@example.com,\u202eanA\u2069,\u05d0\n".encode()
    panel = ContactFile()
    choose(panel, "a.csv", content)
    shown = panel.tabs.children[0].value + "".join(row.children[1].value for row in panel.menus.children)
    assert "<bdi>anA</bdi>" in shown
    assert not {"\u202e", "\u2069"} & set(shown)
    assert panel.columns[2].description == "gnidaeh"


def test_a_second_click_while_it_works_does_nothing() -> None:
    """One cleaning at a time."""
    panel = ContactFile(sample("google-contacts.csv"))
    before = threading.active_count()
    with panel._working:
        panel.button.click()
        assert threading.active_count() == before


def test_the_rejected_rows_are_a_link() -> None:
    """With the export's own headings, the line and the reason, and no formula: to be mended and cleaned again."""
    panel = ContactFile()
    choose(panel, "a.csv", b"Email,Name\na@example.com,Ana\n=1+1,Ben\n")
    name, text = downloaded(panel.rejects.children[0].link.value)
    assert name == "rejected.csv"
    found = list(csv.reader(io.StringIO(text)))
    assert [len(row) for row in found] == [4, 4]
    assert found[0][2:] == ["Email", "Name"]
    assert found[1][2:] == ["'=1+1", "Ben"]
    assert clean(read_bytes(text.encode(), "mended.csv"), progress=False).rows_in == 1


def test_nothing_rejected_is_nothing_to_download() -> None:
    """No link to an empty file."""
    panel = ContactFile()
    choose(panel, "a.csv", b"Email\na@example.com\n")
    assert panel.rejects.children == ()


def test_many_rejected_rows_are_saved_beside_the_export(tmp_path: Path) -> None:
    """A click saves them, and says where; a second click overwrites nothing."""
    count = contact_file.ROWS_IN_A_LINK + 1
    path = tmp_path / "people.csv"
    path.write_text("email\na@example.com\n" + "nobody\n" * count)
    panel = ContactFile(path)
    download = panel.rejects.children[0]
    download.button.click()
    assert f"It is in {tmp_path / 'rejected.csv'}." in download.said.value
    assert len((tmp_path / "rejected.csv").read_text("utf-8-sig").splitlines()) == count + 1
    download.button.click()
    assert "rejected-2.csv" in download.said.value


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where the button is."""
    path = tmp_path / "people.csv"
    path.write_text("email\na@example.com\n" + "nobody\n" * (contact_file.ROWS_IN_A_LINK + 1))
    panel = ContactFile(path)
    path.unlink()
    tmp_path.rmdir()
    download = panel.rejects.children[0]
    download.button.click()
    assert "cannot be written (No such file or directory)" in download.said.value


def test_a_file_of_a_great_many_columns_stays_small() -> None:
    """So many columns have a menu; the others are said in code."""
    headings = ",".join(["email", *(f"h{n}" for n in range(400))])
    panel = ContactFile()
    choose(panel, "a.csv", f"{headings}\na@example.com,{','.join('x' * 400)}\n".encode())
    assert len(panel.columns) == column_menus.MENUS
    assert "251 more columns" in panel.menus.children[-1].value


ASKED = b"email,Newsletter\nana@example.com,<i>red\nben@example.com,blue\neva@example.com,blue\n"


def _buttons(panel: ContactFile) -> dict[str, widgets.Button]:
    return {part.description: part for part in panel.asked.children if isinstance(part, widgets.Button)}


@pytest.mark.parametrize(("answer", "kind"), [(text, kind) for kind, text in contact_file.ANSWERS.items()])
def test_who_wants_email_is_asked_and_answered_by_a_click(answer: str, kind: str) -> None:
    """The column, its values with their counts, escaped; three answers; and the code says the one that was given."""
    panel = ContactFile()
    choose(panel, "people.csv", ASKED)
    asked = panel.asked.children[0].value
    assert "&lt;i&gt;red" in asked
    assert "<bdi>blue</bdi></b> (2 ×)" in asked
    assert not panel.is_answered
    _buttons(panel)[answer].click()
    panel.wait()
    assert panel.is_answered
    assert panel.asked not in panel.body.children
    assert panel.choices == {"Newsletter": kind}
    assert kind in panel.footer.value
    choose(panel, "other.csv", b"email\nana@example.com\n")
    assert panel.choices == {}


def test_several_questions_are_asked_one_after_the_other() -> None:
    panel = ContactFile()
    choose(panel, "people.csv", b"email,Newsletter,Mailing list\na@example.com,red,1st\nb@example.com,blue,2nd\n")
    assert "1 more question after it" in panel.asked.children[0].value
    for _ in range(2):
        _buttons(panel)[contact_file.ANSWERS["ignore"]].click()
        panel.wait()
    assert panel.is_answered
    assert panel.cleaned.kept_count == 2


EXPORT = b"""Email,First Name,Notes,Status
ana(at)example.com,Ana,from the fair,
ben@example.com,Ben,,
cy@example,Cy,,
no@example.com,No,,unsubscribed
"""


def test_rejected_rows_are_mended_where_they_are_shown() -> None:
    """An address that is written anew counts with the next cleaning; who said no has no field, and stays out."""
    panel = ContactFile()
    choose(panel, "people.csv", EXPORT)
    assert panel.mending is not None
    assert list(panel.mending.fields) == [2, 4]
    panel.mending.button.click()
    assert "Nothing is mended yet" in panel.status.value
    panel.tabs.selected_index = 2
    panel.mending.fields[2].value = " ana@example.com "
    panel.mending.fields[4].value = "no@example.com"
    panel.mending.button.click()
    panel.wait()
    assert "2 kept, 0 merged, 2 rejected. 1 of 2 mended rows is taken now." in panel.status.value
    assert panel.cleaned.kept["email"].tolist() == ["ana@example.com", "ben@example.com"]
    assert panel.cleaned.rejected["reason"].str.startswith("must not be written to").all()
    assert panel.tabs.selected_index == 2
    assert panel.mending.fields == {}
    assert len(panel.controls) == len(set(panel.controls))
    choose(panel, "other.csv", EXPORT)
    assert "1 kept, 0 merged, 3 rejected" in panel.status.value
    assert "mended" not in panel.footer.value


def test_the_code_of_mended_rows_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the panel shows makes the same account."""
    (tmp_path / "people.csv").write_bytes(EXPORT)
    monkeypatch.chdir(tmp_path)
    panel = ContactFile("people.csv")
    assert panel.mending is not None
    panel.mending.fields[2].value = "ana@example.com"
    panel.mending.button.click()
    panel.wait()
    [code] = re.findall(r"<pre[^>]*>(.*?)</pre>", panel.footer.value, re.DOTALL)
    names: dict[str, object] = {}
    exec(f"from cctoolkit import contact_files\n{html.unescape(code)}", names)
    assert names["cleaned"].kept.equals(panel.cleaned.kept)  # type: ignore[attr-defined]


def test_two_columns_of_addresses_of_one_name_are_mended_in_the_file() -> None:
    """Which of the two it would be, nobody could tell: there is the download."""
    panel = ContactFile()
    choose(panel, "people.csv", b"Email,Email\nana,ana2\nben@example.com,\n")
    assert panel.mending is not None
    assert panel.mending.fields == {}
    assert panel.rejects.children


def test_what_is_left_out_stands_in_the_bold_line() -> None:
    """Columns by name, values by number; nothing where nothing is."""
    panel = ContactFile(sample("google-contacts.csv"))
    assert "Not imported: the columns Notes, Labels; 4 values" in panel.status.value
    choose(panel, "people.csv", b"Email\nben@example.com\n")
    assert "Not imported" not in panel.status.value


def test_a_file_from_the_browser_has_to_be_saved_for_its_code() -> None:
    """The line would not find it otherwise, and says so."""
    panel = ContactFile(sample("google-contacts.csv"))
    assert "save it beside" not in panel.footer.value
    choose(panel, "people.csv", b"Email\nben@example.com\n")
    assert "save it beside the notebook first" in panel.footer.value


def test_what_is_mended_counts_whichever_button_comes_next() -> None:
    """What was typed is not lost by Clean, and stays in its column when another is said to be the addresses."""
    panel = ContactFile()
    choose(panel, "people.csv", b"Email,Other\nana,ana@example.org\nben@example.com,ben\n")
    assert panel.mending is not None
    panel.mending.fields[2].value = "ana@example.com"
    panel.button.click()
    panel.wait()
    assert panel.cleaned.kept["email"].tolist() == ["ana@example.com", "ben@example.com"]
    panel.columns[0].value, panel.columns[1].value = "leave it out", "email"
    panel.button.click()
    panel.wait()
    assert panel.cleaned.kept["email"].tolist() == ["ana@example.org"]
    assert panel.cleaned.rejected["written"].tolist() == ["ben"]


@pytest.mark.parametrize("name", ["apple-contacts.vcf", "salesforce-report.csv", "thunderbird-without-headings.csv"])
def test_files_of_every_kind_are_mended(name: str) -> None:
    """Cards, reports with lines above them, tables without headings."""
    panel = ContactFile(sample(name))
    assert panel.mending is not None
    before = panel.cleaned.kept_count
    line = next(iter(panel.mending.fields))
    panel.mending.fields[line].value = "mended@example.com"
    panel.mending.button.click()
    panel.wait()
    assert panel.cleaned.kept_count == before + 1
    assert line in panel.cleaned.kept["line"].tolist()


def test_what_was_mended_is_taken_back() -> None:
    """A wrong address that was taken has no field any more, and is not kept for that."""
    panel = ContactFile()
    choose(panel, "people.csv", b"Email,First Name\nana@example.com,Ana\nben,Ben\n")
    assert panel.mending is not None
    panel.mending.fields[3].value = "ana@example.com"
    panel.mending.button.click()
    panel.wait()
    assert (panel.cleaned.merged_count, panel.mending.fields) == (1, {})
    panel.unmend_button.click()
    panel.wait()
    assert "1 kept, 0 merged, 1 rejected" in panel.status.value
    assert panel.mending.fields[3].value == "ben"


def test_rows_that_an_address_mends_are_found_behind_those_that_none_does() -> None:
    """Hundreds of noes before it; and a number that is none has no field for an address."""
    panel = ContactFile()
    noes = "".join(f"p{n}@example.com,yes,\n" for n in range(250))
    choose(panel, "people.csv", f"Email,Unsubscribed,sms_number\n{noes}bad,no,\n,,123\n".encode())
    assert panel.mending is not None
    assert list(panel.mending.fields) == [252]
