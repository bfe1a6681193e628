"""What an import would do, read from the account before anything is sent."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..api import Client, exports
from ..api.contacts import PAGE
from ..api.export_reading import By
from ..api.rate_limit import PER_SECOND
from ..harmless import harmless
from .account_reading import AccountReading, ReadingBar
from .changes import changes
from .checking import check_sendable, checked_list_id
from .doors import Door, by_door, door_of, said_of
from .kept_rows import KeptRows
from .outcome import unfit_lines
from .rows import Sendable, keys_of_contact, on_list, permission
from .typed_values import fitted, unfit_frame, unfit_of

if TYPE_CHECKING:
    import pandas as pd

#: How many changes a report lists one by one.
SHOWN = 10
#: Requests of an import besides its files: the account, its lists, and a few looks at the activities.
BESIDES = 6
#: What checking a large list takes, about: it is exported.
AN_EXPORT = 10


@dataclass(frozen=True, eq=False)
class Preview:
    """What an import would do.

    `new`: contacts that it would add. `changed`: a row a value, `from` what `to` what. `unchanged`: contacts that have
    all of it already. `unsubscribed`: contacts that cannot be put on the list. `on_list`: contacts that are on it
    already; `joining`: those that come onto it, the new ones among them. `requests` and `minutes` are what the import
    costs at least; `remaining_today` is what is left of the day's requests, None where nobody counts. `read` says how
    the account was read, with `requests_read` requests. `missing_custom_fields` have to be made before an import.
    `unfit`: a row a value that an import would leave out, as it does not fit the type of its custom field. `door`: how it
    is sent, as `csv` or `json`.
    """

    new: pd.DataFrame
    changed: pd.DataFrame
    unchanged: pd.DataFrame
    unsubscribed: pd.DataFrame
    on_list: pd.DataFrame
    joining: pd.DataFrame
    requests: int
    minutes: float
    remaining_today: int | None
    read: str
    requests_read: int
    missing_custom_fields: tuple[str, ...] = ()
    unfit: pd.DataFrame | None = field(default=None, repr=False)
    door: Door = "csv"
    _beside: str = field(default="", repr=False)
    _name: str = field(default="contact", repr=False)

    @property
    def affordable(self) -> bool:
        """Whether the day's requests are enough for the import."""
        return self.remaining_today is None or self.requests <= self.remaining_today

    def figures(self) -> dict[str, Any]:
        """The counts, for a program."""
        return {
            "new": len(self.new),
            "changed": self.changed_contacts,
            "unchanged": len(self.unchanged),
            "unsubscribed": len(self.unsubscribed),
            "on_list": len(self.on_list),
            "joining": len(self.joining),
            "requests": self.requests,
            "minutes": round(self.minutes, 1),
            "remaining_today": self.remaining_today,
            "door": self.door,
        }

    @property
    def changed_contacts(self) -> int:
        """How many contacts have a value that would change."""
        return int(self.changed[self._name].nunique())

    def _counts(self) -> list[tuple[str, str]]:
        missing = ", ".join(map(repr, self.missing_custom_fields))
        return [
            ("new", f"{len(self.new):,}"),
            ("changed", f"{self.changed_contacts:,} (in {len(self.changed):,} values)"),
            ("unchanged", f"{len(self.unchanged):,}"),
            ("the list", f"{len(self.on_list):,} are on it already, {len(self.joining):,} come onto it"),
            ("unsubscribed", f"{len(self.unsubscribed):,} cannot be put on it: only they can undo that"),
            *([("by kind", self._beside)] if self._beside else []),
            *([("custom fields", f"{missing} are not in the account: the import has to make them")] if missing else []),
        ]

    def cost(self) -> str:
        """What reading the account took, and what the import takes, in words."""
        text = f"{self.read} ({self.requests_read:,} requests). The import takes about {self.requests:,} requests and at least {_minutes(self.minutes)}"
        if self.remaining_today is None:
            return f"{text}."
        if self.affordable:
            return f"{text}; {self.remaining_today:,} requests of today are left."
        return (
            f"{text}, but only {self.remaining_today:,} requests of today are left: begin after 00:00 UTC, or resume it "
            "then."
        )

    def report(self) -> str:
        """The preview in words, for a terminal."""
        lines = ["What the import would do (nothing was sent):"]
        lines += [f"  {name:<13} {text}" for name, text in self._counts()]
        for row in self.changed.head(SHOWN).to_dict("records"):
            lines.append(f"  change        {row[self._name]}: {row['field']} {row['from']!r} -> {row['to']!r}")
        lines += unfit_lines(self.unfit)
        if len(self.changed) > SHOWN:
            lines.append(f"  change        … and {len(self.changed) - SHOWN:,} more, in .changed in Python")
        return harmless("\n".join([*lines, self.cost()]), keep="\n")

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        from ..frame import table_html

        left_out = "".join(f"<p>{html.escape(line.strip())}</p>" for line in unfit_lines(self.unfit))
        counts = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th><td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in self._counts()
        )
        table = table_html(self.changed.head(SHOWN), labels=False) if len(self.changed) else ""
        more = f"<p>… and {len(self.changed) - SHOWN:,} more, in .changed</p>" if len(self.changed) > SHOWN else ""
        return (
            f"<p>What the import would do (nothing was sent):</p><table>{counts}</table>{table}{more}{left_out}"
            f"<p>{html.escape(self.cost())}</p>"
        )


def preview(
    client: Client,
    cleaned: Sendable,
    list_id: str | None,
    *,
    progress: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
    by: By | None = None,
    door: Door | None = None,
) -> Preview:
    """Read the account and tell what importing the kept rows into the list would do. Changes nothing.

    `list_id` None is a list that is yet to be made. Few contacts are looked up one by one; otherwise all contacts of the
    account are read, 500 in a request, or, where that is more than 20 requests, by exports of the account and the list.
    `door` is how it would be sent, as in `import_contacts`.
    `by` says which (`"pages"`, `"export"`); an export that does not serve leaves it to the others. `on_progress` is told
    how many contacts of how many were read, now and then; what it raises ends the reading.

    Raises `ContactFileError` when no row was kept.
    """
    check_sendable(cleaned)
    wanted = None if list_id is None else checked_list_id(list_id)
    cleaned = fitted(client, by_door(cleaned, door))
    # A temporary database of SQLite's own: in memory while it is small, on disk when it is not, gone when it is closed.
    with closing(KeptRows(cleaned)) as kept:
        return _Comparison(client, kept, wanted, progress=progress, tell=on_progress, by=by).run(cleaned)


class _Comparison:
    def __init__(
        self,
        client: Client,
        kept: KeptRows,
        list_id: str | None,
        *,
        progress: bool,
        tell: Callable[[int, int], None] | None,
        by: By | None,
    ) -> None:
        self._client, self._kept, self._list_id = client, kept, list_id
        self._tell = tell
        self._bar = ReadingBar("Preview", shown=progress)
        self._requests = 0
        self._changed: list[tuple[int, str, str, str, str]] = []
        self._frames: dict[str, list[tuple[int, str]]] = {
            name: [] for name in ("new", "unchanged", "unsubscribed", "on_list", "joining")
        }
        self._reading = AccountReading(client, kept.headings, kept.count, list_id=list_id, by=by, tell=self._told)
        self._custom_fields = self._reading.custom_fields

    def run(self, cleaned: Sendable) -> Preview:
        for contact in self._contacts():
            for place, row in self._kept.find(keys_of_contact(contact)):
                self._compare(place, row, contact)
        for place, row in self._kept.unseen():
            self._note("new", place, row)
            self._note("joining", place, row)
        members = 0
        if self._list_id is not None:
            members = self._client.contacts.count(lists=self._list_id, status="all")
            self._requests += 1
        after = math.ceil((members + len(self._frames["joining"])) / PAGE) or 1
        if after > exports.CHEAPER_FROM:
            after = AN_EXPORT
        requests = BESIDES + self._kept.parts + after
        budget = self._client.budget
        return Preview(
            changed=self._changed_frame(),
            requests=requests,
            minutes=requests / PER_SECOND / 60,
            remaining_today=None if budget is None else budget.remaining_today,
            read=self._reading.said,
            requests_read=self._requests + self._reading.requests,
            missing_custom_fields=self._custom_fields.missing,
            unfit=unfit_frame(unfit_of(cleaned)),
            door=door_of(cleaned),
            _beside=said_of(cleaned),
            _name=self._column,
            **{name: self._frame(entries) for name, entries in self._frames.items()},
        )

    @property
    def _column(self) -> str:
        """What the frames name a contact by."""
        return "email" if "email" in self._kept.headings else "sms_number"

    def _contacts(self) -> Iterator[dict[str, Any]]:
        """Contacts among which all are that the account has of the rows."""
        addresses = lambda: [row["email"] for _, row in list(self._kept.unseen())]  # noqa: E731
        with closing(self._bar):
            yield from self._reading.contacts(addresses, self._kept.hashes)

    def _told(self, read: int, expected: int) -> None:
        self._bar(read, expected)
        if self._tell is not None:
            self._tell(read, expected)

    def _compare(self, place: int, row: Mapping[str, str], contact: Mapping[str, Any]) -> None:
        found = changes(row, contact, self._custom_fields)
        self._changed += [(place, self._name(row), *change) for change in found]
        if not found:
            self._note("unchanged", place, row)
        if self._list_id is not None and on_list(contact, self._list_id):
            self._note("on_list", place, row)
        elif permission(contact) == "unsubscribed":
            self._note("unsubscribed", place, row)
        else:
            self._note("joining", place, row)

    def _note(self, name: str, place: int, row: Mapping[str, str]) -> None:
        self._frames[name].append((place, self._name(row)))

    @staticmethod
    def _name(row: Mapping[str, str]) -> str:
        return row.get("email") or row.get("sms_number", "")

    def _frame(self, entries: list[tuple[int, str]]) -> pd.DataFrame:
        import pandas as pd

        from ..frame import Frame

        return Frame({self._column: pd.array([name for _, name in sorted(entries)], dtype="string")})

    def _changed_frame(self) -> pd.DataFrame:
        import pandas as pd

        from ..frame import Frame

        entries = sorted(self._changed, key=lambda entry: entry[0])
        columns = (self._column, "field", "from", "to")
        values = [[str(entry[index]) for entry in entries] for index in range(1, len(columns) + 1)]
        return Frame({column: pd.array(found, dtype="string") for column, found in zip(columns, values, strict=True)})


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} minutes" if minutes >= 2 else f"{math.ceil(minutes * 60)} seconds"
