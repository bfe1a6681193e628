"""The one import of HTTPX.

HTTPX lives on as `httpx2`: the same interface, maintained, and with the system's own store of certificates. Authlib uses that
wherever it is installed. Mixing the two breaks every `isinstance` and `except`, so this module takes the same one as Authlib
does and everything else takes it from here. Where it cannot be installed, `httpx` serves for one more version.
"""

from __future__ import annotations

import gc
import json
import logging
import re
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from authlib.deprecate import AuthlibDeprecationWarning

# Authlib's advice is for whoever chooses between the two; the person in front of a notebook cannot act on it.
warnings.filterwarnings("ignore", message="The httpx module is deprecated", category=AuthlibDeprecationWarning)


class _Discreet(logging.Filter):
    """Takes authorization codes and people's addresses out of log records: httpx writes whole URLs, httpcore every
    answer's headers, and a redirect of the consent page holds a code."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "code=" in message or "email=" in message:
            record.msg, record.args = re.sub(r"\b(code|email)=[^&'\"\s]+", r"\1=***", message), ()
        return True


for _name in ("httpcore.http11", "httpcore2.http11", "httpcore.http2", "httpcore2.http2", "httpx", "httpx2"):
    logging.getLogger(_name).addFilter(_Discreet())

if TYPE_CHECKING:
    import httpx2 as httpx
else:
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine: then no proxy of the environment has any business in between."""
    try:
        return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
    except ValueError:
        return False


#: What Linux, macOS and Windows say of a name that nobody knows.
_NO_NAME = ("name or service not known", "name resolution", "nodename nor servname", "getaddrinfo failed")


def way_out(error: BaseException) -> str | None:
    """What to do about a connection that did not come about, where its error says why; None where it does not."""
    text = str(error).lower()
    if isinstance(error, httpx.ProxyError):
        return "The proxy between here and there refuses: check HTTPS_PROXY, or ask who runs the network."
    if "certificate" in text and ("expired" in text or "not yet valid" in text):
        return "Its certificate is out of date by this machine's clock: set the clock, or wait until they renew it."
    if "certificate" in text and "hostname" in text:
        return (
            "Its certificate is another host's: a sign-in page of the network may be in between; open a browser first."
        )
    if "certificate" in text or "self-signed" in text:
        return (
            "Its certificate is signed by an authority that this machine does not know, as where a company reads along: add "
            "that authority to the system's store, or name its file with SSL_CERT_FILE."
        )
    if any(words in text for words in _NO_NAME):
        return "Its name cannot be looked up: check the network connection, and the DNS server."
    return None


def read_json(content: bytes) -> Any:
    """What JSON holds. Raises `ValueError` or `RecursionError` for what is none."""
    # A page of 500 contacts is tens of thousands of new objects and no garbage: looking for some among them again and
    # again takes as long as the parsing itself.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return orjson.loads(content)
    except ValueError:
        # orjson refuses half of a surrogate pair, as it is left where a text was cut in the middle of an emoji
        return json.loads(content)
    finally:
        if collecting:
            gc.enable()


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """The JSON object that an answer holds; None when it holds anything else (a gateway's page, nothing)."""
    try:
        answer = read_json(response.content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


__all__ = ["httpx", "is_loopback", "json_object", "read_json", "way_out"]
