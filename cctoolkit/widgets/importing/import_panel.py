"""The import panel: a file, a list, a preview, the import. A face on `contact_files.clean` and `cctoolkit.imports`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import ipywidgets as widgets

from ...api import Client
from ...contact_files import Cleaned, Export
from ...errors import CctoolkitError, Declined, NotFound, SettingsError
from ...imports import Outcome, Preview, Progress, import_contacts, journal_path, nothing_kept, resume
from ...imports import preview as preview_import
from ...imports.checking import checked_list_id
from .. import names
from ..controls import LABEL, button, in_sight, row, show, wide
from ..list_picker import ListPicker
from ..panel import Panel
from .contact_file import ContactFile
from .list_menu import ListMenu
from .preview import preview_view
from .result import ImportResult


class _Stopped(CctoolkitError):
    """Somebody pressed Stop."""


class _Chosen(NamedTuple):
    """What an import depends on."""

    cleaned: Cleaned | None
    list_id: str | None
    create_custom_fields: bool
    sms_permission: str

    @property
    def sms(self) -> str | None:
        """The permission to send text messages, of a file that has numbers."""
        return self.sms_permission if "sms_number" in _headings(self.cleaned) else None


class ImportPanel(Panel):
    """Imports a contact file into a list: the file is cleaned, a preview tells what would change, then it is sent,
    followed, and checked who arrived.

    An account that is real is asked for first; the sandbox is not. `panel.run()` does all of it in the cell, for Run
    All. `panel.cleaned`, `panel.preview` and `panel.outcome` are what the steps returned.

    `list_id` may be a `ListPicker` of the same account, whose choice is followed.

    `sleep` waits between two looks, as in `imports.import_contacts`. Raises what reading the lists and the file can
    raise: the cell fails, and the panel says why.
    """

    def __init__(
        self,
        client: Client,
        file: str | Path | Export | None = None,
        list_id: str | ListPicker | None = None,
        *,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        super().__init__("Import contacts", name="import panel")
        self._client, self._sleep = client, sleep
        self._preview: Preview | None = None
        self._outcome: Outcome | None = None
        self._journal: Path | None = None
        self._imported: _Chosen | None = None
        self._picker: ListPicker | None = None
        self._picked: str | None = None  # what was chosen there when this panel took it
        self._asked: _Chosen | None = None  # what the question is about
        self.file = ContactFile(inside=self, settled=self._file_changed)
        self.list = ListMenu(client, self._choice_changed)
        self.lists_button = button("Read the lists again", "refresh", self._read_lists_again)
        self.create_custom_fields = widgets.Checkbox(
            description="Make custom fields that the account lacks", indent=False, layout=wide()
        )
        self.sms_permission = widgets.Dropdown(
            description="Text messages",
            options=[("they did not agree to any", "not_set"), ("each agreed, on sms_consent_date", "explicit")],
            layout=wide(),
            style=LABEL,
        )
        self.preview_button = button("Preview", "search", self._preview_clicked)
        self.import_button = button("Import", "upload", self._import_clicked, "primary")
        self.yes_button = button("Yes, import into my account", "check", self._yes, "danger")
        self.no_button = button("No", "times", self._no)
        self.question = widgets.HTML()
        #: Why *Import* cannot be pressed.
        self.waits_for = widgets.HTML()
        self.go_on_button = button("Go on", "play", partial(self._resume_clicked, retry_failed=False), "primary")
        self.retry_button = button(
            "Send the failed parts again", "repeat", partial(self._resume_clicked, retry_failed=True)
        )
        self.bar = widgets.FloatProgress(min=0, max=100, description="Import", layout=wide(), style=LABEL)
        self._asking = widgets.VBox([self.question, row(self.yes_button, self.no_button)])
        self.preview_box, self.result_box = widgets.VBox(), widgets.VBox()
        self.controls += [
            *(self.list, self.lists_button, self.create_custom_fields, self.sms_permission, self.preview_button),
            *(self.import_button, self.yes_button, self.no_button, self.go_on_button, self.retry_button),
        ]
        for control in (self.create_custom_fields, self.sms_permission):
            control.observe(lambda _: self._choice_changed(), names="value")
        buttons = row(self.preview_button, self.import_button, self.go_on_button, self.retry_button, self.stop_button)
        self.body.children = [
            self.file,
            _step("2 · The list"),
            row(self.list, self.lists_button),
            self.create_custom_fields,
            self.sms_permission,
            _step("3 · Preview, then import"),
            buttons,
            self.waits_for,
            self.status,
            self.bar,
            self._asking,
            self.result_box,
            self.preview_box,
        ]
        self.children = [self.heading, self.body, self.footer]
        self.stop_button.layout.width = "auto"
        show(self.bar, False)
        self.settle()
        if isinstance(list_id, ListPicker):
            self._picker, self._picked = list_id, list_id.chosen
        wanted = self._picked if isinstance(list_id, ListPicker) else list_id
        self.at_once(lambda: self._begin(file, wanted))
        if self._picker is not None:
            self._picker.observe(lambda _: self._follow(), names="chosen")

    @property
    def cleaned(self) -> Cleaned:
        """The account of the file. Raises `ContactFileError` while there is none."""
        return self.file.cleaned

    @property
    def preview(self) -> Preview:
        """What the import would do. Raises `CctoolkitError` while nothing was previewed."""
        if self._preview is None:
            raise CctoolkitError("Nothing is previewed yet: press Preview in the panel, or call panel.run().")
        return self._preview

    @property
    def outcome(self) -> Outcome:
        """What became of the import. Raises `CctoolkitError` while nothing was imported."""
        if self._outcome is None:
            raise CctoolkitError("Nothing is imported yet: press Import in the panel, or call panel.run().")
        return self._outcome

    def run(self, *, yes: bool = False) -> Outcome:
        """Preview and import with what is chosen, in the cell. Its errors are shown, and raised.

        Raises `Declined` for a real account without `yes=True`.
        """
        self.wait()
        try:
            self.at_once(lambda: self._run(yes))
        except KeyboardInterrupt:
            self.say("Interrupted. What the service has, it goes on with: press Go on to see how far it is.")
            raise
        finally:
            self.settle()
        return self.outcome

    def failed(self, error: CctoolkitError) -> None:
        show(self._asking, False)
        words = str(error)
        if isinstance(error, NotFound):
            words += " Press Read the lists again, and choose another."
        elif hasattr(error, "__notes__"):  # it ended on the way, and not before the first step
            words += " What was sent is written down: press Go on."
        self.say(words, good=None if isinstance(error, _Stopped) else False)

    def settle(self) -> None:
        waits_for = self._waits_for()
        imported = not waits_for and self._imported == self._chosen
        self.preview_button.disabled = bool(waits_for)
        self.import_button.disabled = bool(waits_for) or imported
        if imported and self._journal is not None:
            waits_for = "This import has not ended: Go on takes it up where it is."
        elif imported:
            waits_for = "This was imported: choose another file, list or setting to import again."
        self.waits_for.value = f'<div class="cct-small">{waits_for}</div>' if waits_for else ""
        show(self.waits_for, bool(waits_for))
        show(self.go_on_button, self._journal is not None)
        show(self.retry_button, self._journal is None and self._outcome is not None and not self._outcome.completed)
        headings = _headings(self._chosen.cleaned)
        show(self.create_custom_fields, any(name.startswith("cf:") for name in headings))
        show(self.sms_permission, "sms_number" in headings)

    def _waits_for(self) -> str:
        """What is lacking before anything can be previewed or imported; empty when nothing is."""
        if not self.file.is_cleaned:
            return "Import waits for a file that can be cleaned: see above."
        if not self.cleaned.kept_count:
            return "Import waits for a file with somebody in it who can be written to."
        if not self.file.is_answered:
            return "Import waits for your answer above."
        return "Import waits for a list: choose one above." if self.list.value is None else ""

    # What is chosen.

    def _begin(self, file: str | Path | Export | None, list_id: str | None) -> None:
        self.list.read(None if list_id is None else checked_list_id(list_id), first=self._picker is None)
        self.say("Choose a file, and the list that its contacts come onto.")
        if file is not None:
            self.file.clean_file(file)

    def _read_lists_again(self) -> None:
        def read(stop: threading.Event) -> None:
            self.list.read()
            self.say(f"The account has {names.many(len(self.list.options), 'list')}.")

        self.beside("Reading the lists …", read)

    def _free(self, before: list[tuple[Any, bool]]) -> None:
        """What was chosen in the picker meanwhile is taken before anything else can begin."""
        try:
            while self._is_behind:
                self._take_picked()
        except CctoolkitError as error:
            self.failed(error)
        finally:
            super()._free(before)

    @property
    def _is_behind(self) -> bool:
        """Whether the picker beside this panel shows another choice than was taken here."""
        return self._picker is not None and self._picker.chosen != self._picked

    def _follow(self) -> bool:
        """Take the picker's choice, now or when what runs is through; whether there was another."""
        if not self._is_behind:
            return False
        self.beside("Reading the lists …", lambda stop: self._take_picked())
        return True

    def _take_picked(self) -> None:
        """A list that was made there has to be read first."""
        assert self._picker is not None
        self._picked = chosen = self._picker.chosen
        if chosen is None:  # deleted, there
            self.list.value = None
            self.say("In the list picker no list is chosen any more: choose one there, or here.")
        else:
            self.list.read(chosen.lower())
            self._say_next(f"The list is {names.quoted(self.list.list_name)} now.")

    def _file_changed(self) -> None:
        self._forget_preview()
        self.settle()
        self._say_next()

    def _say_next(self, first: str = "") -> None:
        """What to do now, after what has just been done."""
        if not self.file.is_cleaned:
            self.say(f"{first} There is no file to import yet: see above.".lstrip())
        elif not self.cleaned.kept_count:
            self.say(f"{first} {nothing_kept(self.cleaned)}".lstrip(), good=False)
        elif not self.file.is_answered:
            self.say(f"{first} First say above what the column is about: nobody is imported before.".lstrip())
        elif self.list.value is None:
            self.say(f"{first} Choose a list to go on.".lstrip())
        else:
            self.say(f"{first} Press Preview to see what would change, or Import.".lstrip())

    @property
    def _chosen(self) -> _Chosen:
        cleaned = self.file.cleaned if self.file.is_cleaned else None
        return _Chosen(cleaned, self.list.value, self.create_custom_fields.value, self.sms_permission.value)

    def _ready(self, chosen: _Chosen) -> tuple[Cleaned, str]:
        cleaned = chosen.cleaned or self.cleaned
        if not cleaned.kept_count:
            raise nothing_kept(cleaned)
        if chosen.list_id is None:
            if self.list.options:
                raise SettingsError("No list is chosen: choose one in the panel.")
            raise SettingsError("The account has no list: make one with client.lists.create('News'), and choose it.")
        return cleaned, chosen.list_id

    # The preview.

    def _preview_clicked(self) -> None:
        if self._follow():
            return
        self.beside("Reading the account …", self._look_ahead, stoppable=True)

    def _look_ahead(self, stop: threading.Event) -> None:
        cleaned, list_id = self._ready(self._chosen)
        self._forget_preview()
        self.list.read(list_id)  # it may have been deleted meanwhile
        self.same_in_code(f"imports.preview(client, cleaned, {list_id!r})")
        self._preview = preview_import(
            self._client, cleaned, list_id, progress=False, on_progress=partial(self._told_reading, stop)
        )
        makes_fields = self.create_custom_fields.value
        self.preview_box.children = [preview_view(self._preview, self.list.list_name, makes_fields), in_sight()]
        self.say("This is what the import would do. Nothing was sent.", good=True)

    def _told_reading(self, stop: threading.Event, read: int, expected: int) -> None:
        if stop.is_set():
            raise _Stopped("Stopped. Nothing was sent.")
        self.say(f"Reading the account: {read:,} of {names.many(expected, 'contact')} …")

    def _choice_changed(self) -> None:
        if self._preview is not None and self.preview_box.children:
            self.footer.value = ""
            self.say("What was previewed was another choice: press Preview to see what this one would change.")
        self._forget_preview()

    def _forget_preview(self) -> None:
        """What it told is not of what is chosen now."""
        self._preview = None
        self.preview_box.children = ()
        show(self._asking, False)
        if not self._working.locked():
            self.settle()

    # The import.

    def _import_clicked(self) -> None:
        if self._imported == self._chosen or self._follow():
            return  # the second of two quick clicks; or nobody is imported onto another list than the picker shows
        if not self._client.is_real:
            self.beside("The import begins …", partial(self._import, self._chosen), stoppable=True)
        else:
            self.beside("Reading the account …", self._look_and_ask, stoppable=True)

    def _look_and_ask(self, stop: threading.Event) -> None:
        if self._preview is None:
            self._look_ahead(stop)
        chosen = self._chosen
        cleaned, _ = self._ready(chosen)
        where = "Constant Contact" if self._client.service == "live" else str(urlsplit(self._client.api_url).hostname)
        self.question.value = (
            f'<div class="cct-words"><b>Import {names.many(cleaned.kept_count, "contact")} into the list '
            f"{names.in_html(self.list.list_name)} of your account at {names.in_html(where)}?</b></div>"
        )
        self._asked = chosen
        show(self._asking, True)
        self.say("Nothing was sent yet. Look at the preview, then say Yes or No.")

    def _yes(self) -> None:
        asked = self._asked
        if self._follow() or self._preview is None or asked is None or asked != self._chosen or self._imported == asked:
            return
        # What was asked about, whatever is chosen by the time that it begins.
        self.beside("The import begins …", partial(self._import, asked), stoppable=True)

    def _no(self) -> None:
        show(self._asking, False)
        self.say("Nothing was imported.")

    def _import(self, chosen: _Chosen, stop: threading.Event) -> None:
        cleaned, list_id = self._ready(chosen)
        show(self._asking, False)
        self.result_box.children = ()
        self._outcome = None
        place = journal_path(self._client)
        said = ["client", "cleaned", repr(list_id)]
        if chosen.create_custom_fields:
            said.append("create_custom_fields=True")
        if chosen.sms:
            said.append(f"sms_permission_to_send={chosen.sms!r}")
        self.same_in_code(f"outcome = imports.import_contacts({', '.join(said)})")
        self._carry_out(
            place,
            chosen,
            partial(
                import_contacts,
                self._client,
                cleaned,
                list_id,
                progress=False,
                journal=place,
                create_custom_fields=chosen.create_custom_fields,
                sms_permission_to_send=chosen.sms,
                sleep=partial(self._pause, stop),
                on_progress=partial(self._told, stop),
            ),
        )

    def _resume_clicked(self, *, retry_failed: bool) -> None:
        self.beside("Going on with the import …", partial(self._resume, retry_failed), stoppable=True)

    def _resume(self, retry_failed: bool, stop: threading.Event) -> None:
        place = self._journal or self.outcome.journal
        assert place is not None  # every import of this panel has a journal
        more = ", retry_failed=True" if retry_failed else ""
        self.same_in_code(f"outcome = imports.resume(client, {str(place)!r}{more})")
        self._carry_out(
            place,
            self._imported,
            partial(
                resume,
                self._client,
                place,
                retry_failed=retry_failed,
                progress=False,
                sleep=partial(self._pause, stop),
                on_progress=partial(self._told, stop),
            ),
        )

    def _carry_out(self, place: Path, chosen: _Chosen | None, work: Callable[[], Outcome]) -> None:
        """Whatever ends an import, the panel knows whether there is something to go on with."""
        self._journal = None
        self.bar.value = 0
        show(self.bar, True)
        try:
            outcome = work()
        except BaseException:
            if place.exists():
                self._journal, self._imported = place, chosen
            show(self.bar, place.exists())
            raise
        self._outcome, self._imported = outcome, chosen
        self.bar.value = 100
        self.result_box.children = [ImportResult(outcome), in_sight()]
        self.preview_box.children = ()  # what would happen has happened
        with contextlib.suppress(CctoolkitError):  # the counts in the menu; that a list is gone is said below
            self.list.read()
        well = outcome.completed and not outcome.missing
        self.say("The import is done: see below who arrived.", good=True if well else None)
        if outcome.missing:
            self._check_list(outcome.list_id)

    def _check_list(self, list_id: str) -> None:
        """The service takes contacts for a list that is deleted meanwhile, and says nothing."""
        if all(str(entry.get("list_id", "")).lower() != list_id for entry in self._client.lists.iter()):
            self.list.value = None
            raise CctoolkitError(
                "The list was deleted while the import ran: the contacts are in the account, and on no list of that id. "
                "Press Read the lists again, choose another, and import once more."
            )

    def _pause(self, stop: threading.Event, seconds: float) -> None:
        if self._sleep is None:
            stop.wait(seconds)
        else:
            self._sleep(seconds)
        self._check(stop)

    def _told(self, stop: threading.Event, step: Progress) -> None:
        self._check(stop)
        self.bar.value = step.percent
        parts = f"{step.parts_done} of {names.many(step.parts, 'part')} done"
        self.say(f"{step.doing.capitalize()}: {step.percent} %, {parts} …")

    @staticmethod
    def _check(stop: threading.Event) -> None:
        if stop.is_set():
            raise _Stopped("You stopped watching: what the service has, it goes on with.")

    def _run(self, yes: bool) -> None:
        chosen = self._chosen
        cleaned, _ = self._ready(chosen)
        if self._client.is_real and not yes:
            raise Declined(
                f"{names.many(cleaned.kept_count, 'contact')} would be imported into a real account, and nobody said "
                "yes: press Import in the panel, or call panel.run(yes=True)."
            )
        stop = threading.Event()
        self._look_ahead(stop)
        self._import(chosen, stop)


def _headings(cleaned: Cleaned | None) -> list[str]:
    return [] if cleaned is None else list(cleaned.kept_head(1).columns)


def _step(title: str) -> widgets.HTML:
    return widgets.HTML(f'<div role="heading" aria-level="4"><b>{title}</b></div>')
