"""Records as DataFrames: typed columns that are always the same, and no record lost for an odd value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cctoolkit
from cctoolkit import frames
from cctoolkit._httpx import read_json
from cctoolkit.api import Client
from cctoolkit.page_forms import ReadPage
from cctoolkit.sandbox import Sandbox
from cctoolkit.sandbox.accounts import add_people
from tests.marks import examples

AT = "2024-10-30T18:56:35Z"
WHOLE: dict[str, Any] = {
    "contact_id": "a-1",
    "email_address": {"address": "ana@example.com", "permission_to_send": "implicit", "opt_in_date": AT},
    "first_name": "Ana",
    "birthday_month": 12,
    "created_at": AT,
    "custom_fields": [{"custom_field_id": "f-1", "value": "blue"}],
    "list_memberships": ["l-1", "l-2"],
    "taggings": ["t-1"],
    "notes": [{"note_id": "n-1", "content": "Hello", "created_at": AT}],
    "phone_numbers": [{"phone_number_id": "p-1", "phone_number": "+1 555 0100", "kind": "home", "created_at": AT}],
    "street_addresses": [{"street_address_id": "s-1", "postal_code": "02451", "created_at": AT}],
}


def test_types_are_the_fields() -> None:
    """Text, whole numbers with gaps, times with their zone, a category."""
    frame = frames.contacts([WHOLE, {"contact_id": "b"}])
    assert str(frame["first_name"].dtype) == "string"
    assert frame["first_name"].dtype.storage == "pyarrow"
    assert str(frame["birthday_month"].dtype) == "Int64"
    assert str(frame["created_at"].dtype) == "datetime64[ms, UTC]"
    assert list(frame["permission_to_send"].cat.categories) == list(frames.PERMISSIONS)
    assert frame["created_at"][0] == pd.Timestamp(AT)
    assert frame.drop(columns=["contact_id", *frames.SUB_RESOURCES]).iloc[1].isna().all()


def test_each_sub_resource_has_its_rows() -> None:
    """Joined by contact_id; zip codes keep their zeros."""
    found = frames.sub_resources([WHOLE, {"contact_id": "b"}])
    assert found["list_memberships"].to_dict("list") == {"contact_id": ["a-1", "a-1"], "list_id": ["l-1", "l-2"]}
    assert found["street_addresses"]["postal_code"].tolist() == ["02451"]
    assert [len(frame) for frame in found.values()] == [2, 1, 1, 1, 1, 1]


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("\ud83d"), st.just(AT), st.just("0001-01-01"),
    st.just([]), st.just({"x": 1}), st.just([None, 7, {"list_id": 3}, "x", {}]),
)  # fmt: skip
names = st.sampled_from([*WHOLE, "last_name", "anniversary", "updated_at", "unheard_of"])


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(st.dictionaries(names, anything), max_size=6))
def test_no_odd_value_costs_a_record(odd: list[dict[str, Any]]) -> None:
    """Whatever stands where, each record is a row, the sound one beside it is whole, and the types stay."""
    records = [WHOLE, *odd]
    frame = frames.contacts(records)
    assert len(frame) == len(records)
    assert frame["birthday_month"][0] == 12
    assert frame["created_at"][0] == pd.Timestamp(AT)
    sound, found = frames.sub_resources([WHOLE]), frames.sub_resources(records)
    for name, part in found.items():
        assert part.dtypes.equals(sound[name].dtypes)
        pd.testing.assert_frame_equal(part.iloc[: len(sound[name])], sound[name])
    assert frames.record_batch(records, frames.SUB_RESOURCES).num_rows == len(records)


@settings(max_examples=examples(80), deadline=None)
@given(
    st.lists(st.dictionaries(names, anything), max_size=4),
    st.sampled_from([[], [None], ["x"]]),
    st.sampled_from([{}, {"next": {"href": "/v3/contacts?cursor=1"}}, {"next": None}, {"next": {"href": ""}}, 7]),
    st.sampled_from([None, 1, 2**70, "2", 2.0]),
    st.sampled_from(["", "\n", " "]),
)
def test_a_page_read_as_columns_is_what_its_records_make(
    odd: list[dict[str, Any]], no_records: list[Any], links: Any, count: Any, end: str
) -> None:
    """Whatever an answer holds: the same frames, whether records were made of it or not."""
    body = {"contacts": [WHOLE, *odd, *no_records, WHOLE], "contacts_count": count, "_links": links}
    content = json.dumps(body).encode() + end.encode()
    form = frames.AsColumns(frames.SUB_RESOURCES)
    read, records = form.read(content), [entry for entry in read_json(content)["contacts"] if isinstance(entry, dict)]
    if isinstance(read, ReadPage):
        assert (read.count, read.next) == (count, (links.get("next") or {}).get("href") or None)
        assert list(read.ids) == [entry.get("contact_id") for entry in records]
        page: Any = read.page
    else:
        assert repr(read) == repr(read_json(content))  # repr, for what is no number equals nothing
        page = form.page(records)
    backwards = range(len(records) - 1, -1, -1)
    for taken, expected in ((page, records), (form.joined([page], list(backwards)), [records[n] for n in backwards])):
        for whole, made in zip(_frames(taken), _frames(expected), strict=True):
            pd.testing.assert_frame_equal(whole, made)


def _frames(page: Any) -> list[pd.DataFrame]:
    tables = frames.ContactTables(apart=frames.SUB_RESOURCES)
    tables.add(page)
    return [tables.contacts(), *tables.sub_resources().values()]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"contacts": [WHOLE], "_links": {}}, indent=1).encode(),
        b'{"contacts":[{"first_name":"a","first_name":"b"}]}',
        b'{"contacts":[{"first_name":"\\ud83d"}]}',
        b'{"contacts":null}',
        b'{"contacts":[]}{"contacts":[]}',
        b'{"contacts":[{"first_name":"\xff"}]}',
        b'{"contacts":[',
        b"[]",
        b'"text"',
        b"7",
    ],
)
def test_an_answer_that_columns_do_not_hold_is_read_as_any_json(content: bytes) -> None:
    """Or refused as any is: nothing that is cut off, doubled or no UTF-8 becomes a page."""
    expected: Any
    try:
        expected = read_json(content)
    except ValueError as error:
        with pytest.raises(type(error)):
            frames.AsColumns(()).read(content)
    else:
        assert frames.AsColumns(()).read(content) == expected


def test_a_page_as_published_is_read_without_records() -> None:
    """Without this the speed were gone and no test would tell."""
    content = json.dumps({"contacts": [WHOLE, {"contact_id": "b"}], "contacts_count": 2, "_links": {}}).encode()
    read = frames.AsColumns(frames.SUB_RESOURCES).read(content)
    assert isinstance(read, ReadPage)
    assert read.ids == ["a-1", "b"]
    assert read.created == [AT, None]


def test_a_long_name_and_an_unknown_permission_stay() -> None:
    """51 characters are kept, and a permission that is new to us is a category, not a hole."""
    email = {"address": "a@example.com", "permission_to_send": "by_pigeon"}
    frame = frames.contacts([{"contact_id": "a", "first_name": "n" * 51, "email_address": email}])
    assert frame["first_name"][0] == "n" * 51
    assert frame["permission_to_send"].tolist() == ["by_pigeon"]


def test_times_as_the_service_writes_them() -> None:
    """With milliseconds, with an offset, a mere date; what is none is missing."""
    texts = ["2024-10-30T18:56:35.123Z", "2026-02-05T07:32:49+0000", "2024-10-30", "yesterday", None]
    frame = frames.contacts([{"created_at": text} for text in texts])
    assert frame["created_at"].isna().tolist() == [False, False, False, True, True]
    assert frame["created_at"][0] == pd.Timestamp(texts[0])
    assert frame["created_at"][2] == pd.Timestamp("2024-10-30", tz="UTC")


def test_no_record_gives_the_same_frames() -> None:
    """Columns and types do not depend on whether there is anybody."""
    none, some = frames.sub_resources([]), frames.sub_resources([WHOLE])
    for name in frames.SUB_RESOURCES:
        assert none[name].dtypes.equals(some[name].dtypes), name
    bare = {name: value for name, value in WHOLE.items() if name not in frames.SUB_RESOURCES}
    assert frames.contacts([]).dtypes.equals(frames.contacts([bare]).dtypes)


def _field(client: Client, label: str) -> str:
    field = client._transport.post("/contact_custom_fields", {"label": label, "type": "string"})
    return str(field["custom_field_id"])


@pytest.fixture
def colours(client: Client) -> Client:
    """An account with a custom field that one contact has, and one that nobody has."""
    colour = _field(client, "Colour")
    _field(client, "Size")
    body = {
        "email_address": {"address": "ana@example.com"},
        "create_source": "Account",
        "custom_fields": [{"custom_field_id": colour, "value": "blue"}],
    }
    client._transport.post("/contacts", body)
    return client


def test_names_stand_beside_ids(colours: Client) -> None:
    """The list's name and the field's label, when asked for."""
    found = colours.contacts.frames(names=True)
    assert list(found["list_memberships"].columns) == ["list_name", "contact_id", "list_id"]
    names = set(colours.lists.frame()["name"])
    assert set(found["list_memberships"]["list_name"]) <= names
    assert found["custom_fields"][["label", "value"]].to_numpy().tolist() == [["Colour", "blue"]]


def test_custom_fields_as_columns(colours: Client) -> None:
    """A row a contact, a column a field, also where nobody has a value."""
    found = colours.contacts.frames(wide=True)
    wide = found["custom_fields_wide"].set_index("contact_id")
    assert list(wide.columns) == ["Colour", "Size"]
    assert wide["Colour"].dropna().tolist() == ["blue"]
    assert wide["Size"].isna().all()
    assert list(wide.index) == list(found["contacts"]["contact_id"])
    empty = colours.contacts.frames(wide=True, names=True, email="nobody@example.com")
    assert empty["custom_fields_wide"].dtypes.equals(found["custom_fields_wide"].dtypes)


def test_two_fields_of_one_label_are_both_there() -> None:
    """The second is called by its id."""
    values = frames.sub_resources([{**WHOLE, "custom_fields": [{"custom_field_id": "f-2", "value": "x"}]}])
    fields = [{"custom_field_id": "f-1", "label": "A"}, {"custom_field_id": "f-2", "label": "A"}]
    wide = frames.wide(values["custom_fields"], pd.Series(["a-1"], dtype="string"), fields)
    assert list(wide.columns) == ["A", "f-2", "contact_id"]
    assert wide["f-2"].tolist() == ["x"]


def test_parquet_holds_what_the_frame_does(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """The same columns and types; sub-resources are lists; nobody is also a file."""
    add_people(sandbox.database, sandbox.clock, 40)
    path = client.contacts.to_parquet(tmp_path / "contacts.parquet", include="phone_numbers,list_memberships", limit=7)
    table = pq.read_table(path)
    frame = client.contacts.frame()
    read = pd.read_parquet(path, columns=list(frame.columns))
    assert set(read["contact_id"]) == set(frame["contact_id"])
    assert str(read["permission_to_send"].dtype) == "category"
    assert str(table.schema.field("created_at").type) == "timestamp[ms, tz=UTC]"
    assert len(table["phone_numbers"].combine_chunks().flatten()) == len(client.contacts.frames()["phone_numbers"])
    empty = client.contacts.to_parquet(tmp_path / "empty.parquet", email="nobody@example.com")
    assert pq.read_table(empty).num_rows == 0


def test_a_parquet_file_is_whole_or_not_there(client: Client, tmp_path: Path) -> None:
    """A folder that is none is said with a next step; an error half way leaves nothing behind."""
    with pytest.raises(cctoolkit.ContactFileError, match="choose another path"):
        client.contacts.to_parquet(tmp_path / "nowhere" / "contacts.parquet")
    with pytest.raises(cctoolkit.BadRequest):
        client.contacts.to_parquet(tmp_path / "contacts.parquet", status="nonsense")
    assert list(tmp_path.glob("*contacts*")) == []


def test_half_a_character_costs_nothing() -> None:
    """In a value and in a name, of records of any kind: it becomes a question mark."""
    frame = frames.table([{"name": "\ud83d", "\ud83d": {"\ud83d": "x"}}])
    assert frame.to_dict("list") == {"name": ["?"], "?_?": ["x"]}
