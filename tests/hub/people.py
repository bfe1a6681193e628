"""People at a hub: they sign in at its form, start their server, and run code in a kernel, as a browser does it."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any
from urllib.parse import quote

import websocket

from cctoolkit._httpx import httpx

#: The class's, as it would stand on the board.
PASSWORD = "garden spade 7"
NAVIGATING = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, hub: str, name: str) -> None:
        self.name = name
        self.base = f"/user/{name}"
        self.http = httpx.Client(base_url=hub, follow_redirects=True, timeout=60, trust_env=False)
        self._kernel = ""

    def sign_in(self) -> None:
        """Through the login form."""
        form = self.page("/hub/login").text
        ticket = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert ticket is not None
        answer = self.http.post(
            "/hub/login?next=/hub/home",
            data={"username": self.name, "password": PASSWORD, "_xsrf": ticket[1]},
            headers=NAVIGATING,
        )
        assert answer.url.path == "/hub/home", answer.text[:500]

    def page(self, path: str, **headers: str) -> httpx.Response:
        """A page, as the browser opens it."""
        return self.http.get(path, headers={**NAVIGATING, **headers})

    def start_server(self, patience: float = 60) -> None:
        """The button of the hub's home page; `patience` in seconds."""
        self.http.post(
            f"/hub/api/users/{self.name}/server", headers={"X-XSRFToken": self._cookie("_xsrf", "/hub/")}
        ).raise_for_status()
        for _ in range(int(patience * 10)):
            if self.http.get(f"/hub/api/users/{self.name}").json()["servers"].get("", {}).get("ready"):
                break
            time.sleep(0.1)  # another program starts; there is no clock of ours to move
        assert self.page(f"{self.base}/lab").status_code == 200

    def run(self, code: str) -> str:
        """What the code printed in this person's kernel. Raises `AssertionError` with the traceback when it failed."""
        channel = self._kernel_channel()
        try:
            asked = _ask(channel, self.name, code)
            printed = ""
            while True:
                message = json.loads(channel.recv())
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, said = message["msg_type"], message["content"]
                if kind == "stream" and said["name"] == "stdout":
                    printed += said["text"]
                assert kind != "error", "\n".join(said["traceback"])
                if kind == "status" and said["execution_state"] == "idle":
                    return printed
        finally:
            channel.close()

    def run_all(self, cells: list[str], patience: float) -> list[str]:
        """What became of each cell: all are given at once, as Run All does. `ok`, an error, or `lost` where nothing was said
        within `patience`, in seconds."""
        channel = self._kernel_channel(patience)
        try:
            asked = {_ask(channel, self.name, code): place for place, code in enumerate(cells)}
            became = ["lost"] * len(cells)
            ends = time.monotonic() + patience
            channel.settimeout(5)
            while "lost" in became and time.monotonic() < ends:
                try:
                    # A ping of the server's is returned too: answered in there, each would begin the waiting anew.
                    kind, said = channel.recv_data(control_frame=True)
                except websocket.WebSocketTimeoutException:
                    continue
                if kind != websocket.ABNF.OPCODE_TEXT:
                    continue
                message = json.loads(said)
                place = asked.get(message["parent_header"].get("msg_id", ""))
                if place is not None and message["msg_type"] == "execute_reply":
                    said = message["content"]
                    became[place] = " ".join(filter(None, [said["status"], said.get("ename"), said.get("evalue")]))
            return became
        finally:
            channel.close()

    def _kernel_channel(self, patience: float = 60) -> websocket.WebSocket:
        if not self._kernel:
            started = self.http.post(f"{self.base}/api/kernels", json={}, headers=self._ticket(), timeout=patience)
            started.raise_for_status()
            self._kernel = started.json()["id"]
        return websocket.create_connection(
            f"{str(self.http.base_url).replace('http', 'ws', 1).rstrip('/')}{self.base}/api/kernels/{self._kernel}/channels"
            f"?_xsrf={quote(self._ticket()['X-XSRFToken'])}",
            cookie="; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies(f"{self.base}/")),
            timeout=patience,
        )

    def _ticket(self) -> dict[str, str]:
        return {"X-XSRFToken": self._cookie("_xsrf", f"{self.base}/")}

    def _cookies(self, path: str) -> list[Any]:
        return [cookie for cookie in self.http.cookies.jar if cookie.path in (path, "/")]

    def _cookie(self, name: str, path: str) -> str:
        return next(cookie.value or "" for cookie in self._cookies(path) if cookie.name == name and cookie.path == path)


def _ask(channel: websocket.WebSocket, name: str, code: str) -> str:
    """Gives the code to the kernel. Returns the id by which its answers are known."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": name, "session": "test"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": False}
    channel.send(
        json.dumps(
            {
                "header": {**header, "version": "5.3", "date": ""},
                "parent_header": {},
                "metadata": {},
                "content": content,
                "channel": "shell",
            }
        )
    )
    return header["msg_id"]
