"""Files that once came out wrong."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cctoolkit.contact_files import Cleaned, answered, clean, read_bytes
from cctoolkit.contact_files.writing import rejected_csv
from cctoolkit.errors import ContactFileError


def _clean(text: str, name: str = "people.csv", **choices: object) -> Cleaned:
    return clean(read_bytes(text.encode(), name), **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Unsubscribed", "2023-05-01 10:00"),
        ("Abgemeldet", "12.05.2023"),
        ("Opt out", "✓"),
        ("Bounced", "Hard"),
        *[
            ("Status", word)
            for word in (
                *("Inactive", "Never subscribed", "Unsub", "Soft bounced", "Not opted in", "Non-subscriber"),
                *("Unsubscribed (2023)", "No permissions set", "Declined"),
            )
        ],
        ("Subscribed", "unsub"),
        ("Email Marketing Consent", "UNSUBSCRIBED"),
        ("Email Subscribed?", "No"),
        ("Email Opt Out Status", "yes"),
        ("Marketing Opt-Out (Y/N)", "Y"),
        ("Do not send", "x"),
        ("Blacklisted?", "yes"),
        ("Suppressed on", "2024-05-06"),
    ],
)
def test_nobody_slips_in_by_another_word_or_heading(heading: str, value: str) -> None:
    """Dates, marks and reasons in a column of those who left; words with something around them; headings alike."""
    cleaned = _clean(f"Email,{heading}\na@example.com,{value}\nb@example.com,\n")
    assert cleaned.addresses == ["b@example.com"]


@pytest.mark.parametrize(
    ("heading", "value"),
    [("Unsubscribed", "no"), ("Opt out", "-"), ("Opt out", "subscribed"), ("Email Marketing Consent", "SUBSCRIBED")],
)
def test_who_stayed_is_kept(heading: str, value: str) -> None:
    """The same columns, saying the other thing."""
    assert _clean(f"Email,{heading}\na@example.com,{value}\n").addresses == ["a@example.com"]


def test_a_status_that_nobody_knows_is_told() -> None:
    """It could be anything: who may have left stays out, and an import stops until somebody says what the column is."""
    cleaned = _clean("Email,Status\na@example.com,Gold\nb@example.com,inactive\n")
    assert list(cleaned.notes["note"]) == ["Status = Gold is not known to mean yes or no: kept"]
    assert cleaned.addresses == ["a@example.com"]
    [question] = cleaned.questions
    assert question.values == {"Gold": 1, "inactive": 1}
    assert str(cleaned.report()).startswith("To be answered: The column 'Status' may say who wants email")
    with pytest.raises(ContactFileError, match=r"--map 'Status=ignore' \(it is about something else\)"):
        answered(cleaned)
    said = clean(cleaned.export, columns={"Status": "ignore"})
    assert (said.questions, len(said.addresses)) == ((), 2)
    assert not _clean("Email,Status\na@example.com,Gold\nb@example.com,active\n").questions


def test_a_state_may_be_a_status() -> None:
    """`Estado` is both in Spanish; its words tell."""
    assert _clean("Correo,Estado\na@example.com,baja\nb@example.com,activo\n").addresses == ["b@example.com"]
    assert _clean("Correo,Estado\na@example.com,Puebla\n").kept["state"].tolist() == ["Puebla"]


def test_nobody_slips_in_by_the_same_number() -> None:
    """One row that says no is a no for the number of another, however it is written."""
    cleaned = _clean("sms_number,opted out\n+16175550100,yes\n+1 617 555 0100,no\n+16175550101,no\n")
    assert cleaned.kept["sms_number"].tolist() == ["+16175550101"]


def test_a_consent_stays_with_its_number() -> None:
    """It is not moved to another one by merging."""
    cleaned = _clean(
        "email,sms_number,sms_consent_date\na@example.com,+16175550100,\na@example.com,+16175550199,2024-01-02\n"
    )
    assert "sms_consent_date" not in cleaned.kept.columns
    assert cleaned.kept["sms_number"].tolist() == ["+16175550100"]


def test_a_number_that_is_left_out_is_told() -> None:
    """Also where an address keeps the row."""
    cleaned = _clean("email,sms_number\na@example.com,12345\nb@example.com,+16175550100\n")
    assert list(cleaned.notes["note"]) == ["sms_number 12345 is left out: the SMS number has no country code"]


def test_a_street_of_two_lines_is_one_cell() -> None:
    """Each line has as many commas as a row, and is none."""
    cleaned = _clean('Email,Address\na@example.com,"12 Main St\nBoston, MA 02139"\nb@example.com,x\n')
    assert cleaned.kept["street"].tolist() == ["12 Main St Boston, MA 02139", "x"]


def test_nobody_elses_address_is_taken() -> None:
    """Whoever looks after a contact is not the contact."""
    cleaned = _clean("Name,Email,Owner Email\nAnn,,rep@example.com\nBob,b@example.com,rep@example.com\n")
    assert cleaned.addresses == ["b@example.com"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Vorname;Name;E-Mail\nAnna;Schmidt;a@example.com\nBen;Wolf;b@example.com\n", "Anna", "Schmidt"),
        ("Email,Name,First Name,Last Name\na@example.com,Ann Lee,,\n", "Ann", "Lee"),
        ("Email,Name,First Name,Last Name\na@example.com,Ann Lee,Anna,\n", "Anna", ""),
    ],
)
def test_a_name_beside_a_first_name_counts(text: str, first: str, last: str) -> None:
    """As the last name, or where the others are empty."""
    kept = _clean(text).kept.iloc[0]
    assert (kept["first_name"], kept.get("last_name", "")) == (first, last)


def test_a_card_with_a_full_name_only_keeps_it() -> None:
    """Version 4 asks for no other."""
    card = "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Lee\nEMAIL:a@example.com\nEND:VCARD\n"
    assert _clean(card, "x.vcf").kept[["first_name", "last_name"]].values.tolist() == [["Ann", "Lee"]]


def test_each_column_of_dates_has_its_own_order() -> None:
    """And a heading that says it counts where no cell does."""
    cleaned = _clean(
        "email,birthday,dob\na@example.com,12/31/1990,\nb@example.com,,25/12/1990\nc@example.com,,03/04/1990\n"
    )
    assert cleaned.kept[["birthday_month", "birthday_day"]].values.tolist() == [["12", "31"], ["12", "25"], ["4", "3"]]
    cleaned = _clean("email,Birthday (DD/MM)\na@example.com,03/04\n")
    assert cleaned.kept[["birthday_month", "birthday_day"]].values.tolist() == [["4", "3"]]
    cleaned = _clean("email,birthday,birthday_month,birthday_day\na@example.com,,5,12\n")
    assert cleaned.kept[["birthday_month", "birthday_day"]].values.tolist() == [["5", "12"]]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Email (e.g. ann@club.example.org)\nBob,b@example.com\n",
        "Contacts of ann@club.example.org\nName,Email\nBob,b@example.com\n",
    ],
)
def test_an_address_in_a_title_or_heading_is_nobodys(text: str) -> None:
    """It is not imported."""
    assert _clean(text).addresses == ["b@example.com"]


def test_other_sheets_of_a_workbook_are_named() -> None:
    """The one with addresses is read, wherever it stands; a gap in it ends nothing."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Read me"])  # type: ignore[union-attr]
    people, more = book.create_sheet("People"), book.create_sheet("More")
    people.append(["Email"])
    people.append(["a@example.com"])
    people.cell(1300, 1).value = "late@example.com"
    more.append(["b@example.com"])
    out = io.BytesIO()
    book.save(out)
    cleaned = clean(read_bytes(out.getvalue(), "x.xlsx"))
    assert cleaned.addresses == ["a@example.com", "late@example.com"]
    assert cleaned.encoding == "an Excel workbook, sheet 'People' (not read: Sheet, More)"


def test_letters_that_nobody_sees_do_no_harm() -> None:
    """Pages on the web put them before addresses and names."""
    cleaned = _clean("email,first_name\n\u200ba@example.com,\ufeffAnn\n")
    assert cleaned.kept[["email", "first_name"]].values.tolist() == [["a@example.com", "Ann"]]


def test_nothing_kept_says_why(tmp_path: Path) -> None:
    """With the reasons, so that it can be mended."""
    with pytest.raises(ContactFileError, match=r"\(2 × the address has no @\): mend the export"):
        _clean("email\nnobody\nnone\n").write(tmp_path / "out")


@pytest.mark.timeout(30)  # it takes about two seconds
def test_long_cells_cost_no_time() -> None:
    """A picture in a column, or a very long first line: what is looked at is bounded."""
    cleaned = _clean("email,photo\n" + f"a@example.com,{'A' * 200_000}\n" * 30)
    assert cleaned.kept_count == 1
    with pytest.raises(ContactFileError):
        _clean("A" * 2_000_000)


def test_more_custom_fields_than_a_contact_can_have_are_said() -> None:
    """Wherever they come from."""
    headings = ",".join(f"cf:f{n}" for n in range(26))
    with pytest.raises(ContactFileError, match="26 columns would become custom fields"):
        _clean(f"email,{headings}\na@example.com{',x' * 26}\n")


def test_a_region_is_a_country_with_phones() -> None:
    """UK is understood, a typing error is said."""
    text = "email,phone\na@example.com,07911 123456\n"
    assert _clean(text, phones="international", region="UK").kept["phone"].tolist() == ["+44 7911 123456"]
    with pytest.raises(ContactFileError, match="two letters, such as US"):
        _clean(text, region="XX")


def test_the_second_street_in_a_cell_is_told() -> None:
    """Google joins several with `:::`."""
    cleaned = _clean("email,street\na@example.com,1 Main St ::: 2 Oak Ave\n")
    assert cleaned.kept["street"].tolist() == ["1 Main St"]
    assert list(cleaned.notes["note"]) == ["one street a contact: 2 Oak Ave is left out"]


@pytest.mark.parametrize(
    "damage",
    [";" + 'a"=' * 40, ';TYPE="' + '",' * 60, ";" * 300, ";TYPE=" + "a," * 200, "=" * 100, ';X="a:b";TYPE=HOME'],
)
def test_a_damaged_line_of_a_card_takes_no_time(damage: str) -> None:
    """However its parameters are broken; the other lines count."""
    card = f"BEGIN:VCARD\nVERSION:3.0\nN:Lee;Ann\nTEL{damage}:1\nNOTE{damage}\nEMAIL:a@example.com\nEND:VCARD\n"
    assert _clean(card, "x.vcf").kept[["email", "first_name"]].values.tolist() == [["a@example.com", "Ann"]]


def test_headings_are_neutral_too_and_known_again(tmp_path: Path) -> None:
    """A spreadsheet takes a heading for a formula as well as a cell; the cleaning of the mended file knows its columns."""
    cleaned = _clean("=Email,@first_name,+x\nnobody,Ann,1\nb@example.com,Ben,2\n", columns={"=Email": "email"})
    written = rejected_csv(cleaned).decode("utf-8-sig")
    assert written.splitlines()[0].endswith("'=Email,'@first_name,'+x")
    again = _clean(written.replace("nobody", "a@example.com"), columns={"=Email": "email"})
    assert again.kept["email"].tolist() == ["a@example.com"]


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX systems")
@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o700), (0o022, 0o755), (0o027, 0o750)])
def test_the_folder_is_as_open_as_the_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        _clean("email\na@example.com\n").write(tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_rejected_rows_that_do_not_fit_leave_no_half_file(tmp_path: Path) -> None:
    """And the next try finds nothing in its way."""
    script = (
        "import resource, signal, sys; from pathlib import Path; from cctoolkit.contact_files import clean\n"
        "from cctoolkit.contact_files.writing import write_rejected; from cctoolkit.errors import ContactFileError\n"
        "cleaned = clean(sys.argv[1]); signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))\n"
        "for _ in range(2):\n"
        "    try: write_rejected(cleaned, Path(sys.argv[2]))\n"
        "    except ContactFileError as error: print(error)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "write_rejected(cleaned, Path(sys.argv[2]))\n"
    )
    source, out = tmp_path / "people.csv", tmp_path / "rejected.csv"
    source.write_text("email\na@example.com\n" + "".join(f"nobody {n}\n" for n in range(5_000)))
    done = subprocess.run([sys.executable, "-c", script, str(source), str(out)], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("cannot be written (File too large): choose another place.") == 2
    assert len(out.read_text("utf-8-sig").splitlines()) == 5_001


def test_a_file_moves_no_cursor_and_turns_no_sentence(tmp_path: Path) -> None:
    """Escapes of a terminal and marks of direction in a name, a heading or a cell stay out of what is printed."""
    path = tmp_path / "a\x1b]0;owned\x07b\u202ecsv"
    path.write_text("first\x1b[31mname,x\u202e\nAnn,1\n")
    with pytest.raises(ContactFileError) as raised:
        clean(path)
    path.write_text("email,first_name\nno\x1b[2Jbody\u202e,Ann\na@example.com,B\x07en\n")
    for text in (str(raised.value), str(clean(path).report()), repr(clean(path))):
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
        assert "owned" in text


def test_a_card_of_many_folded_lines_costs_no_time() -> None:
    """A picture of some megabytes in one card."""
    folded = "PHOTO;ENCODING=b:" + "\n ".join(["A" * 74] * 40_000)
    note = "NOTE:" + "\n ".join(["long " * 15] * 40_000)
    cleaned = _clean(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEMAIL:a@example.com\n{folded}\n{note}\nEND:VCARD\n", name="x.vcf"
    )
    assert cleaned.kept["email"].tolist() == ["a@example.com"]
