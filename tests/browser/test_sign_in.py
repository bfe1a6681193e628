"""Signing in, in a real browser: the three ways, and that no secret stays anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Lab, Notebook, every_byte

pytestmark = pytest.mark.thorough

SIGNED_IN = "Signed in as robin@example.com"


def _allow(notebook: Notebook, click: Any) -> Any:
    """Open the consent page with a click, choose Allow, and return the page that the browser ends on."""
    with notebook.page.context.expect_page() as opened:
        click()
    consent = opened.value
    consent.get_by_role("button", name="Allow").click()
    return consent


def test_a_person_signs_in_and_sees_the_account(open_notebook: Any, lab: Lab) -> None:
    """Run All, click Sign in, Allow, and the panel says who it is; the next cell shows a DataFrame."""
    notebook = open_notebook("01-authenticate.ipynb")
    notebook.run_all()
    panel = notebook.panel()
    done = _allow(notebook, lambda: panel.get_by_role("link", name="Sign in").click())
    done.wait_for_selector("text=You are signed in")
    assert "code=" not in done.url
    panel.get_by_text(SIGNED_IN).wait_for(timeout=5_000)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    notebook.run_cell("client.account.frame()")
    table = notebook.page.locator(".jp-OutputArea-output table.dataframe")
    table.get_by_text("Riverside Community Garden").wait_for(timeout=20_000)


def test_who_goes_in_order_sees_the_consent_page(open_notebook: Any, lab: Lab) -> None:
    """Notebook 00 signs in by code; notebook 01 offers the way all the same, and says why it is this one, before and after."""
    first = open_notebook("00-start-here.ipynb")
    first.run_all()
    notebook = open_notebook("01-authenticate.ipynb")
    notebook.run_cell("cctoolkit.sign_in(anew=True)")
    panel = notebook.panel()
    panel.get_by_text("so the browser can answer here directly").wait_for(timeout=20_000)
    with notebook.page.context.expect_page() as opened:
        panel.get_by_role("link", name="Sign in").click()
    consent = opened.value
    consent.get_by_text("asks for access to your account").wait_for()
    consent.get_by_role("button", name="Allow").click()
    consent.wait_for_selector("text=You are signed in")
    panel.get_by_text(SIGNED_IN).wait_for(timeout=5_000)
    assert panel.get_by_text("so the browser can answer here directly").is_visible()


def test_pasting_the_address(open_notebook: Any, lab: Lab) -> None:
    """The browser ends on a page that does not load; its address, pasted, signs in."""
    notebook = open_notebook("01-authenticate.ipynb")
    notebook.run_cell("cctoolkit.sign_in(anew=True)")
    panel = notebook.panel()
    panel.get_by_role("button", name="Paste the address").click()
    panel.get_by_text("Copy the whole address bar").wait_for()
    addresses = notebook.addresses()
    _allow(notebook, lambda: panel.get_by_role("link", name="Sign in").click())
    for _ in range(100):
        landed = [address for address in addresses if address.startswith("https://localhost")]
        if landed:
            break
        notebook.page.wait_for_timeout(50)
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    field = panel.get_by_role("textbox")
    for text in ("https://localhost/?error=access_denied&state=old", landed[0]):
        notebook.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        field.click()
        notebook.page.keyboard.press("Control+V")  # and nothing else: pasting is pasting
        if text != landed[0]:
            panel.get_by_text("belongs to another sign-in").wait_for(timeout=10_000)
    panel.get_by_text(SIGNED_IN).wait_for(timeout=10_000)


def test_a_code_on_another_screen(open_notebook: Any, lab: Lab) -> None:
    """The code is shown with a countdown, and no picture, as the page is on this machine; allowing it on its page changes the panel."""
    notebook = open_notebook("01-authenticate.ipynb")
    notebook.run_cell("cctoolkit.sign_in(anew=True)")
    panel = notebook.panel()
    panel.get_by_role("button", name="With a code").click()
    panel.get_by_role("button", name="Get a code").click()
    panel.get_by_text(re.compile(r"Waiting for you: 9:\d\d left")).wait_for(timeout=10_000)
    assert panel.locator("svg").count() == 0
    done = _allow(notebook, lambda: panel.get_by_role("link", name="Open the page").click())
    done.wait_for_selector("text=You are signed in")
    panel.get_by_text(SIGNED_IN).wait_for(timeout=20_000)


def test_no_secret_stays_anywhere(open_notebook: Any, lab: Lab) -> None:
    """Saved with its widgets' state: every byte of the workspace, the notebook, Jupyter's folders and its debug log is
    searched for every secret of the sign-in."""
    notebook = open_notebook("01-authenticate.ipynb")
    requests = notebook.addresses()
    notebook.page.evaluate(
        "() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState', {})"
    )
    notebook.run_all()
    panel = notebook.panel()
    done = _allow(notebook, lambda: panel.get_by_role("link", name="Sign in").click())
    done.wait_for_selector("text=You are signed in")
    panel.get_by_text(SIGNED_IN).wait_for(timeout=5_000)
    notebook.save()

    saved = (lab.folder / "notebooks" / "01-authenticate.ipynb").read_text()
    assert "application/vnd.jupyter.widget-state+json" in saved  # the state was saved indeed
    codes = [match[1] for url in requests if (match := re.search(r"[?&]code=([^&]+)", url))]
    assert codes
    state = lab.folder  # the sandbox's own folder is elsewhere: it has to hold the tokens
    from cctoolkit.settings import workspace_state

    [token_file] = workspace_state(lab.folder).glob("token.json")
    import json

    token = json.loads(token_file.read_text())
    secrets = [*codes, token["access_token"], token["refresh_token"], lab.sandbox["client_secret"]]
    haystack = every_byte(state, lab.home)
    for secret in secrets:
        assert len(secret) > 20
        assert secret.encode() not in haystack
    assert "code=" not in done.evaluate("() => location.href")
