#!/usr/bin/env bash
# ipykernel 7.4.0 with jupyterlab 4.6.6 and ipywidgets 8.1.9: which thread runs a widget's callback is not what the message asks for.
#
# JupyterLab sends comm messages to a "subshell" of the kernel by default (its setting commsOverSubshells is "perCommTarget"), so
# one expects a widget's callback to run in that subshell's thread, beside a cell that is busy. But ipykernel passes a comm's
# message to the shell that this comm last published from, whatever the message's header names. A widget made in a cell is
# answered by the main thread, after the cell, although a subshell was asked for. Once something in a subshell has changed the
# same widget, its callbacks run in the subshell's thread, in the middle of the cell, although none was asked for. So one
# callback runs in either of two threads in the same session, and a flag that the cell sets does not guard it.
#
# Seen: "named a subshell: MainThread, cell over"; "named none, after a change there: subshell-…, cell running".
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet jupyterlab==4.6.6 ipykernel==7.4.0 ipywidgets==8.1.9
cd "$here"
schemas="$here/venv/share/jupyter/lab/schemas/@jupyterlab"
cat > ask.py <<'P'
import json, sys, time
from jupyter_client.manager import start_new_kernel

setting = json.load(open(sys.argv[1]))["properties"]["commsOverSubshells"]
assert setting["default"] == "perCommTarget", setting["default"]

SETUP = """
import threading, time, ipywidgets
running, seen = False, []
slider = ipywidgets.IntSlider()
slider.observe(lambda change: seen.append((threading.current_thread().name, running)), names="value")
print(slider.comm.comm_id)
"""
manager, client = start_new_kernel(kernel_name="python3")


def printed(code):
    said = []
    client.execute_interactive(code, timeout=60, output_hook=lambda message: said.append(message["content"].get("text", "")))
    return "".join(said).strip()


def moved_while_a_cell_runs(value, subshell):
    begun = client.execute("running = True; time.sleep(2); running = False")
    time.sleep(0.7)
    content = {"comm_id": comm, "data": {"method": "update", "state": {"value": value}, "buffer_paths": []}}
    sent("comm_msg", content, subshell)
    while client.get_shell_msg(timeout=30)["parent_header"].get("msg_id") != begun:
        pass
    time.sleep(0.5)
    name, during = printed("print(*seen[-1])").split()
    return f"{'subshell-…' if name.startswith('subshell-') else name}, cell {'running' if during == 'True' else 'over'}"


def sent(kind, content, subshell):
    message = client.session.msg(kind, content)
    if subshell:
        message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    return message["header"]["msg_id"]


try:
    comm = printed(SETUP)
    client.control_channel.send(client.session.msg("create_subshell_request"))
    subshell = client.get_control_msg(timeout=30)["content"]["subshell_id"]
    print("named a subshell:", moved_while_a_cell_runs(7, subshell))
    done = sent("execute_request", {"code": "slider.value = 1", "silent": False, "store_history": False}, subshell)
    while client.get_shell_msg(timeout=30)["parent_header"].get("msg_id") != done:
        pass
    print("named none, after a change there:", moved_while_a_cell_runs(8, None))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
P
"$here/venv/bin/python" ask.py "$schemas/apputils-extension/kernels-settings.json" > said.txt 2> err.txt || { cat err.txt; exit 1; }
cat said.txt
grep -qx "named a subshell: MainThread, cell over" said.txt
grep -qx "named none, after a change there: subshell-…, cell running" said.txt
echo "as described: the comm was answered where it last spoke, not where the message asked for"
