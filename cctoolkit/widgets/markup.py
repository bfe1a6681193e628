"""Pieces of HTML that the widgets share. Every value from outside is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from .names import MENU, in_html, plain

# What turns the direction of the letters that follow it, up to the end of the line: our own words too.
_MARKS = dict.fromkeys([0x061C, 0x200E, 0x200F])
_EMBEDDING = dict.fromkeys(range(0x202A, 0x202F))
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
_TURNING = _MARKS | _EMBEDDING | _ISOLATES


def text(words: str) -> str:
    """Escaped, and unable to turn the direction of what follows: isolates stay where each is closed, as in `quoted`."""
    words = words.translate(_EMBEDDING).encode("utf-8", "replace").decode()  # no page can be sent half characters
    return html.escape(words if _closed(words) else words.translate(_ISOLATES))


def _closed(words: str) -> bool:
    depth = 0
    for letter in words:
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        if depth < 0:
            return False
    return depth == 0


def unturned(words: str) -> str:
    """Text or HTML of another room without marks of direction."""
    return words.translate(_TURNING)


def link_button(address: str, label: str) -> str:
    """A link that looks like a button: the browser opens it from the click itself, so no pop-up blocker minds.

    Only to a page: of an address of another kind, that a server gave, the text is shown.
    """
    if not address.lower().startswith(("https://", "http://")):
        return f"{text(label)}: {text(address)}"
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer" class="cct-link">{text(label)}</a>'
    )


def copyable(value: str, label: str) -> str:
    """A value in large letters with a button that copies it. `label` says what is copied, for screen readers."""
    shown = html.escape(value)
    return f'<code class="cct-copyable">{shown}</code> {copy_button(value, label)}'


def copy_button(value: str, label: str) -> str:
    """A button that copies a text, and says so. `label` says what is copied, for screen readers."""
    return (
        f'<button type="button" class="cct-copy" data-copy="{html.escape(value)}" aria-label="Copy {text(label)}" '
        "onclick=\"navigator.clipboard.writeText(this.dataset.copy);this.textContent='Copied'\">Copy</button>"
    )


def same_in_code(code: str) -> str:
    """The call behind a widget, with a button that copies it."""
    return f'<div class="cct-small">The same in code:</div>{code_block(code)}'


def code_block(code: str, label: str = "The same in code", *, copies: str = "the code") -> str:
    """Code with a button that copies it. `label` and `copies` say to screen readers what it is."""
    return (
        f'<div class="cct-code"><pre tabindex="0" aria-label="{text(label)}">{text(code)}</pre>'
        f"{copy_button(code, copies)}</div>"
    )


def status(words: str, *, good: bool | None = None) -> str:
    """A line that screen readers announce when it changes. `good`: True a success, False a failure."""
    mark = {True: "✓ ", False: "✗ ", None: ""}[good]
    said = "" if good is None else " cct-said"
    return f'<div class="cct-status{said}" role="status">{mark}{text(words)}</div>'


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Rows of texts as a table for everybody: a caption, headings that say what they head, the first cell of a row too.

    It scrolls by itself; each cell is escaped and keeps its direction to itself.
    """
    body = []
    for first, *others in rows:
        cells = "".join(f"<td>{_cell(value)}</td>" for value in others)
        body.append(f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>')
    return _scrolling(f"<caption>{text(caption)}</caption>{_head(map(text, heads))}{_body(body)}", caption)


def _cell(value: str) -> str:
    """A long one is cut; the rest of it is its tooltip."""
    short = plain(value, MENU)
    told = f' title="{text(plain(value, 1_000))}"' if short.endswith("…") else ""
    return f'<bdi class="cct-cell"{told}>{text(short)}</bdi>'


def frame_table(frame: Any, count: int | None = None, *, label: str, longest: int = 200) -> str:
    """A DataFrame as a table that scrolls by itself; `count` is how many rows there are in all."""
    if not len(frame):
        return "<p>None.</p>"
    left = (count or 0) - len(frame)
    more = f"<p>… and {left:,} more.</p>" if left > 0 else ""
    body = (
        f"<tr>{''.join(f'<td>{in_html(value, longest)}</td>' for value in row)}</tr>"
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    )
    return f"{_scrolling(f'{_head(map(in_html, frame.columns))}{_body(body)}', label)}{more}"


def properties(rows: Sequence[tuple[str, str]], caption: str) -> str:
    """Names and values as a table of two columns; several values of one name stand below each other, long ones wrap."""
    body = []
    for name, group in groupby(rows, key=itemgetter(0)):
        cells = [f"<td>{in_html(value, 2_000)}</td></tr>" for _, value in group]
        spans = f' rowspan="{len(cells)}"' if len(cells) > 1 else ""
        body.append(f'<tr><th scope="row"{spans}>{text(name)}</th>' + "<tr>".join(cells))
    return _scrolling(f"<caption>{text(caption)}</caption>{_body(body)}", caption, "cct-scroll cct-wrap")


def _head(cells: Iterable[str]) -> str:
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in cells)
    return f"<thead><tr>{heads}</tr></thead>"


def _body(rows: Iterable[str]) -> str:
    return f"<tbody>{''.join(rows)}</tbody>"


def _scrolling(table: str, label: str, looks: str = "cct-scroll") -> str:
    """A table that a keyboard scrolls."""
    return (
        f'<div class="{looks}" role="region" aria-label="{text(label)}" tabindex="0">'
        f'<table class="cct-table">{table}</table></div>'
    )
