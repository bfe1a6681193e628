"""Ask both, and tell where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._httpx import httpx, is_loopback, read_json
from ..api import Client
from ..api.transport import Received
from ..errors import CctoolkitError, QuotaExceeded, ServiceUnreachable, SettingsError, SignInError, Unauthorized
from ..harmless import harmless
from . import practice
from .forms import differences, shape
from .questions import QUESTIONS, Question
from .report import FORM, write_report

#: What nobody takes for a token.
_JUNK = "none-at-all"
#: The headers that a client may lean on; of each only whether it is there, and of the first its value.
_HEADERS = ("content-type", "www-authenticate", "retry-after", "x-ratelimit-limit", "link")
#: What a refusal may quote: of it only the kind stays.
_QUOTED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[^\s@]+@[^\s@]+|\d+|'[^']*'|\"[^\"]*\"")
#: What an answer is written down as: status, headers, shape.
Answer = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What was asked, and where the answers differ from the sandbox's: question by question, in words.

    `not_asked` are the questions that could not be, with the reason. `requests` is what it cost.
    """

    differences: dict[str, list[str]]
    not_asked: dict[str, str]
    requests: int
    report: dict[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the report. Raises `SettingsError` where that cannot be done."""
        write_report(Path(path), self.report)

    def text(self) -> str:
        """The comparison for a terminal."""
        lines = []
        for question, found in self.differences.items():
            lines += [question, *(f"  {each}" for each in found)]
        count = sum(map(len, self.differences.values()))
        lines.append(
            f"{len(self.report['answers'])} questions were asked, in {self.requests} requests: "
            + (f"{count} differences from the sandbox." if count else "the sandbox answers in the same shapes.")
        )
        if self.not_asked:
            lines.append(f"Not asked: {'; '.join(f'{name} ({why})' for name, why in self.not_asked.items())}.")
        return harmless("\n".join(lines), keep="\n")

    def __repr__(self) -> str:
        return self.text()


def compare(client: Client, *, told: Callable[[str], None] = lambda question: None) -> Comparison:
    """Ask a service and a sandbox of this process the same questions, and tell where the shapes of the answers differ.

    Only reading: at most one request a question of `QUESTIONS`, each of which counts as one of the day's. Nothing of a value is
    kept: see `forms`. `told` hears of each question before it is asked.

    Raises `SignInError` or `Unauthorized` when nobody is signed in, `ServiceUnreachable` when nothing answers, `QuotaExceeded` when the day's
    requests end on the way.
    """
    with practice.account() as ours:
        theirs, not_asked, requests = _answers(client, told)
        mine, _, _ = _answers(ours, lambda question: None)
    found = {
        name: lines for name, answer in theirs.items() if name in mine and (lines := _compared(mine[name], answer))
    }
    report = {
        "form": FORM,
        "of": client.service,
        "answers": theirs,
        "not_asked": not_asked,
        "differences": found,
    }
    return Comparison(found, not_asked, requests, report)


def _answers(client: Client, told: Callable[[str], None]) -> tuple[dict[str, Answer], dict[str, str], int]:
    """The answers, what was not asked and why, and how many requests it took: one that was busy is asked again."""
    found: dict[str, Answer] = {}
    not_asked: dict[str, str] = {}
    known: dict[str, str] = {}
    requests = 0
    for question in QUESTIONS:
        wanted = re.findall(r"{(\w+)}", question.path)
        if missing := [name for name in wanted if name not in known]:
            not_asked[question.name] = f"no {missing[0].removesuffix('_id').replace('_', ' ')} was answered before"
            continue
        told(question.name)
        heard = _asked(client, question, question.path.format(**known))
        requests += len(heard)
        received = heard[-1] if heard else None
        if received is None:
            not_asked[question.name] = "there was no answer"
            continue
        content = _content(received)
        found[question.name] = _written_down(question, received, content)
        for name, way in question.gives.items():
            if (value := _at(content, way)) is not None:
                known[name] = str(value)
    return found, not_asked, requests


def _asked(client: Client, question: Question, path: str) -> list[Received]:
    """The answers as they came, an error's too, the last one at the end. None where there was none."""
    if question.sender != "signed in":
        return _from_a_stranger(client, path, question)
    heard: list[Received] = []
    try:
        client._transport.fetch("GET", path, params=question.params, received=heard.append)
    except (SignInError, Unauthorized, ServiceUnreachable, QuotaExceeded, SettingsError):
        raise
    except CctoolkitError:
        pass  # a refusal is an answer
    return heard


def _from_a_stranger(client: Client, path: str, question: Question) -> list[Received]:
    """Asked without a token, or with one that is none."""
    transport = client._transport
    limiter = transport.limiter
    ticket = None if limiter is None else limiter.wait()
    headers = {} if question.sender == "without a token" else {"Authorization": f"Bearer {_JUNK}"}
    try:
        with httpx.Client(transport=transport.network, timeout=30, trust_env=not is_loopback(client.api_url)) as anyone:
            answer = anyone.get(f"{client.api_url}{path}", params=dict(question.params), headers=headers)
    except httpx.RequestError:
        return []
    if limiter is not None and ticket is not None:
        limiter.sent(ticket, 0.0)
    told = tuple(answer.headers.multi_items())
    return [Received("GET", str(answer.url), answer.status_code, answer.reason_phrase, told, answer.content, 0.0)]


def _content(received: Received) -> Any:
    try:
        return read_json(received.content)
    except (ValueError, RecursionError):
        return None


def _at(content: Any, way: str) -> Any:
    for step in way.split("."):
        if isinstance(content, list):
            content = content[int(step)] if step.isdigit() and len(content) > int(step) else None
        else:
            content = content.get(step) if isinstance(content, dict) else None
    return content


def _written_down(question: Question, received: Received, content: Any) -> Answer:
    """What stays of an answer: nothing that is the account's own."""
    headers = {name.lower(): value for name, value in received.headers}
    answer: Answer = {
        "status": received.status,
        "headers": sorted(name for name in _HEADERS if name in headers),
        "content_type": headers.get("content-type", "").partition(";")[0].strip().lower()[:60],
        "shape": shape(content) if received.content else {"forms": ["nothing"]},
    }
    if question.wrong:  # it held nothing of the account, so neither does the refusal
        errors = content if isinstance(content, list) else [content]
        answer["refusal"] = [
            [str(error.get("error_key", ""))[:80], _QUOTED.sub("…", str(error.get("error_message", "")))[:200]]
            for error in errors[:3]
            if isinstance(error, dict)
        ]
    return answer


def _compared(ours: Answer, theirs: Answer) -> list[str]:
    found = []
    if ours["status"] != theirs["status"]:
        return [f"status {theirs['status']}; in the sandbox {ours['status']}"]
    if ours["content_type"] != theirs["content_type"]:
        found.append(
            f"content type {theirs['content_type'] or 'none'}; in the sandbox {ours['content_type'] or 'none'}"
        )
    for name in sorted({*ours["headers"]} ^ {*theirs["headers"]}):
        where = "is there; not in the sandbox" if name in theirs["headers"] else "is not there; in the sandbox it is"
        found.append(f"header {name}: {where}")
    found += differences(ours["shape"], theirs["shape"])
    if ours.get("refusal") != theirs.get("refusal"):
        found.append(f"refused with {theirs.get('refusal')}; in the sandbox with {ours.get('refusal')}")
    return found
