#!/usr/bin/env bash
# nameparser 2.6.0: some words are titles wherever they stand first, and whoever is called so has no first name.
#
# HumanName("Prince Rogers Nelson") has the title Prince and the first name Rogers; HumanName("King") has a title alone, with
# first and last empty, so that a list of people by name.first and name.last loses that person's name without a word. Dean, Earl
# and Major, which are both too, are first names to it. So a title may be dropped only where it is one of a short list of one's own.
#
# Seen: Prince, King, Judge, Baron and Queen are titles; Dean, Earl and Major are first names; for "King" as_dict() has the title alone.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet nameparser==2.6.0
"$here/venv/bin/python" - <<'P'
from nameparser import HumanName

for word in ("Prince", "King", "Judge", "Baron", "Queen"):
    name = HumanName(f"{word} Ida Holm")
    assert (name.title, name.first) == (word, "Ida"), (word, name.title, name.first)
for word in ("Dean", "Earl", "Major"):
    name = HumanName(f"{word} Ida Holm")
    assert (name.title, name.first) == ("", word), (word, name.title, name.first)
alone = HumanName("King")
assert (alone.title, alone.first, alone.last) == ("King", "", ""), alone.as_dict()
print("as described: Prince, King, Judge, Baron and Queen are titles, Dean, Earl and Major are names")
P
