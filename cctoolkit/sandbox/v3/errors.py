"""Refusals in the service's own shapes."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

log = logging.getLogger(__name__)

VALIDATION = "contacts.api.validation.error"
NOT_FOUND = "contacts.api.not_found"
CONFLICT = "contacts.api.conflict"


class ApiError(Exception):
    """An answer that is an error. `alone`: one object, as authorization and the limiter answer; else an array."""

    def __init__(self, status: int, key: str, message: str, *, alone: bool = False) -> None:
        super().__init__(message)
        self.status, self.key, self.message, self.alone = status, key, message, alone

    def response(self) -> JSONResponse:
        error = {"error_key": self.key, "error_message": self.message}
        headers = {"WWW-Authenticate": "Bearer realm=api.cc.email"} if self.status == 401 else None
        return JSONResponse(error if self.alone else [error], self.status, headers=headers)


def invalid(message: str) -> ApiError:
    return ApiError(400, VALIDATION, message)


def not_found(message: str = "There is nothing at this address.") -> ApiError:
    return ApiError(404, NOT_FOUND, message)


def unsupported(message: str) -> ApiError:
    return ApiError(415, "contacts.api.unsupported_media_type", message)


def _has_no_body(error: RequestValidationError) -> bool:
    """Whether the body is refused as a whole, as where it was sent as anything but JSON."""
    return any(tuple(fault["loc"]) == ("body",) for fault in error.errors())


def install_error_answers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def api_error(request: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
        kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json") and _has_no_body(error):
            return unsupported("The request body has to be application/json.").response()
        faults = []
        for fault in error.errors():
            # Of an entry in a list, the list is named.
            name = next((str(part) for part in reversed(fault["loc"]) if isinstance(part, str)), "body")
            if fault["type"] == "missing":
                faults.append(f"{name} is missing")
                if name.endswith("_source"):  # both, as the service says it
                    faults.append(f"{name} does not have a valid value")
            elif fault["type"] == "json_invalid":
                faults.append("The request body is not valid JSON")
            else:
                faults.append(f"{name} does not have a valid value")
        return invalid(", ".join(dict.fromkeys(faults))).response()

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith("/sandbox/"):  # its own API, which the service does not have
            return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
        if error.status_code in {404, 405}:  # the service has no 405: an address is one of a method
            if not request.url.path.startswith("/v3"):
                return Response(status_code=404)
            return ApiError(404, "not_found", "The requested resource was not found.").response()
        return ApiError(error.status_code, VALIDATION, str(error.detail)).response()

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(
            status_code=499
        )  # whoever asked was killed, or gave up: nobody reads this, and nothing is wrong

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.exception("The sandbox failed on %s %s", request.method, request.url.path)
        return ApiError(500, "contacts.api.internal_error", "The service failed on this, not the request.").response()
