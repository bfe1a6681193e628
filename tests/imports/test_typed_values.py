"""Values of typed custom fields: in the type's form, or left out and told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.imports.changes import CustomFieldValues, changes
from cctoolkit.imports.typed_values import fit_for
from tests.imports.people import rows

SIZES = [{"choice_id": n, "choice_label": label} for n, label in enumerate(["Small", "Large, tall", "Extra large"], 1)]
GONE = {"choice_id": 9, "choice_label": "Gone", "deleted_at": "2026-01-01T00:00:00Z"}


def _field(type: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "choices": [*SIZES, GONE] if type.endswith("select") else None, **more}


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        (_field("number"), "1,234.50", "1234.5"),
        (_field("number"), "1.234,5", "1234.5"),
        (_field("number"), "1 234", "1234"),
        (_field("number"), "1,234", "1234"),
        (_field("number"), "12,5", "12.5"),
        (_field("number"), "(12)", "-12"),
        (_field("number"), "007", "7"),
        (_field("number"), "1.234.567", "1234567"),
        (_field("number"), "1.234", "1.234"),
        (_field("number"), "0,125", "0.125"),
        (_field("number"), "5-", "-5"),
        (_field("number"), ".5", "0.5"),
        (_field("number", metadata={"allow_negative": False}), "-0", "0"),
        (_field("currency"), "-€5", "-5"),
        (_field("currency"), "US$5", "5"),
        (_field("currency"), "(5 €)", "-5"),
        (_field("currency"), "$1,200.00", "1200"),
        (_field("currency"), "EUR 12,50", "12.5"),
        (_field("currency", metadata={"currency_code": "EUR"}), "12.50 €", "12.5"),
        (_field("boolean"), "Ja", "true"),
        (_field("boolean"), "no", "false"),
        (_field("date", version=2), "31.12.2020", "2020-12-31"),
        (_field("date", version=2), "12/31/2020", "2020-12-31"),
        (_field("date", version=2), "2020-12-31", "2020-12-31"),
        (_field("datetime"), "2020-12-31 10:30", "2020-12-31T10:30:00"),
        (_field("datetime"), "2020-12-31T10:30:00+00:00", "2020-12-31T10:30:00Z"),
        (_field("single_select"), " extra  LARGE ", "Extra large"),
        (_field("single_select"), "large, tall", "Large, tall"),
        (_field("multi_select"), "small; extra large", "Small,Extra large"),
    ],
)
def test_a_value_is_written_in_the_form_of_its_type(field: dict[str, Any], value: str, written: str) -> None:
    fit = fit_for(field)
    assert fit is not None
    assert fit(value) == written
    assert fit(written) == written


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (_field("number"), "large", "'large' is no number"),
        (_field("number"), "1e3", "'1e3' is no number"),
        *((_field("number"), odd, "is no number") for odd in ("--5", "5)", "12,34.5", "2 3", "٣", "", ".", "1,234,5")),
        (_field("multi_select"), "Large, tall; Small", "one has a comma in it"),
        (_field("number", metadata={"integer": True}), "1.5", "no whole number"),
        (_field("number", metadata={"allow_negative": False}), "-1", "below zero"),
        (_field("number", metadata={"decimal_places": 1}), "1.25", "more than 1 decimals"),
        (_field("currency", metadata={"currency_code": "USD"}), "12 €", "is in EUR, and the field in USD"),
        (_field("currency"), "much", "no amount"),
        (_field("boolean"), "perhaps", "neither yes nor no"),
        (_field("date", version=2), "03/04/2020", "may be one of two days"),
        (_field("date", version=2), "3 May", "no date with its year"),
        (_field("datetime"), "soon", "no time"),
        (_field("single_select"), "Extra lage", "is 'Extra large' meant?"),
        (_field("single_select"), "Gone", "none of the field's choices"),
        (_field("multi_select"), "Small; purple", "'purple' is none of the field's choices"),
    ],
)
def test_what_does_not_fit_is_told_why(field: dict[str, Any], value: str, reason: str) -> None:
    fit = fit_for(field)
    assert fit is not None
    with pytest.raises(ValueError, match=reason.replace("?", r"\?")):
        fit(value)


@pytest.mark.parametrize("type", ["string", "text_area", "date", "a type of tomorrow"])
def test_text_stays_as_it_is(type: str) -> None:
    assert fit_for(_field(type)) is None


@given(
    st.sampled_from(["number", "currency", "boolean", "datetime", "single_select", "multi_select"]),
    st.text(max_size=30),
)
def test_any_value_fits_or_is_told(type: str, value: str) -> None:
    """Nothing else is raised, and what was written once is written the same again."""
    fit = fit_for(_field(type))
    assert fit is not None
    try:
        written = fit(value)
    except ValueError as reason:
        assert str(reason)
    else:
        assert fit(written) == written


@pytest.fixture
def typed(client: Client) -> None:
    client.custom_fields.create("Shoe size", type="number")
    client.custom_fields.create("Member", type="boolean")
    client.custom_fields.create("Shirt", type="single_select", choices=["Small", "Large"])


PEOPLE = rows(
    {"email": "ana@example.com", "cf:Shoe size": "44,5", "cf:Member": "yes", "cf:Shirt": "LARGE"},
    {"email": "ben@example.com", "cf:Shoe size": "big", "cf:Member": "perhaps", "cf:Shirt": "Small"},
)


def test_an_import_writes_them_and_tells_what_it_left_out(typed: None, client: Client, list_id: str) -> None:
    """The preview, the import and its outcome say the same; the contact arrives without the value."""
    seen = imports.preview(client, PEOPLE, list_id, progress=False)
    assert seen.unfit is not None
    assert seen.unfit["field"].tolist() == ["Shoe size", "Member"]
    assert "2 values do not fit the type of their custom field" in seen.report()
    assert "ben@example.com, Shoe size: &#x27;big&#x27; is no number" in seen._repr_html_()
    outcome = imports.import_contacts(client, PEOPLE, list_id, progress=False)
    assert outcome.unfit is not None
    assert outcome.unfit.values.tolist() == [
        ["ben@example.com", "Shoe size", "big", "'big' is no number"],
        ["ben@example.com", "Member", "perhaps", "'perhaps' is neither yes nor no"],
    ]
    assert "left out      ben@example.com, Member: 'perhaps' is neither yes nor no" in outcome.report()
    wide = client.contacts.frames(lists=list_id, wide=True, progress=False)
    values = wide["contacts"].merge(wide["custom_fields_wide"]).set_index("email_address")
    assert values.loc["ana@example.com", ["Shoe size", "Member"]].tolist() == ["44.5", "true"]
    assert values.loc["ben@example.com", ["Shoe size", "Member"]].isna().all()
    [ana] = client.contacts.iter(email="ana@example.com", include="custom_fields")
    assert [each["choice_ids"] for each in ana["custom_fields"] if "choice_ids" in each] == [["2"]]
    assert imports.plan_sync(client, PEOPLE, list_id, progress=False).is_empty


def test_without_typed_fields_nothing_is_rewritten(client: Client, list_id: str) -> None:
    client.custom_fields.create("Shoe size")
    plain = rows({"email": "ana@example.com", "cf:Shoe size": "44,5"})
    outcome = imports.import_contacts(client, plain, list_id, progress=False)
    assert outcome.unfit is not None
    assert len(outcome.unfit) == 0
    wide = client.contacts.frames(lists=list_id, wide=True, progress=False)["custom_fields_wide"]
    assert wide["Shoe size"].tolist() == ["44,5"]


def test_choices_are_the_same_in_whatever_order() -> None:
    """The service tells them in an order of its own; two fields may have choices of the same ids."""
    other = {
        "custom_field_id": "b",
        "name": "other",
        "label": "Other",
        "choices": [{"choice_id": 1, "choice_label": "X"}],
    }
    field = {"custom_field_id": "a", "name": "size", "label": "Size", "choices": SIZES}
    contact = {"custom_fields": [{"custom_field_id": "a", "choice_ids": ["3", "1"]}]}
    values = CustomFieldValues([field, other], ["cf:Size"])
    assert changes({"cf:Size": "Small,Extra large"}, contact, values) == []
    assert len(changes({"cf:Size": "Small"}, contact, values)) == 1
