"""The allowance, faults on demand, a class in one sandbox, and kills."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.errors import ActivityFailed, OutcomeUnknown, QueueFull, QuotaExceeded, ServiceFailed
from cctoolkit.in_process import InProcess
from cctoolkit.oauth import OAuthSession, TokenStore
from cctoolkit.oauth.by_code import sign_in_by_code
from cctoolkit.sandbox import Sandbox
from cctoolkit.settings import sandbox_service
from tests import processes


def _get(sandbox: Sandbox, token: str) -> httpx.Response:
    with httpx.Client(transport=InProcess(sandbox)) as client:
        return client.get(f"{sandbox.api_url}/contacts", headers={"Authorization": f"Bearer {token}"})


def _key(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.admin_key}"}


@pytest.fixture
def limited(tmp_path: Path) -> Sandbox:
    """A sandbox with its limits on, and time standing still."""
    with Sandbox(db=tmp_path / "limited.db", accounts=2, in_process=True) as sandbox:
        sandbox.clock.freeze()
        yield sandbox


def test_the_fifth_request_of_a_second_is_throttled(limited: Sandbox) -> None:
    """One object, no Retry-After; a second later it passes. Each application has its own count."""
    token = limited.access_token()
    assert [_get(limited, token).status_code for _ in range(4)] == [200] * 4
    refused = _get(limited, token)
    assert (refused.status_code, refused.json()["error_key"]) == (429, "throttled")
    assert "retry-after" not in refused.headers
    assert _get(limited, limited.access_token(limited.participants[1])).status_code == 200
    limited.advance(1.0)
    assert _get(limited, token).status_code == 200


def test_the_days_allowance_ends_until_midnight_utc(limited: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """quota_exceeded, which does not clear by waiting a second."""
    monkeypatch.setattr("cctoolkit.sandbox.limits.PER_DAY", 2)
    token = limited.access_token()
    limited.clock.freeze(1_800_000_000)
    token = limited.access_token()
    statuses = []
    for _ in range(3):
        statuses.append(_get(limited, token).status_code)
        limited.advance(1)
    assert statuses == [200, 200, 429]
    assert _get(limited, token).json()["error_key"] == "quota_exceeded"
    limited.advance(86_000 - 1_800_000_000 % 86_400 + 400)
    assert _get(limited, limited.access_token()).status_code == 200


def test_limits_can_be_switched_off(limited: Sandbox) -> None:
    """Over the admin API."""
    token = limited.access_token()
    with httpx.Client(transport=InProcess(limited)) as anyone:
        assert (
            anyone.put(f"{limited.url}/sandbox/limits", headers=_key(limited), json={"enabled": False}).status_code
            == 200
        )
    assert {_get(limited, token).status_code for _ in range(9)} == {200}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("expired_token", 401),
        ("throttled", 429),
        ("quota_exceeded", 429),
        ("queue_full", 429),
        ("500", 500),
        ("503", 503),
        ("html", 502),
    ],
)
def test_faults_for_the_next_requests(
    sandbox: Sandbox, http: httpx.Client, anyone: httpx.Client, kind: str, status: int
) -> None:
    """As many as asked for, only where the path fits."""
    sandbox.faults.add(kind, 2, path="/contacts")
    assert http.get("/contact_lists").status_code == 200
    token = {"Authorization": f"Bearer {sandbox.access_token()}"}
    plain = [anyone.get(f"{sandbox.api_url}/contacts", headers=token).status_code for _ in range(3)]
    assert plain == [status, status, 200]


def test_faults_over_the_admin_api(sandbox: Sandbox, anyone: httpx.Client) -> None:
    """Added, listed, cleared; an unknown one is refused by name."""
    admin = f"{sandbox.url}/sandbox/faults"
    anyone.headers.update(_key(sandbox))
    assert anyone.post(admin, json={"kind": "503", "count": 3, "path": "/contacts"}).status_code == 201
    assert anyone.get(admin).json()[0]["count"] == 3
    assert anyone.delete(admin).status_code == 204
    assert anyone.get(admin).json() == []
    refused = anyone.post(admin, json={"kind": "earthquake"})
    assert refused.status_code == 400
    assert "quota_exceeded" in refused.text


def test_the_admin_api_is_for_whoever_started_it(sandbox: Sandbox, anyone: httpx.Client) -> None:
    """Without its key, or with an access token in its place, nothing is told and nothing changed."""
    for headers in ({}, {"Authorization": f"Bearer {sandbox.access_token()}"}, {"Authorization": "Bearer é".encode()}):
        for method, path in (
            ("POST", "faults"),
            ("GET", "faults"),
            ("DELETE", "faults"),
            ("PUT", "limits"),
            ("POST", "accounts/1/reset"),
        ):
            answer = anyone.request(method, f"{sandbox.url}/sandbox/{path}", json={"kind": "503"}, headers=headers)
            assert answer.status_code == 401, (method, path)
            assert "admin_key" in answer.text
    assert sandbox.faults.pending() == []


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:9", 200), ("http://127.0.0.1:9999", 403), ("http://localhost:9", 403), ("null", 403)],
)
def test_only_its_own_pages(sandbox: Sandbox, anyone: httpx.Client, origin: str, status: int) -> None:
    """A page of another port of this machine is another site's."""
    assert anyone.get(f"{sandbox.url}/", headers={"Origin": origin}).status_code == status


def test_faults_by_chance_follow_the_seed(tmp_path: Path) -> None:
    """The same seed, the same bad luck."""

    def luck(name: str) -> list[int]:
        with Sandbox(db=tmp_path / name, seed=5, limits=False, in_process=True) as sandbox:
            token = sandbox.access_token()
            sandbox.faults.add("503", 100, probability=0.5)
            return [_get(sandbox, token).status_code for _ in range(20)]

    first = luck("a")
    assert first == luck("b")
    assert set(first) == {200, 503}


def test_our_client_meets_each_fault(sandbox: Sandbox, client: Client) -> None:
    """Waits out what passes, raises what does not, and sends no import's outcome into the dark."""
    import stamina

    stamina.set_testing(True, attempts=4)
    try:
        sandbox.faults.add("throttled", 2)
        sandbox.faults.add("html", 1)
        assert client.contacts.count() == 1
        sandbox.faults.add("quota_exceeded")
        with pytest.raises(QuotaExceeded):
            client.contacts.count()
        sandbox.faults.add("500", 4)
        with pytest.raises(ServiceFailed):
            client.contacts.count()
        sandbox.faults.add("drop", 1)
        with pytest.raises(OutcomeUnknown):
            client.lists.create("Lost and found")
        assert client.lists.find("Lost and found")
        general = client.lists.find_or_create("General Interest")["list_id"]
        sandbox.faults.add("drop", 1, path="file_import")
        assert client.activities.import_csv(b"email\na@example.com\n", general)["activity_id"]
        sandbox.faults.add("slow", 1, seconds=0.01)
        assert client.contacts.count() >= 1
    finally:
        stamina.set_testing(False)


def test_a_fault_that_was_asked_for_says_nothing_of_itself(
    sandbox: Sandbox, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """In a notebook the sandbox shares the kernel's stderr: no traceback, no line of the server there."""
    server = logging.getLogger("uvicorn.error")
    server.addHandler(caplog.handler)
    try:
        tag = client.call("postTag", body={"name": "x"})
        sandbox.faults.add("drop")
        sandbox.faults.add("activity_fails")
        with pytest.raises(OutcomeUnknown):
            client.call("postTagDelete", body={"tag_ids": [tag["tag_id"]]})
        sandbox.advance(60)
    finally:
        server.removeHandler(caplog.handler)
    assert caplog.records == []


def test_an_activity_fails_on_demand(sandbox: Sandbox, client: Client) -> None:
    """And our client says so."""
    sandbox.faults.add("activity_fails", path="contacts_file_import")
    general = client.lists.find_or_create("General Interest")["list_id"]
    started = client.activities.import_csv(b"email\na@example.com\n", general)
    sandbox.advance(5)
    with pytest.raises(ActivityFailed, match="not the request"):
        client.activities.wait(started["activity_id"], progress=False)


def test_a_full_queue_is_told_apart(sandbox: Sandbox, client: Client) -> None:
    """It does not clear within a second, as the other 429 does: our client says so at once."""
    general = client.lists.find_or_create("General Interest")["list_id"]
    sandbox.faults.add("queue_full")
    with pytest.raises(QueueFull, match="let some complete"):
        client.activities.import_csv(b"email\na@example.com\n", general)


def test_participants_have_accounts_of_their_own(tmp_path: Path) -> None:
    """Each with its login, data and key; one is reset, the others stay."""
    with Sandbox(db=tmp_path / "class.db", accounts=3, limits=False) as sandbox:
        about = sandbox.description()["accounts"]
        assert len({entry["client_id"] for entry in about}) == 3

        def client(number: int) -> Client:
            return Client(Transport(sandbox.api_url, FixedToken(about[number]["access_token"])), "sandbox")

        for number in (1, 2):
            client(number).lists.create("Mine")
        assert client(0).lists.find("Mine") is None
        assert client(1).account.summary()["contact_email"] == "participant-02@example.com"
        assert httpx.post(f"{sandbox.url}/sandbox/accounts/2/reset", headers=_key(sandbox)).status_code == 204
        assert client(1).lists.find("Mine") is None
        assert client(1).contacts.count() == 1
        assert client(2).lists.find("Mine") is not None
        assert httpx.post(f"{sandbox.url}/sandbox/accounts/9/reset", headers=_key(sandbox)).status_code == 404


@pytest.mark.thorough
def test_a_class_of_fifty_walks_the_quick_start_at_once(tmp_path: Path) -> None:
    """From the consent page to the check: no failed request, and everybody's contacts arrive in their own account."""
    with Sandbox(db=tmp_path / "class.db", accounts=50, limits=False) as sandbox:
        about = sandbox.description()
        keys = [entry["client_id"] for entry in about["accounts"]]
        counts: dict[int, int] = {}
        failures: list[Exception] = []

        def walk(number: int) -> None:
            try:
                service = replace(sandbox_service(about), client_id=keys[number])
                session = OAuthSession(service, TokenStore.in_memory(), tmp_path / str(number))
                sign_in_by_code(session)
                with Client(Transport(sandbox.api_url, session), "sandbox") as client:
                    client.account.summary()
                    list_id = client.lists.find_or_create("News")["list_id"]
                    rows = "".join(f"p{n}.{number}@example.com\n" for n in range(number + 1))
                    started = client.activities.import_csv(f"email\n{rows}".encode(), list_id)
                    client.activities.wait(started["activity_id"], progress=False)
                    counts[number] = client.contacts.count(lists=list_id)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=walk, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert counts == {number: number + 1 for number in range(50)}


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_kill_in_the_middle_of_an_import_loses_nothing(tmp_path: Path) -> None:
    """The database opens, the activity goes on, and no contact is half-written."""
    command = [sys.executable, "-m", "cctoolkit.sandbox", "--db", str(tmp_path / "s.db"), "--no-limits"]
    rows = "".join(f"p{n}@example.com,555-{n:04}\n" for n in range(6_000))

    def start() -> tuple[subprocess.Popen[str], httpx.Client]:
        process = processes.start(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        about = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {about['access_token']}"}
        return process, httpx.Client(base_url=about["api"], headers=headers, timeout=30)

    process, http = start()
    general = http.get("/contact_lists").json()["lists"][0]["list_id"]
    files = {"file": ("p.csv", f"email,phone\n{rows}", "text/csv")}
    activity = http.post("/activities/contacts_file_import", files=files, data={"list_ids": general}).json()
    for _ in range(4):
        while http.get(f"/activities/{activity['activity_id']}").json()["state"] == "initialized":
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        process, http = start()
        seen = http.get("/contacts", params={"include": "phone_numbers,list_memberships", "limit": 500}).json()
        for contact in seen["contacts"][1:]:
            assert len(contact["phone_numbers"]) == len(contact["list_memberships"]) == 1
    while (report := http.get(f"/activities/{activity['activity_id']}").json())["state"] != "completed":
        pass
    assert report["status"]["person_count"] == 6_000
    assert http.get("/contacts", params={"limit": 1, "include_count": "true"}).json()["contacts_count"] == 6_001
    process.terminate()
    process.wait()


@pytest.mark.parametrize("path", ["/oauth2/default/v1/token", "/v3/contacts"])
def test_whoever_is_gone_before_the_end_of_a_body_is_no_failure(
    sandbox: Sandbox, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that is killed while it sends leaves no traceback in the sandbox's log."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        pass

    host = sandbox.url.partition("://")[2]
    headers = [
        (b"host", host.encode()),
        (b"content-type", b"application/x-www-form-urlencoded" if "oauth2" in path else b"application/json"),
        (b"authorization", f"Bearer {sandbox.access_token()}".encode()),
    ]
    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"},
        **{"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers},
        **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1)},
    }
    # In a thread of its own: where a browser's test was before, this one has a loop that runs.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(sandbox.app(scope, receive, send))).result()  # type: ignore[arg-type]
    assert "Traceback" not in caplog.text
    assert "failed" not in caplog.text
