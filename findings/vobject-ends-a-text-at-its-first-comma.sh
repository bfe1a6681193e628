#!/usr/bin/env bash
# vobject 0.9.9: what stands behind an unescaped comma in a card is dropped: TITLE:CEO, Founder is read as "CEO".
#
# In version 2.1 of vCard a comma is a letter like any other, so that its programs write it as it is; those of version 3 are to
# escape it, and many do not, above all in addresses of the web. vobject splits a value at its commas, whatever the property and the
# version, and keeps the first part: nothing says that there was more. Only names, postal addresses, companies and categories come as
# lists. In quoted-printable a comma that is written as =2C counts too. With "\," all of it is read.
#
# Seen: a title, a note and an address of the web, each cut, in versions 2.1, 3.0 and 4.0.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet vobject==0.9.9 python-dateutil==2.9.0.post0
"$here/venv/bin/python" - <<'P'
import vobject


def read(version: str, line: str) -> object:
    card = f"BEGIN:VCARD\r\nVERSION:{version}\r\nN:Lee;Ann;;;\r\nFN:Ann Lee\r\n{line}\r\nEND:VCARD\r\n"
    found = vobject.readOne(card, allowQP=True).contents[line.partition(":")[0].partition(";")[0].lower()]
    assert len(found) == 1, found
    return found[0].value


for version in ("2.1", "3.0", "4.0"):
    assert read(version, "TITLE:CEO, Founder") == "CEO"
    assert read(version, "NOTE:Met in May, likes roses") == "Met in May"
    assert read(version, "URL:https://example.com/map?at=42.3,-71.1") == "https://example.com/map?at=42.3"
    assert read(version, "NOTE;ENCODING=QUOTED-PRINTABLE:in May=2C likes roses") == "in May"
    assert read(version, r"TITLE:CEO\, Founder") == "CEO, Founder"
    assert read(version, "CATEGORIES:friends,work") == ["friends", "work"]
print("as described: each text ends at its first comma")
P
