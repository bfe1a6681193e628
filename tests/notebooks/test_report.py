"""The report on the notebooks: it counts what is compared, and fails a notebook that only seems to be."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.notebooks.report import Cell, complaints, read_rules

ROOT = Path(__file__).parents[2]
CFG = """[times]
regex: \\d\\d:\\d\\d
replace: A-TIME

[never seen]
regex: zebra
replace: A-ZEBRA
"""


def code(source: str, output: str | None = None, count: int | None = 1, tags: tuple[str, ...] = ()) -> object:
    """A code cell as it is saved; `output` is what it printed."""
    outputs = [] if output is None else [nbformat.v4.new_output("stream", name="stdout", text=output)]
    return nbformat.v4.new_code_cell(source, execution_count=count, outputs=outputs, metadata={"tags": list(tags)})


def run(pytester: pytest.Pytester, *cells: object) -> tuple[int, str]:
    """How `pytest` ends on a notebook with these cells, and what it says. A run within this one: a process of its own would
    load all of it anew."""
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), pytester.path / "made-up.ipynb")
    (pytester.path / "sanitize.cfg").write_text(CFG)
    (pytester.path / "pytest.ini").write_text("[pytest]\n")
    done = pytester.runpytest_inprocess(
        *("-p", "tests.notebooks.report", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-rA"),
        *("--nbval", "--nbval-current-env", "--nbval-sanitize-with=sanitize.cfg", "made-up.ipynb"),
    )
    return int(done.ret), done.stdout.str()


@pytest.mark.thorough
def test_the_table_counts_what_was_done_with_each_cell(pytester: pytest.Pytester) -> None:
    """Compared, silent and exempted cells, sanitized outputs and those of which only the text is compared."""
    widget = nbformat.v4.new_output(
        "display_data",
        data={"text/plain": "'shown'", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
    )
    show = "display({'text/plain': \"'shown'\", 'application/vnd.jupyter.widget-view+json': {'model_id': '2'}}, raw=True)"
    shown = nbformat.v4.new_code_cell(show, execution_count=3, outputs=[widget])
    status, said = run(
        pytester,
        code("print('it is 12:45')", "it is 11:00\n"),
        code("x = 1"),
        shown,
        code("print(id(x))", "1\n", tags=("nbval-ignore-output", "reason: an address in memory")),
        code("# NBVAL_SKIP\nboom()", tags=("reason: needs the live service",), count=None),
    )
    assert status == 0, said
    lines = said.partition("= notebooks as tests =")[2].splitlines()
    headings = next(line for line in lines if line.startswith("notebook "))
    figures = next(line for line in lines if line.startswith("made-up.ipynb "))
    assert headings.split() == "notebook cells run compared silent exempted outputs text alone sanitized".split()
    assert figures.split() == "made-up.ipynb 5 4 2 1 2 2 1 1".split()
    assert "sanitized before comparing: 1 x times" in lines
    assert "exempted: made-up.ipynb, cell 3: output not compared, because: an address in memory" in lines
    assert "exempted: made-up.ipynb, cell 4: not run, because: needs the live service" in lines


@pytest.mark.thorough
def test_an_exemption_without_a_reason_fails(pytester: pytest.Pytester) -> None:
    """Although nbval itself is content with it."""
    status, said = run(pytester, code("print(1)", "1\n"), code("print(2)", "3\n", count=2, tags=("nbval-ignore-output",)))
    assert status == 1
    assert "2 passed" in said
    assert "Cell 1 is taken out (output not compared) and does not say why: give it a tag" in said


@pytest.mark.thorough
def test_a_notebook_without_saved_outputs_fails(pytester: pytest.Pytester) -> None:
    """nbval passes it: it compares nothing of a cell that was never run."""
    status, said = run(pytester, code("print(1)", count=None), code("print(2)", count=None))
    assert status == 1
    assert "2 passed" in said
    assert "Cell 0 was saved without having been run, so nothing of it is compared" in said


@pytest.mark.thorough
def test_a_failing_cell_is_not_counted_as_compared(pytester: pytest.Pytester) -> None:
    """It ran, and that is all."""
    status, said = run(pytester, code("print(1)", "2\n"), code("print(3)", "3\n", count=2))
    assert status == 1
    lines = said.partition("= notebooks as tests =")[2].splitlines()
    assert any(line.split() == "made-up.ipynb 2 2 1 0 0 2 0 0".split() for line in lines)


def cell(**changes: object) -> Cell:
    """A cell that is compared."""
    return Cell(**{"notebook": "n", "number": 0, "exemptions": [], "reason": "", "skipped": False, "ever_run": True,
                   "outputs": 1, **changes})  # type: ignore[arg-type]  # fmt: skip


def test_a_notebook_that_only_keeps_silent_fails() -> None:
    """Nothing of what it does would be noticed."""
    (complaint,) = complaints([cell(outputs=0)])
    assert "tests next to nothing" in complaint


@pytest.mark.parametrize("changes", [{}, {"exemptions": ["may raise"], "reason": "a random fault"}])
def test_a_notebook_that_is_compared_passes(changes: dict[str, object]) -> None:
    """With a reason, an exemption is no complaint."""
    assert complaints([cell(), cell(**changes)]) == []


def test_the_rules_are_read_as_nbval_reads_them() -> None:
    """The same pairs in the same order; the headings are this report's own."""
    from nbval.plugin import get_sanitize_patterns

    path = ROOT / "tests/notebooks/sanitize.cfg"
    rules = read_rules(path)
    assert [(rule.regex, rule.replace) for rule in rules] == get_sanitize_patterns(path.read_text())
    assert all(rule.name != rule.regex for rule in rules), "each rule has a heading"
