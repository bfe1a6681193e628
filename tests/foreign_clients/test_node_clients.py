"""Clients of other people for Node: the vendor's SDK, and the command line that is built on it, which know nothing of the sandbox.

They come from the registry, with pinned versions, and their hosts' addresses are replaced before they start.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox

HERE = Path(__file__).parent
PACKAGES = ("ctct-api-client@1.23.0", "@mattmaynes/ctct-cli@1.2.1")

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages in it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js and npm are not on the PATH: install them (nodejs, npm), and these clients are fetched")
    folder = tmp_path_factory.mktemp("node-clients")
    try:
        done = subprocess.run(
            [npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), *PACKAGES],
            capture_output=True,
            timeout=300,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the clients for Node cannot be installed here: the package registry does not answer")
    if done.returncode:
        pytest.skip("the clients for Node cannot be installed here: no package registry answers")
    return folder / "node_modules"


def _environment(modules: Path, sandbox: Sandbox, home: Path) -> dict[str, str]:
    return os.environ | {
        "CCTOOLKIT_FOREIGN_MODULES": str(modules),
        "CCTOOLKIT_FOREIGN_SANDBOX": json.dumps(sandbox.description()),
        "CTCT_CONFIG_DIR": str(home / ".ctct"),
        "HOME": str(home),
        "NODE_OPTIONS": f"--require {HERE / 'to_the_sandbox.cjs'}",
    }


def test_the_vendors_sdk_for_node_walks_the_sandbox(served: Sandbox, node_modules: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        ["node", str(HERE / "vendor_node_sdk_walk.cjs")],
        capture_output=True,
        text=True,
        timeout=120,
        env=_environment(node_modules, served, tmp_path),
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert json.loads(done.stdout) == {
        "account": "robin@example.com",
        "list": "By Node",
        "contact": ["Ana", "44"],
        "conflict": [409, "contacts.api.conflict"],
        "imported": 1,
        "tagged": "completed",
        "by_tag": ["ana@example.com", "ben@example.com"],
        "exported": "completed",
    }


class CommandLine:
    """`ctct`, as a person types it."""

    def __init__(self, modules: Path, sandbox: Sandbox, home: Path) -> None:
        self._command = ["node", str(modules / "@mattmaynes" / "ctct-cli" / "dist" / "cli.js")]
        self._environment = _environment(modules, sandbox, home)

    def __call__(self, *arguments: str) -> Any:
        done = subprocess.run(
            [*self._command, "--json", *arguments], capture_output=True, text=True, timeout=60, env=self._environment
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-1_000:]} {done.stderr[-1_000:]}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def login(self, agreed: Any) -> None:
        """The device flow: `agreed` is what a person does with the address and the code that are shown."""
        waiting = subprocess.Popen(
            [*self._command, "--json", "login", "--no-open"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment,
        )
        assert waiting.stdout is not None
        shown = ""
        try:
            for line in waiting.stdout:
                shown += line
                place = re.search(r"http://127\.0\.0\.1:\d+/activate", shown)
                code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", shown)
                if place is not None and code is not None:
                    agreed(f"{place[0]}?user_code={code[0]}")
                    break
            rest, _ = waiting.communicate(timeout=60)
        finally:
            waiting.kill()
        assert waiting.returncode == 0, shown + rest


def _agree(address: str) -> None:
    """What a person does in a browser with the address that carries the code."""
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        page = browser.get(address)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        code = re.search(r'name="user_code" value="([^"]+)"', page.text)
        assert ticket is not None, page.text
        assert code is not None, page.text
        form = {"ticket": ticket[1], "user_code": code[1], "decision": "allow"}
        assert browser.post(address.partition("?")[0], data=form).is_success


def test_the_command_line_walks_the_sandbox(served: Sandbox, node_modules: Path, tmp_path: Path) -> None:
    """It signs in by the device flow, keeps its tokens in a file, and refreshes them."""
    ctct = CommandLine(node_modules, served, tmp_path)
    ctct("init", "--client-id", str(served.description()["client_id"]), "--storage", "file")
    ctct.login(_agree)
    assert ctct("account", "show")["contact_email"] == "robin@example.com"
    made = ctct("list", "add", "--name", "Typed")
    contact = ctct("contact", "add", "--email", "ada@example.com", "--first-name", "Ada", "--list", made["list_id"])
    assert ctct("contact", "get", contact["contact_id"])["first_name"] == "Ada"
    data = {"import_data": [{"email": "ben@example.com"}], "list_ids": [made["list_id"]]}
    activity = ctct("bulk", "import", "--data", json.dumps(data))
    served.advance(60)
    assert ctct("bulk", "get", activity["activity_id"])["state"] == "completed"
    assert "access_token" in json.dumps(ctct("refresh-token"))
    assert ctct("contact", "counts")["total"] == 3
