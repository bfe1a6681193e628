"""Two people at one hub: each has a workspace, a sandbox and an account of their own, and not the other's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cctoolkit._httpx import httpx
from tests.hub.people import NAVIGATING, Person
from tests.hub.running import CONFIG

pytestmark = pytest.mark.thorough

WHERE = """
import json
from cctoolkit.local_sandbox import ensure_sandbox
from cctoolkit.settings import workspace_folder, workspace_state
workspace = workspace_folder()
sandbox = ensure_sandbox(workspace)
print(json.dumps({"workspace": str(workspace), "state": str(workspace_state(workspace)), "api": sandbox["api"]}))
"""
GRACE = {"email_address": {"address": "grace@example.com"}, "first_name": "Grace", "create_source": "Account"}
WHO = "print([person['email_address']['address'] for person in cctoolkit.connect().contacts.iter()])"
START_DEVICE = """
from cctoolkit.connection import open_session
from cctoolkit.oauth.places import through_the_hub
session = open_session("sandbox")
device = session.start_device()
print(through_the_hub(device.verification_uri_complete))
"""


def where(person: Person) -> dict[str, str]:
    """Where a person's sandbox is and keeps its state, as their own kernel says."""
    return dict(json.loads(person.run(WHERE)))


@pytest.fixture(scope="module")
def ada_has_a_contact(ada: Person, bob: Person) -> None:
    ada.run("import cctoolkit")
    ada.run("cctoolkit.connect().call('createContact', body=" + repr(GRACE) + ")")
    bob.run("import cctoolkit")


@pytest.mark.usefixtures("ada_has_a_contact")
def test_a_contact_of_one_is_not_seen_by_the_other(ada: Person, bob: Person) -> None:
    """The same code in both kernels: two accounts."""
    assert "grace@example.com" in ada.run(WHO)
    assert "grace@example.com" not in bob.run(WHO)


def test_everybody_has_a_workspace_a_state_folder_and_a_sandbox_of_their_own(ada: Person, bob: Person) -> None:
    """All in their own home; the state is readable for its owner alone, and not below what the file browser shows."""
    hers, his = where(ada), where(bob)
    assert all(hers[name] != his[name] for name in hers)
    for person, places in ((ada, hers), (bob, his)):
        assert Path(places["workspace"]).parent.name == person.name
        state = Path(places["state"])
        assert not state.is_relative_to(places["workspace"])
        assert state.is_relative_to(Path(places["workspace"]).parent)
        assert state.stat().st_mode & 0o077 == 0
        kept = [path for path in state.iterdir() if path.suffix == ".json"]
        assert kept
        assert all(path.stat().st_mode & 0o077 == 0 for path in kept)


def test_the_notebooks_are_there(ada: Person) -> None:
    """A copy of the course, in which the server opens the first one."""
    listed = ada.http.get(f"{ada.base}/api/contents/notebooks").json()["content"]
    assert "00-start-here.ipynb" in [entry["name"] for entry in listed]
    page = ada.page(f"{ada.base}/")
    assert page.url.path == f"{ada.base}/lab/tree/notebooks/00-start-here.ipynb"
    assert '"cctoolkit-lab"' in page.text  # as `cctoolkit lab` has it: Run All leaves the page where it is


@pytest.mark.parametrize("path", ["/lab", "/api/contents/notebooks", "/api/kernels", "/proxy/{port}/"])
def test_nobody_enters_the_others_server(ada: Person, bob: Person, path: str) -> None:
    """Not its pages, its files, its kernels or what it passes on: the hub refuses."""
    path = path.format(port=urlsplit(where(ada)["api"]).port)
    assert ada.page(ada.base + path).status_code == 200
    assert bob.page(ada.base + path).status_code in (403, 404)


def test_the_others_state_is_not_served_by_ones_own_server(ada: Person, bob: Person) -> None:
    """Neither by climbing out of the folder that is served, nor by its whole path."""
    assert bob.http.get(f"{bob.base}/files/notebooks/00-start-here.ipynb").status_code == 200
    token_file = Path(where(ada)["state"]) / "sandbox.json"
    for path in (f"../../{ada.name}/cctoolkit-course/data", str(token_file), f"..%2f..%2f{ada.name}"):
        assert bob.http.get(f"{bob.base}/api/contents/{path}").status_code == 404
        assert bob.http.get(f"{bob.base}/files/{path}").status_code in (403, 404)


@pytest.mark.usefixtures("ada_has_a_contact")
def test_the_others_sandbox_does_not_take_ones_token(ada: Person, bob: Person) -> None:
    """Her account answers to her tokens only: not without one, and not to his."""
    api = where(ada)["api"]
    ask = f"""
from cctoolkit._httpx import httpx
from cctoolkit.local_sandbox import ensure_sandbox
from cctoolkit.settings import workspace_folder
own = ensure_sandbox(workspace_folder())["access_token"]
for headers in ({{}}, {{"Authorization": "Bearer " + own}}):
    print(httpx.get("{api}/contacts", headers=headers, trust_env=False).status_code)
"""
    assert bob.run(ask).split() == ["401", "401"]


def test_what_one_machine_does_not_keep_apart(ada: Person, bob: Person) -> None:
    """His program reaches her sandbox's port and her files: README.md says so, and what to do for strangers.

    When this fails, something keeps them apart that did not before: then the README is to be mended.
    """
    hers = where(ada)
    assert bob.page(f"{bob.base}/proxy/{urlsplit(hers['api']).port}/").status_code == 200
    assert bob.run(f"print(len(open({hers['state'] + '/sandbox.json'!r}).read()) > 0)").strip() == "True"
    readme = (CONFIG.parent / "README.md").read_text()
    assert "All servers run under one account of the machine." in readme
    assert "All servers share the machine's network." in readme


def test_signing_in_through_the_hub(ada: Person, bob: Person) -> None:
    """Her sandbox's consent page opens through the hub for her, under the hub's own name, and for nobody else."""
    page = ada.run(START_DEVICE).strip()
    assert page.startswith(f"{ada.base}/proxy/")
    assert bob.page(page).status_code == 403

    shown = ada.page(page, Host="hub.example")
    assert shown.status_code == 200
    assert "asks for access to your account" in shown.text
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    headers = {**NAVIGATING, "Host": "hub.example", "Origin": "http://hub.example"}
    said = ada.http.post(page, data={**form, "decision": "allow"}, headers=headers)
    assert "You are signed in" in said.text
    assert ada.run("token, _ = session.poll_device(device, 5)\nprint(token is not None)").strip() == "True"


def test_a_page_needs_somebody_who_is_signed_in_at_the_hub(hub: str, ada: Person) -> None:
    """A stranger is sent to the hub's login form."""
    page = ada.run(START_DEVICE).strip()
    with httpx.Client(base_url=hub, follow_redirects=True, trust_env=False) as stranger:
        assert stranger.get(page, headers=NAVIGATING).url.path == "/hub/login"
