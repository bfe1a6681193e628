"""Everything that can go wrong, and what to do next.

CctoolkitError
├── SettingsError             a setting is missing or does not fit (no API key, an unknown profile)
├── NotInstalled             a part that is installed on its own (JupyterLab, what draws the charts) is not there
├── SandboxError              the local sandbox cannot be started or does not answer
├── ContactFileError          the export cannot be read, or holds nobody to import
├── SignInError               signing in did not end in a token
│   ├── SignInRequired          nobody is signed in, or the sign-in has ended
│   ├── SignInRefused           the person or the service said no
│   ├── SignInTimedOut          nobody answered in time
│   └── RedirectAddressError    the pasted address or code cannot be used
├── Declined                  somebody said no to what was about to be written
├── JournalError              the journal of an import cannot be used: another's, or in use
├── TokenStoreError           tokens cannot be read or written
├── ServiceUnreachable        no answer at all
├── OutcomeUnknown            a writing request got no answer: it may have been carried out
├── UnexpectedAnswer          an answer that is not what the published schema says
├── ActivityFailed            an activity ended without completing
└── ApiError                  the service answered with an error
    ├── BadRequest              400
    ├── Unauthorized            401
    ├── Forbidden               403
    ├── NotFound                404
    ├── Conflict                409
    ├── UnsupportedMediaType    415
    ├── Throttled               429, clears within a second
    ├── QuotaExceeded           429, clears at 00:00 UTC
    ├── QueueFull               429 on starting an activity: 1,000 are waiting
    └── ServiceFailed           500 and above
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any, ClassVar

from .harmless import harmless
from .reported import failure_html

#: Characters of a line in a notebook, where JupyterLab would break it in the middle of a word.
WIDTH = 96


class CctoolkitError(Exception):
    """The base of all. Its text is one sentence or two, and ends with what to do next."""

    #: What the command line exits with: 2 where the call has to change, 1 where the world has to.
    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        return harmless(super().__str__(), keep="\n")  # it may quote a file, an account or a service

    def _repr_html_(self) -> str:
        """What `display(error)` shows: `print` goes into a block that JupyterLab breaks in the middle of words."""
        return failure_html(type(self).__name__, str(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same where there is no HTML. Without it, IPython would take the repr, on one line and in quotes."""
        printer.text(f"{type(self).__name__}: {self}")

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of our inside, which helps nobody there: the sentence, wrapped at words.

        IPython asks for it (and `%tb` too). What it stands for is still the last exception, `sys.last_value`.
        """
        lines = [f"\x1b[1;31m{type(self).__name__}\x1b[0m"]
        lines += (
            wrapped
            for line in str(self).splitlines()
            for wrapped in textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        )
        lines += (harmless(note, keep="\n") for note in getattr(self, "__notes__", []))
        return [
            *lines,
            "",
            "\x1b[2mThe way to it through the code: import sys, traceback; traceback.print_exception(sys.last_value)\x1b[0m",
        ]


class SettingsError(CctoolkitError):
    exit_code = 2


class NotInstalled(CctoolkitError):
    exit_code = 2


class SandboxError(CctoolkitError):
    pass


class ContactFileError(CctoolkitError):
    pass


class SignInError(CctoolkitError):
    pass


class SignInRequired(SignInError):
    exit_code = 2


class SignInRefused(SignInError):
    pass


class SignInTimedOut(SignInError):
    pass


class RedirectAddressError(SignInError):
    pass


class Declined(CctoolkitError):
    pass


class JournalError(CctoolkitError):
    pass


class TokenStoreError(CctoolkitError):
    pass


class ServiceUnreachable(CctoolkitError):
    pass


class OutcomeUnknown(CctoolkitError):
    pass


class UnexpectedAnswer(CctoolkitError):
    pass


class ActivityFailed(CctoolkitError):
    """An activity ended as failed, cancelled or timed out. `report` is the last one read."""

    def __init__(self, message: str, report: dict[str, Any]) -> None:
        super().__init__(message)
        self.report = report


class ApiError(CctoolkitError):
    """The service answered with an error.

    `status` is the HTTP status, `error_key` the service's name for the error (empty when it gave none),
    `error_message` its text. Without a `request` it was refused here, before it was sent.
    """

    next_step: ClassVar[str] = ""

    def __init__(self, status: int, error_key: str, error_message: str, request: str) -> None:
        self.status, self.error_key, self.error_message, self.request = status, error_key, error_message, request
        if request:
            named = f"{status} {error_key}".strip()
            said = f"{request} answered {named}{f': {error_message}' if error_message else ''}"
        else:
            said = f"The request was not sent: {error_message}"
        super().__init__(said.rstrip(".") + f". {self._next_step()}".rstrip())

    def _next_step(self) -> str:
        return self.next_step


class BadRequest(ApiError):
    next_step = "Change the values that the message names and send it again."


class Unauthorized(ApiError):
    next_step = (
        "The access token is invalid or has expired: sign in again with cctoolkit.sign_in(), to your own account with "
        "cctoolkit.sign_in('live')."
    )


class Forbidden(ApiError):
    next_step = (
        "Sign in again with the scope that this call needs, check that your user may do this in the account, and that "
        "the application is active in the portal's My Applications."
    )


class NotFound(ApiError):
    next_step = "Check the id: list the ids that exist with .frame() of the same resource."


class Conflict(ApiError):
    next_step = "Another request is changing it this moment, or it is in no state for this: read it again, then decide."
    _exists = "Read the one that exists, then change that, or take another name or address."
    _asked = (
        "Read the contact: only somebody who is unsubscribed can be asked to come back, once, and has to answer that "
        "mail."
    )

    def _next_step(self) -> str:
        # One status for three situations: the request and the service's text tell them apart.
        if "/contacts/resubscribe/" in self.request:
            return self._asked
        return self._exists if "exist" in self.error_message.casefold() else self.next_step

    @property
    def existing_id(self) -> str | None:
        """The id of what exists, which the service names in its text only; None when it names none."""
        found = re.search(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", self.error_message, re.IGNORECASE)
        return found[0] if found else None


class UnsupportedMediaType(ApiError):
    next_step = "Send a file whose name ends in .csv, and leave the Content-Type header to the HTTP library."


class Throttled(ApiError):
    next_step = "More than 4 requests arrived within a second: wait a second and call again."


class QuotaExceeded(ApiError):
    next_step = "The 10,000 requests of the day are used up: the count begins anew at 00:00 UTC."


class QueueFull(ApiError):
    next_step = "1,000 activities are waiting in the account: let some complete, then start this one."


class ServiceFailed(ApiError):
    next_step = "The fault is the service's: try again later, and look at https://status.constantcontact.com."


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    415: UnsupportedMediaType,
}


def api_error(status: int, body: bytes, request: str) -> ApiError:
    """The exception for an answer: an array of errors, one error, HTML or nothing at all.

    `request` is the method and the path, without query, so that no address of a person gets into a message.
    """
    key, message = _read_error(body)
    if status == 429:
        if key == "quota_exceeded":
            kind: type[ApiError] = QuotaExceeded
        elif request.startswith("POST /v3/activities") and "queue" in message.lower():
            kind = QueueFull
        else:
            kind = Throttled
    elif status >= 500:
        kind = ServiceFailed
    else:
        kind = _BY_STATUS.get(status, ApiError)
    return kind(status, key, message, request)


def _read_error(body: bytes) -> tuple[str, str]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""  # a gateway's HTML, or nothing: the status says all there is
    errors = [entry for entry in (said if isinstance(said, list) else [said]) if isinstance(entry, dict)]
    keys = [str(entry["error_key"]) for entry in errors if entry.get("error_key")]
    texts = [str(entry["error_message"]) for entry in errors if entry.get("error_message")]
    return (keys[0] if keys else "", ", ".join(texts))
