#!/usr/bin/env bash
# IPython 9.18.1: of an exception's `_repr_mimebundle_` the text/plain is thrown away, and the text/html kept.
#
# A bundle is one answer: whoever returns text and HTML means them to say the same. For a class of one's own both are shown. For a
# subclass of anything that IPython has a text printer of its own for (BaseException, dict, list, tuple, set, …), that printer
# counts as the user's own registration, which goes before a bundle: the HTML is the author's, the text IPython's. A saved notebook
# so says two things of one object, and a front end without HTML, a text comparison or a screen reader's text gets the second.
# `_repr_pretty_` is asked before the printer of the base class, so defining it beside the bundle mends it.
#
# Seen: the plain class's text is the bundle's; the error's and the dict's are not; with `_repr_pretty_` the error's is again.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet ipython==9.18.1
cd "$here"
IPYTHONDIR="$here" "$here/venv/bin/python" - <<'P'
from IPython.core.formatters import DisplayFormatter


class Shown:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "as said", "text/html": "<b>as said</b>"}


class Plain(Shown):
    pass


class Refused(Shown, Exception):
    pass


class Counts(Shown, dict):
    pass


class Mended(Refused):
    def _repr_pretty_(self, printer, cycle):
        printer.text("as said")


seen = {}
for made in (Plain(), Refused("no"), Counts(a=1), Mended("no")):
    bundle, _ = DisplayFormatter().format(made)
    assert bundle["text/html"] == "<b>as said</b>", bundle
    seen[type(made).__name__] = bundle["text/plain"]
print(seen)
assert seen["Plain"] == seen["Mended"] == "as said", seen
assert seen["Refused"] == "__main__.Refused('no')", seen
assert seen["Counts"] == "{'a': 1}", seen
print("as described: HTML of the bundle, text of IPython")
P
