#!/usr/bin/env bash
# jupyterlab 4.6.6: each opening of its page runs two programs of Node.js, where there is one, although nothing has to be built.
#
# Extensions come prebuilt since JupyterLab 3. The page's configuration still says `buildCheck`, the page then asks
# /lab/api/build, and the server answers after `node node-version-check.js` and `node yarn.js config --json`, one after the other:
# 0.8 seconds of CPU a page beside the 3 or 4 that the browser spends. Without Node.js on the PATH nothing is run, so that who
# installs it (for another purpose) slows each page down. `"buildCheck": false` in a `labconfig/page_config.json` of Jupyter's
# configuration ends it.
#
# Seen: two calls for each question, with that file none is asked for.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet jupyterlab==4.6.6
mkdir -p "$here/bin" "$here/config/labconfig" "$here/work"
cat > "$here/bin/node" <<N
#!/bin/sh
echo "\$*" >> "$here/calls"
N
chmod +x "$here/bin/node"
cd "$here/work"
HOME="$here" PATH="$here/bin:$PATH" JUPYTER_RUNTIME_DIR="$here/runtime" "$here/venv/bin/python" - "$here" <<'P'
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

here = Path(sys.argv[1])
calls = here / "calls"


def asked(config: dict[str, object]) -> tuple[str, list[str]]:
    """What the page is told, and what Node.js is asked while the server answers what the page asks then."""
    (here / "config" / "labconfig" / "page_config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token="]
    server = subprocess.Popen(
        command, env={**os.environ, "JUPYTER_CONFIG_DIR": str(here / "config")}, stderr=subprocess.DEVNULL
    )
    try:
        about = here / "runtime" / f"jpserver-{server.pid}.json"
        for _ in range(600):
            if about.exists() and about.read_text():
                break
            time.sleep(0.1)
        address = json.loads(about.read_text())["url"]
        page = urllib.request.urlopen(f"{address}lab").read().decode()
        told = page.partition('"buildCheck": ')[2].partition(",")[0]
        calls.write_text("")
        if told == "true":
            urllib.request.urlopen(f"{address}lab/api/build").read()
        return told, [" ".join(Path(word).name for word in line.split()) for line in calls.read_text().splitlines()]
    finally:
        server.terminate()
        server.wait(60)


found = asked({})
assert found == ("true", ["node-version-check.js", "yarn.js config --json"]), found
assert (quiet := asked({"buildCheck": False})) == ("false", []), quiet
print("as described:", found)
P
