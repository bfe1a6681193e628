"""The exercises: what each asks for, and how the account shows that it was done.

A judge reads the account and nothing else: not what somebody typed, and none of their variables. So there are as many
ways to do an exercise as the API has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import SettingsError
from .account import LEAVER, MARKET, AccountState, permission

#: The sample export that the exercises import.
EXPORT = "zoho-contacts.csv"
TAG = "Volunteers"
FIELD, STALL, STALLHOLDER = "Stall", "B4", "dwayne.delacruz@example.org"


@dataclass(frozen=True)
class Verdict:
    """`right` or not yet; `words` say what is there or is not, and `look` where to look next."""

    right: bool
    words: str
    look: str = ""


@dataclass(frozen=True)
class Exercise:
    """One exercise: its number and name, either of which `cctoolkit.check` takes, and its judge."""

    number: int
    name: str
    title: str
    judge: Callable[[AccountState], Verdict]


def find(name: str | int) -> Exercise:
    """The exercise of that name or number. Raises `SettingsError` when there is none."""
    wanted = str(name).strip().casefold()
    for exercise in EXERCISES:
        if wanted in {exercise.name, str(exercise.number)}:
            return exercise
    known = ", ".join(f"{exercise.number} {exercise.name}" for exercise in EXERCISES)
    raise SettingsError(f"There is no exercise {name!r}. The exercises are: {known}.")


@cache
def expected() -> tuple[frozenset[str], int, frozenset[str]]:
    """What the sample export holds: addresses that are kept, how many rows are rejected, and who volunteers."""
    from ..contact_files import clean
    from ..course import sample

    cleaned = clean(sample(EXPORT), progress=False)
    kept = cleaned.kept
    volunteers = kept[kept["job_title"] == "Volunteer"]["email"]
    return frozenset(kept["email"].str.casefold()), cleaned.rejected_count, frozenset(volunteers.str.casefold())


def _sign_in(account: AccountState) -> Verdict:
    if account.signed_in:
        return Verdict(True, "You are signed in, and the API answers.")
    return Verdict(
        False,
        "Nobody is signed in here.",
        "run cctoolkit.sign_in() and press its button, or let cctoolkit.connect() sign in by code",
    )


def _read(account: AccountState) -> Verdict:
    company = str((account.owner or {}).get("company_name") or "")
    answers = list(account.answers("Company"))
    if company and any(answer.casefold() == company.casefold() for answer in answers):
        return Verdict(True, f"The owner of the account works for {company}.")
    look = 'the column company_name of client.contacts.frame(), then client.lists.create("Company: …")'
    if not company:
        return Verdict(
            False,
            "The account's owner is not among its contacts any more, or has no company.",
            "reset the account: ask the trainer, or run client.reset() where the sandbox is your own",
        )
    if answers:
        return Verdict(False, f"The owner does not work for {answers[0] or '(nothing)'}.", look)
    return Verdict(False, 'No list is named "Company: …" yet.', look)


def _list(account: AccountState) -> Verdict:
    if account.market_id is not None:
        return Verdict(True, f"There is a list {MARKET}.")
    near = [str(entry.get("name")) for entry in account.lists if "market" in str(entry.get("name", "")).casefold()]
    if near:
        return Verdict(False, f"There is a list {near[0]}, but none {MARKET}.", "the spelling of its name")
    return Verdict(False, f"There is no list {MARKET}.", "help(client.lists.find_or_create)")


def _clean(account: AccountState) -> Verdict:
    rejected = expected()[1]
    answers = list(account.answers("Rejected"))
    if str(rejected) in answers:
        return Verdict(True, f"{rejected} rows cannot be imported, each for a reason that you can read.")
    if answers:
        return Verdict(
            False, f"It is not {answers[0] or '(nothing)'} rows that were rejected.", "cleaned.rejected, a row each"
        )
    return Verdict(
        False,
        'No list is named "Rejected: …" yet.',
        'cleaned.report() and cleaned.rejected, then client.lists.create("Rejected: …")',
    )


def _import(account: AccountState) -> Verdict:
    kept = expected()[0]
    missing = kept - account.members.keys()
    if missing == {LEAVER} and permission(account.leaver) == "unsubscribed":
        missing = frozenset()  # he has been here, and left later on
    taken = Verdict(True, f"The service has taken the file with its {len(kept)} contacts.")
    if not missing:
        return taken
    if not account.imports:
        return Verdict(
            False, "No import was started in this account.", "imports.start_import(client, cleaned, list_id)"
        )
    newest = account.imports[0]
    if not _ended(newest):
        if _status(newest, "items_total_count") >= len(kept):
            return taken
        return Verdict(False, "The file that was sent last holds other contacts.", "what cleaned.kept shows")
    if account.market_id is None:
        return Verdict(False, f"There is an import, but no list {MARKET}.", "exercise 3")
    return Verdict(
        False,
        f"An import has ended, but {len(missing)} of {len(kept)} contacts are not on {MARKET}.",
        f"which list_id was sent, and which file: it is {EXPORT}, cleaned",
    )


def _follow(account: AccountState) -> Verdict:
    if not account.imports:
        return Verdict(False, "There is no import to follow.", "exercise 5")
    counts = {_status(report, "person_count") for report in account.imports if report.get("state") == "completed"}
    if not counts:
        newest = account.imports[0]
        if _ended(newest):
            return Verdict(False, f"The import ended as {newest.get('state')}.", "client.activities.frame()")
        return Verdict(False, "The service is still at work on the import.", "client.activities.wait(activity_id)")
    answers = list(account.answers("Imported"))
    if {str(count) for count in counts} & set(answers):
        return Verdict(True, "The import is completed, and you know how many people it brought.")
    look = 'report["status"]["person_count"], then client.lists.create("Imported: …")'
    if answers:
        return Verdict(False, f"The import did not bring {answers[0] or '(nothing)'} people.", look)
    return Verdict(False, 'No list is named "Imported: …" yet.', look)


def _tag(account: AccountState) -> Verdict:
    tag_id = next(
        (tag["tag_id"] for tag in account.tags if str(tag.get("name", "")).casefold() == TAG.casefold()), None
    )
    if tag_id is None:
        return Verdict(False, f"There is no tag {TAG}.", 'client.call("postTag", body={"name": …})')
    wanted = expected()[2]
    tagged = {address for address, contact in account.members.items() if tag_id in contact.get("taggings", [])}
    if tagged == wanted:
        return Verdict(True, f"All {len(wanted)} volunteers, and nobody else, carry the tag {TAG}.")
    if wanted - tagged:
        return Verdict(
            False,
            f"{len(wanted & tagged)} of {len(wanted)} volunteers carry the tag.",
            "help(client.operations.postTagAddContact), and the column job_title; it is an activity: client.activities.wait(…)",
        )
    return Verdict(False, f"{sorted(tagged - wanted)[0]} carries the tag, but is no volunteer.", "the column job_title")


def _custom_field(account: AccountState) -> Verdict:
    field = next(
        (entry for entry in account.custom_fields if str(entry.get("label", "")).casefold() == FIELD.casefold()), None
    )
    if field is None:
        return Verdict(False, f"There is no custom field {FIELD}.", f'client.custom_fields.find_or_create("{FIELD}")')
    holder = account.members.get(STALLHOLDER)
    if holder is None:
        return Verdict(False, f"{STALLHOLDER} is not on {MARKET}.", "exercise 5")
    values = [
        str(entry.get("value"))
        for entry in holder.get("custom_fields", [])
        if entry.get("custom_field_id") == field["custom_field_id"]
    ]
    if values == [STALL]:
        return Verdict(True, f"{STALLHOLDER} has stall {STALL}.")
    has = f"has stall {values[0]}" if values else "has no stall"
    return Verdict(False, f"{STALLHOLDER} {has}.", "help(client.operations.createOrUpdateContact)")


def _unsubscribe(account: AccountState) -> Verdict:
    if account.leaver is None:
        return Verdict(False, f"{LEAVER} is not in the account.", "exercise 5; unsubscribing is not deleting")
    if permission(account.leaver) != "unsubscribed":
        return Verdict(
            False,
            f"{LEAVER} may still be written to (permission: {permission(account.leaver) or 'none'}).",
            "help(client.operations.putContact): permission_to_send belongs to the email_address",
        )
    if not account.leaver.get("last_name"):
        return Verdict(
            False,
            f"{LEAVER} is unsubscribed, but has lost his name: a PUT clears what it does not bring.",
            "first_name, last_name and the other core properties: send them along",
        )
    return Verdict(True, f"{LEAVER} gets no more mail, and is still Klaus Thorne.")


def _missing(account: AccountState) -> Verdict:
    if permission(account.leaver) != "unsubscribed":
        return Verdict(False, "Nobody is missing yet.", "exercise 9 comes first")
    refused = [report for report in account.imports if _status(report, "cannot_add_to_list_count") > 0]
    if not refused:
        return Verdict(
            False,
            "No import has met him since he left.",
            "imports.import_contacts(client, cleaned, list_id): the same file again does no harm",
        )
    answers = list(account.answers("Missing"))
    if any(answer.casefold() == LEAVER for answer in answers):
        return Verdict(True, f"{LEAVER} is missing, and you know why: only he can come back.")
    if answers:
        return Verdict(False, f"{answers[0] or '(nobody)'} is not the one who is missing.", "outcome.absent")
    return Verdict(
        False, 'No list is named "Missing: …" yet.', 'outcome.absent, then client.lists.create("Missing: …")'
    )


def _come_back(account: AccountState) -> Verdict:
    if permission(account.leaver) != "unsubscribed":
        return Verdict(False, "Nobody has left yet.", "exercise 9 comes first")
    if ((account.leaver or {}).get("email_address") or {}).get("confirm_status") == "pending":
        return Verdict(True, "The one mail is on its way. Until he answers it, he stays unsubscribed.")
    return Verdict(False, f"{LEAVER} was not asked to come back.", "help(client.operations.resubscribeContact)")


def _ended(report: dict[str, Any]) -> bool:
    return bool(report.get("completed_at")) or report.get("state") in {"cancelled", "failed", "timed_out"}


def _status(report: dict[str, Any], count: str) -> int:
    value = (report.get("status") or {}).get(count)
    return value if isinstance(value, int) else 0


EXERCISES = tuple(
    Exercise(number, *rest)
    for number, rest in enumerate(
        [
            ("sign-in", "Sign in", _sign_in),
            ("read", "Read the contacts", _read),
            ("list", "Make a list", _list),
            ("clean", "Clean the export", _clean),
            ("import", "Import it", _import),
            ("follow", "Follow the import", _follow),
            ("tag", "Tag the volunteers", _tag),
            ("custom-field", "Note a stall", _custom_field),
            ("unsubscribe", "Let somebody go", _unsubscribe),
            ("missing", "Find who is missing", _missing),
            ("come-back", "Ask them back", _come_back),
        ],
        start=1,
    )
)
