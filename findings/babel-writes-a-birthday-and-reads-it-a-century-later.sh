#!/usr/bin/env bash
# babel 2.18.0: parse_date puts every year of two digits into the 2000s, those too that its own format_date has just written.
#
# The short form of a date has two digits of the year in many languages, en_US and de_DE among them, four in fr_FR and sv_SE. Read
# again by parse_date in the same language, somebody born in 1985 is born in 2085: there is no year at which the century changes
# (POSIX and Python's strptime have 69), no error, and nothing to set. A round trip in French hides it.
#
# Seen: 3/5/85 and 05.03.85 become 2085-03-05; 05/03/1985 and 1985-03-05 stay; strptime reads 85 as 1985.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet babel==2.18.0
"$here/venv/bin/python" - <<'P'
from datetime import date, datetime

from babel.dates import format_date, parse_date

born = date(1985, 3, 5)
for locale, written, read in (
    ("en_US", "3/5/85", date(2085, 3, 5)),
    ("de_DE", "05.03.85", date(2085, 3, 5)),
    ("fr_FR", "05/03/1985", born),
    ("sv_SE", "1985-03-05", born),
):
    assert format_date(born, "short", locale=locale) == written, (locale, format_date(born, "short", locale=locale))
    assert parse_date(written, locale=locale) == read, (locale, parse_date(written, locale=locale))
assert datetime.strptime("3/5/85", "%m/%d/%y").date() == born
print("as described: who was born in 1985 is read as born in 2085 where the short form has two digits of the year")
P
