"""The contact table: a face on `client.contacts.frame` and `frames.search`, with the details of one contact."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ... import frames
from ...api import Client
from ...api.contacts import PAGE
from ...errors import BadRequest, CctoolkitError, NotFound
from .. import markup
from ..controls import in_sight, row, wrapped
from ..names import in_html, many, plain, quoted
from ..panel import Panel
from .pace import Pace
from .reading import ContactReading
from .texts import details, who
from .view import ContactView

if TYPE_CHECKING:
    import pandas as pd

#: Up to so many contacts, forty requests, are read without being asked.
BY_ITSELF = 20_000
#: The columns at first.
COLUMNS = ("email_address", "first_name", "last_name", "permission_to_send", "company_name", "created_at")

#: The value of a menu's first entry. None would be that nothing is chosen: the menu would be blank.
_ANY = ""
_STATUSES = (
    ("all but the deleted", _ANY),
    ("active: may be written to", "active"),
    ("unsubscribed", "unsubscribed"),
    ("permission not set", "not_set"),
    ("waiting for confirmation", "pending_confirmation"),
    ("on hold", "temp_hold"),
    ("deleted", "deleted"),
    ("all, the deleted too", "all"),
)
_LABEL = {"description_width": "5em"}


class ContactTable(Panel):
    """Shows the contacts of the account: what is asked of the service, and within that what is searched, sorted and shown.

    `table.frame` is the frame that is shown, `table.selected` the contacts that are chosen in it, with all their
    columns. The first 500 are there when the cell is through. An account of up to 20,000 is read on beside the page
    (`table.wait()` waits for it), a larger one when it is asked for, or with `everything=True`. `lists` is a `list_id` to
    begin with.

    Raises a `CctoolkitError` when the contacts cannot be read.
    """

    def __init__(self, client: Client, *, lists: str | None = None, everything: bool = False) -> None:
        super().__init__("Contacts", name="contact table")
        self._client = client
        self._reading = ContactReading(client)
        self._found = self._reading.loaded
        self._filling = False
        self._wanted: str | None = None  # the id, or the address, of the contact whose details are to be shown
        self._make_controls()
        self.at_once(lambda: self._begin(lists))
        if not self._reading.complete and (everything or self._reading.total <= BY_ITSELF):
            self.read_on()

    # What a notebook takes.

    @property
    def frame(self) -> pd.DataFrame:
        """The contacts that are shown, in their order, with the columns that are shown."""
        with self._reading.lock:
            return self._found[self._columns()]

    @property
    def selected(self) -> pd.DataFrame:
        """The contacts that are chosen in the table, with all columns that were read."""
        with self._reading.lock:
            return self._found.iloc[self.view.positions]

    @property
    def complete(self) -> bool:
        """Whether all contacts that match are loaded: a cell that goes on with `frame` can ask after `wait()`."""
        return self._reading.complete

    # What it is made of.

    def _make_controls(self) -> None:
        def text(name: str, hint: str, tooltip: str) -> widgets.Text:
            return widgets.Text(
                description=name,
                placeholder=hint,
                tooltip=tooltip,
                continuous_update=False,
                layout=_field(),
                style=_LABEL,
            )

        def menu(name: str, options: Any, tooltip: str) -> widgets.Dropdown:
            return widgets.Dropdown(description=name, options=options, tooltip=tooltip, layout=_field(), style=_LABEL)

        def button(name: str, tooltip: str, **more: Any) -> widgets.Button:
            return widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto"), **more)

        def box(name: str, value: bool, tooltip: str) -> widgets.Checkbox:
            layout = widgets.Layout(width="14em")
            return widgets.Checkbox(description=name, value=value, indent=False, layout=layout, tooltip=tooltip)

        self.filter_status = menu("Status", _STATUSES, "The service sends contacts of this status")
        self.filter_list = menu("List", [("any, or none", _ANY)], "The service sends contacts on this list")
        self.filter_tag = menu("Tag", [("any, or none", _ANY)], "The service sends contacts with this tag")
        self.filter_email = text("Address", "ana@example.com", "The service sends the contact of exactly this address")
        self.included = {name: box(name, False, f"Read {name} with Load") for name in frames.SUB_RESOURCES}
        self.load = button("Load", "Ask the service for these contacts", icon="download", button_style="primary")
        self.rest = button("Load the rest", "Read all contacts that match", icon="download")
        self.progress = widgets.FloatProgress(min=0, max=1, layout=widgets.Layout(width="16em", display="none"))
        self.pace = widgets.HTML()
        self.search = text(
            "Search",
            "a part, then Enter",
            "Looks for each word in name, address and company of the contacts that are loaded",
        )
        columns = list(frames.contacts([]).columns)
        orders = [("as the service sends them", _ANY), *((name, name) for name in columns)]
        self.sort = menu("Sort by", orders, "A click on a column's heading sorts too")
        self.descending = box("from Z to A, newest first", False, "Sort the other way round")
        self.shown = {name: box(name, name in COLUMNS, f"Show {name}") for name in columns}
        self.choose_columns = widgets.ToggleButton(description="Columns", icon="columns", tooltip="Choose the columns")
        self.counts = widgets.HTML()
        self._columns_box = widgets.VBox(
            [
                widgets.HTML('<span class="cct-small">Of each contact:</span>'),
                widgets.Box([*self.shown.values()], layout=wrapped()),
                widgets.HTML('<span class="cct-small">What belongs to it, read with <i>Load</i>:</span>'),
                widgets.Box([*self.included.values()], layout=wrapped()),
            ]
        )
        self._columns_box.layout.display = "none"
        self.view = ContactView(self._chose, self._clicked, self._sorted_by_heading, self._reading.lock)
        self.searched = widgets.HTML()
        self.open = button("Show details", "All that the service says of the contact that is chosen", disabled=True)
        self.close_details = button("Close details", "Put the details away")
        self.close_details.layout.display = "none"
        self.chosen = widgets.HTML()
        self.details = widgets.HTML()
        self.details.add_class("cct-details")
        self._below = widgets.VBox()
        self.controls += [self.load, self.rest]
        self.body.children = [
            widgets.HTML('<div class="cct-step">Which contacts the service sends, with <i>Load</i>:</div>'),
            row(self.filter_status, self.filter_list, self.filter_tag, self.filter_email),
            row(self.load, self.rest, self.progress, self.pace),
            self.searched,
            row(self.search, self.sort, self.descending),
            row(self.choose_columns, self.counts),
            self._columns_box,
            self.view,
            row(self.open, self.close_details, self.chosen),
            widgets.VBox([self.details, self._below]),
        ]
        self.load.on_click(lambda _: self._load())
        self.rest.on_click(lambda _: self.read_on())
        asked = (self.filter_status, self.filter_list, self.filter_tag, self.filter_email, *self.included.values())
        for one in asked:
            one.observe(lambda _: self._changed_filter(), names="value")
        for one in (self.search, self.sort, self.descending):
            one.observe(lambda _: self._show(), names="value")
        for one in self.shown.values():
            one.observe(lambda _: self._draw(), names="value")
        self.choose_columns.observe(lambda change: self._open_columns(change["new"]), names="value")
        self.open.on_click(lambda _: self._open_details())
        self.close_details.on_click(lambda _: self._close_details())

    # Asking the service.

    def _begin(self, list_id: str | None) -> None:
        self._read_names()
        if list_id is not None:
            if list_id not in self._reading.names.lists:
                raise CctoolkitError(f"There is no list {list_id} in the account: client.lists.frame() shows the ids.")
            self.filter_list.value = list_id
        self._reading.first(self._asked())
        self._show()
        self._tell()

    def _asked(self) -> dict[str, Any]:
        """The filters that are chosen, as `client.contacts.frame` takes them. Raises `BadRequest` for half an address."""
        email = self.filter_email.value.strip()
        if email and not ("@" in email and not email.startswith("@") and not email.endswith("@")):
            raise BadRequest(
                400, "", "the service looks for whole addresses, such as ana@example.com; Search looks for parts", ""
            )
        filters = {
            "status": self.filter_status.value,
            "lists": self.filter_list.value,
            "tags": self.filter_tag.value,
            "email": email or None,
            "include": [name for name, one in self.included.items() if one.value] or None,
        }
        return {name: value for name, value in filters.items() if value}

    def _read_names(self) -> None:
        """What the account calls its lists and tags now. Raises `CctoolkitError` when the one that is chosen is gone.

        The service would answer with nobody, as if it were empty.
        """
        names = self._reading.names
        before = {**names.lists, **names.tags}
        self._reading.read_names()
        gone = None
        self._filling = True
        try:
            for menu, named in ((self.filter_list, names.lists), (self.filter_tag, names.tags)):
                entries = sorted((plain(name) or "(without a name)", each) for each, name in named.items())
                options, chosen = (menu.options[0], *entries), menu.value
                if options == menu.options:
                    continue
                menu.options = options
                menu.value = chosen if chosen in named else _ANY
                if chosen and chosen not in named:
                    gone = chosen
            self.filter_tag.layout.display = None if names.tags else "none"
        finally:
            self._filling = False
        if gone is not None:
            name = quoted(before.get(gone, gone))
            raise CctoolkitError(f"{name} was deleted meanwhile: choose another list or tag, then press Load.")

    def _load(self) -> None:
        """Ask for what the filters say: what is shown stays until the answer is there."""

        def load(stop: threading.Event) -> None:
            self._read_names()
            self._reading.first(self._asked())
            self._show()
            if not self._reading.complete and self._reading.total <= BY_ITSELF and not stop.is_set():
                self._read_rest(stop)
            else:
                self._tell()

        self.beside("Asking the service …", load, stoppable=True)

    def read_on(self) -> None:
        """Read all that match, beside the page. Without a click: `table.read_on(); table.wait()`."""
        self.beside(f"Reading {self._reading.total:,} contacts …", self._read_rest, stoppable=True)

    def _read_rest(self, stop: threading.Event) -> None:
        def told(pace: Pace) -> None:
            self.progress.value, self.pace.value = pace.part, markup.text(pace.words)

        self.progress.value, self.progress.layout.display = 0.0, None
        try:
            pace, how = self._reading.rest(stop, told)
        finally:
            self.progress.layout.display, self.pace.value = "none", ""
            self._show(longer=True)
        self._tell(pace, how)

    def _tell(self, pace: Pace | None = None, how: str = "") -> None:
        loaded = len(self._reading.loaded)
        if self._reading.complete:
            took = f" in {pace.seconds:,.0f} s" if pace and pace.seconds >= 1 else ""
            self.say(f"{many(loaded, 'contact')} loaded{took}.{how and f' {how}'}", good=True)
        elif pace:
            self.say(f"Stopped: {loaded:,} of {self._reading.total:,} contacts are loaded.")
        else:
            self.say(f"{loaded:,} of {self._reading.total:,} contacts are loaded: the button reads the rest.")

    def _changed_filter(self) -> None:
        if not self._filling and not self._working.locked():
            self.say("Press Load to ask the service for this.")

    # Showing.

    def _show(self, *, longer: bool = False) -> None:
        """Search and sort what is loaded, and show it from its beginning; where it only became longer, from the same page."""
        if self._filling:
            return
        with self._reading.lock:
            found = frames.search(self._reading.loaded, self.search.value)
            if self.sort.value in self._reading.loaded:
                found = found.sort_values(self.sort.value, **self._order(self.sort.value))
            self._found = found
            if not longer:
                self._close_details()  # of whom they are may not be among these
            self._draw(longer=longer)

    def _order(self, column: str) -> dict[str, Any]:
        order: dict[str, Any] = {"ascending": False} if self.descending.value else {}
        if self._is_text(column):
            order["key"] = lambda texts: texts.str.lower()
        return order

    def _is_text(self, column: str) -> bool:
        return str(self._reading.loaded[column].dtype) == "string"

    def _columns(self) -> list[str]:
        wanted = [name for name, one in self.shown.items() if one.value]
        return [name for name in (*wanted, *self.included) if name in self._reading.loaded]

    def _draw(self, *, longer: bool = False) -> None:
        """Show what was found, as it is to be shown; nobody is chosen then."""
        if self._filling:
            return
        with self._reading.lock:
            self.counts.value = f'<span class="cct-small">{markup.text(self._counted())}</span>'
            self.rest.description = f"Load the other {self._reading.total - len(self._reading.loaded):,}"
            self.rest.tooltip = f"Read all contacts that match: {math.ceil(self._reading.total / PAGE):,} requests"
            self.rest.layout.display = "none" if self._reading.complete else None
            self.searched.value = f'<div class="cct-step">{markup.text(self._searched())}</div>'
            order = (self.sort.value if self.sort.value in self._reading.loaded else _ANY, self.descending.value)
            self.view.show(self._found, self._columns(), self._reading.names, order, longer=longer)
            self.same_in_code(self._code())
            self._chose()

    def _sorted_by_heading(self, column: str) -> None:
        """A column's heading was clicked: by that column, and the other way round at the next click."""
        if column not in self.shown:
            self.say(f"A contact has several {plain(column)}: the table sorts by what is one value.")
            return
        self._filling = True
        try:
            self.descending.value = column == self.sort.value and not self.descending.value
            self.sort.value = column
        finally:
            self._filling = False
        self._show()

    def _open_columns(self, opened: bool) -> None:
        self._columns_box.layout.display = None if opened else "none"

    def _searched(self) -> str:
        """What search and order are of."""
        if self._reading.complete:
            return f"Among the {many(len(self._reading.loaded), 'contact')} that are loaded:"
        return f"Among the {len(self._reading.loaded):,} contacts that are loaded, not the other {self._reading.total - len(self._reading.loaded):,}:"

    def _counted(self) -> str:
        found, loaded, total = len(self._found), len(self._reading.loaded), self._reading.total
        if not loaded:
            return "No contact matches." if self._reading.filters else "The account has no contacts."
        everybody = many(loaded, "contact")
        if self._reading.complete:
            return f"{found:,} of {everybody}" if self.search.value.strip() else everybody
        some = f"{loaded:,} loaded of {total:,} contacts"
        return f"{found:,} found in {some}" if self.search.value.strip() else some

    def _code(self) -> str:
        """The lines that give the frame that is shown."""
        lines = [f"contacts = {self._reading.source}"]
        if "islice(" in self._reading.source:
            lines.insert(0, "from itertools import islice")
        if words := self.search.value.strip():
            lines.append(f"contacts = frames.search(contacts, {words!r})")
        if (column := self.sort.value) in self._reading.loaded:
            key = ", key=lambda texts: texts.str.lower()" if self._is_text(column) else ""
            ascending = ", ascending=False" if self.descending.value else ""
            lines.append(f"contacts = contacts.sort_values({column!r}{ascending}{key})")
        if any("frames." in line for line in lines):
            lines.insert(0, "from cctoolkit import frames")
        columns = self._columns()
        return "\n".join([*lines, "contacts" if columns == list(self._reading.loaded) else f"contacts[{columns!r}]"])

    # One contact.

    def _chose(self) -> None:
        if self._filling:
            return
        chosen = self.selected
        self.open.disabled = len(chosen) != 1
        if len(chosen) == 1:
            said = f"Chosen: {in_html(who(chosen.iloc[0]))}"
        else:
            said = f"{len(chosen):,} are chosen: table.selected has them." if len(chosen) else "Nobody is chosen."
        self.chosen.value = f'<span class="cct-small">{said}</span>'

    def _clicked(self, position: int) -> None:
        with self._reading.lock:
            if 0 <= position < len(self._found):
                self._want(self._found.iloc[position])

    def _open_details(self) -> None:
        chosen = self.selected
        if len(chosen) == 1:
            self._want(chosen.iloc[0])

    def _want(self, contact: pd.Series[Any]) -> None:
        """Show the details of a contact, known by its id, or by its address where an export was read, which has no ids."""
        known = contact["contact_id" if "contact_id" in self._found else "email_address"]
        self._wanted = str(known) if isinstance(known, str) else None
        if self._wanted is None:
            self.say("This contact has neither an id nor an address here: its details cannot be asked for.")
            return
        self._look_up()

    def _look_up(self) -> None:
        """Show the details of the contact that is wanted; while one is read, the newest click counts."""

        def look_up(stop: threading.Event) -> None:
            shown: str | None = None
            while (wanted := self._wanted) is not None and wanted != shown:
                shown = wanted
                self._show_details(wanted)
            self.say("The details are below the table.", good=True)

        if not self.beside("Reading one contact …", look_up) and self.stop_button.layout.display is None:
            self.details.value = markup.status("Contacts are being read: wait, or press Stop, then choose again.")

    def _show_details(self, known_as: str) -> None:
        try:
            contact = self._reading.one(known_as)
        except NotFound:
            self.details.value = ""
            raise CctoolkitError(
                "This contact is in the account no more, it was deleted meanwhile: Load reads the account again."
            ) from None
        call = f"client.contacts.get({contact.get('contact_id', known_as)!r}, include={list(frames.SUB_RESOURCES)!r})"
        table = details(contact, self._reading.names, frames.SUB_RESOURCES)
        self.details.value = f"<div><b>{in_html(who(contact))}</b></div>{table}{markup.same_in_code(call)}"
        self._below.children = [in_sight()]
        self.close_details.layout.display = None

    def _close_details(self) -> None:
        self._wanted = None
        self.details.value = ""
        self.close_details.layout.display = "none"


def _field() -> widgets.Layout:
    """Of each field a layout of its own: one that is hidden would hide all."""
    return widgets.Layout(width="auto", flex="1 1 17em", min_width="0", max_width="26em")
