#!/usr/bin/env bash
# jupyter-events 0.12.1 (with jsonschema 4.26.0, rfc3987-syntax 1.1.0, lark 1.3.1): importing jsonschema builds 39 grammars.
#
# jupyter-events asks for jsonschema[format-nongpl], and that extra brings rfc3987-syntax, whose import makes a parser (of lark)
# for each of the rules of internationalized addresses, 39 in all. jsonschema imports it whenever it is there, so from then on everything in
# that environment that imports jsonschema or nbformat waits for it: seconds, on a machine where the rest of the import is a tenth
# of one. No notebook has such an address in it. Hidden from the import (sys.modules["rfc3987_syntax"] = None), jsonschema does
# without, and says that it does not know the format "iri".
#
# Seen: 39 parsers made by `import nbformat`, none when it is hidden, and the hidden import in less than a third of the time.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet nbformat==5.11.1 jupyter-events==0.12.1 jsonschema==4.26.0 rfc3987-syntax==1.1.0 lark==1.3.1
cat > "$here/count.py" <<'P'
import sys
import time

import lark

made = 0
make = lark.Lark.__init__


def counted(self, *arguments, **options):
    global made
    made += 1
    make(self, *arguments, **options)


lark.Lark.__init__ = counted
if sys.argv[1:] == ["hidden"]:
    sys.modules["rfc3987_syntax"] = None
begun = time.perf_counter()
import nbformat  # noqa: E402

print(made, time.perf_counter() - begun)
P
read -r made took < <("$here/venv/bin/python" "$here/count.py")
read -r none hidden < <("$here/venv/bin/python" "$here/count.py" hidden)
if [ "$made" != 39 ] || [ "$none" != 0 ]; then echo "changed: $made, $none"; exit 1; fi
"$here/venv/bin/python" -c "import sys; took, hidden = map(float, sys.argv[1:]); assert hidden < took / 3, (took, hidden)" "$took" "$hidden"
asked=$("$here/venv/bin/python" -c "from importlib.metadata import requires; print(requires('jupyter-events'))")
case "$asked" in *"jsonschema[format-nongpl]"*) ;; *) echo "changed: $asked"; exit 1 ;; esac
echo "as described: $made grammars, and none where they are hidden"
