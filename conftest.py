"""For every test and notebook: a home of its own, so that nobody's tokens, profiles or sandbox are touched.

The tests run on all cores. A notebook, the browser and the hub each stay together on one of them; everything else goes
wherever there is room.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest
from hypothesis import settings
from nbval.plugin import IPyNbFile
from xdist.scheduler import LoadScopeScheduling

from cctoolkit.local_sandbox import known_sandbox
from tests import marks
from tests.notebooks.belonging import NOTEBOOKS, THEIRS, told_apart
from tests.nursery import close_nursery, nursery_of
from tests.processes import end_all_of, end_process

#: What of each notebook was compared, as a table at the end; and runs of pytest within a test, for the tests of that.
pytest_plugins = ["tests.notebooks.report", "pytester"]

_HOME = pytest.StashKey[Path]()
_WORKSPACE = "CCTOOLKIT_WORKSPACE"

#: Seconds for one test of the thorough run: fuzzing, installing another's client, minutes of kills. On a machine that is
#: busy with other things they take three times as long, and it is hanging that is looked for.
PATIENCE = 540


#: What a test of the thorough run has in its module: one of the marks, or a property.
_THOROUGH = re.compile(rb"\bthorough\b|\bmark\.both\b|\bgiven\(|hypothesis|schemathesis")


@functools.cache
def _of_the_thorough(module: Path) -> bool:
    return _THOROUGH.search(module.read_bytes()) is not None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough",
        action="store_true",
        help="run what the plain run leaves out: the long fuzz, kills by the hundred, every page in both themes, two people "
        "at a hub, the course in its order, and every property with all its examples",
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """More than there are cores: many tests wait for a process to start, of the thorough ones most. Each has 400 MB."""
    return min((os.cpu_count() or 1) + (4 if config.option.thorough or config.option.markexpr == "thorough" else 2), 8)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thorough: not part of the plain run; see --thorough")
    config.addinivalue_line("markers", "both: part of either run, and does more in the thorough one")
    if config.option.markexpr == "thorough":
        config.option.markexpr, config.option.thorough = "", True
    marks.all_examples = config.option.thorough
    # How long an example takes says how busy the machine is. And a change is judged by the same examples each time: whoever
    # looks for what nobody has seen yet gives a seed.
    same = config.getoption("--hypothesis-seed") is None
    settings.register_profile("this project's", settings(), deadline=None, derandomize=same)
    settings.load_profile("this project's")
    # Below the first process's home, so that it can clear up after a worker that was killed.
    above = os.environ.get("CCTOOLKIT_TESTS_HOME") if hasattr(config, "workerinput") else None
    home = Path(tempfile.mkdtemp(prefix="cctoolkit-tests-", dir=above))
    config.stash[_HOME] = home
    for name in [name for name in os.environ if name.startswith(("CCTOOLKIT_", "XDG_", "JUPYTER"))]:
        del os.environ[name]
    os.environ |= {
        "HOME": str(home),
        "USERPROFILE": str(home),
        _WORKSPACE: str(home / "workspace"),
        "CCTOOLKIT_TESTS_HOME": str(home),
        "CCTOOLKIT_TOKEN_STORE": "file",
    }
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # in a shell's background; what tests start would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if above is None:
        signal.signal(signal.SIGTERM, _as_ctrl_c)


def _as_ctrl_c(signum: int, frame: FrameType | None) -> NoReturn:
    """Whoever ends the run ends what it has started: kernels, JupyterLab, Chromium, sandboxes."""
    raise KeyboardInterrupt


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A notebook that somebody added to their clone is theirs, and no test of the project. And of the thorough run, whoever is
    not in it need not be imported by each of the processes."""
    if config.option.thorough and collection_path.match("test_*.py"):
        return None if _of_the_thorough(collection_path) else True
    return True if told_apart(collection_path) == THEIRS else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Which tests this run is of."""
    thorough = config.option.thorough
    wanted, left = [], []
    for item in items:
        notebook = isinstance(item.parent, IPyNbFile)
        only_then = item.get_closest_marker("thorough") is not None
        # The notebooks and the properties are run both ways: one by one and in order, with some examples and with all.
        both = _in_the_course(item) if notebook else _has_more_examples(item)
        (wanted if only_then == thorough or (thorough and both) else left).append(item)
        if not notebook and (only_then or both) and not _of_the_thorough(item.path):
            raise pytest.UsageError(
                f"{item.nodeid} would be missing from the thorough run: see _THOROUGH in conftest.py"
            )
        if thorough and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(PATIENCE))
        if notebook and (sentence := told_apart(item.path)):
            item.add_marker(pytest.mark.skip(reason=sentence))
    # What takes longest begins first, so that nobody waits for it at the end.
    items[:] = sorted(wanted, key=_begins)
    if left:
        config.hook.pytest_deselected(items=left)


def _begins(item: pytest.Item) -> int:
    path = item.nodeid
    if path.startswith(
        (
            "tests/browser/",
            "tests/hub/",
            "tests/sandbox/test_fuzz",
            "tests/foreign_clients/",
            "tests/faults/test_kills",
            "tests/test_local_sandbox",
            "tests/test_site",
        )
    ):
        return 0
    return 1 if path.startswith("notebooks/") else 2


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)


class _Together(LoadScopeScheduling):
    """A notebook's cells share a kernel; the browser and the hub are few. Everything else goes where there is room.

    Not by `xdist_group`: nbval's cells make their names anew, without the group that xdist writes into them.
    """

    def _split_scope(self, nodeid: str) -> str:
        path, _, name = nodeid.partition("::")
        if path.startswith("tests/hub/"):
            return "hub"
        if path.startswith("tests/browser/"):
            # One browser and one JupyterLab for a plain run. Thoroughly, each of three parts is minutes long.
            return f"browser {_part(name)}" if self.config.option.thorough else "browser"
        if path == "tests/test_site.py":
            return path  # which is built once
        if not path.endswith(".ipynb"):
            return nodeid
        return str(Path(path).parent) if self.config.option.thorough else path


def _part(name: str) -> int:
    """Of the browser's tests: a page is opened once for both of its themes, so that a page's tests stay together."""
    return sum(name.partition("[")[2].partition("]")[0].encode() or name.encode()) % 3


def _has_more_examples(item: pytest.Item) -> bool:
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False) or bool(item.get_closest_marker("both"))


def _in_the_course(item: pytest.Item) -> bool:
    """Not one of the workshop, whose exercises begin with an account that is new."""
    return item.path.parent == NOTEBOOKS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each notebook has a workspace of its own, whose sandbox runs, so that nobody has to start at the first; thoroughly, they
    share one, which the first starts."""
    alone = isinstance(item.parent, IPyNbFile) and not item.config.option.thorough
    folder = item.config.stash[_HOME] / (f"notebook-{item.path.parent.name}-{item.path.stem}" if alone else "workspace")
    os.environ[_WORKSPACE] = str(folder)  # before nbval starts the notebook's kernel
    if alone and known_sandbox(folder) is None:
        nursery_of(item.config).serve(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash[_HOME]
    close_nursery(config)
    for path in home.rglob("sandbox.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):  # what a test damaged on purpose
            end_process(json.loads(path.read_text())["pid"], "cctoolkit.sandbox")
    if not hasattr(config, "workerinput"):
        end_all_of(home)
        if (factory := getattr(config, "_tmp_path_factory", None)) is not None:
            end_all_of(factory.getbasetemp())
    shutil.rmtree(home, ignore_errors=True)
