"""The package as a whole: its public surface, what importing it costs, and what its files say of it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import cctoolkit

ROOT = Path(__file__).parents[1]
ROOMS = [path for path in (ROOT / "cctoolkit").rglob("*.py") if "_course" not in path.parts]


def test_the_public_surface() -> None:
    """Small, sorted, and all there."""
    assert cctoolkit.__all__ == sorted(cctoolkit.__all__)
    assert {name for name in cctoolkit.__all__ if name[0].islower()} == {"check", "connect", "explore", "sign_in"}
    for name in cctoolkit.__all__:
        assert getattr(cctoolkit, name) is not None
    with pytest.raises(AttributeError):
        _ = cctoolkit.nothing


def test_importing_it_loads_nothing_heavy() -> None:
    """Neither pandas nor ipywidgets, nor an HTTP client."""
    script = "import sys, cctoolkit; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"altair", "pandas", "numpy", "ipywidgets", "httpx", "httpx2", "authlib", "fastapi", "keyring"} & set(
        loaded
    )


def test_signing_in_needs_no_ipywidgets() -> None:
    """The protocol works in a script: `oauth` imports where ipywidgets cannot be imported."""
    script = "import sys; sys.modules['ipywidgets'] = None; import cctoolkit.oauth, cctoolkit.signing_in"
    subprocess.run([sys.executable, "-c", script], check=True)


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_who_leans_on_whom(path: Path) -> None:
    """The sandbox and the client share nothing; only the widgets import ipywidgets; HTTPX has one import."""
    room = path.relative_to(ROOT / "cctoolkit").parts[0]
    imported = _imports(path)
    if room == "sandbox":
        ours = {name for name in imported if name.startswith("cctoolkit")}
        assert all(name.startswith("cctoolkit.sandbox") for name in ours), ours
    elif (room, path.name) not in {("cli", "sandbox.py"), ("compare", "practice.py")}:  # one serves it, one asks it
        assert not any(name.startswith("cctoolkit.sandbox") for name in imported)
    if room != "widgets":
        assert not any(name.split(".")[0] == "ipywidgets" for name in imported)
    if room != "_httpx.py":
        assert not any(name.split(".")[0] in {"httpx", "httpx2"} for name in imported)
    if room != "charts":
        assert not any(name.split(".")[0] in {"altair", "vl_convert"} for name in imported)
    if room not in {"charts", "widgets"}:
        assert not any(name.startswith("cctoolkit.charts") for name in imported)
    if room == "contact_files":
        assert not any(name.startswith(("cctoolkit.api", "cctoolkit.oauth")) for name in imported)


def _needed(path: Path) -> set[str]:
    """The modules of ours that a module needs when it runs, wherever it imports them; types alone are no need."""
    tree = ast.parse(path.read_text())
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for part in node.body
        for inner in ast.walk(part)
    }
    package = path.relative_to(ROOT).with_suffix("").parts
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in for_types:
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            found |= {
                each if each in MODULES else module for each in (f"{module}.{alias.name}" for alias in node.names)
            }
    return found & MODULES.keys()


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOMS
    if path.name != "__main__.py"
}


def test_no_modules_need_each_other() -> None:
    """Whoever takes one away knows what stands on it: what two need lies below both."""
    left = {name: _needed(path) - {name} for name, path in MODULES.items()}
    while free := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in free:
            del left[name]
    in_circles = {name for name in left if any(name in left[other] for other in left)}
    assert {name: sorted(left[name] & in_circles) for name in in_circles} == {}


def test_the_readme_and_ci_say_the_same_commands() -> None:
    """`.ci/run` calls the README's test command, to the letter."""
    command = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/pytest"
    assert f"    {command}\n" in (ROOT / "README.md").read_text()
    assert command in (ROOT / ".ci" / "run").read_text()


def test_everything_is_pinned() -> None:
    """Each dependency stands in constraints.txt with one version, and no index does."""
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    assert "--" not in pins
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0].lower()) for line in pins.splitlines() if "==" in line}
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in [*project["dependencies"], *chain(*project["optional-dependencies"].values())]:
        name = re.sub(r"[-_.]+", "-", re.split(r"[<>=\[ ]", wanted)[0].lower())
        assert name == "cctoolkit" or name in pinned, name


def test_no_module_is_too_long() -> None:
    """One purpose a module."""
    for path in ROOMS:
        assert len(path.read_text().splitlines()) < 500, path


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("**/*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_saved_from_one_clean_run(path: Path) -> None:
    """Counts 1, 2, 3 …; no error output; short cells; no widget state; every cell that shows something is saved so."""
    notebook = json.loads(path.read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    lengths = sorted(len("".join(cell["source"]).splitlines()) for cell in code)
    assert lengths[len(lengths) // 2] <= 3
    assert lengths[-1] <= 6
    assert "widgets" not in notebook["metadata"]
    assert not re.search(r"eyJ[\w-]{10,}\.eyJ", path.read_text())


@pytest.mark.parametrize("host", ["api.example", "192.168.1.20:8790", "127.0.0.1.example"])
def test_a_token_goes_in_the_clear_only_where_that_is_meant(host: str) -> None:
    """One letter is missing easily; this machine is another matter."""
    with pytest.raises(cctoolkit.SettingsError, match=r"is not encrypted: .* allow_http=True"):
        cctoolkit.connect(api_url=f"http://{host}/v3", access_token="t")
    cctoolkit.connect(api_url=f"http://{host}/v3", access_token="t", allow_http=True).close()
    cctoolkit.connect(api_url="http://127.0.0.1:9/v3", access_token="t").close()
