"""All findings together: for a terminal, a notebook, a program."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING

from .findings import Finding, State

if TYPE_CHECKING:
    import pandas as pd

STATES: tuple[State, ...] = ("ok", "note", "problem")
#: Columns of a terminal beyond which a line is hard to read.
WIDEST = 120
_MARKS = {"ok": "✓", "note": "•", "problem": "✗"}


class Examination:
    """What the doctor found, in the order in which things are needed.

    `problems` and `notes` are the findings that ask for something; `healthy` says that there is no problem.
    """

    def __init__(self, service: str, findings: Sequence[Finding]) -> None:
        self.service = service
        self.findings = tuple(findings)

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.state == "problem"]

    @property
    def notes(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.state == "note"]

    @property
    def healthy(self) -> bool:
        return not self.problems

    def of(self, check: str) -> list[Finding]:
        """The findings of one check, by its name: `of("keyring")`."""
        return [finding for finding in self.findings if finding.check == check]

    def frame(self) -> pd.DataFrame:
        """A row a finding: `check`, `state`, `found`, `advice`."""
        from ..frame import Frame

        return Frame([asdict(finding) for finding in self.findings], columns=["check", "state", "found", "advice"])

    def json(self) -> str:
        """One JSON object: the service, whether all is well, and each finding."""
        findings = [asdict(finding) for finding in self.findings]
        return json.dumps({"service": self.service, "healthy": self.healthy, "findings": findings})

    def text(self, width: int | None = None, style: Callable[[State, str], str] | None = None) -> str:
        """A table for a terminal of `width` columns. `style` colours a word by its state."""
        width = max(min(width or shutil.get_terminal_size().columns, WIDEST), 40)
        name = max((len(finding.check) for finding in self.findings), default=0)
        indent = " " * (9 + name + 2)
        lines = []
        for finding in self.findings:
            word = f"{finding.state:<9}"
            told = textwrap.fill(
                finding.found,
                width,
                initial_indent=f"{word}{finding.check:<{name}}  ",
                subsequent_indent=indent,
                break_on_hyphens=False,
            )
            lines.append((style(finding.state, word) if style else word) + told[len(word) :])
            if finding.advice:
                lines.append(
                    textwrap.fill(
                        f"-> {finding.advice}",
                        width,
                        initial_indent=indent,
                        subsequent_indent=f"{indent}   ",
                        break_on_hyphens=False,
                        break_long_words=False,  # a command stays one that can be copied
                    )
                )
        return "\n".join([*lines, "", textwrap.fill(self._sum(), width, break_on_hyphens=False)])

    def _sum(self) -> str:
        counts = {state: sum(finding.state == state for finding in self.findings) for state in STATES}
        said = f"{counts['ok']} ok, {_counted(counts['note'], 'note')}, {_counted(counts['problem'], 'problem')}."
        asked = (
            "The live service was asked."
            if self.service == "live"
            else "Only this machine was looked at. The live service is asked too with --service live, in Python examine('live')."
        )
        return f"{said} {asked}"

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        cell = "<td style='text-align:left;vertical-align:top;white-space:normal'>"
        word = cell.replace("normal", "nowrap")
        rows = "".join(
            f"<tr>{word}{_MARKS[finding.state]} {'<b>problem</b>' if finding.state == 'problem' else finding.state}</td>"
            f"{word}{escape(finding.check)}</td>{cell}{escape(finding.found)}</td>{cell}{escape(finding.advice or 'Nothing.')}</td></tr>"
            for finding in self.findings
        )
        head = "".join(
            f"<th style='text-align:left'>{name}</th>" for name in ("", "looked at", "what was found", "what to do")
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{escape(self._sum())}</p>"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
