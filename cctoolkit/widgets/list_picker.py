"""The list picker: a face on `client.lists`, to choose a list or to make one, for its `list_id`."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets as widgets
import traitlets

from ..api import Client
from ..api.lists import NAME_LENGTH
from ..errors import CctoolkitError, Conflict, NotFound
from . import markup, names
from .controls import LABEL, row, wide
from .panel import Panel

Record = dict[str, Any]


class ListPicker(Panel):
    """Shows the lists of the account, favourites first; `picker.list_id` is the id of the one that is chosen.

    The list `name` is chosen at first, or without `name` the first there is, so that a notebook that is run as a whole
    goes on. A list that is chosen is asked for again: one that was deleted meanwhile is told. A list is made with
    *Create*, on the live service after a yes. `picker.observe(f, "chosen")` tells of each choice; an `ImportPanel` that is given
    the picker in place of an id follows it.

    Raises a `CctoolkitError` when the lists cannot be read.
    """

    #: The id of the list that is chosen, None when none is; only to be observed.
    chosen = traitlets.Unicode(None, allow_none=True)

    def __init__(self, client: Client, *, name: str | None = None) -> None:
        super().__init__("Choose a list", name="list picker")
        self._client = client
        self._lists: list[Record] = []
        self._chosen: str | None = None
        self._deleted: str | None = None  # the name of the list that was chosen and is gone
        self._wanted = (name or "").strip()
        self._filling = False
        self._lock = threading.RLock()
        self.search = widgets.Text(
            description="Search",
            placeholder="a part of a list's name",
            tooltip="Shows the lists whose name holds each of these words",
            layout=wide("40em"),
            style=LABEL,
        )
        self.choice = widgets.Select(
            description="Lists",
            tooltip="Choose with the mouse or the arrow keys",
            rows=8,
            layout=wide("40em"),
            style=LABEL,
        )
        self.refresh = widgets.Button(
            description="Refresh",
            icon="refresh",
            tooltip="Read the lists from the service",
            layout=widgets.Layout(width="auto"),
        )
        self.new_name = widgets.Text(
            description="New list",
            # A click overtakes what is sent at each key while the kernel is busy: a list of half a name would be made.
            continuous_update=False,
            placeholder="its name",
            tooltip=f"The new list's name, 1 to {NAME_LENGTH} characters",
            layout=widgets.Layout(width="auto", flex="1 1 18em", max_width="40em", min_width="0"),
            style=LABEL,
        )
        self.create = widgets.Button(
            description="Create",
            icon="plus",
            tooltip="Make a list of this name in the account",
            layout=widgets.Layout(width="auto"),
        )
        self.says = widgets.HTML()
        self.yes = widgets.Button(description="Yes, create it", button_style="primary", tooltip="Make the list")
        self.no = widgets.Button(description="No", tooltip="Make nothing")
        self._asked = widgets.HTML()
        self.confirm = widgets.VBox([self._asked, widgets.HBox([self.yes, self.no])])
        self.confirm.layout.display = "none"
        self.shown = widgets.HTML()
        self.counts = widgets.HTML()
        # Create is none of them: a press that comes while something is read is done afterwards.
        self.controls += [self.refresh, self.yes]
        self.body.children = [
            self.shown,
            self.search,
            self.choice,
            row(self.refresh, self.counts),
            row(self.new_name, self.create),
            self.says,
            self.confirm,
        ]
        self._making = self._creates_next = False
        self.search.observe(lambda _: self._fill(), names="value")
        self.choice.observe(self._clicked, names="value")
        self.refresh.on_click(lambda _: self.beside("Reading the lists …", self._refreshed))
        self.new_name.observe(lambda _: self._check(), names="value")
        self.create.on_click(lambda _: self._create())
        self.yes.on_click(lambda _: self._confirmed())
        self.no.on_click(lambda _: self._declined())
        self.at_once(self._begin)

    # What a notebook takes.

    @property
    def list(self) -> Record:
        """The list that is chosen, as the service answers it. Raises `CctoolkitError` when none is."""
        with self._lock:
            found = self._find(self._chosen)
            if found is not None:
                return dict(found)
            if self._deleted is not None:
                raise CctoolkitError(
                    f"The list {names.quoted(self._deleted)} was deleted meanwhile: choose another in the panel."
                )
            if self._wanted:
                raise CctoolkitError(
                    f"The account has no list {names.quoted(self._wanted)}: press Create in the panel, or choose another."
                )
            if self._lists:
                raise CctoolkitError("No list is chosen: choose one in the panel.")
            raise CctoolkitError("The account has no list yet: give a name under New list, and press Create.")

    @property
    def list_id(self) -> str:
        """The id of the list that is chosen. Raises `CctoolkitError` when none is."""
        return str(self.list["list_id"])

    # Reading.

    def _begin(self) -> None:
        self._read()
        with self._lock:
            if self._wanted:
                named = next((each for each in self._lists if _plain(each) == _plain(self._wanted)), None)
                if named is None:
                    self.new_name.value = self._wanted[:NAME_LENGTH]
                    self._fill()
                    self._show()
                    self.say(f"The account has no list {names.quoted(self._wanted)}. Create makes it.", good=False)
                    return
                self._chosen = named["list_id"]
            elif self._lists:
                self._chosen = self._lists[0]["list_id"]
            self._fill()
            self._show()
            self._tell()

    def _read(self) -> None:
        found = [each for each in self._client.lists.iter(counts=True) if each.get("list_id")]
        with self._lock:
            self._lists = sorted(found, key=lambda each: (not each.get("favorite"), _plain(each)))

    def _refreshed(self, stop: threading.Event) -> None:
        before = self._find(self._chosen)
        self._read()
        with self._lock:
            if before is not None and self._find(self._chosen) is None:
                self._gone(before)
                return
            self._fill()
            self._show()
            self._tell()

    def _tell(self) -> None:
        """The status line of an account that was read."""
        if not self._lists:
            self.say("The account has no list yet. Give a name under New list, and press Create.")
        elif self._find(self._chosen) is None:
            self.say("No list is chosen: choose one.")
        else:
            self.say(f"{names.quoted(self.list.get('name', ''))} is chosen.", good=True)

    # Choosing.

    def _clicked(self, change: Record) -> None:
        if self._filling or change["new"] is None:
            return
        with self._lock:
            self._chosen, self._deleted, self._wanted = change["new"], None, ""
            self._show()
            self._tell()
        # While a list is looked up, the next choices are waited for there.
        self.beside(f"Looking up {names.quoted(self.list.get('name', ''))} …", self._look_up)

    def _look_up(self, stop: threading.Event) -> None:
        """Whether the chosen list is still there, and how many are on it now; the newest choice counts."""
        looked_up: str | None = None
        while (chosen := self._chosen) is not None and chosen != looked_up:
            looked_up = chosen
            try:
                now = self._client.lists.get(chosen, counts=True)
            except NotFound:
                with self._lock:
                    before = self._find(chosen)
                    if before is not None:
                        self._gone(before)
                if self._chosen is None:
                    return
                continue
            with self._lock:
                self._lists = [{**each, **now} if each["list_id"] == chosen else each for each in self._lists]
                self._fill()
                self._show()
        self._tell()

    def _gone(self, before: Record) -> None:
        """The list that was chosen is there no more: nothing is chosen in its place, for nobody chose it."""
        self._lists = [each for each in self._lists if each["list_id"] != before["list_id"]]
        if self._chosen == before["list_id"]:
            self._chosen, self._deleted = None, str(before.get("name", ""))
        self._fill()
        self._show()
        self.say(f"The list {names.quoted(before.get('name', ''))} was deleted meanwhile: choose another.", good=False)

    # Making.

    def _check(self) -> bool:
        """Say what is wrong with the new name before a request is spent on it; whether it can be."""
        self._close_confirm()
        wrong = self._wrong_with(self.new_name.value)
        self.says.value = markup.status(wrong, good=False) if wrong else ""
        return wrong is None

    def _wrong_with(self, typed: str) -> str | None:
        """None for a name that can be; an empty text where there is nothing to say yet."""
        name = typed.strip()
        if not name:
            return ""
        if len(name) > NAME_LENGTH:
            return f"A list's name has at most {NAME_LENGTH} characters, this one has {len(name)}: shorten it."
        with self._lock:
            same = next((each for each in self._lists if _plain(each) == _plain(name)), None)
        if same is not None:
            return f"There is a list {names.quoted(same.get('name', ''))}: choose it above, or give another name."
        return None

    def _create(self) -> None:
        if self._working.locked():
            # A list that was chosen a moment ago is being looked up: whoever goes on to a new one is not made to click again.
            # The second half of a double click comes while the list is made, and makes none.
            if not self._making and not self._creates_next:
                self._creates_next = True
                threading.Thread(target=self._create_next, daemon=True).start()
            return
        self._create_checked()

    def _create_checked(self) -> bool:
        """Make the list, or say or ask what there is to say or ask; False when something runs."""
        if not self._check():
            if not self.new_name.value.strip():  # the second half of a double click comes here too: no reproach
                self.says.value = markup.status("Give the new list a name, then press Create.")
            return True
        if not self._client.is_real:
            return self._make()
        where = "your account at Constant Contact" if self._client.service == "live" else self._client.api_url
        name = names.in_html(self.new_name.value.strip())
        self._asked.value = f'<div role="alert">Create the list “{name}” in {markup.text(where)}?</div>'
        self.confirm.layout.display = None
        return True

    def _create_next(self) -> None:
        try:
            self.wait()
            # The second half of a double click finds the name taken away, and says nothing.
            while self.new_name.value.strip() and not self._create_checked():  # somebody else who waited was quicker
                self.wait()
        except CctoolkitError as error:
            self.failed(error)
        finally:
            self._creates_next = False

    def _confirmed(self) -> None:
        if self.confirm.layout.display != "none" and not self._working.locked():
            self._close_confirm()
            self._make()

    def _declined(self) -> None:
        self._close_confirm()
        self.say("Nothing was created.")

    def _close_confirm(self) -> None:
        self.confirm.layout.display = "none"

    def _make(self) -> bool:
        name = self.new_name.value.strip()

        def create() -> None:
            try:
                made = self._client.lists.create(name)
            except Conflict:
                self._read()
                self._fill()
                self._check()
                raise CctoolkitError(
                    f"Somebody made a list {names.quoted(name)} meanwhile: choose it, or give another name."
                ) from None
            with self._lock:
                made = {"membership_count": 0, **made}
                self._lists = sorted([*self._lists, made], key=lambda each: (not each.get("favorite"), _plain(each)))
                self._chosen, self._deleted, self._wanted = made["list_id"], None, ""
                self.search.value = self.new_name.value = ""
                self._fill()
                self._show(f"client.lists.create({name!r})")
            self.say(f"{names.quoted(name)} is created, and chosen.", good=True)

        def once(stop: threading.Event) -> None:
            self._making = True
            try:
                create()
            finally:
                self._making = False

        return self.beside(f"Creating {names.quoted(name)} …", once)

    # Showing.

    def _fill(self) -> None:
        """The lists that are searched for, as the menu's entries; the chosen one stays chosen, also when it is hidden."""
        with self._lock:
            words = [word.casefold() for word in self.search.value.split()]
            found = [each for each in self._lists if all(word in _plain(each) for word in words)]
            options = [(_entry(each), each["list_id"]) for each in found]
            chosen = self._chosen if any(self._chosen == each["list_id"] for each in found) else None
            self._filling = True
            try:
                if tuple(options) != self.choice.options:
                    self.choice.options = options
                self.choice.value = chosen
            finally:
                self._filling = False
            count = len(self._lists)
            of = f"{len(found):,} of " if words else ""
            self.counts.value = f'<span class="cct-small">{of}{names.many(count, "list")}</span>'

    def _show(self, code: str | None = None) -> None:
        """The chosen list with its id, and the call that gives it."""
        with self._lock:
            chosen = self._find(self._chosen)
            self.chosen = None if chosen is None else str(chosen["list_id"])
            if chosen is None:
                self.shown.value = self.footer.value = ""
                return
            count = chosen.get("membership_count")
            people = "" if count is None else f", {names.many(count, 'contact')}"
            self.shown.value = (
                f'<div class="cct-words">Chosen: <b>{names.in_html(chosen.get("name", ""))}</b>{people}<br>'
                f'<span class="cct-small">list_id</span> <code>{markup.text(chosen["list_id"])}</code> '
                f"{markup.copy_button(chosen['list_id'], 'the list_id')}</div>"
            )
            self.same_in_code(f'list_id = {code or self._call(chosen)}["list_id"]')

    def _call(self, chosen: Record) -> str:
        """The call that gives this list: by its name where that names no other before it."""
        name = str(chosen.get("name", ""))
        same = [each for each in self._lists if str(each.get("name", "")).casefold() == name.strip().casefold()]
        if same == [chosen]:
            return f"client.lists.find({name!r})"
        return f"client.lists.get({chosen['list_id']!r})"

    def _find(self, list_id: str | None) -> Record | None:
        return next((each for each in self._lists if each["list_id"] == list_id), None)


def _plain(entry: Record | str) -> str:
    """A list's name as the service compares it: whatever its case."""
    name = entry if isinstance(entry, str) else str(entry.get("name") or "")
    return name.strip().casefold()


def _entry(entry: Record) -> str:
    name = names.plain(entry.get("name")) or "(without a name)"
    star = "★ " if entry.get("favorite") else ""
    count = entry.get("membership_count")
    return f"{star}{names.apart(name)}" + ("" if count is None else f" · {count:,}")
