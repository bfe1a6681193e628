"""What an import would do, as the import panel shows it."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ...imports import Preview
from .. import markup, names

#: How many contacts, or values that change, are shown of each kind.
SHOWN = 50
#: How many custom fields are named that the account lacks.
NAMED = 5


def preview_view(preview: Preview, list_name: str, makes_fields: bool = False) -> widgets.VBox:
    """The counts in words, who each of them is, and what the import costs. `makes_fields`: custom fields that the account lacks."""
    figures = preview.figures()
    changed = preview.changed
    tabs = {
        f"New ({figures['new']:,})": _table(preview.new, "New contacts"),
        f"Changed ({figures['changed']:,})": _table(_from_to(changed), "Changed values"),
        f"Unchanged ({figures['unchanged']:,})": _table(preview.unchanged, "Unchanged contacts"),
        f"Unsubscribed ({figures['unsubscribed']:,})": _table(preview.unsubscribed, "Unsubscribed contacts"),
    }
    lacking = preview.missing_custom_fields
    missing = ", ".join(names.in_html(name) for name in lacking[:NAMED])
    more = f" and {len(lacking) - NAMED:,} more" if len(lacking) > NAMED else ""
    on_list, unchanged = figures["on_list"], figures["unchanged"]
    told = {
        f"{names.many(figures['new'], 'contact')} would be new in the account.": True,
        f"{names.many(figures['changed'], 'contact')} would change, in {names.many(len(changed), 'value')}.": len(
            changed
        ),
        f"{names.many(unchanged, 'contact')} would stay as {'it is' if unchanged == 1 else 'they are'}.": unchanged,
        f"{names.many(figures['joining'], 'contact')} would come onto the list {names.in_html(list_name)}; "
        f"{on_list:,} {'is' if on_list == 1 else 'are'} on it already.": True,
        f"{names.many(figures['unsubscribed'], 'contact')} cannot be put on it: only the person can undo "
        "that.": figures["unsubscribed"],
        f"The import makes the custom fields that the account lacks: {missing}{more}."
        if makes_fields
        else f"The account lacks the custom fields {missing}{more}: tick above that the import makes them, or leave these "
        "columns out.": missing,
    }
    sentences = [sentence for sentence, counts in told.items() if counts]
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
    return widgets.HTML(markup.frame_table(frame.head(SHOWN), len(frame), label=label))
