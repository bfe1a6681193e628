"""What it takes to keep a list in step with a file: who joins, changes, leaves; read from the account before anything is sent."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..api import Client, exports
from ..api.contacts import PAGE
from ..api.export_reading import By
from ..harmless import harmless
from .account_reading import AccountReading, ReadingBar
from .changes import Change, changes, has_text_messages, second_lines_there
from .checking import check_sendable, checked_list_id, existing_list
from .chosen_rows import ChosenRows
from .doors import Door, by_door, door_of, said_of
from .following import Progress
from .kept_rows import KeptRows
from .outcome import unfit_lines
from .preview import AN_EXPORT, BESIDES
from .rows import Sendable, key_of_row, keys_of_contact, on_list, permission
from .typed_values import Unfit, fitted, unfit_frame, unfit_of

if TYPE_CHECKING:
    import pandas as pd

    from .sync_outcome import SyncOutcome

#: Contacts that one request takes off a list.
AT_ONCE = 500
#: The share of a list above which its leaving has to be said twice: a file that is cut off looks like that.
MANY = 0.1
#: What finding the list takes.
LISTS = 1
#: How many contacts of a step a report lists one by one.
SHOWN = 5
#: Permissions under which an import leaves a contact's consent as it is.
_SAFE = ("explicit", "implicit", "")
_COLOURS = {
    "join": "#1b7f4b",
    "change": "#b8860b",
    "stay": "#8a8f98",
    "leave": "#c0392b",
    "would come back": "#6a4c93",
    "cannot": "#34495e",
}
#: What an import sets anew, whoever agreed to what before.
_TEXT_MESSAGES = frozenset({"sms_number", "sms_consent_date"})


@dataclass(frozen=True)
class Leaver:
    """A contact that is on the list and not in the file; without an id where the account was read by an export."""

    name: str
    contact_id: str | None
    updated_at: str | None = None


@dataclass(frozen=True, eq=False)
class SyncPlan:
    """What a list needs to be in step with a file. `run` does it; reading it changed nothing.

    Frames, a row a contact, by `email` (or `sms_number`): `join` come onto the list (`new`: into the account, too); `leave`
    are on the list and not in the file; `would_come_back` were deleted from the account; `cannot` stay out, each with its
    `reason`. `change` has a row a value, `from` what `to` what. `stay`: how many need nothing. `members`: how many are on
    the list. `requests`: what doing it costs, about. `read`: how the account was read, with `requests_read` requests.
    """

    list_id: str
    list_name: str
    join: pd.DataFrame = field(repr=False)
    change: pd.DataFrame = field(repr=False)
    leave: pd.DataFrame = field(repr=False)
    would_come_back: pd.DataFrame = field(repr=False)
    cannot: pd.DataFrame = field(repr=False)
    stay: int
    members: int
    requests: int
    read: str
    requests_read: int
    _run: Callable[..., SyncOutcome] = field(repr=False)
    _cleaned: Sendable = field(repr=False)
    _leavers: tuple[Leaver, ...] = field(repr=False)
    #: Rows to send, by what their contacts are known by, and the columns that are left out of each; those of the deleted.
    _rows: Mapping[str, frozenset[str]] = field(repr=False)
    _deleted: Mapping[str, frozenset[str]] = field(repr=False)
    _name: str = field(repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether the list is in step already: nobody joins, changes or leaves."""
        return not (len(self.join) or len(self.change) or len(self.leave))

    def sent(self, *, bring_back: bool) -> int:
        """How many contacts are imported."""
        return len(self._rows) + (len(self._deleted) if bring_back else 0)

    @property
    def leaves_many(self) -> bool:
        """Whether more than a tenth of the list would leave: a file that was cut off, or another one, looks like that."""
        return len(self.leave) > self.members * MANY

    def figures(self) -> dict[str, int]:
        """The counts, for a program."""
        counts = {name.replace(" ", "_"): count for name, count in self._counts().items()}
        return {**counts, "members": self.members, "requests": self.requests}

    @property
    def _changed(self) -> int:
        return int(self.change[self._name].nunique())

    def run(
        self,
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
    ) -> SyncOutcome:
        """Do what the plan says: import who joins or changes and, with `remove`, take who leaves off the list.

        Nobody is deleted, and nobody's consent is changed. `remove_many` says again that more than a tenth of the list is to
        leave. `bring_back` imports those who were deleted from the account, too. All else is as in `import_contacts`, the
        journal that `resume` goes on from with it.

        Raises `Declined` when more than a tenth would leave and that was not said again; nothing was sent then.
        """
        return self._run(
            self,
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

    def unfit_values(self) -> list[Unfit]:
        """Values of the rows that are left out, as they do not fit the type of their custom field."""
        return unfit_of(self._cleaned)

    @property
    def door(self) -> Door:
        """How those who join or change are sent: as `csv` or as `json`."""
        return door_of(self._cleaned)

    def leavers(self) -> tuple[Leaver, ...]:
        return self._leavers

    def to_send(self, *, bring_back: bool) -> Sendable:
        """The rows of those who join or change, as files of an import."""
        return ChosenRows(self._cleaned, {**self._rows, **(self._deleted if bring_back else {})})

    def _counts(self) -> dict[str, int]:
        return {
            "join": len(self.join),
            "change": self._changed,
            "stay": self.stay,
            "leave": len(self.leave),
            "would come back": len(self.would_come_back),
            "cannot": len(self.cannot),
        }

    def _told(self) -> list[tuple[str, int, str]]:
        counts = self._counts()
        new = int(self.join["new"].sum())
        told = [
            ("join", counts["join"], f"come onto the list, {new:,} of them new to the account"),
            ("change", counts["change"], f"get other values, {len(self.change):,} in all"),
            ("stay", counts["stay"], "need nothing"),
            (
                "leave",
                counts["leave"],
                "are on the list and not in the file: with remove=True they leave the list, not the account",
            ),
            (
                "would come back",
                counts["would come back"],
                "were deleted from the account: they stay so, unless bring_back=True",
            ),
            ("cannot", counts["cannot"], _reasons(self.cannot["reason"])),
        ]
        return [each for each in told if each[1] or each[0] in ("join", "change", "stay", "leave")]

    def cost(self) -> str:
        """What reading took, and what doing it takes, in words."""
        doing = f"Doing it takes about {self.requests:,} requests."
        if not self.requests:
            doing = f"There is nothing to do{', unless bring_back=True' if len(self.would_come_back) else ''}."
        return f"{self.read} ({self.requests_read:,} requests). {doing}"

    def warning(self) -> str:
        """What has to be looked at twice; empty as a rule."""
        if not self.leaves_many:
            return ""
        return (
            f"{len(self.leave):,} of the list's {self.members:,} contacts would leave, more than a tenth: is this the whole "
            "file, and the right list? They leave only with remove_many=True beside remove=True (--remove-many)."
        )

    def report(self) -> str:
        """The plan in words, for a terminal."""
        lines = [f"To bring the list {self.list_name!r} in step with the file (nothing was changed):"]
        lines += [f"  {name:<16} {count:>7,} {text}" for name, count, text in self._told()]
        for row in self.change.head(SHOWN).to_dict("records"):
            lines.append(f"  change           {row[self._name]}: {row['field']} {row['from']!r} -> {row['to']!r}")
        for name, frame in (("join", self.join), ("leave", self.leave), ("would come back", self.would_come_back)):
            lines += [f"  {name:<16} {each}" for each in frame[self._name].head(SHOWN)]
            if len(frame) > SHOWN:
                lines.append(f"  {name:<16} … and {len(frame) - SHOWN:,} more, in .{name.replace(' ', '_')} in Python")
        if kinds := said_of(self._cleaned):
            lines.append(f"  {'by kind':<16} {kinds}")
        lines += unfit_lines(unfit_frame(self.unfit_values()))
        if self.warning():
            lines.append(f"Look twice: {self.warning()}")
        return harmless("\n".join([*lines, self.cost()]), keep="\n")

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        from ..contact_files.report import chart
        from ..frame import table_html

        words = ", ".join(f"{count:,} {name}" for name, count in self._counts().items())
        table = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th><td>{count:,}</td>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, count, text in self._told()
        )
        shown = table_html(self.change.head(SHOWN), labels=False) if len(self.change) else ""
        kinds = said_of(self._cleaned)
        warning = f"<p>{html.escape(kinds)}</p>" if kinds else ""
        warning += f"<p><b>Look twice: {html.escape(self.warning())}</b></p>" if self.warning() else ""
        return (
            f"<p>To bring the list <b>{html.escape(self.list_name)}</b> in step with the file (nothing was changed):</p>"
            f"{chart(self._counts(), words, _COLOURS)}<table>{table}</table>{shown}{warning}"
            f"<p>{html.escape(self.cost())}</p>"
        )


def planned(
    client: Client,
    cleaned: Sendable,
    list_id: str,
    do: Callable[..., SyncOutcome],
    *,
    progress: bool = True,
    by: By | None = None,
    door: Door | None = None,
) -> SyncPlan:
    """The plan; `do` is what its `run` calls, with the plan and the choices."""
    check_sendable(cleaned)
    wanted = checked_list_id(list_id)
    cleaned = fitted(client, by_door(cleaned, door))
    with closing(KeptRows(cleaned)) as kept:
        chosen = existing_list(client, wanted)
        planning = _Planning(client, cleaned, kept, wanted, str(chosen.get("name", "")), progress=progress, by=by)
        return planning.run(do)


class _Planning:
    def __init__(
        self,
        client: Client,
        cleaned: Sendable,
        kept: KeptRows,
        list_id: str,
        list_name: str,
        *,
        progress: bool,
        by: By | None,
    ) -> None:
        self._client, self._cleaned, self._kept = client, cleaned, kept
        self._list_id, self._list_name = list_id, list_name
        self._name = "email" if "email" in kept.headings else "sms_number"
        self._join: list[tuple[int, str, bool]] = []
        self._changes: list[tuple[int, str, str, str, str]] = []
        self._back: list[tuple[int, str]] = []
        self._cannot: list[tuple[int, str, str]] = []
        self._leavers: list[Leaver] = []
        self._stay = self._members = 0
        self._rows: dict[str, frozenset[str]] = {}
        self._deleted: dict[str, frozenset[str]] = {}
        self._seen: set[int] = set()
        self._bar = ReadingBar("Plan", shown=progress)
        self._reading = AccountReading(
            client, kept.headings, kept.count, list_id=list_id, by=by, members=True, tell=self._bar
        )
        self._custom_fields = self._reading.custom_fields

    def run(self, do: Callable[..., SyncOutcome]) -> SyncPlan:
        for contact in self._contacts():
            keys = keys_of_contact(contact)
            name = next(iter(keys), str(contact.get("contact_id")))
            if hash(name) in self._seen:  # contacts that change while they are read may come twice
                continue
            self._seen.add(hash(name))
            member = on_list(contact, self._list_id)
            self._members += member
            if member and not self._kept.has(keys):
                self._leavers.append(Leaver(name, contact.get("contact_id"), contact.get("updated_at")))
            for place, row in self._kept.find(keys):
                self._compare(place, row, contact, member=member)
        for place, row in self._kept.unseen():
            self._join.append((place, self._called(row), True))
            self._rows[key_of_row(row)] = frozenset()
        return self._plan(do)

    def _contacts(self) -> Iterator[dict[str, Any]]:
        with closing(self._bar):
            yield from self._reading.contacts(lambda: (), self._kept.hashes)

    def _compare(self, place: int, row: Mapping[str, str], contact: Mapping[str, Any], *, member: bool) -> None:
        allowed, key = permission(contact), key_of_row(row)
        left_out: frozenset[str] = frozenset()
        left_out |= second_lines_there(row, contact)
        if has_text_messages(contact) and "sms_number" in row:
            left_out |= _TEXT_MESSAGES
        row = {name: value for name, value in row.items() if name not in left_out or key == key_of_row({name: value})}
        if contact.get("deleted_at"):
            self._back.append((place, self._called(row)))
            self._deleted[key] = left_out
        elif "email" not in row and _TEXT_MESSAGES & left_out and not (member and not self._changed(row, contact)):
            reason = "an import would set the consent to text messages anew"
            self._cannot.append((place, self._called(row), reason))
        elif allowed == "unsubscribed":
            self._cannot.append((place, self._called(row), "unsubscribed: only the person can undo that"))
        elif "email" in row and allowed not in _SAFE:
            reason = f"the permission is {allowed}, which an import could change"
            self._cannot.append((place, self._called(row), reason))
        else:
            found = self._changed(row, contact)
            self._changes += [(place, self._called(row), *change) for change in found if member]
            if not member:
                self._join.append((place, self._called(row), False))
            elif not found:
                self._stay += 1
            if found or not member:
                self._rows[key] = left_out

    def _changed(self, row: Mapping[str, str], contact: Mapping[str, Any]) -> list[Change]:
        return changes(row, contact, self._custom_fields)

    def _called(self, row: Mapping[str, str]) -> str:
        return row.get("email") or row.get("sms_number", "")

    def _plan(self, do: Callable[..., SyncOutcome]) -> SyncPlan:
        send = len(self._rows)
        batches = math.ceil(len(self._leavers) / AT_ONCE)
        pages = math.ceil((self._members + len(self._join)) / PAGE) or 1
        unknown = sum(leaver.contact_id is None for leaver in self._leavers)
        requests = (
            BESIDES
            + (self._kept.parts if send else 0)
            + 2 * batches
            + min(unknown, pages)  # their ids are looked up, one by one or by pages of the list
            + (AN_EXPORT if pages > exports.CHEAPER_FROM else pages)
        )
        leave = sorted(self._leavers, key=lambda leaver: leaver.name)
        return SyncPlan(
            list_id=self._list_id,
            list_name=self._list_name,
            join=_frame(sorted(self._join), self._name, "new"),
            change=_frame(sorted(self._changes), self._name, "field", "from", "to"),
            leave=_frame([(0, leaver.name) for leaver in leave], self._name),
            would_come_back=_frame(sorted(self._back), self._name),
            cannot=_frame(sorted(self._cannot), self._name, "reason"),
            stay=self._stay,
            members=self._members,
            requests=requests if send or leave else 0,
            read=self._reading.said,
            requests_read=LISTS + self._reading.requests,
            _run=do,
            _cleaned=self._cleaned,
            _leavers=tuple(leave),
            _rows=self._rows,
            _deleted=self._deleted,
            _name=self._name,
        )


def _frame(entries: list[Any], *names: str) -> pd.DataFrame:
    """A frame of entries, whose first value is their place in the file."""
    import pandas as pd

    from ..frame import Frame

    columns = {}
    for index, name in enumerate(names, start=1):
        values = [entry[index] for entry in entries]
        columns[name] = pd.array(values, dtype="boolean" if name == "new" else "string")
    return Frame(columns)


def _reasons(reasons: Iterable[str]) -> str:
    counted: dict[str, int] = {}
    for reason in reasons:
        counted[str(reason)] = counted.get(str(reason), 0) + 1
    return "; ".join(f"{reason} ({count:,})" for reason, count in counted.items())
