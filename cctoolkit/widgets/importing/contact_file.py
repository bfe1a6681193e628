"""The contact file panel: a face on `cctoolkit.contact_files.clean`, with a choice for each column."""

from __future__ import annotations

import contextlib
import html
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ...contact_files import Cleaned, Export, clean, read, read_bytes
from ...contact_files.remembering import remember, remembered, told
from ...contact_files.report import details_html, summary_html
from ...contact_files.writing import REJECTED, rejected_csv
from ...errors import CctoolkitError, ContactFileError
from .. import markup, names
from ..controls import LABEL, button, row, wide
from ..panel import Panel
from .column_menus import NO_HEADING, Column, ColumnMenus, columns_of
from .downloads import Download
from .mending import Mending

#: How many rows of each outcome are shown, and how many columns that are left out are named.
ROWS_SHOWN, NAMED = 20, 4
#: What a column may be that says who wants email, and what that means for those in it.
ANSWERS = {
    "opted_in": "It says who wants email: a no keeps out",
    "opted_out": "It says who does not: a yes keeps out",
    "ignore": "It is about something else",
}
#: Up to how many rejected rows are put into a link; more are saved to a file.
ROWS_IN_A_LINK = 5_000

# The browser's own file field of the button takes what is dropped: it is handed over by the click that opens it.
# Anywhere on the panel, whose outermost may be another's. Beside it a file is taken by nobody, where the browser would leave the
# page for it; JupyterLab's own list of files keeps its drops, since it has said so by then.
_DROP_ZONE = """<style onload="
let panel=this.closest('.cct-panel'),outer;
while(outer=panel.parentElement.closest('.cct-panel'))panel=outer;
const carries=event=>[...(event.dataTransfer?.types??[])].includes('Files');
if(!panel.dataset.cctDrop){panel.dataset.cctDrop='1';
panel.addEventListener('dragover',event=>{if(carries(event)){event.preventDefault();event.stopPropagation()}});
panel.addEventListener('drop',event=>{if(!carries(event))return;
event.preventDefault();event.stopPropagation();
const files=event.dataTransfer.files,button=panel.querySelector('.widget-upload');
if(!files.length||!button||button.disabled)return;
const field=HTMLInputElement.prototype,click=field.click;
field.click=function(){this.files=files;this.dispatchEvent(new Event('change'))};
try{button.click()}finally{field.click=click}})}
const body=document.body;
if(!body.dataset.cctDrop){body.dataset.cctDrop='1';
for(const name of ['dragover','drop'])document.addEventListener(name,event=>{
if(carries(event)&&!event.defaultPrevented&&!event.target.closest?.('input')){event.preventDefault();event.dataTransfer.dropEffect='none'}})}
"></style><div class="cct-drop">or drop it anywhere here</div>"""


class ContactFile(Panel):
    """Cleans a contact file: at once when one is given, else when one is chosen or dropped.

    Each column that holds anything has a menu that says what it becomes; a change there counts with the next click on
    *Clean*. `panel.cleaned` is the account, as `contact_files.clean` returns it. Nothing is sent anywhere.

    Raises `ContactFileError` for a file that cannot be cleaned.
    """

    def __init__(
        self,
        file: str | Path | Export | None = None,
        *,
        inside: Panel | None = None,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("Clean a contact file" if inside is None else "1 · The file", name="contact file panel")
        self._export: Export | None = None
        self._cleaned: Cleaned | None = None
        self._folder = Path.cwd()
        self._given: str | None = None  # where the file lies; the browser does not tell
        self._uploaded = False
        self._settled = settled
        if inside is not None:  # one thing at a time, the two together
            self._working, self.controls = inside._working, inside.controls
        self.upload = widgets.FileUpload(
            accept=".csv,.tsv,.txt,.vcf,.xlsx,.xls,.ods,.zip,.gz",
            description="Choose a file",
            tooltip="An address book's export",
            layout=widgets.Layout(width="auto"),
        )
        self.upload.observe(self._chosen, names="value")
        self.upload.observe(self._not_read, names="error")
        self.leftover = widgets.Dropdown(
            options=[("tell them and leave them out", "ignore"), ("make them custom fields", "custom-fields")],
            description="Other columns",
            layout=wide("32em"),
            style=LABEL,
        )
        self.on_duplicate = widgets.Dropdown(
            options=[("the first value counts", "first"), ("the last value counts", "last")],
            description="Same address",
            layout=wide("32em"),
            style=LABEL,
        )
        self.button = widgets.Button(description="Clean", icon="check", button_style="primary", disabled=True)
        self.button.on_click(lambda _: self.beside(f"Cleaning {self._name_shown} …", lambda stop: self._clean()))
        self.unmend_button = button("Take back what was mended", "undo", self._unmend)
        self.controls += [self.upload, self.leftover, self.on_duplicate, self.button, self.unmend_button]
        self.menus = ColumnMenus()
        self.columns_box = widgets.VBox([self.menus, self.leftover, self.on_duplicate, self.button])
        #: One question at a time, with a button for each answer; nobody is written to before.
        self.asked = widgets.VBox(layout=widgets.Layout(align_items="flex-start"))
        self.asked.add_class("cct-confirm")
        self._answers: dict[str, str] = {}
        #: What was said of such a file the last time, told with a button that forgets it.
        self._before: dict[str, str] = {}
        #: Addresses that were written anew in the table of rejected rows, by line and heading.
        self._mended: dict[int, dict[str, str]] = {}
        self.mending: Mending | None = None
        self.last_time = widgets.VBox(layout=widgets.Layout(align_items="flex-start"))
        self.report = widgets.HTML()
        self.rejects = widgets.VBox()
        self.tabs = widgets.Tab()
        self.say("Choose the file that your address book exported.")
        chooser = row(self.upload, widgets.HTML(_DROP_ZONE))
        self.children = [self.heading, chooser, self.status, self.body, self.footer]
        if file is not None:
            self.at_once(lambda: self.clean_file(file))

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
    def is_cleaned(self) -> bool:
        """Whether there is an account of a file."""
        return self._cleaned is not None

    @property
    def is_answered(self) -> bool:
        """Whether nothing has to be said any more of who wants email."""
        return self._cleaned is not None and not self._cleaned.questions

    @property
    def columns(self) -> dict[int, widgets.Dropdown]:
        """The menu of each column, by its position."""
        return self.menus.menus

    @property
    def choices(self) -> dict[str, str]:
        """What was said of columns, as `columns=` of `clean` takes it."""
        if self._export is None:
            return {}
        return self._before | self._answers | self.menus.said(self._export)

    def clean_file(self, file: str | Path | Export) -> None:
        """Take another file, and clean it. Raises `ContactFileError` when that cannot be."""
        self._begin_anew()
        if not isinstance(file, Export):
            self._folder, self._given = Path(file).absolute().parent, str(file)
            file = read(file)
        self._take(file)
        self.settle()

    def failed(self, error: CctoolkitError) -> None:
        self._forget()
        words = str(error)
        if self._export is not None and self._let_choose(self._export):
            words += " Here: say below what its columns are, and press Clean."
        self.say(words, good=False)

    def settle(self) -> None:
        self.button.disabled = self._export is None
        self._settled()

    @property
    def _name_shown(self) -> str:
        return names.in_text(self._export.name if self._export else "", nameless="the file")

    def _chosen(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        given = change["new"][0]
        name, content = Path(str(given["name"])).name, bytes(given["content"])
        if not self.beside(f"Reading {names.in_text(name)} …", lambda stop: self._read(content, name)):
            self.say(
                f"{names.in_text(name)} was not read, because something runs: choose it again after that.", good=False
            )

    def _not_read(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.failed(ContactFileError("The browser could not read that: choose one file, and no folder."))

    def _read(self, content: bytes, name: str) -> None:
        self._begin_anew()
        self._uploaded = True
        self._take(read_bytes(content, name))

    def _take(self, export: Export) -> None:
        self._export, self._before = export, remembered(export)
        self._clean()

    def _begin_anew(self) -> None:
        """Another file: its columns are not those of the last one."""
        self._forget()
        self._export, self._folder, self._given, self._mended, self.mending = None, Path.cwd(), None, {}, None
        self._uploaded = False
        self._say_nothing_of_columns()

    def _say_nothing_of_columns(self) -> None:
        gone = set(self.columns.values())
        # In place: a panel around this one has the same list.
        self.controls[:] = [control for control in self.controls if control not in gone]
        self._answers, self._before = {}, {}
        self.menus.forget()

    def _forget(self) -> None:
        self._cleaned = None
        self.body.children = ()
        self.footer.value = ""

    def _clean(self) -> None:
        if self._export is None:
            return
        self._forget()
        self._cleaned = cleaned = clean(
            self._as_mended(self._export),
            columns=self.choices,
            leftover=self.leftover.value,
            on_duplicate=self.on_duplicate.value,
            progress=False,
        )
        if self.choices != self._before:
            with contextlib.suppress(OSError):  # a home that cannot be written to: it is asked again the next time
                remember(self._export, self.choices)
        self._show(cleaned)

    def _as_mended(self, export: Export) -> Export:
        """With what was written anew, whichever button was pressed after that."""
        if self.mending is not None:
            for line, cells in self.mending.changed.items():
                self._mended[line] = self._mended.get(line, {}) | cells
        return export.mended(self._mended) if self._mended else export

    def _clean_mended(self) -> None:
        assert self.mending is not None  # the button is its own
        if not self.mending.changed:
            self.say("Nothing is mended yet: write an address anew, then press it again.")
            return
        if not self.beside(f"Cleaning {self._name_shown} …", lambda stop: self._clean()):
            self.say("That was not taken: something else still ran. Press it again.", good=False)

    def _unmend(self) -> None:
        """All rows as the file has them: a wrong address that was taken has no field any more."""

        def anew(stop: threading.Event) -> None:
            self._mended, self.mending = {}, None
            self._clean()

        if not self.beside(f"Cleaning {self._name_shown} …", anew):
            self.say("That was not taken: something else still ran. Press it again.", good=False)

    def _tell_last_time(self) -> None:
        """What was taken over from the last such file, with the way back."""
        gone = set(self.last_time.children)
        self.controls[:] = [control for control in self.controls if control not in gone]
        taken = {name: target for name, target in self._before.items() if self.choices.get(name) == target}
        if not taken:
            self.last_time.children = ()
            return
        words = told({names.in_text(name, 60): target for name, target in taken.items()}, how="")
        away = button("Recognize them anew", "", self._forgotten)
        self.controls.append(away)
        self.last_time.children = (widgets.HTML(f"<div>{markup.unturned(html.escape(words))}</div>"), away)

    def _forgotten(self) -> None:
        if not self.beside(f"Cleaning {self._name_shown} …", lambda stop: self._anew()):
            self.say("That was not taken: something else still ran. Say it again.", good=False)

    def _anew(self) -> None:
        """The columns as they are recognized; what was said of such files is forgotten."""
        assert self._export is not None  # there is a button only where something was taken over
        self._say_nothing_of_columns()
        with contextlib.suppress(OSError):
            remember(self._export, {})
        self._clean()

    def _show(self, cleaned: Cleaned) -> None:
        counts = (
            f"{names.many(cleaned.rows_in, 'row')} of {self._name_shown}: {cleaned.kept_count:,} kept, "
            f"{cleaned.merged_count:,} merged, {cleaned.rejected_count:,} rejected."
        )
        self.say(" ".join(filter(None, [counts, self._told_mended(cleaned), _left_out(cleaned)])), good=True)
        if not self.columns:
            self._make_menus(columns_of(cleaned), cleaned.export)
        details = details_html(cleaned)
        self.report.value = markup.unturned(
            summary_html(cleaned, ask=False)
            + (
                f"<details class='cct-words'><summary>What was rejected, left out or changed</summary>{details}</details>"
                if details
                else ""
            )
        )
        self.rejects.children = self._download(cleaned)
        in_sight = self.tabs.selected_index
        self._let_mend(cleaned)
        kept, merged, rejected = cleaned.kept_count, cleaned.merged_count, cleaned.rejected_count
        tabs: dict[str, widgets.Widget] = {
            f"Kept ({kept:,})": _table(cleaned.kept_head(ROWS_SHOWN), kept, "Kept rows"),
            f"Merged ({merged:,})": _table(cleaned.merged_head(ROWS_SHOWN), merged, "Merged rows"),
            f"Rejected ({rejected:,})": widgets.VBox(
                [
                    *([self.mending] if self.mending and self.mending.fields else []),
                    *([self.unmend_button] if self._mended else []),
                    _table(cleaned.rejected_head(ROWS_SHOWN), rejected, "Rejected rows"),
                    self.rejects,
                ]
            ),
            "Columns": self.columns_box,
        }
        self.tabs.children = tuple(tabs.values())
        self.tabs.titles = tuple(tabs)
        self.tabs.selected_index = in_sight or 0
        self.same_in_code(self._code(cleaned))
        self._ask(cleaned)
        self._tell_last_time()
        asked = [self.asked] if cleaned.questions else []
        taken = [self.last_time] if self.last_time.children else []
        self.body.children = [*asked, *taken, self.report, self.tabs]

    def _ask(self, cleaned: Cleaned) -> None:
        """The first open question, with what stands in its column and how often."""
        gone = {part for part in self.asked.children if isinstance(part, widgets.Button)}
        self.controls[:] = [control for control in self.controls if control not in gone]
        self.asked.children = ()
        if not cleaned.questions:
            return
        question, *others = cleaned.questions
        counted = [
            f"<b>{names.in_html(value, 30)}</b> ({count:,} ×)" for value, count in [*question.values.items()][:6]
        ]
        more = f" {names.many(len(others), 'more question')} after it." if others else ""
        words = (
            f'<div role="alert">Does the column <b>{names.in_html(question.heading, 60)}</b> say who wants email? In it stand '
            f"{', '.join(counted)}{', …' if len(question.values) > len(counted) else ''}. Nobody is imported before that is "
            f"said.{more}</div>"
        )
        buttons = [
            button(text, "", partial(self._answered, question.heading, answer)) for answer, text in ANSWERS.items()
        ]
        self.controls += buttons
        self.asked.children = (widgets.HTML(words), *buttons)

    def _answered(self, heading: str, answer: str) -> None:
        self._answers[heading] = answer
        if not self.beside(f"Cleaning {self._name_shown} …", lambda stop: self._clean()):
            del self._answers[heading]
            self.say("That was not taken: something else still ran. Say it again.", good=False)

    def _let_choose(self, export: Export) -> bool:
        """The menus, for a file that could not be cleaned: what its columns are may be why. False: it has none."""
        if not self.columns:
            try:
                self._make_menus([Column(heading, "as it is recognized") for heading in export.headings], export)
            except CctoolkitError:
                return False
        self.body.children = [self.columns_box]
        return bool(self.columns)

    def _make_menus(self, columns: list[Column], export: Export) -> None:
        self.menus.make(columns, export.frame(200))
        self.controls += self.columns.values()

    def _let_mend(self, cleaned: Cleaned) -> None:
        gone = set(self.mending.controls) if self.mending else set()
        self.controls[:] = [control for control in self.controls if control not in gone]
        self.mending = Mending(cleaned, self._clean_mended)
        self.controls += self.mending.controls

    def _told_mended(self, cleaned: Cleaned) -> str:
        """What became of the rows that were mended in the panel."""
        if not self._mended:
            return ""
        still = {line for block in cleaned.rejected_blocks for line in block["line"].to_pylist()}
        taken, of_all = len(set(self._mended) - still), len(self._mended)
        return f"{taken:,} of {names.many(of_all, 'mended row')} {'is' if taken == 1 else 'are'} taken now."

    def _download(self, cleaned: Cleaned) -> tuple[widgets.Widget, ...]:
        """The rejected rows as a file to mend."""
        if not cleaned.rejected_count:
            return ()
        return (
            Download(
                f"Download the rejected rows, to mend them ({REJECTED})",
                REJECTED,
                rejected_csv(cleaned) if cleaned.rejected_count <= ROWS_IN_A_LINK else None,
                cleaned.write_rejected,
                self._folder,
            ),
        )

    def _code(self, cleaned: Cleaned) -> str:
        name = repr(self._given or cleaned.file)
        if self._mended:
            name = f"contact_files.read({name}).mended({dict(sorted(self._mended.items()))!r})"
        said = [name]
        if self.choices:
            said.append(f"columns={self.choices!r}")
        if self.leftover.value != "ignore":
            said.append(f"leftover={self.leftover.value!r}")
        if self.on_duplicate.value != "first":
            said.append(f"on_duplicate={self.on_duplicate.value!r}")
        first = (
            ""
            if not self._uploaded
            else "# It came through the browser: save it beside the notebook first, under this name.\n"
        )
        return f"{first}cleaned = contact_files.clean({', '.join(said)})"


def _left_out(cleaned: Cleaned) -> str:
    """What of the kept rows is not imported, in a sentence: nobody should have to look for it."""
    columns = [names.in_text(cleaned.export.headings[index], 30, nameless=NO_HEADING) for index in cleaned.left_out]
    more = len(columns) - NAMED
    named = ", ".join(columns[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
    values = sum(count for kind, count in cleaned.note_counts.items() if kind.endswith((" left out", " cut")))
    parts = [f"the {'column' if len(columns) == 1 else 'columns'} {named}"] if columns else []
    parts += [f"{names.many(values, 'value')} (see what was left out or changed)"] if values else []
    return f"Not imported: {'; '.join(parts)}." if parts else ""


def _table(frame: Any, count: int, label: str) -> widgets.HTML:
    return widgets.HTML(markup.frame_table(frame, count, label=label))
