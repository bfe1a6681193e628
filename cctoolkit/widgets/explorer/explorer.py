"""The API explorer: every operation of the service, its form, a try, its answer, and the same in code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import ipywidgets as widgets

from ...api import Client
from ...api.checking import Request
from ...api.operations import Operation
from ...api.schema import OperationSchema
from ...errors import CctoolkitError, Declined, SettingsError
from ...explorer import catalogue, code, offers, views
from ...explorer.asking import Exchange, ask
from ...explorer.environments import save_collection, save_environment
from ...explorer.forms import form_of
from .. import markup
from ..panel import Panel
from . import words
from .answer import AnswerView
from .form import FieldRow, Fold, OperationForm

if TYPE_CHECKING:
    import pandas as pd

_ALL = ""
_WIDE = {"width": "100%", "max_width": "60em"}
_LABEL = {"description_width": "7em"}


class Explorer(Panel):
    """All operations of a client's service. `choose` picks one and fills its form, `try_it` sends it.

    `answer` is the last answer, `frame()` that answer as a DataFrame, `exchange` everything about it.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        #: The last call with its status, headers, time and answer; None before the first.
        self.exchange: Exchange | None = None
        self._operations: list[OperationSchema] = []
        self._listing = False
        self._waiting: tuple[Operation, Request] | None = None
        self._offered: dict[str, offers.Offered] = {}
        self._form: OperationForm | None = None
        self._chosen: Operation | None = None
        super().__init__("The API explorer", name="API explorer")
        self.add_class("cct-explorer")
        self._make_choice()
        self._make_buttons()
        self._same = widgets.Tab([widgets.HTML() for _ in code.WAYS], titles=code.WAYS)
        self._answer = AnswerView(self._next_page)
        self._files = self._make_files()
        self._about = widgets.HTML()
        self._form_box = widgets.VBox()
        self._same_label = widgets.HTML('<div class="cct-small">The same in code:</div>')
        self.children = [
            self.heading,
            widgets.HTML(f'<div class="cct-small">{self._place()}</div>'),
            self.search,
            self.topic,
            self.operation,
            self._about,
            self._form_box,
            self._buttons,
            self._confirm,
            self.status,
            self.stop_button,
            self._answer,
            self._same_label,
            self._same,
            self._files,
        ]
        self.at_once(self._read_operations)

    # --- what a cell uses ---

    @property
    def answer(self) -> Any:
        """The last answer: its JSON, or its text. Raises its error, or `CctoolkitError` when nothing was tried."""
        exchange = self._tried()
        if exchange.error is not None:
            raise exchange.error
        return exchange.value

    def frame(self) -> pd.DataFrame:
        """The last answer as a DataFrame. Raises its error, and `UnexpectedAnswer` for what is no table."""
        return views.frame(self._tried())

    def choose(self, operation_id: str, **parameters: Any) -> None:
        """Show an operation, its form filled with these parameters. Raises `BadRequest` for one that does not exist."""
        operation = self.client.operations[operation_id]
        self._still()
        self.search.value, self.topic.value = "", _ALL
        self.operation.value = operation.id
        if self._form is not None:
            self._form.fill(parameters)

    def try_it(self, *, yes: bool = False) -> Any:
        """Send what the form says, wait, and return the answer: the button *Try* from a cell.

        A call that writes to a real account wants `yes=True`; whatever is no sandbox and not on this machine may be one.
        Raises `Declined` without, `BadRequest` when the form does not fit, and the error that the service answered with.
        """
        self._still()
        operation, request = self._request()
        if self._asks_first(operation) and not yes:
            raise Declined(f"{operation.id} writes to your real account: say explorer.try_it(yes=True) if you mean it.")
        before = self.exchange
        self._ask(operation, request)
        self.wait(600)
        if self.exchange is before or self.exchange is None or self.exchange.request is not request:
            raise CctoolkitError(
                "This was not tried, as something else ran in the explorer: call explorer.try_it() again."
            )
        return self.answer

    def in_code(self, way: str = "cctoolkit") -> str:
        """What the form says as code: with `cctoolkit`, `httpx` or `curl`. The access token is a variable in it.

        Raises `BadRequest` while the form does not fit, `SettingsError` for another way.
        """
        if way not in code.WAYS:
            raise SettingsError(f"There is no way {way!r}: say {', '.join(map(repr, code.WAYS))}.")
        return self._texts(*self._request())[way]

    def save_environment(self, tool: str = "postman", service: str | None = None, folder: str | Path = ".") -> Path:
        """Save an environment for `postman` or `bruno`: of this client's service, or of `sandbox` or `live`."""
        return save_environment(tool, service or self.client, folder)

    def save_collection(self, tool: str = "postman", folder: str | Path = ".") -> Path:
        """Save all operations for `postman` (a file) or `bruno` (a folder)."""
        return save_collection(tool, self.client, folder)

    # --- choosing an operation ---

    def _make_choice(self) -> None:
        #: Callbacks of widgets run in the kernel's threads, whichever the widget spoke from last.
        self._choosing = threading.RLock()
        self.search = widgets.Text(
            description="Search",
            placeholder="words of what you want to do: list, tag, report, email …",
            style=_LABEL,
            layout=widgets.Layout(**_WIDE),
        )
        self.topic = widgets.Dropdown(
            description="Topic", options=[("All topics", _ALL)], style=_LABEL, layout=widgets.Layout(**_WIDE)
        )
        self.operation = widgets.Select(
            description="Operation", rows=9, options=[], style=_LABEL, layout=widgets.Layout(**_WIDE)
        )
        self.search.observe(lambda _: self._list(), names="value")
        self.topic.observe(lambda _: self._list(), names="value")
        self.operation.observe(lambda change: self._show(change["new"]), names="value")
        self.controls += [self.search, self.topic, self.operation]

    def _read_operations(self) -> None:
        self._operations = [operation.schema for operation in self.client.operations]
        every = catalogue.topics(self._operations)
        self.topic.options = [
            (f"All topics ({len(self._operations)})", _ALL),
            *((f"{views.cut(topic, 60)} ({len(those)})", topic) for topic, those in every.items()),
        ]
        self._operations = list({one.id: one for those in every.values() for one in those}.values())
        first = catalogue.first(self._operations).id
        self._list()
        self.operation.value = first
        self.say("Fill in what you like, and press Try it.")

    def _list(self) -> None:
        """The operations that the search and the topic leave; the one that is shown stays where it is meant.

        Whoever writes a whole id means that operation, whatever the letters before the last one had shown.
        """
        with self._choosing:
            self._list_found()

    def _list_found(self) -> None:
        found = catalogue.find(self._operations, self.search.value)
        if self.topic.value != _ALL:
            found = [one for one in found if self.topic.value in (one.tags or (catalogue.OTHER,))]
        before = self.operation.value
        meant = bool(found) and catalogue.is_id(found[0], self.search.value)
        if meant or not any(one.id == before and catalogue.is_named(one, self.search.value) for one in found):
            before = found[0].id if found else None
        widest = max((len(one.method) for one in found), default=0)
        self._listing = True  # new options choose their first by themselves: no form is made of that
        with self.operation.hold_sync():
            self.operation.options = [(words.label(one, widest), one.id) for one in found]
            self.operation.value = before
        self._listing = False
        if found:
            self._show(before)
        else:
            self.say("No operation has these words: take some away, or choose All topics.")

    def _show(self, operation_id: str | None) -> None:
        """Show the form of an operation, if one is chosen."""
        with self._choosing:  # a list that is being made in another thread is waited for
            self._show_form(operation_id)

    def _show_form(self, operation_id: str | None) -> None:
        if operation_id is None or self._listing or (self._chosen is not None and self._chosen.id == operation_id):
            return
        self._chosen = operation = self.client.operations[operation_id]
        old, self._form = self._form, OperationForm(form_of(operation.schema), self._changed, self._offer)
        self._about.value = words.about(operation.schema)
        self._form_box.children = [self._form]
        if old is not None:
            self.controls = [one for one in self.controls if one not in old.controls]
            old.discard()
        self.controls += self._form.controls
        for row in self._form.rows.values():
            if row.field.offers in self._offered:
                row.offered(self._offered[row.field.offers])
        self._answer.clear()
        if not self._working.locked():
            self.say("Fill in what you like, and press Try it.")
        self._changed()

    def _changed(self) -> None:
        """Something was written: show the call as it is now, and take back what was about to be sent."""
        self._withdraw()
        try:
            operation, request = self._request()
        except CctoolkitError as error:
            for tab in self._same.children:
                tab.value = f'<p class="cct-small">{markup.text(words.wanted(error))}</p>'
            return
        self._show_code(operation, request)

    def _show_code(self, operation: Operation, request: Request, url: str | None = None) -> None:
        texts = self._texts(operation, request, url)
        for tab, way in zip(self._same.children, code.WAYS, strict=True):
            tab.value = markup.code_block(texts[way], f"The same in code, with {way}")

    def _texts(self, operation: Operation, request: Request, url: str | None = None) -> dict[str, str]:
        arguments = self._form.arguments if self._form is not None else {}
        service, api_url = self.client.service, self.client.api_url
        return code.in_code(operation.schema, arguments, request, service=service, api_url=api_url, url=url)

    # --- trying it ---

    def _make_buttons(self) -> None:
        self.try_button = widgets.Button(description="Try it", icon="play", button_style="primary", tooltip="Send it")
        self.try_button.on_click(lambda _: self._press())
        self.example_button = widgets.Button(
            description="Fill in an example", tooltip="Arguments that the service takes, with ids of the account"
        )
        self.example_button.on_click(lambda _: self._fill_in_example())
        self.clear_button = widgets.Button(description="Clear the form", tooltip="Empty all fields")
        self.clear_button.on_click(lambda _: self._clear())
        self._buttons = widgets.HBox([self.try_button, self.example_button, self.clear_button])
        self._question = widgets.HTML()
        self.yes_button = widgets.Button(description="Yes, send it", button_style="danger")
        self.yes_button.on_click(lambda _: self._confirmed())
        self.no_button = widgets.Button(description="No")
        self.no_button.on_click(lambda _: self._refused())
        self._confirm = widgets.VBox(
            [self._question, widgets.HBox([self.yes_button, self.no_button])],
            layout=widgets.Layout(display="none"),
        )
        self._confirm.add_class("cct-confirm")
        self.controls += [self.try_button, self.example_button, self.clear_button, self.yes_button]

    def _fill_in_example(self) -> None:
        """Arguments that the service takes, with ids of the account; a file stays to be chosen."""
        chosen, form = self._chosen, self._form
        if chosen is None or form is None:
            return
        files = {field.argument for field in form.form.parameters if field.kind == "file"}

        def action(stop: threading.Event) -> None:
            given = {name: value for name, value in chosen.example().items() if name not in files}
            if self._form is form:  # another was chosen meanwhile
                form.fill(given)
                self.say(
                    "An example is filled in" + (": choose a file, and press Try it." if files else ": press Try it.")
                )

        self.beside("Reading what the account has for an example …", action)

    def _clear(self) -> None:
        if self._form is not None:
            self._form.fill({})

    def _request(self) -> tuple[Operation, Request]:
        """What the form says, checked. Raises `BadRequest` when it does not fit."""
        assert self._chosen is not None
        assert self._form is not None
        return self._chosen, self._chosen.request(**self._form.arguments)

    def _press(self) -> None:
        try:
            operation, request = self._request()
        except CctoolkitError as error:
            self.failed(error)
            return
        if not self._asks_first(operation):
            self._ask(operation, request)
            return
        self._waiting = (operation, request)
        self._question.value = (
            f'<div role="alert">This writes to your real account: <code>{operation.method} '
            f"{markup.text(views.cut(request.path, 200))}</code></div>"
        )
        self._confirm.layout.display = None
        self.no_button.focus()

    def _confirmed(self) -> None:
        if self._working.locked():  # the question stays until it can be carried out
            return
        waiting = self._waiting
        self._withdraw()
        if waiting is not None:
            self._ask(*waiting)

    def _refused(self) -> None:
        self._withdraw()
        self.say("Nothing was sent.")

    def _withdraw(self) -> None:
        self._waiting = None
        self._confirm.layout.display = "none"

    def _asks_first(self, operation: Operation) -> bool:
        """Whether a call changes an account that may be somebody's."""
        return operation.method != "GET" and self.client.is_real

    def _ask(self, operation: Operation, request: Request, after: Exchange | None = None) -> None:
        self._withdraw()

        def action(stop: threading.Event) -> None:
            exchange = ask(operation, request, stop, after=after)
            self.exchange = exchange
            self._answer.show(exchange, self.client.budget, sign_in=self._sign_in())
            if exchange.page > 1 and exchange.received is not None:
                self._show_code(operation, request, exchange.received.url)
            self.say(views.sentence(exchange), good=exchange.ok)

        page = f" for page {after.page + 1}" if after is not None else ""
        self.beside(f"Asking {urlsplit(self.client.api_url).hostname}{page} …", action, stoppable=True)

    def _next_page(self) -> None:
        if self.exchange is not None and self.exchange.next_address is not None:
            self._ask(self.exchange.operation, self.exchange.request, self.exchange)

    def _tried(self) -> Exchange:
        if self.exchange is None:
            raise CctoolkitError("Nothing was tried yet: press Try it in the explorer, or call explorer.try_it().")
        return self.exchange

    def _still(self) -> None:
        """Wait for what runs: a cell may come while somebody's click is being answered."""
        self.wait(600)

    # --- ids, and files ---

    def _offer(self, row: FieldRow) -> None:
        kind = row.field.offers

        def action(stop: threading.Event) -> None:
            found = offers.load(self.client, kind, stop)
            self._offered[kind] = found
            for each in self._form.rows.values() if self._form is not None else ():
                if each.field.offers == kind:
                    each.offered(found)
            count = f"the first {len(found.choices):,}" if found.more else f"{len(found.choices):,}"
            self.say(f"Choose from {count} {kind}." if found.choices else f"The account has no {kind} yet.")

        self.beside(f"Reading the {kind} …", action, stoppable=True)

    def _make_files(self) -> widgets.Widget:
        style = {"description_width": "7em"}
        self.tool = widgets.Dropdown(
            description="For", options=[("Postman", "postman"), ("Bruno", "bruno")], style=style
        )
        self.of = widgets.Dropdown(
            description="Of",
            options=[("this client's service", ""), ("the sandbox", "sandbox"), ("the live service", "live")],
            style=style,
        )
        self.environment_button = widgets.Button(
            description="Save the environment", icon="save", layout=widgets.Layout(width="auto")
        )
        self.environment_button.on_click(lambda _: self._save(self.save_environment, self.of.value))
        self.collection_button = widgets.Button(
            description="Save all operations", icon="save", layout=widgets.Layout(width="auto")
        )
        self.collection_button.on_click(lambda _: self._save(self.save_collection))
        self.controls += [self.environment_button, self.collection_button]
        about = (
            "Files are saved in the notebook's folder: import them there. They hold addresses, the API key and the "
            "scopes; the access token is a secret variable that you fill in yourself."
        )
        self._saved = widgets.HTML()
        inside = [
            widgets.HTML(f'<div class="cct-small">{about}</div>'),
            self.tool,
            self.of,
            widgets.HBox(
                [self.environment_button, self.collection_button], layout=widgets.Layout(flex_flow="row wrap")
            ),
            self._saved,
        ]
        return Fold("files for Postman and Bruno", inside)

    def _save(self, save: Callable[..., Path], *more: Any) -> None:
        def action(stop: threading.Event) -> None:
            path = save(self.tool.value, *more)
            said = f"explorer.{save.__name__}({', '.join(repr(one) for one in (self.tool.value, *more) if one)})"
            self._saved.value = f'<div role="status">✓ Saved as {markup.text(str(path))}</div>{markup.code_block(said)}'
            self.say(f"Saved as {path}.", good=True)

        self.beside("Saving …", action)

    def failed(self, error: CctoolkitError) -> None:
        self._saved.value = ""
        super().failed(error)

    # --- words ---

    def _place(self) -> str:
        host = markup.text(self.client.api_url)
        if self.client.service == "sandbox":
            return f"At the sandbox, {host}: nothing here is real."
        if self.client.service == "live":
            return f"At the live service, {host}: this is your real account, and what writes asks you first."
        return (
            f"At {host}: it may be a real account, so what writes asks you first."
            if self.client.is_real
            else f"At {host}."
        )

    def _sign_in(self) -> str:
        if self.client.service == "custom":
            return "client = cctoolkit.connect(api_url=…, access_token=…)  # with a new access token"
        return "cctoolkit.sign_in()" if self.client.service == "sandbox" else 'cctoolkit.sign_in("live")'
