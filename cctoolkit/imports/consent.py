"""Explicit consent, where a file documents it: each contact by the service's sign-up form, looked up before.

An import makes everybody *implicit*. The form makes *explicit*, and makes no exception for somebody who unsubscribed, or who was
deleted: therefore these are looked up first, and again while it runs, and left out.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..api import Client
from ..api.custom_fields import CustomFields
from ..api.rate_limit import PER_SECOND
from ..errors import BadRequest, CctoolkitError, Conflict, ContactFileError
from ..harmless import harmless
from ..reported import Reported
from .account_reading import AccountReading, ReadingBar
from .changes import ADDRESS
from .checking import check_sendable, checked_list_id, custom_field_names, existing_list, nothing_kept
from .chosen_rows import ChosenRows
from .doors import Door, beside, by_door
from .outcome import unfit_lines
from .rows import CUSTOM, Sendable, key_of_row, keys_of_contact, on_list, permission, rows
from .typed_values import fitted, unfit_frame, unfit_of

if TYPE_CHECKING:
    import pandas as pd

#: The column that says when each contact agreed to email.
CONSENT_DATE = "consent_date"
#: No consent to email is older.
FIRST_DAY = date(1990, 1, 1)
#: After so many contacts it is asked who changed meanwhile: somebody who unsubscribes while it runs is left out, too.
ASKED_AGAIN = 25
#: Seconds that the service's clock and ours may differ by.
CLOCKS = 60
#: Permissions from which the form makes explicit; whoever has another one has said something else.
_FROM = ("implicit", "not_set", "")
_LEFT_OUT = {
    "unsubscribed": "unsubscribed: the form would undo that, and only they may",
    "pending_confirmation": "has not confirmed yet",
    "temp_hold": "is on hold",
}
_DELETED = "was deleted: the form would bring them back"
_ONE_OF_EACH = "the form takes one phone and one postal address: import the file as well for the others"
#: How many contacts of each kind a report lists one by one.
SHOWN = 5
_MEANING = (
    "It tells the service that each of these contacts asked for your email on the day that stands in the file, and that you can "
    "show it. The form itself notes today."
)


@dataclass(frozen=True, eq=False)
class ConsentPlan:
    """Whom the sign-up form would make explicit. `run` does it; reading it changed nothing.

    Frames, a row a contact: `sign_up` (`email`, `consent_date` as MM/DD/YYYY, `now`: the permission, empty for somebody new),
    `left_out` (`email`, `reason`). `done`: how many are explicit and on the list already. `undocumented`: how many rows have no
    day: they are for an import. `unfit`: a row a value that is left out, as it does not fit the type of its custom field. `requests` and `minutes`: what it costs at least.
    """

    list_id: str
    list_name: str
    sign_up: pd.DataFrame = field(repr=False)
    left_out: pd.DataFrame = field(repr=False)
    done: int
    undocumented: int
    requests: int
    minutes: float
    read: str
    requests_read: int
    unfit: pd.DataFrame = field(repr=False)
    _client: Client = field(repr=False)
    _bodies: Mapping[str, dict[str, Any]] = field(repr=False)
    _read_at: datetime = field(repr=False)
    _cleaned: Sendable = field(repr=False)
    _rest: Mapping[str, frozenset[str]] = field(repr=False)

    def rest(self, door: Door | None = None) -> Sendable:
        """The rows without a documented consent, to be imported as ever (`door` as in `import_contacts`)."""
        return ChosenRows(by_door(self._cleaned, door), self._rest)

    def figures(self) -> dict[str, Any]:
        """The counts, for a program."""
        return {
            "sign_up": len(self.sign_up),
            "left_out": len(self.left_out),
            "done": self.done,
            "undocumented": self.undocumented,
            "requests": self.requests,
            "minutes": round(self.minutes, 1),
        }

    def _told(self) -> list[tuple[str, str]]:
        left = self.left_out["reason"].value_counts()
        return [
            ("sign up", f"{len(self.sign_up):,} become explicit, by the service's sign-up form, one request each"),
            ("explicit", f"{self.done:,} are it and on the list already: they are left as they are"),
            *(("left out", f"{count:,} {reason}") for reason, count in left.items()),
            ("no day", f"{self.undocumented:,} rows have no consent_date: for an import, as implicit"),
            *([("by kind", _ONE_OF_EACH)] if any(beside(self._cleaned)) and len(self.sign_up) else []),
        ]

    def cost(self) -> str:
        """What it takes, in words."""
        minutes = f"{self.minutes:.0f} minutes" if self.minutes >= 2 else f"{self.minutes * 60:.0f} seconds"
        budget = self._client.budget
        left = "" if budget is None else f"; {budget.remaining_today:,} requests of today are left"
        return f"{self.read} ({self.requests_read:,} requests). It takes {self.requests:,} requests and at least {minutes}{left}."

    def report(self) -> str:
        """The plan in words, for a terminal."""
        lines = [f"Explicit consent for the list {self.list_name!r} (nothing was sent). {_MEANING}"]
        lines += [f"  {name:<9} {text}" for name, text in self._told()]
        for row in self.sign_up.head(SHOWN).to_dict("records"):
            lines.append(
                f"  sign up   {row['email']}: agreed on {row['consent_date']}, {row['now'] or 'not in the account'} now"
            )
        lines += [f"  left out  {row['email']}" for row in self.left_out.head(SHOWN).to_dict("records")]
        lines += unfit_lines(self.unfit)
        return harmless("\n".join([*lines, self.cost()]), keep="\n")

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        from ..frame import table_html

        table = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th><td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in self._told()
        )
        shown = table_html(self.sign_up.head(SHOWN), labels=False) if len(self.sign_up) else ""
        return (
            f"<p>Explicit consent for the list <b>{html.escape(self.list_name)}</b> (nothing was sent). {html.escape(_MEANING)}</p>"
            f"<table>{table}</table>{shown}{''.join(f'<p>{html.escape(line.strip())}</p>' for line in unfit_lines(self.unfit))}"
            f"<p>{html.escape(self.cost())}</p>"
        )

    def run(self, *, progress: bool = True) -> ConsentOutcome:
        """Sign them up, one after the other. What ends it half-way does no harm: plan anew, and those who are done are not in it.

        Who unsubscribed or was deleted since the plan was made is left out, too; a contact that the service refuses is told in the
        outcome, and the others go on. Whatever else is wrong is raised, with how many were signed up.
        """
        return _SigningUp(self._client, self).run(progress=progress)

    def bodies(self) -> Mapping[str, dict[str, Any]]:
        """What the form is sent for each, by address."""
        return self._bodies

    @property
    def read_at(self) -> datetime:
        """When the account was read."""
        return self._read_at


@dataclass(frozen=True, eq=False, repr=False)
class ConsentOutcome(Reported):
    """What came of it. `signed_up` (`email`, `action`: created or updated), `left_out` and `refused` (`email`, `reason`)."""

    signed_up: pd.DataFrame
    left_out: pd.DataFrame
    refused: pd.DataFrame

    @property
    def completed(self) -> bool:
        """Whether the service took all that were sent."""
        return not len(self.refused)

    def report(self) -> str:
        """In words, for a terminal."""
        lines = [f"{len(self.signed_up):,} contacts were signed up and are explicit"]
        for name, frame in (("left out", self.left_out), ("refused", self.refused)):
            lines += [f"  {name:<9} {row['email']}: {row['reason']}" for row in frame.head(SHOWN).to_dict("records")]
            if len(frame) > SHOWN:
                lines.append(f"  {name:<9} … and {len(frame) - SHOWN:,} more, in .{name.replace(' ', '_')} in Python")
        return harmless("\n".join(lines), keep="\n")

    def _words(self) -> str:
        return self.report()

    @property
    def _well(self) -> bool:
        return self.completed


def plan_consent(client: Client, cleaned: Sendable, list_id: str, *, progress: bool = True) -> ConsentPlan:
    """Read the account, and tell whom the sign-up form would make explicit. Changes nothing; its `run` does it.

    The rows are those with a day in the column `consent_date`, which you name (`clean(…, columns={"OPTIN_TIME": "consent_date"})`):
    nothing is guessed about who agreed. A day that is yet to come documents nothing.

    Raises `ContactFileError` when there is no such column or no row was kept, `NotFound` for a list that does not exist.
    """
    check_sendable(cleaned)
    days = documented(cleaned)
    wanted = checked_list_id(list_id)
    sent = fitted(client, cleaned)
    people = {row["email"].lower(): row for part in sent.parts() for row in rows(part.content) if row.get("email")}
    asked = {key: row for key, row in people.items() if key in days}
    unfit = [each for each in unfit_of(sent) if each.contact.lower() in asked]
    name = str(existing_list(client, wanted).get("name", ""))
    # Those of all rows: the others are imported afterwards, and nothing is to be half-done.
    custom = sorted({heading for row in people.values() for heading in row if heading.lower().startswith(CUSTOM)})
    custom_field_names(client, custom, create=False)
    fields = list(client.custom_fields.iter()) if custom else []
    ids = {
        heading: str(found["custom_field_id"])
        for heading in custom
        if (found := CustomFields.match(fields, heading[len(CUSTOM) :])) is not None
    }
    read_at = datetime.now(UTC)
    bar = ReadingBar("Plan", shown=progress)
    reading = AccountReading(client, ["email"], len(asked), list_id=wanted, tell=bar)
    now: dict[str, str] = {}
    left_out: list[tuple[str, str]] = []
    done: set[str] = set()
    with closing(bar):
        for contact in reading.contacts(lambda: list(asked), set(map(hash, asked))) if asked else ():
            for key in keys_of_contact(contact):
                if key in asked and key not in now:
                    now[key] = permission(contact)
                    if reason := _why_not(contact):
                        left_out.append((asked[key]["email"], reason))
                    elif permission(contact) == "explicit" and on_list(contact, wanted):
                        done.add(key)
    out = {address.lower() for address, _ in left_out}
    chosen = [key for key in asked if key not in out | done]
    requests = len(chosen) + len(chosen) // ASKED_AGAIN + (1 if chosen else 0)
    rest = {key: frozenset[str]() for key in _keys(sent) if key not in asked}

    from ..frame import Frame

    return ConsentPlan(
        list_id=wanted,
        list_name=name,
        sign_up=Frame(
            [(asked[key]["email"], days[key], now.get(key, "")) for key in chosen],
            columns=["email", CONSENT_DATE, "now"],
            dtype="string",
        ),
        left_out=Frame(left_out, columns=["email", "reason"], dtype="string"),
        done=len(done),
        undocumented=len(rest),
        requests=requests,
        minutes=requests / PER_SECOND / 60,
        read=reading.said or "Nobody was looked up",
        requests_read=reading.requests,
        unfit=unfit_frame(unfit),
        _client=client,
        _bodies={key: _form(asked[key], wanted, ids) for key in chosen},
        _read_at=read_at,
        _cleaned=cleaned,
        _rest=rest,
    )


def documented(cleaned: Any) -> dict[str, str]:
    """The day on which each address agreed, as MM/DD/YYYY.

    Raises `ContactFileError` when no column says it, or no row was kept.
    """
    if not callable(getattr(cleaned, "blocks", None)):
        raise ContactFileError("Give it what contact_files.clean(...) returned: it knows the columns of the file.")
    found: dict[str, str] = {}
    names: list[str] = []
    for block in cleaned.blocks():
        names = block.column_names
        if CONSENT_DATE not in names:
            break
        for address, day in zip(block["email"].to_pylist(), block[CONSENT_DATE].to_pylist(), strict=True):
            # A day that is yet to come documents nothing, and so does one from before there was email: programs write 1970 for none.
            if address and day and FIRST_DAY <= datetime.strptime(day, "%m/%d/%Y").date() <= datetime.now(UTC).date():
                found[address.lower()] = day
    if not names:
        raise nothing_kept(cleaned)
    if CONSENT_DATE not in names:
        maybe = next(iter(_candidates(cleaned)), "HEADING")
        raise ContactFileError(
            "No column says, in dates, when each contact agreed to your email, and without that nobody is made explicit. Say which it is with "
            f"--map '{maybe}={CONSENT_DATE}' (in Python, columns={{{maybe!r}: {CONSENT_DATE!r}}}), or import without --consent."
        )
    return found


def _candidates(cleaned: Any) -> Iterable[str]:
    """Columns that are not imported and are called like one."""
    from ..contact_files.columns.words import words

    said = {"optin", "consent", "agreed", "confirmed", "confirm", "signup", "subscribed", "subscription", "optintime"}
    for row in cleaned.columns.to_dict("records"):
        if row["becomes"] == "not imported" and said & set(words(row["column"])):
            yield row["column"]


def _why_not(contact: Mapping[str, Any]) -> str:
    """Why a contact is not signed up; empty where nothing speaks against it."""
    if contact.get("deleted_at"):
        return _DELETED
    said = permission(contact)
    if said in (*_FROM, "explicit"):
        return ""
    return _LEFT_OUT.get(said, f"is {said}")


def _keys(cleaned: Sendable) -> list[str]:
    return [key_of_row(row) for part in cleaned.parts() for row in rows(part.content)]


def _form(row: Mapping[str, str], list_id: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """The sign-up form of a row: it takes one phone and one postal address."""
    form: dict[str, Any] = {"email_address": row["email"], "list_memberships": [list_id]}
    for name in ("first_name", "last_name", "job_title", "company_name", "anniversary"):
        if name in row:
            form[name] = row[name]
    form |= {name: int(row[name]) for name in ("birthday_month", "birthday_day") if name in row}
    if "phone" in row:
        form["phone_number"] = row["phone"]
    street = ", ".join(filter(None, [row.get("street"), row.get("street2")]))
    address = {"street": street} | {stored: row.get(name, "") for name, stored in ADDRESS.items()}
    if any(address.values()):
        form["street_address"] = {"kind": "home"} | {name: value for name, value in address.items() if value}
    values = [{"custom_field_id": ids[name], "value": row[name]} for name in row if name in ids]
    if values:
        form["custom_fields"] = values
    return form


class _SigningUp:
    """One run of a plan."""

    def __init__(self, client: Client, plan: ConsentPlan) -> None:
        self._client, self._plan = client, plan
        self._since = plan.read_at - timedelta(seconds=CLOCKS)
        self._gone: dict[str, str] = {}

    def run(self, *, progress: bool) -> ConsentOutcome:
        from tqdm.auto import tqdm

        from ..frame import Frame

        signed: list[tuple[str, str]] = []
        left: list[tuple[str, str]] = list(self._plan.left_out.itertuples(index=False, name=None))
        refused: list[tuple[str, str]] = []
        bodies = list(self._plan.bodies().items())
        with tqdm(total=len(bodies), desc="Signing up", disable=not progress) as bar:
            try:
                for number, (key, form) in enumerate(bodies):
                    if number % ASKED_AGAIN == 0:
                        self._ask_again()
                    bar.update()
                    if key in self._gone:
                        left.append((form["email_address"], self._gone[key]))
                        continue
                    try:
                        answer = self._client.contacts.sign_up(**form)
                    except (BadRequest, Conflict) as error:
                        refused.append((form["email_address"], str(error)))
                    else:
                        signed.append((form["email_address"], str(answer.get("action") or "")))
            except (CctoolkitError, KeyboardInterrupt) as error:
                said = f"{len(signed):,} of {len(bodies):,} contacts were signed up. Do it again: those are left alone."
                if isinstance(error, CctoolkitError):
                    error.add_note(said)
                    raise
                raise KeyboardInterrupt(said) from None
        return ConsentOutcome(
            Frame(signed, columns=["email", "action"], dtype="string"),
            Frame(left, columns=["email", "reason"], dtype="string"),
            Frame(refused, columns=["email", "reason"], dtype="string"),
        )

    def _ask_again(self) -> None:
        """Who changed since the account was read, and may not be signed up any more."""
        asked = datetime.now(UTC)
        since = self._since.strftime("%Y-%m-%dT%H:%M:%SZ")
        changed = self._client.contacts.iter(status="all", updated_after=since)
        for contact in changed:
            for key in keys_of_contact(contact):
                if reason := _why_not(contact):
                    self._gone[key] = reason
        self._since = asked - timedelta(seconds=CLOCKS)
