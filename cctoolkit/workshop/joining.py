"""Taking part in a trainer's workshop: the address on a slip, remembered for a folder.

From then on the folder's sandbox is the participant's account at the trainer's, and the notebooks stay as they are.
The address is a key to that account, so it lies in a file for its owner only, beside the tokens.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .._httpx import httpx, is_loopback, json_object
from ..errors import SandboxError, SettingsError
from ..files import write_private
from ..settings import Service, workspace_state
from .names import printable

#: The address on the slip, for whole classrooms set up by a script: it wins over what a folder remembers.
VARIABLE = "CCTOOLKIT_WORKSHOP"
LEAVE = "To go back to your own sandbox: cctoolkit workshop leave"


@dataclass(frozen=True)
class Seat:
    """A participant's place in a workshop: who they are there, and the service to sign in to."""

    participant: str
    base: str
    service: Service = field(repr=False)

    @property
    def token_file(self) -> str:
        """Tokens of another account are never mistaken for this one's."""
        return f"workshop-token-{hashlib.sha256(self.service.client_id.encode()).hexdigest()[:16]}.json"


def join(address: str, workspace: Path) -> Seat:
    """Let the folder take part with the address of a slip.

    Raises `SettingsError` for an address that is none, or that the workshop does not know, `SandboxError` when the
    workshop does not answer.
    """
    address = read_address(address)
    seat = find_seat(address)
    path = _path(workspace)
    try:
        write_private(path, json.dumps({"address": address}).encode())
    except OSError as error:
        raise SettingsError(
            f"What you joined cannot be kept in {path.parent} ({error.strerror}): make that folder writable."
        ) from error
    return seat


def leave(workspace: Path) -> bool:
    """Forget the workshop. False: the folder took part in none."""
    path = _path(workspace)
    for tokens in path.parent.glob("workshop-token-*.json"):
        tokens.unlink(missing_ok=True)
    known = path.exists()
    path.unlink(missing_ok=True)
    return known


def joined_address(workspace: Path) -> str | None:
    """The address that the folder takes part with; None when it does in no workshop."""
    if named := os.environ.get(VARIABLE):
        return read_address(named)
    try:
        return read_address(str(json.loads(_path(workspace).read_text())["address"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{_path(workspace)} cannot be read: join the workshop again with your slip. {LEAVE}"
        ) from error


def joined_seat(workspace: Path) -> Seat | None:
    """The folder's seat, as the workshop gives it now; None when the folder takes part in none.

    Raises what `find_seat` does.
    """
    address = joined_address(workspace)
    return None if address is None else find_seat(address)


def read_address(text: str) -> str:
    """The address in what somebody pasted or typed. Raises `SettingsError` when it is no slip's."""
    address = "".join(text.split()).strip("'\"<>").rstrip("/")
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        fits = False
    if not fits or not re.fullmatch(r".+/join/[0-9A-Za-z-]+", address):
        raise SettingsError(
            "This is not the address of a slip, which looks like http://192.168.1.20:8790/join/abcde-fghjk: copy it "
            "from yours, whole."
        )
    return address


def find_seat(address: str) -> Seat:
    """Ask the workshop whose slip that is.

    Raises `SettingsError` when it knows no such slip, `SandboxError` when it does not answer.
    """
    base = address.rpartition("/join/")[0]
    try:
        with httpx.Client(timeout=10, trust_env=not is_loopback(address)) as http:
            answer = http.get(address, headers={"Accept": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SandboxError(
            f"The workshop at {base} does not answer: ask the trainer whether it runs, and whether you are in the right "
            f"network. {LEAVE}"
        ) from error
    told = json_object(answer)
    if answer.status_code == 404 and told is not None:
        raise SettingsError(
            f"The workshop at {base} has no such slip: check its letters, or ask the trainer for a new one. {LEAVE}"
        )
    try:
        client_id, uris = str((told or {})["client_id"]), tuple(str(uri) for uri in (told or {})["redirect_uris"])
        participant = printable(str((told or {})["participant"]))
    except (KeyError, TypeError) as error:
        raise SandboxError(
            f"What answers at {base} is no workshop ({answer.status_code}): copy the address from your slip again. "
            f"{LEAVE}"
        ) from error
    oauth = f"{base}/oauth2/default/v1"  # all of it at the slip's own host, whatever the answer says
    service = Service(
        name="sandbox",
        api_url=f"{base}/v3",
        authorize_url=f"{oauth}/authorize",
        token_url=f"{oauth}/token",
        device_url=f"{oauth}/device/authorize",
        client_id=client_id,
        redirect_uris=uris,
        profile="sandbox",
    )
    return Seat(participant, base, service)


def _path(workspace: Path) -> Path:
    return workspace_state(workspace) / "workshop.json"
