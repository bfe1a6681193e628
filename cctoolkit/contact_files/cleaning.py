"""From an export to rows that the import takes: kept, merged and rejected, each with its line and reason.

Rows in = kept + merged + rejected, always; it is checked on every run.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import ContactFileError
from .account_tables import Spool
from .cleaned import Cleaned
from .columns.headings import map_headings, would_be_left_out
from .columns.mapping import Mapping as Headings
from .reading.content import Folder
from .reading.export import Export, ahead
from .reading.names import left_by_headings, left_by_name
from .reading.recognizing import read
from .rules import notes
from .rules.duplicates import MERGED_SCHEMA, merge
from .rules.judging import Judged, Rules
from .rules.options import Options
from .rules.phones import region_of
from .rules.survey import Survey, columns_to_survey, order_in_headings, survey

#: Seconds after which a progress bar shows.
PROGRESS_AFTER = 2.0


def clean(
    file: str | Path | Export,
    *,
    columns: Mapping[str, str] | None = None,
    leftover: str = "ignore",
    on_duplicate: str = "first",
    phones: str = "as-written",
    region: str | None = None,
    capitalize: bool = False,
    encoding: str | None = None,
    progress: bool = True,
) -> Cleaned:
    """Clean an export: rename its headings, check every value, merge what has the same address.

    - `columns` says what a heading of the export is, where it was not recognized: `{"Correo": "email"}`; an empty text
      leaves the column out, `cf:NAME` makes it a custom field, `opted_out` and `status` say who must not be written to.
    - `leftover`: columns that are not known are told and left out (`ignore`), become custom fields (`custom-fields`), or
      stop the run (`stop`).
    - `on_duplicate`: of several rows with one address, the `first` value that is there counts, or the `last`.
    - `phones`: `as-written`, or `international`, with `region` (`US`) for numbers of rows without a country.
    - `encoding`: that of the file's text, where what it is taken for is wrong (the report says it): `cp1250`, `mac_roman` …
    - `capitalize`: names that are all capitals or all small letters get capitals where names have them.

    Raises `ContactFileError` for a file that cannot be read or has no column of addresses, and for choices that do not
    exist.
    """
    options = Options(columns or {}, leftover, on_duplicate, phones, region, capitalize)
    export = file if isinstance(file, Export) else read(file, encoding=encoding)
    before = export.content.state
    mapping = map_headings(export, options.columns, leftover)
    for what, name in (("file", export.name), ("sheet", export.sheet)):
        word = left_by_name(name)
        # Further on in a name it counts where no column says who left: `who-opted-out.csv` may hold all of a list.
        if word and (name.casefold().startswith(word) or not mapping.consent):
            raise ContactFileError(
                f"{name} is by its name a {what} of people who must not be written to ({word}), so nothing of it is imported. "
                f"If the name is wrong, give the {what} another one."
            )
    if known := left_by_headings(export.headings):
        raise ContactFileError(
            f"{export.name} has the headings of {known}, who must not be written to, so nothing of it is imported. If it is another "
            "list, give one of its columns another name."
        )
    with _garbage_left():
        cleaned = _Cleaning(export, mapping, options, progress).run()
    if export.content.state != before:
        raise ContactFileError(f"{export.name} was changed while it was read: clean it again.")
    if leftover == "stop" and (left := cleaned.left_out):
        raise would_be_left_out(export, left)
    return cleaned


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Millions of short-lived texts, and not one circle among them: looking for circles would only take time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Cleaning:
    def __init__(self, export: Export, mapping: Headings, options: Options, progress: bool) -> None:
        self._export = export
        self._mapping = mapping
        self._options = options
        self._progress = progress

    def run(self) -> Cleaned:
        wanted = columns_to_survey(self._mapping)
        passes = 2 if wanted else 1
        from tqdm.auto import tqdm

        with tqdm(
            total=passes * self._export.size,
            desc=f"Cleaning {self._export.name}",
            unit="B",
            unit_scale=True,
            delay=PROGRESS_AFTER,
            disable=not self._progress,
            leave=False,
        ) as bar:
            found = Survey(
                elsewhere={hash(address): where for address, where in self._export.left.items()},
                day_first_by_default=self._mapping.by_day,
                hints=order_in_headings(self._export.headings),
            )
            region = region_of(self._options.region) if self._options.region else None
            if wanted:
                for size in survey(found, self._export, self._mapping, wanted, region):
                    bar.update(size)
            return self._judge_all(found, bar.update)

    def _judge_all(self, found: Survey, passed: Callable[[int], object]) -> Cleaned:
        rules = Rules(self._mapping, found, self._options, self._export.headings)
        folder = Folder()
        candidates = Spool(rules.kept_schema, folder)
        rejected = Spool(rules.rejected_schema, folder)
        told = Spool(notes.SCHEMA, folder)
        merged = Spool(MERGED_SCHEMA, folder)
        keys: list[npt.NDArray[np.int64]] = []
        filled = np.zeros(len(self._export.headings), np.int64)
        rows = 0
        for judged, size in self._judged(rules):
            rows += judged.rows
            candidates.add(judged.kept)
            rejected.add(judged.rejected)
            told.add(judged.notes)
            keys.append(judged.keys)
            filled += judged.filled
            passed(size)
        for spool in (candidates, rejected, told):
            spool.close()
        all_keys = np.concatenate(keys) if keys else np.empty(0, np.int64)
        merges = merge(candidates, all_keys, rules.targets, merged, last=self._options.on_duplicate == "last")
        return Cleaned(self._export, self._mapping, found, rows, filled, candidates, merges, merged, rejected, told)

    def _judged(self, rules: Rules) -> Iterator[tuple[Judged, int]]:
        return ahead(self._export.readers(), rules.judge)
