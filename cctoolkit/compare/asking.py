"""Ask one service the questions, and write down what stays of each answer: nothing that is the account's own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from .._httpx import httpx, is_loopback, read_json
from ..api import Client
from ..api.activities import FIRST_LOOK, LAST_LOOK, ended
from ..api.transport import Received
from ..errors import CctoolkitError, QuotaExceeded, ServiceUnreachable, SettingsError, SignInError, Unauthorized
from .forms import OTHER_CONTENT, Shape, shape
from .questions import Question
from .wording import CONTENT_TYPE, HEADERS, heading, refusal

#: What is told of each question before it is asked.
Told = Callable[[str], None]
#: What an answer is written down as: status, headers, shape.
Answer = dict[str, Any]

#: What nobody takes for a token.
_JUNK = "none-at-all"
#: What may stand in a path: whatever else a service calls an id, nothing is asked with it.
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
#: An activity that has not ended after as many looks, six minutes, is left alone.
_LOOKS = 80


class Asking:
    """What was asked of one service: `answers` by question, `not_asked` with the reasons, and how many `requests` it took: one
    that was busy is asked again.

    `known` is what earlier answers gave. `labels` are the names of the account's custom fields, which an exported file has
    among its headings.
    """

    def __init__(self, client: Client, told: Told, known: Mapping[str, str], labels: Iterable[str] = ()) -> None:
        self.client = client
        self.answers: dict[str, Answer] = {}
        self.not_asked: dict[str, str] = {}
        self.requests = 0
        self.known = dict(known)
        #: The names of the questions that were sent, whether an answer came or not.
        self.sent: set[str] = set()
        self._told, self._labels = told, list(labels)
        #: The addresses of a trial's people who were seen in the account.
        self.seen: set[str] = set()
        #: Ids that the account had before, and those that were answered for what was made here.
        self.theirs: set[str] = set()
        self.made: dict[str, str] = {}
        #: What was answered by another name than it was sent with, or by the id of something else.
        self.renamed: set[str] = set()
        self._own: set[str] = set()
        self._refusals: dict[str, Any] = {}

    def begin_trial(self, theirs: Iterable[str]) -> None:
        """Know no id of the account's own any more: what is written to from here on was made here. `theirs` are the ids that are
        not, whatever a service answers."""
        self.known = {"mark": self.known["mark"]}
        self.theirs |= set(theirs)
        self.made = {}

    def hush(self) -> None:
        """Tell nobody any more what is asked."""
        self._told = lambda question: None

    def status(self, question: Question) -> int | None:
        """With what a question was answered; None where it was not."""
        answer = self.answers.get(question.name)
        return None if answer is None else int(answer["status"])

    def ask(self, question: Question, **known: str) -> Any:
        """The answer's content, which is for nobody but the caller. `known` is what is known besides.

        Raises what ends all: nobody is signed in, nothing answers, the day's requests are spent.
        """
        self.known |= known
        missing = [name for name in _wanted(question) if name not in self.known]
        if missing:
            what = missing[0].removesuffix("_id").replace("_", " ")
            self.not_asked[question.name] = f"no {what} was answered before"
            return None
        self._told(question.name)
        self.sent.add(question.name)
        received = self._heard(question)
        if received is None:
            self.not_asked[question.name] = "there was no answer"
            return None
        content = _content(received)
        if question.path == "/account/summary" and isinstance(content, dict):
            self._own |= {text for text in _texts(content) if len(text) > 2}
        self.answers[question.name] = self._written_down(question, received, content)
        if received.status < 300 and not question.wrong:
            self._take(question, content)
        return content

    def _take(self, question: Question, content: Any) -> None:
        """What an answer gives. Of what is new nothing that the account had before, and nothing by another name."""
        its_own = self._is_what_was_sent(question, content)
        for name, way in question.gives.items():
            value = str(_at(content, way))
            if not _ID.fullmatch(value) or value == "None":
                continue
            if question.method == "GET":
                self.theirs.add(value)
            elif value in self.theirs or not its_own:
                self.renamed.add(question.about)
                continue
            self.known[name] = self.made[name] = value

    def _is_what_was_sent(self, question: Question, content: Any) -> bool:
        """Whether what was answered to something new is that, and not what the account has already."""
        sent = {} if question.body is None else _filled(question.body, self.known)
        named = {name: sent[name] for name in ("name", "label", "email_address") if name in sent}
        if question.method != "POST" or not named:
            return True
        answered = {name: content.get(name) for name in named} if isinstance(content, dict) else {}
        return all(
            str(_address(answered.get(name))).lower() == str(_address(value)).lower() for name, value in named.items()
        )

    def report(self) -> dict[str, Answer]:
        """The answers, with the words of refusals, but for what they say of the account: that is known only at the end."""
        for name, content in self._refusals.items():
            self.answers[name]["refusal"] = refusal(content, self._own)
        return self.answers

    def _heard(self, question: Question) -> Received | None:
        """The last answer; None where there was none."""
        pause = FIRST_LOOK
        for _ in range(_LOOKS):
            heard = self._asked(question)
            self.requests += len(heard)
            if not heard:
                return None
            report = _content(heard[-1])
            if not question.until_done or not isinstance(report, dict) or heard[-1].status != 200 or ended(report):
                return heard[-1]
            self.client.sleep(pause)
            pause = min(pause * 1.4, LAST_LOOK)
        return heard[-1]

    def _asked(self, question: Question) -> list[Received]:
        """The answers as they came, an error's too, the last one at the end. None where there was none."""
        path, params = question.path.format(**self.known), _filled(dict(question.params), self.known)
        if question.sender != "signed in":
            return _from_a_stranger(self.client, path, question)
        heard: list[Received] = []
        body = {} if question.body is None else {"json": _filled(question.body, self.known)}
        try:
            self.client._transport.fetch(question.method, path, params=params, received=heard.append, **body)
        except (SignInError, Unauthorized, ServiceUnreachable, QuotaExceeded, SettingsError):
            raise
        except CctoolkitError:
            pass  # a refusal is an answer
        return heard

    def _written_down(self, question: Question, received: Received, content: Any) -> Answer:
        headers = {name.lower(): value for name, value in received.headers}
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        kind = kind if CONTENT_TYPE.fullmatch(kind) or not kind else "another"
        answer: Answer = {
            "status": received.status,
            "headers": sorted(name for name in HEADERS if name in headers),
            "content_type": kind,
            "shape": self._shape(received, content, kind),
        }
        if question.wrong:  # it held nothing of the account, so neither does the refusal
            self._refusals[question.name] = content
        return answer

    def _shape(self, received: Received, content: Any, kind: str) -> Shape:
        if not received.content:
            return {"forms": ["nothing"]}
        try:
            if kind == "text/csv":
                text = received.content.decode("utf-8", "replace").removeprefix("\ufeff")
                rows = list(islice(csv.reader(io.StringIO(text, newline="")), 50))
                headings = [heading(cell, self._labels) for cell in rows[0]] if rows else []
                table = [dict(zip(headings, row, strict=False)) for row in rows[1:]]
                return shape(table, keys=frozenset(headings))
            return {"forms": [OTHER_CONTENT]} if content is None else shape(content)
        except (csv.Error, RecursionError):
            return {"forms": [OTHER_CONTENT]}


def _address(value: Any) -> Any:
    """The address of an email address as it is sent, which is answered in the same form."""
    return value.get("address") if isinstance(value, Mapping) else value


def _wanted(question: Question) -> list[str]:
    """What has to be known before it can be asked."""
    return [name for text in _texts([question.path, question.params, question.body]) for name in _NAMED.findall(text)]


_NAMED = re.compile(r"\{(\w+)\}")


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from _texts(held)
    elif isinstance(value, (list, tuple)):
        for held in value:
            yield from _texts(held)


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _NAMED.sub(lambda found: known[found[1]], value)
    if isinstance(value, Mapping):
        return {name: _filled(held, known) for name, held in value.items()}
    return [_filled(held, known) for held in value] if isinstance(value, list) else value


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
