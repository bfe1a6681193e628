"""Whatever way an export comes, its rows are read, and the fast way and the careful one read the same."""

from __future__ import annotations

import datetime
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctoolkit.contact_files import clean, read, read_bytes
from cctoolkit.contact_files.reading import blocks
from cctoolkit.contact_files.reading.records import lines_of, records
from cctoolkit.errors import ContactFileError
from tests.marks import examples

CSV = "Email,First Name,City\nrene@example.com,René,Zürich\nzoe@example.com,Zoë,Köln\n"

TOKEN = st.sampled_from(
    ['"', ",", "\n", "\r\n", "a", "b c", '""', "x@y", '"q"', ',"', '",', "a\nb", ',"a\nb",', "\r", "é", '"a,b"', "\n\n"]
)


@settings(max_examples=examples(600), deadline=None)
@given(
    text=st.lists(TOKEN, max_size=40).map("".join),
    headings=st.integers(1, 4),
    width=st.integers(1, 4),
    block=st.sampled_from([7, 30, 8_000_000]),
)
def test_the_fast_way_reads_what_the_careful_one_does(text: str, headings: int, width: int, block: int) -> None:
    """Any text of quotation marks, delimiters and line ends, cut into blocks anywhere: the same rows on the same lines."""
    careful = [(start + 1, cells) for start, _, cells in records(lines_of(text), ",", width)]
    expected = []
    for line, cells in careful:
        padded = [*cells, *[""] * (headings - len(cells))]
        extra = padded[headings:] if any(cell.strip() for cell in padded[headings:]) else []
        expected.append((line, [*padded[:headings], *extra]))
    found = []
    for region in blocks.regions(io.BytesIO(text.encode()), 1, ",", width, block_size=block):
        for row in blocks.table(region, ",", headings, width).to_pylist():
            cells = [row[str(index)] for index in range(headings)]
            found.append((row["line"], cells + (row["extra"].split(blocks.EXTRA_JOIN) if row["extra"] else [])))
    assert found == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "cp1252", "latin-1", "mac_roman"])
def test_encodings_are_told_by_evidence(encoding: str) -> None:
    """With and without a byte-order mark; Mac Roman by its letters."""
    cleaned = clean(read_bytes(CSV.encode(encoding), "people.csv"))
    assert list(cleaned.kept["first_name"]) == ["René", "Zoë"]
    assert list(cleaned.kept["city"]) == ["Zürich", "Köln"]
    if encoding == "mac_roman":
        assert cleaned.encoding == "mac_roman (guessed by its letters)"


def test_nuls_and_lines_of_an_old_mac_are_no_trouble() -> None:
    """NULs are taken away, carriage returns alone end lines."""
    assert len(clean(read_bytes(CSV.replace("\n", "\r").encode(), "people.csv")).kept) == 2
    with_nuls = CSV.encode() + "\n".join(f"p{n}@example.com,A\0na,X" for n in range(200)).encode()
    cleaned = clean(read_bytes(with_nuls, "people.csv"))
    assert set(cleaned.kept["first_name"]) == {"René", "Zoë", "Ana"}


def test_an_archive_is_opened() -> None:
    """gzip, zip, and one in the other; what macOS adds to an archive is passed over."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__MACOSX/._contacts.csv", b"\0")
        archive.writestr("export/contacts.csv", CSV)
    for content in (gzip.compress(CSV.encode()), packed.getvalue(), gzip.compress(packed.getvalue())):
        assert len(clean(read_bytes(content, "contacts.csv.gz")).kept) == 2
    assert read_bytes(packed.getvalue(), "x.zip").name == "contacts.csv"


def test_an_archive_that_does_not_help_is_said() -> None:
    """Several files, none, and broken ones."""
    two, none = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    with zipfile.ZipFile(none, "w"):
        pass
    layers = CSV.encode()
    for _ in range(5):
        layers = gzip.compress(layers)
    for content, sentence in (
        (two.getvalue(), r"holds 2 files \(a.csv, b.csv\)"),
        (two.getvalue()[:-30], "broken archive"),
        (gzip.compress(CSV.encode())[:-12], "broken archive"),
        (layers, "an archive within archives"),
    ):
        with pytest.raises(ContactFileError, match=sentence):
            read_bytes(content, "x.zip")


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (
            ["ana@example.com,Ana,Silva,02451", "ben@example.com,Ben,Jones,02110", "cid@example.org,Cid,Doe,02110"],
            ["email", "first_name", "last_name", "zip"],
        ),
        (
            [f"P{n} Smith;+1 617 555 010{n};p{n}@example.com;MA" for n in "abcdefgh"],
            ["email", "first_name", "last_name", "state"],
        ),
    ],
)
def test_without_headings_columns_are_known_by_their_content(rows: list[str], columns: list[str]) -> None:
    """And the account says how sure that is; the first row is a contact."""
    cleaned = clean(read_bytes("\n".join(rows).encode(), "people.csv"))
    assert cleaned.source == "CSV without headings"
    assert len(cleaned.kept) == len(rows)
    assert [name for name in columns if name not in cleaned.kept.columns] == []
    assert "its cells look so" in cleaned.report()


def _workbook(rows: list[list[object]], zip_format: str = "00000") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.create_sheet("empty", 0)
    for row in rows:
        book.worksheets[1].append(row)
    for cell in book.worksheets[1]["C"]:
        cell.number_format = zip_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_an_export() -> None:
    """The first sheet that holds anything; dates, whole numbers and zip codes as a person sees them; rows by number."""
    content = _workbook(
        [
            ["The club"],
            ["Email", "First Name", "Zip", "Birthday", "Unsubscribed"],
            ["a@example.com", "Ana", 2110, datetime.datetime(1990, 5, 12), False],
            [],
            ["b@example.com", "Ben", 2110.0, None, True],
        ]
    )
    cleaned = clean(read_bytes(content, "club.xlsx"))
    assert cleaned.kept.to_dict("records") == [
        {
            **{"line": 3, "email": "a@example.com", "first_name": "Ana", "zip": "02110"},
            **{"birthday_month": "5", "birthday_day": "12"},
        }
    ]
    assert list(cleaned.rejected["line"]) == [4, 5]


def test_a_broken_workbook_is_said() -> None:
    """In one sentence."""
    import openpyxl

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "nothing")
    with pytest.raises(ContactFileError, match="cannot be read as a workbook"):
        read_bytes(packed.getvalue(), "x.xlsx")
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(ContactFileError, match="empty workbook"):
        read_bytes(out.getvalue(), "x.xlsx")


VCARDS = """BEGIN:VCARD\r
VERSION:3.0\r
PRODID:-//Apple Inc.//macOS 14.0//EN\r
N:García;Ana María;;;\r
FN:Ana María García\r
ORG:Acme\\, Inc.;Sales\r
item1.EMAIL;type=INTERNET:ana.work@example.com\r
EMAIL;type=INTERNET;type=HOME;type=pref:ana@example.com\r
TEL;type=CELL:+1 (617) 555-0100\r
ADR;type=HOME:;;1 Main St\\nApt 2;Boston;MA;02110;USA\r
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-12\r
item2.X-ABDATE;type=pref:2010-06-07\r
item2.X-ABLabel:_$!<Anniversary>!$_\r
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/\r
 4QBARXhpZgAATU0AKgAAAAgAAYdpAAQAAAABAAAAGgAAAAAAAqACAAQAAAABAAAA\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=B6=72=67;;;\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=C3=B6=72=67=20=4D=C3=BC=6C=6C=\r
=65=72\r
EMAIL;HOME:joerg@example.org\r
END:VCARD\r
stray\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Nobody\r
"""


def test_vcards_are_an_export() -> None:
    """Apple's and Android's: preferred address first, folded and quoted-printable lines, a birthday without a year."""
    cleaned = clean(read_bytes(VCARDS.encode(), "people.vcf"))
    ana, joerg = cleaned.kept.to_dict("records")
    assert cleaned.source == "Apple Contacts"
    assert ana == {
        **{"line": 1, "email": "ana@example.com", "first_name": "Ana María", "last_name": "García"},
        **{"company_name": "Acme, Inc.", "phone": "+1 (617) 555-0100", "street": "1 Main St Apt 2"},
        **{"city": "Boston", "state": "MA", "zip": "02110", "country": "USA", "anniversary": "06/07/2010"},
        **{"birthday_month": "5", "birthday_day": "12"},
    }
    assert (joerg["first_name"], joerg["last_name"], joerg["email"]) == ("Jörg", "Müller", "joerg@example.org")
    assert list(cleaned.notes["note"]) == ["one address a contact: ana.work@example.com is left out"]


def test_what_stands_between_cards_is_a_row_too() -> None:
    """And so is a card without an end: both are told, none is lost."""
    cleaned = clean(read_bytes(VCARDS.encode(), "people.vcf"))
    assert (cleaned.rows_in, list(cleaned.rejected["line"])) == (4, [24, 25])


def test_a_file_that_changes_meanwhile_is_said(tmp_path: Path) -> None:
    """The rows that were counted would not be those that are sent."""
    path = tmp_path / "people.csv"
    path.write_text(CSV)
    export = read(path)
    frame = export.frame()
    assert list(frame.index) == [2, 3]
    assert list(frame.columns) == ["Email", "First Name", "City"]

    class Growing(type(export)):  # type: ignore[misc]
        """An export to which somebody adds a row while it is read."""

        def readers(self, wanted=None):  # type: ignore[no-untyped-def]
            path.write_text(CSV + "later@example.com,Late,Rome\n")
            return super().readers(wanted)

    growing = Growing(**{name: getattr(export, name) for name in export.__dataclass_fields__})
    with pytest.raises(ContactFileError, match="was changed while it was read"):
        clean(growing)


def _book(cells: dict[str, object]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_that_is_filled_far_below_has_the_rows_that_it_has() -> None:
    """A forgotten cell in Excel's last row does not make a million rejected rows; a small gap is counted as it stands."""
    people = {"A1": "email", "A2": "a@example.com", "A5": "b@example.com"}
    cleaned = clean(read_bytes(_book({**people, "A1048576": "c@example.com"}), "x.xlsx"))
    assert cleaned.kept[["line", "email"]].values.tolist() == [
        [2, "a@example.com"],
        [5, "b@example.com"],
        [1048576, "c@example.com"],
    ]
    assert cleaned.rejected["line"].tolist() == [3, 4]


def test_a_workbook_that_is_spread_out_is_no_address_book() -> None:
    """Said before anything is read of it."""
    with pytest.raises(
        ContactFileError, match="a sheet of 1,048,576 rows and 16,384 columns, which is no address book"
    ):
        read_bytes(_book({"A1": "email", "A2": "a@example.com", "XFD1048576": "x"}), "x.xlsx")


def test_a_table_in_the_middle_of_a_sheet() -> None:
    """Its rows keep their numbers, and its zip codes their zeros."""
    cells = {"C4": "email", "D4": "zip", "C5": "a@example.com", "D5": 2139, "C6": "b@example.com", "D6": 21391234}
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(_book(cells)))
    book.active["D5"].number_format, book.active["D6"].number_format = "00000", "00000-0000"
    out = io.BytesIO()
    book.save(out)
    cleaned = clean(read_bytes(out.getvalue(), "x.xlsx"))
    assert cleaned.kept[["line", "email", "zip"]].values.tolist() == [
        [5, "a@example.com", "02139"],
        [6, "b@example.com", "02139-1234"],
    ]


_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="People">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def _ods(rows: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(rows=rows))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return packed.getvalue()


def _ods_row(*cells: str, repeated: int = 1) -> str:
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{written}</table:table-row>'


def test_an_opendocument_workbook_is_an_export() -> None:
    """LibreOffice pads a sheet to its last row with one row that is said to be repeated."""
    rows = _ods_row("Email", "First Name") + _ods_row("a@example.com", "Ana") + _ods_row("", repeated=1_048_574)
    cleaned = clean(read_bytes(_ods(rows), "club.ods"))
    assert cleaned.encoding == "an OpenDocument workbook"
    assert cleaned.kept[["line", "email", "first_name"]].values.tolist() == [[2, "a@example.com", "Ana"]]


def test_a_workbook_that_repeats_its_people_is_none() -> None:
    rows = _ods_row("Email", *["x"] * 60) + _ods_row("a@example.com", *["y"] * 60, repeated=1_000_000)
    with pytest.raises(ContactFileError, match="which is no address book"):
        read_bytes(_ods(rows), "club.ods")


def test_an_old_document_is_no_workbook() -> None:
    """An older Word's file begins as an older Excel's does."""
    with pytest.raises(ContactFileError, match="cannot be read as a workbook"):
        read_bytes(b"\xd0\xcf\x11\xe0" + bytes(600), "letter.doc")


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "cp850", "mac_roman", "cp1253", "utf-8", "utf-16"])
def test_an_encoding_that_is_said_counts(encoding: str, tmp_path: Path) -> None:
    """Whatever the few letters of a small file look like; the account says so."""
    name = {"cp1253": "Αθηνά", "cp850": "José", "mac_roman": "José"}.get(encoding, "Łukasz")
    path = tmp_path / "people.csv"
    path.write_bytes(f"email,first_name\na@example.com,{name}\n".encode(encoding))
    cleaned = clean(path, encoding=encoding, progress=False)
    assert list(cleaned.kept["first_name"]) == [name]
    assert cleaned.encoding.endswith("(as you said)")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("klingon", "no encoding 'klingon'"), ("base64", "no encoding"), ("ascii", "is not in ascii")],
)
def test_an_encoding_that_does_not_fit_is_said(encoding: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("email,first_name\na@example.com,Łukasz\n".encode())
    with pytest.raises(ContactFileError, match=said):
        clean(tmp_path / "people.csv", encoding=encoding)


@pytest.mark.parametrize("begin", ["", "version: 1\n\n", "# of the directory\n", "\n"])
def test_a_directorys_export_says_what_to_do(begin: str, tmp_path: Path) -> None:
    """LDIF is no table; the program that wrote it writes others."""
    (tmp_path / "people.ldif").write_text(f"{begin}dn: cn=Ana Lee,mail=ana@example.com\nmail: ana@example.com\n\n")
    with pytest.raises(ContactFileError, match=r"is LDIF.*export as vCard or CSV"):
        clean(tmp_path / "people.ldif")


def test_mended_cells_are_those_of_the_export() -> None:
    """By line and heading; the file, the other cells and the lines stay, over all blocks; what is nowhere is refused."""
    rows = "".join(f"p{n}@example.com,Name {n}\n" for n in range(30_000))
    export = read_bytes(f"Email,Name\n{rows}".encode(), "people.csv")
    mended = export.mended({2: {"Email": "first@example.com"}, 30_001: {"Email": "last@example.com", "Name": ""}})
    before, after = export.frame(), mended.frame()
    assert after.loc[2].tolist() == ["first@example.com", "Name 0"]
    assert after.loc[30_001].tolist() == ["last@example.com", ""]
    assert after.drop([2, 30_001]).equals(before.drop([2, 30_001]))
    assert export.frame().equals(before)
    with pytest.raises(ContactFileError, match=r"No row of people\.csv begins on line 30002"):
        export.mended({30_002: {"Email": "x@example.com"}})
    with pytest.raises(ContactFileError, match="has no column 'Mail'"):
        export.mended({2: {"Mail": "x@example.com"}})
    twice = read_bytes(b"Email,Email\na@example.com,b@example.com\n", "people.csv")
    with pytest.raises(ContactFileError, match="has more than one column 'Email'"):
        twice.mended({2: {"Email": "x@example.com"}})


@pytest.mark.parametrize("wrong", [None, 5, "half a letter \ud800"])
def test_what_is_no_text_mends_nothing(wrong: Any) -> None:
    """It is said before the file is read."""
    with pytest.raises(ContactFileError, match="on line 2 is no text"):
        read_bytes(b"Email\na@example.com\n", "people.csv").mended({2: {"Email": wrong}})


def test_a_file_that_was_changed_since_is_not_mended(tmp_path: Path) -> None:
    """Its lines are other people's by now."""
    path = tmp_path / "people.csv"
    path.write_text("Email\nana\n")
    mended = read(path).mended({2: {"Email": "ana@example.com"}})
    path.write_text("Email\nsomebody@example.com\nana\n")
    with pytest.raises(ContactFileError, match="changed since it was mended"):
        clean(mended)


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_comma_in_a_card_ends_nothing(version: str) -> None:
    """Escaped or not, in plain text or quoted-printable: what stands behind it is kept."""
    card = (
        f"BEGIN:VCARD\r\nVERSION:{version}\r\nN:Lee;Ann,Marie;;;\r\nFN:Lee, Ann\r\nORG:Lee, Ray & Co;Sales\r\nTITLE:CEO, Founder\r\n"
        "ADR:;;5 Oak St, Apt 2;Hull\\, East;MA;02045;US\r\nEMAIL:ann@example.com\r\nURL:https://example.com/a,b\r\n"
        "NOTE;ENCODING=QUOTED-PRINTABLE:one, two=2C three=5C=2C f=C3=BCnf\r\nCATEGORIES:a,b\r\nEND:VCARD\r\n"
    )
    [row] = read_bytes(card.encode(), "people.vcf").frame().to_dict("records")
    assert row["Name"] == "Lee, Ann"
    assert row["First Name"] == "Ann Marie"
    assert row["Company"] == "Lee, Ray & Co"
    assert row["Job Title"] == "CEO, Founder"
    assert (row["Street 1"], row["City 1"]) == ("5 Oak St, Apt 2", "Hull, East")
    assert row["Web Page"] == "https://example.com/a,b"
    assert row["Note"] == "one, two, three, fünf"
    assert row["Categories"] == "a, b"


def test_cards_that_name_their_encoding() -> None:
    """So few letters that nobody could guess it: telephones of Japan write so."""
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS:山田;太郎;;;\r\nEMAIL:taro@example.com\r\nEND:VCARD\r\n"
    export = read_bytes(card.encode("shift_jis"), "people.vcf")
    assert export.encoding == "shift_jis (as the cards say)"
    assert export.frame()[["Last Name", "First Name"]].to_numpy().tolist() == [["山田", "太郎"]]
    for named in ("UTF-8", "UTF-16", "ROT13", "HEX", "NONE"):
        wrong = read_bytes(card.replace("SHIFT_JIS", named).encode("shift_jis"), "people.vcf")
        assert wrong.frame()["Email 1"].tolist() == ["taro@example.com"]


def test_phones_in_one_line_of_a_card() -> None:
    """Each is one; a comma within a number is a pause, and stays."""
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@example.com\nTEL:617-555-0100, 617-555-0101\nTEL:+1 617 555 0102,,12\nEND:VCARD\n"
    cleaned = clean(read_bytes(card.encode(), "people.vcf"))
    assert cleaned.kept["phone"].tolist() == ["617-555-0100"]
    assert cleaned.kept["other_phone"].tolist() == ["617-555-0101"]
    assert cleaned.export.frame()["Phone 2"].tolist() == ["+1 617 555 0102,,12"]
