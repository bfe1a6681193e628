"""Names and other texts of an account or a file, as they can be shown: isolated, cut, and never markup.

A text that is written from right to left, or that holds marks which turn the direction, would carry what stands beside
it along. In HTML `<bdi>` keeps it apart; where there is no HTML (a menu, a tooltip, the status line) Unicode's own
isolates do, and the text's own marks are left out.
"""

from __future__ import annotations

import html
import unicodedata
from typing import Any

#: How long a text may be where it stands beside others.
LENGTH = 60
#: First strong isolate, and pop directional isolate.
_OPEN, _CLOSE = "\u2068", "\u2069"
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain(value: Any, length: int = LENGTH) -> str:
    """The text without control characters and marks of direction, on one line, cut where it is too long."""
    text = "" if value is None else str(value)
    # Of the kinds of control characters only joiners are left, which some scripts need.
    kept = "".join(
        each if each in "\u200c\u200d" or unicodedata.category(each) not in _CONTROLS else " " for each in text
    )
    tidy = " ".join(kept.split())
    return tidy if len(tidy) <= length else f"{tidy[: length - 1]}…"


def in_text(value: Any, length: int = LENGTH, *, nameless: str = "(without a name)") -> str:
    """The text for a menu, a tooltip or the status line."""
    text = plain(value, length) or nameless
    return text if text.isascii() else f"{_OPEN}{text}{_CLOSE}"


def in_html(value: Any, length: int = LENGTH) -> str:
    """The text inside HTML."""
    return f"<bdi>{html.escape(plain(value, length))}</bdi>"


def unturned(text: str) -> str:
    """Text or HTML of another room without marks of direction."""
    return text.translate(_TURNING)


def table(frame: Any, count: int | None = None, *, label: str, length: int = 200) -> str:
    """A DataFrame as a table that scrolls by itself; `count` is how many rows there are in all."""
    if not len(frame):
        return "<p>None.</p>"
    left = (count or 0) - len(frame)
    more = f"<p>… and {left:,} more.</p>" if left > 0 else ""
    heads = "".join(f'<th scope="col">{in_html(name)}</th>' for name in frame.columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(value, length)}</td>' for value in row)}</tr>"
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    )
    return (
        f'<div class="cct-scroll" role="region" aria-label="{html.escape(label)}" tabindex="0">'
        f'<table class="cct-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{more}'
    )


def _cell(value: Any, length: int) -> str:
    return "" if value is None else in_html(value, length)


def many(count: int, what: str) -> str:
    """`1 contact`, `2 contacts`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
