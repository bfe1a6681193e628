"""Pieces of HTML that the widgets share. Every value from outside goes through `html.escape` here."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

# What turns the direction of the letters that follow it, up to the end of the line: our own words too.
_MARKS = dict.fromkeys([0x061C, 0x200E, 0x200F])
_EMBEDDING = dict.fromkeys(range(0x202A, 0x202F))
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
_TURNING = _MARKS | _EMBEDDING | _ISOLATES


def text(words: str) -> str:
    """Escaped, and unable to turn the direction of what follows: isolates stay where each is closed, as `quoted` does."""
    words = words.translate(_EMBEDDING)
    return html.escape(words if _closed(words) else words.translate(_ISOLATES))


def _closed(words: str) -> bool:
    depth = 0
    for letter in words:
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        if depth < 0:
            return False
    return depth == 0


def link_button(address: str, label: str) -> str:
    """A link that looks like a button: the browser opens it from the click itself, so no pop-up blocker minds."""
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
    said = "" if good is None else " cct-said"
    return f'<div class="cct-status{said}" role="status">{mark}{text(words)}</div>'


def isolated(value: object) -> str:
    """A value from an account inside a sentence: a mark in it that turns the direction of writing stays in it."""
    return f"<bdi>{text(one_line(value))}</bdi>"


def one_line(value: object, longest: int = 100) -> str:
    """A value from an account where there is no markup, a menu's entry say: one line, not too long, in its direction."""
    words = " ".join(str(value).translate(_TURNING).split())
    words = "".join(letter if letter.isprintable() else "�" for letter in words)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def quoted(value: object, longest: int = 100) -> str:
    """The same in quotation marks, kept apart from the sentence around it: Hebrew does not turn its full stop."""
    return f"“\u2068{one_line(value, longest)}\u2069”"


def page_table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Rows of texts as a table for everybody: a caption, headings that say what they head, the first cell of a row too.

    It scrolls by itself; each cell is escaped and keeps its direction to itself.
    """
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
    body = []
    for first, *others in rows:
        cells = "".join(f"<td>{_cell(value)}</td>" for value in others)
        body.append(f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>')
    return (
        f'<div class="cct-scroll" role="region" aria-label="{text(caption)}" tabindex="0"><table class="cct-table">'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(value: str) -> str:
    """A long one is cut; the rest of it is its tooltip."""
    short = one_line(value, 60)
    told = f' title="{text(one_line(value, 1_000))}"' if short.endswith("…") else ""
    return f'<bdi class="cct-cell"{told}>{text(short)}</bdi>'


def properties(rows: Sequence[tuple[str, str]], caption: str) -> str:
    """Names and values as a table of two columns; several values of one name stand below each other, long ones wrap."""
    body = []
    for name, group in groupby(rows, key=itemgetter(0)):
        cells = [f"<td><bdi>{text(one_line(value, 2_000))}</bdi></td></tr>" for _, value in group]
        spans = f' rowspan="{len(cells)}"' if len(cells) > 1 else ""
        body.append(f'<tr><th scope="row"{spans}>{text(name)}</th>' + "<tr>".join(cells))
    return (
        f'<div class="cct-scroll cct-wrap" role="region" aria-label="{text(caption)}" tabindex="0">'
        f'<table class="cct-table"><caption>{text(caption)}</caption><tbody>{"".join(body)}</tbody></table></div>'
    )
