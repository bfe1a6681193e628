"""JupyterLab and Chromium, as a person uses them."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cctoolkit._httpx import httpx
from cctoolkit.cli.running_lab import page_environment
from cctoolkit.course import copy_course
from cctoolkit.local_sandbox import ensure_sandbox, stop_sandbox
from tests import processes
from tests.nursery import Nursery

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
HOW_TO_GET_IT = "Chromium is not installed: on Debian, apt-get install chromium; then run the tests again"


@dataclass
class Lab:
    """A copy of the course in a running JupyterLab, with a workspace and a sandbox of its own."""

    url: str
    #: The course's folder, below the server's own.
    name: str
    folder: Path
    home: Path
    #: Whether cells out of view stay in the page.
    whole_pages: bool = False

    @property
    def sandbox(self) -> dict[str, Any]:
        return ensure_sandbox(self.folder)


@dataclass
class Server:
    """A running JupyterLab, and what it keeps."""

    url: str
    root: Path
    home: Path
    #: How many courses there have been.
    courses: int = 0

    def setting(self, extension: str, name: str, values: dict[str, Any] | None) -> None:
        """Write a setting of a person's; without values it is as JupyterLab comes."""
        path = self.home / "settings" / "@jupyterlab" / extension / f"{name}.jupyterlab-settings"
        path.unlink(missing_ok=True)
        if values is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))


class Chromium:
    """One browser for all tests of this process. It keeps JupyterLab's programs: reading and compiling them anew takes longer
    than most tests."""

    def __init__(self, profile: Any) -> None:
        self._profile = profile
        self._listeners: list[Any] = []
        #: JupyterLab's own pages, by what they were opened for: each is kept for the next test.
        self._labs: dict[Any, Any] = {}

    def new_page(self, width: int = 1280, height: int = 900) -> Any:
        """A page in a window of this size."""
        page = self._profile.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    def lab(self, place: Any) -> Any:
        """JupyterLab's page that was kept for this, if there is one."""
        return self._labs.pop(place, None)

    def keep_lab(self, place: Any, page: Any) -> None:
        """For whoever asks for it next; what others leave until then does not close it."""
        self._labs[place] = page

    def addresses(self) -> list[str]:
        """What any page asks for, from now on until everybody has left."""
        asked: list[str] = []

        def note(request: Any) -> None:
            asked.append(request.url)

        self._profile.on("request", note)
        self._listeners.append(note)
        return asked

    def leave(self, *addresses: str) -> None:
        """Close every page, those that others have opened too. Of this person nothing is left to the next: no cookie, no
        permission, and nothing that the pages at these addresses have stored."""
        while self._listeners:
            self._profile.remove_listener("request", self._listeners.pop())
        for page in self._profile.pages[1:]:  # without any, Chromium may end
            if page not in self._labs.values():
                page.close()
        session = self._profile.new_cdp_session(self._profile.pages[0])
        for address in addresses:
            session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "indexeddb,local_storage"})
        session.detach()
        # JupyterLab's page sends this one with whatever it asks for.
        self._profile.clear_cookies(name=re.compile("^(?!_xsrf$)"))
        self._profile.clear_permissions()


@contextmanager
def running_chromium(profile: Path) -> Iterator[Chromium]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine takes longer than playwright's five seconds
    quiet = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=quiet.split(), viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(60_000)  # of pages that others open too
        yield Chromium(context)
        context.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with running_chromium(tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Chromium) -> Iterator[Server]:
    """One JupyterLab for all browser tests of this process: starting it takes longer than most of them."""
    with running_server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def lab(server: Server, nursery: Nursery) -> Iterator[Lab]:
    """A course for one test."""
    with _course(server, nursery, whole_pages=False) as course:
        yield course


@pytest.fixture(scope="module")
def shared_lab(server: Server, nursery: Nursery) -> Iterator[Lab]:
    """A course for the tests of a module, where none minds what another left in the sandbox.

    Cells out of view stay in the page, for a judge that has to see all of them.
    """
    with _course(server, nursery, whole_pages=True) as course:
        yield course


@contextmanager
def _course(server: Server, nursery: Nursery, *, whole_pages: bool) -> Iterator[Lab]:
    server.courses += 1
    name = f"course-{server.courses}"
    folder = server.root / name
    copy_course(folder)
    nursery.serve(folder)
    server.setting("apputils-extension", "themes", None)  # that of the test before
    server.setting("notebook-extension", "tracker", {"windowingMode": "none"} if whole_pages else None)
    try:
        yield Lab(server.url, name, folder, server.home, whole_pages)
    finally:
        assert stop_sandbox(folder) or not hasattr(os, "fork")


@contextmanager
def running_server(place: Path) -> Iterator[Server]:
    root, home = place / "courses", place / "home"
    root.mkdir()
    home.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", root, home)
    server.setting("apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False})
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        **page_environment(),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    # A kernel finds the sandbox of the course that its notebook is in, as anybody's does.
    environment.pop("CCTOOLKIT_WORKSPACE", None)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"),
        *("--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={root}"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", "--ServerApp.log_level=DEBUG"),
    ]
    with (home / "jupyter.log").open("w") as output:
        process = processes.start(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"{server.url}/api")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            finally:
                process.kill()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)  # another program starts; there is no clock of ours to move
    raise AssertionError(f"{url} does not answer")


#: The page's own notebook, and its model, which knows cells that are out of view too.
_WIDGET = "window.jupyterapp?.shell.currentWidget"
_CODE = f"{_WIDGET}.content.model.sharedModel.cells.filter(c => c.cell_type === 'code')"
#: Whether the page shows the notebook that was asked for, and its kernel has answered.
_ATTACHED = f"""name => {{
    const widget = {_WIDGET};
    return widget?.context?.path === name && widget.context.isReady && widget.sessionContext.isReady
        && widget.sessionContext.session?.kernel?.status === 'idle';
}}"""
#: Asks the kernel something of the test's own; what it answers is the page's, so that nobody waits in here.
_ASK = f"""() => {{
    window.cctAnswered = false;
    {_WIDGET}.sessionContext.session.kernel.requestExecute({{code: '', silent: true, store_history: false}}).done
        .then(() => {{ window.cctAnswered = true; }});
}}"""


#: Lets go of every notebook, saved or not. A page where something waits for an answer is not used again.
_EMPTY = """() => {
    for (const widget of [...window.jupyterapp.shell.widgets('main')]) widget.dispose();
    return !document.querySelector('.jp-Dialog, .jp-Notebook');
}"""


class Notebook:
    """One notebook in the browser."""

    def __init__(self, page: Any, browser: Chromium) -> None:
        self.page = page
        self._browser = browser
        #: How often Run All was given until a cell began.
        self.given = 0
        #: What the page says in windows of its own, which are closed.
        self.alerts: list[str] = []
        page.on("dialog", self._dismiss)

    @classmethod
    def open(cls, browser: Chromium, lab: Lab, name: str) -> Notebook:
        """In the page of JupyterLab that another test has left, as a person opens one notebook after the other; loading that
        page takes five times as long."""
        path = f"{lab.name}/notebooks/{name}"
        page = browser.lab((lab.url, lab.whole_pages))
        if page is None:
            page = browser.new_page()
            # With reset, no tab of an earlier visit is restored, whose kernel's state the page would show.
            page.goto(f"{lab.url}/lab/tree/{path}?reset")
        else:
            page.bring_to_front()
            page.evaluate("path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }", path)
        page.wait_for_function(_ATTACHED, arg=path, timeout=90_000)
        notebook = cls(page, browser)
        notebook.ask_the_kernel()
        return notebook

    def _dismiss(self, dialog: Any) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def addresses(self) -> list[str]:
        """What any page of the browser asks for, from now on until this is closed."""
        return self._browser.addresses()

    def ask_the_kernel(self) -> None:
        """Wait until the kernel has answered a request of the test's own. Before that, Run All would be lost."""
        self.page.evaluate(_ASK)
        self.page.wait_for_function("() => window.cctAnswered", timeout=90_000)

    def command(self, name: str, **arguments: str) -> None:
        """Give a command of JupyterLab. Its promise is not waited for in the page, where no time-out ends that."""
        self.page.evaluate("([name, args]) => { window.jupyterapp.commands.execute(name, args); }", [name, arguments])

    def theme(self, name: str) -> None:
        """`JupyterLab Light` or `JupyterLab Dark`."""
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)

    def wait_until_run(self, seconds: float = 90) -> None:
        """Until every code cell has its count. Raises when one failed, with what it says."""
        self.page.wait_for_function(
            f"() => {_CODE}.every(c => c.execution_count && c.executionState !== 'running' || !c.source.trim())",
            timeout=seconds * 1_000,
        )
        failed = self.page.evaluate(
            f"() => {_CODE}.flatMap(c => c.outputs.filter(o => o.output_type === 'error').map(o => `${{o.ename}}: ${{o.evalue}}`))"
        )
        assert failed == []

    def close(self, lab: Lab) -> None:
        """Close all pages but one as it was when JupyterLab had opened it, and end the kernels: a server that keeps them all
        grows slow. One that stays is a failure."""
        self.page.remove_listener("dialog", self._dismiss)
        if self._emptied():
            self._browser.keep_lab((lab.url, lab.whole_pages), self.page)
        self._browser.leave(lab.url)
        with httpx.Client(base_url=lab.url, timeout=30) as http:
            http.get("/lab").raise_for_status()  # sets the cookie that every change has to repeat
            ticket = {"X-XSRFToken": http.cookies["_xsrf"]}
            for session in http.get("/api/sessions").raise_for_status().json():
                http.delete(f"/api/sessions/{session['id']}", headers=ticket).raise_for_status()
            assert http.get("/api/kernels").json() == []

    def _emptied(self) -> bool:
        """Whether the page is JupyterLab without any notebook again, in its first theme and size."""
        try:
            if self.page.is_closed() or not self.page.evaluate(_EMPTY):
                return False
            self.theme("JupyterLab Light")
            self.page.set_viewport_size({"width": 1280, "height": 900})
            self.page.mouse.move(0, 0)
        except PlaywrightError:  # it has crashed, or does not answer
            return False
        return True

    def run_all(self) -> None:
        """Run every cell: given until one begins. Outputs go first, since saved counts look like a finished run."""
        self.command("notebook:clear-all-cell-outputs")
        self.page.wait_for_function(f"() => {_CODE}.every(c => !c.execution_count)")
        for _ in range(6):
            self.given += 1
            self.command("notebook:run-all-cells")
            try:
                self.page.wait_for_function(
                    f"() => {_CODE}.some(c => c.execution_count || c.executionState === 'running')", timeout=10_000
                )
            except PlaywrightTimeout:
                continue
            return
        raise AssertionError("Run All was given six times, and no cell began.")

    def place(self) -> tuple[int, int]:
        """The chosen cell, and how far the page is scrolled."""
        chosen, scrolled = self.page.evaluate(
            f"() => [{_WIDGET}.content.activeCellIndex, {_WIDGET}.content.outerNode.scrollTop]"
        )
        return chosen, scrolled

    def run_cell(self, containing: str) -> None:
        """Run the code cell that contains a text."""
        self.page.locator(".jp-CodeCell", has_text=containing).locator(".cm-content").click()
        self.command("notebook:run-cell")

    def panel(self) -> Any:
        """The output that holds the sign-in panel."""
        return self.page.locator(".jp-OutputArea-output .widget-vbox").first

    def save(self) -> None:
        """Save: given until nothing is unsaved, since an output that comes while it is written makes that so again."""
        for _ in range(6):
            self.command("docmanager:save")
            try:
                self.page.wait_for_function(
                    "() => !document.querySelector('.jp-mod-current .jp-DirtyIndicator, .jp-mod-dirty')", timeout=10_000
                )
            except PlaywrightTimeout:
                continue
            return
        raise AssertionError("The notebook was saved six times, and something is unsaved.")


_FOCUSED = """() => {
    const at = document.activeElement;
    return [at.textContent.trim(), at.getAttribute('placeholder'), at.getAttribute('aria-label')];
}"""


def tab_to(page: Any, words: str) -> None:
    """Press Tab until what has the focus is called that. Nothing on the way may keep it.

    While a panel is busy, what comes next may not be there yet, and a press on it would do nothing.
    """
    page.wait_for_function("() => !document.querySelector('.cct-busy')", timeout=30_000)
    for _ in range(150):
        page.keyboard.press("Tab")
        if words in page.evaluate(_FOCUSED):
            return
    raise AssertionError(f"Tab does not come to {words}")


@pytest.fixture
def open_notebook(browser: Any, lab: Lab) -> Iterator[Any]:
    opened: list[Notebook] = []

    def open_one(name: str) -> Notebook:
        opened.append(Notebook.open(browser, lab, name))
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.close(lab)


def every_byte(*folders: Path) -> bytes:
    """All files below the folders, one after the other."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(json.dumps(str(path)).encode() + path.read_bytes() for path in paths)
