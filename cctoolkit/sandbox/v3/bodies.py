"""Request bodies, with the limits that are published."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, model_validator

from .values import EMAIL, UUID, date

Source = Literal["Account", "Contact"]
Permission = Literal["explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed"]


def _uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise ValueError("is no UUID")
    return text.lower()


def _address(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise ValueError("is no email address")
    return text


def _date(text: str) -> str:
    value = date(text)
    if value is None:
        raise ValueError("is no date")
    return value


Id = Annotated[str, AfterValidator(_uuid)]
Address = Annotated[str, Field(max_length=80), AfterValidator(_address)]
Short = Annotated[str, Field(max_length=50)]
Ids50 = Annotated[list[Id], Field(max_length=50)]
Ids500 = Annotated[list[Id], Field(max_length=500)]


def _choice_id(value: object) -> object:
    """A number as fields answer it, or a text: how the live service writes it, its schema says in both ways."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class EmailAddress(BaseModel):
    address: Address
    permission_to_send: Permission | None = None
    opt_out_reason: Annotated[str, Field(max_length=255)] | None = None


class PhoneNumber(BaseModel):
    phone_number: Annotated[str, Field(min_length=1, max_length=25)]
    kind: Literal["home", "work", "mobile", "fax", "other"] = "other"


class StreetAddress(BaseModel):
    kind: Literal["home", "work", "other"]
    street: Annotated[str, Field(max_length=255)] | None = None
    city: Short | None = None
    state: Short | None = None
    postal_code: Short | None = None
    country: Short | None = None


class CustomFieldValue(BaseModel):
    custom_field_id: Id
    value: Annotated[str, Field(max_length=255)] | None = None
    choice_ids: Annotated[list[Annotated[str, BeforeValidator(_choice_id)]], Field(max_length=100)] | None = None


class NoteIn(BaseModel):
    content: Annotated[str, Field(max_length=2_000)]


class SmsConsent(BaseModel):
    sms_consent_permission: Literal["explicit", "not_set", "pending_confirmation", "unsubscribed"]
    consent_type: str = "promotional_sms"


class SmsChannel(BaseModel):
    full_sms_address: Annotated[str, Field(pattern=r"^\d{10,15}$")]
    sms_channel_consents: Annotated[list[SmsConsent], Field(min_length=1)]


class CoreProperties(BaseModel):
    first_name: Short | None = None
    last_name: Short | None = None
    job_title: Short | None = None
    company_name: Short | None = None
    birthday_month: Annotated[int, Field(ge=1, le=12)] | None = None
    birthday_day: Annotated[int, Field(ge=1, le=31)] | None = None
    anniversary: Annotated[str, Field(max_length=10), AfterValidator(_date)] | None = None


class SubResources(BaseModel):
    custom_fields: Annotated[list[CustomFieldValue], Field(max_length=25)] | None = None
    phone_numbers: Annotated[list[PhoneNumber], Field(max_length=3)] | None = None
    street_addresses: Annotated[list[StreetAddress], Field(max_length=3)] | None = None
    list_memberships: Ids50 | None = None
    taggings: Ids50 | None = None
    notes: Annotated[list[NoteIn], Field(max_length=150)] | None = None


class ContactPost(CoreProperties, SubResources):
    email_address: EmailAddress | None = None
    sms_channel: SmsChannel | None = None
    create_source: Source


class ContactPut(CoreProperties, SubResources):
    email_address: EmailAddress | None = None
    sms_channel: SmsChannel | None = None
    update_source: Source


class SignUpAddress(BaseModel):
    kind: Literal["home", "work", "other"] = "home"
    street: Annotated[str, Field(max_length=255)] | None = None
    city: Short | None = None
    state: Short | None = None
    postal_code: Short | None = None
    country: Short | None = None


class SignUpSmsChannel(BaseModel):
    sms_address: Annotated[str, Field(pattern=r"^\d{7,12}$")]
    dial_code: Annotated[str, Field(pattern=r"^\d{1,3}$")]
    country_code: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    sms_channel_consents: Annotated[list[SmsConsent], Field(min_length=1)]


class SignUp(CoreProperties):
    email_address: Annotated[str, Field(max_length=50), AfterValidator(_address)] | None = None
    sms_channel: SignUpSmsChannel | None = None
    list_memberships: Annotated[list[Id], Field(min_length=1, max_length=50)]
    phone_number: Annotated[str, Field(min_length=1, max_length=25)] | None = None
    street_address: SignUpAddress | None = None
    custom_fields: Annotated[list[CustomFieldValue], Field(max_length=50)] | None = None


class Resubscribe(BaseModel):
    list_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class ListInput(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
    favorite: bool = False
    description: str | None = None


class TagInput(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    tag_source: str | None = None


class Choice(BaseModel):
    choice_label: Annotated[str, Field(min_length=1, max_length=255)]
    display_order: int | None = None
    choice_id: int | None = None


FieldType = Literal[
    "string", "text_area", "date", "datetime", "number", "currency", "boolean", "single_select", "multi_select"
]
#: Choices of a select by how it is shown; a list that opens takes more.
_FEW, _MANY = 20, 100


class CustomFieldInput(BaseModel):
    label: Annotated[str, Field(min_length=1, max_length=50)]
    type: FieldType
    metadata: dict[str, Any] | None = None
    choices: Annotated[list[Choice], Field(max_length=100)] | None = None
    version: Annotated[int, Field(ge=1, le=2)] | None = None

    @model_validator(mode="after")
    def _choices_fit(self) -> CustomFieldInput:
        held = len(self.choices or [])
        if not self.type.endswith("_select"):
            if held:
                raise ValueError("choices belong to a select")
            return self
        shown = str((self.metadata or {}).get("display_type", "")).lower()
        if not 1 <= held <= (_FEW if shown in ("radio", "checkbox") else _MANY):
            raise ValueError("a select has choices")
        return self


class CustomFieldPut(BaseModel):
    label: Annotated[str, Field(min_length=1, max_length=50)]
    choices: Annotated[list[Choice], Field(max_length=100)] | None = None


class Exclude(BaseModel):
    contact_ids: Ids500 = []


class ContactSource(BaseModel):
    """Which contacts an activity is about: exactly one of these."""

    contact_ids: Ids500 | None = None
    list_ids: Ids50 | None = None
    tag_ids: Ids50 | None = None
    all_active_contacts: bool | None = None
    new_subscriber: bool | None = None
    engagement_level: str | None = None
    segment_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ListMemberships(BaseModel):
    source: ContactSource
    exclude: Exclude = Exclude()
    list_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class Taggings(BaseModel):
    source: ContactSource
    exclude: Exclude = Exclude()
    tag_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class ContactDelete(BaseModel):
    contact_ids: Ids500 | None = None
    list_ids: Ids50 | None = None


class ContactsExport(BaseModel):
    contact_ids: Ids500 | None = None
    list_ids: Ids50 | None = None
    tag_ids: Ids50 | None = None
    new_subscriber: bool | None = None
    segment_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    status: str | None = None
    fields: list[str] | None = None
    exclude: Exclude = Exclude()


class ListIds(BaseModel):
    list_ids: Annotated[list[Id], Field(min_length=1, max_length=100)]


class TagIds(BaseModel):
    tag_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class CustomFieldIds(BaseModel):
    custom_field_ids: Annotated[list[Id], Field(min_length=1, max_length=100)]


class JsonImport(BaseModel):
    import_data: Annotated[list[dict[str, Any]], Field(min_length=1)]
    list_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]
    sms_permission_to_send: Literal["explicit", "not_set"] | None = None


class AccountPut(BaseModel):
    contact_email: Address | None = None
    contact_phone: Annotated[str, Field(max_length=25)] | None = None
    country_code: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    first_name: Short | None = None
    last_name: Short | None = None
    organization_name: Annotated[str, Field(max_length=255)] | None = None
    organization_phone: Annotated[str, Field(max_length=25)] | None = None
    state_code: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    time_zone_id: str | None = None
    website: str | None = None


class PhysicalAddress(BaseModel):
    address_line1: Annotated[str, Field(min_length=1, max_length=80)]
    address_line2: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    address_line3: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    city: Annotated[str, Field(min_length=1)]
    state_code: Annotated[str, Field(max_length=2)] | None = None
    state_name: str | None = None
    postal_code: str | None = None
    country_code: Annotated[str, Field(pattern="^[A-Z]{2}$")]


class AccountEmail(BaseModel):
    email_address: Address
