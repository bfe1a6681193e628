"""The site of the course: the notebooks as they are saved, the commands, and what the public docstrings say.

    .venv/bin/sphinx-build -W docs _site

Nothing is run and nothing is fetched. Sphinx with MyST, since Jupyter Book 2 fetches its theme when it builds.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import typer
from sphinx.application import Sphinx
from typer.cli import get_docs_for_click

import cctoolkit
from cctoolkit.cli import app

_HERE = Path(__file__).parent
_ROOT = _HERE.parent

project = "cctoolkit"
author = "the authors of cctoolkit"
version = release = cctoolkit.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx_llms_txt"]
html_theme = "sphinx_book_theme"
html_title = "cctoolkit"
html_theme_options = {"show_toc_level": 2, "navbar_persistent": []}  # one search field is enough
# Docstrings say what is code between single backticks, as comments do.
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}
nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]
llms_txt_title = "cctoolkit"
llms_txt_summary = (
    "A Jupyter quick-start toolkit for Constant Contact's V3 API: sign in with OAuth 2.0, clean a CSV export, import it, "
    "verify who arrived. A local sandbox of the service answers before there is an account."
)
llms_txt_full_file = True


def _as_code(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """What a docstring sets in by four, after an empty line, is code."""
    for at in range(len(lines) - 1, 1, -1):
        begins = lines[at].startswith("    ") and not lines[at - 1].strip()
        before = next((line for line in reversed(lines[: at - 1]) if line.strip()), "")
        if begins and not before.startswith((" ", "- ")):
            lines[at:at] = [".. code-block:: python", ""]


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", _as_code)


def _course() -> None:
    """The notebooks and what they link to, beside each other as in the project."""
    for name in ("notebooks", "data"):
        shutil.rmtree(_HERE / name, ignore_errors=True)
    shutil.copytree(
        _ROOT / "notebooks", _HERE / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "source")
    )
    (_HERE / "data").mkdir()
    shutil.copy(_ROOT / "data" / "README.md", _HERE / "data")
    for name in ("CHANGELOG.md", "SECURITY.md"):
        shutil.copy(_ROOT / name, _HERE)


def _commands() -> None:
    """Each command's own help, as a page."""
    command = typer.main.get_command(app)
    with typer.Context(command, info_name="cctoolkit") as context:
        text = get_docs_for_click(obj=command, ctx=context, name="cctoolkit", title="The commands")
    (_HERE / "commands.md").write_text(text, "utf-8")


_course()
_commands()
