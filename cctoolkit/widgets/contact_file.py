"""The contact file panel: a face on `cctoolkit.contact_files.clean`, with a choice for each column."""

from __future__ import annotations

import threading
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..contact_files import Cleaned, Export, clean, read, read_bytes
from ..contact_files.columns.headings import TARGETS, TURNED
from ..errors import CctoolkitError, ContactFileError
from . import markup

#: How many rows of each outcome are shown, and how many values of each column.
ROWS_SHOWN, VALUES_SHOWN = 20, 3

_LEAVE_OUT, _CUSTOM = "leave it out", "a custom field"
_AS_RECOGNIZED = ""
_WIDE = widgets.Layout(width="auto", max_width="46em")
_LABEL = {"description_width": "9em"}


class ContactFile(widgets.VBox):  # type: ignore[misc]
    """Cleans a contact file: at once when one is given, else when one is chosen or dropped on the button.

    Each column that holds anything has a menu that says what it becomes; a change there counts with the next click on
    *Clean*. `panel.cleaned` is the account, as `contact_files.clean` returns it. Nothing is sent anywhere.

    Raises `ContactFileError` for a file that cannot be cleaned.
    """

    def __init__(self, file: str | Path | Export | None = None) -> None:
        self._export: Export | None = None
        self._cleaned: Cleaned | None = None
        self._working = threading.Lock()
        self._upload = widgets.FileUpload(
            accept=".csv,.tsv,.txt,.vcf,.xlsx,.zip,.gz", description="Choose a file", tooltip="An address book's export"
        )
        self._upload.observe(self._chosen, names="value")
        self.columns: dict[int, widgets.Dropdown] = {}
        self.leftover = widgets.Dropdown(
            options=[("tell them and leave them out", "ignore"), ("make them custom fields", "custom-fields")],
            description="Other columns",
            layout=_WIDE,
            style=_LABEL,
        )
        self.on_duplicate = widgets.Dropdown(
            options=[("the first value counts", "first"), ("the last value counts", "last")],
            description="Same address",
            layout=_WIDE,
            style=_LABEL,
        )
        self.button = widgets.Button(description="Clean", icon="check", button_style="primary", disabled=True)
        self.button.on_click(lambda _: self._in_background())
        self._status = widgets.HTML(markup.status("Choose the file that your address book exported."))
        self._menus = widgets.VBox()
        self._report = widgets.HTML()
        self._tabs = widgets.Tab()
        self._same_in_code = widgets.HTML()
        super().__init__([self._upload, self._status])
        if file is not None:
            self._open(file if isinstance(file, Export) else read(file))
            self._clean()

    def __repr__(self) -> str:
        name = self._export.name if self._export else "no file yet"
        return f"[contact file panel ({name}): run this cell to see it]"

    @property
    def cleaned(self) -> Cleaned:
        """The account of the file. Raises `ContactFileError` while there is none."""
        if self._cleaned is None:
            raise ContactFileError(
                "No file is cleaned yet: choose one in the panel, or give it: ContactFile('people.csv')."
            )
        return self._cleaned

    @property
    def choices(self) -> dict[str, str]:
        """What was said of columns, as `columns=` of `clean` takes it."""
        if self._export is None:
            return {}
        headings = self._export.headings
        said = {headings[index]: menu.value for index, menu in self.columns.items() if menu.value != _AS_RECOGNIZED}
        return {
            heading: {_LEAVE_OUT: "", _CUSTOM: f"cf:{heading}"}.get(target, target) for heading, target in said.items()
        }

    def _chosen(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        given = change["new"][0]
        try:
            self._open(read_bytes(bytes(given["content"]), Path(given["name"]).name))
        except CctoolkitError as error:
            self._failed(error)
            return
        self._in_background()

    def _open(self, export: Export) -> None:
        self._export = export
        self._cleaned = None
        self.columns = {}
        self.button.disabled = False

    def _in_background(self) -> None:
        """The page stays alive meanwhile; a second click does nothing."""
        if self._export is None or not self._working.acquire(blocking=False):
            return
        self.button.disabled = True
        self._status.value = markup.status(f"Cleaning {self._export.name} …")
        threading.Thread(target=self._guarded, daemon=True).start()

    def _guarded(self) -> None:
        try:
            self._clean()
        except CctoolkitError as error:
            self._failed(error)
        except BaseException as error:
            self._status.value = markup.status(f"This is a fault of cctoolkit: {type(error).__name__}.", good=False)
            raise
        finally:
            self.button.disabled = False
            self._working.release()

    def _failed(self, error: CctoolkitError) -> None:
        self._cleaned = None
        self._status.value = markup.status(str(error), good=False)
        self._tabs.children = ()
        self._report.value = self._same_in_code.value = ""

    def _clean(self) -> None:
        if self._export is None:
            return
        self._cleaned = cleaned = clean(
            self._export,
            columns=self.choices,
            leftover=self.leftover.value,
            on_duplicate=self.on_duplicate.value,
            progress=False,
        )
        self._show(cleaned)

    def _show(self, cleaned: Cleaned) -> None:
        self._status.value = markup.status(
            f"{cleaned.rows_in:,} rows: {cleaned.kept_count:,} kept, {cleaned.merged_count:,} merged, "
            f"{cleaned.rejected_count:,} rejected.",
            good=True,
        )
        if not self.columns:
            self._menus.children = self._column_menus(cleaned)
        self._report.value = cleaned.report()._repr_html_()
        tabs = {
            f"Kept ({cleaned.kept_count:,})": _table(cleaned.kept_head(ROWS_SHOWN), cleaned.kept_count),
            f"Merged ({cleaned.merged_count:,})": _table(cleaned.merged_head(ROWS_SHOWN), cleaned.merged_count),
            f"Rejected ({cleaned.rejected_count:,})": _table(cleaned.rejected_head(ROWS_SHOWN), cleaned.rejected_count),
        }
        self._tabs.children = tuple(widgets.HTML(table) for table in tabs.values())
        self._tabs.titles = tuple(tabs)
        self._same_in_code.value = self._code(cleaned)
        options = [self.leftover, self.on_duplicate, self.button]
        details = widgets.Accordion([widgets.VBox([self._menus, *options])], titles=("What each column becomes",))
        self.children = [self._upload, self._status, self._report, details, self._tabs, self._same_in_code]

    def _column_menus(self, cleaned: Cleaned) -> tuple[widgets.Widget, ...]:
        """A menu for each column that holds anything, with some of its values and how sure the recognition is."""
        account = cleaned.columns
        sample = cleaned.export.frame(200)
        choices = [*TARGETS[:-1], *(name for name in TURNED if name not in TARGETS)]
        rows: list[widgets.Widget] = []
        for index, row in enumerate(account.to_dict("records")):
            if not row["values"]:
                continue
            sure = (
                ""
                if row["confidence"] is None or row["confidence"] != row["confidence"]
                else f", {row['confidence']:.0%} sure"
            )
            heading = str(row["column"]) or "(without a heading)"
            menu = widgets.Dropdown(
                options=[
                    (f"{row['becomes']}{sure}", _AS_RECOGNIZED),
                    *((target, target) for target in choices),
                    (_CUSTOM, _CUSTOM),
                    (_LEAVE_OUT, _LEAVE_OUT),
                ],
                description=heading if len(heading) <= 24 else f"{heading[:23]}…",
                tooltip=f"{heading}: {row['why']}",
                layout=widgets.Layout(flex="0 0 30em", width="30em"),
                style={"description_width": "12em"},
            )
            self.columns[index] = menu
            values = [value.strip() for value in sample.iloc[:, index] if value.strip()][:VALUES_SHOWN]
            shown = " · ".join(value if len(value) <= 30 else f"{value[:29]}…" for value in values)
            rows.append(widgets.HBox([menu, widgets.HTML(f"<span style='opacity:.75'>{escape(shown)}</span>")]))
        return tuple(rows)

    def _code(self, cleaned: Cleaned) -> str:
        said = [repr(cleaned.file)]
        if self.choices:
            said.append(f"columns={self.choices!r}")
        if self.leftover.value != "ignore":
            said.append(f"leftover={self.leftover.value!r}")
        if self.on_duplicate.value != "first":
            said.append(f"on_duplicate={self.on_duplicate.value!r}")
        call = f"contact_files.clean({', '.join(said)})"
        return f"<p>The same in code: {markup.copyable(call, 'the call')}</p>"


def _table(frame: Any, count: int) -> str:
    """The first rows as a table that scrolls by itself; its cells are escaped."""
    more = f"<p>… and {count - len(frame):,} more.</p>" if count > len(frame) else ""
    if not len(frame):
        return "<p>None.</p>"
    return f"<div style='overflow-x:auto;white-space:nowrap' tabindex='0'>{frame.to_html(index=False, border=0)}</div>{more}"
