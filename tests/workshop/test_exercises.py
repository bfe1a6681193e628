"""The exercises' judges: by the state of the account alone, whichever way it came about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import cctoolkit
from cctoolkit import contact_files, imports
from cctoolkit.api import Client
from cctoolkit.course import sample
from cctoolkit.sandbox import Sandbox
from cctoolkit.workshop.account import LEAVER, MARKET, AccountState
from cctoolkit.workshop.checking import CheckResult, check, judge
from cctoolkit.workshop.exercises import EXERCISES, EXPORT, find


def _right(client: Client) -> list[int]:
    return [exercise.number for exercise in EXERCISES if check(exercise.number, client)]


def _import(client: Client, sandbox: Sandbox) -> dict[str, Any]:
    list_id = client.lists.find_or_create(MARKET)["list_id"]
    [report] = imports.start_import(client, contact_files.clean(sample(EXPORT), progress=False), list_id)
    sandbox.advance(60)
    return client.activities.get(report["activity_id"])


def _unsubscribe(client: Client, **core: str) -> None:
    contact = client.contacts.page(email=LEAVER)["contacts"][0]
    address = {"address": LEAVER, "permission_to_send": "unsubscribed"}
    body = {**core, "email_address": address, "update_source": "Account"}
    client.call("putContact", contact_id=contact["contact_id"], body=body)


def test_a_new_account_has_only_its_sign_in(client: Client) -> None:
    """Each other check says what is not there yet, and where to look."""
    assert _right(client) == [1]
    for exercise in EXERCISES[1:]:
        result = check(exercise.name, client)
        assert result.words
        assert result.look
        assert f"{exercise.number} · {exercise.title}: not yet. " in repr(result)


def test_every_exercise_is_right_once_it_is_done(client: Client, sandbox: Sandbox) -> None:
    """One after the other, each changes its own check from not yet to right."""
    client.lists.create("company: riverside community garden")
    assert _right(client) == [1, 2]
    client.lists.create(MARKET)
    assert _right(client) == [1, 2, 3]
    client.lists.create("Rejected: 4")
    assert _right(client) == [1, 2, 3, 4]
    report = _import(client, sandbox)
    assert _right(client) == [1, 2, 3, 4, 5]
    client.lists.create(f"Imported: {report['status']['person_count']}")
    assert _right(client) == [1, 2, 3, 4, 5, 6]
    tag = client.call("postTag", body={"name": "volunteers"})
    contacts = client.contacts.frame()
    ids = list(contacts[contacts["job_title"] == "Volunteer"]["contact_id"])
    client.call("postTagAddContact", body={"source": {"contact_ids": ids}, "tag_ids": [tag["tag_id"]]})
    sandbox.advance(60)
    assert 7 in _right(client)
    field = client.custom_fields.create("Stall")["custom_field_id"]
    body = {
        "email_address": "dwayne.delacruz@example.org",
        "list_memberships": [client.lists.find(MARKET)["list_id"]],  # type: ignore[index]
        "custom_fields": [{"custom_field_id": field, "value": "B4"}],
    }
    client.call("createOrUpdateContact", body=body)
    assert 8 in _right(client)
    _unsubscribe(client, first_name="Klaus", last_name="Thorne")
    assert _right(client) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    _import(client, sandbox)
    assert 10 not in _right(client)
    client.lists.create(f"Missing: {LEAVER}")
    assert _right(client) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    contact = client.contacts.page(email=LEAVER)["contacts"][0]
    body = {"list_ids": [client.lists.find(MARKET)["list_id"]]}  # type: ignore[index]
    client.call("resubscribeContact", contact_id=contact["contact_id"], body=body)
    assert _right(client) == [exercise.number for exercise in EXERCISES]


@pytest.mark.parametrize(
    ("exercise", "list_name", "sentence"),
    [
        ("read", "Company: Elsewhere", "does not work for Elsewhere"),
        ("list", "Sprnig market", "There is a list Sprnig market, but none Spring market"),
        ("clean", "Rejected: 3", "It is not 3 rows"),
        ("clean", "Rejected:", "It is not (nothing) rows"),
        ("follow", "Imported: 17", "There is no import to follow"),
        ("missing", "Missing: everybody", "Nobody is missing yet"),
    ],
)
def test_an_answer_that_is_not_right_is_named(client: Client, exercise: str, list_name: str, sentence: str) -> None:
    """The check says what it found instead."""
    client.lists.create(list_name)
    result = check(exercise, client)
    assert not result
    assert sentence in result.words


def test_an_import_into_another_list_is_told(client: Client, sandbox: Sandbox) -> None:
    """With how many are missing from the right one."""
    list_id = client.lists.find("General Interest")["list_id"]  # type: ignore[index]
    client.lists.create(MARKET)
    imports.start_import(client, contact_files.clean(sample(EXPORT), progress=False), list_id)
    sandbox.advance(60)
    assert "17 of 17 contacts are not on Spring market" in check("import", client).words


def test_a_name_that_was_lost_on_the_way_is_told(client: Client, sandbox: Sandbox) -> None:
    """A PUT clears what it does not bring: unsubscribed is not enough."""
    _import(client, sandbox)
    _unsubscribe(client)
    result = check("unsubscribe", client)
    assert not result
    assert "has lost his name" in result.words


def test_a_tag_on_somebody_else_is_told(client: Client, sandbox: Sandbox) -> None:
    """Everybody tagged is not right either."""
    _import(client, sandbox)
    tag = client.call("postTag", body={"name": "Volunteers"})
    ids = list(client.contacts.frame()["contact_id"])
    client.call("postTagAddContact", body={"source": {"contact_ids": ids}, "tag_ids": [tag["tag_id"]]})
    sandbox.advance(60)
    assert "is no volunteer" in check("tag", client).words


def test_words_of_the_account_are_escaped() -> None:
    """A list named with a script is shown as text."""
    hostile = "<script>alert(1)</script>"
    html = CheckResult(2, "read", "Read", False, f"not {hostile}", hostile)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_sandbox_that_is_gone_is_shown_and_not_raised(client: Client, sandbox: Sandbox) -> None:
    """The check's cell succeeds and says what happened."""
    sandbox.faults.add("drop", 50)
    result = check("list", client)
    assert not result
    assert "The check could not look: " in result.words


def test_a_token_that_has_ended_is_shown(client: Client, sandbox: Sandbox) -> None:
    """With what to do next."""
    sandbox.faults.add("expired_token", 5)
    assert "sign in again" in check("list", client).words


@pytest.mark.parametrize("name", ["nothing", 0, 12, ""])
def test_an_unknown_exercise_is_said(client: Client, name: str | int) -> None:
    """The message names those that there are."""
    with pytest.raises(cctoolkit.SettingsError, match="1 sign-in, 2 read"):
        check(name, client)


def test_the_live_service_is_not_checked(sandbox: Sandbox, client: Client) -> None:
    """The exercises are for the sandbox."""
    client.service = "live"
    with pytest.raises(cctoolkit.SettingsError, match="for the sandbox"):
        check("list", client)


def test_each_part_of_the_account_is_read_once(client: Client) -> None:
    """All judges together, on one state, ask for each part once."""
    state = AccountState(client)
    for exercise in EXERCISES:
        judge(exercise, state)
    assert state.lists is state.lists
    assert find("LIST ") is EXERCISES[2]


@pytest.fixture
def notebook(client: Client) -> Iterator[InteractiveShell]:
    """The shell of a kernel, without its files."""
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    shell = InteractiveShell.instance(config=config)
    shell.user_ns |= {"client": client, "cctoolkit": cctoolkit}
    yield shell
    InteractiveShell.clear_instance()


def test_who_has_written_nothing_is_not_told_that_something_is_missing(notebook: InteractiveShell) -> None:
    """As in a notebook that is run from top to bottom: not begun. A second look at what was written is one at it."""
    look = 'found = cctoolkit.check("list", client)'

    def said(*cells: str) -> str:
        for cell in (*cells, look):
            notebook.run_cell(cell, store_history=True)
        return repr(notebook.user_ns["found"])

    assert said("import cctoolkit", "# your turn\n").startswith("○ 3 · Make a list: not begun. There is no list")
    assert "not begun" in said()
    assert "not yet" in said("# your turn\nclient.lists.create('Autumn')")
    assert "not yet" in said()
    assert "right" in said("client.lists.create('Spring market')")
    assert "right" in said("# your turn")
