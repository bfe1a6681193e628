"""Without the extra `lab`: the commands do all they do, and what needs it says how to get it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import cctoolkit
from cctoolkit import charts
from tests.charts.drawn import contacts_frame

ROOT = Path(cctoolkit.__file__).parents[1]
#: What `pip install .` leaves out: the packages of the extra, and those that only they bring.
LEFT_OUT = [
    "altair",
    "ipykernel",
    "jupyter_client",
    "jupyter_core",
    "jupyter_server",
    "jupyterlab",
    "jupyterlab_server",
    "nbformat",
    "vl_convert",
]


def _python(script: str, *arguments: str, cwd: Path = ROOT, clone: Path = ROOT) -> subprocess.CompletedProcess[str]:
    hidden = f"import sys; sys.modules.update(dict.fromkeys({LEFT_OUT}))\n"
    return subprocess.run(
        [sys.executable, "-c", hidden + script, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(clone)},
    )


def test_each_module_is_imported_without_it() -> None:
    """The extra's packages are imported where they are used, not before."""
    done = _python(
        "import importlib, pkgutil, cctoolkit\n"
        "for each in pkgutil.walk_packages(cctoolkit.__path__, 'cctoolkit.'):\n"
        "    if not each.name.endswith('__main__'): importlib.import_module(each.name)"
    )
    assert done.returncode == 0, done.stderr


def test_the_lab_says_what_it_needs_before_it_does_anything(tmp_path: Path) -> None:
    """One sentence with the command, which names files that are there; no course is copied, no sandbox started."""
    here, clone = tmp_path / "here", tmp_path / "a clone"  # with a blank in its path
    here.mkdir()
    clone.symlink_to(ROOT)
    done = _python("from cctoolkit.__main__ import main; main()", "lab", "--no-browser", cwd=here, clone=clone)
    assert (done.returncode, done.stdout) == (2, "")
    told = " ".join(done.stderr.split())
    assert told.startswith("JupyterLab is not installed here. Install it, then do this again: ")
    words = shlex.split(told.partition("again: ")[2])
    assert words[1:4] == ["-m", "pip", "install"]
    assert words[-1].endswith("[lab]")
    assert Path(words[words.index("-c") + 1]).is_file()
    assert (Path(words[-1].removesuffix("[lab]")) / "pyproject.toml").is_file()
    assert str(clone) in words[-1]
    assert not list(here.iterdir())


def test_the_quick_start_needs_none_of_it_and_says_how_to_go_on() -> None:
    done = _python("from cctoolkit.__main__ import main; main()", "quickstart")
    assert done.returncode == 0, done.stderr
    *_, said, command, lab = done.stdout.splitlines()
    assert said == "Now walk the same steps in notebooks. JupyterLab comes with the first of these commands:"
    assert command.endswith('[lab]"')
    assert lab.strip().endswith(" lab")


def test_the_doctor_notes_it() -> None:
    """Who uses the commands alone is not told that something is broken."""
    done = _python("from cctoolkit.doctor import examine; print(examine())")
    told = " ".join(done.stdout.split())
    assert "note widgets JupyterLab is not installed here." in told
    assert "[lab]" in told
    assert " 0 problems." in told


def test_a_chart_without_what_draws_it_has_words_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook shows them, with the command below; the picture raises the same sentence."""
    chart = charts.permissions(contacts_frame(("2026-01-05", "Account")))
    drawn = chart.html()
    for name in ("altair", "vl_convert"):
        monkeypatch.setitem(sys.modules, name, None)
    chart = charts.permissions(contacts_frame(("2026-01-05", "Account")))
    shown = chart.html()
    assert "What draws the pictures of charts is not installed here." in shown
    assert "[lab]" in shown
    assert drawn[drawn.index("<details>") :].removesuffix("</figure>") in shown
    for picture in (chart.svg, lambda: chart.altair, lambda: chart.save("chart.png")):
        with pytest.raises(cctoolkit.NotInstalled, match=r"Install it, then do this again: .*\[lab\]"):
            picture()


def test_the_extra_is_what_the_commands_do_without() -> None:
    """What is hidden above are the packages that `pyproject.toml` names, and more."""
    lab = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["lab"]
    modules = {
        module
        for name in lab
        for module, ofs in metadata.packages_distributions().items()
        if name.partition(">")[0] in ofs
    }
    assert modules & set(LEFT_OUT) == {"altair", "ipykernel", "jupyterlab", "vl_convert"}
