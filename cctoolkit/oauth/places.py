"""Where this runs, and which way of signing in can work there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ..settings import Service
from .redirect import loopback_port

Way = Literal["loopback", "paste", "device"]

WAYS: Mapping[Way, str] = {
    "loopback": "sign in in the browser of this machine; the answer arrives by itself",
    "paste": "sign in in any browser, and paste the address that it ends on",
    "device": "open a page on any screen and enter a short code",
}


@dataclass(frozen=True)
class Place:
    """Where this runs: its name in words, and whether the user's browser is on the same machine."""

    name: str
    local_browser: bool


def here(environment: Mapping[str, str] | None = None) -> Place:
    """Recognize the place by what it sets in the environment."""
    env = os.environ if environment is None else environment
    if "BINDER_SERVICE_HOST" in env or "BINDER_LAUNCH_HOST" in env or "BINDER_REQUEST" in env:
        return Place("Binder", False)
    if "COLAB_RELEASE_TAG" in env or "COLAB_GPU" in env:
        return Place("Colab", False)
    if "CODESPACES" in env:
        return Place("a GitHub codespace", False)
    if "JUPYTERHUB_USER" in env or "JUPYTERHUB_SERVICE_PREFIX" in env:
        return Place("JupyterHub", False)
    if "VSCODE_IPC_HOOK_CLI" in env and "SSH_CONNECTION" in env:
        return Place("VS Code, on a remote machine", False)
    if "SSH_CONNECTION" in env or "SSH_CLIENT" in env:
        return Place("a machine reached over SSH", False)
    if "REMOTE_CONTAINERS" in env:
        return Place("a container", False)
    if (
        sys.platform.startswith("linux")
        and not in_notebook()
        and not (env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or "WSL_DISTRO_NAME" in env)
    ):
        return Place("a machine without a screen", False)
    return Place("a notebook on this machine" if in_notebook() else "a terminal on this machine", True)


def choose_way(service: Service, place: Place) -> tuple[Way, str]:
    """The way that fits the place and the application, and why, in one line."""
    served = any(loopback_port(uri) is not None for uri in service.redirect_uris)
    if service.flow == "device":
        return "device", "The application is registered for the device flow."
    if place.local_browser and served:
        return "loopback", f"This is {place.name}, so the browser can answer here directly."
    if place.local_browser:
        return "paste", (
            f"The application's redirect URI is {service.redirect_uris[0]}, where nothing answers: the address is pasted."
        )
    if service.flow is not None or (service.is_live and not served):
        return "paste", (
            f"This is {place.name}: a redirect to this machine cannot reach it, so the address is pasted. "
            "(An application registered for the device flow would only need a code.)"
        )
    return "device", f"This is {place.name}: a redirect to this machine cannot reach it, a code can."


def through_the_hub(address: str, environment: Mapping[str, str] | None = None) -> str:
    """The address of a page on the kernel's machine, for a browser that reaches it only through a JupyterHub.

    jupyter-server-proxy passes it on, where it is installed (as on Binder). Anywhere else the address stays as it is.
    """
    env = os.environ if environment is None else environment
    parts = urlsplit(address)
    prefix = env.get("JUPYTERHUB_SERVICE_PREFIX")
    if not prefix or parts.hostname != "127.0.0.1":
        return address
    return f"{prefix.rstrip('/')}/proxy/{parts.port}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
