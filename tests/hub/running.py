"""A JupyterHub with the configuration that binder/jupyterhub ships, on this machine only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from cctoolkit._httpx import httpx
from tests import processes
from tests.hub.people import PASSWORD

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "binder" / "jupyterhub" / "jupyterhub_config.py"


def missing() -> str | None:
    """What has to be installed before a hub can run here; None when nothing is missing."""
    for module, package in (("jupyterhub", "jupyterhub"), ("jupyter_server_proxy", "jupyter-server-proxy")):
        if find_spec(module) is None:
            return f"{package} is not installed: pip install -c constraints.txt {package}; then run the tests again"
    if shutil.which("configurable-http-proxy") is None:
        return (
            "configurable-http-proxy is not on the PATH: npm install --prefix FOLDER configurable-http-proxy, add "
            "FOLDER/node_modules/.bin to the PATH, and run the tests again"
        )
    return None


@contextmanager
def running_hub(folder: Path) -> Iterator[str]:
    """The address of a hub that keeps what it has in this folder."""
    front, behind, control = _free_ports(3)
    address = f"http://127.0.0.1:{front}"
    command = [
        *(sys.executable, "-m", "jupyterhub", "--config", str(CONFIG)),
        f"--JupyterHub.hub_bind_url=http://127.0.0.1:{behind}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{control}",
    ]
    environment = {
        **os.environ,
        "CCTOOLKIT_HUB_ADDRESS": address,
        "CCTOOLKIT_HUB_PASSWORD": PASSWORD,
        "CCTOOLKIT_HUB_FOLDER": str(folder / "hub"),
        # The tests of a container run as root, and whoever signs in here is the test itself.
        "CCTOOLKIT_HUB_ALLOW_ROOT": "1",
    }
    log = folder / "hub.log"
    with log.open("w") as output:
        process = processes.start(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"{address}/hub/health", process, log)
            yield address
        finally:
            process.terminate()  # it ends everybody's server, and they end their sandboxes
            process.wait(timeout=60)


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in taken]
    for listener in taken:
        listener.close()
    return ports


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()[-3_000:]
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)  # another program starts; there is no clock of ours to move
    raise AssertionError(f"{url} does not answer:\n{log.read_text()[-3_000:]}")
