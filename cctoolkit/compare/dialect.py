"""A sandbox that answers as a service was seen to answer: what a report recorded, put upon its answers on their way out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .forms import OTHER_CONTENT
from .questions import EVERY_QUESTION, Question
from .samples import bounded, header_sample, refused, reshaped, sample
from .wording import CONTENT_TYPE, HEADERS, refusal

if TYPE_CHECKING:
    from ..in_process import Application, Message

#: Who asks, or how the service fared at that moment, and no way of answering.
_OF_THE_MOMENT = {401, 403, 429}
#: Statuses that have no content.
_EMPTY = {204, 205, 304}
#: An id in a path, and no name of a resource.
_ID = r"(?=[^/]*\d)[\w-]+"


class Dialect:
    """Middleware for `cctoolkit.sandbox.Sandbox(dialect=…)`, from a report as `read_report` gives it.

    A report is data: only questions that are asked here are looked up in it, and of an answer only its status, its kind of
    content, its shape and the words of a refusal are taken. What is there in a service and not in the sandbox is made up; ids
    and links stay the sandbox's own, since they have to lead back. `left_out` says what is not imitated, question by question.
    """

    def __init__(self, report: Mapping[str, Any]) -> None:
        self._ways: list[_Way] = []
        self.left_out: dict[str, str] = {}
        theirs, ours = report.get("answers"), report.get("sandbox")
        for question in EVERY_QUESTION:
            its = _answer(theirs.get(question.name) if isinstance(theirs, Mapping) else None)
            mine = _answer(ours.get(question.name) if isinstance(ours, Mapping) else None)
            if its is None or mine is None:
                continue
            if its["status"] != mine["status"] and _of_the_moment(question, its["status"]):
                self.left_out[question.name] = f"status {its['status']} is of the moment or of who asked"
            else:
                self._ways.append(_Way(question, mine, its))

    @property
    def count(self) -> int:
        """How many questions are answered in another way."""
        return len(self._ways)

    def __call__(self, app: Application) -> Application:
        """The application that answers so."""

        async def answering(
            scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
        ) -> None:
            ways = self._of(scope) if scope["type"] == "http" else []
            if not ways:
                await app(scope, receive, send)
                return
            held: list[Message] = []

            async def hold(message: Message) -> None:
                held.append(message)
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    begun = next(each for each in held if each["type"] == "http.response.start")
                    content = b"".join(each.get("body", b"") for each in held)
                    answer = _Answered(begun["status"], dict(begun["headers"]), content)
                    for way in ways:
                        way.put_upon(answer)
                    answer.headers[b"content-length"] = str(len(answer.content)).encode()
                    await send({**begun, "status": answer.status, "headers": list(answer.headers.items())})
                    await send({"type": "http.response.body", "body": answer.content})

            await app(scope, receive, hold)

        return answering

    def _of(self, scope: Message) -> list[_Way]:
        path = str(scope["path"])
        if not path.startswith("/v3/"):
            return []
        query = {name: ",".join(values) for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        fitting = [way for way in self._ways if way.may_fit(scope["method"], path.removeprefix("/v3"))]
        asked = [way for way in fitting if way.asks(query)]
        # Nobody asked it in just that way: what differs in another way of asking is the best guess.
        return asked if any(not way.refused for way in asked) else fitting


@dataclass
class _Answered:
    status: int
    headers: dict[bytes, bytes]
    content: bytes


class _Way:
    """How one question is answered here, and how there."""

    def __init__(self, question: Question, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        self._question, self._ours, self._theirs = question, ours, theirs
        literal = re.split(r"\{\w+\}", question.path)
        self._path = re.compile(_ID.join(map(re.escape, literal)))
        self._everywhere = question.sender != "signed in" or question.path == "/nowhere"

    @property
    def refused(self) -> bool:
        """Whether it is about what is refused: then what is answered here decides whether a request is one of that kind."""
        return self._question.wrong

    def may_fit(self, method: str, path: str) -> bool:
        """Whether a request may be one of that kind, whatever its parameters."""
        if self._everywhere:
            return True
        if method != self._question.method:
            return False
        if self.refused:
            return path.split("/")[1] == self._question.path.split("/")[1]
        return self._path.fullmatch(path) is not None

    def asks(self, query: Mapping[str, str]) -> bool:
        """Whether a request has the parameters that the question has."""
        asked = {name: str(value) for name, value in self._question.params.items() if name not in {"limit", "lists"}}
        return self.refused or all(
            {*wanted.split(",")} <= {*query.get(name, "").split(",")} for name, wanted in asked.items()
        )

    def put_upon(self, answer: _Answered) -> None:
        """Change an answer of the sandbox's, where it is one of that kind, in place."""
        if answer.status != self._ours["status"]:
            return
        kind = answer.headers.get(b"content-type", b"").partition(b";")[0]
        content = _json(answer.content) if kind == b"application/json" else None
        if self._question.wrong and refusal(content) != self._ours.get("refusal"):
            return
        if self._question.wrong or self._theirs["status"] >= 400:
            answer.content = self._refusal()
        elif kind == b"text/csv":
            answer.content = _table(answer.content, self._ours["shape"], self._theirs["shape"])
        elif content is not None:
            answer.content = _written(reshaped(content, self._ours["shape"], self._theirs["shape"]))
        answer.status = self._theirs["status"]
        if answer.status in _EMPTY:
            answer.content = b""
        self._put_headers(answer)

    def _refusal(self) -> bytes:
        if self._theirs["shape"]["forms"] == [OTHER_CONTENT]:
            return b"What a service answered here was no JSON.\n"
        content = refused(self._theirs["shape"], self._theirs["refusal"])
        return b"" if content is None else _written(content)

    def _put_headers(self, answer: _Answered) -> None:
        here, there = {*self._ours["headers"]}, {*self._theirs["headers"]}
        for name in HEADERS:
            if name in here - there:
                answer.headers.pop(name.encode(), None)
            elif name in there - here:
                answer.headers[name.encode()] = header_sample(name)
        said = self._theirs["content_type"]
        if said != self._ours["content_type"] and CONTENT_TYPE.fullmatch(said):
            answer.headers[b"content-type"] = said.encode()


def _answer(value: Any) -> dict[str, Any] | None:
    """What is taken of a report's entry, whoever wrote it; None where it has not the form of an answer."""
    if not isinstance(value, Mapping) or not isinstance(value.get("status"), int) or not 200 <= value["status"] <= 599:
        return None
    headers, said, words = value.get("headers"), value.get("content_type"), value.get("refusal")
    return {
        "status": value["status"],
        "headers": [name for name in HEADERS if isinstance(headers, list) and name in headers],
        "content_type": said if isinstance(said, str) else "",
        "shape": bounded(value.get("shape")),
        "refusal": [
            [str(part)[:300] for part in each]
            for each in (words if isinstance(words, list) else [])[:3]
            if isinstance(each, list) and len(each) == 2
        ],
    }


def _of_the_moment(question: Question, status: int) -> bool:
    return status >= 500 or (status in _OF_THE_MOMENT and question.sender == "signed in")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _written(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _table(content: bytes, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bytes:
    """A CSV with the headings that were seen: one that differs in case or marks alone is renamed, one that was not there goes,
    and one that is not here comes, with a made-up value."""
    here, there = _headings(ours), _headings(theirs)
    if not here or not there:
        return content
    alike = {_plain(name): name for name in there}
    [headings, *rows] = csv.reader(io.StringIO(content.decode()))
    kept = [place for place, name in enumerate(headings) if name not in here or _plain(name) in alike]
    new = [name for name in there if _plain(name) not in {_plain(heading) for heading in headings}]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([alike.get(_plain(headings[place]), headings[place]) for place in kept] + new)
    values = [sample(there[name]) for name in new]
    writer.writerows([row[place] for place in kept] + values for row in rows)
    return out.getvalue().encode()


def _headings(table: Mapping[str, Any]) -> Mapping[str, Any]:
    items = table.get("items")
    keys = items.get("keys") if isinstance(items, Mapping) else None
    return {name: held for name, held in keys.items() if name[:1] != "‹"} if isinstance(keys, Mapping) else {}


def _plain(heading: str) -> str:
    return re.sub(r"\W+", "", heading).casefold()
