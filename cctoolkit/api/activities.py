"""Bulk activities: jobs that the service does in its own time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote, urlsplit

from ..errors import ActivityFailed, BadRequest, ContactFileError, UnexpectedAnswer
from .paging import pages, records
from .transport import Transport

if TYPE_CHECKING:
    import pandas as pd

PAGE = 500
ENDED_BADLY = ("cancelled", "failed", "timed_out")
#: Seconds between two looks at an activity: short at first, because a small import is done at once.
FIRST_LOOK, LAST_LOOK = 0.5, 5.0


class Activities:
    """The account's activities of the last ten days."""

    def __init__(self, transport: Transport, sleep: Callable[[float], None] = time.sleep) -> None:
        self._transport = transport
        #: Waits so many seconds between two looks at an activity.
        self.sleep = sleep

    def iter(self, *, state: str | None = None) -> Iterator[dict[str, Any]]:
        """Each report, over all pages."""
        for page in pages(self._transport, "/activities", {"state": state, "limit": PAGE}):
            yield from records(page, "activities")

    def frame(self, **filters: Any) -> pd.DataFrame:
        """All reports as a DataFrame, a row each."""
        from .. import frames

        return frames.activities(self.iter(**filters))

    def get(self, activity_id: str) -> dict[str, Any]:
        """The report as it is now. Raises `NotFound` for an unknown one, or one older than ten days."""
        if not activity_id.strip():
            raise BadRequest(400, "", "the activity_id is empty", "")
        return self._transport.get(f"/activities/{quote(activity_id.strip(), safe='')}")

    def import_csv(
        self,
        file: str | Path | bytes,
        list_ids: str | Iterable[str],
        *,
        file_name: str | None = None,
        sms_permission_to_send: str | None = None,
        repeatable: bool = True,
    ) -> dict[str, Any]:
        """Send a clean CSV file; its contacts are added to the lists or updated. Returns the first report.

        `file` is a path or the content itself; its headings are the service's own, as
        `cctoolkit.contact_files.clean` writes them. An import is an upsert by address, so it is sent again when no
        answer came; with `repeatable=False` it is not, and `OutcomeUnknown` is raised.

        Raises `ContactFileError` when the file cannot be read.
        """
        if isinstance(file, bytes):
            content, name = file, file_name or "contacts.csv"
        else:
            try:
                content, name = Path(file).read_bytes(), file_name or Path(file).name
            except OSError as error:
                raise ContactFileError(f"{file} cannot be read ({error.strerror}): check the path.") from error
        wanted = [list_ids] if isinstance(list_ids, str) else list(list_ids)
        form = {"list_ids": ",".join(wanted)}
        if sms_permission_to_send is not None:
            form["sms_permission_to_send"] = sms_permission_to_send
        return self._transport.request(
            "POST",
            "/activities/contacts_file_import",
            files={"file": (name, content, "text/csv")},
            data=form,
            repeatable=repeatable,
        )

    def import_json(
        self,
        contacts: Iterable[Mapping[str, Any]],
        list_ids: str | Iterable[str],
        *,
        sms_permission_to_send: str | None = None,
        repeatable: bool = True,
    ) -> dict[str, Any]:
        """Send contacts as JSON; they are added to the lists or updated. Returns the first report.

        A contact has an `email` or an `sms_number`, and what a CSV file takes; besides, phones and postal addresses by kind
        (`home_phone`, `work_street`, …), of which the service takes three each. 40,000 contacts and 4 MB are the most of one
        request. Its activity has no file name to be found by. It is sent again as `import_csv` is.
        """
        body: dict[str, Any] = {
            "import_data": [dict(contact) for contact in contacts],
            "list_ids": [list_ids] if isinstance(list_ids, str) else list(list_ids),
        }
        if sms_permission_to_send is not None:
            body["sms_permission_to_send"] = sms_permission_to_send
        return self._transport.request("POST", "/activities/contacts_json_import", json=body, repeatable=repeatable)

    def remove_from_list(self, list_id: str, contact_ids: Iterable[str]) -> dict[str, Any]:
        """Take contacts off a list, 500 at most; they stay in the account. Returns the first report of the activity.

        Raises `OutcomeUnknown` when there is no answer: who is on the list says whether it was carried out.
        """
        body = {"source": {"contact_ids": list(contact_ids)}, "list_ids": [list_id]}
        return self._transport.post("/activities/remove_list_memberships", body)

    def export_contacts(
        self,
        *,
        fields: Iterable[str] | None = None,
        list_ids: Iterable[str] | None = None,
        tag_ids: Iterable[str] | None = None,
        status: str | None = None,
    ) -> dict[str, Any]:
        """Have the service write contacts into a CSV file: those of lists, of tags, of a status, or all. Returns the first
        report.

        Nothing is changed by it. `fields` are the service's names, all without it. `exported` fetches the file once the
        activity is completed.
        """
        names = {"fields": fields, "list_ids": list_ids, "tag_ids": tag_ids}
        body = {name: value and list(value) for name, value in names.items()} | {"status": status}
        given = {name: value for name, value in body.items() if value}
        return self._transport.request("POST", "/activities/contact_exports", json=given, repeatable=True)

    def exported(self, report: Mapping[str, Any], *, into: BinaryIO | None = None) -> str:
        """The CSV file of a completed export, by its last report. With a file open for writing it is written `into` that, and
        nothing is returned: that of a million contacts is 300 MB.

        Raises `UnexpectedAnswer` when the report names no file of this service.
        """
        links = report.get("_links")
        link = links.get("results") if isinstance(links, dict) else None
        href = link.get("href") if isinstance(link, dict) else None
        if not isinstance(href, str) or not href:
            raise UnexpectedAnswer("The report of the export names no file: look at it again in a minute.")
        if urlsplit(href).netloc not in ("", urlsplit(self._transport.api_url).netloc):
            raise UnexpectedAnswer("The export's file is said to be at another host; it is not asked for there.")
        text = self._transport.fetch("GET", href, into=into)
        if into is not None and text is into:
            return ""
        if not isinstance(text, str):
            raise UnexpectedAnswer("The export's file is no CSV: export again.")
        return text

    def follow(
        self, activity_id: str, *, every: float | None = None, sleep: Callable[[float], None] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Each report until the last: `completed_at` is there and `percent_done` is 100, or it ended badly.

        `every` is the seconds between two looks; without it they start at half a second and grow to five.
        """
        pause = FIRST_LOOK if every is None else every
        while True:
            report = self.get(activity_id)
            yield report
            if ended(report):
                return
            (sleep or self.sleep)(pause)
            if every is None:
                pause = min(pause * 1.4, LAST_LOOK)

    def wait(self, activity_id: str, *, progress: bool = True) -> dict[str, Any]:
        """The last report, with a progress bar until then. Ending the wait (Ctrl-C) does not end the activity.

        Raises `ActivityFailed` when the activity ended as cancelled, failed or timed out.
        """
        from tqdm.auto import tqdm

        report: dict[str, Any] = {}
        bar_format = "{desc} {percentage:3.0f}% |{bar}|"
        with tqdm(total=100, desc=_described("waiting"), disable=not progress, bar_format=bar_format) as bar:
            for report in self.follow(activity_id):
                bar.set_description_str(_described(str(report.get("state", "")), _kind(report)), refresh=False)
                bar.update(percent_done(report) - bar.n)
        if report.get("state") in ENDED_BADLY:
            raise ActivityFailed(_failure(report), report)
        return report


def _described(state: str, kind: str = "Import") -> str:
    """What stands before the bar, always as long, so that the bar does not jump."""
    return f"{kind} {state:<11}"


def is_import(report: Mapping[str, Any]) -> bool:
    """Whether an activity is an import. A report does not say what it is about, but only an import has a file or counts persons."""
    status = report.get("status")
    return bool(report.get("source_file_name")) or (isinstance(status, dict) and "person_count" in status)


def _kind(report: dict[str, Any]) -> str:
    return "Import" if is_import(report) else "Activity"


def percent_done(report: dict[str, Any]) -> int:
    value = report.get("percent_done")
    return min(max(int(value), 0), 100) if isinstance(value, (int, float)) and math.isfinite(value) else 0


def ended(report: dict[str, Any]) -> bool:
    """Whether the activity is over, well or badly."""
    if report.get("state") in ENDED_BADLY:
        return True
    return bool(report.get("completed_at")) and percent_done(report) == 100


def _failure(report: dict[str, Any]) -> str:
    said = "; ".join(str(text) for text in report.get("activity_errors") or [])
    next_step = (
        "Sending the same file again does no harm: an import only adds or updates."
        if is_import(report)
        else "Part of it may have been done: read what it was about, then start what is left."
    )
    return (
        f"The activity {report.get('activity_id')} ended as {report.get('state')}{f' ({said})' if said else ''}. "
        f"{next_step}"
    )
