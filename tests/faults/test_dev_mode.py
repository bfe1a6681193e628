"""Every room in Python's development mode: no file, socket or loop is left to the garbage collector."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import processes

pytestmark = pytest.mark.thorough

DATA = Path(__file__).parent.parent.parent / "data"

#: What each script begins and ends with: whatever is still open at the end is collected, and told.
_BEGIN = "import gc, sys; from pathlib import Path; import cctoolkit; data = Path(sys.argv[1])\n"
_END = "\ngc.collect()\nprint('walked')"

_CLIENT = """
from cctoolkit.sandbox import Sandbox
with Sandbox(contacts=900) as box, cctoolkit.connect(sandbox=box) as client:
"""

WALKS = {
    "api": _CLIENT
    + """
    assert len(client.contacts.frame()) > 800
    next(iter(client.contacts.iter()))  # left in the middle
    client.contacts.to_parquet('contacts.parquet')
    try: client.contacts.get('abc')
    except cctoolkit.CctoolkitError: pass
""",
    "sandbox in the process": _CLIENT.replace("contacts=900", "contacts=900, in_process=True")
    + "    assert client.contacts.count() == 901\n",
    "contact files": """
import zipfile
from cctoolkit.contact_files import clean
with zipfile.ZipFile('one.zip', 'w') as archive: archive.write(data / 'google-contacts.csv', 'one.csv')
for name in [*sorted(data.glob('*-contacts.csv')), *data.glob('*.vcf'), Path('one.zip')]:
    cleaned = clean(name, progress=False); cleaned.report(); cleaned.write(Path('out') / name.stem)
try: clean(data / 'README.md')
except cctoolkit.CctoolkitError: pass
""",
    "imports": _CLIENT
    + """
    from cctoolkit.contact_files import clean
    from cctoolkit.imports import import_contacts, preview
    cleaned = clean(data / 'google-contacts.csv', progress=False)
    list_id = client.lists.create('Friends')['list_id']
    preview(client, cleaned, list_id)
    import_contacts(client, cleaned, list_id, progress=False)
""",
    "widgets and charts": _CLIENT
    + """
    from cctoolkit import charts, widgets
    widgets.ContactTable(client); widgets.ListPicker(client); widgets.ImportPanel(client, data / 'google-contacts.csv')
    panel = cctoolkit.explore(client); panel.wait(60); panel.try_it()
    charts.list_sizes(list(client.lists.iter()))._repr_mimebundle_()
""",
    "signing in by the browser": """
from cctoolkit.oauth.redirect import RedirectListener
from cctoolkit._httpx import httpx
with RedirectListener(('http://127.0.0.1:0/callback',), lambda address: ('Title', 'Text')) as listener:
    listener.expect('a state')
""",
    "workshop": """
from cctoolkit.sandbox import Sandbox
from cctoolkit.workshop.classroom import Classroom
with Sandbox(Path('class.db'), limits=False, accounts=3) as box:
    room = Classroom(box.description(), ['Ana', 'Ben', 'Eva'], Path('.')); room.close()
""".replace("Sandbox(Path('class.db')", "Sandbox(db=Path('class.db')"),
}
COMMANDS = {
    "quickstart": ["quickstart", "--yes"],
    "clean": ["clean", str(DATA / "outlook-contacts.csv"), "-o", "cleaned"],
    "doctor": ["doctor"],
    "schema": ["schema", "show", "tags"],
}


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "CCTOOLKIT_WORKSPACE": str(folder)}


def _nothing_open(told: str) -> None:
    for sign in ("ResourceWarning", "never awaited", "Exception ignored", "Traceback"):
        assert sign not in told, told


def _walked(arguments: list[str], folder: Path) -> str:
    command = [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=_environment(folder), capture_output=True, text=True, timeout=240, check=False
    )
    _nothing_open(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("room", WALKS)
def test_a_room_leaves_nothing_open(room: str, tmp_path: Path) -> None:
    assert "walked" in _walked(["-c", _BEGIN + WALKS[room] + _END, str(DATA)], tmp_path)


def test_what_is_left_open_is_seen(tmp_path: Path) -> None:
    """So that the others say something."""
    with pytest.raises(AssertionError, match="unclosed file"):
        _walked(["-c", "import os; open(os.devnull); print('walked')"], tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_leaves_nothing_open(command: str, tmp_path: Path) -> None:
    """And the sandbox that it started, ended by a command too."""
    _walked(["-m", "cctoolkit", *COMMANDS[command]], tmp_path)
    _walked(["-m", "cctoolkit", "sandbox", "--stop"], tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C as POSIX systems send it")
@pytest.mark.parametrize("command", [["sandbox", "--port", "0"], ["workshop", "--participants", "2", "--port", "0"]])
def test_a_server_leaves_nothing_open(command: list[str], tmp_path: Path) -> None:
    """Ended by Ctrl-C, once it has said where it is."""
    code = [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-u", "-m", "cctoolkit", *command]
    process = processes.start(
        code, cwd=tmp_path, env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said += process.stdout.read()
    process.wait(60)
    process.stdout.close()
    _nothing_open(said)
