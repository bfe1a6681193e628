"""The vendor's own Python SDK against the sandbox, given nothing but another host."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from cctoolkit.sandbox import Sandbox

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def sdk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the SDK in it."""
    if find_spec("pip") is None:
        pytest.skip(
            "pip, which installs the vendor's SDK, is not in this environment: install it and run the tests again"
        )
    folder = tmp_path_factory.mktemp("vendor-sdk")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    installed = subprocess.run(
        [*pip, "-r", str(HERE / "vendor-sdk.txt")],
        capture_output=True,
        text=True,
    )
    if installed.returncode:
        pytest.skip("the vendor's SDK cannot be installed here: no package registry answers")
    return python


@pytest.mark.thorough
def test_the_vendors_sdk_walks_the_sandbox(served: Sandbox, sdk_python: Path) -> None:
    """Contacts, lists, both imports, activities, tags and custom fields: everything is understood."""
    done = subprocess.run(
        [str(sdk_python), str(HERE / "vendor_sdk_walk.py")],
        input=json.dumps(served.description()),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert json.loads(done.stdout) == {
        "lists": ["From the SDK", "General Interest"],
        "list": "By the SDK",
        "custom_fields": ["Shoe size"],
        "tags": ["Gold"],
        "contact": ["Ana", "555-0101", "44"],
        "updated": "Anna",
        "sign_up": "created",
        "conflict": [409, True],
        "csv_import": 2,
        "json_import": 1,
        "tagged": "completed",
        "on_list": ["ana@example.com", "ben@example.com", "cy@example.com", "dee@example.com", "eve@example.com"],
        "activities": 3,
        "deleted": ["ana@example.com"],
    }
