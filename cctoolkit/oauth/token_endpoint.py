"""What the token endpoint answers, good and bad: which answers say something about a token, and which only that it is busy."""

from __future__ import annotations

from typing import Any

from .._httpx import httpx, json_object
from ..errors import SignInError, SignInRefused
from .tokens import seconds

#: Since July 2026. What a second user is answered is not published, so this cause is named first, whatever comes.
PRIVATE = (
    "A new application is private: only the Constant Contact user who made it may grant it. Sign in as that user; for others, "
    "the vendor's support has to approve the application"
)
#: Seconds to wait for an endpoint that is busy: the first time, and at most, whatever it asks for.
FIRST_WAIT, LONGEST_WAIT = 1.0, 20.0


class Passing(Exception):
    """The token endpoint has a bad moment, which says nothing about a token. `wait` is in seconds, where it said so."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"it answered {status}")
        self.wait = wait


def token_answer(response: httpx.Response) -> httpx.Response:
    """The token endpoint's answer as Authlib can read it: that takes any JSON without an `error` for a token, and what is no
    number for the end of the world, with the new pair in its hands. So the status is read first, then the body.

    Raises `Passing` and `Refused`.
    """
    if response.status_code == 429 or response.status_code >= 500:
        raise Passing(response.status_code, seconds(response.headers.get("retry-after")))
    answer = json_object(response)
    if answer is None:
        return response
    if answer.get("error") in ("server_error", "temporarily_unavailable"):
        raise Passing(response.status_code, None)
    if response.status_code >= 400 and "error" not in answer:
        if "errorCode" not in answer and response.status_code in (
            403,
            408,
        ):  # a gateway's, which knows nothing of a token
            raise Passing(response.status_code, None)
        raise Refused(answer)  # Okta's own form
    if "expires_in" in answer and seconds(answer["expires_in"]) is None:
        del answer["expires_in"]
        return httpx.Response(response.status_code, json=answer, request=response.request)
    return response


class Refused(Exception):
    """An OAuth error: RFC 6749, 5.2 and 4.1.2.1; RFC 8628, 3.5."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.error = str(answer.get("error") or answer.get("errorCode") or "error")
        self.description = str(answer.get("error_description") or answer.get("errorSummary") or "")
        super().__init__(self.error)

    def in_words(self) -> SignInError:
        return refusal(self.error, self.description)


def refusal(error: str, description: str) -> SignInError:
    """What an OAuth error means for the person who signs in, with the service's own text."""
    steps = {
        "access_denied": (
            f"Access was denied. {PRIVATE}. If you said no on the consent page: sign in again and choose Allow"
        ),
        "invalid_client": (
            "The service does not know this API key and secret together. Copy both from My Applications again; a "
            "new secret voids the one before"
        ),
        "unauthorized_client": (
            f"This application may not be used so. {PRIVATE}. If you are that user: this way of signing in is not switched on "
            "for the application; switch it on in the portal, or choose another way"
        ),
        "invalid_scope": "The application may not ask for one of the scopes: choose scopes that the portal offers for it",
        "unsupported_grant_type": (
            "This application may not sign in this way: switch it on in the portal, or choose another way"
        ),
        "invalid_request": (
            "Check that the redirect URI is registered character by character, and the flow enabled in the portal"
        ),
    }
    for busy in ("server_error", "temporarily_unavailable"):
        steps[busy] = "The service has a fault of its own just now. Sign in again in a minute"
    step = steps.get(
        error,
        f"The service refused. {PRIVATE}. Otherwise sign in again, and check the application in the portal's My Applications",
    )
    return SignInRefused(f"{step} (the service: {error}{': ' if description else ''}{description.rstrip('.')}).")
