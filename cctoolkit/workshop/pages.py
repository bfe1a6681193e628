"""The workshop's web application: slips' addresses, the trainer's page, and the way to the sandbox for the class.

The sandbox itself listens on this machine only, and has an API of its own that resets accounts. The class reaches what
it needs of it through here, and nothing else.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from .._httpx import httpx
from ..errors import SandboxError
from ..oauth.session import read_claims
from .classroom import Classroom, Participant
from .exercises import EXERCISES
from .markup import guarded, page
from .slips import slip_address, slips_page

#: Seconds that one look at the class may take; what is left is read by the next.
PATIENCE = 1.0
#: The service takes files of 4 MB; somebody may want to see what happens with a larger one.
LARGEST_BODY = 16 * 1024 * 1024
#: What a request may bring whose sender is not known yet: a form, or a contact.
SMALL_BODY = 64 * 1024
#: Larger bodies that are in memory at once, each for as many seconds at most as it may take to come.
LARGE_AT_ONCE = 4
BODY_PATIENCE = 60.0
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
#: Headers that belong to one connection, or that the proxied sandbox would refuse or the client misread.
_NOT_PASSED = {
    *("host", "origin", "referer", "content-length", "content-encoding", "transfer-encoding", "accept-encoding"),
    *("connection", "keep-alive", "upgrade", "te", "trailer", "proxy-authorization", "proxy-authenticate", "server"),
    *("date", "cookie", "set-cookie"),
}

Next = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Place:
    """Where the class finds the workshop. `base` is what stands on the slips; `hosts` are answered for."""

    base: str
    hosts: frozenset[str]


def build_app(classroom: Classroom, place: Place) -> FastAPI:
    app = FastAPI(title="cctoolkit workshop", openapi_url=None, docs_url=None, redoc_url=None)
    _add_pages(app, classroom, place)
    _add_trainer(app, classroom, place)
    _add_way_to_the_sandbox(app, classroom, place)

    @app.exception_handler(404)
    async def nothing_here(request: Request, error: Exception) -> Response:
        return page("message.html", 404, title="Nothing is here", text="Type the address on your slip, whole.")

    @app.middleware("http")
    async def only_for_the_class(request: Request, go_on: Next) -> Response:
        """Other hosts' names (DNS rebinding) and other sites' pages have no business here."""
        host = _netloc(f"//{request.headers.get('host', '')}")
        if host is None or host[0] not in place.hosts:
            return PlainTextResponse("The workshop answers only for the address on the slips.\n", 421)
        origin = request.headers.get("origin")
        if origin is not None and _netloc(origin) not in {host, _netloc(place.base)}:
            return PlainTextResponse("The workshop does not answer to other sites' pages.\n", 403)
        return await go_on(request)

    return app


def _add_pages(app: FastAPI, classroom: Classroom, place: Place) -> None:
    @app.get("/")
    async def which() -> Response:
        return page("front.html")

    @app.get("/join")
    async def typed(code: str = "") -> Response:
        """What somebody typed on the first page: the code alone, or the whole address."""
        last = code.strip().rstrip("/").rpartition("/")[2].lower()
        return RedirectResponse(f"/join/{quote(last, safe='')}" if last else "/", 303)

    @app.get("/join/{code}")
    async def join(code: str, request: Request) -> Response:
        """Who that slip is: for the toolkit as JSON, for a browser as a page that says how to connect."""
        participant = classroom.of_code(code)
        wants_json = "application/json" in request.headers.get("accept", "")
        if participant is None:
            if wants_json:
                return JSONResponse({"error": "no such slip"}, 404)
            return page(
                "message.html", 404, title="There is no such slip", text="Check its letters, or ask your trainer."
            )
        if wants_json:
            answer = {
                "participant": participant.name,
                "client_id": participant.service.client_id,
                "redirect_uris": list(participant.service.redirect_uris),
            }
            return JSONResponse(answer, headers={"Cache-Control": "no-store"})
        return page("join.html", participant=participant, address=slip_address(place.base, participant))


def _add_trainer(app: FastAPI, classroom: Classroom, place: Place) -> None:
    def trusted(code: str) -> bool:
        return hmac.compare_digest(code.encode(), classroom.trainer_code.encode())

    def stranger() -> Response:
        return page("message.html", 404, title="Nothing is here", text="Type the address on your slip, whole.")

    def class_now() -> dict[str, Any]:
        rows = classroom.rows(PATIENCE)
        counts = [sum(row.verdicts[at].right for row in rows) for at in range(len(EXERCISES))]
        at_work = [next((i for i, verdict in enumerate(row.verdicts) if not verdict.right), None) for row in rows]
        return {"rows": list(zip(rows, at_work, strict=True)), "counts": counts, "exercises": EXERCISES}

    def chosen(which: str) -> list[Participant] | None:
        if which == "all":
            return classroom.participants
        return [one for one in classroom.participants if str(one.number) == which] or None

    async def shown(code: str, template: str) -> Response:
        if not trusted(code):
            return stranger()
        try:
            values = await run_in_threadpool(class_now)
        except SandboxError as error:
            return page("message.html", 502, title="The class cannot be looked at", text=str(error))
        return page(template, **values, path=f"/trainer/{code}", base=place.base)

    @app.get("/trainer/{code}")
    async def trainer(code: str) -> Response:
        return await shown(code, "trainer.html")

    @app.get("/trainer/{code}/table")
    async def table(code: str) -> Response:
        return await shown(code, "table.html")

    @app.get("/trainer/{code}/slips")
    async def slips(code: str) -> Response:
        if not trusted(code):
            return stranger()
        return guarded(slips_page(place.base, classroom.participants))

    @app.get("/trainer/{code}/reset/{which}")
    async def ask_to_reset(code: str, which: str) -> Response:
        someone = chosen(which) if trusted(code) else None
        if someone is None:
            return stranger()
        return page("reset.html", someone=someone, everybody=which == "all", back=f"/trainer/{code}")

    @app.post("/trainer/{code}/reset/{which}")
    async def reset(code: str, which: str, request: Request) -> Response:
        someone = chosen(which) if trusted(code) else None
        if someone is None:
            return stranger()
        if request.headers.get("origin") is None:  # browsers send it with every form; another site's was refused
            return PlainTextResponse("Press the button on the trainer's page.\n", 403)
        try:
            for participant in someone:
                await run_in_threadpool(classroom.reset, participant)
        except SandboxError as error:
            return page("message.html", 502, title="The reset did not work", text=str(error))
        return RedirectResponse(f"/trainer/{code}", 303)


def _add_way_to_the_sandbox(app: FastAPI, classroom: Classroom, place: Place) -> None:
    network = httpx.AsyncClient(
        base_url=classroom.sandbox,
        timeout=httpx.Timeout(120.0, connect=5.0),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        trust_env=False,
    )

    large_bodies = asyncio.Semaphore(LARGE_AT_ONCE)

    async def pass_on(request: Request) -> Response:
        path = plain_path(request.scope["raw_path"])
        if path is None:  # the sandbox's own API lies one folder up
            return PlainTextResponse("There is no such address.\n", 404)
        client_id = str(read_claims(request.headers.get("authorization", "").partition(" ")[2]).get("cid"))
        async with AsyncExitStack() as stack:
            try:
                content = await _body(request, stack, large_bodies, may_be_large=classroom.knows(client_id))
            except TimeoutError:
                return _refused(408, "too_slow", f"The body did not come within {BODY_PATIENCE:.0f} seconds.")
            if content is None:
                return _refused(413, "too_large", "The body is too large.")
            return await answered(request, path, content, client_id)

    async def answered(request: Request, path: str, content: bytes, client_id: str) -> Response:
        headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_PASSED]
        raw = path.encode() + (b"?" + query if (query := request.scope["query_string"]) else b"")
        target = network.base_url.copy_with(raw_path=raw)  # what was checked, to the letter
        try:
            answer = await network.request(request.method, target, content=content, headers=headers)
        except httpx.TransportError:
            error = {"error_key": "workshop.sandbox", "error_message": "The trainer's sandbox does not answer."}
            return JSONResponse([error], 502)
        # What the sandbox answered only to a token that it gave: what is not signed says nothing.
        if answer.is_success and path.startswith("/v3/") and not path.endswith((".yaml", ".json")):
            classroom.saw(client_id)
        body = answer.content
        if path.endswith(("/device/authorize", "/swagger.yaml")):  # the sandbox names itself as it is reached here only
            body = body.replace(classroom.sandbox.encode(), place.base.encode())
        passed = {name: value for name, value in answer.headers.items() if name not in _NOT_PASSED}
        return Response(body, answer.status_code, headers=passed)

    for path in ("/v3/{rest:path}", "/oauth2/{rest:path}", "/activate"):
        app.add_api_route(path, pass_on, methods=_METHODS, include_in_schema=False)


async def _body(
    request: Request, stack: AsyncExitStack, large: asyncio.Semaphore, *, may_be_large: bool
) -> bytes | None:
    """The body; None for one that is too large. A large one waits for its turn, which it has until the stack ends.

    Raises `TimeoutError` when it does not come.
    """
    content = bytearray()
    stream = request.stream().__aiter__()
    most = SMALL_BODY
    while True:
        async with asyncio.timeout(BODY_PATIENCE):
            async for piece in stream:
                content += piece
                if len(content) > most:
                    break
            else:
                return bytes(content)
        if most == LARGEST_BODY or not may_be_large:
            return None
        await stack.enter_async_context(large)
        most = LARGEST_BODY


def _refused(status: int, key: str, message: str) -> Response:
    # What is still to come is not read.
    return JSONResponse([{"error_key": key, "error_message": message}], status, headers={"Connection": "close"})


#: What an address of the sandbox is made of, and nothing besides: the names of its operations, ids, numbers.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9._~@:+-]+)+/?")
#: Where a participant's requests may go.
_OPEN = frozenset({"v3", "oauth2", "activate"})


def plain_path(raw: bytes) -> str | None:
    """The path that is passed on: as it was sent, where that can be read in one way only; None for any other.

    Nothing in it is encoded, no segment is a dot or two, and it begins in one of the open folders, so that whoever reads it
    anew, whatever version of whatever library, reads the same.
    """
    path = raw.decode("latin-1")
    segments = path.split("/")
    if not _PLAIN_PATH.fullmatch(path) or {".", ".."} & set(segments) or segments[1] not in _OPEN:
        return None
    return path


def _netloc(address: str) -> tuple[str, int | None] | None:
    """Host and port; None for what is no address."""
    try:
        parts = urlsplit(address)
        return (parts.hostname, parts.port) if parts.hostname else None
    except ValueError:
        return None
