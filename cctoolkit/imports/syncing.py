"""Keeping a list in step with a file: a plan, then what it says, as one job that can be resumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import Client
from ..api.export_reading import By
from ..errors import Declined
from .checking import check_sms_permission, custom_field_names, existing_list, opened_parts, renamed_parts
from .doors import Door
from .entries import About
from .following import Progress
from .job import account_of, finished
from .journal import Journal, check_free, journal_path, new_name
from .leaving import identified, in_batches
from .one_sync import one_at_a_time
from .rows import Sendable
from .sync_outcome import SyncOutcome, nothing_done
from .sync_plan import SyncPlan, planned

if TYPE_CHECKING:
    from ..contact_files import Part


def plan_sync(
    client: Client,
    cleaned: Sendable,
    list_id: str,
    *,
    progress: bool = True,
    by: By | None = None,
    door: Door | None = None,
) -> SyncPlan:
    """Read the account and tell what the list needs to be in step with the kept rows. Changes nothing; its `run` does it.

    `by` says how the account is read, as in `preview`, and `door` how it would be sent. Raises `ContactFileError` when no row was kept: an empty file would
    have everybody leave. Raises `NotFound` for a list that does not exist.
    """
    return planned(client, cleaned, list_id, partial(run, client), progress=progress, by=by, door=door)


def sync(
    client: Client,
    cleaned: Sendable,
    list_id: str,
    *,
    remove: bool = False,
    remove_many: bool = False,
    bring_back: bool = False,
    create_custom_fields: bool = False,
    sms_permission_to_send: str | None = None,
    journal: str | os.PathLike[str] | None = None,
    progress: bool = True,
    sleep: Callable[[float], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    by: By | None = None,
    door: Door | None = None,
) -> SyncOutcome:
    """Bring a list in step with the kept rows: `plan_sync(…)` and its `run(…)` in one. A second time, nothing is left to do.

    Who is new or changed is imported; who is on the list and not in the file leaves it with `remove=True`, and stays in the
    account either way. Nobody is deleted, and nobody's consent is changed. All else is as in `SyncPlan.run`.
    """
    plan = plan_sync(client, cleaned, list_id, progress=progress, by=by, door=door)
    return plan.run(
        remove=remove,
        remove_many=remove_many,
        bring_back=bring_back,
        create_custom_fields=create_custom_fields,
        sms_permission_to_send=sms_permission_to_send,
        journal=journal,
        progress=progress,
        sleep=sleep,
        on_progress=on_progress,
    )


def run(
    client: Client,
    plan: SyncPlan,
    *,
    remove: bool,
    remove_many: bool,
    bring_back: bool,
    create_custom_fields: bool,
    sms_permission_to_send: str | None,
    journal: str | os.PathLike[str] | None,
    progress: bool,
    sleep: Callable[[float], None] | None,
    on_progress: Callable[[Progress], None] | None,
) -> SyncOutcome:
    """What `SyncPlan.run` does."""
    check_sms_permission(sms_permission_to_send)
    if remove and plan.leaves_many and not remove_many:
        raise Declined(f"Nothing was sent. {plan.warning()}")
    if journal is not None:
        check_free(Path(journal).absolute())
    place = Path(journal) if journal is not None else None
    with one_at_a_time(client, plan.list_id):
        chosen = existing_list(client, plan.list_id)
        names, parts = _opened(plan.to_send(bring_back=bring_back), sms_permission_to_send)
        parts = renamed_parts(parts, custom_field_names(client, names, create=create_custom_fields))
        leaving = identified(client, plan.leavers(), plan.list_id, plan.members) if remove else []
        if not names and not leaving:
            return nothing_done(plan.list_id)
        about = About(
            name=new_name(),
            service=client.service,
            api_url=client.api_url,
            account=account_of(client),
            list_id=plan.list_id,
            list_name=str(chosen.get("name", "")),
            sms_permission_to_send=sms_permission_to_send if "sms_number" in names else None,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            door=plan.door,
        )
        place = place or journal_path(client, about.name)
        with Journal.create(place, about, parts, in_batches(leaving), unfit=plan.unfit_values) as opened:
            outcome = finished(client, opened, progress=progress, sleep=sleep, on_progress=on_progress)
    assert isinstance(outcome, SyncOutcome)  # the journal is of a sync
    return outcome


def _opened(chosen: Sendable, sms_permission_to_send: str | None) -> tuple[list[str], Iterator[Part]]:
    """The headings and files of those who are sent; nothing when nobody is."""
    if next(iter(chosen.parts()), None) is None:
        return [], iter(())
    return opened_parts(chosen, sms_permission_to_send)
