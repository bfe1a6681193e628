"""A sandbox under the name of another machine, as a workshop's is to who takes part in it."""

from __future__ import annotations

from cctoolkit._httpx import httpx

#: Where it is, for whoever asks through `Elsewhere`.
BASE = "http://192.168.1.20:8790"


class Elsewhere(httpx.BaseTransport):
    """Brings each request to a port of this machine, whatever host it names."""

    def __init__(self, port: int) -> None:
        self._port, self._through = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        request.headers["host"] = f"127.0.0.1:{self._port}"
        return self._through.handle_request(request)
