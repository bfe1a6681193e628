"""The command that imports: `cctoolkit import`, and its `--resume`."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CctoolkitError, Declined, SettingsError
from .as_json import JsonOption, beside_an_error, print_json
from .mapping import Columns, Encoding, Forget, cleaned_as_said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..api import Client
    from ..contact_files import Cleaned
    from ..imports import Outcome, Preview
    from ..imports.doors import Door

#: What Ctrl-C ends with, as in every other command.
INTERRUPTED = 130


#: The options that importing and keeping in step have in common.
Service = Annotated[str, typer.Option(help="sandbox or live.")]
Profile = Annotated[str | None, typer.Option(help="The saved profile to use with --service live.")]
CreateCustomFields = Annotated[
    bool, typer.Option("--create-custom-fields", help="Make the custom fields that the account does not have.")
]
Through = Annotated[
    str | None,
    typer.Option(
        "--door",
        help="How it is sent: csv, with one phone and one postal address a contact, or json, with three of each. Default: "
        "json where csv would leave any out.",
    ),
]
SmsPermission = Annotated[str | None, typer.Option(help="For contacts with an sms_number: explicit or not_set.")]


def check_profile(service: str, profile: str | None) -> None:
    """Raises `SettingsError` for a profile where there are none."""
    if profile is not None and service == "sandbox":
        raise SettingsError("A profile belongs to the live service: add --service live, or leave --profile out.")


def checked_door(said: str | None) -> Door | None:
    """Raises `SettingsError` for what is no way to send an import."""
    from ..imports.doors import DOORS

    if said is None or said in DOORS:
        return said
    raise SettingsError(f"--door {said} is no way to send an import: choose {' or '.join(DOORS)}.")


def import_export(
    export: Annotated[Path | None, typer.Argument(help="Your address book's export.")] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", help="The list to import into; made when there is none of that name.")
    ] = None,
    service: Service = "sandbox",
    profile: Profile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Import into the live account without asking.")] = False,
    show_preview: Annotated[
        bool, typer.Option("--preview/--no-preview", help="Read the account first and tell what would change.")
    ] = True,
    columns: Columns = None,
    forget: Forget = False,
    encoding: Encoding = None,
    create_custom_fields: CreateCustomFields = False,
    sms_permission: SmsPermission = None,
    door: Through = None,
    consent: Annotated[
        str,
        typer.Option(
            help="explicit: contacts whose consent the file documents, in the column that --map 'HEADING=consent_date' names, "
            "are signed up one by one; the others are imported as ever."
        ),
    ] = "implicit",
    journal: Annotated[
        Path | None,
        typer.Option(help="Where the import is written down, to be resumed from. Default: a place it tells."),
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with an import, from the journal that it told.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: send the parts again that the service gave up on.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import an export into a list: cleaned, previewed, sent, followed, and checked who arrived.

    Whatever stops it, --resume goes on from its journal: every row is sent, and nothing that the service has is sent
    again. Ends with 0 only when everybody is on the list.
    """
    if (export is None) == (resume is None):
        raise SettingsError("Say what to import: an export with --list NAME, or --resume with a journal.")
    if export is not None and not (list_name or "").strip():
        raise SettingsError(
            "Say which list to import into, with --list NAME: it is made when there is none of that name."
        )
    if resume is not None and (columns or sms_permission or create_custom_fields or journal or door):
        raise SettingsError("With --resume everything else stands in the journal: give --service and --profile only.")
    if retry_failed and resume is None:
        raise SettingsError("--retry-failed goes with --resume JOURNAL: there is nothing to send again before that.")
    check_profile(service, profile)
    run = Run(service, profile, yes=yes, as_json=as_json)
    try:
        if resume is not None:
            figures = run.resume(resume, list_name, retry_failed=retry_failed)
        else:
            assert export is not None
            assert list_name is not None
            options = {
                "create_custom_fields": create_custom_fields,
                "sms_permission_to_send": sms_permission,
                "door": checked_door(door),
            }
            if consent not in ("implicit", "explicit"):
                raise SettingsError(f"--consent {consent} is none that the service has: choose implicit or explicit.")
            if consent == "explicit" and create_custom_fields:
                raise SettingsError(
                    "--create-custom-fields does not go with --consent explicit: make the fields first, with "
                    "client.custom_fields.create(label) in Python."
                )
            figures = run.start(
                export,
                list_name.strip(),
                columns,
                journal,
                options,
                show_preview=show_preview,
                forget=forget,
                encoding=encoding,
                explicit=consent == "explicit",
            )
    except CctoolkitError:
        beside_an_error(journal=run.journal and str(run.journal))
        raise
    if as_json:
        print_json(figures)
    if figures["missing"] or not figures["completed"] or figures.get("consent", {}).get("refused"):
        raise typer.Exit(1)


class Run:
    """One call of the command; of `command`, where it is another one."""

    def __init__(self, service: str, profile: str | None, *, yes: bool, as_json: bool, command: str = "import") -> None:
        self._service, self._profile, self._yes, self._silent = service, profile, yes, as_json
        self._command = command
        self.progress = not as_json and sys.stderr.isatty()
        #: Where the import is written down, once it is.
        self.journal: Path | None = None

    def start(
        self,
        export: Path,
        list_name: str,
        columns: list[str] | None,
        journal: Path | None,
        options: dict[str, Any],
        *,
        show_preview: bool,
        forget: bool = False,
        encoding: str | None = None,
        explicit: bool = False,
    ) -> dict[str, Any]:
        from ..contact_files import answered
        from ..imports import import_contacts, journal_path, nothing_kept
        from ..imports.checking import custom_field_names, opened_parts
        from ..imports.consent import documented
        from ..imports.journal import check_free

        # First: a file that cannot be read costs no request.
        cleaned = cleaned_as_said(export, columns, forget=forget, encoding=encoding, progress=self.progress)
        self.say(cleaned.report())
        answered(cleaned)
        if not cleaned.kept_count:
            raise nothing_kept(cleaned)
        # All that can be known to go wrong is said before anything is asked, read or made.
        names, _ = opened_parts(cleaned, options["sms_permission_to_send"])
        if journal is not None:
            check_free(journal.absolute())
        if explicit:
            documented(cleaned)
        with self.connected() as client:
            known = client.lists.find(list_name)
            list_id = str(known["list_id"]) if known else None
            if explicit:
                return self._explicit(client, cleaned, list_name, list_id, journal, options)
            if not options["create_custom_fields"]:
                custom_field_names(client, names, create=False)
            preview = ask_before_import(
                client,
                cleaned,
                list_name,
                list_id,
                needed=self._service == "live" and not self._yes,
                show_preview=show_preview,
                silent=self._silent,
                progress=self.progress,
                door=options["door"],
            )
            if list_id is None:
                list_id = str(client.lists.create(list_name)["list_id"])
            place = (journal or journal_path(client)).absolute()
            self.say(f"journal       {place}")
            with self.resumable(place):
                outcome = import_contacts(client, cleaned, list_id, progress=self.progress, journal=place, **options)
        counts = {
            "rows_in": cleaned.rows_in,
            "kept": cleaned.kept_count,
            "merged": cleaned.merged_count,
            "rejected": cleaned.rejected_count,
            "preview": preview.figures() if preview else None,
        }
        return self.told(outcome, {"list": list_name, **counts})

    def _explicit(
        self,
        client: Client,
        cleaned: Cleaned,
        list_name: str,
        list_id: str | None,
        journal: Path | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        """Those with a documented consent by the sign-up form, then the others by an import."""
        from ..imports import import_contacts, journal_path, plan_consent

        asked = self._service == "live" and not self._yes
        if list_id is None:
            if asked:
                ask(f"The LIVE account has no list {list_name!r}. Make it?")
            list_id = str(client.lists.create(list_name)["list_id"])
        plan = plan_consent(client, cleaned, list_id, progress=self.progress)
        if asked or not self._silent:
            typer.echo(plan.report(), err=self._silent)
        if asked:
            ask(
                f"Sign up {len(plan.sign_up):,} contacts, and import {plan.undocumented:,} others, into the list {list_name!r} of "
                "the LIVE account?"
            )
        outcome = plan.run(progress=self.progress)
        self.say(outcome.report())
        consent = {
            "signed_up": len(outcome.signed_up),
            "left_out": outcome.left_out.to_dict("records"),
            "refused": outcome.refused.to_dict("records"),
        }
        if not plan.undocumented:
            return {
                "service": self._service,
                "list_id": list_id,
                "list": list_name,
                "consent": consent,
                "completed": True,
                "missing": [],
            }
        place = (journal or journal_path(client)).absolute()
        self.say(f"journal       {place}")
        with self.resumable(place):
            imported = import_contacts(
                client, plan.rest(options["door"]), list_id, progress=self.progress, journal=place, **options
            )
        return self.told(imported, {"list": list_name, "consent": consent})

    def connected(self) -> Client:
        """A client of the service that was named."""
        from ..connection import connect

        return connect(self._service, profile=self._profile)

    def resume(self, journal: Path, list_name: str | None, *, retry_failed: bool) -> dict[str, Any]:
        from ..imports import resume

        place = journal.absolute()
        if self._service == "live" and not self._yes:
            ask(f"Go on with {place.name} into the LIVE account?")
        with self.connected() as client:
            list_id = None
            if list_name:
                known = client.lists.find(list_name)
                if known is None:
                    raise SettingsError(f"The account has no list {list_name!r}: resume without --list.")
                list_id = str(known["list_id"])
            with self.resumable(place):
                outcome = resume(client, place, list_id=list_id, retry_failed=retry_failed, progress=self.progress)
        return self.told(outcome, {})

    @contextmanager
    def resumable(self, place: Path) -> Iterator[None]:
        """Whatever ends the import, the command to go on with is told."""
        live = ["--service", "live", *(["--profile", self._profile] if self._profile else [])]
        command = shlex.join(
            ["cctoolkit", self._command, "--resume", str(place), *(live if self._service == "live" else [])]
        )
        try:
            yield
        except KeyboardInterrupt:
            if place.exists():
                typer.echo(f"\nWhat was sent is written down. Go on with: {command}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except CctoolkitError as error:
            if hasattr(error, "__notes__"):  # it ended on the way, and not before the first step
                self.journal = place
                error.add_note(f"In a terminal: {command}")
            raise

    def told(self, outcome: Outcome, more: dict[str, Any]) -> dict[str, Any]:
        self.say(outcome.report())
        parts = json.loads(outcome.parts.to_json(orient="records"))
        reasons = dict(zip(outcome.missing, map(str, outcome.absent["reason"]), strict=True))
        return {
            "service": self._service,
            "list_id": outcome.list_id,
            **more,
            "journal": outcome.journal and str(outcome.journal),
            "sent": outcome.sent,
            "imported": outcome.imported,
            "completed": outcome.completed,
            "missing": [{"contact": name, "reason": reason} for name, reason in reasons.items()],
            "parts": parts,
        }

    def say(self, text: str) -> None:
        if not self._silent:
            typer.echo(text)


def ask_before_import(
    client: Client,
    cleaned: Cleaned,
    list_name: str,
    list_id: str | None,
    *,
    needed: bool,
    show_preview: bool | None = None,
    silent: bool = False,
    progress: bool = False,
    door: Door | None = None,
) -> Preview | None:
    """Show what an import would do, and ask for a yes where one is needed; `list_id` None: the list is to be made.

    Without a word on `show_preview`, it is shown where there is a question; `silent` keeps stdout clean. Raises `Declined` without a yes.
    """
    from ..imports import preview

    question = f"Import {cleaned.kept_count} contacts into the list {list_name!r} of the LIVE account?"
    if needed:
        check_somebody(question)
    shown = None
    if needed if show_preview is None else show_preview:
        shown = preview(client, cleaned, list_id, progress=progress, door=door)
        if needed or not silent:
            typer.echo(shown.report(), err=silent)
    if needed:
        ask(question)
    return shown


def check_somebody(question: str) -> None:
    if not sys.stdin.isatty():
        raise Declined(f"{question} Nobody is here to say yes: run it again with --yes.")


def ask(question: str, otherwise: str = "Nothing was imported.") -> None:
    """Raises `Declined` without a yes."""
    check_somebody(question)
    if not typer.confirm(question, err=True):
        raise Declined(otherwise)
