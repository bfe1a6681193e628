"""A sandbox under the name of another machine, as a workshop's is to who takes part in it."""

from __future__ import annotations

from cctoolkit._httpx import httpx
from cctoolkit.in_process import InProcess
from cctoolkit.sandbox import Sandbox

#: Where it is, for whoever asks through `Elsewhere`.
BASE = "http://192.168.1.20:8790"


class Elsewhere(httpx.BaseTransport):
    """Brings each request to a sandbox of this process, whatever host it names."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._here, self._through = httpx.URL(sandbox.url), InProcess(sandbox)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self._here.host, port=self._here.port)
        request.headers["host"] = self._here.netloc.decode()
        return self._through.handle_request(request)
