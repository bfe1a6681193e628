"""Pieces of HTML that the widgets share. Every value from outside goes through `html.escape` here."""

from __future__ import annotations

import html
from typing import Any


def text(words: str) -> str:
    return html.escape(words)


def link_button(address: str, label: str) -> str:
    """A link that looks like a button: the browser opens it from the click itself, so no pop-up blocker minds."""
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer" '
        'style="display:inline-block;padding:.45em 1.1em;border-radius:4px;background:#1450d2;color:#fff;'
        f'text-decoration:none;font-weight:600">{text(label)}</a>'
    )


def copyable(value: str, label: str) -> str:
    """A value in large letters with a button that copies it. `label` says what is copied, for screen readers."""
    shown = html.escape(value)
    return (
        f'<code style="font-size:1.3em;letter-spacing:.06em;padding:.1em .3em">{shown}</code> '
        f"{copy_button(value, label)}"
    )


def copy_button(value: str, label: str) -> str:
    """A button that copies a text, and says so. `label` says what is copied, for screen readers."""
    return (
        f'<button type="button" data-copy="{html.escape(value)}" aria-label="Copy {text(label)}" '
        "onclick=\"navigator.clipboard.writeText(this.dataset.copy);this.textContent='Copied'\" "
        'style="padding:.15em .7em;cursor:pointer">Copy</button>'
    )


def same_in_code(code: str) -> str:
    """The call behind a widget, with a button that copies it."""
    return (
        '<div class="cct-small">The same in code:</div>'
        f'<div class="cct-code"><pre tabindex="0" aria-label="The same in code">{text(code)}</pre>'
        f"{copy_button(code, 'the code')}</div>"
    )


def table(frame: Any, count: int | None = None, *, label: str = "Table") -> str:
    """A DataFrame as a table that scrolls by itself, its cells escaped; `count` is how many rows there are in all."""
    if not len(frame):
        return "<p>None.</p>"
    more = f"<p>… and {count - len(frame):,} more.</p>" if count is not None and count > len(frame) else ""
    shown = frame.to_html(index=False, border=0, na_rep="")
    return f'<div class="cct-scroll" role="region" aria-label="{text(label)}" tabindex="0">{shown}</div>{more}'


def status(words: str, *, good: bool | None = None) -> str:
    """A line that screen readers announce when it changes. `good`: True a success, False a failure."""
    mark = {True: "✓ ", False: "✗ ", None: ""}[good]
    weight = "600" if good is not None else "400"
    return f'<div role="status" style="font-weight:{weight};line-height:1.5">{mark}{text(words)}</div>'
