"""Bulk Activities: starting them, and the reports on them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from .caller import Caller, ContactsCaller
from .errors import invalid, not_found, unsupported
from .file_import import BODY_LIMIT, ImportFile, read_import_file
from .jobs import KEPT, activity_json, queue_activity
from .paging import next_link, read_cursor
from .values import choices, path_id, uuids

router = APIRouter(tags=["Bulk Activities"])

STATES = ("processing", "completed", "cancelled", "failed", "timed_out")


@router.get("/activities", operation_id="getActivityStatusCollection")
async def get_activities(
    caller: ContactsCaller,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    state: str | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The newest first."""
    before = 2**62
    if cursor is not None:
        query, before = read_cursor(cursor)
        state, limit = query.get("state"), int(query.get("limit", limit))
    states = choices("state", state, STATES)
    where, values = "account = ? AND created > ?", [caller.account, caller.clock.now() - KEPT]
    if states:
        where += f" AND state IN ({', '.join('?' * len(states))})"
        values += states  # type: ignore[arg-type]
    rows = caller.database.connection.execute(
        f"SELECT * FROM activities WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?",
        (*values, before, limit + 1),
    ).fetchall()
    answer: dict[str, Any] = {"activities": [activity_json(row) for row in rows[:limit]]}
    if len(rows) > limit:
        answer["_links"] = next_link("/activities", {"limit": limit, "state": state}, rows[limit - 1]["id"])
    return answer


@router.get("/activities/{activity_id}", operation_id="getActivity")
async def get_activity(caller: ContactsCaller, activity_id: str) -> dict[str, Any]:
    path_id("activity_id", activity_id)
    row = caller.database.connection.execute(
        "SELECT * FROM activities WHERE account = ? AND activity_id = ? AND created > ?",
        (caller.account, activity_id.lower(), caller.clock.now() - KEPT),
    ).fetchone()
    if row is None:
        raise not_found("The activity_id was not found.")
    return activity_json(row)


@router.post("/activities/contacts_file_import", operation_id="contactsCSVImport", status_code=201)
async def import_file(caller: ContactsCaller, request: Request) -> dict[str, Any]:
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data") or "boundary=" not in content_type:
        raise unsupported("Send multipart/form-data and leave its Content-Type header to the HTTP library.")
    try:
        async with request.form() as form:
            return await _import_of_form(caller, request, form)
    except HTTPException as error:
        raise invalid("The request body is not valid multipart/form-data") from error


async def _import_of_form(caller: Caller, request: Request, form: FormData) -> dict[str, Any]:
    file, list_ids = form.get("file"), form.getlist("list_ids")
    faults = [
        *(["file is missing"] if not isinstance(file, UploadFile) else []),
        *(["list_ids is missing"] if not any(isinstance(ids, str) and ids.strip() for ids in list_ids) else []),
    ]
    if faults:
        raise invalid(", ".join(faults))
    assert isinstance(file, UploadFile)
    if not (file.filename or "").lower().endswith(".csv"):
        raise unsupported("The upload file must be of type .csv")
    content = await file.read()
    # What is past the limit of the whole body is dropped without a word: the last bytes of the file.
    envelope = max(int(request.headers.get("content-length", "0")) - len(content), 0)
    upload = read_import_file(content[: max(BODY_LIMIT - envelope, 0)])
    sms = form.get("sms_permission_to_send")
    return await run_in_threadpool(
        _queue_import,
        caller,
        str(file.filename),
        upload,
        ",".join(str(ids) for ids in list_ids),
        sms if isinstance(sms, str) else None,
    )


def _queue_import(caller: Caller, file_name: str, upload: ImportFile, list_ids: str, sms: str | None) -> dict[str, Any]:
    wanted = uuids("list_ids", list_ids, 50)
    choices("sms_permission_to_send", sms, {"explicit", "not_set"})
    if not upload.headings & {"email", "sms_number"}:
        raise invalid("The file has neither an email nor an sms_number column")
    if "sms_number" in upload.headings:
        if sms is None:
            raise invalid("sms_permission_to_send is missing")
        if sms == "explicit" and "sms_consent_date" not in upload.headings:
            raise invalid("sms_consent_date is missing")
    lists = []
    for list_id in wanted:
        row = caller.database.connection.execute(
            "SELECT id FROM contact_lists WHERE account = ? AND list_id = ? AND deleted_at IS NULL",
            (caller.account, list_id),
        ).fetchone()
        if row is None:
            raise not_found(f"The list_id {list_id} was not found.")
        lists.append(row["id"])
    return queue_activity(caller, "contacts_file_import", upload.rows, file_name=file_name, lists=lists, sms=sms)
