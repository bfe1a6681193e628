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

#: What these texts stand in, besides what every panel has.
STYLE = """<style>
.cct-panel .cct-table{border-collapse:collapse;color:var(--jp-content-font-color1)}
.cct-panel .cct-table :is(th,td){padding:.25em .7em;text-align:start;border-bottom:1px solid var(--jp-border-color2)}
.cct-panel .cct-table th{background:var(--jp-layout-color2)}
.cct-panel .cct-example{color:var(--jp-content-font-color1);line-height:1.6;overflow-wrap:anywhere}
.cct-panel .cct-drop{border:2px dashed var(--jp-ui-font-color2);border-radius:4px;padding:.3em 1.2em;line-height:1.4}
.cct-panel .cct-download{display:inline-block;padding:.3em 0;text-decoration:underline;
color:var(--jp-content-link-color)}
.cct-panel .cct-words{line-height:1.5;white-space:normal;overflow-wrap:anywhere;max-width:60em}
.cct-panel .cct-words :is(p,ul){margin:.3em 0}
.cct-panel :is(.widget-html,.widget-html-content){min-width:0;max-width:100%}
.cct-panel .widget-html-content{flex:1 1 auto}
.cct-panel :is(.widget-dropdown,.widget-hprogress){max-width:100%}
.cct-panel .widget-dropdown select{min-width:0}
.cct-panel .widget-tab>.lm-TabBar .lm-TabBar-content{flex-wrap:wrap}
.cct-panel .widget-tab>.lm-TabBar .lm-TabBar-tab{flex:0 0 auto;min-width:max-content}
.cct-panel .lm-TabBar-tab .lm-TabBar-tabLabel{color:var(--jp-ui-font-color1)}
.cct-panel .cct-bar{display:flex;height:1.4em;max-width:46em;border:1px solid var(--jp-ui-font-color2)}
</style>"""


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
