"""Running a workshop: one sandbox, an account for each participant, the trainer's page; until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from .._httpx import httpx
from ..errors import SandboxError, SettingsError
from ..local_sandbox import is_held, sandbox_of_accounts
from ..settings import state_folder
from .classroom import Classroom
from .connections import most_connections, patient_protocol
from .pages import Place, build_app
from .slips import slip_lines, write_slips

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = frozenset({LOOPBACK, "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - the trainer's own choice, which is warned of
#: Seconds between two looks at the sandbox: it ends by itself when nobody asks for anything, and here somebody does.
HEARTBEAT = 60.0
#: How the folder of a class begins that is forgotten at its end.
_TEMPORARY = "cctoolkit-workshop-"


@dataclass(frozen=True)
class Options:
    """How a workshop is served. `address` is what participants type, where that differs from where it listens."""

    names: list[str]
    host: str = LOOPBACK
    port: int = 8790
    address: str | None = None
    db: Path | None = None
    slips: Path = Path("workshop-slips.html")


def place_of(options: Options, port: int) -> Place:
    """Where the class finds the workshop. Raises `SettingsError` for an address that no slip can hold."""
    if options.address is not None:
        base = options.address.strip().rstrip("/")
        try:
            parts = urlsplit(base)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
            raise SettingsError(
                f"--address {options.address} is no address: give one such as http://192.168.1.20:8790, as "
                "participants type it."
            )
        return Place(base, LOOPBACK_NAMES | {options.host, host})
    if options.host in EVERYWHERE:
        raise SettingsError(
            f"--host {options.host} listens everywhere, but no slip can say so: give the address of this machine in the "
            "room's network, or add --address http://NAME:PORT."
        )
    shown = f"[{options.host}]" if ":" in options.host else options.host
    return Place(f"http://{shown}:{port}", LOOPBACK_NAMES | {options.host.lower()})


def run_workshop(options: Options, say: Callable[[str], None], tell: Callable[[str], None]) -> None:
    """Serve the workshop until it is told to stop. `tell` is for the slips and links, `say` for what is beside them.

    Raises `SettingsError` for options that do not fit, `SandboxError` when the sandbox cannot be started or ends.
    """
    place_of(options, options.port)  # before anything is started
    with contextlib.ExitStack() as stack:
        listeners = stack.enter_context(_listening(options.host, options.port))
        port = listeners[0].getsockname()[1]
        place = place_of(options, port)
        db = stack.enter_context(_state_file(options.db))
        logs = state_folder() / "workshop"
        description = stack.enter_context(sandbox_of_accounts(logs, db, len(options.names)))
        classroom = Classroom(description, options.names, logs)
        stack.callback(classroom.close)
        # All that serving needs is loaded before anybody is told where it is: from then on Ctrl-C is heard by the server.
        server = _server(build_app(classroom, place))
        write_slips(options.slips, place.base, classroom.participants)
        for line in slip_lines(place.base, classroom.participants):
            tell(line)
        seen_from = f"http://{LOOPBACK}:{port}" if options.host != LOOPBACK or options.address is None else place.base
        tell(f"\nThe trainer's page (yours alone): {seen_from}/trainer/{classroom.trainer_code}")
        say(f"The slips to print are in {options.slips.absolute()}; only you can read it.")
        say("Each participant connects with: cctoolkit workshop join ADDRESS")
        if options.host not in LOOPBACK_NAMES:
            say(
                "WARNING: everybody in this network can reach the workshop, and what goes over it is not encrypted: use "
                "made-up contacts only, and end it when the class is over."
            )
        _serve(server, listeners, classroom.sandbox)


def _server(app: object) -> uvicorn.Server:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=patient_protocol(most_connections()),
        log_level="warning",
        access_log=False,  # addresses are keys
        lifespan="off",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    config.load()
    return uvicorn.Server(config)


def _serve(server: uvicorn.Server, listeners: list[socket.socket], sandbox: str) -> None:
    over, lost = threading.Event(), threading.Event()

    def keep_awake() -> None:
        while not over.wait(HEARTBEAT):
            try:
                httpx.get(sandbox, timeout=30, trust_env=False)
            except httpx.TransportError:
                lost.set()
                server.should_exit = True
                return

    threading.Thread(target=keep_awake, name="workshop heartbeat", daemon=True).start()
    try:
        server.run(sockets=listeners)
    finally:
        over.set()
    if lost.is_set():
        raise SandboxError("The sandbox of the workshop has ended: start the workshop again with the same command.")


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Sockets on the host and, for the trainer, on this machine alone."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(_listen(host, port))]
        if host not in LOOPBACK_NAMES | EVERYWHERE:
            # Another program may have that port here: then the trainer's page answers in the room's network only.
            with contextlib.suppress(SettingsError):
                listeners.append(stack.enter_context(_listen(LOOPBACK, listeners[0].getsockname()[1])))
        yield listeners


def _listen(host: str, port: int) -> socket.socket:
    # IPPROTO_TCP said aloud: without it asyncio does not switch off Nagle's algorithm, and each answer waits 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # On Windows, reusing means that two programs have one port, and tokens reach either of them.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"The workshop cannot listen on {host}, port {port} ({error.strerror or error}): give --host an address of "
            "this machine, or choose another --port."
        ) from error
    return listener


@contextlib.contextmanager
def _state_file(db: Path | None) -> Iterator[Path]:
    """The file that keeps the accounts, for its owner only; a temporary one without `db`. One workshop a file."""
    from filelock import FileLock, Timeout

    if db is None:
        _sweep()
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY, ignore_cleanup_errors=True) as folder:
            yield Path(folder) / "workshop.db"
        return
    try:
        db.touch(mode=0o600)
        db.chmod(0o600)
        lock = FileLock(db.with_name(f".{db.name}.workshop.lock"), timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise SettingsError(f"Another workshop runs on {db}: end it first, or give --db another file.") from None
    except OSError as error:
        raise SettingsError(
            f"The accounts cannot be kept in {db} ({error.strerror}): give --db a file in a folder that exists."
        ) from error
    try:
        _check_database(db)
        yield db
    finally:
        lock.release()


def _sweep() -> None:
    """What a class left that was killed: its accounts are forgotten at the end, and that was it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            known = folder.lstat()
            ours = not hasattr(os, "getuid") or known.st_uid == os.getuid()
            if ours and known.st_mtime < time.time() - 60 and not is_held(folder / "workshop.db"):
                shutil.rmtree(folder)


def _check_database(db: Path) -> None:
    connection = sqlite3.connect(db)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise SettingsError(f"{db} is no workshop's file ({error}): give --db another one.") from error
    finally:
        connection.close()
