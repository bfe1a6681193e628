"""Names and other texts of an account or a file, as they can be shown: isolated, on one line, cut, and never markup.

A text that is written from right to left, or that holds marks which turn the direction, would carry what stands beside
it along. In HTML `<bdi>` keeps it apart; where there is no HTML (a menu, a tooltip, the status line) Unicode's own
isolates do, and the text's own marks are left out.
"""

from __future__ import annotations

import html
from typing import Any

from ..harmless import harmless

#: How long a text may be in a sentence, and in a menu.
SENTENCE, MENU = 100, 60
#: First strong isolate, and pop directional isolate.
_OPEN, _CLOSE = "\u2068", "\u2069"


def plain(value: Any, longest: int = MENU) -> str:
    """The text without control characters and marks of direction, on one line, cut where it is too long."""
    tidy = " ".join(harmless("" if value is None else str(value)).split())
    return tidy if len(tidy) <= longest else f"{tidy[: longest - 1]}…"


def apart(text: str) -> str:
    """A plain text, kept from turning what stands beside it: Hebrew does not turn the sentence's full stop."""
    return f"{_OPEN}{text}{_CLOSE}"


def in_text(value: Any, longest: int = MENU, *, nameless: str = "(without a name)") -> str:
    """The text for a menu, a tooltip or the status line."""
    text = plain(value, longest) or nameless
    return text if text.isascii() else apart(text)


def quoted(value: Any, longest: int = SENTENCE) -> str:
    """The text in quotation marks, for a sentence without HTML."""
    return f"“{apart(plain(value, longest))}”"


def in_html(value: Any, longest: int = SENTENCE) -> str:
    """The text inside HTML."""
    return f"<bdi>{html.escape(plain(value, longest))}</bdi>"


def many(count: int, what: str, plural: str = "") -> str:
    """`1 contact`, `2 contacts`; `plural` where that is no `s` more."""
    return f"{count:,} {what if count == 1 else plural or f'{what}s'}"
