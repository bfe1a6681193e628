"""Imports as the service does them, sent by a plain HTTP client."""

from __future__ import annotations

from typing import Any

import pytest

from cctoolkit._httpx import httpx
from cctoolkit.sandbox import Sandbox


def _send(http: httpx.Client, content: str | bytes, **form: str) -> httpx.Response:
    if "list_ids" not in form:
        form["list_ids"] = http.get("/contact_lists").json()["lists"][0]["list_id"]
    name = form.pop("name", "people.csv")
    return http.post("/activities/contacts_file_import", files={"file": (name, content, "text/csv")}, data=form)


def _import(http: httpx.Client, sandbox: Sandbox, content: str | bytes, **form: str) -> dict[str, Any]:
    """The report of the completed import."""
    answer = _send(http, content, **form)
    assert answer.status_code == 201, answer.text
    sandbox.advance(10)
    report: dict[str, Any] = http.get(f"/activities/{answer.json()['activity_id']}").json()
    assert report["state"] == "completed"
    return report


def _find(http: httpx.Client, address: str) -> dict[str, Any]:
    everything = "list_memberships,phone_numbers,street_addresses,custom_fields"
    [contact] = http.get("/contacts", params={"email": address, "include": everything}).json()["contacts"]
    return dict(contact)


def test_an_activity_goes_through_its_states(http: httpx.Client, sandbox: Sandbox) -> None:
    """initialized, processing with a rising percent_done, completed with completed_at."""
    sandbox.clock.freeze()
    rows = "".join(f"p{n}@example.com\n" for n in range(100))
    report = _send(http, f"email\n{rows}").json()
    assert (report["state"], report["percent_done"]) == ("initialized", 0)
    assert "started_at" not in report
    seen = []
    for _ in range(12):
        sandbox.advance(0.2)
        report = http.get(f"/activities/{report['activity_id']}").json()
        seen.append((report["state"], report["percent_done"]))
    percents = [percent for _, percent in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 5
    assert seen[-1] == ("completed", 100)
    assert report["completed_at"]
    assert report["status"]["person_count"] == 100


def test_new_contacts_arrive_as_the_service_marks_them(http: httpx.Client, sandbox: Sandbox) -> None:
    """New addresses are implicit, added by the account, on the list, with their details as sub-resources."""
    _import(
        http,
        sandbox,
        "Email,First Name,PHONE,street,street2,city,zip,birthday_month,birthday_day,anniversary,unknown\n"
        "ana@example.com,Ana,555-0101,1 Main St,Flat 2,Waltham,02451,2,29,2020-05-04,x\n",
    )
    ana = _find(http, "ana@example.com")
    email = ana["email_address"]
    assert (email["permission_to_send"], email["opt_in_source"], email["confirm_status"]) == (
        "implicit",
        "Account",
        "off",
    )
    assert (ana["birthday_month"], ana["birthday_day"], ana["anniversary"]) == (2, 29, "2020-05-04")
    assert ana["phone_numbers"][0]["phone_number"] == "555-0101"
    address = ana["street_addresses"][0]
    assert (address["street"], address["postal_code"]) == ("1 Main St, Flat 2", "02451")
    assert "update_source" not in ana
    assert len(ana["list_memberships"]) == 1


def test_existing_contacts_change_only_in_the_columns_present(http: httpx.Client, sandbox: Sandbox) -> None:
    """An import is an upsert by address: what the file does not name stays."""
    _import(http, sandbox, "email,first_name,last_name\nana@example.com,Ana,Abara\n")
    _import(http, sandbox, "email,last_name,job_title\nANA@example.com,Silva,\n")
    ana = _find(http, "ana@example.com")
    assert (ana["first_name"], ana["last_name"], ana["update_source"]) == ("Ana", "Silva", "Account")
    assert http.get("/contacts", params={"include_count": "true"}).json()["contacts_count"] == 2


def test_unsubscribed_contacts_are_not_put_on_a_list_again(http: httpx.Client, sandbox: Sandbox) -> None:
    """They are counted as such, and updated otherwise."""
    _import(http, sandbox, "email\nana@example.com\n")
    with sandbox.database.write() as connection:
        connection.execute(
            "UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address_key = 'ana@example.com'"
        )
        connection.execute("DELETE FROM list_memberships")
    report = _import(http, sandbox, "email,first_name\nana@example.com,Ana\n")
    assert report["status"]["cannot_add_to_list_count"] == 1
    assert _find(http, "ana@example.com")["list_memberships"] == []


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("nobody,,,", "correctable_count"),
        (",Ana,,", "correctable_count"),
        ("a@example.com,,31/12/2020,", "correctable_count"),
        ("a@example.com,,,13", "correctable_count"),
        (f"a@example.com,{'x' * 51},,", "error_count"),
        (f"{'x' * 70}@example.com,,,", "error_count"),
    ],
)
def test_rows_that_are_not_taken_are_counted(http: httpx.Client, sandbox: Sandbox, row: str, count: str) -> None:
    """Malformed addresses and dates can be mended by the user; what is too long cannot."""
    report = _import(http, sandbox, f"email,first_name,anniversary,birthday_month\n{row}\n")
    assert report["status"][count] == 1
    assert report["status"]["person_count"] == 0
    assert report["activity_errors"] == []


@pytest.mark.thorough
def test_lines_past_40000_are_dropped_without_a_word(http: httpx.Client, sandbox: Sandbox) -> None:
    """The heading and a quoted line break count as lines; what is beyond vanishes."""
    rows = "".join(f"p{n}@example.com,\n" for n in range(40_000))
    report = _import(http, sandbox, f'email,first_name\n"first@example.com","two\nlines"\n{rows}')
    assert report["status"]["person_count"] == 1 + (40_000 - 3)
    assert report["activity_errors"] == []


def test_bytes_past_4_mb_are_dropped_without_a_word(http: httpx.Client, sandbox: Sandbox) -> None:
    """The whole request body counts; the contacts of the first 4,000,000 bytes are imported."""
    rows = "".join(f"p{n:06}@example.com,{'x' * 255}\n" for n in range(20_000))
    report = _import(http, sandbox, f"email,street\n{rows}")
    assert 14_000 < report["status"]["items_total_count"] < 14_600


@pytest.mark.thorough
def test_a_character_that_the_limit_cuts_garbles_nobody(http: httpx.Client, sandbox: Sandbox) -> None:
    """Wherever the cut falls, the contacts before it are imported as they are."""
    rows = "".join(f"p{n:06}@example.com,{'ë' * 40}\n" for n in range(45_000))
    counts = set()
    for name in ("people.csv", "peoples.csv"):
        report = _import(http, sandbox, f"email,first_name\n{rows}", name=name)
        counts.add(report["status"]["error_count"])
        assert report["status"]["person_count"] > 30_000
    assert max(counts) <= 1


def test_columns_that_the_service_does_not_know_are_passed_over(http: httpx.Client, sandbox: Sandbox) -> None:
    """So are custom fields that do not exist; Windows-1252 is read as such."""
    _import(http, sandbox, "email,cf:shoe size,first_name\nrene@example.com,44,René\n".encode("cp1252"))
    rene = _find(http, "rene@example.com")
    assert (rene["first_name"], rene["custom_fields"]) == ("René", [])


@pytest.mark.parametrize(
    ("content", "form", "status"),
    [
        ("first_name\nAna\n", {}, 400),
        ("", {}, 400),
        ("email\na@example.com\n", {"list_ids": ""}, 400),
        ("email\na@example.com\n", {"list_ids": "general"}, 400),
        ("email\na@example.com\n", {"list_ids": "00000000-0000-1000-8000-fa163e000000"}, 404),
        ("email\na@example.com\n", {"name": "people.xlsx"}, 415),
        ("sms_number\n6175550101\n", {}, 400),
        ("sms_number\n6175550101\n", {"sms_permission_to_send": "explicit"}, 400),
        ("sms_number\n6175550101\n", {"sms_permission_to_send": "maybe"}, 400),
    ],
)
def test_imports_that_cannot_begin(http: httpx.Client, content: str, form: dict[str, str], status: int) -> None:
    """Each is refused at once, and no activity is queued."""
    assert _send(http, content, **form).status_code == status
    assert http.get("/activities").json()["activities"] == []


def test_a_content_type_set_by_hand_is_refused(http: httpx.Client) -> None:
    """Without the boundary the body cannot be read: 415."""
    answer = http.post(
        "/activities/contacts_file_import", content=b"email\n", headers={"Content-Type": "multipart/form-data"}
    )
    assert answer.status_code == 415


def test_sms_numbers_are_imported_with_their_consent(http: httpx.Client, sandbox: Sandbox) -> None:
    """A contact may have a number in place of an address."""
    _import(
        http,
        sandbox,
        "sms_number,sms_consent_date\n(617) 555-0101,2024-01-31\n",
        sms_permission_to_send="explicit",
    )
    [contact] = http.get("/contacts", params={"sms_status": "explicit"}).json()["contacts"]
    assert contact["sms_channel"]["sms_address"] == "6175550101"
    assert "email_address" not in contact


def test_a_thousand_activities_may_wait(http: httpx.Client, sandbox: Sandbox) -> None:
    """The thousand and first is a 429."""
    sandbox.clock.freeze()
    _send(http, "email\na@example.com\n")
    with sandbox.database.write() as connection:
        row = dict(connection.execute("SELECT * FROM activities").fetchone())
        del row["id"]
        for number in range(999):
            row["activity_id"] = f"waiting-{number}"
            connection.execute(
                f"INSERT INTO activities ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
            )
    assert _send(http, "email\na@example.com\n").status_code == 429


def test_activities_are_listed_newest_first_for_ten_days(http: httpx.Client, sandbox: Sandbox) -> None:
    """Filtered by state, in pages, and gone after ten days."""
    ids = [_import(http, sandbox, f"email\np{n}@example.com\n")["activity_id"] for n in range(3)]
    first = http.get("/activities", params={"limit": 2, "state": "completed"}).json()
    second = http.get(f"{sandbox.url}{first['_links']['next']['href']}").json()
    assert [entry["activity_id"] for entry in first["activities"] + second["activities"]] == ids[::-1]
    assert http.get("/activities", params={"state": "failed"}).json()["activities"] == []
    sandbox.clock.advance(10 * 86_400)
    fresh = {"Authorization": f"Bearer {sandbox.access_token()}"}
    assert http.get("/activities", headers=fresh).json()["activities"] == []
    assert http.get(f"/activities/{ids[0]}", headers=fresh).status_code == 404
