#!/usr/bin/env bash
# nbval 0.11.0 (ipykernel 7.4.0): cells are run with `store_history=False`, so that what every other runner of notebooks keeps is not there.
#
# `In` holds one empty text all the time, `Out` is empty, and the execution count stands at 1. A notebook that refers to the result of
# a cell by its number (`Out[1]`), that looks at what was run before (`In[-2]`, `%history`, `%recall`, `%rerun`), or a library that
# does, passes in JupyterLab, nbconvert and nbclient, and fails under nbval with a KeyError or another output. `_` works in both.
# `get_ipython().last_execution_result.info.raw_cell` tells of the cell before in all of them.
#
# Seen: nbclient prints the first result by `Out[1]` and three inputs; nbval's own kernel has no `Out[1]`, and no input.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet nbval==0.11.0 nbclient==0.11.0 ipykernel==7.4.0
cd "$here"
"$here/venv/bin/python" - <<'P'
import subprocess
import sys

import nbformat
from nbclient import NotebookClient

LAST = "before = get_ipython().last_execution_result.info.raw_cell\nprint(Out.get(1), _, [text for text in In if text][:2], before)"
cells = [nbformat.v4.new_code_cell(source) for source in ("6 * 7", "# nothing", LAST)]
notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
NotebookClient(notebook, kernel_name="python3").execute()
[shown] = [output["text"] for output in cells[2].outputs]
assert shown == "42 42 ['6 * 7', '# nothing'] # nothing\n", shown
nbformat.write(notebook, "saved.ipynb")
done = subprocess.run(
    [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "saved.ipynb"], capture_output=True, text=True
)
assert done.returncode == 1, done.stdout
assert "2 passed" in done.stdout, done.stdout
assert "None 42 [] # nothing" in done.stdout, done.stdout
print("as described: nbclient shows", shown.strip(), "and nbval shows None 42 [] # nothing")
P
