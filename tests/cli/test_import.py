"""`cctoolkit import`, as somebody types it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctoolkit import imports
from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.connection import connect
from cctoolkit.course import sample
from cctoolkit.local_sandbox import ensure_sandbox, stop_sandbox
from tests import processes
from tests.cli.commands import COMMAND, run
from tests.imports.people import people
from tests.nursery import Nursery


@pytest.fixture
def workspace(tmp_path: Path, nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace whose sandbox runs, and ends with the test."""
    folder = tmp_path / "work"
    nursery.serve(folder)
    monkeypatch.setenv("CCTOOLKIT_WORKSPACE", str(folder))
    yield folder
    stop_sandbox(folder)


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("import", *arguments, **environment)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("email,first_name\nana@example.com,Ana\nben@example.com,Ben\n")
    return path


def test_an_export_is_imported_and_told(workspace: Path) -> None:
    """The cleaning's report, the preview, the journal's place, and who arrived; exit 0."""
    done = _run(str(sample()), "--list", "Garden")
    assert done.returncode == 0, done.stderr
    for text in ("202 rows = 186 kept", "new           186", "journal       /", "186 of 186 contacts are on the list"):
        assert text in done.stdout
    place = done.stdout.split("journal       ")[1].splitlines()[0]
    assert Path(place).exists()
    again = _run("--resume", place, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["sent"] == 186


def test_one_object_for_scripts(workspace: Path, export: Path, tmp_path: Path) -> None:
    """And nothing else on stdout; the journal where it was told."""
    journal = tmp_path / "mine.sqlite"
    done = _run(str(export), "--list", "Garden", "--json", "--journal", str(journal))
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["kept"], figures["imported"], figures["completed"], figures["missing"]) == (2, 2, True, [])
    assert figures["journal"] == str(journal)
    assert figures["preview"]["new"] == 2
    assert [part["person_count"] for part in figures["parts"]] == [2]
    figures = json.loads(_run(str(export), "--list", "Garden", "--json", "--no-preview").stdout)
    assert figures["preview"] is None


def test_it_ends_with_1_when_somebody_is_missing(workspace: Path, export: Path) -> None:
    """With the reason."""
    with connect(workspace=workspace) as client:
        source = {"create_source": "Account"}
        email = {"address": "ana@example.com", "permission_to_send": "unsubscribed"}
        client._transport.post("/contacts", {"email_address": email, **source})
    done = _run(str(export), "--list", "Garden")
    assert done.returncode == 1
    assert "missing       ana@example.com: unsubscribed before" in done.stdout
    assert "1 cannot be put on it" in done.stdout


@pytest.mark.thorough
def test_a_resumed_import_goes_on(workspace: Path, tmp_path: Path) -> None:
    """After Ctrl-C in the middle: it says the command, and that command finishes."""
    export = tmp_path / "many.csv"
    people(3_000).rows.to_csv(export, index=False)
    sandbox = ensure_sandbox(workspace)
    httpx.put(
        f"{sandbox['api'].removesuffix('/v3')}/sandbox/limits",
        headers={"Authorization": f"Bearer {sandbox['admin_key']}"},
        json={"enabled": False},
    ).raise_for_status()
    process = processes.start(
        [*COMMAND, "import", str(export), "--list", "Garden"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    place = next(line for line in process.stdout if line.startswith("journal")).split()[1]
    # Without an allowance to wait for: it takes two seconds from here until it is over.
    with Client(Transport(sandbox["api"], FixedToken(sandbox["access_token"])), "sandbox") as client:
        while not list(client.activities.iter()) and process.poll() is None:
            pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert f"cctoolkit import --resume {place}" in errors
    assert "Traceback" not in errors
    assert _run("--resume", place).returncode == 0


def test_the_service_of_a_journal_has_to_be_said(workspace: Path, export: Path, tmp_path: Path) -> None:
    """Nothing reaches the live service without the word; and no journal of the sandbox goes there."""
    journal = tmp_path / "live.sqlite"
    with connect(workspace=workspace) as client:
        client.service = "live"
        list_id = client.lists.find_or_create("Garden")["list_id"]
        imports.import_contacts(client, people(2), list_id, journal=journal, progress=False)
    done = _run("--resume", str(journal))
    assert (done.returncode, "live service" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        ([], "Say what to import", 2),
        (["{export}"], "--list NAME", 2),
        (["{export}", "--list", " "], "--list NAME", 2),
        (["{export}", "--list", "A", "--resume", "x"], "Say what to import", 2),
        (["--resume", "x", "--map", "a=email"], "stands in the journal", 2),
        (["{export}", "--list", "A", "--retry-failed"], "goes with --resume", 2),
        (["{export}", "--list", "A", "--profile", "work"], "add --service live", 2),
        (["{export}", "--list", "A", "--service", "moon"], "There is no service 'moon'", 2),
        (["{export}", "--list", "A", "--service", "live"], "needs the API key", 2),
        (["{export}", "--list", "A", "--map", "x"], "write it as 'heading=email'", 2),
        (["nowhere.csv", "--list", "A"], "There is no file", 1),
        (["--resume", "nowhere.sqlite"], "There is no journal", 1),
    ],
)
def test_calls_that_cannot_be_done(
    workspace: Path, export: Path, arguments: list[str], sentence: str, status: int
) -> None:
    """One sentence on stderr, and in JSON when that is wanted; no traceback."""
    done = _run(*[each.replace("{export}", str(export)) for each in arguments], "--json")
    assert done.returncode == status, done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert sentence in json.loads(done.stdout)["error"]


def test_without_a_terminal_the_live_service_needs_a_yes(workspace: Path) -> None:
    """Refused before the account is read, with what to type."""
    from cctoolkit.cli.importing import ask_before_import
    from cctoolkit.contact_files import clean
    from cctoolkit.errors import Declined

    with connect(workspace=workspace) as client, pytest.raises(Declined, match="run it again with --yes") as caught:
        ask_before_import(client, clean(sample()), "Garden", None, needed=True)
    assert caught.value.exit_code == 1


def test_a_yes_is_asked_for_after_the_preview(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A no ends it; what would happen was shown before the question."""
    import io

    from cctoolkit.cli.importing import ask_before_import
    from cctoolkit.contact_files import clean
    from cctoolkit.errors import Declined

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    with connect(workspace=workspace) as client, pytest.raises(Declined, match="Nothing was imported"):
        ask_before_import(client, clean(sample()), "Garden", None, needed=True)
    said = capsys.readouterr()
    assert "new           186" in said.out
    assert "LIVE account" in said.err


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        ("sms_number\n+16175550100\n", (), "--sms-permission"),
        ("email,cf:Size\na@example.com,44\n", (), "--create-custom-fields"),
        ("email\na@example.com\n", ("--journal", "people.csv"), "people.csv"),
    ],
)
def test_what_is_known_beforehand_is_said_before_anything_is_made(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, more: tuple[str, ...], sentence: str
) -> None:
    """No list is left behind by an import that could not be."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(text)
    done = _run("people.csv", "--list", "Garden", *more)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    with connect(workspace=workspace) as client:
        assert client.lists.find("Garden") is None


def test_going_on_at_the_live_service_asks(tmp_path: Path) -> None:
    """As the import itself did."""
    done = _run("--resume", str(tmp_path / "x.sqlite"), "--service", "live", HOME=str(tmp_path))
    assert done.returncode == 1
    assert "Nobody is here to say yes: run it again with --yes." in done.stderr


def test_the_command_takes_a_door(workspace: Path, tmp_path: Path) -> None:
    """`--door csv` says what is left out; a door that there is not is one sentence, before anything is asked."""
    path = tmp_path / "several.csv"
    path.write_text(
        "email,Work phone,Mobile phone,Work street,Home street\n"
        + "".join(f"m{n}@example.com,617-555-010{n},617-556-010{n},{n} Way,{n} Row\n" for n in range(6))
    )
    told = run("import", str(path), "--list", "Choir", "--door", "csv")
    assert told.returncode == 0, told.stderr
    assert "6 more phones and 6 more postal addresses are left out" in told.stdout
    assert json.loads(run("import", str(path), "--list", "Choir", "--json").stdout)["preview"]["door"] == "json"
    plan = run("sync", str(path), "--list", "Choir", "--door", "csv", "--dry-run")
    assert "are left out: a CSV file has room for one of each" in plan.stdout
    for command in (["import"], ["sync"]):
        refused = run(*command, str(path), "--list", "Choir", "--door", "xml")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "--door xml is no way to send an import: choose csv or json." in refused.stderr


def test_a_documented_consent_makes_explicit(workspace: Path, tmp_path: Path) -> None:
    """`--consent explicit`: what it means is said first; the others are imported; without a column it is one sentence."""
    path = tmp_path / "signups.csv"
    path.write_text("email,Signed up\nana@example.com,2024-05-06\nbo@example.com,\n")
    refused = run("import", str(path), "--list", "Choir", "--consent", "explicit")
    assert refused.returncode == 1
    assert "No column says, in dates, when each contact agreed" in refused.stderr
    done = run("import", str(path), "--list", "Choir", "--map", "Signed up=consent_date", "--consent", "explicit")
    assert done.returncode == 0, done.stderr
    assert "It tells the service that each of these contacts asked for your email" in done.stdout
    assert "1 contacts were signed up and are explicit" in done.stdout
    told = json.loads(run("import", str(path), "--list", "Choir", "--consent", "explicit", "--json").stdout)
    assert told["consent"] == {"signed_up": 0, "left_out": [], "refused": []}
    assert (told["sent"], told["missing"]) == (1, [])
    with connect() as client:
        found = {
            each["email_address"]["address"]: each["email_address"]["permission_to_send"]
            for each in client.contacts.iter(lists=client.lists.find("Choir")["list_id"])  # type: ignore[index]
        }
    assert found == {"ana@example.com": "explicit", "bo@example.com": "implicit"}
    assert "choose implicit or explicit" in run("import", str(path), "--list", "Choir", "--consent", "maybe").stderr
