"""Text of an account, a file or a service as it can be printed: nothing in it moves a cursor or turns what stands beside it."""

from __future__ import annotations

import unicodedata

#: Of the kinds of invisible characters only joiners are left, which Persian, Indic scripts and emoji need.
JOINERS = "\u200c\u200d"
#: What stands in place of a kind: control characters and ends of lines part words, marks of direction are left out, half
#: characters reach no page.
_INSTEAD = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "\ufffd"}


def harmless(text: str, *, keep: str = "") -> str:
    """The text without control characters and marks of direction, but for those in `keep` (such as ends of lines)."""
    if text.isascii() and text.isprintable():
        return text
    kept = JOINERS + keep
    return "".join(each if each in kept else _INSTEAD.get(unicodedata.category(each), each) for each in text)
