"""Many contacts in a few requests: an export writes them into one file, where pages take a request for each 500.

Nobody has published what stands in that file, so it is not believed blindly: its column of addresses is known by its heading or
by its cells, every row has to be whole and its address nobody else's, and there have to be as many as the service counts, or nearly.
Otherwise it is `Unusable`, and the pages are read.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, TypeVar

from ..errors import ApiError, QuotaExceeded, ServiceUnreachable, Unauthorized, UnexpectedAnswer
from .activities import ENDED_BADLY, Activities, ended

if TYPE_CHECKING:
    import pyarrow as pa

#: Pages above which an export is the cheaper way: it takes about so many requests itself.
CHEAPER_FROM = 20
#: Seconds between two looks at exports, at first and at last, and after which they are given up.
FIRST_LOOK, LAST_LOOK, PATIENCE = 1.0, 30.0, 900.0
#: Rows that are looked at to find a column of addresses that has no heading that says so.
LOOKED_AT = 200
#: The share of rows more or less than counted that are contacts who came or went meanwhile.
SHARE = 0.005
#: Bytes of the file that are read at once, and of it that stay in memory.
BLOCK, IN_MEMORY = 4_000_000, 16_000_000
#: Contacts that are handed on together, as in a page.
TOGETHER = 500

_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_PLACES = ("home", "work", "other")
_ADDRESS_PARTS = {
    "street": ("street address line 1", "street address", "street"),
    "city": ("city",),
    "state": ("state/province", "state"),
    "postal_code": ("zip/postal code", "zip", "postal code"),
    "country": ("country",),
}
#: What a column is, by its heading in words.
_HEADINGS: dict[str, str] = {
    **dict.fromkeys(("email address", "email", "e mail", "e mail address"), "address"),
    "first name": "first_name",
    "last name": "last_name",
    **dict.fromkeys(("company", "company name"), "company_name"),
    "job title": "job_title",
    **dict.fromkeys(("email permission status", "email permission", "permission to send"), "permission_to_send"),
    **dict.fromkeys(("email opt in date", "confirmed opt in date", "opt in date"), "opt_in_date"),
    **dict.fromkeys(("confirmed opt out date", "email opt out date", "opt out date"), "opt_out_date"),
    "birthday": "birthday",
    "anniversary": "anniversary",
    **dict.fromkeys(("source name", "create source"), "create_source"),
    "created at": "created_at",
    "updated at": "updated_at",
    "tags": "taggings",
    **dict.fromkeys(("email lists", "lists"), "list_memberships"),
    **{f"phone {kind}": f"phone_numbers {kind}" for kind in (*_PLACES, "mobile")},
    **{
        f"{words} {kind}": f"street_addresses {kind} {part}"
        for part, named in _ADDRESS_PARTS.items()
        for words in named
        for kind in _PLACES
    },
}
_PERMISSIONS = {
    **dict.fromkeys(("express", "explicit"), "explicit"),
    **dict.fromkeys(("implied", "implicit"), "implicit"),
    **dict.fromkeys(("unsubscribed", "opted out"), "unsubscribed"),
    **dict.fromkeys(("awaiting confirmation", "pending confirmation", "pending"), "pending_confirmation"),
    **dict.fromkeys(("not set", "none"), "not_set"),
    **dict.fromkeys(("on hold", "temporary hold", "temp hold"), "temp_hold"),
}
_CORE = ("first_name", "last_name", "job_title", "company_name", "anniversary", "create_source")
_TIMES = ("created_at", "updated_at")
_OF_EMAIL = ("permission_to_send", "opt_in_date", "opt_out_date")
#: The sub-resources that a file has columns of. Of several phones or addresses of one kind it has the first.
FLATTENED = ("phone_numbers", "street_addresses", "custom_fields", "list_memberships", "taggings")

Item = TypeVar("Item")


class Unusable(Exception):
    """The export cannot serve; its text says why, in a few words."""


@dataclass(frozen=True)
class Wanted:
    """What is to be exported: of lists, of tags, of a status, or of the account. `counted`: how many the service counts."""

    counted: int
    list_ids: Sequence[str] = ()
    tag_ids: Sequence[str] = ()
    status: str | None = None
    #: The service's names of fields; none for all.
    fields: Sequence[str] = ()
    #: Whether nobody may be lacking, who would be taken for somebody that the service does not know.
    exact: bool = False


@dataclass
class Exporting:
    """Makes exports and fetches their files; counts the requests that this took."""

    activities: Activities
    sleep: Callable[[float], None]
    requests: int = field(default=0, init=False)

    def files(self, *wanted: Wanted) -> list[ExportedFile]:
        """The file of each, in that order; they are made beside each other.

        Raises `Unusable`, whatever is wrong with one of them.
        """
        found: list[ExportedFile] = []
        try:
            reports = [self._start(each) for each in wanted]
            for each, report in zip(wanted, self._completed(reports), strict=True):
                file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # `ExportedFile` closes it
                self.requests += 1
                try:
                    text = self.activities.exported(report, into=file)  # type: ignore[arg-type]
                    if text:
                        raise Unusable("the exported file is no CSV")
                    found.append(ExportedFile(file, each))
                except BaseException:
                    file.close()
                    raise
        except BaseException as error:
            for other in found:
                other.close()
            if isinstance(error, QuotaExceeded | Unauthorized):
                raise
            # Whatever stays wrong, the pages say again.
            if isinstance(error, ApiError | ServiceUnreachable | UnexpectedAnswer | KeyError):
                raise Unusable(f"the service did not export ({type(error).__name__})") from error
            raise
        return found

    def _start(self, wanted: Wanted) -> dict[str, Any]:
        self.requests += 1
        return self.activities.export_contacts(
            fields=wanted.fields, list_ids=wanted.list_ids, tag_ids=wanted.tag_ids, status=wanted.status
        )

    def _completed(self, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pause, began, waited = FIRST_LOOK, time.monotonic(), 0.0
        while not all(map(ended, reports)):
            if max(waited, time.monotonic() - began) > PATIENCE:
                raise Unusable("the export did not complete")
            self.sleep(pause)
            waited += pause
            pause = min(pause * 1.6, LAST_LOOK)
            for at, report in enumerate(reports):
                if not ended(report):
                    self.requests += 1
                    reports[at] = self.activities.get(str(report["activity_id"]))
        for report in reports:
            if report.get("state") in ENDED_BADLY:
                raise Unusable(f"the export ended as {report.get('state')}")
        return reports


class ExportedFile:
    """The file of an export, looked at once from beginning to end; what it holds is read a block at a time.

    `columns` says where what stands; a heading that stands there twice, as a custom field may be called like a column of the
    service's own, is none of them. `count` is how many contacts it holds, `nameless` how many of them have no address.
    """

    def __init__(self, file: IO[bytes], wanted: Wanted) -> None:
        self._file = file
        self.headings = self._first_row()
        self._check_end()
        self.count = self.nameless = 0
        self.columns = self._columns()
        self.columns["address"] = self._address_column()
        self._look()
        counted = wanted.counted
        apart = abs(self.count - counted) > counted * SHARE
        if apart or (wanted.exact and self.count < counted):
            raise Unusable(f"the exported file holds {self.count:,} contacts, and the service counts {counted:,}")

    def column_of(self, heading: str) -> int | None:
        """Where the one column of this heading stands, whatever its case; None where there is none, or more than one."""
        wanted = _words(heading)
        found = [at for at, each in enumerate(self.headings) if _words(each) == wanted]
        return found[0] if len(found) == 1 and wanted not in _HEADINGS else None

    def addresses(self) -> Iterator[str]:
        """The address of each contact that has one, in lower case."""
        for [cells] in self.rows([self.columns["address"]]):
            for cell in cells:
                if address := cell.strip().lower():
                    yield address

    def rows(self, columns: Sequence[int]) -> Iterator[list[list[str]]]:
        """The cells of these columns, a block at a time: a list a column."""
        for table in self._blocks(columns):
            yield [column.to_pylist() for column in table.columns]

    def close(self) -> None:
        self._file.close()

    def _columns(self) -> dict[str, int]:
        places: dict[str, list[int]] = {}
        for at, heading in enumerate(self.headings):
            if (name := _HEADINGS.get(_words(heading))) is not None:
                places.setdefault(name, []).append(at)
        return {name: found[0] for name, found in places.items() if len(found) == 1}

    def _address_column(self) -> int:
        """By its heading, else by the cells of the first rows."""
        named = [at for at, heading in enumerate(self.headings) if _HEADINGS.get(_words(heading)) == "address"]
        if len(named) == 1:
            return named[0]
        first = next(self._blocks(range(len(self.headings))), None) if not named else None
        for at, column in enumerate(first.slice(0, LOOKED_AT).columns if first is not None else ()):
            cells = [cell for cell in column.to_pylist() if cell.strip()]
            if cells and all(map(_is_address, cells)):
                return at
        raise Unusable("the exported file has no column of addresses")

    def _look(self) -> None:
        """How many rows there are. Reads all of them, so that one that is cut off, or holds no address of its own, is known."""
        seen: set[int] = set()
        addressed = 0
        for table in self._blocks(range(len(self.headings))):
            for cell in table.column(self.columns["address"]).to_pylist():
                if address := cell.strip().lower():
                    if not _is_address(address):
                        raise Unusable("the exported file has something else among its addresses")
                    addressed += 1
                    seen.add(hash(address))
            self.count += table.num_rows
        self.nameless = self.count - addressed
        if self.count and not addressed:
            raise Unusable("the exported file has no addresses")
        if len(seen) < addressed:
            raise Unusable("the exported file has an address twice")

    def _check_end(self) -> None:
        """A file that does not end with a line was cut off."""
        self._file.seek(0, io.SEEK_END)
        size = self._file.tell()
        self._file.seek(max(size - 1, 0))
        if size and self._file.read(1) not in (b"\n", b"\r"):
            raise Unusable("the exported file is cut off")

    def _first_row(self) -> list[str]:
        self._file.seek(0)
        text = io.TextIOWrapper(io.BufferedReader(_Open(self._file)), encoding="utf-8-sig", newline="")
        try:
            return next(csv.reader(text), [])
        except (csv.Error, UnicodeDecodeError) as error:
            raise Unusable("the exported file is no CSV") from error
        finally:
            text.detach()

    def _blocks(self, columns: Iterable[int]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        if not self.headings:
            raise Unusable("the exported file is empty")
        names = [str(at) for at in range(len(self.headings))]
        self._file.seek(0)
        try:
            with arrow_csv.open_csv(
                _Open(self._file),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, skip_rows_after_names=1, block_size=BLOCK, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    include_columns=[str(at) for at in columns],
                ),
            ) as reader:
                yield from reader
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return  # headings alone
            raise Unusable("rows of the exported file are cut off") from error


class _Open(io.RawIOBase):
    """The file, left open by whoever reads it to its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._inner = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._inner.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


@dataclass(frozen=True)
class Names:
    """What the file tells by name and the service's answers by id."""

    lists: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    #: Custom fields, as the service answers them.
    fields: Sequence[Mapping[str, Any]] = ()


def contacts(
    file: ExportedFile, include: Iterable[str] = (), names: Names | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Pages of contacts as the service answers them, of what the file has: no ids, and one phone and address of a kind.

    Raises `Unusable` at once where it lacks a sub-resource that is wanted.
    """
    names = names or Names()
    wanted = [name for name in include if name in FLATTENED]
    at = {name: column for name, column in file.columns.items() if _of(name) in (*_OWN, *wanted)}
    if "custom_fields" in wanted:
        for each in names.fields:
            column = file.column_of(str(each.get("label")))
            if column is None:
                raise Unusable(f"the exported file has no column of its own for the custom field {each.get('label')!r}")
            at[f"custom_fields {each.get('custom_field_id')}"] = column
    for known, name in ((names.lists, "list_memberships"), (names.tags, "taggings")):
        if name in wanted and any(", " in each for each in known):
            raise Unusable(f"of {name} one has a comma in its name, which stands between two")
    for name in wanted:
        if name != "custom_fields" and not any(_of(column) == name for column in at):
            raise Unusable(f"the exported file has no {name}")
    return _pages(file, list(at.values()), _Builder(list(at), wanted, names))


def _pages(file: ExportedFile, columns: list[int], build: _Builder) -> Iterator[list[dict[str, Any]]]:
    for cells in file.rows(columns):
        rows = [build(row) for row in zip(*cells, strict=True)]
        for start in range(0, len(rows), TOGETHER):
            yield rows[start : start + TOGETHER]


_OWN = ("address", *_OF_EMAIL, *_CORE, *_TIMES, "birthday")


def _of(column: str) -> str:
    """The property that a column is of, or is a part of."""
    return column.partition(" ")[0]


class _Builder:
    """Makes a contact of a row's cells."""

    def __init__(self, columns: list[str], include: list[str], names: Names) -> None:
        self._place = {name: at for at, name in enumerate(columns)}
        self._include = include
        self._names = names
        self._core = [(name, self._place[name]) for name in _CORE if name in self._place]
        self._times = [(name, self._place[name]) for name in _TIMES if name in self._place]
        self._email = [(name, self._place[name]) for name in _OF_EMAIL if name in self._place]
        self._choices = {str(each.get("custom_field_id")): _choices(each) for each in names.fields}
        self._entries: dict[str, list[tuple[str, str, int]]] = {name: [] for name in include}
        for column, at in self._place.items():
            name, _, rest = column.partition(" ")
            kind, _, part = rest.partition(" ")
            if name in self._entries and rest:
                self._entries[name].append((kind, part, at))

    def __call__(self, row: Sequence[str]) -> dict[str, Any]:
        email: dict[str, Any] = {"address": row[self._place["address"]].strip()}
        for name, at in self._email:
            if row[at]:
                email[name] = _permission(row[at]) if name == "permission_to_send" else _time(row[at])
        contact: dict[str, Any] = {"email_address": email} if email["address"] else {}
        for name, at in self._core:
            if row[at]:
                contact[name] = row[at]
        for name, at in self._times:
            if row[at]:
                contact[name] = _time(row[at])
        if "birthday" in self._place and (
            day := re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})\s*", row[self._place["birthday"]])
        ):
            contact["birthday_month"], contact["birthday_day"] = int(day[1]), int(day[2])
        for name in self._include:
            contact[name] = self._sub_resource(name, row)
        return contact

    def _custom_field(self, field_id: str, cell: str) -> dict[str, Any]:
        known = self._choices.get(field_id)
        parts = [cell] if known and cell in known else cell.split(",")
        if known and all(part.strip() in known for part in parts):
            return {"custom_field_id": field_id, "choice_ids": [known[part.strip()] for part in parts]}
        return {"custom_field_id": field_id, "value": cell}

    def _sub_resource(self, name: str, row: Sequence[str]) -> list[Any]:
        entries = self._entries[name]
        if name == "phone_numbers":
            return [{"kind": kind, "phone_number": row[at]} for kind, _, at in entries if row[at]]
        if name == "custom_fields":
            return [self._custom_field(field_id, row[at]) for field_id, _, at in entries if row[at]]
        if name == "street_addresses":
            places: dict[str, dict[str, str]] = {}
            for kind, part, at in entries:
                if row[at]:
                    places.setdefault(kind, {"kind": kind})[part] = row[at]
            return list(places.values())
        return _ids(row[self._place[name]], self._names.lists if name == "list_memberships" else self._names.tags)


def _choices(custom_field: Mapping[str, Any]) -> dict[str, str]:
    """Of a select, the ids of its choices by id and by label; nothing of any other field."""
    choices = [each for each in custom_field.get("choices") or [] if isinstance(each, Mapping)]
    by_label = {str(each.get("choice_label")): str(each.get("choice_id")) for each in choices}
    return by_label | {each: each for each in by_label.values()}


def _ids(cell: str, known: Mapping[str, str]) -> list[str]:
    """The ids of what is told by name. Raises `UnexpectedAnswer` for a name that nothing has."""
    names = list(filter(None, cell.split(", ")))
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise UnexpectedAnswer(
            f"The exported file tells of {unknown!r}, which the account does not have: read the contacts with by='pages'."
        )
    return [known[name] for name in names]


def _permission(said: str) -> str:
    return _PERMISSIONS.get(_words(said), said)


def _time(said: str) -> str:
    """`2021-11-15 19:42:23 +0000` as the answers write it; whatever else as it is."""
    return f"{said[:10]}T{said[11:19]}Z" if len(said) == 25 and said.endswith(" +0000") else said


def _is_address(cell: str) -> bool:
    return _ADDRESS.fullmatch(cell.strip()) is not None


def _words(heading: str) -> str:
    return " ".join(re.findall(r"[\w/]+", heading.replace("_", " ").casefold()))


def closing_at_end(files: Iterable[ExportedFile], items: Iterator[Item]) -> Iterator[Item]:
    """The items that are read from the files, which are closed after the last of them, or when nobody wants more."""
    try:
        yield from items
    finally:
        for file in files:
            file.close()


def addresses(exporting: Exporting, wanted: Wanted) -> Iterator[str]:
    """The address of each contact in lower case. Raises `Unusable` before the first one."""
    [file] = exporting.files(wanted)
    return closing_at_end([file], file.addresses())
