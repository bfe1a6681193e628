"""Running the sandbox: inside this process for tests and notebooks, or as a process of its own."""

from __future__ import annotations

import logging
import random
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .accounts import Participant, add_people, add_sms_list, ensure_accounts, reset_account
from .app import build_app
from .clock import Clock
from .database import Database
from .faults import App, Faults
from .limits import Limits
from .looking import page_key
from .oauth.access_tokens import AccessTokens
from .oauth.portal import Portal
from .oauth.server import SandboxAuthorizationServer
from .v3.activity_processor import ActivityProcessor, WorkBetweenRequests
from .v3.caller import Services

if TYPE_CHECKING:
    import uvicorn

#: What stands in the addresses of a sandbox that listens nowhere: the port of the discard service, where nobody answers.
NO_PORT = 9


class PortInUse(Exception):
    """The port that was asked for is taken."""


class _Asked(logging.Filter):
    """Leaves out what uvicorn says of an answer that ends half-way: here that is always a fault that was asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "returned without completing response" not in record.getMessage()


_ASKED = _Asked()


class Sandbox:
    """A local Constant Contact: authorization server and V3 API over one SQLite file.

    `with Sandbox(seed=1) as sandbox:` serves it from a thread of this process, at `sandbox.api_url`, until the block
    ends. Without `db` the state lives in a temporary folder and goes with it. `latency` is the seconds that each
    answer takes longer, or two figures to choose between by chance. `now` is the time at which its clock begins, so that
    the made-up people of a seed are of the same days whenever it is started.

    `in_process` serves nothing: no port, no thread, no other process. `cctoolkit.connect(sandbox=sandbox)` is a client that
    asks it directly. Its clock moves by itself as far as work asks for it, so that an activity is done by the request
    after the one that began it; once `sandbox.clock.freeze()` was called, only `sandbox.advance()` moves it.

    `portal` is how its applications are set in the vendor's portal: private or approved, which grants, which kind of refresh
    token, a second factor. `sandbox.portal` may be changed while it runs.

    `dialect` is middleware around the V3 API that changes its answers on their way out, such as `cctoolkit.compare.Dialect`, which
    answers as a service was seen to.

    Raises `PortInUse` when `port` is taken, `DatabaseInUse` when another sandbox runs on `db`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        db: str | Path | None = None,
        seed: int | None = None,
        contacts: int = 0,
        latency: float | tuple[float, float] = 0.0,
        limits: bool = True,
        accounts: int = 1,
        now: datetime | None = None,
        in_process: bool = False,
        portal: Portal | None = None,
        dialect: Callable[[App], App] | None = None,
    ) -> None:
        self.in_process = in_process
        self.dialect = dialect
        self.closed = False
        self.clock = Clock()
        if now is not None:
            self.clock.advance(now.timestamp() - time.time())
        self._folder = tempfile.TemporaryDirectory(prefix="cctoolkit-sandbox-") if db is None else None
        path = Path(self._folder.name) / "sandbox.db" if self._folder else Path(str(db))
        self.database = Database(path, seed)
        try:
            self._socket = None if in_process else _listen(port)
        except PortInUse:
            self.database.close()
            if self._folder is not None:
                self._folder.cleanup()
            raise
        #: What is to go wrong: `sandbox.faults.add("503", 2, path="/contacts")`.
        self.faults = Faults(self.database.seed)
        self._processor = ActivityProcessor(self.database, self.clock, self.faults)
        access_tokens = AccessTokens(self.database, self.clock)
        self.authorization = SandboxAuthorizationServer(self.database, self.clock, access_tokens, portal)
        self.participants = ensure_accounts(self.database, self.clock, accounts)
        self.defaults = self.participants[0]
        for participant in self.participants:
            add_people(self.database, self.clock, contacts, participant.account.id)
        self.port: int = NO_PORT if self._socket is None else self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.authorization.base_url = self.url
        self._limits = Limits(self.clock, enabled=limits)
        #: What opens its own API, and proves to a client that it is the one that was started.
        self.admin_key = self.database.setting("admin_key", lambda: secrets.token_urlsafe(32))
        services = Services(self.database, self.clock, access_tokens, self._processor, self._limits, self.faults)
        self.app = build_app(
            services,
            self.authorization,
            self.admin_key,
            _latency(latency, self.database.seed),
            advance=self.advance,
            dialect=dialect,
        )
        if in_process:
            self.app.add_middleware(WorkBetweenRequests, processor=self._processor)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def api_url(self) -> str:
        return f"{self.url}/v3"

    @property
    def portal(self) -> Portal:
        """How its applications are set in the portal."""
        return self.authorization.portal

    @property
    def folder(self) -> Path:
        """Where its state lies."""
        return self.database.path.parent

    @property
    def limited(self) -> bool:
        """Whether it holds clients to the service's allowance."""
        return self._limits.enabled

    def access_token(self, participant: Participant | None = None) -> str:
        """An access token of a day for a participant's account (the first's), without signing in."""
        whose = participant or self.defaults
        return self.authorization.access_token_for(whose.account, whose.application.client_id)

    def reset(self, participant: Participant | None = None) -> None:
        """Make a participant's account (the first's) new again. Its key and tokens stay valid."""
        reset_account(self.database, self.clock, participant or self.defaults)

    def add_sms_list(self, name: str, participant: Participant | None = None) -> str:
        """Make a list for text messages, as the account's own pages do: the API only reads such. Its `list_id`."""
        return add_sms_list(self.database, self.clock, name, (participant or self.defaults).account.id)

    def description(self) -> dict[str, Any]:
        """What a client needs to know, as `cctoolkit sandbox` prints it."""
        oauth = f"{self.url}/oauth2/default/v1"
        everybody = [
            {
                "user_name": participant.account.user_name,
                "client_id": participant.application.client_id,
                "client_secret": participant.application.client_secret,
                "access_token": self.access_token(participant),
            }
            for participant in self.participants
        ]
        return {
            "api": self.api_url,
            "authorize": f"{oauth}/authorize",
            "token": f"{oauth}/token",
            "device": f"{oauth}/device/authorize",
            "client_id": self.defaults.application.client_id,
            "client_secret": self.defaults.application.client_secret,
            "redirect_uris": list(self.defaults.application.redirect_uris),
            "access_token": self.access_token(),
            "admin_key": self.admin_key,
            "page": f"{self.url}/sandbox/{page_key(self.admin_key)}/",
            **({"accounts": everybody} if len(everybody) > 1 else {}),
        }

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock, and do at once what has become due."""
        self.clock.advance(seconds)
        self._processor.advance()

    def start(self) -> Sandbox:
        if self._socket is None:
            return self
        server = self._serving()
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [self._socket]}, name="sandbox", daemon=True
        )
        self._thread.start()
        while not server.started and self._thread.is_alive():
            time.sleep(0.005)
        return self

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Serve in this thread until the process is told to stop. `ready()` is called once it answers."""
        assert self._socket is not None, "a sandbox of this process serves nobody"
        server = self._serving()
        if ready is not None:
            threading.Thread(target=self._announce, args=(server, ready), daemon=True).start()
        try:
            server.run(sockets=[self._socket])
        finally:
            self.close()

    def _serving(self) -> uvicorn.Server:
        import uvicorn

        self._processor.start()
        config = uvicorn.Config(
            self.app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        logging.getLogger("uvicorn.error").addFilter(_ASKED)
        self._server = uvicorn.Server(config)
        return self._server

    def _announce(self, server: uvicorn.Server, ready: Callable[[], None]) -> None:
        while not server.started:
            time.sleep(0.005)
        ready()

    def stop(self) -> None:
        """End serving; `with` does it. What the database holds is safe at any moment."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self.close()

    def close(self) -> None:
        self.closed = True
        self._processor.stop()
        self.database.close()
        if self._socket is not None:
            self._socket.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _latency(seconds: float | tuple[float, float], seed: str | None) -> Callable[[], float] | None:
    """How long each answer waits: always as long, or by chance between two figures; None for no wait."""
    low, high = seconds if isinstance(seconds, tuple) else (seconds, seconds)
    if high <= 0:
        return None
    chance = random.Random(f"{seed}:latency")  # noqa: S311 - the same for the same seed; no secret
    return lambda: chance.uniform(low, high)


def _listen(port: int) -> socket.socket:
    # IPPROTO_TCP said aloud: without it asyncio does not switch off Nagle's algorithm, and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # On Windows, reusing means that two programs have one port, and tokens reach either of them.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUse(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror or error}.") from error
    return listener
