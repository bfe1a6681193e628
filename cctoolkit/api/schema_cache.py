"""The service's description, downloaded once and kept: the YAML as it came, and what was read in it as JSON beside.

The JSON is read each time, in milliseconds; the YAML only when that is missing, broken, or of another version of this
package. `<service>.previous.yaml` is what was there before the last change.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .. import __version__
from .._httpx import httpx, is_loopback
from ..errors import CctoolkitError, ServiceUnreachable, SettingsError, UnexpectedAnswer, api_error
from ..files import write_private
from ..settings import cache_folder
from .schema import Schema, from_json, read_schema, to_json
from .schema_changes import Changes, changes_between
from .transport import Transport

Say = Callable[[str], None]
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
#: Bytes and levels of a description; the service's has 1.5 MB and 20.
LARGEST, DEEPEST = 50_000_000, 200
#: Of what is stored as JSON; in another form, the YAML is read again.
FORM = f"{__version__} 5"
#: Days that the description of a host other than the two that are known is kept: each practice account is one.
KEPT_DAYS = 30


def warn(sentence: str) -> None:
    warnings.warn(sentence, stacklevel=3)


class SchemaCache:
    """The description of one service. `name` is the file's; `api_url` with `/swagger.yaml` is where it comes from.

    No access token is needed, and none is sent.
    """

    def __init__(
        self, name: str, api_url: str, *, folder: Path | None = None, network: httpx.BaseTransport | None = None
    ) -> None:
        self.name = name
        self.address = f"{api_url.rstrip('/')}/swagger.yaml"
        self._network = network
        self._folder = folder or cache_folder() / "schema"

    @classmethod
    def of(cls, service: str, transport: Transport) -> SchemaCache:
        """The description of a client's service; hosts other than the two that are known have a file each."""
        api_url = transport.api_url
        digest = hashlib.sha256(api_url.encode()).hexdigest()[:12]
        name = service if service in {"live", "sandbox"} else f"custom-{digest}"
        return cls(name, api_url, network=transport.network)

    def load(self, say: Say = warn) -> Schema:
        """The schema that is kept, downloaded when there is none.

        `say` is told when what was kept is broken. Raises `ServiceUnreachable` when it can be had from nowhere.
        """
        content = self._stored("yaml")
        schema = self._quick(content)
        if schema is not None:
            return schema
        kept = None if content is None else _parsed(content)
        # The live service's stays good; the sandbox's is made by this package, and belongs to one version of it.
        if kept is None or self.name == "sandbox":
            with contextlib.ExitStack() as stack:
                if kept is not None:
                    stack.enter_context(contextlib.suppress(CctoolkitError))  # what is kept is better than none
                schema, _ = self.update(say)
                if content is not None and kept is None:
                    say(f"The kept description of {self.name} was broken: it was downloaded again, go on as you were.")
                return schema
        assert kept is not None
        self._keep_quick(content or b"", kept, say)
        return kept

    def update(self, say: Say | None = None) -> tuple[Schema, Changes]:
        """Download it anew; what has changed since the one that was kept.

        Raises `ServiceUnreachable` without a network, `UnexpectedAnswer` for what is no description (what was kept
        stays), and `SettingsError` when it cannot be kept, unless there is a `say` to tell so.
        """
        content = self._download()
        schema = _parsed(content)
        if schema is None:
            raise UnexpectedAnswer(
                f"{self.address} answered with something that is no description of an API. Check the address, or a "
                "sign-in page of the network, and try again."
            )
        old = self._stored("yaml")
        before = None if old is None else self._quick(old) or _parsed(old)
        changed = changes_between(before, schema) if before else Changes()
        if changed:
            with contextlib.suppress(OSError):  # a rename keeps the time of its download
                self._path("yaml").replace(self._path("previous.yaml"))
        self._forget_strangers()
        self._keep("yaml", content, say)
        self._keep_quick(content, schema, say)
        return schema, changed

    def _forget_strangers(self) -> None:
        for file in self._folder.glob("custom-*"):
            with contextlib.suppress(OSError):
                if file.stat().st_mtime < time.time() - KEPT_DAYS * 86_400:
                    file.unlink()

    def changes(self) -> tuple[Changes, datetime, datetime] | None:
        """The last change, with when the description before it and the present one were downloaded (UTC).

        None when no change was seen yet.
        """
        old, new = self._stored("previous.yaml"), self._stored("yaml")
        before, after = (None if content is None else _parsed(content) for content in (old, new))
        if before is None or after is None:
            return None
        return changes_between(before, after), self._downloaded_at("previous.yaml"), self._downloaded_at("yaml")

    def _downloaded_at(self, kind: str) -> datetime:
        return datetime.fromtimestamp(self._path(kind).stat().st_mtime, UTC)

    def _download(self) -> bytes:
        try:
            with httpx.Client(
                transport=self._network,
                timeout=TIMEOUT,
                trust_env=not is_loopback(self.address),
                headers={"User-Agent": f"cctoolkit/{__version__}"},
            ) as http:
                answer = http.get(self.address)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise ServiceUnreachable(
                f"The description of the API cannot be had from {self.address} ({type(error).__name__}). Check the "
                "network connection and try again."
            ) from error
        if answer.status_code >= 400:
            raise api_error(answer.status_code, answer.content, f"GET {self.address}")
        if answer.status_code != 200:
            raise UnexpectedAnswer(
                f"{self.address} answered {answer.status_code} in place of a description. Check the address, or a "
                "sign-in page of the network, and try again."
            )
        return answer.content

    def _path(self, kind: str) -> Path:
        return self._folder / f"{self.name}.{kind}"

    def _stored(self, kind: str) -> bytes | None:
        try:
            return self._path(kind).read_bytes()
        except OSError:
            return None

    def _quick(self, content: bytes | None) -> Schema | None:
        """What was read in this very YAML before; None when that is not there, broken, or in another version's form."""
        try:
            stored = json.loads(self._stored("json") or b"")
            if content is None or stored["of"] != _of(content):
                return None
            return from_json(stored["schema"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _keep_quick(self, content: bytes, schema: Schema, say: Say | None) -> None:
        stored: dict[str, Any] = {"of": _of(content), "schema": to_json(schema)}
        self._keep("json", json.dumps(stored, separators=(",", ":")).encode(), say)

    def _keep(self, kind: str, content: bytes, say: Say | None) -> None:
        try:
            write_private(self._path(kind), content)
        except OSError as error:
            sentence = (
                f"The description of the API cannot be kept in {self._folder} ({error.strerror}): make that folder "
                "writable."
            )
            if say is None:
                raise SettingsError(sentence) from error
            say(sentence)


def _of(content: bytes) -> str:
    return f"{FORM} {hashlib.sha256(content).hexdigest()}"


def _is_flat(content: bytes, loader: Any) -> bool:
    """Whether nothing in it is nested deeper than descriptions are: what makes objects of it recurses on the machine's stack."""
    import yaml

    depth = 0
    for event in yaml.parse(content, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return True


def _parsed(content: bytes) -> Schema | None:
    """The schema in a YAML (or JSON) text; None when it holds none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if len(content) > LARGEST or not _is_flat(content, loader):
            return None
        described = yaml.load(content, Loader=loader)  # noqa: S506
        return read_schema(described)
    except (yaml.YAMLError, UnexpectedAnswer, ValueError, RecursionError, TypeError, OverflowError, AttributeError):
        return None
