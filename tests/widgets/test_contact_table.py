"""The contact table: what it shows is what its footer says, whoever is in the account and whatever happens meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st

from cctoolkit import frames
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.errors import CctoolkitError, ServiceUnreachable, Unauthorized
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import ContactTable
from cctoolkit.widgets.contacts.pace import Pace
from cctoolkit.widgets.contacts.texts import who
from tests.marks import examples

HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\u202egnp.exe", "' + \"\\", "שלום, עולם"]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
def people(sandbox: Sandbox) -> Sandbox:
    """An account of 1,203 contacts."""
    from cctoolkit.sandbox.accounts import add_people

    add_people(sandbox.database, sandbox.clock, 1_202, 1)
    return sandbox


GONE = "0a1b2c3d-1111-11ee-8000-fa163e000001"


def _answered(handler: Callable[[httpx.Request], httpx.Response]) -> Client:
    """A client of a function from request to response."""
    transport = Transport("http://127.0.0.1:1/v3", FixedToken("t"), transport=httpx.MockTransport(handler))
    return Client(transport, "sandbox")


def _account(contacts: list[dict[str, Any]]) -> Client:
    """A client of an account without lists, of these contacts."""

    def answer(request: httpx.Request) -> httpx.Response:
        kind = request.url.path.rpartition("/")[2].removeprefix("contact_")
        return httpx.Response(200, json={kind: contacts if kind == "contacts" else [], "contacts_count": len(contacts)})

    return _answered(answer)


def _in_code(table: ContactTable, client: Client) -> pd.DataFrame:
    """What the footer's lines give."""
    *lines, last = table._code().splitlines()
    scope: dict[str, Any] = {"client": client}
    exec("\n".join(lines), scope)
    found = eval(last, scope)
    assert isinstance(found, pd.DataFrame)
    return found


def _same(table: ContactTable, client: Client) -> None:
    pd.testing.assert_frame_equal(table.frame, _in_code(table, client))


def _html(table: ContactTable) -> str:
    parts = (table.status, table.counts, table.searched, table.chosen, table.details, table.footer)
    return "".join(part.value for part in parts)


def _cells(table: ContactTable) -> str:
    """The texts that the browser sets as texts: no markup there, and none that turn the direction."""
    return "\n".join("\t".join(row) for row in table.view.rows.page["rows"])


def _choose(table: ContactTable, *positions: int) -> None:
    """As a click on a row does, with Ctrl on the others."""
    table.view.rows.chosen = {"drawn": table.view.rows.page["drawn"], "positions": list(positions)}


def _ask(table: ContactTable, **what: Any) -> None:
    """What the browser's table sends."""
    table.view.rows._handle_custom_msg(what, [])


# What is shown.


def test_the_contacts_are_a_table(client: Client) -> None:
    """Of one page, with a caption; a phone number or an id is a text, of which no digit is lost."""
    table = ContactTable(client)
    assert table.frame["email_address"].tolist() == ["robin@example.com"]
    assert table.view.rows.page["columns"][0] == "email_address"
    assert table.view.rows.page["caption"] == "Contacts 1 to 1 of 1"
    assert all(isinstance(cell, str) for row in table.view.rows.page["rows"] for cell in row)
    assert table._code().startswith("contacts = client.contacts.frame()\n")
    assert "1 contact loaded." in table.status.value
    _same(table, client)


def test_a_larger_account_is_read_on_beside_the_page(people: Sandbox, client: Client) -> None:
    """The first page is there when the cell is through; afterwards all are, page by page."""
    table = ContactTable(client)
    assert len(table.frame) >= 500
    table.wait()
    assert len(table.frame) == 1_203
    assert len(table.view.rows.page["rows"]) == 100
    assert table.rest.layout.display == "none"
    _same(table, client)


def test_a_very_large_account_is_read_on_when_it_is_asked_for(
    people: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the first page is searched, and said to be no more than that."""
    monkeypatch.setattr("cctoolkit.widgets.contacts.table.BY_ITSELF", 1_000)
    table = ContactTable(client)
    table.wait()
    assert len(table.frame) == 500
    assert "500 loaded of 1,203 contacts" in table.counts.value
    assert table.rest.description == "Load the other 703"
    _same(table, client)
    table.search.value = "ana"
    assert "found in 500 loaded of 1,203" in table.counts.value
    _same(table, client)
    table.rest.click()
    table.rest.click()
    table.wait()
    assert len(table._reading.loaded) == 1_203
    _same(table, client)


def test_very_many_are_read_by_an_export(people: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `frame` reads them; it has no ids, so that somebody's details are asked for by the address."""
    monkeypatch.setattr("cctoolkit.api.export_reading.FROM_PAGES", 1)
    table = ContactTable(client)
    table.wait()
    assert len(table.frame) == 1_203
    assert "read by an export" in table.status.value
    assert "contact_id" not in table._reading.loaded
    _same(table, client)
    table.sort.value = "contact_id"  # which the menu has, and the file has not
    assert len(table.frame) == 1_203
    table.sort.value = "email_address"
    _same(table, client)
    table._clicked(3)
    table.wait()
    assert str(table.frame["email_address"].iloc[3]) in table.details.value
    assert "client.contacts.get(" in table.details.value
    table._wanted = "nobody@example.com"
    table._look_up()
    table.wait()
    assert "deleted meanwhile" in table.status.value


class _Until:
    """A reading to which something happens after some pages."""

    def __init__(self, reading: Any, pages: int, then: Callable[[], None]) -> None:
        self._reading, self._pages, self._then = reading, pages, then

    @property
    def total(self) -> int | None:
        return self._reading.total

    def __iter__(self) -> Iterator[Any]:
        for number, page in enumerate(self._reading, 1):
            if number == self._pages:
                self._then()
            yield page


def _reads_on(table: ContactTable, pages: int, then: Callable[[], None]) -> None:
    """The first page again, and *Load the rest*; after so many pages something happens."""
    contacts = table._client.contacts
    table._reading.first({})
    table._show()
    contacts.pages = lambda **filters: _Until(type(contacts).pages(contacts, **filters), pages, then)  # type: ignore[method-assign,assignment]
    table.rest.click()
    table.wait()
    del contacts.pages


def test_stop_keeps_what_was_read(people: Sandbox, client: Client) -> None:
    """And the footer says how to have the same."""
    table = ContactTable(client)
    table.wait()
    _reads_on(table, 2, table.stop)
    assert "Stopped: 1,000 of 1,203 contacts are loaded." in table.status.value
    assert "islice(client.contacts.iter(), 1000)" in table._code()
    _same(table, client)


def test_what_was_read_before_an_error_is_kept(people: Sandbox, client: Client) -> None:
    """The error is said; the others are read with another click."""

    def fail() -> None:
        raise ServiceUnreachable("The network is gone. Try again later.")

    table = ContactTable(client)
    table.wait()
    _reads_on(table, 3, fail)
    assert "The network is gone" in table.status.value
    assert "1,000 loaded of 1,203" in table.counts.value
    assert not table.complete
    _same(table, client)
    table.rest.click()
    table.wait()
    assert table.complete
    assert len(table.frame) == 1_203


def test_an_account_without_contacts(client: Client, sandbox: Sandbox) -> None:
    """The columns are there, nobody is, and nothing can be opened."""
    table = ContactTable(_account([]))
    assert "The account has no contacts." in table.counts.value
    assert next(iter(table.frame.columns)) == "email_address"
    assert len(table.selected) == 0
    assert table.open.disabled
    table.search.value = "ana"
    [said] = table.view.children
    assert "Nobody is found." in said.value


def test_sub_resources_are_columns_with_names(client: Client) -> None:
    """The table shows what a list is called, the frame holds its id, as the call gives it."""
    table = ContactTable(client)
    table.included["list_memberships"].value = True
    assert "Press Load" in table.status.value
    table.load.click()
    table.load.click()
    table.wait()
    [list_id] = table.frame["list_memberships"].iloc[0]
    assert list_id == client.lists.find("General Interest")["list_id"]  # type: ignore[index]
    assert "General Interest" in _cells(table)
    assert "client.contacts.frame(include=['list_memberships'])" in table._code()
    _same(table, client)


def test_filters_go_to_the_service(people: Sandbox, client: Client) -> None:
    """Status, list and address, each as the call says it."""
    table = ContactTable(client)
    table.wait()
    table.filter_status.value = "unsubscribed"
    table.load.click()
    table.wait()
    assert set(table.frame["permission_to_send"]) == {"unsubscribed"} or not len(table.frame)
    assert "status='unsubscribed'" in table._code()
    _same(table, client)
    table.filter_status.value = None
    table.filter_email.value = "robin@example.com"
    table.load.click()
    table.wait()
    assert table.frame["email_address"].tolist() == ["robin@example.com"]
    _same(table, client)


def test_half_an_address_is_no_request(client: Client) -> None:
    """The panel says where parts are looked for."""
    table = ContactTable(client)
    table.filter_email.value = "robin"
    table.load.click()
    table.wait()
    assert "Search looks for parts" in table.status.value
    assert len(table.frame) == 1


def test_a_list_or_a_tag_to_begin_with(client: Client) -> None:
    """`lists=` of a `list_id`; an id that is none is an error."""
    list_id = client.lists.create("Nobody")["list_id"]
    tag_id = client.call("postTag", body={"name": "vip"})["tag_id"]
    table = ContactTable(client, lists=list_id)
    assert "No contact matches." in table.counts.value
    assert table._code().startswith(f"contacts = client.contacts.frame(lists={list_id!r})")
    table.filter_list.value, table.filter_tag.value = None, tag_id
    table.load.click()
    table.wait()
    assert f"tags={tag_id!r}" in table._code()
    with pytest.raises(CctoolkitError, match=r"client\.lists\.frame\(\) shows the ids"):
        ContactTable(client, lists="nothing")


def test_a_list_deleted_meanwhile_is_said(client: Client, sandbox: Sandbox) -> None:
    """The service would answer with nobody, as if the list were empty; a new list is in the menu."""
    list_id = client.lists.create("Old")["list_id"]
    client.call("postTag", body={"name": "vip"})
    table = ContactTable(client)
    table.filter_list.value = list_id
    client.call("deleteListActivity", list_id=list_id)
    sandbox.advance(60)
    new_id = client.lists.create("New")["list_id"]
    client.call("postTag", body={"name": "vip 2"})
    table.load.click()
    table.wait()
    assert "Old" in table.status.value
    assert "was deleted meanwhile" in table.status.value
    assert len(table.frame) == 1
    table.filter_list.value = new_id
    table.load.click()
    table.wait()
    assert len(table.frame) == 0


# Search, order, columns.


_TEXT = st.text(st.sampled_from("abAB éß(.*\\'\"<\u202eא"), max_size=5)
_PERSON = st.fixed_dictionaries(
    {"contact_id": st.uuids().map(str)},
    optional={
        "first_name": _TEXT,
        "last_name": _TEXT,
        "company_name": _TEXT,
        "birthday_month": st.integers(1, 12),
        "email_address": st.fixed_dictionaries({"address": _TEXT, "permission_to_send": st.just("implicit")}),
    },
)


@settings(max_examples=examples(30), deadline=None)
@given(
    people=st.lists(_PERSON, max_size=8),
    words=_TEXT,
    sort=st.sampled_from([None, "first_name", "birthday_month", "permission_to_send", "created_at"]),
    descending=st.booleans(),
    columns=st.sets(st.sampled_from(["first_name", "email_address", "contact_id"])),
)
def test_the_footer_gives_the_frame_that_is_shown(
    people: list[dict[str, Any]], words: str, sort: str | None, descending: bool, columns: set[str]
) -> None:
    """Whatever is searched, sorted and chosen; the table has as many rows, and nothing that turns a line."""
    client = _account(people)
    table = ContactTable(client)
    table.search.value = words
    table.sort.value, table.descending.value = sort, descending
    for name, box in table.shown.items():
        box.value = name in columns
    _same(table, client)
    assert set(table.frame.columns) == columns
    if columns and len(table.frame):
        assert len(table.view.rows.page["rows"]) == len(table.frame)
        assert "\u202e" not in _cells(table)
    else:
        assert table.view.rows not in table.view.children


@given(people=st.lists(_PERSON, max_size=8), words=_TEXT)
def test_search_finds_who_holds_each_word(people: list[dict[str, Any]], words: str) -> None:
    """As plain Python would look for them."""
    contacts = frames.contacts(people)
    held = [
        [
            str((one.get("email_address") or {}).get("address", "")).lower(),
            *(str(one.get(name, "")).lower() for name in ("first_name", "last_name", "company_name")),
        ]
        for one in people
    ]
    wanted = [all(any(word.lower() in each for each in texts) for word in words.split()) for texts in held]
    assert frames.search(contacts, words).index.tolist() == [at for at, yes in enumerate(wanted) if yes]


def test_pages_of_the_table(people: Sandbox, client: Client) -> None:
    """Forwards, backwards, to a number, by the buttons and by the keys; who is chosen is chosen on this page."""
    table = ContactTable(client)
    table.wait()
    view = table.view
    assert view.previous.disabled
    view.next.click()
    assert view.rows.page["caption"] == "Contacts 101 to 200 of 1,203"
    _choose(table, 100, 102)
    assert table.selected["contact_id"].tolist() == table._found["contact_id"].iloc[[100, 102]].tolist()
    assert "2 are chosen" in table.chosen.value
    view.page.value = 13
    assert view.rows.page["caption"] == "Contacts 1,201 to 1,203 of 1,203"
    assert view.next.disabled
    assert len(table.selected) == 0
    _ask(table, turn=1)  # beyond the last
    assert view.page.value == 13
    _ask(table, turn=-1)
    assert view.page.value == 12


def test_a_choice_of_rows_that_are_gone_is_none(people: Sandbox, client: Client) -> None:
    """The browser may still say them, of a page that was shown before."""
    table = ContactTable(client)
    table.wait()
    _choose(table, 7, 7, 5_000, -1)
    assert table.selected["contact_id"].tolist() == table._found["contact_id"].iloc[[7]].tolist()
    before = table.view.rows.chosen
    table.sort.value = "last_name"
    assert len(table.selected) == 0
    table.view.rows.chosen = before  # sent when the old order was still shown
    assert len(table.selected) == 0
    _ask(table, open=7, drawn=before["drawn"])
    assert table.details.value == ""
    assert not table._working.locked()


def test_a_reading_that_ends_leaves_the_page_where_it_was(
    people: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has turned to the third page meanwhile is not thrown back."""
    monkeypatch.setattr("cctoolkit.widgets.contacts.table.BY_ITSELF", 1_000)
    table = ContactTable(client)
    table.wait()
    table.view.page.value = 3
    table.rest.click()
    table.wait()
    assert table.view.rows.page["caption"] == "Contacts 201 to 300 of 1,203"


def test_a_column_s_heading_sorts_the_frame_too(people: Sandbox, client: Client) -> None:
    """At the next click the other way round. What is several values of a contact is not sorted by, and that is said."""
    table = ContactTable(client)
    table.wait()
    _ask(table, sort="last_name")
    assert (table.sort.value, table.descending.value) == ("last_name", False)
    _same(table, client)
    _ask(table, sort="last_name")
    assert (table.sort.value, table.descending.value) == ("last_name", True)
    assert (table.view.rows.page["sorted"], table.view.rows.page["descending"]) == ("last_name", True)
    _same(table, client)
    _ask(table, sort="taggings")
    assert "several taggings" in table.status.value
    _ask(table, sort=["last_name"], open="7", turn=None)
    assert (table.sort.value, table.descending.value) == ("last_name", True)


def test_the_words_say_what_is_searched(people: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service sends by its filters; search and order are of those that are loaded."""
    monkeypatch.setattr("cctoolkit.widgets.contacts.table.BY_ITSELF", 1_000)
    table = ContactTable(client)
    table.wait()
    assert "Among the 500 contacts that are loaded, not the other 703:" in table.searched.value
    table.rest.click()
    table.wait()
    assert "Among the 1,203 contacts that are loaded:" in table.searched.value


# One contact.


def test_the_details_of_one_contact(client: Client) -> None:
    """All sub-resources, by name, with the call."""
    table = ContactTable(client)
    assert table.open.disabled
    _choose(table, 0)
    assert "Robin Ellis" in table.chosen.value
    table.open.click()
    table.open.click()
    table.wait()
    assert "General Interest" in table.details.value
    assert f"client.contacts.get(&#x27;{table.selected['contact_id'].iloc[0]}&#x27;" in table.details.value
    table.close_details.click()
    assert table.details.value == ""


def test_a_click_on_a_row_opens_the_details(people: Sandbox, client: Client) -> None:
    """One on a row that is there no more opens nothing. A new search puts the details away."""
    table = ContactTable(client)
    table.wait()
    _ask(table, open=5_000)
    _ask(table, open=-1)
    assert table.details.value == ""
    _ask(table, open=7)
    table.wait()
    assert table._found["contact_id"].iloc[7] in table.details.value
    table.search.value = "robin"
    assert table.details.value == ""
    assert table.close_details.layout.display == "none"


def test_a_contact_deleted_meanwhile_is_said() -> None:
    """Instead of the details of another."""
    person = {"contact_id": GONE, "email_address": {"address": "ana@example.com"}}
    whole = _account([person])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(f"/{GONE}"):
            return httpx.Response(404, json=[{"error_key": "contacts.api.not_found", "error_message": "gone"}])
        assert whole._transport.network is not None
        return whole._transport.network.handle_request(request)

    table = ContactTable(_answered(answer))
    _choose(table, 0)
    table.open.click()
    table.wait()
    assert "was deleted meanwhile" in table.status.value
    assert table.details.value == ""


# The hostile account.


def test_nothing_of_an_account_is_markup(client: Client) -> None:
    """Names, lists, tags, fifty custom fields and notes; nor does a mark turn the direction of what follows."""
    fields = [client.custom_fields.create(f"{number} <i>field</i>")["custom_field_id"] for number in range(50)]
    for number, name in enumerate(HOSTILE):
        list_id = client.lists.create(name)["list_id"]
        tag_id = client.call("postTag", body={"name": name})["tag_id"]
        client.call(
            "createContact",
            body={
                "email_address": {"address": f"p{number}@example.com"},
                "first_name": name,
                "last_name": "x" * 50,
                "company_name": name,
                "create_source": "Account",
                "list_memberships": [list_id],
                "taggings": [tag_id],
                "custom_fields": [{"custom_field_id": one, "value": name} for one in fields[:25]],
                "notes": [{"content": name}],
            },
        )
    client.call("createContact", body={"email_address": {"address": "none@example.com"}, "create_source": "Account"})
    table = ContactTable(client)
    for box in (*table.shown.values(), *table.included.values()):
        box.value = True
    table.load.click()
    table.wait()
    for at in range(len(table.frame)):
        _choose(table, at)
        table.open.click()
        table.wait()
        html = _html(table)
        assert "\u202e" not in _cells(table)
        assert not any(mark in html for mark in ("<script", "<img", "<i>", "\u202e"))
    assert table.frame["custom_fields"].map(len).max() == 25
    _same(table, client)


def test_a_token_that_expired_meanwhile_is_said(client: Client, sandbox: Sandbox) -> None:
    """In the panel on a click, where the contacts stay; as an error when the cell runs."""
    table = ContactTable(client)
    sandbox.advance(3 * 86_400)
    table.load.click()
    table.wait()
    assert "sign in again with cctoolkit.sign_in()" in table.status.value
    _choose(table, 0)
    table.open.click()
    table.wait()
    assert "sign in again" in table.status.value
    assert len(table.frame) == 1
    with pytest.raises(Unauthorized):
        ContactTable(client)


def test_a_sandbox_that_stopped_meanwhile_is_said() -> None:
    """And the contacts stay."""
    down = False
    whole = _account([{"contact_id": "c-1"}])

    def answer(request: httpx.Request) -> httpx.Response:
        if down:
            raise httpx.ConnectError("refused", request=request)
        assert whole._transport.network is not None
        return whole._transport.network.handle_request(request)

    client = _answered(answer)
    table = ContactTable(client)
    down = True
    table.load.click()
    table.wait()
    assert "start it again with cctoolkit.connect()" in table.status.value
    assert len(table.frame) == 1
    with pytest.raises(ServiceUnreachable):
        ContactTable(client)


def test_every_control_says_what_it_is(client: Client) -> None:
    """A label that is seen, and a tooltip."""
    from tests.widgets.test_sign_in import _all

    for part in _all(ContactTable(client)):
        if hasattr(part, "description") and hasattr(part, "tooltip") and not hasattr(part, "bar_style"):
            assert part.description or type(part).__name__ in {"HTML"}, part
            assert part.tooltip or type(part).__name__ in {"HTML"}, part


def test_the_browser_s_table_is_loaded_when_it_is_shown() -> None:
    """What nobody pays who looks at no contacts."""
    script = "import sys, cctoolkit.widgets; print('anywidget' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "False\n"


@pytest.mark.parametrize(
    ("first", "said"), [("\u200f", "(neither name nor address)"), ("\u200fAna", "\u2068Ana\u2069")]
)
def test_who_cannot_be_seen_is_told(first: str, said: str) -> None:
    """A name of marks of direction only is none."""
    assert who({"first_name": first, "last_name": None, "email_address": None}) == said


def test_the_pace_says_how_long_it_will_take() -> None:
    """Also when more come than were expected."""
    pace = Pace(1_000)
    pace._began -= 10
    pace.count(250, 1_000)
    assert pace.words == "250 of 1,000, 25 a second, 30 s left"
    pace.count(1_250, 1_000)
    assert pace.part == 1.0
    assert pace.words.startswith("1,500 of 1,500, 150 a second, 0 s left")
    pace.total = 1_000_000
    assert pace.words.endswith("min left")


def test_no_menu_is_blank(client: Client) -> None:
    """At first, when all is chosen again, and when the lists are read anew."""
    table = ContactTable(client)
    for menu in (table.filter_status, table.filter_list, table.filter_tag, table.sort):
        assert menu.index == 0
        if len(menu.options) > 1:
            menu.index = 1
        menu.index = 0
        assert menu.label == menu.options[0][0]
    client.lists.create("Newer")
    table.load.click()
    table.wait()
    assert table.filter_list.index == 0
