"""Who is on a list or in the account, by an export: one file for a handful of requests, where pages take one for each 500.

Nobody has published what stands in that file, so it is not believed blindly: its column of addresses is known by its heading or
by its cells, every row has to be whole, and there have to be about as many as the service counts. Otherwise it is `Unusable`, and
the pages are read.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from itertools import chain, islice

from ..api import Client
from ..api.activities import ENDED_BADLY, ended
from ..errors import ApiError, QuotaExceeded, ServiceUnreachable, Unauthorized, UnexpectedAnswer

#: Pages above which an export is the cheaper way: it takes about so many requests itself.
CHEAPER_FROM = 20
#: Seconds between two looks at the export, at first and at last, and after which it is given up.
FIRST_LOOK, LAST_LOOK, PATIENCE = 1.0, 30.0, 900.0
#: Rows that are looked at to find the column of addresses, and the share of them that has to hold one.
LOOKED_AT, MOSTLY = 200, 0.8
#: How many rows more or less than counted are contacts that came or went meanwhile.
MOVING, SHARE = 5, 0.02

_ADDRESS = ("email address", "email_address", "email", "e-mail", "e-mail address")


class Unusable(Exception):
    """The export cannot serve; its text says why, in a few words."""


def exported(client: Client, counted: int, *, list_id: str | None = None, status: str | None = None) -> Iterator[str]:
    """The address of each contact in lower case: of a list, of a status, or of the account.

    `counted` is how many the service counts. Raises `Unusable` before the first one, whatever is wrong with the export.
    """
    text = _file(client, list_id, status)
    names, first, held = _looked_at(text)
    at = _address_column(names, first)
    if at is None:
        raise Unusable("the exported file has no column of addresses")
    if abs(held - counted) > max(MOVING, counted * SHARE):
        raise Unusable(f"the exported file holds {held:,} contacts, and the service counts {counted:,}")
    return (row[at].strip().lower() for row in islice(_rows(text), 1, None))


def _file(client: Client, list_id: str | None, status: str | None) -> str:
    pause, began = FIRST_LOOK, time.monotonic()
    waited = 0.0
    try:
        report = client.activities.export_contacts(
            fields=["email_address"],  # the one field of the file whose name is published, and all that is needed
            list_ids=None if list_id is None else [list_id],
            status=status,
        )
        while not ended(report):
            if max(waited, time.monotonic() - began) > PATIENCE:
                raise Unusable("the export did not complete")
            client.sleep(pause)
            waited += pause
            pause = min(pause * 1.6, LAST_LOOK)
            report = client.activities.get(str(report["activity_id"]))
        if report.get("state") in ENDED_BADLY:
            raise Unusable(f"the export ended as {report.get('state')}")
        return client.activities.exported(report)
    except (QuotaExceeded, Unauthorized):
        raise
    except (
        ApiError,
        ServiceUnreachable,
        UnexpectedAnswer,
        KeyError,
    ) as error:  # the pages say it again where it stays so
        raise Unusable(f"the service did not export ({type(error).__name__})") from error


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of a file, its headings first; blank ones are none."""
    return (row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) if row)


def _looked_at(text: str) -> tuple[list[str], list[list[str]], int]:
    """The headings, the first rows, and how many there are: they are not held, as there may be a million."""
    try:
        rows = _rows(text)
        names = [name.strip().lower() for name in next(rows, [])]
        first: list[list[str]] = []
        held = 0
        for row in rows:
            if len(row) != len(names):
                raise Unusable("rows of the exported file are cut off")
            held += 1
            if held <= LOOKED_AT:
                first.append(row)
    except csv.Error as error:
        raise Unusable("the exported file is no CSV") from error
    return names, first, held


def _address_column(names: list[str], rows: list[list[str]]) -> int | None:
    """By its heading, else by its cells."""
    named = [names.index(name) for name in _ADDRESS if name in names]
    for at in chain(named, range(len(names))):
        held = [row[at] for row in rows if row[at].strip()]
        if held and sum(cell.count("@") == 1 for cell in held) >= MOSTLY * len(held):
            return at
    return named[0] if named and not rows else None
