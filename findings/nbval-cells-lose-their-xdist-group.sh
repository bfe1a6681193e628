#!/usr/bin/env bash
# nbval 0.11.0 with pytest-xdist 3.8.0 and pytest 9.2.0: a mark xdist_group on a notebook's cells does nothing.
#
# With --dist loadgroup, xdist writes the group into a test's node id ("…@group") and sends tests of one group to one worker.
# nbval's cells make their node id anew each time they are asked for it, so the group is gone before it is read: the cells of
# one notebook are spread over the workers, each with a kernel of its own, and names that an earlier cell made are not there.
# Nothing warns. With --dist loadscope, which reads the file's name, the same notebook passes.
#
# Seen: loadgroup exits with 1 and "name 'number' is not defined"; loadscope with 0 and "8 passed".
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet nbval==0.11.0 pytest==9.2.0 pytest-xdist==3.8.0 ipykernel==7.4.0
cd "$here"
cat > make.py <<'P'
import nbformat
cell = lambda at, source: nbformat.v4.new_code_cell(source, execution_count=at)
cells = [cell(1, "number = 1"), *(cell(at, "assert number == 1") for at in range(2, 9))]
nbformat.write(nbformat.v4.new_notebook(cells=cells), "eight.ipynb")
P
"$here/venv/bin/python" make.py
cat > conftest.py <<'P'
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xdist_group("one notebook"))
P
run() { "$here/venv/bin/python" -m pytest -q -n 2 --nbval-lax --nbval-current-env -p no:cacheprovider "$@" eight.ipynb; }
if run --dist loadgroup > group.txt 2>&1; then echo "changed: the group is honoured"; exit 1; fi
grep -q "name 'number' is not defined" group.txt
run --dist loadscope > scope.txt 2>&1
grep -q "8 passed" scope.txt
echo "as described: loadgroup spreads the cells of one notebook, loadscope keeps them together"
