"""The command that keeps a list in step with a file: `cctoolkit sync`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CctoolkitError, Declined, SettingsError
from .as_json import JsonOption, beside_an_error, print_json
from .importing import (
    CreateCustomFields,
    Profile,
    Run,
    Service,
    SmsPermission,
    Through,
    ask,
    check_profile,
    check_somebody,
    checked_door,
)
from .mapping import Columns, Encoding, Forget, cleaned_as_said

if TYPE_CHECKING:
    from ..contact_files import Cleaned
    from ..imports import SyncOutcome, SyncPlan
    from ..imports.doors import Door


def sync(
    export: Annotated[Path | None, typer.Argument(help="Your address book's export, as it is now.")] = None,
    list_name: Annotated[str | None, typer.Option("--list", help="The list to keep in step with it.")] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Who is not in the file leaves the list (and stays in the account).")
    ] = False,
    remove_many: Annotated[
        bool, typer.Option("--remove-many", help="With --remove: also where more than a tenth of the list would leave.")
    ] = False,
    bring_back: Annotated[
        bool, typer.Option("--bring-back", help="Import those, too, who were deleted from the account.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    service: Service = "sandbox",
    profile: Profile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it in the live account without asking.")] = False,
    columns: Columns = None,
    forget: Forget = False,
    encoding: Encoding = None,
    create_custom_fields: CreateCustomFields = False,
    sms_permission: SmsPermission = None,
    door: Through = None,
    journal: Annotated[
        Path | None, typer.Option(help="Where it is written down, to be resumed from. Default: a place it tells.")
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with a sync, from the journal that it told.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a list in step with an export: who joined, changed or left since the last time, as a plan, and then done.

    Nobody is deleted, nobody's consent is changed, and nobody leaves the list without --remove or a yes. A second time
    there is nothing left to do. Ends with 0 when all that was asked for is done.
    """
    if (export is None) == (resume is None):
        raise SettingsError("Say what to keep a list in step with: an export with --list NAME, or --resume a journal.")
    if export is not None and not (list_name or "").strip():
        raise SettingsError("Say which list to keep in step, with --list NAME.")
    if resume is not None and (columns or sms_permission or create_custom_fields or journal or door):
        raise SettingsError("With --resume everything else stands in the journal: give --service and --profile only.")
    if remove_many and not remove:
        raise SettingsError("--remove-many goes with --remove: nobody leaves the list without that.")
    check_profile(service, profile)
    run = Run(service, profile, yes=yes, as_json=as_json, command="sync")
    options: dict[str, Any] = {
        "bring_back": bring_back,
        "create_custom_fields": create_custom_fields,
        "sms_permission_to_send": sms_permission,
    }
    try:
        if resume is not None:
            figures = run.resume(resume, list_name, retry_failed=False)
        else:
            assert export is not None
            assert list_name is not None
            asked = _Asked(
                remove, remove_many, bring_back=bring_back, dry_run=dry_run, needed=service == "live" and not yes
            )
            cleaned = cleaned_as_said(export, columns, forget=forget, encoding=encoding, progress=run.progress)
            figures = _sync(run, cleaned, list_name.strip(), journal, asked, options, checked_door(door))
    except CctoolkitError:
        beside_an_error(journal=run.journal and str(run.journal))
        raise
    if as_json:
        print_json(figures)
    if not figures["completed"] or figures.get("missing"):
        raise typer.Exit(1)


class _Asked:
    """What somebody wants, asked for where it was not said."""

    def __init__(self, remove: bool, remove_many: bool, *, bring_back: bool, dry_run: bool, needed: bool) -> None:
        self.remove, self.remove_many, self.dry_run, self._needed = remove, remove_many, dry_run, needed
        self._bring_back = bring_back

    def is_nothing(self, plan: SyncPlan) -> bool:
        """Whether nothing is to be done, of all that is wanted."""
        return not plan.sent(bring_back=self._bring_back) and not (self.remove and len(plan.leave))

    def about(self, plan: SyncPlan) -> None:
        """Raises `Declined` without a yes where one is needed."""
        leave = len(plan.leave)
        somebody = sys.stdin.isatty()
        if leave and not self.remove and somebody:
            question = f"Take the {leave:,} contacts off the list {plan.list_name!r} who are not in the file?"
            self.remove = typer.confirm(question, default=False, err=True)
        if self.remove and plan.leaves_many and not self.remove_many:
            if not somebody:
                raise Declined(f"Nothing was sent. {plan.warning()}")
            typer.echo(plan.warning(), err=True)
            self.remove = self.remove_many = typer.confirm(f"Take all {leave:,} off it?", default=False, err=True)
        if self._needed and not self.is_nothing(plan):
            leaving = f", take {leave:,} off it" if self.remove else ""
            question = (
                f"Import {plan.sent(bring_back=self._bring_back):,} contacts into the list {plan.list_name!r} of the LIVE "
                f"account{leaving}?"
            )
            check_somebody(question)
            ask(question, "Nothing was changed.")


def _sync(
    run: Run,
    cleaned: Cleaned,
    list_name: str,
    journal: Path | None,
    asked: _Asked,
    options: dict[str, Any],
    door: Door | None,
) -> dict[str, Any]:
    from ..contact_files import answered
    from ..imports import journal_path, nothing_kept, plan_sync
    from ..imports.journal import check_free

    run.say(cleaned.report())
    answered(cleaned)
    if not cleaned.kept_count:
        raise nothing_kept(cleaned)
    if journal is not None:
        check_free(journal.absolute())
    with run.connected() as client:
        known = client.lists.find(list_name)
        if known is None:
            raise SettingsError(
                f"The account has no list {list_name!r}: import into a new one with cctoolkit import, and sync from then on."
            )
        plan = plan_sync(client, cleaned, str(known["list_id"]), progress=run.progress, door=door)
        run.say(plan.report())
        told = {"list": list_name, "plan": plan.figures()}
        if asked.dry_run:
            return {**told, "completed": True}
        asked.about(plan)
        if asked.is_nothing(plan):
            return {**told, "completed": True, "sent": 0, "missing": [], "left": [], "journal": None}
        place = (journal or journal_path(client)).absolute()
        run.say(f"journal       {place}")
        with run.resumable(place):
            outcome = plan.run(
                remove=asked.remove,
                remove_many=asked.remove_many,
                journal=place,
                progress=run.progress,
                **options,
            )
        return run.told(outcome, {**told, **_left(outcome)})


def _left(outcome: SyncOutcome) -> dict[str, Any]:
    return {"left": json.loads(outcome.left.to_json(orient="records"))}
