"""Which encoding a text is in, on evidence, and the text in UTF-8. What was found is told in words."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

from ...errors import ContactFileError
from .content import Content, put_aside
from .latin import guess

#: Encodings whose letters tell them from the Western ones.
OTHER_SCRIPTS = {"cp932", "shift_jis", "gb18030", "gb2312", "gbk", "big5", "euc_jp", "euc_kr", "cp949", "cp1251"} | {
    *("koi8_r", "mac_cyrillic", "cp1253", "cp1255", "cp1256", "iso8859_5", "iso8859_7", "shift_jis_2004", "hz")
}
#: Encodings that a card may name, as telephones and mail programs do.
_NAMED_BY_CARDS = frozenset(
    {
        *("shift_jis", "shift-jis", "sjis", "windows-31j", "cp932", "euc-jp", "iso-2022-jp", "gb2312", "gbk"),
        "gb18030",
        *("big5", "euc-kr", "koi8-r", "koi8-u", *(f"windows-{number}" for number in range(1250, 1259))),
        *(f"iso-8859-{number}" for number in (1, 2, 5, 7, 8, 9, 15)),
    }
)
#: How many bytes are read at once, and how many with letters beyond ASCII are looked at to tell an encoding.
CHUNK, SAMPLE = 4_000_000, 200_000
#: A text has fewer NULs than one character in so many.
NUL_SHARE = 5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)


@dataclass(frozen=True)
class Text:
    """A text in UTF-8, without NULs: `content` from the byte `start` on; `encoding` tells what it was."""

    content: Content
    encoding: str
    start: int = 0

    def open(self) -> BinaryIO:
        file = self.content.open()
        file.seek(self.start)
        return file


def as_utf8(content: Content) -> Text:
    """The text of an export. Where it is UTF-8 already, nothing is copied.

    Raises `ContactFileError` for what is no text.
    """
    head = content.head(4)
    for bom, encoding, said in _BOMS:
        if head.startswith(bom):
            if encoding == "utf-8":
                return _from_utf8(content, len(bom)) or _guessed(content, len(bom))
            return _transcoded(content, len(bom), encoding, said, strict=True)
    if wide := _utf16_without_mark(content.head(SAMPLE)):
        return _transcoded(content, 0, wide, f"{wide} (guessed: every other byte is empty)", strict=True)
    return _from_utf8(content, 0) or _guessed(content, 0)


def as_said(content: Content, encoding: str) -> Text:
    """The text in UTF-8, in the encoding that somebody says it has. Raises `ContactFileError` where that is none or does not fit."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
        name = "utf-8-sig" if name == "utf-8" else name  # with or without its mark
    except (LookupError, ValueError):
        raise ContactFileError(
            f"There is no encoding {encoding!r}: say one that Python knows, such as utf-8, cp1252 or mac_roman."
        ) from None
    try:
        return _transcoded(content, 0, name, f"{name} (as you said)", strict=True)
    except ContactFileError:
        raise ContactFileError(f"{content.name} is not in {encoding}: say another encoding, or none.") from None


def _from_utf8(content: Content, start: int) -> Text | None:
    """The text when it is UTF-8; None when it is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    nuls = size = 0
    returns = breaks = pending = False
    with content.open() as file:
        file.seek(start)
        while chunk := file.read(CHUNK):
            size += len(chunk)
            nuls += chunk.count(0) if b"\0" in chunk else 0
            breaks = breaks or b"\n" in chunk
            returns = returns or (not breaks and b"\r" in chunk)
            if pending or not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    return None
                pending = bool(decoder.getstate()[0])
    if pending:
        return None
    if nuls * NUL_SHARE > size:
        raise _no_text(content.name)
    if nuls or (returns and not breaks):
        return _transcoded(content, start, "utf-8", "utf-8", strict=True)
    return Text(content, "utf-8", start)


def _utf16_without_mark(sample: bytes) -> str:
    """UTF-16 of either kind, by where the empty bytes of its ASCII letters are."""
    half = len(sample) // 2
    if half < 2 or sample.count(0) * 3 < len(sample):
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 > half * 5 and even * 50 < half:
        return "utf-16-le"
    if even * 10 > half * 5 and odd * 50 < half:
        return "utf-16-be"
    return ""


def _no_text(name: str) -> ContactFileError:
    return ContactFileError(f"{name} is not text, so it is no CSV file: export your contacts again, as CSV (UTF-8).")


def _transcoded(content: Content, start: int, encoding: str, said: str, *, strict: bool = False) -> Text:
    """The same text in UTF-8, put aside. Lone carriage returns, as old Macs end lines, become line feeds."""
    decoder = codecs.getincrementaldecoder(encoding)("strict" if strict else "replace")
    return _rewritten(content, start, said, lambda chunk, last: decoder.decode(chunk, last))


def _rewritten(content: Content, start: int, said: str, decode: Callable[[bytes, bool], str]) -> Text:
    lost = nuls = written = 0

    def write(out: BinaryIO) -> None:
        nonlocal lost, nuls, written
        with content.open() as file:
            file.seek(start)
            for text in _texts(file, decode):
                nuls += text.count("\0")
                written += len(text)
                lost += text.count("\ufffd")
                out.write(text.replace("\0", "").encode("utf-8", "replace"))

    try:
        aside = put_aside(content.name, write, content.size)
    except UnicodeDecodeError:
        raise _no_text(content.name) from None
    if nuls * NUL_SHARE > written:
        raise _no_text(content.name)
    return Text(_with_line_feeds(aside), said + (f", {lost} letters unreadable" if lost else ""))


def _texts(file: BinaryIO, decode: Callable[[bytes, bool], str]) -> Iterator[str]:
    while chunk := file.read(CHUNK):
        yield decode(chunk, False)
    yield decode(b"", True)


def _with_line_feeds(content: Content) -> Content:
    """Where a file ends its lines with carriage returns alone, line feeds in their place."""
    with content.open() as file:
        returns = False
        while chunk := file.read(CHUNK):
            if b"\n" in chunk:
                return content
            returns = returns or b"\r" in chunk
    if not returns:
        return content

    def write(out: BinaryIO) -> None:
        with content.open() as file:
            while chunk := file.read(CHUNK):
                out.write(chunk.replace(b"\r", b"\n"))

    return put_aside(content.name, write, content.size)


def _guessed(content: Content, start: int) -> Text:
    """Text that is not UTF-8: a few odd lines in UTF-8, another script by its letters, else one of Latin letters."""
    foreign = odd = 0
    sample = bytearray()
    with content.open() as file:
        file.seek(start)
        for line in _lines(file):
            if line.isascii():
                continue
            foreign += 1
            odd += not _is_utf8(line)
            if len(sample) < SAMPLE:
                sample += line
    if odd * 10 <= foreign:
        return _line_by_line(content, start, f"utf-8, but {odd} lines in cp1252")
    evidence = bytes(sample)
    if said := _said_by_cards(content, evidence):
        with contextlib.suppress(ContactFileError):  # what they say need not be so
            return _transcoded(content, start, said, f"{said} (as the cards say)", strict=True)
    # In Western text an accented letter stands alone between ASCII ones; in other scripts such bytes come in runs.
    runs = re.findall(rb"[\x80-\xff]+", evidence)
    dense = sum(map(len, runs)) >= 2 * len(runs)
    found = from_bytes(evidence).best() if dense else None
    if found is not None and found.encoding in OTHER_SCRIPTS:
        with contextlib.suppress(ContactFileError):  # one byte that does not fit: then it is not this one
            return _transcoded(
                content, start, found.encoding, f"{found.encoding} (guessed by its letters)", strict=True
            )
    found_latin = guess(evidence)
    return _transcoded(content, start, found_latin.encoding, str(found_latin))


def _said_by_cards(content: Content, evidence: bytes) -> str:
    """The encoding that vCards of version 2.1 name in their lines, `N;CHARSET=SHIFT_JIS:`; nothing where they name none, or two."""
    if b"BEGIN:VCARD" not in content.head(1_000).upper():
        return ""
    heads = (line.partition(b":")[0] for line in evidence.splitlines())
    named = {
        name.decode().lower() for head in heads for name in re.findall(rb"(?i);CHARSET=\"?([A-Z0-9_-]{1,30})", head)
    }
    names = {codecs.lookup(name).name for name in named if name in _NAMED_BY_CARDS}
    return names.pop() if len(names) == 1 else ""


def _line_by_line(content: Content, start: int, said: str) -> Text:
    pending = bytearray()

    def decode(chunk: bytes, last: bool) -> str:
        pending.extend(chunk)
        end = len(pending) if last else pending.rfind(b"\n") + 1
        lines = bytes(pending[:end]).splitlines(keepends=True)
        del pending[:end]
        return "".join(line.decode("utf-8" if _is_utf8(line) else "cp1252", "replace") for line in lines)

    return _rewritten(content, start, said, decode)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines, however they end; a very long one in pieces."""
    while piece := file.readline(CHUNK):
        yield from piece.splitlines(keepends=True)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
