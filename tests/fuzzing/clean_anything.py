"""Feeds mutated exports to the cleaning for as long as you like: whatever comes, it ends in an account or in a sentence.

    python tests/fuzzing/clean_anything.py [SECONDS] [SEED]

The sample exports are the seeds. What fails is written beside the current folder as fuzz-failure-N.bin, with its
traceback on the screen; make it a test in tests/contact_files. Ends with 1 when anything failed.
"""

from __future__ import annotations

import codecs
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

from cctoolkit.contact_files import clean, read_bytes
from cctoolkit.contact_files.parts import MOST_BYTES, MOST_LINES
from cctoolkit.contact_files.rules.email_addresses import validated
from cctoolkit.errors import CctoolkitError

DATA = Path(__file__).parents[2] / "data"
TOKENS = (
    *(b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r\n", b"\r", b"\0", b"@", b"a@example.com", b" ::: ", b"'=1+2"),
    *(b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", "é".encode(), "é".encode("latin-1"), "😀".encode()),
    *(
        b"31/12/2020",
        b"0/0/00",
        b"2020-02-30",
        b"BEGIN:VCARD\r\n",
        b"END:VCARD\r\n",
        b"unsubscribed",
        b"yes",
        b"x" * 300,
    ),
    *(b"sep=;\n", b"<script>", b"email", b"=?utf-8?Q?", b"=\r\n", b"\x1f", b"\x85", "\u2028".encode(), b"\\", b"--"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp932", "gb18030", "latin-1")
CHOICES = (
    {},
    {"on_duplicate": "last"},
    {"leftover": "custom-fields"},
    {"phones": "international", "region": "US", "capitalize": True},
)


def mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    content = chance.choice(seeds)
    if chance.random() < 0.3:  # a part of it, so that small files come too
        start = chance.randrange(len(content) + 1)
        content = content[:200] + content[start : start + chance.randrange(3_000)]
    if chance.random() < 0.3:
        text = content.decode("utf-8", "replace")
        content = text.encode(chance.choice(ENCODINGS), "replace")
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 30)):
        at = chance.randrange(len(changed) + 1)
        what = chance.random()
        if what < 0.5:
            changed[at:at] = chance.choice(TOKENS)
        elif what < 0.7:
            del changed[at : at + chance.randrange(1, 40)]
        elif what < 0.85 and at < len(changed):
            changed[at] = chance.randrange(256)
        else:
            other = chance.randrange(len(changed) + 1)
            changed[at:at] = changed[other : other + chance.randrange(200)]
    content = bytes(changed)
    if chance.random() < 0.05:
        return gzip.compress(content)[: None if chance.random() < 0.7 else -9]
    if chance.random() < 0.05:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("contacts.csv", content)
        return packed.getvalue() if chance.random() < 0.7 else bytes(packed.getvalue()[: -chance.randrange(1, 60)])
    return content


def check(content: bytes, choices: dict[str, object], folder: Path) -> str:
    """What became of it. Raises when it is neither an account nor a sentence."""
    try:
        cleaned = clean(read_bytes(content, "people.csv"), progress=False, **choices)  # type: ignore[arg-type]
    except CctoolkitError as error:
        assert str(error).rstrip().endswith((".", ")")), error
        return "a sentence"
    assert cleaned.rows_in == len(cleaned.kept) + len(cleaned.merged) + len(cleaned.rejected)
    assert len(set(cleaned.kept["line"])) == len(cleaned.kept)
    contacts = 0
    for part in cleaned.parts():
        contacts += part.contacts
        assert len(part.content) < MOST_BYTES
        assert part.content.count(b"\n") <= MOST_LINES
        codecs.decode(part.content, "utf-8")
    assert contacts == cleaned.kept_count
    for address in cleaned.addresses[:20]:
        assert validated(address) == (address, ""), address
    assert "<script" not in cleaned.report()._repr_html_()
    if cleaned.kept_count:
        cleaned.write(folder)
    return "an account"


def main(seconds: float, seed: int) -> int:
    chance = random.Random(seed)
    seeds = [path.read_bytes()[:20_000] for path in sorted(DATA.glob("*.csv")) + sorted(DATA.glob("*.vcf"))]
    ended: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        while time.monotonic() - began < seconds:
            content, choices = mutated(chance, seeds), chance.choice(CHOICES)
            try:
                ended[check(content, choices, Path(name) / str(sum(ended.values())))] += 1
            except Exception:
                ended["a failure"] += 1
                traceback.print_exc()
                Path(f"fuzz-failure-{ended['a failure']}.bin").write_bytes(content)
                print(choices, flush=True)
    print(f"{sum(ended.values()):,} files in {seconds:.0f} s: {dict(ended)}")
    return 1 if ended["a failure"] else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(float(arguments[0]) if arguments else 60, int(arguments[1]) if len(arguments) > 1 else 0))
