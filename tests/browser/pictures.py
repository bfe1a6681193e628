"""Take the pictures of the panels anew: each whole, as it looks in JupyterLab after its first clicks.

    .venv/bin/python -m tests.browser.pictures

They stand in `notebooks/images`; `notebooks/panels.md` and the README show them. It wants Chromium, as the browser tests do.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from cctoolkit.course import copy_course
from cctoolkit.local_sandbox import stop_sandbox
from tests.browser.conftest import Chromium, Lab, Notebook, running_chromium, running_server

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
#: An account that looks like somebody's, the same each time.
ACCOUNT = """
import cctoolkit
from cctoolkit import contact_files, imports
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import *

practice = Sandbox(seed=7, contacts=130, limits=False).start()
client = cctoolkit.connect(api_url=practice.api_url, access_token=practice.access_token())
for name in ("Newsletter", "Spring market"):
    client.lists.create(name)
newsletter = client.lists.find("Newsletter")["list_id"]
"""


def _nothing(panel: Any) -> None:
    pass


@dataclass
class Picture:
    name: str
    line: str
    #: What is there when the panel is ready.
    words: str
    clicks: Callable[[Any], None] = _nothing


def _details(panel: Any) -> None:
    panel.get_by_role("grid").get_by_role("row").nth(3).click()
    panel.get_by_text("All that the service says of this contact").wait_for()


def _preview(panel: Any) -> None:
    panel.get_by_role("button", name="Preview").click()
    panel.get_by_text("would be new in the account").first.wait_for()


def _through(panel: Any) -> None:
    panel.get_by_text(re.compile(r"The activity [^%]*\.$")).first.wait_for()


def _operation(panel: Any) -> None:
    panel.get_by_label("Search").first.fill("tag")
    panel.get_by_label("Search").first.press("Enter")


STARTED = 'report = imports.start_import(client, contact_files.clean("../data/google-contacts.csv"), newsletter)[0]\n'
PICTURES = [
    Picture("sign-in", "cctoolkit.sign_in()", "Sign in"),
    Picture("registration", "Registration()", "Register an application"),
    Picture("contact-table", "ContactTable(client)", "131 contacts loaded", _details),
    Picture("list-picker", "ListPicker(client)", "is chosen."),
    Picture("contact-file", 'ContactFile("../data/google-contacts.csv")', "kept"),
    Picture("import-panel", 'ImportPanel(client, "../data/google-contacts.csv", newsletter)', "kept", _preview),
    Picture("activity-follower", STARTED + 'ActivityFollower(client, report["activity_id"])', "The activity", _through),
    Picture(
        "import-result",
        'cleaned = contact_files.clean("../data/google-contacts.csv")\n'
        "outcome = imports.import_contacts(client, cleaned, newsletter, progress=False)\n"
        "ImportResult(outcome)",
        "186 of 186",
    ),
    Picture("api-explorer", "cctoolkit.explore(client)", "operations", _operation),
    Picture("join-workshop", "JoinWorkshop()", "Take part in a workshop"),
]


def take(browser: Chromium, lab: Lab, picture: Picture) -> None:
    cells = [nbformat.v4.new_code_cell(text) for text in (ACCOUNT, picture.line)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.folder / "notebooks" / "picture.ipynb")
    opened = Notebook.open(browser, lab, "picture.ipynb")
    opened.page.set_viewport_size({"width": 1280, "height": 2400})
    opened.run_all()
    panel = opened.page.locator(".cct-panel").first
    panel.get_by_text(picture.words).first.wait_for()
    picture.clicks(panel)
    opened.page.wait_for_function("() => !document.querySelector('.cct-busy')")
    opened.page.mouse.move(0, 0)
    panel.screenshot(path=IMAGES / f"{picture.name}.png")
    opened.close(lab)


def main() -> None:
    place = Path(tempfile.mkdtemp())
    # Nothing of whoever takes them is used, or shown.
    os.environ |= {"HOME": str(place), "XDG_STATE_HOME": str(place / "state"), "CCTOOLKIT_TOKEN_STORE": "file"}
    os.environ.pop("CCTOOLKIT_WORKSPACE", None)
    try:
        with running_chromium(place / "chromium") as browser, running_server(place) as server:
            folder = server.root / "course"
            copy_course(folder)
            for picture in PICTURES:
                take(browser, Lab(server.url, "course", folder, server.home), picture)
    finally:
        stop_sandbox(place / "courses" / "course")
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
