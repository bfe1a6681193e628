"""The pairs of packages that have to fit for widgets to be drawn: one in the kernel, one in the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from ..extras import install_command, is_here
from .findings import Finding, note, ok, problem
from .packages import unfit

#: What draws ipywidgets in JupyterLab, as JupyterLab files it.
EXTENSION = "@jupyter-widgets/jupyterlab-manager"
CHECK = "widgets"
_AGAIN = "python -m pip install --force-reinstall ipywidgets jupyterlab_widgets"


def check_widgets(
    requirements: Sequence[str] | None = None,
    version: Callable[[str], str] = metadata.version,
    folders: Sequence[Path] | None = None,
    settings: Sequence[Path] | None = None,
) -> Iterator[Finding]:
    """ipywidgets' own requirements of its front ends are met, and JupyterLab finds its part and may use it.

    `folders` are where JupyterLab looks for extensions, `settings` the files that can switch one off.
    """
    from packaging.requirements import Requirement

    if requirements is None:
        try:
            requirements = metadata.requires("ipywidgets") or []
        except metadata.PackageNotFoundError:
            yield problem(CHECK, "ipywidgets is not installed.", "Install it: python -m pip install ipywidgets")
            return
    parts = [Requirement(text) for text in requirements]
    bad = [
        fault
        for part in parts
        if part.name.lower().replace("-", "_") in {"jupyterlab_widgets", "widgetsnbextension"}
        if (fault := unfit(part, version))
    ]
    for fault in bad:
        yield problem(
            CHECK, f"ipywidgets and its part in the page do not fit: {fault}", f"Install both again: {_AGAIN}"
        )
    if folders is None and not is_here("jupyterlab"):
        yield note(
            CHECK,
            "JupyterLab is not installed here. The commands do without; the notebooks and the pictures of charts need it.",
            f"For the notebooks: {install_command('lab')}",
        )
        return
    places = _extension_folders() if folders is None else folders
    if not any((place / EXTENSION / "package.json").is_file() for place in places):
        yield problem(
            CHECK,
            "JupyterLab's part of ipywidgets is not where JupyterLab looks, so widgets would show as text.",
            f"Install both again: {_AGAIN}. Then restart JupyterLab and reload the page.",
        )
    elif _switched_off(_setting_files() if settings is None else settings):
        yield problem(
            CHECK,
            "JupyterLab's part of ipywidgets is switched off, so widgets would show as text.",
            f"Switch it on: jupyter labextension enable {EXTENSION} (if it was your own setting, with --level=user). Then "
            "reload the page.",
        )
    elif not bad:
        yield ok(CHECK, f"ipywidgets {version('ipywidgets')} and its part in JupyterLab fit together.")


def _extension_folders() -> list[Path]:
    from jupyter_core.paths import jupyter_path

    return [Path(place) for place in jupyter_path("labextensions")]


def _setting_files() -> list[Path]:
    from jupyter_core.paths import jupyter_config_path

    return [Path(place) / "labconfig" / "page_config.json" for place in jupyter_config_path()]


def _switched_off(files: Sequence[Path]) -> bool:
    """The first file that says something of the extension, or of a part of it, decides: the user's own comes first."""
    off: dict[str, bool] = {}
    for file in files:
        try:
            named = json.loads(file.read_text()).get("disabledExtensions", {})
        except (OSError, ValueError, AttributeError):
            continue
        named = dict.fromkeys(named, True) if isinstance(named, list) else named
        for name in named if isinstance(named, dict) else ():
            if name.partition(":")[0] == EXTENSION:
                off.setdefault(name, bool(named[name]))
    return any(off.values())
