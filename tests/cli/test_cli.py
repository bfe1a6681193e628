"""The commands, as somebody types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cctoolkit._httpx import httpx
from cctoolkit.cli import app
from cctoolkit.course import sample
from tests import processes
from tests.cli.commands import COMMAND, run
from tests.marks import thorough


@pytest.mark.parametrize(
    "name", ["google-contacts.csv", thorough("google-contacts-before-2024.csv"), thorough("outlook-contacts.csv")]
)
def test_the_quick_start_imports_every_sample_whole(name: str) -> None:
    """One JSON object, everybody arrived, exit 0."""
    done = run("quickstart", str(sample(name)), "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["missing"] == []
    assert (figures["state"], figures["percent_done"]) == ("completed", 100)
    assert figures["completed_at"]
    assert figures["service"] == "sandbox"
    assert figures["rows_in"] == figures["kept"] + figures["merged"] + figures["rejected"]
    assert figures["imported"] == figures["kept"]
    assert figures["contacts_after"] == figures["contacts_before"] + figures["kept"]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C as POSIX systems send it")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("threading.Event().wait(20)", ""),
        (
            "try:\n    threading.Event().wait(20)\nexcept KeyboardInterrupt:\n    raise ValueError('no')",
            "ValueError: no",
        ),
    ],
)
def test_ctrl_c_in_the_middle_of_an_import_is_heard(tmp_path: Path, body: str, said: str) -> None:
    """Python loses an interrupt that falls into an import, or turns it into another error: it waits until that is over."""
    (tmp_path / "slowly_loaded.py").write_text(
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    len(str())\nexcept KeyboardInterrupt:\n    pass\n"
    )
    begins = (
        "import sys, threading; from cctoolkit.__main__ import main; from cctoolkit.cli import app; sys.path.insert(0, '.')\n"
        "def slow():\n import slowly_loaded\n" + textwrap.indent(body, " ") + "\n"
        "app.command()(slow); main()"
    )
    process = processes.start(
        [sys.executable, "-c", begins, "slow"], cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 130, errors
    assert errors.startswith("Stopped. Nothing is half-done")
    assert said in errors
    assert "Traceback" not in errors


def test_the_quick_start_tells_each_step() -> None:
    """Six numbered lines, and the next command at the end."""
    done = run("quickstart", "--list", "Garden")
    assert done.returncode == 0, done.stderr
    for number, step in enumerate(
        ["Sign in", "Read the contacts", "Clean the CSV", "Find a list_id", "Import", "Check who arrived"], start=1
    ):
        assert f"{number} {step}" in done.stdout
    assert "Garden: " in done.stdout
    assert done.stdout.rstrip().endswith("cctoolkit lab")


@pytest.mark.parametrize(
    ("content", "sentence", "status"),
    [
        (None, "There is no file", 1),
        (b"", "is empty", 1),
        (b"name\nAna\n", "no column of email addresses", 1),
        (b"\x00\x01\x02" * 50, "is not text", 1),
        (b"email\nnobody\n", "No row of", 1),
    ],
)
def test_files_that_cannot_be_imported(tmp_path: Path, content: bytes | None, sentence: str, status: int) -> None:
    """One sentence on stderr, nothing on stdout, no traceback."""
    path = tmp_path / "people.csv"
    if content is not None:
        path.write_bytes(content)
    done = run("quickstart", str(path), "--json")
    assert done.returncode == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert sentence in json.loads(done.stdout)["error"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["quickstart", "--service", "live"], "needs the API key"),
        (["quickstart", "--service", "moon"], "There is no service 'moon'"),
        (["quickstart", "--service", "live", "--profile", "nobody"], "no profile named 'nobody'"),
        (["whoami", "live"], "needs the API key"),
        (["whoami"], "No sandbox runs"),
        (["quickstart", "--list", ""], "--list is empty"),
        (["quickstart", "--profile", "work"], "--service live"),
        (["login", "live"], "give the key with --api-key"),
        (["login", "live", "--api-key", "a b"], "does not look like an API key"),
        (["login", "live", "--api-key", "a" * 36, "--redirect-uri", "ftp://x"], "cannot be a redirect URI"),
        (["login", "live", "--api-key", "a" * 36, "--scope", "everything"], "There is no scope 'everything'"),
        (["login", "sandbox", "--way", "guessing"], "There is no way 'guessing'"),
        (["quickstart", "--nonsense"], "No such option"),
    ],
)
def test_calls_that_have_to_change_exit_with_2(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    """Each says what to do next."""
    done = run(*arguments, HOME=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


#: A call of each command with `--json` that cannot be done.
CANNOT_BE_DONE = {
    "quickstart": ["--service", "moon"],
    "clean": ["nowhere.csv", "-o", "out"],
    "import": ["--resume", "nowhere.sqlite", "--list", "A"],
    "sync": ["--list", "A"],
    "whoami": ["live", "--profile", "nobody"],
    "keepalive": ["moon"],
    "profiles": [],
    "doctor": ["--service", "moon"],
    "compare": ["moon"],
    "schema update": ["--service", "moon"],
    "schema changes": ["--service", "moon"],
    "schema show": ["--service", "moon"],
}


@pytest.mark.parametrize("command", CANNOT_BE_DONE)
def test_an_error_is_json_where_json_is_wanted(command: str, tmp_path: Path) -> None:
    """Whatever the command, and whether it found out before its work began or in the middle."""
    if command == "profiles":
        broken = tmp_path / "config" / "cctoolkit"
        broken.mkdir(parents=True)
        (broken / "profiles.json").write_text("[")
    done = run(*command.split(), *CANNOT_BE_DONE[command], "--json", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert (done.returncode, "Traceback" in done.stderr) in {(1, False), (2, False)}
    assert done.stderr.startswith(json.loads(done.stdout)["error"])


def test_each_command_with_json_is_asked_for_an_error() -> None:
    def with_json(commands: dict[str, Any], above: str = "") -> Iterator[str]:
        for name, each in commands.items():
            yield from with_json(getattr(each, "commands", {}), f"{above}{name} ")
            if any("--json" in option.opts for option in each.params):
                yield above + name

    assert set(with_json(typer.main.get_command(app).commands)) == set(CANNOT_BE_DONE)  # type: ignore[attr-defined]


def test_clean_writes_files_and_one_object(tmp_path: Path) -> None:
    """The same account as the quick start's; a wrong --map is said."""
    done = run("clean", str(sample()), "-o", str(tmp_path / "out"), "--json")
    report = json.loads(done.stdout)
    assert (report["rows_in"], report["kept"], report["merged"], report["rejected"]) == (202, 186, 7, 9)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"part-001.csv", "rejected.csv", "report.json"}
    done = run("clean", str(sample()), "-o", str(tmp_path / "out"))
    assert (done.returncode, "is not empty" in done.stderr) == (1, True)
    assert run("clean", str(sample()), "-o", str(tmp_path / "new"), "--map", "x").returncode == 2


def test_profiles_are_saved_listed_and_forgotten(tmp_path: Path) -> None:
    """The key is kept without the blanks around it; whoami says that nobody is signed in."""
    key = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
    home = {"HOME": str(tmp_path)}
    # The sign-in itself needs somebody at a browser, so it ends at the closed stdin; the profile is saved before.
    done = run("login", "live", "--profile", "work", "--api-key", f" {key}\n", "--way", "paste", **home)
    assert "Saved as profile work" in done.stderr
    assert "authz.constantcontact.com" in done.stderr
    listed = run("profiles", **home)
    assert listed.stdout.split("\t")[0] == "work"
    assert key not in listed.stdout
    told = run("profiles", "--json", **home).stdout
    assert json.loads(told)["work"]["api_key"] == f"{key[:8]}…"
    assert key not in told
    said = run("whoami", "live", "--profile", "work", "--json", **home)
    assert (said.returncode, "cctoolkit login live" in json.loads(said.stdout)["error"]) == (2, True)
    who = run("whoami", "live", "--profile", "work", **home)
    assert (who.returncode, "cctoolkit login live" in who.stderr) == (2, True)
    assert run("logout", "live", "--profile", "work", "--forget", **home).returncode == 0
    assert run("profiles", **home).stdout == ""
    assert json.loads(run("profiles", "--json", **home).stdout) == {}


def test_the_sandbox_says_where_it_is_in_one_line(tmp_path: Path) -> None:
    """JSON on stdout once it answers; curl's token works; Ctrl-C ends it."""
    process = processes.start(
        [*COMMAND, "sandbox", "--seed", "1", "--contacts", "30", "--db", str(tmp_path / "s.db")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    about = json.loads(process.stdout.readline())
    assert about.keys() == {
        *(
            "api",
            "authorize",
            "token",
            "device",
            "client_id",
            "client_secret",
            "redirect_uris",
            "access_token",
            "admin_key",
            "page",
        )
    }
    headers = {"Authorization": f"Bearer {about['access_token']}"}
    answer = httpx.get(f"{about['api']}/contacts", params={"include_count": "true"}, headers=headers)
    assert answer.json()["contacts_count"] == 31
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors


@pytest.mark.thorough
def test_a_sandbox_without_a_file_leaves_nothing(tmp_path: Path) -> None:
    """Ended by SIGTERM or Ctrl-C, its temporary folder goes with it."""
    for ending in (signal.SIGTERM, signal.SIGINT):
        process = processes.start(
            [*COMMAND, "sandbox"], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
        )
        assert process.stdout is not None
        assert process.stdout.readline()
        assert list(tmp_path.iterdir())
        process.send_signal(ending)
        process.communicate(timeout=20)
        assert list(tmp_path.iterdir()) == []


def test_the_folders_sandbox_is_stopped_and_forgotten(tmp_path: Path) -> None:
    """`--stop` ends it, `--reset` forgets its account; asking who is signed in starts none."""
    place = {"HOME": str(tmp_path), "CCTOOLKIT_WORKSPACE": str(tmp_path / "work")}
    script = "import cctoolkit; client = cctoolkit.connect(); client.lists.create('Mine'); print(client.api_url)"
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, **place})
    assert made.returncode == 0, made.stderr
    assert "robin@example.com" in run("whoami", **place).stdout
    assert "was stopped" in run("sandbox", "--stop", **place).stdout
    with pytest.raises(httpx.ConnectError):
        httpx.get(made.stdout.strip())
    assert run("whoami", **place).returncode == 2
    assert "forgotten" in run("sandbox", "--reset", **place).stdout
    again = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, **place})
    assert again.returncode == 0, again.stderr
    run("sandbox", "--stop", **place)


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX systems")
def test_whoever_sits_there_is_asked_before_an_account_is_forgotten(tmp_path: Path) -> None:
    """What goes with it is named; anything but a yes leaves it."""
    import pty

    asked, terminal = pty.openpty()
    environment = {**os.environ, "CCTOOLKIT_WORKSPACE": str(tmp_path)}
    process = processes.start(
        [*COMMAND, "sandbox", "--reset"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    os.write(asked, b"n\n")
    out, said = process.communicate(timeout=60)
    os.close(asked)
    os.close(terminal)
    assert process.returncode != 0
    assert "the journals of its imports and a seat at a workshop?" in said
    assert "Nothing was forgotten." in said
    assert out.strip() == ""


def test_a_schedule_keeps_a_sign_in_alive(tmp_path: Path) -> None:
    """The exit code says it; without a service nobody is asked, and no secret is printed in any form."""
    place = {
        "HOME": str(tmp_path),
        "CCTOOLKIT_WORKSPACE": str(tmp_path / "work"),
        "CCTOOLKIT_TOKEN_STORE": "file",
        "CCTOOLKIT_API_KEY": "",
    }
    assert run("keepalive", "everything", **place).returncode == 2
    none = run("keepalive", **place)
    assert none.returncode == 2
    assert "needs the API key" in none.stderr
    run("login", "live", "--api-key", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", **place)
    ended = run("keepalive", **place)
    assert (ended.returncode, "Nobody is signed in" in ended.stdout) == (3, True), ended.stderr
    script = "import cctoolkit; cctoolkit.connect().contacts.count()"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, **place}, check=True)
    told = [run("keepalive", "sandbox", **place), run("keepalive", "sandbox", "--json", **place)]
    assert [each.returncode for each in told] == [0, 0]
    assert "Nothing is due" in told[0].stdout
    [profile] = json.loads(told[1].stdout)["profiles"]
    assert (profile["profile"], profile["state"]) == ("sandbox", "alive")
    told.append(run("whoami", **place))
    assert "its kind shows when it is used" in told[-1].stdout
    told.append(run("whoami", "--refresh", **place))
    assert "rotating: works once" in told[-1].stdout
    told.append(run("whoami", "--json", **place))
    who = json.loads(told[-1].stdout)
    assert (who["service"], who["long_lived"], who["refreshes"]) == ("sandbox", False, True)
    assert "contact_data" in who["scopes"]
    assert who["access_until"].endswith("+00:00")
    [kept] = tmp_path.rglob("token.json")
    token = json.loads(kept.read_text())
    for each in told:
        for secret in (token["access_token"], token["refresh_token"]):
            assert secret not in each.stdout + each.stderr
    run("sandbox", "--stop", **place)


def test_a_port_in_use_is_said() -> None:
    """With what to do, and exit 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("sandbox", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.thorough
def test_lab_leaves_nothing_running(tmp_path: Path) -> None:
    """It copies the course, serves it with the sandbox up, hands --port on, and ends both."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "course"
    process = processes.start(
        [*COMMAND, "lab", "--no-browser", "--ip", "127.0.0.1", "--port", str(port), "--folder", str(folder)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "CCTOOLKIT_WORKSPACE": "", "JUPYTER_TOKEN": "test"},
    )
    sandbox = None
    assert process.stderr is not None
    for line in process.stderr:
        if "The sandbox answers at" in line:
            sandbox = line.split("at ")[1].split("/v3")[0]
        if "http://127.0.0.1" in line and str(port) in line:
            break
    assert sandbox is not None
    assert httpx.get(sandbox).json()["service"] == "cctoolkit sandbox"
    assert (folder / "notebooks" / "00-start-here.ipynb").exists()
    # A page that asks for news or updates asks hosts that nobody named.
    page = httpx.get(f"http://127.0.0.1:{port}/lab", params={"token": "test"}, follow_redirects=True, timeout=30).text
    disabled = page.partition('"disabledExtensions":')[2].partition("]")[0]
    assert "@jupyterlab/apputils-extension:announcements" in disabled
    assert '"buildCheck": false' in page
    assert '"cctoolkit-lab"' in page
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    for address in (sandbox, f"http://127.0.0.1:{port}/api"):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def test_help_teaches() -> None:
    """Every command is in it."""
    done = run("--help")
    for command in ("quickstart", "clean", "sandbox", "lab", "login", "logout", "whoami", "profiles"):
        assert command in done.stdout


def test_the_command_is_found_in_the_labs_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody has activated an environment, as after the README's own command."""
    from cctoolkit.cli.running_lab import _environment

    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    environment = _environment(tmp_path)
    found = shutil.which("cctoolkit", path=environment["PATH"])
    assert found is not None
    assert Path(found).parent == Path(sys.executable).parent
    assert environment["PATH"].endswith("/usr/bin:/bin")


@pytest.mark.thorough
def test_a_lab_that_is_ended_before_jupyterlab_starts_leaves_no_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes between the two: here what is said of the sandbox cannot be said any more."""
    from cctoolkit.cli.running_lab import run_lab
    from cctoolkit.local_sandbox import sandbox_runs

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ran: list[bool] = []

    def say(words: str) -> None:
        ran.append(sandbox_runs(tmp_path))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lab(tmp_path, [], say)
    assert ran == [True]
    assert not sandbox_runs(tmp_path)


def test_a_lab_beside_another_is_seen(tmp_path: Path) -> None:
    """Two labs in one folder share its sandbox, which the last one ends; what a killed one left is cleared away."""
    from filelock import FileLock

    from cctoolkit.cli.running_lab import _others

    ours, left = tmp_path / "lab-1.lock", tmp_path / "lab-2.lock"
    ours.touch()
    left.touch()
    assert not _others(tmp_path, ours)
    assert not left.exists()
    with FileLock(tmp_path / "lab-3.lock"):
        assert _others(tmp_path, ours)
    assert not _others(tmp_path, ours)
