"""The API explorer: every operation, its form, a try, its answer, the same in code; by clicks and from a cell."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

import cctoolkit
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.schema import read_schema
from cctoolkit.explorer.forms import form_of
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import Explorer
from cctoolkit.widgets.explorer.form import Fold, OperationForm
from cctoolkit.widgets.panel import BUSY
from tests.explorer.calls import ID, TOKEN, client_of, schema_of
from tests.marks import thorough
from tests.published_schema import SKIP_REASON, PublishedSchema

#: Where nothing asks first.
HERE = "http://127.0.0.1:1/v3"
NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def explorer(client: Client) -> Explorer:
    return cctoolkit.explore(client)


def _live(answer: Callable[[httpx.Request], httpx.Response], **more: Any) -> Explorer:
    return Explorer(client_of(answer, service="live", **more))


def _wait(go: threading.Event) -> None:
    go.wait(10)


def _every(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _every(child)


def _html(explorer: Explorer) -> str:
    """All HTML that an explorer shows, in tabs and folds too."""
    return "\n".join(one.value for one in _every(explorer) if isinstance(one, ipywidgets.HTML))


def _press(explorer: Explorer, button: ipywidgets.Button) -> None:
    button.click()
    explorer.wait(30)


def test_it_begins_with_something_that_works(explorer: Explorer) -> None:
    """The contacts are chosen, and one press reads them: status, time, table, tree, raw text, headers."""
    assert explorer.operation.value == "getContacts"
    assert len(explorer.operation.options) == 128
    _press(explorer, explorer.try_button)
    assert "1 record." in explorer.status.value
    shown = _html(explorer)
    assert "200 OK · " in shown
    assert "robin@example.com" in explorer._answer.tabs.children[0].value
    assert explorer._answer.tabs.titles == ("Table", "Tree", "Raw", "Headers")
    assert explorer.frame()["first_name"].tolist() == ["Robin"]
    assert repr(explorer) == "[API explorer: run this cell to see it]"


def test_a_cell_does_the_same(explorer: Explorer) -> None:
    """`choose` fills the form, `try_it` sends it and returns the answer."""
    explorer.choose("createList", body={"name": "Friends"})
    assert explorer._form is not None
    assert explorer._form.rows["body.name"].control.value == "Friends"
    made = explorer.try_it()
    assert made["name"] == "Friends"
    with pytest.raises(cctoolkit.Conflict):
        explorer.try_it()
    assert "409 Conflict" in _html(explorer)
    explorer.choose("getList", list_id=made["list_id"])
    assert explorer.try_it()["list_id"] == made["list_id"]


def test_nothing_tried_yet_is_a_sentence(explorer: Explorer) -> None:
    """The cell that asks too early says what to do."""
    with pytest.raises(cctoolkit.CctoolkitError, match="press Try it"):
        _ = explorer.answer


def test_search_and_topic_leave_what_is_meant(explorer: Explorer) -> None:
    """What is chosen follows; where nothing is left, the last form stays."""
    explorer.search.value = "create tag"
    assert explorer.operation.value == "postTag"
    explorer.search.value = ""
    explorer.topic.value = "Segments"
    assert {explorer.client.operations[one].path.split("/")[1] for _, one in explorer.operation.options} == {"segments"}
    explorer.search.value = "nothing of the kind"
    assert "No operation has these words" in explorer.status.value
    assert explorer._chosen is not None


def test_a_whole_id_means_that_operation(explorer: Explorer) -> None:
    """Letter by letter or at once: what a part of the id had shown does not stay."""
    explorer.search.value = "getContac"
    explorer.operation.value = "getContactsExport"
    explorer.search.value = "getContact"
    assert explorer.operation.value == "getContact"
    explorer.operation.value = "getContactsExport"
    explorer.search.value = "getContacts"
    assert explorer.operation.value == "getContacts"


@pytest.mark.parametrize("of", ["sandbox", thorough("published")])
def test_every_operation_has_a_form_with_labels(
    of: str, published_schema: PublishedSchema | None, sandbox: Sandbox
) -> None:
    """Each control says what it is; the example of each body is a call."""
    if of == "published" and published_schema is None:
        pytest.skip(SKIP_REASON)
    schema = schema_of(sandbox) if published_schema is None or of == "sandbox" else read_schema(published_schema.spec)
    for operation in schema.operations.values():
        form = OperationForm(form_of(operation), lambda: None, lambda row: None)
        for name, row in form.rows.items():
            assert row.control.description, (operation.id, name)
        if form.form.body:
            form.body_as.value = "JSON"
            assert json.loads(form.body_text.value) == form.arguments["body"]
        form.fill({})
        form.discard()


def test_the_code_follows_the_form(explorer: Explorer) -> None:
    """Three ways, as soon as something is written; a word of what is missing until it fits."""
    explorer.choose("getContacts", limit=3)
    ways = [tab.value for tab in explorer._same.children]
    assert "client.call(&quot;getContacts&quot;, limit=3)" in ways[0]
    assert "limit=3" in ways[2]
    explorer.choose("getList")
    assert "list_id is required" in explorer._same.children[0].value
    explorer._form.rows["list_id"].control.value = ID  # type: ignore[union-attr]
    assert f"/contact_lists/{ID}" in explorer._same.children[2].value
    assert explorer.in_code("curl").endswith(f"/contact_lists/{ID}")
    with pytest.raises(cctoolkit.SettingsError, match="'httpx', 'curl'"):
        explorer.in_code("perl")


def test_form_and_json_carry_over(explorer: Explorer) -> None:
    """From the form to JSON and back; what the form cannot hold stays JSON, and says so."""
    explorer.choose("createList", body={"name": "Friends"})
    form = explorer._form
    assert form is not None
    form.body_as.value = "JSON"
    assert json.loads(form.body_text.value) == {"name": "Friends"}
    form.body_text.value = '{"name": "Family", "favorite": true}'
    form.body_as.value = "Form"
    assert form.rows["body.favorite"].control.value == "true"
    form.body_as.value = "JSON"
    form.body_text.value = "{"
    form.body_as.value = "Form"
    assert form.body_as.value == "JSON"
    assert "no JSON" in form._note.value
    _press(explorer, explorer.try_button)
    assert "no JSON" in explorer.status.value


@pytest.mark.parametrize("given", [{"body": {"name": "Second"}}, {}])
def test_a_body_of_before_is_never_sent(explorer: Explorer, client: Client, given: dict[str, Any]) -> None:
    """Not with the arguments of the next call of the same operation, and not when the form is cleared."""
    explorer.choose("createList", body={"name": "First"})
    form = explorer._form
    assert form is not None
    form.body_as.value = "JSON"
    assert "First" in form.body_text.value
    explorer.choose("createList", **given)
    assert form.arguments.get("body", {}).get("name") == given.get("body", {}).get("name")
    assert form.body_as.value == "Form"
    form.body_as.value = "JSON"
    form.body_text.value = '{"name": "Third"}'
    explorer.clear_button.click()
    assert "Third" not in str(form.arguments)


def test_pages_follow_each_other(explorer: Explorer, client: Client) -> None:
    """A button while there is a next page; the code shows where it was."""
    client.lists.create("Second")
    explorer.choose("getLists", limit=1)
    explorer.try_it()
    _press(explorer, explorer._answer.next_button)
    assert explorer.exchange is not None
    assert explorer.exchange.page == 2
    assert "cursor" in explorer._same.children[1].value
    assert explorer._answer.next_button not in explorer._answer.children


def test_ids_are_offered_when_asked_for(explorer: Explorer, client: Client) -> None:
    """The account's lists, by name; choosing one writes its id."""
    made = client.lists.create(HOSTILE)
    explorer.choose("getList")
    row = explorer._form.rows["list_id"]  # type: ignore[union-attr]
    assert row.control.options == ()
    _press(explorer, row.offer_button)
    [label] = [text for text in row.control.options if "script" in text]
    row.control.value = label
    assert explorer.try_it()["list_id"] == made["list_id"]
    explorer.choose("getContacts")
    several = explorer._form.rows["lists"]  # type: ignore[union-attr]
    several.picker.value = [label]
    assert several.control.value == made["list_id"]
    assert explorer.try_it()["contacts"] == []


def test_writes_ask_first_on_the_live_service() -> None:
    """*No* sends nothing; a change in the form takes the question back; *Yes* sends it; reads never ask."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(201, json={})

    explorer = _live(answer)
    explorer.choose("postPerson", body={"name": "Ada"})
    _press(explorer, explorer.try_button)
    assert explorer._confirm.layout.display is None
    assert "This writes to your real account" in explorer._question.value
    explorer.no_button.click()
    assert "Nothing was sent" in explorer.status.value
    _press(explorer, explorer.try_button)
    explorer._form.rows["body.name"].control.value = "Bo"  # type: ignore[union-attr]
    assert explorer._confirm.layout.display == "none"
    _press(explorer, explorer.yes_button)
    assert seen == []
    _press(explorer, explorer.try_button)
    _press(explorer, explorer.yes_button)
    explorer.choose("getPeople")
    _press(explorer, explorer.try_button)
    assert seen == ["POST", "GET"]


def test_a_cell_has_to_say_yes_on_the_live_service() -> None:
    """By whatever name the client goes: only what is on this machine is nobody's account."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(204)

    elsewhere = ("https://api.cc.email/v3", "https://api.cc.email./v3", "https://gateway.example/constant-contact/v3")
    for explorer in (_live(answer), *(Explorer(client_of(answer, api_url=url)) for url in elsewhere)):
        explorer.choose("deletePerson", person_id=ID)
        with pytest.raises(cctoolkit.Declined, match="yes=True"):
            explorer.try_it()
    assert seen == []
    explorer.try_it(yes=True)
    assert seen == ["DELETE"]


def test_an_ended_token_shows_the_way_to_sign_in(explorer: Explorer, sandbox: Sandbox) -> None:
    """The call to run stands below the sentence."""
    sandbox.faults.add("expired_token", 1)
    _press(explorer, explorer.try_button)
    assert "401 Unauthorized" in _html(explorer)
    assert "cctoolkit.sign_in()" in explorer._answer.way.value
    _press(explorer, explorer.try_button)
    assert explorer._answer.way.value == ""


def test_a_sandbox_that_is_gone_is_a_sentence(explorer: Explorer, sandbox: Sandbox) -> None:
    """And the explorer can be used again."""
    import stamina

    sandbox.stop()
    stamina.set_testing(True, attempts=1)
    try:
        _press(explorer, explorer.try_button)
    finally:
        stamina.set_testing(False)
    assert "cannot be reached" in explorer.status.value
    assert not explorer.try_button.disabled


def test_one_thing_at_a_time() -> None:
    """While an answer is awaited nothing else can be pressed, and Stop is there."""
    go = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        go.wait(10)
        return httpx.Response(200, json={"people": []})

    explorer = Explorer(client_of(answer))
    explorer.try_button.click()
    assert BUSY in explorer.try_button._dom_classes
    assert explorer.operation.disabled
    assert explorer._form.rows["limit"].control.disabled  # type: ignore[union-attr]
    assert explorer.stop_button.layout.display is None
    go.set()
    explorer.wait(10)
    assert not explorer.operation.disabled


def test_yes_waits_while_something_else_runs() -> None:
    """A yes that cannot be carried out just now is not lost: the question stays."""
    seen: list[str] = []
    go = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(201, json={})

    explorer = _live(answer)
    explorer.choose("postPerson", body={"name": "Ada"})
    _press(explorer, explorer.try_button)
    explorer.beside("Reading …", lambda stop: _wait(go))
    explorer.yes_button.click()
    go.set()
    explorer.wait(10)
    assert seen == []
    assert explorer._confirm.layout.display is None
    _press(explorer, explorer.yes_button)
    assert seen == ["POST"]


class _Hurried(Explorer):
    """Somebody clicks in the moment in which a cell begins to try."""

    go: threading.Event | None = None

    def _still(self) -> None:
        super()._still()
        self.go = go = threading.Event()
        self.beside("Another click …", lambda stop: _wait(go))

    def wait(self, seconds: float = 60.0) -> None:
        if self.go is not None:
            self.go.set()
        super().wait(seconds)


def test_a_cell_never_takes_another_call_s_answer() -> None:
    """When a click came in between, the cell says so, and the answer before is not its own."""
    explorer = _Hurried(client_of(lambda request: httpx.Response(200, json={"people": []}), api_url=HERE))
    _press(explorer, explorer.try_button)
    with pytest.raises(cctoolkit.CctoolkitError, match="was not tried"):
        explorer.try_it()


def test_nothing_hostile_becomes_markup() -> None:
    """From the description, the account, an error, and the form itself."""
    explorer = Explorer(
        client_of(lambda request: httpx.Response(200, json={"people": [{"name": HOSTILE}]}), api_url=HERE)
    )
    explorer.try_it()
    explorer.choose("postPerson", body={"name": HOSTILE[:50]})
    explorer.try_it()
    shown = _html(explorer)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>People" not in shown


def test_no_text_turns_the_sentence_around_it() -> None:
    """A mark in an error's words that reverses what follows is left out of the status line and of the code."""
    said = [{"error_key": "k", "error_message": "\u202egnp.exe"}]
    explorer = Explorer(client_of(lambda request: httpx.Response(400, json=said), api_url=HERE))
    explorer.choose("postPerson", body={"name": "\u202egnp.exe"})
    with pytest.raises(cctoolkit.BadRequest):
        explorer.try_it()
    assert "\u202e" not in explorer.status.value
    assert "gnp.exe" in explorer.status.value
    assert "\\u202egnp.exe" in explorer.in_code("curl")
    assert "\u202e" not in "".join(explorer.in_code(way) for way in ("cctoolkit", "httpx", "curl"))


def test_no_state_of_a_widget_holds_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After reading, writing, code and files: what the page is sent has no token in it."""
    monkeypatch.chdir(tmp_path)
    explorer = Explorer(client_of(lambda request: httpx.Response(200, json={"people": []}), api_url=HERE))
    explorer.try_it()
    explorer.choose("postPerson", body={"name": "Ada"})
    explorer.try_it()
    _press(explorer, explorer.environment_button)
    _press(explorer, explorer.collection_button)
    states = [str(one.get_state()) for one in _every(explorer)]
    assert TOKEN not in "".join(states)
    assert "Saved as" in explorer.status.value
    assert {path.name for path in tmp_path.iterdir()} == {
        "constant-contact-custom.postman_environment.json",
        "constant-contact-v3.postman_collection.json",
    }


def test_a_file_is_sent(explorer: Explorer, client: Client) -> None:
    """As the browser hands it over; the code names it."""
    [operation] = [one.id for one in client.operations if one.path == "/activities/contacts_file_import"]
    explorer.choose(operation, list_ids=client.lists.create("Imported")["list_id"])
    row = explorer._form.rows["file"]  # type: ignore[union-attr]
    content = {"name": "people.csv", "type": "text/csv", "size": 6, "content": memoryview(b"email\nada@example.com\n")}
    row.control.value = ({**content, "last_modified": NOW},)
    assert "file=&quot;people.csv&quot;" in explorer._same.children[0].value
    assert explorer.try_it()["source_file_name"] == "people.csv"


def test_a_fold_is_a_button() -> None:
    """It opens and closes, and says which."""
    fold = Fold("more", [ipywidgets.Text(description="x")])
    assert (fold.inside.layout.display, fold.button.description) == ("none", "Show more")
    fold.button.value = True
    assert (fold.inside.layout.display, fold.button.description) == (None, "Hide more")


def test_forms_that_are_left_are_closed(explorer: Explorer) -> None:
    """Walking through all operations does not fill the kernel with widgets."""
    from ipywidgets.widgets.widget import _instances

    counts = []
    for _ in range(2):
        for _, operation in explorer.operation.options[:40]:
            explorer.operation.value = operation
        explorer.choose("getContacts")
        counts.append(len(_instances))
    assert counts[0] == counts[1]


def test_without_a_client_it_is_the_sandbox_of_connect() -> None:
    """The front door needs nothing."""
    explorer = cctoolkit.explore()
    assert explorer.client.service == "sandbox"
    assert "nothing here is real" in _html(explorer)
    explorer.client.close()
