"""The import step by step, as the notebooks walk it: start it, follow it, check who arrived. Without a journal."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..api import Client
from ..errors import CctoolkitError
from .arrival import check_arrival
from .checking import check_sendable, checked_list_id, custom_field_names, opened_parts, renamed_parts
from .doors import Door, by_door, door_of, json_contacts
from .following import Bar, look, over, pauses, states
from .outcome import Outcome, parts_frame
from .typed_values import fitted

if TYPE_CHECKING:
    from ..contact_files import Cleaned


def start_import(
    client: Client,
    cleaned: Cleaned,
    list_id: str,
    *,
    sms_permission_to_send: str | None = None,
    door: Door | None = None,
) -> list[dict[str, Any]]:
    """Send the kept rows, as many files as the service's limits ask for. Returns the first report of each activity.

    `door` is as in `import_contacts`. This is one step, and keeps no journal: `import_contacts` does the whole of it and can be resumed.
    """
    check_sendable(cleaned)
    checked_list_id(list_id)
    sent = by_door(cleaned, door)
    names, parts = opened_parts(sent, sms_permission_to_send)
    if (fit := fitted(client, sent, names)) is not sent:
        names, parts = opened_parts(fit, sms_permission_to_send)
    parts = renamed_parts(parts, custom_field_names(client, names, create=False))
    started: list[dict[str, Any]] = []
    for part in parts:
        try:
            if door_of(sent) == "json":
                contacts = json_contacts(part.content)
                report = client.activities.import_json(contacts, list_id, sms_permission_to_send=sms_permission_to_send)
            else:
                report = client.activities.import_csv(
                    part.content, list_id, file_name=part.name, sms_permission_to_send=sms_permission_to_send
                )
            started.append(report)
        except CctoolkitError as error:
            if started:
                running = ", ".join(str(report.get("activity_id")) for report in started)
                error.add_note(
                    f"{len(started)} files were sent before {part.name}; their activities go on: {running}. Sending "
                    "everything again does no harm."
                )
            raise
    return started


def finish_import(
    client: Client, cleaned: Cleaned, list_id: str, started: Iterable[dict[str, Any]], *, progress: bool = True
) -> Outcome:
    """Wait for activities that `start_import` began, and check who arrived.

    An activity that ended badly does not hide the others: its report is among those of the outcome.
    """
    reports = {str(report["activity_id"]): report for report in started}
    number = {activity_id: place for place, activity_id in enumerate(reports, start=1)}
    wait = pauses()
    missed: dict[str, int] = {}
    with Bar(
        {place: _items(report) for (_, place), report in zip(number.items(), reports.values(), strict=True)},
        shown=progress,
    ) as bar:
        while running := [activity_id for activity_id, report in reports.items() if not over(report)]:
            found = look(client, running, missed)
            reports.update(found)
            bar.say(states(found.values()))
            for activity_id, report in found.items():
                bar.done(number[activity_id], report)
            if len(found) < len(running) or not all(map(over, found.values())):
                time.sleep(next(wait))
    arrival = check_arrival(client, cleaned.addresses, list_id)
    absent = arrival.loc[~arrival["on_list"], ["email_address", "reason"]].reset_index(drop=True)
    last = list(reports.values())
    return Outcome(
        list_id, last, parts_frame(last, [_items(report) for report in last]), len(arrival), absent, None, None, arrival
    )


def _items(report: dict[str, Any]) -> int:
    status = report.get("status")
    return int(status.get("items_total_count") or 1) if isinstance(status, dict) else 1
