"""How what became of something looks in a notebook: an edge that tells good from bad, and lines that break between words."""

from __future__ import annotations

from html import escape

#: The edges of the workshop's checks, which are told apart in both themes, and that of what failed.
_GOOD, _NOT_GOOD, _FAILED = "#1a7f37", "#9a6700", "#cf222e"


class Reported:
    """A result in words: its repr, and as HTML with an edge whose colour says whether all is well."""

    def _words(self) -> str:
        raise NotImplementedError

    @property
    def _well(self) -> bool:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self._words()

    def _repr_html_(self) -> str:
        first, *others = self._words().splitlines() or [""]
        mark, color = ("✓", _GOOD) if self._well else ("!", _NOT_GOOD)
        return _edged("status", color, f"{mark} {first}", others)


def failure_html(kind: str, words: str) -> str:
    """What an error of this kind says, in its own lines."""
    return _edged("alert", _FAILED, f"✗ {kind}", words.splitlines())


def _edged(role: str, color: str, first: str, others: list[str]) -> str:
    """Words of a file, an account or a service may stand in it, so all of it is escaped."""
    lines = "".join(
        f"<div style='padding-left:{(len(line) - len(line.lstrip())) / 2}em'>{escape(line.strip())}</div>"
        for line in others
    )
    return (
        f"<div role='{role}' style='border-left:4px solid {color};padding:.3em .8em;line-height:1.5;"
        f"overflow-wrap:break-word'><strong>{escape(first)}</strong>{lines}</div>"
    )
