"""The ports on which the browser's answer to a sign-in can arrive."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

from .findings import Finding, note, ok, problem

#: Those of the redirect URIs http://127.0.0.1:8765/callback and so on, which the sandbox knows as registered.
PORTS = tuple(range(8765, 8775))
CHECK = "redirect ports"
_PASTE = "sign in by pasting the address: cctoolkit login --way paste"


def check_ports(ports: Sequence[int] = PORTS, registered: int | None = None) -> Iterator[Finding]:
    """Whether a listener could take them. `registered` is that of the application's own redirect URI, if it has one."""
    if registered is not None and not free(registered):
        yield problem(
            CHECK,
            f"Port {registered} of your application's redirect URI is in use by another program.",
            f"End that program while you sign in, or {_PASTE}",
        )
    taken = [port for port in ports if not free(port)]
    if len(taken) == len(ports):
        yield problem(
            CHECK,
            f"All ports from {ports[0]} to {ports[-1]} on 127.0.0.1 are in use by other programs.",
            f"End one of them, or {_PASTE}",
        )
    elif taken:
        yield note(
            CHECK,
            f"In use by other programs: {', '.join(map(str, taken))}. A sign-in takes another of {ports[0]}-{ports[-1]}.",
            "Nothing, in the sandbox; on the live service register a redirect URI with a port that is free.",
        )
    else:
        yield ok(CHECK, f"The browser can answer a sign-in here: {ports[0]} to {ports[-1]} on 127.0.0.1 are free.")


def free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except (OSError, OverflowError):
        return False
