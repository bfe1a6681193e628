"""The import panel: file, list, preview, import, result; Stop and Go on; what goes wrong meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

import cctoolkit
from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.course import sample
from cctoolkit.errors import CctoolkitError, ContactFileError, SettingsError
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import ImportPanel, ListPicker
from cctoolkit.widgets.panel import BUSY
from tests.elsewhere import BASE, Elsewhere
from tests.imports.watching import Watching, watched_client
from tests.widgets.test_contact_file import choose


def _shown(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def _html(widget: Any) -> str:
    """All HTML below a widget."""
    own = widget.value if type(widget).__name__ == "HTML" else ""
    return own + "".join(_html(child) for child in getattr(widget, "children", ()))


def _click(panel: ImportPanel, button: Any) -> None:
    button.click()
    panel.wait()


def _members(client: Client, list_id: str) -> list[str]:
    return sorted(contact["email_address"]["address"] for contact in client.contacts.iter(lists=list_id))


@pytest.fixture
def live(sandbox: Sandbox) -> Client:
    """The sandbox's account, as if it were somebody's."""
    return watched_client(sandbox, service="live")


def test_run_all_imports(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Clean, preview, import in one call, with what each step returned."""
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    outcome = panel.run()
    assert outcome is panel.outcome
    assert _members(client, list_id) == ["ana@example.com", "ben@example.com"]
    assert panel.cleaned.kept_count == 2
    assert panel.preview.figures()["new"] == 2
    assert "2 of 2 contacts are on the list" in _html(panel.result_box)
    assert f"imports.import_contacts(client, cleaned, &#x27;{list_id}&#x27;)" in panel.footer.value
    assert repr(panel) == "[import panel: run this cell to see it]"


def test_by_mouse_alone(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """Choose a file, preview, import: each step tells what it did."""
    panel = ImportPanel(client, sleep=sandbox.advance)
    assert panel.preview_button.disabled
    assert panel.import_button.disabled
    choose(panel.file, "people.csv", b"email,first_name\nana@example.com,Ana\n")
    assert not panel.import_button.disabled
    _click(panel, panel.preview_button)
    assert "1 contact would be new" in _html(panel.preview_box)
    assert "imports.preview(client, cleaned," in panel.footer.value
    assert not list(client.activities.iter())
    _click(panel, panel.import_button)
    assert "The import is done" in panel.status.value
    assert "ana@example.com" in _members(client, panel.list.value)
    assert panel.bar.value == 100


def test_the_preview_says_from_what_to_what(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """New, changed, unchanged, and what it costs."""
    ImportPanel(client, list_id=list_id, sleep=sandbox.advance)
    panel = ImportPanel(client, sleep=sandbox.advance)
    choose(panel.file, "a.csv", b"email,first_name,city\nana@example.com,Ana,\nben@example.com,Ben,\n")
    panel.run()
    choose(panel.file, "b.csv", b"email,first_name,city\nana@example.com,Anna,Waltham\nben@example.com,Ben,\n")
    _click(panel, panel.preview_button)
    said = _html(panel.preview_box)
    assert "<td><bdi>Ana</bdi></td><td><bdi>Anna</bdi></td>" in said
    assert "<td><bdi>(nothing)</bdi></td><td><bdi>Waltham</bdi></td>" in said
    assert "1 contact would change, in 2 values." in said
    assert "1 contact would stay as it is." in said
    assert "2 are on it already" in said
    assert "The import takes about" in said


def test_there_is_nothing_before_its_step(client: Client, list_id: str) -> None:
    """Each of the three says what to do for it."""
    panel = ImportPanel(client)
    for name, told in (("cleaned", "No file is cleaned"), ("preview", "press Preview"), ("outcome", "press Import")):
        with pytest.raises(CctoolkitError, match=told):
            getattr(panel, name)


def test_nobody_is_imported_before_the_question_is_answered(client: Client, list_id: str, tmp_path: Path) -> None:
    """The buttons are grey, and it is said why; after the answer they are not, and whoever said no stays out."""
    (tmp_path / "asked.csv").write_text("email,Newsletter\nana@example.com,red\nben@example.com,no\n")
    panel = ImportPanel(client, tmp_path / "asked.csv", list_id)
    assert (panel.preview_button.disabled, panel.import_button.disabled) == (True, True)
    assert "First say above what the column is about" in panel.status.value
    with pytest.raises(ContactFileError, match="may say who wants email"):
        panel.run()
    [yes, *_] = [part for part in panel.file.asked.children if isinstance(part, widgets.Button)]
    yes.click()
    panel.wait()
    assert (panel.preview_button.disabled, panel.import_button.disabled) == (False, False)
    assert panel.run().sent == 1


def test_a_double_click_imports_once(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """The second click does nothing, while it runs and after it."""
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    panel.import_button.click()
    panel.import_button.click()
    panel.wait()
    assert panel.import_button.disabled
    panel._import_clicked()  # a click that was under way when the button was disabled
    panel.wait()
    assert len(list(client.activities.iter())) == 1


def test_another_choice_can_be_imported_after_it(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Another list, another file: that is another import."""
    other = str(client.lists.create("Other")["list_id"])
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    panel.run()
    panel.list.value = other
    assert not panel.import_button.disabled
    with pytest.raises(CctoolkitError, match="press Preview"):
        _ = panel.preview  # it was of the other list
    _click(panel, panel.import_button)
    assert len(_members(client, other)) == 2


def test_a_real_account_is_asked_for_first(live: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """The preview is shown, and nothing sent before the yes."""
    panel = ImportPanel(live, people, list_id, sleep=sandbox.advance)
    assert not _shown(panel._asking)
    _click(panel, panel.import_button)
    assert _shown(panel._asking)
    assert "Import 2 contacts into the list" in panel.question.value
    assert "would be new" in _html(panel.preview_box)
    assert not list(live.activities.iter())
    _click(panel, panel.yes_button)
    assert not _shown(panel._asking)
    assert panel.outcome.missing == []


def test_no_is_no(live: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Nothing is sent, and it says so; another list takes the question back too."""
    panel = ImportPanel(live, people, list_id, sleep=sandbox.advance)
    _click(panel, panel.import_button)
    panel.no_button.click()
    assert "Nothing was imported." in panel.status.value
    assert not _shown(panel._asking)
    _click(panel, panel.import_button)
    panel.sms_permission.value = "explicit"
    assert not _shown(panel._asking)
    panel._yes()
    panel.wait()
    assert not list(live.activities.iter())


def test_a_sandbox_elsewhere_is_nobody_s_account(sandbox: Sandbox, list_id: str, people: Path) -> None:
    """In a workshop the sandbox is on the trainer's machine, and Run All goes through as at home."""
    from cctoolkit.api.transport import FixedToken, Transport

    token = FixedToken(sandbox.access_token())
    transport = Transport(f"{BASE}/v3", token, transport=Elsewhere(sandbox))
    with Client(transport, "sandbox") as there:
        assert ImportPanel(there, people, list_id, sleep=sandbox.advance).run().missing == []


class _Hurried(ImportPanel):
    """Another list is chosen in the moment in which the import begins."""

    other: str | None = None

    def beside(self, words: str, action: Any, *, stoppable: bool = False) -> bool:
        if words.startswith("The import begins"):
            self.list.value = self.other
        return super().beside(words, action, stoppable=stoppable)


def test_a_yes_is_for_what_was_asked(live: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Whatever is chosen right after it: the contacts come onto the list that the question named."""
    other = str(live.lists.create("Other")["list_id"])
    panel = _Hurried(live, people, list_id, sleep=sandbox.advance)
    panel.other = other
    _click(panel, panel.import_button)
    assert "News" in panel.question.value
    _click(panel, panel.yes_button)
    assert _members(live, other) == []
    assert len(_members(live, list_id)) == 2


def test_a_click_while_a_cell_imports_does_nothing(
    client: Client, sandbox: Sandbox, list_id: str, people: Path
) -> None:
    """The page's clicks do not wait for the cell: a second import would send everybody twice."""
    seen: list[bool] = []

    def clicked_meanwhile(seconds: float) -> None:
        seen.append(BUSY in panel.import_button._dom_classes)
        panel._import_clicked()
        sandbox.advance(seconds)

    panel = ImportPanel(client, people, list_id, sleep=clicked_meanwhile)
    panel.run()
    panel.wait()
    assert seen
    assert all(seen)
    assert len(list(client.activities.iter())) == 1


def test_no_list_chosen_among_several_is_not_no_list(client: Client, people: Path, list_id: str) -> None:
    """The next step is to choose one, not to make one."""
    panel = ImportPanel(client, people, list_id)
    panel.list.value = None
    with pytest.raises(CctoolkitError, match="choose one in the panel"):
        panel.run()


def test_run_all_does_not_write_to_a_real_account(live: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Not without yes=True; the cell fails, and says how."""
    panel = ImportPanel(live, people, list_id, sleep=sandbox.advance)
    with pytest.raises(cctoolkit.Declined, match=r"panel\.run\(yes=True\)"):
        panel.run()
    assert "nobody said yes" in panel.status.value
    assert not list(live.activities.iter())
    assert panel.run(yes=True).missing == []


def test_a_host_elsewhere_is_a_real_account(list_id: str, people: Path) -> None:
    """Whatever it is called: only what is on this machine is not asked for."""
    answer = httpx.Response(200, json={"lists": [{"list_id": list_id, "name": "News", "membership_count": 0}]})
    from cctoolkit.api.transport import FixedToken, Transport

    transport = httpx.MockTransport(lambda request: answer)
    there = Client(Transport("https://api.example.com/v3", FixedToken("t"), transport=transport), "custom")
    with pytest.raises(cctoolkit.Declined):
        ImportPanel(there, people, list_id).run()


def test_stop_leaves_the_journal_and_go_on_resumes(
    client: Client, sandbox: Sandbox, list_id: str, people: Path
) -> None:
    """What was sent goes on at the service; nothing is sent twice."""
    panel: ImportPanel
    slept: list[float] = []

    def stop_at_first(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            panel.stop_button.click()
        else:
            sandbox.advance(seconds)

    panel = ImportPanel(client, people, list_id, sleep=stop_at_first)
    assert not _shown(panel.go_on_button)
    _click(panel, panel.import_button)
    assert "You stopped watching: what the service has, it goes on with" in panel.status.value
    assert "press Go on" in panel.status.value
    assert panel.import_button.disabled  # it would be the same once more
    assert "This import has not ended: Go on" in panel.waits_for.value
    with pytest.raises(CctoolkitError):
        _ = panel.outcome
    _click(panel, panel.go_on_button)
    assert panel.outcome.missing == []
    assert not _shown(panel.go_on_button)
    assert "imports.resume(client, " in panel.footer.value
    assert len(list(client.activities.iter())) == 1


def test_a_preview_is_stopped(sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Between two pages; nothing was sent."""
    panel: ImportPanel

    def stop(request: httpx.Request) -> None:
        if "/contacts" in request.url.path:
            panel.stop_button.click()

    with watched_client(sandbox, Watching(sandbox, stop)) as client:
        panel = ImportPanel(client, people, list_id)
        _click(panel, panel.preview_button)
        assert "Stopped. Nothing was sent." in panel.status.value
        assert panel.preview_box.children == ()


def test_a_part_that_failed_is_sent_again(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """The result says so, and a button does it."""
    sandbox.faults.add("activity_fails", 1)
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    _click(panel, panel.import_button)
    assert not panel.outcome.completed
    assert "retry_failed=True" in _html(panel.result_box)
    _click(panel, panel.retry_button)
    assert panel.outcome.completed
    assert not _shown(panel.retry_button)


def _delete_list(sandbox: Sandbox, list_id: str) -> None:
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contact_lists SET deleted_at = updated_at WHERE list_id = ?", (list_id,))


@pytest.mark.parametrize("button", ["preview_button", "import_button"])
def test_a_list_that_was_deleted_meanwhile(
    client: Client, sandbox: Sandbox, list_id: str, people: Path, button: str
) -> None:
    """It is said, no other list is taken in its place, and another can be chosen."""
    client.lists.create("Other")
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    _delete_list(sandbox, list_id)
    _click(panel, getattr(panel, button))
    assert "the account has no list" in panel.status.value
    assert "Press Read the lists again" in panel.status.value
    _click(panel, panel.lists_button)
    assert panel.list.value is None
    assert panel.import_button.disabled
    panel.list.value = panel.list.options[0][1]
    _click(panel, panel.import_button)
    assert panel.outcome.missing == []


def _new_list(client: Client) -> str:
    return str(client.lists.create("Soon gone")["list_id"])


def _delete_all(sandbox: Sandbox, seconds: float) -> None:
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contact_lists SET deleted_at = updated_at")
    sandbox.advance(seconds)


def test_a_list_that_is_deleted_while_it_runs(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """The service takes the contacts and says nothing: the panel does, and the cell fails with it."""

    def delete(seconds: float) -> None:
        _delete_list(sandbox, list_id)
        sandbox.advance(seconds)

    panel = ImportPanel(client, people, list_id, sleep=delete)
    _click(panel, panel.import_button)
    assert "The list was deleted while the import ran" in panel.status.value
    assert panel.outcome.missing == ["ana@example.com", "ben@example.com"]
    assert panel.list.value is None
    with pytest.raises(CctoolkitError, match="deleted while the import ran"):
        ImportPanel(client, people, _new_list(client), sleep=lambda seconds: _delete_all(sandbox, seconds)).run()


@pytest.mark.parametrize(
    ("fault", "path", "told"),
    [
        ("expired_token", "contact_lists", "sign in again"),
        ("expired_token", "/activities", "sign in again"),
        ("quota_exceeded", "/activities", "the count begins anew"),
        ("503", "/activities", "try again later"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_what_goes_wrong_meanwhile_is_said_and_gone_on_from(
    client: Client, sandbox: Sandbox, list_id: str, people: Path, fault: str, path: str, told: str
) -> None:
    """Each with what to do, and then it goes on."""
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    sandbox.faults.add(fault, 30, path=path)
    _click(panel, panel.import_button)
    assert told in panel.status.value
    sandbox.faults.clear()
    _click(panel, panel.go_on_button if _shown(panel.go_on_button) else panel.import_button)
    assert panel.outcome.missing == []
    assert len(list(client.activities.iter())) == 1


@pytest.mark.usefixtures("impatient")
def test_a_sandbox_that_was_stopped_meanwhile(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """In the panel after a click, and in the cell that makes another."""
    panel = ImportPanel(client, people, list_id)
    sandbox.stop()
    _click(panel, panel.preview_button)
    assert "start it again with cctoolkit.connect()" in panel.status.value
    with pytest.raises(cctoolkit.ServiceUnreachable):
        panel.run()
    with pytest.raises(cctoolkit.ServiceUnreachable):
        ImportPanel(client, people)


def test_an_account_without_lists(client: Client, sandbox: Sandbox, people: Path) -> None:
    """It is said how one is made, and then it is found."""
    for entry in list(client.lists.iter()):
        _delete_list(sandbox, entry["list_id"])
    with pytest.raises(cctoolkit.SettingsError, match="no list yet"):
        ImportPanel(client, people)


def test_an_unknown_list_fails_the_cell(client: Client, people: Path) -> None:
    """As a list's name in place of its id does."""
    with pytest.raises(cctoolkit.NotFound, match="the account has no list"):
        ImportPanel(client, people, "11111111-2222-3333-4444-555555555555")
    with pytest.raises(cctoolkit.SettingsError, match="is not a list_id"):
        ImportPanel(client, people, "News")


@pytest.mark.parametrize("content", [b"email,name\n", b"email,name\nnobody,Nora\n"])
def test_a_file_with_nobody_to_import(client: Client, list_id: str, content: bytes) -> None:
    """It is said why; the cell fails with it."""
    panel = ImportPanel(client)
    choose(panel.file, "a.csv", content)
    assert "✗" in panel.status.value
    assert "a.csv" in panel.status.value
    with pytest.raises(cctoolkit.ContactFileError):
        panel.run()


def test_a_file_that_cannot_be_cleaned_is_not_imported(client: Client, list_id: str) -> None:
    """Nor is the one before it: the buttons are of the file that was chosen last."""
    panel = ImportPanel(client)
    choose(panel.file, "a.csv", b"email\nana@example.com\n")
    choose(panel.file, "b.csv", b"%PDF-1.7")
    assert "a PDF document" in panel.file.status.value
    assert "no file to import yet" in panel.status.value
    assert panel.preview_button.disabled
    assert panel.import_button.disabled


def test_custom_fields_that_the_account_lacks(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """The preview tells them, the import refuses without a word of yours, and makes them with it."""
    panel = ImportPanel(client, sleep=sandbox.advance)
    choose(panel.file, "a.csv", b"email,cf:Shoe <b>size</b>\nana@example.com,44\n")
    assert _shown(panel.create_custom_fields)
    assert not _shown(panel.sms_permission)
    _click(panel, panel.preview_button)
    assert "lacks the custom fields <bdi>Shoe &lt;b&gt;size&lt;/b&gt;</bdi>" in _html(panel.preview_box)
    _click(panel, panel.import_button)
    assert "The account has no custom field" in panel.status.value
    panel.create_custom_fields.value = True
    _click(panel, panel.import_button)
    assert panel.outcome.missing == []
    assert "create_custom_fields=True" in panel.footer.value


def test_text_message_numbers_have_a_permission(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """Not agreed, unless it is said; only such a file asks."""
    panel = ImportPanel(client, sleep=sandbox.advance)
    choose(panel.file, "a.csv", b"email,sms_number\nana@example.com,+1 781 555 0101\n")
    assert _shown(panel.sms_permission)
    _click(panel, panel.import_button)
    assert panel.outcome.missing == []
    assert "sms_permission_to_send=&#x27;not_set&#x27;" in panel.footer.value


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202egnidaeh", "a" * 300)


@pytest.mark.usefixtures("impatient")
def test_nothing_of_a_hostile_account_or_file_is_markup(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """Lists, headings, names and values; fifty custom fields; nobody without a name lost."""
    for name in HOSTILE[:3]:
        client.lists.create(name)
    headings = ["email", "first_name", *(f"{'cf:' if n < 25 else ''}{HOSTILE[n % 3]} {n}" for n in range(50))]
    path = tmp_path / "<img src=x onerror=alert(1)>.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in headings)]
    for n, name in enumerate([*HOSTILE, ""]):
        cells = [f"p{n}@example.com", name[:50], *(name[:200] for _ in range(50))]
        quoted.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    panel = ImportPanel(client, path, sleep=sandbox.advance)
    assert len(panel.file.columns) == 52
    _click(panel, panel.preview_button)
    panel.list.value = panel.list.options[-1][1]
    _click(panel, panel.preview_button)
    panel.create_custom_fields.value = True
    _click(panel, panel.import_button)
    assert panel.outcome.missing == []
    said = _html(panel)
    assert "<script" not in said.replace("&lt;script", "")
    assert "<img" not in said
    labels = "".join(label for label, _ in panel.list.options)
    assert "\u202e" not in said + labels


def test_thousands_of_contacts_are_counted_and_not_all_shown(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """What travels to the page stays small."""
    panel = ImportPanel(client, sleep=sandbox.advance)
    rows = "".join(f"p{n:05}@example.com,Name {n}\n" for n in range(3_000))
    choose(panel.file, "a.csv", f"email,first_name\n{rows}".encode())
    panel.run()
    assert "3,000 of 3,000 contacts are on the list" in _html(panel.result_box)
    assert len(_html(panel)) < 100_000


def test_it_tells_how_far_it_is(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """The parts that are done, and how much of all."""
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    told: list[str] = []
    panel.status.observe(lambda change: told.append(change["new"]), names="value")
    _click(panel, panel.import_button)
    assert any("Sending 1 of 1: 0 %, 0 of 1 part done …" in words for words in told)
    assert any("100 %, 1 of 1 part done" in words for words in told)


def test_a_sample_of_the_course_goes_through(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """The same figures as in code."""
    panel = ImportPanel(client, sample("google-contacts.csv"), list_id, sleep=sandbox.advance)
    outcome = panel.run()
    assert (outcome.sent, outcome.missing) == (186, [])
    assert imports.check_arrival(client, panel.cleaned.addresses, list_id)["on_list"].all()


def test_a_grey_import_says_why(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """What it waits for, and why it is grey once it is done."""
    panel = ImportPanel(client, list_id=list_id, sleep=sandbox.advance)
    assert "waits for a file" in panel.waits_for.value
    choose(panel.file, "nobody.csv", b"email\nnobody\n")
    assert "waits for a file with somebody in it" in panel.waits_for.value
    choose(panel.file, "asked.csv", b"email,Newsletter\nana@example.com,red\nben@example.com,no\n")
    assert "waits for your answer" in panel.waits_for.value
    choose(panel.file, "people.csv", people.read_bytes())
    assert (panel.waits_for.value, panel.import_button.disabled) == ("", False)
    panel.list.value = None
    assert "waits for a list" in panel.waits_for.value
    panel.list.value = list_id
    _click(panel, panel.import_button)
    assert "This was imported" in panel.waits_for.value
    assert panel.import_button.disabled


def test_a_preview_of_another_choice_goes_whole(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """Its tables, its sentence and its code."""
    other = str(client.lists.create("Other")["list_id"])
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    _click(panel, panel.preview_button)
    assert "This is what the import would do" in panel.status.value
    panel.list.value = other
    assert panel.preview_box.children == ()
    assert "What was previewed was another choice" in panel.status.value
    assert panel.footer.value == ""
    with pytest.raises(CctoolkitError, match="Nothing is previewed"):
        _ = panel.preview


def test_the_counts_in_the_menu_follow_the_import(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """And what the panel says of the import stays."""
    panel = ImportPanel(client, people, list_id, sleep=sandbox.advance)
    before = {value: label for label, value in panel.list.options}[list_id]
    _click(panel, panel.import_button)
    after = {value: label for label, value in panel.list.options}[list_id]
    assert (before.endswith("(0 contacts)"), after.endswith("(2 contacts)")) == (True, True)
    assert panel.list.value == list_id
    assert "The import is done" in panel.status.value
    assert "imports.import_contacts" in panel.footer.value


def test_the_preview_says_that_a_lacking_field_is_made(client: Client, sandbox: Sandbox, list_id: str) -> None:
    """Where the box is ticked; where it is not, that it can be."""
    panel = ImportPanel(client, list_id=list_id, sleep=sandbox.advance)
    choose(panel.file, "people.csv", b"email,cf:Voice\nana@example.com,Alto\n")
    _click(panel, panel.preview_button)
    assert "tick above that the import makes them" in _html(panel.preview_box)
    panel.create_custom_fields.value = True
    _click(panel, panel.preview_button)
    assert "The import makes the custom fields that the account lacks: <bdi>Voice</bdi>" in _html(panel.preview_box)


def test_the_pickers_choice_is_the_imports_list(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """What is chosen beside the panel, what is chosen anew, and a list that is made there."""
    other = str(client.lists.create("Other")["list_id"])
    picker = ListPicker(client, name="Other")
    panel = ImportPanel(client, people, picker, sleep=sandbox.advance)
    assert panel.list.value == other
    picker.choice.value = list_id
    picker.wait()
    panel.wait()
    assert panel.list.value == list_id
    picker.new_name.value = "Made here"
    picker.create.click()
    picker.wait()
    panel.wait()
    assert panel.list.value == picker.list_id
    assert "Made here" in panel.status.value
    _click(panel, panel.import_button)
    assert _members(client, picker.list_id) == ["ana@example.com", "ben@example.com"]


def test_a_picker_without_a_choice_is_waited_for(client: Client, sandbox: Sandbox, people: Path) -> None:
    """No other list is taken in its place; the panel takes what is chosen there later."""
    picker = ListPicker(client, name="Not there yet")
    panel = ImportPanel(client, people, picker, sleep=sandbox.advance)
    assert panel.list.value is None
    assert "waits for a list" in panel.waits_for.value
    assert "Choose a list to go on" in panel.status.value
    with pytest.raises(SettingsError, match="No list is chosen"):
        panel.run()
    picker.create.click()
    picker.wait()
    panel.wait()
    assert panel.list.value == picker.list_id


def test_a_list_that_goes_in_the_picker_goes_here(client: Client, sandbox: Sandbox, list_id: str, people: Path) -> None:
    """It was deleted: nothing is chosen here either."""
    other = str(client.lists.create("Other")["list_id"])
    picker = ListPicker(client, name="Other")
    panel = ImportPanel(client, people, picker, sleep=sandbox.advance)
    _delete_list(sandbox, other)
    picker.refresh.click()
    picker.wait()
    panel.wait()
    assert panel.list.value is None
    assert panel.import_button.disabled
    assert "no list is chosen any more" in panel.status.value


def test_a_list_that_is_picked_while_an_import_runs_is_taken_after_it(
    client: Client, sandbox: Sandbox, list_id: str, people: Path
) -> None:
    """The import goes where it began to go; the next one where the picker shows."""
    other = str(client.lists.create("Other")["list_id"])
    picker = ListPicker(client, name="Other")
    panel: ImportPanel

    def pick_another(seconds: float) -> None:
        picker.choice.value = list_id
        sandbox.advance(seconds)

    panel = ImportPanel(client, people, picker, sleep=pick_another)
    _click(panel, panel.import_button)
    picker.wait()
    assert _members(client, other) == ["ana@example.com", "ben@example.com"]
    assert _members(client, list_id) == []
    assert panel.list.value == list_id
    assert not panel.import_button.disabled
