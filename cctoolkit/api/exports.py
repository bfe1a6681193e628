"""Many contacts in a few requests: an export writes them into one file, where pages take a request for each 500.

Where the file is `Unusable`, the pages are read.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Any, Protocol, TypeVar

from ..errors import ApiError, NotFound, QuotaExceeded, ServiceUnreachable, Unauthorized, UnexpectedAnswer
from .activities import ENDED_BADLY, Activities, ended
from .exported_file import ExportedFile, Unusable

#: Pages above which an export is the cheaper way: it takes about so many requests itself.
CHEAPER_FROM = 20
#: Bytes of a file that stay in memory.
IN_MEMORY = 16_000_000
#: Seconds between two looks at exports, at first and at last, and after which they are given up.
FIRST_LOOK, LAST_LOOK, PATIENCE = 1.0, 30.0, 900.0
Item = TypeVar("Item")


@dataclass(frozen=True)
class Wanted:
    """What is to be exported: of lists, of tags, of a status, or of the account. `counted`: how many the service counts."""

    counted: int
    list_ids: Sequence[str] = ()
    tag_ids: Sequence[str] = ()
    status: str | None = None
    #: The service's names of fields; none for all.
    fields: Sequence[str] = ()
    #: Whether nobody may be lacking, who would be taken for somebody that the service does not know.
    exact: bool = False
    #: What a `Memory` calls it; nothing for one that nobody goes on with.
    name: str = ""


class Memory(Protocol):
    """What keeps the activities of exports, so that whoever was killed goes on with them."""

    def export_of(self, name: str) -> str | None: ...

    def exporting(self, name: str, activity_id: str | None) -> None: ...


@dataclass
class Exporting:
    """Makes exports and fetches their files; counts the requests that this took. One that `memory` knows is gone on with."""

    activities: Activities
    sleep: Callable[[float], None]
    memory: Memory | None = None
    requests: int = field(default=0, init=False)

    def files(self, *wanted: Wanted) -> list[ExportedFile]:
        """The file of each, in that order; they are made beside each other.

        Raises `Unusable`, whatever is wrong with one of them.
        """
        found: list[ExportedFile] = []
        try:
            reports = [self._start(each) for each in wanted]
            # One is looked at while the next one arrives, which so is fetched although the one before may turn out to be of no use.
            with ThreadPoolExecutor(1) as beside:
                looking: list[Future[ExportedFile]] = []
                try:
                    for each, report in zip(wanted, self._completed(reports), strict=True):
                        looking.append(beside.submit(_looked_at, self._fetched(report), each))
                finally:
                    found += [look.result() for look in looking if look.exception() is None]
                for look in looking:
                    look.result()
        except BaseException as error:
            for other in found:
                other.close()
            if isinstance(error, Unusable):  # what cannot serve is not to be gone on with
                for each in wanted:
                    self._remember(each, None)
            if isinstance(error, QuotaExceeded | Unauthorized):
                raise
            # Whatever stays wrong, the pages say again.
            if isinstance(error, ApiError | ServiceUnreachable | UnexpectedAnswer | KeyError):
                raise Unusable(f"the service did not export ({type(error).__name__})") from error
            raise
        return found

    def _fetched(self, report: dict[str, Any]) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # `ExportedFile` closes it
        self.requests += 1
        try:
            if self.activities.exported(report, into=file):  # type: ignore[arg-type]
                raise Unusable("the exported file is no CSV")
        except BaseException:
            file.close()
            raise
        return file

    def _start(self, wanted: Wanted) -> dict[str, Any]:
        if self.memory is not None and wanted.name and (known := self.memory.export_of(wanted.name)) is not None:
            self.requests += 1
            with contextlib.suppress(NotFound):  # the service keeps activities for ten days
                report = self.activities.get(known)
                if report.get("state") not in ENDED_BADLY:
                    return report
        self.requests += 1
        report = self.activities.export_contacts(
            fields=wanted.fields, list_ids=wanted.list_ids, tag_ids=wanted.tag_ids, status=wanted.status
        )
        self._remember(wanted, str(report["activity_id"]))
        return report

    def _remember(self, wanted: Wanted, activity_id: str | None) -> None:
        if self.memory is not None and wanted.name:
            self.memory.exporting(wanted.name, activity_id)

    def _completed(self, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pause, began, waited = FIRST_LOOK, time.monotonic(), 0.0
        while not all(map(ended, reports)):
            if max(waited, time.monotonic() - began) > PATIENCE:
                raise Unusable("the export did not complete")
            self.sleep(pause)
            waited += pause
            pause = min(pause * 1.6, LAST_LOOK)
            for at, report in enumerate(reports):
                if not ended(report):
                    self.requests += 1
                    reports[at] = self.activities.get(str(report["activity_id"]))
        for report in reports:
            if report.get("state") in ENDED_BADLY:
                raise Unusable(f"the export ended as {report.get('state')}")
        return reports


def _looked_at(file: IO[bytes], wanted: Wanted) -> ExportedFile:
    try:
        return ExportedFile(file, wanted.counted, exact=wanted.exact)
    except BaseException:
        file.close()
        raise


def closing_at_end(files: Iterable[ExportedFile], items: Iterator[Item]) -> Generator[Item]:
    """The items that are read from the files, which are closed after the last of them, or when nobody wants more."""
    try:
        yield from items
    finally:
        for file in files:
            file.close()


def addresses(exporting: Exporting, wanted: Wanted) -> Iterator[str]:
    """The address of each contact in lower case. Raises `Unusable` before the first one."""
    [file] = exporting.files(wanted)
    return closing_at_end([file], file.addresses())
