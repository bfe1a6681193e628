"""What an import would do, as the import panel shows it."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..imports import Preview
from . import markup, names

#: How many contacts, or values that change, are shown of each kind.
SHOWN = 50


def preview_view(preview: Preview, list_name: str) -> widgets.VBox:
    """The counts in words, who each of them is, and what the import costs."""
    figures = preview.figures()
    changed = preview.changed
    tabs = {
        f"New ({figures['new']:,})": _table(preview.new, "New contacts"),
        f"Changed ({figures['changed']:,})": _table(_from_to(changed), "Changed values"),
        f"Unchanged ({figures['unchanged']:,})": _table(preview.unchanged, "Unchanged contacts"),
        f"Unsubscribed ({figures['unsubscribed']:,})": _table(preview.unsubscribed, "Unsubscribed contacts"),
    }
    missing = ", ".join(names.in_html(name) for name in preview.missing_custom_fields)
    sentences = [
        f"{names.many(figures['new'], 'contact')} would be new in the account.",
        f"{names.many(figures['changed'], 'contact')} would change, in {names.many(len(changed), 'value')}.",
        f"{names.many(figures['unchanged'], 'contact')} would stay as they are."
        if figures["unchanged"] != 1
        else "1 contact would stay as it is.",
        f"{names.many(figures['joining'], 'contact')} would come onto the list {names.in_html(list_name)}; "
        f"{figures['on_list']:,} {'is' if figures['on_list'] == 1 else 'are'} on it already.",
        *(
            [f"{names.many(figures['unsubscribed'], 'contact')} cannot be put on it: only the person can undo that."]
            if figures["unsubscribed"]
            else []
        ),
        *([f"The account lacks the custom fields {missing}: the import has to make them."] if missing else []),
    ]
    listed = "".join(f"<li>{sentence}</li>" for sentence in sentences)
    return widgets.VBox(
        [
            widgets.HTML(
                f'<div class="cct-words"><p><b>What the import would do</b> (nothing was sent):</p><ul>{listed}</ul>'
                f"<p>{markup.text(preview.cost())}</p></div>"
            ),
            widgets.Tab(list(tabs.values()), titles=tuple(tabs)),
        ]
    )


def _from_to(changed: Any) -> Any:
    """An empty value, in words."""
    return changed.assign(**{name: changed[name].where(changed[name] != "", "(nothing)") for name in ("from", "to")})


def _table(frame: Any, label: str) -> widgets.HTML:
    return widgets.HTML(names.table(frame.head(SHOWN), len(frame), label=label))
