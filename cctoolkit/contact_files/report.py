"""The account of a cleaning for people: text in a terminal, a table and a chart in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from ..harmless import harmless
from .rules.values import tidy

if TYPE_CHECKING:
    from .cleaned import Cleaned

#: How many rejected rows, kinds of notes and columns a report lists, and how many notes of a kind.
SHOWN, OF_A_KIND = 10, 3

#: What each part of the chart stands for. The colours differ in lightness too, and are told apart without colour.
_COLOURS = {"kept": "#1b7f4b", "merged": "#8a8f98", "rejected": "#c0392b"}


class Report(str):
    """The report is its text; a notebook shows it as a chart and tables."""

    _cleaned: Cleaned

    def __new__(cls, cleaned: Cleaned) -> Report:
        report = super().__new__(cls, harmless(_text(cleaned), keep="\n"))
        report._cleaned = cleaned
        return report

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return _html(self._cleaned)


def _text(cleaned: Cleaned) -> str:
    lines = [*(f"To be answered: {tidy(str(question))}" for question in cleaned.questions)]
    lines += [f"{cleaned.file}: {cleaned.source}, {cleaned.encoding}", _sum(cleaned)]
    for row in cleaned.rejected_head(SHOWN).to_dict("records"):
        written = f": {row['written']}" if row["written"] else ""
        lines.append(f"  rejected  line {row['line']}, {row['reason']}{written}")
    if cleaned.rejected_count > SHOWN:
        lines.append(f"  rejected  … and {cleaned.rejected_count - SHOWN:,} more, in .rejected in Python")
    for kind, count in list(cleaned.note_counts.items())[:SHOWN]:
        shown = cleaned.notes_head(kind, OF_A_KIND)
        lines += [f"  note      line {line}, {tidy(note)}" for line, note in shown]
        if count > len(shown):
            lines.append(f"  note      … and {count - len(shown):,} more: {kind}")
    if more := list(cleaned.note_counts)[SHOWN:]:
        lines.append(f"  note      … and of other kinds, in .notes in Python: {', '.join(more)}")
    lines += [f"  columns   {line}" for line in _column_lines(cleaned)]
    return "\n".join(lines)


def _sum(cleaned: Cleaned) -> str:
    return (
        f"{cleaned.rows_in} rows = {cleaned.kept_count} kept + {cleaned.merged_count} merged + "
        f"{cleaned.rejected_count} rejected"
    )


def _column_lines(cleaned: Cleaned) -> list[str]:
    """Columns that hold something and are not imported, what they might be, and how dates were read."""
    headings = cleaned.export.headings
    lines = []
    if said := _beside(cleaned):
        lines.append(
            f"by kind: {said} beside the first: an import takes them along, a CSV file has room for one of each"
        )
    if left := [tidy(headings[index]) or "(without a heading)" for index in cleaned.left_out]:
        lines.append(f"not imported: {', '.join(left)}")
    lines += [
        f"{heading or '(without a heading)'} might be {target}: --map '{heading}={target}'"
        for heading, target in cleaned.proposals.items()
    ]
    guessed = cleaned.columns[(cleaned.columns["why"] == "its cells look so")]
    lines += [
        f"{column or '(without a heading)'} is taken for {becomes}: its cells look so ({confidence:.0%} sure)"
        for column, becomes, confidence in zip(
            guessed["column"], guessed["becomes"], guessed["confidence"], strict=True
        )
    ]
    dates = cleaned.columns[cleaned.columns["why"].str.contains("dates read as") & (cleaned.columns["values"] > 0)]
    lines += [f"{column}: {why.partition('; ')[2]}" for column, why in zip(dates["column"], dates["why"], strict=True)]
    return lines


def _beside(cleaned: Cleaned) -> str:
    """What stands beside a contact's first phone and postal address, in words."""
    phones, addresses = cleaned.beside
    return " and ".join(
        f"{count:,} {name if count == 1 else more}"
        for count, name, more in ((phones, "phone", "phones"), (addresses, "postal address", "postal addresses"))
        if count
    )


def _html(cleaned: Cleaned) -> str:
    return f"{summary_html(cleaned)}{details_html(cleaned)}"


def summary_html(cleaned: Cleaned, *, ask: bool = True) -> str:
    """Which file it is, and what became of its rows, as a chart; first of all the open questions, unless somebody else asks."""
    counts = {"kept": cleaned.kept_count, "merged": cleaned.merged_count, "rejected": cleaned.rejected_count}
    asked = "".join(
        f"<p style='border-left:.3em solid {_COLOURS['rejected']};padding-left:.6em'><b>To be answered:</b> "
        f"{escape(tidy(str(question)))}</p>"
        for question in (cleaned.questions if ask else ())
    )
    return (
        f"{asked}<p><b>{escape(cleaned.file)}</b>: {escape(cleaned.source)}, {escape(cleaned.encoding)}</p>"
        f"{chart(counts, _sum(cleaned))}"
    )


def details_html(cleaned: Cleaned) -> str:
    """Why rows were rejected, what is told of the others, and of columns."""
    told = "".join(
        f"<tr><td>{escape(kind)}</td><td style='text-align:right'>{count:,}</td><td style='text-align:left'>"
        f"{escape(_example(cleaned, kind))}</td></tr>"
        for kind, count in cleaned.note_counts.items()
    )
    reasons = "".join(
        f"<tr><td style='text-align:left'>{escape(reason)}</td><td style='text-align:right'>{count:,}</td></tr>"
        for reason, count in list(cleaned.reasons.items())[:SHOWN]
    )
    columns = "".join(f"<li>{escape(line)}</li>" for line in _column_lines(cleaned))
    return (
        (
            f"<table><thead><tr><th>Rejected because</th><th>rows</th></tr></thead><tbody>{reasons}</tbody></table>"
            if reasons
            else ""
        )
        + (
            "<table><thead><tr><th>Told of kept rows</th><th>rows</th><th>for example</th></tr></thead>"
            f"<tbody>{told}</tbody></table>"
            if told
            else ""
        )
        + (f"<ul>{columns}</ul>" if columns else "")
    )


def _example(cleaned: Cleaned, kind: str) -> str:
    shown = cleaned.notes_head(kind, 1)
    return f"line {shown[0][0]}: {tidy(shown[0][1])}" if shown else ""


def chart(counts: Mapping[str, int], words: str, colours: Mapping[str, str] = _COLOURS) -> str:
    """One bar, cut by these counts, with its numbers beneath; `words` say it without a picture."""
    total = sum(counts.values()) or 1
    bars, at = [], 0.0
    for name, count in counts.items():
        width = 100 * count / total
        bars.append(
            f'<rect x="{at:.2f}%" y="0" width="{width:.2f}%" height="22" fill="{colours[name]}">'
            f"<title>{name}: {count:,}</title></rect>"
        )
        at += width
    legend = " &nbsp; ".join(
        f'<span style="border-left:.8em solid {colours[name]};padding-left:.4em">{count:,} {name}</span>'
        for name, count in counts.items()
    )
    return (
        f'<svg role="img" aria-label="{escape(words)}" width="100%" height="22" style="max-width:46em;display:block">'
        f"{''.join(bars)}</svg><p>{legend}</p>"
    )
