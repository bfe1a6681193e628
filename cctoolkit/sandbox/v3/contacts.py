"""Contacts: reading the collection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from .caller import Caller, ContactsCaller
from .contact_json import SUB_RESOURCES, contacts_json
from .errors import invalid
from .paging import next_link, read_cursor
from .segments import first_time_asked, segment_condition
from .values import choices, moment, stored_after, stored_before, uuids

router = APIRouter(tags=["Contacts"])

STATUSES = ("all", "active", "deleted", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
SMS_STATUSES = ("all", "explicit", "unsubscribed", "pending_confirmation", "not_set")


@dataclass(frozen=True)
class ContactsQuery:
    """The parameters of `GET /contacts` that say which contacts; a cursor carries them from page to page."""

    status: str | None = None
    email: str | None = None
    lists: str | None = None
    segment_id: str | None = None
    tags: str | None = None
    updated_after: str | None = None
    updated_before: str | None = None
    created_after: str | None = None
    created_before: str | None = None
    optout_after: str | None = None
    optout_before: str | None = None
    include: str | None = None
    sms_status: str | None = None
    include_count: bool = False
    limit: int = 50

    @classmethod
    def from_cursor(cls, cursor: str) -> tuple[ContactsQuery, int]:
        carried, after = read_cursor(cursor)
        try:
            limit = int(carried.pop("limit", "50"))
            counted = carried.pop("include_count", "") == "true"
            return cls(**carried, limit=limit, include_count=counted), after
        except (TypeError, ValueError) as error:
            raise invalid("cursor does not have a valid value") from error

    def given(self) -> set[str]:
        """The parameters that differ from their defaults."""
        return {name for name, value in asdict(self).items() if value != getattr(ContactsQuery, name)}

    def conditions(self, account: int) -> tuple[str, list[Any]]:
        """An SQL condition and its values."""
        where: list[str] = ["account = ?"]
        values: list[Any] = [account]

        def add(condition: str, *more: Any) -> None:
            where.append(condition)
            values.extend(more)

        states = set(choices("status", self.status, STATUSES))
        if not states:
            add("deleted_at IS NULL")
        elif "all" not in states:
            permissions = states - {"deleted", "active"}
            if "active" in states:
                permissions |= {"explicit", "implicit"}
            either = ["deleted_at IS NOT NULL"] if "deleted" in states else []
            if permissions:
                either.append(f"(deleted_at IS NULL AND permission_to_send IN ({_marks(permissions)}))")
            add(f"({' OR '.join(either)})", *sorted(permissions))
        sms_states = set(choices("sms_status", self.sms_status, SMS_STATUSES))
        if "all" in sms_states:
            add("sms_number IS NOT NULL")
        elif sms_states:
            add(f"sms_permission IN ({_marks(sms_states)})", *sorted(sms_states))
        if self.email is not None:
            add("address_key = ?", self.email.strip().lower())
        if list_ids := uuids("lists", self.lists, 25):
            add(  # asked of each contact: gathering a list of a million for each of its pages takes longer than the page
                "EXISTS (SELECT 1 FROM list_memberships m JOIN contact_lists l ON l.id = m.list"
                f" WHERE m.contact = contacts.id AND l.deleted_at IS NULL AND l.list_id IN ({_marks(list_ids)}))",
                *list_ids,
            )
        if tag_ids := uuids("tags", self.tags, 50):
            add(f"id IN (SELECT contact FROM taggings WHERE tag_id IN ({_marks(tag_ids)}))", *tag_ids)
        for parameter, column in (("updated", "updated_at"), ("created", "created_at"), ("optout", "opt_out_date")):
            after, before = getattr(self, f"{parameter}_after"), getattr(self, f"{parameter}_before")
            if after is not None:
                add(f"{column} > ?", stored_after(moment(f"{parameter}_after", after)))
            if before is not None:
                add(f"{column} < ?", stored_before(moment(f"{parameter}_before", before)))
        return " AND ".join(where), values


def _marks(values: Any) -> str:
    return ", ".join("?" * len(values))


@router.get("/contacts", operation_id="getContacts")
async def get_contacts(
    caller: ContactsCaller,
    status: str | None = None,
    email: str | None = None,
    lists: str | None = None,
    segment_id: str | None = None,
    tags: str | None = None,
    updated_after: str | None = None,
    updated_before: str | None = None,
    created_after: str | None = None,
    created_before: str | None = None,
    optout_after: str | None = None,
    optout_before: str | None = None,
    include: str | None = None,
    sms_status: str | None = None,
    include_count: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: str | None = None,
) -> Any:
    if cursor is not None:
        query, after = ContactsQuery.from_cursor(cursor)
    else:
        after = 0
        query = ContactsQuery(
            status=status,
            email=email,
            lists=lists,
            segment_id=segment_id,
            tags=tags,
            updated_after=updated_after,
            updated_before=updated_before,
            created_after=created_after,
            created_before=created_before,
            optout_after=optout_after,
            optout_before=optout_before,
            include=include,
            sms_status=sms_status,
            include_count=include_count,
            limit=limit,
        )
    return _page(caller, query, after)


def _page(caller: Caller, query: ContactsQuery, after: int) -> dict[str, Any] | JSONResponse:
    included = choices("include", query.include, SUB_RESOURCES)
    matching, values = query.conditions(caller.account)
    if query.segment_id is not None:
        if not query.segment_id.isdecimal() or len(query.segment_id) > 9:
            raise invalid("segment_id does not have a valid value")
        if query.given() - {"segment_id", "limit"}:
            raise invalid("segment_id can be combined with limit only")
        if after == 0 and first_time_asked(caller, int(query.segment_id)):
            return JSONResponse({"contacts": [], "status": "processing"}, 202)
        condition, more = segment_condition(caller.database.connection, caller.account, int(query.segment_id))
        matching += f" AND {condition}"
        values += more
    connection = caller.database.connection
    rows = connection.execute(
        f"SELECT * FROM contacts WHERE {matching} AND id > ? ORDER BY id LIMIT ?",
        (*values, after, query.limit + 1),
    ).fetchall()
    answer: dict[str, Any] = {"contacts": contacts_json(connection, rows[: query.limit], included)}
    if query.include_count:
        answer["contacts_count"] = connection.execute(
            f"SELECT count(*) FROM contacts WHERE {matching}",
            values,
        ).fetchone()[0]
    answer["_links"] = {}  # the last page of contacts has it too, with no link in it
    if len(rows) > query.limit:
        answer["_links"] = next_link("/contacts", asdict(query), rows[query.limit - 1]["id"])
    return answer
