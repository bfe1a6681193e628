"""Contacts read by one export: the same answer as by pages, of what the file has, in a handful of requests."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctoolkit._httpx import httpx
from cctoolkit.api import Client, export_reading, exported_file, exports
from cctoolkit.api.exported_contacts import contacts
from cctoolkit.api.exported_file import ExportedFile, Unusable
from cctoolkit.errors import SettingsError
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.imports.watching import Watching, watched_client
from tests.marks import examples

MANY = 1_300


@pytest.fixture(scope="module")
def crowd() -> Iterator[Sandbox]:
    with Sandbox(seed=5, in_process=True, limits=False) as sandbox:
        add_people(sandbox.database, sandbox.clock, MANY)
        yield sandbox


@pytest.fixture
def watching(crowd: Sandbox) -> Watching:
    return Watching(crowd)


@pytest.fixture
def many(crowd: Sandbox, watching: Watching) -> Iterator[Client]:
    with watched_client(crowd, watching) as client:
        client.activities.sleep = crowd.advance
        yield client


def _alike(by_pages: pd.DataFrame, by_export: pd.DataFrame, *order: str) -> None:
    wanted = [name for name in by_pages.columns if name in by_export.columns]
    left, right = (frame[wanted].sort_values(list(order)).reset_index(drop=True) for frame in (by_pages, by_export))
    pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize("filters", [{}, {"status": "unsubscribed"}, {"status": "active"}])
def test_a_frame_is_the_same_either_way(many: Client, filters: dict[str, Any]) -> None:
    """In every column that the file has: values, types, missing ones."""
    by_export = many.contacts.frame(by="export", progress=False, **filters)
    by_pages = many.contacts.frame(by="pages", progress=False, **filters)
    assert set(by_pages.columns) - set(by_export.columns) == {"contact_id"}
    assert len(by_export) == len(by_pages) > 20
    _alike(by_pages, by_export, "email_address")
    assert "contact_id: by='pages' reads that too" in by_export.attrs["read"]


def test_the_frames_of_sub_resources_are_the_same(many: Client) -> None:
    """Joined by the address, as there are no ids; with names and labels where those are wanted."""
    by_export = many.contacts.frames(by="export", names=True, wide=True, progress=False)
    by_pages = many.contacts.frames(by="pages", names=True, wide=True, progress=False)
    assert "notes" not in by_export
    address = by_pages["contacts"].set_index("contact_id")["email_address"]
    for name in (
        "list_memberships",
        "phone_numbers",
        "street_addresses",
        "custom_fields",
        "taggings",
        "custom_fields_wide",
    ):
        told = by_pages[name].assign(email_address=address.reindex(by_pages[name]["contact_id"]).array)
        columns = [each for each in by_export[name].columns if by_export[name][each].notna().any()]
        assert len(told) == len(by_export[name])
        _alike(told[columns], by_export[name][columns], *columns)
    assert len(by_export["list_memberships"]) > 1_000


def test_of_a_list(many: Client, watching: Watching) -> None:
    [first, *_] = many.lists.iter()
    listed = many.contacts.frame(by="export", lists=first["list_id"], progress=False)
    _alike(many.contacts.frame(by="pages", lists=first["list_id"], progress=False), listed, "email_address")
    assert watching.count("POST") == 1


def test_a_large_account_is_read_by_an_export_and_it_is_said(
    many: Client, watching: Watching, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without being told; a small one, and one of which ids or sub-resources are wanted, in pages."""
    monkeypatch.setattr(export_reading, "FROM_PAGES", 2)
    frame = many.contacts.frame(progress=True)
    assert len(watching.seen) < 10
    assert f"{MANY + 1:,} contacts were read by an export, in" in capsys.readouterr().err
    assert "contact_id" not in frame
    before = len(watching.seen)
    for asked in ({"by": "pages"}, {"include": "list_memberships"}, {"updated_after": "2001-01-01"}):
        assert "contact_id" in many.contacts.frame(progress=False, **asked)
    assert sum(1 for _ in many.contacts.iter()) == MANY + 1
    assert "POST" not in {request.method for request in watching.seen[before:]}
    monkeypatch.setattr(export_reading, "FROM_PAGES", 100)
    assert "contact_id" in many.contacts.frame(progress=False)


def test_the_records_and_the_file_of_an_export(many: Client, tmp_path: Path) -> None:
    """`iter` and `pages` give what `frame` gives, and Parquet has its columns."""
    addresses = {contact["email_address"]["address"] for contact in many.contacts.iter(by="export")}
    assert len(addresses) == MANY + 1
    path = many.contacts.to_parquet(tmp_path / "contacts.parquet", by="export", progress=False)
    stored = pd.read_parquet(path)
    assert set(stored["email_address"]) == addresses
    assert "contact_id" not in stored


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"updated_after": "2020-01-01"}, "an export does not take updated_after"),
        ({"status": "all"}, "an export does not take status='all'"),
        ({"include": "notes"}, "an export has no notes"),
    ],
)
def test_what_an_export_cannot_answer_is_read_by_pages_and_said(many: Client, asked: dict[str, str], why: str) -> None:
    frame = many.contacts.frame(by="export", progress=False, **asked)
    assert frame.attrs["read"] == f"Read by pages: {why}."
    assert "contact_id" in frame


def test_an_export_that_is_refused_leaves_it_to_the_pages(crowd: Sandbox) -> None:
    def refused(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/contact_exports"):
            return httpx.Response(403, json=[{"error_key": "forbidden", "error_message": "No"}])
        return None

    with watched_client(crowd, Watching(crowd, refused)) as client:
        frame = client.contacts.frame(by="export", progress=False)
    assert frame.attrs["read"] == "Read by pages: the service did not export (Forbidden)."
    assert len(frame) == MANY + 1


def test_other_headings_and_order_are_understood(crowd: Sandbox) -> None:
    """By what is written above a column, however; and the address by its cells. What the file lacks, the frame lacks."""
    people = [f'"Ann, {n}",Kontakt {n},p{n}@example.com,Implied\r\n' for n in range(MANY + 1)]

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.startswith("/v3/contact_exports/"):
            text = "\ufeffFIRST_NAME,Wer,Adresse,Permission to send\r\n" + "".join(people)
            return httpx.Response(200, text=text, headers={"Content-Type": "text/csv"})
        return None

    with watched_client(crowd, Watching(crowd, answer)) as client:
        client.activities.sleep = crowd.advance
        frame = client.contacts.frame(by="export", progress=False)
    assert list(frame.columns) == ["email_address", "first_name", "permission_to_send"]
    assert frame.loc[7].tolist() == ["p7@example.com", "Ann, 7", "implicit"]
    assert "It has no anniversary, birthday_day, " in frame.attrs["read"]


def test_no_other_way_to_read(client: Client) -> None:
    with pytest.raises(SettingsError, match="by='pages' or by='export'"):
        client.contacts.frame(by="fax")  # type: ignore[arg-type]


TEXTS = (
    st.text(alphabet=st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@settings(max_examples=examples(60), deadline=None)
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "first_name": TEXTS,
                "last_name": TEXTS,
                "job_title": TEXTS,
                "company_name": TEXTS,
                "birthday": st.tuples(st.integers(1, 12), st.integers(1, 28)),
                "phone": st.sampled_from(["home", "work", "mobile", "other"]),
                "street": TEXTS,
            },
        ),
        max_size=6,
    ),
    chance=st.randoms(use_true_random=False),
)
def test_whatever_contacts_hold_and_whoever_writes_meanwhile(
    people: list[dict[str, Any]], chance: random.Random
) -> None:
    """Each contact once, with the values that it had before or after what was written while the export ran."""
    with Sandbox(seed=2, in_process=True, limits=False) as sandbox:
        waited = 0

        def answer(request: httpx.Request) -> httpx.Response | None:
            nonlocal waited
            if request.url.path.startswith("/v3/contact_exports/"):
                waited += 1
                with sandbox.database.write() as connection:  # after the export was made, before it is fetched
                    connection.execute("UPDATE contacts SET job_title = 'Meanwhile' WHERE address LIKE 'p0@%'")
            return None

        with watched_client(sandbox, Watching(sandbox, answer)) as client:
            client.activities.sleep = sandbox.advance
            for number, given_person in enumerate(people):
                person = dict(given_person)
                if (day := person.pop("birthday", None)) is not None:
                    person["birthday_month"], person["birthday_day"] = day
                if (kind := person.pop("phone", None)) is not None:
                    person["phone_numbers"] = [{"phone_number": f"555-{number:04}", "kind": kind}]
                if (street := person.pop("street", None)) is not None:
                    person["street_addresses"] = [{"kind": chance.choice(["home", "work"]), "street": street}]
                client.contacts.create(email_address=f"p{number}@example.com", **person)
            before = client.contacts.frames(progress=False)
            read = client.contacts.frames(by="export", progress=False)
        assert waited == 1
        assert sorted(read["contacts"]["email_address"]) == sorted(before["contacts"]["email_address"])
        # The one that was written to has either value, and all else is as it was.
        titles = read["contacts"].set_index("email_address")["job_title"]
        assert titles.get("p0@example.com", "Meanwhile") in ("Meanwhile", *(each.get("job_title") for each in people))
        changed = {"job_title", "updated_at"}
        _alike(
            before["contacts"].drop(columns=list(changed)),
            read["contacts"].drop(columns=list(changed)),
            "email_address",
        )
        assert sorted(read["phone_numbers"]["phone_number"]) == sorted(before["phone_numbers"]["phone_number"])
        assert sorted(read["street_addresses"]["street"]) == sorted(before["street_addresses"]["street"])


def test_a_file_larger_than_a_block_is_the_same(many: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that lie across two blocks are whole, also where it does not stay in memory."""
    monkeypatch.setattr(exported_file, "BLOCK", 1_000)
    monkeypatch.setattr(exports, "IN_MEMORY", 2_000)
    assert len(many.contacts.frame(by="export", progress=False)) == MANY + 1


def test_a_row_longer_than_a_block_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """More of the file is read at once; where that is not enough either, the pages are read. Cells may hold lines and quotes."""
    monkeypatch.setattr(exported_file, "BLOCK", 1_000)
    content = b"Email address,Notes\na@example.com,short\nb@example.com," + b"long " * 1_000 + b"\nc@example.com,\n"
    file = ExportedFile(io.BytesIO(content), 3)
    assert (file.count, list(file.addresses())) == (3, ["a@example.com", "b@example.com", "c@example.com"])
    lines = b'Email address,Notes\na@example.com,"' + b'said ""no""\n' * 500 + b'"\n\r\nb@example.com,x\n'
    assert ExportedFile(io.BytesIO(lines), 2).count == 2
    monkeypatch.setattr(exported_file, "LONG_ROWS", 2_000)
    with pytest.raises(Unusable, match="a row that is too long"):
        ExportedFile(io.BytesIO(content), 3)


class _EndsEarly(ExportedFile):
    """As Arrow does at times: the last row never comes, and nothing is said."""

    def _blocks(self, columns: Iterable[int]) -> Iterator[pa.RecordBatch]:
        for block in super()._blocks(columns):
            yield block.slice(0, block.num_rows - 1)


def test_a_row_that_is_lost_in_silence_is_missed() -> None:
    """However few of how many: one of a thousand is within what may have come or gone meanwhile."""
    rows = "".join(f"p{n}@example.com,x\n" for n in range(1_000))
    content = f"Email address,Notes\n{rows}".encode()
    assert ExportedFile(io.BytesIO(content), 1_000).count == 1_000
    with pytest.raises(Unusable, match="cut off"):
        _EndsEarly(io.BytesIO(content), 1_000)


def test_an_import_of_the_package_does_not_bring_arrow_along() -> None:
    """Reading by an export wants it; asking one contact does not."""
    import subprocess

    code = "import sys, cctoolkit.api; print('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60).stdout == "False\n"


@pytest.fixture
def odd(client: Client) -> Client:
    """Custom fields that are called like columns of the service's own, and a select."""
    client.custom_fields.create("Created At")
    voice = client.custom_fields.create("Voice", type="single_select", choices=["Alto", "Tenor"])
    created = client.custom_fields.find("Created At")
    assert created is not None
    values = [
        {"custom_field_id": created["custom_field_id"], "value": "2001-02-03"},
        {"custom_field_id": voice["custom_field_id"], "choice_ids": [voice["choices"][0]["choice_id"]]},
    ]
    client.contacts.create(email_address="ana@example.com", custom_fields=values)
    return client


def test_a_field_that_is_called_like_a_column_is_not_taken_for_it(odd: Client) -> None:
    """A heading that stands there twice says nothing of either."""
    frame = odd.contacts.frame(by="export", progress=False)
    assert "created_at" not in frame
    assert "created_at" in odd.contacts.frame(by="pages", progress=False)
    found = odd.contacts.frames(by="export", progress=False)
    assert "contact_id" in found["contacts"]
    assert "for the custom field 'Created At'" in found["contacts"].attrs["read"]


def test_choices_are_told_as_pages_tell_them(client: Client) -> None:
    voice = client.custom_fields.create("Voice", type="single_select", choices=["Alto", "Tenor"])
    values = [{"custom_field_id": voice["custom_field_id"], "choice_ids": [voice["choices"][0]["choice_id"]]}]
    client.contacts.create(email_address="ana@example.com", custom_fields=values)
    read = [
        next(contact for contact in client.contacts.iter(by=by, include="custom_fields") if contact["custom_fields"])
        for by in ("pages", "export")
    ]
    assert read[0]["custom_fields"] == read[1]["custom_fields"]


def test_lists_with_a_comma_in_their_name_are_read_by_pages(client: Client) -> None:
    """The file parts two by one: nobody is told as a member of another list."""
    lists = [client.lists.create(name)["list_id"] for name in ("Friends", "Friends, family", "family")]
    client.contacts.create(email_address="ana@example.com", list_memberships=[lists[1]])
    found = client.contacts.frames(by="export", names=True, progress=False)
    assert found["list_memberships"]["list_name"].tolist()[-1] == "Friends, family"
    assert "a comma in its name" in found["contacts"].attrs["read"]


def test_a_column_of_somebody_elses_address_is_not_the_contacts(crowd: Sandbox) -> None:
    """An owner's stands in each row, a parent's beside the contact's own: neither is taken."""
    people = [f"boss@shop.example,p{n}@example.com,mum{n}@example.com\r\n" for n in range(MANY + 1)]
    texts = iter(
        [
            "Owner,Adresse,Mother\r\n" + "".join(people),
            "Parent email,Email address\r\n" + "".join(f"mum{n}@example.com,\r\n" for n in range(MANY + 1)),
        ]
    )

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.startswith("/v3/contact_exports/"):
            return httpx.Response(200, text=next(texts), headers={"Content-Type": "text/csv"})
        return None

    with watched_client(crowd, Watching(crowd, answer)) as client:
        client.activities.sleep = crowd.advance
        first = client.contacts.frame(by="export", progress=False)
        second = client.contacts.frame(by="export", progress=False)
    assert first.attrs["read"] == "Read by pages: the exported file has an address twice."
    assert second.attrs["read"] == "Read by pages: the exported file has no addresses."


def test_contacts_without_an_address_have_no_value_of_anothers(client: Client, sandbox: Sandbox) -> None:
    team = client.custom_fields.create("Team")["custom_field_id"]
    values = [{"custom_field_id": team, "value": "Red"}]
    ana = client.contacts.create(email_address="ana@example.com", custom_fields=values)["contact_id"]
    with sandbox.database.write() as connection:
        connection.execute(
            "INSERT INTO contacts (account, contact_id, sms_number, create_source, created_at, updated_at) SELECT account,"
            " '0a1b2c3d-4e5f-1111-8000-fa163e000001', '15550100006', 'Account', created_at, updated_at FROM contacts LIMIT 1"
        )
        connection.execute("UPDATE contacts SET address = NULL, address_key = NULL WHERE contact_id = ?", (ana,))
    wide = client.contacts.frames(by="export", wide=True, progress=False)["custom_fields_wide"]
    assert wide[wide["email_address"].isna()]["Team"].isna().all()


def test_of_an_exported_account_only_those_who_are_asked_for_are_made(many: Client) -> None:
    """Of all the others nothing is built, and how many were read is known."""
    [wanted] = [contact["email_address"]["address"] for contact in many.contacts.iter()][700:701]
    [file] = exports.Exporting(many.activities, many.activities.sleep).files(exports.Wanted(many.contacts.count()))
    try:
        found = [contact for page in contacts(file, among={hash(wanted.lower())}) for contact in page]
        assert [contact["email_address"]["address"] for contact in found] == [wanted]
        assert file.read == file.count > MANY
        assert len([contact for page in contacts(file) for contact in page]) == file.count
    finally:
        file.close()
