"""A JupyterHub for a class on one machine. README.md beside this file says how to run it, and what it isolates.

Each person gets a home, a copy of the course in it, and a sandbox of their own. What differs from class to class is said by
variables of the environment, or by a file of one's own that CCTOOLKIT_HUB_CONFIG names.
"""

import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

c = get_config()  # noqa: F821 - JupyterHub gives it to this file

here = Path(__file__).resolve().parent
folder = Path(os.environ.get("CCTOOLKIT_HUB_FOLDER") or Path.home() / "cctoolkit-hub").resolve()
address = os.environ.get("CCTOOLKIT_HUB_ADDRESS") or "http://127.0.0.1:8000"
password = os.environ.get("CCTOOLKIT_HUB_PASSWORD") or ""
own_config = os.environ.get("CCTOOLKIT_HUB_CONFIG") or ""

if find_spec("jupyter_server_proxy") is None:
    sys.exit(
        "The sandbox's sign-in page is reached through jupyter-server-proxy, which is not installed: "
        "pip install -c constraints.txt jupyter-server-proxy"
    )
# Started by root, this hub makes everybody the user of the system that they sign in as. Never everybody root, except in
# a container that holds nothing else.
root = hasattr(os, "geteuid") and os.geteuid() == 0
one_account = not root or bool(os.environ.get("CCTOOLKIT_HUB_ALLOW_ROOT"))

# Who may come in. Whoever comes in has a terminal as the one who started the hub. So without a password one is made, and
# shown once, as JupyterLab does with its token: the other users of this machine reach 127.0.0.1 too.
if password and len(password) < 8:
    sys.exit("CCTOOLKIT_HUB_PASSWORD is too short: choose 8 characters or more.")
if not one_account:
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.allow_all = True
elif password:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = password
    c.SharedPasswordAuthenticator.allow_all = True
elif urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1"):
    password = secrets.token_urlsafe(12)
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = password
    c.SharedPasswordAuthenticator.allow_all = True
    if not own_config:
        sys.stderr.write(f"\n    Sign in at {address} with any name and the password {password}\n\n")
elif not own_config:
    sys.exit(
        f"At {address} others can reach this hub, and nobody would be asked for a password: set "
        "CCTOOLKIT_HUB_PASSWORD (8 characters or more) for the class, or a real authenticator as README.md says."
    )
# A name becomes a folder: it begins with a letter or digit, so that it is neither hidden nor "..".
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9._@+-]{0,63}"

c.JupyterHub.bind_url = address
for private in (folder, folder / "homes"):
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")

# Each server has a home of its own: that of the system's user, or a folder here. The state folder (tokens, the
# sandbox's database) lies in that home, outside of what the file browser shows.
c.JupyterHub.spawner_class = "simple" if one_account else "localprocess"
c.SimpleLocalProcessSpawner.home_dir_template = f"{folder}/homes/{{username}}"
c.Spawner.notebook_dir = "~/cctoolkit-course"
c.Spawner.default_url = "/lab/tree/notebooks/00-start-here.ipynb"
c.Spawner.cmd = [sys.executable, str(here / "start_server.py")]
c.Spawner.args = [
    # A server that nobody uses for an hour ends, its kernels before it; the person's next visit starts it again.
    "--MappingKernelManager.cull_idle_timeout=2400",
    "--ServerApp.shutdown_no_activity_timeout=3600",
    *(["--allow-root"] if root and one_account else []),
]
c.Spawner.environment = {
    # As binder/start has it: the browser reaches the sandbox through the hub only, under whatever name the hub has.
    "CCTOOLKIT_SANDBOX_HOSTS": os.environ.get("CCTOOLKIT_SANDBOX_HOSTS", "*"),
    # A server that the hub starts has no keyring to ask, or the hub's own.
    "CCTOOLKIT_TOKEN_STORE": "file",
}
# A class arrives at the same minute, and the machine has to start a server for each of them.
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# Last, so that what is said there holds.
if own_config:
    load_subconfig(str(Path(own_config).resolve()))  # noqa: F821 - as get_config
