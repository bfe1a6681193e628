"""The list picker: choosing, making, and what changes meanwhile."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.errors import CctoolkitError, ServiceUnreachable, Unauthorized
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import ListPicker
from cctoolkit.widgets.list_picker import _entry
from cctoolkit.widgets.panel import BUSY

HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\u202egnp.exe", "x" * 255, "' + \"\\", "שלום"]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


def _delete(client: Client, sandbox: Sandbox, list_id: str) -> None:
    client.call("deleteListActivity", list_id=list_id)
    sandbox.advance(60)


def _answered(handler: Callable[[httpx.Request], httpx.Response], service: str = "sandbox") -> Client:
    """A client of a function from request to response."""
    transport = Transport("http://127.0.0.1:1/v3", FixedToken("t"), transport=httpx.MockTransport(handler))
    return Client(transport, service)


def _counting(sandbox: Sandbox, service: str = "sandbox") -> tuple[Client, list[str]]:
    """A client, and what it sends."""
    seen: list[str] = []
    network = InProcess(sandbox)

    def passed_on(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return network.handle_request(request)

    transport = Transport(sandbox.api_url, FixedToken(sandbox.access_token()), transport=httpx.MockTransport(passed_on))
    return Client(transport, service), seen


def test_the_first_list_is_chosen_so_that_run_all_goes_on(client: Client) -> None:
    """Its id is there at once, with the call that gives it."""
    picker = ListPicker(client)
    assert picker.list["name"] == "General Interest"
    assert eval(picker._call(picker.list), {"client": client})["list_id"] == picker.list_id
    assert picker.list_id in picker.shown.value
    assert "client.lists.find(&#x27;General Interest&#x27;)" in picker.footer.value


def test_favourites_come_first(client: Client) -> None:
    """Then the others, by name; the name that was given is chosen, whatever its case."""
    for name in ("beta", "Alpha"):
        client.lists.create(name)
    client.lists.create("Zeta", favorite=True)
    picker = ListPicker(client, name=" BETA ")
    assert [label.strip("★ ")[1:].partition("\u2069")[0] for label, _ in picker.choice.options] == [
        *("Zeta", "Alpha", "beta", "General Interest")
    ]
    assert picker.list["name"] == "beta"


def test_a_list_is_found_chosen_and_counted(client: Client) -> None:
    """The search hides the others; what is chosen stays chosen while it is hidden."""
    client.lists.create("Spring fair")
    picker = ListPicker(client)
    before = picker.list_id
    picker.search.value = "FAIR spring"
    assert len(picker.choice.options) == 1
    assert picker.list_id == before
    assert "1 of 2 lists" in picker.counts.value
    picker.choice.value = picker.choice.options[0][1]
    picker.wait()
    assert picker.list["name"] == "Spring fair"
    picker.search.value = ""
    assert picker.choice.value == picker.list_id


def test_a_list_is_made_once_however_often_it_is_clicked(sandbox: Sandbox) -> None:
    """During the request and after it."""
    client, seen = _counting(sandbox)
    picker = ListPicker(client)
    picker.new_name.value = " Newsletter "
    picker.create.click()
    picker.create.click()
    picker.wait()
    picker.create.click()
    picker.wait()
    assert [each for each in seen if each.startswith("POST")] == ["POST /v3/contact_lists"]
    assert picker.list["name"] == "Newsletter"
    assert "is created, and chosen" in picker.status.value
    assert "Give the new list a name" in picker.says.value


def test_a_list_is_made_although_another_is_being_looked_up(sandbox: Sandbox) -> None:
    """Who chooses one, and goes on to a new name at once, need not click again."""
    goes_on = threading.Event()
    network = InProcess(sandbox)
    made: list[str] = []

    def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path.count("/") > 2:
            assert goes_on.wait(60)
        if request.method == "POST":
            made.append(request.url.path)
        return network.handle_request(request)

    transport = Transport(sandbox.api_url, FixedToken(sandbox.access_token()), transport=httpx.MockTransport(slow))
    client = Client(transport, "sandbox")
    client.lists.create("Spring")
    made.clear()
    picker = ListPicker(client)
    picker.choice.value = next(each for _, each in picker.choice.options if each != picker.list_id)
    picker.new_name.value = "Autumn fair"
    assert BUSY in picker.refresh._dom_classes
    assert BUSY not in picker.create._dom_classes  # a busy one takes no click of a mouse
    picker.create.click()
    picker.create.click()
    assert made == []
    goes_on.set()
    while picker._creates_next or picker._making or picker._working.locked():
        picker.wait()
    assert len(made) == 1
    assert picker.list["name"] == "Autumn fair"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("  ", "Give the new list a name"),
        ("x" * 256, "at most 255 characters"),
        ("general interest", "There is a list"),
    ],
)
def test_a_name_is_checked_before_a_request_is_spent(sandbox: Sandbox, name: str, said: str) -> None:
    """What is wrong is said where it is typed; the button does nothing."""
    client, seen = _counting(sandbox)
    picker = ListPicker(client)
    seen.clear()
    picker.new_name.value = name
    picker.create.click()
    assert said in picker.says.value
    assert seen == []


def test_somebody_was_quicker(client: Client) -> None:
    """The conflict is said in words, and the other's list is there to choose."""
    picker = ListPicker(client)
    client.lists.create("Newsletter")
    picker.new_name.value = "newsletter"
    picker.create.click()
    picker.wait()
    assert "Somebody made a list" in picker.status.value
    assert any("Newsletter" in label for label, _ in picker.choice.options)
    assert picker.list["name"] == "General Interest"


def test_on_the_live_service_creating_asks_first(sandbox: Sandbox) -> None:
    """No makes nothing, a double yes makes one."""
    client, seen = _counting(sandbox, "live")
    picker = ListPicker(client)
    seen.clear()
    picker.new_name.value = "<b>Real"
    picker.create.click()
    assert picker.confirm.layout.display is None
    assert "<b>Real" not in picker._asked.value
    picker.no.click()
    assert seen == []
    picker.yes.click()  # what is not asked is not answered
    assert seen == []
    picker.create.click()
    picker.yes.click()
    picker.yes.click()
    picker.wait()
    assert seen.count("POST /v3/contact_lists") == 1
    assert picker.list["name"] == "<b>Real"


def test_a_list_deleted_meanwhile_is_noticed_when_it_is_chosen(client: Client, sandbox: Sandbox) -> None:
    """It is told, and nothing is chosen in its place."""
    gone = client.lists.create("Old")
    picker = ListPicker(client)
    _delete(client, sandbox, gone["list_id"])
    picker.choice.value = gone["list_id"]
    picker.wait()
    assert "was deleted meanwhile" in picker.status.value
    assert len(picker.choice.options) == 1
    with pytest.raises(CctoolkitError, match=r"Old.*was deleted meanwhile: choose another"):
        _ = picker.list_id


def test_a_list_deleted_meanwhile_is_noticed_on_refresh(client: Client, sandbox: Sandbox) -> None:
    """Also when it was the last."""
    picker = ListPicker(client)
    _delete(client, sandbox, picker.list_id)
    picker.refresh.click()
    picker.wait()
    assert "General Interest" in picker.status.value
    assert "was deleted meanwhile" in picker.status.value
    with pytest.raises(CctoolkitError, match="deleted meanwhile"):
        _ = picker.list_id


def test_an_account_without_a_list(client: Client, sandbox: Sandbox) -> None:
    """The panel says what to do, and so does the cell that wants an id."""
    _delete(client, sandbox, ListPicker(client).list_id)
    picker = ListPicker(client)
    assert "The account has no list yet" in picker.status.value
    with pytest.raises(CctoolkitError, match="press Create"):
        _ = picker.list_id


def test_a_name_that_is_not_there_is_ready_to_be_made(client: Client) -> None:
    """Nothing else is chosen in its place; one click makes it."""
    picker = ListPicker(client, name="Newsletter")
    with pytest.raises(CctoolkitError, match=r"no list .*Newsletter.*press Create"):
        _ = picker.list_id
    picker.create.click()
    picker.wait()
    assert picker.list["name"] == "Newsletter"


def test_a_token_that_expired_meanwhile_is_said(client: Client, sandbox: Sandbox) -> None:
    """In the panel on a click, as an error when the cell runs."""
    picker = ListPicker(client)
    sandbox.advance(3 * 86_400)
    picker.refresh.click()
    picker.wait()
    assert "sign in again with cctoolkit.sign_in()" in picker.status.value
    assert picker.list_id
    with pytest.raises(Unauthorized):
        ListPicker(client)


def test_a_sandbox_that_stopped_meanwhile_is_said() -> None:
    """And nothing is lost of what was read."""
    down = False

    def answer(request: httpx.Request) -> httpx.Response:
        if down:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json={"lists": [{"list_id": "1", "name": "A"}]})

    client = _answered(answer)
    picker = ListPicker(client)
    down = True
    picker.refresh.click()
    picker.wait()
    assert "start it again with cctoolkit.connect()" in picker.status.value
    assert picker.list_id == "1"
    with pytest.raises(ServiceUnreachable):
        ListPicker(client)


def test_names_are_never_markup(client: Client) -> None:
    """Nor do they turn the direction of the line that they stand in, or make it endless."""
    for name in HOSTILE:
        client.lists.create(name)
    picker = ListPicker(client)
    for _, list_id in picker.choice.options:
        picker.choice.value = list_id
        picker.wait()
        html = picker.shown.value + picker.footer.value + picker.status.value
        assert "<script" not in html
        assert "<img" not in html
        assert "\u202e" not in html
        scope = {"client": client}
        assert eval(picker._call(picker.list), scope)["list_id"] == list_id
    assert all(len(label) < 90 for label, _ in picker.choice.options)


def test_a_name_that_cannot_be_seen_is_told() -> None:
    """A list that is called by a mark of direction only, which is no letter."""
    assert _entry({"name": "\u200f", "list_id": "1", "membership_count": 3}) == "\u2068(without a name)\u2069 · 3"


@given(names=st.lists(st.text(max_size=12), min_size=1, max_size=8), words=st.text(max_size=4), at=st.integers(0, 7))
def test_the_call_gives_the_list_that_is_chosen(names: list[str], words: str, at: int) -> None:
    """Whatever lists are called, two of them alike, or nothing; and searching hides, it never chooses."""
    lists = [{"list_id": f"id-{number}", "name": name} for number, name in enumerate(names)]

    def answer(request: httpx.Request) -> httpx.Response:
        wanted = request.url.path.rpartition("/")[2]
        one = [each for each in lists if each["list_id"] == wanted]
        return httpx.Response(200, json=one[0] if one else {"lists": lists})

    picker = ListPicker(_answered(answer))
    wanted = lists[at % len(lists)]["list_id"]
    picker.choice.value = wanted
    picker.wait()
    picker.search.value = words
    assert picker.list_id == wanted
    with contextlib.suppress(ValueError):
        assert eval(picker._call(picker.list), {"client": picker._client})["list_id"] == wanted


def test_a_thousand_lists_are_quick() -> None:
    """One request reads them; the search is in what was read."""
    lists = [{"list_id": f"id-{number}", "name": f"List {number}"} for number in range(1_000)]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"lists": lists})

    picker = ListPicker(_answered(answer))
    picker.search.value = "99"
    assert len(picker.choice.options) == 19
    assert len(asked) == 1
