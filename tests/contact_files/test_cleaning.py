"""Every row of an export is accounted for, whatever it looks like."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cctoolkit.contact_files import Cleaned, clean, cut, read, read_bytes
from cctoolkit.contact_files.rules.dates import read_date
from cctoolkit.contact_files.rules.email_addresses import email_address
from cctoolkit.errors import CctoolkitError, ContactFileError
from tests.marks import examples


def _clean(text: str | bytes, encoding: str = "utf-8") -> Cleaned:
    return clean(read_bytes(text if isinstance(text, bytes) else text.encode(encoding), "people.csv"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "people.csv is empty"),
        (b" \n\n", "people.csv is empty"),
        (b"\xef\xbb\xbf", "people.csv is empty"),
        (b"name,town\nAna,Waltham\n", "has no column of email addresses"),
        (b"PK\x03\x04rest", "a broken archive"),
        (b"\x1f\x8brest", "a broken archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x00\x01\x02\x03" * 100, "is not text"),
        (b"\xff\xfe\x00", "is not text"),
    ],
)
def test_what_is_no_contact_file_is_said(content: bytes, sentence: str) -> None:
    """One clear sentence each."""
    with pytest.raises(ContactFileError, match=sentence):
        _clean(content)


def test_a_path_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    """A missing file, and a folder."""
    with pytest.raises(ContactFileError, match="There is no file"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(ContactFileError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [(encoding, delimiter) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252") for delimiter in ",;\t|"],
)
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    """Found by what is in the file."""
    lines = [["Email", "First Name", "City"], ["rene@example.com", "René", "Zürich, CH; EU"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    cleaned = _clean(out.getvalue(), encoding)
    assert cleaned.kept.loc[0, ["email", "first_name", "city"]].tolist() == [
        "rene@example.com",
        "René",
        "Zürich, CH; EU",
    ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp932", "山田太郎さんの友達です"),
        ("gb18030", "张伟是我们的好朋友"),
        ("cp1251", "Наталья Александровна Петрова"),
    ],
)
def test_other_scripts_are_told_by_their_letters(encoding: str, name: str) -> None:
    """Not read as Windows-1252; the guess is told."""
    rows = "".join(f"p{n}@example.com,{name}\n" for n in range(40))
    cleaned = _clean(f"email,first_name\n{rows}", encoding)
    assert set(cleaned.kept["first_name"]) == {name}
    assert "guessed" in cleaned.encoding


def test_one_odd_line_does_not_garble_the_others() -> None:
    """A UTF-8 file with a line of another program in it."""
    text = "email,first_name\n" + "".join(f"p{n}@example.com,Zoë\n" for n in range(30))
    cleaned = _clean(text.encode() + "x@example.com,René\n".encode("cp1252"))
    assert list(cleaned.kept["first_name"]) == ["Zoë"] * 30 + ["René"]
    assert cleaned.encoding == "utf-8, but 1 lines in cp1252"


def test_a_sep_line_is_believed() -> None:
    """As Excel writes it; the line numbers stay those of the file."""
    cleaned = _clean("sep=;\r\nemail;first_name\r\nana@example.com;Ana\r\n")
    assert cleaned.kept[["line", "first_name"]].values.tolist() == [[3, "Ana"]]


def test_line_numbers_are_those_of_the_file() -> None:
    """Line breaks in cells count, and empty lines are rows that are told."""
    cleaned = _clean('email,first_name\n"a@example.com","two\nlines"\n\nb@example.com,Ben\n')
    assert list(cleaned.kept["line"]) == [2, 5]
    assert cleaned.rejected[["line", "reason"]].values.tolist() == [[4, "the row is empty"]]
    assert cleaned.kept.loc[0, "first_name"] == "two lines"


@pytest.mark.parametrize(
    "text",
    [
        'email,first_name\na@example.com,"Ann\nb@example.com,Ben\nc@example.com,Cid\n',
        'email,first_name\na@example.com,"Ann\nb@example.com,"Ben\nc@example.com,Cid\n',
        'email,first_name\na@example.com,"Ann\nb@example.com,Ben\nc@example.com,"Cid"\n',
    ],
)
def test_a_quotation_mark_left_open_swallows_nobody(text: str) -> None:
    """The rows after it are all there."""
    cleaned = _clean(text)
    assert cleaned.addresses == ["a@example.com", "b@example.com", "c@example.com"]
    assert list(cleaned.kept["first_name"]) == ["Ann", "Ben", "Cid"]


def test_stray_marks_that_fit_by_chance_swallow_nobody() -> None:
    """An opening mark in the last column, closed rows later; and one in the first column."""
    rows = [f"P{n},p{n}@example.com,note" for n in range(60)]
    rows[5] = 'P5,p5@example.com,"7 inch'
    rows[50] = 'P50,p50@example.com,pipe 12"'
    cleaned = _clean("first_name,email,notes\n" + "\n".join(rows) + "\n")
    assert len(cleaned.kept) == 60
    cleaned = _clean('first_name,email\n"Ann,ann@example.com\nBob",bob@example.com\n')
    assert cleaned.addresses == ["ann@example.com", "bob@example.com"]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Status", "unsubscribed"),
        ("Email Status", "Cleaned"),
        ("Is Unsubscribed", "1"),
        ("Opted out", "yes"),
        ("Email Opt-In", "no"),
        ("Subscribed", "FALSE"),
        ("Subscribed", "Opted out"),
        ("Subscription", "no"),
        ("UNSUB_TIME", "2024-05-06 07:08"),
        ("Unsubscribed from all email", "true"),
        ("Email permission status", "Unsubscribed"),
        ("Email Status", "Not subscribed"),
        ("Email Status", "Do not contact"),
    ],
)
def test_nobody_who_opted_out_slips_in(heading: str, value: str) -> None:
    """A column that says so keeps the row out, with that reason."""
    cleaned = _clean(f"email,{heading}\na@example.com,{value}\nb@example.com,\n")
    assert cleaned.addresses == ["b@example.com"]
    assert list(cleaned.rejected["reason"]) == [f"must not be written to ({heading} = {value})"]


def test_who_opted_in_is_kept() -> None:
    """The same columns, saying the other thing, or nothing."""
    cleaned = _clean(
        "email,Status,Opt out,Subscribed\na@example.com,subscribed,no,yes\nb@example.com,active,N/A,\nc@example.com,,0.0,1\n"
    )
    assert cleaned.addresses == ["a@example.com", "b@example.com", "c@example.com"]


@pytest.mark.parametrize("rows", ["a@example.com,yes\nA@example.com,no\n", "A@example.com,no\na@example.com,yes\n"])
def test_nobody_slips_in_by_a_second_row(rows: str) -> None:
    """One row that says no is a no for the address, in either order."""
    cleaned = _clean(f"email,Unsubscribed\n{rows}")
    assert cleaned.addresses == []
    assert len(cleaned.rejected) == 2


def test_a_note_with_addresses_stays_one_note() -> None:
    """Nobody in it is imported, and the columns after it still count."""
    cleaned = _clean(
        'Email,Notes,Unsubscribed\na@example.com,"wife b@example.com\nson c@example.com",yes\nd@example.com,hi,no\n'
    )
    assert cleaned.addresses == ["d@example.com"]
    assert cleaned.rows_in == 2


@pytest.mark.parametrize(
    ("cell", "first", "left_out"),
    [
        ("Ana <a@example.com>; ben@example.com", "a@example.com", "ben@example.com"),
        ("a@example.com / b@example.com", "a@example.com", "b@example.com"),
        ("Silva, Ana <a@example.com>", "a@example.com", None),
        ("a@example.com b@example.com", "a@example.com", "b@example.com"),
    ],
)
def test_several_addresses_in_a_cell(cell: str, first: str, left_out: str | None) -> None:
    """The first is taken, the others are told."""
    cleaned = _clean(f'email\n"{cell}"\n')
    assert cleaned.addresses == [first]
    notes = [f"one address a contact: {left_out} is left out"] if left_out else []
    assert list(cleaned.notes["note"]) == notes


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Ana María Silva", "Ana María", "Silva"), ("Silva, Ana", "Ana", "Silva"), ("Cher", "Cher", "")],
)
def test_a_single_name_column_is_split(name: str, first: str, last: str) -> None:
    """Only when it is all there is."""
    cleaned = _clean(f'Name;E-Mail\n"{name}";a@example.com\n')
    assert cleaned.kept.loc[0, "first_name"] == first
    assert cleaned.kept.loc[0].get("last_name", "") == last
    cleaned = _clean("Name,First Name,Email\nSomebody Else,Ana,a@example.com\n")
    assert cleaned.kept.loc[0, "first_name"] == "Ana"


@pytest.mark.parametrize(
    "text",
    [
        "Members of the garden club 2024\nname,email\nAna,a@example.com\n",
        "Members\n\nprinted today\nname;email;city\nAna;a@example.com;Rome\n",
        "Vorname;Nachname;E-Mail-Adresse\nAna;Silva;a@example.com\n",
        "Name,Work email,Home email\nAna,a@example.com,b@example.com\n",
        "Who,Where to\nAna,a@example.com\n",
    ],
)
def test_ordinary_files_are_understood(text: str) -> None:
    """A title above the headings, another language, headings of one's own, a column known by its content."""
    assert _clean(text).addresses == ["a@example.com"]


def test_the_report_names_what_is_left_out() -> None:
    """Rejected rows by line, and columns that hold something and are not imported."""
    report = _clean("email,Shoe size\na@example.com,44\nnobody,45\n").report()
    assert "rejected  line 3, the address has no @: nobody" in report
    assert "not imported: Shoe size" in report


def test_ragged_rows_are_kept_and_told() -> None:
    """Too few cells, and too many."""
    cleaned = _clean("email,first_name,city\na@example.com\nb@example.com,Ben,Rome,extra\n")
    assert cleaned.addresses == ["a@example.com", "b@example.com"]
    assert list(cleaned.notes["note"]) == ["1 cells past the last heading are left out"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        (" ana@EXAMPLE.com. ", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("'ana@example.com'", "ana@example.com"),
        ("Ana.B@example.com", "Ana.B@example.com"),
        ("o'brien+news@example.com", "o'brien+news@example.com"),
        ("ana@bücher.example.com", "ana@xn--bcher-kva.example.com"),
    ],
)
def test_addresses_that_are_sent(written: str, address: str) -> None:
    """What is around an address is taken away; the address itself is not touched."""
    assert email_address(written) == (address, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("ana", "the address has no @"),
        ("ana@", "malformed"),
        ("@example.com", "malformed"),
        ("ana@@example.com", "malformed"),
        ("ana@localhost", "malformed"),
        ("ana b@example.com", "malformed"),
        ("ana@example.invalid", "receives no mail"),
        ("josé@example.com", "letters before the @"),
        ("x" * 64 + "@" + "y" * 40 + ".example.com", "longer than 80"),
    ],
)
def test_addresses_that_are_not(written: str, reason: str) -> None:
    """Each with its reason in words."""
    address, said = email_address(written)
    assert address == ""
    assert reason in said


def test_duplicates_are_merged_field_by_field() -> None:
    """The first row stays; what it lacks comes from later ones; a postal address is taken whole."""
    cleaned = _clean(
        "email,first_name,last_name,street,city\n"
        "a@example.com,Ana,,1 Main St,\n"
        "A@EXAMPLE.COM,Anna,Silva,,Rome\n"
        "a@example.com,,,2 High St,Oslo\n"
    )
    [row] = cleaned.kept.to_dict("records")
    assert row == {
        "line": 2,
        "email": "a@example.com",
        "first_name": "Ana",
        "last_name": "Silva",
        "street": "1 Main St",
    }
    assert cleaned.merged[["line", "into_line", "filled"]].values.tolist() == [[3, 2, "last_name"], [4, 2, ""]]


def test_dates_in_every_form() -> None:
    """To one form, or told; birthdays to day and month."""
    cleaned = _clean(
        "email,birthday,anniversary\na@example.com,1990-02-29,2020-05-04\nb@example.com,--02-29,5/4/2020\n"
        "c@example.com,0/0/00,0/0/00\nd@example.com,5/6/1990,4/5\n"
    )
    kept = cleaned.kept.set_index("email")
    assert kept.loc["b@example.com", ["birthday_month", "birthday_day"]].tolist() == ["2", "29"]
    assert list(kept["anniversary"]) == ["05/04/2020", "05/04/2020", "", ""]
    assert [note.partition(" ")[0] for note in cleaned.notes["note"]] == ["birthday", "anniversary"]


@pytest.mark.parametrize(
    ("cells", "anniversary", "told"),
    [
        (["3/4/2020", "31/12/2020"], "04/03/2020", "day/month: 1 cells show it"),
        (["3/4/2020", "12/31/2020"], "03/04/2020", "month/day: 1 cells show it"),
        (["3/4/2020", "1/2/2020"], "03/04/2020", "month/day: no cell can tell"),
        (
            ["3/4/2020", "31/12/2020", "30/12/2020", "12/31/2020"],
            "04/03/2020",
            "day/month: 2 cells show it, 1 against it",
        ),
    ],
)
def test_day_first_is_decided_over_the_whole_column(cells: list[str], anniversary: str, told: str) -> None:
    """3/4 alone cannot tell; its neighbours can, and the report says how it was read."""
    rows = "".join(f"p{n}@example.com,{cell}\n" for n, cell in enumerate(cells))
    cleaned = _clean(f"email,anniversary\n{rows}")
    assert cleaned.kept.loc[0, "anniversary"] == anniversary
    assert f"Anniversary: dates read as {told}".lower() in str(cleaned.report()).lower()


def test_a_date_that_the_order_makes_impossible_is_none() -> None:
    """31/12 with the month first."""
    assert read_date("3/4/2020", by_day=True) == (2020, 4, 3)
    assert read_date("31/12/2020", by_day=False) is None


def test_values_that_are_too_long_are_cut_and_told() -> None:
    """Nothing is dropped in silence."""
    cleaned = _clean(f"email,first_name,phone\na@example.com,{'x' * 60},{'5' * 30}\n")
    assert len(cleaned.kept.loc[0, "first_name"]) == 50
    assert "phone" not in cleaned.kept.columns
    assert len(cleaned.notes) == 2


def test_the_outcome_is_written_as_files(tmp_path: Path) -> None:
    """Parts, rejected rows with their reasons, a report; what was mended can be cleaned again."""
    cleaned = _clean("email,first_name,phone\na@example.com,Ana,+1 555\nnobody,=1+2,+1 666\n")
    report = cleaned.write(tmp_path / "out")
    assert report["parts"] == [str(tmp_path / "out" / "part-001.csv")]
    assert (report["rows_in"], report["kept"], report["rejected"]) == (2, 1, 1)
    rejected = Path(report["rejected_file"]).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(rejected)))
    assert rows == [
        ["line in the export", "why it was rejected", "email", "first_name", "phone"],
        ["3", "the address has no @", "nobody", "'=1+2", "'+1 666"],
    ]
    again = _clean(rejected.replace("nobody", "b@example.com"))
    assert again.kept.loc[0, ["email", "first_name", "phone"]].tolist() == ["b@example.com", "=1+2", "+1 666"]
    with pytest.raises(ContactFileError, match="not empty"):
        cleaned.write(tmp_path / "out")


def test_rejected_rows_are_written_alone(tmp_path: Path) -> None:
    """As `write` writes them, and never over a file that is there."""
    cleaned = _clean("email\na@example.com\nnobody\n")
    cleaned.write_rejected(tmp_path / "mend.csv")
    whole = cleaned.write(tmp_path / "out")
    assert (tmp_path / "mend.csv").read_bytes() == Path(whole["rejected_file"]).read_bytes()
    with pytest.raises(ContactFileError, match="is there already"):
        cleaned.write_rejected(tmp_path / "mend.csv")


def test_nothing_is_written_when_it_cannot_be_whole(tmp_path: Path) -> None:
    """Nothing kept, and a place that cannot be written."""
    with pytest.raises(ContactFileError, match="Nothing was written"):
        _clean("email\nnobody\n").write(tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(ContactFileError, match="choose another folder"):
        _clean("email\na@example.com\n").write(tmp_path / "file" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path) -> None:
    """One sentence, and no partial output."""
    source = tmp_path / "people.csv"
    source.write_text("email\n" + "".join(f"p{n}@example.com\n" for n in range(5_000)))
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
        "from cctoolkit.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "clean", str(source), "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "cannot be written (File too large): choose another folder with -o. Nothing was written." in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_a_report_is_bounded_and_its_numbers_whole(tmp_path: Path) -> None:
    """What a person reads lists the first of each kind; the files hold all."""
    rows = "".join(f"p{n}@example.com,{'x' * 60}\n" for n in range(400)) + "nobody,\n" * 300
    cleaned = _clean(f"email,first_name\n{rows}")
    report = cleaned.report()
    assert len(report.splitlines()) < 30
    assert "… and 290 more, in .rejected in Python" in report
    assert "… and 397 more: first_name cut" in report
    written = json.loads((Path(cleaned.write(tmp_path / "out")["rejected_file"]).parent / "report.json").read_text())
    assert written["note_counts"] == {"first_name cut": 400}
    assert written["reasons"] == {"the address has no @": 300}
    assert len(written["rejects"]) == 300


def test_the_user_says_what_a_column_is() -> None:
    """Where it was not recognized, or wrongly."""
    export = read_bytes(b"Who,Reach,First Name\nAna,a@example.com,x\n", "x.csv")
    cleaned = clean(export, columns={"reach": "email", "Who": "first_name", "First Name": ""})
    assert cleaned.kept.loc[0, ["email", "first_name"]].tolist() == ["a@example.com", "Ana"]
    for wrong, sentence in (({"Nobody": "email"}, "The columns are: Who"), ({"Who": "shoe"}, "It can become: email")):
        with pytest.raises(ContactFileError, match=sentence):
            clean(export, columns=wrong)


def test_every_column_is_accounted_for() -> None:
    """Columns that are not imported are named."""
    cleaned = _clean("Email,Shoe size\na@example.com,44\n")
    assert cleaned.columns[["column", "becomes"]].values.tolist() == [["Email", "email"], ["Shoe size", "not imported"]]


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", content)
    return packed.getvalue()


CELL = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
ADDRESS = st.sampled_from(["a@example.com", "B@example.org", "c@example.net", "", "nobody", "x@@y", "A@example.com"])
#: Rows that are always tried, in a file that is written as most are.
_USUAL = partial(
    example,
    delimiter=",",
    encoding="utf-8",
    quoting=csv.QUOTE_MINIMAL,
    end="\n",
    above="",
    packed=bytes,
    choices={"on_duplicate": "first", "leftover": "ignore", "capitalize": False},
)


@_USUAL(rows=[("a@example.com", "", "DONOTSEND"), ("c@example.net", "", "")])
@_USUAL(rows=[("a@example.com", "", ""), ("a@example.com", "", "UNACTIVATED")])
@settings(max_examples=examples(150), deadline=None)
@given(
    rows=st.lists(st.tuples(ADDRESS | CELL, CELL, CELL), max_size=20),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    above=st.sampled_from(["", "sep", "Members of the club"]),
    packed=st.sampled_from([bytes, gzip.compress, _zipped]),
    choices=st.fixed_dictionaries(
        {
            "on_duplicate": st.sampled_from(["first", "last"]),
            "leftover": st.sampled_from(["ignore", "custom-fields"]),
            "capitalize": st.booleans(),
        }
    ),
)
def test_rows_in_are_rows_out(
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    quoting: int,
    end: str,
    above: str,
    packed: Callable[[bytes], bytes],
    choices: dict[str, Any],
) -> None:
    """Kept + merged + rejected, over generated files of every dialect; every well-formed address survives, and every
    line that a row is said to be on holds one."""
    out = io.StringIO()
    out.write({"": "", "sep": f"sep={delimiter}{end}"}.get(above, above + end))
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["Email", "First Name", "Remark"])
    writer.writerows(rows)
    cleaned = clean(read_bytes(packed(out.getvalue().encode(encoding)), "people.csv"), **choices)
    assert cleaned.rows_in == len(cleaned.kept) + len(cleaned.merged) + len(cleaned.rejected)
    lines = [*cleaned.kept["line"], *cleaned.merged["line"], *cleaned.rejected["line"]]
    assert len(set(lines)) == cleaned.rows_in
    assert set(cleaned.merged["into_line"]) <= set(cleaned.kept["line"])
    sent = {address.lower() for address in cleaned.addresses}
    # A drawn cell may be a no ("DONOTSEND"), as Hypothesis draws from the words of the code that it tests: it has to be told.
    refused = cleaned.rejected[cleaned.rejected["reason"].str.startswith("must not be written to (")]
    said_no = {written.lower() for written in refused["written"]}
    of_another = refused["reason"].str.extract(r"\(line (\d+) says so of this address\)")[0].dropna().astype(int)
    assert set(of_another) <= set(refused["line"]) - set(of_another.index.map(refused["line"]))
    own = refused["reason"].drop(of_another.index)
    assert all(any(cell and cell.strip() in reason for row in rows for cell in row) for reason in own)
    assert sent | said_no >= {
        row[0].lower() for row in rows if row[0].lower() in {"a@example.com", "b@example.org", "c@example.net"}
    }
    assert sum(part.contacts for part in cleaned.parts()) == cleaned.kept_count


@settings(max_examples=examples(150), deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_end_in_an_account_or_a_sentence(content: bytes) -> None:
    """No input is a traceback."""
    try:
        cleaned = _clean(b"email,first_name\n" + content)
        assert cleaned.parts() is not None
        _clean(content)
    except CctoolkitError as error:
        assert str(error).endswith((".", ").", "(UTF-8)."))


@settings(max_examples=examples(100), deadline=None)
@given(
    rows=st.lists(st.tuples(st.text(min_size=1, max_size=30), st.text(max_size=30)), min_size=1, max_size=60),
    most_lines=st.integers(min_value=40, max_value=80),
)
def test_parts_hold_every_row_once_under_both_limits(rows: list[tuple[str, str]], most_lines: int) -> None:
    """Lines are counted as the service counts them: a quoted line break makes two."""
    frame = pd.DataFrame([(f"p{n}@example.com", *row) for n, row in enumerate(rows)], columns=["email", "a", "b"])
    parts = cut(frame, most_lines=most_lines, most_bytes=4_096 + 2_000)
    assert sum(part.contacts for part in parts) == len(rows)
    read_back = []
    for part in parts:
        assert len(re.findall(rb"\r\n|\r|\n", part.content)) <= most_lines
        assert len(part.content) <= 2_000
        read_back += list(csv.reader(io.StringIO(part.content.decode(), newline="")))[1:]
    assert [row[0] for row in read_back] == list(frame["email"])


def test_forty_thousand_rows_make_two_parts() -> None:
    """39,999 contacts and the heading are 40,000 lines."""
    frame = pd.DataFrame({"email": [f"p{n}@example.com" for n in range(40_000)]})
    assert [part.contacts for part in cut(frame)] == [39_999, 1]
