#!/usr/bin/env bash
# nbval 0.11.0: a rule of a sanitize file whose replacement is empty counts only with a blank behind `replace:`.
#
# The file looks like an INI file, and configparser reads `replace:` and `replace: ` alike, as nothing. nbval does not read it with
# configparser but looks for a line `regex: …` followed at once by a line `replace: …`, blank included. A rule that removes
# something is so dropped without a word by every editor and hook that strips blanks at the ends of lines; so is one with `=`, or
# with a comment between its two lines. The notebook's test then fails as if there were no rule. A replacement that is never empty
# (`regex: [ \t]+(\n|$)`, `replace: \1`) survives.
#
# Seen: of four rules that configparser reads, nbval has the one with the blank.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet nbval==0.11.0
cd "$here"
"$here/venv/bin/python" - <<'P'
import configparser

from nbval.plugin import get_sanitize_patterns

rules = {
    "with a blank": "regex: a+\nreplace: ",
    "without": "regex: b+\nreplace:",
    "with an equals sign": "regex = c+\nreplace = C",
    "with a comment": "regex: d+\n# what d is\nreplace: D",
}
text = "".join(f"[{name}]\n{rule}\n\n" for name, rule in rules.items())
parsed = configparser.RawConfigParser()
parsed.read_string(text)
assert [(parsed[name]["regex"], parsed[name]["replace"]) for name in rules] == [
    ("a+", ""), ("b+", ""), ("c+", "C"), ("d+", "D"),
], parsed
found = get_sanitize_patterns(text)
assert found == [("a+", "")], found
print("as described: 4 rules are read by configparser, nbval has", found)
P
