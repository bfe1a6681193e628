"""A class: its participants, each with an account of one sandbox, and how far each has come."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .._httpx import httpx
from ..api import Client
from ..api.transport import Transport
from ..errors import SandboxError
from ..oauth import OAuthSession, TokenStore
from ..oauth.by_code import sign_in_by_code
from ..settings import Service, sandbox_service
from .account import AccountState
from .checking import judge
from .exercises import EXERCISES, Verdict

#: Letters that nobody mistakes for each other on paper. Ten of them are not guessed over a network.
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 10
#: An account is looked at for so many seconds after its last request: what was started goes on by itself.
SETTLING = 10.0


@dataclass(frozen=True)
class Participant:
    """Somebody in the class. `number` is their account's in the sandbox, `code` the key on their slip."""

    number: int
    name: str
    code: str = field(repr=False)
    service: Service = field(repr=False)


@dataclass
class Row:
    """How far one participant has come. `seen`: seconds since their last request, None when there was none."""

    participant: Participant
    verdicts: tuple[Verdict, ...]
    seen: float | None

    @property
    def done(self) -> int:
        return sum(verdict.right for verdict in self.verdicts)


class Classroom:
    """The participants of one running sandbox.

    `description` is what the sandbox says of itself. Codes follow from the accounts' secrets, so the slips of a
    sandbox that is started again on the same file stay good.
    """

    def __init__(
        self,
        description: Mapping[str, Any],
        names: list[str],
        folder: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        accounts = description.get("accounts") or [description]
        parts = urlsplit(description["api"])
        #: Where the sandbox itself answers, on this machine only.
        self.sandbox = f"{parts.scheme}://{parts.netloc}"
        service = sandbox_service(description)
        self.participants = [
            Participant(
                number,
                name,
                _code(account["client_secret"]),
                replace(service, client_id=account["client_id"]),
            )
            for number, (name, account) in enumerate(zip(names, accounts, strict=False), start=1)
        ]
        #: The trainer's own key, in the address of their page.
        self.trainer_code = _digest(accounts[0]["client_secret"], "trainer").hex()[:32]
        self._by_code = {participant.code: participant for participant in self.participants}
        self._by_client_id = {participant.service.client_id: participant for participant in self.participants}
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()
        self._first_tokens = {
            participant.number: str(account["access_token"])
            for participant, account in zip(self.participants, accounts, strict=False)
        }
        self._network = httpx.HTTPTransport()  # one for all: making one takes longer than a look at an account
        headers = {"Authorization": f"Bearer {description['admin_key']}"}
        self._http = httpx.Client(
            base_url=self.sandbox, headers=headers, timeout=30, transport=self._network, trust_env=False
        )
        self._clients: dict[int, Client] = {}
        self._seen: dict[int, float] = {}
        self._read: dict[int, tuple[float, tuple[Verdict, ...]]] = {}

    def of_code(self, code: str) -> Participant | None:
        """Whose slip that is, however it was typed; None when it is nobody's."""
        letters = "".join(letter for letter in code.lower() if letter.isalnum())
        return self._by_code.get(_grouped(letters))

    def knows(self, client_id: str) -> bool:
        """Whether that is a participant's key. It is no secret: for a limit, and never for access."""
        return client_id in self._by_client_id

    def saw(self, client_id: str) -> None:
        """Note that a participant's toolkit was answered."""
        participant = self._by_client_id.get(client_id)
        if participant is not None:
            self._seen[participant.number] = self._clock()

    def rows(self, patience: float | None = None) -> list[Row]:
        """How far everybody has come. Only accounts where something may have changed are read.

        After `patience` seconds those that are left are read by the next call; until then they are as they were.
        Raises `SandboxError` when the sandbox does not answer.
        """
        with self._lock:
            self._ask("GET", "/")  # at once, where the client would try again and again
            begun = self._clock()
            stale = [participant for participant in self.participants if self._may_have_changed(participant)]
            stale.sort(key=lambda participant: self._read.get(participant.number, (float("-inf"), ()))[0])
            for participant in stale:
                if patience is not None and self._clock() - begun > patience:
                    break
                self._read[participant.number] = (self._clock(), self._verdicts(participant))
            now = self._clock()
            unread = tuple(Verdict(False, "not looked at yet") for _ in EXERCISES)
            return [
                Row(
                    participant,
                    self._read.get(participant.number, (0.0, unread))[1],
                    now - self._seen[participant.number] if participant.number in self._seen else None,
                )
                for participant in self.participants
            ]

    def reset(self, participant: Participant) -> None:
        """Make a participant's account as new. Their slip, key and sign-in stay valid.

        Raises `SandboxError` when the sandbox does not answer.
        """
        self._ask("POST", f"/sandbox/accounts/{participant.number}/reset")
        with self._lock:
            self._read.pop(participant.number, None)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._http.close()

    def _ask(self, method: str, path: str) -> None:
        try:
            answer = self._http.request(method, path)
        except httpx.HTTPError as error:
            raise SandboxError("The sandbox does not answer: end the workshop and start it again.") from error
        if not answer.is_success:
            raise SandboxError(f"The sandbox answered {answer.status_code}: try again.")

    def _may_have_changed(self, participant: Participant) -> bool:
        if participant.number not in self._read:
            return True
        return self._seen.get(participant.number, float("-inf")) > self._read[participant.number][0] - SETTLING

    def _verdicts(self, participant: Participant) -> tuple[Verdict, ...]:
        client = self._client(participant)
        seen = participant.number in self._seen
        verdicts = self._judged(client, signed_in=seen)
        if not seen and any(verdict.right for verdict in verdicts):
            verdicts = self._judged(client, signed_in=True)  # it was done before the workshop was started again
        return verdicts

    @staticmethod
    def _judged(client: Client, *, signed_in: bool) -> tuple[Verdict, ...]:
        account = AccountState(client, signed_in=signed_in)
        return tuple(judge(exercise, account) for exercise in EXERCISES)

    def _client(self, participant: Participant) -> Client:
        """A client with the participant's own key, at the sandbox itself: no request of it counts as theirs."""
        if participant.number not in self._clients:
            tokens = _Tokens(participant.service, self._first_tokens[participant.number], self._folder)
            transport = Transport(participant.service.api_url, tokens, transport=self._network)
            self._clients[participant.number] = Client(transport, "sandbox")
        return self._clients[participant.number]


class _Tokens:
    """Access tokens for one account: the one that the sandbox began with, and after its day those of a sign-in."""

    def __init__(self, service: Service, first: str, folder: Path) -> None:
        self._service, self._token, self._folder = service, first, folder
        self._session: OAuthSession | None = None

    def access_token(self) -> str:
        return self._token if self._session is None else self._session.access_token()

    def after_unauthorized(self, rejected: str) -> str:
        if self._session is not None:
            return self._session.after_unauthorized(rejected)
        session = OAuthSession(self._service, TokenStore.in_memory(), self._folder)
        sign_in_by_code(session)
        self._session = session
        return session.access_token()


def _digest(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"cctoolkit workshop {purpose}".encode(), hashlib.sha256).digest()


def _code(secret: str) -> str:
    number = int.from_bytes(_digest(secret, "slip"), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return _grouped("".join(letters))


def _grouped(letters: str) -> str:
    return f"{letters[: CODE_LENGTH // 2]}-{letters[CODE_LENGTH // 2 :]}"
