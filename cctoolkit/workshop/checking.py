"""`check()`: whether an exercise is done, as the account shows it."""

from __future__ import annotations

import html
import sys
from dataclasses import dataclass

from ..api import Client
from ..errors import CctoolkitError, SettingsError
from .account import AccountState
from .exercises import Exercise, Verdict, find


@dataclass(frozen=True)
class CheckResult:
    """What a check found: `right`, in `words`, and where to `look` when it is not yet."""

    number: int
    name: str
    title: str
    right: bool
    words: str
    look: str
    #: Whether anything was written in the cell above the check; where nothing was, nobody is told that it is not right yet.
    begun: bool = True

    def __bool__(self) -> bool:
        return self.right

    @property
    def _standing(self) -> tuple[str, str, str]:
        """A mark, words, and the colour of an edge."""
        if self.right:
            return "✓", "right", "#1a7f37"
        return ("○", "not yet", "#9a6700") if self.begun else ("○", "not begun", "#6e7781")

    def __repr__(self) -> str:
        mark, said, _ = self._standing
        text = f"{mark} {self.number} · {self.title}: {said}. {self.words}"
        return f"{text} Next: {self.look}" if self.look else text

    def _repr_html_(self) -> str:
        """Words of the account stand in it, so all of it is escaped."""
        mark, said, color = self._standing
        look = f"<div>Next: <code>{html.escape(self.look)}</code></div>" if self.look else ""
        return (
            f'<div role="status" style="border-left:4px solid {color};padding:.3em .8em;line-height:1.5;'
            f'overflow-wrap:anywhere"><strong>{self.number} · {html.escape(self.title)}: {mark} {said}</strong>'
            f"<div>{html.escape(self.words)}</div>{look}</div>"
        )


def check(name: str | int, client: Client | None = None) -> CheckResult:
    """Whether an exercise of the workshop is done. Its name or number says which: `check("list")`.

    It reads the account of this folder's sandbox (or of `client`) and changes nothing in it. What it finds is shown;
    where it cannot look, it says so. Raises `SettingsError` for an unknown exercise, and for the live service.
    """
    exercise = find(name)
    if client is not None and client.service == "live":
        raise SettingsError("The exercises are for the sandbox: call check() without a client.")
    return _result(exercise, _look(exercise, client))


def judge(exercise: Exercise, account: AccountState) -> Verdict:
    """What the exercise's judge says; whatever keeps it from looking is said as well."""
    try:
        return exercise.judge(account)
    except CctoolkitError as error:
        return Verdict(False, f"The check could not look: {error}")


def _look(exercise: Exercise, client: Client | None) -> Verdict:
    if client is not None:
        return judge(exercise, AccountState(client))
    from ..connection import client_of, open_session

    try:
        session = open_session("sandbox")
        if not session.signed_in:
            nobody = find("sign-in")
            return nobody.judge(AccountState(client_of(session), signed_in=False))
        with client_of(session) as own:
            if exercise.name == "sign-in":
                own.account.summary()  # a sign-in that has ended is none
            return judge(exercise, AccountState(own))
    except CctoolkitError as error:
        return Verdict(False, f"The check could not look: {error}")


def _result(exercise: Exercise, verdict: Verdict) -> CheckResult:
    begun = not _nothing_written(exercise.name) or verdict.right
    return CheckResult(
        exercise.number, exercise.name, exercise.title, verdict.right, verdict.words, verdict.look, begun=begun
    )


#: Of each exercise that was looked at: whether nothing was written for it then.
_nothing_then: dict[str, bool] = {}


def _nothing_written(exercise: str) -> bool:
    """Whether the cell that ran before this check holds nothing but comments. What it holds otherwise is nobody's matter.

    Of a check that comes after another check that is what it was when it was looked at before. Not by the history of what
    was run: not everything that runs a notebook keeps one.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    before = getattr(getattr(shell, "last_execution_result", None), "info", None)
    if before is None:
        return False
    if "cctoolkit.check(" not in before.raw_cell:
        lines = [line.strip() for line in before.raw_cell.splitlines()]
        _nothing_then[exercise] = any(lines) and all(not line or line.startswith("#") for line in lines)
    return _nothing_then.get(exercise, False)
