"""The form of an operation as widgets: a labelled control for each field, and ids offered from the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from ...errors import CctoolkitError
from ...explorer.filling import NamedFile, arguments, pretty, values_of
from ...explorer.forms import Field, Form
from ...explorer.offers import Offered
from ...explorer.views import cut, shown

#: A description longer than this is folded.
ABOUT = 140
#: How many fields are seen at first; further ones that may be left out are folded.
FIRST_LOOK = 5

_LABEL = {"description_width": "13em"}
_WIDE = {"width": "100%", "max_width": "44em"}
_FORM, _JSON = "Form", "JSON"


class Fold(widgets.VBox):  # type: ignore[misc]
    """What is not needed at first, behind a button: it is reached by keyboard, which an `Accordion` is not."""

    def __init__(self, title: str, inside: list[widgets.Widget]) -> None:
        self.inside = widgets.VBox(inside, layout=widgets.Layout(display="none"))
        self.inside.add_class("cct-inside")
        self.button = widgets.ToggleButton(
            description=f"Show {title}",
            icon="chevron-right",
            layout=widgets.Layout(width="auto", max_width="100%", align_self="flex-start"),
        )
        self._title = title
        self.button.observe(self._turned, names="value")
        super().__init__([self.button, self.inside])

    def _turned(self, change: dict[str, Any]) -> None:
        is_open = change["new"]
        self.inside.layout.display = None if is_open else "none"
        self.button.description = f"{'Hide' if is_open else 'Show'} {self._title}"
        self.button.icon = "chevron-down" if is_open else "chevron-right"


class FieldRow(widgets.VBox):  # type: ignore[misc]
    """One field: its control, a button for ids where the account has some, and what it may be."""

    def __init__(self, field: Field, changed: Callable[[], None], offer: Callable[[FieldRow], None]) -> None:
        self.field = field
        self._changed = changed
        self._offered: Offered | None = None
        self.control = _control(field)
        self.picker: widgets.SelectMultiple | None = None
        self.offer_button: widgets.Button | None = None
        line: list[widgets.Widget] = [self.control]
        if field.offers:
            self.offer_button = widgets.Button(
                description=f"Choose from the {field.offers}",
                tooltip=f"Reads the account's {field.offers}, for {field.label}",
                layout=widgets.Layout(width="auto", flex="0 0 auto"),
            )
            self.offer_button.on_click(lambda _: offer(self))
            line.append(self.offer_button)
        self.write(field.starts_with or None)
        self.control.observe(self._on_change, names="value")
        self._line = widgets.HBox(line, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))
        self._about = widgets.HTML(_about(field))
        self._about.add_class("cct-about")
        super().__init__([self._line, self._about])

    @property
    def written(self) -> Any:
        """What is in the control, as `filling.arguments` takes it."""
        value = self.control.value
        if self.field.kind == "file":
            return NamedFile(value[0]["name"], bytes(value[0]["content"])) if value else None
        if self._offered is not None and self.field.kind != "texts":
            return self._offered.chosen(value)
        return value

    def write(self, value: Any) -> None:
        """Put a value into the control; None empties it."""
        if self.field.kind == "file":
            self.control.value = ()
        elif self.field.kind == "choices":
            self.control.value = tuple(one for one in value or () if one in self.control.options)
        elif self.field.kind in {"choice", "yes or no"}:
            self.control.value = value if value in self.field.choices or value in {"true", "false"} else ""
        else:
            self.control.value = value or ""

    def offered(self, found: Offered) -> None:
        """Show the account's ids: in the list of a single one's field, or in a list of their own for several."""
        self._offered = found
        if self.offer_button is not None:
            self.offer_button.description = f"Read the {found.kind} again"
        if self.field.kind != "texts":
            self.control.options = tuple(found.choices)
            self.control.placeholder = f"{_counted(found)}: choose here, or write an id"
            return
        if self.picker is None:
            self.picker = widgets.SelectMultiple(description="From the account", style=_LABEL, layout=_WIDE)
            self.picker.observe(self._picked, names="value")
            self.children = [self._line, self.picker, self._about]
        self.picker.options = tuple(found.choices)
        self.picker.rows = min(max(len(found.choices), 2), 6)
        self.picker.tooltip = f"{_counted(found)}; several with Ctrl or Shift"

    def _picked(self, change: dict[str, Any]) -> None:
        if self._offered is not None:
            self.control.value = ", ".join(self._offered.chosen(text) for text in change["new"])

    def _on_change(self, _: dict[str, Any]) -> None:
        self._changed()


class OperationForm(widgets.VBox):  # type: ignore[misc]
    """All fields of an operation. `changed` is called when anything is written, `offer` with the row that asks for ids."""

    def __init__(self, form: Form, changed: Callable[[], None], offer: Callable[[FieldRow], None]) -> None:
        self.form = form
        self._changed = changed
        self._quiet = False
        self.rows: dict[str, FieldRow] = {field.name: FieldRow(field, self._on_change, offer) for field in form}
        self._begins_with = "" if form.example is None or form.body else pretty(form.example)
        self.body_text = widgets.Textarea(
            description="body (JSON)",
            value=self._begins_with,
            rows=12,
            style=_LABEL,
            layout=widgets.Layout(width="100%", max_width="60em"),
        )
        self.body_text.add_class("cct-json")
        self.body_text.observe(lambda _: self._on_change(), names="value")
        self.body_as = widgets.ToggleButtons(
            options=(_FORM, _JSON), description="Body as", style={**_LABEL, "button_width": "6em"}
        )
        self.body_as.observe(self._switched, names="value")
        self._note = widgets.HTML()
        self._body = widgets.VBox()
        parts: list[widgets.Widget] = _folded([self.rows[field.name] for field in form.parameters], "parameters")
        if form.takes_body:
            parts += [self.body_as] if form.body else []
            parts += [self._body, self._note]
            self._show_body()
        if not parts:
            parts = [widgets.HTML('<p class="cct-small">It takes no parameters: press Try it.</p>')]
        super().__init__(parts)

    @property
    def as_json(self) -> bool:
        return self.form.takes_body and (not self.form.body or self.body_as.value == _JSON)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the call. Raises `BadRequest` for JSON that is none."""
        written = {name: row.written for name, row in self.rows.items()}
        return arguments(self.form, written, self.body_text.value if self.as_json else None)

    @property
    def controls(self) -> list[widgets.Widget]:
        """What cannot be used while something runs."""
        rows = [each for row in self.rows.values() for each in (row.control, row.offer_button) if each is not None]
        return [*rows, self.body_text, self.body_as]

    def fill(self, given: Mapping[str, Any]) -> None:
        """Write the arguments of a call into the form; what is not among them is emptied."""
        values, body_text = values_of(self.form, given)
        self._quiet = True
        try:
            for name, row in self.rows.items():
                row.write(values.get(name))
            # A body that was written as JSON before is not this call's.
            self.body_text.value = self._begins_with if body_text is None else body_text
            self.body_as.value = _FORM if body_text is None else _JSON
            self._note.value = ""
        finally:
            self._quiet = False
        self._on_change()

    def discard(self) -> None:
        """Close all widgets in it: the page would keep them as long as the kernel lives."""
        for each in (*self.rows.values(), self.body_text, self.body_as, self._body, self._note, self):
            _close(each)

    def _on_change(self) -> None:
        if not self._quiet:
            self._changed()

    def _switched(self, change: dict[str, Any]) -> None:
        """Carry what was written from the form to the JSON, and back where the form can hold it."""
        if self._quiet:
            self._show_body()
            return
        self._note.value = ""
        written = {name: row.written for name, row in self.rows.items()}
        self._quiet = True
        try:
            if change["new"] == _JSON:
                body = arguments(self.form, written).get("body")
                self.body_text.value = pretty(body or self.form.example)
            else:
                self._back_to_the_form(written)
        except CctoolkitError as error:
            self._note.value = f'<p class="cct-small" role="status">{shown(str(error))}</p>'
            self.body_as.value = _JSON if change["new"] == _FORM else _FORM
        finally:
            self._quiet = False
        self._show_body()
        self._on_change()

    def _back_to_the_form(self, written: Mapping[str, Any]) -> None:
        given = arguments(self.form, written, self.body_text.value)
        values, body_text = values_of(self.form, {"body": given.get("body")})
        if body_text is not None:
            self.body_as.value = _JSON
            self._note.value = '<p class="cct-small" role="status">The form cannot hold all of this: it stays JSON.</p>'
            return
        for field in self.form.body:
            self.rows[field.name].write(values.get(field.name))

    def _show_body(self) -> None:
        body = [self.body_text] if self.as_json else [self.rows[field.name] for field in self.form.body]
        if self.as_json or not body:
            self._body.children = body
        else:
            self._body.children = _folded(body, "properties")


def _folded(rows: list[Any], called: str) -> list[widgets.Widget]:
    """The rows, those that have to be filled in first; what does not fit a first look is folded."""
    required = [row for row in rows if row.field.required or row.field.starts_with]
    optional = [row for row in rows if row not in required]
    room = max(FIRST_LOOK - len(required), 0)
    if len(optional) <= room + 2:
        return rows
    rest = optional[room:]
    return [*required, *optional[:room], Fold(f"{len(rest)} more optional {called}", rest)]


def _control(field: Field) -> widgets.Widget:
    """The control of a field, with a label that screen readers read."""
    label = f"{field.label} *" if field.required else field.label
    tooltip = cut(field.hint, 200)
    if field.kind == "file":
        return widgets.FileUpload(
            description=f"{label}: choose a file",
            accept=".csv,.txt",
            tooltip=tooltip,
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
    common = {"description": label, "style": _LABEL, "layout": widgets.Layout(**_WIDE), "tooltip": tooltip}
    example = cut(field.example, 300 if field.kind == "json" else 60)
    hint = f"for example {example}" if example else ""
    if field.kind == "choices":
        return widgets.SelectMultiple(options=field.choices, rows=min(len(field.choices), 5), **common)
    if field.kind == "choice":
        return widgets.Dropdown(options=[("(left out)", ""), *((one, one) for one in field.choices)], **common)
    if field.kind == "yes or no":
        return widgets.Dropdown(options=[("(left out)", ""), ("yes: true", "true"), ("no: false", "false")], **common)
    if field.kind in {"json", "long text"}:
        return widgets.Textarea(rows=3, placeholder=hint or ("JSON" if field.kind == "json" else ""), **common)
    if field.offers and field.kind != "texts":
        return widgets.Combobox(placeholder=hint, ensure_option=False, **common)
    return widgets.Text(placeholder=hint, **common)


def _about(field: Field) -> str:
    """What a field may be, and what it is for; long descriptions unfold."""
    hint = f"<b>{shown(cut(field.hint, 300))}</b>"
    if field.kind in {"choices", "choice"}:
        hint = f"<b>{'required, ' if field.required else ''}{'one or more of these (Ctrl or Shift for several)' if field.several else 'one of these'}</b>"
    if not field.about:
        return hint
    if len(field.about) <= ABOUT:
        return f"{hint} · {shown(field.about)}"
    return f"<details><summary>{hint} · {shown(cut(field.about, ABOUT))}</summary>{shown(field.about)}</details>"


def _counted(found: Offered) -> str:
    count = len(found.choices)
    return f"the first {count:,} {found.kind}" if found.more else f"{count:,} {found.kind}"


def _close(widget: widgets.Widget) -> None:
    """Close a widget, what is in it, and its layout and style, which are widgets too."""
    for child in getattr(widget, "children", ()):
        _close(child)
    for part in (getattr(widget, "style", None), getattr(widget, "layout", None), widget):
        if isinstance(part, widgets.Widget):
            part.close()
