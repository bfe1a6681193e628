"""vCards (`.vcf`), as Apple's and Android's address books export them: a row a card."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Iterator
from typing import Any, TextIO

from ..columns.sources import Source, recognize_vcard
from .content import Content
from .encodings import Text
from .export import Export, in_blocks

#: Several values of one kind stand in columns with a number; what is beyond is joined into the last.
EMAILS, PHONES, ADDRESSES = 5, 9, 3

_ADDRESS = {
    "street": "Street",
    "street2": "Street2",
    "city": "City",
    "state": "State",
    "zip": "Zip",
    "country": "Country",
}
_COLUMNS = {
    "email": tuple(f"Email {number}" for number in range(1, EMAILS + 1)),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "name": ("Name",),
    "company_name": ("Company",),
    "job_title": ("Job Title",),
    "phone": tuple(f"Phone {number}" for number in range(1, PHONES + 1)),
    **{part: tuple(f"{name} {number}" for number in range(1, ADDRESSES + 1)) for part, name in _ADDRESS.items()},
    "birthday": ("Birthday",),
    "anniversary": ("Anniversary",),
}
#: What a card holds besides, that no contact has a place for: it is told, and a custom field can take it.
_BESIDES = {"Nickname": "nickname", "Categories": "categories", "Role": "role", "Web Page": "url", "Chat": "impp"}
#: Of which kind a phone or an address is: nothing that is imported by itself.
_LABELS = (
    *(f"Phone {number} - Label" for number in range(1, PHONES + 1)),
    *(f"Address {number} - Label" for number in range(1, ADDRESSES + 1)),
)
HEADINGS = (
    *("First Name", "Last Name", "Name", "Company", "Job Title"),
    *(f"Email {number}" for number in range(1, EMAILS + 1)),
    *(f"Phone {number}" for number in range(1, PHONES + 1)),
    *(f"{part} {number}" for number in range(1, ADDRESSES + 1) for part in _ADDRESS.values()),
    *("Birthday", "Anniversary", "Department", "Note", "More Addresses"),
    *_BESIDES,
    *_LABELS,
)
#: Lines of a card that hold no text: pictures and keys are long, and nobody imports them.
_BINARY = ("PHOTO", "LOGO", "SOUND", "KEY")
_NAME = re.compile(r"(?:[A-Za-z0-9-]{1,60}\.)?[A-Za-z0-9-]{1,60}")
_PARAMETER = re.compile(r"[A-Za-z0-9-]{1,60}(?:=[A-Za-z0-9_./-]{0,60})?")
#: Names whose values are lists. In all others a comma is a comma: version 2.1 does not know it as anything else, and programs that
#: write version 3 forget to escape it. What reads the card would keep what stands before the first one.
_LISTS = frozenset({"N", "CATEGORIES"})
_COMMA = re.compile(r"(?<!\\)(?<!=5C),")
_COMMA_IN_QUOTED_PRINTABLE = re.compile(r"(?<!\\)(?<!=5C)=2C", re.IGNORECASE)
#: Several phones in one line; a comma within a number is a pause of the dialling.
_NUMBERS = re.compile(r"\+?[0-9][0-9 ()./-]{5,20}[0-9]")
LONGEST_VALUE = 20_000
MOST_PARAMETERS = 8
#: A card of more lines than this is no card.
MOST_LINES = 50_000
LOOKED_AT = 100_000


def read_vcards(text: Text, given: Content) -> Export:
    """The export that vCards are; a row's line is that of the card's BEGIN."""

    def rows() -> Iterator[tuple[int, list[str]]]:
        with io.TextIOWrapper(text.open(), "utf-8", errors="replace", newline=None) as lines:
            for line, card in _cards(lines):
                yield line, _cells(card)

    with text.open() as file:
        source = Source(_program(file.read(LOOKED_AT)), frozenset(), _COLUMNS, ignored=_LABELS)
    readers = in_blocks(rows, len(HEADINGS))
    return Export(text.content.name, text.encoding, "", HEADINGS, True, given, 0, readers, source)


def _program(head: bytes) -> str:
    """Which program wrote the cards, as far as the first of them tells."""
    found: dict[bytes, str] = {}
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        found.setdefault(name.partition(b";")[0].strip().upper(), value.decode("utf-8", "ignore").strip())
    return recognize_vcard(found.get(b"PRODID", ""), found.get(b"VERSION", ""))


def _cards(lines: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The lines of each card without pictures, and the line where it begins. What stands between cards is a card too,
    unless it is blank: nothing is lost without a word."""
    card: list[str] = []
    begun, skipping = 0, False
    within = 0  # a card that stands in this one, as an assistant's does, is somebody else's
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        name = line.partition(":")[0].partition(";")[0].rpartition(".")[2].strip().upper()
        marks = line.partition(":")[2].strip().upper() == "VCARD"
        if card and _is_agent(card[-1]) and name == "BEGIN" and marks:
            within = 1
            continue
        if within:
            within += (name == "BEGIN" and marks) - (name == "END" and marks)
            continue
        if name == "BEGIN" and marks:
            if card:
                yield begun, card
            card, begun, skipping = [line], number, False
            continue
        if not card:
            if line.strip():
                card, begun = [line], number
            continue
        # A folded line goes on with a blank; a picture of version 2.1 ends with an empty line.
        if skipping and (line[:1] in {" ", "\t"} or (line and ":" not in line)):
            continue
        skipping = name in _BINARY
        if not skipping and line and len(card) < MOST_LINES:
            card.append(line)
        if name == "END" and line.partition(":")[2].strip().upper() == "VCARD":
            yield begun, card
            card = []
    if card:
        yield begun, card


def _is_agent(line: str) -> bool:
    """Whether the line says that another person's card follows."""
    name, _, value = line.partition(":")
    return name.partition(";")[0].rpartition(".")[2].strip().upper() == "AGENT" and not value.strip()


def _plain_lines(card: list[str]) -> list[str]:
    """The lines of a card, unfolded, with the parameters that matter and no others.

    The pattern by which vobject takes a line apart can take for ever on a damaged one, so it is given only such as it
    reads at once.
    """
    # In pieces, joined once: adding each to what is there takes hours for a long picture.
    whole: list[list[str]] = []
    for line in card:
        if whole and line[:1] in {" ", "\t"}:
            whole[-1].append(line[1:])
        elif whole and whole[-1][-1].endswith("=") and "QUOTED-PRINTABLE" in whole[-1][0].partition(":")[0].upper():
            whole[-1][-1] = whole[-1][-1][:-1]
            whole[-1].append(line)
        else:
            whole.append([line])
    return [plain for pieces in whole if (plain := _plain_line("".join(pieces)))]


def _plain_line(line: str) -> str:
    left, colon, value = line.partition(":")
    while left.count('"') % 2 and ":" in value:  # a colon within quotation marks ends nothing
        more, _, value = value.partition(":")
        left += more
    name, *parameters = left.split(";")
    if not colon or not _NAME.fullmatch(name.strip()):
        return ""
    kept = [parameter for parameter in _one_by_one(parameters) if _PARAMETER.fullmatch(parameter)]
    # No field takes as much, and what reads it takes time by the square of its length.
    value = value[:LONGEST_VALUE]
    bare = name.strip().rpartition(".")[2].upper()
    if bare == "TEL" and len(numbers := _NUMBERS.findall(value)) > 1 and not _NUMBERS.sub("", value).strip(" ,"):
        value = " ::: ".join(numbers)  # as several stand in a cell
    elif bare not in _LISTS:
        value = _COMMA.sub(r"\\,", value)
        if any("QUOTED-PRINTABLE" in parameter.upper() for parameter in kept):
            value = _COMMA_IN_QUOTED_PRINTABLE.sub("=5C=2C", value)
    return ";".join([name.strip(), *kept[:MOST_PARAMETERS]]) + f":{value}"


def _one_by_one(parameters: list[str]) -> Iterator[str]:
    """Parameters with one value each: `TYPE=WORK,PREF` is two."""
    for parameter in parameters:
        name, sign, values = parameter.replace('"', "").strip().partition("=")
        for value in values.split(","):
            yield f"{name}{sign}{value.strip()}"


def _cells(card: list[str]) -> list[str]:
    import vobject

    logging.getLogger("vobject.base").setLevel(logging.CRITICAL)
    try:
        read = vobject.readOne("\r\n".join(_plain_lines(card)) + "\r\n", allowQP=True, ignoreUnreadable=True)
        entries = read.contents if read is not None and read.name.upper() == "VCARD" else {}
    except Exception:  # vobject raises whatever a broken card makes it stumble over: the row says that it holds nothing
        entries = {}
    name = _first(entries, "n")
    given, family = _text(getattr(name, "given", "")), _text(getattr(name, "family", ""))
    whole, company = _text(_first(entries, "fn")), _text(_company(_first(entries, "org")))
    if _is_of_a_company(entries) and not given and not family:
        whole, company = "", company or whole
    return [
        given,
        family,
        whole,
        company,
        _text(_first(entries, "title")),
        *_several(entries, "email", EMAILS),
        *_several(entries, "tel", PHONES),
        *(cell for number in range(ADDRESSES) for cell in _address(entries, number)),
        _text(_first(entries, "bday")),
        _text(_first(entries, "anniversary") or _labelled_date(entries)),
        _text(", ".join(map(_text, _departments(_first(entries, "org"))))),
        " ".join([_text(entry.value) for entry in entries.get("note", [])] or ([] if entries else card)),
        " ::: ".join(
            ", ".join(filter(None, _address(entries, n))) for n in range(ADDRESSES, len(entries.get("adr", [])))
        ),
        *(", ".join(_texts(entries, name)) for name in _BESIDES.values()),
        *_labels(entries, "tel", PHONES),
        *_labels(entries, "adr", ADDRESSES),
    ]


def _is_of_a_company(entries: dict[str, list[Any]]) -> bool:
    """Whether a card says that it is no person's: by its kind (version 4), or by how Apple's address book shows it."""
    said = {_text(_first(entries, "kind")).lower(), _text(_first(entries, "x-abshowas")).lower()}
    return bool(said & {"org", "company"})


def _company(value: Any) -> Any:
    """The first of an organization's parts: the others are its departments."""
    return next(iter(value), "") if isinstance(value, list | tuple) else value


def _departments(value: Any) -> list[Any]:
    """The parts of an organization after its name: nothing that is imported, so that it is told."""
    return [each for each in list(value)[1:] if each] if isinstance(value, list | tuple) else []


def _first(entries: dict[str, list[Any]], name: str) -> Any:
    found = entries.get(name)
    return found[0].value if found else ""


def _rank(entry: Any) -> int:
    """`PREF=1` before `PREF=2` (version 4); `TYPE=PREF` (3) and a bare `PREF` (2.1) before all that say nothing."""
    given = getattr(entry, "params", {})
    types = {str(each).lower() for each in (*given.get("TYPE", []), *getattr(entry, "singletonparams", []))}
    number = str((given.get("PREF") or [""])[0])
    if number.isdecimal():
        return int(number)
    return 0 if "pref" in types or "PREF" in given else 101


def _several(entries: dict[str, list[Any]], name: str, most: int) -> list[str]:
    values = [_text(entry.value) for entry in sorted(entries.get(name, []), key=_rank)]
    values = [value.removeprefix("tel:") for value in values]
    return [*values[: most - 1], " ::: ".join(values[most - 1 :]), *[""] * (most - 1 - len(values))][:most]


def _labels(entries: dict[str, list[Any]], name: str, most: int) -> list[str]:
    """The types of each value, or Apple's own label of it, in the order of the values."""
    said = _ab_labels(entries)
    found = []
    for entry in sorted(entries.get(name, []), key=_rank)[:most]:
        types = (*getattr(entry, "params", {}).get("TYPE", []), *getattr(entry, "singletonparams", []))
        found.append(" ".join([*map(str, types), said.get(str(getattr(entry, "group", None)), "")]).strip())
    if len(entries.get(name, [])) > most:
        found[-1] = ""  # several stand in the last column
    return [*found, *[""] * (most - len(found))]


def _ab_labels(entries: dict[str, list[Any]]) -> dict[Any, str]:
    return {entry.group: _text(entry.value) for entry in entries.get("x-ablabel", []) if getattr(entry, "group", None)}


def _address(entries: dict[str, list[Any]], number: int) -> list[str]:
    found = sorted(entries.get("adr", []), key=_rank)
    if number >= len(found):
        return [""] * 6
    value = found[number].value
    names = ("street", "extended", "city", "region", "code", "country")
    street, *rest = [_text(getattr(value, name, "")) for name in names]
    box = _text(getattr(value, "box", ""))
    return [street or box, *rest]


def _labelled_date(entries: dict[str, list[Any]]) -> str:
    """Apple writes an anniversary as a date with the label `_$!<Anniversary>!$_`."""
    labels = _ab_labels(entries)
    for name in ("x-anniversary", "x-ms-anniversary", "x-evolution-anniversary", "x-kaddressbook-x-anniversary"):
        if found := _text(_first(entries, name)):
            return found
    for entry in entries.get("x-android-custom", []):  # kind 1 of an event is an anniversary
        kind, *values = _text(entry.value).split(";")
        if kind.endswith("contact_event") and values[1:2] == ["1"]:
            return values[0]
    for entry in entries.get("x-abdate", []):
        if "anniversary" in labels.get(getattr(entry, "group", None), "").lower():
            return _text(entry.value)
    return ""


def _texts(entries: dict[str, list[Any]], name: str) -> list[str]:
    """All values of a name, one by one: each category may say something by itself."""
    values = [entry.value for entry in entries.get(name, [])]
    return [_text(each) for value in values for each in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(filter(None, (_text(each) for each in value)))
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return value.decode()
        return ""
    return str(value or "").replace("\\:", ":").strip()
