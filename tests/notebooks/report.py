"""What `pytest` really checked of each notebook: a table at the end, and a test per notebook that holds it to that.

nbval passes more than it seems to: a cell that was never run is not compared at all, widget views and pictures are
compared by their text alone, and a tag takes a cell out. All of it is counted here. A cell that is taken out needs a
tag that says why: `reason: the time it took is measured`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

#: Under which name a worker hands on what it has seen.
_HANDED_ON = "notebooks"
_CELLS = pytest.StashKey[dict[str, "Cell"]]()
_RULES = pytest.StashKey[Counter[str]]()
_REASON = "reason:"
_NEVER_COMPARED = {
    "application/vnd.jupyter.widget-view+json",
    "image/png",
    "image/jpeg",
}


@dataclass(frozen=True)
class Rule:
    """One rule of sanitize.cfg: what it is for, what it looks for and what it puts there."""

    name: str
    regex: str
    replace: str


@dataclass
class Cell:
    """What a code cell was saved with, and what of that nbval compares."""

    notebook: str
    number: int
    #: How it is taken out of the strict comparison, in words; empty when it is not.
    exemptions: list[str]
    reason: str
    skipped: bool
    ever_run: bool
    #: Saved without any output: nbval then fails when it prints something.
    silent: bool = False
    #: Outputs of which a text is compared, outputs that a rule changes before that, outputs of which a part is not.
    outputs: int = 0
    sanitized: int = 0
    text_alone: int = 0
    ran: bool = False
    passed: bool = False

    @property
    def is_compared(self) -> bool:
        return self.outputs > 0


def read_rules(path: Path) -> list[Rule]:
    """The rules of a sanitizing file, as nbval reads them, with the headings that nbval passes over."""
    found = re.findall(r"(?:^\[(.*)\]\n)?^regex: (.*)\n^replace: (.*)$", path.read_text(), re.MULTILINE)
    return [Rule(name or regex, regex, replace) for name, regex, replace in found]


def read_cell(item: IPyNbCell, rules: Sequence[Rule], used: Counter[str]) -> Cell:
    """What nbval will do with a cell, from the options that it read and the outputs that were saved."""
    options, saved = item.options, item.cell
    tags = saved.metadata.get("tags", [])
    reasons = [tag.removeprefix(_REASON).strip() for tag in tags if tag.startswith(_REASON)]
    cell = Cell(
        notebook=_name(item),
        number=item.cell_num,
        exemptions=[
            *(["not run"] if options["skip"] else []),
            *(["output not compared"] if not options["check"] else []),
            *(["may raise"] if options["check_exception"] else []),
        ],
        reason=" ".join(reason for reason in reasons if reason),
        skipped=bool(options["skip"]),
        ever_run=saved.execution_count is not None,
    )
    if options["skip"] or not options["check"] or not cell.ever_run:
        return cell
    cell.silent = not saved.outputs
    for output in coalesce_streams(list(saved.outputs)):
        data = output.get("data", {})
        texts = [*_texts(output)]
        cell.outputs += bool(texts)
        cell.text_alone += bool(_NEVER_COMPARED & data.keys())
        cell.sanitized += any([_touch(text, rules, used) for text in texts])
    return cell


def _name(item: IPyNbCell) -> str:
    path, root = item.parent.path, item.config.rootpath
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path.name)


def _texts(output: Any) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield f"{output.ename}: {output.evalue}"
    for kind, content in output.get("data", {}).items():
        if kind not in _NEVER_COMPARED:
            yield content if isinstance(content, str) else str(content)


def _touch(text: str, rules: Sequence[Rule], used: Counter[str]) -> bool:
    touched = False
    for rule in rules:  # one after the other: the second sees what the first left
        text, count = re.subn(rule.regex, rule.replace, text)
        used[rule.name] += bool(count)
        touched |= bool(count)
    return touched


def complaints(cells: Sequence[Cell]) -> list[str]:
    """What is wrong with a notebook as a test; each says what to do."""
    found = [
        f"Cell {cell.number} is taken out ({', '.join(cell.exemptions)}) and does not say why: give it a tag such as "
        f"`{_REASON} the time it took is measured`."
        for cell in cells
        if cell.exemptions and not cell.reason
    ]
    found += [
        f"Cell {cell.number} was saved without having been run, so nothing of it is compared: save the notebook with "
        "tests/notebooks/rerun.py (and delete an empty cell)."
        for cell in cells
        if not cell.ever_run and not cell.skipped
    ]
    if not found and not any(cell.is_compared for cell in cells):
        found.append(
            "No cell has an output that is compared, so this notebook tests next to nothing: show a result in it, and "
            "save it with tests/notebooks/rerun.py."
        )
    return found


class SavedOutputs(pytest.Item):
    """Fails where the notebook's strict comparison compares less than it seems to."""

    cells: Sequence[Cell] = ()

    def runtest(self) -> None:
        if found := complaints(self.cells):
            pytest.fail("\n".join(found), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}::{self.name}"


@pytest.hookimpl  # after the choice of the tests (conftest.py)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    facts: dict[str, Cell] = {}
    used: Counter[str] = Counter()
    rules = [rule for name in _sanitizing_files(config) for rule in read_rules(Path(name))]
    used.update({rule.name: 0 for rule in rules})
    config.stash[_CELLS], config.stash[_RULES] = facts, used
    ordered: list[pytest.Item] = []
    for parent, group in groupby(items, key=lambda item: item.parent):
        cells = list(group)
        ordered += cells
        if not isinstance(parent, IPyNbFile) or not parent.compare_outputs:  # lax: nbval itself says what it leaves out
            continue
        facts |= {item.nodeid: read_cell(item, rules, used) for item in cells}
        # Only a notebook that is collected as a whole can be judged as a whole.
        if len(cells) == sum(cell.cell_type == "code" for cell in parent.nb.cells):
            judge = SavedOutputs.from_parent(parent, name="saved outputs")
            judge.cells = [facts[item.nodeid] for item in cells]
            for mark in cells[0].iter_markers("skip"):
                judge.add_marker(pytest.mark.skip(*mark.args, **mark.kwargs))
            ordered.append(judge)
    items[:] = ordered


def _sanitizing_files(config: pytest.Config) -> list[str]:
    chosen = config.getoption("nbval_sanitize_with", None)
    return [chosen] if chosen else []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    cell = item.config.stash.get(_CELLS, {}).get(item.nodeid)
    if cell is not None and report.when == "call" and not hasattr(report, "wasxfail"):
        cell.ran = report.outcome in ("passed", "failed")
        cell.passed = report.outcome == "passed"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the first process what it has compared."""
    config = session.config
    if hasattr(config, "workeroutput"):
        cells = [asdict(cell) for cell in config.stash.get(_CELLS, {}).values()]
        config.workeroutput[_HANDED_ON] = {"cells": cells, "rules": dict(config.stash.get(_RULES, Counter()))}


class Gathering:
    """Of the first process, where there are workers: each has collected all cells and run some of them."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        told = getattr(node, "workeroutput", {}).get(_HANDED_ON)
        if told is None:
            return
        cells = node.config.stash.setdefault(_CELLS, {})
        for entry in told["cells"]:
            cell = Cell(**entry)
            name = f"{cell.notebook} {cell.number}"
            if cell.ran or name not in cells:
                cells[name] = cell
        node.config.stash[_RULES] = Counter(told["rules"])


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Gathering())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    cells = list(config.stash.get(_CELLS, {}).values())
    if not any(cell.ran for cell in cells):
        return
    terminalreporter.section("notebooks as tests")
    for line in [*_table(cells), *_footnotes(cells, config.stash[_RULES])]:
        terminalreporter.write_line(line)


@dataclass
class _Row:
    name: str
    figures: Counter[str] = field(default_factory=Counter)


_COLUMNS = {
    "cells": lambda cell: 1,
    "run": lambda cell: cell.ran,
    "compared": lambda cell: cell.passed and cell.is_compared,
    "silent": lambda cell: cell.passed and cell.silent,
    "exempted": lambda cell: bool(cell.exemptions),
    "outputs": lambda cell: cell.outputs,
    "text alone": lambda cell: cell.text_alone,
    "sanitized": lambda cell: cell.sanitized,
}


def _table(cells: Sequence[Cell]) -> Iterator[str]:
    rows: dict[str, _Row] = {}
    total = _Row("all")
    for cell in cells:
        row = rows.setdefault(cell.notebook, _Row(cell.notebook))
        for name, count in _COLUMNS.items():
            row.figures[name] += count(cell)
            total.figures[name] += count(cell)
    width = max(len(name) for name in [*rows, "notebook"])
    yield f"{'notebook':{width}}  " + "  ".join(_COLUMNS)
    for row in [*rows.values(), *([total] if len(rows) > 1 else [])]:
        yield f"{row.name:{width}}  " + "  ".join(f"{row.figures[name]:>{len(name)}}" for name in _COLUMNS)


def _footnotes(cells: Sequence[Cell], used: Counter[str]) -> Iterator[str]:
    yield (
        "compared: the saved outputs equal the new ones; silent: saved without an output, and printed none; text alone: "
        "widget views and pictures, of which only the text beside them is compared."
    )
    if touched := {name: count for name, count in used.items() if count}:
        yield "sanitized before comparing: " + "; ".join(f"{count} x {name}" for name, count in touched.items())
    for cell in cells:
        if cell.exemptions:
            what = ", ".join(cell.exemptions)
            yield f"exempted: {cell.notebook}, cell {cell.number}: {what}, because: {cell.reason or 'NOBODY SAYS WHY'}"
