"""An answer as somebody can read it: one line, a table, a tree, the raw text, the headers.

What it holds is the service's and the account's: all of it is escaped, set apart from the direction of the text around
it, and cut where it is huge, with a word of how much there is.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from ..api.rate_limit import Budget
from ..errors import UnexpectedAnswer
from .asking import Exchange

if TYPE_CHECKING:
    import pandas as pd

#: How much of an answer is shown: rows and columns of a table, characters of a cell and of the raw text.
ROWS, COLUMNS, CELL, RAW = 100, 60, 120, 50_000
#: More headings than these are no table: telling those of one name apart takes pandas minutes.
HEADINGS = 2_000
#: And of a tree: entries of one object or list, entries in all, levels, characters of a text.
ENTRIES, NODES, DEPTH, TEXT = 100, 2_000, 30, 400
#: Levels that are open at first.
OPEN = 2
#: Marks that turn the direction of what follows.
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
#: Headers whose value is a secret.
_SECRET = frozenset({"set-cookie", "set-cookie2", "authorization", "proxy-authorization"})


def sendable(text: str) -> str:
    """A text without half characters, as they are left where one was cut within an emoji."""
    return text.encode("utf-8", "replace").decode()


def shown(text: str) -> str:
    """A text as HTML: escaped, and without half characters, which no page can be sent."""
    return escape(sendable(text))


def apart(text: str, length: int) -> str:
    """A name for a menu, which takes no HTML: one line that does not turn the direction of what stands beside it."""
    plain = cut(" ".join(sendable(text).translate(_TURNING).split()), length)
    turned = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in plain)
    return f"\u2068{plain}\u2069" if turned else plain


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def line(exchange: Exchange, budget: Budget | None) -> str:
    """Status, time, size, and what is left of the day's requests: `200 OK · 0.03 s · 1,204 bytes`."""
    parts = []
    received = exchange.received
    if received is not None:
        parts += [f"{received.status} {received.reason}".strip(), f"{received.seconds:.2f} s"]
        parts.append(f"{len(received.content):,} bytes")
    if exchange.page > 1:
        parts.append(f"page {exchange.page}")
    if exchange.attempts > 1:
        parts.append(f"sent {exchange.attempts} times")
    if budget is not None:
        parts.append(f"{budget.remaining_today:,} requests left until {budget.resets_at:%H:%M} UTC")
    return " · ".join(parts)


def sentence(exchange: Exchange) -> str:
    """What happened, where the error does not say it already."""
    if exchange.error is not None:
        return str(exchange.error)
    status = exchange.received.status if exchange.received is not None else 0
    if exchange.kind == "empty":
        done = "It is done" if status != 202 else "The service took it and carries it out meanwhile"
        return f"{done}; the answer is empty."
    if exchange.kind == "page":
        return "The service answered with a web page, not with data: a proxy or a sign-in page may be in between."
    if status == 202 or (isinstance(exchange.value, dict) and exchange.value.get("status") == "processing"):
        return "The service took it and carries it out meanwhile: ask again in some seconds to see the result."
    if exchange.kind == "json" and (count := _count(exchange)) is not None:
        more = "; there is a next page" if exchange.next_address else ""
        return f"{count:,} {'record' if count == 1 else 'records'}{more}."
    return "It went well."


def frame(exchange: Exchange, rows: int | None = None) -> pd.DataFrame:
    """The answer as a DataFrame: a row a record of a collection, else a row a property; of a CSV text, its rows.

    Raises the exchange's error, and `UnexpectedAnswer` for what is no table.
    """
    import pandas as pd

    from .. import frames
    from ..frame import Frame

    if exchange.error is not None:
        raise exchange.error
    value, records = exchange.value, _records(exchange)
    if records is not None:
        return exchange.operation.frame_of(records[:rows])
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return frames.table(value[:rows])
    if isinstance(value, list):
        return Frame({"value": pd.Series(value[:rows], dtype="object")})
    if isinstance(value, dict):
        flat = list(_properties(value))[:rows]
        of = pd.Series([each for _, each in flat], dtype="object")
        return Frame({"property": pd.Series([sendable(name) for name, _ in flat], dtype="string"), "value": of})
    if exchange.kind == "text" and "," in value and value.partition("\n")[0].count(",") < HEADINGS:
        try:
            return Frame(pd.read_csv(io.StringIO(value), dtype="string", keep_default_na=False, nrows=rows))
        except (ValueError, pd.errors.ParserError):
            pass
    raise UnexpectedAnswer("This answer is no table: read it as text, explorer.answer.")


def table(exchange: Exchange) -> str:
    """The first rows and columns of `frame` as HTML."""
    if exchange.kind not in {"json", "text"}:
        return _note("There is no table of this answer.")
    if exchange.error is not None:
        return _note("The service answered with an error: the tree and the raw text show it.")
    try:
        whole = frame(exchange, ROWS)
    except UnexpectedAnswer:
        return _note("This answer is no table: it stands under Raw.")
    if not len(whole):
        return _note("No rows: there is nothing of the kind.")
    count = _rows(exchange)
    heads = "".join(f'<th scope="col">{shown(cut(str(name), CELL))}</th>' for name in whole.columns[:COLUMNS])
    columns = [[_cell(value) for value in whole.iloc[:, at]] for at in range(min(len(whole.columns), COLUMNS))]
    rows = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
    said = []
    if count > len(whole):
        said.append(f"The first {len(whole):,} of {count:,} rows: explorer.frame() has them all.")
    if len(whole.columns) > COLUMNS:
        said.append(f"The first {COLUMNS} of {len(whole.columns):,} columns.")
    note = _note(" ".join(said)) if said else ""
    return f"{note}{_scrolling(f'<table class=cct-table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>', 'The answer as a table')}"


def tree(exchange: Exchange) -> str:
    """The JSON as lists that fold, as HTML."""
    if exchange.kind != "json":
        return _note("This answer is no JSON: it stands under Raw.")
    left = [NODES]
    inside = _node(exchange.value, "the answer", 0, left)
    note = _note(f"Cut after {NODES:,} entries: explorer.answer holds them all.") if left[0] <= 0 else ""
    return f"{note}{_scrolling(f'<div class=cct-tree>{inside}</div>', 'The answer as a tree')}"


def raw(exchange: Exchange) -> str:
    """What came, JSON with indents, as HTML that runs nothing."""
    if exchange.kind == "nothing":
        return _note("No answer came.")
    if exchange.kind == "empty":
        return _note("The answer holds nothing but its status and headers.")
    whole = exchange.kind != "json"
    text = str(exchange.value) if whole else _indented(exchange.value)
    if exchange.kind == "broken":
        note = _note("It breaks off, or is no JSON.")
    elif len(text) > RAW:
        size = 0 if exchange.received is None else len(exchange.received.content)
        note = _note(f"The first {RAW:,} characters of an answer of {size:,} bytes: explorer.answer holds it whole.")
    else:
        note = ""
    return f"{note}{_scrolling(f'<pre>{shown(text[:RAW])}</pre>', 'The raw answer')}"


def headers(exchange: Exchange) -> str:
    """Request line and answer's headers as HTML; cookies are not shown."""
    if exchange.received is None:
        return _note("No answer came.")
    received = exchange.received
    rows = "".join(
        f'<tr><th scope="row">{shown(name)}</th>'
        f"<td>{'(not shown: a secret)' if name.lower() in _SECRET else shown(cut(value, TEXT))}</td></tr>"
        for name, value in received.headers[:ENTRIES]
    )
    asked = f"<p><code>{shown(received.method)} {shown(cut(received.url, TEXT))}</code></p>"
    return f"{asked}{_scrolling(f'<table class=cct-table><tbody>{rows}</tbody></table>', 'The headers of the answer')}"


def _name(exchange: Exchange) -> str | None:
    return exchange.operation.schema.answer.records


def _records(exchange: Exchange) -> list[dict[str, Any]] | None:
    """The records of a collection; None where the answer is none."""
    if exchange.kind != "json" or exchange.operation.method != "GET":
        return None
    answer = exchange.operation.schema.answer
    if answer.records is None and (answer.described or not isinstance(exchange.value, dict)):
        return None
    try:
        return exchange.operation.records_of(exchange.value)
    except UnexpectedAnswer:
        return None


def _count(exchange: Exchange) -> int | None:
    records = _records(exchange)
    return None if records is None else len(records)


def _rows(exchange: Exchange) -> int:
    """How many rows the whole frame has."""
    value, count = exchange.value, _count(exchange)
    if count is not None:
        return count
    if isinstance(value, str):
        return max(value.count("\n") - 1, 0)
    return len(value) if isinstance(value, list) else sum(1 for _ in _properties(value))


def _properties(value: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """An object's properties, nested ones as `outer.inner`."""
    for name, each in value.items():
        if isinstance(each, dict) and each and depth < OPEN:
            yield from _properties(each, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", each


def _cell(value: Any) -> str:
    nested = isinstance(value, (dict, list))
    if value is None or (not nested and _missing(value)):
        return "<td></td>"
    text = "".join(_until(value, CELL)) if nested else str(value)
    full = f' title="{shown(cut(text, TEXT))}"' if len(text) > CELL else ""
    return f"<td{full}>{shown(cut(text, CELL))}</td>"


def _missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value)) if pd.api.types.is_scalar(value) else False


def _until(value: Any, length: int) -> Iterator[str]:
    """The JSON of a value, no more than it takes to fill a length."""
    written = 0
    try:
        for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            yield piece
            written += len(piece)
            if written > length:
                return
    except RecursionError:
        yield "…"


def _indented(value: Any) -> str:
    """The JSON with indents, to a little beyond what is shown of it: writing 200,000 records takes seconds."""
    pieces, written = [], 0
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
            pieces.append(piece)
            written += len(piece)
            if written > RAW:
                break
    except RecursionError:
        pieces.append("…")
    return "".join(pieces)


def _node(value: Any, name: str, depth: int, left: list[int]) -> str:
    left[0] -= 1
    label = f'<span class="cct-name">{shown(cut(name, CELL))}</span>'
    if not isinstance(value, (dict, list)):
        return f'<div class="cct-leaf">{label} {_leaf(value)}</div>'
    several = "properties" if isinstance(value, dict) else "entries"
    one = "property" if isinstance(value, dict) else "entry"
    head = f"<summary>{label} <small>{len(value):,} {one if len(value) == 1 else several}</small></summary>"
    if depth >= DEPTH:
        return f'<div class="cct-leaf">{label} … nested more deeply than is shown</div>'
    entries = value.items() if isinstance(value, dict) else ((str(at), each) for at, each in enumerate(value))
    inside = []
    for at, (key, each) in enumerate(entries):
        if at >= ENTRIES or left[0] <= 0:
            inside.append(f'<div class="cct-leaf">… and {len(value) - at:,} more</div>')
            break
        inside.append(_node(each, str(key), depth + 1, left))
    opened = " open" if depth < OPEN and (depth == 0 or len(value) <= 10) else ""
    return f"<details{opened}>{head}{''.join(inside)}</details>"


def _leaf(value: Any) -> str:
    if isinstance(value, str):
        return f'<span class="cct-text">{shown(json.dumps(cut(value, TEXT), ensure_ascii=False))}</span>'
    return f'<span class="cct-value">{shown(json.dumps(value))}</span>'


def _scrolling(inside: str, label: str) -> str:
    return f'<div class="cct-scroll cct-answer" role="region" aria-label="{label}" tabindex="0">{inside}</div>'


def _note(words: str) -> str:
    return f'<p class="cct-small">{shown(words)}</p>'
